//! Proving the log unbroken and complete, from the first entry to the last, against the contents
//! that are still there and the checkpoints that left the database.

use std::path::Path;

use anrop_entity::{
    certificate, disclosure, event, journal_access_change, journal_entry, legal_hold, letter,
    log_entry, restriction_step,
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::{
    Stream,
    chain::{Break, GENESIS, Head, Row, Verifier},
    checkpoint::{self, Comparison},
    sealer,
};
use crate::{app::App, failure::Failure};

/// What was found.
#[derive(Debug)]
pub struct Report {
    /// Entries that hold, and the root over them.
    pub head: Head,
    /// First broken row.
    pub broken: Option<Break>,
    /// What the head row says.
    pub stored: Head,
    /// Checkpoints read, and what disagrees with them.
    pub checkpoints: usize,
    /// Disagreements in words.
    pub disagreements: Vec<String>,
}

impl Report {
    /// True if nothing is wrong.
    pub fn holds(&self) -> bool {
        self.broken.is_none() && self.disagreements.is_empty() && self.head == self.stored
    }
}

/// Rows read at a time.
const PAGE: u64 = 5_000;

/// Walks the whole log.
///
/// # Errors
/// When the database or the folder cannot be read.
pub async fn verify(app: &App, checkpoints: Option<&Path>) -> Result<Report, Failure> {
    let keys = app.keys();
    let connection = app.db().read();
    // what a key signed before it was replaced is as true as before
    let trusted = keys.checkpoint_keys();
    let (known, bad) = match checkpoints {
        Some(folder) => checkpoint::read(folder, &trusted).map_err(Failure::internal)?,
        None => (Vec::new(), Vec::new()),
    };
    let start = Head { count: 0, root: GENESIS };
    let count = known.len();
    let mut comparison = Comparison::new(known, start);
    let mut verifier = Verifier::new(keys.chain_key());
    let mut broken = None;
    let mut last = start;
    'walk: loop {
        let after = i64::try_from(last.count).map_err(Failure::internal)?;
        let rows = log_entry::Entity::find()
            .filter(log_entry::Column::Seq.gt(after))
            .order_by_asc(log_entry::Column::Seq)
            .limit(PAGE)
            .all(connection)
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let content = content_of(connection, row).await?;
            match feed(&mut verifier, row, content.as_deref()) {
                Ok(head) => {
                    comparison.pass(head);
                    last = head;
                }
                Err(found) => {
                    broken = Some(found);
                    break 'walk;
                }
            }
        }
    }
    let stored = sealer::head(connection).await?;
    let mut disagreements: Vec<String> = bad.iter().map(ToString::to_string).collect();
    if broken.is_none() {
        disagreements.extend(comparison.finish(last).iter().map(ToString::to_string));
    }
    Ok(Report { head: last, broken, stored, checkpoints: count, disagreements })
}

fn feed(
    verifier: &mut Verifier<'_>,
    row: &log_entry::Model,
    content: Option<&[u8]>,
) -> Result<Head, Break> {
    let seq = row.seq.and_then(|seq| u64::try_from(seq).ok()).unwrap_or(0);
    let damaged = Break { seq, fault: super::chain::Fault::Link };
    let link: [u8; 32] = row.link.clone().unwrap_or_default().try_into().map_err(|_| damaged)?;
    let entry = sealer::entry_of(row, seq).map_err(|_| damaged)?;
    let salt: Option<[u8; 16]> = row.salt.clone().and_then(|salt| salt.try_into().ok());
    let content = salt.as_ref().zip(content);
    verifier.feed(&Row { entry, link: super::chain::Link(link), content })
}

/// The content an entry commits to, if it is still there in the form it was committed.
async fn content_of(
    connection: &impl ConnectionTrait,
    row: &log_entry::Model,
) -> Result<Option<Vec<u8>>, Failure> {
    let letter = row.subject.strip_prefix(crate::letter::store::FILE_OF);
    if let Some(id) = letter.and_then(|id| uuid::Uuid::try_parse(id).ok()) {
        let row = letter::Entity::find_by_id(id).one(connection).await?;
        let hash = row.and_then(|row| row.file_sha256);
        return Ok(hash.map(|hash| crate::letter::store::file_content(id, &hash).into_bytes()));
    }
    let issued = row.subject.strip_prefix(crate::permit::store::certificate::FILE_OF);
    if let Some(id) = issued.and_then(|id| uuid::Uuid::try_parse(id).ok()) {
        let row = certificate::Entity::find_by_id(id).one(connection).await?;
        // one that has lost what it says is not what was committed to
        let content = row.map(|row| crate::permit::store::certificate::content(&row));
        return Ok(content.map(|content| content.unwrap_or_default().into_bytes()));
    }
    if let Some((id, is_lifted)) = crate::legal_hold::store::logged(&row.subject) {
        let row = legal_hold::Entity::find_by_id(id).one(connection).await?;
        let text = row.map(|row| crate::legal_hold::store::content(&row, is_lifted));
        return Ok(text.map(String::into_bytes));
    }
    let said = row.subject.strip_prefix(crate::letter::store::CONTENT_OF);
    if let Some(id) = said.and_then(|id| uuid::Uuid::try_parse(id).ok()) {
        let row = letter::Entity::find_by_id(id).one(connection).await?;
        return Ok(
            row.map(|row| crate::letter::store::said_content(id, &row.content_sha256).into_bytes())
        );
    }
    let access = row.subject.strip_prefix(crate::journal::store::access::ACCESS_OF);
    if let Some(id) = access.and_then(|id| uuid::Uuid::try_parse(id).ok()) {
        let row = journal_access_change::Entity::find_by_id(id).one(connection).await?;
        let content = row.map(|row| crate::journal::store::access::content(&row));
        return Ok(content.map(String::into_bytes));
    }
    let id = uuid::Uuid::try_parse(&row.subject).ok();
    let text = match (row.stream.as_str(), id) {
        (stream, Some(id)) if stream == Stream::Disclosure.code() => {
            disclosure::Entity::find_by_id(id)
                .one(connection)
                .await?
                .map(|row| crate::disclosure::store::content(&row))
        }
        (stream, Some(id)) if stream == Stream::Journal.code() => {
            journal_entry::Entity::find_by_id(id)
                .one(connection)
                .await?
                .map(|row| crate::journal::content(&row))
        }
        (stream, Some(id)) if stream == Stream::Privacy.code() => {
            restriction_step::Entity::find_by_id(id)
                .one(connection)
                .await?
                .map(|row| crate::restriction::store::content(&row))
        }
        (stream, Some(id)) if stream == Stream::Event.code() => event::Entity::find_by_id(id)
            .one(connection)
            .await?
            .map(|row| crate::delivery::outbox::content(&row)),
        _ => None, // a register entry only says that a key changed; its row shows the latest state
    };
    Ok(text.map(String::into_bytes))
}
