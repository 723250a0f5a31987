//! A frequency permit: what may be sent, where, by whom, and its map; of one that has ended, when it did.

use askama::Template;
use chrono::NaiveDate;
use poem::{Response, handler, http::StatusCode, web::Path};

use super::{
    absent,
    frame::{self, Frame, Reader, Section},
    frequency::{LIST, Row, area, ranges, row, value_name},
    frequency_map::PermitMap,
    plan_axis::{shown, shown_range},
    problems,
    query::Query,
};
use crate::{
    failure::Problem,
    permit::wire::{PermitFacts, PermitRecord},
    register::search,
    values::frequency::{Frequency, FrequencyRange},
};

/// A range of a permit, and the same in the plan.
struct RangeRow {
    range: String,
    direction: String,
    plan: String,
}

/// A channel.
struct ChannelRow {
    station: u32,
    centre: String,
    width: String,
    radiated: String,
}

#[derive(Template)]
#[template(path = "frequency_permit.html", config = "src/web/askama.toml")]
struct PermitPage {
    frame: Frame,
    tone: &'static str,
    status: String,
    is_person: bool,
    facts: Vec<(&'static str, String)>,
    ranges: Vec<RangeRow>,
    channels: Vec<ChannelRow>,
    stations: Vec<(String, Vec<String>)>,
    contact: Vec<(String, Option<String>)>,
    map: PermitMap,
}

/// A permit.
#[handler]
pub async fn show_one(reader: Reader, Path(number): Path<String>) -> Response {
    let known = [("map", reader.words.map_view())];
    let wrongs = reader.query.wrong(&known, reader.words);
    if !wrongs.is_empty() {
        return problems::wrong_query(&reader, wrongs, reader.here(&Query::default()));
    }
    match search::permit(&reader.app, LIST, &number) {
        Ok(record) => permit(&reader, &record),
        Err(failure) if failure.problem() == Problem::NotFound => {
            // without the database this is true of one that has ended as well
            match search::last_day(&reader.app, LIST, &number).await {
                Ok(Some(day)) => ended(&reader, &number, day),
                _ => {
                    let words = reader.words;
                    let said =
                        [words.no_permit_title(), words.no_permit_text(), words.permits_label()];
                    let section = Section::FrequencyPermits;
                    absent::page(&reader, section, said, &number, StatusCode::NOT_FOUND)
                }
            }
        }
        Err(failure) => problems::page(&reader, failure),
    }
}

#[derive(Template)]
#[template(path = "ended_permit.html", config = "src/web/askama.toml")]
struct EndedPage {
    frame: Frame,
    text: String,
    list: (String, &'static str),
}

/// The page of a permit that has ended.
fn ended(reader: &Reader, number: &str, day: NaiveDate) -> Response {
    let words = reader.words;
    let section = Section::FrequencyPermits;
    let list = (reader.link(section.path()), section.name(words));
    let page = EndedPage {
        frame: reader
            .frame(words.permit_ended(number))
            .section(section)
            .below(section.path(), section.name(words)),
        text: words.permit_ended_on(words.date(day)),
        list,
    };
    frame::answer(StatusCode::NOT_FOUND, &page.frame, &page)
}

fn permit(reader: &Reader, record: &PermitRecord) -> Response {
    let words = reader.words;
    let row = row(reader, record);
    let is_person = row.is_person;
    let section = Section::FrequencyPermits;
    let mut frame = reader
        .frame(row.number.clone())
        .section(section)
        .below(section.path(), section.name(words))
        .json(format!("/v1{}/{}", section.path(), row.number));
    if is_person || record.contact_person.is_some() {
        frame = frame.about_persons();
    }
    let page = PermitPage {
        tone: if row.is_suspended { "warn" } else { "ok" },
        facts: facts(reader, record, &row),
        status: row.status,
        is_person,
        ranges: range_rows(reader, record),
        channels: channels(reader, record),
        stations: stations(reader, record),
        contact: contact(record),
        map: PermitMap::of(reader, std::slice::from_ref(record), 1, true),
        frame,
    };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

fn facts(reader: &Reader, record: &PermitRecord, row: &Row) -> Vec<(&'static str, String)> {
    let words = reader.words;
    let PermitFacts { kind, valid_from, valid_until, .. } =
        record.permit.clone().unwrap_or_default();
    let organisation = record.organisation.clone().unwrap_or_default();
    let frequency = record.frequency.clone().unwrap_or_default();
    let usage = frequency.usage.clone().unwrap_or_default();
    let hop = record.station.as_ref().and_then(|it| it.position.as_ref()?.hop_length_metres);
    let last = match valid_until {
        Some(day) => day.pred_opt().map(|last| words.date(last)).unwrap_or_default(),
        None => words.until_further_notice().to_owned(),
    };
    let leases = frequency.lease.unwrap_or_default().into_iter().map(|lease| {
        let range = lease.range.and_then(|range| {
            let end = |hertz| Frequency::from_hertz(hertz).ok();
            FrequencyRange::new(end(range.lower)?, end(range.upper)?).ok()
        });
        let range = range.map(|range| shown_range(range, reader.language()));
        lease.lessee.into_iter().chain(range).collect::<Vec<_>>().join(", ")
    });
    let facts = [
        (words.holder(), row.holder.clone()),
        (words.organisation_number(), organisation.number.unwrap_or_default()),
        (
            words.permit_kind(),
            kind.map(|kind| value_name(reader, "kind", &kind)).unwrap_or_default(),
        ),
        (words.permit_use(), row.usage.clone()),
        (words.area(), area(record, words)),
        (words.technology(), usage.technology.unwrap_or_default()),
        (
            words.exclusive(),
            usage
                .exclusive
                .map_or("", |yes| if yes { words.is_so() } else { words.is_not_so() })
                .to_owned(),
        ),
        (words.emission(), frequency.emission.unwrap_or_default().join(", ")),
        (
            words.hop_length(),
            hop.map(|metres| format!("{} km", words.decimal(f64::from(metres) / 1_000.0, 2)))
                .unwrap_or_default(),
        ),
        (words.leases(), leases.collect::<Vec<_>>().join("; ")),
        (words.valid_from(), valid_from.map(|day| words.date(day)).unwrap_or_default()),
        (words.last_day_valid(), last),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn range_rows(reader: &Reader, record: &PermitRecord) -> Vec<RangeRow> {
    let words = reader.words;
    let rows = ranges(record).into_iter().map(|(range, direction)| RangeRow {
        range: shown_range(range, reader.language()),
        direction: match direction.as_deref() {
            Some("downlink") => words.downlink().to_owned(),
            Some("uplink") => words.uplink().to_owned(),
            _ => String::new(),
        },
        plan: reader.link(format_args!(
            "{}?from={}&to={}",
            Section::FrequencyPlan.path(),
            range.from().hertz(),
            range.until().hertz()
        )),
    });
    rows.collect()
}

fn channels(reader: &Reader, record: &PermitRecord) -> Vec<ChannelRow> {
    let words = reader.words;
    let facts = record.frequency.clone().unwrap_or_default();
    let powers = facts.power.unwrap_or_default();
    let rows = facts.channel.unwrap_or_default().into_iter().map(|channel| {
        let power = powers
            .iter()
            .find(|power| (power.station, power.centre_hz) == (channel.station, channel.centre_hz));
        ChannelRow {
            station: channel.station,
            centre: shown(channel.centre_hz, reader.language()),
            width: shown(channel.width_hz, reader.language()),
            radiated: power
                .map(|power| format!("{} dBW e.r.p.", words.decimal(power.erp_dbw, 1)))
                .unwrap_or_default(),
        }
    });
    rows.collect()
}

/// What is told of each station.
fn stations(reader: &Reader, record: &PermitRecord) -> Vec<(String, Vec<String>)> {
    let words = reader.words;
    let Some(facts) = &record.station else { return Vec::new() };
    let mut stations: Vec<(u32, Vec<String>)> = Vec::new();
    let mut tell = |station: u32, text: String| match stations
        .iter_mut()
        .find(|(number, _)| *number == station)
    {
        Some((_, texts)) => texts.push(text),
        None => stations.push((station, vec![text])),
    };
    for one in facts.name.iter().flatten() {
        tell(one.station, one.text.clone());
    }
    for one in facts.municipality.iter().flatten() {
        tell(one.station, one.text.clone());
    }
    for site in facts.position.iter().flat_map(|position| &position.sites) {
        let place = (words.decimal(site.latitude, 5), words.decimal(site.longitude, 5));
        let heights = (site.ground_height_metres, site.antenna_height_metres);
        tell(site.station, format!("{}, {}; {} + {} m", place.0, place.1, heights.0, heights.1));
    }
    for one in facts.antenna.iter().flatten() {
        let direction = one.azimuth.map(|degrees| format!(", {degrees}°")).unwrap_or_default();
        let gain = words.decimal(one.gain_dbi, 1);
        let antenna = words.antenna();
        tell(one.station, format!("{antenna}: {}, {gain} dBi{direction}", one.model));
    }
    let named = |(number, texts): (u32, Vec<String>)| (words.station_of(number), texts);
    stations.into_iter().map(named).collect()
}

/// Name, telephone and e-mail of the contact, each with its link.
fn contact(record: &PermitRecord) -> Vec<(String, Option<String>)> {
    let contact = record.contact_person.clone().unwrap_or_default();
    let linked =
        |scheme: &'static str| move |text: String| (text.clone(), Some(format!("{scheme}:{text}")));
    let name = contact.name.map(|name| (name, None));
    name.into_iter()
        .chain(contact.phone.map(linked("tel")))
        .chain(contact.email.map(linked("mailto")))
        .collect()
}
