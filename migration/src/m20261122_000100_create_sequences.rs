//! Creates the serial numbers for people: rows of `counter` on SQLite, sequences on PostgreSQL.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

const NAMES: [&str; 2] = ["case_number", "permit_number"];

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in NAMES {
            let statement = match manager.get_database_backend() {
                DbBackend::Postgres => format!("CREATE SEQUENCE {name}"),
                _ => format!("INSERT INTO counter (name, value) VALUES ('{name}', 0)"),
            };
            crate::run(manager, &statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in NAMES {
            let statement = match manager.get_database_backend() {
                DbBackend::Postgres => format!("DROP SEQUENCE {name}"),
                _ => format!("DELETE FROM counter WHERE name = '{name}'"),
            };
            crate::run(manager, &statement).await?;
        }
        Ok(())
    }
}
