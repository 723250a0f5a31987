//! Whether reasons may be demanded (forvaltningsloven § 24). Pure.

use chrono::{DateTime, Utc};

use super::model::Request;
use crate::{
    case::{actions::AUTOMATIC, lifecycle::Status, store::Decision},
    failure::{Failure, Problem},
    values::deadline::Deadline,
};

/// Why reasons may not be demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDemand {
    /// Nothing was granted in it, or it is not the decision of the application any more.
    NotGranted,
    /// It gives its reasons.
    HasReasons,
    /// They were demanded.
    Demanded,
    /// The time for an appeal is over.
    Late,
}

impl From<NoDemand> for Failure {
    fn from(why: NoDemand) -> Self {
        let (problem, detail) = match why {
            NoDemand::NotGranted => (
                Problem::IllegalTransition,
                "Reasons are demanded for a decision that grants an application. This case has none.",
            ),
            NoDemand::HasReasons => (
                Problem::ConditionsNotMet,
                "The decision gives its reasons. They stand in its letter.",
            ),
            NoDemand::Demanded => (
                Problem::IllegalTransition,
                "Reasons for this decision were demanded already. They come, or came, in a letter.",
            ),
            NoDemand::Late => (
                Problem::ConditionsNotMet,
                "The time for an appeal is over, and with it that for demanding reasons (forvaltningsloven § 24).",
            ),
        };
        Failure::new(problem, detail)
    }
}

/// Whether reasons for the last decision of a case may be demanded at an instant; the period for an appeal is none while
/// nobody has opened the letter.
///
/// # Errors
/// Why not.
pub fn may_demand(
    status: Status,
    decision: Option<&Decision>,
    period: Option<Deadline>,
    requests: &[Request],
    at: DateTime<Utc>,
) -> Result<(), NoDemand> {
    let decision = decision
        .filter(|_| matches!(status, Status::Granted | Status::PartlyGranted))
        .ok_or(NoDemand::NotGranted)?;
    if decision.decided_by != AUTOMATIC && !decision.grounds.trim().is_empty() {
        return Err(NoDemand::HasReasons);
    }
    if requests.iter().any(|one| one.decided_at == decision.decided_at) {
        return Err(NoDemand::Demanded);
    }
    match period {
        Some(period) if period.is_over(at) => Err(NoDemand::Late),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::values::deadline::{Timer, deadline};

    fn decided(by: &str, grounds: &str) -> Decision {
        Decision {
            outcome: "granted".to_owned(),
            grounds: grounds.to_owned(),
            conditions: Vec::new(),
            legal_basis: String::new(),
            decided_by: by.to_owned(),
            decided_at: "2026-03-10T10:00:00Z".parse().expect("an instant"),
        }
    }

    #[test]
    fn only_a_grant_without_reasons_can_be_asked_about_once_and_in_time() {
        let bare = decided("Kari", " ");
        let at = bare.decided_at + TimeDelta::days(5);
        let ask = |status, decision: &Decision, period, requests: &[Request], at| {
            may_demand(status, Some(decision), period, requests, at)
        };
        assert_eq!(ask(Status::Granted, &bare, None, &[], at), Ok(()));
        assert_eq!(ask(Status::PartlyGranted, &bare, None, &[], at), Ok(()));
        for status in Status::ALL {
            if !matches!(status, Status::Granted | Status::PartlyGranted) {
                assert_eq!(ask(status, &bare, None, &[], at), Err(NoDemand::NotGranted));
            }
        }
        assert_eq!(may_demand(Status::Granted, None, None, &[], at), Err(NoDemand::NotGranted));
        let grounded = decided("Kari", "Vilkårene er oppfylt.");
        assert_eq!(ask(Status::Granted, &grounded, None, &[], at), Err(NoDemand::HasReasons));
        // what the rules note down is no reasoning that a letter tells of
        let by_rules = decided(AUTOMATIC, "Every condition is met.");
        assert_eq!(ask(Status::Granted, &by_rules, None, &[], at), Ok(()));
        let made = |decided_at| Request {
            id: uuid::Uuid::nil(),
            decided_at,
            received_at: at,
            due_on: at.date_naive(),
            given: None,
        };
        let before = made(bare.decided_at - TimeDelta::days(1));
        assert_eq!(ask(Status::Granted, &bare, None, std::slice::from_ref(&before), at), Ok(()));
        let same = [before, made(bare.decided_at)];
        assert_eq!(ask(Status::Granted, &bare, None, &same, at), Err(NoDemand::Demanded));
        let period = deadline(Timer::Appeal, bare.decided_at).expect("a rule");
        let last = period.ends_at - TimeDelta::seconds(1);
        assert_eq!(ask(Status::Granted, &bare, Some(period), &[], last), Ok(()));
        let over = period.ends_at;
        assert_eq!(ask(Status::Granted, &bare, Some(period), &[], over), Err(NoDemand::Late));
    }
}
