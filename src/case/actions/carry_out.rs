//! Deciding a case about a granted permit, and doing to the permit what was granted.

use serde_json::Value;

use super::{
    super::{
        lifecycle::Step,
        model::Purpose,
        store::{Case, Decision},
    },
    decide::conclude,
    facts::admit_anew,
    life::{NOT_ACCEPTED, TOO_EARLY, about, keeps_call_sign, not_met, terms_of},
    permit_ended::close_considered,
    revival,
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    identity::Sight,
    party::{self, model::Party},
    permit::{
        self,
        actions::{
            StateStep,
            amend::{Amendment, amend, days_with, wrong_days},
            restore::restore,
            take,
            transfer::transfer,
        },
        kind::{self, AnyKind, Parsed},
        lifecycle::Status as PermitStatus,
        model::Permit,
    },
    values::{calendar::oslo_date, validity::Validity},
};

/// Who is party to a case about a permit, locked.
pub(super) struct Parties {
    /// Holds the permit and applies.
    pub holder: Party,
    /// Has accepted to receive it.
    pub receiver: Option<Party>,
}

/// Decides a case about a permit; a grant carries it out.
pub(super) async fn decide(
    app: &App,
    tx: &Tx,
    mut case: Case,
    parties: Parties,
    application: &Value,
    decision: &Decision,
    step: Step,
) -> Result<(Case, Option<Permit>), Failure> {
    case.status = case.status.after(step)?;
    let permit = if step.grants() {
        // what was held while the case ran is for this permit
        kind::claims::end_hold(tx, case.kind, case.id).await?;
        let permit = permit::store::lock(tx, Sight::All, about(&case)?).await?;
        let carried = carry_out(app, tx, &case, permit, parties, application, decision);
        Some(Box::pin(carried).await?)
    } else {
        None
    };
    if let Some(permit) = &permit {
        // what was granted may have been another one
        case.call_sign = permit.call_sign.map(|sign| sign.to_string());
    }
    let decided_on = permit.as_ref().map(|permit| permit.id).or(case.permit);
    let case = conclude(app, tx, case, decided_on, decision).await?;
    if matches!(case.purpose, Purpose::Revocation | Purpose::Transfer) && permit.is_some() {
        close_considered(app, tx, case.applicant).await?;
    }
    Ok((case, permit))
}

async fn carry_out(
    app: &App,
    tx: &Tx,
    case: &Case,
    mut permit: Permit,
    parties: Parties,
    application: &Value,
    decision: &Decision,
) -> Result<Permit, Failure> {
    let (actor, grounds) = (&decision.decided_by, &decision.grounds);
    let conditions = (!decision.conditions.is_empty()).then(|| decision.conditions.clone());
    let mut validity = None;
    if permit.status == PermitStatus::Expired {
        let asked = (application, parties.holder.is_person());
        permit = Box::pin(revived(app, tx, case, permit, asked, decision)).await?;
        if case.purpose == Purpose::Renewal {
            return Ok(permit);
        }
        validity = Some(permit.validity);
    }
    match case.purpose {
        Purpose::Amendment | Purpose::New => {
            let parsed = kind::any(permit.kind).parse(application, parties.holder.is_person())?;
            // one that ran out has the days it asked for by now; `revival` has judged them
            let days_on = validity.is_none().then(|| oslo_date(tx.now()));
            admit_anew(app, tx, case, &parties.holder, &parsed, days_on).await?;
            let amendment =
                Amendment { conditions, confirmed: true, validity, ..Amendment::default() };
            replace(app, tx, permit, parties.holder, parsed, amendment, actor).await
        }
        Purpose::Renewal => {
            let validity = renewed(kind::any(permit.kind), &permit, case)?;
            let amendment =
                Amendment { conditions, validity: Some(validity), ..Amendment::default() };
            amend(app, tx, permit, amendment, actor).await
        }
        Purpose::Transfer => {
            let receiver = parties.receiver.ok_or_else(|| refused(NOT_ACCEPTED))?;
            if oslo_date(tx.now()) < terms_of(application)?.from {
                return Err(refused(TOO_EARLY));
            }
            transfer(app, tx, permit, &receiver, case.id, actor).await
        }
        Purpose::Suspension => take(app, tx, permit, StateStep::Suspend(grounds), actor).await,
        Purpose::Reinstatement => take(app, tx, permit, StateStep::Reinstate(grounds), actor).await,
        Purpose::Revocation => take(app, tx, permit, StateStep::Revoke(grounds), actor).await,
    }
}

/// A permit that ran out because this was refused, or not decided in time, is in force again for the days asked for.
async fn revived(
    app: &App,
    tx: &Tx,
    case: &Case,
    mut permit: Permit,
    asked: (&Value, bool),
    decision: &Decision,
) -> Result<Permit, Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    let days = revival::days(tx, &key, case, &permit, asked).await?;
    permit.validity = days.ok_or_else(|| refused(RAN_OUT))?;
    if !decision.conditions.is_empty() {
        permit.conditions.clone_from(&decision.conditions);
    }
    let permit = restore(app, tx, permit, &decision.grounds, &decision.decided_by).await?;
    revival::with_suspension(app, tx, permit, &decision.decided_by).await
}

const RAN_OUT: &str =
    "The permit is expired, and would be whatever is decided here: it cannot be granted any more.";

pub(super) fn refused(why: &'static str) -> Failure {
    Failure::new(Problem::IllegalTransition, why)
}

/// How long a permit is valid once it is renewed. Who applied in time is not late because the authority was.
///
/// # Errors
/// 422 where the kind's rules say why not.
pub(super) fn renewed(
    any: &dyn AnyKind,
    permit: &Permit,
    case: &Case,
) -> Result<Validity, Failure> {
    let applied = oslo_date(case.submitted_at);
    let end = any.renewed_until(&permit.details, permit.validity, applied).map_err(not_met)?;
    Validity::new(permit.validity.from(), Some(end)).map_err(Failure::internal)
}

/// Lets a locked permit and its holder say what a whole application says. Where that asks for other days, the
/// permit holds for those, unless the amendment itself says which.
///
/// # Errors
/// 409 when the state forbids it, or another permit has an identifier or claim; 422 when it asks for another call
/// sign, or for days that an amendment does not give.
pub(super) async fn replace(
    app: &App,
    tx: &Tx,
    permit: Permit,
    holder: Party,
    parsed: Parsed<Value>,
    amendment: Amendment,
    actor: &str,
) -> Result<Permit, Failure> {
    keeps_call_sign(&permit, &parsed)?;
    let details = kind::any(permit.kind).amended(&permit.details, &parsed.details)?;
    let details = kind::claims::settle(app, tx, permit.kind, details).await?;
    let validity = match amendment.validity {
        Some(set) => Some(set),
        None => days_with(&permit, &details, oslo_date(tx.now()))
            .map_err(|reason| wrong_days(&reason))?,
    };
    let said = (&parsed.applicant.details, parsed.applicant.birth_date);
    party::actions::bring_up_to_date(app, tx, holder, said, Some(permit.id), actor).await?;
    let amendment = Amendment {
        details: Some(details),
        contacts: Some(parsed.contacts),
        validity,
        ..amendment
    };
    amend(app, tx, permit, amendment, actor).await
}
