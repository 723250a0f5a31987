//! Amateur licences and stations in JSON.

use chrono::NaiveDate;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    super::{
        Parsed,
        shared::{Applicant, needed_text},
    },
    model::{AmateurDetails, LicenceClass, Occasion, Station},
};
use crate::{
    failure::FieldErrors,
    values::{
        call_sign::CallSign, call_sign_series, email_address::EmailAddress,
        person_name::PersonName, phone_number::PhoneNumber, validity::Validity,
    },
};

/// The call sign of the station at Morokulien.
const MOROKULIEN: &str = "LG5LG";

/// Application for a radio-amateur licence with a personal call sign, or for the call sign of a
/// contest operator, club, special event, repeater, beacon station or the station at Morokulien.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AmateurApplication {
    /// The applicant; a person's birth date is needed.
    #[validate(nested)]
    pub applicant: Applicant,
    /// What the call sign is for; `personal` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<StationName>,
    /// Class applied for; needed for a personal licence, and for nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence_class: Option<LicenceClassName>,
    /// Call signs asked for, best first, of the form of the station's series. A personal call sign is
    /// the next free one and cannot be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 5))]
    pub wishes: Option<Vec<String>>,
    /// A call sign you have by the list kept before the registry, to be taken over into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 20))]
    pub call_sign: Option<String>,
    /// Call sign of the licensee who answers for the station; needed for the station of an
    /// association.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 20))]
    pub responsible_licensee: Option<String>,
    /// The occasion; needed for a special event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub event: Option<EventForm>,
    /// Who has care of an applicant under 18 years; needed then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub guardian: Option<GuardianForm>,
    /// In an amendment of a personal licence: why you ask for another call sign, such as an unfortunate combination or one
    /// that is hard to say. It is the next free one and cannot be chosen; the one you have rests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 1000))]
    pub new_call_sign: Option<String>,
    /// What may be shown in the public call-sign list: any of `name`, `address`, `postTown`. Left
    /// out or empty, only the call sign and its status are shown. Can be withdrawn at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 3))]
    pub publish: Option<Vec<ListedField>>,
}

/// What a call sign is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum StationName {
    /// A person's licence and own call sign.
    Personal,
    /// A club, school or group.
    Club,
    /// A person's short call sign for contests.
    Contest,
    /// The days of an occasion.
    Event,
    /// An unmanned relay.
    Repeater,
    /// An unmanned beacon that shows propagation.
    Beacon,
    /// LG5LG at Morokulien.
    Morokulien,
}

impl From<StationName> for Station {
    fn from(name: StationName) -> Self {
        match name {
            StationName::Personal => Station::Personal,
            StationName::Club => Station::Club,
            StationName::Contest => Station::Contest,
            StationName::Event => Station::Event,
            StationName::Repeater => Station::Repeater,
            StationName::Beacon => Station::Beacon,
            StationName::Morokulien => Station::Morokulien,
        }
    }
}

/// Classes of licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum LicenceClassName {
    /// All amateur bands; valid abroad under CEPT T/R 61-01.
    Full,
    /// Limited bands and power; valid in Norway only.
    Limited,
}

impl From<LicenceClassName> for LicenceClass {
    fn from(name: LicenceClassName) -> Self {
        match name {
            LicenceClassName::Full => LicenceClass::Full,
            LicenceClassName::Limited => LicenceClass::Limited,
        }
    }
}

/// The occasion of a special-event call sign.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventForm {
    /// What is celebrated or held.
    #[validate(length(min = 1, max = 100))]
    pub name: String,
    /// First day.
    pub first_day: NaiveDate,
    /// Last day.
    pub last_day: NaiveDate,
}

/// Who has care of a minor. Kept in the sealed application only, and never published.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GuardianForm {
    /// Full name.
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    /// Telephone with country code, or eight Norwegian digits.
    #[validate(length(min = 1, max = 40))]
    pub phone: String,
    /// E-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 254))]
    pub email: Option<String>,
    /// The guardian agrees to what `publish` lets the public list show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consents_to_publication: Option<bool>,
}

impl GuardianForm {
    /// Notes every error; answers whether the guardian agrees to publication.
    fn check(&self, errors: &mut FieldErrors) -> bool {
        errors.take("/guardian/name", PersonName::parse(&self.name));
        errors.take("/guardian/phone", PhoneNumber::parse(&self.phone));
        errors.take_optional("/guardian/email", self.email.as_deref().map(EmailAddress::parse));
        self.consents_to_publication == Some(true)
    }
}

/// Fields of the public call-sign list that need consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum ListedField {
    /// Name.
    Name,
    /// Street and postal code.
    Address,
    /// Post town.
    PostTown,
}

impl ListedField {
    /// The field of the policy.
    pub const fn policy_name(self) -> &'static str {
        match self {
            ListedField::Name => "holder.name",
            ListedField::Address => "holder.address",
            ListedField::PostTown => "holder.postTown",
        }
    }

    /// The field of the policy for an association, of which only the address needs consent.
    const fn policy_name_of_association(self) -> Option<&'static str> {
        match self {
            ListedField::Address => Some("organisation.address"),
            ListedField::Name | ListedField::PostTown => None,
        }
    }
}

impl AmateurApplication {
    /// What the application asks for; every error is noted.
    pub fn meaning(
        &self,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<AmateurDetails>> {
        errors.merge_sizes(self.validate());
        let applicant = self.applicant.parse(is_person, errors);
        let station = self.station.map_or(Station::Personal, Station::from);
        if is_person && self.applicant.birth_date.is_none() {
            errors.add("/applicant/birthDate", "missing", "Fill in the birth date.");
        }
        let consent = self.consent(is_person);
        let mut details = AmateurDetails {
            station,
            class: self.class(station, errors),
            responsible: self.responsible(station, errors),
            event: self.occasion(station, errors),
            guardian_consents: self.guardian.as_ref().map(|guardian| guardian.check(errors)),
            keeps_sign: false,
            published: consent.is_some(),
            applied_on: None,
            new_sign: self.asks_new_sign(errors),
        };
        let kept = self.kept(errors);
        let wishes = self.wishes(&details, kept.is_some(), errors);
        details.keeps_sign = kept.is_some();
        let fixed = (station == Station::Morokulien).then(|| CallSign::parse(MOROKULIEN).ok());
        Some(Parsed {
            applicant: applicant?,
            contacts: Vec::new(),
            call_sign: kept.or(fixed.flatten()),
            wishes,
            consent,
            details,
        })
    }

    fn consent(&self, is_person: bool) -> Option<Vec<String>> {
        let name = |field: &ListedField| match is_person {
            true => Some(field.policy_name().to_owned()),
            false => field.policy_name_of_association().map(str::to_owned),
        };
        let fields: Vec<String> = self.publish.iter().flatten().filter_map(name).collect();
        (!fields.is_empty()).then_some(fields)
    }

    fn class(&self, station: Station, errors: &mut FieldErrors) -> Option<LicenceClass> {
        match (station, self.licence_class) {
            (Station::Personal, None) => {
                errors.add("/licenceClass", "missing", "Say which class you apply for.");
                None
            }
            (Station::Personal, Some(class)) => Some(class.into()),
            (_, _) => None,
        }
    }

    fn responsible(&self, station: Station, errors: &mut FieldErrors) -> Option<CallSign> {
        if !station.is_of_person() && self.responsible_licensee.is_none() {
            errors.add(
                "/responsibleLicensee",
                "missing",
                "Name the licensee who answers for the station, by call sign.",
            );
        }
        let asked = self.responsible_licensee.as_deref().filter(|_| !station.is_of_person());
        errors.take_optional("/responsibleLicensee", asked.map(CallSign::parse))
    }

    fn occasion(&self, station: Station, errors: &mut FieldErrors) -> Option<Occasion> {
        if station != Station::Event {
            return None;
        }
        let Some(form) = &self.event else {
            errors.add("/event", "missing", "Name the occasion and its days.");
            return None;
        };
        let name = needed_text(&form.name, 100, "/event/name", errors);
        let until = form.last_day.succ_opt();
        let days = errors.take("/event/lastDay", Validity::new(form.first_day, until));
        Some(Occasion { name: name?, days: days? })
    }

    fn kept(&self, errors: &mut FieldErrors) -> Option<CallSign> {
        errors.take_optional("/callSign", self.call_sign.as_deref().map(CallSign::parse))
    }

    /// Why stays in the sealed application: it may be about somebody's health.
    fn asks_new_sign(&self, errors: &mut FieldErrors) -> bool {
        let asked = self.new_call_sign.as_deref();
        asked.is_some_and(|why| needed_text(why, 1000, "/newCallSign", errors).is_some())
    }

    fn wishes(
        &self,
        details: &AmateurDetails,
        keeps: bool,
        errors: &mut FieldErrors,
    ) -> Vec<CallSign> {
        let asked = self.wishes.as_deref().unwrap_or_default();
        if !details.station.is_chosen() || keeps {
            if !asked.is_empty() {
                let text = "Leave the wishes out: this call sign is not chosen.";
                errors.add("/wishes", "not-chosen", text);
            }
            return Vec::new();
        }
        if asked.is_empty() {
            errors.add("/wishes", "missing", "Name at least one call sign you would like.");
        }
        let series = call_sign_series::series(details.series());
        let mut wishes: Vec<CallSign> = Vec::new();
        for (index, text) in asked.iter().enumerate() {
            let pointer = format!("/wishes/{index}");
            let Some(sign) = errors.take(pointer.clone(), CallSign::parse(text)) else { continue };
            if !call_sign_series::of_kind(series.kind).any(|one| one.admits(sign)) {
                let text = format!("Wish for a call sign of the form of {}.", series.example);
                errors.add(pointer, "series", text);
            } else if wishes.contains(&sign) {
                errors.add(pointer, "repeated", "Name each call sign once.");
            } else {
                wishes.push(sign);
            }
        }
        wishes
    }

    /// A made-up application.
    pub fn example() -> Self {
        Self {
            applicant: Applicant {
                birth_date: chrono::NaiveDate::from_ymd_opt(1988, 4, 12),
                ..Applicant::example()
            },
            station: None,
            licence_class: Some(LicenceClassName::Full),
            wishes: None,
            call_sign: None,
            responsible_licensee: None,
            event: None,
            guardian: None,
            new_call_sign: None,
            publish: Some(vec![ListedField::Name, ListedField::PostTown]),
        }
    }
}

/// A band as it is published. Frequencies and bandwidths are in hertz, powers in watts.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct BandView {
    /// Lower edge.
    pub from_hz: u64,
    /// Upper edge.
    pub to_hz: u64,
    /// `primary` or `secondary`.
    pub status: String,
    /// Most power.
    pub max_power_watts: f64,
    /// What the power is measured as: `pep`, `eirp` or `eirp_per_mhz`.
    pub power_basis: String,
    /// Most power radiated, where that is limited besides.
    pub max_eirp_watts: Option<f64>,
    /// Most mean power, where that is limited besides.
    pub max_mean_watts: Option<f64>,
    /// Widest signal.
    pub max_bandwidth_hz: u64,
    /// First day the row holds.
    pub valid_from: NaiveDate,
    /// Day after the last.
    pub valid_until: Option<NaiveDate>,
    /// What holds within parts of the band instead.
    pub exceptions: Vec<BandExceptionView>,
}

/// What holds within a part of a band. A limit that is left out is that of the band.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct BandExceptionView {
    /// `any`, `eme`, `eme+ms` (moon bounce, meteor scatter), `satellite` or `wideband`.
    pub used_for: String,
    /// Lower edge.
    pub from_hz: u64,
    /// Upper edge.
    pub to_hz: u64,
    /// Most power.
    pub max_power_watts: Option<f64>,
    /// What the power is measured as.
    pub power_basis: Option<String>,
    /// It holds for signals wider than this.
    pub bandwidth_over_hz: Option<u64>,
    /// Widest signal.
    pub max_bandwidth_hz: Option<u64>,
    /// Elevation of the antenna in degrees, as an interval such as `[15,55)`.
    pub elevation: Option<String>,
    /// What else is asked for, as `name=value` joined by `;`.
    pub requires: Option<String>,
}

/// The bands of a class on a day.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct BandList {
    /// The class.
    pub class: String,
    /// The day.
    pub date: NaiveDate,
    /// The bands, lowest first.
    pub items: Vec<BandView>,
    /// How many there are.
    pub total: u64,
    /// The day asked about lies before this one, the first the table knows: what held then is not
    /// known here.
    pub unknown_before: Option<NaiveDate>,
}

impl BandView {
    /// The view of a band with the exceptions of the day.
    pub fn of(band: &crate::values::amateur_band::Band, day: NaiveDate) -> Self {
        Self {
            from_hz: band.from_hz,
            to_hz: band.to_hz,
            status: band.status.code().to_owned(),
            max_power_watts: band.max_power_w,
            power_basis: band.power_basis.code().to_owned(),
            max_eirp_watts: band.max_eirp_w,
            max_mean_watts: band.max_mean_w,
            max_bandwidth_hz: band.max_bandwidth_hz,
            valid_from: band.valid_from,
            valid_until: band.valid_until,
            exceptions: band.exceptions(day).map(BandExceptionView::of).collect(),
        }
    }
}

impl BandExceptionView {
    fn of(exception: &crate::values::amateur_band::BandException) -> Self {
        Self {
            used_for: exception.used_for.to_owned(),
            from_hz: exception.from_hz,
            to_hz: exception.to_hz,
            max_power_watts: exception.max_power_w,
            power_basis: exception.power_basis.map(|basis| basis.code().to_owned()),
            bandwidth_over_hz: exception.bandwidth_over_hz,
            max_bandwidth_hz: exception.max_bandwidth_hz,
            elevation: exception.elevation.map(str::to_owned),
            requires: exception.requires.map(str::to_owned),
        }
    }
}
