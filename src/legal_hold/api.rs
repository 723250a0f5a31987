//! Operations on legal holds: administrators set and lift them, those who look after privacy see them.

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use uuid::Uuid;

use super::{
    actions, store,
    wire::{HoldLiftingForm, LegalHoldForm, LegalHoldPage, LegalHoldView},
};
use crate::{
    app::App,
    failure::Failure,
    http::{
        Tag,
        body::Body,
        page, preconditions,
        responses::{Answer, Created},
    },
    identity::Caller,
    values::calendar::oslo_date,
};

/// Operations on legal holds.
pub struct LegalHoldApi {
    /// The app.
    pub app: App,
}

impl LegalHoldApi {
    fn today(&self) -> chrono::NaiveDate {
        oslo_date(self.app.clock().now())
    }
}

#[OpenApi]
impl LegalHoldApi {
    /// Set a legal hold.
    ///
    /// From now on the retention job destroys nothing about the holder or permit it reaches.
    #[oai(
        path = "/v1/legal-holds",
        method = "post",
        operation_id = "setLegalHold",
        tag = "Tag::Administration"
    )]
    async fn set(
        &self,
        caller: Caller,
        body: Body<LegalHoldForm>,
    ) -> Result<Created<LegalHoldView>, Failure> {
        let new = body.0.parse(self.today())?;
        let hold = actions::set(&self.app, &caller, &new).await?;
        let (address, version) = (format!("/v1/legal-holds/{}", hold.id), hold.version);
        let view = LegalHoldView::of(hold, self.today());
        Ok(Created::new(view).location(address).version(version))
    }

    /// List legal holds, the newest first.
    #[oai(
        path = "/v1/legal-holds",
        method = "get",
        operation_id = "listLegalHolds",
        tag = "Tag::Administration"
    )]
    async fn list(
        &self,
        /// `true`: only those that hold something back today.
        active: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<LegalHoldPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let (keys, today) = (self.app.keys(), self.today());
        let active_on = match active.0.as_deref() {
            None | Some("false") => None,
            Some("true") => Some(today),
            Some(_) => {
                return Err(Failure::parameter("active", "not-in-list", "`true` or `false`."));
            }
        };
        let before = page::position(&keys, "legal-holds", cursor.0.as_deref())?;
        let connection = self.app.db().read();
        let (holds, total) = store::list(connection, &keys, active_on, before, limit + 1).await?;
        let (holds, next) = page::cut(&keys, "legal-holds", holds, limit, |hold| hold.id);
        let items = holds.into_iter().map(|hold| LegalHoldView::of(hold, today)).collect();
        Ok(Answer::new(LegalHoldPage { items, total, next }))
    }

    /// Read a legal hold.
    #[oai(
        path = "/v1/legal-holds/:id",
        method = "get",
        operation_id = "getLegalHold",
        tag = "Tag::Administration"
    )]
    async fn get(
        &self,
        /// Id of the hold.
        id: Path<String>,
    ) -> Result<Answer<LegalHoldView>, Failure> {
        let id = Uuid::try_parse(&id.0).map_err(|_| Failure::not_found())?;
        let hold = store::find(self.app.db().read(), &self.app.keys(), id).await?;
        let version = hold.version;
        Ok(Answer::new(LegalHoldView::of(hold, self.today())).version(version))
    }

    /// Lift a legal hold.
    #[oai(
        path = "/v1/legal-holds/:id/lifting",
        method = "post",
        operation_id = "liftLegalHold",
        tag = "Tag::Administration"
    )]
    async fn lift(
        &self,
        caller: Caller,
        /// Id of the hold.
        id: Path<String>,
        /// Version the hold was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<HoldLiftingForm>,
    ) -> Result<Answer<LegalHoldView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let reason = body.0.parse()?;
        let id = Uuid::try_parse(&id.0).map_err(|_| Failure::not_found())?;
        let hold = actions::lift(&self.app, &caller, id, version, &reason).await?;
        let version = hold.version;
        Ok(Answer::new(LegalHoldView::of(hold, self.today())).version(version))
    }
}
