//! Giving a permit up: the holder is never kept from it, and what the authority considered to do to the permit ends with it.
//! What becomes of the permit itself is of `permit/actions.rs`.

use super::{super::store, AUTOMATIC, hearing, save};
use crate::{
    app::App,
    failure::Failure,
    identity::{Caller, Sight},
    letter::rules::Closing,
    party,
    permit::{self, model::Permit},
    values::ids::PermitId,
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
    app.db()
        .write(|tx| async move {
            let known = permit::store::find(&*tx, sight, id).await?;
            // the holder first, as in every step
            party::store::lock(&tx, known.holder).await?;
            let given_up =
                permit::actions::surrender(app, &tx, caller, sight, id, version, reason).await?;
            for case in store::lock_own_motion(&tx, id).await? {
                if case.is_considered() {
                    let case = hearing::close(app, &tx, case, AUTOMATIC, Closing::GivenUp).await?;
                    save(&tx, case).await?;
                }
            }
            Ok(given_up)
        })
        .await
}
