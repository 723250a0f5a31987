//! What is kept about an approval for priority. Nothing about subscribers.

use serde::{Deserialize, Serialize};

use crate::permit::contact::ContactPerson;

/// An approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriorityDetails {
    /// Code of `data/priority_business_types.tsv`, as the business declares it.
    pub business_type: String,
    /// How many subscriptions, from 1.
    pub subscriptions: u32,
    /// Whom the authority asks about the approval.
    pub contact_person: ContactPerson,
}
