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
    authority_only,
    facts::admit_anew,
    letters, locked, message, not_party, save, save_unshown,
};
use crate::{
    app::App,
    database::Tx,
    exam,
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
/// 403 for a caseworker who is party; 404, 412 or 409 as every step.
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
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let mut case = locked(&tx, Sight::All, id, version).await?;
            case.status = case.status.after(Step::Assign)?;
            case.assignee = assignee.map(str::to_owned);
            let title = if assignee.is_some() { "Assigned" } else { "Given back" };
            journal::add(&tx, id, Direction::Internal, title, &caller.subject).await?;
            save_unshown(&tx, case).await
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
    let more = &more;
    app.db()
        .write(|tx| async move {
            let case = locked(&tx, sight, id, version).await?;
            let kept = match answer.correction {
                Some((application, _)) => {
                    authority_only::keep(app, &tx, &case, application).await?
                }
                None => None,
            };
            let correction = match (&kept, answer.correction) {
                (Some(kept), Some((_, parsed))) => Some((kept, parsed)),
                (_, sent) => sent,
            };
            let answer = Answer { text: answer.text, correction };
            let title = match case.waits_for_comment() {
                true => "Comment on an advance notice received",
                false => "Reply from the applicant",
            };
            let came = (tx.now(), title);
            let case = take_reply(app, &tx, caller, case, &answer, came).await?;
            more(tx.clone()).await?;
            save(&tx, case).await
        })
        .await
}

/// Takes an answer into its locked case: when it came in, and how the journal names it.
pub(super) async fn take_reply(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    mut case: Case,
    answer: &Answer<'_>,
    (received_at, title): (DateTime<Utc>, &str),
) -> Result<Case, Failure> {
    let (id, Answer { text, correction }) = (case.id, *answer);
    if case.is_of_authority() && correction.is_some() {
        let detail =
            "Nobody has applied in this case, so there is no application to correct. Leave it out.";
        return Err(Failure::at("/application", "not-applicable", detail));
    }
    case.status = case.status.after(Step::Reply)?;
    case.due_on = resumed(&case, received_at);
    message(app, tx, &case, MessageKind::Reply, caller, text, None).await?;
    if let Some((application, parsed)) = correction {
        let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
        case.set_application(&key, application)?;
        kind::claims::end_hold(tx, case.kind, id).await?;
        let about = case.permit;
        kind::claims::hold(tx, case.kind, &parsed.details, id, about, case.due_on).await?;
        let applicant = if case.purpose == Purpose::New {
            case.call_sign = parsed.call_sign.map(|sign| sign.to_string());
            let wrong = wishes::rules::blocked(&parsed.wishes, oslo_date(tx.now()));
            wrong.finish(Some(())).map_err(|failure| failure.below("/application"))?;
            wishes::actions::note(tx, id, &parsed.wishes).await?;
            let said = (&parsed.applicant.details, parsed.applicant.birth_date);
            let applicant = party::store::lock(tx, case.applicant).await?;
            let by = &caller.subject;
            party::actions::bring_up_to_date(app, tx, applicant, said, None, by).await?
        } else {
            party::store::get(&**tx, case.applicant).await?
        };
        let today = oslo_date(tx.now());
        admit_anew(app, tx, &case, &applicant, parsed, Some(today)).await?;
    }
    journal::add(tx, id, Direction::In, title, &caller.subject).await?;
    Ok(case)
}

/// The deadline after waiting: as many days later as the applicant was waited for.
pub(super) fn resumed(case: &Case, now: DateTime<Utc>) -> NaiveDate {
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
            let case = locked(&tx, sight, id, version).await?;
            take_withdrawal(&tx, caller, case, "Application withdrawn").await
        })
        .await
}

/// Ends a locked case that its applicant takes back, as the journal names that.
pub(super) async fn take_withdrawal(
    tx: &Tx,
    caller: &Caller,
    mut case: Case,
    title: &str,
) -> Result<Case, Failure> {
    if case.is_of_authority() {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "The authority began this case, so it cannot be withdrawn.",
        ));
    }
    case.status = case.status.after(Step::Withdraw)?;
    case.decided_at = Some(tx.now());
    kind::claims::end_hold(tx, case.kind, case.id).await?;
    exam::store::release(tx, case.id).await?;
    journal::add(tx, case.id, Direction::In, title, &caller.subject).await?;
    save(tx, case).await
}

/// Writes a note for the caseworkers.
///
/// # Errors
/// 403 for a caseworker who is party; 404 or 412.
pub async fn note(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    text: &str,
) -> Result<Case, Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let case = locked(&tx, Sight::All, id, version).await?;
            message(app, &tx, &case, MessageKind::Note, caller, text, None).await?;
            journal::add(&tx, id, Direction::Internal, "Note", &caller.subject).await?;
            save_unshown(&tx, case).await
        })
        .await
}
