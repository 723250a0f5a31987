//! Radio-amateur licences and the call signs of amateur stations.
//!
//! A licence is given for life to a person who has passed the examination (FOR-2026-03-23-465
//! § 4); its call sign is the next free one of the series of its class, without choice. An amateur
//! may have one short call sign for contests besides, and associations call signs for clubs, events,
//! repeaters and beacons under a licensee who answers for them; these are wished for, and drawn for
//! where several wish for the same (`case::wishes`). Who has a call sign by the list kept before the
//! registry takes it over through a caseworker.
//!
//! Its details name no guardian, and its rules know no store; what they must be told of other permits
//! and call signs is gathered in `actions.rs` and by the case.

pub mod actions;
pub mod api;
pub mod model;
pub mod rules;
pub mod wire;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::{Assessment, Facts, FeeItem, Holders, Kind, LabelledFacts, Parsed, PermitKind, Reason};
use crate::{
    failure::FieldErrors,
    permit::model::Identifier,
    values::{call_sign_series::SeriesKind, language::Language, validity::Validity},
};
use model::{AmateurDetails, Station};
use wire::AmateurApplication;

/// The kind.
pub struct Amateur;

impl PermitKind for Amateur {
    const KIND: Kind = Kind::Amateur;
    const NUMBER_PREFIX: &'static str = "AMA";
    const HOLDERS: Holders = Holders::Anybody;
    const PROGRAMMED: bool = false;
    const LINKED: bool = true;
    const ASKED_ONCE: Option<&'static str> = Some("newCallSign");
    type Application = AmateurApplication;
    type Details = AmateurDetails;

    fn title(language: Language) -> &'static str {
        match language {
            Language::Bokmal => "Radioamatørlisens",
            Language::Nynorsk => "Radioamatørlisens",
            Language::English => "Radio-amateur licence",
        }
    }

    fn parse(
        application: &AmateurApplication,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<AmateurDetails>> {
        application.meaning(is_person, errors)
    }

    fn admit(details: &AmateurDetails, facts: &Facts) -> Result<(), Reason> {
        rules::admit(details, facts)
    }

    fn assess(details: &AmateurDetails, facts: &Facts) -> Assessment {
        rules::assess(details, facts)
    }

    fn needs_examination(details: &AmateurDetails) -> bool {
        details.station == Station::Personal && !details.keeps_sign
    }

    fn applied(mut details: AmateurDetails, day: NaiveDate) -> AmateurDetails {
        details.applied_on = (details.station == Station::Contest).then_some(day);
        details
    }

    fn rests_on(details: &AmateurDetails, other: &AmateurDetails) -> bool {
        rules::rests_on(details, other)
    }

    fn replaces(new: &AmateurDetails, held: &AmateurDetails) -> bool {
        rules::replaces(new, held)
    }

    fn identifiers(_details: &AmateurDetails) -> Vec<Identifier> {
        Vec::new()
    }

    fn record(details: &AmateurDetails) -> Map<String, Value> {
        rules::record(details)
    }

    fn certificate(details: &AmateurDetails, language: Language) -> LabelledFacts {
        rules::certificate::certificate(details, language)
    }

    fn situations(details: &AmateurDetails, _issued: NaiveDate) -> Vec<&'static str> {
        rules::certificate::situations(details)
    }

    fn dated_conditions(
        details: &AmateurDetails,
        language: Language,
        issued: NaiveDate,
    ) -> Vec<String> {
        rules::certificate::bands_of(details, language, issued)
    }

    fn series(details: &AmateurDetails) -> Option<SeriesKind> {
        Some(details.series())
    }

    fn validity(details: &AmateurDetails, today: NaiveDate) -> Validity {
        rules::validity(details, today)
    }

    fn renewed_until(
        details: &AmateurDetails,
        validity: Validity,
        today: NaiveDate,
    ) -> Result<NaiveDate, Reason> {
        rules::renewed_until(details, validity, today)
    }

    fn amended(before: &AmateurDetails, asked: AmateurDetails) -> AmateurDetails {
        rules::amended(before, asked)
    }

    fn fees(details: &AmateurDetails) -> Vec<FeeItem> {
        rules::fees(details)
    }

    fn example() -> AmateurApplication {
        AmateurApplication::example()
    }
}
