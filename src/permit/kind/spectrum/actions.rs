//! Taking over the list of rights published before the registry, whole.

use std::collections::{HashMap, HashSet};

use super::{model::legacy::RightOfUse, store::legacy};
use crate::{database::Tx, failure::Failure};

/// What taking over a list did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakenOver {
    /// Rights that were not there.
    pub new: usize,
    /// Rights that said something else.
    pub changed: usize,
    /// Rights that stood so already.
    pub unchanged: usize,
    /// Rights that the list has no more.
    pub gone: usize,
}

/// Makes the rights those of the list, in its order. A right the list has in a row that was refused stays as it was: its id
/// is among `refused`.
///
/// # Errors
/// When the database does not answer.
pub async fn take_over(
    tx: &Tx,
    rights: &[(i64, RightOfUse)],
    refused: &HashSet<i64>,
) -> Result<TakenOver, Failure> {
    let kept: HashMap<i64, (i64, RightOfUse)> = legacy::all(&**tx)
        .await?
        .into_iter()
        .map(|(position, right)| (right.id, (position, right)))
        .collect();
    let listed: HashSet<i64> = rights.iter().map(|(_, right)| right.id).collect();
    let gone: Vec<i64> =
        kept.keys().filter(|id| !listed.contains(id) && !refused.contains(id)).copied().collect();
    let mut done = TakenOver { gone: gone.len(), ..TakenOver::default() };
    let mut written = Vec::new();
    for (position, right) in rights {
        let before = kept.get(&right.id);
        match before {
            None => done.new += 1,
            Some((_, before)) if before == right => done.unchanged += 1,
            Some(_) => done.changed += 1,
        }
        if before.is_none_or(|before| before != &(*position, right.clone())) {
            written.push((*position, right.clone()));
        }
    }
    legacy::remove(tx, &gone).await?;
    legacy::put(tx, &written).await?;
    Ok(done)
}
