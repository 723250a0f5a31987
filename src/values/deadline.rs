//! Every statutory and promised time limit of case handling, counted from what set it off.
//! The lengths stand in `data/deadlines.tsv`, dated, so that a change of law is a new row. This file must not read a
//! clock, know a case, or decide what a passed deadline means.

use std::sync::OnceLock;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Flaw,
    calendar::{Period, add_working_days, end_of_day, next_working_day, oslo_date},
};

/// Defines the closed list of timers with the name each has in the table.
macro_rules! timers {
    ($($(#[$doc:meta])* $timer:ident = $name:literal,)+) => {
        /// What a time limit is for. Statutes stand in the table, by code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Timer {
            $($(#[$doc])* $timer,)+
        }

        impl Timer {
            /// Every timer, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$timer),+];

            /// The name in the table, in the database and in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$timer => $name),+ }
            }

            /// The timer of that name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|timer| timer.as_str() == name)
            }
        }
    };
}

timers! {
    /// Confirmation of an electronic submission, at once.
    Receipt = "receipt",
    /// Provisional answer to an application not yet decided.
    ProvisionalAnswer = "provisional_answer",
    FrequencyDecision = "frequency_decision",
    /// Counted from the reply to international coordination.
    FrequencyDecisionCoordinated = "frequency_decision_coordinated",
    /// Where the number of permits is limited.
    FrequencyDecisionLimited = "frequency_decision_limited",
    /// The reply of other countries is expected, counted from what was put to them.
    FrequencyCoordination = "frequency_coordination",
    /// A number reserved for a special purpose.
    NumberDecision = "number_decision",
    NumberDecisionExtended = "number_decision_extended",
    InstallerDecision = "installer_decision",
    SupplierDecision = "supplier_decision",
    PriorityDecision = "priority_decision",
    /// The yearly report on the use of numbers, counted from the first day of the year after.
    UtilisationReport = "utilisation_report",
    /// Comment period of an advance notice; its length is set in the case.
    AdvanceNotice = "advance_notice",
    AppealInformationOrder = "appeal_information_order",
    Appeal = "appeal",
    /// Counted from the first public announcement, when the parties were told that way.
    AppealPublicNotice = "appeal_public_notice",
    /// Reasons for a decision, from the day they were demanded.
    ReasonsAnswer = "reasons_answer",
    /// Counted anew from the reasons, when they were asked for in time.
    AppealAfterReasons = "appeal_after_reasons",
    /// One who was not told, counted from knowledge of the decision.
    AppealThirdParty = "appeal_third_party",
    /// The end for one who was not told, when the decision grants a right.
    AppealThirdPartyCap = "appeal_third_party_cap",
    /// After this no appeal is taken up.
    LateAppealLimit = "late_appeal_limit",
    /// An appeal that was lost on the way; where the original period was shorter, that one holds.
    LostAppealRepeated = "lost_appeal_repeated",
    ReversalNotice = "reversal_notice",
    /// Decisions under ekomloven chapters 6, 7 and 15.
    ReversalNoticeEkom = "reversal_notice_ekom",
    OwnMotionNotice = "own_motion_notice",
    /// Where the decision was itself made in an appeal, the length of the notice holds for this too.
    OwnMotionDecision = "own_motion_decision",
    CostsClaim = "costs_claim",
    Lawsuit = "lawsuit",
    /// Second notice about a decision that nobody has opened.
    SecondNotification = "second_notification",
    /// After this, silence counts as refusal of access.
    DocumentAccessSilence = "document_access_silence",
    FullerReasonsRequest = "fuller_reasons_request",
    FullerReasonsAnswer = "fuller_reasons_answer",
    /// A request under GDPR Articles 15 to 22.
    GdprRequest = "gdpr_request",
    GdprRequestExtended = "gdpr_request_extended",
    /// Report of a breach to the data protection authority.
    BreachReport = "breach_report",
}

/// How a length is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// Days, weeks, months or years; the day of the trigger is not counted.
    Calendar,
    /// Working days after the day of the trigger.
    WorkingDays,
    /// Elapsed time from the instant of the trigger.
    Elapsed,
    /// The earliest of several calendar lengths.
    Earliest,
    /// The length is chosen in the case.
    SetPerCase,
}

/// One dated row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub timer: Timer,
    lengths: Vec<Period>,
    unit: Unit,
    /// Whether a last day that is no working day moves to the next one (domstolloven § 149).
    rolls: bool,
    /// The provisions, as legal basis codes.
    pub statutes: Vec<&'static str>,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
}

/// When a time limit ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    /// The first instant that is too late.
    pub ends_at: DateTime<Utc>,
    /// The last day in Norway on which it is still in time; for an elapsed time the day it runs out.
    pub last_day: NaiveDate,
}

impl Deadline {
    /// Whether the time limit has run out.
    pub fn is_over(self, at: DateTime<Utc>) -> bool {
        at >= self.ends_at
    }

    fn on(last_day: NaiveDate) -> Self {
        Self { ends_at: end_of_day(last_day), last_day }
    }
}

/// Why no deadline can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeadlineFlaw {
    #[error("no rule for this time limit was in force on the day that set it off")]
    NotInForce,
    #[error("the length of this time limit is set in the case; give it")]
    LengthMissing,
    #[error("the length of this time limit is set by law and cannot be chosen")]
    LengthFixed,
}

impl Flaw for DeadlineFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::NotInForce => "deadline-not-in-force",
            Self::LengthMissing => "deadline-length-missing",
            Self::LengthFixed => "deadline-length-fixed",
        }
    }
}

/// The end of a time limit that was set off at an instant, by the rule in force on that day in Norway.
///
/// # Errors
/// No rule in force that day, or a length that is set in the case ([`deadline_of_length`]).
pub fn deadline(timer: Timer, trigger_at: DateTime<Utc>) -> Result<Deadline, DeadlineFlaw> {
    let rule = rule_on(timer, oslo_date(trigger_at))?;
    if rule.unit == Unit::SetPerCase {
        return Err(DeadlineFlaw::LengthMissing);
    }
    Ok(rule.end(&rule.lengths, trigger_at))
}

/// The end of a time limit whose length the authority sets in the case, such as the comment period of an advance
/// notice (forvaltningsloven 1967 § 16).
///
/// # Errors
/// No rule in force that day, or a timer whose length is set by law.
pub fn deadline_of_length(
    timer: Timer,
    trigger_at: DateTime<Utc>,
    length: Period,
) -> Result<Deadline, DeadlineFlaw> {
    let rule = rule_on(timer, oslo_date(trigger_at))?;
    if rule.unit != Unit::SetPerCase {
        return Err(DeadlineFlaw::LengthFixed);
    }
    Ok(rule.end(&[length], trigger_at))
}

/// The end of the appeal period of one who was not told of a decision that grants somebody a right: three weeks from
/// knowledge of it, at the latest three months from the decision (forvaltningsloven 1967 § 29).
///
/// # Errors
/// No rule in force on one of the days.
pub fn appeal_by_third_party(
    knowledge_at: DateTime<Utc>,
    decided_at: DateTime<Utc>,
) -> Result<Deadline, DeadlineFlaw> {
    let own = deadline(Timer::AppealThirdParty, knowledge_at)?;
    let cap = deadline(Timer::AppealThirdPartyCap, decided_at)?;
    Ok(own.min(cap))
}

/// The rule for a timer on a day, with its statutes.
///
/// # Errors
/// No rule in force that day.
pub fn rule_on(timer: Timer, day: NaiveDate) -> Result<&'static Rule, DeadlineFlaw> {
    rules()
        .iter()
        .find(|rule| {
            rule.timer == timer
                && rule.valid_from <= day
                && rule.valid_until.is_none_or(|until| day < until)
        })
        .ok_or(DeadlineFlaw::NotInForce)
}

impl Rule {
    fn end(&self, lengths: &[Period], trigger_at: DateTime<Utc>) -> Deadline {
        let day = oslo_date(trigger_at);
        let ends = lengths.iter().map(|length| match self.unit {
            Unit::Elapsed => {
                let ends_at = length.add_to_instant(trigger_at);
                Deadline { ends_at, last_day: oslo_date(ends_at) }
            }
            Unit::WorkingDays => Deadline::on(add_working_days(day, length.days())),
            Unit::Calendar | Unit::Earliest | Unit::SetPerCase => {
                let last = length.add_to(day);
                Deadline::on(if self.rolls { next_working_day(last) } else { last })
            }
        });
        // A row without a length is refused when the table is read, and a chosen length is always one.
        ends.min().unwrap_or_else(|| Deadline::on(day))
    }
}

fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| {
        let lines = include_str!("../data/deadlines.tsv").lines();
        lines.filter(|line| !line.starts_with('#')).skip(1).filter_map(row).collect()
    })
}

/// Reads one line of the table. A line that does not fit is left out, and a test fails when that happens.
fn row(line: &'static str) -> Option<Rule> {
    let cells: Vec<&'static str> = line.split('\t').collect();
    let [
        timer,
        _trigger,
        _actor,
        length,
        unit,
        roll,
        _basis,
        statute,
        _extendable,
        from,
        until,
        ..,
    ] = cells[..]
    else {
        return None;
    };
    let unit = match unit {
        "calendar" => Unit::Calendar,
        "working_days" => Unit::WorkingDays,
        "instant" | "hours" => Unit::Elapsed,
        "earliest" => Unit::Earliest,
        "set_per_case" => Unit::SetPerCase,
        _ => return None,
    };
    let lengths: Vec<Period> = length
        .split('|')
        .filter(|one| !one.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    if lengths.is_empty() != (unit == Unit::SetPerCase)
        || lengths.len() > 1 && unit != Unit::Earliest
    {
        return None;
    }
    Some(Rule {
        timer: Timer::named(timer)?,
        lengths,
        unit,
        rolls: match roll {
            "next_working_day" => true,
            "none" => false,
            _ => return None,
        },
        statutes: statute.split(' ').collect(),
        valid_from: from.parse().ok()?,
        valid_until: if until.is_empty() { None } else { Some(until.parse().ok()?) },
    })
}

#[cfg(test)]
mod tests;
