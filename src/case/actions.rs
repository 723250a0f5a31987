//! What can be done in a case. Each function opens one transaction. What a holder asks for about a
//! granted permit is in `life.rs`, what the authority changes of its own motion in `authority.rs`.

pub mod after_appeal;
pub mod authority;
mod carry_out;
pub mod dossier;
pub mod letters;
pub mod life;
pub mod on_behalf;
pub mod receive;
pub mod sign;
pub mod together;

mod hand_over;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

pub use super::model::Ruling;
pub use hand_over::hand_over_call_sign;

use super::{
    lifecycle::{IllegalTransition, Status, Step},
    model::Purpose,
    signing,
    store::{self, Case, Decision, MessageKind, NewCase},
    wishes,
};
use crate::{
    app::App,
    assignment,
    consent::store::NewConsent,
    database::{Connection, Tx},
    exam,
    failure::{Failure, FieldErrors, Problem},
    idempotency::IdempotencyKey,
    identity::{Caller, Sight},
    journal::{self, Direction},
    keys::{BlindPurpose, blind},
    party::{self, model::Party},
    permit::{
        self,
        actions::Grant,
        kind::{self, AnyKind, Assessment, Facts, Kind, Parsed, Reason},
        model::Permit,
    },
    register::projection,
    values::{
        appeal_body::DecisionType,
        calendar::oslo_date,
        deadline::{DeadlineFlaw, deadline},
        ids::{CaseId, PermitId},
        language::Language,
    },
};

impl From<IllegalTransition> for Failure {
    fn from(refused: IllegalTransition) -> Self {
        Failure::new(
            Problem::IllegalTransition,
            format!("{refused}. Read the case again to see what can be done with it."),
        )
    }
}

impl From<DeadlineFlaw> for Failure {
    fn from(flaw: DeadlineFlaw) -> Self {
        Failure::internal(flaw)
    }
}

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
    submit_after(app, caller, filing, |_| async { Ok(()) }).await
}

/// As [`submit`], with something that must hold, or be written, in the same commit.
///
/// # Errors
/// As [`submit`]; what `first` answers.
pub async fn submit_after<F, Fut>(
    app: &App,
    caller: &Caller,
    filing: &Filing<'_>,
    first: F,
) -> Result<Case, Failure>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let first = &first;
    let intake = Intake { channel: "portal", registered_by: None };
    once(app, filing.idempotency, filing.operation, |tx| async move {
        first(tx.clone()).await?;
        submit_in(app, caller, filing, intake, tx).await
    })
    .await
}

/// How an application came in.
#[derive(Debug, Clone, Copy)]
struct Intake<'a> {
    channel: &'a str,
    /// Caseworker who registers it for the applicant.
    registered_by: Option<&'a str>,
}

/// Writes a case; a repeated key answers the case it made the first time.
async fn once<F, Fut>(
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

async fn submit_in(
    app: &App,
    caller: &Caller,
    filing: &Filing<'_>,
    intake: Intake<'_>,
    tx: Tx,
) -> Result<Case, Failure> {
    let parsed = filing.parsed;
    let applicant = &parsed.applicant;
    let party =
        party::actions::meet(app, &tx, caller, &applicant.details, applicant.birth_date).await?;
    let any = kind::any(filing.kind);
    let today = oslo_date(tx.now());
    // in turn with others who wish, before it is looked at what can be given
    assignment::actions::take_turns(&tx, &parsed.wishes).await?;
    let facts = facts(app, &*tx, today, &party, filing.kind, parsed, None, None).await?;
    any.admit(&parsed.details, &facts.known)
        .map_err(|reason| Failure::new(Problem::ConditionsNotMet, reason.text))?;
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
            timer: any.timer(),
            due_on: deadline(any.timer(), tx.now())?.last_day,
        },
    )
    .await?;
    kind::claims::hold(&tx, case.kind, &parsed.details, case.id, None, case.due_on).await?;
    wishes::store::replace(&tx, case.id, &parsed.wishes).await?;
    journal::add(&tx, case.id, Direction::In, "Application received", &caller.subject).await?;
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

fn by_rules(any: &dyn AnyKind, now: DateTime<Utc>) -> Decision {
    Decision {
        outcome: Status::Granted.code().to_owned(),
        grounds: "Granted by fixed rules: every condition is met.".to_owned(),
        conditions: Vec::new(),
        legal_basis: any.legal_basis().to_owned(),
        decided_by: AUTOMATIC.to_owned(),
        decided_at: now,
    }
}

pub use permit::actions::AUTOMATIC;

/// Facts for the rules, and what they came from.
struct Gathered {
    known: Facts,
    exam_result: Option<uuid::Uuid>,
}

/// Without a case the application is being filed. `about` is the permit that an application would
/// amend: it does not stand in its own way.
#[allow(clippy::too_many_arguments)] // private; what is given is what the facts are about
async fn facts(
    app: &App,
    connection: &impl Connection,
    today: NaiveDate,
    party: &Party,
    kind: Kind,
    parsed: &Parsed<Value>,
    about: Option<&Permit>,
    case: Option<CaseId>,
) -> Result<Gathered, Failure> {
    let mut known = Facts {
        applicant_is_person: party.is_person(),
        applicant_is_minor: party.is_minor(today),
        address_in_norway: party.details.address.place().is_some(),
        today,
        plan: app.frequency_plan().plan().planned(),
        amends: about.map(|permit| permit.details.clone()),
        ..Facts::default()
    };
    let except = about.map(|permit| permit.id);
    known.findings =
        kind::claims::findings(connection, kind, &parsed.details, except, case, today).await?;
    known.wishes_free =
        assignment::actions::free_of(connection, &parsed.wishes, today, party.id.0).await?;
    if let Some(hope) = known.wishes_free.first() {
        known.wish_contested =
            wishes::actions::is_contested(connection, *hope, case, today).await?;
    }
    let live = permit::store::live_of_holder(connection, party.id).await?;
    known.held = live
        .into_iter()
        .filter(|permit| permit.kind == kind && Some(permit.id) != except)
        .map(|permit| permit.details)
        .collect();
    for identifier in kind::any(kind).identifiers(&parsed.details) {
        if permit::store::is_claimed(connection, &identifier, except).await? {
            known.identifier_taken = true;
        }
    }
    let own_sign = about.and_then(|permit| permit.call_sign);
    if let Some(sign) = parsed.call_sign.filter(|sign| Some(*sign) != own_sign) {
        let row = assignment::store::find(connection, sign).await?;
        known.call_sign_legacy = row.as_ref().is_some_and(assignment::actions::is_legacy);
        known.call_sign_keepable =
            Some(assignment::actions::may_keep(row.as_ref(), sign, today, party.id.0));
    }
    let mut exam_result = None;
    // an application that has been filed has used its examination already
    if case.is_none() && kind::any(kind).needs_examination(&parsed.details) {
        let national_id = party::store::national_id(connection, &app.keys(), party.id).await?;
        if let Some(national_id) = national_id {
            let index = blind(&app.keys(), BlindPurpose::NationalId, &national_id.reveal());
            if let Some(row) = exam::store::unused(connection, &index).await? {
                known.exam = Some(row.licence_class);
                exam_result = Some(row.id);
            }
        }
    }
    Ok(Gathered { known, exam_result })
}

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
    app.db()
        .write(|tx| async move {
            let mut case = locked(&tx, Sight::All, id, version).await?;
            caller.needs_kind(case.kind)?;
            case.status = case.status.after(Step::Assign)?;
            case.assignee = Some(assignee.to_owned());
            journal::add(&tx, id, Direction::Internal, "Assigned", &caller.subject).await?;
            save(&tx, case).await
        })
        .await
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
    app.db()
        .write(|tx| async move {
            let mut case = locked(&tx, Sight::All, id, version).await?;
            caller.needs_kind(case.kind)?;
            case.status = case.status.after(Step::Assign)?;
            case.assignee = None;
            journal::add(&tx, id, Direction::Internal, "Given back", &caller.subject).await?;
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

/// Decides a case. A grant issues the permit in the same transaction. Where the kind asks for a second
/// signature the decision waits for it.
///
/// # Errors
/// 403 for a caseworker who is party; 404, 412 or 409 as every step; 409 when an identifier is taken.
pub async fn decide(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    ruling: &Ruling,
) -> Result<(Case, Option<Permit>), Failure> {
    let known = not_party(app, caller, id).await?;
    caller.needs_kind(known.kind)?;
    app.db()
        .write(|tx| async move {
            // the parties first, as everywhere: a correction locks party, then permits
            let parties = lock_parties(&tx, id).await?;
            let case = locked(&tx, Sight::All, id, version).await?;
            if signing::rules::is_needed(case.kind, ruling.step, oslo_date(tx.now())) {
                return Ok((sign::propose(app, &tx, caller, case, ruling).await?, None));
            }
            rule(app, &tx, case, parties, ruling, &caller.subject).await
        })
        .await
}

/// Carries out a ruling on a locked case of locked parties.
async fn rule(
    app: &App,
    tx: &Tx,
    case: Case,
    (party, receiver): (Party, Option<Party>),
    ruling: &Ruling,
    decided_by: &str,
) -> Result<(Case, Option<Permit>), Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), party.id).await?;
    let application = case.application(&key)?;
    let any = kind::any(case.kind);
    check_conditions(any, &ruling.conditions)?;
    let decision = Decision {
        outcome: case.status.after(ruling.step)?.code().to_owned(),
        grounds: ruling.grounds.clone(),
        conditions: ruling.conditions.clone(),
        legal_basis: any.legal_basis().to_owned(),
        decided_by: decided_by.to_owned(),
        decided_at: tx.now(),
    };
    if case.purpose == Purpose::New {
        let parsed = any.parse(&application, party.is_person())?;
        return decide_in(app, tx, case, &party, &parsed, &decision, ruling).await;
    }
    if ruling.valid_until.is_some() {
        return Err(life::field(
            "/validUntil",
            "not-applicable",
            "Only a new permit is given an end with the decision. Leave it out.",
        ));
    }
    let parties = carry_out::Parties { holder: party, receiver };
    carry_out::decide(app, tx, case, parties, &application, &decision, ruling.step).await
}

/// Every condition must be of a kind the act allows.
pub(crate) fn check_conditions(
    any: &dyn kind::AnyKind,
    conditions: &[String],
) -> Result<(), Failure> {
    let mut errors = FieldErrors::new();
    for (at, text) in conditions.iter().enumerate() {
        if let Err(reason) = any.condition(text, Language::English) {
            errors.add(format!("/conditions/{at}"), reason.code, reason.text);
        }
    }
    errors.finish(Some(()))
}

/// Locks who applies and who accepted to receive a permit, in the order of their ids.
pub(crate) async fn lock_parties(tx: &Tx, id: CaseId) -> Result<(Party, Option<Party>), Failure> {
    let known = store::find(&**tx, Sight::All, id).await?;
    let Some((receiver, _)) = known.accepted else {
        return Ok((party::store::lock(tx, known.applicant).await?, None));
    };
    let (first, second) = (known.applicant.min(receiver), known.applicant.max(receiver));
    let first = party::store::lock(tx, first).await?;
    let second = party::store::lock(tx, second).await?;
    Ok(if first.id == known.applicant { (first, Some(second)) } else { (second, Some(first)) })
}

async fn decide_in(
    app: &App,
    tx: &Tx,
    mut case: Case,
    party: &Party,
    parsed: &Parsed<Value>,
    decision: &Decision,
    ruling: &Ruling,
) -> Result<(Case, Option<Permit>), Failure> {
    case.status = case.status.after(ruling.step)?;
    let permit = if ruling.step.grants() {
        let today = oslo_date(tx.now());
        wishes::actions::refuse_contested(tx, &case, &parsed.wishes, today).await?;
        let applied_on = oslo_date(case.submitted_at);
        let grant = Grant {
            kind: case.kind,
            case: case.id,
            details: kind::any(case.kind).applied(parsed.details.clone(), applied_on),
            contacts: parsed.contacts.clone(),
            call_sign: parsed.call_sign,
            wishes: parsed.wishes.clone(),
            conditions: decision.conditions.clone(),
            valid_until: ruling.valid_until,
        };
        Some(permit::actions::issue(app, tx, party, grant, &decision.decided_by).await?)
    } else {
        None
    };
    if let Some(permit) = &permit {
        case.permit = Some(permit.id);
        case.call_sign = permit.call_sign.map(|sign| sign.to_string());
        publish_consent(tx, &case, party, parsed, permit).await?;
    }
    let made = case.permit;
    Ok((conclude(app, tx, case, made, decision).await?, permit))
}

/// Writes the decision of a case whose state has been set, with the permit it made or changed.
async fn conclude(
    app: &App,
    tx: &Tx,
    mut case: Case,
    permit: Option<PermitId>,
    decision: &Decision,
) -> Result<Case, Failure> {
    case.outcome = Some(decision.outcome.clone());
    case.decided_at = Some(tx.now());
    case.assignee.get_or_insert_with(|| decision.decided_by.clone());
    kind::claims::end_hold(tx, case.kind, case.id).await?;
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    store::insert_decision(tx, &key, case.id, permit, decision).await?;
    // of a decision in an appeal the letter of the appeal tells
    if case.status.is_decided() {
        letters::decision(app, tx, &case, permit, decision).await?;
    }
    save(tx, case).await
}

/// The consent given with the application begins with the call sign it is for.
async fn publish_consent(
    tx: &Tx,
    case: &Case,
    party: &Party,
    parsed: &Parsed<Value>,
    permit: &Permit,
) -> Result<(), Failure> {
    let (Some(fields), Some(sign)) = (&parsed.consent, permit.call_sign) else { return Ok(()) };
    let new = NewConsent {
        party: party.id,
        sign,
        fields,
        language: case.language,
        channel: &case.channel,
        actor: "applicant",
    };
    crate::consent::store::insert(tx, &new).await?;
    projection::call_sign(tx, sign).await
}

/// What the rules say of an open case, for the caseworker.
///
/// # Errors
/// When the database does not answer.
pub async fn assess(app: &App, case: &Case) -> Result<Vec<Reason>, Failure> {
    if !case.status.is_open() {
        return Ok(Vec::new());
    }
    let connection = app.db().read();
    let party = party::store::get(connection, case.applicant).await?;
    let key = party::store::data_key(connection, &app.keys(), party.id).await?;
    let application = case.application(&key)?;
    if case.purpose != Purpose::New {
        return life::reasons(app, case, &party, &application).await;
    }
    let any = kind::any(case.kind);
    let parsed = any.parse(&application, party.is_person())?;
    let today = oslo_date(app.clock().now());
    let gathered =
        facts(app, connection, today, &party, case.kind, &parsed, None, Some(case.id)).await?;
    Ok(match any.assess(&parsed.details, &gathered.known) {
        Assessment::Grant => Vec::new(),
        Assessment::NeedsCaseworker(reasons) | Assessment::Refuse(reasons) => reasons,
    })
}

/// What the decision of a case is, as far as it says who decides an appeal.
///
/// # Errors
/// When the database does not answer.
pub async fn decision_type(
    connection: &impl Connection,
    case: &Case,
    application: &Value,
) -> Result<DecisionType, Failure> {
    let any = kind::any(case.kind);
    if let Some(id) = case.permit {
        let permit = permit::store::find(connection, Sight::All, id).await?;
        return Ok(any.decision(&permit.details));
    }
    let party = party::store::get(connection, case.applicant).await?;
    let parsed = any.parse(application, party.is_person());
    Ok(parsed
        .map_or(DecisionType::ElectronicCommunications, |parsed| any.decision(&parsed.details)))
}

/// The case, unless the caller is party to it.
pub(crate) async fn not_party(app: &App, caller: &Caller, id: CaseId) -> Result<Case, Failure> {
    let case = store::find(app.db().read(), Sight::All, id).await?;
    party::actions::refuse_own(app, caller, case.applicant).await?;
    if let Some((receiver, _)) = case.accepted {
        party::actions::refuse_own(app, caller, receiver).await?;
    }
    Ok(case)
}

/// The case, locked, if it is still at the version that was read.
pub(crate) async fn locked(
    tx: &Tx,
    sight: Sight,
    id: CaseId,
    version: i32,
) -> Result<Case, Failure> {
    let case = store::lock(tx, sight, id).await?;
    if case.version == version { Ok(case) } else { Err(Failure::stale()) }
}

/// Writes a locked case as its next version.
pub(crate) async fn save(tx: &Tx, mut case: Case) -> Result<Case, Failure> {
    if !case.status.is_open() && case.accepted.is_none() {
        // who was asked to receive a permit and never said yes has nothing to do with it any more
        case.receiver = None;
    }
    if case.status != Status::WaitingForApplicant {
        case.waiting_since = None;
        case.waiting_until = None;
    }
    if case.version > 1 && case.has_moved() {
        // what waited for a signature was about the case as it stood
        signing::store::end(tx, case.id, AUTOMATIC).await?;
    }
    case.version += 1;
    store::update(tx, &mut case).await?;
    Ok(case)
}

async fn message(
    app: &App,
    tx: &Tx,
    case: &Case,
    kind: MessageKind,
    caller: &Caller,
    text: &str,
    due_on: Option<NaiveDate>,
) -> Result<(), Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    store::insert_message(tx, &key, case.id, kind, &caller.subject, text, due_on).await
}
