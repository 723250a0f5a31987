//! The number plan: how much of each type is used, the ranges, and the range of a number.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Path};

use super::{
    absent,
    browse::Browse,
    frame::{self, Frame, Reader, Section},
    parts::{Chips, Facet, Paging, Wrongs},
    plan_drawing::px,
    problems,
    query::{Query, Wrong},
    texts::Words,
};
use crate::{
    failure::{Failure, Problem},
    http::{page, path::path_part},
    numbering::{
        search::{self, Asked},
        share::{self, Share, Shares},
        wire::{NumberRangeView, RangeFacets},
    },
    values::number_resource::{Notation, ResourceType},
};

const FIELDS: &[&str] = &["q", "type", "status", "provider", "category", "year"];
const BROWSE: Browse = Browse { fields: FIELDS, label, value_name };
/// Width of a bar of shares in its drawing.
const BAR: f64 = 300.0;

/// A choice of a list.
struct Choice {
    code: &'static str,
    name: &'static str,
    is_chosen: bool,
}

/// How much of a type is used, as it is drawn.
struct ShareRow {
    name: &'static str,
    link: String,
    assigned: String,
    blocked: String,
    free: String,
    percent: String,
    /// Where the parts begin and how wide they are.
    bar: Option<[(String, String); 3]>,
}

/// A range in the list.
struct Row {
    range: String,
    link: String,
    kind: String,
    count: String,
    holder: String,
    category: String,
    status: String,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "numbers.html", config = "src/web/askama.toml")]
struct NumbersPage {
    frame: Frame,
    typed: [String; 2],
    /// What else is chosen, to be kept by the form.
    kept: Vec<(String, String)>,
    types: Vec<Choice>,
    statuses: Vec<Choice>,
    wrongs: Wrongs,
    shares: Vec<ShareRow>,
    counted: String,
    results: Option<Results>,
}

/// A whole number that was typed, and who has it.
struct AskedNumber {
    number: String,
    link: String,
    status: String,
    tone: &'static str,
    holder: String,
}

struct Results {
    /// The number that was typed, where no range begins with it.
    asked: Option<AskedNumber>,
    total: String,
    rows: Vec<Row>,
    chips: Chips,
    facets: Vec<Facet>,
    paging: Paging,
}

/// The plan and its ranges.
#[handler]
pub async fn show_list(reader: Reader) -> Response {
    match list(&reader).await {
        Ok(response) => response,
        Err(failure) => problems::page(&reader, failure),
    }
}

async fn list(reader: &Reader) -> Result<Response, Failure> {
    let words = reader.words;
    let shares = share::current(&reader.app).await?;
    let given = |name: &str| reader.query.get(name).map(str::to_owned);
    let asked = Asked {
        q: given("q"),
        provider: given("provider"),
        status: given("status"),
        kind: given("type"),
        category: given("category"),
        year: given("year"),
        facets: Some("type,status,category,year".to_owned()),
        ..Asked::default()
    };
    let cursor = reader.query.get("cursor");
    let found = search::ranges(&reader.app, asked, cursor, page::DEFAULT_LIMIT);
    let (results, wrongs) = BROWSE.outcome(reader, || {
        let found = found?;
        let asked = if found.total == 0 { asked_number(reader) } else { None };
        Ok(Results {
            total: match found.total {
                0 if asked.is_some() => words.no_other_ranges().to_owned(),
                0 => words.no_ranges().to_owned(),
                1 => words.found_one_range().to_owned(),
                total => words.found_ranges(words.number(total)),
            },
            rows: found.items.iter().map(|range| row(reader, range)).collect(),
            chips: BROWSE.chips(reader),
            facets: facets(reader, found.facets),
            paging: Paging::new(reader, None, found.next.as_deref()),
            asked,
        })
    })?;
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let section = Section::Numbers;
    let json = format!("/v1/number-ranges{}", reader.query.only(FIELDS));
    let chosen = |name: &str, code: &str| reader.query.get(name) == Some(code);
    let types = own_types().map(|kind| Choice {
        code: kind.code,
        name: kind.name(words.language()),
        is_chosen: chosen("type", kind.code),
    });
    let statuses = ["assigned", "free", "blocked"].map(|code| Choice {
        code,
        name: words.range_status(code),
        is_chosen: chosen("status", code),
    });
    let page = NumbersPage {
        frame: reader.frame(section.name(words)).section(section).json(json),
        typed: ["q", "provider"].map(|name| reader.query.typed(name).to_owned()),
        kept: reader.query.only(&["category", "year"]).others(&[]),
        types: types.collect(),
        statuses: statuses.into(),
        wrongs,
        counted: words.moment(shares.counted_at),
        shares: share_rows(reader, &shares),
        results,
    };
    Ok(frame::answer(status, &page.frame, &page))
}

/// The number that was typed, if it is a whole one: the list finds a range by the beginning of its first number, and
/// most numbers lie within one.
fn asked_number(reader: &Reader) -> Option<AskedNumber> {
    let words = reader.words;
    let kind = reader.query.get("type");
    let view = search::look_up(&reader.app, reader.query.get("q")?, kind).ok()?;
    // fewer digits are the beginning of a number, unless their type was chosen
    let is_whole = kind.is_some() || matches!(view.kind.as_str(), "e164_8_digit" | "e164_12_digit");
    let number: String = match view.kind.starts_with("e164") {
        true => view.number.split_whitespace().collect(),
        false => path_part(&view.number),
    };
    is_whole.then(|| AskedNumber {
        link: reader.link(format_args!("{}/{number}?type={}", Section::Numbers.path(), view.kind)),
        tone: tone(&view.status),
        status: words.range_status_of(&view.status),
        holder: view.range.and_then(|range| range.provider).unwrap_or_default(),
        number: view.number,
    })
}

/// The filters that leave something.
fn facets(reader: &Reader, found: Option<RangeFacets>) -> Vec<Facet> {
    let RangeFacets { of_type, status, category, year } = found.unwrap_or_default();
    BROWSE.filters(
        reader,
        [("status", status), ("type", of_type), ("category", category), ("year", year)],
    )
}

/// Types the authority assigns.
fn own_types() -> impl Iterator<Item = &'static ResourceType> {
    ResourceType::all().iter().filter(|kind| kind.notation != Notation::Elsewhere)
}

fn share_rows(reader: &Reader, shares: &Shares) -> Vec<ShareRow> {
    // first what has an end, then names of which something is assigned
    let shown = |share: &&Share| share.capacity.is_some() || share.ranges > 0;
    let mut rows: Vec<&Share> = shares.types.iter().filter(shown).collect();
    rows.sort_by_key(|share| share.capacity.is_none());
    rows.into_iter().map(|share| share_row(reader, share)).collect()
}

fn share_row(reader: &Reader, share: &Share) -> ShareRow {
    let words = reader.words;
    let part = |count: u64, of: u64| count as f64 / of.max(1) as f64;
    let bar = share.capacity.map(|capacity| {
        let mut from = 0.0;
        [share.assigned, share.blocked, share.free().unwrap_or(0)].map(|count| {
            let width = BAR * part(count, capacity);
            // what is there is seen, however little
            let seen = if count > 0 { width.max(1.5) } else { 0.0 };
            let place = (px(from), px(seen.min(BAR - from)));
            from = (from + seen).min(BAR);
            place
        })
    });
    ShareRow {
        name: share.kind.name(words.language()),
        link: reader.link(format_args!("{}?type={}", Section::Numbers.path(), share.kind.code)),
        assigned: words.number(share.assigned),
        blocked: words.number(share.blocked),
        free: share.free().map(|free| words.number(free)).unwrap_or_default(),
        percent: share
            .capacity
            .map(|capacity| percent(words, part(share.assigned, capacity)))
            .unwrap_or_default(),
        bar,
    }
}

/// A share in per cent; a little is not told as nothing.
fn percent(words: Words, share: f64) -> String {
    if share > 0.0 && share < 0.001 {
        return format!("< {}\u{a0}%", words.decimal(0.1, 1));
    }
    format!("{}\u{a0}%", words.decimal(share * 100.0, 1))
}

fn row(reader: &Reader, range: &NumberRangeView) -> Row {
    let words = reader.words;
    Row {
        range: range.display.clone(),
        link: link(reader, range),
        kind: type_name(words, &range.kind),
        count: words.number(range.count),
        holder: range.provider.clone().unwrap_or_default(),
        category: range.category.clone().unwrap_or_default(),
        tone: tone(&range.status),
        status: words.range_status_of(&range.status),
    }
}

/// The address of a range: its first number.
fn link(reader: &Reader, range: &NumberRangeView) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("type", &range.kind);
    let number = path_part(&range.first_number);
    reader.link(format_args!("{}/{number}?{}", Section::Numbers.path(), query.finish()))
}

fn tone(status: &str) -> &'static str {
    match status {
        "assigned" => "accent",
        "blocked" => "warn",
        _ => "ok",
    }
}

fn type_name(words: Words, code: &str) -> String {
    ResourceType::of(code)
        .map_or_else(|| code.to_owned(), |kind| kind.name(words.language()).to_owned())
}

fn label(words: Words, name: &str) -> &'static str {
    match name {
        "q" => words.search(),
        "type" => words.number_type(),
        "status" => words.status(),
        "provider" => words.provider(),
        "category" => words.category(),
        "year" => words.year(),
        _ => words.page_of_results(),
    }
}

fn value_name(reader: &Reader, parameter: &str, value: &str) -> String {
    match parameter {
        "type" => type_name(reader.words, value),
        "status" => reader.words.range_status_of(value),
        _ => value.to_owned(),
    }
}

#[derive(Template)]
#[template(path = "number.html", config = "src/web/askama.toml")]
struct NumberPage {
    frame: Frame,
    tone: &'static str,
    status: String,
    meaning: String,
    facts: Vec<(&'static str, String)>,
}

/// The range of a number.
#[handler]
pub async fn show_one(reader: Reader, Path(number): Path<String>) -> Response {
    let words = reader.words;
    let known = [("type", words.number_type())];
    let wrongs = reader.query.wrong(&known, words);
    if !wrongs.is_empty() {
        return problems::wrong_query(&reader, wrongs, reader.here(&Query::default()));
    }
    let view = match search::look_up(&reader.app, &number, reader.query.get("type")) {
        Ok(view) => view,
        Err(failure) if failure.problem() == Problem::MalformedKey => {
            let said = [words.bad_number_title(), words.bad_number_text(), words.numbers_label()];
            return absent::page(&reader, Section::Numbers, said, &number, StatusCode::BAD_REQUEST);
        }
        Err(failure) if failure.problem() == Problem::InvalidParameter => {
            let text = words.not_a_choice(words.number_type());
            let wrongs = vec![Wrong { name: "type".to_owned(), text }];
            return problems::wrong_query(&reader, wrongs, reader.here(&Query::default()));
        }
        Err(failure) => return problems::page(&reader, failure),
    };
    let range = view.range.clone().unwrap_or_default();
    let meaning = match (&range.provider, view.status.as_str()) {
        (Some(provider), _) => words.number_is_assigned(provider),
        (None, "blocked") => words.number_is_blocked().to_owned(),
        _ => words.number_is_free().to_owned(),
    };
    let plan = view.plan_category.as_deref().map(|code| words.number_category(code));
    let facts = [
        (words.number_type(), type_name(words, &view.kind)),
        (words.number_plan_use(), plan.unwrap_or_default()),
        (words.number_range(), range.display),
        (
            words.number_count(),
            Some(range.count).filter(|n| *n > 0).map(|n| words.number(n)).unwrap_or_default(),
        ),
        (words.provider(), range.provider.unwrap_or_default()),
        (words.organisation_number(), range.provider_number.unwrap_or_default()),
        (words.category(), range.category.unwrap_or_default()),
        (words.comment(), range.comment.unwrap_or_default()),
        (words.point_code(), range.point_code.unwrap_or_default()),
        (words.assigned_on(), range.assigned_on.map(|day| words.date(day)).unwrap_or_default()),
    ];
    let section = Section::Numbers;
    let path = path_part(&number);
    let json = format!("/v1{}/{path}{}", section.path(), reader.query.only(&["type"]));
    let page = NumberPage {
        frame: reader
            .frame(view.number)
            .section(section)
            .below(section.path(), section.name(words))
            .json(json),
        tone: tone(&view.status),
        status: words.range_status_of(&view.status),
        meaning,
        facts: facts.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
    };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{language::Language, number_plan::NumberCategory};

    #[test]
    fn every_category_of_the_plan_has_words() {
        for category in NumberCategory::ALL {
            for language in Language::ALL {
                let name = Words(language).number_category(category.code());
                assert!(!name.is_empty() && !name.contains('_'), "{name}");
            }
        }
    }

    #[test]
    fn a_little_is_not_told_as_nothing() {
        let words = Words(Language::Bokmal);
        assert_eq!(percent(words, 0.0), "0\u{a0}%");
        assert_eq!(percent(words, 0.000_01), "< 0,1\u{a0}%");
        assert_eq!(percent(words, 0.123_4), "12,3\u{a0}%");
    }
}
