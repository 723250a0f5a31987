//! Changes `attachment`: a document may wait in a draft until that is sent. Such a document has a data key of its
//! own, sealed under the draft's key first and under the applicant's afterwards, so that its pieces stay as they are.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

const WHOLE: &str = "CONSTRAINT attachment_whole_ck CHECK ((number IS NULL) = (sha256 IS NULL) AND (number IS NULL) = (media_type IS NULL))";
const WHOLE_ANYWHERE: &str = "CONSTRAINT attachment_whole_ck CHECK ((sha256 IS NULL) = (media_type IS NULL) AND (number IS NULL OR sha256 IS NOT NULL))";
const OF: &str = "CONSTRAINT attachment_of_ck CHECK ((case_id IS NULL) <> (draft_id IS NULL) AND (draft_id IS NULL OR number IS NULL))";
const COLUMNS: &str = "
ALTER TABLE attachment ADD COLUMN draft_id {uuid};
ALTER TABLE attachment ADD COLUMN key_sealed {bytes};
";
const GONE: &str = "
DELETE FROM attachment WHERE case_id IS NULL OR key_sealed IS NOT NULL;
";

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, COLUMNS).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let sql = format!(
                "ALTER TABLE attachment ALTER COLUMN case_id DROP NOT NULL;\n\
                 ALTER TABLE attachment DROP CONSTRAINT attachment_whole_ck;\n\
                 ALTER TABLE attachment ADD {WHOLE_ANYWHERE};\n\
                 ALTER TABLE attachment ADD {OF};\n"
            );
            crate::run(manager, &sql).await?;
        } else {
            let whole = format!("{WHOLE_ANYWHERE},\n  {OF}");
            let changes = [("case_id blob NOT NULL", "case_id blob"), (WHOLE, &whole)];
            crate::redefine(manager, "attachment", &changes).await?;
        }
        let index =
            "CREATE INDEX attachment_draft_ix ON attachment (draft_id) WHERE draft_id IS NOT NULL;";
        crate::run(manager, index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, "DROP INDEX attachment_draft_ix;").await?;
        crate::run(manager, GONE).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let sql = format!(
                "ALTER TABLE attachment DROP CONSTRAINT attachment_of_ck;\n\
                 ALTER TABLE attachment DROP CONSTRAINT attachment_whole_ck;\n\
                 ALTER TABLE attachment ADD {WHOLE};\n\
                 ALTER TABLE attachment ALTER COLUMN case_id SET NOT NULL;\n"
            );
            crate::run(manager, &sql).await?;
        } else {
            let whole = format!("{WHOLE_ANYWHERE},\n  {OF}");
            let changes = [("case_id blob", "case_id blob NOT NULL"), (whole.as_str(), WHOLE)];
            crate::redefine(manager, "attachment", &changes).await?;
        }
        let columns = "ALTER TABLE attachment DROP COLUMN key_sealed;\nALTER TABLE attachment DROP COLUMN draft_id;\n";
        crate::run(manager, columns).await
    }
}
