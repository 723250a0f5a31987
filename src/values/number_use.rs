//! By when number resources must be in use (FOR-2004-02-16-426 §§ 20e and 28): dated rows of `data/number_use_periods.tsv`.
//! Purely a table; who is asked, and what follows when the day has passed, is decided elsewhere.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::{calendar::Period, table::Table};

/// What the rules of some days say of a type of number resources.
pub struct UseRule {
    resource_type: &'static str,
    /// The situation of a permit by which its duty stands on the certificate.
    pub situation: &'static str,
    first: Period,
    unused: Option<Period>,
    from: NaiveDate,
    until: Option<NaiveDate>,
}

impl UseRule {
    fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// The last day by which resources that were given on `begun` must be in use, or in use again when the last day they are
    /// known to have been so is `in_use_on`; nothing where they need not be known to be so any more.
    pub fn due_on(&self, begun: NaiveDate, in_use_on: Option<NaiveDate>) -> Option<NaiveDate> {
        match in_use_on {
            None => Some(self.first.add_to(begun)),
            Some(day) => self.unused.map(|unused| unused.add_to(day)),
        }
    }
}

static RULES: LazyLock<Vec<UseRule>> = LazyLock::new(|| {
    Table::new(include_str!("../data/number_use_periods.tsv"))
        .rows()
        .map(|row| UseRule {
            resource_type: row.text("type"),
            situation: row.text("situation"),
            first: row.value("first").expect("every row has a first period"),
            unused: row.value("unused"),
            from: row.value("valid_from").expect("every row is dated"),
            until: row.value("valid_until"),
        })
        .collect()
});

/// The rule of a day on a type of number resources; nothing where they need not be in use by any day.
pub fn use_rule(resource_type: &str, day: NaiveDate) -> Option<&'static UseRule> {
    RULES.iter().find(|rule| rule.resource_type == resource_type && rule.holds(day))
}

/// Types of number resources that must be in use by some day, by the rules of a day.
pub fn types_with_rule(day: NaiveDate) -> Vec<&'static str> {
    RULES.iter().filter(|rule| rule.holds(day)).map(|rule| rule.resource_type).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::number_resource::ResourceType;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_harmonised_number_is_in_use_within_six_months_and_never_unused_for_a_year() {
        let rule = use_rule("e164_6_digit", day("2026-11-25")).expect("a rule");
        assert_eq!(rule.due_on(day("2026-08-31"), None), Some(day("2027-02-28")));
        let used = Some(day("2027-01-15"));
        assert_eq!(rule.due_on(day("2026-08-31"), used), Some(day("2028-01-15")));
        let codes = use_rule("dnic", day("2026-11-25")).expect("a rule");
        assert_eq!(codes.due_on(day("2026-08-31"), None), Some(day("2027-02-28")));
        assert_eq!(codes.due_on(day("2026-08-31"), used), None);
        assert!(use_rule("e164_6_digit", day("2008-12-31")).is_none(), "before § 20e");
        assert!(use_rule("e164_8_digit", day("2026-11-25")).is_none());
    }

    #[test]
    fn every_row_is_of_a_type_there_is() {
        for code in types_with_rule(day("2026-11-25")) {
            assert!(ResourceType::of(code).is_some(), "{code}");
        }
        assert_eq!(types_with_rule(day("2005-01-01")), ["dnic", "pnic"]);
    }
}
