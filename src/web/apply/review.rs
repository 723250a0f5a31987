//! Everything as it will be sent, with the way to change each part, the documents that go with it, and the button
//! that sends it. Of an amendment or a corrected application it says first what is changed.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde_json::Value;

use super::{
    Around, Wrong,
    changes::{Change, changes},
    filer,
    flow::{Journey, StepLink, sight_of},
    papers::{Papers, Taken, take},
    receipt, settled,
    view::{Content, Shown},
};
use crate::{
    app::App,
    case,
    draft::{
        actions::{self, sending},
        api::draft_id,
        basis,
        model::Purpose,
    },
    failure::{Failure, Problem},
    intake, party, permit,
    values::ids::DraftId,
    web::{
        casework::{self, facts::CodeFacts},
        form::Form as Sent,
        frame::{self, Frame},
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
        upload::Upload,
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
    kind_title: String,
    steps: Vec<StepLink>,
    parts: Vec<Part>,
    wrongs: Vec<Wrong>,
    /// What the code of a beacon says otherwise, which a caseworker will ask about.
    doubts: Vec<String>,
    /// What is not as it was, where there is something before.
    changes: Option<Vec<Change>>,
    /// It would change nothing.
    is_unchanged: bool,
    papers: Papers,
    /// Where it goes on to, where it is not sent from here.
    onward: Option<String>,
    /// Why it was not taken, and whether that is said in English.
    refused: Option<(String, bool)>,
    action: String,
    delete: String,
    version: i32,
    kept: String,
    behalf: Option<String>,
}

/// The fields with what stands in them, in words.
pub fn said(fields: &[Shown], words: Words) -> Vec<Said> {
    let nothing = || words.apply_nothing().to_owned();
    let mut all = Vec::new();
    for field in fields {
        match &field.content {
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
            _ => {}
        }
        let text = field.text();
        let text = if text.is_empty() { nothing() } else { text };
        all.push(Said::Fact(field.label.clone(), text));
    }
    all
}

/// What the permit says, or what was applied for, where the draft is to change that.
async fn told_before(app: &App, journey: &Journey<'_>) -> Result<Option<Value>, Failure> {
    let connection = app.db().read();
    let sight = sight_of(app, journey.visitor).await?;
    match journey.opened.draft.purpose {
        Purpose::New | Purpose::Appeal(_) => Ok(None),
        Purpose::Amendment(id) => {
            let permit = permit::store::find(connection, sight, id).await?;
            Ok(Some(basis::of_permit(app, &permit).await?.application))
        }
        Purpose::Reply(id) => {
            let case = case::store::find(connection, sight, id).await?;
            let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
            case.application(&key).map(Some)
        }
    }
}

async fn review(
    app: &App,
    journey: &Journey<'_>,
    refused: Option<(String, bool)>,
) -> Result<ReviewPage, Failure> {
    let before = told_before(app, journey).await?;
    let reader = &journey.visitor.reader;
    let differs = before.map(|before| {
        let steps = journey.asked().into_iter();
        let is_person = journey.is_person();
        changes(steps, reader.words, is_person, (&before, &journey.finished()))
    });
    let purpose = journey.opened.draft.purpose;
    let words = reader.words;
    let errors = journey.findings();
    let (by_step, rest) = journey.wrongs(&errors);
    let mut wrongs: Vec<Wrong> = by_step.into_iter().flatten().chain(rest).collect();
    for wrong in &mut wrongs {
        // on its own page the field says what is wrong, too
        wrong.address = wrong.address.take().map(|address| address.replacen('#', "?check=1#", 1));
    }
    let code = CodeFacts::of(words, journey.opened.draft.kind, &journey.finished());
    let doubts = code.filter(|_| wrongs.is_empty()).map(|code| code.differences);
    let sheet = journey.sheet(&[]);
    let parts = journey.asked().into_iter().map(|step| Part {
        title: step.title.of(reader.language()),
        address: journey.address(step.name),
        said: said(&sheet.step(step), words),
    });
    let mut frame = reader.frame(words.apply_review()).about_persons();
    frame.here = format!("/drafts/{}/review", journey.opened.draft.id);
    Ok(ReviewPage {
        frame,
        around: Around::of(journey.visitor),
        kind_title: journey.title.clone(),
        steps: journey.links("review"),
        parts: parts.collect(),
        wrongs,
        doubts: doubts.unwrap_or_default(),
        is_unchanged: matches!(purpose, Purpose::Amendment(_))
            && differs.as_ref().is_some_and(Vec::is_empty),
        changes: differs,
        papers: Papers::of_draft(app, reader, &journey.opened).await?,
        onward: match purpose {
            Purpose::Reply(case) if journey.intake.is_some() => {
                Some(reader.link(format_args!("{}/cases/{case}#reply", casework::PATH)))
            }
            Purpose::Reply(case) => {
                Some(reader.link(format_args!("{}/cases/{case}/reply", crate::web::my_page::PATH)))
            }
            _ => None,
        },
        refused,
        action: journey.address("review"),
        delete: journey.address("delete"),
        version: journey.opened.draft.version,
        kept: journey.kept(),
        behalf: journey.behalf(),
    })
}

/// Shows it.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = filer(visitor)?;
    let shown = async {
        let journey = Journey::open(app, &visitor, draft_id(&id)?).await?;
        review(app, &journey, None).await
    };
    let page = shown.await;
    settled(&visitor, page.map(|page| frame::answer(StatusCode::OK, &page.frame, &page)))
}

/// Takes a document, removes one, or sends it all.
#[handler]
pub async fn send(
    visitor: Visitor,
    Path(id): Path<String>,
    upload: Upload,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = filer(visitor)?;
    let (mut sent, file) = match upload.read().await {
        Ok(read) => read,
        Err(failure) => return settled(&visitor, Err(failure)),
    };
    visitor.own(&sent)?;
    let outcome = async {
        let id = draft_id(&id)?;
        let is_sent = |sent: &Sent| matches!(sent.get("deed"), "" | "send");
        if file.is_none() && is_sent(&sent) {
            return submitted(app, &visitor, id, &sent).await;
        }
        let mut journey = Journey::open(app, &visitor, id).await?;
        match take(app, &visitor, &mut journey.opened, (&mut sent, file), &[]).await? {
            Taken::FileRefused(text, status) => {
                let mut page = review(app, &journey, None).await?;
                page.papers.wrong = Some(text);
                Ok(frame::answer(status, &page.frame, &page))
            }
            Taken::Whole | Taken::Stale if is_sent(&sent) => {
                submitted(app, &visitor, id, &sent).await
            }
            Taken::Whole | Taken::Stale => {
                Ok(see(&format!("{}#papers", journey.address("review"))))
            }
        }
    };
    settled(&visitor, outcome.await)
}

async fn submitted(
    app: &App,
    visitor: &SignedIn,
    id: DraftId,
    sent: &Sent,
) -> Result<Response, Failure> {
    let version = sent.get("version").parse().map_err(|_| Failure::stale())?;
    let filed = file(app, visitor, id, version).await;
    let failure = match filed {
        Ok(address) => return Ok(see(&address)),
        Err(failure) => failure,
    };
    let words = visitor.reader.words;
    let refused = match failure.problem() {
        Problem::StaleVersion => Some((words.apply_stale_review().to_owned(), false)),
        // the fields are said one by one
        Problem::InvalidContent | Problem::MalformedBody => None,
        problem if problem.status() < 500 && problem != Problem::NotFound => {
            let told = failure.detail_in(words.language());
            Some((told.unwrap_or(failure.detail()).to_owned(), told.is_none()))
        }
        _ => return Err(failure),
    };
    let status = StatusCode::from_u16(failure.problem().status()).unwrap_or(StatusCode::CONFLICT);
    let status =
        if status == StatusCode::BAD_REQUEST { StatusCode::UNPROCESSABLE_ENTITY } else { status };
    let journey = Journey::open(app, visitor, id).await?;
    let page = review(app, &journey, refused).await?;
    Ok(frame::answer(status, &page.frame, &page))
}

/// Files it; answers where to go on.
async fn file(app: &App, visitor: &SignedIn, id: DraftId, version: i32) -> Result<String, Failure> {
    let caller = &visitor.caller;
    let finish = |is_person| {
        move |kind, application| {
            let form = super::form::of(kind);
            super::values::finished(&form.steps, application, is_person)
        }
    };
    if caller.files_for_others() {
        // what was filed already has no note any more
        let is_person = match intake::actions::of(app, id).await {
            Ok(intake) => intake.applicant.is_person(),
            Err(failure) if failure.problem() == Problem::NotFound => true,
            Err(failure) => return Err(failure),
        };
        let case = intake::actions::submit(app, caller, id, version, finish(is_person)).await?;
        return Ok(visitor.reader.link(format_args!(
            "{}/cases/{}?done=yes",
            casework::PATH,
            case.id
        )));
    }
    let finish = finish(super::is_person(caller));
    let amends = match actions::open(app, caller, id).await {
        Ok(opened) => matches!(opened.draft.purpose, Purpose::Amendment(_)),
        // it was sent before: whichever it was answers what it made
        Err(_) => false,
    };
    let case = if amends {
        sending::amendment(app, caller, sending::Seen { id, version }, finish).await?
    } else {
        actions::submit(app, caller, id, version, finish).await?
    };
    Ok(receipt::address(visitor, case.id))
}
