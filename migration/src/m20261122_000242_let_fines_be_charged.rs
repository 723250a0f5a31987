//! Changes `invoice_line`: a line is of a permit, or of a coercive fine, which has one line at most.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

const UP: &str = r#"
ALTER TABLE invoice_line ADD COLUMN fine_id {uuid};
CREATE UNIQUE INDEX invoice_line_fine_uq ON invoice_line (fine_id) WHERE fine_id IS NOT NULL;
"#;
// what is invoiced or paid keeps its line, so there is no way back from it: else it would be charged once more
const DOWN: &str = r#"
CREATE TABLE fine_stands (charged {int} NOT NULL CHECK (charged = 0));
INSERT INTO fine_stands SELECT count(*) FROM invoice_line
WHERE fine_id IS NOT NULL AND (invoice_id IS NOT NULL OR payment_id IS NOT NULL);
DROP TABLE fine_stands;
DELETE FROM invoice_line WHERE fine_id IS NOT NULL;
DROP INDEX invoice_line_fine_uq;
"#;
const PERMIT: &str = "permit_id blob NOT NULL";
const OF: &str = "CONSTRAINT invoice_line_of_ck CHECK ((permit_id IS NULL) <> (fine_id IS NULL))";
const BEFORE: &str = "CONSTRAINT invoice_line_amount_ck";

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let sql = format!(
                "ALTER TABLE invoice_line ALTER COLUMN permit_id DROP NOT NULL;\n\
                 ALTER TABLE invoice_line ADD {OF};\n\
                 ALTER TABLE invoice_line ADD CONSTRAINT invoice_line_fine_fk FOREIGN KEY (fine_id) REFERENCES supervision_act (id);\n"
            );
            return crate::run(manager, &sql).await;
        }
        let with_check = format!("{OF},\n  {BEFORE}");
        let changes = [(PERMIT, "permit_id blob"), (BEFORE, with_check.as_str())];
        crate::redefine(manager, "invoice_line", &changes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, DOWN).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let sql = "ALTER TABLE invoice_line DROP CONSTRAINT invoice_line_of_ck;\n\
                       ALTER TABLE invoice_line DROP COLUMN fine_id;\n\
                       ALTER TABLE invoice_line ALTER COLUMN permit_id SET NOT NULL;\n";
            return crate::run(manager, sql).await;
        }
        let with_check = format!("{OF},\n  {BEFORE}");
        let changes = [("permit_id blob", PERMIT), (with_check.as_str(), BEFORE)];
        crate::redefine(manager, "invoice_line", &changes).await?;
        crate::run(manager, "ALTER TABLE invoice_line DROP COLUMN fine_id;").await
    }
}
