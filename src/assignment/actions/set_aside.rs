//! What caseworkers keep back: a sign reserved for somebody, a sign barred from new assignments, and
//! the lifting of both. Each leaves who did it, why and when in the history of the sign.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{HISTORIC, reopen, series_code};
use crate::{
    assignment::{
        SignStatus,
        store::{self, SignRow},
    },
    database::Tx,
    failure::{Failure, Problem},
    permit::kind::Kind,
    values::{
        call_sign::CallSign,
        call_sign_series::{self, SeriesKind},
    },
};

/// What a caseworker does to a sign.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// The sign.
    pub sign: CallSign,
    /// The version they saw; 0 for a sign nobody has touched.
    pub version: i32,
    /// Why.
    pub grounds: &'a str,
    /// Who.
    pub actor: &'a str,
    /// Today.
    pub day: NaiveDate,
}

/// The kind of permit whose caseworkers decide on a sign.
pub fn kind_of(sign: CallSign) -> Kind {
    match call_sign_series::classify(sign).map(|series| series.kind) {
        Some(SeriesKind::Plb | SeriesKind::TestPlb) => Kind::Plb,
        _ => Kind::Amateur,
    }
}

/// Keeps a free sign for somebody until a day.
///
/// # Errors
/// 409 when it is not free; 412 when it changed since it was read.
pub async fn reserve(
    tx: &Tx,
    deed: Deed<'_>,
    reserved_for: Option<Uuid>,
    until: NaiveDate,
) -> Result<SignRow, Failure> {
    let row = locked(tx, deed).await?;
    if row.as_ref().is_some_and(|row| !row.is_free(deed.day)) {
        return Err(not_free());
    }
    let row = SignRow {
        status: SignStatus::Reserved,
        permit: None,
        reserved_for,
        until: Some(until),
        ..changed(deed, row)
    };
    store::put_by(tx, &row, Some(deed.actor)).await?;
    Ok(row)
}

/// Bars a sign from new assignments. What it is kept for or rests after is remembered beneath.
///
/// # Errors
/// 409 when it is in use; 412 when it changed since it was read.
pub async fn block(tx: &Tx, deed: Deed<'_>) -> Result<SignRow, Failure> {
    let row = locked(tx, deed).await?;
    let barred = [SignStatus::InUse, SignStatus::Blocked];
    if row.as_ref().is_some_and(|row| barred.contains(&row.status)) {
        return Err(not_free());
    }
    let row = SignRow { status: SignStatus::Blocked, ..changed(deed, row) };
    store::put_by(tx, &row, Some(deed.actor)).await?;
    Ok(row)
}

/// Lifts a reservation or a block. A sign that was resting or reserved when it was blocked goes on to.
///
/// # Errors
/// 409 when it is neither reserved nor blocked, or its series is not assigned any more; 412 when it
/// changed since it was read.
pub async fn lift(tx: &Tx, deed: Deed<'_>) -> Result<SignRow, Failure> {
    let row = locked(tx, deed).await?;
    let Some(row) = row.filter(|row| match row.status {
        SignStatus::Reserved => true,
        SignStatus::Blocked => row.reason.as_deref() != Some(HISTORIC),
        _ => false,
    }) else {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "Only a reservation or a block that a caseworker made can be lifted. Look the call sign up to see what it is.",
        ));
    };
    let beneath = row.until.filter(|until| row.status == SignStatus::Blocked && *until > deed.day);
    let row = match (beneath, row.permit) {
        (Some(_), Some(_)) => {
            SignRow { status: SignStatus::Quarantined, ..changed(deed, Some(row)) }
        }
        (Some(_), None) => SignRow { status: SignStatus::Reserved, ..changed(deed, Some(row)) },
        (None, _) => SignRow {
            status: SignStatus::Free,
            until: None,
            reserved_for: None,
            ..changed(deed, Some(row))
        },
    };
    store::put_by(tx, &row, Some(deed.actor)).await?;
    if row.status == SignStatus::Free {
        reopen(tx, deed.sign).await?;
    }
    Ok(row)
}

/// The row of the sign, locked and at the version the caseworker saw.
async fn locked(tx: &Tx, deed: Deed<'_>) -> Result<Option<SignRow>, Failure> {
    let row = store::lock(tx, deed.sign).await?;
    if row.as_ref().map_or(0, |row| row.version) == deed.version {
        Ok(row)
    } else {
        Err(Failure::stale())
    }
}

/// The next version of the row with the grounds; of a sign without one the first.
fn changed(deed: Deed<'_>, row: Option<SignRow>) -> SignRow {
    let (reason, version) = (Some(deed.grounds.to_owned()), deed.version + 1);
    match row {
        Some(row) => SignRow { reason, version, ..row },
        None => SignRow {
            sign: deed.sign,
            series: series_code(deed.sign).to_owned(),
            status: SignStatus::Free,
            permit: None,
            reserved_for: None,
            until: None,
            reason,
            version,
        },
    }
}

fn not_free() -> Failure {
    Failure::new(
        Problem::IllegalTransition,
        "The call sign is not free. Look it up to see what it is.",
    )
}
