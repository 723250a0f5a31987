//! How SQLite reads what a statement asks for, so that tests see which index is taken. Of tables without
//! statistics, as those of a new database are; nothing outside tests may use it.

use std::sync::Arc;

use sea_orm::{ConnectionTrait as _, DbBackend, Statement, Value};

use super::{DatabaseSettings, Db, Migration};
use crate::clock::SystemClock;

/// The steps of a statement.
pub async fn plan(sql: &str, values: &[Value]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("plan.db").display());
    let settings = DatabaseSettings { url, connections: 2, exclusive: true };
    let db = Db::connect(&settings, Arc::new(SystemClock)).await.unwrap();
    db.migrate(Migration::Up).await.unwrap();
    let asked = format!("EXPLAIN QUERY PLAN {sql}");
    let asked = Statement::from_sql_and_values(DbBackend::Sqlite, asked, values.iter().cloned());
    let plan = db.read().query_all_raw(asked).await.unwrap();
    plan.iter().map(|row| row.try_get("", "detail").unwrap()).collect()
}
