//! Registration of suppliers (who make or import and sell) and radio dealers (who sell equipment that
//! needs a permit) under FOR-2002-03-15-276 § 4. Bound to the organisation number and not
//! transferable; nothing is left to judge, so a complete application is granted at once.

pub mod model;
pub mod rules;
pub mod wire;

use serde_json::{Map, Value};

use super::{Assessment, Facts, FeeItem, Holders, Kind, LabelledFacts, Parsed, PermitKind, Reason};
use crate::{failure::FieldErrors, permit::model::Identifier, values::language::Language};
use model::SupplierDetails;
use wire::SupplierApplication;

/// The kind.
pub struct Supplier;

impl PermitKind for Supplier {
    const KIND: Kind = Kind::Supplier;
    const NUMBER_PREFIX: &'static str = "SUP";
    const HOLDERS: Holders = Holders::Organisations;
    const PROGRAMMED: bool = false;
    type Application = SupplierApplication;
    type Details = SupplierDetails;

    fn title(language: Language) -> &'static str {
        match language {
            Language::Bokmal => "Registrering som leverandør eller radioforhandler",
            Language::Nynorsk => "Registrering som leverandør eller radioforhandlar",
            Language::English => "Registration as supplier or radio dealer",
        }
    }

    fn parse(
        application: &SupplierApplication,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<SupplierDetails>> {
        application.meaning(is_person, errors)
    }

    fn admit(details: &SupplierDetails, facts: &Facts) -> Result<(), Reason> {
        rules::admit(details, facts)
    }

    fn assess(_details: &SupplierDetails, facts: &Facts) -> Assessment {
        rules::assess(facts)
    }

    fn identifiers(_details: &SupplierDetails) -> Vec<Identifier> {
        Vec::new()
    }

    fn record(details: &SupplierDetails) -> Map<String, Value> {
        rules::record(details)
    }

    fn certificate(details: &SupplierDetails, language: Language) -> LabelledFacts {
        rules::certificate(details, language)
    }

    fn fees(details: &SupplierDetails) -> Vec<FeeItem> {
        rules::fees(details)
    }

    fn example() -> SupplierApplication {
        SupplierApplication::example()
    }
}
