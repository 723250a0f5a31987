//! A page that is one step of a form: shown, sent, and shown again with what is wrong; what contacts, own data and
//! the acceptance of a transfer have in common.

use askama::Template;
use poem::{Response, http::StatusCode};
use serde_json::{Value, json};

use super::{Notice, notice};
use crate::{
    failure::Failure,
    web::{
        apply::{
            Around, Wrong,
            flow::typed,
            form::Step,
            values,
            view::{Sheet, Shown},
        },
        form::Form as Sent,
        frame::{self, Frame},
        sign_in::{SignedIn, see},
    },
};

/// The page.
#[derive(Template)]
#[template(path = "my_page/entry.html", config = "src/web/askama.toml")]
pub struct EntryPage {
    /// As of every page.
    pub frame: Frame,
    /// Around it.
    pub around: Around,
    pub(super) notice: Option<Notice>,
    /// What the reader wrote elsewhere that could not be sent.
    pub(super) unsent: Option<String>,
    /// Where the page leads back to: address and name.
    pub up: (String, String),
    /// What is said first.
    pub lead: String,
    /// What there is to know before it is filled in.
    pub facts: Vec<(&'static str, String)>,
    /// What is said below that.
    pub texts: Vec<String>,
    /// Where it is sent.
    pub action: String,
    /// Version that was read.
    pub version: i32,
    /// Fields.
    pub fields: Vec<Shown>,
    /// What is wrong.
    pub wrongs: Vec<Wrong>,
    /// Name of the button.
    pub save: &'static str,
}

/// What stands in the fields, and what is wrong with it.
pub struct Filled<'a> {
    /// The step.
    pub step: &'static Step,
    /// Whether a person fills it in.
    pub is_person: bool,
    /// What stands in it.
    pub typed: &'a Value,
    /// Why it was not taken.
    pub failure: Option<&'a Failure>,
    /// A list that gets one more item.
    pub grows: Option<&'a str>,
}

impl Filled<'_> {
    /// The fields, as they are shown.
    pub fn fields(&self, visitor: &SignedIn) -> Vec<Shown> {
        let sheet = Sheet {
            words: visitor.reader.words,
            application: self.typed,
            is_person: self.is_person,
            errors: self.failure.map(Failure::fields).unwrap_or_default(),
            grows: self.grows,
        };
        sheet.step(self.step)
    }
}

/// What was sent for a step.
pub fn sent_for(step: &'static Step, sent: &Sent, is_person: bool) -> Value {
    let mut application = json!({});
    values::take(step, &typed(sent), &mut application, is_person);
    application
}

/// Everything that is wrong with the fields of a page.
fn wrongs_of(fields: &[Shown]) -> Vec<Wrong> {
    let all = fields.iter().flat_map(Shown::all);
    all.flat_map(|(field, label)| {
        let address = Some(format!("#{}", field.id));
        field.errors.iter().map(move |found| Wrong {
            address: address.clone(),
            label: label.clone(),
            found: found.clone(),
        })
    })
    .collect()
}

impl EntryPage {
    /// The page as it is.
    pub fn answer(self) -> Response {
        frame::answer(StatusCode::OK, &self.frame, &self)
    }
}

/// The answer to what was sent and taken: on to another page.
pub fn done(visitor: &SignedIn, path: &str) -> Response {
    see(&visitor.reader.link(path))
}

/// The answer to what was not taken: the page with what is wrong.
///
/// # Errors
/// The failure that a page of its own must be made of.
pub fn again(
    visitor: &SignedIn,
    mut page: EntryPage,
    failure: Failure,
) -> Result<Response, Failure> {
    page.wrongs = wrongs_of(&page.fields);
    page.notice = None;
    if page.wrongs.is_empty() {
        page.notice = Some(notice(&visitor.reader, failure)?);
    }
    let status = page.notice.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, |said| said.status);
    Ok(frame::answer(status, &page.frame, &page))
}
