//! Codes that are written out in a statement instead of bound: with its query planner stability guarantee SQLite
//! finds a partial index by nothing else. It must not be given anything that came from outside.

use sea_orm::sea_query::Expr;

/// A code as it stands in a statement.
///
/// # Panics
/// When it is not of letters alone, which is a fault of ours.
pub fn written(code: &'static str) -> Expr {
    assert!(code.bytes().all(|byte| byte.is_ascii_alphabetic()), "a code is of letters");
    Expr::cust(format!("'{code}'"))
}
