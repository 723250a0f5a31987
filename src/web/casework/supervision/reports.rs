//! The list of reports nobody has decided about, the one due first first, with filters and counts.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{
    Inside, REPORT_PATH, REPORTS_PATH, SCOPE, caseworker, county, severity_tone, visitor_link,
};
use crate::{
    app::App,
    failure::Failure,
    http::page,
    interference::{model::Service, model::Severity, rules, rules::Filter, store},
    web::{
        frame::{self, Frame, Reader},
        parts::{Chips, Facet, Paging, Wrongs},
        problems,
        query::Wrong,
        sign_in::{SignedIn, Visitor},
    },
};

const LIMIT: u64 = 50;
/// Parameters that filter, in the order of the facets.
const FIELDS: &[&str] = &["alarm", "overdue", "severity", "service", "county"];
const YES: &str = "yes";

struct Row {
    link: String,
    number: String,
    service: &'static str,
    severity: &'static str,
    tone: &'static str,
    county: String,
    received: String,
    due: String,
    is_overdue: bool,
    rings: bool,
}

#[derive(Template)]
#[template(path = "casework_reports.html", config = "src/web/askama.toml")]
struct ReportsPage {
    frame: Frame,
    inside: Inside,
    wrongs: Wrongs,
    is_erased: bool,
    alarms: Option<String>,
    facets: Vec<Facet>,
    chips: Chips,
    total: String,
    rows: Vec<Row>,
    paging: Paging,
}

/// The list.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    match shown(app, &visitor).await {
        Ok((status, page)) => Ok(frame::answer(status, &page.frame, &page)),
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

fn label(reader: &Reader, name: &str) -> &'static str {
    let words = reader.words;
    match name {
        "alarm" => words.sup_alarm(),
        "overdue" => words.sup_due(),
        "severity" => words.sup_severity(),
        "service" => words.sup_service(),
        "county" => words.sup_county(),
        _ => words.cw_cursor(),
    }
}

fn value_name(reader: &Reader, name: &str, value: &str) -> String {
    let (words, language) = (reader.words, reader.language());
    match name {
        "alarm" => words.sup_alarm_waits().to_owned(),
        "overdue" => words.sup_overdue().to_owned(),
        "severity" => value.parse::<Severity>().map_or_else(
            |_| value.to_owned(),
            |one| rules::severity_title(one, language).to_owned(),
        ),
        "service" => value.parse::<Service>().map_or_else(
            |_| value.to_owned(),
            |one| rules::service_title(one, language).to_owned(),
        ),
        _ => county(words, value),
    }
}

fn asked(reader: &Reader) -> (Filter, Vec<Wrong>) {
    let (query, words) = (&reader.query, reader.words);
    let names = FIELDS.iter().copied().chain(["cursor", "done"]);
    let known: Vec<(&str, &str)> = names.map(|name| (name, label(reader, name))).collect();
    let mut wrongs = query.wrong(&known, words);
    let mut choice = |name: &'static str, is_right: bool| {
        if query.get(name).is_some() && !is_right {
            let text = words.not_a_choice(label(reader, name));
            wrongs.push(Wrong { name: name.to_owned(), text });
        }
    };
    let filter = Filter {
        severity: query.get("severity").and_then(|text| text.parse().ok()),
        service: query.get("service").and_then(|text| text.parse().ok()),
        county: query.get("county").map(str::to_owned),
        rings: query.get("alarm") == Some(YES),
        overdue: query.get("overdue") == Some(YES),
    };
    choice("severity", filter.severity.is_some());
    choice("service", filter.service.is_some());
    choice("alarm", filter.rings);
    choice("overdue", filter.overdue);
    (filter, wrongs)
}

async fn shown(app: &App, visitor: &SignedIn) -> Result<(StatusCode, ReportsPage), Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let (filter, mut wrongs) = asked(reader);
    let (keys, now, connection) = (app.keys(), app.clock().now(), app.db().read());
    let mut after = None;
    match page::position(&keys, "casework-reports", reader.query.get("cursor")) {
        Ok(position) => after = position,
        Err(_) => {
            wrongs.push(Wrong { name: "cursor".to_owned(), text: words.bad_cursor().to_owned() });
        }
    }
    let groups = store::groups(connection, now).await?;
    let (found, next) = if wrongs.is_empty() {
        let found = store::list(connection, &filter, now, after, LIMIT + 1).await?;
        page::cut(&keys, "casework-reports", found, LIMIT, |kept| {
            (kept.report.due_at, kept.report.id)
        })
    } else {
        (Vec::new(), None)
    };
    let alarms: u64 = groups.iter().filter(|group| group.rings).map(|group| group.count).sum();
    let facets = FIELDS.iter().map(|name| {
        let counts = filter.counts(&groups, name);
        Facet::new(reader, name, label(reader, name), counts, |value| {
            value_name(reader, name, value)
        })
    });
    let chosen = FIELDS.iter().copied().filter_map(|name| {
        let value = value_name(reader, name, reader.query.get(name)?);
        Some((name, format!("{}: {value}", label(reader, name))))
    });
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let total = words.sup_total(words.number(filter.total(&groups)));
    let row = |kept: &store::Kept| {
        let report = &kept.report;
        Row {
            link: visitor_link(reader, REPORT_PATH, report.id),
            number: report.display_number(),
            service: rules::service_title(report.service, reader.language()),
            severity: rules::severity_title(report.severity, reader.language()),
            tone: severity_tone(report.severity),
            county: county(words, &report.county),
            received: words.moment(report.received_at),
            due: words.limit(report.due_at),
            is_overdue: rules::is_overdue(report, now),
            rings: report.rings(),
        }
    };
    Ok((
        status,
        ReportsPage {
            frame: reader.frame(words.sup_reports_title()).about_persons(),
            inside: Inside::of(visitor, REPORTS_PATH),
            is_erased: reader.query.get("done").is_some(),
            alarms: (alarms > 0).then(|| words.sup_alarms(words.number(alarms))),
            facets: facets.filter(|facet| !facet.choices.is_empty()).collect(),
            chips: Chips::new(reader, chosen),
            total: if wrongs.is_empty() { total } else { String::new() },
            rows: found.iter().map(row).collect(),
            paging: Paging::new(reader, None, next.as_deref()),
            wrongs: Wrongs::new(reader, wrongs, FIELDS),
        },
    ))
}
