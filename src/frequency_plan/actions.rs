//! Taking over an edition of the national plan.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{model::Band, store};
use crate::{database::Tx, failure::Failure, values::frequency::FrequencyRange};

/// What taking over an edition did, in bands, against the edition that was in force on its first day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakenOver {
    /// Bands that were not in it.
    pub new: usize,
    /// Bands that said something else.
    pub changed: usize,
    /// Bands that said the same.
    pub unchanged: usize,
    /// Bands of it that are there no more.
    pub gone: usize,
    /// First day of the edition that follows, until which this one holds.
    pub until: Option<NaiveDate>,
}

/// Makes the bands those of the plan from a day on, until the next edition. Nothing is written when
/// the edition in force on that day says the same already.
///
/// # Errors
/// When the database does not answer.
pub async fn take_over(tx: &Tx, bands: &[Band], from: NaiveDate) -> Result<TakenOver, Failure> {
    let editions = store::editions(&**tx).await?;
    let former = editions.iter().rev().find(|edition| edition.from <= from);
    let until = editions.iter().map(|edition| edition.from).find(|day| *day > from);
    let before = match former {
        Some(former) => store::bands(&**tx, former.id).await?,
        None => Vec::new(),
    };
    let done = TakenOver { until, ..compare(&before, bands) };
    let is_same = former.is_some_and(|_| before == bands);
    if !is_same {
        store::put(tx, from, bands).await?;
    }
    Ok(done)
}

fn compare(before: &[Band], after: &[Band]) -> TakenOver {
    let mut earlier: BTreeMap<FrequencyRange, &Band> =
        before.iter().map(|band| (band.range, band)).collect();
    let mut done = TakenOver::default();
    for band in after {
        match earlier.remove(&band.range) {
            None => done.new += 1,
            Some(same) if same == band => done.unchanged += 1,
            Some(_) => done.changed += 1,
        }
    }
    done.gone = earlier.len();
    done
}
