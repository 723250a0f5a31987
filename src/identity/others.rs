//! Who asked for something of somebody else's. The answer says only that nothing was found; that it was
//! asked for is written down here, for every operation and every page alike, so that guessing is seen.
//! What is written names the thing, its id and the subject of the caller, and nothing of anybody.

use uuid::Uuid;

use super::{
    Caller,
    store::{self, Owner},
};
use crate::{app::App, draft, failure::Failure, party};

/// Most ids of one address that are looked at.
const MOST: usize = 4;

/// The ids in a path.
pub fn ids_of(path: &str) -> Vec<Uuid> {
    path.split('/').filter_map(|part| Uuid::try_parse(part).ok()).take(MOST).collect()
}

/// Writes down that a caller was told that nothing is there, if something of somebody else's is.
pub async fn note(app: &App, caller: &Caller, ids: &[Uuid]) {
    if caller.is_staff() {
        return; // they may see everybody's
    }
    for id in ids {
        match is_of_others(app, caller, *id).await {
            Ok(Some(what)) => caller.asked_for_others(what, id),
            Ok(None) => {}
            Err(failure) => {
                let problem = failure.problem().code();
                tracing::warn!(problem, "whether somebody asked for another's is not known");
            }
        }
    }
}

async fn is_of_others(
    app: &App,
    caller: &Caller,
    id: Uuid,
) -> Result<Option<&'static str>, Failure> {
    let Some((what, owner)) = store::owner_of(app.db().read(), id).await? else {
        return Ok(None);
    };
    let is_own = match owner {
        Owner::Blind(owner) => {
            draft::actions::owner_of(app, caller).is_some_and(|own| own == owner)
        }
        Owner::Parties(parties) => {
            let party = party::actions::party_of(app, app.db().read(), caller).await?;
            party.is_some_and(|party| parties.contains(&party.id))
        }
    };
    Ok((!is_own).then_some(what))
}
