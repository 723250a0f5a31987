//! Letters that go by post, since their addressee applied on paper or by telephone: to be printed, and marked when
//! they have been sent.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{Inside, PATH, POST_PATH, caseworker, frame_at};
use crate::{
    app::App,
    case,
    failure::Failure,
    identity::Sight,
    letter::{actions, store},
    values::ids::LetterId,
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
    cwp_lead: "Brev til søkere som søkte på papir eller på telefon, og som ikke har åpnet dem på nett. Skriv dem ut, send dem, og merk dem som sendt.", "Brev til søkjarar som søkte på papir eller på telefon, og som ikkje har opna dei på nett. Skriv dei ut, send dei, og merk dei som sende.", "Letters to applicants who applied on paper or by telephone and have not opened them online. Print them, send them, and mark them as sent.";
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
    case: String,
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
    let (letters, total) = store::post::waiting(connection, &visitor.caller.kinds(), LIMIT).await?;
    let mut lines = Vec::new();
    for (letter, document) in actions::opened_data(app, letters).await? {
        let Some((case, place)) = letter.place else { continue };
        let case = case::store::find(connection, Sight::All, case).await?;
        lines.push(Line {
            id: letter.id.to_string(),
            number: format!("{}-{}", case.display_number(), place),
            title: document.title,
            when: reader.words.moment(letter.sent_at),
            file: reader.link(format_args!("/letters/{}/file", letter.id)),
            case: reader.link(format_args!("{PATH}/cases/{}", case.id)),
        });
    }
    Ok(PostPage {
        frame: frame_at(visitor, reader.words.cwp_title(), POST_PATH),
        inside: Inside::of(visitor, POST_PATH),
        lines,
        total,
    })
}

/// Notes that a letter was sent.
#[handler]
pub async fn mark(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:case.decide")?;
    visitor.own(&form)?;
    let done = async {
        let id = LetterId::parse(form.get("sent")).map_err(|_| Failure::not_found())?;
        let letter = store::find(app.db().read(), Sight::All, id).await?;
        let (case, _) = letter.place.ok_or_else(Failure::not_found)?;
        let case = case::store::find(app.db().read(), Sight::All, case).await?;
        visitor.caller.needs_kind(case.kind)?;
        actions::posted(app, &visitor.caller, id).await
    };
    Ok(match done.await {
        Ok(()) => see(&visitor.reader.link(POST_PATH)),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}
