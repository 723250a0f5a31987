//! Seeing what is registered about oneself, and answering it.

use chrono::{DateTime, Utc};

use crate::{
    app::App,
    database::Tx,
    delivery::event::EventKind,
    disclosure::{Circumstances, Disclosed, disclose, policy::Recipient},
    failure::{Failure, Problem},
    identity::Sight,
    keys::KeyRing,
    notification::{
        Purpose,
        actions::{hash_of, is_of},
        store::{self, Notification},
    },
    party,
    permit::{
        self,
        contact::{EmergencyContact, OWN_NUMBER, reaches_another},
        lifecycle::Step,
        model::Permit,
        record,
    },
    task::{self, TaskKind},
};

/// Who acted, in the history of the permit.
const ACTOR: &str = "emergency-contact";

/// What a contact answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// It is right.
    Confirm,
    /// It is to be so.
    Correct(EmergencyContact),
    /// They do not want to be listed.
    Object,
}

impl Answer {
    /// What it did, for the outcome.
    pub const fn outcome(&self) -> &'static str {
        match self {
            Answer::Confirm => "confirmed",
            Answer::Correct(_) => "corrected",
            Answer::Object => "removed",
        }
    }
}

/// What a contact sees.
#[derive(Debug)]
pub struct Seen {
    /// What the policy gives a contact of the record: their own entry, who named them, for what.
    pub disclosed: Disclosed,
    /// When the link ends.
    pub until: DateTime<Utc>,
}

/// Refuses an address that guesses links.
fn guard(app: &App, address: &str) -> Result<(), Failure> {
    let detail = "Too many links that do not exist were tried from here. Wait a minute.";
    app.contact_limit().check(address, app.clock().now(), detail)
}

fn missed(app: &App, address: &str) -> Failure {
    app.contact_limit().miss(address, app.clock().now());
    Failure::not_found()
}

/// What is registered about the contact of a link. Looking does not use it up.
///
/// # Errors
/// 404 when the link does not exist, was used, has ended, or the contact is not listed any more.
pub async fn see(app: &App, address: &str, token: &str) -> Result<Seen, Failure> {
    guard(app, address)?;
    let connection = app.db().read();
    let found = store::by_token(connection, &hash_of(token), app.clock().now()).await?;
    let Some(link) = found else { return Err(missed(app, address)) };
    let permit = permit::store::find(connection, Sight::All, link.permit_id.into()).await?;
    let contacts = permit::store::contacts(connection, &app.keys(), permit.id).await?;
    let at = place(&app.keys(), &permit, &contacts, &link)?;
    let party = party::store::get(connection, permit.holder).await?;
    let record = record::of(&permit, &party, None, std::slice::from_ref(&contacts[at]));
    let circumstances = Circumstances::of(permit.kind, &party, false);
    let disclosed = disclose(&record, Recipient::EmergencyContact, &circumstances)
        .ok_or_else(Failure::not_found)?;
    Ok(Seen { disclosed, until: link.token_until.unwrap_or_else(|| app.clock().now()) })
}

/// Where the contact of a link stands among those of the permit.
fn place(
    keys: &KeyRing,
    permit: &Permit,
    contacts: &[EmergencyContact],
    link: &Notification,
) -> Result<usize, Failure> {
    let wanted = link.phone_blind.as_deref().unwrap_or_default();
    contacts
        .iter()
        .position(|contact| is_of(keys, contact, wanted))
        .filter(|_| permit.status.is_live())
        .ok_or_else(Failure::not_found)
}

/// Carries out what a contact answers, and uses the link up. The rescue centre is told.
///
/// # Errors
/// 404 as [`see`]; 422 when the number is another contact's of the same permit, or the holder's and nobody
/// else would be reached.
pub async fn answer(
    app: &App,
    address: &str,
    token: &str,
    answer: &Answer,
) -> Result<&'static str, Failure> {
    guard(app, address)?;
    let outcome =
        app.db().write(|tx| async move { carry_out(app, &tx, token, answer).await }).await;
    match outcome {
        Ok(()) => Ok(answer.outcome()),
        Err(failure) if failure.problem() == Problem::NotFound => Err(missed(app, address)),
        Err(failure) => Err(failure),
    }
}

async fn carry_out(app: &App, tx: &Tx, token: &str, answer: &Answer) -> Result<(), Failure> {
    let keys = app.keys();
    let hash = hash_of(token);
    let found = store::by_token(&**tx, &hash, tx.now()).await?.ok_or_else(Failure::not_found)?;
    // the permit first, as everybody locks it; then the link, which may have been used meanwhile
    let mut permit = permit::store::lock(tx, Sight::All, found.permit_id.into()).await?;
    let link = store::lock(tx, found.id).await?.filter(|link| link.used_at.is_none());
    let mut link = link.ok_or_else(Failure::not_found)?;
    let mut contacts = permit::store::contacts(&**tx, &keys, permit.id).await?;
    let at = place(&keys, &permit, &contacts, &link)?;
    permit.status = permit.status.after(Step::Amend)?;
    link.used_at = Some(tx.now());
    store::save_link(tx, &link).await?;
    let own = party::store::get(&**tx, permit.holder).await?.details.phone;
    match answer {
        Answer::Confirm => contacts[at].confirmed_at = Some(tx.now()),
        Answer::Correct(entry) => {
            let is_taken = contacts
                .iter()
                .enumerate()
                .any(|(other, contact)| other != at && contact.phone == entry.phone);
            if is_taken {
                let detail = "Another contact of the same permit has this number.";
                return Err(Failure::at("/contact/phone", "repeated", detail));
            }
            let reached = reaches_another(&contacts, own);
            let relation = contacts[at].relation.clone();
            contacts[at] =
                EmergencyContact { relation, confirmed_at: Some(tx.now()), ..entry.clone() };
            if reached && !reaches_another(&contacts, own) {
                let detail = "The holder has this number, and no other contact can be called when the holder does not answer. Give your own.";
                return Err(Failure::at("/contact/phone", OWN_NUMBER, detail));
            }
        }
        Answer::Object => {
            contacts.remove(at);
            store::to_holder(tx, Purpose::ContactLeft, permit.id).await?;
            if !reaches_another(&contacts, own) {
                task::store::open(tx, TaskKind::LastContactLeft, permit.id).await?;
            }
        }
    }
    permit::store::replace_contacts(tx, &keys, permit.id, &contacts).await?;
    permit::actions::write(app, tx, permit, EventKind::ContactsChanged, ACTOR).await?;
    Ok(())
}
