//! Imposing a restriction, deciding about rescue centres, and lifting it. Whatever changes what may go
//! out writes a new version of every live permit, so that everybody who was told is told anew, or
//! nothing more; ended permits that rescue centres still get are told of again.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    model::{Ground, RescueDecision, Step},
    store::{self, New},
};
use crate::{
    app::App,
    database::Tx,
    delivery::{event::EventKind, outbox},
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    party::{self, model::Party},
    permit::{self, model::Permit},
    register::lease,
    task::{self, TaskKind, store::Task},
    values::ids::{PartyId, PermitId},
};

/// Restricts the processing of a person's data. When it answers, no process shows the person.
///
/// # Errors
/// 404 without such a party, 409 when it is restricted already, 422 for an organisation, 403 for
/// oneself.
pub async fn restrict(
    app: &App,
    caller: &Caller,
    party: PartyId,
    (ground, reason): (Ground, &str),
) -> Result<Uuid, Failure> {
    party::store::find(app.db().read(), party).await?.ok_or_else(Failure::not_found)?;
    party::actions::refuse_own(app, caller, party).await?;
    let restriction = app
        .db()
        .write(|tx| async move {
            let mut party = party::store::lock(&tx, party).await?;
            if !party.is_person() {
                let detail = "Processing is restricted for persons; this is an organisation.";
                return Err(Failure::new(Problem::ConditionsNotMet, detail));
            }
            if party.restricted {
                let detail = "The processing is restricted already.";
                return Err(Failure::new(Problem::IllegalTransition, detail));
            }
            (party.restricted, party.rescue_stopped) = (true, false);
            let restriction =
                note(app, &tx, (None, party.id), Step::Restricted(ground), (reason, None), caller)
                    .await?;
            let live = tell(app, &tx, party, caller).await?;
            if let Some(permit) =
                live.iter().find(|permit| outbox::tells_rescue_centres(permit.kind))
            {
                task::store::open(&tx, TaskKind::RestrictionDecision, permit.id).await?;
            }
            Ok(restriction)
        })
        .await?;
    lease::settle(app).await?;
    Ok(restriction)
}

/// Lifts a restriction, of which the person was told before (Article 18(3)).
///
/// # Errors
/// 404 without such a restriction, 409 when it is lifted already, 403 for oneself.
pub async fn lift(
    app: &App,
    caller: &Caller,
    restriction: Uuid,
    (informed_on, reason): (NaiveDate, &str),
) -> Result<(), Failure> {
    let steps = store::steps(app.db().read(), &[restriction]).await?;
    let party = PartyId(steps.first().ok_or_else(Failure::not_found)?.party_id);
    party::actions::refuse_own(app, caller, party).await?;
    app.db()
        .write(|tx| async move {
            let mut party = party::store::lock(&tx, party).await?;
            if store::open_of(&*tx, party.id).await? != Some(restriction) {
                let detail = "The restriction is lifted already.";
                return Err(Failure::new(Problem::IllegalTransition, detail));
            }
            (party.restricted, party.rescue_stopped) = (false, false);
            let of = (Some(restriction), party.id);
            note(app, &tx, of, Step::Lifted, (reason, Some(informed_on)), caller).await?;
            let id = party.id;
            tell(app, &tx, party, caller).await?;
            task::store::complete_all(&tx, TaskKind::RestrictionDecision, id, &caller.subject).await
        })
        .await
}

/// Carries out what a caseworker decides about rescue centres, and ends the task.
///
/// # Errors
/// 404 without such a task, 403 for oneself or another kind of permit, 409 when it is no such task or
/// is done, 412 when it changed.
pub async fn decide(
    app: &App,
    caller: &Caller,
    (task, version): (Uuid, i32),
    (decision, reason): (RescueDecision, &str),
) -> Result<Task, Failure> {
    let known = task::store::find(app.db().read(), task).await?;
    if known.kind != TaskKind::RestrictionDecision.code() {
        let detail = "There is nothing to decide in this task; say that it is done.";
        return Err(Failure::new(Problem::IllegalTransition, detail));
    }
    let permit = PermitId(known.permit_id);
    let permit = permit::store::find(app.db().read(), Sight::All, permit).await?;
    caller.needs_kind(permit.kind)?;
    party::actions::refuse_own(app, caller, permit.holder).await?;
    app.db()
        .write(|tx| {
            let holder = permit.holder;
            async move {
                let mut party = party::store::lock(&tx, holder).await?;
                let task = task::store::complete(&tx, task, version, &caller.subject).await?;
                let open = store::open_of(&*tx, holder).await?.ok_or_else(|| {
                    let detail = "The restriction was lifted; there is nothing to decide any more.";
                    Failure::new(Problem::IllegalTransition, detail)
                })?;
                let of = (Some(open), holder);
                note(app, &tx, of, Step::Decided(decision), (reason, None), caller).await?;
                let stops = decision == RescueDecision::Stop;
                if party.rescue_stopped != stops {
                    party.rescue_stopped = stops;
                    tell(app, &tx, party, caller).await?;
                }
                task::store::complete_all(
                    &tx,
                    TaskKind::RestrictionDecision,
                    holder,
                    &caller.subject,
                )
                .await?;
                Ok(task)
            }
        })
        .await
}

async fn note(
    app: &App,
    tx: &Tx,
    (restriction, party): (Option<Uuid>, PartyId),
    step: Step,
    (reason, informed_on): (&str, Option<NaiveDate>),
    caller: &Caller,
) -> Result<Uuid, Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), party).await?;
    let actor = &caller.subject;
    store::insert(tx, &key, New { restriction, party, step, reason, informed_on, actor }).await
}

/// Writes a changed party and tells of it; answers its live permits.
async fn tell(app: &App, tx: &Tx, party: Party, caller: &Caller) -> Result<Vec<Permit>, Failure> {
    let id = party.id;
    party::actions::save(app, tx, party, None, &caller.subject).await?;
    for ended in permit::store::ended_of_holder(&**tx, id).await? {
        if outbox::tells_rescue_centres(ended.kind) {
            outbox::enqueue(tx, EventKind::Amended, &ended).await?;
        }
    }
    permit::store::live_of_holder(&**tx, id).await
}
