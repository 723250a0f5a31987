//! The list of supervision cases with filters and counts, and the form for a case of one's own motion.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};
use uuid::Uuid;

use super::{
    CASE_PATH, CASES_PATH, Inside, SCOPE, Undone, can_be_said, caseworker, given,
    report::{case_fields, respondent},
    severity_tone, status_of, status_tone, visitor_link,
};
use crate::{
    app::App,
    failure::Failure,
    http::page,
    interference::rules,
    supervision::{
        actions,
        lifecycle::Status,
        store::{self, CaseQuery},
        wire::NewCaseForm,
    },
    values::calendar::oslo_date,
    web::{
        entry::{DeedForm, Entry, Kind},
        form::Form,
        frame::{self, Frame, Reader},
        interference::choices,
        parts::{Chips, Facet, Paging, Wrongs},
        problems,
        query::Wrong,
        sign_in::{SignedIn, Visitor, see},
    },
};

const LIMIT: u64 = 50;
const FIELDS: &[&str] = &["status", "assignee", "overdue"];
const YES: &str = "yes";
const ALL: &str = "all";

struct Row {
    link: String,
    number: String,
    matter: String,
    status: &'static str,
    tone: &'static str,
    severity: &'static str,
    severity_tone: &'static str,
    assignee: String,
    due: Option<String>,
    is_overdue: bool,
    opened: String,
}

#[derive(Template)]
#[template(path = "casework_supervision.html", config = "src/web/askama.toml")]
struct CasesPage {
    frame: Frame,
    inside: Inside,
    wrongs: Wrongs,
    refused: Option<(String, String)>,
    facets: Vec<Facet>,
    chips: Chips,
    total: String,
    rows: Vec<Row>,
    paging: Paging,
    action: String,
    version: i32,
    forms: Vec<DeedForm>,
}

/// The list.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    Ok(shown(app, &visitor, &Form::default(), None).await)
}

/// Opens a case of one's own motion.
#[handler]
pub async fn begin(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    visitor.own(&form)?;
    let new = NewCaseForm {
        matter: form.get("matter").to_owned(),
        severity: given(&form, "severity"),
        respondent: respondent(&form),
        permit_id: given(&form, "permit"),
        lower_hertz: None,
        upper_hertz: None,
        language: Some(visitor.reader.language().code().to_owned()),
    };
    let opened = match new.parse() {
        Ok(new) => actions::open(app, &visitor.caller, &new).await,
        Err(failure) => Err(failure),
    };
    match opened {
        Ok(case) => Ok(see(&visitor_link(&visitor.reader, CASE_PATH, case.id))),
        Err(failure) if can_be_said(&failure) => {
            Ok(shown(app, &visitor, &form, Some(&failure)).await)
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

async fn shown(app: &App, visitor: &SignedIn, form: &Form, failure: Option<&Failure>) -> Response {
    match build(app, visitor, form, failure).await {
        Ok((status, page)) => frame::answer(status, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    }
}

fn label(reader: &Reader, name: &str) -> &'static str {
    let words = reader.words;
    match name {
        "status" => words.sup_status(),
        "assignee" => words.sup_assignee(),
        "overdue" => words.sup_due(),
        _ => words.cw_cursor(),
    }
}

fn value_name(reader: &Reader, name: &str, value: &str) -> String {
    let words = reader.words;
    match name {
        "status" => value
            .parse::<Status>()
            .map_or_else(|_| value.to_owned(), |one| words.sup_state(one).to_owned()),
        "overdue" => words.sup_overdue().to_owned(),
        _ => value.to_owned(),
    }
}

async fn build(
    app: &App,
    visitor: &SignedIn,
    form: &Form,
    failure: Option<&Failure>,
) -> Result<(StatusCode, CasesPage), Failure> {
    let reader = &visitor.reader;
    let (words, query) = (reader.words, &reader.query);
    let (keys, today) = (app.keys(), oslo_date(app.clock().now()));
    let names = FIELDS.iter().copied().chain(["cursor"]);
    let known: Vec<(&str, &str)> = names.map(|name| (name, label(reader, name))).collect();
    let mut wrongs = query.wrong(&known, words);
    let status: Option<Status> = query.get("status").and_then(|text| text.parse().ok());
    if query.get("status").is_some_and(|text| text != ALL) && status.is_none() {
        let text = words.not_a_choice(label(reader, "status"));
        wrongs.push(Wrong { name: "status".to_owned(), text });
    }
    if query.get("overdue").is_some_and(|text| text != YES) {
        let text = words.not_a_choice(label(reader, "overdue"));
        wrongs.push(Wrong { name: "overdue".to_owned(), text });
    }
    let mut before: Option<Uuid> = None;
    match page::position(&keys, "casework-supervision", query.get("cursor")) {
        Ok(position) => before = position,
        Err(_) => {
            wrongs.push(Wrong { name: "cursor".to_owned(), text: words.bad_cursor().to_owned() });
        }
    }
    let unclosed = Status::ALL.iter().copied().filter(|one| one.is_open());
    let asked = CaseQuery {
        // those that are closed are shown when they are asked for
        statuses: status.map_or_else(|| unclosed.collect(), |one| vec![one]),
        assignee: query.get("assignee").map(str::to_owned),
        overdue_on: query.get("overdue").map(|_| today),
        before,
        but: actions::own(app, &visitor.caller).await?,
    };
    let connection = app.db().read();
    let (found, total) = store::list(connection, &asked, LIMIT + 1).await?;
    let (found, next) =
        page::cut(&keys, "casework-supervision", found, LIMIT, |kept| kept.case.id.0);
    let rows = found.iter().map(|kept| {
        let matter = kept.matter(&kept.key(&keys)?)?.text;
        let case = &kept.case;
        let mut short: String = matter.chars().take(120).collect();
        if short.len() < matter.len() {
            short.push('…');
        }
        Ok(Row {
            link: visitor_link(reader, CASE_PATH, case.id),
            number: case.display_number(),
            matter: short,
            status: words.sup_state(case.status),
            tone: status_tone(case.status),
            severity: rules::severity_title(case.severity, reader.language()),
            severity_tone: severity_tone(case.severity),
            assignee: case.assignee.clone(),
            due: case.due_on.map(|due| words.date(due)),
            is_overdue: case.due_on.is_some_and(|due| due < today),
            opened: words.moment(case.opened_at),
        })
    });
    let rows = rows.collect::<Result<_, Failure>>()?;
    let facets = facets(reader, &asked, &store::places(connection, &asked.but).await?, today);
    let chosen = FIELDS.iter().copied().filter_map(|name| {
        let value = value_name(reader, name, query.get(name)?);
        Some((name, format!("{}: {value}", label(reader, name))))
    });
    let answered = match failure {
        Some(failure) => status_of(failure),
        None if wrongs.is_empty() => StatusCode::OK,
        None => StatusCode::BAD_REQUEST,
    };
    let undone = failure.map(|failure| Undone::of(words, form, failure)).unwrap_or_default();
    let mut frame = reader.frame(words.sup_cases_title()).about_persons();
    if failure.is_some() {
        CASES_PATH.clone_into(&mut frame.here);
    }
    let page = CasesPage {
        frame,
        inside: Inside::of(visitor, CASES_PATH),
        refused: undone.refused.clone(),
        facets,
        chips: Chips::new(reader, chosen),
        total: words.sup_cases_total(words.number(total)),
        rows,
        paging: Paging::new(reader, None, next.as_deref()),
        action: reader.link(CASES_PATH),
        version: 0,
        forms: vec![new_case(visitor, form, &undone, failure.is_some())],
        wrongs: Wrongs::new(reader, wrongs, FIELDS),
    };
    Ok((answered, page))
}

fn new_case(visitor: &SignedIn, form: &Form, undone: &Undone, is_tried: bool) -> DeedForm {
    let words = visitor.reader.words;
    let [severities, _] = choices(&visitor.reader);
    let severity = Entry::new(words, "severity", words.sup_severity(), Kind::Choice(severities));
    let fields = case_fields(visitor).into_iter().chain([severity.optional()]);
    DeedForm {
        deed: "open",
        target: String::new(),
        title: words.sup_open_own().to_owned(),
        lead: String::new(),
        fields: fields
            .map(|field| if is_tried { field.typed(form, &undone.wrongs) } else { field })
            .collect(),
        is_open: is_tried,
    }
}

type Place = (String, String, Option<chrono::NaiveDate>, u64);

fn facets(
    reader: &Reader,
    asked: &CaseQuery,
    places: &[Place],
    today: chrono::NaiveDate,
) -> Vec<Facet> {
    let is_late = |place: &Place| place.2.is_some_and(|due| due < today);
    let fits = |place: &Place, but: &str| {
        (but == "status" || asked.statuses.iter().any(|one| one.code() == place.0))
            && (but == "assignee" || asked.assignee.as_ref().is_none_or(|one| *one == place.1))
            && (but == "overdue" || asked.overdue_on.is_none() || is_late(place))
    };
    let facet = |name: &'static str| {
        let mut sums = std::collections::BTreeMap::<String, u64>::new();
        for place in places.iter().filter(|place| fits(place, name)) {
            let value = match name {
                "status" => place.0.clone(),
                "assignee" => place.1.clone(),
                _ if is_late(place) => YES.to_owned(),
                _ => continue,
            };
            *sums.entry(value).or_default() += place.3;
        }
        Facet::new(reader, name, label(reader, name), sums, |value| value_name(reader, name, value))
    };
    FIELDS.iter().map(|name| facet(name)).filter(|facet| !facet.choices.is_empty()).collect()
}
