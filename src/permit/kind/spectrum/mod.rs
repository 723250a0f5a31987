//! Spectrum licences: the right to use blocks of frequencies within an area for a time.
//!
//! An exclusive block never overlaps another exclusive one in frequency, area and time. Blocks are half-open in hertz and in
//! days, so that those that only touch do not overlap; areas include their borders. What a licence claims is kept as rows of
//! `spectrum_block`, which the database itself refuses to let overlap (`store.rs`). Rights published before the registry are
//! `legacy_right_of_use` (`store/legacy.rs`): they stand in nobody's way by themselves, but a caseworker sees them. Which
//! municipalities a ring may have ground of follows from geography, until a caseworker has found it on a map.
//!
//! A caseworker decides, because frequencies are coordinated with neighbours and with other use; what is leased to others is
//! told by an amendment, which is granted at once. Conditions are only of the eleven kinds the act allows
//! (`model/condition.rs`).

pub mod actions;
pub mod model;
pub mod rules;
pub mod store;
pub mod wire;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::{
    Assessment, Facts, FeeItem, Holders, Kind, LabelledFacts, Parsed, PermitKind, PoolBlock,
    Reason, SharesPool,
};
use crate::{
    failure::FieldErrors,
    permit::model::Identifier,
    values::{language::Language, validity::Validity},
};
use model::{SpectrumDetails, condition::Condition};
use wire::SpectrumApplication;

/// The kind.
pub struct Spectrum;

impl PermitKind for Spectrum {
    const KIND: Kind = Kind::Spectrum;
    const NUMBER_PREFIX: &'static str = "SPE";
    const HOLDERS: Holders = Holders::Anybody;
    const TRANSFERABLE: bool = true;
    const PROGRAMMED: bool = false;
    const SHARES_POOL: SharesPool = SharesPool::Always;
    const AUTHORITY_ONLY: Option<&'static str> = Some("ringMunicipalities");
    type Application = SpectrumApplication;
    type Details = SpectrumDetails;

    fn title(language: Language) -> &'static str {
        match language {
            Language::Bokmal => "Spektrumstillatelse",
            Language::Nynorsk => "Spektrumsløyve",
            Language::English => "Spectrum licence",
        }
    }

    fn parse(
        application: &SpectrumApplication,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<SpectrumDetails>> {
        application.meaning(is_person, errors)
    }

    fn admit(details: &SpectrumDetails, facts: &Facts) -> Result<(), Reason> {
        rules::admit(details, facts)
    }

    fn assess(details: &SpectrumDetails, facts: &Facts) -> Assessment {
        rules::assess(details, facts)
    }

    fn identifiers(_details: &SpectrumDetails) -> Vec<Identifier> {
        Vec::new()
    }

    fn record(details: &SpectrumDetails) -> Map<String, Value> {
        rules::record(details)
    }

    fn certificate(details: &SpectrumDetails, language: Language) -> LabelledFacts {
        rules::text::certificate(details, language)
    }

    fn situations(details: &SpectrumDetails, _issued: NaiveDate) -> Vec<&'static str> {
        vec![if details.transferable { "transferable" } else { "not-transferable" }]
    }

    fn may_hand_over(details: &SpectrumDetails, to_person: bool) -> Result<(), Reason> {
        rules::may_hand_over(details, to_person)
    }

    fn amended(before: &SpectrumDetails, asked: SpectrumDetails) -> SpectrumDetails {
        rules::amended(before, asked)
    }

    fn handed_over(details: SpectrumDetails) -> SpectrumDetails {
        SpectrumDetails { contact: None, ..details }
    }

    fn condition(text: &str, language: Language) -> Result<String, Reason> {
        let condition =
            Condition::parse(text).map_err(|flaw| Reason::with("condition-kind", [flaw]))?;
        Ok(condition.reads(language))
    }

    fn validity(details: &SpectrumDetails, _today: NaiveDate) -> Validity {
        details.validity
    }

    fn over(details: SpectrumDetails, days: Validity) -> SpectrumDetails {
        SpectrumDetails { validity: days, ..details }
    }

    fn renewed_until(
        details: &SpectrumDetails,
        validity: Validity,
        today: NaiveDate,
    ) -> Result<NaiveDate, Reason> {
        rules::term::renewed_until(details, validity, today)
    }

    /// Nothing by the item: a spectrum licence pays its share of a pool (FOR-2024-01-17-79 § 15).
    fn fees(_details: &SpectrumDetails) -> Vec<FeeItem> {
        Vec::new()
    }

    fn pool(details: &SpectrumDetails) -> Vec<PoolBlock> {
        rules::pool::blocks(details)
    }

    fn example() -> SpectrumApplication {
        SpectrumApplication::example()
    }
}
