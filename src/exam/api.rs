//! The examiners' operation.

use chrono::NaiveDate;
use poem_openapi::OpenApi;
use validator::Validate as _;

use super::{
    store::{self, ExamResult},
    wire::{ExamReceipt, ExamResultsForm},
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{Tag, body::Body, responses::Created},
    identity::Caller,
    values::{
        calendar::oslo_date,
        national_id::{NationalId, NationalIdRule},
    },
};

/// Operations for examiners.
pub struct ExamApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl ExamApi {
    /// Report examinations passed.
    ///
    /// All of them or none. A result reported before under the same reference is left as it is, so
    /// the same report may be sent again.
    #[oai(
        path = "/v1/exam-results",
        method = "post",
        operation_id = "importExamResults",
        tag = "Tag::Administration"
    )]
    async fn import(
        &self,
        caller: Caller,
        body: Body<ExamResultsForm>,
    ) -> Result<Created<ExamReceipt>, Failure> {
        let mut errors = FieldErrors::new();
        let today = oslo_date(self.app.clock().now());
        let results = results_of(&body.0, today, self.app.national_id_rule(), &mut errors);
        let results = errors.finish(Some(results))?;
        let added = store::insert(&self.app, &caller.subject, &results).await? as u64;
        let known = results.len() as u64 - added;
        Ok(Created::new(ExamReceipt { added, known }))
    }
}

/// What a report says; every error is noted.
pub fn results_of(
    form: &ExamResultsForm,
    today: NaiveDate,
    rule: NationalIdRule,
    errors: &mut FieldErrors,
) -> Vec<ExamResult> {
    errors.merge_sizes(form.validate());
    let mut results = Vec::with_capacity(form.results.len());
    for (index, form) in form.results.iter().enumerate() {
        let at = |field: &str| format!("/results/{index}/{field}");
        let candidate = errors.take(at("nationalId"), NationalId::parse(&form.national_id, rule));
        if form.passed_on > today {
            errors.add(at("passedOn"), "future", "The examination cannot be in the future.");
        }
        let Some(candidate) = candidate else { continue };
        results.push(ExamResult {
            candidate,
            class: form.licence_class.into(),
            passed_on: form.passed_on,
            reference: form.reference.clone(),
        });
    }
    results
}
