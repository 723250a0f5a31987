//! Deadlines of cases. Pure.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{disclosure::policy::Kind, values::ids::CaseId};

/// What is due in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The decision.
    Decision,
    /// The applicant's answer to a question; then the caseworker decides without it, or asks again.
    Answer,
    /// That the authority considers an appeal.
    Appeal,
    /// Telling the applicant that the decision takes longer (forvaltningsloven § 11a).
    ProvisionalAnswer,
    /// Reasons that were demanded for a decision (forvaltningsloven § 24).
    Reasons,
}

impl What {
    /// All of them.
    pub const ALL: [What; 5] =
        [What::Decision, What::Answer, What::Appeal, What::ProvisionalAnswer, What::Reasons];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            What::Decision => "decisionDue",
            What::Answer => "answerDue",
            What::Appeal => "appealDue",
            What::ProvisionalAnswer => "provisionalAnswerDue",
            What::Reasons => "reasonsDue",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.code() == text)
    }
}

/// Something that is due in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// What.
    pub what: What,
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// The appeal that is to be considered; several may wait in a case.
    pub appeal: Option<Uuid>,
    /// Kind of permit.
    pub kind: Kind,
    /// Caseworker who has it.
    pub assignee: Option<String>,
    /// The last day.
    pub due_on: NaiveDate,
}

/// Whose duties are asked for, and until when.
#[derive(Debug, Clone, Default)]
pub struct DutyQuery {
    /// Only from this day on.
    pub from: Option<NaiveDate>,
    /// Only until this day, it included.
    pub until: NaiveDate,
    /// Only this caseworker's.
    pub assignee: Option<String>,
    /// Only these kinds; empty for all.
    pub kinds: Vec<Kind>,
    /// Only what nobody has been reminded of as it stands on this day.
    pub unreminded_on: Option<NaiveDate>,
}

/// How soon something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// The day has passed.
    Overdue,
    /// Today.
    Today,
    /// Within seven days.
    Week,
}

impl Urgency {
    /// All of them, the most urgent first.
    pub const ALL: [Urgency; 3] = [Urgency::Overdue, Urgency::Today, Urgency::Week];

    /// The first and the last of its days, seen from `today`.
    pub fn days(self, today: NaiveDate) -> (Option<NaiveDate>, NaiveDate) {
        let day = |offset: i64| today + chrono::TimeDelta::days(offset);
        match self {
            Urgency::Overdue => (None, day(-1)),
            Urgency::Today => (Some(today), today),
            Urgency::Week => (Some(day(1)), day(7)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_no_day_is_left_out_or_told_of_twice() {
        for what in What::ALL {
            assert_eq!(What::from_code(what.code()), Some(what));
        }
        let today: NaiveDate = "2026-11-22".parse().expect("a date");
        for offset in -400..8 {
            let day = today + chrono::TimeDelta::days(offset);
            let holds = |one: &Urgency| {
                let (from, until) = one.days(today);
                from.is_none_or(|from| from <= day) && day <= until
            };
            assert_eq!(Urgency::ALL.iter().filter(|one| holds(one)).count(), 1, "{day}");
        }
    }
}
