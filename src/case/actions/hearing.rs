//! Hearing the holder before the authority suspends, revokes or amends a permit of its own motion (forvaltningsloven § 16): the
//! advance notice, what the holder says to it, and whether a decision may be made. A notice begins the case that the decision
//! ends. What is decided is of `authority.rs`.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    super::{
        lifecycle::{Status, Step},
        model::{Purpose, WithoutNotice},
        signing,
        store::{self, Case, MessageKind},
    },
    authority::{self, locked},
    letters, message, save,
    steps::{Answer, take_reply},
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    journal::{self, Direction},
    letter::{self, model::LetterKind, rules::Closing},
    party::{self, model::Party},
    permit::{lifecycle::Step as PermitStep, model::Permit},
    values::{
        calendar::oslo_date,
        ids::{CaseId, PermitId},
    },
};

/// What the holder is told beforehand.
#[derive(Debug)]
pub struct Notice {
    /// What is considered: suspension, revocation or amendment.
    pub purpose: Purpose,
    /// What is intended and why, in the holder's language.
    pub text: String,
    /// Last day to comment.
    pub due_on: NaiveDate,
}

impl Notice {
    /// The step that is considered.
    pub(super) const fn step(&self) -> PermitStep {
        match self.purpose {
            Purpose::Suspension => PermitStep::Suspend,
            Purpose::Revocation => PermitStep::Revoke,
            _ => PermitStep::Amend,
        }
    }
}

/// Tells the holder what is considered, in a case of its own that waits for what they say.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404 or 412 as every step; 409 when the state of the permit forbids
/// it, or notice of the same was given and the case is open.
pub async fn notify(
    app: &App,
    caller: &Caller,
    id: PermitId,
    version: i32,
    notice: &Notice,
) -> Result<(Permit, CaseId), Failure> {
    app.db()
        .write(|tx| async move {
            let (permit, holder) = locked(app, &tx, caller, id, version).await?;
            permit.status.after(notice.step())?;
            let (about, status) = ((&permit, &holder), Status::UnderReview);
            let sent = serde_json::json!({});
            let what = (notice.purpose, status);
            let mut case = authority::begun(app, &tx, caller, about, what, &sent).await?;
            case.assignee = Some(caller.subject.clone());
            case.status = case.status.after(Step::RequestInformation)?;
            case.waiting_since = Some(tx.now());
            case.waiting_until = Some(notice.due_on);
            let (kind, due_on) = (MessageKind::InformationRequest, Some(notice.due_on));
            message(app, &tx, &case, kind, caller, &notice.text, due_on).await?;
            letters::advance_notice(app, &tx, &case, caller, notice).await?;
            let case = save(&tx, case).await?;
            Ok((permit, case.id))
        })
        .await
}

/// Takes what the holder says to the notice that a case began with, whom the caller has been found to be or to act for; answers
/// when it came in.
///
/// # Errors
/// 409 when they have commented, or the case is decided.
pub async fn comment(
    app: &App,
    caller: &Caller,
    id: CaseId,
    text: &str,
) -> Result<DateTime<Utc>, Failure> {
    app.db()
        .write(|tx| async move {
            let case = store::lock(&tx, Sight::All, id).await?;
            let answer = Answer { text, correction: None };
            let came = (tx.now(), "Comment on an advance notice received");
            let case = take_reply(app, &tx, caller, case, &answer, came).await?;
            save(&tx, case).await?;
            Ok(tx.now())
        })
        .await
}

/// The case that a notice of this about a locked permit began, ready to be decided; none where a statutory exception lets the
/// authority act without one.
///
/// # Errors
/// 409 when no notice was given, the holder may still comment, or a decision waits for its second signature.
pub(super) async fn heard(
    app: &App,
    tx: &Tx,
    permit: &Permit,
    purpose: Purpose,
    without: Option<WithoutNotice>,
) -> Result<Option<Case>, Failure> {
    let begun = store::lock_own_motion(tx, permit.id).await?;
    let Some(case) = begun.into_iter().find(|case| case.purpose == purpose) else {
        return match without {
            Some(_) => Ok(None),
            None => Err(Failure::new(
                Problem::IllegalTransition,
                "The holder was given no notice (forvaltningsloven § 16). Give notice first, or name the exception in withoutNotice.",
            )),
        };
    };
    let key = party::store::data_key(&**tx, &app.keys(), permit.holder).await?;
    if signing::store::open(&**tx, &key, case.id).await?.is_some() {
        return Err(Failure::new(
            Problem::Conflict,
            "A decision about this waits for its second signature already. It must be signed or sent back first.",
        ));
    }
    ready(case, oslo_date(tx.now()), without).map(Some)
}

/// A case of the authority's own motion in which the holder has commented, or had the time to; at once by an exception.
///
/// # Errors
/// 409 while the holder may still comment.
pub(super) fn ready(
    mut case: Case,
    today: NaiveDate,
    without: Option<WithoutNotice>,
) -> Result<Case, Failure> {
    if case.status != Status::WaitingForApplicant {
        return Ok(case);
    }
    if let Some(day) = case.waiting_until.filter(|day| *day >= today && without.is_none()) {
        let detail = format!(
            "The holder may comment until {day} (forvaltningsloven § 16). Wait, or name the exception in withoutNotice."
        );
        return Err(Failure::new(Problem::IllegalTransition, detail));
    }
    case.status = case.status.after(Step::Reply)?;
    Ok(case)
}

/// A noticed case whose proposal was sent back: what was proposed by an exception is decided without one only when the holder has
/// commented or the day of the notice has passed, so until then the case waits for that again.
///
/// # Errors
/// When a message does not open, or the database does not answer.
pub(super) async fn waits_again(app: &App, tx: &Tx, mut case: Case) -> Result<Case, Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    let messages = store::messages(&**tx, &key, case.id, false).await?;
    let has_commented = messages.iter().any(|one| one.kind == MessageKind::Reply.code());
    // the notice is what the case began with
    let day = messages.first().and_then(|notice| notice.due_on);
    let is_still_open = day.is_some_and(|day| day >= oslo_date(tx.now()));
    if case.status == Status::UnderReview && is_still_open && !has_commented {
        case.status = case.status.after(Step::RequestInformation)?;
        case.waiting_since = Some(case.submitted_at);
        case.waiting_until = day;
    }
    Ok(case)
}

/// Ends what the authority considers to do to a permit without a decision, and tells why to the holder who was given notice of it.
/// The caller saves the case.
pub(super) async fn close(
    app: &App,
    tx: &Tx,
    mut case: Case,
    who: &str,
    why: Closing<'_>,
) -> Result<Case, Failure> {
    if was_noticed(tx, &case).await? {
        letters::case_closed(app, tx, &case, who, why).await?;
    }
    case.status = case.status.after(Step::Withdraw)?;
    case.decided_at = Some(tx.now());
    Ok(case)
}

/// True for a case that began with a notice to the holder.
pub(super) async fn was_noticed(tx: &Tx, case: &Case) -> Result<bool, Failure> {
    letter::store::has_kind(&**tx, case.id, LetterKind::AdvanceNotice).await
}

/// Keeps in the journal why the holder was not heard, and answers the grounds as the holder reads them: with that.
pub(super) async fn reasoned(
    tx: &Tx,
    caller: &Caller,
    (case, holder): (&Case, &Party),
    (grounds, without): (&str, Option<WithoutNotice>),
) -> Result<String, Failure> {
    let Some(without) = without else { return Ok(grounds.to_owned()) };
    journal::add(tx, case.id, Direction::Internal, without.title(), &caller.subject).await?;
    let why = without.text().fill(oslo_date(tx.now()), case.language_of(holder), &[]);
    Ok(format!("{grounds}\n\n{why}"))
}
