//! What another party says to an appeal on paper or by telephone, at the desk: whose it is, what was typed, and what is wrong with
//! it. The form is read as the operation reads its JSON; whether it is still waited for is decided by the action.

use super::{
    day,
    deeds::{Undone, Wrong, fields_of},
};
use crate::{
    app::App,
    appeal::{actions::comment, model::Appeal, store, wire::comment::RegisteredCommentForm},
    case::{actions::dossier::Dossier, model::Channel, store as cases, wire::desk::FilingChannel},
    failure::Failure,
    identity::Sight,
    party,
    values::ids::{CaseId, LetterId, PartyId},
    web::{form::Form, sign_in::SignedIn},
};

/// What stands in the fields of the form.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Whose it is, by the letter that told them of the appeal.
    pub told: String,
    /// What they say.
    pub text: String,
    /// How it came in; on paper when nothing is chosen.
    pub way: String,
    /// The day it came in.
    pub came: String,
}

impl Typed {
    /// What a form says.
    pub fn of(form: &Form) -> Self {
        let text = |name: &str| form.get(name).to_owned();
        Self {
            told: text("told"),
            text: text("comment"),
            way: text("comment-way"),
            came: text("comment-came"),
        }
    }

    /// It was told on the telephone.
    pub fn is_by_telephone(&self) -> bool {
        self.way == Channel::Telephone.code()
    }
}

/// Who was told of an open appeal and has not commented: letter, name and when the appeal came, is chosen.
pub fn choices(
    dossier: &Dossier,
    appeals: &[Appeal],
    name: impl Fn(PartyId) -> String,
    typed: &Typed,
) -> Vec<(String, String, bool)> {
    let open = appeals.iter().filter(|appeal| appeal.status.is_open());
    let waiting = open.flat_map(|appeal| {
        appeal.comments.iter().filter(|one| one.said.is_none()).map(move |one| (appeal, one))
    });
    let all: Vec<_> = waiting.collect();
    let is_only = all.len() == 1;
    all.into_iter()
        .map(|(appeal, told)| {
            let letter = told.letter.to_string();
            let number = appeal.number.map_or_else(String::new, |number| format!("-{number}"));
            let about = format!("{}{number}", dossier.case.display_number());
            let is_chosen = is_only || letter == typed.told;
            (letter, format!("{} ({about})", name(told.party)), is_chosen)
        })
        .collect()
}

/// Registers what was typed.
pub async fn register(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    typed: &Typed,
) -> Result<(), Undone> {
    let words = visitor.reader.words;
    let came = day(&typed.came);
    let form = RegisteredCommentForm {
        text: typed.text.clone(),
        channel: typed.is_by_telephone().then_some(FilingChannel::Telephone),
        received_on: came,
    };
    let read = form.parse();
    let letter = told_in(app, id, &typed.told).await?;
    let mut wrongs: Vec<Wrong> = Vec::new();
    if letter.is_none() {
        wrongs.push(("told", words.cwa_comment_wrong_whose()));
    }
    if read.is_err() {
        wrongs.push(("comment", words.cwa_comment_wrong_text()));
    }
    if came.is_none() {
        wrongs.push(("comment-came", words.cwa_comment_wrong_day()));
    }
    let (Some(letter), Ok(text), Some(received_on), true) = (letter, read, came, wrongs.is_empty())
    else {
        return Err(Undone::Wrong(wrongs));
    };
    let came = (form.channel(), received_on);
    comment::register(app, &visitor.caller, letter, &text, came).await?;
    Ok(())
}

/// The letter, if it told somebody of an appeal in this case.
async fn told_in(app: &App, id: CaseId, letter: &str) -> Result<Option<LetterId>, Failure> {
    let connection = app.db().read();
    let case = cases::find(connection, Sight::All, id).await?;
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let appeals = store::of_case(connection, &key, id).await?;
    let mut told = appeals.iter().flat_map(|appeal| appeal.comments.iter().map(|one| one.letter));
    Ok(told.find(|one| one.to_string() == letter))
}

/// Fields of the form that the action found wrong.
pub fn wrongs_of(visitor: &SignedIn, failure: &Failure) -> Vec<Wrong> {
    let words = visitor.reader.words;
    fields_of(failure, |field| match field.pointer.as_str() {
        "/text" => Some(("comment", words.cwa_comment_wrong_text())),
        "/receivedOn" => Some(("comment-came", words.cwa_comment_wrong_day())),
        _ => None,
    })
}
