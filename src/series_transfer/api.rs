//! The operation that moves a series.

use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};

use super::{
    actions,
    wire::{SeriesTransferForm, SeriesTransferView},
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{Tag, body::Body, preconditions, responses::Answer},
    identity::Caller,
    values::ids::PermitId,
};

/// The operation that moves a series.
pub struct SeriesTransferApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl SeriesTransferApi {
    /// Move a number series to the provider who serves most of its numbers.
    ///
    /// Only when more than half of it had been ported out, by the holder's report on one of the last
    /// two years. Both holders are given the grounds; a permit without other numbers is revoked.
    #[oai(
        path = "/v1/permits/:id/series-transfer",
        method = "post",
        operation_id = "transferNumberSeries",
        tag = "Tag::Permits"
    )]
    async fn transfer(
        &self,
        caller: Caller,
        /// Id of the permit that has the series.
        id: Path<String>,
        /// Version the permit was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<SeriesTransferForm>,
    ) -> Result<Answer<SeriesTransferView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let id = PermitId::parse(&id.0).map_err(|_| Failure::not_found())?;
        let mut errors = FieldErrors::new();
        let asked = body.0.meaning(&mut errors);
        let asked = errors.finish(asked)?;
        let moved = actions::transfer(&self.app, &caller, id, version, &asked).await?;
        Ok(Answer::new(SeriesTransferView::of(&moved)).version(moved.from.version))
    }
}
