//! Changes `decision` and `case`: a case that is taken up again after an appeal has a later decision too, and what
//! the authority does to a permit of its own motion is a case with a purpose of its own.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

const UNIQUE: &str = "CONSTRAINT decision_case_uq UNIQUE (case_id),";
const PURPOSES: &str = "purpose IN ('new', 'amendment', 'renewal', 'transfer')";
const MORE_PURPOSES: &str = "purpose IN ('new', 'amendment', 'renewal', 'transfer', 'suspension', 'reinstatement', 'revocation')";

const BACK: &str = r#"
DELETE FROM decision WHERE EXISTS
  (SELECT 1 FROM decision later WHERE later.case_id = decision.case_id AND later.id > decision.id);
UPDATE "case" SET purpose = 'amendment' WHERE purpose IN ('suspension', 'reinstatement', 'revocation');
"#;

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            let sql = format!(
                "ALTER TABLE decision DROP CONSTRAINT decision_case_uq;\n\
                 ALTER TABLE \"case\" DROP CONSTRAINT case_purpose_ck;\n\
                 ALTER TABLE \"case\" ADD CONSTRAINT case_purpose_ck CHECK ({MORE_PURPOSES});\n"
            );
            crate::run(manager, &sql).await?;
        } else {
            let checked = "CONSTRAINT decision_outcome_ck";
            let with_unique = format!("{UNIQUE}\n  {checked}");
            crate::redefine(manager, "decision", &[(&with_unique, checked)]).await?;
            crate::redefine(manager, "case", &[(PURPOSES, MORE_PURPOSES)]).await?;
        }
        crate::run(manager, "CREATE INDEX decision_case_ix ON decision (case_id, id);").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, BACK).await?;
        crate::run(manager, "DROP INDEX decision_case_ix;").await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let sql = format!(
                "ALTER TABLE decision ADD CONSTRAINT decision_case_uq UNIQUE (case_id);\n\
                 ALTER TABLE \"case\" DROP CONSTRAINT case_purpose_ck;\n\
                 ALTER TABLE \"case\" ADD CONSTRAINT case_purpose_ck CHECK ({PURPOSES});\n"
            );
            return crate::run(manager, &sql).await;
        }
        let checked = "CONSTRAINT decision_outcome_ck";
        let with_unique = format!("{UNIQUE}\n  {checked}");
        crate::redefine(manager, "decision", &[(checked, &with_unique)]).await?;
        crate::redefine(manager, "case", &[(MORE_PURPOSES, PURPOSES)]).await
    }
}
