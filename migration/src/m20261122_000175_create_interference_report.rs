//! Creates `interference_report`: what somebody reported, sealed under a key of its own, until it is erased or
//! belongs to a supervision case; and the serial number of reports.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

const UP: &str = r#"
CREATE TABLE interference_report (
  id {uuid} NOT NULL,
  year {int} NOT NULL,
  serial {big} NOT NULL,
  status {text} NOT NULL,
  severity {text} NOT NULL,
  service {text} NOT NULL,
  county {text} NOT NULL,
  is_alarm {bool} NOT NULL,
  acknowledged_at {ts},
  acknowledged_by {text},
  case_id {uuid},
  language {text} NOT NULL,
  key_wrapped {bytes} NOT NULL,
  content_sealed {bytes} NOT NULL,
  code_number {int} NOT NULL,
  received_at {ts} NOT NULL,
  due_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT interference_report_pk PRIMARY KEY (id),
  CONSTRAINT interference_report_number_uq UNIQUE (year, serial),
  CONSTRAINT interference_report_status_ck CHECK (status IN ('received', 'inCase')),
  CONSTRAINT interference_report_case_ck CHECK ((status = 'inCase') = (case_id IS NOT NULL))
);
CREATE INDEX interference_report_queue_ix ON interference_report (due_at, id) WHERE status = 'received';
CREATE INDEX interference_report_case_ix ON interference_report (case_id) WHERE case_id IS NOT NULL;
"#;

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        let counter = match manager.get_database_backend() {
            DbBackend::Postgres => "CREATE SEQUENCE interference_number",
            _ => "INSERT INTO counter (name, value) VALUES ('interference_number', 0)",
        };
        crate::run(manager, counter).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let counter = match manager.get_database_backend() {
            DbBackend::Postgres => "DROP SEQUENCE interference_number",
            _ => "DELETE FROM counter WHERE name = 'interference_number'",
        };
        crate::run(manager, counter).await?;
        crate::run(manager, "DROP TABLE interference_report;").await
    }
}
