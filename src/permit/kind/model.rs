//! What an application of any kind says, the facts its rules are given, and what they answer. It must not know which kinds
//! there are.

use chrono::NaiveDate;
use serde_json::Value;

use super::Reason;
use crate::{
    party::model::ContactDetails,
    permit::contact::EmergencyContact,
    values::{call_sign::CallSign, frequency_plan::Planned},
};

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
/// [`PermitKind::pool`](super::PermitKind::pool)).
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
    pub birth_date: Option<NaiveDate>,
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
