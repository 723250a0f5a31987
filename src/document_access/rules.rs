//! When a request must be answered, what an answer may be, and what it says; `rules/appeal.rs` has what becomes of appeals,
//! `rules/grounds.rs` fuller grounds of a refusal. Pure.

pub mod appeal;
pub mod grounds;

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};

use super::model::{Request, Status};
use crate::{
    document::{Authority, Block, Document, date_for_people},
    failure::{Failure, FieldErrors},
    values::{
        access_code::AccessCode,
        deadline::{DeadlineFlaw, Timer, deadline},
        language::Language,
        table::Table,
    },
};

static TEXTS: LazyLock<Table<'static>> =
    LazyLock::new(|| Table::new(include_str!("../data/access_answer_texts.tsv")));

/// Last day for the answer: five working days (offentleglova § 32).
///
/// # Errors
/// When no rule was in force that day.
pub fn due_on(received_at: DateTime<Utc>) -> Result<NaiveDate, DeadlineFlaw> {
    Ok(deadline(Timer::DocumentAccessSilence, received_at)?.last_day)
}

/// Nobody has answered in time: that counts as refusal, which can be appealed against.
pub fn is_silently_refused(request: &Request, today: NaiveDate) -> bool {
    request.status == Status::Received && today > request.due_on
}

/// The last day has passed: that of the answer, or that of the fuller grounds that were demanded for it.
pub fn is_overdue(request: &Request, today: NaiveDate) -> bool {
    is_silently_refused(request, today)
        || request.wanting().is_some_and(|fuller| today > fuller.due_on)
}

/// What is needed for an answer.
pub struct Answering {
    /// What it is.
    pub status: Status,
    /// Code that something is kept back by.
    pub code: Option<&'static AccessCode>,
    /// A version with something blacked out is there.
    pub has_file: bool,
    /// The document can be given as it is.
    pub can_be_given_whole: bool,
    /// Today.
    pub today: NaiveDate,
}

/// Refuses an answer that the act does not allow.
///
/// # Errors
/// 422 with every field that is wrong.
pub fn check(answering: &Answering) -> Result<(), Failure> {
    let mut errors = FieldErrors::new();
    let keeps_back = answering.status.keeps_back();
    match answering.code {
        None if keeps_back => {
            errors.add(
                "/accessCode",
                "missing",
                "Say by which code something is kept back (§ 31).",
            );
        }
        Some(_) if !keeps_back => {
            errors.add("/accessCode", "not-applicable", "Nothing is kept back. Leave it out.");
        }
        Some(code) if !code.holds(answering.today) => {
            errors.add("/accessCode", "not-in-list", "Choose one of the codes in force.");
        }
        _ => {}
    }
    let lacks_file = match answering.status {
        Status::PartlyGranted => !answering.has_file,
        Status::Granted => !answering.has_file && !answering.can_be_given_whole,
        Status::Refused | Status::Received => false,
    };
    if lacks_file {
        let detail = "Send the version to be released first; national identity numbers must be blacked out in it.";
        errors.add("/outcome", "no-document", detail);
    }
    if answering.status == Status::Received {
        errors.add("/outcome", "not-in-list", "Grant, grant in part or refuse.");
    }
    errors.finish(Some(()))
}

/// Who writes a letter about access, about what, and when.
pub struct Writing<'a> {
    /// Who writes.
    pub authority: Authority,
    /// Number of the letter, e.g. `2026/000123-6`.
    pub number: String,
    /// Number of the document asked for.
    pub document: String,
    /// Its public title.
    pub title: String,
    /// Language.
    pub language: Language,
    /// Who writes, by the name in the service.
    pub who: &'a str,
    /// Today.
    pub today: NaiveDate,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Writing<'_> {
    fn say(&self, code: &str, words: &[(&str, &str)]) -> String {
        text(code, self.language, self.today, words)
    }

    fn paragraph(&self, code: &str, words: &[(&str, &str)]) -> Block {
        Block::Paragraph(self.say(code, words))
    }

    /// What the letter refers to: something of a day, about the document.
    fn opening(&self, code: &str, day: NaiveDate) -> Block {
        let day = date_for_people(day, self.language);
        self.paragraph(code, &[("day", &day), ("document", &self.document), ("title", &self.title)])
    }

    fn basis(&self, text: &str, code: &AccessCode) -> Block {
        let words = [("citation", code.citation), ("what", code.title(self.language))];
        self.paragraph(text, &words)
    }

    /// What was written, below a heading; nothing where nothing was.
    fn written(&self, heading: &str, text: &str) -> Vec<Block> {
        let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
        let mut blocks: Vec<Block> = parts.map(|part| Block::Paragraph(part.to_owned())).collect();
        if !blocks.is_empty() {
            blocks.insert(0, Block::Heading(self.say(heading, &[])));
        }
        blocks
    }

    /// The letter with these blocks. It names nobody but who writes.
    fn letter(self, subject: &str, mut blocks: Vec<Block>) -> Document {
        blocks.push(self.paragraph("by", &[("who", self.who)]));
        Document {
            language: self.language,
            references: vec![
                (self.say("reference", &[]), self.number.clone()),
                (self.say("date", &[]), date_for_people(self.today, self.language)),
            ],
            title: self.say(subject, &[]),
            number: self.number,
            authority: self.authority,
            recipient: Vec::new(),
            blocks,
            verification: None,
            created_at: self.now,
        }
    }
}

/// What an answer says.
pub struct AnswerFacts<'a> {
    /// Who answers, and about what.
    pub writing: Writing<'a>,
    /// Day of the request.
    pub asked_on: NaiveDate,
    /// What the answer is.
    pub status: Status,
    /// Code that something is kept back by.
    pub code: Option<&'static AccessCode>,
    /// Grounds.
    pub grounds: &'a str,
    /// Who decides an appeal.
    pub body: Option<&'a str>,
}

fn text(code: &str, language: Language, day: NaiveDate, words: &[(&str, &str)]) -> String {
    let row = TEXTS.rows().find(|row| {
        let from: Option<NaiveDate> = row.value("valid_from");
        let until: Option<NaiveDate> = row.value("valid_until");
        row.text("code") == code
            && from.is_some_and(|from| from <= day)
            && until.is_none_or(|until| day < until)
    });
    let mut text = row.map(|row| row.text(language.code()).to_owned()).unwrap_or_default();
    for (name, word) in words {
        text = text.replace(&format!("{{{name}}}"), word);
    }
    text
}

/// The answer as a document.
pub fn answer(facts: AnswerFacts<'_>) -> Document {
    let writing = facts.writing;
    let mut blocks = vec![
        writing.opening("opening", facts.asked_on),
        writing.paragraph(facts.status.code(), &[]),
    ];
    blocks.extend(facts.code.map(|code| writing.basis("basis", code)));
    blocks.extend(writing.written("grounds", facts.grounds));
    if let Some(body) = facts.body.filter(|_| facts.status != Status::Granted) {
        blocks.push(Block::Heading(writing.say("appeal_heading", &[])));
        blocks.push(writing.paragraph("appeal", &[("body", body)]));
    }
    writing.letter("subject", blocks)
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::values::access_code;

    /// A letter of a caseworker.
    pub fn writing(language: Language) -> Writing<'static> {
        Writing {
            authority: Authority { name: "A".to_owned(), contact_lines: vec![] },
            number: "2026/000001-3".to_owned(),
            document: "2026/000001-1".to_owned(),
            title: "T".to_owned(),
            language,
            who: "saksbehandler-1",
            today: day("2026-11-22"),
            now: DateTime::UNIX_EPOCH,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn five_working_days_pass_over_easter_and_weekends() {
        for (received, last) in [
            ("2026-03-16T09:00:00Z", "2026-03-23"),
            ("2026-03-20T09:00:00Z", "2026-03-27"),
            // Maundy Thursday 2 April to Easter Monday 6 April
            ("2026-03-31T09:00:00Z", "2026-04-10"),
            // 17 May is a Sunday; Ascension Day is 14 May
            ("2026-05-11T09:00:00Z", "2026-05-19"),
            // Christmas Day is a Friday, Boxing Day a Saturday; New Year's Day is a Friday
            ("2026-12-23T09:00:00Z", "2026-12-31"),
            ("2026-12-24T09:00:00Z", "2027-01-04"),
        ] {
            let received: DateTime<Utc> = received.parse().expect("a time");
            assert_eq!(due_on(received), Ok(day(last)), "{received}");
        }
    }

    fn answering(status: Status) -> Answering {
        Answering {
            status,
            code: None,
            has_file: false,
            can_be_given_whole: true,
            today: day("2026-11-22"),
        }
    }

    #[test]
    fn what_keeps_something_back_names_its_basis_and_what_gives_something_has_it() {
        let code = access_code::find("13-1");
        assert!(check(&answering(Status::Granted)).is_ok());
        assert!(check(&Answering { code, ..answering(Status::Refused) }).is_ok());
        assert!(check(&answering(Status::Refused)).is_err());
        assert!(check(&Answering { code, ..answering(Status::Granted) }).is_err());
        assert!(check(&Answering { code, ..answering(Status::PartlyGranted) }).is_err());
        let whole = Answering { can_be_given_whole: false, ..answering(Status::Granted) };
        assert!(check(&whole).is_err());
        assert!(check(&answering(Status::Received)).is_err());
    }

    #[test]
    fn an_answer_is_whole_in_every_language() {
        for language in Language::ALL {
            let facts = AnswerFacts {
                writing: writing(language),
                asked_on: day("2026-11-20"),
                status: Status::Refused,
                code: access_code::find("13-1"),
                grounds: "Fordi.\n\nOg derfor.",
                body: Some("departementet"),
            };
            let document = answer(facts);
            let said = serde_json::to_string(&document).expect("JSON");
            for part in ["offl. § 13", "Og derfor.", "departementet", "2026/000001-1"] {
                assert!(said.contains(part), "{part}: {said}");
            }
            assert!(!["{day}", "{body}", "{who}"].iter().any(|gap| said.contains(gap)), "{said}");
            assert!(!document.title.is_empty() && document.recipient.is_empty());
        }
    }
}
