//! Changes `email` and `task`: holders are asked whether numbers are in use, and caseworkers see to it when they did not say so.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Table, constraint, its column and the code that is added.
const ADDED: [(&str, &str, &str, &str); 2] = [
    ("email", "email_purpose_ck", "purpose", "numberUseDue"),
    ("task", "task_kind_ck", "kind", "numbersUnused"),
];

/// A check with `to` for `from` in it, whichever codes it has by then.
fn widen(table: &str, check: &str, from: &str, to: &str) -> String {
    format!(
        r#"DO $$
DECLARE check_text text;
BEGIN
  SELECT pg_get_constraintdef(oid) INTO STRICT check_text FROM pg_constraint
    WHERE conname = '{check}' AND conrelid = '{table}'::regclass;
  ALTER TABLE {table} DROP CONSTRAINT {check};
  EXECUTE 'ALTER TABLE {table} ADD CONSTRAINT {check} ' || replace(check_text, '{from}', '{to}');
END $$;"#
    )
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, check, column, code) in ADDED {
            if manager.get_database_backend() == DbBackend::Postgres {
                let to = format!("ARRAY[''{code}''::text, ");
                crate::run(manager, &widen(table, check, "ARRAY[", &to)).await?;
            } else {
                let from = format!("CONSTRAINT {check} CHECK ({column} IN (");
                let to = format!("{from}'{code}', ");
                crate::redefine(manager, table, &[(&from, &to)]).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, check, column, code) in ADDED {
            crate::run(manager, &format!("DELETE FROM {table} WHERE {column} = '{code}';\n"))
                .await?;
            if manager.get_database_backend() == DbBackend::Postgres {
                let from = format!("ARRAY[''{code}''::text, ");
                crate::run(manager, &widen(table, check, &from, "ARRAY[")).await?;
            } else {
                let to = format!("CONSTRAINT {check} CHECK ({column} IN (");
                let from = format!("{to}'{code}', ");
                crate::redefine(manager, table, &[(&from, &to)]).await?;
            }
        }
        Ok(())
    }
}
