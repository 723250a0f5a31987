//! Several cases granted at once: chosen in the queue, shown with what the rules say, granted with one
//! press. Each case has an outcome of its own; one that has changed meanwhile is told of, not decided.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{CASE_PATH, Inside, PATH, case_id, caseworker, frame_at, queue::chosen};
use crate::{
    app::App,
    case::{
        actions::together::{self, Weighed},
        store,
    },
    failure::{Failure, Problem},
    identity::Sight,
    permit::kind,
    values::ids::CaseId,
    web::{
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor},
        texts::Words,
    },
};

/// Most cases at once: as many as a page of the queue has.
const MOST: usize = 50;

/// A case and what is said of it.
struct Line {
    link: String,
    number: String,
    title: &'static str,
    /// In the reader's language.
    text: String,
    /// Why, and in which language.
    reasons: Vec<String>,
    language: &'static str,
    tone: &'static str,
    /// Id and version, of one that can be granted.
    token: Option<String>,
}

#[derive(Template)]
#[template(path = "casework_bulk.html", config = "src/web/askama.toml")]
struct BulkPage {
    frame: Frame,
    inside: Inside,
    /// Can be granted.
    ready: Vec<Line>,
    /// Must be judged.
    others: Vec<Line>,
    /// What became of each.
    outcomes: Vec<Line>,
}

/// Shows what would be granted, or grants it.
#[handler]
pub async fn grant(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:case.decide")?;
    visitor.own(&form)?;
    let words = visitor.reader.words;
    let mut page = BulkPage {
        frame: frame_at(&visitor, words.cw_bulk_title(), PATH),
        inside: Inside::of(&visitor, PATH),
        ready: Vec::new(),
        others: Vec::new(),
        outcomes: Vec::new(),
    };
    let done = if form.get("deed") == "grant" {
        grant_all(app, &visitor, &form, &mut page).await
    } else {
        weigh_all(app, &visitor, &form, &mut page).await
    };
    match done {
        Ok(()) => Ok(frame::answer(StatusCode::OK, &page.frame, &page)),
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

async fn weigh_all(
    app: &App,
    visitor: &SignedIn,
    form: &Form,
    page: &mut BulkPage,
) -> Result<(), Failure> {
    for id in chosen(form).into_iter().take(MOST) {
        match together::weigh(app, &visitor.caller, id).await {
            Ok(weighed) if weighed.can_be_granted() => {
                let token = format!("{id}:{}", weighed.case.version);
                page.ready.push(Line { token: Some(token), ..line(visitor, &weighed) });
            }
            Ok(weighed) => page.others.push(line(visitor, &weighed)),
            Err(failure) => page.others.push(refused(app, visitor, id, failure).await?),
        }
    }
    Ok(())
}

async fn grant_all(
    app: &App,
    visitor: &SignedIn,
    form: &Form,
    page: &mut BulkPage,
) -> Result<(), Failure> {
    let words = visitor.reader.words;
    for token in form.all("token").take(MOST) {
        let read = token
            .split_once(':')
            .and_then(|(id, version)| Some((case_id(id).ok()?, version.parse::<i32>().ok()?)));
        let Some((id, version)) = read else { continue };
        let outcome = match together::grant(app, &visitor.caller, id, version).await {
            Ok(case) => Line {
                link: link(visitor, id),
                number: case.display_number(),
                title: kind::any(case.kind).title(visitor.reader.language()),
                text: words.cw_bulk_granted().to_owned(),
                reasons: Vec::new(),
                language: "en",
                tone: "ok",
                token: None,
            },
            Err(failure) => refused(app, visitor, id, failure).await?,
        };
        page.outcomes.push(outcome);
    }
    Ok(())
}

fn link(visitor: &SignedIn, id: CaseId) -> String {
    visitor.reader.link(CASE_PATH.replace(":id", &id.to_string()))
}

fn line(visitor: &SignedIn, weighed: &Weighed) -> Line {
    let words = visitor.reader.words;
    Line {
        link: link(visitor, weighed.case.id),
        number: weighed.case.display_number(),
        title: kind::any(weighed.case.kind).title(visitor.reader.language()),
        text: if weighed.is_ready { String::new() } else { words.cw_bulk_ended().to_owned() },
        reasons: weighed.reasons.iter().map(|one| one.text(words.language())).collect(),
        language: words.language().code(),
        tone: "",
        token: None,
    }
}

/// A case that was not granted, and why; what is no answer about the case is a failure of the page.
async fn refused(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    failure: Failure,
) -> Result<Line, Failure> {
    let words = visitor.reader.words;
    let problem = failure.problem();
    if problem.status() >= 500 {
        return Err(failure);
    }
    let (text, reasons) = said(words, &failure);
    let case = store::find(app.db().read(), Sight::All, id).await?;
    let is_stale = problem == Problem::StaleVersion;
    Ok(Line {
        link: link(visitor, id),
        number: case.display_number(),
        title: kind::any(case.kind).title(visitor.reader.language()),
        text,
        reasons,
        language: words.language().code(),
        tone: if is_stale { "warn" } else { "danger" },
        token: None,
    })
}

/// What was refused, and why: the latter only where somebody has written it in the reader's language.
fn said(words: Words, failure: &Failure) -> (String, Vec<String>) {
    let text = match failure.problem() {
        Problem::StaleVersion => return (words.cw_bulk_changed().to_owned(), Vec::new()),
        Problem::Disqualified => words.cw_bulk_own().to_owned(),
        problem => format!("{}. {}", words.cw_bulk_refused(), words.case_problem(problem)),
    };
    let why = failure.detail_in(words.language()).map(str::to_owned);
    (text, why.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::language::Language;

    #[test]
    fn a_refusal_is_said_in_the_language_of_the_reader_and_in_no_other() {
        let taken = ["Det er tatt.", "Det er teke.", "It is taken."];
        for (language, own) in Language::ALL.into_iter().zip(taken) {
            let words = Words(language);
            let told = Failure::in_words(Problem::IdentifierTaken, taken);
            assert_eq!(said(words, &told).1, [own]);
            for problem in [Problem::IllegalTransition, Problem::Disqualified, Problem::Conflict] {
                let (text, why) = said(words, &Failure::new(problem, "Read it again."));
                assert!(!text.is_empty());
                assert_eq!(why.is_empty(), language != Language::English, "{language:?}: {why:?}");
            }
        }
    }
}
