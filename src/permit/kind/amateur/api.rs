//! The band table for everybody, and the caseworkers' change of a call sign.

use chrono::NaiveDate;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    model::LicenceClass,
    wire::{BandList, BandView},
};
use crate::{
    app::App,
    case::{actions::authority, wire::life::OwnMotionForm},
    disclosure::policy::Recipient,
    failure::Failure,
    http::{Tag, body::Body, preconditions, responses::Answer},
    identity::Caller,
    permit::{api::record_for, wire::PermitView},
    values::{
        amateur_band::{bands, known_from},
        calendar::oslo_date,
        ids::PermitId,
    },
};

/// Operations on amateur licences.
pub struct AmateurLicenceApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl AmateurLicenceApi {
    /// List the bands of a class of amateur licence.
    ///
    /// With power, bandwidth and standing, as they hold on a day (FOR-2026-03-23-465 §§ 5 and 5a).
    #[oai(
        path = "/v1/amateur-bands",
        method = "get",
        operation_id = "listAmateurBands",
        tag = "Tag::Register"
    )]
    async fn bands(
        &self,
        /// `full` or `limited`; `full` when left out.
        class: Query<Option<String>>,
        /// The day; today when left out.
        date: Query<Option<String>>,
    ) -> Result<Answer<BandList>, Failure> {
        let class = match class.0.as_deref() {
            None => LicenceClass::Full,
            Some(code) => LicenceClass::from_code(code).ok_or_else(|| {
                Failure::parameter("class", "not-in-list", "One of: full, limited.")
            })?,
        };
        let today = oslo_date(self.app.clock().now());
        let date = day_parameter("date", date.0.as_deref())?.unwrap_or(today);
        let items: Vec<BandView> =
            bands(class, date).map(|band| BandView::of(band, date)).collect();
        let total = items.len() as u64;
        let unknown_before = Some(known_from()).filter(|from| date < *from);
        let class = class.code().to_owned();
        Ok(Answer::public(BandList { class, date, items, total, unknown_before }))
    }

    /// Change the call sign of a personal amateur licence.
    ///
    /// For an unfortunate combination or one that is hard to say. The next free sign of the series is
    /// given free of charge, the old one rests, and recipients are told. Once the holder has been heard of an amendment (`notifyHolder`), or at
    /// once by an exception; the holder finds the grounds in a case of its own.
    #[oai(
        path = "/v1/permits/:id/call-sign",
        method = "post",
        operation_id = "changeCallSign",
        tag = "Tag::Permits"
    )]
    async fn change_call_sign(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// Version the permit was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<OwnMotionForm>,
    ) -> Result<Answer<PermitView>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let (grounds, without) = body.0.parse()?;
        let id = PermitId::parse(&id.0).map_err(|_| Failure::not_found())?;
        let app = &self.app;
        let permit =
            authority::change_call_sign(app, &caller, id, version, &grounds, without).await?;
        let record = record_for(app, &permit, Recipient::Caseworker).await?;
        let view = PermitView::of(&permit, record, &app.settings().public_url);
        Ok(Answer::new(view).version(permit.version))
    }
}

/// A day given as a parameter.
///
/// # Errors
/// 400 for anything but `YYYY-MM-DD`.
pub fn day_parameter(name: &'static str, text: Option<&str>) -> Result<Option<NaiveDate>, Failure> {
    text.map(|text| {
        text.parse().ok().filter(|_| text.len() == 10).ok_or_else(|| {
            Failure::parameter(name, "date", "Give a day of the calendar as YYYY-MM-DD.")
        })
    })
    .transpose()
}
