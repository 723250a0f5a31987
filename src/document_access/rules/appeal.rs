//! Whether there is an appeal against what was answered to a request for access, what may become of one, and what its
//! letters say (offentleglova § 32, forvaltningsloven chapter VI). Pure.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{Writing, is_silently_refused};
use crate::{
    appeal::{model::Timeliness, rules::timeliness},
    document::{Block, Document, date_for_people},
    document_access::model::{Appeal, AppealStatus, Request, Status},
    failure::{Failure, FieldErrors, Problem},
    values::{
        access_code::AccessCode,
        appeal_body::{DecisionType, appeal_body},
        calendar::{end_of_day, oslo_date},
        deadline::{Deadline, DeadlineFlaw, Timer, deadline},
        reminder::Reminder,
    },
};

/// Why there is no appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAppeal {
    /// Nobody has answered, and the time for it is not over.
    NotAnswered,
    /// Everything was given.
    NothingKeptBack,
    /// One waits already.
    Waits,
    /// The appeal body has decided.
    BodyDecided,
    /// Nobody decides appeals against such an answer by the law of its day.
    NoBody,
}

impl From<NoAppeal> for Failure {
    fn from(why: NoAppeal) -> Self {
        let detail = match why {
            NoAppeal::NotAnswered => "The request is not answered yet. Wait for the answer.",
            NoAppeal::NothingKeptBack => "The whole document was given. Nothing is left to appeal.",
            NoAppeal::Waits => "An appeal waits already. Its answer comes at the same address.",
            NoAppeal::BodyDecided => "The appeal body has decided. There is no further appeal.",
            NoAppeal::NoBody => "There is no appeal against this answer.",
        };
        Self::new(Problem::IllegalTransition, detail)
    }
}

/// What an appeal is against: when it was decided, and the time for an appeal; none where that has not begun, since
/// nobody has read the answer or nobody has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Right {
    decided_at: DateTime<Utc>,
    /// The time for an appeal.
    pub period: Option<Deadline>,
}

impl Right {
    /// Whether an appeal that comes in now is in time.
    ///
    /// # Errors
    /// When no rule was in force.
    pub fn is_in_time(&self, now: DateTime<Utc>) -> Result<bool, DeadlineFlaw> {
        Ok(timeliness(now, self.period, self.decided_at)? == Timeliness::InTime)
    }
}

/// The right to appeal against what a request was answered last, with the appeals there were, the oldest first.
///
/// # Errors
/// Why there is none; when no rule was in force.
pub fn right(request: &Request, appeals: &[Appeal], now: DateTime<Utc>) -> Result<Right, Failure> {
    let last = appeals.last();
    if last.is_some_and(|last| last.status.is_open()) {
        return Err(NoAppeal::Waits.into());
    }
    if last.is_some_and(|last| last.forwarded.is_some()) {
        return Err(NoAppeal::BodyDecided.into());
    }
    let closed_at = last.and_then(|last| last.closed_at);
    let right = match request.status {
        Status::Granted => return Err(NoAppeal::NothingKeptBack.into()),
        Status::Received if is_silently_refused(request, oslo_date(now)) => {
            Right { decided_at: end_of_day(request.due_on), period: None }
        }
        Status::Received => return Err(NoAppeal::NotAnswered.into()),
        Status::PartlyGranted | Status::Refused => {
            let answered = request.decided.as_ref().map(|(at, _)| *at);
            let decided_at = closed_at.or(answered).unwrap_or(request.received_at);
            let period = request.opened_at.map(|at| deadline(Timer::Appeal, at)).transpose();
            Right { decided_at, period: period.map_err(Failure::internal)? }
        }
    };
    let day = oslo_date(right.decided_at);
    appeal_body(DecisionType::DocumentAccess, day).ok_or(NoAppeal::NoBody)?;
    Ok(right)
}

/// By when the authority has considered an appeal that comes in on a day; that day where no rule is in force.
pub fn due_on(day: NaiveDate) -> NaiveDate {
    let days = Reminder::AccessAppealHandling.days(day).unwrap_or_default();
    day + Days::new(days.unsigned_abs())
}

/// What is to become of an open appeal.
pub struct Weighing<'a> {
    /// The appeal.
    pub appeal: &'a Appeal,
    /// What.
    pub outcome: AppealStatus,
    /// Code by which something is still kept back.
    pub code: Option<&'static AccessCode>,
    /// Grounds, or what the authority says about the appeal.
    pub grounds: &'a str,
    /// Day and reference of what the appeal body decided.
    pub body_decision: Option<(NaiveDate, &'a str)>,
    /// A version to be released was sent since the appeal came in.
    pub has_file: bool,
    /// The document can be given as it is.
    pub can_be_given_whole: bool,
    /// Today.
    pub today: NaiveDate,
}

/// Refuses what cannot become of an appeal.
///
/// # Errors
/// 409 for an outcome that is not of whom the appeal lies with; 422 with every field that is wrong.
pub fn check(weighing: &Weighing<'_>) -> Result<(), Failure> {
    let is_with_body = weighing.appeal.status == AppealStatus::Forwarded;
    let is_possible = match weighing.outcome {
        AppealStatus::Granted | AppealStatus::PartlyGranted => true,
        AppealStatus::Forwarded | AppealStatus::Dismissed => !is_with_body,
        AppealStatus::Upheld => is_with_body,
        AppealStatus::Received => false,
    };
    if !is_possible {
        let detail = if is_with_body {
            "The appeal lies with the appeal body: write down what it decided."
        } else {
            "The appeal body does not have the appeal: give access, dismiss it, or forward it."
        };
        return Err(Failure::new(Problem::IllegalTransition, detail));
    }
    let mut errors = FieldErrors::new();
    check_code(weighing, &mut errors);
    let lacks_file = match weighing.outcome {
        AppealStatus::PartlyGranted => !weighing.has_file,
        AppealStatus::Granted => !weighing.has_file && !weighing.can_be_given_whole,
        _ => false,
    };
    if lacks_file {
        let detail = "Send the version to be released first; national identity numbers must be blacked out in it.";
        errors.add("/outcome", "no-document", detail);
    }
    if weighing.outcome == AppealStatus::Dismissed && weighing.appeal.in_time {
        let detail = "The appeal came in time. Give access, or forward it.";
        errors.add("/outcome", "not-applicable", detail);
    }
    let says_why = matches!(weighing.outcome, AppealStatus::Forwarded | AppealStatus::Dismissed);
    if says_why && weighing.grounds.trim().is_empty() {
        errors.add("/grounds", "missing", "Say why the answer stands, or why it is dismissed.");
    }
    match weighing.body_decision {
        None if is_with_body => {
            errors.add("/decidedOn", "missing", "Give the day of what the appeal body decided.");
        }
        Some(_) if !is_with_body => {
            errors.add("/decidedOn", "not-applicable", "The appeal body has not decided.");
        }
        Some((day, _)) if day > weighing.today || is_before(weighing.appeal, day) => {
            let detail = "Give a day from when the appeal was sent to the body until today.";
            errors.add("/decidedOn", "range", detail);
        }
        _ => {}
    }
    errors.finish(Some(()))
}

fn is_before(appeal: &Appeal, day: NaiveDate) -> bool {
    appeal.forwarded.is_some_and(|(_, at)| day < oslo_date(at))
}

fn check_code(weighing: &Weighing<'_>, errors: &mut FieldErrors) {
    let needs = matches!(weighing.outcome, AppealStatus::PartlyGranted | AppealStatus::Forwarded);
    let may = needs || weighing.outcome == AppealStatus::Upheld;
    match weighing.code {
        None if needs => {
            let detail = "Say by which code something is kept back (§ 31).";
            errors.add("/accessCode", "missing", detail);
        }
        Some(_) if !may => {
            errors.add("/accessCode", "not-applicable", "Nothing is kept back. Leave it out.");
        }
        Some(code) if !code.holds(weighing.today) => {
            errors.add("/accessCode", "not-in-list", "Choose one of the codes in force.");
        }
        _ => {}
    }
}

/// What a letter about an appeal says.
pub struct LetterFacts<'a> {
    /// Who writes, and about what.
    pub writing: Writing<'a>,
    /// Day of the appeal.
    pub appealed_on: NaiveDate,
    /// What becomes of it.
    pub outcome: AppealStatus,
    /// Code by which something is still kept back.
    pub code: Option<&'static AccessCode>,
    /// Grounds, or what the authority says about the appeal.
    pub grounds: &'a str,
    /// The body the appeal is sent to, or that decided it.
    pub body: Option<&'a str>,
    /// Day and reference of what the body decided; then it is its decision.
    pub body_decision: Option<(NaiveDate, &'a str)>,
    /// Who decides an appeal against this; nobody after the body.
    pub next_body: Option<&'a str>,
    /// Numbers of the documents the body gets.
    pub documents: Vec<String>,
}

/// The letter.
pub fn letter(facts: LetterFacts<'_>) -> Document {
    let writing = facts.writing;
    let body = facts.body.unwrap_or_default();
    let mut blocks = vec![writing.opening("appeal_opening", facts.appealed_on)];
    if let Some((on, reference)) = facts.body_decision {
        let on = date_for_people(on, writing.language);
        let words = [("body", body), ("day", on.as_str()), ("reference", reference)];
        let code = if reference.is_empty() { "appeal_body_decided" } else { "appeal_body_ref" };
        blocks.push(writing.paragraph(code, &words));
    }
    let code = format!("appeal_{}", facts.outcome.code());
    blocks.push(writing.paragraph(&code, &[("body", body)]));
    blocks.extend(facts.code.map(|code| writing.basis("appeal_basis", code)));
    let is_statement = facts.outcome == AppealStatus::Forwarded;
    let heading = if is_statement { "appeal_statement" } else { "grounds" };
    blocks.extend(writing.written(heading, facts.grounds));
    if !facts.documents.is_empty() {
        blocks.push(Block::Heading(writing.say("appeal_documents", &[])));
        blocks.push(Block::List(facts.documents));
    }
    let keeps_back = matches!(facts.outcome, AppealStatus::PartlyGranted | AppealStatus::Dismissed);
    if let Some(next) = facts.next_body.filter(|_| keeps_back) {
        blocks.push(Block::Heading(writing.say("appeal_heading", &[])));
        blocks.push(writing.paragraph("appeal_again", &[("body", next)]));
    } else if facts.body_decision.is_some() && facts.outcome != AppealStatus::Granted {
        blocks.push(writing.paragraph("appeal_final", &[]));
    }
    let subject = if is_statement { "appeal_forwarded_subject" } else { "appeal_subject" };
    writing.letter(subject, blocks)
}

#[cfg(test)]
pub mod tests;
