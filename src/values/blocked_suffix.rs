//! Call-sign suffixes that are not assigned anew because they may be taken for a signal or an abbreviation (ITU RR 19.47, 19.48),
//! or because nobody should have to say them on the air.
//!
//! Signs assigned before stay valid. Single signs that caseworkers block are kept elsewhere.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::table::{Table, code_enum};

static BLOCKED: LazyLock<Vec<BlockedSuffix>> = LazyLock::new(read_table);

code_enum! {
    /// Why a suffix is blocked.
    BlockReason {
        /// QAA to QZZ.
        QCode = "q_code",
        DistressSignal = "distress_signal",
        UrgencySignal = "urgency_signal",
        SafetySignal = "safety_signal",
        /// An abbreviation of Rec. ITU-R M.1172.
        Abbreviation = "m1172_abbreviation",
        /// A word that offends, in Norwegian or English.
        Offensive = "offensive",
    }
}

struct BlockedSuffix {
    /// Letters, `?` for any one.
    pattern: &'static str,
    reason: BlockReason,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

/// Why no sign with this suffix, the letters after the digit, may be assigned on `day`; `None` when it may.
pub fn blocked_reason(suffix: &str, day: NaiveDate) -> Option<BlockReason> {
    BLOCKED
        .iter()
        .find(|blocked| blocked.applies(day) && blocked.matches(suffix))
        .map(|blocked| blocked.reason)
}

impl BlockedSuffix {
    fn applies(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }

    fn matches(&self, suffix: &str) -> bool {
        self.pattern.len() == suffix.len()
            && self
                .pattern
                .bytes()
                .zip(suffix.bytes())
                .all(|(p, c)| p == c || p == b'?' && c.is_ascii_uppercase())
    }
}

fn read_table() -> Vec<BlockedSuffix> {
    Table::new(include_str!("../data/blocked_suffixes.tsv"))
        .rows()
        .map(|row| BlockedSuffix {
            pattern: row.text("suffix"),
            reason: row.value("reason").expect("the table holds a reason"),
            from: row.value("from"),
            until: row.value("until"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, 11, 21).unwrap()
    }

    #[test]
    fn the_whole_suffix_is_compared() {
        for (suffix, reason) in [
            ("SOS", Some(BlockReason::DistressSignal)),
            ("QAA", Some(BlockReason::QCode)),
            ("QZZ", Some(BlockReason::QCode)),
            ("TTT", Some(BlockReason::SafetySignal)),
            ("XXX", Some(BlockReason::UrgencySignal)),
            ("MSG", Some(BlockReason::Abbreviation)),
            ("QOA", Some(BlockReason::QCode)),
            ("QUZ", Some(BlockReason::QCode)),
            ("PAN", Some(BlockReason::UrgencySignal)),
            ("DDD", Some(BlockReason::DistressSignal)),
            ("FAEN", Some(BlockReason::Offensive)),
            ("SHIT", Some(BlockReason::Offensive)),
            ("FAE", None),
            ("FAENX", None),
            ("QA", None),
            ("QAAA", None),
            ("SOSA", None),
            ("Q1A", None),
            ("ABC", None),
            ("", None),
        ] {
            assert_eq!(blocked_reason(suffix, day(2026)), reason, "{suffix}");
        }
        let mut patterns: Vec<&str> = BLOCKED.iter().map(|blocked| blocked.pattern).collect();
        patterns.sort_unstable();
        patterns.dedup();
        assert_eq!(patterns.len(), BLOCKED.len(), "each stands once");
        // the open personal series has suffixes of two letters, which are given in order and not chosen
        assert!(patterns.iter().all(|pattern| (3..=4).contains(&pattern.len())));
    }

    #[test]
    fn the_answer_for_a_past_day_uses_the_rows_of_that_day() {
        let on = |text: &str| blocked_reason("SOS", text.parse().unwrap());
        assert_eq!(on("2026-03-22"), None);
        assert_eq!(on("2026-03-23"), Some(BlockReason::DistressSignal));
        assert!(BLOCKED.iter().all(|blocked| blocked.from.is_some()), "every row is dated");
    }

    #[test]
    fn a_block_holds_on_its_days_only() {
        let blocked = BlockedSuffix {
            pattern: "ABC",
            reason: BlockReason::QCode,
            from: Some(day(2026)),
            until: Some(day(2027)),
        };
        assert!(
            !blocked.applies(day(2025))
                && blocked.applies(day(2026))
                && !blocked.applies(day(2027))
        );
    }
}
