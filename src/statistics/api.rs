//! Figures of the registry, for everybody.

use poem_openapi::OpenApi;

use super::{current, wire::StatisticsView};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, responses::Answer},
};

/// The operation on figures.
pub struct StatisticsApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl StatisticsApi {
    /// Get figures of the registry.
    ///
    /// Permits issued by year and kind and in force, persons who hold them by age, holders by county.
    /// Small counts of holders are kept back, with what would let them be reckoned. The same as a
    /// table for spreadsheets is at `/statistics.csv`.
    #[oai(
        path = "/v1/statistics",
        method = "get",
        operation_id = "getStatistics",
        tag = "Tag::Register"
    )]
    async fn get(&self) -> Result<Answer<StatisticsView>, Failure> {
        let figures = current::figures(&self.app).await?;
        Ok(Answer::public(StatisticsView::of(&figures)))
    }
}
