//! Setting and lifting a hold.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    model::{Hold, Subject},
    store,
};
use crate::{
    app::App,
    case,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    party, permit, supervision,
    values::ids::{CaseId, PartyId, PermitId, fresh},
};

/// A hold to be set.
#[derive(Debug)]
pub struct NewHold {
    /// What is held.
    pub subject: Subject,
    /// Id of the holder, case or permit.
    pub subject_id: Uuid,
    /// Why.
    pub reason: String,
    /// First day it holds no more.
    pub until: Option<NaiveDate>,
}

/// The party and the permit that a hold on something reaches.
async fn reach(app: &App, new: &NewHold) -> Result<(Option<PartyId>, Option<PermitId>), Failure> {
    let connection = app.db().read();
    let reached = match new.subject {
        Subject::Holder => {
            let party = party::store::find(connection, PartyId(new.subject_id)).await?;
            party.map(|party| (Some(party.id), None)).ok_or_else(Failure::not_found)
        }
        Subject::Permit => {
            let permit =
                permit::store::find(connection, Sight::All, PermitId(new.subject_id)).await;
            permit.map(|permit| (None, Some(permit.id)))
        }
        Subject::Case => {
            let id = CaseId(new.subject_id);
            match case::store::find(connection, Sight::All, id).await {
                Ok(case) => Ok((Some(case.applicant), case.permit)),
                Err(failure) if failure.problem() == Problem::NotFound => {
                    let kept = supervision::store::find(connection, id).await;
                    kept.map(|kept| (kept.case.party, kept.case.permit))
                }
                Err(failure) => Err(failure),
            }
        }
    };
    match reached {
        Ok((None, None)) => Err(Failure::new(
            Problem::ConditionsNotMet,
            "It is not known whom this case is directed at, so there is nothing that could be held.",
        )),
        Err(failure) if failure.problem() == Problem::NotFound => {
            Err(Failure::at("/subjectId", "unknown", "There is nothing of this kind with this id."))
        }
        other => other,
    }
}

/// Sets a hold.
///
/// # Errors
/// 422 when there is nothing to hold; 409 when it is held already.
pub async fn set(app: &App, caller: &Caller, new: &NewHold) -> Result<Hold, Failure> {
    let (party, permit) = reach(app, new).await?;
    app.db()
        .write(|tx| async move {
            let hold = Hold {
                id: fresh(tx.now()),
                subject: new.subject,
                subject_id: new.subject_id,
                party,
                permit,
                reason: new.reason.clone(),
                until: new.until,
                set: (tx.now(), caller.subject.clone()),
                lifted: None,
                version: 1,
            };
            store::insert(&tx, &app.keys(), &hold).await?;
            Ok(hold)
        })
        .await
}

/// Lifts a hold.
///
/// # Errors
/// 404, 412; 409 when it is lifted already.
pub async fn lift(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
    reason: &str,
) -> Result<Hold, Failure> {
    app.db()
        .write(|tx| async move {
            let mut hold = store::lock(&tx, &app.keys(), id).await?;
            if hold.version != version {
                return Err(Failure::stale());
            }
            if hold.lifted.is_some() {
                let detail = "The legal hold is lifted already.";
                return Err(Failure::new(Problem::IllegalTransition, detail));
            }
            hold.lifted = Some((tx.now(), caller.subject.clone(), reason.to_owned()));
            hold.version += 1;
            store::lift(&tx, &app.keys(), &hold).await?;
            Ok(hold)
        })
        .await
}
