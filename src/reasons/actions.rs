//! Demanding reasons, and giving them. Each is one transaction.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    model::Request,
    rules::{self, NoDemand},
    store,
};
use crate::{
    app::App,
    case::{
        actions::{letters, locked, not_party, on_behalf, save},
        model::Channel,
        store::{self as case_store, Case},
    },
    database::{Connection, Tx},
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    journal::{self, Direction},
    keys::DataKey,
    letter::{self, actions::appeal_period},
    party,
    values::{
        calendar::oslo_date,
        deadline::{Deadline, Timer, deadline},
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
            let received_at = on_behalf::received_at(received_on, tx.now())?.unwrap_or(tx.now());
            let decided_on = case.decided_at.map(oslo_date);
            if decided_on.is_some_and(|decided| oslo_date(received_at) < decided) {
                let detail = "Give the day it came in: from the day of the decision until today.";
                return Err(Failure::at("/receivedOn", "range", detail));
            }
            let received_at = case.decided_at.map_or(received_at, |at| at.max(received_at));
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
    let decided_at = may_demand(&**tx, &key, &case, received_at).await??;
    let number = journal::next_number(tx, case.id).await?;
    let place = (case.id, number);
    journal::add_document(tx, place, Direction::In, title, &caller.subject, None).await?;
    let due_on = deadline(Timer::ReasonsAnswer, received_at)?.last_day;
    store::insert(tx, case.id, decided_at, number, (received_at, due_on)).await?;
    save(tx, case).await
}

/// When the decision was made that reasons may be demanded for at an instant; else why not.
///
/// # Errors
/// When the database does not answer, or no rule was in force.
pub async fn may_demand(
    connection: &impl Connection,
    key: &DataKey,
    case: &Case,
    at: DateTime<Utc>,
) -> Result<Result<DateTime<Utc>, NoDemand>, Failure> {
    let decision = case_store::decision_of(connection, key, case.id).await?;
    let requests = store::of_case(connection, key, case.id).await?;
    let period = period_of(connection, case).await?;
    let allowed = rules::may_demand(case.status, decision.as_ref(), period, &requests, at);
    Ok(allowed.and_then(|()| decision.map(|made| made.decided_at).ok_or(NoDemand::NotGranted)))
}

async fn period_of(connection: &impl Connection, case: &Case) -> Result<Option<Deadline>, Failure> {
    match letter::store::latest_appealable(connection, case.id, case.applicant).await? {
        Some(letter) => appeal_period(&letter),
        None => Ok(None),
    }
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
            let request = open(&*tx, &key, id).await?.ok_or_else(none_waits)?;
            let decision = case_store::decision_of(&*tx, &key, id).await?.ok_or_else(none_waits)?;
            letters::reasons(app, &tx, &case, caller, &decision, text).await?;
            store::give(&tx, &key, &request, &caller.subject, text).await?;
            save(&tx, case).await
        })
        .await
}

/// The demand in a case that nobody has answered.
///
/// # Errors
/// When the database does not answer.
pub async fn open(
    connection: &impl Connection,
    key: &DataKey,
    case: CaseId,
) -> Result<Option<Request>, Failure> {
    let requests = store::of_case(connection, key, case).await?;
    Ok(requests.into_iter().find(|one| one.given.is_none()))
}

fn none_waits() -> Failure {
    Failure::new(Problem::IllegalTransition, "No reasons are demanded in this case.")
}
