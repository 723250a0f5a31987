//! Permits in JSON. Every section of a record is optional: which are there is the policy's decision.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    kind::{self, shared::EmergencyContactForm},
    model::Permit,
};
use crate::party::wire::Address;

/// Everything registered about a permit, as far as the reader may have it.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct PermitRecord {
    /// The permit.
    pub permit: Option<PermitFacts>,
    /// Call sign.
    pub call_sign: Option<String>,
    /// Holder who is a natural person.
    pub holder: Option<HolderFacts>,
    /// Holder that is an organisation.
    pub organisation: Option<OrganisationFacts>,
    /// Emergency contacts in calling order.
    pub contacts: Option<Vec<ContactFacts>>,
    /// The beacon.
    pub beacon: Option<BeaconFacts>,
    /// Its programming.
    pub programming: Option<ProgrammingFacts>,
}

/// The permit itself.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct PermitFacts {
    /// Kind.
    pub kind: Option<String>,
    /// Human number.
    pub number: Option<String>,
    /// State.
    pub status: Option<String>,
    /// Version; grows with every change.
    pub version: Option<i32>,
    /// Class of a licence.
    pub class: Option<String>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Day after the last; none means until further notice.
    pub valid_until: Option<NaiveDate>,
    /// When it was issued.
    pub issued_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// When the holder last confirmed the data.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated_at: Option<DateTime<Utc>>,
}

/// A holder who is a natural person.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct HolderFacts {
    /// Name.
    pub name: Option<String>,
    /// National id.
    pub national_id: Option<String>,
    /// Birth date.
    pub birth_date: Option<NaiveDate>,
    /// Street, postal code and country.
    pub address: Option<Address>,
    /// Post town.
    pub post_town: Option<String>,
    /// Telephone, E.164.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// The address is protected.
    pub address_protection: Option<bool>,
}

/// A holder that is an organisation.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct OrganisationFacts {
    /// Name.
    pub name: Option<String>,
    /// Organisation number.
    pub number: Option<String>,
    /// Street, postal code and country.
    pub address: Option<Address>,
    /// Post town.
    pub post_town: Option<String>,
    /// Telephone, E.164.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Language.
    pub language: Option<String>,
}

/// An emergency contact.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct ContactFacts {
    /// Place in the calling order, from 1.
    pub calling_order: Option<i32>,
    /// Name.
    pub name: Option<String>,
    /// Numbers to call, E.164, the first first.
    pub phone: Option<Vec<String>>,
    /// Language the contact speaks.
    pub language: Option<String>,
    /// What the contact is to the holder.
    pub relation: Option<String>,
    /// When the contact can be reached.
    pub availability: Option<String>,
    /// When the contact last confirmed the entry.
    pub confirmation: Option<DateTime<Utc>>,
}

/// A beacon.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct BeaconFacts {
    /// Canonical code, 15 or 23 hexadecimal characters.
    pub id: Option<String>,
    /// Country code in it.
    #[oai(validator(minimum(value = "201"), maximum(value = "799")))]
    pub country: Option<i32>,
    /// Protocol.
    pub protocol: Option<String>,
    /// Serial number.
    pub serial: Option<i64>,
    /// Type approval number.
    pub type_approval: Option<i64>,
    /// Maker.
    pub manufacturer: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Colour.
    pub colour: Option<String>,
    /// Day the battery expires.
    pub battery_expiry: Option<NaiveDate>,
    /// What it is used for.
    #[oai(rename = "use")]
    #[serde(rename = "use")]
    pub usage: Option<String>,
    /// Craft it is carried on.
    pub craft: Option<String>,
    /// Usual number of persons.
    pub persons_on_board: Option<i32>,
    /// Anything the rescue centre should know.
    pub notes: Option<String>,
    /// Lost, stolen, sold or destroyed.
    pub condition: Option<String>,
}

/// A programming order.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct ProgrammingFacts {
    /// Country codes that may be coded.
    pub country: Option<Vec<i32>>,
    /// Protocols that may be used.
    pub protocols: Option<Vec<String>>,
    /// Serial number that must be coded; free when absent.
    pub serial_rule: Option<i64>,
    /// Type approval number that must be coded where the protocol carries one.
    pub type_approval_rule: Option<i64>,
    /// `ordered` or `programmed`.
    pub status: Option<String>,
    /// When it was ordered.
    pub ordered_at: Option<DateTime<Utc>>,
}

/// A permit in a list.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PermitSummary {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// Human number.
    pub number: String,
    /// State.
    pub status: String,
    /// Call sign.
    pub call_sign: Option<String>,
    /// First day.
    pub valid_from: NaiveDate,
    /// Day after the last.
    pub valid_until: Option<NaiveDate>,
    /// Version.
    pub version: i32,
}

impl PermitSummary {
    /// The summary of a permit.
    pub fn of(permit: &Permit) -> Self {
        Self {
            id: permit.id.to_string(),
            kind: permit.kind.as_str().to_owned(),
            number: permit.number.clone(),
            status: permit.status.code().to_owned(),
            call_sign: permit.call_sign.map(|sign| sign.to_string()),
            valid_from: permit.validity.from(),
            valid_until: permit.validity.until(),
            version: permit.version,
        }
    }
}

/// A page of permits.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PermitPage {
    /// The permits of this page.
    pub items: Vec<PermitSummary>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// A permit with everything the reader may have of it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PermitView {
    /// Id.
    pub id: String,
    /// Title of the kind, in English.
    pub title: String,
    /// The record.
    pub record: PermitRecord,
    /// Address at which anybody can verify the certificate.
    pub verification_url: String,
    /// Case it came of.
    pub case_id: Option<String>,
}

impl PermitView {
    /// The view of a permit around the record the reader may have.
    pub fn of(permit: &Permit, record: PermitRecord, public_url: &str) -> Self {
        Self {
            id: permit.id.to_string(),
            title: kind::any(permit.kind)
                .title(crate::values::language::Language::English)
                .to_owned(),
            record,
            verification_url: format!("{public_url}/verify/{}", permit.verification_code),
            case_id: permit.case.map(|id| id.to_string()),
        }
    }
}

/// One version of a permit.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct VersionView {
    /// Version.
    pub version: i32,
    /// Event that made it.
    pub event: String,
    /// From when it holds.
    pub valid_at: DateTime<Utc>,
    /// When it was written.
    pub recorded_at: DateTime<Utc>,
    /// Who made it.
    pub actor: String,
    /// The record as it was; none when it has been erased.
    pub record: Option<PermitRecord>,
}

/// The history of a permit, first to last.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct PermitHistory {
    /// Every version.
    pub items: Vec<VersionView>,
    /// How many there are.
    pub total: u64,
}

/// New emergency contacts, in calling order.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactsForm {
    /// Whom the rescue centre calls, in this order.
    #[validate(nested, length(max = 5))]
    pub emergency_contacts: Vec<EmergencyContactForm>,
}

/// Grounds of a step by the authority.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroundsForm {
    /// Why, for the holder to read (forvaltningsloven § 25).
    #[validate(length(min = 1, max = 4000))]
    pub grounds: String,
}

/// Why a holder gives a permit up.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SurrenderForm {
    /// Reason.
    pub reason: SurrenderReason,
}

/// Reasons for giving up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, poem_openapi::Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum SurrenderReason {
    /// It is not used any more.
    NoLongerUsed,
    /// It has another owner.
    Sold,
    /// Nobody knows where it is.
    Lost,
    /// It was taken.
    Stolen,
    /// It will never transmit again.
    Destroyed,
}

impl SurrenderReason {
    /// As it is kept as the reason of the end.
    pub const fn code(self) -> &'static str {
        match self {
            SurrenderReason::NoLongerUsed => "noLongerUsed",
            SurrenderReason::Sold => "sold",
            SurrenderReason::Lost => "lost",
            SurrenderReason::Stolen => "stolen",
            SurrenderReason::Destroyed => "destroyed",
        }
    }
}

/// Whether a certificate stands, without naming anybody.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct Verification {
    /// `valid`, `expired`, `revoked`, `ended` or `unknown`.
    pub status: String,
    /// Kind of permit.
    pub kind: Option<String>,
    /// Human number, as on the certificate.
    pub number: Option<String>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Day after the last.
    pub valid_until: Option<NaiveDate>,
    /// When this was answered.
    pub answered_at: DateTime<Utc>,
}
