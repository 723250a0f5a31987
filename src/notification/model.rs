//! Where a message in a queue stands, whichever way it goes out. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::values::table::code_enum;

/// How long a process has for one message before another may try it; longer than any attempt may last.
const LEASE_MINUTES: i64 = 2;

code_enum! {
    /// What has become of a message.
    Standing {
        /// It is to be sent, or tried again.
        Waiting = "waiting",
        /// It was taken.
        Sent = "sent",
        /// It was not worth sending any more.
        Dropped = "dropped",
        /// It was never taken, and is not tried again.
        Failed = "failed",
    }
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// What has become of it.
    pub standing: Standing,
    /// Attempts so far.
    pub attempts: i32,
    /// When it is tried next; until then it is some process's own, or rests.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was taken.
    pub sent_at: Option<DateTime<Utc>>,
}

impl Course {
    /// Of a message that is to be sent at a time.
    pub const fn new(due_at: DateTime<Utc>) -> Self {
        Self {
            standing: Standing::Waiting,
            attempts: 0,
            next_attempt_at: Some(due_at),
            sent_at: None,
        }
    }

    /// Whether a process may take it now.
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.standing == Standing::Waiting && self.next_attempt_at.is_some_and(|at| at <= now)
    }

    /// A process takes it for an attempt; no other does until its time is over.
    pub fn take(&mut self, now: DateTime<Utc>) {
        self.attempts += 1;
        self.next_attempt_at = Some(now + TimeDelta::minutes(LEASE_MINUTES));
    }

    fn end(&mut self, standing: Standing) {
        self.standing = standing;
        self.next_attempt_at = None;
    }

    /// It is not worth sending any more.
    pub fn drop_it(&mut self) {
        self.end(Standing::Dropped);
    }

    /// It was taken.
    pub fn sent(&mut self, now: DateTime<Utc>) {
        self.end(Standing::Sent);
        self.sent_at = Some(now);
    }

    /// It was not taken: it is tried again after a pause, or never.
    pub fn not_taken(&mut self, now: DateTime<Utc>, pause: Option<TimeDelta>) {
        match pause {
            Some(pause) => self.next_attempt_at = Some(now + pause),
            None => self.end(Standing::Failed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_process_s_at_a_time_and_ends_once() {
        let now = DateTime::UNIX_EPOCH;
        let mut course = Course::new(now);
        assert!(course.is_due(now));
        course.take(now);
        assert!(!course.is_due(now + TimeDelta::seconds(119)), "another process leaves it alone");
        assert!(course.is_due(now + TimeDelta::minutes(2)), "the one that took it was lost");
        course.not_taken(now, Some(TimeDelta::minutes(5)));
        assert!(!course.is_due(now + TimeDelta::minutes(4)));
        course.take(now);
        course.sent(now);
        assert_eq!((course.standing, course.attempts), (Standing::Sent, 2));
        assert!(!course.is_due(now + TimeDelta::days(9)));
        let mut lost = Course::new(now);
        lost.not_taken(now, None);
        assert_eq!((lost.standing, lost.next_attempt_at), (Standing::Failed, None));
    }
}
