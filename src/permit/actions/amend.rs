//! Changing what a granted permit says. Number, call sign and holder stay.

use serde_json::Value;

use super::{
    super::{
        contact::EmergencyContact,
        kind,
        lifecycle::{Status, Step},
        model::{Identifier, Permit, Scheme},
        store,
    },
    write,
};
use crate::{
    app::App,
    database::Tx,
    delivery::{event::EventKind, outbox},
    failure::Failure,
    programming,
    values::{calendar::oslo_date, validity::Validity},
};

/// What is to be changed; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct Amendment {
    /// The kind's details, with what the registry itself had added (see `PermitKind::amended`).
    pub details: Option<Value>,
    /// Emergency contacts in calling order.
    pub contacts: Option<Vec<EmergencyContact>>,
    /// Conditions set for this permit.
    pub conditions: Option<Vec<String>>,
    /// First and last day.
    pub validity: Option<Validity>,
    /// The holder has gone through everything registered.
    pub confirmed: bool,
}

/// Amends a locked permit: claims follow its details, and everybody who is told of the permit is told.
///
/// # Errors
/// 409 when the state forbids it, or another permit has an identifier or claim.
pub async fn amend(
    app: &App,
    tx: &Tx,
    mut permit: Permit,
    amendment: Amendment,
    actor: &str,
) -> Result<Permit, Failure> {
    permit.status = permit.status.after(Step::Amend)?;
    let mut ordered = false;
    let mut claims = false;
    if let Some(mut details) = amendment.details.filter(|details| *details != permit.details) {
        let any = kind::any(permit.kind);
        ordered = any.programmed() && details["programming"].is_null();
        if ordered {
            programming::actions::cancel(tx, permit.id).await?;
            let order = programming::actions::order(&mut details, oslo_date(tx.now()), tx.now())?;
            programming::store::insert(tx, order, permit.id).await?;
            if permit.status == Status::Active {
                permit.status = Status::AwaitingProgramming;
            }
        }
        let before = any.identifiers(&permit.details);
        permit.details = details;
        claims = true;
        claim_anew(tx, &permit, &before).await?;
    }
    if let Some(conditions) = amendment.conditions {
        permit.conditions = conditions;
    }
    if let Some(validity) = amendment.validity {
        permit.validity = validity;
        claims = true;
    }
    if claims {
        kind::claims::take(tx, &permit).await?;
    }
    if let Some(contacts) = &amendment.contacts {
        store::replace_contacts(tx, &app.keys(), permit.id, contacts).await?;
    }
    if amendment.confirmed {
        permit.confirmed_at = Some(tx.now());
    }
    let permit = write(app, tx, permit, EventKind::Amended, actor).await?;
    if ordered {
        outbox::enqueue_instead(tx, EventKind::ProgrammingOrdered, &permit).await?;
    }
    Ok(permit)
}

/// Gives up the identifiers the details had before and claims those they have now.
async fn claim_anew(tx: &Tx, permit: &Permit, before: &[Identifier]) -> Result<(), Failure> {
    let now = kind::any(permit.kind).identifiers(&permit.details);
    if now == before {
        return Ok(());
    }
    let own: Vec<Scheme> =
        Scheme::ALL.into_iter().filter(|scheme| *scheme != Scheme::CallSign).collect();
    store::release(tx, permit.id, &own).await?;
    store::claim(tx, permit.id, &now).await
}
