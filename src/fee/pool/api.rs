//! Operations on the pool of spectrum fees.

use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};

use super::{
    actions,
    model::Pool,
    store,
    wire::{SpectrumFeePoolForm, SpectrumFeePoolView},
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{Tag, body::Body, preconditions, responses::Answer},
    identity::Caller,
    values::calendar::oslo_date,
};

/// Operations on the pool of spectrum fees.
pub struct SpectrumFeePoolApi {
    /// The app.
    pub app: App,
}

/// A year there can be a pool for.
///
/// # Errors
/// 400 for anything else.
pub fn year_of(text: &str) -> Result<i32, Failure> {
    text.parse().ok().filter(|year| (2024..=9998).contains(year) && text.len() == 4).ok_or_else(
        || Failure::parameter("year", "year", "Give a year with four digits, from 2024."),
    )
}

async fn view(app: &App, pool: Pool) -> Result<Answer<SpectrumFeePoolView>, Failure> {
    let today = oslo_date(app.clock().now());
    let missing = actions::missing(app.db().read(), &pool, today).await?;
    let version = pool.version;
    Ok(Answer::new(SpectrumFeePoolView::of(pool, missing)).version(version))
}

#[OpenApi]
impl SpectrumFeePoolApi {
    /// Set what spectrum licences share in a year.
    ///
    /// The yearly job shares it out and writes an invoice line for each licence. Send `If-Match: "v0"`
    /// for the first, and the version read with a correction; once it is shared it stays.
    #[oai(
        path = "/v1/spectrum-fee-pools/:year",
        method = "put",
        operation_id = "putSpectrumFeePool",
        tag = "Tag::Fees"
    )]
    async fn put(
        &self,
        caller: Caller,
        /// Year the fees are for.
        year: Path<String>,
        /// Version of the pool; `"v0"` for the first.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<SpectrumFeePoolForm>,
    ) -> Result<Answer<SpectrumFeePoolView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let year = year_of(&year.0)?;
        let mut errors = FieldErrors::new();
        let content = body.0.meaning(&mut errors);
        let content = errors.finish(content)?;
        let pool = actions::put(&self.app, &caller.subject, year, version, &content).await?;
        view(&self.app, pool).await
    }

    /// Read what spectrum licences share in a year, and what is missing before it can be shared.
    #[oai(
        path = "/v1/spectrum-fee-pools/:year",
        method = "get",
        operation_id = "getSpectrumFeePool",
        tag = "Tag::Fees"
    )]
    async fn get(
        &self,
        _caller: Caller,
        /// Year the fees are for.
        year: Path<String>,
    ) -> Result<Answer<SpectrumFeePoolView>, Failure> {
        let pool = store::find(self.app.db().read(), year_of(&year.0)?).await?;
        view(&self.app, pool.ok_or_else(Failure::not_found)?).await
    }
}
