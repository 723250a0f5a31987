//! Recording how an alert turned out: false, real or a test. Also for beacons that are not
//! registered here, because the next look-up of the same code shows it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    super::{
        rules::Key,
        store::{self, Alert},
    },
    Inquiry,
};
use crate::{
    app::App,
    database::Connection,
    failure::{Failure, Problem},
    idempotency::IdempotencyKey,
    values::ids::{PermitId, fresh},
};

/// An outcome on its way in.
#[derive(Debug)]
pub struct NewAlert<'a> {
    /// Key of the beacon.
    pub key: Key,
    /// `false`, `real` or `test`.
    pub outcome: &'a str,
    /// The permit, where the officer names it.
    pub permit: Option<PermitId>,
    /// Key that makes a repeat harmless.
    pub idempotency: Option<&'a IdempotencyKey>,
}

pub(super) const OPERATION: &str = "recordAlert";

/// Records an outcome. Where no permit is named and exactly one live permit has the key, it is that.
///
/// # Errors
/// 422 when there is no such permit; 409 when the idempotency key was used otherwise.
pub async fn record_alert(
    app: &App,
    inquiry: &Inquiry,
    new: &NewAlert<'_>,
) -> Result<Alert, Failure> {
    if let Some(made) = made_before(app, new).await? {
        return Ok(made);
    }
    let permit = permit_of(app, new).await?;
    let outcome = app
        .db()
        .write(|tx| async move {
            let alert = alert_of(tx.now(), inquiry, new, permit);
            if let Some(key) = new.idempotency {
                key.remember(&tx, OPERATION, alert.id).await?;
            }
            store::insert_alert(&tx, alert.clone()).await?;
            Ok(alert)
        })
        .await;
    match outcome {
        // the same key was carried out at the same moment: answer what that made
        Err(failure) if failure.problem() == Problem::Conflict => {
            made_before(app, new).await?.ok_or(failure)
        }
        outcome => outcome,
    }
}

async fn made_before(app: &App, new: &NewAlert<'_>) -> Result<Option<Alert>, Failure> {
    let Some(key) = new.idempotency else { return Ok(None) };
    match key.made(app.db().read(), OPERATION).await? {
        Some(id) => store::alert(app.db().read(), id).await.map(Some),
        None => Ok(None),
    }
}

async fn permit_of(app: &App, new: &NewAlert<'_>) -> Result<Option<PermitId>, Failure> {
    let connection = app.db().read();
    if let Some(id) = new.permit {
        if store::is_permit(connection, id).await? {
            return Ok(Some(id));
        }
        return Err(Failure::at(
            "/permitId",
            "unknown",
            "There is no such permit. Leave it out or correct it.",
        ));
    }
    only_permit_of(connection, new.key).await
}

/// The permit that has the key, when exactly one live one has.
pub(super) async fn only_permit_of(
    connection: &impl Connection,
    key: Key,
) -> Result<Option<PermitId>, Failure> {
    let hits = store::hits(connection, &key.searches()).await?;
    let mut live = hits.iter().filter(|hit| hit.permit.status.is_live());
    Ok(live.next().filter(|_| live.next().is_none()).map(|hit| hit.permit.id))
}

fn alert_of(
    now: DateTime<Utc>,
    inquiry: &Inquiry,
    new: &NewAlert<'_>,
    permit: Option<PermitId>,
) -> Alert {
    let id: Uuid = fresh(now);
    Alert {
        id,
        key: new.key.canonical(),
        permit_id: permit.map(|id| id.0),
        incident_reference: inquiry.incident_reference.clone(),
        outcome: new.outcome.to_owned(),
        officer: inquiry.officer.clone(),
        at: now,
    }
}
