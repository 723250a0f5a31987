//! Appeals against fees in JSON.

use chrono::NaiveDate;
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::actions::Ruling;
use crate::{
    appeal::{
        model::Appeal,
        receive::{Came, Written},
        wire::{AppealOutcome, AppealView},
    },
    case::model::Channel,
    failure::{Failure, FieldErrors},
    fee::invoice::{model::Invoice, wire::FeeInvoiceView},
    permit::kind::shared::needed_text,
    values::ids::InvoiceLineId,
};

/// An appeal over an invoice.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeeAppealForm {
    /// What is appealed against, what should be changed, and preferably why (forvaltningsloven § 32).
    #[validate(length(min = 1, max = 10_000))]
    pub text: String,
    /// Why it comes late; needed after the time limit (§ 31).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 4000))]
    pub late_reason: Option<String>,
    /// Asks that the payment waits until the appeal is decided, and says why (§ 42).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 4000))]
    pub deferral: Option<String>,
    /// Ids of the lines it is about; the whole invoice when none are named.
    #[serde(default)]
    #[validate(length(max = 200))]
    #[oai(default)]
    pub lines: Vec<String>,
    /// Day it came in, of one that came on paper; today when left out. Only for caseworkers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
    /// Day it was handed to a postal service, as the postmark says, of one that came on paper: posted within the time limit
    /// it is in time (§ 30). Only for caseworkers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted_on: Option<NaiveDate>,
}

/// What an appeal over an invoice says.
pub struct Said {
    /// What the holder writes; what waits, where that is asked for, is the payment.
    pub written: Written,
    /// The lines it is about.
    pub lines: Vec<InvoiceLineId>,
}

impl FeeAppealForm {
    /// How it came in on paper, and when.
    pub fn came(&self, today: NaiveDate) -> Came {
        Came {
            channel: Channel::Paper,
            received_on: self.received_on.unwrap_or(today),
            posted_on: self.posted_on,
        }
    }

    /// What it means; a day is given for paper only.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self, is_paper: bool) -> Result<Said, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let (late_reason, deferral) = (self.late_reason.as_ref(), self.deferral.as_ref());
        let written = Written::read(&self.text, late_reason, deferral, &mut errors);
        let lines = lines_of(&self.lines, &mut errors);
        let days = [("/receivedOn", self.received_on), ("/postedOn", self.posted_on)];
        for (pointer, _) in days.into_iter().filter(|(_, day)| day.is_some() && !is_paper) {
            let text = "An appeal that is sent here comes in now. Leave the day out.";
            errors.add(pointer, "not-applicable", text);
        }
        errors.finish(written.map(|written| Said { written, lines }))
    }
}

fn lines_of(texts: &[String], errors: &mut FieldErrors) -> Vec<InvoiceLineId> {
    let mut lines = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        let pointer = format!("/lines/{index}");
        let Some(id) = errors.take(&*pointer, InvoiceLineId::parse(text)) else { continue };
        if lines.contains(&id) {
            errors.add(pointer, "repeated", "Name each line once.");
        }
        lines.push(id);
    }
    lines
}

/// What becomes of an appeal over an invoice.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeeAppealDecisionForm {
    /// What.
    pub outcome: AppealOutcome,
    /// Grounds in the holder's language: the authority's, its statement to the appeal body, or the appeal body's in
    /// short. They stand in the credit note too.
    #[validate(length(min = 1, max = 2000))]
    pub grounds: String,
    /// Ids of the lines that fall away; where none are named those the appeal is about, or all of the invoice. With
    /// `changed` they must be named.
    #[serde(default)]
    #[validate(length(max = 200))]
    #[oai(default)]
    pub lines: Vec<String>,
    /// Day of the appeal body's decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<NaiveDate>,
    /// The appeal body's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 100))]
    pub body_reference: Option<String>,
}

impl FeeAppealDecisionForm {
    /// What it means.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(self, today: NaiveDate) -> Result<Ruling, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let grounds = needed_text(&self.grounds, 2000, "/grounds", &mut errors);
        let lines = lines_of(&self.lines, &mut errors);
        let outcome = self.outcome.status();
        let favours = matches!(
            self.outcome,
            AppealOutcome::Reversed | AppealOutcome::Changed | AppealOutcome::Annulled
        );
        if !self.lines.is_empty() && !favours {
            errors.add("/lines", "not-applicable", "Nothing falls away. Leave them out.");
        }
        if self.lines.is_empty() && self.outcome == AppealOutcome::Changed {
            errors.add("/lines", "missing", "Name the lines that fall away.");
        }
        if outcome.is_of_the_body() {
            if self.decided_on.is_none() {
                errors.add("/decidedOn", "missing", "Give the day of the appeal body's decision.");
            }
            if self.body_reference.is_none() {
                errors.add("/bodyReference", "missing", "Give the appeal body's reference.");
            }
        } else if self.decided_on.is_some() || self.body_reference.is_some() {
            let text = "Only the appeal body's decision has a day and a reference of its own. Leave them out.";
            errors.add("/outcome", "not-of-the-body", text);
        }
        if self.decided_on.is_some_and(|day| day > today) {
            errors.add("/decidedOn", "future", "Give a day that has come.");
        }
        let body_decision = self.decided_on.zip(self.body_reference);
        errors.finish(grounds.map(|grounds| Ruling { outcome, grounds, lines, body_decision }))
    }
}

/// An invoice and an appeal against it after a step.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct AppealedInvoice {
    /// The invoice.
    pub invoice: FeeInvoiceView,
    /// The appeal.
    pub appeal: AppealView,
}

impl AppealedInvoice {
    /// The view of both on a day.
    pub fn of(invoice: &Invoice, appeal: Appeal, today: NaiveDate) -> Self {
        Self { invoice: FeeInvoiceView::of(invoice, today), appeal: AppealView::of(appeal) }
    }
}
