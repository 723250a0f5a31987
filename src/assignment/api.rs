//! The caseworkers' operations on call signs.

use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use validator::Validate as _;

use super::{
    SignStatus, actions,
    store::{self, SignRow},
    wire::{BlockForm, ReservationForm, SeriesList, SeriesView, SignView},
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{Tag, body::Body, preconditions, responses::Answer},
    identity::Caller,
    register::projection,
    values::{Flaw as _, calendar::oslo_date, call_sign::CallSign, call_sign_series, ids::PartyId},
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
        let counts = store::counts(self.app.db().read()).await?;
        let items: Vec<SeriesView> = call_sign_series::all()
            .iter()
            .map(|series| {
                let name = series.kind.code();
                let count = |status: SignStatus| {
                    counts
                        .iter()
                        .find(|(of, code, _)| of == name && code == status.code())
                        .map_or(0, |(_, _, count)| u64::try_from(*count).unwrap_or(0))
                };
                let size = series.order().map(call_sign_series::SeriesOrder::size);
                let taken = count(SignStatus::InUse)
                    + count(SignStatus::Quarantined)
                    + count(SignStatus::Reserved)
                    + count(SignStatus::Blocked);
                SeriesView {
                    name: name.to_owned(),
                    pattern: series.pattern().to_owned(),
                    example: series.example.to_owned(),
                    open: series.is_open(today),
                    size,
                    in_use: count(SignStatus::InUse),
                    quarantined: count(SignStatus::Quarantined),
                    reserved: count(SignStatus::Reserved),
                    nearly_exhausted: size.is_some_and(|size| taken * 10 >= size * 9),
                }
            })
            .collect();
        let total = items.len() as u64;
        Ok(Answer::new(SeriesList { items, total }))
    }

    /// Keep a free call sign for somebody.
    #[oai(
        path = "/v1/call-signs/:callSign/reservation",
        method = "post",
        operation_id = "reserveCallSign",
        tag = "Tag::CallSigns"
    )]
    async fn reserve(
        &self,
        _caller: Caller,
        /// The call sign.
        #[oai(name = "callSign")]
        call_sign: Path<String>,
        /// Version of the sign; `"v0"` for one that nobody has touched.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ReservationForm>,
    ) -> Result<Answer<SignView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let sign = sign_of(&call_sign.0)?;
        let today = oslo_date(self.app.clock().now());
        let form = &body.0;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(form.validate());
        if form.until <= today {
            errors.add("/until", "past", "Give a day in the future.");
        }
        let reserved_for =
            errors.take_optional("/reservedFor", form.reserved_for.as_deref().map(PartyId::parse));
        errors.finish(Some(()))?;
        let row = self
            .app
            .db()
            .write(|tx| async move {
                let row = actions::reserve(
                    &tx,
                    sign,
                    version,
                    reserved_for.map(|id| id.0),
                    form.until,
                    form.reason.clone(),
                    today,
                )
                .await?;
                projection::call_sign(&tx, sign).await?;
                Ok(row)
            })
            .await?;
        Ok(view(&row))
    }

    /// Bar a call sign from new assignments.
    #[oai(
        path = "/v1/call-signs/:callSign/block",
        method = "post",
        operation_id = "blockCallSign",
        tag = "Tag::CallSigns"
    )]
    async fn block(
        &self,
        _caller: Caller,
        /// The call sign.
        #[oai(name = "callSign")]
        call_sign: Path<String>,
        /// Version of the sign; `"v0"` for one that nobody has touched.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<BlockForm>,
    ) -> Result<Answer<SignView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let sign = sign_of(&call_sign.0)?;
        let today = oslo_date(self.app.clock().now());
        let form = &body.0;
        let mut errors = FieldErrors::new();
        errors.merge_sizes(form.validate());
        errors.finish(Some(()))?;
        let row = self
            .app
            .db()
            .write(|tx| async move {
                let row = actions::block(&tx, sign, version, form.reason.clone(), today).await?;
                projection::call_sign(&tx, sign).await?;
                Ok(row)
            })
            .await?;
        Ok(view(&row))
    }
}
