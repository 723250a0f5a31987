//! Operations on subscriptions and deliveries, for administrators.

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use serde_json::json;

use super::{
    actions::{self, ReplayOf, Wish},
    store::{self, DeliveryQuery, Status, Subscription},
    wire::{
        DeliveryPage, DeliveryView, NewSubscription, Replay, Replayed, SubscriptionPage,
        SubscriptionSecret, SubscriptionView,
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
    values::ids::SubscriptionId,
};

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

    /// Resume a paused subscription.
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

    /// Send once more.
    ///
    /// Writes a new delivery of today's state of one permit, of every permit with an event after a
    /// place in the log, or of every permit that has not ended. Parked deliveries of those permits
    /// give way to the new ones.
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
        let (changed, deliveries) =
            actions::replay(&self.app, subscription_id(&id.0)?, version, what).await?;
        let view = Replayed { subscription: self.view(&changed)?, deliveries };
        Ok(Answer::new(view).version(changed.version))
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
