//! Installers and suppliers: who is authorised or registered, where, and for what. No persons stand in
//! these lists.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Path};

use super::{
    absent,
    browse::Browse,
    frame::{self, Frame, Reader, Section},
    parts::{Chips, Downloads, Facet, Paging, Wrongs},
    problems,
    texts::Words,
};
use crate::{
    failure::{Failure, Problem},
    http::page,
    permit::{
        kind::{installer, supplier},
        wire::PermitRecord,
    },
    register::{
        list::List,
        search::{self, Dimension, PermitQuery},
    },
};

const FIELDS: &[&str] = &["q", "county", "place", "type", "status", "year"];

const BROWSE: Browse = Browse { fields: FIELDS, label, value_name };

/// A business in a list.
struct Row {
    name: String,
    link: String,
    number: String,
    place: String,
    /// Types of authorisation, or roles.
    types: String,
    /// Categories of equipment.
    categories: String,
    status: String,
    is_suspended: bool,
    since: String,
    permit: String,
}

#[derive(Template)]
#[template(path = "businesses.html", config = "src/web/askama.toml")]
struct BusinessesPage {
    frame: Frame,
    lead: &'static str,
    types: &'static str,
    has_categories: bool,
    typed: String,
    kept: Vec<(String, String)>,
    wrongs: Wrongs,
    results: Option<Results>,
}

struct Results {
    total: String,
    rows: Vec<Row>,
    chips: Chips,
    facets: Vec<Facet>,
    paging: Paging,
    downloads: Downloads,
}

/// The list of authorised installers.
#[handler]
pub fn installers(reader: Reader) -> Response {
    list(&reader, List::Installers)
}

/// The list of suppliers and dealers.
#[handler]
pub fn suppliers(reader: Reader) -> Response {
    list(&reader, List::Suppliers)
}

/// One installer.
#[handler]
pub fn one_installer(reader: Reader, Path(number): Path<String>) -> Response {
    one(&reader, List::Installers, &number)
}

/// One supplier or dealer.
#[handler]
pub fn one_supplier(reader: Reader, Path(number): Path<String>) -> Response {
    one(&reader, List::Suppliers, &number)
}

const fn section(list: List) -> Section {
    match list {
        List::Suppliers => Section::Suppliers,
        _ => Section::Installers,
    }
}

const fn is_suppliers(list: List) -> bool {
    matches!(list, List::Suppliers)
}

fn list(reader: &Reader, list: List) -> Response {
    let words = reader.words;
    let (results, wrongs) = match BROWSE.outcome(reader, || find(reader, list)) {
        Ok(outcome) => outcome,
        Err(failure) => return problems::page(reader, failure),
    };
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let section = section(list);
    let json = format!("/v1{}{}", section.path(), reader.query.only(FIELDS));
    let page = BusinessesPage {
        frame: reader.frame(section.name(words)).section(section).json(json),
        lead: if is_suppliers(list) { words.suppliers_lead() } else { words.installers_lead() },
        types: if is_suppliers(list) { words.roles() } else { words.authorisation_types() },
        has_categories: is_suppliers(list),
        typed: reader.query.typed("q").to_owned(),
        kept: reader.query.only(FIELDS).others(&["q"]),
        wrongs,
        results,
    };
    frame::answer(status, &page.frame, &page)
}

fn find(reader: &Reader, list: List) -> Result<Results, Failure> {
    let words = reader.words;
    let mut query = PermitQuery::read(list, |name| reader.query.get(name).map(str::to_owned))?;
    query.facets = Dimension::ALL.to_vec();
    let cursor = reader.query.get("cursor");
    let found = search::permits(&reader.app, list, &query, cursor, page::DEFAULT_LIMIT)?;
    Ok(Results {
        total: match found.total {
            0 => words.no_businesses().to_owned(),
            1 => words.found_one_business().to_owned(),
            total => words.found_businesses(words.number(total)),
        },
        rows: found.items.iter().map(|record| row(reader, list, record)).collect(),
        chips: BROWSE.chips(reader),
        facets: BROWSE.facets(reader, found.facets),
        paging: Paging::new(reader, None, found.next.as_deref()),
        downloads: Downloads::new(words, list.name()),
    })
}

fn row(reader: &Reader, list: List, record: &PermitRecord) -> Row {
    let words = reader.words;
    let organisation = record.organisation.clone().unwrap_or_default();
    let permit = record.permit.clone().unwrap_or_default();
    let number = organisation.number.unwrap_or_default();
    let named = |codes: Option<&Vec<String>>, name: &dyn Fn(&str) -> String| {
        codes.into_iter().flatten().map(|code| name(code)).collect::<Vec<_>>().join(", ")
    };
    let supplier = record.supplier.as_ref();
    let installer = record.installer.as_ref();
    let types = if is_suppliers(list) {
        named(supplier.and_then(|one| one.roles.as_ref()), &|code| words.trade_role(code))
    } else {
        named(installer.and_then(|one| one.types.as_ref()), &|code| {
            installer::rules::type_title(code, words.language())
        })
    };
    let category = |code: &str| supplier::rules::category_title(code, words.language());
    let status = permit.status.unwrap_or_default();
    Row {
        name: organisation.name.unwrap_or_default(),
        link: reader.link(format_args!("{}/{number}", section(list).path())),
        number: grouped(&number),
        place: organisation.post_town.unwrap_or_default(),
        types,
        categories: named(supplier.and_then(|one| one.categories.as_ref()), &category),
        is_suspended: status == "suspended",
        status: words.permit_status(&status),
        since: permit.valid_from.map(|day| words.date(day)).unwrap_or_default(),
        permit: permit.number.unwrap_or_default(),
    }
}

/// An organisation number as people write it, with spaces that do not break.
fn grouped(number: &str) -> String {
    match (number.get(..3), number.get(3..6), number.get(6..9)) {
        (Some(a), Some(b), Some(c)) => format!("{a}\u{a0}{b}\u{a0}{c}"),
        _ => number.to_owned(),
    }
}

/// What a parameter is called.
fn label(words: Words, name: &str) -> &'static str {
    match name {
        "q" => words.search(),
        "county" => words.county(),
        "place" => words.place(),
        "type" => words.series(),
        "status" => words.status(),
        "cursor" => words.page_of_results(),
        _ => words.business_permit_year(),
    }
}

/// A value of a filter in words.
fn value_name(reader: &Reader, parameter: &str, value: &str) -> String {
    let words = reader.words;
    match parameter {
        "type" => match words.trade_role(value) {
            role if role != value => role,
            _ => installer::rules::type_title(value, words.language()),
        },
        "status" => words.permit_status(value),
        _ => value.to_owned(),
    }
}

#[derive(Template)]
#[template(path = "business.html", config = "src/web/askama.toml")]
struct BusinessPage {
    frame: Frame,
    meaning: String,
    tone: &'static str,
    status: String,
    facts: Vec<(&'static str, String)>,
    /// The same business in the other list: address and text.
    other: Option<(String, &'static str)>,
}

fn one(reader: &Reader, list: List, number: &str) -> Response {
    let words = reader.words;
    let record = match search::permit(&reader.app, list, number) {
        Ok(record) => record,
        Err(failure) if matches!(failure.problem(), Problem::NotFound | Problem::MalformedKey) => {
            return absent(reader, list, number, failure.problem().status());
        }
        Err(failure) => return problems::page(reader, failure),
    };
    let row = row(reader, list, &record);
    let (section, other) = match list {
        List::Suppliers => (Section::Suppliers, List::Installers),
        _ => (Section::Installers, List::Suppliers),
    };
    let text = if is_suppliers(other) { words.also_supplier() } else { words.also_installer() };
    let organisation = record.organisation.clone().unwrap_or_default();
    let number = organisation.number.unwrap_or_default();
    let is_listed_there = search::permit(&reader.app, other, &number).is_ok();
    let other =
        is_listed_there.then(|| (reader.link(format_args!("/{}/{number}", other.name())), text));
    let meaning = match (row.is_suspended, is_suppliers(list)) {
        (true, _) => words.is_suspended(&row.name),
        (false, true) => words.is_registered(&row.name),
        (false, false) => words.is_authorised(&row.name),
    };
    let types = if is_suppliers(list) { words.roles() } else { words.authorisation_types() };
    let facts = [
        (words.organisation_number(), row.number.clone()),
        (words.place(), row.place),
        (types, row.types),
        (words.categories(), row.categories),
        (words.permit_number(), row.permit),
        (words.valid_from(), row.since),
    ];
    let page = BusinessPage {
        frame: reader
            .frame(row.name.clone())
            .section(section)
            .below(section.path(), section.name(words))
            .json(format!("/v1{}/{number}", section.path())),
        meaning,
        tone: if row.is_suspended { "warn" } else { "ok" },
        status: row.status,
        facts: facts.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        other,
    };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

/// The page of a business that does not stand in the list.
fn absent(reader: &Reader, list: List, number: &str, status: u16) -> Response {
    let words = reader.words;
    let title = match list {
        List::Suppliers => words.not_supplier_title(),
        _ => words.not_installer_title(),
    };
    let said = [title, words.try_business(), words.business_label()];
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND);
    absent::page(reader, section(list), said, number, status)
}
