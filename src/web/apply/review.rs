//! Everything as it will be sent, with the way to change each part, and the button that sends it.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    Around, Wrong, applicant,
    flow::{Journey, StepLink},
    receipt, settled, start,
    view::{Content, Shown},
};
use crate::{
    app::App,
    draft::{actions, api::draft_id},
    failure::{Failure, Problem},
    permit::kind,
    web::{
        form::Form as Sent,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
    },
};

/// The page, below the language.
pub const PATH: &str = "/drafts/:id/review";

/// What is said of one field, or what the fields below it are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Fields that belong together, or an item of a list.
    About(String),
    /// A field and what stands in it.
    Fact(String, String),
}

/// One step as it is sent.
struct Part {
    title: &'static str,
    address: String,
    said: Vec<Said>,
}

#[derive(Template)]
#[template(path = "apply/review.html", config = "src/web/askama.toml")]
struct ReviewPage {
    frame: Frame,
    around: Around,
    kind_title: &'static str,
    steps: Vec<StepLink>,
    parts: Vec<Part>,
    wrongs: Vec<Wrong>,
    /// Why it was not taken, and whether that is said in English.
    refused: Option<(String, bool)>,
    action: String,
    delete: String,
    version: i32,
    kept: String,
}

/// The fields with what stands in them, in words.
pub fn said(fields: &[Shown], words: Words) -> Vec<Said> {
    let nothing = || words.apply_nothing().to_owned();
    let mut all = Vec::new();
    for field in fields {
        let text = match &field.content {
            Content::Line { value, .. } => field.with_unit(value),
            Content::Long { value } => value.clone(),
            Content::Radios { answers }
            | Content::Select { answers }
            | Content::Boxes { answers } => {
                let chosen = answers.iter().filter(|answer| answer.is_chosen);
                chosen.map(|answer| answer.title.as_str()).collect::<Vec<_>>().join(", ")
            }
            Content::Group { children } if !children.iter().all(Shown::is_empty) => {
                all.push(Said::About(field.label.clone()));
                all.extend(said(children, words));
                continue;
            }
            Content::Items { items } if !items.is_empty() => {
                for item in items {
                    all.push(Said::About(item.title.clone()));
                    all.extend(said(&item.children, words));
                }
                continue;
            }
            Content::Group { .. } | Content::Items { .. } => String::new(),
        };
        let text = if text.is_empty() { nothing() } else { text };
        all.push(Said::Fact(field.label.clone(), text));
    }
    all
}

fn review(journey: &Journey<'_>, refused: Option<(String, bool)>) -> ReviewPage {
    let reader = &journey.visitor.reader;
    let words = reader.words;
    let errors = journey.findings();
    let (by_step, rest) = journey.wrongs(&errors);
    let mut wrongs: Vec<Wrong> = by_step.into_iter().flatten().chain(rest).collect();
    for wrong in &mut wrongs {
        // on its own page the field says what is wrong, too
        wrong.address = wrong.address.take().map(|address| address.replacen('#', "?check=1#", 1));
    }
    let sheet = journey.sheet(&[]);
    let parts = journey.asked().into_iter().map(|step| Part {
        title: step.title.of(reader.language()),
        address: journey.address(step.name),
        said: said(&sheet.step(step), words),
    });
    let mut frame = reader.frame(words.apply_review()).about_persons();
    frame.here = format!("/drafts/{}/review", journey.opened.draft.id);
    ReviewPage {
        frame,
        around: Around::of(journey.visitor),
        kind_title: kind::any(journey.opened.draft.kind).title(reader.language()),
        steps: journey.links("review"),
        parts: parts.collect(),
        wrongs,
        refused,
        action: journey.address("review"),
        delete: journey.address("delete"),
        version: journey.opened.draft.version,
        kept: journey.kept(),
    }
}

/// Shows it.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, start::SCOPE)?;
    let journey = async { Journey::open(app, &visitor, draft_id(&id)?).await }.await;
    match journey {
        Ok(journey) => {
            let page = review(&journey, None);
            Ok(frame::answer(StatusCode::OK, &page.frame, &page))
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

/// Sends it.
#[handler]
pub async fn send(
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Sent,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, start::SCOPE)?;
    visitor.own(&sent)?;
    settled(&visitor, submitted(app, &visitor, &id, &sent).await)
}

async fn submitted(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    sent: &Sent,
) -> Result<Response, Failure> {
    let id = draft_id(id)?;
    let version = sent.get("version").parse().map_err(|_| Failure::stale())?;
    let is_person = super::is_person(&visitor.caller);
    let finish = |kind, application| {
        let form = super::form::of(kind);
        super::values::finished(&form.steps, application, is_person)
    };
    let failure = match actions::submit(app, &visitor.caller, id, version, finish).await {
        Ok(case) => return Ok(see(&receipt::address(visitor, case.id))),
        Err(failure) => failure,
    };
    let words = visitor.reader.words;
    let refused = match failure.problem() {
        Problem::StaleVersion => Some((words.apply_stale_review().to_owned(), false)),
        // the fields are said one by one
        Problem::InvalidContent | Problem::MalformedBody => None,
        problem if problem.status() < 500 && problem != Problem::NotFound => {
            let is_english = words.language() != crate::values::language::Language::English;
            Some((failure.detail().to_owned(), is_english))
        }
        _ => return Err(failure),
    };
    let status = StatusCode::from_u16(failure.problem().status()).unwrap_or(StatusCode::CONFLICT);
    let status =
        if status == StatusCode::BAD_REQUEST { StatusCode::UNPROCESSABLE_ENTITY } else { status };
    let journey = Journey::open(app, visitor, id).await?;
    let page = review(&journey, refused);
    Ok(frame::answer(status, &page.frame, &page))
}
