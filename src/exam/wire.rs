//! Examination results in JSON.

use chrono::NaiveDate;
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::permit::kind::amateur::wire::LicenceClassName;

/// Results of an examination.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExamResultsForm {
    /// Those who passed; at most 200 at a time.
    #[validate(nested, length(min = 1, max = 200))]
    pub results: Vec<ExamResultForm>,
}

/// One who passed.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExamResultForm {
    /// National id of the candidate; kept as a keyed hash only.
    #[validate(length(max = 20))]
    pub national_id: String,
    /// Class passed.
    pub licence_class: LicenceClassName,
    /// Day of the examination.
    pub passed_on: NaiveDate,
    /// The examiner's own reference, unique for each result.
    #[validate(length(min = 1, max = 60))]
    pub reference: String,
}

/// What was taken.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct ExamReceipt {
    /// Results taken now.
    pub added: u64,
    /// Results that had been reported before under the same reference.
    pub known: u64,
}
