//! Applying in the browser: one form for every kind of permit, drawn from the shape of its application and
//! a table of words. It works without scripts.
//!
//! What is typed is a draft (`draft/`): saved at every step, checked by the reading of the interface,
//! and filed by the same action. A kind has no page of its own.

pub mod changes;
pub mod choices;
pub mod copy;
pub mod documents;
pub mod errors;
pub mod flow;
pub mod form;
pub mod papers;
pub mod receipt;
pub mod review;
pub mod start;
mod texts;
pub mod values;
pub mod view;

use poem::Response;

use super::{
    my_page::acting,
    sign_in::{SignedIn, Visitor},
};
use crate::{
    failure::FieldError,
    identity::{Caller, Role},
    representation::actions::is_offered,
    web::apply::{
        errors::Found,
        form::Form,
        view::{Sheet, Shown},
    },
};

/// The style sheet of the pages for applicants and holders.
pub const STYLE: &str = include_str!("../assets/apply.css");
/// Where it is served.
pub const STYLE_PATH: &str = "/assets/apply.css";

static STYLE_ADDRESS: std::sync::LazyLock<String> =
    std::sync::LazyLock::new(|| super::frame::versioned(STYLE_PATH, STYLE));

/// Address of the style sheet.
pub fn style_address() -> &'static str {
    &STYLE_ADDRESS
}

/// The style sheet.
#[poem::handler]
pub fn style() -> Response {
    super::asset("text/css; charset=utf-8", STYLE)
}

/// Somebody who may apply and hold permits.
///
/// # Errors
/// The way to the sign-in, or that the page is not for them.
pub fn applicant(visitor: Visitor, scope: &str) -> poem::Result<SignedIn> {
    visitor.needs(&[Role::Person, Role::Representative], scope)
}

/// Whoever fills in a form: somebody who may apply, or a caseworker for them.
///
/// # Errors
/// As [`applicant`].
pub fn filer(visitor: Visitor) -> poem::Result<SignedIn> {
    if visitor.files_for_others() {
        return visitor.needs(&[Role::Caseworker, Role::Supervisor], "anrop:case.decide");
    }
    applicant(visitor, start::SCOPE)
}

/// The answer, or the page of the failure.
///
/// # Errors
/// None; a failure is a page too.
pub fn settled(
    visitor: &SignedIn,
    outcome: Result<Response, crate::failure::Failure>,
) -> poem::Result<Response> {
    Ok(outcome.unwrap_or_else(|failure| super::problems::page(&visitor.reader, failure)))
}

/// What stands around a page of an applicant besides the frame: who is signed in, and the token of the forms.
pub struct Around {
    /// Who is signed in.
    pub subject: String,
    /// Token of the forms.
    pub csrf: String,
    /// Whom one can act for: code, name, and whether it is so now. Empty where there is no choice.
    pub acts: Vec<(String, String, bool)>,
    /// Others are found on a page of their own.
    pub has_more: bool,
    /// Pages of the desk, for a caseworker who fills in a form for somebody.
    pub desk: Vec<(String, &'static str, bool)>,
}

impl Around {
    /// Around a page of whoever is signed in.
    pub fn of(visitor: &SignedIn) -> Self {
        Self {
            subject: visitor.shown_as(),
            csrf: visitor.csrf.clone(),
            acts: acting::at_hand(visitor),
            has_more: is_offered(&visitor.reader.app, visitor.session()),
            desk: if visitor.caller.files_for_others() {
                super::casework::pages(visitor, super::casework::INTAKE_PATH)
            } else {
                Vec::new()
            },
        }
    }
}

/// Whether somebody applies for themselves.
pub fn is_person(caller: &Caller) -> bool {
    !caller.is(Role::Representative)
}

/// Something that is wrong, with the way to where it can be mended.
#[derive(Debug)]
pub struct Wrong {
    /// Address of the field; none where there is none.
    pub address: Option<String>,
    /// What the field is called.
    pub label: String,
    /// What is wrong.
    pub found: Found,
}

/// What is wrong in each step, in the order of the fields; and what is wrong with no field of any.
pub fn wrong_by_step(
    form: &Form,
    sheet: Sheet<'_>,
    link: impl Fn(&str, &str) -> String,
) -> (Vec<Vec<Wrong>>, Vec<Wrong>) {
    let language = sheet.words.language();
    let shown: Vec<Vec<Shown>> = form.steps.iter().map(|step| sheet.step(step)).collect();
    let mut by_step: Vec<Vec<Wrong>> = Vec::new();
    for (step, fields) in form.steps.iter().zip(&shown) {
        let fields = fields.iter().flat_map(Shown::all);
        let wrongs = fields.flat_map(|(field, label)| {
            let address = link(step.name, &field.id);
            field.errors.iter().map(move |found| Wrong {
                address: Some(address.clone()),
                label: label.clone(),
                found: found.clone(),
            })
        });
        by_step.push(wrongs.collect());
    }
    let mut rest = Vec::new();
    for error in sheet.errors.iter().filter(|error| !is_shown(&shown, error)) {
        let found = errors::found(error, language);
        // of several fields together: at the first of them in the last step that has any
        let below = format!("{}/", error.pointer);
        let place = shown.iter().enumerate().rev().find_map(|(at, fields)| {
            let mut all = fields.iter().flat_map(Shown::all);
            all.find(|(field, _)| field.name.starts_with(&below))
                .map(|(field, label)| (at, field.id.clone(), label))
        });
        match place.filter(|_| !error.pointer.is_empty()) {
            Some((at, id, label)) => {
                let address = Some(link(form.steps[at].name, &id));
                by_step[at].push(Wrong { address, label, found });
            }
            None => rest.push(Wrong { address: None, label: String::new(), found }),
        }
    }
    (by_step, rest)
}

/// Whether an error stands at a field.
fn is_shown(shown: &[Vec<Shown>], error: &FieldError) -> bool {
    use view::Content::{Group, Items};
    shown.iter().flatten().flat_map(Shown::all).any(|(field, _)| {
        field.name == error.pointer
            || (!matches!(field.content, Group { .. } | Items { .. })
                && crate::draft::check::is_at_or_below(&error.pointer, &field.name))
    })
}
