//! Subscriptions and deliveries in JSON. Secrets are shown once, payloads never.

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::store::{Delivered, Subscription};
use crate::{failure::Failure, keys::KeyRing};

/// A subscription to be made.
#[derive(Object, Debug, Clone, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSubscription {
    /// Name, unique among subscriptions.
    #[validate(length(min = 1, max = 80))]
    pub name: String,
    /// `rescueCentre` or `programmer`; decides what is told, by the disclosure policy.
    #[validate(length(min = 1, max = 40))]
    pub recipient: String,
    /// Where deliveries are posted; https, and not in a private network unless the configuration allows it.
    #[validate(length(min = 1, max = 2000))]
    pub url: String,
}

impl NewSubscription {
    /// A made-up subscription.
    pub fn example() -> Self {
        Self {
            name: "Eksempelsentralen".to_owned(),
            recipient: "rescueCentre".to_owned(),
            url: "https://example.no/anrop".to_owned(),
        }
    }
}

/// A new address of a subscription.
#[derive(Object, Debug, Clone, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAddress {
    /// Where deliveries are posted; https, and not in a private network unless the configuration allows it.
    #[validate(length(min = 1, max = 2000))]
    pub url: String,
}

/// Keys that check `v1a` signatures of deliveries, of every subscription.
#[derive(Object, Debug, Clone)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct WebhookKeys {
    /// One item for each subscription.
    pub items: Vec<WebhookKeySet>,
}

/// Keys of one subscription.
#[derive(Object, Debug, Clone)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct WebhookKeySet {
    /// Id of the subscription.
    pub subscription_id: String,
    /// Keys that check `v1a` signatures, newest first; two after a rotation.
    pub public_keys: Vec<String>,
}

/// What is to be sent once more: one permit, or those changed after a place in the log, or, when
/// empty, every permit that has not ended.
#[derive(Object, Debug, Clone, Default, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Replay {
    /// Only this permit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permit_id: Option<String>,
    /// Only permits with an event after this place in the sealed log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_sequence: Option<i64>,
}

/// Who is told, where, and whether deliveries go out.
#[derive(Object, Debug, Clone)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct SubscriptionView {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `rescueCentre` or `programmer`.
    pub recipient: String,
    /// Where deliveries are posted.
    pub url: String,
    /// `active`, `paused` or `ended`.
    pub status: String,
    /// `administrator`, or `gone` when the recipient answered 410.
    pub pause_reason: Option<String>,
    /// Until then nothing is sent, because the recipient has asked for time (`Retry-After`). Resume it, or send once
    /// more, if it is well again sooner.
    pub held_until: Option<DateTime<Utc>>,
    /// While a replay is being written: permits, or events after the place asked for, that are left.
    pub replaying: Option<u64>,
    /// Keys that check `v1a` signatures, newest first; two after a rotation, none after the end.
    pub public_keys: Vec<String>,
    /// Version, for `If-Match`: `"v3"` for version 3.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
}

impl SubscriptionView {
    /// The view of a subscription.
    ///
    /// # Errors
    /// When its keys cannot be opened.
    pub fn of(subscription: &Subscription, ring: &KeyRing) -> Result<Self, Failure> {
        Ok(Self {
            id: subscription.id.to_string(),
            name: subscription.name.clone(),
            recipient: subscription.recipient.as_str().to_owned(),
            url: subscription.url.clone(),
            status: subscription.status().to_owned(),
            pause_reason: subscription.paused.clone(),
            held_until: subscription.held_until,
            replaying: subscription.replay.map(|open| open.left),
            public_keys: subscription.keys(ring)?.public(),
            version: subscription.version,
            created_at: subscription.created_at,
            changed_at: subscription.changed_at,
        })
    }
}

/// A subscription whose secret was just made.
#[derive(Object, Clone)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct SubscriptionSecret {
    /// The subscription.
    #[oai(flatten)]
    pub subscription: SubscriptionView,
    /// The secret that checks `v1` signatures, shown this once; absent when a request was repeated.
    pub secret: Option<String>,
}

impl std::fmt::Debug for SubscriptionSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SubscriptionSecret")
            .field("subscription", &self.subscription)
            .finish_non_exhaustive()
    }
}

/// A page of subscriptions.
#[derive(Object, Debug, Clone)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct SubscriptionPage {
    /// The subscriptions of this page, oldest first.
    pub items: Vec<SubscriptionView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// What a replay made.
#[derive(Object, Debug, Clone)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct Replayed {
    /// The subscription, at its new version.
    pub subscription: SubscriptionView,
    /// How many deliveries were written.
    pub deliveries: u64,
    /// Permits, or events after the place asked for, whose deliveries are written after this answer.
    pub remaining: u64,
}

/// One HTTP request of a delivery.
#[derive(Object, Debug, Clone)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct AttemptView {
    /// First attempt is 1.
    pub number: i32,
    /// When it began.
    pub at: DateTime<Utc>,
    /// How it ended: `delivered`, `gone`, `redirect`, `throttled`, `failed`, `timeout`, `connection`,
    /// `tls`, `oversized` or `target-refused`.
    pub outcome: String,
    /// HTTP status of the answer, if one began.
    pub status: Option<i32>,
    /// How long it took, in milliseconds.
    pub duration: i32,
}

/// One event on its way to one subscription; never what is sent.
#[derive(Object, Debug, Clone)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct DeliveryView {
    /// Id, the same as `webhook-id`.
    pub id: String,
    /// Subscription it goes to.
    pub subscription_id: String,
    /// Type of the event, e.g. `permit.issued`.
    pub event: String,
    /// Permit it is about; none for a digest.
    pub permit_id: Option<String>,
    /// Version of the permit.
    pub permit_version: Option<i32>,
    /// `pending`, `delivered`, `superseded`, `withheld` or `parked`.
    pub status: String,
    /// What each attempt met, in order.
    pub attempts: Vec<AttemptView>,
    /// When the next attempt is due.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it came to its end.
    pub finished_at: Option<DateTime<Utc>>,
}

impl DeliveryView {
    /// The view of a delivery.
    pub fn of(delivery: Delivered) -> Self {
        let Delivered { row, event, attempts } = delivery;
        Self {
            id: row.id.to_string(),
            subscription_id: row.subscription_id.to_string(),
            event,
            permit_id: row.permit_id.map(|id| id.to_string()),
            permit_version: row.permit_version,
            status: row.status,
            attempts: attempts
                .into_iter()
                .map(|attempt| AttemptView {
                    number: attempt.number,
                    at: attempt.at,
                    outcome: attempt.outcome,
                    status: attempt.http_status,
                    duration: attempt.duration_ms,
                })
                .collect(),
            next_attempt_at: row.next_attempt_at,
            created_at: row.created_at,
            finished_at: row.finished_at,
        }
    }
}

/// A page of deliveries.
#[derive(Object, Debug, Clone)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct DeliveryPage {
    /// The deliveries of this page, newest first.
    pub items: Vec<DeliveryView>,
    /// How many match in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}
