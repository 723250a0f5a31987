//! Letters that go by post, since their addressee applied on paper or by telephone, or has never been on the pages: to be
//! printed, and marked when they have been sent.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{Inside, PATH, POST_PATH, caseworker, frame_at, supervision::CASE_PATH};
use crate::{
    app::App,
    case::{self, store::Case},
    failure::{Failure, Problem},
    identity::Sight,
    journal::{self, model::Subject},
    letter::{actions, store},
    party,
    values::ids::{CaseId, LetterId},
    web::{
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor, see},
    },
};

/// Letters on the page.
const LIMIT: u64 = 50;

crate::web::texts::texts! {
    cwp_title: "Post", "Post", "Post";
    cwp_lead: "Brev til dem som søkte på papir eller på telefon eller aldri har logget inn her, og som ikke har åpnet dem på nett. Skriv dem ut, send dem, og merk dem som sendt. Klagefristen løper fra brevet er regnet som kommet fram.", "Brev til dei som søkte på papir eller på telefon eller aldri har logga inn her, og som ikkje har opna dei på nett. Skriv dei ut, send dei, og merk dei som sende. Klagefristen går frå brevet er rekna som kome fram.", "Letters to those who applied on paper or by telephone or have never signed in here, and who have not opened them online. Print them, send them, and mark them as sent. The time limit for appeals runs from the day the letter is taken to arrive.";
    cwp_none: "Ingen brev venter på å bli sendt.", "Ingen brev ventar på å bli sende.", "No letter waits to be sent.";
    cwp_print: "Åpne og skriv ut", "Opne og skriv ut", "Open and print";
    cwp_sent: "Sendt", "Sendt", "Sent";
    cwp_sent_of(number): "Brev {number} er sendt med posten", "Brev {number} er sendt med posten", "Letter {number} was sent by post";
    cwp_by_post: "sendes med posten", "blir sendt med posten", "goes by post";
    cwp_posted(day, name): "sendt med posten {day} av {name}", "sendt med posten {day} av {name}", "sent by post on {day} by {name}";
}

/// A letter to be sent.
struct Line {
    id: String,
    number: String,
    title: String,
    when: String,
    file: String,
    /// Address of its case; nothing for a letter about fees.
    case: Option<String>,
}

#[derive(Template)]
#[template(path = "casework_post.html", config = "src/web/askama.toml")]
struct PostPage {
    frame: Frame,
    inside: Inside,
    lines: Vec<Line>,
    total: u64,
}

/// What waits to be sent.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:letter.read")?;
    Ok(match page(app, &visitor).await {
        Ok(page) => frame::answer(StatusCode::OK, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

async fn page(app: &App, visitor: &SignedIn) -> Result<PostPage, Failure> {
    let reader = &visitor.reader;
    let connection = app.db().read();
    let supervision = party::actions::supervision_sight(app, &visitor.caller).await?;
    let kinds = visitor.caller.kinds();
    let (letters, total) = store::post::waiting(connection, &kinds, &supervision, LIMIT).await?;
    let letters = actions::opened_data(app, letters).await?;
    let places = letters.iter().filter_map(|(letter, _)| letter.place);
    let subjects = journal::store::subjects(connection, places.map(|(id, _)| id).collect()).await?;
    let mut lines = Vec::new();
    for (letter, document) in letters {
        let case = letter.place.and_then(|(id, _)| case_of(id, *subjects.get(&id)?));
        lines.push(Line {
            id: letter.id.to_string(),
            number: document.number,
            title: document.title,
            when: reader.words.moment(letter.sent_at),
            file: reader.link(format_args!("/letters/{}/file", letter.id)),
            case: case.map(|path| reader.link(path)),
        });
    }
    Ok(PostPage {
        frame: frame_at(visitor, reader.words.cwp_title(), POST_PATH),
        inside: Inside::of(visitor, POST_PATH),
        lines,
        total,
    })
}

/// Where the case of a letter is at the desk; nothing for a letter about fees.
fn case_of(id: CaseId, subject: Subject) -> Option<String> {
    match subject {
        Subject::Permit(_) => Some(format!("{PATH}/cases/{id}")),
        Subject::Supervision => Some(CASE_PATH.replace(":id", &id.to_string())),
        Subject::Fees => None,
    }
}

/// The permit's case of a letter; nothing where it is of supervision or about fees.
async fn permit_case(app: &App, letter: &store::Letter) -> Result<Option<Case>, Failure> {
    let Some((id, _)) = letter.place else { return Ok(None) };
    match case::store::find(app.db().read(), Sight::All, id).await {
        Ok(case) => Ok(Some(case)),
        Err(failure) if failure.problem() == Problem::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Notes that a letter was sent.
#[handler]
pub async fn mark(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:case.decide")?;
    visitor.own(&form)?;
    let done = async {
        let id = LetterId::parse(form.get("sent")).map_err(|_| Failure::not_found())?;
        let letter = store::find(app.db().read(), Sight::All, id).await?;
        if let Some(case) = permit_case(app, &letter).await? {
            visitor.caller.needs_kind(case.kind)?;
        }
        actions::posted(app, &visitor.caller, id).await
    };
    Ok(match done.await {
        Ok(()) => see(&visitor.reader.link(POST_PATH)),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}
