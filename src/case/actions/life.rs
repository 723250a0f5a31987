//! What a holder asks for about a granted permit: amendment, renewal, transfer. Each makes a case that
//! names the permit from the beginning; where the rules leave nothing to judge it is granted in the
//! same transaction (`carry_out.rs`).

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    super::{
        lifecycle::{Status, Step},
        model::{Purpose, Receiver, TransferTerms},
        store::{self, Case, NewCase},
    },
    authority_only,
    carry_out::{Parties, decide},
    facts::{facts, of_party},
    filing::{by_rules, once},
    receive::{blind_of, receiving},
};
use crate::{
    app::App,
    database::{Connection, Tx},
    exam,
    failure::{Failure, Problem},
    idempotency::IdempotencyKey,
    identity::{Caller, Sight},
    journal::{self, Direction},
    party::{self, model::Party},
    permit::{
        self,
        actions::{
            amend::{days_with, wrong_days},
            transfer::may_transfer,
        },
        kind::{self, Assessment, Facts, Parsed, Reason},
        lifecycle::{Status as PermitStatus, Step as PermitStep},
        model::Permit,
    },
    values::{
        calendar::oslo_date,
        deadline::deadline,
        ids::{CaseId, PermitId},
        validity::Validity,
    },
};

/// What is asked for.
#[derive(Clone, Copy)]
pub enum Request<'a> {
    /// The permit shall say what this whole application says.
    Amendment {
        /// The application as it was sent.
        application: &'a Value,
        /// What it means.
        parsed: &'a Parsed<Value>,
    },
    /// The permit shall end later.
    Renewal,
    /// Another shall hold it.
    Transfer {
        /// Who.
        to: &'a Receiver,
        /// First day of the new holder.
        from: NaiveDate,
        /// Why.
        reason: &'a str,
    },
}

impl Request<'_> {
    const fn purpose(self) -> Purpose {
        match self {
            Request::Amendment { .. } => Purpose::Amendment,
            Request::Renewal => Purpose::Renewal,
            Request::Transfer { .. } => Purpose::Transfer,
        }
    }
}

/// A request on its way in.
pub struct Asking<'a> {
    /// What the caller may act on.
    pub sight: Sight,
    /// The permit.
    pub permit: PermitId,
    /// What is asked for.
    pub request: Request<'a>,
    /// Key that makes a repeat harmless.
    pub idempotency: Option<&'a IdempotencyKey>,
}

/// Files a request about a permit. A repeated key answers the case it made.
///
/// # Errors
/// 404 when it is not the caller's permit; 409 when kind or state forbid it, or the same is asked for
/// already; 422 when the kind does not admit it.
pub async fn file(app: &App, caller: &Caller, asking: &Asking<'_>) -> Result<Case, Failure> {
    file_with(app, caller, asking, |_, _| async { Ok(()) }).await
}

/// As [`file`], with something that is written in the same commit once the case is there, before it is
/// decided.
///
/// # Errors
/// As [`file`]; what `more` answers.
pub async fn file_with<F, Fut>(
    app: &App,
    caller: &Caller,
    asking: &Asking<'_>,
    more: F,
) -> Result<Case, Failure>
where
    F: Fn(Tx, CaseId) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let operation = format!("{} {}", asking.request.purpose().code(), asking.permit);
    let (operation, more) = (operation.as_str(), &more);
    let write = |tx| file_in(app, caller, asking, operation, tx, more);
    once(app, asking.idempotency, operation, write).await
}

async fn file_in<F, Fut>(
    app: &App,
    caller: &Caller,
    asking: &Asking<'_>,
    operation: &str,
    tx: Tx,
    more: F,
) -> Result<Case, Failure>
where
    F: Fn(Tx, CaseId) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let known = permit::store::find(&*tx, asking.sight, asking.permit).await?;
    let holder = party::store::lock(&tx, known.holder).await?;
    let permit = permit::store::lock(&tx, asking.sight, asking.permit).await?;
    let weighed = weigh(app, caller, &tx, &permit, &holder, asking.request).await?;
    let opening = Opening {
        purpose: asking.request.purpose(),
        status: Status::Submitted,
        receiver: weighed.receiver,
        application: &weighed.application,
        channel: "portal",
        registered_by: None,
    };
    let case = open(app, &tx, &permit, &holder, opening).await?;
    let title = match case.purpose {
        Purpose::Renewal => "Application for renewal received",
        Purpose::Transfer => "Application for transfer received",
        _ => "Application for amendment received",
    };
    journal::add(&tx, case.id, Direction::In, title, &caller.subject).await?;
    more(tx.clone(), case.id).await?;
    if let Some(exam) = weighed.exam {
        exam::store::used(&tx, exam, case.id).await?;
    }
    if let Some(idempotency) = asking.idempotency {
        idempotency.remember(&tx, operation, case.id.0).await?;
    }
    if !weighed.reasons.is_empty() {
        if let Request::Amendment { parsed, .. } = asking.request {
            let (details, about) = (&parsed.details, Some(permit.id));
            kind::claims::hold(&tx, case.kind, details, case.id, about, case.due_on).await?;
        }
        return Ok(case);
    }
    let decision = by_rules(kind::any(permit.kind), tx.now());
    let parties = Parties { holder, receiver: None };
    let (case, _) =
        decide(app, &tx, case, parties, &weighed.application, &decision, Step::Grant).await?;
    Ok(case)
}

/// What a case about a permit begins with.
pub(super) struct Opening<'a> {
    pub purpose: Purpose,
    pub status: Status,
    pub receiver: Option<Vec<u8>>,
    pub application: &'a Value,
    pub channel: &'a str,
    pub registered_by: Option<String>,
}

/// Writes a case about a permit of `holder`.
pub(super) async fn open(
    app: &App,
    tx: &Tx,
    permit: &Permit,
    holder: &Party,
    opening: Opening<'_>,
) -> Result<Case, Failure> {
    let timer = kind::any(permit.kind).timer(oslo_date(tx.now()));
    let key = party::store::data_key(&**tx, &app.keys(), holder.id).await?;
    let serial = permit::store::next_serial(tx, "case_number").await?;
    store::insert(
        tx,
        NewCase {
            kind: permit.kind,
            purpose: opening.purpose,
            status: opening.status,
            permit: Some(permit.id),
            receiver: opening.receiver,
            applicant: holder.id,
            key: &key,
            application: opening.application,
            channel: opening.channel,
            registered_by: opening.registered_by,
            language: holder.details.language,
            call_sign: permit.call_sign.map(|sign| sign.to_string()),
            number: (chrono::Datelike::year(&oslo_date(tx.now())), serial),
            timer,
            received_at: None,
            due_on: deadline(timer, tx.now())?.last_day,
        },
    )
    .await
}

/// A request weighed on the facts of the day.
struct Weighed {
    /// As the case keeps it.
    application: Value,
    /// What a caseworker must judge; nothing when the rules decide.
    reasons: Vec<Reason>,
    /// Examination result that opens it.
    exam: Option<uuid::Uuid>,
    /// Who is to receive the permit, as a blind index.
    receiver: Option<Vec<u8>>,
}

async fn weigh(
    app: &App,
    caller: &Caller,
    tx: &Tx,
    permit: &Permit,
    holder: &Party,
    request: Request<'_>,
) -> Result<Weighed, Failure> {
    let today = oslo_date(tx.now());
    match request {
        Request::Amendment { application, parsed } => {
            permit.status.after(PermitStep::Amend)?;
            authority_only::refuse(permit.kind, application)
                .map_err(|failure| failure.below("/application"))?;
            keeps_call_sign(permit, parsed)?;
            let (reasons, exam) =
                judge_amendment(app, &**tx, permit, holder, parsed, today, None).await?;
            Ok(Weighed { application: application.clone(), reasons, exam, receiver: None })
        }
        Request::Renewal => {
            permit.status.after(PermitStep::Amend)?;
            kind::any(permit.kind)
                .renewed_until(&permit.details, permit.validity, today)
                .map_err(not_met)?;
            let reasons = judge_renewal(app, &**tx, permit, holder, today, today).await?;
            Ok(Weighed { application: json!({}), reasons, exam: None, receiver: None })
        }
        Request::Transfer { to, from, reason } => {
            may_transfer(permit)?;
            let any = kind::any(permit.kind);
            any.holders().admit(to.is_person()).map_err(not_met)?;
            any.may_hand_over(&permit.details, to.is_person()).map_err(not_met)?;
            let receiver = blind_of(app, to);
            if receiving(app, caller).as_ref() == Some(&receiver) {
                return Err(Failure::at(
                    "/newHolder",
                    "same-holder",
                    "Name another than yourself.",
                ));
            }
            let terms = TransferTerms {
                permit_number: permit.number.clone(),
                organisation_number: match to {
                    Receiver::Organisation(number) => Some(number.to_string()),
                    Receiver::Person(_) => None,
                },
                from,
                reason: reason.to_owned(),
            };
            Ok(Weighed {
                application: serde_json::to_value(terms).map_err(Failure::internal)?,
                reasons: vec![Reason::new("consent")],
                exam: None,
                receiver: Some(receiver),
            })
        }
    }
}

pub(super) fn not_met(reason: Reason) -> Failure {
    Failure::told(Problem::ConditionsNotMet, |language| reason.text(language))
}

/// # Errors
/// 422 for an application that asks for another call sign than the permit has.
pub(super) fn keeps_call_sign(permit: &Permit, parsed: &Parsed<Value>) -> Result<(), Failure> {
    let own = permit.call_sign;
    let asks_another = parsed.call_sign.is_some_and(|sign| Some(sign) != own)
        || (!parsed.wishes.is_empty() && !own.is_some_and(|sign| parsed.wishes.contains(&sign)));
    if asks_another {
        return Err(Failure::new(
            Problem::ConditionsNotMet,
            "An amendment keeps the call sign. Name the call sign of the permit, or none.",
        ));
    }
    Ok(())
}

/// What must be judged of an amendment. Where only the applicant's own data and the contacts change,
/// nothing must: holders correct those themselves. Without a case it is being filed.
async fn judge_amendment(
    app: &App,
    connection: &impl Connection,
    permit: &Permit,
    holder: &Party,
    parsed: &Parsed<Value>,
    today: NaiveDate,
    case: Option<CaseId>,
) -> Result<(Vec<Reason>, Option<uuid::Uuid>), Failure> {
    let any = kind::any(permit.kind);
    let details = any.amended(&permit.details, &parsed.details)?;
    if details == permit.details {
        return Ok((Vec::new(), None));
    }
    let asked = Parsed { details, ..parsed.clone() };
    let gathered =
        facts(app, connection, today, holder, permit.kind, &asked, Some(permit), case).await?;
    let days = days_with(permit, &asked.details, today);
    let mut reasons = suspended(permit);
    let admitted = any.admit(&asked.details, &gathered.known);
    if case.is_none() {
        admitted.map_err(not_met)?;
        days.map_err(|reason| wrong_days(&reason))?;
    } else {
        reasons.extend(admitted.err());
        reasons.extend(days.err());
    }
    match any.assess(&asked.details, &gathered.known) {
        Assessment::Grant => {}
        Assessment::NeedsCaseworker(more) | Assessment::Refuse(more) => reasons.extend(more),
    }
    for found in gathered.known.findings {
        if !reasons.contains(&found) {
            reasons.push(found);
        }
    }
    Ok((reasons, gathered.exam_result))
}

/// What must be judged of a renewal that was applied for on `applied`.
async fn judge_renewal(
    app: &App,
    connection: &impl Connection,
    permit: &Permit,
    holder: &Party,
    applied: NaiveDate,
    today: NaiveDate,
) -> Result<Vec<Reason>, Failure> {
    let mut reasons = suspended(permit);
    let (kind, details) = (permit.kind, &permit.details);
    let until = kind::any(kind).renewed_until(details, permit.validity, applied);
    let added = match (permit.validity.until(), &until) {
        (Some(from), Ok(until)) => Validity::new(from, Some(*until)).ok(),
        _ => None,
    };
    let over_added = added.map(|days| kind::any(kind).over(details, days)).transpose()?;
    let known = Facts {
        amends: Some(details.clone()),
        findings: kind::claims::findings(
            connection,
            kind,
            over_added.as_ref().unwrap_or(details),
            Some(permit.id),
            None,
            today,
            permit.holder,
        )
        .await?,
        ..of_party(app, holder, today)
    };
    if let Assessment::NeedsCaseworker(more) | Assessment::Refuse(more) =
        kind::any(kind).assess(details, &known)
    {
        reasons.extend(more);
    }
    for found in known.findings {
        if !reasons.contains(&found) {
            reasons.push(found);
        }
    }
    reasons.extend(until.err());
    Ok(reasons)
}

fn suspended(permit: &Permit) -> Vec<Reason> {
    match permit.status {
        PermitStatus::Suspended => vec![Reason::new("suspended")],
        _ => Vec::new(),
    }
}

/// What the rules say of an open case about a permit, for the caseworker.
///
/// # Errors
/// When the database does not answer.
pub async fn reasons(
    app: &App,
    case: &Case,
    holder: &Party,
    application: &Value,
) -> Result<Vec<Reason>, Failure> {
    let connection = app.db().read();
    let permit = permit::store::find(connection, Sight::All, about(case)?).await?;
    let today = oslo_date(app.clock().now());
    if !permit.status.is_live() {
        return Ok(vec![Reason::new("permit-ended")]);
    }
    if case.is_of_authority() {
        // nobody has applied for what the authority does of its own motion
        return Ok(Vec::new());
    }
    match case.purpose {
        Purpose::Amendment | Purpose::New => {
            let parsed = kind::any(case.kind).parse(application, holder.is_person())?;
            let judged =
                judge_amendment(app, connection, &permit, holder, &parsed, today, Some(case.id))
                    .await?;
            Ok(judged.0)
        }
        Purpose::Renewal => {
            let applied = oslo_date(case.submitted_at);
            judge_renewal(app, connection, &permit, holder, applied, today).await
        }
        Purpose::Transfer => {
            let mut reasons = Vec::new();
            if case.accepted.is_none() {
                reasons.push(Reason::new("not-accepted"));
            }
            if today < terms_of(application)?.from {
                reasons.push(Reason::new("too-early/transfer"));
            }
            Ok(reasons)
        }
        // what the authority does of its own motion is decided when it begins
        Purpose::Suspension | Purpose::Reinstatement | Purpose::Revocation => Ok(Vec::new()),
    }
}

pub(super) const NOT_ACCEPTED: &str =
    "The new holder has not accepted yet. A transfer can be granted when they have.";
pub(super) const TOO_EARLY: &str =
    "The transfer was asked for from a later day. It can be granted from that day on.";

pub(super) fn about(case: &Case) -> Result<PermitId, Failure> {
    case.permit.ok_or_else(|| Failure::internal("a case about a permit names none"))
}

pub(super) fn terms_of(application: &Value) -> Result<TransferTerms, Failure> {
    serde_json::from_value(application.clone()).map_err(Failure::internal)
}
