//! What a caseworker has to see to about a permit although nobody has applied for anything: an order
//! that no programmer carries out, a beacon without anybody to call. A task is made once, has a day it
//! is due on, and is done when a caseworker says so.
//!
//! Deadlines of cases are tasks too, which make and end themselves (`model.rs` says what is due, read from the cases
//! as they stand): whoever has the case is reminded some days before, the heads when the day has passed.
//!
//! A series of call signs that is nearly full is a task, too, made once when it passes the mark.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;
pub mod wire;

/// Code of the task that a series of call signs is nearly full.
pub const SERIES_NEARLY_FULL: &str = "seriesNearlyFull";

/// What is to be seen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskKind {
    /// A beacon was not reported programmed in time.
    ProgrammingOverdue,
    /// Nobody but the holder can be called: the last other emergency contact has objected and was taken
    /// away, or the holder has got that contact's number.
    LastContactLeft,
    /// An emergency contact could not be told that they are listed.
    ContactNotTold,
    /// The processing of the holder's data is restricted, and somebody must decide whether rescue centres
    /// go on getting them.
    RestrictionDecision,
    /// The day has passed by which the numbers of a permit must be in use, and the holder has not said that they are.
    NumbersUnused,
}

impl TaskKind {
    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            TaskKind::ProgrammingOverdue => "programmingOverdue",
            TaskKind::LastContactLeft => "lastContactLeft",
            TaskKind::ContactNotTold => "contactNotTold",
            TaskKind::RestrictionDecision => "restrictionDecision",
            TaskKind::NumbersUnused => "numbersUnused",
        }
    }
}
