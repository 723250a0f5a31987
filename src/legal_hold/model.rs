//! What a hold is. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::values::{
    ids::{PartyId, PermitId},
    table::code_enum,
};

code_enum! {
    /// What is held.
    Subject {
        /// Everything about a holder.
        Holder = "holder",
        /// Everything about the party and the permit of a case, on a permit or of supervision.
        Case = "case",
        /// Everything about a permit.
        Permit = "permit",
    }
}

/// A hold as it stands.
#[derive(Debug, Clone)]
pub struct Hold {
    /// Id.
    pub id: Uuid,
    /// What is held.
    pub subject: Subject,
    /// Id of the holder, case or permit.
    pub subject_id: Uuid,
    /// Everything about this party is held.
    pub party: Option<PartyId>,
    /// Everything about this permit is held.
    pub permit: Option<PermitId>,
    /// Why.
    pub reason: String,
    /// First day it holds no more; none while that is not known.
    pub until: Option<NaiveDate>,
    /// Who set it, and when.
    pub set: (DateTime<Utc>, String),
    /// Who lifted it, when and why.
    pub lifted: Option<(DateTime<Utc>, String, String)>,
    /// Grows with every change.
    pub version: i32,
}

impl Hold {
    /// True while it holds something back on a day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.lifted.is_none() && self.until.is_none_or(|until| day < until)
    }
}
