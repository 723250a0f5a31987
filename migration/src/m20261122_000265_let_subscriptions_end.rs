//! Changes `subscription`: one can be ended, and its name is free then.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

const STATES: [&str; 2] =
    ["CHECK (status IN ('active', 'paused'))", "CHECK (status IN ('active', 'paused', 'ended'))"];
const UNIQUE: [&str; 2] = [",\n  CONSTRAINT subscription_name_uq UNIQUE (name)", ""];
const INDEX: &str =
    "CREATE UNIQUE INDEX subscription_name_uq ON subscription (name) WHERE status <> 'ended';";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            let sql = format!(
                "ALTER TABLE subscription DROP CONSTRAINT subscription_status_ck;\n\
                 ALTER TABLE subscription ADD CONSTRAINT subscription_status_ck {};\n\
                 ALTER TABLE subscription DROP CONSTRAINT subscription_name_uq;\n{INDEX}",
                STATES[1]
            );
            return crate::run(manager, &sql).await;
        }
        let changes = [(STATES[0], STATES[1]), (UNIQUE[0], UNIQUE[1])];
        crate::redefine(manager, "subscription", &changes).await?;
        crate::run(manager, INDEX).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // an ended one cannot go on living: it is paused for good, under a name of its own
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let id = if postgres { "id::text" } else { "hex(id)" };
        let renamed = format!(
            "DROP INDEX subscription_name_uq;\n\
             UPDATE subscription SET status = 'paused', pause_reason = 'administrator', \
             name = {id} || ' ended' WHERE status = 'ended';\n"
        );
        if postgres {
            let sql = format!(
                "{renamed}ALTER TABLE subscription ADD CONSTRAINT subscription_name_uq UNIQUE (name);\n\
                 ALTER TABLE subscription DROP CONSTRAINT subscription_status_ck;\n\
                 ALTER TABLE subscription ADD CONSTRAINT subscription_status_ck {};",
                STATES[0]
            );
            return crate::run(manager, &sql).await;
        }
        crate::run(manager, &renamed).await?;
        // the list of columns ends with the last constraint
        let whole = [STATES[1].to_owned(), format!("{}{}", STATES[0], UNIQUE[0])];
        crate::redefine(manager, "subscription", &[(&whole[0], &whole[1])]).await
    }
}
