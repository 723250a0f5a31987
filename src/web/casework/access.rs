//! Requests for access to documents at the desk: those that wait, and appeals that wait, by due date. One of them is in
//! `access_one.rs`.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use poem::{Response, handler, http::StatusCode, web::Data};
use uuid::Uuid;

use super::{ACCESS_PATH, CASE_PATH, Inside, caseworker, fees, frame_at, supervision};
use crate::{
    app::App,
    document_access::{
        actions,
        model::{Appeal, AppealStatus, Request},
        rules, store,
    },
    failure::Failure,
    http::page,
    journal::{
        self,
        model::{Journaled, Subject},
        public::wire::title,
    },
    values::{access_code, calendar::oslo_date},
    web::{
        frame::{self, Frame, Reader},
        parts::Paging,
        problems,
        sign_in::{SignedIn, Visitor},
    },
};

/// What whoever answers requests may do.
pub const SCOPE: &str = "anrop:case.decide";
/// Appeals shown; those decided make room for the next.
const APPEALS: u64 = 100;

/// A request in the list.
struct Row {
    number: String,
    link: String,
    document: String,
    title: String,
    code: String,
    /// Fuller grounds are waited for.
    wants_grounds: bool,
    due: String,
    is_overdue: bool,
}

/// An appeal in the list.
struct AppealRow {
    number: String,
    link: String,
    document: String,
    title: String,
    state: String,
    due: String,
    is_overdue: bool,
}

#[derive(Template)]
#[template(path = "casework_access.html", config = "src/web/askama.toml")]
struct ListPage {
    frame: Frame,
    inside: Inside,
    total: String,
    rows: Vec<Row>,
    paging: Paging,
    appeal_total: String,
    appeals: Vec<AppealRow>,
}

/// A choice of a list.
pub struct Choice {
    /// As it is sent.
    pub code: &'static str,
    /// What it is called.
    pub name: String,
    /// It is chosen.
    pub is_chosen: bool,
}

/// The id in an address.
///
/// # Errors
/// 404 for what is none.
pub fn id_of(text: &str) -> Result<Uuid, Failure> {
    Uuid::try_parse(text).map_err(|_| Failure::not_found())
}

/// The access code of a document in words.
pub fn code_name(visitor: &SignedIn, entry: &Journaled) -> String {
    let words = visitor.reader.words;
    entry.access().map_or_else(
        || words.cwda_public().to_owned(),
        |code| format!("{} ({})", code.citation, code.title(visitor.reader.language())),
    )
}

/// The access codes in force on a day.
pub fn codes(visitor: &SignedIn, today: NaiveDate, chosen: &str) -> Vec<Choice> {
    let language = visitor.reader.language();
    access_code::in_force(today)
        .map(|code| Choice {
            code: code.code,
            name: format!("{} – {}", code.citation, code.title(language)),
            is_chosen: code.code == chosen,
        })
        .collect()
}

/// Where the case of a document is worked on.
pub fn case_link(reader: &Reader, entry: &Journaled) -> String {
    let id = entry.case.to_string();
    match entry.subject {
        Subject::Permit(_) => reader.link(CASE_PATH.replace(":id", &id)),
        Subject::Supervision => reader.link(supervision::CASE_PATH.replace(":id", &id)),
        Subject::Fees => fees::of_case(reader, &entry.case_display()),
    }
}

/// How an appeal stands, in words.
pub fn appeal_state(visitor: &SignedIn, appeal: &Appeal) -> String {
    let words = visitor.reader.words;
    match appeal.status {
        AppealStatus::Received => words.cwda_state_received().to_owned(),
        AppealStatus::Forwarded => {
            let body =
                appeal.forwarded.map_or("", |(body, _)| body.name(visitor.reader.language()));
            words.cwda_state_forwarded(body)
        }
        AppealStatus::Granted => words.cwda_state_granted().to_owned(),
        AppealStatus::PartlyGranted => words.cwda_state_partly().to_owned(),
        AppealStatus::Dismissed => words.cwda_state_dismissed().to_owned(),
        AppealStatus::Upheld => words.cwda_state_upheld().to_owned(),
    }
}

/// The documents that requests are about, by their ids.
///
/// # Errors
/// When the database does not answer.
pub async fn entries_of(
    app: &App,
    requests: &[Request],
) -> Result<HashMap<Uuid, Journaled>, Failure> {
    let ids: Vec<Uuid> = requests.iter().map(|request| request.entry).collect();
    journal::store::many(app.db().read(), &ids).await
}

/// Appeals with the requests and the documents they are about, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn about(
    app: &App,
    appeals: Vec<Appeal>,
) -> Result<Vec<(Appeal, Request, Journaled)>, Failure> {
    let ids: Vec<Uuid> = appeals.iter().map(|appeal| appeal.request).collect();
    let requests = store::many(app.db().read(), &ids).await?;
    let known: Vec<Request> = requests.values().cloned().collect();
    let entries = entries_of(app, &known).await?;
    let with_both = |appeal: Appeal| {
        let request = requests.get(&appeal.request)?.clone();
        let entry = entries.get(&request.entry)?.clone();
        Some((appeal, request, entry))
    };
    appeals.into_iter().map(|appeal| with_both(appeal).ok_or_else(Failure::not_found)).collect()
}

/// The requests that wait.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    match list(app, &visitor).await {
        Ok(page) => Ok(frame::answer(StatusCode::OK, &page.frame, &page)),
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

async fn list(app: &App, visitor: &SignedIn) -> Result<ListPage, Failure> {
    let (reader, words) = (&visitor.reader, visitor.reader.words);
    let keys = app.keys();
    let connection = app.db().read();
    let after = page::position(&keys, "document-access", reader.query.get("cursor"))?;
    let limit = page::DEFAULT_LIMIT;
    let reach = actions::reach(app, &visitor.caller).await?;
    let (requests, total) = store::open(connection, &reach, after, limit + 1).await?;
    let place = |request: &Request| (request.waits_until(), request.id);
    let (requests, next) = page::cut(&keys, "document-access", requests, limit, place);
    let today = oslo_date(app.clock().now());
    let link = |id: Uuid| reader.link(format_args!("{ACCESS_PATH}/{id}"));
    let entries = entries_of(app, &requests).await?;
    let mut rows = Vec::new();
    for request in &requests {
        let entry = entries.get(&request.entry).ok_or_else(Failure::not_found)?;
        rows.push(Row {
            number: format!("{}-{}", entry.case_display(), request.number),
            link: link(request.id),
            document: entry.display(),
            title: title(entry, reader.language()),
            code: code_name(visitor, entry),
            wants_grounds: request.wanting().is_some(),
            due: words.date(request.waits_until()),
            is_overdue: rules::is_overdue(request, today),
        });
    }
    let (waiting, appeal_total) = store::appeal::open(connection, &reach, None, APPEALS).await?;
    let mut appeals = Vec::new();
    for (appeal, request, entry) in about(app, waiting).await? {
        let is_ours = appeal.status == AppealStatus::Received;
        appeals.push(AppealRow {
            number: format!("{}-{}", entry.case_display(), appeal.number),
            link: link(request.id),
            document: entry.display(),
            title: title(&entry, reader.language()),
            state: appeal_state(visitor, &appeal),
            due: if is_ours { words.date(appeal.due_on) } else { String::new() },
            is_overdue: is_ours && appeal.due_on < today,
        });
    }
    Ok(ListPage {
        frame: frame_at(visitor, words.cwda_title(), ACCESS_PATH),
        inside: Inside::of(visitor, ACCESS_PATH),
        total: words.cwda_total(words.number(total)),
        rows,
        paging: Paging::new(reader, None, next.as_deref()),
        appeal_total: words.cwda_appeals_total(words.number(appeal_total)),
        appeals,
    })
}
