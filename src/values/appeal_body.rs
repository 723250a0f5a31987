//! Who decides appeals against a decision: dated rows of `src/data/appeal_bodies.tsv`, because the law on it is in motion.

use std::sync::LazyLock;

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    language::Language,
    table::{Table, code_enum},
};

static BODIES: LazyLock<Vec<AppealBody>> = LazyLock::new(read_table);

code_enum! {
    /// What a decision is about, as far as it says who decides an appeal.
    DecisionType {
        /// By the act on electronic communications.
        ElectronicCommunications = "electronic_communications",
        /// By the fee regulation.
        Fee = "fee",
        /// On access to a document.
        DocumentAccess = "document_access",
        /// About a number plan that nobody must use: no individual decision.
        VoluntaryNumberPlan = "voluntary_number_plan",
    }
}

/// A body that decides appeals, and from when to when.
#[derive(Debug)]
pub struct AppealBody {
    decision: DecisionType,
    /// Stable code; empty where nothing can be appealed.
    pub code: &'static str,
    names: [&'static str; 3],
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    /// Provision it rests on, as in `legal_basis.tsv`.
    pub basis: &'static str,
}

impl AppealBody {
    /// Its name in the middle of a sentence.
    pub const fn name(&self, language: Language) -> &'static str {
        let [bokmal, nynorsk, english] = self.names;
        match language {
            Language::Bokmal => bokmal,
            Language::Nynorsk => nynorsk,
            Language::English => english,
        }
    }

    /// What stands for it in the journal, in place of a party: the same for the same code, whatever its row.
    pub fn correspondent(&self) -> Uuid {
        let hash = Sha256::digest(format!("appeal-body/{}", self.code));
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    fn decides(&self, decision: DecisionType, day: NaiveDate) -> bool {
        self.decision == decision
            && self.from.is_none_or(|from| from <= day)
            && self.until.is_none_or(|until| day < until)
    }
}

/// The body with this code, whenever it decided.
pub fn find(code: &str) -> Option<&'static AppealBody> {
    BODIES.iter().find(|body| body.code == code)
}

/// The body that [`correspondent`](AppealBody::correspondent) stands for.
pub fn of_correspondent(id: Uuid) -> Option<&'static AppealBody> {
    BODIES.iter().find(|body| !body.code.is_empty() && body.correspondent() == id)
}

/// Who decides an appeal against a decision made on `day`; `None` where it cannot be appealed.
pub fn appeal_body(decision: DecisionType, day: NaiveDate) -> Option<&'static AppealBody> {
    BODIES.iter().find(|body| body.decides(decision, day)).filter(|body| !body.code.is_empty())
}

/// Provision, as in `legal_basis.tsv`, that says who decides an appeal against a decision made on `day`, or that nobody does.
pub fn appeal_basis(decision: DecisionType, day: NaiveDate) -> Option<&'static str> {
    BODIES.iter().find(|body| body.decides(decision, day)).map(|body| body.basis)
}

fn read_table() -> Vec<AppealBody> {
    Table::new(include_str!("../data/appeal_bodies.tsv"))
        .rows()
        .map(|row| AppealBody {
            decision: row.value("decision").expect("the table holds a decision"),
            code: row.text("body"),
            names: [row.text("nb"), row.text("nn"), row.text("en")],
            from: row.value("valid_from"),
            until: row.value("valid_until"),
            basis: row.text("basis"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(decision: DecisionType, day: &str) -> Option<(&'static str, &'static str)> {
        appeal_body(decision, day.parse().unwrap()).map(|body| (body.code, body.basis))
    }

    #[test]
    fn the_body_is_that_of_the_day_of_the_decision() {
        let of_the_act = DecisionType::ElectronicCommunications;
        assert_eq!(on(of_the_act, "2023-12-31"), Some(("ministry_kdd", "fvl1967-28")));
        assert_eq!(on(of_the_act, "2024-01-01"), Some(("ministry_dfd", "fvl1967-28")));
        assert_eq!(on(of_the_act, "2024-12-31"), Some(("ministry_dfd", "fvl1967-28")));
        assert_eq!(on(of_the_act, "2025-01-01"), Some(("ministry_dfd", "ekom2024-18-3")));
        assert_eq!(on(DecisionType::Fee, "2026-11-22"), Some(("ministry_dfd", "gebyr2024-22")));
        assert_eq!(on(DecisionType::Fee, "2024-01-16"), None, "before the regulation");
        assert_eq!(on(DecisionType::VoluntaryNumberPlan, "2026-11-22"), None);
    }

    #[test]
    fn a_body_is_known_by_what_stands_for_it_in_the_journal() {
        for body in BODIES.iter().filter(|body| !body.code.is_empty()) {
            let found = of_correspondent(body.correspondent()).expect("a body");
            assert_eq!(found.code, body.code);
        }
        assert!(of_correspondent(Uuid::nil()).is_none());
    }

    #[test]
    fn on_no_day_two_bodies_decide_and_each_has_a_name_and_a_basis() {
        let start: NaiveDate = "2022-01-01".parse().unwrap();
        for day in start.iter_days().take(365 * 8) {
            for decision in DecisionType::ALL {
                let deciding = BODIES.iter().filter(|body| body.decides(*decision, day)).count();
                assert!(deciding <= 1, "{decision:?} on {day}");
            }
        }
        for body in BODIES.iter() {
            assert!(!body.basis.is_empty());
            for language in [Language::Bokmal, Language::Nynorsk, Language::English] {
                assert_eq!(body.name(language).is_empty(), body.code.is_empty());
            }
        }
    }
}
