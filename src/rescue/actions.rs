//! What rescue centres do, one file per verb. A look-up never writes to the database; what else writes
//! there writes alerts and the disclosure log, and nothing else.

mod correct_alert;
mod follow;
mod keep_standby;
mod log;
mod look_up;
mod mark;
mod record_alert;
mod refer;
mod state;
mod take_copied;
mod write_extract;

pub use correct_alert::correct_alert;
pub use follow::{
    Below, ChangePage, ChangedPermit, NodeContent, SignedDigest, alerts, changes, digest, permits,
    send_digest,
};
pub use keep_standby::{keep_standby, stand_in, sweep_standby, tend_standby};
pub use log::{GivenRecord, LookUpNote, Outcome, complete_reference, drain_spool};
pub use look_up::{Answer, Ended, LastHolder, Match, Origin, Source, answer, look_up};
pub use mark::{Marked, mark};
pub use record_alert::{NewAlert, record_alert};
pub use refer::{Referred, Waiting, refer, waiting};
pub use state::{Given, State};
pub use take_copied::{Brought, take_copied};
pub use write_extract::write_extract;

/// On whose behalf and for what something is looked up.
#[derive(Debug, Clone)]
pub struct Inquiry {
    /// The rescue centre's incident reference, or `pending`.
    pub incident_reference: String,
    /// The officer, with the subject of the token where a header names the officer.
    pub officer: String,
}
