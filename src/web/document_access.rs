//! Asking for access to documents, and reading the answer. No sign-in and no cookie: nobody has to say who they are, and
//! the address of the answer is the key to it.

use askama::Template;
use poem::{
    Request, Response, handler,
    http::{StatusCode, header},
    web::{Data, Path},
};

use super::{
    form::Form,
    frame::{self, Frame, Reader},
    problems,
};
use crate::{
    app::App,
    document_access::{
        actions::{self, Asking},
        model::Status,
        wire::{AccessAnswerText, DocumentAccessAnswerView},
    },
    failure::{Failure, Problem},
    http::{address::address_of, problem::retry_after},
    values::calendar::oslo_date,
};

/// The form, below the language.
pub const PATH: &str = "/document-access";
/// The answer.
pub const ANSWER_PATH: &str = "/document-access/:token";
/// Longest address, in characters, as the operation has it.
const LONGEST: usize = 500;

super::texts::texts! {
    da_title: "Be om innsyn", "Be om innsyn", "Ask for access";
    da_lead: "Skriv numrene på dokumentene du vil se, ett på hver linje. Du trenger ikke si hvem du er eller hvorfor.", "Skriv numra på dokumenta du vil sjå, eitt på kvar linje. Du treng ikkje seie kven du er eller kvifor.", "Write the numbers of the documents you want to see, one on each line. You need not say who you are or why.";
    da_documents: "Dokumenter", "Dokument", "Documents";
    da_documents_hint: "For eksempel 2026/000123-4. Numrene står i den offentlige journalen.", "Til dømes 2026/000123-4. Numra står i den offentlege journalen.", "For example 2026/000123-4. The numbers stand in the public journal.";
    da_contact: "Hvor vil du ha svaret?", "Kvar vil du ha svaret?", "Where do you want the answer?";
    da_contact_hint: "E-post eller postadresse. Valgfritt: svaret ligger uansett på en adresse du får nå. Vi sletter adressen når klagefristen er ute.", "E-post eller postadresse. Valfritt: svaret ligg uansett på ei adresse du får no. Vi slettar adressa når klagefristen er ute.", "E-mail or postal address. Optional: the answer lies at an address you get now in any case. We delete yours when the time for an appeal is over.";
    da_send: "Send kravet", "Send kravet", "Send the request";
    da_wrong_documents: "Finn dokumentene i den offentlige journalen, og skriv 1 til 20 numre slik de står der.", "Finn dokumenta i den offentlege journalen, og skriv 1 til 20 nummer slik dei står der.", "Find the documents in the public journal, and write 1 to 20 numbers as they stand there.";
    da_wrong_contact: "Skriv høyst 500 tegn.", "Skriv høgst 500 teikn.", "Write at most 500 characters.";
    da_wait: "Det har kommet mange krav fra nettverket ditt. Vent til de er besvart, eller send kravet til oss på e-post eller i posten. Det du har skrevet, står her ennå.", "Det har kome mange krav frå nettverket ditt. Vent til dei er svara på, eller send kravet til oss på e-post eller i posten. Det du har skrive, står her enno.", "Many requests have come from your network. Wait until they are answered, or send us the request by e-mail or post. What you wrote is still here.";
    da_taken: "Kravet er mottatt", "Kravet er motteke", "The request was received";
    da_taken_lead: "Ta vare på adressene nedenfor: der kommer svarene. Vi viser dem bare nå.", "Ta vare på adressene nedanfor: der kjem svara. Vi viser dei berre no.", "Keep the addresses below: the answers come there. They are shown only now.";
    da_request: "Krav", "Krav", "Request";
    da_due(day): "Svar senest {day}", "Svar seinast {day}", "Answer by {day}";
    da_answer_link: "Adressen til svaret", "Adressa til svaret", "Address of the answer";
    da_answer_title: "Svar på krav om innsyn", "Svar på krav om innsyn", "Answer to a request for access";
    da_waiting(day): "Kravet er ikke avgjort. Svaret skal komme senest {day}.", "Kravet er ikkje avgjort. Svaret skal kome seinast {day}.", "The request is not decided. The answer is due by {day}.";
    da_silent(day): "Fristen gikk ut {day} uten svar. Det regnes som avslag, og du kan klage (offentleglova § 32). Vi kan fortsatt svare.", "Fristen gjekk ut {day} utan svar. Det blir rekna som avslag, og du kan klage (offentleglova § 32). Vi kan framleis svare.", "The time ended {day} without an answer. That counts as refusal, and you can appeal (offentleglova § 32). We can still answer.";
    da_document: "Hent dokumentet", "Hent dokumentet", "Get the document";
    da_gone: "Her er det ikke noe svar", "Her er det ikkje noko svar", "There is no answer here";
    da_gone_text: "Kontroller adressen. Svar ligger her til klagefristen er godt ute.", "Kontroller adressa. Svar ligg her til klagefristen er godt ute.", "Check the address. Answers lie here until the time for an appeal is well over.";
}

#[derive(Template)]
#[template(path = "document_access.html", config = "src/web/askama.toml")]
struct FormPage {
    frame: Frame,
    documents: String,
    contact: String,
    /// Why it was not taken, where nothing is wrong with it.
    notice: Option<&'static str>,
    /// Id of the field, and what is wrong with it.
    wrongs: Vec<(&'static str, &'static str)>,
}

impl FormPage {
    fn wrong(&self, name: &str) -> Option<&'static str> {
        self.wrongs.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
    }
}

/// A request that was taken.
struct TakenRow {
    number: String,
    document: String,
    due: String,
    link: String,
    address: String,
}

#[derive(Template)]
#[template(path = "document_access_taken.html", config = "src/web/askama.toml")]
struct TakenPage {
    frame: Frame,
    rows: Vec<TakenRow>,
}

#[derive(Template)]
#[template(path = "document_access_answer.html", config = "src/web/askama.toml")]
struct AnswerPage {
    frame: Frame,
    document: String,
    title: String,
    state: Option<String>,
    answer: Option<AccessAnswerText>,
    file: Option<String>,
}

/// The form.
#[handler]
pub async fn open(reader: Reader) -> Response {
    let known = [("document", reader.words.da_documents())];
    if !reader.query.wrong(&known, reader.words).is_empty() {
        return problems::page(&reader, Failure::new(Problem::InvalidParameter, ""));
    }
    let documents = reader.query.typed("document").to_owned();
    form(&reader, documents, String::new(), Vec::new())
}

fn form(
    reader: &Reader,
    documents: String,
    contact: String,
    wrongs: Vec<(&'static str, &'static str)>,
) -> Response {
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = reader
        .frame(reader.words.da_title())
        .about_persons()
        .below(super::public_journal::PATH, reader.words.pj_title());
    let page = FormPage { frame, documents, contact, notice: None, wrongs };
    frame::answer(status, &page.frame, &page)
}

/// The form with what was typed, for whoever has to wait.
fn wait(reader: &Reader, documents: String, contact: String, failure: &Failure) -> Response {
    let words = reader.words;
    let frame = reader
        .frame(words.da_title())
        .about_persons()
        .below(super::public_journal::PATH, words.pj_title());
    let notice = Some(words.da_wait());
    let page = FormPage { frame, documents, contact, notice, wrongs: Vec::new() };
    let mut response = frame::answer(StatusCode::TOO_MANY_REQUESTS, &page.frame, &page);
    if let Some(seconds) = retry_after(failure) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// Takes the request and shows where the answers come.
#[handler]
pub async fn ask(
    request: &Request,
    reader: Reader,
    fields: Form,
    Data(app): Data<&App>,
) -> Response {
    let words = reader.words;
    let text = fields.get("documents").to_owned();
    let contact = fields.get("contact").to_owned();
    if contact.chars().count() > LONGEST {
        return form(&reader, text, contact, vec![("contact", words.da_wrong_contact())]);
    }
    let documents: Vec<String> = text
        .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    let asking = Asking {
        documents: &documents,
        contact: Some(contact.as_str()).filter(|contact| !contact.is_empty()),
        language: reader.language(),
    };
    match actions::ask(app, &address_of(app, request), &asking).await {
        Ok(taken) => {
            let origin = app.settings().public_url.trim_end_matches('/').to_owned();
            let rows = taken.iter().map(|one| {
                let link = reader.link(format_args!("{PATH}/{}", one.token));
                TakenRow {
                    number: format!("{}-{}", one.entry.case_display(), one.request.number),
                    document: one.entry.display(),
                    due: words.da_due(words.date(one.request.due_on)),
                    address: format!("{origin}{link}"),
                    link,
                }
            });
            let rows = rows.collect();
            let mut frame = reader.frame(words.da_taken()).about_persons();
            frame.is_translated = false;
            let page = TakenPage { frame, rows };
            frame::answer(StatusCode::OK, &page.frame, &page)
        }
        Err(failure) if failure.problem() == Problem::InvalidContent => {
            form(&reader, text, contact, vec![("documents", words.da_wrong_documents())])
        }
        Err(failure) if failure.problem() == Problem::TooManyRequests => {
            wait(&reader, text, contact, &failure)
        }
        Err(failure) => problems::page(&reader, failure),
    }
}

/// How a request stands, and its answer.
#[handler]
pub async fn show_answer(
    request: &Request,
    reader: Reader,
    Path(token): Path<String>,
    Data(app): Data<&App>,
) -> Response {
    let words = reader.words;
    let seen = match actions::see(app, &address_of(app, request), &token).await {
        Ok(seen) => seen,
        Err(failure) if failure.problem() == Problem::NotFound => {
            let mut frame = reader.frame(words.da_gone()).about_persons();
            frame.is_translated = false;
            let page = AnswerPage {
                frame,
                document: String::new(),
                title: String::new(),
                state: Some(words.da_gone_text().to_owned()),
                answer: None,
                file: None,
            };
            return frame::answer(StatusCode::NOT_FOUND, &page.frame, &page);
        }
        Err(failure) => return problems::page(&reader, failure),
    };
    let view = DocumentAccessAnswerView::of(&seen, oslo_date(app.clock().now()));
    let due = words.date(view.due_on);
    let state = match seen.request.status {
        Status::Received if view.silently_refused => Some(words.da_silent(due)),
        Status::Received => Some(words.da_waiting(due)),
        _ => None,
    };
    let page = AnswerPage {
        frame: reader.frame(words.da_answer_title()).about_persons(),
        document: view.document_number,
        title: view.title,
        state,
        answer: view.answer,
        file: view.has_document.then(|| format!("/v1/document-access-answers/{token}/document")),
    };
    frame::answer(StatusCode::OK, &page.frame, &page)
}
