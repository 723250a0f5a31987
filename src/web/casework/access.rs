//! Requests for access to documents at the desk: those that wait, by due date, and answering one; and the access code of a
//! document. The version with something blacked out is sent by the operation, or written here as a text.

use askama::Template;
use chrono::NaiveDate;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use uuid::Uuid;

use super::{
    ACCESS_PATH, CASE_PATH, Inside, PATH, can_be_said, caseworker, fees, frame_at, supervision,
};
use crate::{
    app::App,
    document_access::{
        actions::{self, Decision, Seen},
        model::{Request, Status},
        rules, store,
    },
    failure::{Failure, Problem},
    http::page,
    journal::{
        self,
        model::{Journaled, Subject},
        public::wire::title,
    },
    values::{access_code, calendar::oslo_date},
    web::{
        form::Form,
        frame::{self, Frame, Reader},
        parts::Paging,
        problems,
        sign_in::{SignedIn, Visitor, see},
    },
};

const SCOPE: &str = "anrop:case.decide";
/// Longest grounds, in characters, as the operation has it.
const LONGEST: usize = 4000;
/// Longest text that is released instead of the document.
const LONGEST_TEXT: usize = 20_000;
/// Longest reason for another access code.
const LONGEST_REASON: usize = 1000;

crate::web::texts::texts! {
    cwda_title: "Innsynskrav", "Innsynskrav", "Requests for access";
    cwda_lead: "Krav skal besvares innen fem arbeidsdager (offentleglova § 32).", "Krav skal svarast på innan fem arbeidsdagar (offentleglova § 32).", "Requests must be answered within five working days (offentleglova § 32).";
    cwda_total(count): "{count} krav venter", "{count} krav ventar", "{count} requests wait";
    cwda_none: "Ingen krav venter.", "Ingen krav ventar.", "No request waits.";
    cwda_one(number): "Innsynskrav {number}", "Innsynskrav {number}", "Request for access {number}";
    cwda_request: "Krav", "Krav", "Request";
    cwda_document: "Dokument", "Dokument", "Document";
    cwda_code: "Tilgangskode", "Tilgangskode", "Access code";
    cwda_public: "Offentlig", "Offentleg", "Public";
    cwda_received: "Mottatt", "Motteke", "Received";
    cwda_due: "Frist", "Frist", "Due";
    cwda_overdue: "Fristen er ute", "Fristen er ute", "Overdue";
    cwda_contact: "Svaret sendes også til", "Svaret skal òg sendast til", "The answer goes also to";
    cwda_no_contact: "Ingen adresse er oppgitt; svaret ligger bak lenken den som krever innsyn har.", "Inga adresse er oppgjeven; svaret ligg bak lenkja den som krev innsyn har.", "No address was left; the answer lies behind the requester's link.";
    cwda_state: "Tilstand", "Tilstand", "State";
    cwda_case: "Saken", "Saka", "The case";
    cwda_file(kind): "Sladdet versjon er lastet opp ({kind}).", "Sladda versjon er lasta opp ({kind}).", "A version with something blacked out was sent ({kind}).";
    cwda_no_file: "Ingen sladdet versjon er lastet opp. Last opp en fil med API-et, eller skriv teksten som skal utleveres nedenfor.", "Ingen sladda versjon er lasta opp. Last opp ei fil med API-et, eller skriv teksten som skal utleverast nedanfor.", "No version with something blacked out was sent. Send a file by the API, or write the text to be released below.";
    cwda_text: "Tekst som utleveres i stedet for dokumentet", "Tekst som blir utlevert i staden for dokumentet", "Text released instead of the document";
    cwda_text_hint: "Fjern alltid fødselsnummer.", "Fjern alltid fødselsnummer.", "Always remove national identity numbers.";
    cwda_outcome: "Svar", "Svar", "Answer";
    cwda_granted: "Gi innsyn i hele dokumentet", "Gje innsyn i heile dokumentet", "Give the whole document";
    cwda_partly: "Gi innsyn i den sladdede versjonen", "Gje innsyn i den sladda versjonen", "Give the version with something blacked out";
    cwda_refused: "Avslå", "Avslå", "Refuse";
    cwda_basis: "Hjemmel", "Heimel", "Legal basis";
    cwda_choose: "Velg", "Vel", "Choose";
    cwda_grounds: "Begrunnelse, på språket til den som krever innsyn", "Grunngiving, på språket til den som krev innsyn", "Grounds, in the requester's language";
    cwda_send: "Send svaret", "Send svaret", "Send the answer";
    cwda_done: "Svaret er sendt og journalført.", "Svaret er sendt og journalført.", "The answer was sent and journaled.";
    cwda_stale: "Kravet er endret siden siden ble hentet. Se på det igjen.", "Kravet er endra sidan sida vart henta. Sjå på det igjen.", "The request has changed since the page was fetched. Look at it again.";
    cwda_wrong_code: "Velg en hjemmel når noe unntas, og bare da.", "Vel ein heimel når noko blir unnateke, og berre då.", "Choose a legal basis when something is kept back, and only then.";
    cwda_wrong_file: "Last opp eller skriv det som skal utleveres først.", "Last opp eller skriv det som skal utleverast først.", "Send or write what is to be released first.";
    cwda_wrong_outcome: "Velg et svar.", "Vel eit svar.", "Choose an answer.";
    cwda_wrong_text: "Teksten er for lang.", "Teksten er for lang.", "The text is too long.";
    cwj_title(number): "Dokument {number}", "Dokument {number}", "Document {number}";
    cwj_change: "Endre tilgangskoden", "Endre tilgangskoden", "Change the access code";
    cwj_reason: "Hvorfor (uten personnavn)", "Kvifor (utan personnamn)", "Why (without names of persons)";
    cwj_save: "Lagre", "Lagre", "Save";
    cwj_changes: "Endringer", "Endringar", "Changes";
    cwj_no_changes: "Tilgangskoden følger av reglene.", "Tilgangskoden følgjer av reglane.", "The access code follows from the rules.";
    cwj_wrong_reason: "Skriv hvorfor, høyst 1000 tegn.", "Skriv kvifor, høgst 1000 teikn.", "Write why, at most 1000 characters.";
    cwj_done: "Tilgangskoden er endret.", "Tilgangskoden er endra.", "The access code was changed.";
    cwj_journal_number: "Journalnummer", "Journalnummer", "Journal number";
    cwj_who: "Avsender eller mottaker", "Avsendar eller mottakar", "Sender or receiver";
}

/// A request in the list.
struct Row {
    number: String,
    link: String,
    document: String,
    title: String,
    code: String,
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
}

/// A choice of a list.
struct Choice {
    code: &'static str,
    name: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "casework_access_one.html", config = "src/web/askama.toml")]
struct OnePage {
    frame: Frame,
    inside: Inside,
    action: String,
    version: i32,
    facts: Vec<(&'static str, String)>,
    case: String,
    file: String,
    is_open: bool,
    is_done: bool,
    outcomes: Vec<Choice>,
    codes: Vec<Choice>,
    text: String,
    grounds: String,
    answer: Vec<String>,
    wrongs: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "casework_journal.html", config = "src/web/askama.toml")]
struct EntryPage {
    frame: Frame,
    inside: Inside,
    action: String,
    version: i32,
    facts: Vec<(&'static str, String)>,
    case: String,
    is_done: bool,
    codes: Vec<Choice>,
    reason: String,
    changes: Vec<String>,
    wrongs: Vec<(&'static str, &'static str)>,
}

fn id_of(text: &str) -> Result<Uuid, Failure> {
    Uuid::try_parse(text).map_err(|_| Failure::not_found())
}

fn code_name(visitor: &SignedIn, entry: &Journaled) -> String {
    let words = visitor.reader.words;
    entry.access().map_or_else(
        || words.cwda_public().to_owned(),
        |code| format!("{} ({})", code.citation, code.title(visitor.reader.language())),
    )
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
    let (requests, total) = store::open(connection, after, limit + 1).await?;
    let place = |request: &Request| (request.due_on, request.id);
    let (requests, next) = page::cut(&keys, "document-access", requests, limit, place);
    let today = oslo_date(app.clock().now());
    let mut rows = Vec::new();
    for request in &requests {
        let entry = journal::store::find(connection, request.entry).await?;
        rows.push(Row {
            number: format!("{}-{}", entry.case_display(), request.number),
            link: reader.link(format_args!("{ACCESS_PATH}/{}", request.id)),
            document: entry.display(),
            title: title(&entry, reader.language()),
            code: code_name(visitor, &entry),
            due: words.date(request.due_on),
            is_overdue: rules::is_silently_refused(request, today),
        });
    }
    Ok(ListPage {
        frame: frame_at(visitor, words.cwda_title(), ACCESS_PATH),
        inside: Inside::of(visitor, ACCESS_PATH),
        total: words.cwda_total(words.number(total)),
        rows,
        paging: Paging::new(reader, None, next.as_deref()),
    })
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
struct Said {
    outcome: String,
    code: String,
    text: String,
    grounds: String,
    wrongs: Vec<(&'static str, &'static str)>,
}

/// One request.
#[handler]
pub async fn show_one(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    Ok(shown(app, &visitor, &id, StatusCode::OK, Said::default()).await)
}

async fn shown(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    status: StatusCode,
    said: Said,
) -> Response {
    let seen = match id_of(id) {
        Ok(id) => actions::read(app, &visitor.caller, id).await,
        Err(failure) => Err(failure),
    };
    match seen {
        Ok((seen, contact)) => {
            let page = one_page(app, visitor, seen, contact, said);
            frame::answer(status, &page.frame, &page)
        }
        Err(failure) => problems::page(&visitor.reader, failure),
    }
}

fn codes(visitor: &SignedIn, today: NaiveDate, chosen: &str) -> Vec<Choice> {
    let language = visitor.reader.language();
    access_code::in_force(today)
        .map(|code| Choice {
            code: code.code,
            name: format!("{} – {}", code.citation, code.title(language)),
            is_chosen: code.code == chosen,
        })
        .collect()
}

fn one_page(
    app: &App,
    visitor: &SignedIn,
    seen: Seen,
    contact: Option<String>,
    said: Said,
) -> OnePage {
    let (reader, words) = (&visitor.reader, visitor.reader.words);
    let Seen { request, entry, answer } = seen;
    let today = oslo_date(app.clock().now());
    let number = format!("{}-{}", entry.case_display(), request.number);
    let path = format!("{ACCESS_PATH}/{}", request.id);
    let due = if rules::is_silently_refused(&request, today) {
        format!("{} – {}", words.date(request.due_on), words.cwda_overdue())
    } else {
        words.date(request.due_on)
    };
    let facts = vec![
        (
            words.cwda_document(),
            format!("{} {}", entry.display(), title(&entry, reader.language())),
        ),
        (words.cwda_code(), code_name(visitor, &entry)),
        (words.cwda_received(), words.moment(request.received_at)),
        (words.cwda_due(), due),
        (words.cwda_contact(), contact.unwrap_or_else(|| words.cwda_no_contact().to_owned())),
    ];
    let outcomes = [
        ("granted", words.cwda_granted()),
        ("partlyGranted", words.cwda_partly()),
        ("refused", words.cwda_refused()),
    ];
    let suggested = entry.access().map_or("", |code| code.code);
    let chosen = if said.outcome.is_empty() { suggested } else { said.code.as_str() };
    OnePage {
        frame: frame_at(visitor, words.cwda_one(number), &path),
        inside: Inside::of(visitor, ACCESS_PATH),
        action: reader.link(&path),
        version: request.version,
        facts,
        case: case_link(reader, &entry),
        file: request
            .file_type
            .as_ref()
            .map_or_else(|| words.cwda_no_file().to_owned(), |kind| words.cwda_file(kind)),
        is_open: request.status == Status::Received,
        is_done: reader.query.get("done").is_some(),
        outcomes: outcomes
            .map(|(code, name)| Choice {
                code,
                name: name.to_owned(),
                is_chosen: said.outcome == code,
            })
            .into(),
        codes: codes(visitor, today, chosen),
        text: said.text,
        grounds: said.grounds,
        answer: answer
            .map(|document| {
                crate::document_access::wire::AccessAnswerText::of(&document).paragraphs
            })
            .unwrap_or_default(),
        wrongs: said.wrongs,
    }
}

/// Answers a request.
#[handler]
pub async fn decide(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    visitor.own(&form)?;
    let words = visitor.reader.words;
    let mut said = Said {
        outcome: form.get("outcome").to_owned(),
        code: form.get("code").to_owned(),
        text: form.get("text").to_owned(),
        grounds: form.get("grounds").to_owned(),
        wrongs: Vec::new(),
    };
    let too_long = |text: &str, most: usize| text.chars().count() > most;
    if too_long(&said.grounds, LONGEST) {
        said.wrongs.push(("grounds", words.cwda_wrong_text()));
    }
    if too_long(&said.text, LONGEST_TEXT) {
        said.wrongs.push(("text", words.cwda_wrong_text()));
    }
    let status = Status::from_code(&said.outcome).filter(|status| *status != Status::Received);
    if status.is_none() {
        said.wrongs.push(("outcome", words.cwda_wrong_outcome()));
    }
    let (Some(status), true) = (status, said.wrongs.is_empty()) else {
        return Ok(shown(app, &visitor, &id, StatusCode::UNPROCESSABLE_ENTITY, said).await);
    };
    match carry_out(app, &visitor, &id, &form, status, &said).await {
        Ok(()) => Ok(see(&visitor.reader.link(format_args!("{ACCESS_PATH}/{id}?done=yes")))),
        Err(failure) if failure.problem() == Problem::StaleVersion => {
            said.wrongs.push(("outcome", words.cwda_stale()));
            Ok(shown(app, &visitor, &id, StatusCode::CONFLICT, said).await)
        }
        Err(failure) if can_be_said(&failure) => {
            let wrong = |field: &crate::failure::FieldError| match field.pointer.as_str() {
                "/accessCode" => ("code", words.cwda_wrong_code()),
                _ => ("outcome", words.cwda_wrong_file()),
            };
            said.wrongs = failure.fields().iter().map(wrong).collect();
            if said.wrongs.is_empty() {
                return Ok(problems::page(&visitor.reader, failure));
            }
            Ok(shown(app, &visitor, &id, StatusCode::UNPROCESSABLE_ENTITY, said).await)
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

async fn carry_out(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    form: &Form,
    status: Status,
    said: &Said,
) -> Result<(), Failure> {
    let id = id_of(id)?;
    let mut version: i32 = form.get("version").parse().map_err(|_| Failure::stale())?;
    if !said.text.is_empty() && status != Status::Refused {
        let text = said.text.as_bytes();
        version = actions::keep_released(app, &visitor.caller, id, version, text).await?.version;
    }
    let decision = Decision {
        status,
        // what is given whole keeps nothing back, whatever the list suggested
        code: Some(said.code.as_str()).filter(|code| !code.is_empty() && status != Status::Granted),
        grounds: &said.grounds,
    };
    actions::decide(app, &visitor.caller, id, version, &decision).await.map(|_| ())
}

/// A document of the journal with its access code.
#[handler]
pub async fn show_entry(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    Ok(entry_shown(app, &visitor, &id, StatusCode::OK, ("", ""), Vec::new()).await)
}

async fn entry_shown(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    status: StatusCode,
    typed: (&str, &str),
    wrongs: Vec<(&'static str, &'static str)>,
) -> Response {
    match entry_page(app, visitor, id, typed, wrongs).await {
        Ok(page) => frame::answer(status, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    }
}

/// Where the case of a document is worked on.
fn case_link(reader: &Reader, entry: &Journaled) -> String {
    let id = entry.case.to_string();
    match entry.subject {
        Subject::Permit(_) => reader.link(CASE_PATH.replace(":id", &id)),
        Subject::Supervision => reader.link(supervision::CASE_PATH.replace(":id", &id)),
        Subject::Fees => reader.link(fees::PATH),
    }
}

async fn entry_page(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    (code, reason): (&str, &str),
    wrongs: Vec<(&'static str, &'static str)>,
) -> Result<EntryPage, Failure> {
    let (reader, words) = (&visitor.reader, visitor.reader.words);
    let connection = app.db().read();
    let entry = journal::actions::find(app, &visitor.caller, id_of(id)?).await?;
    entry.subject.needs(&visitor.caller)?;
    let changes = journal::store::access::changes(connection, entry.id).await?;
    let path = format!("{PATH}/journal/{}", entry.id);
    let own = entry.access().map_or("", |code| code.code);
    let chosen = if wrongs.is_empty() { own } else { code };
    let mut facts = vec![
        (words.cwda_document(), title(&entry, reader.language())),
        (words.pj_day(), words.date(entry.day)),
        (words.cwda_code(), code_name(visitor, &entry)),
    ];
    facts.extend(entry.journal_display().map(|number| (words.cwj_journal_number(), number)));
    facts.extend(entry.correspondent.as_ref().map(|who| (words.cwj_who(), who.name.clone())));
    let shown =
        |code: &Option<String>| code.clone().unwrap_or_else(|| words.cwda_public().to_owned());
    Ok(EntryPage {
        frame: frame_at(visitor, words.cwj_title(entry.display()), &path),
        inside: Inside::of(visitor, PATH),
        action: reader.link(&path),
        version: entry.access_version + 1,
        case: case_link(reader, &entry),
        is_done: reader.query.get("done").is_some(),
        codes: codes(visitor, oslo_date(app.clock().now()), chosen),
        reason: reason.to_owned(),
        changes: changes
            .iter()
            .map(|one| {
                let (before, after) = (shown(&one.code_before), shown(&one.code));
                let at = words.moment(one.at);
                format!("{before} → {after}: {} ({}, {at})", one.reason, one.actor)
            })
            .collect(),
        facts,
        wrongs,
    })
}

/// Sets the access code of a document.
#[handler]
pub async fn set_code(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    visitor.own(&form)?;
    let words = visitor.reader.words;
    let (code, reason) = (form.get("code"), form.get("reason"));
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        let wrongs = vec![("reason", words.cwj_wrong_reason())];
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(entry_shown(app, &visitor, &id, status, (code, reason), wrongs).await);
    }
    let chosen = Some(code).filter(|code| !code.is_empty());
    let done = match (id_of(&id), form.get("version").parse()) {
        (Ok(entry), Ok(version)) => {
            journal::actions::set_access(app, &visitor.caller, entry, version, chosen, reason).await
        }
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::stale()),
    };
    match done {
        Ok(_) => Ok(see(&visitor.reader.link(format_args!("{PATH}/journal/{id}?done=yes")))),
        Err(failure) if failure.problem() == Problem::StaleVersion => {
            let wrongs = vec![("code", words.cwda_stale())];
            let status = StatusCode::CONFLICT;
            Ok(entry_shown(app, &visitor, &id, status, (code, reason), wrongs).await)
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}
