//! What an appeal does to a case and its permit. How an appeal is weighed is not decided here.

use super::{
    super::{
        lifecycle::{Status, Step},
        model::{Purpose, Ruling},
        store::{self, Case, Decision},
    },
    carry_out::{self, Parties},
    check_conditions,
    decide::decide_in,
    facts::use_exam_again,
    life,
    permit_ended::close_considered,
    revival, save,
};
use crate::{
    app::App,
    database::Tx,
    failure::Failure,
    identity::Sight,
    letter::model::AppealEffect,
    party::{self, model::Party},
    permit::{
        self,
        actions::{
            StateStep,
            amend::{
                Amendment, amend,
                take_back::{Changed, revive, take_back},
            },
            restore::{PREVENTED_BY, restore},
            take,
        },
        kind,
        lifecycle::Status as PermitStatus,
        model::Permit,
    },
    values::{calendar::oslo_date, deadline::deadline},
};

/// A decision that is changed after an appeal.
pub(crate) struct Reversal<'a> {
    /// Grounds.
    pub grounds: &'a str,
    /// Conditions that hold from now on, where they are what is changed.
    pub conditions: Option<&'a [String]>,
    /// The decision falls away as a whole.
    pub is_whole: bool,
    /// Who decides.
    pub actor: &'a str,
}

/// What followed.
pub(crate) struct Followed {
    /// The case as it stands.
    pub case: Case,
    /// The permit as it stands.
    pub permit: Option<Permit>,
    /// What that means for the holder.
    pub effect: AppealEffect,
}

/// The decision stands, and the case is where its appeals leave it. A decision that waited for them is carried out now, with
/// these grounds and by this caseworker.
///
/// # Errors
/// 412 when the case was changed in between.
pub(crate) async fn stand(
    app: &App,
    tx: &Tx,
    case: Case,
    waited: Option<(&str, &str)>,
) -> Result<Followed, Failure> {
    if let Some((grounds, actor)) = waited {
        carry_out_again(app, tx, &case, grounds, actor).await?;
    }
    let case = save(tx, case).await?;
    Ok(Followed { case, permit: None, effect: AppealEffect::None })
}

/// What the authority did to a permit waits until the appeal is decided: the permit is in force meanwhile. A refusal gives
/// nothing by waiting, and the conditions of a grant stay what they are.
///
/// # Errors
/// 409 when the permit cannot be had any more.
pub(crate) async fn wait(
    app: &App,
    tx: &Tx,
    case: &Case,
    grounds: &str,
    actor: &str,
) -> Result<Option<Permit>, Failure> {
    if !matches!(case.purpose, Purpose::Suspension | Purpose::Revocation) {
        return Ok(None);
    }
    let (permit, effect) = in_force_again(app, tx, case, grounds, actor).await?;
    Ok(Some(permit).filter(|_| effect == AppealEffect::Restored))
}

/// What waited is done again, unless the permit has ended or been suspended meanwhile.
async fn carry_out_again(
    app: &App,
    tx: &Tx,
    case: &Case,
    grounds: &str,
    actor: &str,
) -> Result<(), Failure> {
    let step = match case.purpose {
        Purpose::Suspension => StateStep::Suspend(grounds),
        Purpose::Revocation => StateStep::Revoke(grounds),
        _ => return Ok(()),
    };
    let permit = permit::store::lock(tx, Sight::All, life::about(case)?).await?;
    if permit.status.after(step.step()).is_ok() {
        take(app, tx, permit, step, actor).await?;
        close_considered(app, tx, case.applicant).await?;
    }
    Ok(())
}

/// Changes the decision of a locked case with locked parties, and carries it out.
///
/// # Errors
/// 409 when no appeal waits or a permit that was refused cannot be had any more; 422 when it must be said which
/// conditions hold from now on.
pub(crate) async fn reverse(
    app: &App,
    tx: &Tx,
    case: Case,
    parties: (Party, Option<Party>),
    reversal: &Reversal<'_>,
) -> Result<Followed, Failure> {
    let decided = case.outcome.as_deref().and_then(Status::from_code);
    match (case.purpose, decided) {
        (Purpose::Suspension | Purpose::Revocation, _) => {
            return Box::pin(undo(app, tx, case, reversal)).await;
        }
        (_, Some(Status::Dismissed)) => return take_up(app, tx, case, &parties.0).await,
        _ => {}
    }
    if let Some(permit) = ended(tx, &case).await? {
        return Box::pin(after_end(app, tx, case, parties, permit, reversal)).await;
    }
    if decided == Some(Status::Refused) {
        return Box::pin(grant(app, tx, case, parties, reversal)).await;
    }
    if reversal.is_whole
        && let Some(changed) = change_of(app, tx, &case).await?
    {
        let part = Box::pin(give_back(app, tx, case.clone(), &changed, reversal));
        if let Some(followed) = tx.unless(&PREVENTED_BY, part).await? {
            return Ok(followed);
        }
        let permit = permit::store::lock(tx, Sight::All, life::about(&case)?).await?;
        return without_effect(tx, case, permit, AppealEffect::NotTakenBack).await;
    }
    set_conditions(app, tx, case, reversal).await
}

/// The permit a case is about, locked, where it has ended.
async fn ended(tx: &Tx, case: &Case) -> Result<Option<Permit>, Failure> {
    let Some(id) = case.permit else { return Ok(None) };
    let permit = permit::store::lock(tx, Sight::All, id).await?;
    Ok(Some(permit).filter(|permit| !permit.status.is_live()))
}

/// What the permit of a case said before its decision and what that made of it, where it is kept.
async fn change_of(app: &App, tx: &Tx, case: &Case) -> Result<Option<Changed>, Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    let changed = store::change_of(&**tx, &key, case.id).await?;
    changed.map(serde_json::from_value).transpose().map_err(Failure::internal)
}

/// A permit that has ended is in force again where it ran out by the decision that is changed, unless something prevents that.
/// What was decided about the appeal stands in any case.
async fn after_end(
    app: &App,
    tx: &Tx,
    case: Case,
    parties: (Party, Option<Party>),
    permit: Permit,
    reversal: &Reversal<'_>,
) -> Result<Followed, Failure> {
    let part = in_force_anew(app, tx, case.clone(), parties, &permit, reversal);
    let effect = match tx.unless(&PREVENTED_BY, part).await? {
        Some(Some(followed)) => return Ok(followed),
        Some(None) => AppealEffect::Ended,
        None => AppealEffect::Prevented,
    };
    without_effect(tx, case, permit, effect).await
}

/// What is decided now had the permit running still; nothing where something else has ended it.
async fn in_force_anew(
    app: &App,
    tx: &Tx,
    case: Case,
    parties: (Party, Option<Party>),
    permit: &Permit,
    reversal: &Reversal<'_>,
) -> Result<Option<Followed>, Failure> {
    if case.outcome.as_deref() == Some(Status::Refused.code()) {
        let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
        let application = case.application(&key)?;
        let asked = (&application, parties.0.is_person());
        if revival::days(tx, &key, &case, permit, asked).await?.is_none() {
            return Ok(None);
        }
        let followed = grant(app, tx, case, parties, reversal).await?;
        return Ok(Some(Followed { effect: AppealEffect::Restored, ..followed }));
    }
    let today = oslo_date(tx.now());
    let changed = if reversal.is_whole { change_of(app, tx, &case).await? } else { None };
    match changed.filter(|changed| revival::ran_out_by(permit, changed, today)) {
        Some(changed) => give_back(app, tx, case, &changed, reversal).await.map(Some),
        None => Ok(None),
    }
}

/// What was decided about the appeal stands, and nothing about the permit changes: something prevents that, or has ended it.
async fn without_effect(
    tx: &Tx,
    mut case: Case,
    permit: Permit,
    effect: AppealEffect,
) -> Result<Followed, Failure> {
    case.status = case.status.after(Step::Reverse)?;
    let case = save(tx, case).await?;
    Ok(Followed { case, permit: Some(permit), effect })
}

/// A permit that the authority amended of its own motion says again what it said before; one that ran out by that is in force.
async fn give_back(
    app: &App,
    tx: &Tx,
    mut case: Case,
    changed: &Changed,
    reversal: &Reversal<'_>,
) -> Result<Followed, Failure> {
    let conditions = reversal.conditions;
    check_conditions(kind::any(case.kind), conditions.unwrap_or_default())?;
    case.status = case.status.after(Step::Reverse)?;
    let permit = permit::store::lock(tx, Sight::All, life::about(&case)?).await?;
    let permit = if permit.status == PermitStatus::Expired {
        let by = (reversal.grounds, reversal.actor);
        let permit = revive(app, tx, permit, changed, conditions, by).await?;
        revival::with_suspension(app, tx, permit, reversal.actor).await?
    } else {
        take_back(app, tx, permit, changed, conditions, reversal.actor).await?
    };
    case.call_sign = permit.call_sign.map(|sign| sign.to_string());
    let case = save(tx, case).await?;
    Ok(Followed { case, permit: Some(permit), effect: AppealEffect::TakenBack })
}

/// A permit that was suspended or revoked is in force again, unless it has been meanwhile.
async fn undo(
    app: &App,
    tx: &Tx,
    mut case: Case,
    reversal: &Reversal<'_>,
) -> Result<Followed, Failure> {
    case.status = case.status.after(Step::Reverse)?;
    let Reversal { grounds, actor, .. } = *reversal;
    let part = in_force_again(app, tx, &case, grounds, actor);
    let (permit, effect) = match tx.unless(&PREVENTED_BY, part).await? {
        Some(done) => done,
        None => {
            let permit = permit::store::lock(tx, Sight::All, life::about(&case)?).await?;
            (permit, AppealEffect::Prevented)
        }
    };
    let case = save(tx, case).await?;
    Ok(Followed { case, permit: Some(permit), effect })
}

/// Takes back what a case did to its permit, as far as that still holds.
async fn in_force_again(
    app: &App,
    tx: &Tx,
    case: &Case,
    grounds: &str,
    actor: &str,
) -> Result<(Permit, AppealEffect), Failure> {
    let permit = permit::store::lock(tx, Sight::All, life::about(case)?).await?;
    Ok(match (case.purpose, permit.status) {
        (Purpose::Revocation, PermitStatus::Revoked)
            // it would have run out by now all the same
            if !permit.validity.has_ended(oslo_date(tx.now())) =>
        {
            let permit = restore(app, tx, permit, grounds, actor).await?;
            let permit = revival::with_suspension(app, tx, permit, actor).await?;
            (permit, AppealEffect::Restored)
        }
        (Purpose::Suspension, PermitStatus::Suspended) => {
            let step = StateStep::Reinstate(grounds);
            (take(app, tx, permit, step, actor).await?, AppealEffect::Restored)
        }
        (_, status) if !status.is_live() => (permit, AppealEffect::Ended),
        _ => (permit, AppealEffect::None),
    })
}

/// What was refused is granted.
async fn grant(
    app: &App,
    tx: &Tx,
    case: Case,
    (holder, receiver): (Party, Option<Party>),
    reversal: &Reversal<'_>,
) -> Result<Followed, Failure> {
    let any = kind::any(case.kind);
    let conditions = reversal.conditions.unwrap_or_default().to_vec();
    check_conditions(any, &conditions)?;
    let key = party::store::data_key(&**tx, &app.keys(), holder.id).await?;
    let application = case.application(&key)?;
    let decision = Decision {
        outcome: Status::Granted.code().to_owned(),
        grounds: reversal.grounds.to_owned(),
        conditions,
        legal_basis: any.legal_basis(oslo_date(tx.now())).to_owned(),
        decided_by: reversal.actor.to_owned(),
        decided_at: tx.now(),
    };
    let (case, permit) = if case.purpose == Purpose::New {
        let parsed = any.parse(&application, holder.is_person())?;
        use_exam_again(app, tx, &case, &holder, &parsed).await?;
        let ruling = Ruling { step: Step::Reverse, ..Ruling::grant() };
        decide_in(app, tx, case, &holder, &parsed, &decision, &ruling).await?
    } else {
        let parties = Parties { holder, receiver };
        carry_out::decide(app, tx, case, parties, &application, &decision, Step::Reverse).await?
    };
    Ok(Followed { case, permit, effect: AppealEffect::Granted })
}

/// Other conditions for a permit that was granted.
async fn set_conditions(
    app: &App,
    tx: &Tx,
    mut case: Case,
    reversal: &Reversal<'_>,
) -> Result<Followed, Failure> {
    let Some(conditions) = reversal.conditions else {
        return Err(Failure::at(
            "/conditions",
            "missing",
            "The permit was granted: say which conditions hold from now on, or send an empty list for none.",
        ));
    };
    check_conditions(kind::any(case.kind), conditions)?;
    case.status = case.status.after(Step::Reverse)?;
    let permit = permit::store::lock(tx, Sight::All, life::about(&case)?).await?;
    let amendment = Amendment { conditions: Some(conditions.to_vec()), ..Amendment::default() };
    let permit = amend(app, tx, permit, amendment, reversal.actor).await?;
    let case = save(tx, case).await?;
    Ok(Followed { case, permit: Some(permit), effect: AppealEffect::Conditions })
}

/// The application is taken up again: a new decision follows, within a time limit that begins now.
///
/// # Errors
/// 409 when no appeal waits, or when there is no application to decide.
pub(crate) async fn take_up(
    app: &App,
    tx: &Tx,
    mut case: Case,
    applicant: &Party,
) -> Result<Followed, Failure> {
    let decided = case.outcome.as_deref().and_then(Status::from_code);
    if !matches!(decided, Some(Status::Refused | Status::Dismissed)) {
        return Err(carry_out::refused(
            "Only an application that was refused or dismissed can be taken up again. Say how the decision is changed.",
        ));
    }
    case.status = case.status.after(Step::TakeUp)?;
    case.outcome = None;
    case.decided_at = None;
    case.due_on = deadline(case.timer, tx.now())?.last_day;
    let any = kind::any(case.kind);
    if case.purpose == Purpose::New {
        let key = party::store::data_key(&**tx, &app.keys(), applicant.id).await?;
        let parsed = any.parse(&case.application(&key)?, applicant.is_person())?;
        kind::claims::hold(tx, case.kind, &parsed.details, case.id, case.permit, case.due_on)
            .await?;
        use_exam_again(app, tx, &case, applicant, &parsed).await?;
    }
    let case = save(tx, case).await?;
    Ok(Followed { case, permit: None, effect: AppealEffect::TakenUp })
}
