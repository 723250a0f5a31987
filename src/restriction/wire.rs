//! Restrictions in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    model::{self, Ground, RescueDecision},
    store::{self, Step},
};
use crate::{
    failure::{Failure, FieldErrors},
    keys::DataKey,
};

/// Why processing is restricted.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestrictionForm {
    /// Ground of GDPR Article 18(1): `accuracyContested` (a), `unlawful` (b), `legalClaim` (c) or
    /// `objection` (d).
    pub ground: String,
    /// What the person asked for and why it is so, for those who decide later.
    #[validate(length(min = 1, max = 2000))]
    pub reason: String,
}

impl RestrictionForm {
    /// The ground.
    ///
    /// # Errors
    /// Everything that is wrong, 422.
    pub fn parse(&self) -> Result<Ground, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let ground = Ground::from_code(&self.ground);
        if ground.is_none() {
            let detail = "One of: accuracyContested, unlawful, legalClaim, objection.";
            errors.add("/ground", "not-in-list", detail);
        }
        errors.finish(ground)
    }
}

/// That a restriction is lifted.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LiftingForm {
    /// Day the person was told that it would be lifted (GDPR Article 18(3)); today or before.
    pub informed_on: NaiveDate,
    /// Why it is lifted.
    #[validate(length(min = 1, max = 2000))]
    pub reason: String,
}

impl LiftingForm {
    /// Checks it, by the day it is sent on.
    ///
    /// # Errors
    /// Everything that is wrong, 422.
    pub fn check(&self, today: NaiveDate) -> Result<(), Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        if self.informed_on > today {
            let detail = "Tell the person first; the day must not be after today.";
            errors.add("/informedOn", "in-the-future", detail);
        }
        errors.finish(Some(()))
    }
}

/// What is decided about rescue centres.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RescueDecisionForm {
    /// `stop`: rescue centres get nothing of the person any more. `keep`: they go on getting it, for the
    /// vital interests of the holder (GDPR Articles 18(2) and 6(1)(d)).
    pub decision: String,
    /// Why.
    #[validate(length(min = 1, max = 2000))]
    pub reason: String,
}

impl RescueDecisionForm {
    /// The decision.
    ///
    /// # Errors
    /// Everything that is wrong, 422.
    pub fn parse(&self) -> Result<RescueDecision, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let decision = RescueDecision::from_code(&self.decision);
        if decision.is_none() {
            errors.add("/decision", "not-in-list", "One of: stop, keep.");
        }
        errors.finish(decision)
    }
}

/// One step of a restriction.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct RestrictionStepView {
    /// `restricted`, `rescueStopped`, `rescueKept` or `lifted`.
    pub step: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// Why; absent once the person's data have been erased.
    pub reason: Option<String>,
    /// Day the person was told that it would be lifted.
    pub informed_on: Option<NaiveDate>,
}

/// A restriction of processing.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct RestrictionView {
    /// Id.
    pub id: String,
    /// Whose data.
    pub party_id: String,
    /// Ground of GDPR Article 18(1).
    pub ground: String,
    /// It has not been lifted.
    pub is_active: bool,
    /// What was decided about rescue centres, `stop` or `keep`; absent while nothing was.
    pub rescue_decision: Option<String>,
    /// Everything that was done, in order.
    pub steps: Vec<RestrictionStepView>,
}

impl RestrictionView {
    /// The view of a restriction's steps, of which there is one at least.
    ///
    /// # Errors
    /// When there is none.
    pub fn of(steps: &[Step], key: Option<&DataKey>) -> Result<Self, Failure> {
        let first = steps.first().ok_or_else(Failure::not_found)?;
        let decided = steps.iter().rev().find_map(|step| {
            [RescueDecision::Stop, RescueDecision::Keep]
                .into_iter()
                .find(|decision| model::Step::Decided(*decision).code() == step.step)
        });
        Ok(Self {
            id: first.restriction_id.to_string(),
            party_id: first.party_id.to_string(),
            ground: first.ground.clone().unwrap_or_default(),
            is_active: steps.iter().all(|step| step.step != model::Step::Lifted.code()),
            rescue_decision: decided.map(|decision| decision.code().to_owned()),
            steps: steps
                .iter()
                .map(|step| RestrictionStepView {
                    step: step.step.clone(),
                    at: step.at,
                    actor: step.actor.clone(),
                    reason: store::reason(step, key),
                    informed_on: step.informed_on,
                })
                .collect(),
        })
    }
}

/// A page of restrictions, oldest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct RestrictionPage {
    /// The restrictions of this page.
    pub items: Vec<RestrictionView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}
