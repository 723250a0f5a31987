//! Changes `event` and `delivery`: the daily digest is about no permit, and stands in its event, one for each day.
//!
//! SQLite cannot take a constraint off a column, so there both tables are written anew. Other tables
//! refer to them by name, which holds as long as foreign keys are not looked at meanwhile.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

const UP: &str = r#"
ALTER TABLE event ALTER COLUMN permit_id DROP NOT NULL;
ALTER TABLE event ALTER COLUMN permit_version DROP NOT NULL;
ALTER TABLE event ALTER COLUMN permit_kind DROP NOT NULL;
ALTER TABLE event ADD COLUMN digest_day {date};
ALTER TABLE event ADD COLUMN digest {text};
ALTER TABLE event ADD CONSTRAINT event_digest_day_uq UNIQUE (digest_day);
ALTER TABLE event ADD CONSTRAINT event_permit_ck CHECK ((permit_id IS NULL) = (digest IS NOT NULL)
  AND (permit_id IS NULL) = (permit_version IS NULL) AND (permit_id IS NULL) = (permit_kind IS NULL)
  AND (digest IS NULL) = (digest_day IS NULL));
ALTER TABLE delivery ALTER COLUMN permit_id DROP NOT NULL;
ALTER TABLE delivery ALTER COLUMN permit_version DROP NOT NULL;
"#;

const DOWN: &str = r#"
DELETE FROM delivery_attempt WHERE delivery_id IN (SELECT id FROM delivery WHERE permit_id IS NULL);
DELETE FROM delivery WHERE permit_id IS NULL;
DELETE FROM event WHERE permit_id IS NULL;
ALTER TABLE event DROP CONSTRAINT event_permit_ck;
ALTER TABLE event DROP CONSTRAINT event_digest_day_uq;
ALTER TABLE event DROP COLUMN digest;
ALTER TABLE event DROP COLUMN digest_day;
ALTER TABLE event ALTER COLUMN permit_id SET NOT NULL;
ALTER TABLE event ALTER COLUMN permit_version SET NOT NULL;
ALTER TABLE event ALTER COLUMN permit_kind SET NOT NULL;
ALTER TABLE delivery ALTER COLUMN permit_id SET NOT NULL;
ALTER TABLE delivery ALTER COLUMN permit_version SET NOT NULL;
"#;

const UP_SQLITE: &str = r#"
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
CREATE TABLE event_new (
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  permit_id {uuid},
  permit_version {int},
  permit_kind {text},
  occurred_at {ts} NOT NULL,
  digest_day {date},
  digest {text},
  CONSTRAINT event_pk PRIMARY KEY (id),
  CONSTRAINT event_digest_day_uq UNIQUE (digest_day),
  CONSTRAINT event_permit_ck CHECK ((permit_id IS NULL) = (digest IS NOT NULL)
    AND (permit_id IS NULL) = (permit_version IS NULL) AND (permit_id IS NULL) = (permit_kind IS NULL)
    AND (digest IS NULL) = (digest_day IS NULL)),
  CONSTRAINT event_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
INSERT INTO event_new (id, kind, permit_id, permit_version, permit_kind, occurred_at)
  SELECT id, kind, permit_id, permit_version, permit_kind, occurred_at FROM event;
DROP TABLE event;
ALTER TABLE event_new RENAME TO event;
CREATE INDEX event_permit_ix ON event (permit_id, permit_version);
CREATE TABLE delivery_new (
  id {uuid} NOT NULL,
  event_id {uuid} NOT NULL,
  subscription_id {uuid} NOT NULL,
  permit_id {uuid},
  permit_version {int},
  status {text} NOT NULL,
  attempts {int} NOT NULL,
  next_attempt_at {ts},
  leased_until {ts},
  leased_by {text},
  created_at {ts} NOT NULL,
  finished_at {ts},
  CONSTRAINT delivery_pk PRIMARY KEY (id),
  CONSTRAINT delivery_status_ck CHECK (status IN ('pending', 'delivered', 'superseded', 'withheld', 'parked')),
  CONSTRAINT delivery_event_fk FOREIGN KEY (event_id) REFERENCES event (id),
  CONSTRAINT delivery_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscription (id)
);
INSERT INTO delivery_new SELECT id, event_id, subscription_id, permit_id, permit_version, status, attempts,
  next_attempt_at, leased_until, leased_by, created_at, finished_at FROM delivery;
DROP TABLE delivery;
ALTER TABLE delivery_new RENAME TO delivery;
CREATE INDEX delivery_due_ix ON delivery (subscription_id, next_attempt_at) WHERE status = 'pending';
CREATE INDEX delivery_parked_ix ON delivery (subscription_id) WHERE status = 'parked';
CREATE INDEX delivery_order_ix ON delivery (subscription_id, permit_id, permit_version);
COMMIT;
PRAGMA foreign_keys = ON;
"#;

const DOWN_SQLITE: &str = r#"
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
DELETE FROM delivery_attempt WHERE delivery_id IN (SELECT id FROM delivery WHERE permit_id IS NULL);
CREATE TABLE event_old (
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  permit_id {uuid} NOT NULL,
  permit_version {int} NOT NULL,
  permit_kind {text} NOT NULL,
  occurred_at {ts} NOT NULL,
  CONSTRAINT event_pk PRIMARY KEY (id),
  CONSTRAINT event_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
INSERT INTO event_old SELECT id, kind, permit_id, permit_version, permit_kind, occurred_at
  FROM event WHERE permit_id IS NOT NULL;
DROP TABLE event;
ALTER TABLE event_old RENAME TO event;
CREATE INDEX event_permit_ix ON event (permit_id, permit_version);
CREATE TABLE delivery_old (
  id {uuid} NOT NULL,
  event_id {uuid} NOT NULL,
  subscription_id {uuid} NOT NULL,
  permit_id {uuid} NOT NULL,
  permit_version {int} NOT NULL,
  status {text} NOT NULL,
  attempts {int} NOT NULL,
  next_attempt_at {ts},
  leased_until {ts},
  leased_by {text},
  created_at {ts} NOT NULL,
  finished_at {ts},
  CONSTRAINT delivery_pk PRIMARY KEY (id),
  CONSTRAINT delivery_status_ck CHECK (status IN ('pending', 'delivered', 'superseded', 'withheld', 'parked')),
  CONSTRAINT delivery_event_fk FOREIGN KEY (event_id) REFERENCES event (id),
  CONSTRAINT delivery_subscription_fk FOREIGN KEY (subscription_id) REFERENCES subscription (id)
);
INSERT INTO delivery_old SELECT id, event_id, subscription_id, permit_id, permit_version, status, attempts,
  next_attempt_at, leased_until, leased_by, created_at, finished_at FROM delivery WHERE permit_id IS NOT NULL;
DROP TABLE delivery;
ALTER TABLE delivery_old RENAME TO delivery;
CREATE INDEX delivery_due_ix ON delivery (subscription_id, next_attempt_at) WHERE status = 'pending';
CREATE INDEX delivery_parked_ix ON delivery (subscription_id) WHERE status = 'parked';
CREATE INDEX delivery_order_ix ON delivery (subscription_id, permit_id, permit_version);
COMMIT;
PRAGMA foreign_keys = ON;
"#;

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, of(manager, UP, UP_SQLITE)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, of(manager, DOWN, DOWN_SQLITE)).await
    }
}

fn of<'a>(manager: &SchemaManager, postgres: &'a str, sqlite: &'a str) -> &'a str {
    if manager.get_database_backend() == DbBackend::Postgres { postgres } else { sqlite }
}
