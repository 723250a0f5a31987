//! Deciding a case: the permit it issues or changes, the decision, its letter, all in one transaction.

use serde_json::Value;

use super::{
    super::{
        lifecycle::{Status, Step},
        model::{Purpose, Ruling},
        signing,
        store::{self, Case, Decision},
        wishes,
    },
    carry_out,
    facts::admit_anew,
    hearing, letters, lock_parties, locked, not_party,
    permit_ended::close_considered,
    save, sign,
};
use crate::{
    app::App,
    consent::store::NewConsent,
    database::Tx,
    exam,
    failure::{Failure, FieldErrors, Problem},
    identity::{Caller, Sight},
    party::{self, model::Party},
    permit::{
        self,
        actions::Grant,
        kind::{self, Parsed},
        model::Permit,
    },
    register::projection,
    values::{
        calendar::oslo_date,
        ids::{CaseId, PermitId},
        language::Language,
    },
};

/// Decides a case. A grant issues the permit in the same transaction. Where the kind asks for a second
/// signature the decision waits for it.
///
/// # Errors
/// 403 for a caseworker who is party; 404, 412 or 409 as every step; 409 when an identifier is taken; 422 for a grant of
/// what could not be filed any more.
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
            if case.purpose.is_own_motion() && ruling.step != Step::Grant {
                return Err(Failure::new(
                    Problem::IllegalTransition,
                    "Nobody has applied for this. Propose it anew, or send the proposal back, which ends the case.",
                ));
            }
            let case = if case.is_considered() {
                if case.purpose == Purpose::Amendment {
                    return Err(Failure::new(
                        Problem::IllegalTransition,
                        "Amend the permit. That decides this case, in which notice was given of it.",
                    ));
                }
                if ruling.grounds.trim().is_empty() {
                    let detail = "What the authority does of its own motion must have grounds (forvaltningsloven § 24).";
                    return Err(Failure::at("/grounds", "missing", detail));
                }
                hearing::ready(case, oslo_date(tx.now()), None)?
            } else {
                case
            };
            if signing::rules::is_needed((case.kind, case.purpose), ruling.step, oslo_date(tx.now())) {
                return Ok((sign::propose(app, &tx, caller, case, ruling).await?, None));
            }
            rule(app, &tx, case, parties, ruling, &caller.subject).await
        })
        .await
}

/// Carries out a ruling on a locked case of locked parties.
pub(super) async fn rule(
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
        legal_basis: any.legal_basis(oslo_date(tx.now())).to_owned(),
        decided_by: decided_by.to_owned(),
        decided_at: tx.now(),
    };
    if case.purpose == Purpose::New {
        let parsed = any.parse(&application, party.is_person())?;
        if ruling.step.grants() && case.permit.is_none() {
            // it was admitted on the day it was filed; what has come about since is looked at now
            let today = oslo_date(tx.now());
            admit_anew(app, tx, &case, &party, &parsed, Some(today)).await?;
        }
        return decide_in(app, tx, case, &party, &parsed, &decision, ruling).await;
    }
    check_end(case.purpose, ruling)?;
    let parties = carry_out::Parties { holder: party, receiver };
    carry_out::decide(app, tx, case, parties, &application, &decision, ruling.step).await
}

/// Only a new permit is given an end with its decision.
pub(super) fn check_end(purpose: Purpose, ruling: &Ruling) -> Result<(), Failure> {
    if purpose == Purpose::New || ruling.valid_until.is_none() {
        return Ok(());
    }
    let detail = "Only a new permit is given an end with the decision. Leave it out.";
    Err(Failure::at("/validUntil", "not-applicable", detail))
}

/// Every condition must be of a kind the act allows.
pub(crate) fn check_conditions(
    any: &dyn kind::AnyKind,
    conditions: &[String],
) -> Result<(), Failure> {
    let mut errors = FieldErrors::new();
    for (at, text) in conditions.iter().enumerate() {
        if let Err(reason) = any.condition(text, Language::English) {
            let text = reason.text(Language::English);
            errors.add(format!("/conditions/{at}"), reason.code, text);
        }
    }
    errors.finish(Some(()))
}

pub(super) async fn decide_in(
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
    let case = conclude(app, tx, case, made, decision).await?;
    if permit.is_some() && kind::any(case.kind).linked() {
        // the new one may have taken the place of another
        close_considered(app, tx, party.id).await?;
    }
    Ok((case, permit))
}

/// Writes the decision of a case whose state has been set, with the permit it made or changed.
pub(super) async fn conclude(
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
    if matches!(case.status, Status::Refused | Status::Dismissed) {
        exam::store::release(tx, case.id).await?;
    }
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
