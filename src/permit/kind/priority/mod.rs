//! Approval of a business for priority in mobile networks (FOR-2013-10-21-1241). The business is
//! approved, for a number of subscriptions; who the subscribers are is known to the provider only,
//! and nothing about them is asked for or kept. Providers look an approval up by organisation number
//! when a subscription is made and at least once a year (§ 14).

pub mod actions;
pub mod api;
pub mod model;
pub mod rules;
pub mod wire;

use serde_json::{Map, Value};

use super::{Assessment, Facts, FeeItem, Holders, Kind, LabelledFacts, Parsed, PermitKind, Reason};
use crate::{failure::FieldErrors, permit::model::Identifier, values::language::Language};
use model::PriorityDetails;
use wire::PriorityApplication;

/// The kind.
pub struct Priority;

impl PermitKind for Priority {
    const KIND: Kind = Kind::Priority;
    const NUMBER_PREFIX: &'static str = "PRI";
    const HOLDERS: Holders = Holders::Organisations;
    const PROGRAMMED: bool = false;
    const NO_FEE: Option<&'static str> =
        Some("FOR-2024-01-17-79 has no rate for approvals for priority");
    type Application = PriorityApplication;
    type Details = PriorityDetails;

    fn title(language: Language) -> &'static str {
        match language {
            Language::Bokmal => "Godkjenning for prioritet i mobilnett",
            Language::Nynorsk => "Godkjenning for prioritet i mobilnett",
            Language::English => "Approval for priority in mobile networks",
        }
    }

    fn parse(
        application: &PriorityApplication,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<PriorityDetails>> {
        application.meaning(is_person, errors)
    }

    fn admit(details: &PriorityDetails, facts: &Facts) -> Result<(), Reason> {
        rules::admit(details, facts)
    }

    fn assess(details: &PriorityDetails, facts: &Facts) -> Assessment {
        rules::assess(details, facts)
    }

    fn identifiers(_details: &PriorityDetails) -> Vec<Identifier> {
        Vec::new()
    }

    fn record(details: &PriorityDetails) -> Map<String, Value> {
        rules::record(details)
    }

    fn certificate(details: &PriorityDetails, language: Language) -> LabelledFacts {
        rules::certificate(details, language)
    }

    /// The fee regulation has no fee for it.
    fn fees(_details: &PriorityDetails) -> Vec<FeeItem> {
        Vec::new()
    }

    fn example() -> PriorityApplication {
        PriorityApplication::example()
    }
}
