//! Operations on subscriptions and deliveries, for administrators.

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use serde_json::json;

use super::{
    actions::{self, Begun, Parked, ReplayOf, Wish},
    store::{self, DeliveryQuery, Status, Subscription},
    wire::{
        DeliveryPage, DeliveryView, NewAddress, NewSubscription, Replay, Replayed,
        SubscriptionPage, SubscriptionSecret, SubscriptionView, WebhookKeySet, WebhookKeys,
    },
};
use crate::{
    app::App,
    failure::Failure,
    http::{
        body::Body,
        page, preconditions,
        responses::{Answer, Created},
    },
    idempotency::IdempotencyKey,
    identity::Caller,
    values::ids::{DeliveryId, SubscriptionId},
};

/// Where everybody finds the public keys; beside the other operations, because the address is a well-known one.
pub const KEYS_PATH: &str = "/.well-known/anrop-webhook-keys.json";

/// Operations on subscriptions and deliveries.
pub struct DeliveryApi {
    /// The app.
    pub app: App,
}

fn subscription_id(text: &str) -> Result<SubscriptionId, Failure> {
    SubscriptionId::parse(text).map_err(|_| Failure::not_found())
}

impl DeliveryApi {
    fn view(&self, subscription: &Subscription) -> Result<SubscriptionView, Failure> {
        SubscriptionView::of(subscription, &self.app.keys())
    }

    async fn settle(&self, id: &str, what: Parked) -> Result<Answer<DeliveryView>, Failure> {
        let id = DeliveryId::parse(id).map_err(|_| Failure::not_found())?;
        let settled = actions::settle_parked(&self.app, id, what).await?;
        Ok(Answer::new(DeliveryView::of(settled)))
    }

    fn answer(&self, subscription: &Subscription) -> Result<Answer<SubscriptionView>, Failure> {
        Ok(Answer::new(self.view(subscription)?).version(subscription.version))
    }
}

#[OpenApi]
impl DeliveryApi {
    /// List subscriptions.
    ///
    /// Who is told, where, and with which public keys; never the secrets.
    #[oai(
        path = "/v1/subscriptions",
        method = "get",
        operation_id = "listSubscriptions",
        tag = "crate::http::Tag::Administration"
    )]
    async fn subscriptions(
        &self,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<SubscriptionPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let after = page::position(&keys, "subscriptions", cursor.0.as_deref())?;
        let (list, total) = store::list(self.app.db().read(), after, limit + 1).await?;
        let (list, next) = page::cut(&keys, "subscriptions", list, limit, |one| one.id);
        let items = list.iter().map(|one| self.view(one)).collect::<Result<_, _>>()?;
        Ok(Answer::new(SubscriptionPage { items, total, next }))
    }

    /// Make a subscription.
    ///
    /// The recipient is told of what happens from now on; what is registered already is sent by a
    /// replay. The secret is in this answer only.
    #[oai(
        path = "/v1/subscriptions",
        method = "post",
        operation_id = "createSubscription",
        tag = "crate::http::Tag::Administration"
    )]
    async fn create(
        &self,
        caller: Caller,
        /// Any text of your choice that is new for each subscription, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
        body: Body<NewSubscription>,
    ) -> Result<Created<SubscriptionSecret>, Failure> {
        let wish = Wish::parse(&self.app, &body.0)?;
        let keys = self.app.keys();
        let key =
            IdempotencyKey::read(idempotency_key.0.as_deref(), &caller, &keys, &json!(body.0))?;
        let (made, secret) = actions::create(&self.app, &wish, key.as_ref()).await?;
        let view = SubscriptionSecret {
            subscription: self.view(&made)?,
            secret: secret.map(|secret| secret.to_string()),
        };
        Ok(Created::new(view).version(made.version))
    }

    /// Rotate the keys of a subscription.
    ///
    /// The keys before sign along with the new ones until the next rotation, so that the recipient
    /// can change over without losing a delivery. The new secret is in this answer only.
    #[oai(
        path = "/v1/subscriptions/:id/rotation",
        method = "post",
        operation_id = "rotateSubscriptionSecret",
        tag = "crate::http::Tag::Administration"
    )]
    async fn rotate(
        &self,
        /// Id of the subscription.
        id: Path<String>,
        /// Version the subscription was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<SubscriptionSecret>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let (changed, secret) =
            actions::rotate(&self.app, subscription_id(&id.0)?, version).await?;
        let view = SubscriptionSecret {
            subscription: self.view(&changed)?,
            secret: Some(secret.to_string()),
        };
        Ok(Answer::new(view).version(changed.version))
    }

    /// Pause a subscription.
    ///
    /// Deliveries collect until it is resumed; of each permit the newest version is then sent.
    #[oai(
        path = "/v1/subscriptions/:id/pause",
        method = "post",
        operation_id = "pauseSubscription",
        tag = "crate::http::Tag::Administration"
    )]
    async fn pause(
        &self,
        /// Id of the subscription.
        id: Path<String>,
        /// Version the subscription was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<SubscriptionView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        self.answer(&actions::pause(&self.app, subscription_id(&id.0)?, version).await?)
    }

    /// Resume a subscription.
    ///
    /// One that is paused, or whose recipient has asked for time.
    #[oai(
        path = "/v1/subscriptions/:id/resumption",
        method = "post",
        operation_id = "resumeSubscription",
        tag = "crate::http::Tag::Administration"
    )]
    async fn resume(
        &self,
        /// Id of the subscription.
        id: Path<String>,
        /// Version the subscription was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<SubscriptionView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        self.answer(&actions::resume(&self.app, subscription_id(&id.0)?, version).await?)
    }

    /// Change the address of a subscription.
    ///
    /// What has not arrived goes there. A subscription that was paused because its recipient was gone goes out
    /// again.
    #[oai(
        path = "/v1/subscriptions/:id/address",
        method = "put",
        operation_id = "readdressSubscription",
        tag = "crate::http::Tag::Administration"
    )]
    async fn readdress(
        &self,
        /// Id of the subscription.
        id: Path<String>,
        /// Version the subscription was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<NewAddress>,
    ) -> Result<Answer<SubscriptionView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let url = actions::new_address(&self.app, &body.0)?;
        let id = subscription_id(&id.0)?;
        self.answer(&actions::readdress(&self.app, id, version, &url).await?)
    }

    /// End a subscription.
    ///
    /// For good: nothing is sent any more, deliveries that had not arrived are withheld, its keys are destroyed,
    /// and its name is free.
    #[oai(
        path = "/v1/subscriptions/:id/end",
        method = "post",
        operation_id = "endSubscription",
        tag = "crate::http::Tag::Administration"
    )]
    async fn end(
        &self,
        /// Id of the subscription.
        id: Path<String>,
        /// Version the subscription was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Answer<SubscriptionView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        self.answer(&actions::end(&self.app, subscription_id(&id.0)?, version).await?)
    }

    /// Send once more.
    ///
    /// Writes a new delivery of today's state of one permit, of every permit with an event after a
    /// place in the log, or of every permit that has not ended. Parked deliveries of those permits
    /// give way to the new ones. Of many permits the first thousand are written before the answer, and the rest
    /// afterwards: `replaying` of the subscription says how many are left, and until then there is no other replay
    /// but of one permit.
    #[oai(
        path = "/v1/subscriptions/:id/replay",
        method = "post",
        operation_id = "replaySubscription",
        tag = "crate::http::Tag::Administration"
    )]
    async fn replay(
        &self,
        /// Id of the subscription.
        id: Path<String>,
        /// Version the subscription was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<Replay>,
    ) -> Result<Answer<Replayed>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let what = ReplayOf::parse(&body.0)?;
        let begun = actions::replay(&self.app, subscription_id(&id.0)?, version, what).await?;
        let Begun { subscription, written } = begun;
        let remaining = subscription.replay.map_or(0, |open| open.left);
        let view =
            Replayed { subscription: self.view(&subscription)?, deliveries: written, remaining };
        Ok(Answer::new(view).version(subscription.version))
    }

    /// Try a parked delivery anew.
    ///
    /// Once and at once; it is parked again when that fails. What the recipient has got since in a newer version is
    /// not sent.
    #[oai(
        path = "/v1/deliveries/:id/retry",
        method = "post",
        operation_id = "retryDelivery",
        tag = "crate::http::Tag::Administration"
    )]
    async fn retry(
        &self,
        /// Id of the delivery.
        id: Path<String>,
    ) -> Result<Answer<DeliveryView>, Failure> {
        self.settle(&id.0, Parked::Retry).await
    }

    /// Dismiss a parked delivery.
    ///
    /// For what the recipient is never to get, such as what it has refused. It is withheld for good.
    #[oai(
        path = "/v1/deliveries/:id/dismissal",
        method = "post",
        operation_id = "dismissDelivery",
        tag = "crate::http::Tag::Administration"
    )]
    async fn dismiss(
        &self,
        /// Id of the delivery.
        id: Path<String>,
    ) -> Result<Answer<DeliveryView>, Failure> {
        self.settle(&id.0, Parked::Dismiss).await
    }

    /// Read the public keys of deliveries.
    ///
    /// With them anybody can check that a delivery came from here (`v1a` signatures of Standard Webhooks). After a
    /// rotation the keys before stand beside the new ones until the next.
    #[oai(
        path = "/.well-known/anrop-webhook-keys.json",
        method = "get",
        operation_id = "getWebhookKeys",
        tag = "crate::http::Tag::System"
    )]
    async fn keys(&self) -> Result<Answer<WebhookKeys>, Failure> {
        let ring = self.app.keys();
        let live = store::live(self.app.db().read()).await?;
        let items = live.iter().map(|one| {
            let public_keys = one.keys(&ring)?.public();
            Ok(WebhookKeySet { subscription_id: one.id.to_string(), public_keys })
        });
        Ok(Answer::public(WebhookKeys { items: items.collect::<Result<_, Failure>>()? }))
    }

    /// List deliveries.
    ///
    /// Newest first, each with what its attempts met; never what was sent.
    #[oai(
        path = "/v1/deliveries",
        method = "get",
        operation_id = "listDeliveries",
        tag = "crate::http::Tag::Administration"
    )]
    async fn deliveries(
        &self,
        /// Only `pending`, `delivered`, `superseded`, `withheld` or `parked`.
        status: Query<Option<String>>,
        /// Only those of the subscription with this id.
        subscription: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<DeliveryPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let query = DeliveryQuery {
            status: status.0.as_deref().map(status_query).transpose()?,
            subscription: subscription.0.as_deref().map(subscription_query).transpose()?,
            before: page::position(&keys, "deliveries", cursor.0.as_deref())?,
        };
        let (list, total) = store::deliveries(self.app.db().read(), query, limit + 1).await?;
        let (list, next) = page::cut(&keys, "deliveries", list, limit, |one| one.row.id);
        let items = list.into_iter().map(DeliveryView::of).collect();
        Ok(Answer::new(DeliveryPage { items, total, next }))
    }
}

fn status_query(text: &str) -> Result<Status, Failure> {
    Status::from_code(text).ok_or_else(|| {
        Failure::parameter(
            "status",
            "not-in-list",
            "Give pending, delivered, superseded, withheld or parked.",
        )
    })
}

fn subscription_query(text: &str) -> Result<SubscriptionId, Failure> {
    SubscriptionId::parse(text).map_err(|_| {
        Failure::parameter("subscription", "identifier", "Give the id of a subscription.")
    })
}
