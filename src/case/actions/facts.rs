//! The facts that the rules of a kind are asked about, gathered on the day, and what they say of an open case.
//! Nothing is changed.

use chrono::NaiveDate;
use serde_json::Value;

use super::{
    super::{model::Purpose, store::Case, wishes},
    life,
};
use crate::{
    app::App,
    assignment,
    database::{Connection, Tx},
    exam,
    failure::Failure,
    identity::Sight,
    keys::{BlindPurpose, blind},
    party::{self, model::Party},
    permit::{
        self,
        actions::amend::{days_with, wrong_days},
        kind::{self, Assessment, Facts, Kind, Parsed, Reason},
        lifecycle::Status,
        model::Permit,
    },
    values::{
        appeal_body::DecisionType,
        calendar::oslo_date,
        ids::{CaseId, PartyId},
    },
};

/// Facts for the rules, and what they came from.
pub(super) struct Gathered {
    pub(super) known: Facts,
    /// The examination result without which the application cannot be filed; it is kept for another where a
    /// licence is amended, or one that was held before has shown what is asked for.
    pub(super) exam_result: Option<uuid::Uuid>,
}

/// What is known of the day and of whoever asks, whatever is asked for.
pub(super) fn of_party(app: &App, party: &Party, today: NaiveDate) -> Facts {
    Facts {
        applicant_is_person: party.is_person(),
        applicant_is_minor: party.is_minor(today),
        address_in_norway: party.details.address.place().is_some(),
        today,
        plan: app.frequency_plan().plan().planned(),
        ..Facts::default()
    }
}

/// Without a case the application is being filed. `about` is the permit that an application would
/// amend: it does not stand in its own way.
#[allow(clippy::too_many_arguments)] // what is given is what the facts are about
pub(super) async fn facts(
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
        amends: about.map(|permit| permit.details.clone()),
        begun: about.map(|permit| permit.validity.from()).filter(|from| *from <= today),
        ..of_party(app, party, today)
    };
    let except = about.map(|permit| permit.id);
    known.findings =
        kind::claims::findings(connection, kind, &parsed.details, except, case, today, party.id)
            .await?;
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
        known.held_before = held_before(connection, party.id, kind).await?;
        let opens_without = kind::any(kind).admit(&parsed.details, &known).is_ok();
        if !opens_without
            && let Some((result, class)) = unused_exam(app, connection, party.id).await?
        {
            known.exam = Some(class);
            exam_result = Some(result);
        }
    }
    Ok(Gathered { known, exam_result })
}

/// The examination result of a party that has opened no case, and its class.
async fn unused_exam(
    app: &App,
    connection: &impl Connection,
    party: PartyId,
) -> Result<Option<(uuid::Uuid, String)>, Failure> {
    let keys = app.keys();
    let national_id = party::store::national_id(connection, &keys, party).await?;
    let Some(national_id) = national_id else { return Ok(None) };
    let index = blind(&keys, BlindPurpose::NationalId, &national_id.reveal());
    let row = exam::store::unused(connection, &index).await?;
    Ok(row.map(|row| (row.id, row.licence_class)))
}

/// Details of the permits of a kind that a party has given up, or whose time has run out.
async fn held_before(
    connection: &impl Connection,
    party: PartyId,
    kind: Kind,
) -> Result<Vec<Value>, Failure> {
    let ended = permit::store::ended_of_holder(connection, party).await?;
    let was_held = |permit: &Permit| {
        permit.kind == kind && matches!(permit.status, Status::Surrendered | Status::Expired)
    };
    Ok(ended.into_iter().filter(was_held).map(|permit| permit.details).collect())
}

/// A case that is decided anew after an appeal uses the examination result again that was released when it
/// was refused, unless that has opened another case meanwhile or the case does without.
pub(super) async fn use_exam_again(
    app: &App,
    tx: &Tx,
    case: &Case,
    applicant: &Party,
    parsed: &Parsed<Value>,
) -> Result<(), Failure> {
    if !kind::any(case.kind).needs_examination(&parsed.details) {
        return Ok(());
    }
    let today = oslo_date(tx.now());
    let gathered = facts(app, &**tx, today, applicant, case.kind, parsed, None, None).await?;
    match gathered.exam_result {
        Some(result) => exam::store::used(tx, result, case.id).await,
        None => Ok(()),
    }
}

/// Lets what an open case asks for by now pass as an application that is filed today does: a correction has not been
/// looked at by the rules of the kind. What an examination has opened rests on that examination. The days that an amendment
/// asks for are judged as on the day `days_on`; without one they have been judged, and the permit has them.
///
/// # Errors
/// 422 with what keeps it from being filed.
pub(super) async fn admit_anew(
    app: &App,
    tx: &Tx,
    case: &Case,
    party: &Party,
    parsed: &Parsed<Value>,
    days_on: Option<NaiveDate>,
) -> Result<(), Failure> {
    let any = kind::any(case.kind);
    let today = oslo_date(tx.now());
    let about = match case.permit {
        Some(id) => Some(permit::store::find(&**tx, Sight::All, id).await?),
        None => None,
    };
    let mut asked = parsed.clone();
    if let Some(permit) = &about {
        life::keeps_call_sign(permit, parsed)?;
        asked.details = any.amended(&permit.details, &parsed.details)?;
        if asked.details == permit.details {
            return Ok(());
        }
        if let Some(day) = days_on {
            days_with(permit, &asked.details, day).map_err(|reason| wrong_days(&reason))?;
        }
    }
    let (of, at) = (about.as_ref(), Some(case.id));
    let mut known = facts(app, &**tx, today, party, case.kind, &asked, of, at).await?.known;
    if any.needs_examination(&asked.details) {
        known.exam = exam::store::class_used_by(&**tx, case.id).await?;
        known.held_before = held_before(&**tx, party.id, case.kind).await?;
    }
    any.admit(&asked.details, &known).map_err(life::not_met)
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
