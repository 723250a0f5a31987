//! The document somebody was given: the version that was kept, or the document itself.

use super::{Seen, case, see};
use crate::{
    app::App,
    appeal::actions::forwarding,
    attachment::{
        self,
        chunks::Reader,
        model::{Attachment, MediaType},
    },
    document_access::{
        model::Status,
        store::{self, appeal::Opened},
    },
    failure::Failure,
    identity::Sight,
    journal::model::Journaled,
    keys::DataKey,
    letter::{
        actions::{self as letter_actions, Read},
        store::{self as letters, LetterQuery},
    },
    party,
    values::ids::CaseId,
};

/// Letters looked through for the one that is asked for.
const LETTERS: u64 = 1000;

/// A document that was given.
pub enum Released {
    /// Bytes with their media type, and a name for the file.
    Whole(String, Vec<u8>, String),
    /// A document that was sent into the case, piece by piece.
    Sent(Attachment, Reader),
}

/// The document somebody with the link was given.
///
/// # Errors
/// 404 when nothing was.
pub async fn released(app: &App, address: &str, token: &str) -> Result<Released, Failure> {
    let seen = see(app, address, token).await?;
    let Seen { request, entry, appeals, .. } = seen;
    let key = case::key(app, app.db().read(), &entry).await?;
    if !matches!(request.status, Status::Granted | Status::PartlyGranted) {
        return Err(Failure::not_found());
    }
    // a version that was kept is what goes out, also where access is full: national identity numbers are blacked out in
    // it; who was given a part never gets more than that version. What an appeal gives takes the place of what was given
    // before it
    let connection = app.db().read();
    let gives = |one: &&Opened| one.appeal.status.of_request().is_some();
    let version = match appeals.iter().rev().find(gives) {
        Some(one) => store::appeal::file(connection, &key, one.appeal.id).await?,
        None => store::file(connection, &key, request.id).await?,
    };
    let whole = match version {
        Some((media_type, bytes)) => Some(Released::Whole(media_type, bytes, name_of(&entry))),
        None if request.status == Status::Granted => original(app, &entry, &key).await?,
        None => None,
    };
    whole.ok_or_else(Failure::not_found)
}

/// The number of a document as the name of a file: the sender's own name for it may tell who they are.
fn name_of(entry: &Journaled) -> String {
    entry.display().replace('/', "-")
}

/// The document itself, where it is a letter or was sent in.
pub(super) async fn original(
    app: &App,
    entry: &Journaled,
    key: &DataKey,
) -> Result<Option<Released>, Failure> {
    let connection = app.db().read();
    let sent = attachment::store::of_case(connection, key, entry.case).await?;
    let is_wanted = |(one, _): &(Attachment, DataKey)| one.number == Some(entry.number);
    if let Some((mut one, own)) = sent.into_iter().find(is_wanted) {
        one.name = name_of(entry);
        let reader = Reader::new(app.clone(), one.id, own, one.place, one.size);
        return Ok(Some(Released::Sent(one, reader)));
    }
    let query = LetterQuery { case: Some(entry.case), ..LetterQuery::default() };
    let (found, _) = letters::list(connection, Sight::All, query, LETTERS).await?;
    let is_it =
        |place: Option<(CaseId, i32)>| place.is_some_and(|(_, number)| number == entry.number);
    let Some(letter) = found.into_iter().find(|letter| is_it(letter.place)) else {
        return to_appeal_body(app, entry, key).await;
    };
    let key = party::store::data_key(connection, &app.keys(), letter.party).await?;
    let document = letter.document(&key)?;
    // drawn now where nobody has read it yet
    let bytes = letter_actions::file(app, Read { letter, document, key }).await?;
    Ok(Some(Released::Whole(MediaType::Pdf.code().to_owned(), bytes, name_of(entry))))
}

/// What was sent to an appeal body.
async fn to_appeal_body(
    app: &App,
    entry: &Journaled,
    key: &DataKey,
) -> Result<Option<Released>, Failure> {
    let bytes = forwarding::file(app, key, (entry.case, entry.number)).await?;
    let media_type = MediaType::Pdf.code().to_owned();
    Ok(bytes.map(|bytes| Released::Whole(media_type, bytes, name_of(entry))))
}
