//! Changes `email`: there are reminders of the time to comment on an advance notice, and of the yearly report on numbers.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// The check of purposes with ours before those it has, whichever they are by then.
fn widen(from: &str, to: &str) -> String {
    format!(
        r#"DO $$
DECLARE check_text text;
BEGIN
  SELECT pg_get_constraintdef(oid) INTO STRICT check_text FROM pg_constraint
    WHERE conname = 'email_purpose_ck' AND conrelid = 'email'::regclass;
  ALTER TABLE email DROP CONSTRAINT email_purpose_ck;
  EXECUTE 'ALTER TABLE email ADD CONSTRAINT email_purpose_ck ' || replace(check_text, '{from}', '{to}');
END $$;"#
    )
}

const ON_POSTGRES: [&str; 2] = ["ARRAY[", "ARRAY[''commentDue''::text, ''reportDue''::text, "];
const ON_SQLITE: [&str; 2] = [
    "CONSTRAINT email_purpose_ck CHECK (purpose IN (",
    "CONSTRAINT email_purpose_ck CHECK (purpose IN ('commentDue', 'reportDue', ",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            return crate::run(manager, &widen(ON_POSTGRES[0], ON_POSTGRES[1])).await;
        }
        crate::redefine(manager, "email", &[(ON_SQLITE[0], ON_SQLITE[1])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let reminders = "DELETE FROM email WHERE purpose IN ('commentDue', 'reportDue');\n";
        crate::run(manager, reminders).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            return crate::run(manager, &widen(ON_POSTGRES[1], ON_POSTGRES[0])).await;
        }
        crate::redefine(manager, "email", &[(ON_SQLITE[1], ON_SQLITE[0])]).await
    }
}
