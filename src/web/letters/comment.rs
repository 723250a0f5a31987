//! Commenting below a letter that asks for it: one that tells of the appeal of another party, or an advance notice. Who may, and
//! until when, is of `letter/comment.rs`.

use poem::{
    Response, handler,
    web::{Data, Path},
};

use super::{PATH, answered};
use crate::{
    app::App,
    case::model::LONGEST_ANSWER,
    failure::{Failure, Problem},
    identity::Role,
    letter::{api::letter_id, comment, store::Letter},
    party,
    web::{
        form::Form,
        problems,
        sign_in::{SignedIn, Visitor, see},
    },
};

const ROLES: &[Role] = &[Role::Person, Role::Representative];
const WRITE: &str = "anrop:case.write";

/// The form below a letter.
pub struct Asked {
    /// By when the addressee is asked to comment.
    pub until: String,
    /// What was typed.
    pub text: String,
}

/// What was typed, and why it was not taken.
#[derive(Default)]
pub struct Typed {
    text: String,
    /// None before anything was.
    pub wrong: Option<&'static str>,
}

/// What a letter asks its addressee for; nothing of most.
///
/// # Errors
/// When the database does not answer.
pub async fn of(app: &App, letter: &Letter) -> Result<Option<comment::Asked>, Failure> {
    if !comment::is_asked_by(letter.kind) {
        return Ok(None);
    }
    comment::asked(app, app.db().read(), letter.id).await
}

/// The form below a letter, where this reader may comment.
///
/// # Errors
/// When the database does not answer.
pub async fn form(
    app: &App,
    visitor: &SignedIn,
    letter: &Letter,
    (asked, typed): (Option<&comment::Asked>, Typed),
) -> Result<Option<Asked>, Failure> {
    let Some(until) = asked.and_then(|asked| asked.until) else { return Ok(None) };
    let may = visitor.caller.has_scope(WRITE)
        && party::actions::is_own(app, &visitor.caller, letter.party).await?;
    Ok(may.then(|| Asked { until: visitor.reader.words.date(until), text: typed.text }))
}

/// Takes a comment.
#[handler]
pub async fn send(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = visitor.needs(ROLES, WRITE)?;
    visitor.own(&form)?;
    let words = visitor.reader.words;
    let text = form.get("text").to_owned();
    if text.trim().is_empty() || text.chars().count() > LONGEST_ANSWER {
        let wrong = Some(words.letters_comment_missing());
        return Ok(answered(app, &visitor, &id, Typed { text, wrong }).await);
    }
    let taken = match letter_id(&id) {
        Ok(letter) => comment::take(app, &visitor.caller, letter, &text).await,
        Err(failure) => Err(failure),
    };
    match taken {
        Ok(_) => Ok(see(&visitor.reader.link(format_args!("{PATH}/{id}")))),
        // it has come in already, or nobody waits for it: the letter says how it stands
        Err(failure) if failure.problem() == Problem::IllegalTransition => {
            let wrong = Some(words.letters_comment_over());
            Ok(answered(app, &visitor, &id, Typed { text, wrong }).await)
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}
