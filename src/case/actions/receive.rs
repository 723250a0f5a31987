//! Receiving a permit by transfer: who is asked is known by a blind index until they accept.

use chrono::NaiveDate;

use super::{
    super::{
        model::Receiver,
        store::{self, Case},
    },
    carry_out::refused,
    life::not_met,
    save,
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::{Caller, Role, Sight},
    journal::{self, Direction},
    keys::{BlindPurpose, blind},
    party::{self, model::ContactDetails},
    permit::kind,
    values::ids::CaseId,
};

/// The blind index of somebody who is to receive a permit.
pub(super) fn blind_of(app: &App, receiver: &Receiver) -> Vec<u8> {
    blind(&app.keys(), BlindPurpose::Receiver, &receiver.canonical()).to_vec()
}

/// The blind index transfers to the caller are found by.
pub fn receiving(app: &App, caller: &Caller) -> Option<Vec<u8>> {
    let receiver = match (caller.is(Role::Representative), caller.organisation) {
        (true, Some(number)) => Receiver::Organisation(number),
        _ => Receiver::Person(caller.national_id?),
    };
    Some(blind_of(app, &receiver))
}

/// A case the caller may see: as `sight` allows, or because they are to receive the permit.
///
/// # Errors
/// 404 for anything else.
pub async fn seen(app: &App, caller: &Caller, sight: Sight, id: CaseId) -> Result<Case, Failure> {
    let connection = app.db().read();
    match store::find(connection, sight, id).await {
        Err(failure) if failure.problem() == Problem::NotFound => match receiving(app, caller) {
            Some(receiver) => store::find_received(connection, &receiver, id).await,
            None => Err(failure),
        },
        outcome => outcome,
    }
}

/// Accepts to receive a permit; the receiver becomes known to the registry.
///
/// # Errors
/// 404 when the caller is not who is to receive it; 412 when the case changed; 409 when it is decided
/// or accepted already; 422 when such a holder may not have the permit.
pub async fn accept(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    details: &ContactDetails,
    birth_date: Option<NaiveDate>,
) -> Result<Case, Failure> {
    let receiver = receiving(app, caller).ok_or_else(Failure::not_found)?;
    let receiver = &receiver;
    app.db()
        .write(|tx| async move {
            store::find_received(&*tx, receiver, id).await?;
            let party = party::actions::meet(app, &tx, caller, details, birth_date).await?;
            let mut case = store::lock(&tx, Sight::All, id).await?;
            if !case.is_as_read(version) {
                return Err(Failure::stale());
            }
            if !case.status.is_open() || case.accepted.is_some() {
                return Err(refused("The transfer has been accepted or decided already."));
            }
            kind::any(case.kind).holders().admit(party.is_person()).map_err(not_met)?;
            case.accepted = Some((party.id, tx.now()));
            let title = "Transfer accepted by the new holder";
            let document = journal::Document {
                place: (id, journal::next_number(&tx, id).await?),
                direction: Direction::In,
                title,
                actor: &caller.subject,
                hash: None,
                with: journal::With::Party(party.id),
            };
            journal::write(&tx, &document).await?;
            save(&tx, case).await
        })
        .await
}
