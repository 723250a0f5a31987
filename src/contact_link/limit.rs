//! How often one address may do something, such as try links that do not exist. In memory, of this process only;
//! a link has 128 random bits, so this only keeps guessing from being work for the database.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

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

    /// True while an address may try.
    pub fn allows(&self, address: &str, now: DateTime<Utc>) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(address)
            .is_none_or(|(since, misses)| now - *since >= self.within || *misses < self.most)
    }

    /// Notes a miss.
    pub fn miss(&self, address: &str, now: DateTime<Utc>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.clear();
        }
        let entry = seen.entry(address.to_owned()).or_insert((now, 0));
        if now - entry.0 >= self.within {
            *entry = (now, 0);
        }
        entry.1 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_guesses_waits_a_minute() {
        let (limit, now) = (Limit::default(), DateTime::UNIX_EPOCH);
        for _ in 0..MISSES {
            assert!(limit.allows("192.0.2.1", now));
            limit.miss("192.0.2.1", now);
        }
        assert!(!limit.allows("192.0.2.1", now));
        assert!(limit.allows("192.0.2.2", now));
        assert!(limit.allows("192.0.2.1", now + TimeDelta::minutes(1)));
    }
}
