//! Asking for access to documents, and reading the answer. No sign-in and no cookie: nobody has to say who they are, and
//! the address of the answer is the key to it.

use askama::Template;
use chrono::{DateTime, Utc};
use poem::{
    Request, Response, handler,
    http::{StatusCode, header},
    web::{Data, Path},
};

use super::{
    form::Form,
    frame::{self, Frame, Reader},
    problems,
    query::Query,
    sign_in::see,
};
use crate::{
    app::App,
    document_access::{
        actions::{self, Asking, Seen, appeal, grounds},
        limit::TooMuch,
        model::{AppealStatus, Status},
        store::appeal::Opened,
        wire::{AccessAnswerText, DocumentAccessAnswerView},
    },
    failure::{Failure, Problem},
    http::{address::address_of, problem::retry_after},
    values::{
        appeal_body::{DecisionType, appeal_body},
        calendar::oslo_date,
    },
};

/// The form, below the language.
pub const PATH: &str = "/document-access";
/// The answer.
pub const ANSWER_PATH: &str = "/document-access/:token";
/// Longest address, in characters, as the operation has it.
const LONGEST: usize = 500;
/// Longest appeal, in characters, as the operation has it.
const LONGEST_APPEAL: usize = 4000;
/// What the form of a demand for fuller grounds says it is for.
const GROUNDS: &str = "grounds";

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
    da_wait_hour(moment): "Det er bedt om mange dokumenter fra nettverket ditt den siste timen. Send kravet igjen etter {moment}, eller send det til oss på e-post eller i posten nå. Det du har skrevet, står her ennå.", "Det er bede om mange dokument frå nettverket ditt den siste timen. Send kravet igjen etter {moment}, eller send det til oss på e-post eller i posten no. Det du har skrive, står her enno.", "Many documents were asked for from your network within the last hour. Send the request again after {moment}, or send it to us by e-mail or post now. What you wrote is still here.";
    da_wait_waiting: "Det venter for mange krav fra nettverket ditt på svar. Send dette når noen av dem er besvart; svarene kommer innen fem arbeidsdager. Eller send det til oss på e-post eller i posten nå. Det du har skrevet, står her ennå.", "Det ventar for mange krav frå nettverket ditt på svar. Send dette når nokre av dei er svara på; svara kjem innan fem arbeidsdagar. Eller send det til oss på e-post eller i posten no. Det du har skrive, står her enno.", "Too many requests from your network wait for an answer. Send this one when some of them are answered; answers come within five working days. Or send it to us by e-mail or post now. What you wrote is still here.";
    da_wait_same: "Flere krav fra nettverket ditt om det samme dokumentet venter alt på svar. Vent på ett av dem; det kommer innen fem arbeidsdager. Eller fjern dokumentet fra listen, eller send kravet til oss på e-post eller i posten nå. Det du har skrevet, står her ennå.", "Fleire krav frå nettverket ditt om det same dokumentet ventar alt på svar. Vent på eitt av dei; det kjem innan fem arbeidsdagar. Eller fjern dokumentet frå lista, eller send kravet til oss på e-post eller i posten no. Det du har skrive, står her enno.", "Several requests from your network for the same document wait for an answer already. Wait for one of them, which comes within five working days. Or take the document off the list, or send us the request by e-mail or post now. What you wrote is still here.";
    da_taken: "Kravet er mottatt", "Kravet er motteke", "The request was received";
    da_taken_lead: "Ta vare på adressene nedenfor: der kommer svarene. Vi viser dem bare nå.", "Ta vare på adressene nedanfor: der kjem svara. Vi viser dei berre no.", "Keep the addresses below: the answers come there. They are shown only now.";
    da_request: "Krav", "Krav", "Request";
    da_due(day): "Svar senest {day}", "Svar seinast {day}", "Answer by {day}";
    da_answer_link: "Adressen til svaret", "Adressa til svaret", "Address of the answer";
    da_answer_title: "Svar på krav om innsyn", "Svar på krav om innsyn", "Answer to a request for access";
    da_waiting(day): "Kravet er ikke avgjort. Svaret skal komme senest {day}.", "Kravet er ikkje avgjort. Svaret skal kome seinast {day}.", "The request is not decided. The answer is due by {day}.";
    da_silent(day): "Fristen gikk ut {day} uten svar. Det regnes som avslag, og du kan klage (offentleglova § 32). Vi kan fortsatt svare.", "Fristen gjekk ut {day} utan svar. Det blir rekna som avslag, og du kan klage (offentleglova § 32). Vi kan framleis svare.", "The time ended {day} without an answer. That counts as refusal, and you can appeal (offentleglova § 32). We can still answer.";
    da_document: "Hent dokumentet", "Hent dokumentet", "Get the document";
    da_appeal_title: "Klag på svaret", "Klag på svaret", "Appeal against the answer";
    da_appeal_silence: "Klag på at du ikke har fått svar", "Klag på at du ikkje har fått svar", "Appeal because nobody has answered";
    da_appeal_lead(body): "Du kan klage uten å si hvem du er. Vi ser på saken en gang til. Får du ikke innsyn i alt av oss, kan klagen gå til {body} (offentleglova § 32). Svaret kommer på denne siden.", "Du kan klage utan å seie kven du er. Vi ser på saka ein gong til. Får du ikkje innsyn i alt av oss, kan klaga gå til {body} (offentleglova § 32). Svaret kjem på denne sida.", "You can appeal without saying who you are. We look at the matter once more. If we do not give you everything, the appeal can go to {body} (offentleglova § 32). The answer comes on this page.";
    da_appeal_until(day): "Klag senest {day}.", "Klag seinast {day}.", "Appeal by {day}.";
    da_appeal_late(day): "Klagefristen gikk ut {day}. Skriv hvorfor klagen kommer for sent; vi kan avvise den.", "Klagefristen gjekk ut {day}. Skriv kvifor klaga kjem for seint; vi kan avvise henne.", "The time for an appeal was over on {day}. Write why it comes late; we can dismiss it.";
    da_appeal_text: "Hva vil du ha innsyn i, og hvorfor?", "Kva vil du ha innsyn i, og kvifor?", "What do you want to see, and why?";
    da_appeal_hint: "Du trenger ikke skrive noe. Skriv aldri fødselsnummer her.", "Du treng ikkje skrive noko. Skriv aldri fødselsnummer her.", "You need not write anything. Never write a national identity number here.";
    da_appeal_send: "Send klagen", "Send klaga", "Send the appeal";
    da_appeal_wrong: "Skriv høyst 4000 tegn.", "Skriv høgst 4000 teikn.", "Write at most 4000 characters.";
    da_appeal_not: "Her er det ikke noe å klage på nå. Nedenfor står hvordan saken ligger an.", "Her er det ikkje noko å klage på no. Nedanfor står korleis saka ligg an.", "There is nothing to appeal against here now. How the matter stands is said below.";
    da_appeal_one(number, day): "Klage {number}, mottatt {day}", "Klage {number}, motteken {day}", "Appeal {number}, received {day}";
    da_appeal_was_late: "Klagen kom etter at klagefristen gikk ut.", "Klaga kom etter at klagefristen gjekk ut.", "The appeal came after the time for it was over.";
    da_appeal_received(day): "Vi vurderer klagen, og skal ha gjort det senest {day}. Svaret kommer på denne siden.", "Vi vurderer klaga, og skal ha gjort det seinast {day}. Svaret kjem på denne sida.", "We consider the appeal, and are to have done so by {day}. The answer comes on this page.";
    da_appeal_forwarded(body, day): "Klagen ble sendt til {body} {day}. Avgjørelsen kommer på denne siden.", "Klaga vart send til {body} {day}. Avgjerda kjem på denne sida.", "The appeal was sent to {body} on {day}. The decision comes on this page.";
    da_appeal_granted: "Klagen førte fram: du får innsyn i hele dokumentet.", "Klaga førte fram: du får innsyn i heile dokumentet.", "The appeal led to access to the whole document.";
    da_appeal_partly: "Klagen førte fram for en del: du får innsyn i deler av dokumentet.", "Klaga førte fram for ein del: du får innsyn i delar av dokumentet.", "The appeal led to access to parts of the document.";
    da_appeal_dismissed: "Klagen er avvist.", "Klaga er avvist.", "The appeal was dismissed.";
    da_appeal_upheld: "Klageinstansen lot svaret stå.", "Klageinstansen lét svaret stå.", "The appeal body let the answer stand.";
    da_grounds_title: "Be om en nærmere begrunnelse", "Be om ei nærare grunngiving", "Ask for fuller grounds";
    da_grounds_lead: "Du kan be om at vi skriver hva som var avgjørende for at du ikke fikk innsyn i alt (offentleglova § 31). Begrunnelsen kommer på denne siden innen ti arbeidsdager, og klagefristen begynner på nytt når du leser den.", "Du kan be om at vi skriv kva som var avgjerande for at du ikkje fekk innsyn i alt (offentleglova § 31). Grunngivinga kjem på denne sida innan ti arbeidsdagar, og klagefristen byrjar på nytt når du les henne.", "You can ask us to write what was decisive for not giving you everything (offentleglova § 31). The grounds come on this page within ten working days, and the time for an appeal begins anew when you read them.";
    da_grounds_until(day): "Be om den senest {day}.", "Be om henne seinast {day}.", "Ask by {day}.";
    da_grounds_send: "Be om begrunnelsen", "Be om grunngivinga", "Ask for the grounds";
    da_grounds_waiting(moment, day): "Du bad om en nærmere begrunnelse {moment}. Den kommer på denne siden senest {day}.", "Du bad om ei nærare grunngiving {moment}. Ho kjem på denne sida seinast {day}.", "You asked for fuller grounds {moment}. They come on this page by {day}.";
    da_grounds_not: "Det er ikke noe å begrunne nærmere her nå. Nedenfor står hvordan saken ligger an.", "Det er ikkje noko å grunngje nærare her no. Nedanfor står korleis saka ligg an.", "There is nothing to give fuller grounds for here now. How the matter stands is said below.";
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
    notice: Option<String>,
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
    /// Why what was sent was not taken.
    notice: Option<&'static str>,
    state: Option<String>,
    answer: Option<AccessAnswerText>,
    file: Option<String>,
    appeals: Vec<ShownAppeal>,
    /// Fuller grounds that were demanded: that they wait, or the letter.
    fuller: Option<(Option<String>, Option<AccessAnswerText>)>,
    /// How fuller grounds can be demanded now, and by when.
    demanding: Option<Option<String>>,
    appealing: Option<Appealing>,
    /// Where the forms go.
    action: String,
}

/// An appeal there was.
struct ShownAppeal {
    title: String,
    states: Vec<String>,
    letters: Vec<AccessAnswerText>,
}

/// The form of an appeal.
struct Appealing {
    title: &'static str,
    lead: String,
    until: Option<String>,
    text: String,
    wrong: Option<&'static str>,
}

/// The form.
#[handler]
pub async fn open(reader: Reader) -> Response {
    let known = [("document", reader.words.da_documents())];
    let wrongs = reader.query.wrong(&known, reader.words);
    if !wrongs.is_empty() {
        return problems::wrong_query(&reader, wrongs, reader.here(&Query::default()));
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
fn wait(
    reader: &Reader,
    documents: String,
    contact: String,
    (why, now): (TooMuch, DateTime<Utc>),
) -> Response {
    let words = reader.words;
    let notice = match why {
        TooMuch::InAnHour(wait) => words.da_wait_hour(words.moment(now + wait)),
        TooMuch::Waiting => words.da_wait_waiting().to_owned(),
        TooMuch::SameDocument => words.da_wait_same().to_owned(),
    };
    let frame = reader
        .frame(words.da_title())
        .about_persons()
        .below(super::public_journal::PATH, words.pj_title());
    let page = FormPage { frame, documents, contact, notice: Some(notice), wrongs: Vec::new() };
    let mut response = frame::answer(StatusCode::TOO_MANY_REQUESTS, &page.frame, &page);
    if let Some(seconds) = retry_after(&Failure::from(why)) {
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
        Ok(Ok(taken)) => {
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
        Ok(Err(why)) => wait(&reader, text, contact, (why, app.clock().now())),
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
    let said = Said::default();
    answered(app, (request, &reader), &token, StatusCode::OK, said).await
}

/// What was typed about an appeal that was not taken, and why.
#[derive(Default)]
struct Said {
    text: String,
    wrong: Option<&'static str>,
    notice: Option<&'static str>,
}

/// Takes an appeal, or a demand for fuller grounds, and shows how the request stands.
#[handler]
pub async fn appeal_answer(
    request: &Request,
    reader: Reader,
    Path(token): Path<String>,
    fields: Form,
    Data(app): Data<&App>,
) -> Response {
    let words = reader.words;
    if fields.get("deed") == GROUNDS {
        let taken = grounds::demand(app, &address_of(app, request), &token).await;
        let not = words.da_grounds_not();
        return done(app, (request, &reader), &token, taken, (Said::default(), not)).await;
    }
    let text = fields.get("text").to_owned();
    if text.chars().count() > LONGEST_APPEAL {
        let said = Said { text, wrong: Some(words.da_appeal_wrong()), notice: None };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return answered(app, (request, &reader), &token, status, said).await;
    }
    let written = Some(text.as_str()).filter(|text| !text.is_empty());
    let taken = appeal::lodge(app, &address_of(app, request), &token, written).await;
    let said = Said { text, ..Said::default() };
    done(app, (request, &reader), &token, taken, (said, words.da_appeal_not())).await
}

/// What came of something that was sent: how the request stands now, or that it was not taken and why, with what was typed.
async fn done(
    app: &App,
    (request, reader): (&Request, &Reader),
    token: &str,
    taken: Result<Seen, Failure>,
    (said, not): (Said, &'static str),
) -> Response {
    match taken {
        Ok(_) => see(&reader.link(format_args!("{PATH}/{token}#further"))),
        Err(failure) if failure.problem() == Problem::IllegalTransition => {
            let said = Said { notice: Some(not), ..said };
            answered(app, (request, reader), token, StatusCode::CONFLICT, said).await
        }
        Err(failure) if failure.problem() == Problem::NotFound => gone(reader),
        Err(failure) => problems::page(reader, failure),
    }
}

async fn answered(
    app: &App,
    (request, reader): (&Request, &Reader),
    token: &str,
    status: StatusCode,
    said: Said,
) -> Response {
    let seen = match actions::see(app, &address_of(app, request), token).await {
        Ok(seen) => seen,
        Err(failure) if failure.problem() == Problem::NotFound => return gone(reader),
        Err(failure) => return problems::page(reader, failure),
    };
    let words = reader.words;
    let now = app.clock().now();
    let view = DocumentAccessAnswerView::of(&seen, now);
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
        notice: said.notice,
        state,
        answer: view.answer,
        file: view.has_document.then(|| format!("/v1/document-access-answers/{token}/document")),
        appeals: seen.appeals.iter().map(|one| shown(reader, &seen, one)).collect(),
        fuller: view.fuller_grounds.map(|fuller| {
            let moment = words.date(oslo_date(fuller.demanded_at));
            let waits = seen.request.wanting().is_some();
            let text = waits.then(|| words.da_grounds_waiting(moment, words.date(fuller.due_on)));
            (text, fuller.letter)
        }),
        demanding: view.can_demand_fuller_grounds.then(|| {
            view.demand_fuller_grounds_by.map(|day| words.da_grounds_until(words.date(day)))
        }),
        appealing: appealing(reader, &seen, now, said),
        action: reader.link(format_args!("{PATH}/{token}")),
    };
    frame::answer(status, &page.frame, &page)
}

fn gone(reader: &Reader) -> Response {
    let words = reader.words;
    let mut frame = reader.frame(words.da_gone()).about_persons();
    frame.is_translated = false;
    let page = AnswerPage {
        frame,
        document: String::new(),
        title: String::new(),
        notice: None,
        state: Some(words.da_gone_text().to_owned()),
        answer: None,
        file: None,
        appeals: Vec::new(),
        fuller: None,
        demanding: None,
        appealing: None,
        action: String::new(),
    };
    frame::answer(StatusCode::NOT_FOUND, &page.frame, &page)
}

fn shown(reader: &Reader, seen: &Seen, one: &Opened) -> ShownAppeal {
    let words = reader.words;
    let appeal = &one.appeal;
    let number = format!("{}-{}", seen.entry.case_display(), appeal.number);
    let mut states = Vec::new();
    if !appeal.in_time {
        states.push(words.da_appeal_was_late().to_owned());
    }
    states.push(match appeal.status {
        AppealStatus::Received => words.da_appeal_received(words.date(appeal.due_on)),
        AppealStatus::Forwarded => {
            let body = appeal.forwarded.map_or("", |(body, _)| body.name(reader.language()));
            let day = appeal.forwarded.map_or(appeal.due_on, |(_, at)| oslo_date(at));
            words.da_appeal_forwarded(body, words.date(day))
        }
        AppealStatus::Granted => words.da_appeal_granted().to_owned(),
        AppealStatus::PartlyGranted => words.da_appeal_partly().to_owned(),
        AppealStatus::Dismissed => words.da_appeal_dismissed().to_owned(),
        AppealStatus::Upheld => words.da_appeal_upheld().to_owned(),
    });
    ShownAppeal {
        title: words.da_appeal_one(number, words.date(oslo_date(appeal.received_at))),
        states,
        letters: one.letters.iter().map(AccessAnswerText::of).collect(),
    }
}

/// The form of an appeal, where there is one against how the request stands.
fn appealing(reader: &Reader, seen: &Seen, now: DateTime<Utc>, said: Said) -> Option<Appealing> {
    let words = reader.words;
    let right = seen.right(now).ok()?;
    let is_silence = seen.request.status == Status::Received;
    let body = appeal_body(DecisionType::DocumentAccess, oslo_date(now))?;
    let until = right.period.map(|period| {
        let day = words.date(period.last_day);
        if period.is_over(now) { words.da_appeal_late(day) } else { words.da_appeal_until(day) }
    });
    Some(Appealing {
        title: if is_silence { words.da_appeal_silence() } else { words.da_appeal_title() },
        lead: words.da_appeal_lead(body.name(reader.language())),
        until,
        text: said.text,
        wrong: said.wrong,
    })
}
