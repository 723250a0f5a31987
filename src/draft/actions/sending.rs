//! Sending what was drafted about a permit or in a case: an amendment, an answer, an appeal. The draft is gone in the
//! commit that takes it, and what waits in it goes over into the case.

use serde_json::Value;

use super::{Opened, SUBMIT, handed_in, open};
use crate::{
    app::App,
    appeal::{actions::lodge_with, receive::Written},
    case::{
        self,
        actions::{
            Answer,
            life::{Asking, Request},
        },
        model::LONGEST_ANSWER,
        store::Case,
    },
    draft::model::Purpose,
    failure::{Failure, FieldErrors},
    idempotency::IdempotencyKey,
    identity::{Caller, Role},
    party,
    permit::kind::{self, Kind, shared::needed_text},
    values::ids::DraftId,
};

/// A draft as its owner last saw it.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// The draft.
    pub id: DraftId,
    /// Its version.
    pub version: i32,
}

async fn at_version(app: &App, caller: &Caller, seen: Seen) -> Result<Opened, Failure> {
    let opened = open(app, caller, seen.id).await?;
    if opened.draft.version == seen.version { Ok(opened) } else { Err(Failure::stale()) }
}

/// Files an amendment: the application as `finish` makes it of what was typed. Filed twice, it answers the case it
/// made.
///
/// # Errors
/// 404 or 412 as every step; 400 or 422 with everything that is wrong; 409 when the permit is not amended.
pub async fn amendment(
    app: &App,
    caller: &Caller,
    seen: Seen,
    finish: impl Fn(Kind, Value) -> Value,
) -> Result<Case, Failure> {
    let sign = format!("draft {}", seen.id);
    let once = IdempotencyKey::read(Some(&sign), caller, &app.keys(), &Value::Null)?;
    let once = once.as_ref();
    if let Some(made) = case::actions::made_before(app, once, SUBMIT).await? {
        return Ok(made);
    }
    let opened = at_version(app, caller, seen).await?;
    let Purpose::Amendment(permit) = opened.draft.purpose else {
        return Err(Failure::not_found());
    };
    let kind = opened.draft.kind;
    let application = finish(kind, opened.content.application);
    let is_person = !caller.is(Role::Representative);
    let parsed = kind::any(kind).read(&application, is_person, "")?;
    let request = Request::Amendment { application: &application, parsed: &parsed };
    let sight = party::actions::own_sight_of(app, caller).await?;
    let asking = Asking { sight, permit, request, idempotency: None };
    case::actions::life::file_with(app, caller, &asking, |tx, case| async move {
        if let Some(once) = once {
            once.remember(&tx, SUBMIT, case.0).await?;
        }
        handed_in(app, caller, &tx, (seen.id, seen.version), case).await
    })
    .await
}

/// Sends an answer to what was asked in a case, with the corrected application where one was written.
///
/// # Errors
/// 404 or 412 as every step; 409 when nothing is asked any more; 422 with everything that is wrong.
pub async fn answer(
    app: &App,
    caller: &Caller,
    seen: Seen,
    case_version: i32,
    finish: impl Fn(Kind, Value) -> Value,
) -> Result<Case, Failure> {
    let opened = at_version(app, caller, seen).await?;
    let Purpose::Reply(id) = opened.draft.purpose else { return Err(Failure::not_found()) };
    let mut errors = FieldErrors::new();
    let text = needed_text(opened.content.text("text"), LONGEST_ANSWER, "/text", &mut errors);
    let text = errors.finish(text)?;
    let kind = opened.draft.kind;
    let is_person = !caller.is(Role::Representative);
    let correction = match opened.content.application {
        Value::Null => None,
        application => {
            let application = finish(kind, application);
            let parsed = kind::any(kind).read(&application, is_person, "/application")?;
            Some((application, parsed))
        }
    };
    let correction = correction.as_ref().map(|(application, parsed)| (application, parsed));
    let sight = party::actions::own_sight_of(app, caller).await?;
    let answer = Answer { text: &text, correction };
    case::actions::reply_with(app, caller, (sight, id), case_version, &answer, |tx| async move {
        handed_in(app, caller, &tx, (seen.id, seen.version), id).await
    })
    .await
}

/// Sends an appeal.
///
/// # Errors
/// 404 or 412 as every step; 409 when there is nothing to appeal against; 422 with everything that is wrong.
pub async fn appeal(
    app: &App,
    caller: &Caller,
    seen: Seen,
    case_version: i32,
) -> Result<Case, Failure> {
    let opened = at_version(app, caller, seen).await?;
    let Purpose::Appeal(id) = opened.draft.purpose else { return Err(Failure::not_found()) };
    let written = |name| Some(opened.content.text(name).to_owned()).filter(|text| !text.is_empty());
    let (late, deferral) = (written("lateReason"), written("deferral"));
    let mut errors = FieldErrors::new();
    let appeal =
        Written::read(opened.content.text("text"), late.as_ref(), deferral.as_ref(), &mut errors);
    let appeal = errors.finish(appeal)?;
    let sight = party::actions::own_sight_of(app, caller).await?;
    let at = (sight, id);
    let (case, _) = lodge_with(app, caller, at, case_version, &appeal.lodging(), |tx| async move {
        handed_in(app, caller, &tx, (seen.id, seen.version), id).await
    })
    .await?;
    Ok(case)
}
