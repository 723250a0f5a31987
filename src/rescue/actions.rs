//! What rescue centres do, one file per verb. Only `record_alert` and the two that keep the
//! disclosure log write to the database; a look-up never does.

mod follow;
mod log;
mod look_up;
mod record_alert;

pub use follow::{ChangePage, ChangedPermit, SignedDigest, changes, digest};
pub use log::drain_spool;
pub use look_up::{Answer, Ended, LastHolder, Match, look_up};
pub use record_alert::{NewAlert, record_alert};

/// On whose behalf and for what something is looked up.
#[derive(Debug, Clone)]
pub struct Inquiry {
    /// The rescue centre's incident reference, or `pending`.
    pub incident_reference: String,
    /// The officer, with the subject of the token where a header names the officer.
    pub officer: String,
}
