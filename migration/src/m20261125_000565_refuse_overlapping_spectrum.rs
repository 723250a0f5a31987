//! Lets SQLite refuse by itself an exclusive row of `spectrum_block` that overlaps another, as PostgreSQL does by its
//! exclusion constraint. Two rings it cannot compare: of those the one writer decides, who looks before writing.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

const UP: &str = r#"
CREATE TRIGGER spectrum_block_refused BEFORE INSERT ON spectrum_block WHEN NEW.live AND NEW.exclusive BEGIN
  SELECT RAISE(ABORT, 'spectrum_block_overlap_ex')
  FROM spectrum_block_box x CROSS JOIN spectrum_block b ON b.id = x.id
  WHERE x.mhz_from < NEW.upper_hz / 1000000.0 AND x.mhz_until > NEW.lower_hz / 1000000.0
    AND x.space_from < NEW.space_until AND x.space_until > NEW.space_from
    AND x.day_from < coalesce(julianday(NEW.valid_until), 9999999)
    AND x.day_until > julianday(NEW.valid_from)
    AND b.live AND b.exclusive AND b.lower_hz < NEW.upper_hz AND b.upper_hz > NEW.lower_hz
    AND b.space_from < NEW.space_until AND b.space_until > NEW.space_from
    AND (NEW.valid_until IS NULL OR b.valid_from < NEW.valid_until)
    AND (b.valid_until IS NULL OR b.valid_until > NEW.valid_from)
    AND '((-180,-90),(180,-90),(180,90),(-180,90))' IN (b.shape, NEW.shape);
END;
"#;

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            return Ok(());
        }
        crate::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            return Ok(());
        }
        crate::run(manager, "DROP TRIGGER spectrum_block_refused;").await
    }
}
