//! Giving documents their numbers in the journal of the year, and setting access codes.

use uuid::Uuid;

use super::{
    model::Journaled,
    store::{self, access, numbers},
};
use crate::{
    app::App,
    failure::Failure,
    identity::Caller,
    party, supervision,
    values::{access_code, calendar::oslo_date},
};

/// Documents numbered in one transaction.
const BATCH: u64 = 1000;

/// Gives every document that was committed its number in the journal of the year; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn number(app: &App) -> Result<u64, Failure> {
    let mut total = 0;
    for year in numbers::unnumbered_years(app.db().read()).await? {
        loop {
            let given =
                app.db().write(|tx| async move { numbers::number(&tx, year, BATCH).await }).await?;
            total += given;
            if given < BATCH {
                break;
            }
        }
    }
    Ok(total)
}

/// An entry, for a caseworker who may see its case.
///
/// # Errors
/// 404 for none, and for one of supervision that is not for the caller, which is logged.
pub async fn find(app: &App, caller: &Caller, id: Uuid) -> Result<Journaled, Failure> {
    let connection = app.db().read();
    let entry = store::find(connection, id).await?;
    let sight = party::actions::supervision_sight(app, caller).await?;
    if supervision::store::is_hidden(connection, &sight, entry.case).await? {
        caller.asked_for_others("journal entry", id);
        return Err(Failure::not_found());
    }
    Ok(entry)
}

/// Sets the access code of a document, or makes it public.
///
/// # Errors
/// 403 for a caseworker who is party or may not handle the kind; 404; 412 when it was set meanwhile; 422 for a code
/// that is not in force.
pub async fn set_access(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
    code: Option<&str>,
    reason: &str,
) -> Result<Journaled, Failure> {
    let known = find(app, caller, id).await?;
    known.subject.needs(caller)?;
    if let Some(who) = &known.correspondent {
        party::actions::refuse_own(app, caller, who.party).await?;
    }
    let today = oslo_date(app.clock().now());
    if code.is_some_and(|code| !access_code::find(code).is_some_and(|code| code.holds(today))) {
        return Err(Failure::at("/accessCode", "not-in-list", "Choose one of the codes in force."));
    }
    app.db()
        .write(|tx| async move {
            let entry = store::lock(&tx, id).await?;
            if entry.access_version + 1 != version {
                return Err(Failure::stale());
            }
            access::set(&tx, &entry, code, reason, &caller.subject).await?;
            store::find(&*tx, id).await
        })
        .await
}
