//! Which provision a decision rests on, by what is decided and the day. Purely a table (`data/decision_bases.tsv`);
//! what a code stands for is in `disclosure/legal_basis.rs`.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::table::Table;

struct Row {
    decision: &'static str,
    basis: &'static str,
    until: Option<NaiveDate>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    Table::new(include_str!("../data/decision_bases.tsv"))
        .rows()
        .map(|row| Row {
            decision: row.text("decision"),
            basis: row.text("legal_basis"),
            until: row.value("valid_until"),
        })
        .collect()
});

/// Code in `legal_basis.tsv` of the provision that a decision of `day` rests on. `decision` is the code of a kind of
/// permit, or one of the other decisions of the table; days before its first row have that of the first.
///
/// # Panics
/// Never: tests find every decision in the table, without a gap.
pub fn decision_basis(decision: &str, day: NaiveDate) -> &'static str {
    let row = ROWS
        .iter()
        .find(|row| row.decision == decision && row.until.is_none_or(|until| day < until));
    row.expect("a test finds every decision in the table").basis
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::legal_basis;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_decision_rests_on_what_was_in_force_on_its_day() {
        for (decision, on, basis) in [
            ("plb", "2024-12-31", "ekom2003-6-2"),
            ("plb", "2025-01-01", "ekom2024-11-2"),
            ("amateur", "2026-03-22", "amatlis2009"),
            ("amateur", "2026-03-23", "amat2026-4"),
            ("amateur", "1999-01-01", "amatlis2009"),
            ("series-transfer", "2026-11-21", "num2004-24"),
        ] {
            assert_eq!(decision_basis(decision, day(on)), basis, "{decision} {on}");
        }
    }

    #[test]
    fn rows_follow_one_another_and_each_provision_was_in_force() {
        let mut last: Option<(&str, Option<NaiveDate>)> = None;
        for row in Table::new(include_str!("../data/decision_bases.tsv")).rows() {
            let from: NaiveDate = row.value("valid_from").expect("a first day");
            let until: Option<NaiveDate> = row.value("valid_until");
            let (decision, basis) = (row.text("decision"), row.text("legal_basis"));
            assert!(legal_basis::in_force(basis, from), "{basis} on {from}");
            let end =
                until.map_or_else(|| day("2026-11-21"), |until| until.pred_opt().expect("a day"));
            assert!(legal_basis::in_force(basis, end), "{basis} on {end}");
            match last.filter(|(before, _)| *before == decision) {
                Some((_, before)) => assert_eq!(before, Some(from), "{decision}: a gap"),
                None => assert!(last.is_none_or(|(_, until)| until.is_none()), "{last:?} ends"),
            }
            last = Some((decision, until));
        }
        assert_eq!(last.and_then(|(_, until)| until), None);
    }
}
