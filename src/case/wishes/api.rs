//! The caseworkers' operation of drawing.

use poem_openapi::{OpenApi, param::Path};

use super::{actions, wire::DrawView};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, responses::Answer},
    identity::Caller,
    values::{Flaw as _, call_sign::CallSign},
};

/// Operations on wishes.
pub struct WishApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl WishApi {
    /// Draw for a call sign that several wish for.
    ///
    /// Among the open applications whose first wish that can still be given is this sign. It is kept
    /// for the winner's applicant; the journals of all of them say who drew, among which cases, and
    /// from what random number.
    #[oai(
        path = "/v1/call-signs/:callSign/draw",
        method = "post",
        operation_id = "drawCallSign",
        tag = "Tag::CallSigns"
    )]
    async fn draw(
        &self,
        caller: Caller,
        /// The call sign.
        #[oai(name = "callSign")]
        call_sign: Path<String>,
    ) -> Result<Answer<DrawView>, Failure> {
        let sign = CallSign::parse(&call_sign.0)
            .map_err(|flaw| Failure::parameter("callSign", flaw.code(), flaw.to_string()))?;
        let draw = actions::draw(&self.app, &caller, sign).await?;
        Ok(Answer::new(DrawView::of(&draw)))
    }
}
