//! Indexes `permit` by the call sign of the licensee who answers for a station: few permits have one.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

const UP: &str = r#"
CREATE INDEX permit_responsible_ix ON permit ((details ->> 'responsible'))
  WHERE details ->> 'responsible' IS NOT NULL;
"#;

const UP_SQLITE: &str = r#"
CREATE INDEX permit_responsible_ix ON permit (json_extract(details, '$.responsible'))
  WHERE json_extract(details, '$.responsible') IS NOT NULL;
"#;

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        crate::run(manager, if postgres { UP } else { UP_SQLITE }).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, "DROP INDEX permit_responsible_ix;").await
    }
}
