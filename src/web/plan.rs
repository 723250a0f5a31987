//! The page of the frequency plan: the chart of a range on a day, links to look closer, farther and
//! beside, and the same as a table. It reads memory only.

use askama::Template;
use chrono::NaiveDate;
use poem::{Response, handler, http::StatusCode};

use super::{
    frame::{self, Frame, Reader, Section},
    parts::{Downloads, Wrongs},
    plan_axis::{Axis, shown, shown_range},
    plan_chart::{self, Block},
    plan_drawing::{self, Content, Count, Drawing, Licence, Way},
    query::Wrong,
    texts::Words,
};
use crate::{
    frequency_plan::current::Plan,
    register::{
        list::List,
        search::{self, PermitQuery},
        snapshot::PLAN,
    },
    values::{
        calendar::oslo_date,
        frequency::{Frequency, FrequencyRange},
        frequency_plan::{Allocation, Category, PlanTable},
        radio_service::{self, ServiceGroup},
    },
};

/// The fields of the form.
const FIELDS: &[&str] = &["from", "to", "at", "table"];
/// Bands shown in the table before all are asked for.
const BANDS: usize = 60;
/// Value of the parameter that asks for all.
const ALL_BANDS: &str = "all";
/// Licences asked for, and rows they are drawn in.
const LICENCES: (u64, usize) = (60, 4);

/// A table that may be chosen.
struct Choice {
    code: &'static str,
    name: &'static str,
    is_chosen: bool,
}

/// A link to another range, or where one stands.
struct Step {
    name: String,
    link: Option<String>,
}

/// A service of a band in the table.
struct ServiceCell {
    class: String,
    title: String,
    is_secondary: bool,
    notes: String,
}

/// A band in the table.
struct BandRow {
    range: String,
    link: String,
    services: Vec<ServiceCell>,
    uses: String,
    notes: String,
    permits: u64,
    permits_shown: String,
    permits_link: String,
}

#[derive(Template)]
#[template(path = "plan.html", config = "src/web/askama.toml")]
struct PlanPage {
    frame: Frame,
    wrongs: Wrongs,
    typed: [String; 3],
    tables: Vec<Choice>,
    edition: String,
    range: String,
    crumbs: Vec<Step>,
    named: Vec<Step>,
    steps: Vec<(&'static str, Step)>,
    drawings: Vec<Drawing>,
    left_out: Option<String>,
    legend: Vec<(String, &'static str)>,
    bands: Vec<BandRow>,
    bands_shown: String,
    all_bands: Option<(String, String)>,
    downloads: Downloads,
}

/// What is asked for.
struct Asked {
    range: FrequencyRange,
    at: NaiveDate,
    table: Option<PlanTable>,
    all_bands: bool,
}

/// The page.
#[handler]
pub fn show(reader: Reader) -> Response {
    let words = reader.words;
    let labels = [
        ("from", words.plan_from()),
        ("to", words.plan_to()),
        ("at", words.plan_at()),
        ("table", words.plan_table()),
        ("bands", words.band_table()),
    ];
    let mut wrongs = reader.query.wrong(&labels, words);
    let asked = read(&reader, &mut wrongs);
    let is_wrong = !wrongs.is_empty();
    let page = page(&reader, &asked, wrongs);
    let status = if is_wrong { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    frame::answer(status, &page.frame, &page)
}

/// A frequency as typed, or a whole number of hertz as links have it.
pub fn typed_frequency(text: &str) -> Option<Frequency> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().and_then(|hertz| Frequency::from_hertz(hertz).ok());
    }
    Frequency::parse(text).ok()
}

/// Reads the address; what is wrong is noted, and left out of what is shown.
fn read(reader: &Reader, wrongs: &mut Vec<Wrong>) -> Asked {
    let words = reader.words;
    let mut note = |name: &str, text: String| wrongs.push(Wrong { name: name.to_owned(), text });
    let whole = plan_chart::whole();
    let mut end = |name: &str, label: &str, default: Frequency| match reader.query.get(name) {
        None => default,
        Some(text) => typed_frequency(text).unwrap_or_else(|| {
            note(name, words.bad_frequency(label));
            default
        }),
    };
    let from = end("from", words.plan_from(), whole.from());
    let until = end("to", words.plan_to(), whole.until());
    let range = FrequencyRange::new(from, until).unwrap_or_else(|_| {
        note("to", words.bad_order().to_owned());
        whole
    });
    let today = oslo_date(reader.app.clock().now());
    let at = match reader.query.get("at").map(str::parse) {
        None => today,
        Some(Ok(day)) => day,
        Some(Err(_)) => {
            note("at", words.bad_date(words.plan_at()));
            today
        }
    };
    let table = match reader.query.get("table").map(str::parse) {
        None => None,
        Some(Ok(table)) => Some(table),
        Some(Err(_)) => {
            note("table", words.not_a_choice(words.plan_table()));
            None
        }
    };
    let all_bands = match reader.query.get("bands") {
        None => false,
        Some(text) => {
            if text != ALL_BANDS {
                note("bands", words.not_a_choice(words.band_table()));
            }
            text == ALL_BANDS
        }
    };
    Asked { range, at, table, all_bands }
}

fn name_of(table: PlanTable, words: Words) -> &'static str {
    match table {
        PlanTable::National => words.table_no(),
        PlanTable::Eca => words.table_eca(),
        PlanTable::Region1 => words.table_rr(),
    }
}

/// The address of the same page for another range.
fn to(reader: &Reader, range: FrequencyRange) -> String {
    let kept = reader.query.only(&["at", "table"]);
    let query = kept
        .with("from", Some(&range.from().hertz().to_string()))
        .with("to", Some(&range.until().hertz().to_string()));
    query.to_string()
}

/// The list of permits in a range.
fn permits_link(reader: &Reader, range: FrequencyRange) -> String {
    let (from, until) = (range.from().hertz(), range.until().hertz());
    reader.link(format_args!("{}?from={from}&to={until}", Section::FrequencyPermits.path()))
}

fn page(reader: &Reader, asked: &Asked, wrongs: Vec<Wrong>) -> PlanPage {
    let words = reader.words;
    let plan = reader.app.frequency_plan().plan();
    let tables = plan.tables(asked.at);
    let table =
        asked.table.filter(|table| tables.contains(table)).or_else(|| tables.first().copied());
    let mut rows = plan.overlapping(asked.range, asked.at);
    rows.retain(|row| Some(row.table) == table);
    let mut bands = bands(&rows);
    let total = bands.len();
    if !asked.all_bands {
        bands.truncate(BANDS);
    }
    // everything the page counts, in one pass over the permits
    let lying = Axis::new(asked.range, plan_drawing::length(Way::Lying));
    let parts = plan_chart::parts(&lying, 20.0);
    let counted: Vec<FrequencyRange> =
        parts.into_iter().chain(bands.iter().map(|rows| rows[0].range)).collect();
    let mut counts: Vec<(FrequencyRange, u64)> = search::permits_in_ranges(&reader.app, &counted)
        .into_iter()
        .zip(counted)
        .map(|(count, range)| (range, count))
        .collect();
    let of_bands = counts.split_off(counts.len() - bands.len());
    let (drawings, left_out) = drawings(reader, asked.range, &rows, &counts);
    let (range, from) = (asked.range, asked.range.from().hertz());
    let of_table = table.map(|table| format!("&table={}", table.code())).unwrap_or_default();
    let json = format!(
        "/v1/frequency-plan?from={from}&to={}&at={}{of_table}",
        range.until().hertz(),
        asked.at
    );
    let whole = plan_chart::whole();
    let typed = |name: &str, hertz: u64, is_end: bool| {
        let kept = reader.query.get(name).filter(|_| !wrongs.is_empty()).map(str::to_owned);
        let written = || if is_end { String::new() } else { shown(hertz, reader.language()) };
        kept.unwrap_or_else(written)
    };
    PlanPage {
        downloads: Downloads::new(words, PLAN),
        typed: [
            typed("from", from, range.from() == whole.from()),
            typed("to", range.until().hertz(), range.until() == whole.until()),
            reader.query.typed("at").to_owned(),
        ],
        wrongs: Wrongs::new(reader, wrongs.clone(), FIELDS),
        tables: tables
            .iter()
            .map(|one| Choice {
                code: one.code(),
                name: name_of(*one, words),
                is_chosen: Some(*one) == table,
            })
            .collect(),
        edition: edition(&plan, table, asked.at, words),
        range: shown_range(range, reader.language()),
        crumbs: crumbs(reader, range),
        named: plan_chart::named()
            .map(|(name, band)| Step {
                name: name.to_owned(),
                link: (band != range).then(|| to(reader, band)),
            })
            .collect(),
        steps: steps(reader, range),
        drawings,
        left_out,
        legend: legend(&rows, words),
        bands_shown: words.bands_shown(bands.len(), total),
        all_bands: (bands.len() < total).then(|| {
            let link = format!("{}#bands", reader.query.with("bands", Some(ALL_BANDS)));
            (words.all_bands(total), link)
        }),
        bands: bands
            .iter()
            .zip(of_bands)
            .map(|(rows, (_, permits))| band_row(reader, rows, permits))
            .collect(),
        frame: reader.frame(words.plan_title()).section(Section::FrequencyPlan).json(json),
    }
}

/// Which edition is shown.
fn edition(plan: &Plan, table: Option<PlanTable>, at: NaiveDate, words: Words) -> String {
    let Some(table) = table else { return words.plan_nothing().to_owned() };
    let days = plan.editions(table).into_iter().find(|days| days.contains(at));
    let text = days.map(|days| {
        let from = words.date(days.from());
        match days.until().and_then(|until| until.pred_opt()) {
            None => words.table_days(from),
            Some(last) => words.table_days_between(from, words.date(last)),
        }
    });
    format!("{}, {}", name_of(table, words), text.unwrap_or_default())
}

fn crumbs(reader: &Reader, range: FrequencyRange) -> Vec<Step> {
    let whole = plan_chart::whole();
    let mut crumbs = vec![Step {
        name: reader.words.whole_plan().to_owned(),
        link: (range != whole).then(|| to(reader, whole)),
    }];
    let around = plan_chart::named().find(|(_, band)| {
        *band != range && band.from() <= range.from() && band.until() >= range.until()
    });
    crumbs.extend(
        around.map(|(name, band)| Step { name: name.to_owned(), link: Some(to(reader, band)) }),
    );
    if range != whole {
        crumbs.push(Step { name: shown_range(range, reader.language()), link: None });
    }
    crumbs
}

fn steps(reader: &Reader, range: FrequencyRange) -> Vec<(&'static str, Step)> {
    let words = reader.words;
    let step = |sign, name: &str, next: Option<FrequencyRange>| {
        (sign, Step { name: name.to_owned(), link: next.map(|next| to(reader, next)) })
    };
    vec![
        step("−", words.zoom_out(), plan_chart::farther(range)),
        step("+", words.zoom_in(), plan_chart::closer(range)),
        step("←", words.lower(), plan_chart::lower(range)),
        step("→", words.higher(), plan_chart::higher(range)),
    ]
}

fn legend(rows: &[&Allocation], words: Words) -> Vec<(String, &'static str)> {
    let is_there = |group: &&ServiceGroup| {
        rows.iter().any(|row| {
            row.category != Category::NotAllocated && radio_service::group(&row.service) == **group
        })
    };
    let groups = ServiceGroup::ALL.iter().filter(is_there);
    groups.map(|group| (format!("g-{}", group.code()), group.title(words.language()))).collect()
}

/// The chart both ways, and what has no room in it.
fn drawings(
    reader: &Reader,
    range: FrequencyRange,
    rows: &[&Allocation],
    counts: &[(FrequencyRange, u64)],
) -> (Vec<Drawing>, Option<String>) {
    let (words, language) = (reader.words, reader.language());
    let (licences, left_out) = licences(reader, range);
    let counts: Vec<Count> = counts
        .iter()
        .map(|&(range, permits)| Count {
            range,
            permits,
            link: permits_link(reader, range),
            title: words.permits_in(permits, shown_range(range, language)),
        })
        .collect();
    let block = |block: &Block| {
        let title = block.title(|count| words.several_allocations(count), language);
        let rank = if block.is_primary { words.primary() } else { words.secondary() };
        (to(reader, block.range), format!("{title} ({rank})"))
    };
    let lanes = |axis: &Axis| plan_chart::lanes(axis, rows, language);
    let content = Content {
        range,
        language,
        block: &block,
        names: [words.licences(), words.permits_here()],
        lanes: &lanes,
        licences: &licences,
        counts: &counts,
    };
    let drawn = [Way::Lying, Way::Standing].map(|way| plan_drawing::draw(way, &content));
    let left_out = (left_out > 0).then(|| words.licences_left_out(left_out));
    (drawn.into(), left_out)
}

/// The spectrum licences in a range, and how many are left out.
fn licences(reader: &Reader, range: FrequencyRange) -> (Vec<Licence>, u64) {
    let query = PermitQuery {
        kind: Some("spectrum".to_owned()),
        from: Some(range.from().hertz()),
        to: Some(range.until().hertz()),
        ..PermitQuery::default()
    };
    let (most, most_rows) = LICENCES;
    let found = search::permits(&reader.app, List::FrequencyPermits, &query, None, most);
    let Ok(found) = found else { return (Vec::new(), 0) };
    let mut all: Vec<(FrequencyRange, String, String)> = Vec::new();
    for record in &found.items {
        let permit = record.permit.clone().unwrap_or_default();
        let number = permit.number.unwrap_or_default();
        let holder = record.organisation.as_ref().and_then(|it| it.name.clone());
        let ranges = record.frequency.iter().flat_map(|it| it.range.iter().flatten());
        for one in ranges {
            let end = |hertz: Option<u64>| hertz.and_then(|it| Frequency::from_hertz(it).ok());
            let ends = end(one.lower).zip(end(one.upper));
            let own = ends.and_then(|(from, until)| FrequencyRange::new(from, until).ok());
            if let Some(own) = own.filter(|own| own.overlaps(range)) {
                let name = holder.clone().unwrap_or_else(|| number.clone());
                all.push((own, name, number.clone()));
            }
        }
    }
    all.sort();
    let rows = plan_chart::arrange(&all, |one| one.0, |a, b| a.2 == b.2);
    let shown = all.into_iter().zip(rows).filter(|(_, row)| *row < most_rows);
    let licences: Vec<Licence> = shown
        .map(|((own, name, number), row)| Licence {
            range: own,
            row,
            title: format!("{}: {name}, {number}", shown_range(own, reader.language())),
            link: reader.link(format_args!("{}/{number}", Section::FrequencyPermits.path())),
            name,
        })
        .collect();
    let mut numbers: Vec<&str> = licences.iter().map(|one| one.link.as_str()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let left_out = found.total.saturating_sub(numbers.len() as u64);
    (licences, left_out)
}

/// The rows of each band.
fn bands<'a>(rows: &[&'a Allocation]) -> Vec<Vec<&'a Allocation>> {
    let mut bands: Vec<Vec<&Allocation>> = Vec::new();
    for row in rows {
        match bands.last_mut() {
            Some(last) if last[0].range == row.range => last.push(row),
            _ => bands.push(vec![row]),
        }
    }
    bands
}

fn band_row(reader: &Reader, rows: &[&Allocation], permits: u64) -> BandRow {
    let (words, language) = (reader.words, reader.language());
    let range = rows[0].range;
    let mut services: Vec<ServiceCell> = rows
        .iter()
        .map(|row| ServiceCell {
            class: format!("g-{}", radio_service::group(&row.service).code()),
            title: radio_service::title(&row.service, language)
                .unwrap_or_else(|| row.service.to_string()),
            is_secondary: row.category == Category::Secondary,
            notes: row.service_footnotes.join(", "),
        })
        .collect();
    services.sort_by_key(|service| service.is_secondary);
    BandRow {
        range: shown_range(range, language),
        link: to(reader, range),
        services,
        uses: rows[0].uses.join(", "),
        notes: rows[0].band_footnotes.join(", "),
        permits,
        permits_shown: words.number(permits),
        permits_link: permits_link(reader, range),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequencies_are_read_as_people_type_them_and_as_links_have_them() {
        for (text, hertz) in [
            ("145,5 MHz", Some(145_500_000)),
            ("145.5mhz", Some(145_500_000)),
            ("145500000", Some(145_500_000)),
            ("0", None),
            ("3000000000001", None),
            ("99999999999999999999999", None),
            ("145,5", None),
            ("MHz", None),
        ] {
            assert_eq!(typed_frequency(text).map(Frequency::hertz), hertz, "{text}");
        }
    }
}
