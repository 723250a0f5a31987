//! The journal in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{model::Journaled, store::access::AccessChange};
use crate::values::{access_code::AccessCode, language::Language};

/// An access code with its provision.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct AccessView {
    /// Code, e.g. `13-1`.
    pub code: String,
    /// The provision with paragraph and number.
    pub basis: String,
    /// What it protects.
    pub title: String,
}

impl AccessView {
    /// The view of a code in a language.
    pub fn of(code: &AccessCode, language: Language) -> Self {
        Self {
            code: code.code.to_owned(),
            basis: code.citation.to_owned(),
            title: code.title(language).to_owned(),
        }
    }
}

/// A document in the journal.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct EntryView {
    /// Id.
    pub id: String,
    /// Number of the document within its case.
    pub number: i32,
    /// Number people use, e.g. `2026/000123-4`.
    pub document_number: String,
    /// Number in the journal of the year, e.g. `25367/2026`; given a moment after the document was entered.
    pub journal_number: Option<String>,
    /// Id of the case.
    pub case_id: String,
    /// `in`, `out` or `internal`.
    pub direction: String,
    /// Title, without names of persons.
    pub title: String,
    /// Sender or receiver.
    pub correspondent: Option<String>,
    /// Day it was journaled.
    pub journal_date: NaiveDate,
    /// Date the document bears.
    pub document_date: NaiveDate,
    /// What keeps it from the public; absent when nothing does.
    pub access: Option<AccessView>,
    /// Who entered it.
    pub actor: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl EntryView {
    /// The view of an entry, for caseworkers.
    pub fn of(entry: Journaled) -> Self {
        Self {
            id: entry.id.to_string(),
            number: entry.number,
            document_number: entry.display(),
            journal_number: entry.journal_display(),
            case_id: entry.case.to_string(),
            direction: entry.direction.code().to_owned(),
            access: entry.access().map(|code| AccessView::of(code, Language::Bokmal)),
            correspondent: entry.correspondent.map(|who| who.name),
            title: entry.title,
            journal_date: entry.day,
            document_date: entry.document_date,
            actor: entry.actor,
            at: entry.at,
        }
    }
}

/// A page of the journal, oldest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct JournalPage {
    /// The entries of this page.
    pub items: Vec<EntryView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// A change of an access code.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct AccessChangeView {
    /// Code before; absent when the document was public.
    pub code_before: Option<String>,
    /// Code from then on; absent when the document is public.
    pub code: Option<String>,
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A document in the journal with the changes of its access code.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct JournalEntryView {
    /// The document.
    pub entry: EntryView,
    /// Changes of its access code, the oldest first.
    pub access_changes: Vec<AccessChangeView>,
}

impl JournalEntryView {
    /// The view of an entry and its changes.
    pub fn of(entry: Journaled, changes: Vec<AccessChange>) -> Self {
        let access_changes = changes
            .into_iter()
            .map(|change| AccessChangeView {
                code_before: change.code_before,
                code: change.code,
                reason: change.reason,
                actor: change.actor,
                at: change.at,
            })
            .collect();
        Self { entry: EntryView::of(entry), access_changes }
    }
}

/// Another access code for a document.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessForm {
    /// Code in force today; left out to make the document public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 10))]
    pub access_code: Option<String>,
    /// Why it is changed. Name no persons.
    #[validate(length(min = 1, max = 1000))]
    pub reason: String,
}
