//! Rows of subscriptions and the list of deliveries; the queue the worker claims from is in [`queue`].
//! Secrets lie here sealed and leave only as a [`Signer`] or, once, as the text shown to an administrator.

pub mod hold;
pub mod parked;
pub mod queue;
pub mod replay;

use anrop_entity::{delivery, delivery_attempt, event, subscription};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::LockType,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::signature::{SharedSecret, Signer, SigningKey};
use crate::{
    database::{Tx, is_taken},
    disclosure::policy::Recipient,
    failure::{Failure, Problem},
    keys::{KeyRing, Place},
    values::ids::{DeliveryId, SubscriptionId},
};

/// How many secrets and signing keys are kept: the newest, and the one before it until the next rotation.
const KEPT: usize = 2;

/// State of a subscription that was ended.
pub const ENDED: &str = "ended";

/// Who is told, where, and whether deliveries go out just now.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// Id of the row.
    pub id: SubscriptionId,
    /// Name, unique among subscriptions.
    pub name: String,
    /// Rescue centre or programmer.
    pub recipient: Recipient,
    /// Where deliveries are posted.
    pub url: String,
    /// Why deliveries wait; none while they go out.
    pub paused: Option<String>,
    /// Until when the recipient has asked to be sent nothing; may lie in the past.
    pub held_until: Option<DateTime<Utc>>,
    /// What of a replay is still to be written.
    pub replay: Option<replay::Open>,
    /// Nothing is sent any more, and nothing collects.
    pub is_ended: bool,
    /// Grows with every change.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    sealed: Sealed,
}

/// Sealed bytes, kept out of `Debug` texts.
#[derive(Clone)]
struct Sealed(Vec<u8>);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(..)")
    }
}

/// The keys of a subscription, newest first.
#[derive(Debug, Clone)]
pub struct Keys {
    secrets: Vec<SharedSecret>,
    signing: Vec<SigningKey>,
}

/// How keys are written before they are sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyTexts {
    secrets: Vec<Zeroizing<String>>,
    signing: Vec<Zeroizing<String>>,
}

impl Keys {
    /// One new secret and one new signing key.
    ///
    /// # Errors
    /// When the operating system has no random bytes.
    pub fn generate() -> Result<Self, Failure> {
        Ok(Self {
            secrets: vec![SharedSecret::generate().map_err(Failure::internal)?],
            signing: vec![SigningKey::generate().map_err(Failure::internal)?],
        })
    }

    /// None at all: of a subscription that was ended.
    pub const fn none() -> Self {
        Self { secrets: Vec::new(), signing: Vec::new() }
    }

    /// New keys in front; of the old ones the newest goes on signing until the next rotation.
    ///
    /// # Errors
    /// As [`generate`](Self::generate).
    pub fn rotated(self) -> Result<Self, Failure> {
        let mut fresh = Self::generate()?;
        fresh.secrets.extend(self.secrets);
        fresh.signing.extend(self.signing);
        fresh.secrets.truncate(KEPT);
        fresh.signing.truncate(KEPT);
        Ok(fresh)
    }

    /// The newest secret as it is shown once.
    ///
    /// # Errors
    /// When there is none, which sealing excludes.
    pub fn newest_secret(&self) -> Result<Zeroizing<String>, Failure> {
        let secret = self.secrets.first().ok_or_else(|| Failure::internal("no secret"))?;
        Ok(secret.to_text())
    }

    /// Public halves of the signing keys, newest first.
    pub fn public(&self) -> Vec<String> {
        self.signing.iter().map(|key| key.public_key().to_string()).collect()
    }

    /// Signs with every key.
    ///
    /// # Errors
    /// When a kind of key is missing.
    pub fn signer(self) -> Result<Signer, Failure> {
        Signer::new(self.secrets, self.signing).map_err(Failure::internal)
    }

    fn seal(&self, ring: &KeyRing, id: Uuid) -> Result<Sealed, Failure> {
        let texts = KeyTexts {
            secrets: self.secrets.iter().map(SharedSecret::to_text).collect(),
            signing: self.signing.iter().map(SigningKey::to_text).collect(),
        };
        let bytes = Zeroizing::new(serde_json::to_vec(&texts).map_err(Failure::internal)?);
        Ok(Sealed(ring.seal(place(id), &bytes)))
    }

    fn open(ring: &KeyRing, id: Uuid, sealed: &Sealed) -> Result<Self, Failure> {
        let bytes = Zeroizing::new(ring.open(place(id), &sealed.0).map_err(Failure::internal)?);
        let texts: KeyTexts = serde_json::from_slice(&bytes).map_err(Failure::internal)?;
        let secrets = texts.secrets.iter().map(|text| SharedSecret::parse(text));
        let signing = texts.signing.iter().map(|text| SigningKey::parse(text));
        Ok(Self {
            secrets: secrets.collect::<Result<_, _>>().map_err(Failure::internal)?,
            signing: signing.collect::<Result<_, _>>().map_err(Failure::internal)?,
        })
    }
}

/// Where the secrets of a subscription are sealed.
pub fn place(id: Uuid) -> Place {
    Place { table: "subscription", column: "secrets_sealed", row: id }
}

impl Subscription {
    /// A new one at version 1, which goes out at once.
    ///
    /// # Errors
    /// When the keys cannot be sealed.
    pub fn new(
        ring: &KeyRing,
        now: DateTime<Utc>,
        name: String,
        recipient: Recipient,
        url: String,
        keys: &Keys,
    ) -> Result<Self, Failure> {
        let id = SubscriptionId::new(now);
        Ok(Self {
            id,
            name,
            recipient,
            url,
            paused: None,
            held_until: None,
            replay: None,
            is_ended: false,
            version: 1,
            created_at: now,
            changed_at: now,
            sealed: keys.seal(ring, id.0)?,
        })
    }

    /// `active`, `paused` or `ended`.
    pub fn status(&self) -> &'static str {
        match (self.is_ended, &self.paused) {
            (true, _) => ENDED,
            (false, Some(_)) => "paused",
            (false, None) => "active",
        }
    }

    /// Whether the recipient has asked to be sent nothing now.
    pub fn is_held(&self, now: DateTime<Utc>) -> bool {
        self.held_until.is_some_and(|until| until > now)
    }

    /// The keys, opened.
    ///
    /// # Errors
    /// When the ring lacks the key they are sealed under, or the row was tampered with.
    pub fn keys(&self, ring: &KeyRing) -> Result<Keys, Failure> {
        Keys::open(ring, self.id.0, &self.sealed)
    }

    /// Replaces the keys.
    ///
    /// # Errors
    /// When they cannot be sealed.
    pub fn set_keys(&mut self, ring: &KeyRing, keys: &Keys) -> Result<(), Failure> {
        self.sealed = keys.seal(ring, self.id.0)?;
        Ok(())
    }
}

fn to_row(subscription: &Subscription) -> Result<subscription::ActiveModel, Failure> {
    Ok(subscription::ActiveModel {
        id: Set(subscription.id.0),
        name: Set(subscription.name.clone()),
        recipient: Set(subscription.recipient.as_str().to_owned()),
        url: Set(subscription.url.clone()),
        secrets_sealed: Set(subscription.sealed.0.clone()),
        status: Set(subscription.status().to_owned()),
        pause_reason: Set(subscription.paused.clone()),
        version: Set(subscription.version),
        created_at: Set(subscription.created_at),
        changed_at: Set(subscription.changed_at),
        held_until: Set(subscription.held_until),
        replay: Set(subscription.replay.map(replay::Open::to_text).transpose()?),
    })
}

fn from_row(row: subscription::Model) -> Result<Subscription, Failure> {
    Ok(Subscription {
        id: SubscriptionId(row.id),
        name: row.name,
        recipient: recipient_from_code(&row.recipient)
            .ok_or_else(|| Failure::internal("unknown recipient of a subscription"))?,
        url: row.url,
        is_ended: row.status == ENDED,
        paused: (row.status == "paused").then(|| row.pause_reason.unwrap_or_default()),
        version: row.version,
        created_at: row.created_at,
        changed_at: row.changed_at,
        held_until: row.held_until,
        replay: row.replay.as_deref().map(replay::Open::parse).transpose()?,
        sealed: Sealed(row.secrets_sealed),
    })
}

/// Recipients that can subscribe, by the name the policy gives them.
pub fn recipient_from_code(code: &str) -> Option<Recipient> {
    [Recipient::RescueCentre, Recipient::Programmer]
        .into_iter()
        .find(|recipient| recipient.as_str() == code)
}

/// Writes a new subscription; 409 when the name is taken.
pub async fn insert(tx: &Tx, subscription: &Subscription) -> Result<(), Failure> {
    subscription::Entity::insert(to_row(subscription)?)
        .exec_without_returning(&**tx)
        .await
        .map_err(|error| {
            if is_taken(&error, "subscription") {
                Failure::new(
                    Problem::Conflict,
                    "Another subscription has this name. Choose another name.",
                )
            } else {
                error.into()
            }
        })?;
    Ok(())
}

/// Overwrites a subscription that was read at the version before; 412 when somebody was faster.
pub async fn update(tx: &Tx, subscription: &Subscription) -> Result<(), Failure> {
    let mut row = to_row(subscription)?;
    row.id = sea_orm::ActiveValue::NotSet;
    let result = subscription::Entity::update_many()
        .set(row)
        .filter(subscription::Column::Id.eq(subscription.id.0))
        .filter(subscription::Column::Version.eq(subscription.version - 1))
        .exec(&**tx)
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Failure::stale()) }
}

/// The subscription with this id.
pub async fn find(
    connection: &impl ConnectionTrait,
    id: SubscriptionId,
) -> Result<Subscription, Failure> {
    let row = subscription::Entity::find_by_id(id.0).one(connection).await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// The subscription, locked until the transaction ends. Actions that write new deliveries for it only
/// refer to it and are not held up.
pub async fn lock(tx: &Tx, id: SubscriptionId) -> Result<Subscription, Failure> {
    let mut query = subscription::Entity::find_by_id(id.0);
    if tx.is_postgres() {
        query = query.lock(LockType::NoKeyUpdate);
    }
    query.one(&**tx).await?.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// Subscriptions by age, after `after`; and how many there are.
pub async fn list(
    connection: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<Subscription>, u64), Failure> {
    let mut query = subscription::Entity::find();
    let total = query.clone().count(connection).await?;
    if let Some(after) = after {
        query = query.filter(subscription::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(subscription::Column::Id).limit(limit).all(connection).await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_, _>>()?, total))
}

/// State of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// On its way, or waiting for its next attempt.
    Pending,
    /// The recipient has it.
    Delivered,
    /// A newer version of the same permit took its place.
    Superseded,
    /// The policy, a restriction or an erasure left nothing to send, or nobody is to have it any more: its
    /// subscription was ended, or an administrator dismissed it.
    Withheld,
    /// Every attempt failed; it is tried anew, dismissed, or gives way to a newer one.
    Parked,
}

impl Status {
    /// Every state.
    pub const ALL: [Status; 5] =
        [Status::Pending, Status::Delivered, Status::Superseded, Status::Withheld, Status::Parked];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Delivered => "delivered",
            Status::Superseded => "superseded",
            Status::Withheld => "withheld",
            Status::Parked => "parked",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }
}

/// What a list of deliveries is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeliveryQuery {
    /// Only this state.
    pub status: Option<Status>,
    /// Only this subscription's.
    pub subscription: Option<SubscriptionId>,
    /// Older than this one.
    pub before: Option<Uuid>,
}

/// A delivery with what each attempt met; never what was sent.
#[derive(Debug)]
pub struct Delivered {
    /// The row.
    pub row: delivery::Model,
    /// Type of its event.
    pub event: String,
    /// Attempts in order.
    pub attempts: Vec<delivery_attempt::Model>,
}

/// Deliveries, newest first; and how many match in all.
pub async fn deliveries(
    connection: &impl ConnectionTrait,
    query: DeliveryQuery,
    limit: u64,
) -> Result<(Vec<Delivered>, u64), Failure> {
    let mut find = delivery::Entity::find();
    if let Some(status) = query.status {
        find = find.filter(delivery::Column::Status.eq(status.code()));
    }
    if let Some(subscription) = query.subscription {
        find = find.filter(delivery::Column::SubscriptionId.eq(subscription.0));
    }
    let total = find.clone().count(connection).await?;
    if let Some(before) = query.before {
        find = find.filter(delivery::Column::Id.lt(before));
    }
    let rows = find.order_by_desc(delivery::Column::Id).limit(limit).all(connection).await?;
    Ok((with_attempts(connection, rows).await?, total))
}

/// One delivery.
pub async fn delivery(
    connection: &impl ConnectionTrait,
    id: DeliveryId,
) -> Result<Delivered, Failure> {
    let row = delivery::Entity::find_by_id(id.0).one(connection).await?;
    let row = row.ok_or_else(Failure::not_found)?;
    with_attempts(connection, vec![row]).await?.pop().ok_or_else(Failure::not_found)
}

async fn with_attempts(
    connection: &impl ConnectionTrait,
    rows: Vec<delivery::Model>,
) -> Result<Vec<Delivered>, Failure> {
    let mut attempts = delivery_attempt::Entity::find()
        .filter(delivery_attempt::Column::DeliveryId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(delivery_attempt::Column::Number)
        .all(connection)
        .await?;
    let events = event::Entity::find()
        .filter(event::Column::Id.is_in(rows.iter().map(|row| row.event_id)))
        .all(connection)
        .await?;
    let list = rows.into_iter().map(|row| Delivered {
        event: events
            .iter()
            .find(|event| event.id == row.event_id)
            .map(|event| event.kind.clone())
            .unwrap_or_default(),
        attempts: attempts.extract_if(.., |attempt| attempt.delivery_id == row.id).collect(),
        row,
    });
    Ok(list.collect())
}

/// Subscriptions that have not ended, by age.
pub async fn live(connection: &impl ConnectionTrait) -> Result<Vec<Subscription>, Failure> {
    let live = subscription::Entity::find().filter(subscription::Column::Status.ne(ENDED));
    let rows = live.order_by_asc(subscription::Column::Id).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

/// What a subscription has not got yet.
#[derive(Debug, Clone, Copy)]
pub struct Backlog {
    /// The subscription.
    pub subscription: Uuid,
    /// Deliveries on their way or waiting.
    pub pending: u64,
    /// Since when the oldest of them has waited.
    pub oldest: Option<DateTime<Utc>>,
    /// Deliveries whose attempts have all failed.
    pub parked: u64,
}

/// What each subscription has not got yet; those that have everything are left out.
pub async fn backlogs(connection: &impl ConnectionTrait) -> Result<Vec<Backlog>, Failure> {
    let rows: Vec<(Uuid, String, i64, Option<DateTime<Utc>>)> = delivery::Entity::find()
        .select_only()
        .column(delivery::Column::SubscriptionId)
        .column(delivery::Column::Status)
        .column_as(delivery::Column::Id.count(), "number")
        .column_as(delivery::Column::CreatedAt.min(), "oldest")
        .filter(delivery::Column::Status.is_in([Status::Pending, Status::Parked].map(Status::code)))
        .group_by(delivery::Column::SubscriptionId)
        .group_by(delivery::Column::Status)
        .into_tuple()
        .all(connection)
        .await?;
    let mut backlogs: Vec<Backlog> = Vec::new();
    for (subscription, status, number, oldest) in rows {
        let at = backlogs.iter().position(|known| known.subscription == subscription);
        let at = at.unwrap_or_else(|| {
            backlogs.push(Backlog { subscription, pending: 0, oldest: None, parked: 0 });
            backlogs.len() - 1
        });
        let number = u64::try_from(number).unwrap_or(0);
        if status == Status::Parked.code() {
            backlogs[at].parked = number;
        } else {
            (backlogs[at].pending, backlogs[at].oldest) = (number, oldest);
        }
    }
    Ok(backlogs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Origin;

    #[test]
    fn a_rotation_keeps_the_secret_before_until_the_next_one() {
        let ring = KeyRing::generate(DateTime::UNIX_EPOCH, Origin::Demo);
        let id = crate::values::ids::fresh(DateTime::UNIX_EPOCH);
        let first = Keys::generate().unwrap();
        let old = first.newest_secret().unwrap();
        let second = first.rotated().unwrap();
        assert_ne!(second.newest_secret().unwrap(), old);
        assert_eq!(second.secrets[1].to_text(), old);
        let third = second.clone().rotated().unwrap();
        assert_eq!((third.secrets.len(), third.signing.len()), (2, 2));
        assert!(third.secrets.iter().all(|secret| secret.to_text() != old));
        let sealed = third.seal(&ring, id).unwrap();
        assert_eq!(Keys::open(&ring, id, &sealed).unwrap().public(), third.public());
        let other = crate::values::ids::fresh(DateTime::UNIX_EPOCH);
        assert!(Keys::open(&ring, other, &sealed).is_err(), "secrets of another row");
    }

    #[test]
    fn a_public_key_is_shown_for_each_signing_key() {
        let keys = Keys::generate().unwrap().rotated().unwrap();
        assert_eq!(keys.public().len(), 2);
        assert!(keys.public().iter().all(|key| key.starts_with("whpk_")));
        assert!(keys.newest_secret().unwrap().starts_with("whsec_"));
    }
}
