//! Changes `letter`: there are receipts of applications that came on paper or by telephone.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::letter_kinds;

const KINDS: [&str; 1] = ["receipt"];

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        letter_kinds::add(manager, &KINDS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        letter_kinds::remove_with_letters(manager, &KINDS).await
    }
}
