//! Filing an application: party, case, journal; and the grant where the rules leave nothing to judge.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    super::{
        lifecycle::Status,
        model::{Purpose, Ruling},
        store::{self, Case, Decision, NewCase},
        wishes,
    },
    AUTOMATIC, authority_only,
    decide::decide_in,
    facts::facts,
    letters,
    life::not_met,
};
use crate::{
    app::App,
    assignment,
    database::Tx,
    exam,
    failure::{Failure, Problem},
    idempotency::IdempotencyKey,
    identity::{Caller, Sight},
    journal::{self, Direction},
    party,
    permit::{
        self,
        kind::{self, AnyKind, Assessment, Kind, Parsed},
    },
    values::{calendar::oslo_date, deadline::deadline, ids::CaseId},
};

/// An application on its way in.
#[derive(Debug)]
pub struct Filing<'a> {
    /// Kind of permit.
    pub kind: Kind,
    /// The application as it was sent.
    pub application: &'a Value,
    /// What it means.
    pub parsed: &'a Parsed<Value>,
    /// Key that makes a repeat harmless.
    pub idempotency: Option<&'a IdempotencyKey>,
    /// Operation, for the key.
    pub operation: &'a str,
}

/// Files an application: party, case, journal. Where the rules leave nothing to judge it is granted
/// in the same transaction. A repeated key answers the case it made.
///
/// # Errors
/// 422 when the kind does not admit the application; 409 when the key was used otherwise.
pub async fn submit(app: &App, caller: &Caller, filing: &Filing<'_>) -> Result<Case, Failure> {
    submit_with(app, caller, filing, |_, _| async { Ok(()) }).await
}

/// As [`submit`], with something that is written in the same commit once the case is there, before it is
/// decided.
///
/// # Errors
/// As [`submit`]; what `more` answers.
pub async fn submit_with<F, Fut>(
    app: &App,
    caller: &Caller,
    filing: &Filing<'_>,
    more: F,
) -> Result<Case, Failure>
where
    F: Fn(Tx, CaseId) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let more = &more;
    let intake = Intake { channel: "portal", registered_by: None, received_at: None };
    let write = |tx| submit_in(app, caller, filing, intake, tx, more);
    once(app, filing.idempotency, filing.operation, write).await
}

/// How an application came in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Intake<'a> {
    pub(super) channel: &'a str,
    /// Caseworker who registers it for the applicant.
    pub(super) registered_by: Option<&'a str>,
    /// When it came in, where it did not come just now.
    pub(super) received_at: Option<DateTime<Utc>>,
}

/// Writes a case; a repeated key answers the case it made the first time.
pub(super) async fn once<F, Fut>(
    app: &App,
    key: Option<&IdempotencyKey>,
    operation: &str,
    write: F,
) -> Result<Case, Failure>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<Case, Failure>>,
{
    if let Some(made) = made_before(app, key, operation).await? {
        return Ok(made);
    }
    match app.db().write(write).await {
        // the same key was carried out at the same moment: answer what that made
        Err(failure) if failure.problem() == Problem::Conflict => {
            made_before(app, key, operation).await?.ok_or(failure)
        }
        outcome => outcome,
    }
}

/// The case that a key has made already.
///
/// # Errors
/// 409 when it was used for something else.
pub async fn made_before(
    app: &App,
    key: Option<&IdempotencyKey>,
    operation: &str,
) -> Result<Option<Case>, Failure> {
    let Some(key) = key else { return Ok(None) };
    match key.made(app.db().read(), operation).await? {
        Some(id) => store::find(app.db().read(), Sight::All, CaseId(id)).await.map(Some),
        None => Ok(None),
    }
}

pub(super) async fn submit_in<F, Fut>(
    app: &App,
    caller: &Caller,
    filing: &Filing<'_>,
    intake: Intake<'_>,
    tx: Tx,
    more: F,
) -> Result<Case, Failure>
where
    F: Fn(Tx, CaseId) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let parsed = filing.parsed;
    if intake.registered_by.is_none() {
        authority_only::refuse(filing.kind, filing.application)?;
    }
    let applicant = &parsed.applicant;
    let party =
        party::actions::meet(app, &tx, caller, &applicant.details, applicant.birth_date).await?;
    let any = kind::any(filing.kind);
    let today = oslo_date(tx.now());
    let received_at = intake.received_at.unwrap_or(tx.now());
    let timer = any.timer(oslo_date(received_at));
    wishes::rules::blocked(&parsed.wishes, today).finish(Some(()))?;
    // in turn with others who wish, before it is looked at what can be given
    assignment::actions::take_turns(&tx, &parsed.wishes).await?;
    let facts = facts(app, &*tx, today, &party, filing.kind, parsed, None, None).await?;
    any.admit(&parsed.details, &facts.known).map_err(not_met)?;
    let key = party::store::data_key(&*tx, &app.keys(), party.id).await?;
    let serial = permit::store::next_serial(&tx, "case_number").await?;
    let case = store::insert(
        &tx,
        NewCase {
            kind: filing.kind,
            purpose: Purpose::New,
            status: Status::Submitted,
            permit: None,
            receiver: None,
            applicant: party.id,
            key: &key,
            application: filing.application,
            channel: intake.channel,
            registered_by: intake.registered_by.map(str::to_owned),
            language: party.details.language,
            call_sign: parsed.call_sign.map(|sign| sign.to_string()),
            number: (chrono::Datelike::year(&today), serial),
            timer,
            received_at: intake.received_at,
            due_on: deadline(timer, received_at)?.last_day,
        },
    )
    .await?;
    kind::claims::hold(&tx, case.kind, &parsed.details, case.id, None, case.due_on).await?;
    wishes::store::replace(&tx, case.id, &parsed.wishes).await?;
    journal::add(&tx, case.id, Direction::In, "Application received", &caller.subject).await?;
    more(tx.clone(), case.id).await?;
    letters::received(app, &tx, &case).await?;
    if let Some(exam) = facts.exam_result {
        exam::store::used(&tx, exam, case.id).await?;
    }
    if let Some(idempotency) = filing.idempotency {
        idempotency.remember(&tx, filing.operation, case.id.0).await?;
    }
    if any.assess(&parsed.details, &facts.known) == Assessment::Grant {
        let decision = by_rules(any, tx.now());
        let ruling = Ruling::grant();
        let (case, _) = decide_in(app, &tx, case, &party, parsed, &decision, &ruling).await?;
        return Ok(case);
    }
    Ok(case)
}

pub(super) fn by_rules(any: &dyn AnyKind, now: DateTime<Utc>) -> Decision {
    Decision {
        outcome: Status::Granted.code().to_owned(),
        grounds: "Granted by fixed rules: every condition is met.".to_owned(),
        conditions: Vec::new(),
        legal_basis: any.legal_basis(oslo_date(now)).to_owned(),
        decided_by: AUTOMATIC.to_owned(),
        decided_at: now,
    }
}
