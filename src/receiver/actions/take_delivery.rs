//! Taking a delivery: authentic, in time, and newer than what is held; the same one twice does no harm.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::{super::Receiver, keep_checkpoint::keep_checkpoint, losses};
use crate::{
    delivery::signature::{self, SignedHeaders, Trusted},
    disclosure::policy::Kind,
    failure::Failure,
    permit::kind,
    rescue::copy::{Authority, Change, Held},
    seal::checkpoint::Checkpoint,
    values::ids::PermitId,
};

/// A delivery that is not taken.
#[derive(Debug)]
pub enum Refusal {
    /// Not signed in both ways by trusted keys, or too old.
    Signature,
    /// Not of the documented form.
    Form,
    /// The copy cannot be written now; it is to be sent again.
    NotNow(Failure),
}

/// What a delivery came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is in the copy now.
    Applied,
    /// The copy held it, or something newer; or another version under the same number, which is told and stays.
    Known,
    /// A digest, which will be compared with; its checkpoint is kept.
    Digest,
    /// An event this program does not know.
    PassedOver,
}

#[derive(Deserialize)]
struct Message {
    r#type: String,
    data: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PermitData {
    permit_id: PermitId,
    version: i32,
    recorded_at: Option<DateTime<Utc>>,
    #[serde(default)]
    restricted: bool,
    record: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DigestData {
    statement: String,
    signature: String,
    checkpoint: String,
}

/// Takes a delivery. When it answers, what was delivered is on the disk.
///
/// # Errors
/// Why it is refused.
pub async fn take_delivery(
    receiver: &Receiver,
    headers: &SignedHeaders,
    body: &[u8],
) -> Result<Taken, Refusal> {
    let taken = take(receiver, headers, body).await;
    let now = receiver.clock().now();
    let mut progress = receiver.progress();
    match &taken {
        Ok(_) => {
            progress.deliveries += 1;
            progress.last_delivery = Some(now);
        }
        Err(Refusal::NotNow(failure)) => {
            tracing::error!(%failure, "a delivery cannot be stored now");
        }
        Err(refusal) => {
            progress.refused += 1;
            tracing::warn!(?refusal, "a delivery is refused");
        }
    }
    taken
}

async fn take(receiver: &Receiver, headers: &SignedHeaders, body: &[u8]) -> Result<Taken, Refusal> {
    let keys = receiver.trust().keys().map_err(Refusal::NotNow)?;
    let now = receiver.clock().now();
    let is_signed = |trusted: &Trusted| signature::verify(headers, body, trusted, now).is_ok();
    if !is_signed(&keys.by_secret) || !is_signed(&keys.by_key) {
        return Err(Refusal::Signature);
    }
    let message: Message = serde_json::from_slice(body).map_err(|_| Refusal::Form)?;
    if message.r#type == "digest.daily" {
        let data: DigestData = serde_json::from_value(message.data).map_err(|_| Refusal::Form)?;
        let said = super::reconcile::verified(&keys.digest, &data.statement, &data.signature)
            .ok_or(Refusal::Signature)?;
        let checkpoint =
            Checkpoint::parse(&data.checkpoint, &keys.digest).map_err(|_| Refusal::Signature)?;
        if checkpoint.head().count != said.head {
            return Err(Refusal::Form);
        }
        keep_checkpoint(receiver, checkpoint, keys.digest).await.map_err(Refusal::NotNow)?;
        receiver.progress().wants_comparison = true;
        receiver.wake();
        return Ok(Taken::Digest);
    }
    let Some(kind) = message.data["kind"].as_str().and_then(kind::from_code) else {
        return Ok(Taken::PassedOver);
    };
    let data: PermitData = serde_json::from_value(message.data).map_err(|_| Refusal::Form)?;
    store(receiver, kind, data).await.map_err(Refusal::NotNow)
}

async fn store(receiver: &Receiver, kind: Kind, data: PermitData) -> Result<Taken, Failure> {
    let PermitData { permit_id: permit, version, recorded_at, restricted, record } = data;
    let copy = receiver.copy();
    let held_version = copy.version(permit).await?.unwrap_or(0);
    let (holder, former) = (None, Vec::new());
    let held = Held { permit, version, kind, record, restricted, recorded_at, holder, former };
    let taken = copy.take(&[Change::Put(Box::new(held))], Authority::Delivery).await?;
    losses::told_twice(receiver, taken.twice).await?;
    if version > held_version + 1 {
        // versions in between were superseded, or lost; the feed tells which
        receiver.progress().gaps += 1;
        receiver.wake();
    }
    Ok(if taken.applied > 0 { Taken::Applied } else { Taken::Known })
}
