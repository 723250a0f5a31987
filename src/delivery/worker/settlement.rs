//! Writing down how attempts went: the attempt, the delivery's new state, and what was disclosed, in one
//! transaction and only while the lease holds. It sends nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::{
    database::Tx,
    delivery::{
        actions,
        schedule::{Next, Outcome, next_attempt},
        sender::Attempt,
        store::{
            self, Status,
            queue::{self, AttemptRow, Claimed},
        },
    },
    disclosure::{self, policy::Recipient},
    failure::Failure,
    values::ids::{PartyId, PermitId, SubscriptionId},
};

/// A delivery whose attempt is over.
#[derive(Debug)]
pub struct Finished {
    /// The delivery.
    pub claim: Claimed,
    /// Whom it was for.
    pub recipient: Recipient,
    /// How it went.
    pub ending: Ending,
}

/// How it went.
#[derive(Debug)]
pub enum Ending {
    /// An attempt was made.
    Sent(Box<Sent>),
    /// Today's policy gives nothing, or the data have been destroyed.
    Withheld,
    /// The payload could not be made, which is a fault of ours; it is tried again as after a failed attempt.
    NotRendered,
}

/// An attempt with what the logs are to say of it.
#[derive(Debug)]
pub struct Sent {
    /// How it went.
    pub attempt: Attempt,
    /// When it began.
    pub at: DateTime<Utc>,
    /// SHA-256 of the body.
    pub body_hash: [u8; 32],
    /// What of a permit was in it; nothing in a digest.
    pub given: Option<Given>,
}

/// What a delivery disclosed.
#[derive(Debug)]
pub struct Given {
    /// Whose data.
    pub holder: PartyId,
    /// Which permit.
    pub permit: PermitId,
    /// Which version of it.
    pub version: i32,
    /// Purpose it was disclosed for.
    pub purpose: String,
    /// Names of the fields.
    pub fields: Vec<String>,
}

/// Writes down how attempts went, of those deliveries whose lease still holds.
pub async fn record(tx: &Tx, finished: &[Finished]) -> Result<(), Failure> {
    // before the deliveries are locked: a claim locks the subscription first, too
    hold_back(tx, finished).await?;
    let claims: Vec<&Claimed> = finished.iter().map(|one| &one.claim).collect();
    let held = queue::held(tx, &claims).await?;
    let (mut attempts, mut delivered, mut withheld) = (Vec::new(), Vec::new(), Vec::new());
    let mut entries = Vec::new();
    for Finished { claim, recipient, ending } in finished {
        if !held.contains(&claim.id) {
            tracing::warn!(delivery = %claim.id, "a lease ran out before the attempt was over");
            continue;
        }
        match ending {
            Ending::Withheld => withheld.push(claim.id),
            Ending::NotRendered => put_off(tx, claim, None).await?,
            Ending::Sent(sent) => {
                attempts.push(attempt_row(claim, sent));
                match sent.attempt.outcome {
                    Outcome::Delivered => {
                        delivered.push(claim.id);
                        let given = sent.given.as_ref();
                        entries.extend(given.map(|given| entry(given, *recipient, sent.at)));
                    }
                    Outcome::Gone => {
                        actions::pause_gone(tx, claim.subscription).await?;
                        queue::put_off(tx, claim.id, claim.attempts + 1, tx.now()).await?;
                    }
                    _ => put_off(tx, claim, Some(&sent.attempt)).await?,
                }
            }
        }
    }
    if !attempts.is_empty() {
        queue::insert_attempts(tx, &attempts).await?;
    }
    disclosure::store::insert_new(tx, entries).await?;
    queue::finish(tx, &delivered, Status::Delivered, true).await?;
    queue::finish(tx, &withheld, Status::Withheld, false).await
}

/// Sends nothing to those who have asked for time, and not only not what they answered to (RFC 9110, 10.2.3). At most
/// as long as a single delivery can be put off, and it holds even where the lease ran out before the answer came.
async fn hold_back(tx: &Tx, finished: &[Finished]) -> Result<(), Failure> {
    let mut held: BTreeMap<SubscriptionId, DateTime<Utc>> = BTreeMap::new();
    for Finished { claim, ending, .. } in finished {
        let Ending::Sent(sent) = ending else { continue };
        let wish = sent.attempt.retry_after.filter(|_| sent.attempt.outcome == Outcome::Throttled);
        let Some(wish) = wish else { continue };
        let until = tx.now() + wish.wait(tx.now());
        let known = held.entry(claim.subscription).or_insert(until);
        *known = until.max(*known);
    }
    for (subscription, until) in held {
        store::hold::hold(tx, subscription, until).await?;
    }
    Ok(())
}

fn attempt_row(claim: &Claimed, sent: &Sent) -> AttemptRow {
    AttemptRow {
        delivery: claim.id,
        number: claim.attempts + 1,
        at: sent.at,
        outcome: sent.attempt.outcome,
        http_status: sent.attempt.status,
        duration: sent.attempt.duration,
        body_hash: sent.body_hash,
    }
}

fn entry(given: &Given, recipient: Recipient, at: DateTime<Utc>) -> disclosure::store::Entry {
    disclosure::store::Entry {
        recipient: recipient.as_str().to_owned(),
        purpose: given.purpose.clone(),
        party: Some(given.holder),
        permit: Some(given.permit),
        fields: given.fields.clone(),
        version: Some(given.version),
        at: Some(at),
        ..Default::default()
    }
}

/// Plans the next attempt, or parks the delivery when all are used.
async fn put_off(tx: &Tx, claim: &Claimed, attempt: Option<&Attempt>) -> Result<(), Failure> {
    let made = claim.attempts + 1;
    let wish = attempt.and_then(|attempt| attempt.retry_after);
    let made_so_far = u32::try_from(made).map_err(Failure::internal)?;
    match next_attempt(made_so_far, wish, tx.now(), draw()) {
        Next::At(at) => queue::put_off(tx, claim.id, made, at).await,
        Next::Parked => {
            tracing::error!(delivery = %claim.id, "a delivery is parked: every attempt failed");
            queue::finish(tx, &[claim.id], Status::Parked, true).await
        }
    }
}

/// A random draw from 0 to 1.
fn draw() -> f64 {
    f64::from(u32::from_be_bytes(crate::keys::random())) / f64::from(u32::MAX)
}

/// Counts what was settled.
pub fn measure(now: DateTime<Utc>, finished: &[Finished]) {
    for Finished { claim, recipient, ending } in finished {
        let outcome = match ending {
            Ending::Sent(sent) => sent.attempt.outcome.name(),
            Ending::Withheld => "withheld",
            Ending::NotRendered => "not-rendered",
        };
        let recipient = recipient.as_str();
        metrics::counter!("anrop_delivery_attempts_total", "recipient" => recipient, "outcome" => outcome)
            .increment(1);
        if outcome == Outcome::Delivered.name() {
            let seconds = (now - claim.created_at).to_std().unwrap_or_default().as_secs_f64();
            metrics::histogram!("anrop_delivery_seconds", "recipient" => recipient).record(seconds);
        }
    }
}
