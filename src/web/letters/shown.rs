//! What the pages of letters show, as the templates take it.

use crate::{
    document::{Block, Document, tidy},
    failure::Failure,
    letter::{actions, store::Letter},
    web::frame::Reader,
};

/// A letter in the list.
pub struct Row {
    /// Where it is read.
    pub address: String,
    /// Subject.
    pub subject: String,
    /// Language of the subject.
    pub language: &'static str,
    /// Number.
    pub number: String,
    /// When it was sent.
    pub sent: String,
    /// When it was opened; nothing while it is not.
    pub opened: Option<String>,
    /// Last day to appeal.
    pub appeal_until: Option<String>,
}

impl Row {
    /// The row of a letter.
    ///
    /// # Errors
    /// When no rule for its time limit was in force.
    pub fn of(reader: &Reader, letter: &Letter, document: &Document) -> Result<Self, Failure> {
        let words = reader.words;
        let period = actions::appeal_period(letter)?;
        Ok(Self {
            address: reader.link(format_args!("{}/{}", super::PATH, letter.id)),
            subject: tidy(&document.title),
            language: document.language.code(),
            number: document.number.clone(),
            sent: words.moment(letter.sent_at),
            opened: letter.opened_at.map(|at| words.moment(at)),
            appeal_until: period.map(|period| words.date(period.last_day)),
        })
    }
}

/// A part of a letter. Which of the lists are filled follows from what it is.
#[derive(Default)]
pub struct Part {
    /// `heading`, `paragraph`, `note`, `facts`, `list` or `table`.
    pub what: &'static str,
    /// Text of the first three.
    pub text: String,
    /// Label and value of facts.
    pub facts: Vec<(String, String)>,
    /// Items of a list.
    pub items: Vec<String>,
    /// Headings of the columns of a table, and its name for those who hear it.
    pub columns: Vec<String>,
    /// Rows of a table.
    pub rows: Vec<Vec<String>>,
}

impl Part {
    /// The part of a block, its text as in the file.
    pub fn of(block: &Block) -> Self {
        let texts = |texts: &[String]| texts.iter().map(|text| tidy(text)).collect::<Vec<_>>();
        match block {
            Block::Heading(text) => Self { what: "heading", text: tidy(text), ..Self::default() },
            Block::Paragraph(text) => {
                Self { what: "paragraph", text: tidy(text), ..Self::default() }
            }
            Block::Note(text) => Self { what: "note", text: tidy(text), ..Self::default() },
            Block::Facts(facts) => Self {
                what: "facts",
                facts: facts.iter().map(|(label, value)| (tidy(label), tidy(value))).collect(),
                ..Self::default()
            },
            Block::List(items) => Self { what: "list", items: texts(items), ..Self::default() },
            Block::Table { columns, rows } => Self {
                what: "table",
                columns: texts(columns),
                rows: rows.iter().map(|row| texts(row)).collect(),
                ..Self::default()
            },
        }
    }

    /// Name of a table.
    pub fn name(&self) -> String {
        self.columns.join(", ")
    }
}
