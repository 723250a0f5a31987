//! Permit kinds: the trait, and the list. What it speaks of is in `model.rs`; how generic code asks a kind, in `any_kind.rs`.
//!
//! Adding a kind is a folder here, one line in [`KINDS`] and one in `api.rs`, and its rows in tables and
//! texts, which ARCHITECTURE.md lists ("A new permit kind"). Everything generic
//! (cases, permits, deliveries, documents, the contract test) reaches a kind through [`AnyKind`].
//! A kind that keeps rows of its own beside the permit (ranges that must not overlap) says so in
//! `claims.rs`.

pub mod aircraft;
pub mod amateur;
mod any_kind;
pub mod api;
pub mod beacon;
pub mod claims;
pub mod installer;
mod model;
pub mod numbering;
pub mod plb;
pub mod priority;
pub mod radio_facts;
mod reason;
pub mod shared;
pub mod spectrum;
pub mod supplier;
pub mod transmitter;

use std::marker::PhantomData;

use chrono::NaiveDate;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use self::{any_kind::Of, beacon::ConditionReport};
pub use crate::values::permit_duty::DutyDays;
pub use crate::{
    disclosure::policy::Kind,
    fee::model::{FeeItem, FeeValue, PoolBlock},
};
use crate::{
    failure::FieldErrors,
    permit::model::Identifier,
    values::{
        appeal_body::DecisionType, call_sign_series::SeriesKind, language::Language,
        validity::Validity,
    },
};
pub use any_kind::AnyKind;
pub use model::{ApplicantData, Assessment, Facts, Holders, LabelledFacts, Parsed, SharesPool};
pub use reason::Reason;

/// A permit kind. Pure: rules and shapes, no storage, no HTTP.
pub trait PermitKind: Send + Sync + 'static {
    /// Which kind.
    const KIND: Kind;
    /// Prefix of permit numbers.
    const NUMBER_PREFIX: &'static str;
    /// Who may hold it.
    const HOLDERS: Holders;
    /// The holder may hand it to another (with the authority's consent).
    const TRANSFERABLE: bool = false;
    /// It is for equipment, which may be sold, lost, stolen or destroyed; what is a right alone is only used no longer.
    const FOR_EQUIPMENT: bool = false;
    /// A programmer must report the programmed code before the permit is active.
    const PROGRAMMED: bool;
    /// Permits of one holder hang together, as [`replaces`](Self::replaces) and
    /// [`rests_on`](Self::rests_on) say.
    const LINKED: bool = false;
    /// Which of its permits pay shares of a pool.
    const SHARES_POOL: SharesPool = SharesPool::Never;
    /// Why nothing is charged for any permit of the kind, where that is so.
    const NO_FEE: Option<&'static str> = None;
    /// The member of its application that the authority alone fills in: when it registers one for somebody, or
    /// amends of its own motion.
    const AUTHORITY_ONLY: Option<&'static str> = None;
    /// The member of its application that an amendment asks for something with which the permit does not keep: the next
    /// amendment does not begin with it.
    const ASKED_ONCE: Option<&'static str> = None;
    /// The application as it is sent.
    type Application: Serialize + DeserializeOwned + Send + Sync;
    /// What is kept about the permit.
    type Details: Serialize + DeserializeOwned + Clone + Send + Sync;

    /// Title for people.
    fn title(language: Language) -> &'static str;

    /// Meaning of an application of the right shape; every error is noted.
    fn parse(
        application: &Self::Application,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<Self::Details>>;

    /// Whether such an application can be filed at all.
    ///
    /// # Errors
    /// What is missing, for the applicant.
    fn admit(_details: &Self::Details, _facts: &Facts) -> Result<(), Reason> {
        Ok(())
    }

    /// What the rules say.
    fn assess(details: &Self::Details, facts: &Facts) -> Assessment;

    /// Whether an examination may open the application, which uses it up where nothing else does.
    fn needs_examination(_details: &Self::Details) -> bool {
        false
    }

    /// The details with the day of the application, where rules count from it.
    fn applied(details: Self::Details, _day: NaiveDate) -> Self::Details {
        details
    }

    /// Whether a permit rests on another of the same holder, and ends with it.
    fn rests_on(_details: &Self::Details, _other: &Self::Details) -> bool {
        false
    }

    /// Whether a live permit of the same holder ends when one with the new details is issued.
    fn replaces(_new: &Self::Details, _held: &Self::Details) -> bool {
        false
    }

    /// What the permit is known by on the air, besides its call sign.
    fn identifiers(details: &Self::Details) -> Vec<Identifier>;

    /// The kind's sections of the record, named as fields of the policy.
    fn record(details: &Self::Details) -> Map<String, Value>;

    /// What its certificate says.
    fn certificate(details: &Self::Details, language: Language) -> LabelledFacts;

    /// The situations it is in on the day of the certificate, by which duties of `data/permit_duties.tsv` stand on it
    /// besides those of all permits of the kind.
    fn situations(_details: &Self::Details, _issued: NaiveDate) -> Vec<&'static str> {
        Vec::new()
    }

    /// What a table of law says of it on the day of the certificate, besides duties.
    fn dated_conditions(
        _details: &Self::Details,
        _language: Language,
        _issued: NaiveDate,
    ) -> Vec<String> {
        Vec::new()
    }

    /// What a decision on such details is, which says who decides an appeal against it.
    fn decision(_details: &Self::Details) -> DecisionType {
        DecisionType::ElectronicCommunications
    }

    /// The details with what the holder reports about the beacon, or with the report taken back; none
    /// where there is no beacon.
    fn with_condition(
        _details: Self::Details,
        _report: Option<ConditionReport>,
    ) -> Option<Self::Details> {
        None
    }

    /// Series its call sign comes from, if it has one.
    fn series(_details: &Self::Details) -> Option<SeriesKind> {
        None
    }

    /// The days it holds when granted on `today`; until further notice when left out.
    fn validity(_details: &Self::Details, today: NaiveDate) -> Validity {
        Validity::open(today)
    }

    /// The end of a permit that is renewed on `today`.
    ///
    /// # Errors
    /// Why it cannot be renewed, for the holder.
    fn renewed_until(
        _details: &Self::Details,
        _validity: Validity,
        _today: NaiveDate,
    ) -> Result<NaiveDate, Reason> {
        Err(Reason::new("not-renewable"))
    }

    /// The same use over other days: what stands in the way of a renewal is looked for in the days it adds.
    fn over(details: Self::Details, _days: Validity) -> Self::Details {
        details
    }

    /// The details of a permit whose holder applies for `asked` instead of `before`: what the registry
    /// itself has added to the details must be carried over here, as far as it still holds.
    fn amended(_before: &Self::Details, asked: Self::Details) -> Self::Details {
        asked
    }

    /// Whether a permit of a kind that can be handed over may be, to a person or an organisation.
    ///
    /// # Errors
    /// Why not, for the holder.
    fn may_hand_over(_details: &Self::Details, _to_person: bool) -> Result<(), Reason> {
        Ok(())
    }

    /// The details of a permit that is handed over: what is about the old holder's own people is
    /// left out.
    fn handed_over(details: Self::Details) -> Self::Details {
        details
    }

    /// How a condition set by a decision reads on the certificate.
    ///
    /// # Errors
    /// What conditions the act allows, where it closes the list.
    fn condition(text: &str, _language: Language) -> Result<String, Reason> {
        Ok(text.to_owned())
    }

    /// What it is charged for; which words an object knows stands in `fee/mod.rs`.
    fn fees(details: &Self::Details) -> Vec<FeeItem>;

    /// What its share of the pool is counted from.
    fn pool(_details: &Self::Details) -> Vec<PoolBlock> {
        Vec::new()
    }

    /// A specimen application, used by the document, the README and the tests.
    fn example() -> Self::Application;
}

/// The kinds there are. One line each.
pub const KINDS: &[&dyn AnyKind] = &[
    &Of::<amateur::Amateur>(PhantomData),
    &Of::<plb::Plb>(PhantomData),
    &Of::<aircraft::Aircraft>(PhantomData),
    &Of::<spectrum::Spectrum>(PhantomData),
    &Of::<transmitter::Transmitter>(PhantomData),
    &Of::<numbering::Numbering>(PhantomData),
    &Of::<installer::Installer>(PhantomData),
    &Of::<supplier::Supplier>(PhantomData),
    &Of::<priority::Priority>(PhantomData),
];

/// The kind with this code.
///
/// # Panics
/// For a kind that has no folder yet; no operation of such a kind exists, so none can be stored.
pub fn any(kind: Kind) -> &'static dyn AnyKind {
    find(kind).expect("only kinds with a folder are stored")
}

/// The kind with this code, if it has a folder.
pub fn find(kind: Kind) -> Option<&'static dyn AnyKind> {
    KINDS.iter().copied().find(|any| any.kind() == kind)
}

/// Reads a kind's code.
pub fn from_code(code: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.as_str() == code)
}

/// The kind a path of the API is about: `/v1/plb/applications`.
pub fn of_path(path: &str) -> Option<Kind> {
    from_code(path.strip_prefix("/v1/")?.split('/').next()?)
}
