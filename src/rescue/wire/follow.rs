//! What a copy is kept with, in JSON: changes, digest, permits by id, alerts, extracts; and the incident
//! reference that comes later.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use poem_openapi::{
    Object,
    registry::{MetaSchemaRef, Registry},
    types::{ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

use crate::permit::wire::PermitRecord;

/// A record of the shape of [`PermitRecord`], letter by letter as deliveries carry it: the digest is made
/// over it, and writing a time in another form would make another hash.
#[derive(Debug, Clone)]
pub struct GivenRecord(pub Value);

impl Type for GivenRecord {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        PermitRecord::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        PermitRecord::schema_ref()
    }

    fn register(registry: &mut Registry) {
        PermitRecord::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for GivenRecord {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.clone())
    }
}

impl ParseFromJSON for GivenRecord {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        Ok(Self(value.unwrap_or_default()))
    }
}

/// An identifier that a permit had before and is found by still.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct FormerIdentifier {
    /// `beaconId`, `beaconPrefix`, `callSign`, `registration` or `icaoAddress`.
    pub scheme: String,
    /// Canonical form.
    pub value: String,
}

impl FormerIdentifier {
    /// Those of a permit.
    pub fn all(former: Vec<(String, String)>) -> Vec<Self> {
        former.into_iter().map(|(scheme, value)| Self { scheme, value }).collect()
    }
}

/// A change of a beacon or aircraft permit.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct RescueChange {
    /// Place in the sealed log. Places grow and are never used again; those between belong to others.
    pub sequence: i64,
    /// What happened, as in deliveries.
    pub event: String,
    /// Id of the permit.
    pub permit_id: String,
    /// Version the change made. Apply only a higher one than you have.
    pub version: i32,
    /// Kind of permit.
    pub kind: String,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// A newer version exists; its own change follows and carries the record.
    pub superseded: bool,
    /// The holder disputes the data (GDPR Article 18); a person has not decided yet.
    pub restricted: bool,
    /// What is registered, as the policy gives it today. None when superseded; otherwise none means
    /// that the data have been erased: erase your copy.
    pub record: Option<GivenRecord>,
    /// When the version was written, where the record is there. The version you have, written at another time, has
    /// been given twice: the registry was put back to an earlier state.
    pub recorded_at: Option<DateTime<Utc>>,
    /// What the permit was found by before, where the record is there.
    pub former_identifiers: Vec<FormerIdentifier>,
}

/// Changes in the order of the log.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct RescueChanges {
    /// The changes.
    pub items: Vec<RescueChange>,
    /// Ask for what comes after this place next.
    pub next: i64,
    /// The last sealed place; you are up to date when `next` has reached the last change before it.
    pub head: u64,
    /// The log's link at the place you asked from, as checkpoints have it; none behind its end. Another than the
    /// `nextLink` you were told there: this is not the log you have read.
    pub after_link: Option<String>,
    /// The log's link at `next`. Keep it with `next`.
    pub next_link: Option<String>,
}

/// Digest of the live beacon and aircraft permits: a tree of SHA-256 hashes, sixteen children to a node.
/// The content hash of a permit is over the JSON of `kind`, `permitId`, `record` and `version` as RFC 8785
/// writes it. A permit stands in the leaf named by the first four digits of the hash of its id. The hash of
/// a leaf is over one line `{permitId} {version} {contentHash}` and line feed for each of its permits in
/// the order of their ids; that of any other node over one line `{child} {hash}` and line feed for each
/// child that has permits, in order. Ids and hexadecimal digits are written in lower case.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct RescueDigest {
    /// Number of live permits.
    pub count: u64,
    /// Hash of the root.
    pub root: String,
    /// The nodes asked for.
    pub nodes: Vec<DigestNode>,
    /// Every change up to this place of the log is in it; a few later ones may be too.
    pub head: u64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The signed text.
    pub statement: String,
    /// Id of the public key that verifies it: the key of the log's checkpoints.
    pub key_id: String,
    /// That public key, 32 bytes in base64. Compare it with the one you were given beforehand.
    pub public_key: String,
    /// Ed25519 signature of `statement`, base64.
    pub signature: String,
    /// The signed checkpoint of the log at `head`: a line of JSON, as `anrop verify-log --checkpoints`
    /// reads it. Keep it; it proves what the log was.
    pub checkpoint: String,
}

/// A node of the digest: its permits where they are few, else its children.
#[derive(Debug, Clone, Object, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase")]
pub struct DigestNode {
    /// Name: none to four hexadecimal digits.
    pub node: String,
    /// Live permits below it.
    pub count: u64,
    /// Its hash.
    pub hash: String,
    /// Its children that have permits, in order.
    pub children: Option<Vec<DigestChild>>,
    /// All permits below it.
    pub permits: Option<Vec<DigestPermit>>,
}

/// A child of a node.
#[derive(Debug, Clone, Object, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct DigestChild {
    /// Name.
    pub node: String,
    /// Live permits below it.
    pub count: u64,
    /// Its hash.
    pub hash: String,
}

/// A permit in the digest.
#[derive(Debug, Clone, Object, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct DigestPermit {
    /// Id of the permit.
    pub permit_id: String,
    /// Its version.
    pub version: i32,
    /// Its content hash.
    pub hash: String,
}

/// Permits as the policy gives them today.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct RescuePermits {
    /// Those of the permits asked for that are given, in the order of their ids.
    pub items: Vec<RescuePermit>,
    /// Those of the permits asked for of which nothing is given any more: erase your copy. One that is named in
    /// neither is not registered; if you hold it, the registry has lost it.
    pub withheld: Vec<WithheldPermit>,
}

/// A permit of which nothing is given.
#[derive(Debug, Clone, Object, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct WithheldPermit {
    /// Id of the permit.
    pub permit_id: String,
    /// Its version.
    pub version: i32,
}

/// A permit as the policy gives it today.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct RescuePermit {
    /// Id of the permit.
    pub permit_id: String,
    /// Its version.
    pub version: i32,
    /// Its kind.
    pub kind: String,
    /// The holder disputes the data (GDPR Article 18); a person has not decided yet.
    pub restricted: bool,
    /// When the version was written.
    pub recorded_at: Option<DateTime<Utc>>,
    /// What is registered.
    pub record: GivenRecord,
    /// What the permit was found by before.
    pub former_identifiers: Vec<FormerIdentifier>,
}

/// Outcomes of alerts, in the order they were recorded.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct RescueAlerts {
    /// The alerts.
    pub items: Vec<PastAlert>,
}

/// An alert that was recorded, as a copy keeps it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PastAlert {
    /// Id.
    pub id: String,
    /// Canonical key of the beacon.
    pub key: String,
    /// The permit, if it is registered here: show the alert with it, whatever key it is looked up by.
    pub permit_id: Option<String>,
    /// Incident reference of the rescue centre.
    pub incident_reference: String,
    /// `false`, `real` or `test`.
    pub outcome: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
}

/// The incident a look-up was for.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReferenceForm {
    /// The rescue centre's incident reference, at most 64 characters; not `pending`.
    #[oai(validator(max_length = 64))]
    pub incident_reference: String,
}

/// A look-up with its incident reference.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct CompletedLookUp {
    /// Id of the look-up.
    pub look_up_id: String,
    /// Its incident reference.
    pub incident_reference: String,
}

/// For whom an extract is.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtractForm {
    /// Public key of the receiver, `anrpk_` and base64, as `anrop receiver --init` prints it.
    #[oai(validator(max_length = 64))]
    pub receiver_key: String,
    /// Place in the sealed log that the receiver has reached (`applied` of its `/status`). The extract proves that
    /// this is the log it has read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
}
