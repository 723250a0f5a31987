//! How full each series of call signs is.

use chrono::NaiveDate;

use super::super::{SignStatus, store};
use crate::{
    database::Connection,
    failure::Failure,
    values::{
        call_sign_series::{self, Series, SeriesOrder},
        limit::Limit,
    },
};

/// Where a series stands.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// The series.
    pub series: &'static Series,
    /// New signs of it are assigned.
    pub is_open: bool,
    /// How many signs it has, where it is assigned in order.
    pub size: Option<u64>,
    /// Signs in use.
    pub in_use: u64,
    /// Signs that rest.
    pub quarantined: u64,
    /// Signs kept for somebody.
    pub reserved: u64,
    /// Signs that are not to be given.
    pub blocked: u64,
    /// It is the last that is open for its purpose, and so many are taken that another will be needed.
    pub is_nearly_full: bool,
}

impl Standing {
    /// Signs that cannot be given.
    pub const fn taken(&self) -> u64 {
        self.in_use + self.quarantined + self.reserved + self.blocked
    }
}

/// Where every series stands on `day`.
///
/// # Errors
/// When the database does not answer.
pub async fn standings(
    connection: &impl Connection,
    day: NaiveDate,
) -> Result<Vec<Standing>, Failure> {
    let counts = store::counts(connection).await?;
    let of = |series: &'static Series| {
        let count = |status: SignStatus| {
            counts
                .iter()
                .find(|(of, code, _)| of == series.name && code == status.code())
                .map_or(0, |(_, _, count)| u64::try_from(*count).unwrap_or(0))
        };
        let mut found = Standing {
            series,
            is_open: series.is_open(day),
            size: series.order().map(SeriesOrder::size),
            in_use: count(SignStatus::InUse),
            quarantined: count(SignStatus::Quarantined),
            reserved: count(SignStatus::Reserved),
            blocked: count(SignStatus::Blocked),
            is_nearly_full: false,
        };
        let (taken, mark) = (found.taken(), Limit::SeriesNearlyFull.count(day));
        let passed = |(size, mark)| is_nearly_full(taken, size, mark);
        let is_last = call_sign_series::last_open(series.kind, day)
            .is_some_and(|last| last.name == series.name);
        found.is_nearly_full = is_last && found.size.zip(mark).is_some_and(passed);
        found
    };
    Ok(call_sign_series::all().iter().map(of).collect())
}

/// So many in the hundred are taken that there is no more than the time it takes to open another series.
const fn is_nearly_full(taken: u64, size: u64, percent: u64) -> bool {
    taken * 100 >= size * percent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::call_sign_series::SeriesKind;

    #[test]
    fn a_series_is_nearly_full_from_ninety_of_a_hundred_on() {
        for (taken, size, nearly) in [
            (0, 100, false),
            (89, 100, false),
            (90, 100, true),
            (100, 100, true),
            (8, 9, false),
            (9, 9, true),
        ] {
            assert_eq!(is_nearly_full(taken, size, 90), nearly, "{taken} of {size}");
        }
        let personal = call_sign_series::series(SeriesKind::PersonalNew).order().unwrap().size();
        assert_eq!(personal, 6_760);
        assert!(!is_nearly_full(6_083, personal, 90) && is_nearly_full(6_084, personal, 90));
    }
}
