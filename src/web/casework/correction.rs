//! The application corrected for somebody who answers on paper or by telephone: begun on the page of the case, typed in the
//! form that applicants have (`web/apply`), and registered together with the answer. It has no rules of its own.

use chrono::NaiveDate;
use serde_json::Value;

use super::case_page::Typed;
use crate::{
    app::App,
    case::{
        actions::{Answer, dossier::Dossier, not_party, registered},
        lifecycle::Step,
        model::Channel,
        store::{self, Case},
    },
    draft::{
        actions::{self as drafts, Opened, handed_in},
        model::{Content, Purpose},
    },
    failure::Failure,
    identity::Sight,
    party,
    permit::kind,
    values::ids::CaseId,
    web::{
        apply::{
            changes::{Change, changes},
            copy, form, values,
        },
        form::Form,
        sign_in::SignedIn,
    },
};

/// A correction that was begun.
pub struct Correction {
    /// What it changes.
    pub changes: Vec<Change>,
    /// Version of the draft.
    pub version: i32,
    content: Content,
}

impl Correction {
    /// Puts what was typed of the answer before into the form again, where nothing is typed.
    pub fn remind(&self, typed: &mut Typed) {
        let fields = [
            (&mut typed.reply, "text"),
            (&mut typed.reply_way, "way"),
            (&mut typed.reply_came, "came"),
        ];
        for (field, name) in fields {
            if field.is_empty() {
                self.content.text(name).clone_into(field);
            }
        }
    }
}

/// Whether what the applicant of a case answers may come with an application that the reader corrects.
pub fn is_possible(visitor: &SignedIn, case: &Case) -> bool {
    let is_asked = case.status.after(Step::Reply).is_ok();
    is_asked && visitor.caller.files_for_others() && copy::has_copy(case)
}

async fn begun(app: &App, visitor: &SignedIn, case: CaseId) -> Result<Option<Opened>, Failure> {
    drafts::about(app, &visitor.caller, Purpose::Reply(case)).await
}

fn finished(case: &Case, application: Value, is_person: bool) -> Value {
    values::finished(&form::at_desk(case.kind).steps, application, is_person)
}

/// The correction that the caseworker has begun in a case.
///
/// # Errors
/// When the database does not answer.
pub async fn of(
    app: &App,
    visitor: &SignedIn,
    dossier: &Dossier,
) -> Result<Option<Correction>, Failure> {
    let case = &dossier.case;
    if !is_possible(visitor, case) {
        return Ok(None);
    }
    let Some(opened) = begun(app, visitor, case.id).await? else { return Ok(None) };
    let is_person = dossier.applicant.is_person();
    let after = finished(case, opened.content.application.clone(), is_person);
    let steps = form::at_desk(case.kind).steps.iter();
    let said = (&dossier.application, &after);
    Ok(Some(Correction {
        changes: changes(steps, visitor.reader.words, is_person, said),
        version: opened.draft.version,
        content: opened.content,
    }))
}

/// Begins or goes on with a correction, with what was typed of the answer kept beside it; answers where its form is.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404 where the application cannot be corrected; 409 when
/// nothing is asked, or there are too many drafts.
pub async fn begin(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    sent: &Form,
) -> Result<String, Failure> {
    let caller = &visitor.caller;
    let case = not_party(app, caller, id).await?;
    caller.needs_kind(case.kind)?;
    case.status.after(Step::Reply)?;
    if !is_possible(visitor, &case) {
        return Err(Failure::not_found());
    }
    let key = party::store::data_key(app.db().read(), &app.keys(), case.applicant).await?;
    let application = Content::of(case.application(&key)?);
    let purpose = Purpose::Reply(id);
    let opened = drafts::take_up(app, caller, case.kind, purpose, &application).await?;
    let mut content = opened.content;
    for (name, field) in [("text", "reply"), ("way", "reply-way"), ("came", "reply-came")] {
        content.write(name, &sent.get(field).replace("\r\n", "\n"));
    }
    let draft = opened.draft;
    drafts::save(app, caller, draft.id, draft.version, &content).await?;
    let first = form::at_desk(case.kind).steps.first().map_or("", |step| step.name);
    Ok(visitor.reader.link(format_args!("/drafts/{}/{first}", draft.id)))
}

/// Throws the correction away: the application is to stand as it is.
///
/// # Errors
/// 412 when it was changed in another window.
pub async fn discard(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    sent: &Form,
) -> Result<(), Failure> {
    let Some(opened) = begun(app, visitor, id).await? else { return Ok(()) };
    let version = sent.get("draft").parse().map_err(|_| Failure::stale())?;
    drafts::discard(app, &visitor.caller, opened.draft.id, version).await
}

/// Registers an answer, with the correction where one was begun; that is gone in the same commit.
///
/// # Errors
/// As registering an answer; 412 when the correction was changed in another window; 400 or 422 with everything that is
/// wrong in it.
pub async fn register(
    app: &App,
    visitor: &SignedIn,
    (id, version): (CaseId, i32),
    sent: &Form,
    (text, came): (&str, (Channel, Option<NaiveDate>)),
) -> Result<(), Failure> {
    let caller = &visitor.caller;
    let Some(opened) = begun(app, visitor, id).await? else {
        let answer = Answer { text, correction: None };
        registered::reply(app, caller, (id, version), &answer, came).await?;
        return Ok(());
    };
    let seen = (opened.draft.id, opened.draft.version);
    if sent.get("draft").parse::<i32>() != Ok(seen.1) {
        return Err(Failure::stale());
    }
    let connection = app.db().read();
    let case = store::find(connection, Sight::All, id).await?;
    let is_person = party::store::get(connection, case.applicant).await?.is_person();
    let application = finished(&case, opened.content.application, is_person);
    let parsed = kind::any(case.kind).read(&application, is_person, "/application")?;
    let answer = Answer { text, correction: Some((&application, &parsed)) };
    registered::reply_with(app, caller, (id, version), &answer, came, |tx| async move {
        handed_in(app, caller, &tx, seen, id).await
    })
    .await?;
    Ok(())
}
