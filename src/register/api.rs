//! Operations of the public register: call signs here, the lists of permits in `lists`, the change feed
//! in `changes`, whole files in `snapshots`, what there is for reuse in `catalog`. Look-ups and lists
//! read the index in memory, never the database; days gone by and the changes of a sign are asked of it.

pub mod catalog;
pub mod changes;
pub mod lists;
pub mod snapshots;

use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::{
    search::{self, CallSignQuery},
    wire::{CallSignEvents, CallSignPage, CallSignView},
};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, page, responses::Answer},
    permit::kind::amateur::api::day_parameter,
};

/// Operations of the public register.
pub struct RegisterApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl RegisterApi {
    /// List call signs in alphabetical order; with `q` what fits best first.
    ///
    /// Holders are shown only as far as they have consented. Paging neither repeats nor skips while
    /// data change.
    #[oai(
        path = "/v1/call-signs",
        method = "get",
        operation_id = "listCallSigns",
        tag = "Tag::Register"
    )]
    #[allow(clippy::too_many_arguments)] // the query parameters of the contract
    async fn list(
        &self,
        /// Part of the call sign, or words of a holder's name; accents, case and a slip of the finger
        /// do not matter. What fits best comes first.
        q: Query<Option<String>>,
        /// Beginning of the call sign.
        prefix: Query<Option<String>>,
        /// Post town of the holder.
        place: Query<Option<String>>,
        /// County of the holder's post town: the name of one of today, e.g. `Vestland`.
        county: Query<Option<String>>,
        /// Series, e.g. `personal_new`; also one that is assigned no more.
        #[oai(name = "type")]
        series: Query<Option<String>>,
        /// `inUse`, `reserved`, `quarantined`, `blocked` or `free`.
        status: Query<Option<String>>,
        /// Kind of permit it belongs to, e.g. `amateur`.
        kind: Query<Option<String>>,
        /// Year of the first day of the licence.
        year: Query<Option<String>>,
        /// What everything found is counted by: `place`, `county`, `type`, `status`, `kind`, `year`,
        /// with commas between.
        facets: Query<Option<String>>,
        /// Cursor from the page before, with the same parameters.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<CallSignPage>, Failure> {
        let query = CallSignQuery::read(|name| {
            let given = match name {
                "q" => &q,
                "prefix" => &prefix,
                "place" => &place,
                "county" => &county,
                "type" => &series,
                "status" => &status,
                "kind" => &kind,
                "year" => &year,
                "facets" => &facets,
                _ => return None,
            };
            given.0.clone()
        })?;
        let limit = page::limit(limit.0.as_deref())?;
        let found = search::call_signs(&self.app, &query, cursor.0.as_deref(), limit)?;
        Ok(Answer::new(CallSignPage {
            items: found.items,
            total: found.total,
            next: found.next,
            facets: found.facets,
        }))
    }

    /// Look up one call sign.
    ///
    /// Answers for every well-formed Norwegian call sign, also as given on the air (`JW/LB1AG`).
    #[oai(
        path = "/v1/call-signs/:callSign",
        method = "get",
        operation_id = "getCallSign",
        tag = "Tag::Register"
    )]
    async fn get(
        &self,
        /// The call sign.
        #[oai(name = "callSign")]
        call_sign: Path<String>,
        /// The sign as heard on the air, when it differs from the path: a form of the same sign.
        #[oai(name = "onAir")]
        on_air: Query<Option<String>>,
        /// The day it is asked for, not in the future; today when left out. A holder is shown only as
        /// far as consent was live then and is live now.
        #[oai(name = "asOf")]
        as_of: Query<Option<String>>,
    ) -> Result<Answer<CallSignView>, Failure> {
        let asked = search::asked_as(&call_sign.0, on_air.0.as_deref())?;
        let view = match day_parameter("asOf", as_of.0.as_deref())? {
            Some(day) => search::call_sign_on(&self.app, asked, day).await?,
            None => search::call_sign(&self.app, asked)?,
        };
        Ok(Answer::new(view))
    }

    /// List when the status of a call sign changed, the oldest change first.
    ///
    /// Statuses and days only, for everybody: no holder, now or then, and no reason. The status of a day is the
    /// one that a look-up of that day tells (`asOf`).
    #[oai(
        path = "/v1/call-signs/:callSign/events",
        method = "get",
        operation_id = "getCallSignEvents",
        tag = "Tag::Register"
    )]
    async fn events(
        &self,
        /// The call sign.
        #[oai(name = "callSign")]
        call_sign: Path<String>,
    ) -> Result<Answer<CallSignEvents>, Failure> {
        let events = search::call_sign_events(&self.app, &call_sign.0).await?;
        Ok(Answer::public(events))
    }
}

/// The sequence a query names.
///
/// # Errors
/// 400 for anything but a whole number from 0.
pub fn sequence(text: Option<&str>) -> Result<i64, Failure> {
    let Some(text) = text else { return Ok(0) };
    text.parse()
        .ok()
        .filter(|sequence| *sequence >= 0 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .ok_or_else(|| Failure::parameter("after", "number", "Give a whole number from 0."))
}
