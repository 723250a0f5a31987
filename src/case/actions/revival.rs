//! A permit that ran out by what was decided in a case, and is in force again once that is decided otherwise: a renewal or other
//! days that were refused, or an end that the authority set. What else has ended it stands: given up, handed over, revoked, or
//! an end that another decision has set.

use chrono::NaiveDate;
use serde_json::Value;

use super::{
    super::{
        lifecycle::Status,
        model::Purpose,
        store::{self, Case},
    },
    carry_out::renewed,
};
use crate::{
    app::App,
    database::Tx,
    failure::Failure,
    keys::DataKey,
    party,
    permit::{
        actions::{
            StateStep,
            amend::{days_with, take_back::Changed},
            take,
        },
        kind,
        lifecycle::{Status as PermitStatus, Step as PermitStep},
        model::Permit,
    },
    values::{calendar::oslo_date, validity::Validity},
};

/// Cases of a permit that are looked through.
const CASES: u64 = 100;

/// The days of a permit that ran out, had the application of a case been granted in its time; none where it would have run out
/// all the same.
///
/// # Errors
/// When the application does not read back, or the database does not answer.
pub(super) async fn days(
    tx: &Tx,
    key: &DataKey,
    case: &Case,
    permit: &Permit,
    (application, is_person): (&Value, bool),
) -> Result<Option<Validity>, Failure> {
    if permit.status != PermitStatus::Expired {
        return Ok(None);
    }
    let any = kind::any(permit.kind);
    let asked = match case.purpose {
        Purpose::Renewal => renewed(any, permit, case).ok(),
        Purpose::Amendment => {
            let parsed = any.parse(application, is_person)?;
            let details = any.amended(&permit.details, &parsed.details)?;
            days_with(permit, &details, oslo_date(case.submitted_at)).ok().flatten()
        }
        _ => None,
    };
    let Some(asked) = asked.filter(|days| !days.has_ended(oslo_date(tx.now()))) else {
        return Ok(None);
    };
    Ok((!is_set_since(tx, key, case, permit).await?).then_some(asked))
}

/// Whether the end of a permit is one that the authority set after a case was decided.
async fn is_set_since(
    tx: &Tx,
    key: &DataKey,
    case: &Case,
    permit: &Permit,
) -> Result<bool, Failure> {
    let decision = store::decision_of(&**tx, key, case.id).await?;
    let decided_at = decision.map_or(case.submitted_at, |decision| decision.decided_at);
    for other in store::about(&**tx, permit.id, CASES).await? {
        let is_later = other.is_of_authority()
            && other.purpose == Purpose::Amendment
            && other.applicant == case.applicant
            && other.decided_at.is_some_and(|at| at > decided_at);
        if !is_later {
            continue;
        }
        if let Some(changed) = store::change_of(&**tx, key, other.id).await? {
            let changed: Changed = serde_json::from_value(changed).map_err(Failure::internal)?;
            if set_end(permit, &changed) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// True where the days that a permit has are those that a decision set.
fn set_end(permit: &Permit, changed: &Changed) -> bool {
    permit.validity == changed.after.validity && changed.before.validity != changed.after.validity
}

/// True for a permit that ran out by the end that a decision set, and would not have without it.
pub(super) fn ran_out_by(permit: &Permit, changed: &Changed, today: NaiveDate) -> bool {
    permit.status == PermitStatus::Expired
        && set_end(permit, changed)
        && !changed.before.validity.has_ended(today)
}

/// A permit that is in force again is suspended again where the latest that was decided about that is a suspension that stands.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn with_suspension(
    app: &App,
    tx: &Tx,
    permit: Permit,
    actor: &str,
) -> Result<Permit, Failure> {
    if permit.status.after(PermitStep::Suspend).is_err() {
        return Ok(permit);
    }
    let mut cases = store::about(&**tx, permit.id, CASES).await?;
    cases.retain(|case| {
        matches!(case.purpose, Purpose::Suspension | Purpose::Reinstatement)
            && case.outcome.as_deref() == Some(Status::Granted.code())
            && case.status != Status::Reversed
    });
    let latest = cases.into_iter().rev().max_by_key(|case| case.decided_at);
    let Some(case) = latest.filter(|case| case.purpose == Purpose::Suspension) else {
        return Ok(permit);
    };
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    let decision = store::decision_of(&**tx, &key, case.id).await?;
    let grounds = decision.map(|decision| decision.grounds).unwrap_or_default();
    take(app, tx, permit, StateStep::Suspend(&grounds), actor).await
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::*;
    use crate::{
        permit::{actions::amend::take_back::Said, kind::Kind},
        values::ids::{PartyId, PermitId},
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn permit(status: PermitStatus, until: &str) -> Permit {
        let at = DateTime::UNIX_EPOCH;
        Permit {
            id: PermitId::new(at),
            kind: Kind::Spectrum,
            number: "X-000001".to_owned(),
            holder: PartyId::new(at),
            case: None,
            status,
            details: json!({}),
            call_sign: None,
            version: 1,
            validity: Validity::new(day("2026-01-01"), Some(day(until))).expect("in order"),
            conditions: Vec::new(),
            verification_code: String::new(),
            issued_at: at,
            ended: None,
            confirmed_at: None,
            changed_at: at,
        }
    }

    #[test]
    fn a_permit_ran_out_by_a_decision_that_set_its_end_and_by_no_other() {
        let said = |until| Said::by(&permit(PermitStatus::Active, until));
        let cut = Changed { before: said("2027-06-01"), after: said("2027-01-01") };
        let ran_out = |status, until, changed: &Changed, today| {
            ran_out_by(&permit(status, until), changed, day(today))
        };
        let (expired, end) = (PermitStatus::Expired, "2027-01-01");
        assert!(ran_out(expired, end, &cut, "2027-03-01"));
        assert!(!ran_out(expired, end, &cut, "2027-06-01"), "it would have run out anyway");
        assert!(!ran_out(expired, "2027-02-01", &cut, "2027-03-01"), "another end was set since");
        let same = Changed { before: said(end), after: said(end) };
        assert!(!ran_out(expired, end, &same, "2027-03-01"), "the end was not what it changed");
        for status in [PermitStatus::Revoked, PermitStatus::Surrendered] {
            assert!(!ran_out(status, end, &cut, "2027-03-01"), "{status:?}");
        }
    }
}
