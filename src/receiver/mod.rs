//! The receiver: a small program on the rescue centre's side that keeps a verified copy of what the
//! registry gives it, and answers look-ups from it when the registry is gone.
//!
//! It takes deliveries (both signatures and their age are checked, [`actions::take_delivery`]) and keeps the
//! checkpoints of the registry's log that come with the daily digest, reads what it missed from the sealed feed ([`actions::catch_up`]), compares its copy with the registry's signed
//! digest and repairs itself ([`actions::reconcile`]), and can be filled from an extract
//! ([`actions::load_extract`]). It has no database but its copy and knows of the registry only what any
//! client could. Look-ups are logged in the copy, and brought to the registry's log when it answers
//! ([`actions::bring_look_ups`]).

pub mod actions;
pub mod api;
pub mod client;
pub mod model;
pub mod trust;

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    clock::Clock,
    config::receiver::ReceiverSettings,
    failure::Failure,
    rescue::{
        actions::LookUpNote,
        copy::{LocalCopy, store},
        extract::ReceiverKey,
    },
};
use client::Registry;
pub use model::{Progress, Stage};
use trust::Trust;

/// A handle on the receiver of one process; cheap to clone.
#[derive(Clone)]
pub struct Receiver(Arc<Inner>);

struct Inner {
    settings: ReceiverSettings,
    clock: Arc<dyn Clock>,
    key: ReceiverKey,
    copy: LocalCopy,
    trust: Trust,
    registry: Option<Registry>,
    progress: Mutex<Progress>,
    /// Look-ups that the disk has not taken.
    late: Mutex<VecDeque<(Uuid, LookUpNote)>>,
    /// There is something to catch up with, or to compare.
    wake: Notify,
    /// One checkpoint is kept at a time.
    keeping: Mutex<()>,
    /// One catching up or comparison at a time.
    turn: tokio::sync::Mutex<()>,
}

/// File name of the copy in its folder.
const FILE: &str = "copy.db";
/// Says which key a copy was made under.
const MADE_FOR: &str = "receiver";

impl Receiver {
    /// Opens the copy. Nothing runs yet.
    ///
    /// # Errors
    /// When a file is missing or cannot be read, or the copy was made under another key.
    pub async fn open(settings: ReceiverSettings, clock: Arc<dyn Clock>) -> Result<Self, Failure> {
        let key = read_key(&settings.key)?;
        let trust = Trust::read(&settings.trust)?;
        let registry = Registry::connect(&settings, Arc::clone(&clock))?;
        let db = LocalCopy::open_file(&settings.data.join(FILE), Arc::clone(&clock)).await?;
        let id = key.public().id();
        match store::fact(db.read(), MADE_FOR).await? {
            Some(made_for) if made_for != id.as_bytes() => {
                return Err(Failure::internal(
                    "the copy was made under another key; give that key back, or begin with an empty folder",
                ));
            }
            Some(_) => {}
            None => {
                let id = id.as_bytes();
                db.write(|tx| async move { store::set_fact(&tx, MADE_FOR, id).await }).await?;
            }
        }
        let copy = LocalCopy::new(db, &key.copy_secret());
        let mut progress = Progress::default();
        actions::restore(&copy, &mut progress).await?;
        Ok(Self(Arc::new(Inner {
            settings,
            clock,
            key,
            copy,
            trust,
            registry,
            progress: Mutex::new(progress),
            late: Mutex::default(),
            keeping: Mutex::default(),
            wake: Notify::new(),
            turn: tokio::sync::Mutex::default(),
        })))
    }

    /// Settings.
    pub fn settings(&self) -> &ReceiverSettings {
        &self.0.settings
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// Its own key.
    pub fn key(&self) -> &ReceiverKey {
        &self.0.key
    }

    /// The copy.
    pub fn copy(&self) -> &LocalCopy {
        &self.0.copy
    }

    /// Keys it trusts.
    pub fn trust(&self) -> &Trust {
        &self.0.trust
    }

    /// The registry, if one is configured.
    pub fn registry(&self) -> Option<&Registry> {
        self.0.registry.as_ref()
    }

    /// How it goes.
    pub fn progress(&self) -> MutexGuard<'_, Progress> {
        self.0.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn late(&self) -> MutexGuard<'_, VecDeque<(Uuid, LookUpNote)>> {
        self.0.late.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keeping(&self) -> MutexGuard<'_, ()> {
        self.0.keeping.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the follower.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }

    /// Waits until the follower is woken.
    pub async fn woken(&self) {
        self.0.wake.notified().await;
    }

    async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.0.turn.lock().await
    }
}

/// Reads a receiver's key from its file, which must be closed to others.
///
/// # Errors
/// When it is missing, open to others, or no key.
pub fn read_key(path: &Path) -> Result<ReceiverKey, Failure> {
    let told =
        |what: &str| Failure::internal(format!("the receiver's key {}: {what}", path.display()));
    let text = zeroize::Zeroizing::new(
        std::fs::read_to_string(path)
            .map_err(|error| told(&format!("{error}; `anrop receiver --init` makes one")))?,
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map_err(Failure::internal)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(told("others can read it; allow its owner alone (chmod 600)"));
        }
    }
    ReceiverKey::parse(&text).map_err(|flaw| told(&flaw.to_string()))
}
