//! Changes `letter`: there are letters that tell a holder that nothing comes of what they were given notice of.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// The check of letters' kinds with ours before those it has, whichever they are by then.
fn widen(from: &str, to: &str) -> String {
    format!(
        r#"DO $$
DECLARE check_text text;
BEGIN
  SELECT pg_get_constraintdef(oid) INTO STRICT check_text FROM pg_constraint
    WHERE conname = 'letter_kind_ck' AND conrelid = 'letter'::regclass;
  ALTER TABLE letter DROP CONSTRAINT letter_kind_ck;
  EXECUTE 'ALTER TABLE letter ADD CONSTRAINT letter_kind_ck ' || replace(check_text, '{from}', '{to}');
END $$;"#
    )
}

const ON_POSTGRES: [&str; 2] = ["ARRAY[", "ARRAY[''caseClosed''::text, "];
const ON_SQLITE: [&str; 2] = [
    "CONSTRAINT letter_kind_ck CHECK (kind IN (",
    "CONSTRAINT letter_kind_ck CHECK (kind IN ('caseClosed', ",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            return crate::run(manager, &widen(ON_POSTGRES[0], ON_POSTGRES[1])).await;
        }
        crate::redefine(manager, "letter", &[(ON_SQLITE[0], ON_SQLITE[1])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let letters = "DELETE FROM letter_post WHERE letter_id IN (SELECT id FROM letter WHERE kind = 'caseClosed');\n\
                       DELETE FROM letter WHERE kind = 'caseClosed';\n";
        crate::run(manager, letters).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            return crate::run(manager, &widen(ON_POSTGRES[1], ON_POSTGRES[0])).await;
        }
        crate::redefine(manager, "letter", &[(ON_SQLITE[1], ON_SQLITE[0])]).await
    }
}
