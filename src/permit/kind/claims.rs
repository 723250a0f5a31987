//! What some kinds keep beside the permit: rows that other permits must not overlap or repeat.
//!
//! A kind with such rows has a `store.rs` in its folder and an arm in the functions here that it
//! needs; the others need nothing. Each is called inside the transaction of the step it belongs to,
//! so that a claim and its permit stand or fall together.

use chrono::{Datelike as _, NaiveDate};

use super::{
    FeeItem, Kind, Reason, amateur, installer::qualified_person, numbering, spectrum, transmitter,
};
use crate::{
    app::App,
    database::{Connection, Tx},
    failure::{Failure, Problem},
    fee::rules::{self, Holding},
    party::model::Party,
    permit::{model::Permit, store},
    values::{
        calendar::oslo_date,
        call_sign::CallSign,
        ids::{CaseId, PartyId, PermitId},
        limit::Limit,
    },
};

/// What stands in the way of details, or must be judged, among the kind's rows and the rates of the day; what `except` has,
/// what is held for `case` and what `holder` has alone is in nobody's way.
///
/// # Errors
/// When the database does not answer.
pub async fn findings(
    connection: &impl Connection,
    kind: Kind,
    details: &serde_json::Value,
    except: Option<PermitId>,
    case: Option<CaseId>,
    today: NaiveDate,
    holder: PartyId,
) -> Result<Vec<Reason>, Failure> {
    let mut found = match kind {
        Kind::Amateur => amateur::actions::findings(connection, details).await?,
        Kind::Installer => qualified_person::actions::findings(connection, details).await?,
        Kind::Numbering => {
            numbering::actions::findings(connection, details, except, case, today, holder).await?
        }
        Kind::Spectrum => spectrum::store::findings(connection, details, except, holder).await?,
        Kind::Transmitter => {
            let details = serde_json::from_value(details.clone()).map_err(Failure::internal)?;
            transmitter::actions::findings(connection, &details, except, today, holder).await?
        }
        _ => Vec::new(),
    };
    found.extend(without_rate(kind, details, today));
    Ok(found)
}

/// What is to be charged for and fits no rate of the day would cost nothing, and may be a slip.
fn without_rate(kind: Kind, details: &serde_json::Value, today: NaiveDate) -> Option<Reason> {
    let held = Holding { first: today, last: None };
    let is_free = |item: &FeeItem| {
        let item = std::slice::from_ref(item);
        let yearly = rules::annual(item, held, today.year());
        rules::once(item, today).is_ok_and(|lines| lines.is_empty())
            && yearly.is_ok_and(|lines| lines.is_empty())
    };
    let items = super::any(kind).fees(details);
    items.iter().any(is_free).then(|| Reason::new("no-rate"))
}

/// Details as the permit keeps them: what an application names otherwise than a permit does is
/// looked up, and what it left to the authority is chosen. Called before a permit is written with
/// new details.
///
/// # Errors
/// 422 when something must be registered first, 409 when there is nothing left to choose.
pub async fn settle(
    app: &App,
    tx: &Tx,
    kind: Kind,
    mut details: serde_json::Value,
) -> Result<serde_json::Value, Failure> {
    match kind {
        Kind::Installer => qualified_person::actions::settle(app, tx, details).await,
        Kind::Numbering => {
            numbering::actions::choose(tx, &mut details).await?;
            Ok(details)
        }
        _ => Ok(details),
    }
}

/// Gives an amended permit another call sign where its details ask for one. Answers the one it had; once the version is written,
/// [`sign_changed`] follows.
///
/// # Errors
/// 409 when there is none to give.
pub async fn change_sign(
    app: &App,
    tx: &Tx,
    permit: &mut Permit,
) -> Result<Option<CallSign>, Failure> {
    match permit.kind {
        Kind::Amateur => amateur::actions::change_asked(app, tx, permit).await,
        _ => Ok(None),
    }
}

/// Gives a permit the call sign again that it had. Answers the one it had instead; once the version is written,
/// [`sign_changed`] follows.
///
/// # Errors
/// 409 when somebody else has it, 422 when its holder may not have it any more.
pub async fn give_sign_back(
    tx: &Tx,
    permit: &mut Permit,
    sign: CallSign,
) -> Result<Option<CallSign>, Failure> {
    match permit.kind {
        Kind::Amateur => amateur::actions::give_back(tx, permit, sign).await,
        _ => Ok(None),
    }
}

/// Charges for another call sign that was asked for, in a version that is written.
///
/// # Errors
/// When the fee table does not know it.
pub async fn charge_sign(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    match permit.kind {
        Kind::Amateur => amateur::actions::charge_change(tx, permit).await,
        _ => Ok(()),
    }
}

/// What follows from another call sign than `old` in a version that is written.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_changed(
    app: &App,
    tx: &Tx,
    permit: &Permit,
    old: CallSign,
    actor: &str,
) -> Result<(), Failure> {
    match permit.kind {
        Kind::Amateur => amateur::actions::sign_changed(app, tx, permit, Some(old), actor).await,
        _ => Ok(()),
    }
}

/// Takes what the permit claims; what it claimed before is given up first.
///
/// # Errors
/// 409 when another permit has it, 422 when its holder may have no other.
pub async fn take(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    match permit.kind {
        Kind::Amateur => amateur::actions::take(tx, permit).await,
        Kind::Installer => {
            qualified_person::actions::refuse_particulars(permit)?;
            the_only_one(tx, permit).await
        }
        Kind::Supplier | Kind::Priority => the_only_one(tx, permit).await,
        Kind::Numbering => numbering::actions::take(tx, permit).await,
        Kind::Spectrum => spectrum::store::take(tx, permit).await,
        Kind::Transmitter => transmitter::store::take(tx, permit).await,
        _ => Ok(()),
    }
}

/// An organisation has one live permit of the kind at most. Its row is locked by whoever grants, so
/// two at once cannot pass here.
async fn the_only_one(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    let live = store::live_of_holder(&**tx, permit.holder).await?;
    if live.iter().all(|other| other.id == permit.id || other.kind != permit.kind) {
        return Ok(());
    }
    Err(Failure::in_words(
        Problem::ConditionsNotMet,
        [
            "Organisasjonen har en gyldig tillatelse av denne typen fra før. Endre den, eller avslutt den først.",
            "Organisasjonen har eit gyldig løyve av denne typen frå før. Endre det, eller avslutt det først.",
            "The organisation holds a live permit of this kind already. Amend that one, or end it first.",
        ],
    ))
}

/// What follows for other permits once one is in force again that had ended.
///
/// # Errors
/// When the database does not answer.
pub async fn restored(app: &App, tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    match permit.kind {
        Kind::Amateur => amateur::actions::licence_restored(app, tx, permit).await,
        _ => Ok(()),
    }
}

/// Gives up what the permit claims, because it has ended.
///
/// # Errors
/// When the database does not answer.
pub async fn release(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    match permit.kind {
        Kind::Numbering => numbering::actions::release(tx, permit).await,
        Kind::Spectrum => spectrum::store::release(tx, permit.id).await,
        Kind::Transmitter => transmitter::store::release(tx, permit.id).await,
        _ => Ok(()),
    }
}

/// What follows for permits of others from the end of one.
///
/// # Errors
/// When the database does not answer.
pub async fn ended(app: &App, tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    match permit.kind {
        Kind::Amateur => amateur::actions::licence_ended(app, tx, permit).await,
        _ => Ok(()),
    }
}

/// Holds what is applied for while the case runs; what is not free stays with those who have it, and
/// what the permit `about` that is to be amended has needs no hold. The
/// decision ends it, however late: `due_on` is only what it is counted from.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(
    tx: &Tx,
    kind: Kind,
    details: &serde_json::Value,
    case: CaseId,
    about: Option<PermitId>,
    due_on: NaiveDate,
) -> Result<(), Failure> {
    match kind {
        Kind::Numbering => {
            // a case that is forgotten does not hold numbers for ever
            let longest = Limit::NumbersHeld.period(oslo_date(tx.now()));
            let until = longest.map_or(due_on, |longest| longest.add_to(due_on));
            numbering::actions::hold(tx, details, case, about, until).await
        }
        _ => Ok(()),
    }
}

/// Ends what is held for a case.
///
/// # Errors
/// When the database does not answer.
pub async fn end_hold(tx: &Tx, kind: Kind, case: CaseId) -> Result<(), Failure> {
    match kind {
        Kind::Numbering => numbering::actions::end_hold(tx, case).await,
        _ => Ok(()),
    }
}

/// The kind's public rows say of the holder what is true now; called with every version.
///
/// # Errors
/// When the database does not answer.
pub async fn follow(tx: &Tx, permit: &Permit, holder: &Party) -> Result<(), Failure> {
    match permit.kind {
        Kind::Numbering => numbering::actions::follow(tx, permit, holder).await,
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::permit::kind::{Holders, KINDS, any};

    fn day() -> NaiveDate {
        "2026-11-22".parse().expect("a day")
    }

    #[test]
    fn what_no_rate_fits_is_told() {
        let told = |mass: u32| {
            let aircraft = any(Kind::Aircraft);
            let mut application = aircraft.example();
            application["aircraft"]["takeOffMass"] = json!(mass);
            application["aircraft"]["fullyEquipped"] = json!(true);
            let details = aircraft.parse(&application, true).expect("it reads").details;
            without_rate(Kind::Aircraft, &details, day()).map(|reason| reason.code)
        };
        // the rates of § 17 are for less and for more than nine tonnes
        assert_eq!([8_999, 9_000, 9_001].map(told), [None, Some("no-rate"), None]);
    }

    #[test]
    fn the_specimen_of_every_kind_has_its_rates() {
        for any in KINDS {
            let is_person = any.holders() != Holders::Organisations;
            let details = any.parse(&any.example(), is_person).expect("it reads").details;
            assert_eq!(without_rate(any.kind(), &details, day()), None, "{}", any.kind());
        }
    }
}
