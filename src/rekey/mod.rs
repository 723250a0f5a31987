//! Sealing anew what lies under an older key of the ring, after `anrop keys rotate`, so that the older
//! key can be taken out of use. It goes through the rows that the ring seals itself; everything else
//! is sealed under data keys, whose wrapped forms are among them. It may be broken off and run again:
//! what is under the active key is passed over.

pub mod store;

use crate::{
    database::{Db, Tx},
    failure::Failure,
    keys::KeyRing,
};
use store::{COLUMNS, Position};

/// Rows read at a time, each page in a transaction of its own.
const PAGE: u64 = 500;

/// What was done with one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resealed {
    /// Table and column.
    pub column: &'static str,
    /// Rows looked at.
    pub seen: u64,
    /// Rows that lay under an older key.
    pub changed: u64,
}

/// Seals every row under the active key of `ring`; tells how many rows it has passed.
///
/// # Errors
/// When a row does not open under any key of the ring, or the database does not answer; the pages
/// before stay done.
pub async fn reseal(
    db: &Db,
    ring: &KeyRing,
    mut passed: impl FnMut(u64),
) -> Result<Vec<Resealed>, Failure> {
    let mut done = Vec::new();
    for column in &COLUMNS {
        let mut total = Resealed { column: column.name, seen: 0, changed: 0 };
        let mut after = Position::default();
        loop {
            let page = db
                .write(|tx: Tx| async move { column.reseal(&tx, ring, after, PAGE).await })
                .await?;
            total.seen += page.seen;
            total.changed += page.changed;
            passed(page.seen);
            match page.last {
                Some(last) => after = last,
                None => break,
            }
        }
        done.push(total);
    }
    Ok(done)
}
