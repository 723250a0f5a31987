//! Putting notices into the queue, and handing over what is due.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    Notice,
    client::{MailFlaw, MailServer},
    rules::{self, Message, Named},
    store::{self, About, Email},
};
use crate::{
    app::App,
    case::{self, lifecycle::Status},
    database::Tx,
    failure::Failure,
    identity::Sight,
    party,
    values::{
        calendar::oslo_date,
        deadline::{Timer, deadline},
        ids::{CaseId, LetterId, PartyId},
        language::Language,
        reminder::Reminder,
    },
};

/// Notices handled in one run, and cases reminded of.
const BATCH: u64 = 50;
/// How long a process has for one notice before another may try it.
const LEASE_MINUTES: i64 = 2;

/// Tells an applicant that the application has come in.
///
/// # Errors
/// When the database does not answer.
pub async fn received(app: &App, tx: &Tx, case: CaseId, party: PartyId) -> Result<(), Failure> {
    if app.mail_server().is_none() {
        return Ok(());
    }
    store::insert(tx, Notice::Receipt, About { party, case, letter: None }, tx.now()).await
}

/// Tells an addressee of a letter at once, and again after a week unopened.
///
/// # Errors
/// When the database does not answer.
pub async fn letter_sent(
    app: &App,
    tx: &Tx,
    notice: Notice,
    (case, letter): (CaseId, LetterId),
    party: PartyId,
) -> Result<(), Failure> {
    if app.mail_server().is_none() {
        return Ok(());
    }
    let about = About { party, case, letter: Some(letter) };
    store::insert(tx, notice, about, tx.now()).await?;
    let second = deadline(Timer::SecondNotification, tx.now()).map_err(Failure::internal)?;
    store::insert(tx, Notice::Unopened, about, second.ends_at).await
}

/// Puts a reminder into the queue for every applicant whose answer is due in some days; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remind_of_answers(app: &App) -> Result<usize, Failure> {
    if app.mail_server().is_none() {
        return Ok(0);
    }
    let today = oslo_date(app.clock().now());
    let Some(days) = Reminder::AnswerDue.days(today) else { return Ok(0) };
    let period = (today, today + TimeDelta::days(days));
    let due = store::answers_due(app.db().read(), period, BATCH).await?;
    for about in &due {
        app.db()
            .write(
                |tx| async move { store::insert(&tx, Notice::AnswerDue, *about, tx.now()).await },
            )
            .await?;
    }
    Ok(due.len())
}

/// A notice ready to be handed over.
struct Ready {
    at: DateTime<Utc>,
    to: String,
    language: Language,
    message: Message,
}

/// Hands over what is due, if there is a mail server; answers how many notices it took. While the server
/// does not answer at all, the others wait for the next run.
///
/// # Errors
/// When the database does not answer.
pub async fn send_due(app: &App) -> Result<usize, Failure> {
    let Some(server) = app.mail_server() else { return Ok(0) };
    let mut sent = 0;
    for id in store::due(app.db().read(), app.clock().now(), BATCH).await? {
        let ready = app.db().write(|tx| async move { prepare(app, &tx, id).await }).await;
        let outcome = match ready {
            Ok(None) => continue,
            Ok(Some(ready)) => hand_over(app, server, id, &ready).await?,
            // what is wrong with one keeps nobody else waiting
            Err(failure) => {
                let problem = failure.problem().code();
                tracing::error!(notice = %id, problem, "a notice cannot be made");
                settle(app, id, Err(MailFlaw::Silent), 1).await?;
                continue;
            }
        };
        match outcome {
            Ok(()) => sent += 1,
            Err(MailFlaw::Silent) => break,
            Err(_) => {}
        }
    }
    set_gauge(app).await?;
    Ok(sent)
}

#[allow(clippy::cast_precision_loss)] // a gauge is a float
async fn set_gauge(app: &App) -> Result<(), Failure> {
    let oldest = store::backlog(app.db().read()).await?;
    let age = oldest.map_or(0, |at| (app.clock().now() - at).num_seconds().max(0));
    metrics::gauge!("anrop_email_oldest_due_seconds").set(age as f64);
    Ok(())
}

/// Takes a notice for this process and makes its text; nothing when it is not worth sending any more.
async fn prepare(app: &App, tx: &Tx, id: Uuid) -> Result<Option<Ready>, Failure> {
    let now = tx.now();
    let Some(mut row) = store::lock(tx, id).await? else { return Ok(None) };
    let is_due = row.status == "waiting" && row.next_attempt_at.is_some_and(|at| at <= now);
    let Some(notice) = Notice::from_code(&row.purpose).filter(|_| is_due) else {
        return Ok(None);
    };
    let case = case::store::find(&**tx, Sight::All, CaseId(row.case_id)).await?;
    let is_worth = match (notice, row.letter_id) {
        (Notice::Receipt, _) => true,
        (Notice::AnswerDue, _) => {
            case.status == Status::WaitingForApplicant
                && case.waiting_until.is_some_and(|day| day >= oslo_date(now))
        }
        (_, Some(letter)) => store::is_unopened(&**tx, letter).await?,
        (_, None) => false,
    };
    if !is_worth {
        "dropped".clone_into(&mut row.status);
        row.next_attempt_at = None;
        store::update(tx, &row).await?;
        return Ok(None);
    }
    row.attempts += 1;
    row.next_attempt_at = Some(now + TimeDelta::minutes(LEASE_MINUTES));
    store::update(tx, &row).await?;
    let party = party::store::get(&**tx, PartyId(row.party_id)).await?;
    let language = party.details.language;
    let settings = app.settings();
    let path = match row.letter_id {
        Some(letter) => format!("letters/{letter}"),
        None => format!("my-page/cases/{}", case.id),
    };
    let link = format!("{}/{language}/{path}", settings.public_url);
    let named = Named {
        authority: &settings.authority_name,
        case: &case.display_number(),
        received: case.submitted_at,
        due_on: case.waiting_until,
        link: &link,
    };
    let message = rules::message(notice, language, &named);
    let to = party.details.email.as_str().to_owned();
    Ok(Some(Ready { at: row.created_at, to, language, message }))
}

async fn hand_over(
    app: &App,
    server: &MailServer,
    id: Uuid,
    ready: &Ready,
) -> Result<Result<(), MailFlaw>, Failure> {
    let Ready { at, to, language, message } = ready;
    let outcome = server.send((id, SystemTime::from(*at)), to, *language, message).await;
    settle(app, id, outcome, 0).await?;
    Ok(outcome)
}

/// Writes down how an attempt went; `uncounted` is 1 for one that never came to a text.
async fn settle(
    app: &App,
    id: Uuid,
    outcome: Result<(), MailFlaw>,
    uncounted: i32,
) -> Result<(), Failure> {
    let what = if outcome.is_ok() { "sent" } else { "failed" };
    metrics::counter!("anrop_emails_total", "outcome" => what).increment(1);
    let settled = |row: &mut Email, now: DateTime<Utc>| match outcome {
        Ok(()) => {
            "sent".clone_into(&mut row.status);
            row.sent_at = Some(now);
            row.next_attempt_at = None;
        }
        Err(flaw) => {
            tracing::warn!(notice = %id, attempt = row.attempts, %flaw, "a notice was not taken");
            row.attempts += uncounted;
            let pause = rules::again(row.attempts, flaw.refusal());
            row.next_attempt_at = pause.map(|pause| now + pause);
            if pause.is_none() {
                "failed".clone_into(&mut row.status);
            }
        }
    };
    let settled = &settled;
    app.db()
        .write(|tx| async move {
            let Some(mut row) = store::lock(&tx, id).await? else { return Ok(()) };
            settled(&mut row, tx.now());
            store::update(&tx, &row).await
        })
        .await
}
