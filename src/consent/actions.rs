//! Giving and withdrawing consent.

use super::store::{self, NewConsent};
use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    party::{self, model::Party},
    permit::{self, actions::received, kind::Kind},
    register::{lease, projection},
    values::{
        calendar::oslo_date,
        call_sign::CallSign,
        ids::{PartyId, PermitId},
    },
};

/// How a consent came that its holder gave here themselves.
const PORTAL: &str = "portal";

/// The party the caller is, which must exist to have anything to consent to.
async fn own_party(app: &App, caller: &Caller) -> Result<Party, Failure> {
    party::actions::party_of(app, app.db().read(), caller).await?.ok_or_else(Failure::not_found)
}

/// Lets the public list show fields of the caller for one of the caller's call signs.
///
/// # Errors
/// 404 when the caller has no live permit with that call sign; 409 for a protected address.
pub async fn give(
    app: &App,
    caller: &Caller,
    sign: CallSign,
    fields: &[String],
) -> Result<(), Failure> {
    let party = own_party(app, caller).await?;
    give_for(app, caller, &party, sign, (fields, PORTAL)).await
}

/// Writes down what a holder lets the public list show for the call sign of a permit, or that they let it show nothing
/// any more, when they wrote or called. Answers whose permit it is.
///
/// # Errors
/// As [`give`]; 403 for a caseworker who is party or may not decide the kind; 422 for a permit whose holder the
/// public list never shows.
pub async fn register(
    app: &App,
    caller: &Caller,
    id: PermitId,
    fields: &[String],
    channel: &str,
) -> Result<PartyId, Failure> {
    let connection = app.db().read();
    let permit = permit::store::find(connection, Sight::All, id).await?;
    party::actions::refuse_own(app, caller, permit.holder).await?;
    caller.needs_kind(permit.kind)?;
    let sign = permit.call_sign.filter(|_| permit.kind == Kind::Amateur).ok_or_else(|| {
        let detail =
            "The public list shows no holder of this permit, so there is nothing to consent to.";
        Failure::new(Problem::ConditionsNotMet, detail)
    })?;
    let party = party::store::get(connection, permit.holder).await?;
    give_for(app, caller, &party, sign, (fields, channel)).await?;
    Ok(party.id)
}

async fn give_for(
    app: &App,
    caller: &Caller,
    party: &Party,
    sign: CallSign,
    (fields, channel): (&[String], &str),
) -> Result<(), Failure> {
    if party.protected && !fields.is_empty() {
        return Err(Failure::new(
            Problem::ConditionsNotMet,
            "Your address is protected, so nothing about you is published. Contact the authority if that is not so any more.",
        ));
    }
    app.db()
        .write(|tx| async move {
            let locked = party::store::lock(&tx, party.id).await?;
            let live = permit::store::live_of_holder(&*tx, party.id).await?;
            let Some(permit) = live.iter().find(|permit| permit.call_sign == Some(sign)) else {
                return Err(Failure::not_found());
            };
            let guardian_agreed = permit.details["guardianConsents"] == true;
            if locked.is_minor(oslo_date(tx.now())) && !guardian_agreed && !fields.is_empty() {
                return Err(Failure::new(
                    Problem::ConditionsNotMet,
                    "Data about a minor are published only if the guardian agrees. Ask the guardian to contact the authority.",
                ));
            }
            store::withdraw(&tx, party.id, Some(sign)).await?;
            if !fields.is_empty() {
                let new = NewConsent {
                    party: party.id,
                    sign,
                    fields,
                    language: locked.details.language,
                    channel,
                    actor: &caller.subject,
                };
                store::insert(&tx, &new).await?;
            }
            if channel != PORTAL {
                let is_given = !fields.is_empty();
                let title = if is_given { received::CONSENT } else { received::NO_CONSENT };
                received::enter(&tx, permit, title, &caller.subject, None).await?;
            }
            projection::call_sign(&tx, sign).await
        })
        .await?;
    // fewer fields than before is a withdrawal of the others
    lease::settle(app).await
}

/// Withdraws the caller's consent, for one call sign or all.
///
/// # Errors
/// When the database does not answer; then nothing was withdrawn.
pub async fn withdraw(app: &App, caller: &Caller, sign: Option<CallSign>) -> Result<(), Failure> {
    let party = own_party(app, caller).await?;
    app.db()
        .write(|tx| {
            let party = &party;
            async move {
                party::store::lock(&tx, party.id).await?;
                for sign in store::withdraw(&tx, party.id, sign).await? {
                    projection::call_sign(&tx, sign).await?;
                }
                Ok(())
            }
        })
        .await?;
    lease::settle(app).await
}
