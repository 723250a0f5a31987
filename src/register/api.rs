//! Operations of the public register: call signs and changes; the lists of permits are in `lists`. They read the index in memory, never the database, except
//! the change feed, which reads sealed rows.

pub mod lists;

use lists::record_of;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::{
    index::State,
    store,
    wire::{CallSignPage, CallSignView, ChangePage, ChangeView},
};
use crate::{
    app::App,
    assignment::SignStatus,
    failure::{Failure, FieldError, Problem},
    http::{Tag, page, responses::Answer},
    party::model::fold_name,
    permit::kind::amateur::api::day_parameter,
    seal::sealer,
    values::{Flaw as _, calendar::oslo_date, call_sign::CallSign, on_air::OnAir},
};

/// Operations of the public register.
pub struct RegisterApi {
    /// The app.
    pub app: App,
}

/// What a list of call signs is asked for.
struct Filter {
    text: Option<String>,
    prefix: Option<String>,
    place: Option<String>,
    series: Option<String>,
    status: Option<SignStatus>,
}

impl Filter {
    fn admits(&self, sign: CallSign, row: &super::PublicSign, persons: bool) -> bool {
        let holder = row.holder.as_deref().filter(|holder| persons || !holder.is_person);
        self.status.is_none_or(|status| status == row.status)
            && self.series.as_ref().is_none_or(|series| *series == row.series)
            && self.prefix.as_ref().is_none_or(|prefix| sign.as_str().starts_with(prefix.as_str()))
            && self.place.as_ref().is_none_or(|place| {
                holder
                    .and_then(|holder| holder.post_town.as_deref())
                    .is_some_and(|town| fold_name(town) == *place)
            })
            && self.text.as_ref().is_none_or(|text| {
                sign.as_str().contains(&text.to_ascii_uppercase())
                    || holder
                        .and_then(|holder| holder.name.as_deref())
                        .is_some_and(|name| fold_name(name).contains(text.as_str()))
            })
    }
}

#[OpenApi]
impl RegisterApi {
    /// List call signs in alphabetical order.
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
        /// Part of the call sign, or of a holder's name; accents and case do not matter.
        q: Query<Option<String>>,
        /// Beginning of the call sign.
        prefix: Query<Option<String>>,
        /// Post town of the holder.
        place: Query<Option<String>>,
        /// Series, e.g. `personal_new`.
        #[oai(name = "type")]
        series: Query<Option<String>>,
        /// `inUse`, `reserved`, `quarantined`, `blocked` or `free`.
        status: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<CallSignPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let after: Option<String> = page::position(&keys, "call-signs", cursor.0.as_deref())?;
        let status = status
            .0
            .map(|code| {
                SignStatus::from_code(&code).ok_or_else(|| {
                    let codes: Vec<&str> =
                        SignStatus::ALL.into_iter().map(SignStatus::code).collect();
                    Failure::parameter(
                        "status",
                        "not-in-list",
                        format!("One of: {}.", codes.join(", ")),
                    )
                })
            })
            .transpose()?;
        let filter = Filter {
            text: page::short("q", q.0)?.map(|text| fold_name(&text)),
            prefix: page::short("prefix", prefix.0)?.map(|text| text.trim().to_ascii_uppercase()),
            place: page::short("place", place.0)?.map(|text| fold_name(&text)),
            series: page::short("type", series.0)?,
            status,
        };
        let after = after
            .map(|text| CallSign::parse(&text))
            .transpose()
            .map_err(|_| Failure::new(Problem::InvalidCursor, "Start again without a cursor."))?;
        let persons = self.app.lease().is_good();
        let state = self.app.register().state();
        Ok(Answer::new(page_of(&keys, &state, &filter, after, limit, persons)))
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
        /// The sign as heard on the air, when it differs from the path.
        #[oai(name = "onAir")]
        on_air: Query<Option<String>>,
        /// The day it is asked for, not in the future; today when left out. A holder is shown only as
        /// far as consent was live then and is live now.
        #[oai(name = "asOf")]
        as_of: Query<Option<String>>,
    ) -> Result<Answer<CallSignView>, Failure> {
        let asked = on_air.0.unwrap_or(call_sign.0);
        let app = &self.app;
        let today = oslo_date(app.clock().now());
        match day_parameter("asOf", as_of.0.as_deref())? {
            Some(day) if day > today => {
                Err(Failure::parameter("asOf", "future", "Give today or a day before."))
            }
            Some(day) if day < today => {
                let (sign, heard) = resolve(app, &asked)?;
                let mut view = super::as_of::look_up(app, sign, day).await?;
                view.on_air = heard;
                Ok(Answer::new(view))
            }
            day => {
                let mut view = look_up(app, &asked)?;
                view.as_of = day;
                Ok(Answer::new(view))
            }
        }
    }

    /// Follow the changes of the register.
    ///
    /// Each key once, at its latest sequence, as the policy allows today. A reader who keeps the
    /// last `next` misses nothing.
    #[oai(
        path = "/v1/changes",
        method = "get",
        operation_id = "listChanges",
        tag = "Tag::Register"
    )]
    async fn changes(
        &self,
        /// Sequence to continue after; 0 for all.
        after: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<ChangePage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let after = sequence(after.0.as_deref())?;
        let connection = self.app.db().read();
        let head = sealer::head(connection).await?;
        let head = i64::try_from(head.count).map_err(Failure::internal)?;
        let (keys, next) = store::latest_after(connection, after, limit).await?;
        let persons = self.app.lease().is_good();
        let items = keys
            .into_iter()
            .map(|(key, sequence)| {
                let row = key
                    .strip_prefix("call-signs/")
                    .and_then(|sign| CallSign::parse(sign).ok())
                    .and_then(|sign| Some((sign, self.app.register().get(sign)?)));
                let permit = self.app.register().permit(&key);
                Ok(ChangeView {
                    sequence,
                    key,
                    call_sign: row.map(|(sign, row)| CallSignView::of(sign, &row, persons)),
                    permit: permit.map(|row| record_of(&row, persons)).transpose()?,
                })
            })
            .collect::<Result<_, Failure>>()?;
        let answered_at = self.app.clock().now();
        Ok(Answer::new(ChangePage { items, next: next.unwrap_or(after), head, answered_at }))
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

/// What the public may know of a call sign as it was asked for.
///
/// # Errors
/// 400 with the reason for a malformed or foreign one.
pub fn look_up(app: &App, asked: &str) -> Result<CallSignView, Failure> {
    let (sign, heard) = resolve(app, asked)?;
    let persons = app.lease().is_good();
    let mut view = match app.register().get(sign) {
        Some(row) => CallSignView::of(sign, &row, persons),
        None => CallSignView::without_row(sign, oslo_date(app.clock().now())),
    };
    view.on_air = heard;
    Ok(view)
}

/// The sign of the register that was asked for, and the form it was asked in when that is another.
fn resolve(app: &App, asked: &str) -> Result<(CallSign, Option<String>), Failure> {
    let malformed = |code: &'static str, detail: String| {
        Failure::new(Problem::MalformedKey, "Correct the call sign and ask again.").with_fields(
            vec![FieldError {
                pointer: "callSign".to_owned(),
                code: code.into(),
                detail: detail.into(),
            }],
        )
    };
    if let Ok(sign) = CallSign::parse(asked)
        && app.register().get(sign).is_some()
    {
        return Ok((sign, None));
    }
    let resolved =
        OnAir::resolve(asked).map_err(|flaw| malformed(flaw.code(), flaw.to_string()))?;
    let candidates: Vec<CallSign> = resolved.candidates().collect();
    let first = candidates
        .iter()
        .copied()
        .find(|sign| app.register().get(*sign).is_some())
        .or_else(|| candidates.first().copied())
        .ok_or_else(|| malformed("foreign", "This is not a Norwegian call sign.".to_owned()))?;
    if !first.is_norwegian() {
        return Err(malformed("foreign", "This is not a Norwegian call sign.".to_owned()));
    }
    let heard = (!asked.trim().eq_ignore_ascii_case(first.as_str()))
        .then(|| asked.trim().to_ascii_uppercase());
    Ok((first, heard))
}

fn page_of(
    keys: &crate::keys::KeyRing,
    state: &State,
    filter: &Filter,
    after: Option<CallSign>,
    limit: u64,
    persons: bool,
) -> CallSignPage {
    let mut items = Vec::new();
    let mut total = 0;
    let mut more = false;
    for (sign, slot) in &state.signs {
        let Some(row) = slot.row.as_deref().filter(|row| filter.admits(*sign, row, persons)) else {
            continue;
        };
        total += 1;
        if after.is_some_and(|after| *sign <= after) {
            continue;
        }
        if (items.len() as u64) < limit {
            items.push(CallSignView::of(*sign, row, persons));
        } else {
            more = true;
        }
    }
    let next = more
        .then(|| items.last())
        .flatten()
        .map(|last| page::cursor(keys, "call-signs", &last.call_sign));
    CallSignPage { items, total, next }
}
