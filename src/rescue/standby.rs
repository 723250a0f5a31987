//! The standby of a process: its own [`LocalCopy`] of what rescue centres get, beside the look-up spool.
//! It answers look-ups while the database does not, and the digest is computed from it. Its key is
//! sealed by the key ring; a file that cannot be opened, or was made under another policy, is made anew.
//!
//! It must never be waited for by a look-up that the database can answer.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::copy::{LocalCopy, store};
use crate::{
    clock::Clock,
    disclosure::policy::Policy,
    failure::Failure,
    keys::{KeyRing, Place, Secret},
};

/// File name in the folder of the spool.
const FILE: &str = "standby.db";
/// Facts kept before there is a key.
const KEY: &str = "key";
const POLICY: &str = "policy";
/// Until when everything sealed is in it, as the file says: a little less than is known in memory.
const AS_OF: &str = "asOf";
/// How often that is written.
const NOTE_EVERY: TimeDelta = TimeDelta::seconds(10);
/// For so long after the database failed a look-up, look-ups go to the standby at once.
const REST: Duration = Duration::from_secs(2);

/// A standby in its file.
pub struct Standby {
    /// The copy.
    pub copy: LocalCopy,
    /// One fill or catching up at a time.
    pub(super) turn: tokio::sync::Mutex<()>,
    as_of: Mutex<Option<DateTime<Utc>>>,
    /// What of that stands in the file.
    noted: Mutex<Option<DateTime<Utc>>>,
    resting_until: Mutex<Option<Instant>>,
    next_sweep: Mutex<Option<DateTime<Utc>>>,
    /// Permits that could not be read when their turn came last: no receiver gets them that does not have them.
    unreadable: Mutex<BTreeSet<Uuid>>,
}

impl Standby {
    /// Opens the standby in a folder.
    ///
    /// # Errors
    /// When the file cannot be opened or written.
    pub async fn open(
        folder: &Path,
        ring: &KeyRing,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Failure> {
        let db = LocalCopy::open_file(&folder.join(FILE), clock).await?;
        let policy = Policy::load().version.to_string();
        let known = store::fact(db.read(), POLICY).await?;
        let sealed = store::fact(db.read(), KEY).await?;
        let secret = sealed
            .filter(|_| known.as_deref() == Some(policy.as_bytes()))
            .and_then(|sealed| Some(Zeroizing::new(ring.open(place(), &sealed).ok()?)))
            .and_then(|bytes| Some(Secret::new(bytes.as_slice().try_into().ok()?)));
        let copy = if let Some(secret) = secret {
            LocalCopy::new(db, &secret)
        } else {
            let secret = Secret::generate();
            let sealed = &ring.seal(place(), secret.bytes());
            let policy = policy.as_bytes();
            let begin = |tx: crate::database::Tx| async move {
                store::wipe(&tx).await?;
                store::set_fact(&tx, KEY, sealed).await?;
                store::set_fact(&tx, POLICY, policy).await
            };
            db.write(begin).await?;
            LocalCopy::new(db, &secret)
        };
        let as_of = copy.fact(AS_OF).await?;
        Ok(Self {
            copy,
            turn: tokio::sync::Mutex::default(),
            as_of: Mutex::new(as_of),
            noted: Mutex::new(as_of),
            resting_until: Mutex::default(),
            next_sweep: Mutex::default(),
            unreadable: Mutex::default(),
        })
    }

    /// Everything sealed until then is in it; nothing before it has been filled. A process that has
    /// just begun knows it from its file.
    pub fn as_of(&self) -> Option<DateTime<Utc>> {
        *self.as_of.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes it, now and then in the file too, for a process that begins without the database.
    pub(super) async fn set_as_of(&self, at: DateTime<Utc>) -> Result<(), Failure> {
        *self.as_of.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
        let noted = *self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.is_none_or(|noted| at - noted >= NOTE_EVERY) {
            self.copy.set_fact(AS_OF, &at.to_rfc3339()).await?;
            *self.noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
        }
        Ok(())
    }

    /// The database has just failed a look-up: others need not try at once.
    pub fn rest(&self) {
        let until = Instant::now().checked_add(REST);
        *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    /// Look-ups go to the standby at once.
    pub(super) fn is_resting(&self) -> bool {
        let until = *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    /// Permits of the registry that could not be read when they were read last; all of them once a sweep has ended.
    pub fn unreadable(&self) -> Vec<Uuid> {
        let unreadable = self.unreadable.lock().unwrap_or_else(PoisonError::into_inner);
        unreadable.iter().copied().collect()
    }

    /// Notes of permits whether they could not be read, and tells how many there are.
    #[allow(clippy::cast_precision_loss)] // a gauge is a float
    pub(super) fn note_unreadable(&self, read: impl Iterator<Item = (Uuid, bool)>) {
        let mut unreadable = self.unreadable.lock().unwrap_or_else(PoisonError::into_inner);
        for (permit, is_unreadable) in read {
            if is_unreadable {
                unreadable.insert(permit);
            } else {
                unreadable.remove(&permit);
            }
        }
        metrics::gauge!("anrop_rescue_unreadable_permits").set(unreadable.len() as f64);
    }

    /// The next turn sweeps.
    pub(super) fn sweep_soon(&self) {
        *self.next_sweep.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// True once after the start and then once a day.
    pub(super) fn is_due_for_sweep(&self, now: DateTime<Utc>) -> bool {
        let mut next = self.next_sweep.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = next.is_none_or(|next| next <= now);
        if is_due {
            *next = Some(now + TimeDelta::days(1));
        }
        is_due
    }
}

fn place() -> Place {
    Place { table: "rescue_standby", column: "key", row: Uuid::nil() }
}
