//! Which decisions need a second signature on a day. Pure.

use chrono::NaiveDate;

use super::super::lifecycle::Step;
use crate::{disclosure::policy::Kind, values::table::Table};

const TABLE: &str = include_str!("../../data/second_signatures.tsv");

/// The outcome a step leads to, as in JSON; none for a step that decides nothing.
pub const fn outcome(step: Step) -> Option<&'static str> {
    match step {
        Step::Grant => Some("granted"),
        Step::GrantPartly => Some("partlyGranted"),
        Step::Refuse => Some("refused"),
        Step::Dismiss => Some("dismissed"),
        _ => None,
    }
}

/// The step that leads to an outcome.
pub fn step(text: &str) -> Option<Step> {
    Step::ALL.into_iter().find(|step| outcome(*step) == Some(text))
}

/// Whether a decision on a case of this kind waits for a second signature.
pub fn is_needed(kind: Kind, step: Step, day: NaiveDate) -> bool {
    let Some(outcome) = outcome(step) else { return false };
    Table::new(TABLE).rows().any(|row| {
        row.text("kind") == kind.as_str()
            && row.text("outcome") == outcome
            && row.value::<NaiveDate>("valid_from").is_some_and(|from| from <= day)
            && row.value::<NaiveDate>("valid_until").is_none_or(|until| day < until)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_a_kind_and_an_outcome() {
        for row in Table::new(TABLE).rows() {
            let kind = row.text("kind");
            assert!(Kind::ALL.iter().any(|one| one.as_str() == kind), "{kind}");
            assert!(step(row.text("outcome")).is_some(), "{}", row.text("outcome"));
        }
    }

    #[test]
    fn a_refusal_of_spectrum_is_signed_by_two_from_its_day_on() {
        let day = |text: &str| text.parse().expect("a date");
        assert!(is_needed(Kind::Spectrum, Step::Refuse, day("2026-11-22")));
        assert!(!is_needed(Kind::Spectrum, Step::Refuse, day("2024-12-31")));
        assert!(!is_needed(Kind::Spectrum, Step::Grant, day("2026-11-22")));
        assert!(!is_needed(Kind::Plb, Step::Refuse, day("2026-11-22")));
        assert!(!is_needed(Kind::Spectrum, Step::Assign, day("2026-11-22")));
    }
}
