//! Supervision in JSON: notices, orders, fines, their appeals, and the end of a case, as they are sent.

use chrono::{Days, NaiveDate};
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::super::{
    actions::{NewOrder, appeals::Ruling},
    model::{FineTerms, FineWay, Outcome},
    rules,
};
use crate::{
    appeal::model::AppealStatus,
    failure::{Failure, FieldErrors},
    permit::kind::shared::{needed_text, optional_text},
};

/// An advance notice (forvaltningsloven § 16).
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoticeForm {
    /// What is considered and why, in the respondent's language.
    #[validate(length(min = 1, max = 4000))]
    pub text: String,
    /// Last day to comment.
    pub due_on: NaiveDate,
}

/// A day within the next five years: nothing is waited for longer.
fn later(day: NaiveDate, today: NaiveDate, pointer: &str, errors: &mut FieldErrors) {
    if day <= today {
        errors.add(pointer, "past", "Give a day after today.");
    } else if day > today + Days::new(rules::LONGEST_WAIT) {
        errors.add(pointer, "too-late", "Give a day within five years.");
    }
}

impl NoticeForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self, today: NaiveDate) -> Result<(String, NaiveDate), Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let text = needed_text(&self.text, 4000, "/text", &mut errors);
        later(self.due_on, today, "/dueOn", &mut errors);
        errors.finish(text.map(|text| (text, self.due_on)))
    }
}

/// An order.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderForm {
    /// What is to be done, in the respondent's language.
    #[validate(length(min = 1, max = 4000))]
    pub text: String,
    /// Why.
    #[validate(length(min = 1, max = 4000))]
    pub grounds: String,
    /// Why the respondent was given no notice, or less time (forvaltningsloven § 16 third paragraph).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 1000))]
    pub without_notice: Option<String>,
    /// Last day to do it.
    pub due_on: NaiveDate,
}

impl OrderForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self, today: NaiveDate) -> Result<NewOrder, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let text = needed_text(&self.text, 4000, "/text", &mut errors);
        let grounds = needed_text(&self.grounds, 4000, "/grounds", &mut errors);
        let without_notice =
            optional_text(self.without_notice.as_ref(), 1000, "/withoutNotice", &mut errors);
        later(self.due_on, today, "/dueOn", &mut errors);
        let order = text.zip(grounds).map(|(text, grounds)| NewOrder {
            text,
            grounds,
            without_notice,
            due_on: self.due_on,
        });
        errors.finish(order)
    }
}

/// How a fine is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum FineKind {
    /// For each day.
    Running,
    /// Once.
    OneOff,
}

/// A coercive fine.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FineForm {
    /// How it is set.
    pub kind: FineKind,
    /// Øre, for each day or once.
    pub amount_ore: i64,
    /// First day it runs, or the day by which it falls due.
    pub runs_from: NaiveDate,
    /// Most a running fine can come to, in øre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_ore: Option<i64>,
    /// Why, in the respondent's language.
    #[validate(length(min = 1, max = 4000))]
    pub grounds: String,
}

impl FineForm {
    /// What it means; the rules look at amounts and days.
    ///
    /// # Errors
    /// 422 with everything that is wrong with the text.
    pub fn parse(&self) -> Result<(FineTerms, String), Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let grounds = needed_text(&self.grounds, 4000, "/grounds", &mut errors);
        let way = match self.kind {
            FineKind::Running => FineWay::Running,
            FineKind::OneOff => FineWay::OneOff,
        };
        let terms = FineTerms {
            way,
            amount: self.amount_ore,
            from: self.runs_from,
            maximum: self.maximum_ore,
        };
        errors.finish(grounds.map(|grounds| (terms, grounds)))
    }
}

/// Why something is done.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReasonForm {
    /// Why.
    #[validate(length(min = 1, max = 4000))]
    pub reason: String,
}

impl ReasonForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 for an empty one.
    pub fn parse(&self) -> Result<String, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let reason = needed_text(&self.reason, 4000, "/reason", &mut errors);
        errors.finish(reason)
    }
}

/// That what was wrong is corrected.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CorrectionForm {
    /// Day on which it was.
    pub corrected_on: NaiveDate,
    /// How that is known.
    #[validate(length(min = 1, max = 4000))]
    pub text: String,
}

impl CorrectionForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self, today: NaiveDate) -> Result<(NaiveDate, String), Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let text = needed_text(&self.text, 4000, "/text", &mut errors);
        if self.corrected_on > today {
            errors.add("/correctedOn", "future", "Give a day that has come.");
        } else if self.corrected_on < today - Days::new(rules::LONGEST_WAIT) {
            errors.add("/correctedOn", "too-early", "Give a day of the last five years.");
        }
        errors.finish(text.map(|text| (self.corrected_on, text)))
    }
}

/// The end of a case.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClosureForm {
    /// `corrected`, `noBreach` or `discontinued`.
    pub outcome: String,
    /// Why, in the respondent's language.
    #[validate(length(min = 1, max = 4000))]
    pub text: String,
}

impl ClosureForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self) -> Result<(Outcome, String), Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let outcome: Option<Outcome> = self.outcome.parse().ok();
        if outcome.is_none() {
            let detail = "`corrected`, `noBreach` or `discontinued`.";
            errors.add("/outcome", "not-in-list", detail);
        }
        let text = needed_text(&self.text, 4000, "/text", &mut errors);
        errors.finish(outcome.zip(text))
    }
}

/// What may become of an appeal against an order or a fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum SupervisionAppealOutcome {
    /// The authority does not take it up; the decision stands.
    Inadmissible,
    /// The authority takes its decision back.
    Reversed,
    /// It goes to the body that decides appeals today.
    Forwarded,
    /// The appeal body let the decision stand.
    Upheld,
    /// The appeal body annulled it. What it changes is annulled, and decided anew.
    Annulled,
}

/// What becomes of an appeal against an order or a fine.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SupervisionRulingForm {
    /// What.
    pub outcome: SupervisionAppealOutcome,
    /// Grounds in the respondent's language: the authority's, its statement to the appeal body, or the appeal body's
    /// in short.
    #[validate(length(min = 1, max = 4000))]
    pub grounds: String,
    /// Day of the appeal body's decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
    /// The appeal body's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 100))]
    pub body_reference: Option<String>,
}

impl SupervisionRulingForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self, today: NaiveDate) -> Result<Ruling, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let grounds = needed_text(&self.grounds, 4000, "/grounds", &mut errors);
        let outcome = match self.outcome {
            SupervisionAppealOutcome::Inadmissible => AppealStatus::Inadmissible,
            SupervisionAppealOutcome::Reversed => AppealStatus::Reversed,
            SupervisionAppealOutcome::Forwarded => AppealStatus::Forwarded,
            SupervisionAppealOutcome::Upheld => AppealStatus::Upheld,
            SupervisionAppealOutcome::Annulled => AppealStatus::Annulled,
        };
        if outcome.is_of_the_body() {
            if self.decided_on.is_none() {
                errors.add("/decidedOn", "missing", "Give the day of the appeal body's decision.");
            }
            if self.body_reference.is_none() {
                errors.add("/bodyReference", "missing", "Give the appeal body's reference.");
            }
        } else if self.decided_on.is_some() || self.body_reference.is_some() {
            let detail = "Only the appeal body's decision has a day and a reference of its own.";
            errors.add("/outcome", "not-of-the-body", detail);
        }
        if self.decided_on.is_some_and(|day| day > today) {
            errors.add("/decidedOn", "future", "Give a day that has come.");
        }
        let body_decision = self.decided_on.zip(self.body_reference.clone());
        errors.finish(grounds.map(|grounds| Ruling { outcome, grounds, body_decision }))
    }
}
