//! The caseworkers' desk: the queue by deadline, a case with all that is needed to decide it, decisions
//! on several cases at once, and the search for holders. Everything is done by the actions that the
//! operations call. It works without scripts.

pub mod access;
pub mod access_deeds;
pub mod access_one;
mod access_texts;
pub mod appeal;
mod appeal_comment;
mod appeal_registered;
mod appeal_shown;
mod appeal_texts;
mod application;
mod beside;
pub mod bulk;
pub mod case_page;
mod case_texts;
pub mod competence;
pub mod confirmations;
pub mod contacts;
mod correction;
pub mod deeds;
pub mod documents;
pub mod facts;
pub mod fee_appeal;
pub mod fee_files;
pub mod fee_invoice;
mod fee_texts;
pub mod fees;
mod find;
pub mod for_holder;
pub mod holders;
pub mod incoming;
pub mod intake;
pub mod journal;
pub mod kept;
mod letter;
pub mod numbers;
pub mod permit;
pub mod post;
pub mod queue;
mod ring;
pub mod series;
pub mod series_transfer;
pub mod spectrum_fees;
pub mod supervision;
mod texts;
pub mod today;
mod today_others;
mod today_signatures;

pub use fee_texts::state_tone;

use std::sync::LazyLock;

use askama::Template;
use chrono::NaiveDate;
use poem::{Response, handler, http::StatusCode};

use super::{
    frame::{self, Frame},
    sign_in::{SignedIn, Visitor},
    texts::Words,
};
use crate::{
    case::{lifecycle::Status, store::Case},
    failure::{Failure, Problem},
    identity::Role,
    permit::kind::Kind,
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
/// What is due.
pub const TODAY_PATH: &str = "/casework/today";
/// Appeals that wait.
pub const APPEALS_PATH: &str = "/casework/appeals";
/// Applications on paper or by telephone.
pub const INTAKE_PATH: &str = "/casework/intake";
/// Letters to be sent by post.
pub const POST_PATH: &str = "/casework/post";
/// Permits whose holders have not confirmed what is registered.
pub const CONFIRMATIONS_PATH: &str = "/casework/confirmations";
/// A permit.
pub const PERMIT_PATH: &str = "/casework/permits/:id";
/// Where documents are sent into a case.
pub const DOCUMENTS_PATH: &str = "/casework/cases/:id/documents";
/// A document of a case.
pub const DOCUMENT_PATH: &str = "/casework/cases/:id/documents/:document";
/// Where what is done with an appeal is posted.
pub const APPEAL_PATH: &str = "/casework/cases/:id/appeal";
/// The documents of a case for the appeal body.
pub const PACKAGE_PATH: &str = "/casework/cases/:id/appeal-package";
/// A case.
pub const CASE_PATH: &str = "/casework/cases/:id";
/// Requests for access to documents.
pub const ACCESS_PATH: &str = "/casework/access-requests";
/// One of them.
pub const ACCESS_ONE_PATH: &str = "/casework/access-requests/:id";
/// A document of the journal.
pub const JOURNAL_PATH: &str = "/casework/journal/:id";
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

/// A day as browsers send it, or as people write it.
pub(in crate::web) fn day(text: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d.%m.%Y"].iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok())
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
    /// They may open cases by their number; what they typed last, when there is no such case.
    finds: Option<String>,
    /// Keys, and what they do on this page.
    keys: Vec<(&'static str, &'static str)>,
}

impl Inside {
    fn of(visitor: &SignedIn, here: &str) -> Self {
        Self {
            subject: visitor.caller.subject.clone(),
            csrf: visitor.csrf.clone(),
            nav: pages(visitor, here),
            finds: visitor.caller.has_scope(find::SCOPE).then(String::new),
            keys: Vec::new(),
        }
    }

    /// With what keys do on this page besides those of every page.
    fn with_keys(mut self, keys: &[(&'static str, &'static str)]) -> Self {
        self.keys = keys.to_vec();
        self
    }
}

/// Pages of the desk: address, name, and whether it is the one at `here`.
pub fn pages(visitor: &SignedIn, here: &str) -> Vec<(String, &'static str, bool)> {
    let words = visitor.reader.words;
    let desk = [
        (TODAY_PATH, words.cwt_title()),
        (PATH, words.casework()),
        (APPEALS_PATH, words.cwa_title()),
        (INTAKE_PATH, words.cwi_title()),
        (POST_PATH, words.cwp_title()),
        (CONFIRMATIONS_PATH, words.cwcf_title()),
        (ACCESS_PATH, words.cwda_title()),
        (HOLDERS_PATH, words.cw_holders()),
        (series::PATH, words.cws_title()),
        (numbers::PATH, words.cwnr_title()),
        (supervision::REPORTS_PATH, words.sup_reports()),
        (supervision::CASES_PATH, words.sup_cases()),
    ];
    let accounts = [(fees::PATH, words.cwf_fees()), (incoming::PATH, words.cwf_incoming())];
    // administrators have the accounts only
    let desk = desk.into_iter().filter(|_| visitor.caller.is_staff());
    let handles_numbers = visitor.caller.needs_kind(Kind::Numbering).is_ok();
    let desk = desk.filter(|(path, _)| handles_numbers || *path != numbers::PATH);
    desk.chain(accounts)
        .map(|(path, name)| (visitor.reader.link(path), name, path == here))
        .collect()
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
    /// It counts days, and stands on one line.
    is_count: bool,
}

impl Due {
    fn of(words: Words, case: &Case, today: NaiveDate) -> Self {
        let day = words.date(case.due_on);
        if !case.status.is_open() {
            return Self { tone: "", mark: "", text: String::new(), day, is_count: false };
        }
        if case.status == Status::WaitingForApplicant {
            // a day is never broken between two lines
            let whole = |day| words.date(day).replace(' ', "\u{a0}");
            let (tone, mark, text) = match case.waiting_until {
                Some(until) if until < today => ("warn", "⚠ ", words.cw_answer_late(whole(until))),
                Some(until) => ("", "⏸ ", words.cw_answer_by(whole(until))),
                None => ("", "⏸ ", words.cw_stands().to_owned()),
            };
            return Self { tone, mark, text, day, is_count: false };
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
        Self { tone, mark, text, day, is_count: true }
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

#[derive(Template)]
#[template(path = "casework_refused.html", config = "src/web/askama.toml")]
struct RefusedPage {
    frame: Frame,
    inside: Inside,
    text: &'static str,
}

/// What is not for this caseworker, or the page of the failure.
fn refused(visitor: &SignedIn, failure: Failure) -> Response {
    if !can_be_said(&failure) {
        return super::problems::page(&visitor.reader, failure);
    }
    let words = visitor.reader.words;
    let frame = frame_at(visitor, words.not_for_you(), PATH);
    let text = words.case_problem(failure.problem());
    let page = RefusedPage { frame, inside: Inside::of(visitor, ""), text };
    frame::answer(StatusCode::FORBIDDEN, &page.frame, &page)
}

/// Why something was refused, in the reader's language; and what to do, in it where somebody has written that.
#[derive(Debug)]
pub struct Refusal {
    /// Why.
    pub text: &'static str,
    /// What to do.
    pub detail: String,
    /// That is said in English on a page in another language.
    pub is_english: bool,
}

impl Refusal {
    /// Of a failure, with why in the words of the page.
    fn of(words: Words, text: &'static str, failure: &Failure) -> Self {
        let told = failure.detail_in(words.language());
        let detail = told.unwrap_or(failure.detail()).to_owned();
        Self { text, detail, is_english: told.is_none() }
    }

    /// As [`of`](Self::of) in the words that all pages have for a problem, but for the one the page has words of its own for.
    fn but(words: Words, failure: &Failure, (own, text): (Problem, &'static str)) -> Self {
        let problem = failure.problem();
        Self::of(words, if problem == own { text } else { words.case_problem(problem) }, failure)
    }
}

/// The status of a page that is shown again with why something was refused.
fn status_of(failure: &Failure) -> StatusCode {
    StatusCode::from_u16(failure.problem().status()).unwrap_or(StatusCode::CONFLICT)
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
