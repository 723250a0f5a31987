//! What becomes of a question while the case waits for its answer: another last day, or the question is withdrawn. The
//! applicant is told in the same commit. Asking and answering are in `steps.rs`.

use chrono::NaiveDate;

use super::{
    super::{
        lifecycle::Step,
        store::{self, Case, MessageKind},
    },
    letters, locked, not_party, save,
    steps::resumed,
    time_limit::hold_until,
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    party,
    values::{calendar::oslo_date, ids::CaseId},
};

/// Gives the applicant another last day for the answer, later or earlier; the clock stands still as before.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404, 412 or 409 as every step, 409 also
/// for an advance notice; 422 for a day before tomorrow, and for the day the applicant has already.
pub async fn move_day(
    app: &App,
    caller: &Caller,
    (id, version): (CaseId, i32),
    due_on: NaiveDate,
) -> Result<Case, Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let mut case = locked(&tx, Sight::All, id, version).await?;
            is_question(&case)?;
            case.status = case.status.after(Step::MoveAnswerDay)?;
            if due_on <= oslo_date(tx.now()) || case.waiting_until == Some(due_on) {
                return Err(Failure::at(
                    "/dueOn",
                    "range",
                    "Give a day from tomorrow on, and another than the applicant has already.",
                ));
            }
            case.waiting_until = Some(due_on);
            store::expect_answer(&tx, id, Some(due_on)).await?;
            let question = asked(app, &tx, &case).await?;
            letters::another_answer_day(app, &tx, &case, caller, &question, due_on).await?;
            save(&tx, case).await
        })
        .await
}

/// Withdraws the question: the clock runs again from today, and nothing is waited for.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404, 412 or 409 as every step, 409 also
/// for an advance notice.
pub async fn withdraw(
    app: &App,
    caller: &Caller,
    (id, version): (CaseId, i32),
) -> Result<Case, Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let mut case = locked(&tx, Sight::All, id, version).await?;
            is_question(&case)?;
            case.status = case.status.after(Step::WithdrawQuestion)?;
            case.due_on = resumed(&case, tx.now());
            store::expect_answer(&tx, id, None).await?;
            hold_until(app, &tx, &case).await?;
            letters::question_withdrawn(app, &tx, &case, caller).await?;
            save(&tx, case).await
        })
        .await
}

/// An advance notice is no question: the time it gives to comment stands (forvaltningsloven § 16). What is asked later in the case
/// that it began is one.
fn is_question(case: &Case) -> Result<(), Failure> {
    if case.waits_for_comment() {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "The holder was given notice, and has the time it says to comment. End the case if nothing is decided.",
        ));
    }
    Ok(())
}

/// What the applicant was asked last.
async fn asked(app: &App, tx: &Tx, case: &Case) -> Result<String, Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    let messages = store::messages(&**tx, &key, case.id, false).await?;
    let code = MessageKind::InformationRequest.code();
    let question = messages.into_iter().rev().find(|message| message.kind == code);
    let question =
        question.ok_or_else(|| Failure::internal("a case waits, and nothing was asked"))?;
    Ok(question.text)
}
