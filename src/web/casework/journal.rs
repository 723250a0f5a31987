//! A document of the journal at the desk, and its access code.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    Inside, PATH,
    access::{Choice, SCOPE, case_link, code_name, codes, id_of},
    caseworker, frame_at,
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    journal,
    values::calendar::oslo_date,
    web::{
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor, see},
    },
};

/// Longest reason for another access code.
const LONGEST_REASON: usize = 1000;

crate::web::texts::texts! {
    cwj_title(number): "Dokument {number}", "Dokument {number}", "Document {number}";
    cwj_change: "Endre tilgangskoden", "Endre tilgangskoden", "Change the access code";
    cwj_reason: "Hvorfor (uten personnavn)", "Kvifor (utan personnamn)", "Why (without names of persons)";
    cwj_save: "Lagre", "Lagre", "Save";
    cwj_changes: "Endringer", "Endringar", "Changes";
    cwj_no_changes: "Tilgangskoden følger av reglene.", "Tilgangskoden følgjer av reglane.", "The access code follows from the rules.";
    cwj_wrong_reason: "Skriv hvorfor, høyst 1000 tegn.", "Skriv kvifor, høgst 1000 teikn.", "Write why, at most 1000 characters.";
    cwj_wrong_code: "Velg en kode som gjelder i dag.", "Vel ein kode som gjeld i dag.", "Choose a code in force today.";
    cwj_done: "Tilgangskoden er endret.", "Tilgangskoden er endra.", "The access code was changed.";
    cwj_journal_number: "Journalnummer", "Journalnummer", "Journal number";
    cwj_who: "Avsender eller mottaker", "Avsendar eller mottakar", "Sender or receiver";
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

impl EntryPage {
    fn wrong(&self, name: &str) -> Option<&'static str> {
        self.wrongs.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
    }
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
        (words.cwda_document(), journal::public::wire::title(&entry, reader.language())),
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
        Err(failure) if failure.problem() == Problem::InvalidContent => {
            let wrongs = vec![("code", words.cwj_wrong_code())];
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(entry_shown(app, &visitor, &id, status, (code, reason), wrongs).await)
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}
