//! Operations for those who program beacons.

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    actions,
    store::{self, Order},
    wire::{OrderPage, OrderView, ReportForm},
};
use crate::{
    app::App,
    disclosure::policy::Recipient,
    failure::{Failure, FieldErrors},
    http::{Tag, body::Body, page, preconditions, responses::Answer},
    identity::{Caller, Sight},
    party, permit,
    values::ids::{PermitId, ProgrammingOrderId},
};

/// Operations for programmers.
pub struct ProgrammingApi {
    /// The app.
    pub app: App,
}

impl ProgrammingApi {
    async fn view(&self, order: Order) -> Result<OrderView, Failure> {
        let id = PermitId(order.permit_id);
        let permit = permit::store::find(self.app.db().read(), Sight::All, id).await?;
        let holder = party::store::get(self.app.db().read(), permit.holder).await?;
        let on_hold = (holder.restricted && order.status == "ordered").then_some(true);
        Ok(OrderView {
            on_hold,
            id: order.id.to_string(),
            status: order.status,
            record: permit::api::record_for(&self.app, &permit, Recipient::Programmer).await?,
            ordered_at: order.ordered_at,
            reported_at: order.reported_at,
            version: order.version,
        })
    }
}

#[OpenApi]
impl ProgrammingApi {
    /// List programming orders, oldest first.
    #[oai(
        path = "/v1/programming-orders",
        method = "get",
        operation_id = "listProgrammingOrders",
        tag = "Tag::Programming"
    )]
    async fn list(
        &self,
        _caller: Caller,
        /// `ordered` (when left out), `programmed` or `cancelled`.
        status: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<OrderPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let status = status.0.unwrap_or_else(|| "ordered".to_owned());
        if !["ordered", "programmed", "cancelled"].contains(&status.as_str()) {
            return Err(Failure::parameter(
                "status",
                "not-in-list",
                "One of: ordered, programmed, cancelled.",
            ));
        }
        let keys = self.app.keys();
        let after = page::position(&keys, "programming-orders", cursor.0.as_deref())?;
        let (orders, total) = store::list(self.app.db().read(), &status, after, limit + 1).await?;
        let (orders, next) =
            page::cut(&keys, "programming-orders", orders, limit, |order| order.id);
        let mut items = Vec::with_capacity(orders.len());
        for order in orders {
            items.push(self.view(order).await?);
        }
        Ok(Answer::new(OrderPage { items, total, next }))
    }

    /// Report a programmed beacon.
    ///
    /// A code that differs from the order in country, class, protocol, serial or type approval is
    /// refused with the difference named. The call sign is compared only where the protocol carries
    /// one, which no first-generation PLB protocol does.
    #[oai(
        path = "/v1/programming-orders/:id/report",
        method = "post",
        operation_id = "reportProgramming",
        tag = "Tag::Programming"
    )]
    async fn report(
        &self,
        caller: Caller,
        /// Id of the order.
        id: Path<String>,
        /// Version the order was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ReportForm>,
    ) -> Result<Answer<OrderView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(validator::Validate::validate(&body.0));
        errors.finish(Some(()))?;
        let id = ProgrammingOrderId::parse(&id.0).map_err(|_| Failure::not_found())?;
        actions::report(&self.app, &caller, id, version, &body.0.code).await?;
        let order = store::find(self.app.db().read(), id).await?;
        let version = order.version;
        Ok(Answer::new(self.view(order).await?).version(version))
    }
}
