//! An appeal in a case comes in: sent by a party, or registered for one. What becomes of it is in `../actions.rs`.

use chrono::{DateTime, NaiveDate, Utc};

use super::body_on;
use crate::{
    app::App,
    appeal::{
        model::Appeal,
        receive::{Against, Lodging, receive},
        rules, store,
    },
    case::{
        actions::{locked, not_party, save},
        lifecycle::{IllegalTransition, Step},
        store::{self as case_store, Case},
    },
    database::{Connection, Tx},
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    keys::DataKey,
    letter::{self, actions::appeal_period},
    party,
    values::{
        calendar::oslo_date,
        ids::{CaseId, PartyId},
    },
};

/// Takes an appeal of a party to a case: who applied, or who accepted to receive the permit.
///
/// # Errors
/// 404, 412 or 409 as every step; 422 when there is no appeal against the decision, or when it is late and
/// no reason is given.
pub async fn lodge(
    app: &App,
    caller: &Caller,
    sight: Sight,
    id: CaseId,
    version: i32,
    lodging: &Lodging<'_>,
) -> Result<(Case, Appeal), Failure> {
    lodge_with(app, caller, (sight, id), version, lodging, |_| async { Ok(()) }).await
}

/// As [`lodge`], with something that is written in the same commit once the appeal is.
///
/// # Errors
/// As [`lodge`]; what `more` answers.
pub async fn lodge_with<F, Fut>(
    app: &App,
    caller: &Caller,
    (sight, id): (Sight, CaseId),
    version: i32,
    lodging: &Lodging<'_>,
    more: F,
) -> Result<(Case, Appeal), Failure>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let more = &more;
    app.db()
        .write(|tx| async move {
            let case = case_store::lock_of_party(&tx, sight, id).await?;
            if case.version != version {
                return Err(Failure::stale());
            }
            let appellant = match sight {
                Sight::Party(party) => party,
                Sight::All | Sight::Kinds(_) | Sight::Nothing => case.applicant,
            };
            let by = (caller.subject.as_str(), appellant);
            let taken = take(app, &tx, by, case, lodging, None).await?;
            more(tx.clone()).await?;
            Ok(taken)
        })
        .await
}

/// Takes an appeal that came on paper, for the applicant. The period is reckoned from the day it came in.
///
/// # Errors
/// As [`lodge`]; 403 for a caseworker who is party or may not decide the kind; 422 for a day before the decision,
/// or one that has not come.
pub async fn register(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    lodging: &Lodging<'_>,
    received_on: NaiveDate,
) -> Result<(Case, Appeal), Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let case = locked(&tx, Sight::All, id, version).await?;
            let by = (caller.subject.as_str(), case.applicant);
            take(app, &tx, by, case, lodging, Some(received_on)).await
        })
        .await
}

/// Takes an appeal into its locked case. Who else appeals goes on as it was.
async fn take(
    app: &App,
    tx: &Tx,
    (by, appellant): (&str, PartyId),
    mut case: Case,
    lodging: &Lodging<'_>,
    received_on: Option<NaiveDate>,
) -> Result<(Case, Appeal), Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    let earlier = store::of_case(&**tx, &key, case.id).await?;
    let against = decision_against(tx, &key, &case, &earlier, appellant).await?;
    case.status = case.status.after(Step::Appeal)?;
    let appeal = receive(tx, &key, by, against, lodging, received_on).await?;
    Ok((save(tx, case).await?, appeal))
}

/// Whether a party to a case may appeal in it now, in time or late.
///
/// # Errors
/// When the database does not answer.
pub async fn may_appeal(app: &App, case: &Case, party: PartyId) -> Result<bool, Failure> {
    if case.status.after(Step::Appeal).is_err() {
        return Ok(false);
    }
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let Some(decided_at) = decided_at(connection, &key, case).await? else { return Ok(false) };
    let earlier = store::of_case(connection, &key, case.id).await?;
    Ok(rules::against(case.status, &earlier, named(case, party), decided_at).is_ok())
}

/// An appellant as the appeal names them: nobody for the party the case is of.
fn named(case: &Case, appellant: PartyId) -> Option<PartyId> {
    Some(appellant).filter(|party| *party != case.applicant)
}

/// When the last decision of a case was made.
async fn decided_at(
    connection: &impl Connection,
    key: &DataKey,
    case: &Case,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let decision = case_store::decision_of(connection, key, case.id).await?;
    Ok(decision.map(|decision| decision.decided_at).or(case.decided_at))
}

/// What an appeal in a case is against: its decision, or what the authority decided in an appeal before it. The period is
/// that of the letter to whoever appeals.
async fn decision_against(
    tx: &Tx,
    key: &DataKey,
    case: &Case,
    earlier: &[Appeal],
    appellant: PartyId,
) -> Result<Against, Failure> {
    let no_decision = IllegalTransition { from: case.status, attempted: Step::Appeal };
    let decided_at = decided_at(&**tx, key, case).await?.ok_or(no_decision)?;
    let appellant_named = named(case, appellant);
    let decided_at =
        rules::against(case.status, earlier, appellant_named, decided_at)?.unwrap_or(decided_at);
    let letter = letter::store::latest_appealable(&**tx, case.id, appellant).await?;
    if letter.is_none() && body_on(tx, key, case, oslo_date(decided_at)).await?.is_none() {
        return Err(Failure::new(
            Problem::ConditionsNotMet,
            "There is no appeal against this decision.",
        ));
    }
    Ok(Against {
        subject: case.id,
        outcome: case.outcome.clone().unwrap_or_default(),
        journal: case.id,
        decided_at,
        appellant: appellant_named,
        period: letter.as_ref().map(appeal_period).transpose()?.flatten(),
    })
}
