//! Operations on yearly runs.

use chrono::{DateTime, Utc};
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
};
use serde::{Deserialize, Serialize};

use super::{
    actions,
    store::{self, FeeRun},
};
use crate::{
    app::App,
    failure::Failure,
    fee::model::kroner,
    http::{
        Tag,
        body::Body,
        page,
        responses::{Answer, Created},
    },
    identity::Caller,
    values::ids::FeeRunId,
};

/// Operations on yearly runs.
pub struct FeeRunApi {
    /// The app.
    pub app: App,
}

/// Which year's fees are to be written.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeeRunForm {
    /// The year, from 2024 to this one.
    pub year: i32,
}

/// The yearly fees of a year, written and invoiced in pieces.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct FeeRunView {
    /// Id.
    pub id: String,
    /// Year.
    pub year: i32,
    /// `settling` (permits are charged), `invoicing` (holders are invoiced) or `done`.
    pub state: String,
    /// Permits there were to settle.
    pub permits_total: i64,
    /// Permits settled so far.
    pub permits_done: i64,
    /// Invoices issued so far.
    pub invoices: i64,
    /// Their sum, in øre.
    pub amount_ore: i64,
    /// Their sum in Norwegian kroner, for people.
    pub amount: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it was done.
    pub ended_at: Option<DateTime<Utc>>,
}

impl FeeRunView {
    /// The view of a run.
    pub fn of(run: &FeeRun) -> Self {
        Self {
            id: run.id.to_string(),
            year: run.year,
            state: run.state.clone(),
            permits_total: run.total,
            permits_done: run.done,
            invoices: run.invoices,
            amount_ore: run.amount_ore,
            amount: kroner(run.amount_ore),
            started_at: run.started_at,
            ended_at: run.ended_at,
        }
    }
}

/// A page of runs, the latest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct FeeRunPage {
    /// The runs of this page.
    pub items: Vec<FeeRunView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

#[OpenApi]
impl FeeRunApi {
    /// Begin the yearly run of a year.
    ///
    /// The worker writes the lines of every permit that is not settled yet and issues one invoice for each
    /// holder, in pieces; the answer tells where to follow it. Permits that are settled are passed over, so that
    /// a second run charges nobody twice.
    #[oai(path = "/v1/fee-runs", method = "post", operation_id = "startFeeRun", tag = "Tag::Fees")]
    async fn start(
        &self,
        caller: Caller,
        body: Body<FeeRunForm>,
    ) -> Result<Created<FeeRunView>, Failure> {
        let run = actions::start(&self.app, &caller.subject, body.0.year).await?;
        let location = format!("/v1/fee-runs/{}", run.id);
        Ok(Created::new(FeeRunView::of(&run)).location(location))
    }

    /// List yearly runs, the latest first.
    #[oai(path = "/v1/fee-runs", method = "get", operation_id = "listFeeRuns", tag = "Tag::Fees")]
    async fn list(
        &self,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<FeeRunPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let before = page::position(&keys, "fee-runs", cursor.0.as_deref())?;
        let (runs, total) = store::list(self.app.db().read(), before, limit + 1).await?;
        let (runs, next) = page::cut(&keys, "fee-runs", runs, limit, |run| run.id);
        let items = runs.iter().map(FeeRunView::of).collect();
        Ok(Answer::new(FeeRunPage { items, total, next }))
    }

    /// Read how far a yearly run has come.
    #[oai(path = "/v1/fee-runs/:id", method = "get", operation_id = "getFeeRun", tag = "Tag::Fees")]
    async fn get(
        &self,
        /// Id of the run.
        id: Path<String>,
    ) -> Result<Answer<FeeRunView>, Failure> {
        let id = FeeRunId::parse(&id.0).map_err(|_| Failure::not_found())?;
        let run = store::find(self.app.db().read(), id).await?;
        Ok(Answer::new(FeeRunView::of(&run)))
    }
}
