//! Amending a permit on the authority's own motion: a case that begins with its decision, so that the
//! holder can read the grounds and the journal has them.

use chrono::NaiveDate;
use serde_json::Value;

use super::{
    super::{lifecycle::Status, model::Purpose, store::Decision},
    carry_out, check_conditions, conclude,
    life::{self, Opening},
};
use crate::{
    app::App,
    failure::Failure,
    identity::{Caller, Sight},
    party,
    permit::{
        self,
        actions::amend::{Amendment, amend as amend_permit},
        kind,
        model::Permit,
    },
    values::{calendar::oslo_date, ids::PermitId, validity::Validity},
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

/// Amends a permit at once.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404, 412 or 409 as every step; 422
/// when application or end are not acceptable.
pub async fn amend(
    app: &App,
    caller: &Caller,
    id: PermitId,
    version: i32,
    change: &Change,
) -> Result<Permit, Failure> {
    app.db()
        .write(|tx| async move {
            let known = permit::store::find(&*tx, Sight::All, id).await?;
            caller.needs_kind(known.kind)?;
            party::actions::refuse_own(app, caller, known.holder).await?;
            let holder = party::store::lock(&tx, known.holder).await?;
            let permit = permit::store::lock(&tx, Sight::All, id).await?;
            if permit.version != version {
                return Err(Failure::stale());
            }
            let any = kind::any(permit.kind);
            check_conditions(any, change.conditions.as_deref().unwrap_or_default())?;
            let opening = Opening {
                purpose: Purpose::Amendment,
                status: Status::Granted,
                receiver: None,
                application: &change.sent,
                channel: "authority",
                registered_by: Some(caller.subject.clone()),
            };
            let case = life::open(app, &tx, &permit, &holder, opening).await?;
            let amendment = Amendment {
                conditions: change.conditions.clone(),
                validity: validity(&permit, change.valid_until, oslo_date(tx.now()))?,
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
            let decision = Decision {
                outcome: Status::Granted.code().to_owned(),
                grounds: change.grounds.clone(),
                conditions: permit.conditions.clone(),
                legal_basis: any.legal_basis().to_owned(),
                decided_by: caller.subject.clone(),
                decided_at: tx.now(),
            };
            conclude(app, &tx, case, Some(permit.id), &decision).await?;
            Ok(permit)
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
        _ => Err(life::field(
            "/validUntil",
            "past",
            "Give a day after today and after the first day of the permit. To end it at once, revoke it.",
        )),
    }
}
