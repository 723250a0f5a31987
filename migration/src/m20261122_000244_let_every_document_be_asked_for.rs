//! Changes `document_access_request`: a request may be for a document of supervision or of fees too, so its case is no
//! foreign key any more.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

const TABLE: &str = "document_access_request";
const REFERENCE: &str =
    "CONSTRAINT document_access_request_case_fk FOREIGN KEY (case_id) REFERENCES \"case\" (id)";
const NEXT: &str = "CONSTRAINT document_access_request_entry_fk";

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            let drop =
                format!("ALTER TABLE {TABLE} DROP CONSTRAINT document_access_request_case_fk;");
            return crate::run(manager, &drop).await;
        }
        let with_next = format!("{REFERENCE},\n  {NEXT}");
        crate::redefine(manager, TABLE, &[(with_next.as_str(), NEXT)]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let others = format!(
            "DELETE FROM {TABLE} WHERE NOT EXISTS (SELECT 1 FROM \"case\" c WHERE c.id = {TABLE}.case_id);"
        );
        crate::run(manager, &others).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let add = format!("ALTER TABLE {TABLE} ADD {REFERENCE};");
            return crate::run(manager, &add).await;
        }
        let with_next = format!("{REFERENCE},\n  {NEXT}");
        crate::redefine(manager, TABLE, &[(NEXT, with_next.as_str())]).await
    }
}
