//! Aircraft: radio equipment in Norwegian-registered aircraft, ELT included.
//!
//! The permit is given to the person or organisation responsible for operation, and cannot be handed
//! on. Registration and 24-bit address come from the civil aviation authority, whose register this
//! service cannot read: a caseworker compares. The duties of the former regulation stand as
//! conditions of the permit, in a dated catalogue (`data/permit_duties.tsv`). The aircraft signs
//! with its registration (ITU RR 19.58), so no call sign is assigned.

pub mod model;
pub mod rules;
pub mod wire;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::{
    Assessment, Facts, FeeItem, Holders, Kind, LabelledFacts, Parsed, PermitKind, Reason,
    beacon::ConditionReport,
};
use crate::{
    failure::FieldErrors,
    permit::model::Identifier,
    values::{language::Language, validity::Validity},
};
use model::AircraftDetails;
use wire::AircraftApplication;

/// The kind.
pub struct Aircraft;

impl PermitKind for Aircraft {
    const KIND: Kind = Kind::Aircraft;
    const NUMBER_PREFIX: &'static str = "AIR";
    const HOLDERS: Holders = Holders::Anybody;
    const FOR_EQUIPMENT: bool = true;
    const PROGRAMMED: bool = false;
    type Application = AircraftApplication;
    type Details = AircraftDetails;

    fn title(language: Language) -> &'static str {
        match language {
            Language::Bokmal => "Tillatelse til radioutstyr i luftfartøy",
            Language::Nynorsk => "Løyve til radioutstyr i luftfartøy",
            Language::English => "Permit for radio equipment in aircraft",
        }
    }

    fn parse(
        application: &AircraftApplication,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<AircraftDetails>> {
        application.meaning(is_person, errors)
    }

    fn admit(details: &AircraftDetails, facts: &Facts) -> Result<(), Reason> {
        rules::admit(details, facts)
    }

    fn assess(details: &AircraftDetails, facts: &Facts) -> Assessment {
        rules::assess(details, facts)
    }

    fn identifiers(details: &AircraftDetails) -> Vec<Identifier> {
        rules::identifiers(details)
    }

    fn record(details: &AircraftDetails) -> Map<String, Value> {
        rules::record(details)
    }

    fn certificate(details: &AircraftDetails, language: Language) -> LabelledFacts {
        rules::certificate(details, language)
    }

    fn situations(details: &AircraftDetails, _issued: NaiveDate) -> Vec<&'static str> {
        if details.carries_beacon() { vec!["beacon"] } else { Vec::new() }
    }

    fn validity(details: &AircraftDetails, today: NaiveDate) -> Validity {
        rules::validity(details, today)
    }

    fn amended(before: &AircraftDetails, asked: AircraftDetails) -> AircraftDetails {
        rules::amended(before, asked)
    }

    fn with_condition(
        mut details: AircraftDetails,
        report: Option<ConditionReport>,
    ) -> Option<AircraftDetails> {
        details.elt.as_mut()?.condition = report;
        Some(details)
    }

    fn fees(details: &AircraftDetails) -> Vec<FeeItem> {
        rules::fees(details)
    }

    fn example() -> AircraftApplication {
        AircraftApplication::example()
    }
}
