//! How often one address may do something, such as try links that do not exist. In memory, of this process only: who
//! asks for something is not written down for it. A link has 128 random bits, so this only keeps guessing from being
//! work for the database.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::failure::Failure;

/// Misses of links and codes taken from one address in a minute.
const MISSES: u32 = 20;
/// Addresses remembered; beyond that all are forgotten, which favours the guest.
const MOST: usize = 10_000;

/// Misses by address, in this length of time.
#[derive(Debug)]
pub struct Limit {
    seen: Mutex<HashMap<String, (DateTime<Utc>, u32)>>,
    most: u32,
    within: TimeDelta,
}

impl Default for Limit {
    fn default() -> Self {
        Self::of(MISSES, TimeDelta::minutes(1))
    }
}

impl Limit {
    /// So many within a length of time.
    pub fn of(most: u32, within: TimeDelta) -> Self {
        Self { seen: Mutex::default(), most, within }
    }

    /// Lets an address try that has not done so too often.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn check(
        &self,
        address: &str,
        now: DateTime<Utc>,
        detail: &'static str,
    ) -> Result<(), Failure> {
        match self.wait(address, now) {
            Some(wait) => Err(Failure::too_many(detail, wait)),
            None => Ok(()),
        }
    }

    /// How long an address has to wait; none when it may try.
    pub fn wait(&self, address: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, misses) = *seen.get(address)?;
        let left = since + self.within - now;
        (misses >= self.most && left > TimeDelta::zero()).then_some(left)
    }

    /// Notes a miss.
    pub fn miss(&self, address: &str, now: DateTime<Utc>) {
        self.count(address, now, 1);
    }

    /// Notes several at once.
    pub fn count(&self, address: &str, now: DateTime<Utc>, times: u32) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.clear();
        }
        let entry = seen.entry(address.to_owned()).or_insert((now, 0));
        if now - entry.0 >= self.within {
            *entry = (now, 0);
        }
        entry.1 = entry.1.saturating_add(times);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_guesses_waits_a_minute() {
        let (limit, now) = (Limit::default(), DateTime::UNIX_EPOCH);
        let check = |address, now| limit.check(address, now, "Wait.");
        for _ in 0..MISSES {
            assert!(check("192.0.2.1", now).is_ok());
            limit.miss("192.0.2.1", now);
        }
        let later = now + TimeDelta::seconds(20);
        let refused = check("192.0.2.1", later).expect_err("too many");
        assert_eq!(refused.retry_after(), Some(TimeDelta::seconds(40)));
        assert!(check("192.0.2.2", now).is_ok());
        assert!(check("192.0.2.1", now + TimeDelta::minutes(1)).is_ok());
    }

    #[test]
    fn what_comes_together_counts_together() {
        let (limit, now) = (Limit::of(3, TimeDelta::hours(1)), DateTime::UNIX_EPOCH);
        limit.count("192.0.2.1", now, 2);
        assert!(limit.check("192.0.2.1", now, "Wait.").is_ok());
        limit.count("192.0.2.1", now, u32::MAX);
        assert!(limit.check("192.0.2.1", now, "Wait.").is_err());
    }
}
