//! Asking the public register: what operations and pages share. Lists with their totals and facets,
//! and single look-ups, all from the state in memory; only a day gone by asks the database.
//!
//! It shows what the rows hold and decides nothing about disclosure, which was done when a row was
//! written; without a live lease it shows no person.

pub mod base;
pub mod find;
pub mod fold;
pub mod permit;
pub mod query;
pub mod sign;
pub mod sites;
pub mod spread;
pub mod table;
pub mod words;

#[cfg(test)]
mod tests;

use base::Row;
use chrono::NaiveDate;

use super::{
    NUMBER_RANGES, PublicSign, as_of, events,
    list::{List, PublicPermit},
    wire::{CallSignEvents, CallSignView, Facets},
};
use crate::{
    app::App,
    failure::{Failure, FieldError, Problem},
    http::page,
    permit::{store::find_by_number, wire::PermitRecord},
    values::{
        Flaw as _,
        calendar::oslo_date,
        call_sign::{CallSign, MAX_CHARACTERS},
        frequency::FrequencyRange,
        on_air::OnAir,
        organisation_number::OrganisationNumber,
    },
};

use find::Ask;
use fold::Wanted;
use permit::PermitScan;
use table::Table;

pub use query::{Around, CallSignQuery, Dimension, PermitQuery};

/// A page of what was found.
#[derive(Debug, Clone)]
pub struct Found<T> {
    /// The page.
    pub items: Vec<T>,
    /// How many were found in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
    /// Counts of everything found, where asked for.
    pub facets: Option<Facets>,
}

impl<T> Found<T> {
    fn map<U>(self, change: impl Fn(T) -> U) -> Found<U> {
        Found {
            items: self.items.into_iter().map(change).collect(),
            total: self.total,
            next: self.next,
            facets: self.facets,
        }
    }
}

/// The call signs asked for.
///
/// # Errors
/// 400 for a cursor that was not made for this query.
pub fn call_signs(
    app: &App,
    query: &CallSignQuery,
    cursor: Option<&str>,
    limit: u64,
) -> Result<Found<CallSignView>, Failure> {
    let asked = asked_signs(query, app.lease().is_good());
    let name = format!("call-signs?{:?}", CallSignQuery { facets: Vec::new(), ..query.clone() });
    let state = app.register().state();
    let found = page_of(app, &state.signs, &asked, &name, cursor, limit)?;
    let persons = asked.persons;
    Ok(found.map(|(sign, row)| CallSignView::of(sign, row, persons)))
}

/// What a query asks of the table of call signs.
pub fn asked_signs(query: &CallSignQuery, persons: bool) -> Ask<PublicSign> {
    let values = [
        (Dimension::Place, query.place.clone()),
        (Dimension::County, query.county.clone()),
        (Dimension::Type, query.series.clone()),
        (Dimension::Status, query.status.map(|status| status.code().to_owned())),
        (Dimension::Kind, query.kind.clone()),
        (Dimension::Year, query.year.map(|year| year.to_string())),
    ];
    Ask {
        prefix: query.prefix.clone().unwrap_or_default(),
        values: folded(values),
        words: query.text.as_deref().map(Wanted::all).unwrap_or_default(),
        key_part: query.text.as_deref().and_then(part_of_sign),
        holder: Vec::new(),
        scan: None,
        persons,
        count: query.facets.clone(),
    }
}

fn folded<const N: usize>(values: [(Dimension, Option<String>); N]) -> Vec<(Dimension, String)> {
    let asked = values.into_iter().filter_map(|(of, value)| Some((of, value?)));
    asked.map(|(of, value)| (of, fold::fold(&value))).collect()
}

/// The text as a part of a call sign, if it can be one.
fn part_of_sign(text: &str) -> Option<String> {
    let part: String = text.split_whitespace().collect();
    let is_part = part.len() <= MAX_CHARACTERS && part.bytes().all(|b| b.is_ascii_alphanumeric());
    is_part.then(|| part.to_ascii_uppercase())
}

/// The page of a table that a cursor names; the cursor holds for one query only.
fn page_of<R: Row>(
    app: &App,
    table: &Table<R>,
    asked: &Ask<R>,
    name: &str,
    cursor: Option<&str>,
    limit: u64,
) -> Result<Found<(R::Key, R)>, Failure>
where
    R::Key: TryFrom<String>,
{
    let keys = app.keys();
    let after: Option<(u8, String)> = page::position(&keys, name, cursor)?;
    let after =
        after
            .map(|(rank, key)| R::Key::try_from(key).map(|key| (rank, key)))
            .transpose()
            .map_err(|_| Failure::new(Problem::InvalidCursor, "Start again without a cursor."))?;
    let limit = usize::try_from(limit).map_err(Failure::internal)?;
    let page = table.find(asked, after.as_ref(), limit);
    let next = page.next.map(|(rank, key)| page::cursor(&keys, name, &(rank, R::text(&key))));
    let facets = (!asked.count.is_empty()).then(|| Facets::of(page.counts));
    Ok(Found { items: page.rows, total: page.total, next, facets })
}

/// The form of a call sign to look up: as it was heard on the air where that is given, which must be a form of the
/// sign of the address. An address without a sign leaves it to what was heard.
///
/// # Errors
/// 400 where the two are of different signs: the answer would be about another station than the address.
pub fn asked_as<'a>(of_address: &'a str, heard: Option<&'a str>) -> Result<&'a str, Failure> {
    let Some(heard) = heard else { return Ok(of_address) };
    let signs = |text: &str| -> Vec<CallSign> {
        OnAir::resolve(text).map(|form| form.candidates().collect()).unwrap_or_default()
    };
    let (own, others) = (signs(of_address), signs(heard));
    if own.is_empty() || others.is_empty() || own.iter().any(|sign| others.contains(sign)) {
        return Ok(heard);
    }
    Err(Failure::parameter("onAir", "other-sign", "Give a form of the call sign in the address."))
}

/// What the public may know of a call sign as it was asked for, also as heard on the air.
///
/// # Errors
/// 400 with the reason for a malformed or foreign one.
pub fn call_sign(app: &App, asked: &str) -> Result<CallSignView, Failure> {
    let persons = app.lease().is_good();
    // most are asked for as they are assigned
    if let Ok(sign) = CallSign::parse(asked)
        && let Some(row) = app.register().get(sign)
    {
        return Ok(CallSignView::of(sign, row, persons));
    }
    let (sign, heard) = resolve(app, asked)?;
    let mut view = match app.register().get(sign) {
        Some(row) => CallSignView::of(sign, row, persons),
        None => CallSignView::without_row(sign, oslo_date(app.clock().now())),
    };
    view.on_air = heard;
    Ok(view)
}

/// What the public may know of a call sign as it was on a day, not in the future.
///
/// # Errors
/// 400 for a day to come and for a malformed or foreign sign; when the database does not answer.
pub async fn call_sign_on(app: &App, asked: &str, day: NaiveDate) -> Result<CallSignView, Failure> {
    let today = oslo_date(app.clock().now());
    if day > today {
        return Err(Failure::parameter("asOf", "future", "Give today or a day before."));
    }
    if day == today {
        let mut view = call_sign(app, asked)?;
        view.as_of = Some(day);
        return Ok(view);
    }
    let (sign, heard) = resolve(app, asked)?;
    let mut view = as_of::look_up(app, sign, day).await?;
    view.on_air = heard;
    Ok(view)
}

/// When the status of a call sign changed, also as heard on the air.
///
/// # Errors
/// 400 for a malformed or foreign sign; when the database does not answer.
pub async fn call_sign_events(app: &App, asked: &str) -> Result<CallSignEvents, Failure> {
    let (sign, _) = resolve(app, asked)?;
    let events = events::of(app, sign).await?;
    Ok(CallSignEvents::of(sign, &events))
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
        && app.register().has(sign)
    {
        return Ok((sign, None));
    }
    let resolved =
        OnAir::resolve(asked).map_err(|flaw| malformed(flaw.code(), flaw.to_string()))?;
    let candidates: Vec<CallSign> = resolved.candidates().collect();
    let first = candidates
        .iter()
        .copied()
        .find(|sign| app.register().has(*sign))
        .or_else(|| candidates.first().copied())
        .ok_or_else(|| malformed("foreign", "This is not a Norwegian call sign.".to_owned()))?;
    if !first.is_norwegian() {
        return Err(malformed("foreign", "This is not a Norwegian call sign.".to_owned()));
    }
    let heard = (!asked.trim().eq_ignore_ascii_case(first.as_str()))
        .then(|| asked.trim().to_ascii_uppercase());
    Ok((first, heard))
}

/// The permits of a public list that are asked for.
///
/// # Errors
/// 400 for a cursor that was not made for this query.
pub fn permits(
    app: &App,
    list: List,
    query: &PermitQuery,
    cursor: Option<&str>,
    limit: u64,
) -> Result<Found<PermitRecord>, Failure> {
    let asked = asked_permits(list, query, app.lease().is_good());
    let same = PermitQuery { facets: Vec::new(), ..query.clone() };
    let name = format!("{}?{same:?}", list.name());
    let state = app.register().state();
    let found = page_of(app, &state.permits, &asked, &name, cursor, limit)?;
    let items = found.items.iter().map(|(_, row)| record_of(row, asked.persons));
    Ok(Found {
        items: items.collect::<Result<_, _>>()?,
        total: found.total,
        next: found.next,
        facets: found.facets,
    })
}

/// What a query asks of the table of permits.
pub fn asked_permits(list: List, query: &PermitQuery, persons: bool) -> Ask<PublicPermit> {
    let values = [
        (Dimension::Place, query.place.clone()),
        (Dimension::County, query.county.clone()),
        (Dimension::Type, query.of_type.clone()),
        (Dimension::Status, query.status.clone()),
        (Dimension::Kind, query.kind.clone()),
        (Dimension::Year, query.year.map(|year| year.to_string())),
    ];
    let scan = PermitScan { from: query.from, to: query.to, at: query.at, around: query.around };
    Ask {
        prefix: format!("{}/", list.name()),
        values: folded(values),
        words: query.text.as_deref().map(Wanted::all).unwrap_or_default(),
        key_part: None,
        holder: query.holder.as_deref().map(Wanted::all).unwrap_or_default(),
        scan: (scan != PermitScan::default()).then_some(scan),
        persons,
        count: query.facets.clone(),
    }
}

/// How many frequency permits have a frequency in each of some ranges, each as [`permits`] would find
/// it, in one pass over all.
pub fn permits_in_ranges(app: &App, ranges: &[FrequencyRange]) -> Vec<u64> {
    let prefix = format!("{}/", List::FrequencyPermits.name());
    app.register().state().permits.spread(&prefix, ranges)
}

/// What number ranges are asked for; every part given must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RangeQuery {
    /// Words of provider, category or comment, or the beginning of the first number.
    pub text: Option<String>,
    /// Words of the provider's name, or its number.
    pub holder: Option<String>,
    /// Code of the type.
    pub of_type: Option<String>,
    /// Status as it is shown.
    pub status: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// Year of the day it was assigned.
    pub year: Option<i32>,
    /// A place in the plan of the type that the range holds.
    pub place: Option<u64>,
    /// What the found ranges are counted by; their categories are [`Dimension::Kind`].
    pub facets: Vec<Dimension>,
}

/// The number ranges that are asked for, as they are shown.
///
/// # Errors
/// 400 for a cursor that was not made for this query.
pub fn number_ranges(
    app: &App,
    query: &RangeQuery,
    cursor: Option<&str>,
    limit: u64,
) -> Result<Found<serde_json::Value>, Failure> {
    let scan = query.place.map(|place| PermitScan {
        from: Some(place),
        to: Some(place + 1),
        ..PermitScan::default()
    });
    let values = [
        (Dimension::Type, query.of_type.clone()),
        (Dimension::Status, query.status.clone()),
        (Dimension::Kind, query.category.clone()),
        (Dimension::Year, query.year.map(|year| year.to_string())),
    ];
    let asked = Ask {
        prefix: format!("{NUMBER_RANGES}/"),
        values: folded(values),
        words: query.text.as_deref().map(Wanted::all).unwrap_or_default(),
        key_part: None,
        holder: query.holder.as_deref().map(Wanted::all).unwrap_or_default(),
        scan,
        persons: false,
        count: query.facets.clone(),
    };
    let same = RangeQuery { facets: Vec::new(), ..query.clone() };
    let name = format!("{NUMBER_RANGES}?{same:?}");
    let state = app.register().state();
    let found = page_of(app, &state.permits, &asked, &name, cursor, limit)?;
    Ok(found.map(|(_, row)| row.record(false)))
}

/// The permit of a public list under the last part of its key: an organisation's number, or the
/// number of a frequency permit.
///
/// # Errors
/// 400 for a malformed organisation number, 404 when it does not stand in the list.
pub fn permit(app: &App, list: List, number: &str) -> Result<PermitRecord, Failure> {
    let key = if list.is_by_organisation() {
        format!("{}/{}", list.name(), organisation_number(number)?)
    } else {
        format!("{}/{number}", list.name())
    };
    let row = app
        .register()
        .permit(&key)
        .ok_or_else(|| Failure::new(Problem::NotFound, "This does not stand in the list."))?;
    record_of(&row, app.lease().is_good())
}

/// The last day of a permit that stood in a public list under its number and has ended. Nothing else of
/// it is public any more, neither why it ended nor whose it was.
///
/// # Errors
/// When the database does not answer.
pub async fn last_day(app: &App, list: List, number: &str) -> Result<Option<NaiveDate>, Failure> {
    if !number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Ok(None);
    }
    let found = find_by_number(app.db().read(), number).await?;
    let permit = found.filter(|permit| List::of(permit.kind) == Some(list));
    Ok(permit.and_then(|permit| {
        let (at, _) = permit.ended?;
        let ended = oslo_date(at);
        // what ran out did so with its last day, whenever the job wrote it down
        let last = permit.validity.until().and_then(|until| until.pred_opt());
        Some(last.map_or(ended, |last| last.min(ended)))
    }))
}

/// A row as it is answered.
///
/// # Errors
/// When the record does not have the published shape, which is a fault of ours.
pub fn record_of(row: &PublicPermit, persons: bool) -> Result<PermitRecord, Failure> {
    let record = match persons {
        true => serde_json::from_str(row.json()),
        false => serde_json::from_value(row.record(false)),
    };
    record.map_err(Failure::internal)
}

/// The organisation number of a path.
///
/// # Errors
/// 400 with the reason for a malformed one.
pub fn organisation_number(text: &str) -> Result<OrganisationNumber, Failure> {
    OrganisationNumber::parse(text).map_err(|flaw| {
        Failure::new(Problem::MalformedKey, "Correct the organisation number and ask again.")
            .with_fields(vec![FieldError {
                pointer: "organisationNumber".to_owned(),
                code: flaw.code().into(),
                detail: flaw.to_string().into(),
            }])
    })
}
