//! Changing what a granted permit says. Number and holder stay, and the call sign where the details do not ask for another.

pub mod take_back;

use chrono::NaiveDate;
use serde_json::Value;

use super::{
    super::{
        contact::EmergencyContact,
        kind::{self, Reason},
        lifecycle::{Status, Step},
        model::{Identifier, Permit, Scheme},
        store,
    },
    write,
};
use crate::{
    app::App,
    database::Tx,
    delivery::{event::EventKind, outbox},
    failure::{Failure, FieldError, Problem},
    fee, programming,
    values::{calendar::oslo_date, language::Language, validity::Validity},
};

/// What is to be changed; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct Amendment {
    /// The kind's details, with what the registry itself had added (see `PermitKind::amended`).
    pub details: Option<Value>,
    /// Emergency contacts in calling order.
    pub contacts: Option<Vec<EmergencyContact>>,
    /// Conditions set for this permit.
    pub conditions: Option<Vec<String>>,
    /// First and last day.
    pub validity: Option<Validity>,
    /// The holder has gone through everything registered.
    pub confirmed: bool,
    /// A decision is taken back: nothing is charged for what the holder has had before.
    pub is_given_back: bool,
    /// The authority amends of its own motion: another call sign costs nothing.
    pub is_own_motion: bool,
}

/// Codes of [`wrong_days`], whose words are those of the reasons that they are.
pub const WRONG_DAYS: [&str; 2] = ["days-set-otherwise", "days-over"];

/// The days a permit holds once it has other details, where these ask for other days: as its kind says of a
/// grant, but a first day that has come stays. Nothing where the days stay as they are.
///
/// # Errors
/// The days have passed, or a renewal or a decision has set another end than the details say.
pub fn days_with(
    permit: &Permit,
    details: &Value,
    today: NaiveDate,
) -> Result<Option<Validity>, Reason> {
    let any = kind::any(permit.kind);
    let before = any.validity(&permit.details, today);
    let asked = any.validity(details, today);
    if asked == before {
        return Ok(None);
    }
    if before.until() != permit.validity.until() {
        return Err(Reason::new("days-set-otherwise"));
    }
    if permit.validity.has_ended(today) || asked.has_ended(today) {
        return Err(Reason::new("days-over"));
    }
    let has_begun = permit.validity.from() <= today && asked.from() <= today;
    let from = if has_begun { permit.validity.from() } else { asked.from() };
    Ok(Some(Validity::new(from, asked.until()).unwrap_or(asked)))
}

/// The refusal of an application for days that an amendment does not give.
pub fn wrong_days(reason: &Reason) -> Failure {
    let error = FieldError {
        pointer: "/application".to_owned(),
        code: reason.code.into(),
        detail: reason.text(Language::English).into(),
    };
    let failure = Failure::told(Problem::ConditionsNotMet, |language| reason.text(language));
    failure.with_fields(vec![error])
}

/// Amends a locked permit: claims follow its details, what it has more of is charged, and everybody who is told of
/// the permit is told.
///
/// # Errors
/// 409 when the state forbids it, or another permit has an identifier or claim.
pub async fn amend(
    app: &App,
    tx: &Tx,
    mut permit: Permit,
    amendment: Amendment,
    actor: &str,
) -> Result<Permit, Failure> {
    permit.status = permit.status.after(Step::Amend)?;
    let mut ordered = false;
    let mut claims = false;
    let mut charged = None;
    let mut old_sign = None;
    if let Some(mut details) = amendment.details.filter(|details| *details != permit.details) {
        let any = kind::any(permit.kind);
        ordered = any.programmed() && details["programming"].is_null();
        if ordered {
            programming::actions::cancel(tx, permit.id).await?;
            let order = programming::actions::order(&mut details, oslo_date(tx.now()), tx.now())?;
            programming::store::insert(tx, order, permit.id).await?;
            if permit.status == Status::Active {
                permit.status = Status::AwaitingProgramming;
            }
        }
        let before = any.identifiers(&permit.details);
        charged = (!amendment.is_given_back).then(|| any.fees(&permit.details));
        permit.details = details;
        old_sign = kind::claims::change_sign(app, tx, &mut permit).await?;
        claims = true;
        claim_anew(tx, &permit, &before).await?;
    }
    if let Some(conditions) = amendment.conditions {
        permit.conditions = conditions;
    }
    if let Some(validity) = amendment.validity {
        permit.validity = validity;
        claims = true;
    }
    if claims {
        kind::claims::take(tx, &permit).await?;
    }
    if let Some(contacts) = &amendment.contacts {
        store::replace_contacts(tx, &app.keys(), permit.id, contacts).await?;
    }
    if amendment.confirmed {
        permit.confirmed_at = Some(tx.now());
    }
    let permit = write(app, tx, permit, EventKind::Amended, actor).await?;
    if let Some(charged) = charged {
        fee::actions::charge_amendment(tx, &permit, &charged).await?;
    }
    if let Some(old) = old_sign {
        kind::claims::sign_changed(app, tx, &permit, old, actor).await?;
        if !amendment.is_own_motion {
            kind::claims::charge_sign(tx, &permit).await?;
        }
    }
    if ordered {
        outbox::enqueue_instead(tx, EventKind::ProgrammingOrdered, &permit).await?;
    }
    Ok(permit)
}

/// Gives up the identifiers the details had before and claims those they have now.
async fn claim_anew(tx: &Tx, permit: &Permit, before: &[Identifier]) -> Result<(), Failure> {
    let now = kind::any(permit.kind).identifiers(&permit.details);
    if now == before {
        return Ok(());
    }
    let own: Vec<Scheme> =
        Scheme::ALL.into_iter().filter(|scheme| *scheme != Scheme::CallSign).collect();
    store::release(tx, permit.id, &own).await?;
    store::claim(tx, permit.id, &now).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        permit::kind::{Kind, any},
        values::ids::{PartyId, PermitId},
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn days(from: &str, until: &str) -> Validity {
        Validity::new(day(from), Some(day(until))).expect("in order")
    }

    /// Details of a permit for the equipment of an aircraft, temporary where days are given.
    fn details(temporary: Option<(&str, &str)>) -> Value {
        let kind = any(Kind::Aircraft);
        let mut application = kind.example();
        if let Some((from, until)) = temporary {
            application["temporary"] =
                json!({ "validFrom": from, "validUntil": until, "purpose": "Overflyging" });
        }
        kind.parse(&application, true).expect("it reads").details
    }

    fn permit(details: Value, validity: Validity) -> Permit {
        let at = chrono::DateTime::UNIX_EPOCH;
        Permit {
            id: PermitId::new(at),
            kind: Kind::Aircraft,
            number: "AIR-000001".to_owned(),
            holder: PartyId::new(at),
            case: None,
            status: Status::Active,
            details,
            call_sign: None,
            version: 1,
            validity,
            conditions: Vec::new(),
            verification_code: String::new(),
            issued_at: at,
            ended: None,
            confirmed_at: None,
            changed_at: at,
        }
    }

    #[test]
    fn other_days_in_the_details_are_those_of_the_permit_and_a_first_day_that_has_come_stays() {
        let held = days("2026-12-01", "2026-12-08");
        let ferry = permit(details(Some(("2026-12-01", "2026-12-08"))), held);
        let with = |asked, today| {
            days_with(&ferry, &details(asked), day(today)).map_err(|reason| reason.code)
        };
        assert_eq!(with(Some(("2026-12-01", "2026-12-08")), "2026-12-04"), Ok(None));
        let longer = Some(("2026-12-01", "2026-12-20"));
        assert_eq!(with(longer, "2026-11-22"), Ok(Some(days("2026-12-01", "2026-12-20"))));
        assert_eq!(with(longer, "2026-12-04"), Ok(Some(days("2026-12-01", "2026-12-20"))));
        let later = Some(("2026-12-10", "2026-12-20"));
        assert_eq!(with(later, "2026-11-22"), Ok(Some(days("2026-12-10", "2026-12-20"))));
        assert_eq!(with(None, "2026-12-04"), Ok(Some(Validity::open(day("2026-12-01")))));
        let shorter = Some(("2026-12-01", "2026-12-03"));
        assert_eq!(with(shorter, "2026-12-04"), Err("days-over"));
        assert_eq!(with(longer, "2026-12-08"), Err("days-over"));
    }

    #[test]
    fn an_end_that_a_decision_has_set_is_not_moved_by_the_details() {
        let ferry = details(Some(("2026-12-01", "2026-12-08")));
        let cut = permit(ferry.clone(), days("2026-12-01", "2026-12-05"));
        let today = day("2026-11-22");
        assert_eq!(days_with(&cut, &ferry, today), Ok(None));
        let asked = details(Some(("2026-12-01", "2026-12-20")));
        let refused = days_with(&cut, &asked, today).expect_err("refused");
        let refused = wrong_days(&refused);
        assert_eq!(refused.problem(), Problem::ConditionsNotMet);
        assert_eq!(refused.fields()[0].pointer, "/application");
        assert_eq!(refused.fields()[0].code, "days-set-otherwise");
        assert!(WRONG_DAYS.contains(&&*refused.fields()[0].code));
    }
}
