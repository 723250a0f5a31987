//! Number resources: permits to use numbers, codes and names of the national plans.
//!
//! An application asks for exact numbers or codes, or wishes for so many blocks of a size; what is
//! asked for exactly is held while the case runs, and a wish gets the next free blocks when it is
//! granted. Ranges are rows of `crate::numbering`, where no two overlap. Types, formats and block
//! sizes are dated rows (`data/number_resource_types.tsv`), the plan of telephone numbers is
//! `data/number_plan.tsv`.

pub mod actions;
pub mod model;
pub mod rules;
pub mod wire;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::{Assessment, Facts, FeeItem, Holders, Kind, LabelledFacts, Parsed, PermitKind, Reason};
use crate::{
    failure::FieldErrors,
    permit::model::Identifier,
    values::{appeal_body::DecisionType, language::Language},
};
use model::NumberingDetails;
use wire::NumberingApplication;

/// The kind.
pub struct Numbering;

impl PermitKind for Numbering {
    const KIND: Kind = Kind::Numbering;
    const NUMBER_PREFIX: &'static str = "NUM";
    const HOLDERS: Holders = Holders::Organisations;
    const TRANSFERABLE: bool = true;
    const PROGRAMMED: bool = false;
    type Application = NumberingApplication;
    type Details = NumberingDetails;

    fn title(language: Language) -> &'static str {
        match language {
            Language::Bokmal => "Tillatelse til bruk av nummerressurser",
            Language::Nynorsk => "Løyve til bruk av nummerressursar",
            Language::English => "Permit to use number resources",
        }
    }

    fn parse(
        application: &NumberingApplication,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<NumberingDetails>> {
        application.meaning(is_person, errors)
    }

    fn admit(details: &NumberingDetails, facts: &Facts) -> Result<(), Reason> {
        rules::admit(details, facts)
    }

    fn assess(details: &NumberingDetails, facts: &Facts) -> Assessment {
        rules::assess(details, facts)
    }

    fn amended(before: &NumberingDetails, asked: NumberingDetails) -> NumberingDetails {
        rules::amended(before, asked)
    }

    fn handed_over(details: NumberingDetails) -> NumberingDetails {
        NumberingDetails { contact: None, ..details }
    }

    fn identifiers(_details: &NumberingDetails) -> Vec<Identifier> {
        Vec::new()
    }

    fn record(details: &NumberingDetails) -> Map<String, Value> {
        rules::record(details)
    }

    fn certificate(details: &NumberingDetails, language: Language) -> LabelledFacts {
        rules::certificate(details, language)
    }

    fn situations(details: &NumberingDetails, issued: NaiveDate) -> Vec<&'static str> {
        rules::situations(details, issued)
    }

    fn dated_conditions(
        details: &NumberingDetails,
        language: Language,
        issued: NaiveDate,
    ) -> Vec<String> {
        rules::taxed_apart(details, language, issued).into_iter().collect()
    }

    fn decision(details: &NumberingDetails) -> DecisionType {
        match details.kind() {
            Some(kind) if kind.is_voluntary => DecisionType::VoluntaryNumberPlan,
            _ => DecisionType::ElectronicCommunications,
        }
    }

    fn fees(details: &NumberingDetails) -> Vec<FeeItem> {
        rules::fees(details)
    }

    fn example() -> NumberingApplication {
        NumberingApplication::example()
    }
}
