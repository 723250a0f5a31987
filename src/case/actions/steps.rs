//! The steps of an open case: who has it, what is asked and answered, notes, and taking it back.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::{
    super::{
        lifecycle::Step,
        model::Purpose,
        store::{Case, MessageKind},
        wishes,
    },
    letters, locked, message, not_party, save,
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    journal::{self, Direction},
    party,
    permit::kind::{self, Parsed},
    values::{calendar::oslo_date, ids::CaseId},
};

/// Takes or gives a case.
///
/// # Errors
/// 404, 412 or 409 as every step.
pub async fn assign(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    assignee: &str,
) -> Result<Case, Failure> {
    give(app, caller, id, version, Some(assignee)).await
}

/// Gives a case back to the queue: nobody has it.
///
/// # Errors
/// 404, 412 or 409 as every step.
pub async fn release(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
) -> Result<Case, Failure> {
    give(app, caller, id, version, None).await
}

async fn give(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    assignee: Option<&str>,
) -> Result<Case, Failure> {
    app.db()
        .write(|tx| async move {
            let mut case = locked(&tx, Sight::All, id, version).await?;
            caller.needs_kind(case.kind)?;
            case.status = case.status.after(Step::Assign)?;
            case.assignee = assignee.map(str::to_owned);
            let title = if assignee.is_some() { "Assigned" } else { "Given back" };
            journal::add(&tx, id, Direction::Internal, title, &caller.subject).await?;
            save(&tx, case).await
        })
        .await
}

/// Asks the applicant for something; the clock stands still until the answer.
///
/// # Errors
/// 404, 412 or 409 as every step.
pub async fn request_information(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    text: &str,
    due_on: NaiveDate,
) -> Result<Case, Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let mut case = locked(&tx, Sight::All, id, version).await?;
            case.status = case.status.after(Step::RequestInformation)?;
            case.assignee.get_or_insert_with(|| caller.subject.clone());
            case.waiting_since = Some(tx.now());
            case.waiting_until = Some(due_on);
            message(app, &tx, &case, MessageKind::InformationRequest, caller, text, Some(due_on))
                .await?;
            letters::information_request(app, &tx, &case, caller, text, due_on).await?;
            save(&tx, case).await
        })
        .await
}

/// Answers a request, with a corrected application where one is sent along.
///
/// # Errors
/// 404, 412 or 409 as every step.
pub async fn reply(
    app: &App,
    caller: &Caller,
    sight: Sight,
    id: CaseId,
    version: i32,
    text: &str,
    correction: Option<(&Value, &Parsed<Value>)>,
) -> Result<Case, Failure> {
    let answer = Answer { text, correction };
    reply_with(app, caller, (sight, id), version, &answer, |_| async { Ok(()) }).await
}

/// What an applicant answers.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// In words.
    pub text: &'a str,
    /// The whole application, corrected, and what it means.
    pub correction: Option<(&'a Value, &'a Parsed<Value>)>,
}

/// As [`reply`], with something that is written in the same commit once the answer is.
///
/// # Errors
/// As [`reply`]; what `more` answers.
pub async fn reply_with<F, Fut>(
    app: &App,
    caller: &Caller,
    (sight, id): (Sight, CaseId),
    version: i32,
    answer: &Answer<'_>,
    more: F,
) -> Result<Case, Failure>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let (more, Answer { text, correction }) = (&more, *answer);
    app.db()
        .write(|tx| async move {
            let mut case = locked(&tx, sight, id, version).await?;
            case.status = case.status.after(Step::Reply)?;
            case.due_on = resumed(&case, tx.now());
            message(app, &tx, &case, MessageKind::Reply, caller, text, None).await?;
            if let Some((application, parsed)) = correction {
                let key = party::store::data_key(&*tx, &app.keys(), case.applicant).await?;
                case.set_application(&key, application)?;
                kind::claims::end_hold(&tx, case.kind, id).await?;
                let about = case.permit;
                kind::claims::hold(&tx, case.kind, &parsed.details, id, about, case.due_on).await?;
                if case.purpose == Purpose::New {
                    case.call_sign = parsed.call_sign.map(|sign| sign.to_string());
                    wishes::actions::note(&tx, id, &parsed.wishes).await?;
                    let said = &parsed.applicant;
                    party::actions::meet(app, &tx, caller, &said.details, said.birth_date).await?;
                }
            }
            journal::add(&tx, id, Direction::In, "Reply from the applicant", &caller.subject)
                .await?;
            more(tx.clone()).await?;
            save(&tx, case).await
        })
        .await
}

/// The deadline after waiting: as many days later as the applicant was waited for.
fn resumed(case: &Case, now: DateTime<Utc>) -> NaiveDate {
    let Some(since) = case.waiting_since else { return case.due_on };
    let waited = (oslo_date(now) - oslo_date(since)).num_days().max(0);
    let moved = case.due_on + chrono::Days::new(waited.unsigned_abs());
    crate::values::calendar::next_working_day(moved)
}

/// Takes an application back.
///
/// # Errors
/// 404, 412 or 409 as every step.
pub async fn withdraw(
    app: &App,
    caller: &Caller,
    sight: Sight,
    id: CaseId,
    version: i32,
) -> Result<Case, Failure> {
    app.db()
        .write(|tx| async move {
            let mut case = locked(&tx, sight, id, version).await?;
            if case.purpose.is_own_motion() {
                return Err(Failure::new(
                    Problem::IllegalTransition,
                    "The authority began this case, so it cannot be withdrawn.",
                ));
            }
            case.status = case.status.after(Step::Withdraw)?;
            case.decided_at = Some(tx.now());
            kind::claims::end_hold(&tx, case.kind, id).await?;
            journal::add(&tx, id, Direction::In, "Application withdrawn", &caller.subject).await?;
            save(&tx, case).await
        })
        .await
}

/// Writes a note for the caseworkers.
///
/// # Errors
/// 404 or 412.
pub async fn note(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    text: &str,
) -> Result<Case, Failure> {
    app.db()
        .write(|tx| async move {
            let case = locked(&tx, Sight::All, id, version).await?;
            caller.needs_kind(case.kind)?;
            message(app, &tx, &case, MessageKind::Note, caller, text, None).await?;
            journal::add(&tx, id, Direction::Internal, "Note", &caller.subject).await?;
            save(&tx, case).await
        })
        .await
}
