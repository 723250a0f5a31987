//! How much one address may ask for. Only the address that asks too much has to wait: what others ask shuts nobody
//! out. In memory, of this process only, because who asks is nobody's business (offentleglova § 28): no address is
//! written down.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{contact_link::limit::Limit, failure::Failure};

/// Documents that one address may ask for in an hour; a newsroom shares one.
const IN_AN_HOUR: u32 = 60;
/// Requests of one address that may wait for an answer at the same moment.
const WAITING: usize = 100;
/// And of these for the same document.
const OF_ONE_DOCUMENT: usize = 5;
/// Addresses remembered; beyond that all are forgotten, which favours the guest.
const MOST: usize = 10_000;
/// After how long somebody whose requests wait may look whether they were answered.
const A_DAY: TimeDelta = TimeDelta::days(1);

/// Why an address has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooMuch {
    /// Many documents were asked for within an hour; so long is left of it.
    InAnHour(TimeDelta),
    /// Very many of its requests wait for an answer.
    Waiting,
    /// Several of them are for the same document.
    SameDocument,
}

impl From<TooMuch> for Failure {
    fn from(why: TooMuch) -> Self {
        let (detail, wait) = match why {
            TooMuch::InAnHour(wait) => (
                "Many documents were asked for from your network within an hour. Wait, or send the request by mail.",
                wait,
            ),
            TooMuch::Waiting => (
                "Many requests from your network wait for an answer already. Wait for it, or send the request by mail.",
                A_DAY,
            ),
            TooMuch::SameDocument => (
                "Several requests from your network for this document wait for an answer already. Wait for it, or send the request by mail.",
                A_DAY,
            ),
        };
        Self::too_many(detail, wait)
    }
}

/// What addresses have asked for.
#[derive(Debug)]
pub struct Limits {
    often: Limit,
    /// By address: requests, and the document each is for.
    asked: Mutex<HashMap<String, Vec<(Uuid, Uuid)>>>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { often: Limit::of(IN_AN_HOUR, TimeDelta::hours(1)), asked: Mutex::default() }
    }
}

impl Limits {
    /// Requests of an address that may wait still.
    pub fn asked(&self, address: &str) -> Vec<Uuid> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get(address).into_iter().flatten().map(|(request, _)| *request).collect()
    }

    /// Lets an address ask for `documents`, and counts them, when it has not asked for too many; `waiting` are those of
    /// its requests that wait, the others are forgotten.
    ///
    /// # Errors
    /// Why it has to wait.
    pub fn take(
        &self,
        address: &str,
        now: DateTime<Utc>,
        waiting: &[Uuid],
        documents: &[Uuid],
    ) -> Result<(), TooMuch> {
        if let Some(wait) = self.often.wait(address, now) {
            return Err(TooMuch::InAnHour(wait));
        }
        let mut all = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asked) = all.get_mut(address) {
            asked.retain(|(request, _)| waiting.contains(request));
            let of = |document: &Uuid| asked.iter().filter(|(_, own)| own == document).count();
            let refused = if asked.len() + documents.len() > WAITING {
                Some(TooMuch::Waiting)
            } else if documents.iter().any(|document| of(document) >= OF_ONE_DOCUMENT) {
                Some(TooMuch::SameDocument)
            } else {
                None
            };
            if asked.is_empty() {
                all.remove(address);
            }
            if let Some(why) = refused {
                return Err(why);
            }
        }
        self.often.count(address, now, u32::try_from(documents.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    /// Notes requests that were taken, each with its document.
    pub fn note(&self, address: &str, taken: impl IntoIterator<Item = (Uuid, Uuid)>) {
        let mut all = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        all.entry(address.to_owned()).or_default().extend(taken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "192.0.2.1";

    fn id(n: usize) -> Uuid {
        Uuid::from_u128(n as u128)
    }

    fn hours(n: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(n)
    }

    #[test]
    fn few_requests_for_one_document_wait_and_those_answered_do_not_count() {
        let limits = Limits::default();
        for n in 0..OF_ONE_DOCUMENT {
            limits.take(HERE, hours(0), &limits.asked(HERE), &[id(7)]).expect("few wait");
            limits.note(HERE, [(id(100 + n), id(7))]);
        }
        let all = limits.asked(HERE);
        let refused = limits.take(HERE, hours(0), &all, &[id(7)]).expect_err("enough wait");
        assert_eq!(refused, TooMuch::SameDocument);
        assert_eq!(Failure::from(refused).retry_after(), Some(A_DAY));
        limits.take(HERE, hours(0), &all, &[id(8)]).expect("another document");
        limits.take("192.0.2.2", hours(0), &[], &[id(7)]).expect("another address");
        limits.take(HERE, hours(0), &all[1..], &[id(7)]).expect("one was answered");
        assert_eq!(limits.asked(HERE), all[1..]);
    }

    #[test]
    fn an_address_waits_after_many_in_an_hour_and_while_very_many_wait() {
        let limits = Limits::default();
        let mut next = 0;
        let mut ask = |hour, count: usize| {
            let documents: Vec<Uuid> = (0..count).map(|n| id(1000 + next + n)).collect();
            let taken = limits.take(HERE, hours(hour), &limits.asked(HERE), &documents);
            if taken.is_ok() {
                next += count;
                limits.note(HERE, documents.iter().map(|one| (*one, *one)));
            }
            taken
        };
        for _ in 0..3 {
            ask(0, 20).expect("not many yet");
        }
        let refused = ask(0, 1).expect_err("many");
        assert_eq!(refused, TooMuch::InAnHour(TimeDelta::hours(1)));
        assert_eq!(Failure::from(refused).retry_after(), Some(TimeDelta::hours(1)));
        ask(1, 20).expect("an hour later");
        ask(1, 20).expect("as many as may wait");
        assert_eq!(ask(2, 1), Err(TooMuch::Waiting));
    }
}
