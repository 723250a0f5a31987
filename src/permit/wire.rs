//! Permits in JSON. Every section of a record is optional: which are there is the policy's decision.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    kind::{
        self, Kind,
        beacon::Condition,
        installer::wire::{InstallerFacts, QualifiedPersonFacts},
        priority::wire::PriorityFacts,
        radio_facts::{FrequencyFacts, StationFacts},
        shared::EmergencyContactForm,
        supplier::wire::SupplierFacts,
    },
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
    /// The aircraft.
    pub aircraft: Option<AircraftFacts>,
    /// The installer.
    pub installer: Option<InstallerFacts>,
    /// The installer's qualified persons.
    pub qualified_person: Option<Vec<QualifiedPersonFacts>>,
    /// The supplier or radio dealer.
    pub supplier: Option<SupplierFacts>,
    /// The approval for priority.
    pub priority: Option<PriorityFacts>,
    /// What may be sent.
    pub frequency: Option<FrequencyFacts>,
    /// Where it is sent from.
    pub station: Option<StationFacts>,
    /// The number resource.
    pub number: Option<NumberFacts>,
    /// The organisation's person for the permit.
    pub contact_person: Option<ContactPersonFacts>,
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
    /// Conditions set for this permit besides those of its kind.
    pub conditions: Option<Vec<String>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// Grounds of the step that made this version; shown to caseworkers.
    pub grounds: Option<String>,
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
    /// When the holder or the contact last confirmed the entry; absent until then.
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
    /// `lost`, `stolen`, `sold` or `destroyed`, as the holder has reported; absent otherwise.
    pub condition: Option<String>,
    /// The holder's words to that report.
    pub condition_note: Option<String>,
    /// When that was reported.
    pub condition_reported_at: Option<DateTime<Utc>>,
}

/// A number resource.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct NumberFacts {
    /// Type, e.g. `e164_8_digit`.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Ranges (`22000000-22009999`), numbers, codes or names.
    pub range: Option<Vec<String>>,
    /// State of the numbers.
    pub status: Option<String>,
    /// What they are used for.
    #[oai(rename = "use")]
    #[serde(rename = "use")]
    pub usage: Option<String>,
    /// Point code, where it is one.
    pub point_code: Option<String>,
}

/// An organisation's person for a permit.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct ContactPersonFacts {
    /// Name.
    pub name: Option<String>,
    /// Telephone, E.164.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
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
    /// Id of the order.
    pub order_id: Option<String>,
}

/// An aircraft and its radio equipment besides the ELT.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct AircraftFacts {
    /// Registration, which is also its call sign.
    pub registration: Option<String>,
    /// ICAO 24-bit address, six hexadecimal characters.
    pub address: Option<String>,
    /// Maker and type.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    pub aircraft_type: Option<String>,
    /// Maker's serial number.
    pub serial: Option<String>,
    /// Colour.
    pub colour: Option<String>,
    /// Where it is based.
    pub home_base: Option<String>,
    /// Largest number of persons on board.
    pub persons_on_board: Option<i32>,
    /// Greatest permitted take-off mass in kilograms.
    pub take_off_mass: Option<i64>,
    /// It has all the radio equipment its operation calls for.
    pub fully_equipped: Option<bool>,
    /// ICAO designator of the operator.
    pub operator: Option<String>,
    /// What a temporary permit is for.
    pub temporary_purpose: Option<String>,
    /// Radio equipment besides the ELT.
    pub radio_equipment: Option<Vec<EquipmentFacts>>,
}

/// A piece of radio equipment.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct EquipmentFacts {
    /// `radio`, `terminal`, `otherChannel` or `plb`.
    pub category: Option<String>,
    /// What it is.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    pub name: Option<String>,
    /// Maker.
    pub manufacturer: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Lowest frequency in hertz.
    pub frequency_from: Option<u64>,
    /// End of the range in hertz, exclusive.
    pub frequency_until: Option<u64>,
    /// Greatest power in milliwatts.
    pub power_milliwatts: Option<i64>,
    /// Built in; otherwise carried loose.
    pub installed: Option<bool>,
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
    /// A renewal asked for today would be taken.
    pub renewable: bool,
    /// Version.
    pub version: i32,
}

impl PermitSummary {
    /// The summary of a permit as it stands today.
    pub fn of(permit: &Permit, today: NaiveDate) -> Self {
        let end = kind::any(permit.kind).renewed_until(&permit.details, permit.validity, today);
        Self {
            id: permit.id.to_string(),
            kind: permit.kind.as_str().to_owned(),
            number: permit.number.clone(),
            status: permit.status.code().to_owned(),
            call_sign: permit.call_sign.map(|sign| sign.to_string()),
            valid_from: permit.validity.from(),
            valid_until: permit.validity.until(),
            renewable: permit.status.is_live() && end.is_ok(),
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
    /// When the holder was asked, with the yearly fee, to confirm that everything registered is
    /// right; absent once it has been confirmed.
    pub confirmation_asked_at: Option<DateTime<Utc>>,
    /// What the holder should do next, if anything.
    pub next_step: Option<NextStep>,
}

/// What a holder should do next.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NextStep {
    /// Operation to call.
    pub operation: String,
    /// Its address.
    pub href: String,
    /// Why, in English.
    pub detail: String,
}

impl NextStep {
    /// A beacon that is gone for good needs no permit: a live one should be given up.
    fn of(permit: &Permit, record: &PermitRecord) -> Option<Self> {
        let condition = record.beacon.as_ref()?.condition.as_ref()?;
        let condition: Condition = serde_json::from_value(condition.as_str().into()).ok()?;
        // an aircraft needs its permit for the other equipment
        let is_due = permit.kind == Kind::Plb && permit.status.is_live() && condition.ends_use();
        is_due.then(|| Self {
            operation: "surrenderPermit".to_owned(),
            href: format!("/v1/permits/{}/surrender", permit.id),
            detail: "The beacon is sold or destroyed. Give the permit up, or the yearly fee goes on; a new owner who is to keep the call sign can only get it after that.".to_owned(),
        })
    }
}

impl PermitView {
    /// The view of a permit around the record the reader may have.
    pub fn of(permit: &Permit, record: PermitRecord, public_url: &str) -> Self {
        Self {
            next_step: NextStep::of(permit, &record),
            id: permit.id.to_string(),
            title: kind::any(permit.kind)
                .title(crate::values::language::Language::English)
                .to_owned(),
            record,
            verification_url: format!("{public_url}/verify/{}", permit.verification_code),
            case_id: permit.case.map(|id| id.to_string()),
            confirmation_asked_at: None,
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

/// What has happened to a beacon.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BeaconConditionForm {
    /// What has happened.
    pub condition: ReportedCondition,
    /// For the rescue centre: where and how, in the holder's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 500))]
    pub note: Option<String>,
}

/// What a holder can report of a beacon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, poem_openapi::Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum ReportedCondition {
    /// Nobody knows where it is.
    Lost,
    /// Taken by somebody.
    Stolen,
    /// Has another owner.
    Sold,
    /// Will never transmit again.
    Destroyed,
    /// It is back and in order: takes an earlier report back.
    Found,
}

impl ReportedCondition {
    /// The condition; none when it is back.
    pub const fn meaning(self) -> Option<Condition> {
        match self {
            ReportedCondition::Lost => Some(Condition::Lost),
            ReportedCondition::Stolen => Some(Condition::Stolen),
            ReportedCondition::Sold => Some(Condition::Sold),
            ReportedCondition::Destroyed => Some(Condition::Destroyed),
            ReportedCondition::Found => None,
        }
    }
}

/// Why a holder gives a permit up.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SurrenderForm {
    /// Reason; only equipment (beacons, aircraft, transmitters) is sold, lost, stolen or destroyed.
    pub reason: SurrenderReason,
    /// Day the holder's letter came in, by a caseworker who registers it later; today when left out. The years after it
    /// are not charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
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
    const ALL: [SurrenderReason; 5] = [
        SurrenderReason::NoLongerUsed,
        SurrenderReason::Sold,
        SurrenderReason::Lost,
        SurrenderReason::Stolen,
        SurrenderReason::Destroyed,
    ];

    /// Those that a permit of a kind may be given up for.
    pub fn of(kind: Kind) -> impl Iterator<Item = Self> {
        let any = kind::any(kind);
        Self::ALL.into_iter().filter(move |reason| any.may_be_given_up_for(reason.code()))
    }

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
