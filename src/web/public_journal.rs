//! The public journal as a page and as a file of a day. It shows what the operation shows.

use askama::Template;
use chrono::NaiveDate;
use poem::{
    Response, handler,
    http::{StatusCode, header},
};

use super::{
    frame::{self, Frame, Reader},
    parts::{Chips, Paging, Wrongs},
    problems,
    query::Wrong,
    texts::Words,
};
use crate::{
    failure::Failure,
    http::{
        page,
        responses::{NOT_FOR_ROBOTS, ROBOTS},
    },
    journal::{
        model::Subject,
        public::{
            actions,
            api::{Asked, LIST, day},
            wire::PublicEntryView,
        },
        rules::last_public_day,
    },
    values::{calendar::oslo_date, language::Language},
};

/// The page, below the language.
pub const PATH: &str = "/public-journal";
/// The file of a day.
pub const CSV_PATH: &str = "/public-journal.csv";
/// What the file of a day takes.
pub const CSV_TAKES: &[&str] = &["day", "language"];
const FIELDS: &[&str] = &["from", "to", "direction", "kind", "case", "organisation"];

super::texts::texts! {
    pj_title: "Offentlig journal", "Offentleg journal", "Public journal";
    pj_lead: "Dokumenter til og fra oss, fra dagen etter at de ble journalført. Du kan be om innsyn i alle, også uten å si hvem du er.", "Dokument til og frå oss, frå dagen etter at dei vart journalførte. Du kan be om innsyn i alle, også utan å seie kven du er.", "Documents to and from us, from the day after they were journaled. You can ask for access to any of them, without saying who you are.";
    pj_names: "Privatpersoner nevnes bare når ingenting skjermer dem, i ett år, og kan ikke søkes fram.", "Privatpersonar blir berre nemnde når ingenting skjermar dei, i eitt år, og kan ikkje søkjast fram.", "Private persons are named only where nothing shields them, for a year, and cannot be searched for.";
    pj_from: "Fra dag", "Frå dag", "From day";
    pj_to: "Til dag", "Til dag", "To day";
    pj_direction: "Retning", "Retning", "Direction";
    pj_in: "Inn", "Inn", "In";
    pj_out: "Ut", "Ut", "Out";
    pj_kind: "Hva saken gjelder", "Kva saka gjeld", "What the case is about";
    pj_case: "Saksnummer", "Saksnummer", "Case number";
    pj_organisation: "Organisasjonsnummer", "Organisasjonsnummer", "Organisation number";
    pj_show: "Vis", "Vis", "Show";
    pj_total(count): "{count} dokumenter", "{count} dokument", "{count} documents";
    pj_none: "Ingen dokumenter passer.", "Ingen dokument passar.", "No document fits.";
    pj_document: "Dokument", "Dokument", "Document";
    pj_day: "Journalført", "Journalført", "Journaled";
    pj_who: "Avsender eller mottaker", "Avsendar eller mottakar", "Sender or receiver";
    pj_access: "Unntak", "Unntak", "Exemption";
    pj_withheld: "Navnet vises ikke", "Namnet blir ikkje vist", "The name is not shown";
    pj_unknown: "Ukjent", "Ukjend", "Unknown";
    pj_ask: "Be om innsyn", "Be om innsyn", "Ask for access";
    pj_ask_for(number): "Be om innsyn i {number}", "Be om innsyn i {number}", "Ask for access to {number}";
    pj_csv(day): "Journalen for {day} (CSV)", "Journalen for {day} (CSV)", "The journal of {day} (CSV)";
    pj_bad_case: "Skriv saksnummeret som 2026/000123.", "Skriv saksnummeret som 2026/000123.", "Write the case number as 2026/000123.";
    pj_bad_organisation: "Skriv ni siffer. Personer kan ikke søkes fram.", "Skriv ni siffer. Personar kan ikkje søkjast fram.", "Write nine digits. Persons cannot be searched for.";
}

/// A document in the list.
struct Row {
    number: String,
    arrow: &'static str,
    direction: &'static str,
    title: String,
    day: String,
    who: String,
    is_named: bool,
    access: Option<(String, String)>,
    ask: String,
    ask_label: String,
}

/// A choice of a list.
struct Choice {
    code: &'static str,
    name: &'static str,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "public_journal.html", config = "src/web/askama.toml")]
struct JournalPage {
    frame: Frame,
    typed: [String; 4],
    directions: Vec<Choice>,
    kinds: Vec<Choice>,
    wrongs: Wrongs,
    chips: Chips,
    total: String,
    rows: Vec<Row>,
    paging: Paging,
    csv: (String, String),
}

fn label(words: Words, name: &str) -> &'static str {
    match name {
        "from" => words.pj_from(),
        "to" => words.pj_to(),
        "direction" => words.pj_direction(),
        "kind" => words.pj_kind(),
        "case" => words.pj_case(),
        "organisation" => words.pj_organisation(),
        _ => words.page_of_results(),
    }
}

fn in_words(words: Words, failure: &Failure) -> Wrong {
    let name = failure.fields().first().map_or("from", |field| field.pointer.as_str()).to_owned();
    let text = match name.as_str() {
        "from" | "to" => words.not_a_date(label(words, &name)),
        "case" => words.pj_bad_case().to_owned(),
        "organisation" => words.pj_bad_organisation().to_owned(),
        _ => words.not_a_choice(label(words, &name)),
    };
    Wrong { name, text }
}

fn row(reader: &Reader, view: PublicEntryView) -> Row {
    let words = reader.words;
    let is_in = view.direction == "in";
    let who = &view.correspondent;
    let unnamed = if who.kind == "unknown" { words.pj_unknown() } else { words.pj_withheld() };
    let document: String =
        url::form_urlencoded::byte_serialize(view.document_number.as_bytes()).collect();
    Row {
        arrow: if is_in { "→" } else { "←" },
        direction: if is_in { words.pj_in() } else { words.pj_out() },
        title: view.title,
        day: words.date(view.journal_date),
        who: who.name.clone().unwrap_or_else(|| unnamed.to_owned()),
        is_named: who.name.is_some(),
        access: view.access.map(|access| (access.basis, access.title)),
        ask: reader.link(format_args!("{}?document={document}", super::document_access::PATH)),
        ask_label: words.pj_ask_for(&view.document_number),
        number: view.document_number,
    }
}

/// The page.
#[handler]
pub async fn show(reader: Reader) -> Response {
    match page(&reader).await {
        Ok((status, page)) => frame::answer(status, &page.frame, &page),
        Err(failure) => problems::page(&reader, failure),
    }
}

async fn page(reader: &Reader) -> Result<(StatusCode, JournalPage), Failure> {
    let (words, query) = (reader.words, &reader.query);
    let names = FIELDS.iter().copied().chain(["cursor"]);
    let known: Vec<(&str, &str)> = names.map(|name| (name, label(words, name))).collect();
    let mut wrongs = query.wrong(&known, words);
    let asked = Asked {
        from: query.get("from"),
        to: query.get("to"),
        direction: query.get("direction"),
        kind: query.get("kind"),
        case: query.get("case"),
        organisation: query.get("organisation"),
    };
    let keys = reader.app.keys();
    let asked = asked.parse().map_err(|failure| wrongs.push(in_words(words, &failure))).ok();
    let before = page::position(&keys, LIST, query.get("cursor"));
    if before.is_err() {
        wrongs.push(Wrong { name: "cursor".to_owned(), text: words.bad_cursor().to_owned() });
    }
    let today = oslo_date(reader.app.clock().now());
    let (mut rows, mut next, mut total) = (Vec::new(), None, 0);
    if let (Some(mut asked), Ok(before), true) = (asked, before, wrongs.is_empty()) {
        asked.before = before;
        let limit = page::DEFAULT_LIMIT;
        let (entries, count) = actions::list(&reader.app, &asked, limit + 1).await?;
        let (entries, after) = page::cut(&keys, LIST, entries, limit, |one| (one.day, one.id));
        let view = |entry| PublicEntryView::of(entry, today, reader.language());
        rows = entries.iter().map(|entry| row(reader, view(entry))).collect();
        (next, total) = (after, count);
    }
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let json = format!("/v1/public-journal{}", query.only(FIELDS));
    let chosen = |name: &str, code: &str| query.get(name) == Some(code);
    let value_name = |name: &str, value: &str| match (name, value) {
        ("direction", "in") => words.pj_in().to_owned(),
        ("direction", _) => words.pj_out().to_owned(),
        ("kind", code) => Subject::from_code(code)
            .map_or_else(|| code.to_owned(), |one| one.title(reader.language()).to_owned()),
        _ => value.to_owned(),
    };
    let chips = FIELDS.iter().copied().filter_map(|name| {
        let value = value_name(name, query.get(name)?);
        Some((name, format!("{}: {value}", label(words, name))))
    });
    let last = last_public_day(today);
    Ok((
        status,
        JournalPage {
            frame: reader.frame(words.pj_title()).about_persons().json(json),
            typed: ["from", "to", "case", "organisation"].map(|name| query.typed(name).to_owned()),
            directions: [("in", words.pj_in()), ("out", words.pj_out())]
                .map(|(code, name)| Choice { code, name, is_chosen: chosen("direction", code) })
                .into(),
            kinds: Subject::all()
                .map(|one| {
                    let (code, name) = (one.code(), one.title(reader.language()));
                    Choice { code, name, is_chosen: chosen("kind", code) }
                })
                .collect(),
            chips: Chips::new(reader, chips),
            total: if wrongs.is_empty() {
                words.pj_total(words.number(total))
            } else {
                String::new()
            },
            wrongs: Wrongs::new(reader, wrongs, FIELDS),
            rows,
            paging: Paging::new(reader, None, next.as_deref()),
            csv: csv_link(reader, last),
        },
    ))
}

fn csv_link(reader: &Reader, day: NaiveDate) -> (String, String) {
    let code = reader.language().code();
    let link = format!("{CSV_PATH}?day={day}&language={code}");
    (link, reader.words.pj_csv(reader.words.date(day)))
}

/// The journal of a day as a file for spreadsheets.
#[handler]
pub async fn csv_file(reader: Reader) -> poem::Result<Response> {
    let asked = day("day", reader.query.get("day"))?;
    let asked =
        asked.ok_or_else(|| Failure::parameter("day", "date", "Give a day as 2026-03-02."))?;
    let language = match reader.query.get("language") {
        None => Language::Bokmal,
        Some(text) => Language::parse(text)
            .map_err(|_| Failure::parameter("language", "not-in-list", "`nb`, `nn` or `en`."))?,
    };
    let file = actions::csv_of(&reader.app, asked, language).await?;
    let name = format!("attachment; filename=\"public-journal-{asked}.csv\"");
    Ok(Response::builder()
        .content_type("text/csv; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, name)
        .header(header::CACHE_CONTROL, "no-store")
        .header(ROBOTS, NOT_FOR_ROBOTS)
        .body(file))
}
