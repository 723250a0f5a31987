//! The states of a permit and the steps between them: one table of allowed pairs.
//! Pure; who may take a step and what else it changes is decided by the actions.

use serde::{Deserialize, Serialize};

/// State of a permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Granted, but the beacon has not been reported programmed (PLB only).
    AwaitingProgramming,
    /// In force.
    Active,
    /// Not in force for the time being.
    Suspended,
    /// Ran out.
    Expired,
    /// Taken back by the authority.
    Revoked,
    /// Given up by the holder.
    Surrendered,
    /// Handed to another holder.
    Transferred,
}

/// A step of a permit's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The programmer's report matches the order.
    ReportProgrammed,
    /// Change of content (details, contacts, holder data).
    Amend,
    /// The authority suspends.
    Suspend,
    /// The authority reinstates.
    Reinstate,
    /// The last day has passed.
    Expire,
    /// The authority takes it back.
    Revoke,
    /// The holder gives it up.
    Surrender,
    /// The holder hands it over.
    Transfer,
    /// What ended it is annulled.
    Restore,
}

/// A step that the state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the permit is {}, so it cannot be {}", from.words(), attempted.words())]
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
            Step::ReportProgrammed => "reported as programmed",
            Step::Amend => "amended",
            Step::Suspend => "suspended",
            Step::Reinstate => "reinstated",
            Step::Expire => "ended by its date",
            Step::Revoke => "revoked",
            Step::Surrender => "given up",
            Step::Transfer => "handed over",
            Step::Restore => "restored",
        }
    }
}

impl Status {
    /// As a message names it.
    const fn words(self) -> &'static str {
        match self {
            Status::AwaitingProgramming => "waiting for its beacon to be programmed",
            other => other.code(),
        }
    }

    /// Every state.
    pub const ALL: [Status; 7] = [
        Status::AwaitingProgramming,
        Status::Active,
        Status::Suspended,
        Status::Expired,
        Status::Revoked,
        Status::Surrendered,
        Status::Transferred,
    ];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Status::AwaitingProgramming => "awaitingProgramming",
            Status::Active => "active",
            Status::Suspended => "suspended",
            Status::Expired => "expired",
            Status::Revoked => "revoked",
            Status::Surrendered => "surrendered",
            Status::Transferred => "transferred",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }

    /// True while the permit holds its identifiers: it has not ended.
    pub const fn is_live(self) -> bool {
        matches!(self, Status::AwaitingProgramming | Status::Active | Status::Suspended)
    }

    /// The state after `step`.
    ///
    /// # Errors
    /// When the table has no such pair.
    pub fn after(self, step: Step) -> Result<Self, IllegalTransition> {
        use Status::{
            Active, AwaitingProgramming, Expired, Revoked, Surrendered, Suspended, Transferred,
        };
        use Step::{
            Amend, Expire, Reinstate, ReportProgrammed, Restore, Revoke, Surrender, Suspend,
            Transfer,
        };
        let next = match (self, step) {
            (AwaitingProgramming | Active, ReportProgrammed) => Active,
            (AwaitingProgramming | Active | Suspended, Amend) => self,
            (AwaitingProgramming | Active, Suspend) => Suspended,
            (Suspended, Reinstate) => Active,
            (AwaitingProgramming | Active | Suspended, Expire) => Expired,
            (AwaitingProgramming | Active | Suspended, Revoke) => Revoked,
            (AwaitingProgramming | Active | Suspended, Surrender) => Surrendered,
            (Active, Transfer) => Transferred,
            // a decision can be undone, and the end that followed from one; what a holder did cannot
            (Revoked | Expired, Restore) => Active,
            (from, attempted) => return Err(IllegalTransition { from, attempted }),
        };
        Ok(next)
    }
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 9] = [
        Step::ReportProgrammed,
        Step::Amend,
        Step::Suspend,
        Step::Reinstate,
        Step::Expire,
        Step::Revoke,
        Step::Surrender,
        Step::Transfer,
        Step::Restore,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_step_is_decided() {
        let mut allowed = 0;
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(status));
            for step in Step::ALL {
                match status.after(step) {
                    Ok(_) => {
                        allowed += 1;
                        let is_undone = step == Step::Restore
                            && matches!(status, Status::Revoked | Status::Expired);
                        assert_eq!(status.is_live(), !is_undone, "{status:?} allows {step:?}");
                    }
                    Err(refused) => {
                        assert_eq!(refused, IllegalTransition { from: status, attempted: step });
                    }
                }
            }
        }
        assert_eq!(allowed, 20);
    }

    #[test]
    fn a_surrendered_permit_cannot_be_reinstated() {
        assert!(Status::Surrendered.after(Step::Reinstate).is_err());
    }
}
