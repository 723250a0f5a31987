//! What can be said of wishes before anybody looks at who has the signs. It must not ask a database.

use chrono::NaiveDate;

use crate::{
    failure::FieldErrors,
    values::{blocked_suffix::BlockReason, call_sign::CallSign, call_sign_series},
};

/// What is wrong with wishes for signs that nobody is given on `day`, each at its place in the application: the suffix may be
/// taken for a signal or an abbreviation, or nobody should have to say it (ITU RR 19.47, 19.48).
pub fn blocked(wishes: &[CallSign], day: NaiveDate) -> FieldErrors {
    let mut errors = FieldErrors::new();
    for (at, sign) in wishes.iter().enumerate() {
        let Some(reason) = call_sign_series::blocked(*sign, day) else { continue };
        let (code, detail) = match reason {
            BlockReason::QCode => (
                "blocked-q-code",
                "No call sign ends in a code from QAA to QZZ (ITU RR 19.47). Wish for another.",
            ),
            BlockReason::DistressSignal
            | BlockReason::UrgencySignal
            | BlockReason::SafetySignal => (
                "blocked-signal",
                "This suffix may be taken for a distress, urgency or safety signal (ITU RR 19.47). Wish for another.",
            ),
            BlockReason::Abbreviation => (
                "blocked-abbreviation",
                "This suffix is an abbreviation of the radio services (ITU RR 19.48). Wish for another.",
            ),
            BlockReason::Offensive => (
                "blocked-word",
                "This suffix is a word that the authority does not give. Wish for another.",
            ),
        };
        errors.add(format!("/wishes/{at}"), code, detail);
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_that_nobody_is_given_is_told_at_its_place_from_the_day_of_the_rule_on() {
        let wishes = ["LA1ABC", "LA1QRT", "LA1SOS", "LA1TXT", "LA1FAEN"]
            .map(|sign| CallSign::parse(sign).expect("a sign"));
        let told = |day: &str| -> Vec<(String, String)> {
            let found = blocked(&wishes, day.parse().expect("a day")).finish(Some(()));
            let failure = found.err();
            let fields = failure.iter().flat_map(|failure| failure.fields());
            fields.map(|error| (error.pointer.clone(), error.code.to_string())).collect()
        };
        let expected = [
            ("/wishes/1", "blocked-q-code"),
            ("/wishes/2", "blocked-signal"),
            ("/wishes/3", "blocked-abbreviation"),
            ("/wishes/4", "blocked-word"),
        ];
        let expected = expected.map(|(at, code)| (at.to_owned(), code.to_owned()));
        assert_eq!(told("2026-11-22"), expected);
        assert!(told("2026-03-22").is_empty());
    }
}
