//! The states of a case and the steps between them: one table of allowed pairs. Pure.

/// State of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Received, nobody has looked at it.
    Submitted,
    /// A caseworker has it.
    UnderReview,
    /// The applicant has been asked for something; the clock stands still.
    WaitingForApplicant,
    /// Decided as applied for.
    Granted,
    /// Decided, but not as applied for in every part.
    PartlyGranted,
    /// Decided against.
    Refused,
    /// Not taken up for decision.
    Dismissed,
    /// Taken back by the applicant.
    Withdrawn,
    /// Decided, and a party has appealed; the authority has something to consider.
    Appealed,
    /// What was appealed lies with the appeal body.
    Forwarded,
    /// The decision stands after an appeal.
    Upheld,
    /// The decision was changed after an appeal.
    Reversed,
}

/// A step of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// A caseworker takes it, or is given it.
    Assign,
    /// A caseworker asks the applicant for something.
    RequestInformation,
    /// The applicant is given another last day for the answer.
    MoveAnswerDay,
    /// A caseworker needs no answer any more.
    WithdrawQuestion,
    /// The applicant answers.
    Reply,
    /// The applicant takes it back.
    Withdraw,
    /// It is granted.
    Grant,
    /// It is granted in part.
    GrantPartly,
    /// It is refused.
    Refuse,
    /// It is dismissed.
    Dismiss,
    /// A party appeals against the decision.
    Appeal,
    /// The appeal goes to the appeal body.
    Forward,
    /// The decision stands: the appeal is inadmissible, or did not succeed.
    Uphold,
    /// The decision is changed, by the authority itself or by the appeal body.
    Reverse,
    /// The application is taken up again after an appeal.
    TakeUp,
}

/// A step that the state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the case is {}, so it cannot be {}", from.words(), attempted.words())]
pub struct IllegalTransition {
    /// State it was in.
    pub from: Status,
    /// Step that was tried.
    pub attempted: Step,
}

impl Step {
    /// As a message says what was tried.
    const fn words(self) -> &'static str {
        match self {
            Step::Assign => "assigned",
            Step::RequestInformation => "held up by a question",
            Step::MoveAnswerDay => "given another day for an answer",
            Step::WithdrawQuestion => "relieved of a question",
            Step::Reply => "replied to",
            Step::Withdraw => "withdrawn",
            Step::Grant => "granted",
            Step::GrantPartly => "granted in part",
            Step::Refuse => "refused",
            Step::Dismiss => "dismissed",
            Step::Appeal => "appealed against",
            Step::Forward => "forwarded to the appeal body",
            Step::Uphold => "upheld",
            Step::Reverse => "reversed",
            Step::TakeUp => "taken up again",
        }
    }

    /// True for what gives the applicant what was applied for, in part at least.
    pub const fn grants(self) -> bool {
        matches!(self, Step::Grant | Step::GrantPartly | Step::Reverse)
    }
}

impl Status {
    /// As a message names it.
    const fn words(self) -> &'static str {
        match self {
            Status::UnderReview => "under review",
            Status::WaitingForApplicant => "waiting for the applicant",
            Status::PartlyGranted => "granted in part",
            Status::Appealed => "appealed against",
            Status::Forwarded => "with the appeal body",
            other => other.code(),
        }
    }

    /// Every state.
    pub const ALL: [Status; 12] = [
        Status::Submitted,
        Status::UnderReview,
        Status::WaitingForApplicant,
        Status::Granted,
        Status::PartlyGranted,
        Status::Refused,
        Status::Dismissed,
        Status::Withdrawn,
        Status::Appealed,
        Status::Forwarded,
        Status::Upheld,
        Status::Reversed,
    ];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Status::Submitted => "submitted",
            Status::UnderReview => "underReview",
            Status::WaitingForApplicant => "waitingForApplicant",
            Status::Granted => "granted",
            Status::PartlyGranted => "partlyGranted",
            Status::Refused => "refused",
            Status::Dismissed => "dismissed",
            Status::Withdrawn => "withdrawn",
            Status::Appealed => "appealed",
            Status::Forwarded => "forwarded",
            Status::Upheld => "upheld",
            Status::Reversed => "reversed",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }

    /// True until it is decided or withdrawn.
    pub const fn is_open(self) -> bool {
        matches!(self, Status::Submitted | Status::UnderReview | Status::WaitingForApplicant)
    }

    /// True for a decision that can be appealed against.
    pub const fn is_decided(self) -> bool {
        matches!(
            self,
            Status::Granted | Status::PartlyGranted | Status::Refused | Status::Dismissed
        )
    }

    /// True while an appeal waits for what becomes of it.
    pub const fn is_under_appeal(self) -> bool {
        matches!(self, Status::Appealed | Status::Forwarded)
    }

    /// The state after `step`.
    ///
    /// # Errors
    /// When the table has no such pair.
    pub fn after(self, step: Step) -> Result<Self, IllegalTransition> {
        use Status::{
            Appealed, Dismissed, Forwarded, Granted, PartlyGranted, Refused, Reversed, Submitted,
            UnderReview, Upheld, WaitingForApplicant, Withdrawn,
        };
        let next = match (self, step) {
            (Submitted | UnderReview, Step::Assign) => UnderReview,
            (WaitingForApplicant, Step::Assign) => WaitingForApplicant,
            (Submitted | UnderReview, Step::RequestInformation) => WaitingForApplicant,
            (WaitingForApplicant, Step::MoveAnswerDay) => WaitingForApplicant,
            (WaitingForApplicant, Step::WithdrawQuestion | Step::Reply) => UnderReview,
            (Submitted | UnderReview | WaitingForApplicant, Step::Withdraw) => Withdrawn,
            (Submitted | UnderReview, Step::Grant) => Granted,
            (Submitted | UnderReview, Step::GrantPartly) => PartlyGranted,
            (Submitted | UnderReview | WaitingForApplicant, Step::Refuse) => Refused,
            (Submitted | UnderReview | WaitingForApplicant, Step::Dismiss) => Dismissed,
            // what the authority itself decides in an appeal can be appealed against, too
            (Granted | PartlyGranted | Refused | Dismissed | Upheld | Reversed, Step::Appeal) => {
                Appealed
            }
            // and who is party to the case besides whoever appealed first may appeal, too
            (Appealed | Forwarded, Step::Appeal) => Appealed,
            (Appealed, Step::Forward) => Forwarded,
            (Appealed | Forwarded, Step::Uphold) => Upheld,
            (Appealed | Forwarded, Step::Reverse) => Reversed,
            (Appealed | Forwarded, Step::TakeUp) => UnderReview,
            (from, attempted) => return Err(IllegalTransition { from, attempted }),
        };
        Ok(next)
    }
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 15] = [
        Step::Assign,
        Step::RequestInformation,
        Step::MoveAnswerDay,
        Step::WithdrawQuestion,
        Step::Reply,
        Step::Withdraw,
        Step::Grant,
        Step::GrantPartly,
        Step::Refuse,
        Step::Dismiss,
        Step::Appeal,
        Step::Forward,
        Step::Uphold,
        Step::Reverse,
        Step::TakeUp,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_step_is_decided_and_only_an_appeal_follows_a_decision() {
        let mut allowed = 0;
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(status));
            for step in Step::ALL {
                if status.after(step).is_ok() {
                    allowed += 1;
                    let is_of_appeal = matches!(
                        step,
                        Step::Appeal | Step::Forward | Step::Uphold | Step::Reverse | Step::TakeUp
                    );
                    assert_eq!(status.is_open(), !is_of_appeal, "{status:?} allows {step:?}");
                }
            }
        }
        assert_eq!(allowed, 36);
    }
}
