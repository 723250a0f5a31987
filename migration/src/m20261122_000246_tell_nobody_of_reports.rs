//! Changes `journal_entry`: a report of interference that was put to a case names nobody. It was journaled with the
//! party of the case, who did not send it, before supervision was in the public journal.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let nobody = match manager.get_database_backend() {
            DbBackend::Postgres => "'00000000-0000-0000-0000-000000000000'",
            _ => "X'00000000000000000000000000000000'",
        };
        let sql = format!(
            "UPDATE journal_entry SET party_id = {nobody} WHERE title = 'Interference report received' \
             AND direction = 'in' AND party_id IS NULL;"
        );
        crate::run(manager, &sql).await
    }

    /// Whoever is named by nobody stays so.
    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}
