//! Letters in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;

use super::{actions, store::Letter};
use crate::{
    document::{Block, Document},
    failure::Failure,
};

/// A letter in a list.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct LetterSummary {
    /// Id.
    pub id: String,
    /// Number of the document, e.g. `2026/000123-4`, or of the invoice.
    pub number: String,
    /// Id of its case; none for invoices.
    pub case_id: Option<String>,
    /// `decision`, `informationRequest`, `provisionalAnswer`, `appealForwarded`, `appealNotice`, `appealDecision`, `invoice`,
    /// `creditNote` or `paymentReminder`; `advanceNotice` of what is considered, and `caseClosed` when nothing comes of it; from
    /// supervision `advanceNotice`, `order`, `coerciveFine` or `supervisionClosed`.
    pub kind: String,
    /// Subject.
    pub subject: String,
    /// Language it is written in: `nb`, `nn` or `en`.
    pub language: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// When the addressee first read it; none while they have not.
    pub opened_at: Option<DateTime<Utc>>,
    /// True when what it tells of can be appealed against.
    pub can_be_appealed: bool,
    /// Last day to appeal; none before it is opened, and where there is no appeal.
    pub appeal_until: Option<NaiveDate>,
    /// SHA-256 of what it says, as it stands in the sealed log.
    pub content_sha256: String,
    /// SHA-256 of its file, once that is made.
    pub file_sha256: Option<String>,
}

impl LetterSummary {
    /// The summary of a letter and what it says.
    ///
    /// # Errors
    /// When no rule for its time limit was in force.
    pub fn of(letter: &Letter, document: &Document) -> Result<Self, Failure> {
        Ok(Self {
            id: letter.id.to_string(),
            number: document.number.clone(),
            case_id: letter.place.map(|(case, _)| case.to_string()),
            kind: letter.kind.code().to_owned(),
            subject: document.title.clone(),
            language: letter.language.code().to_owned(),
            sent_at: letter.sent_at,
            opened_at: letter.opened_at,
            can_be_appealed: letter.appeal_body.is_some(),
            appeal_until: actions::appeal_period(letter)?.map(|period| period.last_day),
            content_sha256: hex::encode(&letter.sha256),
            file_sha256: letter.file_sha256.as_ref().map(hex::encode),
        })
    }
}

/// A page of letters, the newest first.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct LetterPage {
    /// The letters of this page.
    pub items: Vec<LetterSummary>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// A letter with what it says.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct LetterView {
    /// The letter.
    #[oai(flatten)]
    pub summary: LetterSummary,
    /// Who wrote it.
    pub sender: String,
    /// Name and address of the addressee, line by line.
    pub recipient: Vec<String>,
    /// What it says, in reading order.
    pub blocks: Vec<BlockView>,
}

impl LetterView {
    /// The view of a letter.
    ///
    /// # Errors
    /// As [`LetterSummary::of`].
    pub fn of(letter: &Letter, document: &Document) -> Result<Self, Failure> {
        Ok(Self {
            summary: LetterSummary::of(letter, document)?,
            sender: document.authority.name.clone(),
            recipient: document.recipient.clone(),
            blocks: document.blocks.iter().map(BlockView::of).collect(),
        })
    }
}

/// A letter as it would be; nothing of it is sent or kept.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct LetterDraft {
    /// Subject.
    pub subject: String,
    /// Language it is written in: `nb`, `nn` or `en`.
    pub language: String,
    /// Who it would go to: name and address, line by line.
    pub recipient: Vec<String>,
    /// What it would say, in reading order; the first part says that it is a draft.
    pub blocks: Vec<BlockView>,
}

impl LetterDraft {
    /// The view of a letter that is not sent.
    pub fn of(document: &Document) -> Self {
        Self {
            subject: document.title.clone(),
            language: document.language.code().to_owned(),
            recipient: document.recipient.clone(),
            blocks: document.blocks.iter().map(BlockView::of).collect(),
        }
    }
}

/// The letters that a step would send.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct LetterDrafts {
    /// The letters.
    pub items: Vec<LetterDraft>,
}

/// A part of a letter.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct BlockView {
    /// `heading`, `paragraph`, `facts`, `table`, `list` or `note`.
    pub part: String,
    /// Text of a heading, paragraph or note.
    pub text: Option<String>,
    /// Headings of the columns of a table.
    pub columns: Option<Vec<String>>,
    /// Rows of a table; of facts, label and value each; of a list, its items.
    pub rows: Option<Vec<Vec<String>>>,
}

impl BlockView {
    fn of(block: &Block) -> Self {
        let text = |part: &str, text: &String| Self {
            part: part.to_owned(),
            text: Some(text.clone()),
            ..Self::default()
        };
        let rows = |part: &str, rows: Vec<Vec<String>>| Self {
            part: part.to_owned(),
            rows: Some(rows),
            ..Self::default()
        };
        match block {
            Block::Heading(own) => text("heading", own),
            Block::Paragraph(own) => text("paragraph", own),
            Block::Note(own) => text("note", own),
            Block::Facts(facts) => {
                let pairs = facts.iter().map(|(label, value)| vec![label.clone(), value.clone()]);
                rows("facts", pairs.collect())
            }
            Block::List(items) => rows("list", items.iter().map(|one| vec![one.clone()]).collect()),
            Block::Table { columns, rows: own } => {
                Self { columns: Some(columns.clone()), ..rows("table", own.clone()) }
            }
        }
    }
}
