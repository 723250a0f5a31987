//! The rescue slice in JSON.

mod convert;
mod copied;
mod follow;
mod gathering;

pub use copied::*;
pub use follow::*;
pub use gathering::*;

use chrono::{DateTime, Utc};
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    actions::{
        Answer, Below, ChangePage, ChangedPermit, Ended, Given, Match, NodeContent, Origin,
        SignedDigest, State,
    },
    copy::HeldAlert,
    rules::{
        self, Absence, Foreign, Key, MatchKind, OtherRegister, Remark,
        alert_text::{FoundKey, scan},
        digest::{Item, Node, Summary},
    },
    store::Alert,
};
use crate::{
    failure::{Failure, FieldErrors},
    permit::wire::PermitRecord,
    values::{
        beacon_id::{Decoded, Location, country_name},
        ids::PermitId,
    },
};

/// Most beacons answered for one text.
pub const MOST_CODES: usize = 20;

/// The answer to a look-up.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct LookUpAnswer {
    /// Id of this look-up. One made under `pending` gets its incident reference by it.
    pub look_up_id: String,
    /// The key as it was understood: the canonical beacon code (15 or 23 characters), call sign, MMSI,
    /// aircraft address or registration.
    pub key: String,
    /// What a beacon code says.
    pub decoded: Option<DecodedBeacon>,
    /// Permits that answer to the key: live ones first (active, suspended or awaiting programming),
    /// then ended ones. Empty when none is live; `reason` says why.
    pub matches: Vec<BeaconMatch>,
    /// Why there is no match.
    pub reason: Option<NoMatchReason>,
    /// What may help further, in English.
    pub hint: Option<String>,
    /// With reason `ended`: the permit that ended last.
    pub ended: Option<EndedPermit>,
    /// With reason `foreign`: whose it is.
    pub foreign: Option<ForeignKey>,
    /// With reason `otherRegister`: which keeps it.
    pub other_register: Option<RegisterElsewhere>,
    /// Without a match: alerts recorded for the key, or of the permit under `ended`, newest first.
    pub earlier_alerts: Option<Vec<EarlierAlert>>,
    /// When this was answered.
    pub answered_at: DateTime<Utc>,
    /// Where the data come from.
    pub source: AnswerSource,
    /// Everything registered until then is in the answer.
    pub data_as_of: DateTime<Utc>,
    /// Age of the data in whole seconds when this was answered; 0 from the registry itself, more from
    /// a copy.
    pub data_age: i64,
}

/// Where the data of an answer come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "camelCase")]
pub enum AnswerSource {
    /// The registry itself.
    Registry,
    /// The copy beside the registry's service, because its database does not answer.
    Standby,
    /// The copy the rescue centre keeps.
    Copy,
    /// An extract loaded into that copy, which has not been in touch with the registry since.
    Extract,
}

/// Why a key has no match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "camelCase")]
pub enum NoMatchReason {
    /// Nobody has registered it.
    Unknown,
    /// Its permit has ended.
    Ended,
    /// It belongs to another country.
    Foreign,
    /// Another Norwegian register keeps it.
    OtherRegister,
}

/// How a permit answers to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "camelCase")]
pub enum MatchedBy {
    /// The code given is the one registered.
    Exact,
    /// So it is after its coded position was replaced by the default.
    Canonicalised,
    /// The first 15 characters of a second-generation code agree; several beacons may share them.
    SgbPrefix,
    /// By call sign.
    CallSign,
    /// By MMSI.
    Mmsi,
    /// By aircraft address or registration.
    Aircraft,
}

/// A permit that answers to a key.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct BeaconMatch {
    /// How it answers.
    #[oai(rename = "match")]
    pub matched: MatchedBy,
    /// The permit has not ended.
    pub live: bool,
    /// Id of the permit.
    pub permit_id: String,
    /// Version of the permit; grows with every change.
    pub version: i32,
    /// What is registered. Contacts stand in calling order, their telephones dial-ready (E.164). Of an
    /// ended permit only the last holder's name and telephone are left.
    pub record: PermitRecord,
    /// Where the code says something else than the register.
    pub differences: Vec<Note>,
    /// Alerts recorded for the beacon, newest first.
    pub earlier_alerts: Vec<EarlierAlert>,
    /// The holder disputes the data (GDPR Article 18); a person has not decided yet.
    pub restricted: bool,
    /// A sealed part of the record could not be opened and is missing; what stands here is right.
    pub incomplete: bool,
}

/// Something to note, with a stable code.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Note {
    /// Stable kebab-case code.
    pub code: String,
    /// In English.
    pub detail: String,
}

/// What a beacon code says.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct DecodedBeacon {
    /// Canonical code: 15 characters with the position at its default, or 23; only the first 15 of 23
    /// where no more were given.
    pub beacon_id: String,
    /// Written form of the key, such as `firstGenerationId` or `longMessage`.
    pub form: Option<String>,
    /// `first` or `second`.
    pub generation: Option<String>,
    /// Country code (MID) as coded, 0–1023.
    pub country: i32,
    /// English name of the country, if the code is allocated.
    pub country_name: Option<String>,
    /// Coding protocol.
    pub protocol: Option<String>,
    /// Kind of beacon, where the code tells: `plb`, `elt`, `eltDt`, `epirb`, `shipSecurity` and others.
    pub class: Option<String>,
    /// Type approval number.
    pub type_approval: Option<i64>,
    /// Serial number.
    pub serial: Option<i64>,
    /// Homing transmitter, where the code tells: `none`, `mhz121`, `sart` (9 GHz radar transponder), `other`,
    /// `notMhz121` (none, or another than 121.5 MHz), `active` or `inactive`.
    pub homing: Option<String>,
    /// Position in the code as it was given.
    pub position: Option<CodedPosition>,
    /// A position stood in the key; the canonical code has the default in its place.
    pub canonicalised: bool,
    /// What an officer should know before relying on the code.
    pub warnings: Vec<Note>,
    /// Everything the code says, in reading order, for display. Programs use the other members.
    pub facts: Vec<Fact>,
}

/// One thing a code says.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// What it says.
    pub value: String,
}

/// A position in a beacon code.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct CodedPosition {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// Step of the coding in seconds of arc.
    pub resolution: f64,
}

/// An alert that was recorded before.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct EarlierAlert {
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// `false`, `real` or `test`.
    pub outcome: String,
    /// Incident reference of the rescue centre.
    pub incident_reference: String,
}

/// A permit that has ended, within the period the policy keeps it for rescue centres.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct EndedPermit {
    /// Id of the permit.
    pub permit_id: String,
    /// Human number.
    pub number: String,
    /// State it ended in: `expired`, `revoked`, `surrendered` or `transferred`.
    pub status: String,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// Why it ended.
    pub why: String,
    /// Who held it last.
    pub last_holder: FormerHolder,
}

/// Who held a permit last.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct FormerHolder {
    /// Name.
    pub name: Option<String>,
    /// Telephone, E.164.
    pub telephone: Option<String>,
}

/// Whose a foreign key is.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct ForeignKey {
    /// English name of the country, where the key tells it.
    pub country: Option<String>,
    /// Maritime identification digits, where the key has them.
    pub mid: Option<i32>,
    /// Whom to ask, in English.
    pub ask: String,
}

/// A register that keeps what this one does not.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct RegisterElsewhere {
    /// Its name.
    pub register: String,
    /// Its telephone, staffed day and night, E.164.
    pub telephone: String,
}

/// Alert text to be looked through.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlertText {
    /// The text as it came, at most 16384 bytes. Nothing of it is kept but the codes found.
    #[oai(validator(max_length = 16384))]
    pub text: String,
    /// The rescue centre's incident reference, or `pending`; at most 64 characters.
    #[oai(validator(max_length = 64))]
    pub incident_reference: String,
}

/// One answer for each beacon in a text.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct LookUpAnswers {
    /// Answers; codes that a label announces come first.
    pub answers: Vec<LookUpAnswer>,
    /// Codes that were looked up and have no answer now. Look each up by itself; the others hold.
    pub unanswered: Vec<UnansweredCode>,
    /// How many more codes the text has. They were not looked up; send them by themselves.
    pub left_out: u64,
}

/// How an alert turned out.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlertForm {
    /// Any key of the beacon, registered here or not.
    #[oai(validator(max_length = 200))]
    pub key: String,
    /// The rescue centre's incident reference, or `pending`; at most 64 characters.
    #[oai(validator(max_length = 64))]
    pub incident_reference: String,
    /// What it was.
    pub outcome: AlertOutcome,
    /// The permit; found by the key when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permit_id: Option<String>,
}

/// What an alert was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum AlertOutcome {
    /// Nobody was in distress.
    False,
    /// Somebody was.
    Real,
    /// The beacon was being tested.
    Test,
}

/// A recorded alert.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct RecordedAlert {
    /// Id.
    pub id: String,
    /// Canonical key of the beacon.
    pub key: String,
    /// The permit, if it is registered here.
    pub permit_id: Option<String>,
    /// Incident reference of the rescue centre.
    pub incident_reference: String,
    /// `false`, `real` or `test`.
    pub outcome: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
}
