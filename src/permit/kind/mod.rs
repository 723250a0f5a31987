//! Permit kinds: the trait, and the list.
//!
//! Adding a kind is a folder here, one line in [`KINDS`] and one in `api.rs`, and its rows in tables and
//! texts, which ARCHITECTURE.md lists ("A new permit kind"). Everything generic
//! (cases, permits, deliveries, documents, the contract test) reaches a kind through [`AnyKind`].
//! A kind that keeps rows of its own beside the permit (ranges that must not overlap) says so in
//! `claims.rs`.

pub mod aircraft;
pub mod amateur;
pub mod api;
pub mod beacon;
pub mod claims;
pub mod installer;
pub mod numbering;
pub mod plb;
pub mod priority;
pub mod radio_facts;
mod reason;
pub mod shared;
pub mod spectrum;
pub mod supplier;
pub mod transmitter;

use chrono::NaiveDate;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use self::beacon::ConditionReport;
pub use crate::values::permit_duty::DutyDays;
pub use crate::{
    disclosure::policy::Kind,
    fee::model::{FeeItem, FeeValue, PoolBlock},
};
use crate::{
    failure::{Failure, FieldErrors},
    party::model::ContactDetails,
    permit::{contact::EmergencyContact, model::Identifier},
    values::{
        appeal_body::DecisionType, call_sign::CallSign, call_sign_series::SeriesKind,
        deadline::Timer, decision_basis::decision_basis, decision_timer::decision_timer,
        frequency_plan::Planned, language::Language, permit_duty, validity::Validity,
    },
};
pub use reason::Reason;

/// Who may hold permits of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holders {
    /// Natural persons only.
    Persons,
    /// Organisations with a number in the central register only.
    Organisations,
    /// Both.
    Anybody,
}

impl Holders {
    /// # Errors
    /// What to do instead, for the applicant.
    pub fn admit(self, is_person: bool) -> Result<(), Reason> {
        match self {
            Holders::Persons if !is_person => Err(Reason::new("persons-only")),
            Holders::Organisations if is_person => Err(Reason::new("organisations-only")),
            _ => Ok(()),
        }
    }
}

/// Which permits of a kind pay a share of a pool every year instead of fees by the item (see
/// [`PermitKind::pool`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharesPool {
    /// None.
    Never,
    /// All of them.
    Always,
    /// Those whose details have this member, and it is true.
    Where(&'static str),
}

impl SharesPool {
    /// Whether a permit with these details does.
    pub fn holds(self, details: &Value) -> bool {
        match self {
            SharesPool::Never => false,
            SharesPool::Always => true,
            SharesPool::Where(member) => details[member] == Value::Bool(true),
        }
    }
}

/// What a parsed application asks for, in the parts every kind has.
#[derive(Debug, Clone)]
pub struct Parsed<D> {
    /// The applicant's own data.
    pub applicant: ApplicantData,
    /// Emergency contacts in calling order.
    pub contacts: Vec<EmergencyContact>,
    /// A call sign the applicant asks to keep.
    pub call_sign: Option<CallSign>,
    /// Call signs the applicant would like, best first, where the series lets them choose.
    pub wishes: Vec<CallSign>,
    /// Consent to the public call-sign list, given with the application.
    pub consent: Option<Vec<String>>,
    /// What is special about the kind.
    pub details: D,
}

/// The applicant as the application says it.
#[derive(Clone)]
pub struct ApplicantData {
    /// How to reach the applicant.
    pub details: ContactDetails,
    /// Birth date, where the kind asks for it.
    pub birth_date: Option<chrono::NaiveDate>,
}

impl std::fmt::Debug for ApplicantData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApplicantData(redacted)")
    }
}

/// Facts a kind's assessment may ask for; gathered by the action, so that rules stay pure.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The applicant is a natural person.
    pub applicant_is_person: bool,
    /// The address is Norwegian.
    pub address_in_norway: bool,
    /// Class of an examination passed and not yet used.
    pub exam: Option<String>,
    /// Details of the live permits of the same kind that are held already.
    pub held: Vec<Value>,
    /// Details of permits of the same kind that were given up, or whose time has run out; gathered where an
    /// examination opens the application.
    pub held_before: Vec<Value>,
    /// The applicant is a person under 18 years.
    pub applicant_is_minor: bool,
    /// The call sign asked to be kept is in use by the list kept before the registry, by nobody the
    /// registry knows.
    pub call_sign_legacy: bool,
    /// The first of the wishes that can be given is the best that another open application may hope
    /// for, too.
    pub wish_contested: bool,
    /// Another live permit has one of the identifiers.
    pub identifier_taken: bool,
    /// The call sign asked to be kept is free to be kept by this applicant.
    pub call_sign_keepable: Option<bool>,
    /// Call signs of the wishes that can be given today, in the applicant's order.
    pub wishes_free: Vec<CallSign>,
    /// The day, in Norway.
    pub today: NaiveDate,
    /// The frequency plan.
    pub plan: Planned,
    /// What stands in the way or must be judged, found among the kind's own rows (`claims.rs`).
    pub findings: Vec<Reason>,
    /// Details of the permit that the application would amend; none for a new permit.
    pub amends: Option<Value>,
    /// First day of that permit, where it has come.
    pub begun: Option<NaiveDate>,
}

impl Facts {
    /// A live permit of the same kind is held already.
    pub fn holds_same_kind(&self) -> bool {
        !self.held.is_empty()
    }
}

/// What the rules say of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assessment {
    /// All conditions are met and nothing needs judgement.
    Grant,
    /// A caseworker must look; these are the reasons, as stable codes with words.
    NeedsCaseworker(Vec<Reason>),
    /// Conditions are not met; a caseworker signs the refusal.
    Refuse(Vec<Reason>),
}

/// What the certificate of a permit says besides what every certificate says: label and value, in the language asked for.
pub type LabelledFacts = Vec<(String, String)>;

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

    /// The situations it is in, by which duties of `data/permit_duties.tsv` stand on its certificate besides those of all
    /// permits of the kind.
    fn situations(_details: &Self::Details) -> Vec<&'static str> {
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

/// A kind behind one pointer: the same operations on JSON.
pub trait AnyKind: Send + Sync {
    /// See [`PermitKind::KIND`].
    fn kind(&self) -> Kind;
    /// See [`PermitKind::NUMBER_PREFIX`].
    fn number_prefix(&self) -> &'static str;
    /// Code in `legal_basis.tsv` of the provision that decisions of `day` rest on (`data/decision_bases.tsv`).
    fn legal_basis(&self, day: NaiveDate) -> &'static str {
        decision_basis(self.kind().as_str(), day)
    }
    /// Decision time of cases that begin on `day` (`data/decision_timers.tsv`).
    fn timer(&self, day: NaiveDate) -> Timer {
        decision_timer(self.kind().as_str(), day)
    }
    /// See [`PermitKind::HOLDERS`].
    fn holders(&self) -> Holders;
    /// See [`PermitKind::TRANSFERABLE`].
    fn transferable(&self) -> bool;
    /// See [`PermitKind::PROGRAMMED`].
    fn programmed(&self) -> bool;
    /// See [`PermitKind::title`].
    fn title(&self, language: Language) -> &'static str;
    /// A stored application, parsed again.
    fn parse(&self, application: &Value, is_person: bool) -> Result<Parsed<Value>, Failure>;
    /// An application from outside: its shape is checked as a body's, below `pointer`.
    fn read(&self, value: &Value, is_person: bool, pointer: &str)
    -> Result<Parsed<Value>, Failure>;
    /// See [`PermitKind::admit`].
    fn admit(&self, details: &Value, facts: &Facts) -> Result<(), Reason>;
    /// See [`PermitKind::assess`].
    fn assess(&self, details: &Value, facts: &Facts) -> Assessment;
    /// See [`PermitKind::needs_examination`].
    fn needs_examination(&self, details: &Value) -> bool;
    /// See [`PermitKind::applied`].
    fn applied(&self, details: Value, day: NaiveDate) -> Value;
    /// Whether stored details read back: those of another version of the program may not.
    fn reads_back(&self, details: &Value) -> bool;
    /// See [`PermitKind::LINKED`].
    fn linked(&self) -> bool;
    /// See [`PermitKind::rests_on`].
    fn rests_on(&self, details: &Value, other: &Value) -> bool;
    /// See [`PermitKind::replaces`].
    fn replaces(&self, new: &Value, held: &Value) -> bool;
    /// See [`PermitKind::identifiers`].
    fn identifiers(&self, details: &Value) -> Vec<Identifier>;
    /// See [`PermitKind::record`].
    fn record(&self, details: &Value) -> Map<String, Value>;
    /// See [`PermitKind::certificate`].
    fn certificate(&self, details: &Value, language: Language) -> LabelledFacts;
    /// See [`PermitKind::situations`].
    fn situations(&self, details: &Value) -> Vec<&'static str>;
    /// The duties of its certificate (`data/permit_duties.tsv`).
    fn duties(&self, details: &Value, language: Language, days: DutyDays) -> Vec<&'static str> {
        permit_duty::duties(self.kind().as_str(), &self.situations(details), days, language)
    }
    /// See [`PermitKind::dated_conditions`].
    fn dated_conditions(
        &self,
        details: &Value,
        language: Language,
        issued: NaiveDate,
    ) -> Vec<String>;
    /// See [`PermitKind::decision`].
    fn decision(&self, details: &Value) -> DecisionType;
    /// See [`PermitKind::with_condition`].
    fn with_condition(&self, details: &Value, report: Option<ConditionReport>) -> Option<Value>;
    /// See [`PermitKind::series`].
    fn series(&self, details: &Value) -> Option<SeriesKind>;
    /// See [`PermitKind::validity`].
    fn validity(&self, details: &Value, today: NaiveDate) -> Validity;
    /// See [`PermitKind::renewed_until`].
    fn renewed_until(
        &self,
        details: &Value,
        validity: Validity,
        today: NaiveDate,
    ) -> Result<NaiveDate, Reason>;
    /// See [`PermitKind::over`].
    ///
    /// # Errors
    /// When the details do not read back.
    fn over(&self, details: &Value, days: Validity) -> Result<Value, Failure>;
    /// See [`PermitKind::amended`].
    ///
    /// # Errors
    /// When one of the two does not read back.
    fn amended(&self, before: &Value, asked: &Value) -> Result<Value, Failure>;
    /// See [`PermitKind::may_hand_over`].
    fn may_hand_over(&self, details: &Value, to_person: bool) -> Result<(), Reason>;
    /// See [`PermitKind::handed_over`].
    ///
    /// # Errors
    /// When the details do not read back.
    fn handed_over(&self, details: &Value) -> Result<Value, Failure>;
    /// See [`PermitKind::condition`].
    fn condition(&self, text: &str, language: Language) -> Result<String, Reason>;
    /// See [`PermitKind::fees`].
    fn fees(&self, details: &Value) -> Vec<FeeItem>;
    /// See [`PermitKind::SHARES_POOL`].
    fn shares_pool(&self) -> SharesPool;
    /// See [`PermitKind::NO_FEE`].
    fn no_fee(&self) -> Option<&'static str>;
    /// See [`PermitKind::AUTHORITY_ONLY`].
    fn authority_only(&self) -> Option<&'static str>;
    /// See [`PermitKind::pool`].
    fn pool(&self, details: &Value) -> Vec<PoolBlock>;
    /// See [`PermitKind::example`].
    fn example(&self) -> Value;
}

/// Carries a [`PermitKind`] as a value.
struct Of<K>(std::marker::PhantomData<K>);

impl<K: PermitKind> Of<K> {
    /// Details that were stored by this kind read back; if they do not, nothing is known of them.
    fn with<T: Default>(details: &Value, ask: impl FnOnce(&K::Details) -> T) -> T {
        match serde_json::from_value::<K::Details>(details.clone()) {
            Ok(details) => ask(&details),
            Err(error) => {
                tracing::error!(
                    kind = K::KIND.as_str(),
                    line = error.line(),
                    "stored details do not read back"
                );
                T::default()
            }
        }
    }
}

impl<K: PermitKind> AnyKind for Of<K> {
    fn kind(&self) -> Kind {
        K::KIND
    }

    fn number_prefix(&self) -> &'static str {
        K::NUMBER_PREFIX
    }

    fn holders(&self) -> Holders {
        K::HOLDERS
    }

    fn transferable(&self) -> bool {
        K::TRANSFERABLE
    }

    fn programmed(&self) -> bool {
        K::PROGRAMMED
    }

    fn title(&self, language: Language) -> &'static str {
        K::title(language)
    }

    fn parse(&self, application: &Value, is_person: bool) -> Result<Parsed<Value>, Failure> {
        let application = serde_json::from_value::<K::Application>(application.clone())
            .map_err(Failure::internal)?;
        let mut errors = FieldErrors::new();
        let parsed = K::parse(&application, is_person, &mut errors);
        let parsed = errors.finish(parsed)?;
        Ok(Parsed {
            applicant: parsed.applicant,
            contacts: parsed.contacts,
            call_sign: parsed.call_sign,
            wishes: parsed.wishes,
            consent: parsed.consent,
            details: serde_json::to_value(parsed.details).map_err(Failure::internal)?,
        })
    }

    fn read(
        &self,
        value: &Value,
        is_person: bool,
        pointer: &str,
    ) -> Result<Parsed<Value>, Failure> {
        let text = value.to_string();
        crate::http::body::parse::<K::Application>(text.as_bytes())
            .and_then(|_| self.parse(value, is_person))
            .map_err(|failure| failure.below(pointer))
    }

    fn admit(&self, details: &Value, facts: &Facts) -> Result<(), Reason> {
        K::HOLDERS.admit(facts.applicant_is_person)?;
        match serde_json::from_value::<K::Details>(details.clone()) {
            Ok(details) => K::admit(&details, facts),
            Err(_) => Err(Reason::new("unreadable")),
        }
    }

    fn assess(&self, details: &Value, facts: &Facts) -> Assessment {
        match serde_json::from_value::<K::Details>(details.clone()) {
            Ok(details) => K::assess(&details, facts),
            Err(_) => Assessment::NeedsCaseworker(vec![Reason::new("unreadable")]),
        }
    }

    fn needs_examination(&self, details: &Value) -> bool {
        Self::with(details, K::needs_examination)
    }

    fn applied(&self, details: Value, day: NaiveDate) -> Value {
        let dated = |read: &K::Details| serde_json::to_value(K::applied(read.clone(), day)).ok();
        Self::with(&details, dated).unwrap_or(details)
    }

    fn reads_back(&self, details: &Value) -> bool {
        serde_json::from_value::<K::Details>(details.clone()).is_ok()
    }

    fn linked(&self) -> bool {
        K::LINKED
    }

    fn rests_on(&self, details: &Value, other: &Value) -> bool {
        Self::with(details, |details| Self::with(other, |other| K::rests_on(details, other)))
    }

    fn replaces(&self, new: &Value, held: &Value) -> bool {
        Self::with(new, |new| Self::with(held, |held| K::replaces(new, held)))
    }

    fn identifiers(&self, details: &Value) -> Vec<Identifier> {
        Self::with(details, K::identifiers)
    }

    fn record(&self, details: &Value) -> Map<String, Value> {
        Self::with(details, K::record)
    }

    fn situations(&self, details: &Value) -> Vec<&'static str> {
        Self::with(details, K::situations)
    }

    fn certificate(&self, details: &Value, language: Language) -> LabelledFacts {
        Self::with(details, |details| K::certificate(details, language))
    }

    fn dated_conditions(
        &self,
        details: &Value,
        language: Language,
        issued: NaiveDate,
    ) -> Vec<String> {
        Self::with(details, |details| K::dated_conditions(details, language, issued))
    }

    fn decision(&self, details: &Value) -> DecisionType {
        serde_json::from_value(details.clone())
            .map_or(DecisionType::ElectronicCommunications, |details| K::decision(&details))
    }

    fn with_condition(&self, details: &Value, report: Option<ConditionReport>) -> Option<Value> {
        Self::with(details, |details| {
            serde_json::to_value(K::with_condition(details.clone(), report)?).ok()
        })
    }

    fn series(&self, details: &Value) -> Option<SeriesKind> {
        Self::with(details, K::series)
    }

    fn validity(&self, details: &Value, today: NaiveDate) -> Validity {
        Self::with(details, |details| Some(K::validity(details, today)))
            .unwrap_or_else(|| Validity::open(today))
    }

    fn renewed_until(
        &self,
        details: &Value,
        validity: Validity,
        today: NaiveDate,
    ) -> Result<NaiveDate, Reason> {
        Self::with(details, |details| Some(K::renewed_until(details, validity, today)))
            .unwrap_or_else(|| Err(Reason::new("unreadable/permit")))
    }

    fn amended(&self, before: &Value, asked: &Value) -> Result<Value, Failure> {
        let read = |details: &Value| {
            serde_json::from_value::<K::Details>(details.clone()).map_err(Failure::internal)
        };
        serde_json::to_value(K::amended(&read(before)?, read(asked)?)).map_err(Failure::internal)
    }

    fn may_hand_over(&self, details: &Value, to_person: bool) -> Result<(), Reason> {
        Self::with(details, |details| Some(K::may_hand_over(details, to_person)))
            .unwrap_or_else(|| Err(Reason::new("unreadable/permit")))
    }

    fn over(&self, details: &Value, days: Validity) -> Result<Value, Failure> {
        let read: K::Details =
            serde_json::from_value(details.clone()).map_err(Failure::internal)?;
        serde_json::to_value(K::over(read, days)).map_err(Failure::internal)
    }

    fn handed_over(&self, details: &Value) -> Result<Value, Failure> {
        let read: K::Details =
            serde_json::from_value(details.clone()).map_err(Failure::internal)?;
        serde_json::to_value(K::handed_over(read)).map_err(Failure::internal)
    }

    fn condition(&self, text: &str, language: Language) -> Result<String, Reason> {
        K::condition(text, language)
    }

    fn fees(&self, details: &Value) -> Vec<FeeItem> {
        Self::with(details, K::fees)
    }

    fn shares_pool(&self) -> SharesPool {
        K::SHARES_POOL
    }

    fn no_fee(&self) -> Option<&'static str> {
        K::NO_FEE
    }

    fn authority_only(&self) -> Option<&'static str> {
        K::AUTHORITY_ONLY
    }

    fn pool(&self, details: &Value) -> Vec<PoolBlock> {
        Self::with(details, K::pool)
    }

    fn example(&self) -> Value {
        serde_json::to_value(K::example()).unwrap_or_default()
    }
}

/// The kinds there are. One line each.
pub const KINDS: &[&dyn AnyKind] = &[
    &Of::<amateur::Amateur>(std::marker::PhantomData),
    &Of::<plb::Plb>(std::marker::PhantomData),
    &Of::<aircraft::Aircraft>(std::marker::PhantomData),
    &Of::<spectrum::Spectrum>(std::marker::PhantomData),
    &Of::<transmitter::Transmitter>(std::marker::PhantomData),
    &Of::<numbering::Numbering>(std::marker::PhantomData),
    &Of::<installer::Installer>(std::marker::PhantomData),
    &Of::<supplier::Supplier>(std::marker::PhantomData),
    &Of::<priority::Priority>(std::marker::PhantomData),
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
