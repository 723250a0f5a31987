//! Giving a permit up: the holder is never kept from it, and what the authority considered to do to the permit ends with it
//! (`permit_ended.rs`).
//! What becomes of the permit itself is of `permit/actions.rs`.

use chrono::{Datelike as _, NaiveDate};

use super::{on_behalf, permit_ended::close_considered};
use crate::{
    app::App,
    failure::Failure,
    fee::invoice::credit,
    identity::{Caller, Sight},
    party,
    permit::{self, model::Permit},
    values::{calendar::oslo_date, ids::PermitId},
};

/// Gives a permit up for a reason. Open cases of the authority's own motion about it end without a decision; a holder who was
/// given notice is told. What the holder has applied for stays for a caseworker.
///
/// # Errors
/// 404 when the caller may not see it, 412 when it changed, 409 when it has ended.
pub async fn surrender(
    app: &App,
    caller: &Caller,
    sight: Sight,
    id: PermitId,
    version: i32,
    reason: &str,
) -> Result<Permit, Failure> {
    surrender_received(app, caller, sight, id, version, (reason, None)).await
}

/// As [`surrender`], for a holder whose letter came in on a day. The permit ends now, but what the holder wrote before 1 January
/// keeps the year that then began from being charged (FOR-2024-01-17-79 § 4).
///
/// # Errors
/// As [`surrender`]; 422 for a day that has not come, is more than a year ago, or before the permit was issued.
pub async fn surrender_received(
    app: &App,
    caller: &Caller,
    sight: Sight,
    id: PermitId,
    version: i32,
    (reason, received_on): (&str, Option<NaiveDate>),
) -> Result<Permit, Failure> {
    app.db()
        .write(|tx| async move {
            let received_at = on_behalf::received_at(received_on, tx.now())?.unwrap_or(tx.now());
            let year = oslo_date(received_at).year();
            let is_of_earlier_year = year < oslo_date(tx.now()).year();
            if is_of_earlier_year {
                // the number first: whoever takes one locks it before anything else
                credit::before_fine_falls_away(&tx).await?;
            }
            let known = permit::store::find(&*tx, sight, id).await?;
            if oslo_date(received_at) < oslo_date(known.issued_at) {
                let detail =
                    "The permit was issued later. Give the day the holder's letter came in.";
                return Err(Failure::at("/receivedOn", "range", detail));
            }
            // the holder first, as in every step
            party::store::lock(&tx, known.holder).await?;
            let given_up =
                permit::actions::surrender(app, &tx, caller, sight, id, version, reason).await?;
            close_considered(app, &tx, known.holder).await?;
            if is_of_earlier_year {
                credit::years_fall_away(app, &tx, &given_up, year, &caller.subject).await?;
            }
            Ok(given_up)
        })
        .await
}
