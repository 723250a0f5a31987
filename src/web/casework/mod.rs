//! The caseworkers' desk: the queue by deadline, a case with all that is needed to decide it, decisions
//! on several cases at once, and the search for holders. Everything is done by the actions that the
//! operations call. It works without scripts.

mod application;
pub mod bulk;
pub mod case_page;
mod case_texts;
pub mod deeds;
mod facts;
pub mod holders;
mod letter;
pub mod queue;
mod texts;

use std::sync::LazyLock;

use chrono::NaiveDate;
use poem::{Response, handler};

use super::{
    frame::{self, Frame},
    sign_in::{SignedIn, Visitor},
    texts::Words,
};
use crate::{
    case::{lifecycle::Status, store::Case},
    failure::{Failure, Problem},
    identity::Role,
    values::ids::CaseId,
};

/// The queue, below the language.
pub const PATH: &str = "/casework";
/// Where views are kept and deleted.
pub const VIEWS_PATH: &str = "/casework/views";
/// Where several cases are granted.
pub const BULK_PATH: &str = "/casework/bulk";
/// The search for holders.
pub const HOLDERS_PATH: &str = "/casework/holders";
/// A case.
pub const CASE_PATH: &str = "/casework/cases/:id";
/// Where what is done with a case is posted.
pub const DEED_PATH: &str = "/casework/cases/:id/deed";
/// Where the style sheet is served.
pub const STYLE_PATH: &str = "/assets/casework.css";
const STYLE: &str = include_str!("../assets/casework.css");

static STYLE_ADDRESS: LazyLock<String> = LazyLock::new(|| frame::versioned(STYLE_PATH, STYLE));

/// Address of the style sheet.
pub fn style_address() -> &'static str {
    &STYLE_ADDRESS
}

/// The style sheet.
#[handler]
pub fn style() -> Response {
    super::asset("text/css; charset=utf-8", STYLE)
}

/// A caseworker with this scope; anybody else gets the answer that is the failure.
fn caseworker(visitor: Visitor, scope: &str) -> poem::Result<SignedIn> {
    visitor.needs(&[Role::Caseworker, Role::Supervisor], scope)
}

fn case_id(text: &str) -> Result<CaseId, Failure> {
    CaseId::parse(text).map_err(|_| Failure::not_found())
}

/// What every page of the desk has.
struct Inside {
    subject: String,
    csrf: String,
    /// Pages of the desk: address, name, and whether it is this one.
    nav: Vec<(String, &'static str, bool)>,
}

impl Inside {
    fn of(visitor: &SignedIn, here: &str) -> Self {
        let words = visitor.reader.words;
        let pages = [(PATH, words.casework()), (HOLDERS_PATH, words.cw_holders())];
        Self {
            subject: visitor.caller.subject.clone(),
            csrf: visitor.csrf.clone(),
            nav: pages
                .into_iter()
                .map(|(path, name)| (visitor.reader.link(path), name, path == here))
                .collect(),
        }
    }
}

/// What stands around a page that is the answer to a post: in the other languages `path` is opened.
fn frame_at(visitor: &SignedIn, title: impl Into<String>, path: &str) -> Frame {
    let mut frame = visitor.reader.frame(title).about_persons();
    path.clone_into(&mut frame.here);
    frame
}

/// A deadline as people read it: a colour, what it says, and the day.
struct Due {
    tone: &'static str,
    /// Says the same as the colour.
    mark: &'static str,
    text: String,
    day: String,
}

impl Due {
    fn of(words: Words, case: &Case, today: NaiveDate) -> Self {
        let day = words.date(case.due_on);
        if !case.status.is_open() {
            return Self { tone: "", mark: "", text: String::new(), day };
        }
        if case.status == Status::WaitingForApplicant {
            let (tone, mark, text) = match case.waiting_until {
                Some(until) if until < today => {
                    ("warn", "⚠ ", words.cw_answer_late(words.date(until)))
                }
                Some(until) => ("", "⏸ ", words.cw_answer_by(words.date(until))),
                None => ("", "⏸ ", words.cw_stands().to_owned()),
            };
            return Self { tone, mark, text, day };
        }
        let left = (case.due_on - today).num_days();
        let (tone, mark) = match left {
            ..0 => ("danger", "⚠ "),
            0..=6 => ("warn", ""),
            _ => ("", ""),
        };
        let text = match left {
            -1 => words.cw_overdue_day().to_owned(),
            ..-1 => words.cw_overdue_days(-left),
            0 => words.cw_due_today().to_owned(),
            1 => words.cw_due_day().to_owned(),
            _ => words.cw_due_days(left),
        };
        Self { tone, mark, text, day }
    }
}

fn status_tone(status: Status) -> &'static str {
    match status {
        Status::Submitted => "accent",
        Status::Granted | Status::PartlyGranted => "ok",
        Status::Refused | Status::Dismissed => "danger",
        Status::WaitingForApplicant => "warn",
        Status::Appealed | Status::Forwarded => "warn",
        Status::UnderReview | Status::Withdrawn | Status::Upheld | Status::Reversed => "",
    }
}

/// Something the caller did wrong, which a page can say; anything else is a failure of its own.
fn can_be_said(failure: &Failure) -> bool {
    failure.problem().status() < 500 && failure.problem() != Problem::NotFound
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{case::model::Purpose, values::language::Language};

    #[test]
    fn every_state_and_purpose_has_words_in_every_language() {
        for words in Language::ALL.map(Words) {
            for status in Status::ALL {
                assert_ne!(words.case_status(status), status.code());
            }
            for purpose in Purpose::ALL {
                assert_ne!(words.case_purpose(purpose), purpose.code());
            }
        }
    }
}
