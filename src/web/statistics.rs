//! Figures with charts: each chart has its numbers beside it or in a table.

use askama::Template;
use poem::{
    Response, handler,
    http::{StatusCode, header},
};

use super::{
    frame::{self, Frame, Reader, Section},
    plan_drawing::px,
    problems,
    texts::Words,
};
use crate::{
    disclosure::policy::Kind,
    permit::kind,
    statistics::{
        current,
        model::{Figures, Line, NO_COUNTY, Told},
        wire::StatisticsView,
    },
};

/// Years shown in a chart; all of them are in the table.
const YEARS: usize = 12;
/// Size of a chart of years.
const CHART: (f64, f64) = (340.0, 110.0);

/// A column of a chart.
struct Column {
    x: String,
    y: String,
    width: String,
    height: String,
    middle: String,
    count_y: String,
    count: String,
    year: Option<String>,
}

/// Permits of a kind issued in the years.
struct Years {
    name: &'static str,
    columns: Vec<Column>,
    description: String,
    in_force: String,
}

/// A count with its bar.
struct Bar {
    name: String,
    count: Option<String>,
    width: String,
}

/// A line of a table as bars.
struct Bars {
    name: &'static str,
    bars: Vec<Bar>,
    total: Option<String>,
}

#[derive(Template)]
#[template(path = "statistics.html", config = "src/web/askama.toml")]
struct StatisticsPage {
    frame: Frame,
    counted: String,
    kinds: Vec<&'static str>,
    issued: Vec<Years>,
    table: Vec<(String, Vec<String>)>,
    ages: Vec<Bars>,
    counties: Vec<Bars>,
    width: f64,
    height: f64,
}

/// The page.
#[handler]
pub async fn show(reader: Reader) -> Response {
    match current::figures(&reader.app).await {
        Ok(figures) => {
            let page = page(&reader, &figures);
            frame::answer(StatusCode::OK, &page.frame, &page)
        }
        Err(failure) => problems::page(&reader, failure),
    }
}

/// The figures as a table for spreadsheets.
#[handler]
pub async fn csv(reader: Reader) -> poem::Result<Response> {
    let figures = current::figures(&reader.app).await?;
    Ok(Response::builder()
        .content_type("text/csv; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, "attachment; filename=\"statistics.csv\"")
        .header(header::CACHE_CONTROL, "public, no-cache")
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .body(StatisticsView::of(&figures).csv()))
}

fn title(kind: Kind, words: Words) -> &'static str {
    let known = kind::KINDS.iter().find(|known| known.kind() == kind);
    known.map_or(kind.as_str(), |known| known.title(words.language()))
}

fn page(reader: &Reader, figures: &Figures) -> StatisticsPage {
    let words = reader.words;
    let kinds: Vec<Kind> = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| figures.issued.iter().any(|(_, of, _)| of == kind))
        .collect();
    let years = figures.years();
    let count = |year: i32, kind: Kind| {
        let own = figures.issued.iter().find(|(of, known, _)| (*of, *known) == (year, kind));
        own.map_or(0, |(_, _, count)| *count)
    };
    let shown = &years[years.len().saturating_sub(YEARS)..];
    let issued = kinds.iter().map(|kind| {
        let counts: Vec<(i32, u64)> =
            shown.iter().map(|year| (*year, count(*year, *kind))).collect();
        let in_force = figures.in_force.iter().find(|(of, _)| of == kind).map_or(0, |(_, n)| *n);
        years_of(words, title(*kind, words), &counts, in_force)
    });
    let table = years.iter().rev().map(|year| {
        let counts = kinds.iter().map(|kind| words.number(count(*year, *kind)));
        (year.to_string(), counts.collect())
    });
    let bars = |lines: &[Line], name: &dyn Fn(&str) -> String| {
        lines.iter().map(|line| bars_of(words, line, name)).collect()
    };
    let section = Section::Statistics;
    StatisticsPage {
        counted: words.moment(figures.counted_at),
        issued: issued.collect(),
        table: table.collect(),
        ages: bars(&figures.ages, &|code| age_name(words, code)),
        counties: bars(&figures.counties, &|code| match code {
            NO_COUNTY => words.county_other().to_owned(),
            name => name.to_owned(),
        }),
        kinds: kinds.iter().map(|kind| title(*kind, words)).collect(),
        frame: reader.frame(section.name(words)).section(section).json("/v1/statistics"),
        width: CHART.0,
        height: CHART.1,
    }
}

/// An age group in words: `18–29`, `80+`.
fn age_name(words: Words, code: &str) -> String {
    match code.split_once('-') {
        Some((from, "")) => format!("{from}+"),
        Some((from, last)) => format!("{from}–{last}"),
        None => words.age_unknown().to_owned(),
    }
}

fn years_of(words: Words, name: &'static str, counts: &[(i32, u64)], in_force: u64) -> Years {
    let (width, height) = CHART;
    let (top, bottom) = (16.0, height - 18.0);
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1) as f64;
    // few years are not drawn as broad walls
    let step = (width / counts.len().max(1) as f64).min(48.0);
    let columns = counts.iter().enumerate().map(|(place, (year, count))| {
        let size = (bottom - top) * *count as f64 / most;
        let seen = if *count > 0 { size.max(1.5) } else { 0.0 };
        let left = step * place as f64;
        let is_told =
            (counts.len() - 1 - place).is_multiple_of(if counts.len() > 7 { 2 } else { 1 });
        Column {
            x: px(left + step * 0.14),
            y: px(bottom - seen),
            width: px(step * 0.72),
            height: px(seen),
            middle: px(left + step / 2.0),
            count_y: px(bottom - seen - 4.0),
            count: if *count == 0 { String::new() } else { short(words, *count) },
            year: is_told.then(|| year.to_string()),
        }
    });
    let told: Vec<String> =
        counts.iter().map(|(year, count)| format!("{year}: {}", words.number(*count))).collect();
    Years {
        name,
        columns: columns.collect(),
        description: format!("{name}. {}", told.join(", ")),
        in_force: words.number(in_force),
    }
}

/// A count that fits over a column.
fn short(words: Words, count: u64) -> String {
    if count < 10_000 {
        return count.to_string();
    }
    format!("{}k", words.number(count / 1_000))
}

fn bars_of(words: Words, line: &Line, name: &dyn Fn(&str) -> String) -> Bars {
    let count = |told: &Told| told.count().map(|count| words.number(count));
    let told = line.groups.iter().filter_map(|(_, told)| told.count());
    let most = told.max().unwrap_or(0).max(1) as f64;
    let bars = line.groups.iter().map(|(group, told)| Bar {
        name: name(group),
        count: count(told),
        width: px(200.0 * told.count().unwrap_or(0) as f64 / most),
    });
    Bars { name: title(line.kind, words), bars: bars.collect(), total: count(&line.total) }
}
