//! Changes `journal_entry`: the day it was journaled in Norway, its number in the journal of the year (given after the
//! commit, without holes), who it came from or went to where that is not the applicant, and its access code.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

const COLUMNS: &str = r#"
ALTER TABLE journal_entry ADD COLUMN day {date};
ALTER TABLE journal_entry ADD COLUMN journal_year {int};
ALTER TABLE journal_entry ADD COLUMN journal_number {big};
ALTER TABLE journal_entry ADD COLUMN party_id {uuid};
ALTER TABLE journal_entry ADD COLUMN document_date {date};
ALTER TABLE journal_entry ADD COLUMN access_code {text};
ALTER TABLE journal_entry ADD COLUMN access_version {int} NOT NULL DEFAULT 0;
UPDATE journal_entry SET party_id =
  (SELECT letter.party_id FROM letter WHERE letter.case_id = journal_entry.case_id AND letter.number = journal_entry.number);
CREATE TABLE journal_year (
  year {int} NOT NULL,
  last {big} NOT NULL,
  CONSTRAINT journal_year_pk PRIMARY KEY (year)
);
"#;

// rows from before: the day by the clock of Norway, which SQLite can tell only by an hour more than UTC
const POSTGRES_DAYS: &str = r#"
UPDATE journal_entry SET day = (at AT TIME ZONE 'Europe/Oslo')::date;
UPDATE journal_entry SET journal_year = extract(year FROM day)::integer;
ALTER TABLE journal_entry ALTER COLUMN day SET NOT NULL;
ALTER TABLE journal_entry ALTER COLUMN journal_year SET NOT NULL;
"#;
const SQLITE_DAYS: &str = r#"
UPDATE journal_entry SET day = date(substr(at, 1, 19), '+1 hour');
UPDATE journal_entry SET journal_year = CAST(substr(day, 1, 4) AS integer);
"#;

const INDEXES: &str = r#"
CREATE UNIQUE INDEX journal_entry_sequence_uq ON journal_entry (journal_year, journal_number) WHERE journal_number IS NOT NULL;
CREATE INDEX journal_entry_unnumbered_ix ON journal_entry (journal_year, at, case_id, number) WHERE journal_number IS NULL;
CREATE INDEX journal_entry_public_ix ON journal_entry (day, id) WHERE journal_number IS NOT NULL AND direction <> 'internal';
"#;

const BACK: &str = r#"
DROP INDEX journal_entry_public_ix;
DROP INDEX journal_entry_unnumbered_ix;
DROP INDEX journal_entry_sequence_uq;
DROP TABLE journal_year;
ALTER TABLE journal_entry DROP COLUMN access_version;
ALTER TABLE journal_entry DROP COLUMN access_code;
ALTER TABLE journal_entry DROP COLUMN document_date;
ALTER TABLE journal_entry DROP COLUMN party_id;
ALTER TABLE journal_entry DROP COLUMN journal_number;
ALTER TABLE journal_entry DROP COLUMN journal_year;
ALTER TABLE journal_entry DROP COLUMN day;
"#;

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, COLUMNS).await?;
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        crate::run(manager, if postgres { POSTGRES_DAYS } else { SQLITE_DAYS }).await?;
        crate::run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, BACK).await
    }
}
