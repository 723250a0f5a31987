//! Personal locator beacons: permit, call sign and programming.
//!
//! A PLB needs a permit with a call sign that is programmed into the beacon. The permit awaits
//! programming until a programmer has reported the code; owner and emergency contacts go to the
//! rescue centre at once. Which protocols are accepted is a dated table (`data/plb_protocols.tsv`),
//! because the national page of C/S S.007 could not be read; it holds the defaults of S.007.

pub mod model;
pub mod rules;
pub mod wire;

use serde_json::{Map, Value};

use super::{
    Assessment, Facts, FeeItem, Holders, Kind, LabelledFacts, Parsed, PermitKind, Reason,
    beacon::ConditionReport,
};
use crate::{
    failure::FieldErrors,
    permit::model::Identifier,
    values::{call_sign_series::SeriesKind, language::Language},
};
use model::PlbDetails;
use wire::PlbApplication;

/// The kind.
pub struct Plb;

impl PermitKind for Plb {
    const KIND: Kind = Kind::Plb;
    const NUMBER_PREFIX: &'static str = "PLB";
    const HOLDERS: Holders = Holders::Anybody;
    const FOR_EQUIPMENT: bool = true;
    const PROGRAMMED: bool = true;
    type Application = PlbApplication;
    type Details = PlbDetails;

    fn title(language: Language) -> &'static str {
        match language {
            Language::Bokmal => "Tillatelse til bruk av personlig nødpeilesender (PLB)",
            Language::Nynorsk => "Løyve til bruk av personleg naudpeilesendar (PLB)",
            Language::English => "Permit to use a personal locator beacon (PLB)",
        }
    }

    fn parse(
        application: &PlbApplication,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<PlbDetails>> {
        application.meaning(is_person, errors)
    }

    fn admit(details: &PlbDetails, facts: &Facts) -> Result<(), Reason> {
        rules::admit(details, facts)
    }

    fn assess(details: &PlbDetails, facts: &Facts) -> Assessment {
        rules::assess(details, facts)
    }

    fn identifiers(details: &PlbDetails) -> Vec<Identifier> {
        rules::identifiers(details)
    }

    fn record(details: &PlbDetails) -> Map<String, Value> {
        rules::record(details)
    }

    fn certificate(details: &PlbDetails, language: Language) -> LabelledFacts {
        rules::certificate(details, language)
    }

    fn series(_details: &PlbDetails) -> Option<SeriesKind> {
        Some(SeriesKind::Plb)
    }

    fn amended(before: &PlbDetails, asked: PlbDetails) -> PlbDetails {
        rules::amended(before, asked)
    }

    fn with_condition(details: PlbDetails, report: Option<ConditionReport>) -> Option<PlbDetails> {
        Some(PlbDetails { condition: report, ..details })
    }

    fn fees(_details: &PlbDetails) -> Vec<FeeItem> {
        vec![FeeItem::one("plb")]
    }

    fn example() -> PlbApplication {
        PlbApplication::example()
    }
}
