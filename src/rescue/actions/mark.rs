//! Marking how an alert turned out at the desk: recorded at once, or laid beside the look-ups in the spool when the
//! database does not answer, and recorded when it does. Nothing an officer has marked is thrown away.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use uuid::Uuid;

use super::{
    super::{
        rules::read_key,
        store::{self, Alert},
    },
    Inquiry, correct_alert, drain_spool,
    look_up::PATIENCE,
    record_alert::{NewAlert, OPERATION, only_permit_of, record_alert},
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    idempotency::IdempotencyKey,
    values::ids::{PermitId, fresh},
};

/// What became of a mark.
#[derive(Debug)]
pub enum Marked {
    /// It is recorded.
    Recorded(Alert),
    /// It lies in the spool, and is recorded when the database answers.
    Kept(Alert),
}

/// A mark as it lies in the spool.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlertNote {
    /// Id the alert gets; of a correction, the id of what it corrects.
    alert: Uuid,
    is_correction: bool,
    key: String,
    outcome: String,
    permit: Option<PermitId>,
    incident_reference: String,
    officer: String,
    at: DateTime<Utc>,
    idempotency: Option<IdempotencyKey>,
}

/// Records an outcome, or corrects the one with this id; keeps it when the database does not answer in time.
///
/// # Errors
/// As [`record_alert`] and [`correct_alert`]; 503 when it could be kept nowhere.
pub async fn mark(
    app: &App,
    inquiry: &Inquiry,
    new: &NewAlert<'_>,
    corrected: Option<Uuid>,
) -> Result<Marked, Failure> {
    let attempt = async {
        match corrected {
            Some(id) => corrected_now(app, inquiry, id, new.outcome).await,
            None => record_alert(app, inquiry, new).await,
        }
    };
    match timeout(PATIENCE, attempt).await {
        Ok(Ok(alert)) => return Ok(Marked::Recorded(alert)),
        Ok(Err(failure)) if failure.problem().status() < 500 => return Err(failure),
        Ok(Err(failure)) => tracing::error!(%failure, "an outcome is not recorded; it is kept"),
        Err(_) => tracing::error!("the database does not take an outcome in time; it is kept"),
    }
    keep(app, inquiry, new, corrected).await.map(Marked::Kept)
}

/// What is corrected may still lie in the spool.
async fn corrected_now(
    app: &App,
    inquiry: &Inquiry,
    id: Uuid,
    outcome: &str,
) -> Result<Alert, Failure> {
    match correct_alert(app, inquiry, id, outcome).await {
        Err(failure) if failure.problem() == Problem::NotFound => {
            while drain_spool(app).await? > 0 {}
            correct_alert(app, inquiry, id, outcome).await
        }
        done => done,
    }
}

async fn keep(
    app: &App,
    inquiry: &Inquiry,
    new: &NewAlert<'_>,
    corrected: Option<Uuid>,
) -> Result<Alert, Failure> {
    let at = app.clock().now();
    let note = AlertNote {
        alert: corrected.unwrap_or_else(|| fresh(at)),
        is_correction: corrected.is_some(),
        key: new.key.canonical(),
        outcome: new.outcome.to_owned(),
        permit: new.permit,
        incident_reference: inquiry.incident_reference.clone(),
        officer: inquiry.officer.clone(),
        at,
        idempotency: new.idempotency.cloned(),
    };
    let payload = serde_json::to_vec(&note).map_err(Failure::internal)?;
    if let Err(fault) = app.spool().append(fresh(at), payload).await {
        tracing::warn!(%fault, "an outcome was answered before it was on the disk");
        if !fault.is_kept() {
            let detail = "The outcome is not saved. Send it again.";
            return Err(Failure::new(Problem::Unavailable, detail));
        }
    }
    Ok(note.alert_of(new.permit))
}

impl AlertNote {
    fn alert_of(&self, permit: Option<PermitId>) -> Alert {
        Alert {
            id: self.alert,
            key: self.key.clone(),
            permit_id: permit.map(|id| id.0),
            incident_reference: self.incident_reference.clone(),
            outcome: self.outcome.clone(),
            officer: self.officer.clone(),
            at: self.at,
        }
    }

    /// Records what was kept. Repeating it is harmless; what cannot be recorded any more must not stop what lies behind.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn record(&self, tx: &Tx) -> Result<(), Failure> {
        let known = match store::alert(&**tx, self.alert).await {
            Ok(alert) => Some(alert),
            Err(failure) if failure.problem() == Problem::NotFound => None,
            Err(failure) => return Err(failure),
        };
        if self.is_correction {
            if known.is_some_and(|alert| alert.officer == self.officer) {
                return store::set_outcome(tx, self.alert, &self.outcome).await;
            }
            tracing::error!(alert = %self.alert, "a kept correction is of no alert of this officer");
            return Ok(());
        }
        if known.is_some() {
            return Ok(());
        }
        if let Some(key) = &self.idempotency {
            match key.made(&**tx, OPERATION).await {
                // it had been recorded after all
                Ok(Some(_)) => return Ok(()),
                Ok(None) => key.remember(tx, OPERATION, self.alert).await?,
                Err(failure) if failure.problem() == Problem::IdempotencyKeyReused => {}
                Err(failure) => return Err(failure),
            }
        }
        let permit = match self.permit {
            Some(id) if store::is_permit(&**tx, id).await? => Some(id),
            Some(_) => None,
            None => match read_key(&self.key) {
                Ok(key) => only_permit_of(&**tx, key).await?,
                Err(_) => None,
            },
        };
        store::insert_alert(tx, self.alert_of(permit)).await
    }
}
