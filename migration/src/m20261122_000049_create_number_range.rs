//! Creates `number_range`: who was given which numbers, codes and names; no two overlap in a plan.
//!
//! On PostgreSQL an exclusion constraint holds that; on SQLite the one writer looks before it writes.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

const UP: &str = r#"
CREATE TABLE number_range (
  id {uuid} NOT NULL,
  plan {text} NOT NULL,
  lower_place {big} NOT NULL,
  upper_place {big} NOT NULL,
  first_number {text} NOT NULL,
  last_number {text} NOT NULL,
  status {text} NOT NULL,
  provider {text},
  provider_number {text},
  keeper {text},
  comment {text},
  category {text},
  point_code {text},
  end_user {text},
  non_commercial {bool} NOT NULL,
  permit_id {uuid},
  case_id {uuid},
  valid_from {date},
  valid_until {date},
  search {text} NOT NULL,
  provider_search {text},
  version {int} NOT NULL,
  changed_at {ts} NOT NULL,
  CONSTRAINT number_range_pk PRIMARY KEY (id),
  CONSTRAINT number_range_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id),
  CONSTRAINT number_range_order_ck CHECK (lower_place >= 0 AND lower_place <= upper_place),
  CONSTRAINT number_range_status_ck CHECK (status IN ('assigned', 'reserved', 'free', 'blocked', 'returned', 'withdrawn')),
  CONSTRAINT number_range_provider_ck CHECK ((provider IS NOT NULL) = (status = 'assigned')),
  CONSTRAINT number_range_permit_ck CHECK (permit_id IS NULL OR status = 'assigned'),
  CONSTRAINT number_range_keeper_ck CHECK (keeper IS NULL OR status = 'blocked'),
  CONSTRAINT number_range_case_ck CHECK (case_id IS NULL OR status = 'reserved')
);
CREATE INDEX number_range_place_ix ON number_range (plan, upper_place, lower_place);
CREATE INDEX number_range_first_ix ON number_range (first_number, plan);
CREATE INDEX number_range_permit_ix ON number_range (permit_id);
CREATE INDEX number_range_case_ix ON number_range (case_id);
CREATE INDEX number_range_end_user_ix ON number_range (end_user);
"#;

/// Both ends are inside, as in the published list.
const NO_OVERLAP: &str = r#"
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE number_range ADD CONSTRAINT number_range_no_overlap
  EXCLUDE USING gist (plan WITH =, int8range(lower_place, upper_place, '[]') WITH &&);
"#;

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            crate::run(manager, NO_OVERLAP).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, "DROP TABLE number_range;").await
    }
}
