//! Meeting a party for the first time, and correcting what is known of it.

use super::{
    model::{ContactDetails, Identity, Party},
    store::{self, HolderQuery},
};
use crate::{
    app::App,
    database::{Connection, Tx},
    delivery::event::EventKind,
    disclosure,
    failure::{Failure, Problem},
    identity::{Caller, Role, Sight, SupervisionSight},
    permit::{self, contact::reaches_another},
    task::{self, TaskKind},
    values::{
        ids::{PartyId, PermitId},
        organisation_number::OrganisationNumber,
        phone_number::PhoneNumber,
    },
};

/// The party the caller is or acts for, if the registry has met it.
pub async fn party_of(
    app: &App,
    connection: &impl Connection,
    caller: &Caller,
) -> Result<Option<Party>, Failure> {
    if let (true, Some(number)) = (caller.is(Role::Representative), caller.organisation) {
        return store::find_organisation(connection, number).await;
    }
    match &caller.national_id {
        Some(national_id) => store::find_person(connection, &app.keys(), national_id).await,
        None => Ok(None),
    }
}

/// That the caller represents the organisation with this number.
///
/// # Errors
/// 404 for every other number, well formed or not.
pub fn represents(caller: &Caller, number: &str) -> Result<(), Failure> {
    let number = OrganisationNumber::parse(number).ok();
    if caller.is(Role::Representative) && number.is_some() && number == caller.organisation {
        return Ok(());
    }
    Err(Failure::not_found())
}

/// What the caller may see of cases and permits.
pub async fn sight_of(app: &App, caller: &Caller) -> Result<Sight, Failure> {
    if caller.is(Role::Officer) {
        return Ok(Sight::All);
    }
    if caller.is_staff() {
        return Ok(caller.staff_sight());
    }
    own_sight_of(app, caller).await
}

/// What the caller may act on as a party: their own things, whatever other roles the token has.
pub async fn own_sight_of(app: &App, caller: &Caller) -> Result<Sight, Failure> {
    let party = party_of(app, app.db().read(), caller).await?;
    Ok(party.map_or(Sight::Nothing, |party| Sight::Party(party.id)))
}

/// Nobody decides about themselves, nor about an organisation they act for.
///
/// # Errors
/// 403 when the caller is this party, or acts for it.
pub async fn refuse_own(app: &App, caller: &Caller, party: PartyId) -> Result<(), Failure> {
    if is_own(app, caller, party).await? {
        return Err(Failure::new(
            Problem::Disqualified,
            "You are a party to this, so somebody else must handle it (forvaltningsloven § 6).",
        ));
    }
    Ok(())
}

/// Whether the caller is this party or acts for it, whatever role the token has.
///
/// # Errors
/// When the database does not answer.
pub async fn is_own(app: &App, caller: &Caller, party: PartyId) -> Result<bool, Failure> {
    Ok(own_parties(app, caller).await?.contains(&party))
}

/// The parties the caller is and acts for, whatever role the token has.
async fn own_parties(app: &App, caller: &Caller) -> Result<Vec<PartyId>, Failure> {
    let connection = app.db().read();
    let person = match &caller.national_id {
        Some(national_id) => store::find_person(connection, &app.keys(), national_id).await?,
        None => None,
    };
    let organisation = match caller.organisation {
        Some(number) => store::find_organisation(connection, number).await?,
        None => None,
    };
    Ok(person.into_iter().chain(organisation).map(|own| own.id).collect())
}

/// What the caller may see of supervision as staff: nobody reads what is gathered against themselves.
///
/// # Errors
/// When the database does not answer.
pub async fn supervision_sight(app: &App, caller: &Caller) -> Result<SupervisionSight, Failure> {
    if caller.handles_supervision() {
        return Ok(SupervisionSight::AllBut(own_parties(app, caller).await?));
    }
    Ok(SupervisionSight::Nothing)
}

/// Most holders a search shows.
const MOST: u64 = 50;

/// Searches holders for a caseworker; whom it shows is written into the disclosure log.
///
/// # Errors
/// When the database does not answer.
pub async fn search(
    app: &App,
    caller: &Caller,
    query: &HolderQuery,
) -> Result<Vec<Party>, Failure> {
    let found = store::search(app.db().read(), &app.keys(), query, MOST).await?;
    log_shown(app, caller, &found).await?;
    Ok(found)
}

/// Writes into the disclosure log whose name and address a caseworker was shown.
///
/// # Errors
/// When the database does not answer.
pub async fn log_shown(app: &App, caller: &Caller, found: &[Party]) -> Result<(), Failure> {
    app.db()
        .write(|tx| async move {
            for party in found {
                let entry = disclosure::store::Entry {
                    recipient: "caseworker".to_owned(),
                    purpose: "case-handling".to_owned(),
                    party: Some(party.id),
                    fields: vec!["holder.name".to_owned(), "holder.address".to_owned()],
                    officer: Some(caller.subject.clone()),
                    ..Default::default()
                };
                disclosure::store::insert(&tx, entry).await?;
            }
            Ok(())
        })
        .await
}

/// The party the caller applies as, made or brought up to date with what the application says.
///
/// # Errors
/// When the sign-in names neither a person nor an organisation.
pub async fn meet(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    details: &ContactDetails,
    birth_date: Option<chrono::NaiveDate>,
) -> Result<Party, Failure> {
    if let Some(known) = party_of(app, &**tx, caller).await? {
        let party = store::lock(tx, known.id).await?;
        let said = (details, birth_date);
        return bring_up_to_date(app, tx, party, said, None, &caller.subject).await;
    }
    let identity = match (caller.is(Role::Representative), caller.organisation) {
        (true, Some(number)) => Identity::Organisation { number },
        _ if caller.national_id.is_some() => Identity::Person { birth_date },
        _ => {
            return Err(Failure::new(
                Problem::NotAllowed,
                "Sign in as a person or for an organisation to apply.",
            ));
        }
    };
    let national_id =
        caller.national_id.as_ref().filter(|_| matches!(identity, Identity::Person { .. }));
    let (party, _key) =
        store::insert(tx, &app.keys(), identity, national_id, details.clone()).await?;
    Ok(party)
}

/// Takes over what an application says of a locked party. `except` is a permit that gets its new
/// version from the step it belongs to.
///
/// # Errors
/// When the database does not answer.
pub async fn bring_up_to_date(
    app: &App,
    tx: &Tx,
    mut party: Party,
    (details, birth_date): (&ContactDetails, Option<chrono::NaiveDate>),
    except: Option<PermitId>,
    actor: &str,
) -> Result<Party, Failure> {
    let mut changed = party.details != *details;
    party.details = details.clone();
    if let Identity::Person { birth_date: known } = &mut party.identity
        && birth_date.is_some()
        && *known != birth_date
    {
        *known = birth_date;
        changed = true;
    }
    if changed { save(app, tx, party, except, actor).await } else { Ok(party) }
}

/// Corrects the caller's own data; every live permit gets a new version, so that every recipient
/// is told (GDPR Art. 16 and 19).
///
/// # Errors
/// 404 before the first application, 412 when it changed since it was read.
pub async fn amend(
    app: &App,
    caller: &Caller,
    version: i32,
    details: &ContactDetails,
) -> Result<Party, Failure> {
    let known = party_of(app, app.db().read(), caller).await?.ok_or_else(Failure::not_found)?;
    app.db()
        .write(|tx| {
            let id = known.id;
            async move {
                let mut party = store::lock(&tx, id).await?;
                if party.version != version {
                    return Err(Failure::stale());
                }
                if party.details == *details {
                    return Ok(party);
                }
                party.details = details.clone();
                save(app, &tx, party, None, &caller.subject).await
            }
        })
        .await
}

/// Writes a changed, locked party, and every live permit anew but one, so that every recipient is told.
/// Where a new telephone is that of the only contacts, caseworkers get a task: a correction of one's own
/// number is not refused (GDPR Article 16), and the rescue centre must reach somebody else.
///
/// # Errors
/// 412 when it was changed in between.
pub async fn save(
    app: &App,
    tx: &Tx,
    mut party: Party,
    except: Option<PermitId>,
    actor: &str,
) -> Result<Party, Failure> {
    let before = store::get(&**tx, party.id).await?.details.phone;
    party.version += 1;
    party.changed_at = tx.now();
    store::update(tx, &party).await?;
    let live = permit::store::live_of_holder(&**tx, party.id).await?;
    for live in live.into_iter().filter(|permit| Some(permit.id) != except) {
        let permit = permit::store::lock(tx, Sight::All, live.id).await?;
        permit::actions::write(app, tx, permit, EventKind::Amended, actor).await?;
        if party.details.phone != before {
            ask_for_another(app, tx, live.id, before, party.details.phone).await?;
        }
    }
    Ok(party)
}

/// Gives the caseworkers a task when the contacts of a permit reached somebody besides the holder `before`
/// and with the holder's number of `now` do not.
async fn ask_for_another(
    app: &App,
    tx: &Tx,
    permit: PermitId,
    before: PhoneNumber,
    now: PhoneNumber,
) -> Result<(), Failure> {
    let contacts = permit::store::contacts(&**tx, &app.keys(), permit).await?;
    if reaches_another(&contacts, before) && !reaches_another(&contacts, now) {
        task::store::open(tx, TaskKind::LastContactLeft, permit).await?;
    }
    Ok(())
}
