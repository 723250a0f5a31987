//! Handing a permit to another holder: the old one ends and the new one begins in one transaction, so
//! that nobody else can take what it claims in between.

use chrono::Datelike as _;

use super::{
    super::{kind, lifecycle::Step, model::Permit, store},
    end, identifiers_of, record_version, verification_code, write,
};
use crate::{
    app::App,
    assignment,
    database::Tx,
    delivery::event::EventKind,
    failure::{Failure, Problem},
    fee,
    party::model::Party,
    values::{
        calendar::oslo_date,
        ids::{CaseId, PermitId},
        validity::Validity,
    },
};

/// Why the old permit ended.
const REASON: &str = "transferred";

/// Whether a permit can be handed over at all.
///
/// # Errors
/// 409 with what to do instead, by kind or by state.
pub fn may_transfer(permit: &Permit) -> Result<(), Failure> {
    if !kind::any(permit.kind).transferable() {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "A permit of this kind stays with its holder. Surrender it; the new holder applies for a permit, naming the call sign where the application lets a call sign be kept.",
        ));
    }
    permit.status.after(Step::Transfer)?;
    Ok(())
}

/// Hands a locked permit over; answers the new one. Details, conditions, call sign and end stay as
/// they were, but for contact persons. Emergency contacts and consents were the old holder's own and
/// are not passed on either.
///
/// # Errors
/// 409 when kind or state do not let it be handed over.
pub async fn transfer(
    app: &App,
    tx: &Tx,
    mut old: Permit,
    holder: &Party,
    case: CaseId,
    actor: &str,
) -> Result<Permit, Failure> {
    may_transfer(&old)?;
    let any = kind::any(old.kind);
    let now = tx.now();
    let id = PermitId::new(now);
    let serial = store::next_serial(tx, "permit_number").await?;
    let new = Permit {
        id,
        number: format!("{}-{serial:06}", any.number_prefix()),
        holder: holder.id,
        case: Some(case),
        version: 1,
        validity: handed_over(&old, oslo_date(now))?,
        verification_code: verification_code(),
        issued_at: now,
        confirmed_at: Some(now),
        changed_at: now,
        details: any.handed_over(&old.details)?,
        ..old.clone()
    };
    old.status = old.status.after(Step::Transfer)?;
    let old_began = old.validity.from();
    end(tx, &mut old, REASON).await?;
    if let Some(sign) = old.call_sign {
        assignment::actions::pass_on(tx, sign, old.id, id).await?;
    }
    store::insert(tx, &new).await?;
    store::claim(tx, id, &identifiers_of(&new)).await?;
    kind::claims::take(tx, &new).await?;
    write(app, tx, old, EventKind::Transferred, actor).await?;
    record_version(app, tx, &new, EventKind::Issued, actor, None).await?;
    // the old holder is charged for the year, unless the permit has yet to begin and so never was theirs
    if old_began <= oslo_date(now) {
        fee::store::assess(tx, new.id, oslo_date(now).year(), None).await?;
    }
    Ok(new)
}

/// The new permit begins today, or on the day the old one would have begun, and ends with it.
fn handed_over(old: &Permit, today: chrono::NaiveDate) -> Result<Validity, Failure> {
    let from = today.max(old.validity.from());
    Validity::new(from, old.validity.until()).map_err(|_| {
        Failure::new(
            Problem::IllegalTransition,
            "The permit has run out. The new holder must apply for one.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permit::{
        kind::{KINDS, Kind},
        lifecycle::Status,
    };

    fn permit(kind: Kind, status: Status) -> Permit {
        let at = chrono::DateTime::UNIX_EPOCH;
        Permit {
            id: PermitId::new(at),
            kind,
            number: "X-000001".to_owned(),
            holder: crate::values::ids::PartyId::new(at),
            case: None,
            status,
            details: serde_json::json!({}),
            call_sign: None,
            version: 1,
            validity: Validity::open(at.date_naive()),
            conditions: Vec::new(),
            verification_code: String::new(),
            issued_at: at,
            ended: None,
            confirmed_at: None,
            changed_at: at,
        }
    }

    #[test]
    fn only_an_active_permit_of_a_transferable_kind_is_handed_over() {
        for any in KINDS {
            for status in Status::ALL {
                let asked = may_transfer(&permit(any.kind(), status));
                let expected = any.transferable() && status == Status::Active;
                assert_eq!(asked.is_ok(), expected, "{} {status:?}", any.kind());
            }
        }
    }

    #[test]
    fn the_new_permit_ends_with_the_old_one_and_begins_today_at_the_earliest() {
        let day = |text: &str| text.parse::<chrono::NaiveDate>().expect("a date");
        let mut old = permit(Kind::Spectrum, Status::Active);
        old.validity = Validity::new(day("2020-01-01"), Some(day("2030-01-01"))).expect("in order");
        let new = handed_over(&old, day("2026-11-22")).expect("holds");
        assert_eq!((new.from(), new.until()), (day("2026-11-22"), Some(day("2030-01-01"))));
        let early = handed_over(&old, day("2019-06-01")).expect("holds");
        assert_eq!(early.from(), day("2020-01-01"));
        assert!(handed_over(&old, day("2030-01-01")).is_err());
    }
}
