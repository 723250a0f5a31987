//! Which decisions need a second signature on a day. Pure.

use chrono::NaiveDate;

use super::super::{lifecycle::Step, model::Purpose};
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

/// What a decision does, as the table names it: its outcome, or what the authority does to a permit of its
/// own motion.
const fn deed(purpose: Purpose, step: Step) -> Option<&'static str> {
    match (purpose, step) {
        (Purpose::Revocation, Step::Grant) => Some("revoked"),
        (Purpose::Suspension, Step::Grant) => Some("suspended"),
        (Purpose::Reinstatement, Step::Grant) => Some("reinstated"),
        _ => outcome(step),
    }
}

/// Whether a decision on a case of this kind and purpose waits for a second signature.
pub fn is_needed((kind, purpose): (Kind, Purpose), step: Step, day: NaiveDate) -> bool {
    let Some(outcome) = deed(purpose, step) else { return false };
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
            let outcome = row.text("outcome");
            let deeds = Purpose::ALL
                .into_iter()
                .flat_map(|purpose| Step::ALL.map(|step| deed(purpose, step)));
            assert!(deeds.into_iter().any(|known| known == Some(outcome)), "{outcome}");
        }
    }

    #[test]
    fn a_refusal_of_spectrum_is_signed_by_two_from_its_day_on() {
        let day = |text: &str| text.parse().expect("a date");
        let needed = |kind, step, text| is_needed((kind, Purpose::New), step, day(text));
        assert!(needed(Kind::Spectrum, Step::Refuse, "2026-11-22"));
        assert!(!needed(Kind::Spectrum, Step::Refuse, "2024-12-31"));
        assert!(!needed(Kind::Spectrum, Step::Grant, "2026-11-22"));
        assert!(!needed(Kind::Plb, Step::Refuse, "2026-11-22"));
        assert!(!needed(Kind::Spectrum, Step::Assign, "2026-11-22"));
    }

    #[test]
    fn taking_a_scarce_resource_away_is_signed_by_two() {
        let day = "2026-11-22".parse().expect("a date");
        let needed = |kind, purpose| is_needed((kind, purpose), Step::Grant, day);
        for kind in [Kind::Spectrum, Kind::Numbering, Kind::Priority] {
            assert!(needed(kind, Purpose::Revocation), "{kind}");
            assert!(!needed(kind, Purpose::Reinstatement), "{kind}");
        }
        assert!(!needed(Kind::Plb, Purpose::Revocation));
        assert!(!needed(Kind::Spectrum, Purpose::Suspension));
    }
}
