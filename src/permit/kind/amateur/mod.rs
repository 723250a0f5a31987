//! Radio-amateur licences: class, call sign, and consent to the public call-sign list.
//!
//! The licence is given for life to a person who has passed the examination (FOR-2026-03-23-465
//! § 3); the call sign is the next free one of the open series, without choice. An examination
//! result reported by an examiner is what opens an application.

pub mod model;
pub mod rules;
pub mod wire;

use serde_json::{Map, Value};

use super::{
    Assessment, CertificateParts, Facts, FeeItem, Holders, Kind, Parsed, PermitKind, Reason,
};
use crate::{
    failure::FieldErrors,
    permit::model::Identifier,
    values::{call_sign_series::SeriesKind, deadline::Timer, language::Language},
};
use model::AmateurDetails;
use wire::AmateurApplication;

/// The kind.
pub struct Amateur;

impl PermitKind for Amateur {
    const KIND: Kind = Kind::Amateur;
    const NUMBER_PREFIX: &'static str = "AMA";
    const LEGAL_BASIS: &'static str = "amat2026-4";
    const TIMER: Timer = Timer::FrequencyDecision;
    const HOLDERS: Holders = Holders::Persons;
    const PROGRAMMED: bool = false;
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

    fn identifiers(_details: &AmateurDetails) -> Vec<Identifier> {
        Vec::new()
    }

    fn record(details: &AmateurDetails) -> Map<String, Value> {
        rules::record(details)
    }

    fn certificate(details: &AmateurDetails, language: Language) -> CertificateParts {
        rules::certificate(details, language)
    }

    fn series(_details: &AmateurDetails) -> Option<SeriesKind> {
        Some(SeriesKind::PersonalNew)
    }

    fn fees(_details: &AmateurDetails) -> Vec<FeeItem> {
        vec![FeeItem { object: "amateur_licence", conditions: Vec::new(), count: 1 }]
    }

    fn example() -> AmateurApplication {
        AmateurApplication::example()
    }
}
