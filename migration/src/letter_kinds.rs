//! What migrations that add kinds of letter have in common: the check of `letter` with theirs before those it has,
//! whichever they are by then. It must go on doing what it did: databases were made with it.

use sea_orm_migration::prelude::{DbErr, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

/// Lets letters be of these kinds, too.
pub(crate) async fn add(manager: &SchemaManager<'_>, kinds: &[&str]) -> Result<(), DbErr> {
    let [without, with] = beginnings(manager, kinds);
    change(manager, &without, &with).await
}

/// Lets letters be of these kinds no more, which were the last that were added.
pub(crate) async fn remove(manager: &SchemaManager<'_>, kinds: &[&str]) -> Result<(), DbErr> {
    let [without, with] = beginnings(manager, kinds);
    change(manager, &with, &without).await
}

/// The same with the letters that are of them.
pub(crate) async fn remove_with_letters(
    manager: &SchemaManager<'_>,
    kinds: &[&str],
) -> Result<(), DbErr> {
    let quoted: Vec<String> = kinds.iter().map(|kind| format!("'{kind}'")).collect();
    let quoted = quoted.join(", ");
    let letters = format!(
        "DELETE FROM letter_post WHERE letter_id IN (SELECT id FROM letter WHERE kind IN ({quoted}));\n\
         DELETE FROM letter WHERE kind IN ({quoted});\n"
    );
    crate::run(manager, &letters).await?;
    remove(manager, kinds).await
}

/// How the check begins without the kinds and with them; PostgreSQL's as it stands within a text of SQL.
fn beginnings(manager: &SchemaManager<'_>, kinds: &[&str]) -> [String; 2] {
    let (beginning, kinds): (&str, String) = match manager.get_database_backend() {
        DbBackend::Postgres => {
            ("ARRAY[", kinds.iter().map(|kind| format!("''{kind}''::text, ")).collect())
        }
        _ => (
            "CONSTRAINT letter_kind_ck CHECK (kind IN (",
            kinds.iter().map(|kind| format!("'{kind}', ")).collect(),
        ),
    };
    [beginning.to_owned(), format!("{beginning}{kinds}")]
}

async fn change(manager: &SchemaManager<'_>, from: &str, to: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return crate::redefine(manager, "letter", &[(from, to)]).await;
    }
    let anew = format!(
        r#"DO $$
DECLARE check_text text;
BEGIN
  SELECT pg_get_constraintdef(oid) INTO STRICT check_text FROM pg_constraint
    WHERE conname = 'letter_kind_ck' AND conrelid = 'letter'::regclass;
  ALTER TABLE letter DROP CONSTRAINT letter_kind_ck;
  EXECUTE 'ALTER TABLE letter ADD CONSTRAINT letter_kind_ck ' || replace(check_text, '{from}', '{to}');
END $$;"#
    );
    crate::run(manager, &anew).await
}
