//! Sending what is due, and asking holders to confirm.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    Purpose,
    client::Gateway,
    model::{Course, Standing},
    rules::{self, Named},
    store::{self, Notification, Table, queue},
};
use crate::{
    app::App,
    database::Tx,
    disclosure::{self, Circumstances, disclose, policy::Recipient},
    failure::{Failure, Problem},
    identity::Sight,
    keys::{BlindPurpose, KeyRing, blind},
    party,
    permit::{self, contact::EmergencyContact, model::Permit, record},
    task::{self, TaskKind},
    values::{calendar::oslo_date, language::Language, reminder::Reminder},
};

/// Messages handled in one run, and permits asked about.
pub(crate) const BATCH: u64 = 50;
/// Purpose of the policy under which contacts are told.
const CONTACTS: &str = "emergency-contacts";

/// The link of a contact: as long as 128 random bits, made from the ring, so that what lies in the
/// database does not give it away and every attempt sends the same.
pub fn token_of(keys: &KeyRing, id: Uuid) -> String {
    let bits = blind(keys, BlindPurpose::ContactLink, &id.to_string());
    URL_SAFE_NO_PAD.encode(&bits[..16])
}

/// What is kept of a token.
pub fn hash_of(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A message ready to be handed over.
struct Ready {
    to: String,
    text: String,
}

/// Hands over what is due, if there is a gateway; answers how many messages it took. How long the oldest waits is
/// told in any case: without a gateway contacts are not told that they are listed (GDPR Article 14).
///
/// # Errors
/// When the database does not answer.
pub async fn send_due(app: &App) -> Result<usize, Failure> {
    let sent = match app.gateway() {
        Some(gateway) => hand_over_due(app, gateway).await,
        None => Ok(0),
    };
    set_gauge::<Table>(app, "anrop_notification_oldest_waiting_seconds").await?;
    sent
}

async fn hand_over_due(app: &App, gateway: &Gateway) -> Result<usize, Failure> {
    let mut sent = 0;
    for id in queue::due::<Table>(app.db().read(), app.clock().now(), BATCH).await? {
        let ready = app.db().write(|tx| async move { prepare(app, &tx, id).await }).await;
        match ready {
            Ok(Some(ready)) => sent += usize::from(hand_over(app, gateway, id, &ready).await?),
            Ok(None) => {}
            Err(failure) if failure.problem() == Problem::Unavailable => return Err(failure),
            // what is wrong with one keeps nobody else waiting
            Err(failure) => {
                let problem = failure.problem().code();
                tracing::error!(notification = %id, problem, "a message cannot be made");
                count("unmade");
                // making it was undone as a whole, with the attempt
                settle(app, id, |course, now| {
                    course.attempts += 1;
                    course.not_taken(now, rules::pause_after(course.attempts));
                })
                .await?;
            }
        }
    }
    Ok(sent)
}

/// Counts how an attempt went: `sent`, `failed`, or `unmade` where there was nothing to send.
fn count(outcome: &'static str) {
    metrics::counter!("anrop_notifications_total", "outcome" => outcome).increment(1);
}

/// Tells how long the oldest message of a queue has waited.
///
/// # Errors
/// When the database does not answer.
#[allow(clippy::cast_precision_loss)] // a gauge is a float
pub(crate) async fn set_gauge<Q: queue::Queue>(
    app: &App,
    name: &'static str,
) -> Result<(), Failure> {
    let now = app.clock().now();
    let oldest = queue::backlog::<Q>(app.db().read(), now).await?;
    let age = oldest.map_or(0, |at| (now - at).num_seconds().max(0));
    metrics::gauge!(name).set(age as f64);
    Ok(())
}

/// Takes a message for this process and makes its text; nothing when there is nobody to send it to.
async fn prepare(app: &App, tx: &Tx, id: Uuid) -> Result<Option<Ready>, Failure> {
    let Some(mut row) = queue::take::<Table>(tx, id).await? else { return Ok(None) };
    let purpose = Purpose::from_code(&row.purpose)
        .ok_or_else(|| Failure::internal("unknown purpose of a message"))?;
    let permit = permit::store::find(&**tx, Sight::All, row.permit_id.into()).await?;
    let contact = contact_of(app, tx, &row).await?;
    let is_listed = purpose != Purpose::ContactListed || contact.is_some();
    if !permit.status.is_live() || !is_listed {
        queue::settle::<Table>(tx, id, Course::drop_it).await?;
        return Ok(None);
    }
    let ready = ready(app, tx, &mut row, purpose, &permit, contact.as_ref()).await?;
    store::save_link(tx, &row).await?;
    Ok(Some(ready))
}

/// The contact a message is for, as listed now.
pub async fn contact_of(
    app: &App,
    tx: &Tx,
    row: &Notification,
) -> Result<Option<EmergencyContact>, Failure> {
    let Some(wanted) = &row.phone_blind else { return Ok(None) };
    let keys = app.keys();
    let contacts = permit::store::contacts(&**tx, &keys, row.permit_id.into()).await?;
    Ok(contacts.into_iter().find(|contact| is_of(&keys, contact, wanted)))
}

/// True if a contact has the number of a blind index.
pub fn is_of(keys: &KeyRing, contact: &EmergencyContact, wanted: &[u8]) -> bool {
    blind(keys, BlindPurpose::Phone, &contact.phone.dial()) == *wanted
}

async fn ready(
    app: &App,
    tx: &Tx,
    row: &mut Notification,
    purpose: Purpose,
    permit: &Permit,
    contact: Option<&EmergencyContact>,
) -> Result<Ready, Failure> {
    let party = party::store::get(&**tx, permit.holder).await?;
    let settings = app.settings();
    let (to, language, link) = match contact {
        Some(contact) => {
            let token = token_of(&app.keys(), row.id);
            let language = contact.language.unwrap_or(party.details.language);
            row.token_hash = Some(hash_of(&token));
            row.token_until = until(app).or(row.token_until);
            let link = format!("{}/{language}/contact/{token}", settings.public_url);
            (contact.phone.dial(), language, link)
        }
        None => (party.details.phone.dial(), party.details.language, settings.public_url.clone()),
    };
    let holder = match contact {
        Some(contact) => told_holder(tx, permit, &party, contact).await?,
        None => String::new(),
    };
    let named = Named {
        authority: &settings.authority_name,
        holder: if holder.is_empty() { unnamed(language) } else { &holder },
        permit: &permit.number,
        link: &link,
    };
    Ok(Ready { to, text: rules::text(purpose, language, &named) })
}

fn until(app: &App) -> Option<DateTime<Utc>> {
    let now = app.clock().now();
    Some(now + TimeDelta::days(Reminder::ContactLink.days(oslo_date(now))?))
}

fn unnamed(language: Language) -> &'static str {
    match language {
        Language::Bokmal => "Noen",
        Language::Nynorsk => "Nokon",
        Language::English => "Somebody",
    }
}

/// The holder's name, as the policy gives it to a contact; that it was given is written down.
async fn told_holder(
    tx: &Tx,
    permit: &Permit,
    party: &party::model::Party,
    contact: &EmergencyContact,
) -> Result<String, Failure> {
    let record = record::of(permit, party, None, std::slice::from_ref(contact));
    let circumstances = Circumstances::of(permit.kind, party, !permit.status.is_live());
    let Some(disclosed) = disclose(&record, Recipient::EmergencyContact, &circumstances) else {
        return Ok(String::new());
    };
    let section = |name: &str| disclosed.record()[name]["name"].as_str().map(str::to_owned);
    let name = section("holder").or_else(|| section("organisation")).unwrap_or_default();
    disclosure::store::insert(
        tx,
        disclosure::store::Entry {
            recipient: Recipient::EmergencyContact.as_str().to_owned(),
            purpose: CONTACTS.to_owned(),
            party: Some(party.id),
            permit: Some(permit.id),
            fields: vec!["holder.name".to_owned()],
            version: Some(permit.version),
            ..Default::default()
        },
    )
    .await?;
    Ok(name)
}

async fn hand_over(app: &App, gateway: &Gateway, id: Uuid, ready: &Ready) -> Result<bool, Failure> {
    let outcome = gateway.send(id, &ready.to, &ready.text).await;
    count(if outcome.is_ok() { "sent" } else { "failed" });
    settle(app, id, |course, now| match outcome {
        Ok(()) => course.sent(now),
        Err(flaw) => {
            let attempt = course.attempts;
            tracing::warn!(notification = %id, attempt, %flaw, "a message was not taken");
            course.not_taken(now, rules::pause_after(attempt));
        }
    })
    .await?;
    Ok(outcome.is_ok())
}

/// Notes what has become of a message; one that is not tried again is a caseworker's to see to.
async fn settle(
    app: &App,
    id: Uuid,
    change: impl Fn(&mut Course, DateTime<Utc>),
) -> Result<(), Failure> {
    let change = &change;
    app.db()
        .write(|tx| async move {
            let now = tx.now();
            let settled = queue::settle::<Table>(&tx, id, |course| change(course, now)).await?;
            if let Some((row, course)) = settled
                && course.standing == Standing::Failed
            {
                let permit = row.permit_id.into();
                task::store::open(&tx, TaskKind::ContactNotTold, permit).await?;
            }
            Ok(())
        })
        .await
}

/// Asks holders whose data were last confirmed long ago to confirm them; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn ask_to_confirm(app: &App) -> Result<usize, Failure> {
    let now = app.clock().now();
    let Some(days) = Reminder::ConfirmationDue.days(oslo_date(now)) else { return Ok(0) };
    let long_ago = now - TimeDelta::days(days);
    let permits = store::unconfirmed(app.db().read(), long_ago, long_ago, BATCH).await?;
    let mut asked = 0;
    for id in permits {
        asked += app
            .db()
            .write(|tx| async move {
                // another process may have asked since it was read
                permit::store::lock(&tx, Sight::All, id).await?;
                if !store::is_to_be_asked(&tx, id, long_ago, long_ago).await? {
                    return Ok(0);
                }
                store::to_holder(&tx, Purpose::ConfirmationDue, id).await?;
                Ok(1)
            })
            .await?;
    }
    Ok(asked)
}
