//! Rows of examination results. The candidate is known by a blind index only.

use anrop_entity::exam_result;
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};

use crate::{
    app::App,
    database::{Tx, is_taken},
    failure::{Failure, Problem},
    keys::{BlindPurpose, blind},
    permit::kind::amateur::model::LicenceClass,
    values::{
        ids::{CaseId, fresh},
        national_id::NationalId,
    },
};

/// One result as reported.
#[derive(Clone)]
pub struct ExamResult {
    /// Who passed.
    pub candidate: NationalId,
    /// Class passed.
    pub class: LicenceClass,
    /// Day of the examination.
    pub passed_on: NaiveDate,
    /// The examiner's own reference, unique per examiner.
    pub reference: String,
}

/// Writes results; all or none. A result reported before under the same reference is left as it is.
pub async fn insert(app: &App, examiner: &str, results: &[ExamResult]) -> Result<usize, Failure> {
    let keys = app.keys();
    app.db()
        .write(|tx| {
            let keys = &keys;
            async move {
                let mut added = 0;
                for result in results {
                    let known = exam_result::Entity::find()
                        .filter(exam_result::Column::Examiner.eq(examiner))
                        .filter(exam_result::Column::Reference.eq(&result.reference))
                        .one(&*tx)
                        .await?;
                    if known.is_some() {
                        continue;
                    }
                    let index = blind(keys, BlindPurpose::NationalId, &result.candidate.reveal());
                    exam_result::Entity::insert(exam_result::ActiveModel {
                        id: Set(fresh(tx.now())),
                        candidate_blind: Set(index.to_vec()),
                        licence_class: Set(result.class.code().to_owned()),
                        passed_on: Set(result.passed_on),
                        examiner: Set(examiner.to_owned()),
                        reference: Set(result.reference.clone()),
                        used_by_case_id: Set(None),
                        registered_at: Set(tx.now()),
                    })
                    .exec_without_returning(&*tx)
                    .await
                    .map_err(|error| {
                        if is_taken(&error, "exam_result") {
                            Failure::new(
                                Problem::Conflict,
                                "The same results are being reported right now. Send them again.",
                            )
                        } else {
                            error.into()
                        }
                    })?;
                    added += 1;
                }
                Ok(added)
            }
        })
        .await
}

/// The highest class passed by this person and not used yet.
pub async fn unused(
    connection: &impl ConnectionTrait,
    index: &[u8],
) -> Result<Option<exam_result::Model>, Failure> {
    let rows = exam_result::Entity::find()
        .filter(exam_result::Column::CandidateBlind.eq(index))
        .filter(exam_result::Column::UsedByCaseId.is_null())
        .order_by_asc(exam_result::Column::LicenceClass) // "full" before "limited"
        .all(connection)
        .await?;
    Ok(rows.into_iter().next())
}

/// The class of the result that has opened a case; none where it was opened without one.
pub async fn class_used_by(
    connection: &impl ConnectionTrait,
    case: CaseId,
) -> Result<Option<String>, Failure> {
    let row = exam_result::Entity::find()
        .filter(exam_result::Column::UsedByCaseId.eq(case.0))
        .one(connection)
        .await?;
    Ok(row.map(|row| row.licence_class))
}

/// Notes that a result has opened a case; it cannot open another until it is released.
pub async fn used(tx: &Tx, result: uuid::Uuid, case: CaseId) -> Result<(), Failure> {
    let updated = exam_result::Entity::update_many()
        .set(exam_result::ActiveModel { used_by_case_id: Set(Some(case.0)), ..Default::default() })
        .filter(exam_result::Column::Id.eq(result))
        .filter(exam_result::Column::UsedByCaseId.is_null())
        .exec(&**tx)
        .await?;
    if updated.rows_affected == 1 { Ok(()) } else { Err(Failure::stale()) }
}

/// Lets a result open another case, because the one it had opened ended without a licence.
pub async fn release(tx: &Tx, case: CaseId) -> Result<(), Failure> {
    exam_result::Entity::update_many()
        .set(exam_result::ActiveModel { used_by_case_id: Set(None), ..Default::default() })
        .filter(exam_result::Column::UsedByCaseId.eq(case.0))
        .exec(&**tx)
        .await?;
    Ok(())
}
