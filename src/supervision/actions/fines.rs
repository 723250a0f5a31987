//! Coercive fines: one proposes, another signs or sends back. The respondent hears of a fine when it is signed.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Doing, decision, letters, may_act};
use crate::{
    app::App,
    appeal::{self, model::Appeal},
    database::Tx,
    failure::{Failure, FieldErrors, Problem},
    identity::{Caller, Role},
    journal::{self, Direction},
    supervision::{
        lifecycle::Step,
        model::{Act, Case, Deed, FineTerms, Standing},
        rules::{self, FineFlaw},
        store,
    },
    values::{calendar::oslo_date, ids::CaseId},
};

/// Proposes a fine.
///
/// # Errors
/// 404, 412, 409 as every step; 422 for terms that cannot be, and while the time of the order is not over; 403 for
/// the respondent.
pub async fn propose(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    (terms, grounds): (FineTerms, &str),
) -> Result<Case, Failure> {
    may_act(app, caller, id).await?;
    app.db()
        .write(|tx| async move {
            let mut doing = Doing::new(app, &tx, id, version).await?;
            let before = doing.case.status;
            doing.step(Step::Fine, "fined")?;
            // the state changes when it is signed
            doing.case.status = before;
            let today = oslo_date(tx.now());
            check(&terms, today)?;
            order_not_done(&doing.acts, today)?;
            order_does_not_wait(&tx, &doing).await?;
            let deed = Deed::CoerciveFine { terms, grounds: grounds.to_owned() };
            let mut act = doing.act(&tx, caller, deed, Some(terms.from));
            act.standing = Standing::Proposed;
            store::add_act(&tx, &doing.key, &act).await?;
            let title = "Coercive fine proposed";
            journal::add(&tx, id, Direction::Internal, title, &caller.subject).await?;
            store::save(&tx, doing.case).await
        })
        .await
}

/// An order that waits until the appeal against it is decided need not be carried out meanwhile.
async fn order_does_not_wait(tx: &Tx, doing: &Doing) -> Result<(), Failure> {
    let Some(order) = rules::order_in_force(&doing.acts) else { return Ok(()) };
    let appeals = appeal::store::of_case(&**tx, &doing.key, CaseId(order.id)).await?;
    if appeals.iter().any(Appeal::is_deferred) {
        return Err(Failure::new(
            Problem::ConditionsNotMet,
            "The order waits until the appeal against it is decided, so no fine is set for breaking it.",
        ));
    }
    Ok(())
}

fn check(terms: &FineTerms, today: NaiveDate) -> Result<(), Failure> {
    let mut errors = FieldErrors::new();
    for flaw in rules::flaws_of(terms, today) {
        match flaw {
            FineFlaw::Amount => {
                errors.add("/amountOre", "range", "Give between 1 and 1000000000 øre.");
            }
            FineFlaw::Maximum => {
                errors.add("/maximumOre", "range", "Give at least the amount of one day.");
            }
            FineFlaw::MaximumOfOneOff => errors.add(
                "/maximumOre",
                "not-applicable",
                "A fine that falls due once has no maximum beside its amount. Leave it out.",
            ),
            FineFlaw::TooLate => {
                errors.add("/runsFrom", "too-late", "Give a day within five years.");
            }
            FineFlaw::TooSoon(earliest) => errors.add(
                "/runsFrom",
                "too-soon",
                format!("The appeal period comes first. Give {earliest} or a later day."),
            ),
        }
    }
    errors.finish(Some(()))
}

/// The order that was not carried out; its time must be over.
fn order_not_done(acts: &[Act], today: NaiveDate) -> Result<NaiveDate, Failure> {
    let order = rules::order_in_force(acts).ok_or_else(|| {
        Failure::new(
            Problem::ConditionsNotMet,
            "There is no order in force that could be enforced.",
        )
    })?;
    if order.due_on.is_none_or(|due| due >= today) {
        return Err(Failure::new(
            Problem::ConditionsNotMet,
            "The respondent still has time to carry out the order.",
        ));
    }
    Ok(order.decided_at.map_or(today, oslo_date))
}

fn waiting(acts: &[Act], id: Uuid) -> Result<Act, Failure> {
    let act = decision(acts, id)?;
    if act.standing == Standing::Proposed {
        return Ok(act);
    }
    Err(Failure::new(
        Problem::IllegalTransition,
        "This fine does not wait for a signature. Read the case again.",
    ))
}

/// Signs a proposed fine, which sets it; the respondent is written to.
///
/// # Errors
/// 403 for the respondent, for whoever proposed it and for anybody but a supervisor; 404, 412 or 409 as every step;
/// 422 when the day it runs from has come meanwhile.
pub async fn sign(app: &App, caller: &Caller, fine: Uuid, version: i32) -> Result<Case, Failure> {
    let id = store::case_of(app.db().read(), fine).await?;
    may_act(app, caller, id).await?;
    if !caller.is(Role::Supervisor) {
        return Err(Failure::new(Problem::NotAllowed, "The second signature is a supervisor's."));
    }
    app.db()
        .write(|tx| async move {
            let mut doing = Doing::new(app, &tx, id, version).await?;
            let mut act = waiting(&doing.acts, fine)?;
            if act.actor == caller.subject {
                return Err(Failure::new(
                    Problem::Disqualified,
                    "You have proposed this fine, so somebody else must sign it.",
                ));
            }
            doing.step(Step::Fine, "fined")?;
            let Deed::CoerciveFine { terms, grounds } = act.deed.clone() else {
                return Err(Failure::not_found());
            };
            let today = oslo_date(tx.now());
            if terms.from < rules::fine::earliest(today) {
                return Err(Failure::new(
                    Problem::ConditionsNotMet,
                    "The fine would run before the time for an appeal is over. Send it back and propose it \
                     anew.",
                ));
            }
            let ordered_on = order_not_done(&doing.acts, today)?;
            order_does_not_wait(&tx, &doing).await?;
            let party = doing.respondent()?;
            act.standing = Standing::InForce;
            act.signed_by = Some(caller.subject.clone());
            act.decided_at = Some(tx.now());
            let to = letters::To { app, tx: &tx, case: &doing.case, party, caller };
            act.letter = Some(letters::fine(&to, &terms, &grounds, ordered_on).await?);
            store::save_act(&tx, &act).await?;
            doing.case.due_on = Some(terms.from);
            store::save(&tx, doing.case).await
        })
        .await
}

/// Sends a proposed fine back, with a note why.
///
/// # Errors
/// As [`sign`], but whoever proposed it may take it back, and any caseworker may send it back.
pub async fn send_back(
    app: &App,
    caller: &Caller,
    fine: Uuid,
    version: i32,
    why: &str,
) -> Result<Case, Failure> {
    let id = store::case_of(app.db().read(), fine).await?;
    may_act(app, caller, id).await?;
    app.db()
        .write(|tx| async move {
            let doing = Doing::new(app, &tx, id, version).await?;
            let mut act = waiting(&doing.acts, fine)?;
            act.standing = Standing::SentBack;
            store::save_act(&tx, &act).await?;
            let deed = Deed::Remark { from_respondent: false, text: why.to_owned() };
            let note = doing.act(&tx, caller, deed, None);
            store::add_act(&tx, &doing.key, &note).await?;
            let title = "Proposed coercive fine sent back";
            journal::add(&tx, id, Direction::Internal, title, &caller.subject).await?;
            store::save(&tx, doing.case).await
        })
        .await
}
