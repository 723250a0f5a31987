//! Comments that letters ask their addressees for: by when, and which step takes what they say. What is done with it is of
//! `appeal/actions/comment.rs`, `supervision/actions/comment.rs` and `case/actions/hearing.rs`; nothing is decided or written here.

use chrono::{DateTime, NaiveDate, Utc};

use super::{actions, model::LetterKind, store};
use crate::{
    app::App,
    appeal,
    case::{
        actions::hearing,
        lifecycle::Status,
        store::{self as cases, Message, MessageKind},
    },
    database::Connection,
    failure::Failure,
    identity::{Caller, Sight},
    party, supervision,
    values::ids::LetterId,
};

/// What a letter asks for.
#[derive(Debug)]
pub struct Asked {
    /// Number of the case it is about.
    pub case: String,
    /// By when; nothing once nobody waits for it any more.
    pub until: Option<NaiveDate>,
    /// When a comment came in.
    pub received_at: Option<DateTime<Utc>>,
}

/// True for letters that may ask for a comment.
pub const fn is_asked_by(kind: LetterKind) -> bool {
    matches!(kind, LetterKind::AppealNotice | LetterKind::AdvanceNotice)
}

/// What a letter asks its addressee to comment on: the appeal of another party (forvaltningsloven § 33), or what the authority
/// considers (§ 16). Nothing of one that does not ask.
///
/// # Errors
/// When the database does not answer.
pub async fn asked(
    app: &App,
    connection: &impl Connection,
    letter: LetterId,
) -> Result<Option<Asked>, Failure> {
    if let Some(told) = appeal::store::comment::of_letter(connection, letter).await? {
        let case = cases::find(connection, Sight::All, told.case).await?;
        return Ok(Some(Asked {
            case: case.display_number(),
            until: told.is_open.then_some(told.due_on),
            received_at: told.received_at,
        }));
    }
    let Some((_, case)) = supervision::store::of_letter(connection, letter).await? else {
        return of_own_motion(app, connection, letter).await;
    };
    let kept = supervision::store::find(connection, case).await?;
    let acts = supervision::store::acts(connection, &kept.key(&app.keys())?, case).await?;
    Ok(Some(Asked {
        case: kept.case.display_number(),
        until: supervision::rules::may_comment_until(kept.case.status, &acts, letter),
        received_at: supervision::rules::commented_at(&acts, letter),
    }))
}

/// What a letter asks for that told of what the authority considers to do to a permit.
async fn of_own_motion(
    app: &App,
    connection: &impl Connection,
    id: LetterId,
) -> Result<Option<Asked>, Failure> {
    let letter = store::find(connection, Sight::All, id).await?;
    let Some((case, _)) = letter.place.filter(|_| letter.kind == LetterKind::AdvanceNotice) else {
        return Ok(None);
    };
    let case = cases::find(connection, Sight::All, case).await?;
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let messages = cases::messages(connection, &key, case.id, false).await?;
    let is_reply = |message: &&Message| {
        message.kind == MessageKind::Reply.code() && message.created_at >= letter.sent_at
    };
    let received_at = messages.iter().find(is_reply).map(|message| message.created_at);
    let is_open = case.status == Status::WaitingForApplicant && received_at.is_none();
    Ok(Some(Asked {
        case: case.display_number(),
        until: case.waiting_until.filter(|_| is_open),
        received_at,
    }))
}

/// Takes what the addressee of a letter says to it, also after the day they were given, as long as it is waited for; answers when
/// it came in.
///
/// # Errors
/// 404 for a letter that is not theirs, or asks for nothing; 409 when they have commented, or it is too late.
pub async fn take(
    app: &App,
    caller: &Caller,
    id: LetterId,
    text: &str,
) -> Result<DateTime<Utc>, Failure> {
    let letter = actions::read(app, caller, id).await?.letter;
    let is_own = party::actions::is_own(app, caller, letter.party).await?;
    if !is_own || !is_asked_by(letter.kind) {
        return Err(Failure::not_found());
    }
    let connection = app.db().read();
    if let Some(told) = appeal::store::comment::of_letter(connection, id).await? {
        return appeal::actions::comment::take(app, caller, (id, told.case), text).await;
    }
    match supervision::store::of_letter(connection, id).await? {
        Some((_, case)) => supervision::actions::comment::take(app, caller, (id, case), text).await,
        None => match letter.place {
            Some((case, _)) => hearing::comment(app, caller, case, text).await,
            None => Err(Failure::not_found()),
        },
    }
}
