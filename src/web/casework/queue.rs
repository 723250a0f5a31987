//! The queue by deadline: filters with exact counts, views that are kept, and the choice of cases to
//! grant together.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};
use uuid::Uuid;

use super::{Due, Inside, PATH, case_id, caseworker, find, status_tone};
use crate::{
    app::App,
    case::{
        lifecycle::Status,
        queue::{
            self,
            model::{CaseQuery, Counts, SavedView, open_statuses},
        },
        store::{self, Case},
    },
    disclosure::policy::{Kind, Policy},
    failure::{Failure, Problem},
    http::page,
    identity::Sight,
    permit::kind,
    values::calendar::oslo_date,
    web::{
        form::Form,
        frame::{self, Frame, Reader},
        parts::{Chips, Facet, Paging, Wrongs},
        problems,
        query::{Query, Wrong},
        sign_in::{SignedIn, Visitor, see},
    },
};

/// Cases on a page.
const LIMIT: u64 = 50;
/// Parameters that filter, in the order of the facets.
const FIELDS: &[&str] = &["status", "kind", "assignee", "overdue"];
/// Parameter by which a case is opened.
const CASE: &str = "case";
const NOBODY: &str = "nobody";
const ME: &str = "me";
const YES: &str = "yes";

/// A row of the queue.
struct Row {
    id: String,
    number: String,
    link: String,
    kind: String,
    purpose: &'static str,
    status: &'static str,
    tone: &'static str,
    due: Due,
    assignee: Option<String>,
    received: String,
    can_be_chosen: bool,
}

/// A view that is kept.
struct View {
    id: String,
    name: String,
    link: String,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "casework_queue.html", config = "src/web/askama.toml")]
struct QueuePage {
    frame: Frame,
    inside: Inside,
    wrongs: Wrongs,
    notice: Option<&'static str>,
    views: Vec<View>,
    /// The filters as they are, for keeping them.
    kept: String,
    facets: Vec<Facet>,
    chips: Chips,
    total: String,
    rows: Vec<Row>,
    paging: Paging,
}

/// The queue.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, find::SCOPE)?;
    let found = match visitor.reader.query.get(CASE) {
        Some(typed) => find::address(app, &visitor, typed).await,
        None => Ok(None),
    };
    match found {
        Ok(Some(address)) => return Ok(see(&address)),
        Ok(None) => {}
        Err(failure) => return Ok(problems::page(&visitor.reader, failure)),
    }
    match page(app, &visitor).await {
        Ok((status, page)) => Ok(frame::answer(status, &page.frame, &page)),
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

/// What an address asks for, and what is wrong with it.
fn asked(visitor: &SignedIn, today: chrono::NaiveDate) -> (CaseQuery, Vec<Wrong>) {
    let (query, words) = (&visitor.reader.query, visitor.reader.words);
    let names = FIELDS.iter().copied().chain(["cursor", "said", CASE]);
    let known: Vec<(&str, &str)> = names.map(|name| (name, label(&visitor.reader, name))).collect();
    let mut wrongs = query.wrong(&known, words);
    let mut wrong = |name: &str| {
        let text = words.not_a_choice(label(&visitor.reader, name));
        wrongs.push(Wrong { name: name.to_owned(), text });
    };
    let mut asked = CaseQuery { kinds: visitor.caller.kinds(), ..CaseQuery::default() };
    asked.statuses = match query.get("status").map(Status::from_code) {
        None => open_statuses(),
        Some(Some(status)) => vec![status],
        Some(None) => {
            wrong("status");
            Vec::new()
        }
    };
    asked.kind = query.get("kind").and_then(kind::from_code);
    if query.get("kind").is_some() && asked.kind.is_none() {
        wrong("kind");
    }
    match query.get("assignee") {
        Some(NOBODY) => asked.is_unassigned = true,
        Some(ME) => asked.assignee = Some(visitor.caller.subject.clone()),
        other => asked.assignee = other.map(str::to_owned),
    }
    match query.get("overdue") {
        None => {}
        Some(YES) => asked.overdue_on = Some(today),
        Some(_) => wrong("overdue"),
    }
    (asked, wrongs)
}

fn label(reader: &Reader, name: &str) -> &'static str {
    let words = reader.words;
    match name {
        "status" => words.cw_status(),
        "kind" => words.cw_kind(),
        "assignee" => words.cw_assignee(),
        "overdue" => words.cw_deadline(),
        CASE => words.cwn_number(),
        _ => words.cw_cursor(),
    }
}

/// What a value of a filter is called.
fn value_name(visitor: &SignedIn, name: &str, value: &str) -> String {
    let words = visitor.reader.words;
    match name {
        "status" => Status::from_code(value)
            .map_or_else(|| value.to_owned(), |status| words.case_status(status).to_owned()),
        "kind" => {
            kind::from_code(value).map_or_else(|| value.to_owned(), |one| kind_name(visitor, one))
        }
        "overdue" => words.cw_overdue().to_owned(),
        _ if value == NOBODY => words.cw_nobody().to_owned(),
        _ if value == ME || value == visitor.caller.subject => words.cw_me(&visitor.caller.subject),
        _ => value.to_owned(),
    }
}

/// A kind as the head of a cell: `Personlig nødpeilesender`.
fn kind_name(visitor: &SignedIn, kind: Kind) -> String {
    let name = Policy::load().kind_name(kind, visitor.reader.language());
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

async fn page(app: &App, visitor: &SignedIn) -> Result<(StatusCode, QueuePage), Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let today = oslo_date(app.clock().now());
    let (mut asked, mut wrongs) = asked(visitor, today);
    let keys = app.keys();
    match page::position(&keys, "casework", reader.query.get("cursor")) {
        Ok(after) => asked.after = after,
        Err(_) => {
            wrongs.push(Wrong { name: "cursor".to_owned(), text: words.bad_cursor().to_owned() });
        }
    }
    let connection = app.db().read();
    let tallies = queue::store::tallies(connection, today).await?;
    let counts = queue::rules::counts(&tallies, &asked);
    let (cases, next) = if wrongs.is_empty() {
        let cases = store::page(connection, Sight::All, &asked, LIMIT + 1).await?;
        page::cut(&keys, "casework", cases, LIMIT, |case| (case.due_on, case.id.0))
    } else {
        (Vec::new(), None)
    };
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let filters = reader.query.only(FIELDS);
    let views = queue::store::views(connection, &visitor.caller.subject).await?;
    let chosen = FIELDS.iter().copied().filter_map(|name| {
        let value = value_name(visitor, name, reader.query.get(name)?);
        Some((name, format!("{}: {value}", label(reader, name))))
    });
    let total = words.cw_total(words.number(counts.total));
    let mut inside = Inside::of(visitor, PATH).with_keys(&[("g", words.cw_key_bulk())]);
    // there was none with this number
    let typed = reader.query.get(CASE);
    inside.finds = Some(typed.unwrap_or_default().to_owned());
    Ok((
        status,
        QueuePage {
            frame: reader.frame(words.casework()).about_persons(),
            inside,
            notice: match reader.query.get("said") {
                _ if typed.is_some() => Some(words.cwn_none()),
                Some("taken") => Some(words.cw_view_taken()),
                Some("bad") => Some(words.cw_view_bad()),
                _ => None,
            },
            views: views.into_iter().map(|view| shown(reader, view, &filters)).collect(),
            kept: filters.to_string(),
            facets: facets(visitor, &counts),
            chips: Chips::new(reader, chosen),
            total: if wrongs.is_empty() { total } else { String::new() },
            rows: cases.iter().map(|case| row(visitor, case, today)).collect(),
            paging: Paging::new(reader, None, next.as_deref()),
            wrongs: Wrongs::new(reader, wrongs, FIELDS),
        },
    ))
}

fn shown(reader: &Reader, view: SavedView, filters: &Query) -> View {
    View {
        id: view.id.to_string(),
        link: reader.link(format_args!("{PATH}{}", view.query)),
        is_here: view.query == filters.to_string(),
        name: view.name,
    }
}

fn facets(visitor: &SignedIn, counts: &Counts) -> Vec<Facet> {
    let reader = &visitor.reader;
    let own = &visitor.caller.subject;
    let assignees = counts.assignees.iter().map(|(name, count)| {
        let value = match name.as_str() {
            "" => NOBODY,
            name if name == own => ME,
            name => name,
        };
        (value.to_owned(), *count)
    });
    let statuses = counts.statuses.iter().map(|(status, count)| (status.code().to_owned(), *count));
    let kinds = counts.kinds.iter().map(|(kind, count)| (kind.as_str().to_owned(), *count));
    let overdue = Some((YES.to_owned(), counts.overdue)).filter(|(_, count)| *count > 0);
    let mut assignees: Vec<(String, u64)> = assignees.collect();
    // oneself and nobody first, then who has most
    assignees.sort_by_key(|(name, count)| (name != ME, name != NOBODY, u64::MAX - count));
    let all: [(&str, Vec<(String, u64)>); 4] = [
        ("overdue", overdue.into_iter().collect()),
        ("status", statuses.collect()),
        ("kind", kinds.collect()),
        ("assignee", assignees),
    ];
    all.into_iter()
        .map(|(name, counts)| {
            let named = |value: &str| value_name(visitor, name, value);
            Facet::new(reader, name, label(reader, name), counts, named)
        })
        .filter(|facet| !facet.choices.is_empty())
        .collect()
}

fn row(visitor: &SignedIn, case: &Case, today: chrono::NaiveDate) -> Row {
    let reader = &visitor.reader;
    let words = reader.words;
    Row {
        id: case.id.to_string(),
        number: case.display_number(),
        link: reader.link(format_args!("{PATH}/cases/{}", case.id)),
        kind: kind_name(visitor, case.kind),
        purpose: words.case_purpose(case.purpose),
        status: words.case_status(case.status),
        tone: status_tone(case.status),
        due: Due::of(words, case, today),
        assignee: case.assignee.clone(),
        received: words.date(oslo_date(case.submitted_at)),
        can_be_chosen: matches!(case.status, Status::Submitted | Status::UnderReview),
    }
}

/// Keeps or deletes a view.
#[handler]
pub async fn keep(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:case.read")?;
    visitor.own(&form)?;
    let filters = filters_of(form.get("query"));
    let done = match Uuid::try_parse(form.get("delete")) {
        Ok(id) => queue::actions::delete_view(app, &visitor.caller, id).await,
        Err(_) => {
            let query = filters.to_string();
            queue::actions::save_view(app, &visitor.caller, form.get("name"), &query).await
        }
    };
    let said = match done {
        Ok(()) => None,
        Err(failure) if failure.problem() == Problem::Conflict => Some("taken"),
        Err(failure) if failure.problem() == Problem::InvalidContent => Some("bad"),
        Err(failure) => return Ok(problems::page(&visitor.reader, failure)),
    };
    let back = filters.with("said", said);
    Ok(see(&visitor.reader.link(format_args!("{PATH}{back}"))))
}

/// The filters among what a form says they are.
fn filters_of(text: &str) -> Query {
    let address = format!("/x?{}", text.trim_start_matches('?'));
    address.parse().map(|uri| Query::of(&uri)).unwrap_or_default().only(FIELDS)
}

/// The cases that were chosen, each once.
pub fn chosen(form: &Form) -> Vec<crate::values::ids::CaseId> {
    let mut found = Vec::new();
    for id in form.all("case").filter_map(|text| case_id(text).ok()) {
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_filters_is_kept() {
        let kept = filters_of("?status=granted&cursor=abc&assignee=Kari+N&said=bad&x=1");
        assert_eq!(kept.to_string(), "?status=granted&assignee=Kari+N");
        assert_eq!(filters_of("").to_string(), "");
        assert_eq!(filters_of("?\n\u{0}").to_string(), "");
    }
}
