//! What a copy holds of a permit and of an alert. Pure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    disclosure::{
        Circumstances,
        policy::{HolderType, Kind},
    },
    permit::{lifecycle::Status, model::Scheme},
    rescue::rules::digest::{self, Hash},
    values::ids::{PartyId, PermitId},
};

/// A permit as the rescue centre gets it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// The permit.
    pub permit: PermitId,
    /// Its version.
    pub version: i32,
    /// Its kind.
    pub kind: Kind,
    /// What the policy gives the rescue centre of it.
    pub record: Value,
    /// Restriction of processing under Art. 18: the holder disputes the data.
    #[serde(default)]
    pub restricted: bool,
    /// When the version was written; what was taken before copies were told it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<DateTime<Utc>>,
    /// Whose it is; known beside the registry only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<PartyId>,
    /// Identifiers it had before; those it has now stand in the record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<(String, String)>,
}

/// Something a permit is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldKey {
    /// What kind of identifier it is.
    pub scheme: Scheme,
    /// Canonical form.
    pub value: String,
    /// It is the permit's own now, and not one it had before.
    pub current: bool,
}

impl Held {
    /// State of the permit.
    pub fn status(&self) -> Option<Status> {
        self.record["permit"]["status"].as_str().and_then(Status::from_code)
    }

    /// When and why it ended.
    pub fn ended(&self) -> Option<(DateTime<Utc>, String)> {
        let permit = &self.record["permit"];
        let at = DateTime::parse_from_rfc3339(permit["endedAt"].as_str()?).ok()?.to_utc();
        Some((at, permit["endReason"].as_str().unwrap_or_default().to_owned()))
    }

    /// Hash of its content, as the digest has it.
    pub fn hash(&self) -> Hash {
        digest::content_hash(self.permit.0, self.version, self.kind, &self.record)
    }

    /// What disclosing it again depends on.
    pub fn circumstances(&self) -> Circumstances<'static> {
        let is_person = self.record.get("organisation").is_none();
        Circumstances {
            kind: self.kind,
            holder: if is_person { HolderType::Person } else { HolderType::Organisation },
            ended: !self.status().is_some_and(Status::is_live),
            consented: &[],
            protected: false,
            restricted: self.restricted,
            stopped: false,
        }
    }

    /// Everything it is found by: what stands in the record, and what it had before.
    pub fn keys(&self) -> Vec<HeldKey> {
        let text = |section: &str, member: &str| self.record[section][member].as_str();
        let beacon = text("beacon", "id");
        // of a second-generation code, the ground segment may pass on the first 15 characters only
        let prefix = beacon.filter(|id| id.len() == 23).and_then(|id| id.get(..15));
        let own = [
            (Scheme::BeaconId, beacon),
            (Scheme::BeaconPrefix, prefix),
            (Scheme::CallSign, self.record["callSign"].as_str()),
            (Scheme::Registration, text("aircraft", "registration")),
            (Scheme::IcaoAddress, text("aircraft", "address")),
        ];
        let mut keys: Vec<HeldKey> = own
            .into_iter()
            .filter_map(|(scheme, value)| {
                Some(HeldKey { scheme, value: value?.to_owned(), current: true })
            })
            .collect();
        for (scheme, value) in &self.former {
            let known = keys.iter().any(|key| key.scheme.code() == scheme && key.value == *value);
            if let Some(scheme) = Scheme::from_code(scheme).filter(|_| !known) {
                keys.push(HeldKey { scheme, value: value.clone(), current: false });
            }
        }
        keys
    }
}

/// How an alert turned out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldAlert {
    /// Id.
    pub id: Uuid,
    /// Canonical key of the beacon.
    pub key: String,
    /// The permit it is of, where there is one; what was taken before copies held it does not say.
    #[serde(rename = "permitId", default, skip_serializing_if = "Option::is_none")]
    pub permit: Option<PermitId>,
    /// `false`, `real` or `test`.
    pub outcome: String,
    /// Incident reference of the rescue centre.
    pub incident_reference: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
}
