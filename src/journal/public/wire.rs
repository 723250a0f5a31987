//! The public journal in JSON and as rows of a file. It shows what the rules say and nothing else of an entry.

use chrono::NaiveDate;
use poem_openapi::Object;

use crate::{
    journal::{
        model::Journaled,
        rules::{PublicName, public_name},
        wire::AccessView,
    },
    values::{journal_title, language::Language},
};

/// Who a document came from or went to, as the public has it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PublicCorrespondentView {
    /// `organisation`, `authority` (a body that decides appeals), `person`, `withheld` (a natural person who is not
    /// named) or `unknown` (somebody who did not say who they are).
    pub kind: String,
    /// Name; of a natural person only where nothing hides it, and for a year.
    pub name: Option<String>,
    /// Number of an organisation.
    pub organisation_number: Option<String>,
}

/// A document of the public journal.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PublicEntryView {
    /// Number of the document, e.g. `2026/000123-4`; by it access is asked for.
    pub document_number: String,
    /// Number of the case.
    pub case_number: String,
    /// Number in the journal of the year.
    pub journal_number: Option<String>,
    /// Day it was journaled.
    pub journal_date: NaiveDate,
    /// Date the document bears.
    pub document_date: NaiveDate,
    /// `in` or `out`.
    pub direction: String,
    /// What the document is.
    pub title: String,
    /// Kind of permit the case is about, `supervision` or `fees`.
    pub kind: String,
    /// Sender or receiver.
    pub correspondent: PublicCorrespondentView,
    /// What keeps it from the public; absent when nothing does. Access can be asked for all the same.
    pub access: Option<AccessView>,
}

impl PublicEntryView {
    /// Columns of the file.
    pub const COLUMNS: [&'static str; 11] = [
        "journalNumber",
        "documentNumber",
        "caseNumber",
        "journalDate",
        "documentDate",
        "direction",
        "title",
        "kind",
        "correspondent",
        "organisationNumber",
        "accessBasis",
    ];

    /// What the public sees of an entry.
    pub fn of(entry: &Journaled, today: NaiveDate, language: Language) -> Self {
        let (kind, name, organisation_number) = match public_name(entry, today) {
            PublicName::Organisation(name, number) => ("organisation", Some(name), Some(number)),
            PublicName::Authority(name) => ("authority", Some(name), None),
            PublicName::Person(name) => ("person", Some(name), None),
            PublicName::Withheld => ("withheld", None, None),
            PublicName::Unknown => ("unknown", None, None),
        };
        Self {
            document_number: entry.display(),
            case_number: entry.case_display(),
            journal_number: entry.journal_display(),
            journal_date: entry.day,
            document_date: entry.document_date,
            direction: entry.direction.code().to_owned(),
            title: title(entry, language),
            kind: entry.subject.code().to_owned(),
            correspondent: PublicCorrespondentView {
                kind: kind.to_owned(),
                name,
                organisation_number,
            },
            access: entry.access().map(|code| AccessView::of(code, language)),
        }
    }

    /// The same as cells of the file.
    pub fn cells(&self) -> [String; 11] {
        let who = &self.correspondent;
        [
            self.journal_number.clone().unwrap_or_default(),
            self.document_number.clone(),
            self.case_number.clone(),
            self.journal_date.to_string(),
            self.document_date.to_string(),
            self.direction.clone(),
            self.title.clone(),
            self.kind.clone(),
            who.name.clone().unwrap_or_default(),
            who.organisation_number.clone().unwrap_or_default(),
            self.access.as_ref().map(|access| access.basis.clone()).unwrap_or_default(),
        ]
    }
}

/// The public title of a document: what it is, and the kind of permit. It names nobody.
pub fn title(entry: &Journaled, language: Language) -> String {
    let what = journal_title::in_language(&entry.title, language);
    format!("{what} – {}", entry.subject.title(language))
}

/// A page of the public journal, the newest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PublicJournalPage {
    /// The documents of this page.
    pub items: Vec<PublicEntryView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}
