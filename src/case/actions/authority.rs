//! What the authority does to a permit of its own motion: amending, another call sign, suspending, reinstating, revoking. Each is
//! a case that begins with its decision, or with the notice that the holder was given of it (`hearing.rs`), so that
//! they are written to, can read the grounds and appeal, and the journal has it.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    super::{
        lifecycle::{Status, Step},
        model::{OWN_MOTION, Purpose, Ruling, WithoutNotice},
        signing,
        store::{self, Case, Decision},
    },
    carry_out, check_conditions,
    decide::conclude,
    hearing,
    life::{self, Opening},
    permit_ended::close_considered,
    sign,
};
use crate::{
    app::App,
    database::Tx,
    failure::Failure,
    identity::{Caller, Sight},
    keys::DataKey,
    party::{self, model::Party},
    permit::{
        self,
        actions::{
            self as permit_actions, StateStep,
            amend::{
                Amendment, amend as amend_permit,
                take_back::{Changed, Said},
            },
        },
        kind::{self, amateur::actions as amateur},
        model::Permit,
    },
    values::{
        calendar::oslo_date,
        ids::{CaseId, PermitId},
        validity::Validity,
    },
};

/// What the authority changes, and why.
#[derive(Clone)]
pub struct Change {
    /// Grounds (forvaltningsloven § 25).
    pub grounds: String,
    /// A whole application that the permit shall say from now on.
    pub application: Option<Value>,
    /// Conditions set for this permit, in place of those before.
    pub conditions: Option<Vec<String>>,
    /// Day after the last.
    pub valid_until: Option<NaiveDate>,
    /// All of it but the grounds, as it was sent, for the case.
    pub sent: Value,
}

/// Amends a permit at once. What it said before is kept with the decision, should an appeal have that taken back.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404, 412 or 409 as every step; 409 while the
/// holder has not been heard and no exception is named; 422 when application or end are not acceptable.
pub async fn amend(
    app: &App,
    caller: &Caller,
    id: PermitId,
    version: i32,
    change: &Change,
    without: Option<WithoutNotice>,
) -> Result<Permit, Failure> {
    app.db()
        .write(|tx| async move {
            let (permit, holder) = locked(app, &tx, caller, id, version).await?;
            let before = Said::by(&permit);
            let key = party::store::data_key(&*tx, &app.keys(), holder.id).await?;
            let any = kind::any(permit.kind);
            check_conditions(any, change.conditions.as_deref().unwrap_or_default())?;
            let heard = hearing::heard(app, &tx, &permit, Purpose::Amendment, without).await?;
            let what = (Purpose::Amendment, &change.sent);
            let case = deciding(app, &tx, caller, (&permit, &holder), heard, what).await?;
            let why = (change.grounds.as_str(), without);
            let grounds = hearing::reasoned(&tx, caller, (&case, &holder), why).await?;
            let amendment = Amendment {
                conditions: change.conditions.clone(),
                validity: validity(&permit, change.valid_until, oslo_date(tx.now()))?,
                is_own_motion: true,
                ..Amendment::default()
            };
            let actor = &caller.subject;
            let permit = match &change.application {
                Some(application) => {
                    let parsed = any.read(application, holder.is_person(), "/application")?;
                    carry_out::replace(app, &tx, permit, holder, parsed, amendment, actor).await?
                }
                None => amend_permit(app, &tx, permit, amendment, actor).await?,
            };
            let conditions = permit.conditions.clone();
            let basis = any.legal_basis(oslo_date(tx.now()));
            let decision = decision(&tx, caller, &grounds, conditions, basis);
            let case = conclude(app, &tx, case, Some(permit.id), &decision).await?;
            keep(&tx, &key, case.id, (before, &permit)).await?;
            Ok(permit)
        })
        .await
}

/// Keeps with a decision what a permit said before it and what it says now, should an appeal have that taken back.
async fn keep(
    tx: &Tx,
    key: &DataKey,
    case: CaseId,
    (before, permit): (Said, &Permit),
) -> Result<(), Failure> {
    let changed = Changed { before, after: Said::by(permit) };
    let changed = serde_json::to_value(changed).map_err(Failure::internal)?;
    store::keep_change(tx, key, case, &changed).await
}

/// Gives the holder of a personal amateur licence another call sign, the next free one of the series, which costs nothing. The one
/// it had is kept with the decision, should an appeal have that taken back.
///
/// # Errors
/// As [`amend`], but 422 for anything else than a personal licence; 409 also when no sign is free.
pub async fn change_call_sign(
    app: &App,
    caller: &Caller,
    id: PermitId,
    version: i32,
    grounds: &str,
    without: Option<WithoutNotice>,
) -> Result<Permit, Failure> {
    app.db()
        .write(|tx| async move {
            let (permit, holder) = locked(app, &tx, caller, id, version).await?;
            amateur::of_own_sign(&permit)?;
            let heard = hearing::heard(app, &tx, &permit, Purpose::Amendment, without).await?;
            let (before, actor) = (Said::by(&permit), &caller.subject);
            let permit = amateur::change_call_sign(app, &tx, permit, grounds, actor).await?;
            let sign = permit.call_sign.map(|sign| sign.to_string());
            let sent = json!({ "callSign": sign });
            let (about, what) = ((&permit, &holder), (Purpose::Amendment, &sent));
            let mut case = deciding(app, &tx, caller, about, heard, what).await?;
            case.call_sign = sign;
            let why = (grounds, without);
            let grounds = hearing::reasoned(&tx, caller, (&case, &holder), why).await?;
            let basis = kind::any(permit.kind).legal_basis(oslo_date(tx.now()));
            let decision = decision(&tx, caller, &grounds, permit.conditions.clone(), basis);
            let case = conclude(app, &tx, case, Some(permit.id), &decision).await?;
            let key = party::store::data_key(&*tx, &app.keys(), holder.id).await?;
            keep(&tx, &key, case.id, (before, &permit)).await?;
            Ok(permit)
        })
        .await
}

/// Lets a locked permit have other details, on the grounds of `change`, within the transaction of the
/// caller, who has weighed them: a case that begins with its decision.
///
/// # Errors
/// 409 when state or claims forbid it.
pub async fn amend_details(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    permit: Permit,
    details: Value,
    change: &Change,
    legal_basis: &str,
) -> Result<Permit, Failure> {
    let holder = party::store::lock(tx, permit.holder).await?;
    let what = (Purpose::Amendment, Status::Granted);
    let case = begun(app, tx, caller, (&permit, &holder), what, &change.sent).await?;
    let amendment = Amendment { details: Some(details), ..Amendment::default() };
    let permit = amend_permit(app, tx, permit, amendment, &caller.subject).await?;
    let decision = decision(tx, caller, &change.grounds, permit.conditions.clone(), legal_basis);
    conclude(app, tx, case, Some(permit.id), &decision).await?;
    Ok(permit)
}

/// The permit as the caller saw it and its holder, both locked, the holder first as in every step; for a
/// caseworker who may decide on it.
pub(super) async fn locked(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    id: PermitId,
    version: i32,
) -> Result<(Permit, Party), Failure> {
    let known = permit::store::find(&**tx, Sight::All, id).await?;
    caller.needs_kind(known.kind)?;
    party::actions::refuse_own(app, caller, known.holder).await?;
    let holder = party::store::lock(tx, known.holder).await?;
    let permit = permit::store::lock(tx, Sight::All, id).await?;
    if permit.version != version {
        return Err(Failure::stale());
    }
    Ok((permit, holder))
}

/// A case that the authority begins of its own motion.
pub(super) async fn begun(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    (permit, holder): (&Permit, &Party),
    (purpose, status): (Purpose, Status),
    sent: &Value,
) -> Result<Case, Failure> {
    let opening = Opening {
        purpose,
        status,
        receiver: None,
        application: sent,
        channel: OWN_MOTION,
        registered_by: Some(caller.subject.clone()),
    };
    life::open(app, tx, permit, holder, opening).await
}

/// The case that is decided now: the one in which the holder was heard, or one that begins with its decision.
async fn deciding(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    (permit, holder): (&Permit, &Party),
    heard: Option<Case>,
    (purpose, sent): (Purpose, &Value),
) -> Result<Case, Failure> {
    let Some(mut case) = heard else {
        let what = (purpose, Status::Granted);
        return begun(app, tx, caller, (permit, holder), what, sent).await;
    };
    case.status = case.status.after(Step::Grant)?;
    let key = party::store::data_key(&**tx, &app.keys(), holder.id).await?;
    case.set_application(&key, sent)?;
    Ok(case)
}

fn decision(
    tx: &Tx,
    caller: &Caller,
    grounds: &str,
    conditions: Vec<String>,
    legal_basis: &str,
) -> Decision {
    Decision {
        outcome: Status::Granted.code().to_owned(),
        grounds: grounds.to_owned(),
        conditions,
        legal_basis: legal_basis.to_owned(),
        decided_by: caller.subject.clone(),
        decided_at: tx.now(),
    }
}

/// What came of a step.
#[derive(Debug)]
pub enum Taken {
    /// It is done.
    Done(Box<Permit>),
    /// It waits for its second signature in this case; the permit stands as it did.
    Proposed(Box<Permit>, CaseId),
}

impl Taken {
    /// The permit as it stands.
    pub fn permit(&self) -> &Permit {
        match self {
            Taken::Done(permit) | Taken::Proposed(permit, _) => permit,
        }
    }
}

/// Suspends, reinstates or revokes a permit: at once, or when a second caseworker has signed where the kind
/// asks for that.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404, 412 or 409 as every step; 409 when the
/// same is proposed already, and while the holder of a permit that is to be suspended or revoked has not been heard
/// and no exception is named.
pub async fn take_step(
    app: &App,
    caller: &Caller,
    id: PermitId,
    version: i32,
    step: StateStep<'_>,
    without: Option<WithoutNotice>,
) -> Result<Taken, Failure> {
    let (purpose, grounds) = match step {
        StateStep::Suspend(grounds) => (Purpose::Suspension, grounds),
        StateStep::Reinstate(grounds) => (Purpose::Reinstatement, grounds),
        StateStep::Revoke(grounds) => (Purpose::Revocation, grounds),
        StateStep::Surrender(_) | StateStep::Expire => {
            return Err(Failure::internal("this step is no decision of the authority"));
        }
    };
    app.db()
        .write(|tx| async move {
            let (permit, holder) = locked(app, &tx, caller, id, version).await?;
            let today = oslo_date(tx.now());
            // nobody needs to be heard of what they are only given back
            let (heard, without) = match purpose {
                Purpose::Reinstatement => (None, None),
                _ => (hearing::heard(app, &tx, &permit, purpose, without).await?, without),
            };
            let (about, why) = ((&permit, &holder), (grounds, without));
            if signing::rules::is_needed((permit.kind, purpose), Step::Grant, today) {
                permit.status.after(step.step())?;
                let case = match heard {
                    Some(case) => case,
                    None => {
                        let what = (purpose, Status::UnderReview);
                        begun(app, &tx, caller, about, what, &json!({})).await?
                    }
                };
                let grounds = hearing::reasoned(&tx, caller, (&case, &holder), why).await?;
                let ruling = Ruling { grounds, ..Ruling::grant() };
                let case = sign::propose(app, &tx, caller, case, &ruling).await?;
                return Ok(Taken::Proposed(Box::new(permit), case.id));
            }
            let permit = permit_actions::take(app, &tx, permit, step, &caller.subject).await?;
            let (about, sent) = ((&permit, &holder), json!({}));
            let case = deciding(app, &tx, caller, about, heard, (purpose, &sent)).await?;
            let grounds = hearing::reasoned(&tx, caller, (&case, &holder), why).await?;
            let legal_basis = kind::any(permit.kind).legal_basis(oslo_date(tx.now()));
            let decision = decision(&tx, caller, &grounds, Vec::new(), legal_basis);
            conclude(app, &tx, case, Some(permit.id), &decision).await?;
            if !permit.status.is_live() {
                close_considered(app, &tx, permit.holder).await?;
            }
            Ok(Taken::Done(Box::new(permit)))
        })
        .await
}

fn validity(
    permit: &Permit,
    until: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<Option<Validity>, Failure> {
    let Some(until) = until else { return Ok(None) };
    let validity = Validity::new(permit.validity.from(), Some(until));
    match validity {
        Ok(validity) if until > today => Ok(Some(validity)),
        _ => Err(Failure::at(
            "/validUntil",
            "past",
            "Give a day after today and after the first day of the permit. To end it at once, revoke it.",
        )),
    }
}
