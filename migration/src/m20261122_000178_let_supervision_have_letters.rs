//! Changes `journal_entry`, `letter` and `appeal`: they may belong to a supervision case (an appeal: to one of its
//! decisions) as well as to a case on a permit, so their case is no foreign key any more; and letters have the
//! kinds that supervision sends.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

use crate::letter_kinds;

const TABLES: [&str; 3] = ["journal_entry", "letter", "appeal"];
const KINDS: [&str; 4] = ["advanceNotice", "order", "coerciveFine", "supervisionClosed"];

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

fn reference(table: &str) -> String {
    format!("CONSTRAINT {table}_case_fk FOREIGN KEY (case_id) REFERENCES \"case\" (id)")
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            for table in TABLES {
                let drop = format!("ALTER TABLE {table} DROP CONSTRAINT {table}_case_fk;");
                crate::run(manager, &drop).await?;
            }
            return letter_kinds::add(manager, &KINDS).await;
        }
        for table in TABLES {
            let reference = format!(",\n  {}", reference(table));
            crate::redefine(manager, table, &[(&reference, "")]).await?;
        }
        letter_kinds::add(manager, &KINDS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(
            manager,
            r#"
DELETE FROM appeal WHERE NOT EXISTS (SELECT 1 FROM "case" c WHERE c.id = appeal.case_id);
DELETE FROM letter WHERE NOT EXISTS (SELECT 1 FROM "case" c WHERE c.id = letter.case_id);
DELETE FROM journal_entry WHERE NOT EXISTS (SELECT 1 FROM "case" c WHERE c.id = journal_entry.case_id);
"#,
        )
        .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            for table in TABLES {
                let add = format!("ALTER TABLE {table} ADD {};", reference(table));
                crate::run(manager, &add).await?;
            }
            return letter_kinds::remove(manager, &KINDS).await;
        }
        letter_kinds::remove(manager, &KINDS).await?;
        for table in TABLES {
            let key = format!("CONSTRAINT {table}_pk PRIMARY KEY (id)");
            let both = format!("{key},\n  {}", reference(table));
            crate::redefine(manager, table, &[(&key, &both)]).await?;
        }
        Ok(())
    }
}
