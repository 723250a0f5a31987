//! Transmitter permits: the right to send from stated places on stated channels (ekomloven § 11-2).
//!
//! One kind for a closed list of uses: fixed link, professional mobile radio, low-power system, earth
//! station, broadcasting, telemetry, local net, event and test. What each use is held to, the channel
//! rasters, the frequency plan and the uses that need no permit are tables in `data/`. Permits are
//! not exclusive: two may share a channel. Those within a stated distance are shown to the
//! caseworker, from rows of its own (`store.rs`).
//!
//! The site of a natural person is public as its municipality only; the policy sees to that.

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
use model::TransmitterDetails;
use wire::TransmitterApplication;

/// The kind.
pub struct Transmitter;

impl PermitKind for Transmitter {
    const KIND: Kind = Kind::Transmitter;
    const NUMBER_PREFIX: &'static str = "TX";
    const HOLDERS: Holders = Holders::Anybody;
    /// Allowed unless limited (ekomloven § 11-10).
    const TRANSFERABLE: bool = true;
    const FOR_EQUIPMENT: bool = true;
    const PROGRAMMED: bool = false;
    /// A nationwide broadcasting net is spectrum for the fee (FOR-2024-01-17-79 §§ 13 and 15).
    const SHARES_POOL: SharesPool = SharesPool::Where("nationwide");
    type Application = TransmitterApplication;
    type Details = TransmitterDetails;

    fn title(language: Language) -> &'static str {
        match language {
            Language::Bokmal => "Sendertillatelse",
            Language::Nynorsk => "Sendarløyve",
            Language::English => "Transmitter permit",
        }
    }

    fn parse(
        application: &TransmitterApplication,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<TransmitterDetails>> {
        application.meaning(is_person, errors)
    }

    fn admit(details: &TransmitterDetails, facts: &Facts) -> Result<(), Reason> {
        rules::admit(details, facts.today)?;
        rules::admit_longer(details, facts)
    }

    fn assess(details: &TransmitterDetails, facts: &Facts) -> Assessment {
        rules::assess(details, facts)
    }

    fn identifiers(_details: &TransmitterDetails) -> Vec<Identifier> {
        Vec::new()
    }

    fn record(details: &TransmitterDetails) -> Map<String, Value> {
        rules::record::of(details)
    }

    fn certificate(details: &TransmitterDetails, language: Language) -> LabelledFacts {
        rules::certificate::of(details, language)
    }

    fn validity(details: &TransmitterDetails, today: NaiveDate) -> Validity {
        rules::validity(details, today)
    }

    fn over(details: TransmitterDetails, days: Validity) -> TransmitterDetails {
        TransmitterDetails { from: Some(days.from()), until: days.until(), ..details }
    }

    fn renewed_until(
        details: &TransmitterDetails,
        validity: Validity,
        today: NaiveDate,
    ) -> Result<NaiveDate, Reason> {
        rules::renewed_until(details, validity, today)
    }

    fn fees(details: &TransmitterDetails) -> Vec<FeeItem> {
        rules::fees::of(details)
    }

    fn pool(details: &TransmitterDetails) -> Vec<PoolBlock> {
        rules::fees::pool(details)
    }

    fn example() -> TransmitterApplication {
        TransmitterApplication::example()
    }
}
