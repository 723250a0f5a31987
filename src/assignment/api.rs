//! The caseworkers' operations on call signs.

use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use validator::Validate as _;

use super::{
    actions::{self, Deed},
    store::{self, SignRow},
    wire::{
        BlockForm, ReleaseForm, ReservationForm, SeriesList, SeriesView, SignHistory, SignState,
        SignView,
    },
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{Tag, body::Body, preconditions, responses::Answer},
    identity::Caller,
    register::projection,
    values::{Flaw as _, calendar::oslo_date, call_sign::CallSign, ids::PartyId},
};

/// Operations on call signs.
pub struct AssignmentApi {
    /// The app.
    pub app: App,
}

fn sign_of(text: &str) -> Result<CallSign, Failure> {
    CallSign::parse(text)
        .map_err(|flaw| Failure::parameter("callSign", flaw.code(), flaw.to_string()))
}

impl AssignmentApi {
    /// What a caseworker does to a sign, if they may: on which version, why, and on which day.
    fn deed<'a>(
        &self,
        caller: &'a Caller,
        call_sign: &str,
        if_match: Option<&str>,
        grounds: &'a str,
    ) -> Result<Deed<'a>, Failure> {
        let version = preconditions::required(if_match)?;
        let sign = sign_of(call_sign)?;
        caller.needs_kind(actions::kind_of(sign))?;
        let day = oslo_date(self.app.clock().now());
        Ok(Deed { sign, version, grounds, actor: &caller.subject, day })
    }
}

fn view(row: &SignRow) -> Answer<SignView> {
    Answer::new(SignView {
        call_sign: row.sign.to_string(),
        status: row.status.code().to_owned(),
        until: row.until,
        reason: row.reason.clone(),
        version: row.version,
    })
    .version(row.version)
}

#[OpenApi]
impl AssignmentApi {
    /// List the series of call signs and where each stands.
    #[oai(
        path = "/v1/call-sign-series",
        method = "get",
        operation_id = "listCallSignSeries",
        tag = "Tag::CallSigns"
    )]
    async fn series(&self, _caller: Caller) -> Result<Answer<SeriesList>, Failure> {
        let today = oslo_date(self.app.clock().now());
        let standings = actions::standings(self.app.db().read(), today).await?;
        let items: Vec<SeriesView> = standings.iter().map(SeriesView::of).collect();
        let total = items.len() as u64;
        Ok(Answer::new(SeriesList { items, total }))
    }

    /// Keep a free call sign for somebody. Who did it and why is kept in its history.
    #[oai(
        path = "/v1/call-signs/:callSign/reservation",
        method = "post",
        operation_id = "reserveCallSign",
        tag = "Tag::CallSigns"
    )]
    async fn reserve(
        &self,
        caller: Caller,
        /// The call sign.
        #[oai(name = "callSign")]
        call_sign: Path<String>,
        /// Version of the sign; `"v0"` for one that nobody has touched.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ReservationForm>,
    ) -> Result<Answer<SignView>, Failure> {
        let form = &body.0;
        let deed = self.deed(&caller, &call_sign.0, if_match.0.as_deref(), &form.reason)?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(form.validate());
        if form.until <= deed.day {
            errors.add("/until", "past", "Give a day in the future.");
        }
        let reserved_for =
            errors.take_optional("/reservedFor", form.reserved_for.as_deref().map(PartyId::parse));
        errors.finish(Some(()))?;
        let row = self
            .app
            .db()
            .write(|tx| async move {
                let kept_for = reserved_for.map(|id| id.0);
                let row = actions::reserve(&tx, deed, kept_for, form.until).await?;
                projection::call_sign(&tx, deed.sign).await?;
                Ok(row)
            })
            .await?;
        Ok(view(&row))
    }

    /// Bar a call sign from new assignments. The reason is shown to the public; who did it is not.
    #[oai(
        path = "/v1/call-signs/:callSign/block",
        method = "post",
        operation_id = "blockCallSign",
        tag = "Tag::CallSigns"
    )]
    async fn block(
        &self,
        caller: Caller,
        /// The call sign.
        #[oai(name = "callSign")]
        call_sign: Path<String>,
        /// Version of the sign; `"v0"` for one that nobody has touched.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<BlockForm>,
    ) -> Result<Answer<SignView>, Failure> {
        let form = &body.0;
        let deed = self.deed(&caller, &call_sign.0, if_match.0.as_deref(), &form.reason)?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(form.validate());
        errors.finish(Some(()))?;
        let row = self
            .app
            .db()
            .write(|tx| async move {
                let row = actions::block(&tx, deed).await?;
                projection::call_sign(&tx, deed.sign).await?;
                Ok(row)
            })
            .await?;
        Ok(view(&row))
    }

    /// Lift the reservation or the block of a call sign. One that was resting or reserved when it was
    /// blocked goes on to.
    #[oai(
        path = "/v1/call-signs/:callSign/release",
        method = "post",
        operation_id = "releaseCallSign",
        tag = "Tag::CallSigns"
    )]
    async fn release(
        &self,
        caller: Caller,
        /// The call sign.
        #[oai(name = "callSign")]
        call_sign: Path<String>,
        /// Version of the sign.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ReleaseForm>,
    ) -> Result<Answer<SignView>, Failure> {
        let form = &body.0;
        let deed = self.deed(&caller, &call_sign.0, if_match.0.as_deref(), &form.grounds)?;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(form.validate());
        errors.finish(Some(()))?;
        let row = self
            .app
            .db()
            .write(|tx| async move {
                let row = actions::lift(&tx, deed).await?;
                projection::call_sign(&tx, deed.sign).await?;
                Ok(row)
            })
            .await?;
        Ok(view(&row))
    }

    /// Read every state a call sign has had: who reserved, blocked or released it, why and when.
    #[oai(
        path = "/v1/call-signs/:callSign/history",
        method = "get",
        operation_id = "getCallSignHistory",
        tag = "Tag::CallSigns"
    )]
    async fn history(
        &self,
        caller: Caller,
        /// The call sign.
        #[oai(name = "callSign")]
        call_sign: Path<String>,
    ) -> Result<Answer<SignHistory>, Failure> {
        let sign = sign_of(&call_sign.0)?;
        caller.needs_kind(actions::kind_of(sign))?;
        let states = store::history(self.app.db().read(), sign).await?;
        let items: Vec<SignState> = states.into_iter().map(SignState::of).collect();
        let total = items.len() as u64;
        Ok(Answer::new(SignHistory { items, total }))
    }
}
