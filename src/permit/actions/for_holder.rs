//! For whom a caller acts on a permit: holders for themselves, caseworkers for holders who write or call.

use crate::{
    app::App,
    failure::Failure,
    identity::{Caller, Sight},
    party,
    permit::store,
    values::ids::PermitId,
};

/// What the caller sees when they do what a holder may do: their own permits, or, as a caseworker who is signed in as
/// nothing else, the permit of a holder who wrote or called.
///
/// # Errors
/// As [`as_caseworker`].
pub async fn sight_of(app: &App, caller: &Caller, id: PermitId) -> Result<Sight, Failure> {
    if caller.files_for_others() {
        return as_caseworker(app, caller, id).await;
    }
    party::actions::own_sight_of(app, caller).await
}

/// What a caseworker sees who acts for the holder of a permit. Nobody does so for themselves, or for an organisation they
/// act for.
///
/// # Errors
/// 404 when there is no such permit; 403 for a caseworker who is party to it, or who may not decide its kind.
pub async fn as_caseworker(app: &App, caller: &Caller, id: PermitId) -> Result<Sight, Failure> {
    let permit = store::find(app.db().read(), Sight::All, id).await?;
    party::actions::refuse_own(app, caller, permit.holder).await?;
    caller.needs_kind(permit.kind)?;
    Ok(Sight::All)
}
