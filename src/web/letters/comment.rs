//! Commenting on the appeal of another party, below the letter that told of it (forvaltningsloven § 33). Who may, and until
//! when, is of `appeal/actions/comment.rs`.

use chrono::{DateTime, Utc};
use poem::{
    Response, handler,
    web::{Data, Path},
};

use super::{PATH, answered};
use crate::{
    app::App,
    appeal::{
        actions::comment::{self, LONGEST},
        store::comment::of_letter,
    },
    failure::{Failure, Problem},
    identity::Role,
    letter::{api::letter_id, model::LetterKind, store::Letter},
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

/// The form below a letter, where this reader may comment.
///
/// # Errors
/// When the database does not answer.
pub async fn asked(
    app: &App,
    visitor: &SignedIn,
    letter: &Letter,
    typed: Typed,
) -> Result<Option<Asked>, Failure> {
    let may = letter.kind == LetterKind::AppealNotice
        && visitor.caller.has_scope(WRITE)
        && party::actions::is_own(app, &visitor.caller, letter.party).await?;
    if !may {
        return Ok(None);
    }
    let found = of_letter(app.db().read(), letter.id).await?.filter(|asked| asked.is_open);
    Ok(found
        .map(|asked| Asked { until: visitor.reader.words.date(asked.due_on), text: typed.text }))
}

/// When the comment came in that a letter asks for.
///
/// # Errors
/// When the database does not answer.
pub async fn received_at(app: &App, letter: &Letter) -> Result<Option<DateTime<Utc>>, Failure> {
    if letter.kind != LetterKind::AppealNotice {
        return Ok(None);
    }
    Ok(of_letter(app.db().read(), letter.id).await?.and_then(|asked| asked.received_at))
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
    if text.trim().is_empty() || text.chars().count() > LONGEST {
        let wrong = Some(words.letters_comment_missing());
        return Ok(answered(app, &visitor, &id, Typed { text, wrong }).await);
    }
    let taken = match letter_id(&id) {
        Ok(letter) => comment::take(app, &visitor.caller, letter, &text).await,
        Err(failure) => Err(failure),
    };
    match taken {
        Ok(_) => Ok(see(&visitor.reader.link(format_args!("{PATH}/{id}")))),
        // it has come in already, or the appeal is decided: the letter says how it stands
        Err(failure) if failure.problem() == Problem::IllegalTransition => {
            let wrong = Some(words.letters_comment_over());
            Ok(answered(app, &visitor, &id, Typed { text, wrong }).await)
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}
