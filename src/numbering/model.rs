//! What a range of numbers is.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    party::model::fold_name,
    values::number_resource::{Resource, ResourceType},
};

/// State of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RangeStatus {
    /// Given to a provider or end user.
    Assigned,
    /// Held while a case runs; internal.
    Reserved,
    /// Never given.
    Free,
    /// Not to be given.
    Blocked,
    /// Given back by its holder, or run out; may be given again.
    Returned,
    /// Taken back by the authority (FOR-2004-02-16-426 § 12); may be given again.
    Withdrawn,
}

impl RangeStatus {
    /// Every state.
    pub const ALL: [RangeStatus; 6] = [
        RangeStatus::Assigned,
        RangeStatus::Reserved,
        RangeStatus::Free,
        RangeStatus::Blocked,
        RangeStatus::Returned,
        RangeStatus::Withdrawn,
    ];

    /// What the public register knows: assigned, free and blocked. A hold is internal, and what was
    /// given back is free.
    pub const SHOWN: [RangeStatus; 3] =
        [RangeStatus::Assigned, RangeStatus::Free, RangeStatus::Blocked];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            RangeStatus::Assigned => "assigned",
            RangeStatus::Reserved => "reserved",
            RangeStatus::Free => "free",
            RangeStatus::Blocked => "blocked",
            RangeStatus::Returned => "returned",
            RangeStatus::Withdrawn => "withdrawn",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }

    /// The state the public sees.
    pub const fn shown(self) -> Self {
        match self {
            RangeStatus::Assigned => RangeStatus::Assigned,
            RangeStatus::Blocked => RangeStatus::Blocked,
            _ => RangeStatus::Free,
        }
    }
}

/// An organisation that was given numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Name.
    pub name: String,
    /// Organisation number; not known of providers taken over from the published list.
    pub number: Option<String>,
}

/// A range as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberRangeRow {
    /// Id of the row.
    pub id: Uuid,
    /// Type of the resource.
    pub kind: &'static ResourceType,
    /// From where to where.
    pub resource: Resource,
    /// State.
    pub status: RangeStatus,
    /// Who was given it; exactly when it is assigned.
    pub provider: Option<Provider>,
    /// Whom the published list names for a blocked range.
    pub keeper: Option<String>,
    /// Comment of the published list.
    pub comment: Option<String>,
    /// Category of the published list.
    pub category: Option<String>,
    /// Point code, where one belongs to it.
    pub point_code: Option<String>,
    /// Organisation number of the end user of a number that is given one by one.
    pub end_user: Option<String>,
    /// Of the non-commercial category of five-digit numbers.
    pub non_commercial: bool,
    /// Permit it belongs to.
    pub permit: Option<Uuid>,
    /// Case it is held for.
    pub case: Option<Uuid>,
    /// Day it was assigned.
    pub valid_from: Option<NaiveDate>,
    /// End of a hold, exclusive.
    pub valid_until: Option<NaiveDate>,
    /// Grows with every change.
    pub version: i32,
}

impl PartialEq for ResourceType {
    fn eq(&self, other: &Self) -> bool {
        // rows of a type in several times are one plan
        self.code == other.code
    }
}

impl NumberRangeRow {
    /// A row that says nothing but its state.
    pub fn new(
        id: Uuid,
        kind: &'static ResourceType,
        resource: Resource,
        status: RangeStatus,
    ) -> Self {
        Self {
            id,
            kind,
            resource,
            status,
            provider: None,
            keeper: None,
            comment: None,
            category: None,
            point_code: None,
            end_user: None,
            non_commercial: false,
            permit: None,
            case: None,
            valid_from: None,
            valid_until: None,
            version: 1,
        }
    }

    /// Whether it may be given on `day` in the case `case`.
    pub fn is_free(&self, day: NaiveDate, case: Option<Uuid>) -> bool {
        match self.status {
            RangeStatus::Free | RangeStatus::Returned | RangeStatus::Withdrawn => true,
            RangeStatus::Reserved => {
                self.valid_until.is_some_and(|until| until <= day)
                    || self.case.is_some() && self.case == case
            }
            RangeStatus::Assigned | RangeStatus::Blocked => false,
        }
    }

    /// Whether the published list alone says that an organisation has these numbers.
    pub fn is_listed_for(&self, taker: &Provider) -> bool {
        let is_same = |provider: &Provider| match &provider.number {
            Some(number) => taker.number.as_ref() == Some(number),
            None => fold_name(&provider.name) == fold_name(&taker.name),
        };
        self.status == RangeStatus::Assigned
            && self.permit.is_none()
            && self.provider.as_ref().is_some_and(is_same)
    }

    /// Whether the registry has decided on these numbers itself, which a list does not undo. A
    /// provider whose number is known came of a decision; lists have names only.
    pub fn is_decided(&self) -> bool {
        self.permit.is_some()
            || self.provider.as_ref().is_some_and(|provider| provider.number.is_some())
            || matches!(
                self.status,
                RangeStatus::Reserved | RangeStatus::Returned | RangeStatus::Withdrawn
            )
    }

    /// Whether the other row says the same of the same numbers, whatever its id and version.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let mut like = self.clone();
        like.id = other.id;
        like.version = other.version;
        like == *other
    }
}

/// What a permit claims.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Type.
    pub kind: &'static ResourceType,
    /// What it claims of the type.
    pub resources: Vec<Resource>,
    /// Who gets it.
    pub provider: Provider,
    /// Organisation number of the end user of a number that is given one by one.
    pub end_user: Option<String>,
    /// Of the non-commercial category of five-digit numbers.
    pub non_commercial: bool,
    /// Permit it is for.
    pub permit: Uuid,
    /// Case the permit came of, which may have held it.
    pub case: Option<Uuid>,
}
