//! Legal holds in JSON.

use chrono::{DateTime, Days, NaiveDate, Utc};
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use validator::Validate;

use super::{
    actions::NewHold,
    model::{Hold, Subject},
};
use crate::{
    failure::{Failure, FieldErrors},
    permit::kind::shared::needed_text,
};

/// How far ahead the end of a hold may lie, in days.
const LONGEST: u64 = 36_525;

/// What is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum HeldSubject {
    /// Everything about a holder.
    Holder,
    /// Everything about the party and the permit of a case.
    Case,
    /// Everything about a permit.
    Permit,
}

/// A hold to be set.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LegalHoldForm {
    /// What is held.
    pub subject: HeldSubject,
    /// Id of the holder, case or permit.
    pub subject_id: String,
    /// Why.
    #[validate(length(min = 1, max = 2000))]
    pub reason: String,
    /// First day it holds no more; left out while that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<NaiveDate>,
}

impl LegalHoldForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self, today: NaiveDate) -> Result<NewHold, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let reason = needed_text(&self.reason, 2000, "/reason", &mut errors);
        let subject = match self.subject {
            HeldSubject::Holder => Subject::Holder,
            HeldSubject::Case => Subject::Case,
            HeldSubject::Permit => Subject::Permit,
        };
        let subject_id = Uuid::try_parse(&self.subject_id).ok();
        if subject_id.is_none() {
            errors.add("/subjectId", "identifier", "Use the id you were given.");
        }
        if self.held_until.is_some_and(|day| day <= today) {
            errors.add("/heldUntil", "past", "Give a day after today.");
        }
        if self.held_until.is_some_and(|day| day > today + Days::new(LONGEST)) {
            errors.add("/heldUntil", "too-late", "Leave it out where no end is known.");
        }
        let until = self.held_until;
        let hold = reason.zip(subject_id);
        errors.finish(hold.map(|(reason, subject_id)| NewHold {
            subject,
            subject_id,
            reason,
            until,
        }))
    }
}

/// Why a hold is lifted.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HoldLiftingForm {
    /// Why.
    #[validate(length(min = 1, max = 2000))]
    pub reason: String,
}

impl HoldLiftingForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 for an empty one.
    pub fn parse(&self) -> Result<String, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let reason = needed_text(&self.reason, 2000, "/reason", &mut errors);
        errors.finish(reason)
    }
}

/// A hold as it stands.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct LegalHoldView {
    /// Id.
    pub id: String,
    /// `holder`, `case` or `permit`.
    pub subject: String,
    /// Id of that.
    pub subject_id: String,
    /// The holder about whom nothing is destroyed.
    pub holder_id: Option<String>,
    /// The permit about which nothing is destroyed.
    pub permit_id: Option<String>,
    /// Why.
    pub reason: String,
    /// First day it holds no more.
    pub held_until: Option<NaiveDate>,
    /// True while it holds something back.
    pub active: bool,
    /// Who set it.
    pub set_by: String,
    /// When.
    pub set_at: DateTime<Utc>,
    /// Who lifted it.
    pub lifted_by: Option<String>,
    /// When.
    pub lifted_at: Option<DateTime<Utc>>,
    /// Why.
    pub lifting_reason: Option<String>,
    /// Version; the entity tag is `"v{version}"`.
    pub version: i32,
}

impl LegalHoldView {
    /// The view of a hold.
    pub fn of(hold: Hold, today: NaiveDate) -> Self {
        let active = hold.holds(today);
        let (lifted_at, lifted_by, lifting_reason) = match hold.lifted {
            Some((at, by, why)) => (Some(at), Some(by), Some(why)),
            None => (None, None, None),
        };
        Self {
            id: hold.id.to_string(),
            subject: hold.subject.code().to_owned(),
            subject_id: hold.subject_id.to_string(),
            holder_id: hold.party.map(|party| party.to_string()),
            permit_id: hold.permit.map(|permit| permit.to_string()),
            reason: hold.reason,
            held_until: hold.until,
            active,
            set_by: hold.set.1,
            set_at: hold.set.0,
            lifted_by,
            lifted_at,
            lifting_reason,
            version: hold.version,
        }
    }
}

/// A page of holds, the newest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct LegalHoldPage {
    /// The holds of this page.
    pub items: Vec<LegalHoldView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}
