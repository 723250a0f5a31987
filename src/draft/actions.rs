//! Beginning, saving, filing and throwing away drafts. What is sent about a permit or in a case is in `sending.rs`,
//! the documents that wait in `documents.rs`.

pub mod documents;
pub mod sending;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{
    model::{Content, Purpose},
    store::{self, Draft},
};
use crate::{
    app::App,
    attachment::actions::waiting,
    case::{self, actions::Filing, store::Case},
    database::Tx,
    failure::{Failure, Problem},
    idempotency::IdempotencyKey,
    identity::{Caller, Role, Sight},
    keys::{BlindPurpose, KeyRing, blind},
    party,
    permit::kind::{self, Kind},
    values::{
        calendar::oslo_date,
        ids::{CaseId, DraftId},
        reminder::Reminder,
    },
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
    /// What was typed so far.
    pub content: Content,
}

/// Whose the caller's drafts are, as a blind index: a person's, an organisation's, or a caseworker's who files for
/// others; nobody's else.
pub fn owner_of(app: &App, caller: &Caller) -> Option<Vec<u8>> {
    let organisation = caller.organisation.filter(|_| caller.is(Role::Representative));
    let canonical = match (organisation, &caller.national_id) {
        _ if caller.files_for_others() => format!("caseworker/{}", caller.subject),
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
    begin_with(app, caller, kind, application, key, |_, _| async { Ok(()) }).await
}

/// As [`begin`], with something that is written in the same commit.
///
/// # Errors
/// As [`begin`]; what `also` answers.
pub async fn begin_with<F, Fut>(
    app: &App,
    caller: &Caller,
    kind: Kind,
    application: &Value,
    key: Option<&IdempotencyKey>,
    also: F,
) -> Result<Opened, Failure>
where
    F: Fn(Tx, DraftId) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let owner = owner_of(app, caller).ok_or_else(|| {
        Failure::new(Problem::NotAllowed, "Sign in as a person or for an organisation to apply.")
    })?;
    if let Some(key) = key
        && let Some(id) = key.made(app.db().read(), BEGIN).await?
    {
        return open(app, caller, DraftId(id)).await;
    }
    let content = Content::of(application.clone());
    let keys = app.keys();
    let (keys, owner, of, also) = (&keys, &owner, &content, &also);
    let draft = app
        .db()
        .write(|tx| async move {
            let draft = insert(&tx, keys, owner, (kind, Purpose::New), of).await?;
            also(tx.clone(), draft.id).await?;
            if let Some(key) = key {
                key.remember(&tx, BEGIN, draft.id.0).await?;
            }
            Ok(draft)
        })
        .await?;
    Ok(Opened { draft, content })
}

async fn insert(
    tx: &Tx,
    keys: &KeyRing,
    owner: &[u8],
    what: (Kind, Purpose),
    content: &Content,
) -> Result<Draft, Failure> {
    if store::count(tx, owner).await? >= MOST {
        return Err(Failure::new(
            Problem::Conflict,
            "There are too many drafts. File or delete one of them first.",
        ));
    }
    let days = (tx.now(), expiry(tx.now()));
    let draft = Draft::new(keys, what, owner.to_vec(), content, days)?;
    store::insert(tx, &draft).await?;
    Ok(draft)
}

/// The draft about a permit or case, begun with `content` where there is none yet.
///
/// # Errors
/// 409 when there are too many drafts.
pub async fn take_up(
    app: &App,
    caller: &Caller,
    kind: Kind,
    purpose: Purpose,
    content: &Content,
) -> Result<Opened, Failure> {
    let owner = owner_of(app, caller).ok_or_else(Failure::not_found)?;
    let keys = app.keys();
    let (ring, owner) = (&keys, &owner);
    let (draft, gone) = app
        .db()
        .write(|tx| async move {
            let mut gone = Vec::new();
            if let Some(draft) = store::find_about(&*tx, owner, purpose).await? {
                if draft.expires_at > tx.now() {
                    return Ok((draft, gone));
                }
                gone = waiting::forget(&tx, &[draft.id]).await?;
                store::delete(&tx, draft.id).await?;
            }
            Ok((insert(&tx, ring, owner, (kind, purpose), content).await?, gone))
        })
        .await?;
    waiting::forget_files(app, &gone).await?;
    let content = draft.content(&keys)?;
    Ok(Opened { draft, content })
}

/// The draft about a permit or case, if the caller has begun one.
///
/// # Errors
/// When the database does not answer.
pub async fn about(
    app: &App,
    caller: &Caller,
    purpose: Purpose,
) -> Result<Option<Opened>, Failure> {
    let Some(owner) = owner_of(app, caller) else { return Ok(None) };
    let found = store::find_about(app.db().read(), &owner, purpose).await?;
    let Some(draft) = found.filter(|draft| draft.expires_at > app.clock().now()) else {
        return Ok(None);
    };
    let content = draft.content(&app.keys())?;
    Ok(Some(Opened { draft, content }))
}

/// Somebody else's draft is not told apart from one that is not there.
fn own(owner: &[u8], found: Option<Draft>) -> Result<Draft, Failure> {
    found.filter(|draft| draft.owner == owner).ok_or_else(Failure::not_found)
}

/// A draft of the caller's own.
///
/// # Errors
/// 404 when it is gone or another's.
pub async fn open(app: &App, caller: &Caller, id: DraftId) -> Result<Opened, Failure> {
    let owner = owner_of(app, caller).ok_or_else(Failure::not_found)?;
    let now = app.clock().now();
    let draft = own(&owner, store::find(app.db().read(), id, now).await?)?;
    let content = draft.content(&app.keys())?;
    Ok(Opened { draft, content })
}

/// A draft of the caller's own, of an application for a new permit.
///
/// # Errors
/// 404 when it is gone, another's, or of something else.
pub async fn open_new(app: &App, caller: &Caller, id: DraftId) -> Result<Opened, Failure> {
    let opened = open(app, caller, id).await?;
    if opened.draft.purpose == Purpose::New { Ok(opened) } else { Err(Failure::not_found()) }
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
/// What already stands there is saved, whatever the version: two windows that send the same texts
/// (each beside a document of its own) lose nothing of each other's (RFC 9110 § 13.1.1).
///
/// # Errors
/// 404 or 412 as every step.
pub async fn save(
    app: &App,
    caller: &Caller,
    id: DraftId,
    version: i32,
    content: &Content,
) -> Result<Opened, Failure> {
    open(app, caller, id).await?;
    let keys = app.keys();
    let keys = &keys;
    let draft = app
        .db()
        .write(|tx| async move {
            let mut draft = store::lock(&tx, id).await?;
            if draft.version != version {
                let stands = draft.content(keys)? == *content;
                return if stands { Ok(draft) } else { Err(Failure::stale()) };
            }
            draft.set_content(keys, content)?;
            draft.version += 1;
            draft.changed_at = tx.now();
            draft.expires_at = expiry(tx.now());
            store::update(&tx, &draft).await?;
            Ok(draft)
        })
        .await?;
    Ok(Opened { draft, content: content.clone() })
}

/// Throws a draft away.
///
/// # Errors
/// 404 or 412 as every step.
pub async fn discard(app: &App, caller: &Caller, id: DraftId, version: i32) -> Result<(), Failure> {
    open(app, caller, id).await?;
    let gone = app
        .db()
        .write(|tx| async move {
            still(&tx, id, version).await?;
            let gone = waiting::forget(&tx, &[id]).await?;
            store::delete(&tx, id).await?;
            Ok(gone)
        })
        .await?;
    waiting::forget_files(app, &gone).await
}

/// Locks a draft that is still at the version that was read.
async fn still(tx: &Tx, id: DraftId, version: i32) -> Result<Draft, Failure> {
    let draft = store::lock(tx, id).await?;
    if draft.version == version { Ok(draft) } else { Err(Failure::stale()) }
}

/// Ends a draft in the commit that sends it: its documents go over into the case.
///
/// # Errors
/// 412 when it has changed meanwhile.
pub async fn handed_in(
    app: &App,
    caller: &Caller,
    tx: &Tx,
    (id, version): (DraftId, i32),
    case: CaseId,
) -> Result<(), Failure> {
    let key = still(tx, id, version).await?.key(&app.keys())?;
    let applicant = case::store::find(&**tx, Sight::All, case).await?.applicant;
    let to = party::store::data_key(&**tx, &app.keys(), applicant).await?;
    let folder = waiting::Folder { draft: id, key: &key };
    waiting::hand_over(tx, folder, (case, &to), &caller.subject).await?;
    store::delete(tx, id).await
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
    let Opened { draft, content } = open_new(app, caller, id).await?;
    if draft.version != version {
        return Err(Failure::stale());
    }
    let application = finish(draft.kind, content.application);
    let is_person = !caller.is(Role::Representative);
    let parsed = kind::any(draft.kind).read(&application, is_person, "")?;
    let filing = Filing {
        kind: draft.kind,
        application: &application,
        parsed: &parsed,
        idempotency: once.as_ref(),
        operation: SUBMIT,
    };
    case::actions::submit_with(app, caller, &filing, |tx, case| async move {
        handed_in(app, caller, &tx, (id, version), case).await
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
        let (gone, files) = app
            .db()
            .write(|tx| async move {
                let old = store::old(&tx, BATCH).await?;
                let files = waiting::forget(&tx, &old).await?;
                store::delete_all(&tx, &old).await?;
                Ok((old.len() as u64, files))
            })
            .await?;
        waiting::forget_files(app, &files).await?;
        all += gone;
        if gone < BATCH {
            return Ok(all);
        }
    }
}
