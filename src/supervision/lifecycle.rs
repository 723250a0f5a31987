//! Where a supervision case may go. Pure.

use super::model::{Act, Deed, Standing};
use crate::values::table::code_enum;

code_enum! {
    /// Where a case stands.
    Status {
        /// It is looked into.
        Open = "open",
        /// The respondent was told what is considered.
        Noticed = "noticed",
        /// Something was ordered.
        Ordered = "ordered",
        /// A coercive fine is set.
        Fined = "fined",
        /// What was wrong is corrected.
        Corrected = "corrected",
        /// It is closed.
        Closed = "closed",
    }
}

/// What is done with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Something is written down: a measurement, a remark, a report, whom it is directed at.
    Record,
    /// The respondent is told what is considered.
    Notify,
    /// Something is ordered.
    Order,
    /// A coercive fine is proposed or set.
    Fine,
    /// What was wrong is corrected.
    Correct,
    /// It is closed.
    Close,
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 6] =
        [Step::Record, Step::Notify, Step::Order, Step::Fine, Step::Correct, Step::Close];
}

impl Status {
    /// True until it is closed.
    pub const fn is_open(self) -> bool {
        !matches!(self, Status::Closed)
    }

    /// Where a step leads; none where it is not allowed.
    pub const fn after(self, step: Step) -> Option<Status> {
        match (self, step) {
            (Status::Closed, _) => None,
            (from, Step::Record) => Some(from),
            (Status::Open, Step::Notify) => Some(Status::Noticed),
            (from @ (Status::Noticed | Status::Ordered | Status::Fined), Step::Notify) => {
                Some(from)
            }
            (Status::Open | Status::Noticed | Status::Ordered, Step::Order) => {
                Some(Status::Ordered)
            }
            (Status::Fined, Step::Order) => Some(Status::Fined),
            (Status::Ordered | Status::Fined, Step::Fine) => Some(Status::Fined),
            (Status::Corrected, Step::Close) => Some(Status::Closed),
            (Status::Corrected, _) => None,
            (_, Step::Correct) => Some(Status::Corrected),
            (_, Step::Close) => Some(Status::Closed),
            (_, Step::Fine) => None,
        }
    }

    /// Where an open case stands after a decision in it was annulled: what still holds decides.
    pub fn by(self, acts: &[Act]) -> Status {
        if matches!(self, Status::Corrected | Status::Closed) {
            return self;
        }
        let holds = |fits: fn(&Deed) -> bool, standing| {
            acts.iter().any(|act| fits(&act.deed) && act.standing == standing)
        };
        if holds(|deed| matches!(deed, Deed::CoerciveFine { .. }), Standing::InForce) {
            Status::Fined
        } else if holds(|deed| matches!(deed, Deed::Order { .. }), Standing::InForce) {
            Status::Ordered
        } else if holds(|deed| matches!(deed, Deed::Notice { .. }), Standing::Recorded) {
            Status::Noticed
        } else {
            Status::Open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_allowed_steps_is_this_one() {
        let allowed = |status: Status| -> Vec<(Step, Status)> {
            Step::ALL.into_iter().filter_map(|step| Some((step, status.after(step)?))).collect()
        };
        use Status::{Closed, Corrected, Fined, Noticed, Open, Ordered};
        use Step::{Close, Correct, Fine, Notify, Order, Record};
        let expected = [
            (
                Open,
                vec![
                    (Record, Open),
                    (Notify, Noticed),
                    (Order, Ordered),
                    (Correct, Corrected),
                    (Close, Closed),
                ],
            ),
            (
                Noticed,
                vec![
                    (Record, Noticed),
                    (Notify, Noticed),
                    (Order, Ordered),
                    (Correct, Corrected),
                    (Close, Closed),
                ],
            ),
            (
                Ordered,
                vec![
                    (Record, Ordered),
                    (Notify, Ordered),
                    (Order, Ordered),
                    (Fine, Fined),
                    (Correct, Corrected),
                    (Close, Closed),
                ],
            ),
            (
                Fined,
                vec![
                    (Record, Fined),
                    (Notify, Fined),
                    (Order, Fined),
                    (Fine, Fined),
                    (Correct, Corrected),
                    (Close, Closed),
                ],
            ),
            (Corrected, vec![(Record, Corrected), (Close, Closed)]),
            (Closed, vec![]),
        ];
        assert_eq!(expected.len(), Status::ALL.len());
        for (status, steps) in expected {
            assert_eq!(allowed(status), steps, "{status:?}");
        }
    }
}
