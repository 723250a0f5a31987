//! Beginning, saving, filing and throwing away drafts.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::store::{self, Draft};
use crate::{
    app::App,
    case::{self, actions::Filing, store::Case},
    failure::{Failure, Problem},
    idempotency::IdempotencyKey,
    identity::{Caller, Role},
    keys::{BlindPurpose, blind},
    permit::kind::{self, Kind},
    values::{calendar::oslo_date, ids::DraftId, reminder::Reminder},
};

/// Most drafts that one owner keeps.
const MOST: u64 = 50;
/// Drafts deleted in one transaction.
const BATCH: u64 = 500;
/// Operations, for the keys that make a repeat harmless.
const BEGIN: &str = "begin draft";
const SUBMIT: &str = "submit draft";

/// A draft with what was typed.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The draft.
    pub draft: Draft,
    /// The application as far as it has come.
    pub application: Value,
}

/// Whose the caller's drafts are, as a blind index; nobody's without a person or an organisation.
fn owner_of(app: &App, caller: &Caller) -> Option<Vec<u8>> {
    let organisation = caller.organisation.filter(|_| caller.is(Role::Representative));
    let canonical = match (organisation, &caller.national_id) {
        (Some(number), _) => format!("organisation/{number}"),
        (None, Some(national_id)) => format!("person/{}", national_id.reveal()),
        (None, None) => return None,
    };
    Some(blind(&app.keys(), BlindPurpose::DraftOwner, &canonical).to_vec())
}

/// When a draft that is saved now is deleted.
fn expiry(now: DateTime<Utc>) -> DateTime<Utc> {
    now + TimeDelta::days(Reminder::Draft.days(oslo_date(now)).unwrap_or_default())
}

/// Begins a draft. A repeated key answers the draft it made.
///
/// # Errors
/// 409 when there are too many, or the key was used otherwise.
pub async fn begin(
    app: &App,
    caller: &Caller,
    kind: Kind,
    application: &Value,
    key: Option<&IdempotencyKey>,
) -> Result<Opened, Failure> {
    let owner = owner_of(app, caller).ok_or_else(|| {
        Failure::new(Problem::NotAllowed, "Sign in as a person or for an organisation to apply.")
    })?;
    if let Some(key) = key
        && let Some(id) = key.made(app.db().read(), BEGIN).await?
    {
        return open(app, caller, DraftId(id)).await;
    }
    let keys = app.keys();
    let (keys, owner) = (&keys, &owner);
    let draft = app
        .db()
        .write(|tx| async move {
            if store::count(&tx, owner).await? >= MOST {
                return Err(Failure::new(
                    Problem::Conflict,
                    "There are too many drafts. File or delete one of them first.",
                ));
            }
            let days = (tx.now(), expiry(tx.now()));
            let draft = Draft::new(keys, kind, owner.clone(), application, days)?;
            store::insert(&tx, &draft).await?;
            if let Some(key) = key {
                key.remember(&tx, BEGIN, draft.id.0).await?;
            }
            Ok(draft)
        })
        .await?;
    Ok(Opened { draft, application: application.clone() })
}

/// Somebody else's draft is not told apart from one that is not there; that somebody asked is logged.
fn own(owner: &[u8], id: DraftId, found: Option<Draft>) -> Result<Draft, Failure> {
    match found {
        Some(draft) if draft.owner == owner => Ok(draft),
        Some(_) => {
            tracing::warn!(target: "anrop::security", draft = %id, "somebody asked for another's draft");
            metrics::counter!("anrop_refused_total", "what" => "draft").increment(1);
            Err(Failure::not_found())
        }
        None => Err(Failure::not_found()),
    }
}

/// A draft of the caller's own.
///
/// # Errors
/// 404 when it is gone or another's.
pub async fn open(app: &App, caller: &Caller, id: DraftId) -> Result<Opened, Failure> {
    let owner = owner_of(app, caller).ok_or_else(Failure::not_found)?;
    let now = app.clock().now();
    let draft = own(&owner, id, store::find(app.db().read(), id, now).await?)?;
    let application = draft.application(&app.keys())?;
    Ok(Opened { draft, application })
}

/// The caller's drafts, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Draft>, Failure> {
    let Some(owner) = owner_of(app, caller) else { return Ok(Vec::new()) };
    store::list(app.db().read(), &owner, app.clock().now(), MOST).await
}

/// Saves a draft over the version that was read.
///
/// # Errors
/// 404 or 412 as every step.
pub async fn save(
    app: &App,
    caller: &Caller,
    id: DraftId,
    version: i32,
    application: &Value,
) -> Result<Opened, Failure> {
    open(app, caller, id).await?;
    let keys = app.keys();
    let keys = &keys;
    let draft = app
        .db()
        .write(|tx| async move {
            let mut draft = store::lock(&tx, id).await?;
            if draft.version != version {
                return Err(Failure::stale());
            }
            draft.set_application(keys, application)?;
            draft.version += 1;
            draft.changed_at = tx.now();
            draft.expires_at = expiry(tx.now());
            store::update(&tx, &draft).await?;
            Ok(draft)
        })
        .await?;
    Ok(Opened { draft, application: application.clone() })
}

/// Throws a draft away.
///
/// # Errors
/// 404 or 412 as every step.
pub async fn discard(app: &App, caller: &Caller, id: DraftId, version: i32) -> Result<(), Failure> {
    open(app, caller, id).await?;
    app.db()
        .write(|tx| async move {
            if store::lock(&tx, id).await?.version != version {
                return Err(Failure::stale());
            }
            store::delete(&tx, id).await
        })
        .await
}

/// Files a draft: the application as `finish` makes it of what was typed, by the same rules as without
/// a draft, which is gone in the same commit. Filed twice, it answers the case it made.
///
/// # Errors
/// 404 or 412 as every step; 400 or 422 with everything that is wrong.
pub async fn submit(
    app: &App,
    caller: &Caller,
    id: DraftId,
    version: i32,
    finish: impl Fn(Kind, Value) -> Value,
) -> Result<Case, Failure> {
    let sent = format!("draft {id}");
    let once = IdempotencyKey::read(Some(&sent), caller, &app.keys(), &Value::Null)?;
    if let Some(made) = case::actions::made_before(app, once.as_ref(), SUBMIT).await? {
        return Ok(made);
    }
    let Opened { draft, application } = open(app, caller, id).await?;
    if draft.version != version {
        return Err(Failure::stale());
    }
    let application = finish(draft.kind, application);
    let is_person = !caller.is(Role::Representative);
    let parsed = kind::any(draft.kind).read(&application, is_person, "")?;
    let filing = Filing {
        kind: draft.kind,
        application: &application,
        parsed: &parsed,
        idempotency: once.as_ref(),
        operation: SUBMIT,
    };
    case::actions::submit_after(app, caller, &filing, |tx| async move {
        if store::lock(&tx, id).await?.version != version {
            return Err(Failure::stale());
        }
        store::delete(&tx, id).await
    })
    .await
}

/// Deletes the drafts whose time is over; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &App) -> Result<u64, Failure> {
    let mut all = 0;
    loop {
        let gone = app.db().write(|tx| async move { store::delete_old(&tx, BATCH).await }).await?;
        all += gone;
        if gone < BATCH {
            return Ok(all);
        }
    }
}
