//! Authorisation of installers of electronic communications networks (FOR-2011-12-07-1206). Bound to
//! the organisation number and not transferable. At least one person with the needed education and
//! practice must be employed full time; a person's competence is assessed once
//! ([`qualified_person`]) and may be named by several businesses.
//!
//! An application that names assessed persons only leaves nothing to judge and is granted at once.
//! Types given before 2012 are kept while the qualified persons are unchanged, and never given anew. Who
//! held one before the registry was begun has it registered by the authority, with the day it was granted.

pub mod model;
pub mod qualified_person;
pub mod rules;
pub mod wire;

use serde_json::{Map, Value};

use super::{Assessment, Facts, FeeItem, Holders, Kind, LabelledFacts, Parsed, PermitKind};
use crate::{failure::FieldErrors, permit::model::Identifier, values::language::Language};
use model::InstallerDetails;
use wire::InstallerApplication;

/// The kind.
pub struct Installer;

impl PermitKind for Installer {
    const KIND: Kind = Kind::Installer;
    const NUMBER_PREFIX: &'static str = "INS";
    const HOLDERS: Holders = Holders::Organisations;
    const PROGRAMMED: bool = false;
    const AUTHORITY_ONLY: Option<&'static str> = Some("typesHeld");
    type Application = InstallerApplication;
    type Details = InstallerDetails;

    fn title(language: Language) -> &'static str {
        match language {
            Language::Bokmal | Language::Nynorsk => "Ekomnettautorisasjon",
            Language::English => "Installer authorisation",
        }
    }

    fn parse(
        application: &InstallerApplication,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<InstallerDetails>> {
        application.meaning(is_person, errors)
    }

    fn assess(details: &InstallerDetails, facts: &Facts) -> Assessment {
        rules::assess(details, facts)
    }

    fn identifiers(_details: &InstallerDetails) -> Vec<Identifier> {
        Vec::new()
    }

    fn record(details: &InstallerDetails) -> Map<String, Value> {
        rules::record(details)
    }

    fn certificate(details: &InstallerDetails, language: Language) -> LabelledFacts {
        rules::certificate(details, language)
    }

    fn amended(before: &InstallerDetails, asked: InstallerDetails) -> InstallerDetails {
        rules::amended(before, asked)
    }

    fn fees(_details: &InstallerDetails) -> Vec<FeeItem> {
        vec![FeeItem { object: "installer_authorisation", conditions: Vec::new(), count: 1 }]
    }

    fn example() -> InstallerApplication {
        InstallerApplication::example()
    }
}
