//! What a document says, free of how it looks: the one source of the PDF and of the HTML page.
//!
//! Pure data. It must not know fonts, sizes, markup or where the facts came from. Letters are kept as this data: members
//! may be added, never renamed.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::values::language::Language;

/// A document ready to be rendered. All texts are plain text; `\n` in a paragraph or a cell begins a new line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// The language all texts are written in; it also chooses the fixed words (`Page 1 of 2`).
    pub language: Language,
    /// The document's own number, printed at the foot of every page, e.g. `2026/000123-4`.
    pub number: String,
    /// What the document is, e.g. `Permit for a personal locator beacon`.
    pub title: String,
    /// Who issues it.
    pub authority: Authority,
    /// Reference lines as label and value: our reference, your reference, date.
    pub references: Vec<(String, String)>,
    /// The recipient's address block, one line each; empty when the document is addressed to nobody.
    pub recipient: Vec<String>,
    /// The content, in reading order.
    pub blocks: Vec<Block>,
    /// How a reader checks that the document is genuine and still in force.
    pub verification: Option<Verification>,
    /// When the document was made; becomes the PDF's creation date (whole seconds).
    pub created_at: DateTime<Utc>,
}

/// The letterhead: the issuing authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authority {
    /// The authority's name in the document's language.
    pub name: String,
    /// Address, telephone, web site and organisation number, one short line each.
    pub contact_lines: Vec<String>,
}

/// One part of a document's content.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Block {
    /// A heading below the title; there is one level only.
    Heading(String),
    Paragraph(String),
    /// Facts as label and value, each on a line of its own.
    Facts(Vec<(String, String)>),
    /// A table with column headings. A row shorter than the columns is filled with empty cells; surplus cells are kept.
    Table {
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    /// A numbered list, so that a condition can be referred to by its number.
    List(Vec<String>),
    /// A remark set apart in smaller type.
    Note(String),
}

/// Where and with which code a document is checked against the registry.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// The address in the QR code and in print; should be short (below about 100 characters) to stay readable.
    pub url: String,
    /// The code a person types when no camera is at hand.
    pub code: String,
    /// A sentence that says what the address and the code are for.
    pub caption: String,
}

// The three types below hold names, addresses or a secret code, so their `Debug` shows none of their texts.

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Document")
            .field("number", &self.number)
            .field("language", &self.language)
            .field("blocks", &self.blocks)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Heading(_) => "Heading(..)",
            Self::Paragraph(_) => "Paragraph(..)",
            Self::Facts(_) => "Facts(..)",
            Self::Table { .. } => "Table(..)",
            Self::List(_) => "List(..)",
            Self::Note(_) => "Note(..)",
        })
    }
}

impl fmt::Debug for Verification {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Verification(..)")
    }
}
