//! Demanding reasons, and giving them. Each is one transaction; a preview writes nothing.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    model::Request,
    rules::{self, NoDemand},
    store,
};
use crate::{
    app::App,
    case::{
        actions::{dossier::dossier, letters, locked, not_party, on_behalf, preview, save},
        model::Channel,
        store::{self as case_store, Case, Decision},
    },
    database::{Connection, Tx},
    document::Document,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    journal::{self, Direction},
    keys::DataKey,
    letter::{self, actions::appeal_period},
    party,
    values::{
        deadline::{Timer, deadline},
        ids::CaseId,
    },
};

/// Demands reasons for the decision of the caller's own case.
///
/// # Errors
/// 404, 412 as every step; 409 and 422 where the act gives no right to them.
pub async fn demand(
    app: &App,
    caller: &Caller,
    (id, version): (CaseId, i32),
) -> Result<Case, Failure> {
    let sight = party::actions::own_sight_of(app, caller).await?;
    app.db()
        .write(|tx| async move {
            let case = locked(&tx, sight, id, version).await?;
            let came = (tx.now(), "Request for reasons received");
            take(app, &tx, caller, case, came).await
        })
        .await
}

/// Writes down a demand that came on paper or by telephone. It counts from the day it was received.
///
/// # Errors
/// As [`demand`]; 403 for a caseworker who is party or may not decide the kind; 422 for a day before the decision, or one
/// that has not come.
pub async fn register(
    app: &App,
    caller: &Caller,
    (id, version): (CaseId, i32),
    (channel, received_on): (Channel, Option<NaiveDate>),
) -> Result<Case, Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let case = locked(&tx, Sight::All, id, version).await?;
            let detail = "Give the day it came in: from the day of the decision until today.";
            let since = case.decided_at;
            let received_at = on_behalf::received_since(received_on, since, detail, tx.now())?;
            // noon of the day, but not before the decision
            let received_at = since.map_or(received_at, |decided| decided.max(received_at));
            let title = match channel {
                Channel::Paper => "Request for reasons on paper",
                Channel::Telephone => "Request for reasons by telephone",
            };
            take(app, &tx, caller, case, (received_at, title)).await
        })
        .await
}

async fn take(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    case: Case,
    (received_at, title): (DateTime<Utc>, &str),
) -> Result<Case, Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    let decision = case_store::decision_of(&**tx, &key, case.id).await?;
    standing(&**tx, &key, &case, decision.as_ref(), received_at).await?.may_demand?;
    let decided_at = decision.ok_or(NoDemand::NotGranted)?.decided_at;
    let number = journal::next_number(tx, case.id).await?;
    let place = (case.id, number);
    journal::add_document(tx, place, Direction::In, title, &caller.subject, None).await?;
    let due_on = deadline(Timer::ReasonsAnswer, received_at)?.last_day;
    store::insert(tx, case.id, decided_at, number, (received_at, due_on)).await?;
    save(tx, case).await
}

/// How a case stands as to reasons.
pub struct Standing {
    /// The demands there were, the oldest first.
    pub requests: Vec<Request>,
    /// Whether they may be demanded for the last decision; else why not.
    pub may_demand: Result<(), NoDemand>,
}

/// How a case with this last decision stands as to reasons at an instant.
///
/// # Errors
/// When the database does not answer, or no rule was in force.
pub async fn standing(
    connection: &impl Connection,
    key: &DataKey,
    case: &Case,
    decision: Option<&Decision>,
    at: DateTime<Utc>,
) -> Result<Standing, Failure> {
    let requests = store::of_case(connection, key, case.id).await?;
    let letter = letter::store::latest_appealable(connection, case.id, case.applicant).await?;
    let period = letter.as_ref().map(appeal_period).transpose()?.flatten();
    let may_demand = rules::may_demand(case.status, decision, period, &requests, at);
    Ok(Standing { requests, may_demand })
}

/// Gives the reasons that were demanded, in a letter from which the time for an appeal runs anew.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404, 412 as every step; 409 when none are demanded.
pub async fn give(
    app: &App,
    caller: &Caller,
    (id, version): (CaseId, i32),
    text: &str,
) -> Result<Case, Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let case = locked(&tx, Sight::All, id, version).await?;
            let key = party::store::data_key(&*tx, &app.keys(), case.applicant).await?;
            let requests = store::of_case(&*tx, &key, id).await?;
            let open = requests.into_iter().find(|one| one.given.is_none());
            let request = open.ok_or_else(none_waits)?;
            let decision = case_store::decision_of(&*tx, &key, id).await?.ok_or_else(none_waits)?;
            letters::reasons(app, &tx, &case, caller, &decision, text).await?;
            store::give(&tx, &key, &request, &caller.subject, text).await?;
            save(&tx, case).await
        })
        .await
}

/// The letter that would give these reasons. Nothing is written.
///
/// # Errors
/// 403 for a caseworker who is party or may not handle the kind; 404; 409 when none are demanded.
pub async fn preview_letter(
    app: &App,
    caller: &Caller,
    id: CaseId,
    text: &str,
) -> Result<Document, Failure> {
    let known = dossier(app, caller, id).await?;
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), known.case.applicant).await?;
    let requests = store::of_case(connection, &key, id).await?;
    let is_demanded = requests.iter().any(|one| one.given.is_none());
    let decision = known.decision.as_ref().filter(|_| is_demanded).ok_or_else(none_waits)?;
    preview::reasons_of(app, &known, decision, (text, &caller.subject)).await
}

fn none_waits() -> Failure {
    Failure::new(Problem::IllegalTransition, "No reasons are demanded in this case.")
}
