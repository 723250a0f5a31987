//! Supervision at the caseworkers' desk: reports of interference by the time they are due, what becomes of one, the
//! supervision cases, and a case with its steps. Everything is done by the actions that the operations call.

pub mod case;
pub mod cases;
mod deed_forms;
mod deeds;
pub mod report;
pub mod reports;
mod texts;

use poem::http::StatusCode;

use super::{Inside, caseworker, frame_at, status_of};
use crate::{
    failure::{Failure, Problem},
    interference::{model::Severity, rules},
    supervision::{lifecycle::Status, model::Outcome},
    web::{form::Form, frame::Reader, problems, sign_in::SignedIn, texts::Words},
};

/// Reports nobody has decided about, below the language.
pub const REPORTS_PATH: &str = "/casework/interference-reports";
/// A report.
pub const REPORT_PATH: &str = "/casework/interference-reports/:id";
/// Where what becomes of it is posted.
pub const REPORT_DEED_PATH: &str = "/casework/interference-reports/:id/deed";
/// Supervision cases, and where a new one is posted.
pub const CASES_PATH: &str = "/casework/supervision-cases";
/// A supervision case.
pub const CASE_PATH: &str = "/casework/supervision-cases/:id";
/// Where what is done with it is posted.
pub const CASE_DEED_PATH: &str = "/casework/supervision-cases/:id/deed";
/// The documents of the case of a decision, for the appeal body.
pub const PACKAGE_PATH: &str = "/casework/supervision-decisions/:id/appeal-package";

/// What a token needs for all of it.
pub const SCOPE: &str = "anrop:supervision";

/// What was tried and could not be done.
#[derive(Default)]
struct Undone {
    /// Which of the forms.
    deed: String,
    /// Something it was to be done to.
    target: String,
    /// Why, in the reader's language, and in English with what to do.
    refused: Option<(String, String)>,
    /// Fields that are wrong.
    wrongs: Vec<(&'static str, String)>,
}

impl Undone {
    fn of(words: Words, form: &Form, failure: &Failure) -> Self {
        let text = match failure.problem() {
            Problem::StaleVersion => words.sup_changed(),
            other => words.case_problem(other),
        };
        Self {
            deed: form.get("deed").to_owned(),
            target: form.get("target").to_owned(),
            refused: Some((text.to_owned(), failure.detail().to_owned())),
            wrongs: failure.fields().iter().map(|field| wrong(words, &field.pointer)).collect(),
        }
    }
}

/// The field of a pointer, and what is wrong with it.
fn wrong(words: Words, pointer: &str) -> (&'static str, String) {
    let (name, text) = match pointer {
        "/matter" => ("matter", words.sup_wrong_text()),
        "/respondent" | "/respondent/holderId" => ("holder", words.sup_wrong_id()),
        "/permitId" => ("permit", words.sup_wrong_id()),
        "/supervisionCaseId" => ("case", words.sup_wrong_choice()),
        "/severity" => ("severity", words.sup_wrong_choice()),
        "/outcome" => ("outcome", words.sup_wrong_choice()),
        "/dueOn" => ("due", words.sup_wrong_later()),
        "/runsFrom" => ("from", words.sup_wrong_from()),
        "/receivedOn" => ("came", words.sup_wrong_past()),
        "/postedOn" => ("posted", words.cwa_wrong_posted()),
        "/lateReason" => ("late", words.cwa_wrong_late()),
        "/deferral" => ("deferral", words.sup_wrong_text()),
        "/correctedOn" => ("corrected", words.sup_wrong_past()),
        "/decidedOn" => ("decided", words.sup_wrong_past()),
        "/bodyReference" => ("reference", words.sup_wrong_text()),
        "/amountOre" => ("amount", words.sup_wrong_amount()),
        "/maximumOre" => ("maximum", words.sup_wrong_maximum()),
        "/withoutNotice" => ("without", words.sup_wrong_notice()),
        "/grounds" => ("grounds", words.sup_wrong_text()),
        "/reason" => ("reason", words.sup_wrong_text()),
        "/measuredAt" => ("day", words.sup_wrong_past()),
        "/site" => ("site", words.sup_wrong_text()),
        "/latitude" => ("latitude", words.intf_wrong_position()),
        "/longitude" => ("longitude", words.intf_wrong_position()),
        "/frequencyHertz" => ("frequency", words.intf_wrong_frequency()),
        "/level" => ("level", words.sup_wrong_level()),
        "/levelUnit" => ("unit", words.sup_wrong_choice()),
        "/bandwidthHertz" => ("bandwidth", words.intf_wrong_frequency()),
        "/equipment" => ("equipment", words.sup_wrong_text()),
        "/measuredBy" => ("by", words.sup_wrong_text()),
        "/assignee" => ("assignee", words.sup_wrong_text()),
        _ => ("text", words.sup_wrong_text()),
    };
    (name, text.to_owned())
}

fn severity_tone(severity: Severity) -> &'static str {
    match severity {
        Severity::LifeAndSafety => "danger",
        Severity::Societal => "warn",
        Severity::Business | Severity::Nuisance => "",
    }
}

fn status_tone(status: Status) -> &'static str {
    match status {
        Status::Open => "accent",
        Status::Noticed | Status::Ordered => "warn",
        Status::Fined => "danger",
        Status::Corrected => "ok",
        Status::Closed => "",
    }
}

impl Words {
    /// State of a supervision case.
    const fn sup_state(self, status: Status) -> &'static str {
        match status {
            Status::Open => self.choose("Undersøkes", "Blir undersøkt", "Looked into"),
            Status::Noticed => self.choose("Varslet", "Varsla", "Notice given"),
            Status::Ordered => self.choose("Pålegg gitt", "Pålegg gjeve", "Ordered"),
            Status::Fined => self.choose("Tvangsmulkt", "Tvangsmulkt", "Coercive fine"),
            Status::Corrected => self.choose("Rettet", "Retta", "Corrected"),
            Status::Closed => self.choose("Avsluttet", "Avslutta", "Closed"),
        }
    }

    /// How a supervision case ended.
    const fn sup_outcome(self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Corrected => {
                self.choose("Forholdet er rettet", "Forholdet er retta", "The matter is corrected")
            }
            Outcome::NoBreach => self.choose(
                "Ikke brudd på reglene",
                "Ikkje brot på reglane",
                "No breach of the rules",
            ),
            Outcome::Discontinued => {
                self.choose("Går ikke videre", "Går ikkje vidare", "Not gone on with")
            }
        }
    }
}

/// A county as people read it.
fn county(words: Words, county: &str) -> String {
    if county == rules::NO_COUNTY {
        words.intf_county_other().to_owned()
    } else {
        county.to_owned()
    }
}

/// Frequencies in megahertz.
fn range(words: Words, (lower, upper): (u64, u64)) -> String {
    #[allow(clippy::cast_precision_loss)] // frequencies are far below 2^52
    let megahertz = |hertz: u64| words.decimal(hertz as f64 / 1e6, 6);
    if lower == upper {
        format!("{} MHz", megahertz(lower))
    } else {
        format!("{}–{} MHz", megahertz(lower), megahertz(upper))
    }
}

fn visitor_link(reader: &Reader, path: &str, id: impl std::fmt::Display) -> String {
    reader.link(path.replace(":id", &id.to_string()))
}

/// The version the form was made at.
fn version(form: &Form) -> Result<i32, Failure> {
    form.get("version").parse().map_err(|_| Failure::stale())
}

fn given(form: &Form, name: &str) -> Option<String> {
    Some(form.get(name).to_owned()).filter(|text| !text.is_empty())
}

fn can_be_said(failure: &Failure) -> bool {
    super::can_be_said(failure)
}

/// How the page that a form was sent from is shown again, with what could not be done.
///
/// # Errors
/// The page of the failure, where it is none that the form can say.
fn undone(reader: &Reader, form: &Form, failure: Failure) -> poem::Result<(StatusCode, Undone)> {
    if !can_be_said(&failure) {
        return Err(poem::Error::from_response(problems::page(reader, failure)));
    }
    Ok((status_of(&failure), Undone::of(reader.words, form, &failure)))
}

fn supervisor(visitor: &SignedIn) -> bool {
    visitor.caller.is(crate::identity::Role::Supervisor)
}
