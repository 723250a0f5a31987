//! Putting notices into the queue, and handing over what is due.

use std::time::SystemTime;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    Notice,
    client::{MailFlaw, MailServer},
    rules::{self, Message, Named},
    store::{self, About, Ending, Table},
};
use crate::{
    app::App,
    case::{self, lifecycle::Status},
    database::Tx,
    failure::Failure,
    identity::Sight,
    journal,
    letter::{self, model::LetterKind},
    notification::{
        actions::{BATCH, set_gauge},
        model::Course,
        store::queue,
    },
    party,
    permit::{
        self,
        kind::{self, Reason},
        model::Permit,
    },
    utilisation,
    values::{
        calendar::{oslo_date, start_of_day},
        deadline::{Timer, deadline},
        ids::{CaseId, LetterId, PartyId, PermitId},
        language::Language,
        number_use::types_with_rule,
        reminder::Reminder,
    },
};

/// Tells an applicant that the application has come in.
///
/// # Errors
/// When the database does not answer.
pub async fn received(app: &App, tx: &Tx, case: CaseId, party: PartyId) -> Result<(), Failure> {
    if app.mail_server().is_none() {
        return Ok(());
    }
    store::insert(tx, Notice::Receipt, party, About::Case(case), tx.now()).await
}

/// What is told of a letter.
const fn notice_of(kind: LetterKind) -> Notice {
    match kind {
        LetterKind::InformationRequest => Notice::InformationRequest,
        LetterKind::Decision
        | LetterKind::AppealDecision
        | LetterKind::Order
        | LetterKind::CoerciveFine => Notice::Decision,
        LetterKind::Invoice => Notice::Invoice,
        LetterKind::PaymentReminder => Notice::PaymentReminder,
        LetterKind::ProvisionalAnswer
        | LetterKind::AppealForwarded
        | LetterKind::AppealNotice
        | LetterKind::AdvanceNotice
        | LetterKind::SupervisionClosed
        | LetterKind::CreditNote
        | LetterKind::Receipt
        | LetterKind::AppealDeferral
        | LetterKind::Reasons
        | LetterKind::NewTimeLimit
        | LetterKind::CaseClosed => Notice::Letter,
    }
}

/// Tells an addressee of a letter at once, and again after a week unopened.
///
/// # Errors
/// When the database does not answer.
pub async fn letter_sent(
    app: &App,
    tx: &Tx,
    kind: LetterKind,
    letter: LetterId,
    party: PartyId,
) -> Result<(), Failure> {
    if app.mail_server().is_none() {
        return Ok(());
    }
    let about = About::Letter(letter);
    store::insert(tx, notice_of(kind), party, about, tx.now()).await?;
    let second = deadline(Timer::SecondNotification, tx.now()).map_err(Failure::internal)?;
    store::insert(tx, Notice::Unopened, party, about, second.ends_at).await
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
    let mut reminded = 0;
    for id in store::answers_due(app.db().read(), period, BATCH).await? {
        reminded += app
            .db()
            .write(|tx| async move {
                // another process may have reminded since it was read
                let case = case::store::lock(&tx, Sight::All, id).await?;
                if !store::is_to_be_told(&tx, id, period).await? {
                    return Ok(0);
                }
                let about = About::Case(id);
                store::insert(&tx, Notice::AnswerDue, case.applicant, about, tx.now()).await?;
                Ok(1)
            })
            .await?;
    }
    Ok(reminded)
}

/// Puts a notice into the queue for every holder whose permit ends in some weeks, and once more in some days, unless a
/// renewal waits already; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remind_of_ends(app: &App) -> Result<usize, Failure> {
    if app.mail_server().is_none() {
        return Ok(0);
    }
    let today = oslo_date(app.clock().now());
    let days = (Reminder::PermitEnds.days(today), Reminder::PermitEndsSoon.days(today));
    let (Some(early), Some(late)) = days else { return Ok(0) };
    let within = |notice, from: i64, days: i64| Ending {
        notice,
        period: (today + TimeDelta::days(from), today + TimeDelta::days(days)),
        longer_than: days,
    };
    let mut told = 0;
    for ending in
        [within(Notice::PermitEnds, late + 1, early), within(Notice::PermitEndsSoon, 0, late)]
    {
        for id in store::permits_ending(app.db().read(), ending, BATCH).await? {
            told += app.db().write(|tx| async move { tell_of_end(&tx, id, ending).await }).await?;
        }
    }
    Ok(told)
}

async fn tell_of_end(tx: &Tx, id: PermitId, ending: Ending) -> Result<usize, Failure> {
    // another process may have told of it since it was read
    let permit = permit::store::lock(tx, Sight::All, id).await?;
    let Some(until) = permit.validity.until() else { return Ok(0) };
    if !store::is_to_be_told_of(tx, id, ending).await? {
        return Ok(0);
    }
    let about = About::Permit(id, until);
    store::insert(tx, ending.notice, permit.holder, about, tx.now()).await?;
    Ok(1)
}

/// Reminds who was told of an advance notice or an appeal, some days before the time to comment on it is over. Whoever has fewer days
/// than that is told of them by the letter alone.
///
/// # Errors
/// When the database does not answer.
pub async fn comment_asked(
    app: &App,
    tx: &Tx,
    letter: LetterId,
    party: PartyId,
    due_on: NaiveDate,
) -> Result<(), Failure> {
    let days = Reminder::AnswerDue.days(oslo_date(tx.now()));
    let (Some(_), Some(days)) = (app.mail_server(), days) else { return Ok(()) };
    let at = start_of_day(due_on - TimeDelta::days(days));
    if at <= tx.now() {
        return Ok(());
    }
    store::insert(tx, Notice::CommentDue, party, About::Letter(letter), at).await
}

/// Puts a reminder into the queue for every holder whose yearly report on numbers is due in some days and has not come;
/// answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn remind_of_reports(app: &App) -> Result<usize, Failure> {
    if app.mail_server().is_none() {
        return Ok(0);
    }
    let today = oslo_date(app.clock().now());
    let Some(days) = Reminder::ReportDue.days(today) else { return Ok(0) };
    let year = today.year() - 1;
    let (Ok(last), Some(next_year)) =
        (utilisation::rules::due_on(year), NaiveDate::from_ymd_opt(year + 1, 1, 1))
    else {
        return Ok(0); // nobody reported on that year
    };
    if today > last || last - today > TimeDelta::days(days) {
        return Ok(0);
    }
    let day = last + TimeDelta::days(1);
    let told = store::told_of(app.db().read(), Notice::ReportDue, day).await?;
    let (mut after, mut reminded) = (None, 0);
    loop {
        let missing = Some(true);
        let (page, _) =
            utilisation::store::reporting(app.db().read(), year, next_year, missing, after, BATCH)
                .await?;
        let Some(end) = page.last() else { return Ok(reminded) };
        after = Some(end.id.0);
        for permit in page.iter().filter(|permit| !told.contains(&permit.id)) {
            let id = permit.id;
            reminded += app
                .db()
                .write(|tx| async move { remind_of_report(&tx, id, year, day).await })
                .await?;
        }
    }
}

async fn remind_of_report(
    tx: &Tx,
    id: PermitId,
    year: i32,
    day: NaiveDate,
) -> Result<usize, Failure> {
    // another process may have reminded, or the report have come, since it was read
    let permit = permit::store::lock(tx, Sight::All, id).await?;
    let is_told = store::told_of(&**tx, Notice::ReportDue, day).await?.contains(&id);
    let has_come = utilisation::store::find(&**tx, id, year).await?.is_some();
    if is_told || has_come || !permit.status.is_live() {
        return Ok(0);
    }
    let about = About::Permit(id, day);
    store::insert(tx, Notice::ReportDue, permit.holder, about, tx.now()).await?;
    Ok(1)
}

/// Puts a notice into the queue for every holder whose numbers must be in use by a day that is near, and who has not stated
/// that they are; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn ask_for_use(app: &App) -> Result<usize, Failure> {
    if app.mail_server().is_none() {
        return Ok(0);
    }
    let today = oslo_date(app.clock().now());
    let types = types_with_rule(today);
    let (mut after, mut asked) = (None, 0);
    loop {
        let page = utilisation::store::watched(app.db().read(), &types, after, BATCH).await?;
        let Some((end, _)) = page.last() else { return Ok(asked) };
        after = Some(end.id.0);
        for (permit, stated) in &page {
            let in_use_on = stated.as_ref().map(|stated| stated.in_use_on);
            let due = utilisation::rules::in_use_by(permit, in_use_on, today);
            let is_near =
                |due: &NaiveDate| *due >= today && utilisation::rules::is_asked(*due, today);
            let Some(due) = due.filter(is_near) else { continue };
            let (id, day) = (permit.id, due + TimeDelta::days(1));
            if !store::told_of(app.db().read(), Notice::NumberUseDue, day).await?.contains(&id) {
                asked +=
                    app.db().write(|tx| async move { ask_for_use_of(&tx, id, day).await }).await?;
            }
        }
    }
}

async fn ask_for_use_of(tx: &Tx, id: PermitId, day: NaiveDate) -> Result<usize, Failure> {
    // another process may have asked, or the statement have come, since it was read
    let permit = permit::store::lock(tx, Sight::All, id).await?;
    let is_told = store::told_of(&**tx, Notice::NumberUseDue, day).await?.contains(&id);
    if is_told || use_due(tx, &permit).await? != day.pred_opt() {
        return Ok(0);
    }
    let about = About::Permit(id, day);
    store::insert(tx, Notice::NumberUseDue, permit.holder, about, tx.now()).await?;
    Ok(1)
}

/// The last day by which the numbers of a live permit must be in use; nothing where there is none.
async fn use_due(tx: &Tx, permit: &Permit) -> Result<Option<NaiveDate>, Failure> {
    let stated = utilisation::store::stated(&**tx, permit.id).await?;
    let in_use_on = stated.map(|stated| stated.in_use_on);
    let due = utilisation::rules::in_use_by(permit, in_use_on, oslo_date(tx.now()));
    Ok(due.filter(|_| permit.status.is_live()))
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
    for id in queue::due::<Table>(app.db().read(), app.clock().now(), BATCH).await? {
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
    set_gauge::<Table>(app, "anrop_email_oldest_due_seconds").await?;
    Ok(sent)
}

/// Takes a notice for this process and makes its text; nothing when it is not worth sending any more.
async fn prepare(app: &App, tx: &Tx, id: Uuid) -> Result<Option<Ready>, Failure> {
    let Some(row) = queue::take::<Table>(tx, id).await? else { return Ok(None) };
    let notice = Notice::from_code(&row.purpose);
    let (Some(notice), Some(about)) = (notice, store::about(&row)) else {
        return Err(Failure::internal("a notice is about nothing that is known"));
    };
    let facts = match about {
        About::Case(case) => of_case(tx, notice, case).await?,
        About::Letter(letter) if notice == Notice::CommentDue => {
            of_comment(app, tx, letter).await?
        }
        About::Letter(letter) => of_letter(tx, letter).await?,
        About::Permit(permit, day) if notice == Notice::ReportDue => {
            of_report(tx, (permit, day), row.party_id).await?
        }
        About::Permit(permit, day) if notice == Notice::NumberUseDue => {
            of_use(tx, (permit, day), row.party_id).await?
        }
        About::Permit(permit, until) => of_permit(tx, (permit, until), row.party_id).await?,
    };
    let Some(facts) = facts else {
        queue::settle::<Table>(tx, id, Course::drop_it).await?;
        return Ok(None);
    };
    let party = party::store::get(&**tx, PartyId(row.party_id)).await?;
    let language = party.details.language;
    let settings = app.settings();
    let link = format!("{}/{language}/{}", settings.public_url, facts.path);
    let no_renewal = facts.no_renewal.map(|reason| reason.text(language));
    let named = Named {
        authority: &settings.authority_name,
        case: &facts.case,
        received: facts.received,
        due_on: facts.due_on,
        no_renewal: no_renewal.as_deref(),
        link: &link,
    };
    let message = rules::message(notice, language, &named);
    let to = party.details.email.as_str().to_owned();
    Ok(Some(Ready { at: row.created_at, to, language, message }))
}

/// What a notice names, as it stands when it goes out.
struct Facts {
    /// Number of the case, or of the permit.
    case: String,
    received: Option<DateTime<Utc>>,
    due_on: Option<NaiveDate>,
    /// Why a permit that ends is not renewed.
    no_renewal: Option<Reason>,
    path: String,
}

/// Of a case; nothing when what it would remind of is done.
async fn of_case(tx: &Tx, notice: Notice, id: CaseId) -> Result<Option<Facts>, Failure> {
    let case = case::store::find(&**tx, Sight::All, id).await?;
    let is_worth = notice != Notice::AnswerDue
        || (case.status == Status::WaitingForApplicant
            && case.waiting_until.is_some_and(|day| day >= oslo_date(tx.now())));
    Ok(is_worth.then(|| Facts {
        case: case.display_number(),
        received: Some(case.submitted_at),
        due_on: case.waiting_until,
        no_renewal: None,
        path: format!("my-page/cases/{id}"),
    }))
}

/// Of a letter; nothing when it was opened.
async fn of_letter(tx: &Tx, id: LetterId) -> Result<Option<Facts>, Failure> {
    let Some(case) = store::case_of_unopened(&**tx, id).await? else { return Ok(None) };
    let (year, serial) = journal::store::case_number(&**tx, case).await?;
    Ok(Some(Facts {
        case: format!("{year}/{serial:06}"),
        received: None,
        due_on: None,
        no_renewal: None,
        path: format!("letters/{id}"),
    }))
}

/// Of an advance notice or an appeal; nothing when nobody waits for a comment any more.
async fn of_comment(app: &App, tx: &Tx, id: LetterId) -> Result<Option<Facts>, Failure> {
    let Some(asked) = letter::comment::asked(app, &**tx, id).await? else { return Ok(None) };
    Ok(asked.until.filter(|day| *day >= oslo_date(tx.now())).map(|day| Facts {
        case: asked.case,
        received: None,
        due_on: Some(day),
        no_renewal: None,
        path: format!("letters/{id}"),
    }))
}

/// Of the report that is due of a permit; nothing when it has come, the permit has ended or is held by somebody else.
async fn of_report(
    tx: &Tx,
    (id, day): (PermitId, NaiveDate),
    told: Uuid,
) -> Result<Option<Facts>, Failure> {
    let permit = permit::store::find(&**tx, Sight::All, id).await?;
    let Some(last) = day.pred_opt().filter(|last| *last >= oslo_date(tx.now())) else {
        return Ok(None);
    };
    let year = last.year() - 1;
    let has_come = utilisation::store::find(&**tx, id, year).await?.is_some();
    let is_worth = permit.status.is_live() && permit.holder.0 == told && !has_come;
    Ok(is_worth.then(|| Facts {
        case: permit.number,
        received: None,
        due_on: Some(last),
        no_renewal: None,
        path: format!("my-page/permits/{id}/utilisation/{year}"),
    }))
}

/// Of the day by which the numbers of a permit must be in use; nothing when they are stated to be, the permit has ended or is
/// held by somebody else.
async fn of_use(
    tx: &Tx,
    (id, day): (PermitId, NaiveDate),
    told: Uuid,
) -> Result<Option<Facts>, Failure> {
    let permit = permit::store::find(&**tx, Sight::All, id).await?;
    let last = day.pred_opt().filter(|last| *last >= oslo_date(tx.now()));
    let is_worth = last.is_some() && permit.holder.0 == told && use_due(tx, &permit).await? == last;
    Ok(is_worth.then(|| Facts {
        case: permit.number,
        received: None,
        due_on: last,
        no_renewal: None,
        path: format!("my-page/permits/{id}"),
    }))
}

/// Of a permit; nothing when it does not end on that day any more, is held by somebody else, or is being renewed.
async fn of_permit(
    tx: &Tx,
    (id, until): (PermitId, NaiveDate),
    told: Uuid,
) -> Result<Option<Facts>, Failure> {
    let permit = permit::store::find(&**tx, Sight::All, id).await?;
    let last = until.pred_opt().filter(|last| *last >= oslo_date(tx.now()));
    let ends = permit.status.is_live() && permit.validity.until() == Some(until);
    let is_worth = ends && last.is_some() && permit.holder.0 == told;
    if !is_worth || store::is_being_renewed(tx, id).await? {
        return Ok(None);
    }
    let (details, today) = (&permit.details, oslo_date(tx.now()));
    let renewed = kind::any(permit.kind).renewed_until(details, permit.validity, today);
    Ok(Some(Facts {
        case: permit.number,
        received: None,
        due_on: last,
        no_renewal: renewed.err(),
        path: format!("my-page/permits/{id}"),
    }))
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
    app.db()
        .write(|tx| async move {
            let now = tx.now();
            queue::settle::<Table>(&tx, id, |course| match outcome {
                Ok(()) => course.sent(now),
                Err(flaw) => {
                    course.attempts += uncounted;
                    let attempt = course.attempts;
                    tracing::warn!(notice = %id, attempt, %flaw, "a notice was not taken");
                    course.not_taken(now, rules::again(attempt, flaw.refusal()));
                }
            })
            .await
            .map(|_| ())
        })
        .await
}
