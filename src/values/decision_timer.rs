//! Which time limit a decision on a kind of permit has, and how it may be changed: dated rows of
//! `data/decision_timers.tsv`. How long each is stands in `data/deadlines.tsv` (`deadline.rs`). Purely a table.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::{
    deadline::Timer,
    table::{Table, code_enum},
};

code_enum! {
    /// How a caseworker changes the time limit of a decision.
    TimeLimitChange {
        /// Special cases take longer; once.
        Extension = "extension",
        /// The number of permits is limited, so that one is chosen among those who apply.
        LimitedNumber = "limitedNumber",
        /// The use was put to other countries; the time runs from their reply.
        CoordinationSent = "coordinationSent",
        /// They have replied.
        CoordinationReply = "coordinationReply",
    }
}

struct Row {
    kind: &'static str,
    change: Option<TimeLimitChange>,
    before: Option<Timer>,
    timer: Timer,
    from: NaiveDate,
    until: Option<NaiveDate>,
}

impl Row {
    fn holds(&self, kind: &str, day: NaiveDate) -> bool {
        self.kind == kind && self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    Table::new(include_str!("../data/decision_timers.tsv"))
        .rows()
        .map(|row| Row {
            kind: row.text("kind"),
            change: row.value("change"),
            before: Timer::named(row.text("before")),
            timer: Timer::named(row.text("timer")).expect("the table holds a time limit"),
            from: row.value("valid_from").expect("the table holds a date"),
            until: row.value("valid_until"),
        })
        .collect()
});

/// The time limit that a case about a kind of permit begins with, by the rules of `day`.
///
/// # Panics
/// Never: a test finds every kind in the table, without a gap.
pub fn decision_timer(kind: &str, day: NaiveDate) -> Timer {
    let row = ROWS.iter().find(|row| row.change.is_none() && row.holds(kind, day));
    row.expect("a test finds every kind in the table").timer
}

/// The time limit after a change, where the rules of `day` allow that of the one a case has.
pub fn changed(
    kind: &str,
    change: TimeLimitChange,
    before: Timer,
    day: NaiveDate,
) -> Option<Timer> {
    let fits = |row: &&Row| {
        row.change == Some(change) && row.before == Some(before) && row.holds(kind, day)
    };
    ROWS.iter().find(fits).map(|row| row.timer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn every_row_is_read_whole_and_each_kind_has_one_limit_on_each_day() {
        for row in ROWS.iter() {
            assert_eq!(row.change.is_some(), row.before.is_some(), "{}", row.kind);
        }
        let kinds: std::collections::BTreeSet<&str> = ROWS.iter().map(|row| row.kind).collect();
        assert_eq!(kinds.len(), 9);
        for start in day("2024-01-01").iter_days().step_by(31).take(60) {
            for kind in &kinds {
                let first =
                    ROWS.iter().filter(|row| row.change.is_none() && row.holds(kind, start));
                assert_eq!(first.count(), 1, "{kind} on {start}");
            }
        }
    }

    #[test]
    fn a_limit_is_changed_once_and_only_where_the_act_has_it() {
        use TimeLimitChange::{CoordinationReply, CoordinationSent, Extension, LimitedNumber};
        let today = day("2026-11-23");
        let after = |kind, change, before| changed(kind, change, before, today);
        let extended = Some(Timer::NumberDecisionExtended);
        assert_eq!(after("numbering", Extension, Timer::NumberDecision), extended);
        assert_eq!(after("numbering", Extension, Timer::NumberDecisionExtended), None);
        assert_eq!(changed("numbering", Extension, Timer::NumberDecision, day("2024-12-31")), None);
        assert_eq!(after("plb", Extension, Timer::FrequencyDecision), None);
        let out = Some(Timer::FrequencyCoordination);
        assert_eq!(after("transmitter", CoordinationSent, Timer::FrequencyDecision), out);
        assert_eq!(after("transmitter", CoordinationReply, Timer::FrequencyDecision), None);
        let replied = Some(Timer::FrequencyDecisionCoordinated);
        assert_eq!(after("transmitter", CoordinationReply, Timer::FrequencyCoordination), replied);
        assert_eq!(after("transmitter", LimitedNumber, Timer::FrequencyDecision), None);
        let limited = Some(Timer::FrequencyDecisionLimited);
        assert_eq!(after("spectrum", LimitedNumber, Timer::FrequencyDecision), limited);
        assert_eq!(decision_timer("supplier", today), Timer::SupplierDecision);
    }
}
