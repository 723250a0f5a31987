//! The rescue centre's side of the registry: whom to call when a beacon has been activated.
//!
//! A look-up takes whatever the officer has (a code of any length, a call sign, an MMSI, an aircraft
//! address or registration, or pasted alert text) and always ends in an answer: a permit with its
//! contacts, or the reason why there is none and whom to ask instead. What is given is cut by the
//! policy like every disclosure. The look-up path writes nothing to the database and waits for no
//! transaction: the record of it goes to the local [`spool`] and is moved into the disclosure log by
//! a job ([`actions::drain_spool`]).
//!
//! While the database does not answer, the process's own [`standby`] does. The centre keeps a [`copy`]
//! of its own besides: [`api`] gives it the sealed changes and a signed digest of the live permits to
//! compare with, and [`extract`] a file for when there is no line.

pub mod actions;
pub mod api;
pub mod copy;
pub mod extract;
pub mod rules;
pub mod spool;
pub mod standby;
pub mod store;
pub mod wire;

use std::{path::Path, sync::Arc};

use crate::{failure::Failure, keys::KeyRing};
use spool::{Recovery, Spool, SpoolOptions};

/// Opens the look-up spool in `folder`, made if missing, and repairs what a crash left. Blocks; called
/// while the process starts.
///
/// # Errors
/// When another process has the folder, or it cannot be made, read or repaired.
pub fn open_spool(folder: &Path, keys: Arc<KeyRing>) -> Result<(Spool, Recovery), Failure> {
    Spool::open(keys, SpoolOptions::new(folder)).map_err(Failure::internal)
}
