//! What a rescue centre keeps its own copy with: sealed changes since a place in the log, and a
//! signed digest of the live permits to compare with.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use ed25519_dalek::Signer as _;
use uuid::Uuid;

use super::super::{
    rules::{
        digest::{self, Tree},
        is_shown_after_end,
    },
    store::{self, Change},
};
use crate::{
    app::App,
    disclosure::{Disclosed, disclose, policy::Recipient, store as disclosure_store},
    failure::Failure,
    keys::public_key_id,
};

/// One change as the rescue centre gets it.
#[derive(Debug)]
pub struct ChangedPermit {
    /// What happened.
    pub change: Change,
    /// There is a newer version, whose own change follows.
    pub superseded: bool,
    /// The state; none when superseded, erased, or past what the policy gives.
    pub disclosed: Option<Disclosed>,
}

/// Changes in the order of the log.
#[derive(Debug)]
pub struct ChangePage {
    /// The changes.
    pub items: Vec<ChangedPermit>,
    /// Where to go on.
    pub next: i64,
    /// The last sealed place of the log.
    pub head: u64,
}

/// The sealed changes after a place in the log. Only the newest version of a permit carries its
/// state: what is no longer registered does not leave again.
///
/// # Errors
/// When the database does not answer.
pub async fn changes(
    app: &App,
    officer: &str,
    after: i64,
    limit: usize,
) -> Result<ChangePage, Failure> {
    let connection = app.db().read();
    // the head is read first: what is sealed later is found by the next call
    let head = store::head(connection).await?;
    let (changes, next) = store::changes(connection, after, limit).await?;
    let permits: Vec<_> = changes.iter().map(|change| change.permit).collect();
    let newest = store::newest(connection, &permits).await?;
    let now = app.clock().now();
    let mut page = ChangePage { items: Vec::with_capacity(changes.len()), next, head };
    let mut given = Vec::new();
    for change in changes {
        let present = newest.iter().find(|(permit, ..)| *permit == change.permit);
        let superseded = present.is_some_and(|(_, version, _)| *version > change.version);
        let disclosed = match present {
            Some((_, _, ended)) if !superseded => {
                state(app, officer, &change, *ended, now, &mut given).await?
            }
            _ => None,
        };
        page.items.push(ChangedPermit { change, superseded, disclosed });
    }
    if !given.is_empty() {
        log(app, &given).await?;
    }
    Ok(page)
}

/// The state a change names, as the policy gives it today, noted for the disclosure log.
async fn state(
    app: &App,
    officer: &str,
    change: &Change,
    ended: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    given: &mut Vec<disclosure_store::Entry>,
) -> Result<Option<Disclosed>, Failure> {
    if ended.is_some_and(|at| !is_shown_after_end(change.kind, at, now)) {
        return Ok(None);
    }
    let Some(kept) = store::kept(app, change, ended.is_some()).await? else { return Ok(None) };
    let Some(disclosed) = disclose(&kept.record, Recipient::RescueCentre, &kept.circumstances)
    else {
        return Ok(None);
    };
    given.push(disclosure_store::Entry {
        recipient: Recipient::RescueCentre.as_str().to_owned(),
        purpose: disclosed.purpose().to_owned(),
        party: Some(kept.holder),
        permit: Some(change.permit),
        fields: disclosed.field_names(),
        version: Some(change.version),
        officer: Some(officer.to_owned()),
        ..Default::default()
    });
    Ok(Some(disclosed))
}

async fn log(app: &App, given: &[disclosure_store::Entry]) -> Result<(), Failure> {
    app.db()
        .write(|tx| async move {
            for entry in given {
                disclosure_store::insert(&tx, entry.clone()).await?;
            }
            Ok(())
        })
        .await
}

/// A digest with its signature.
#[derive(Debug)]
pub struct SignedDigest {
    /// The hash tree.
    pub tree: Tree,
    /// The permits of the bucket asked for with their versions, in the order of their ids.
    pub bucket: Option<Vec<(Uuid, i32)>>,
    /// A place of the log whose changes are all in it; later ones may be.
    pub head: u64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The signed text.
    pub statement: String,
    /// Id of the public key.
    pub key_id: String,
    /// The public key, base64.
    pub public_key: String,
    /// Ed25519 signature, base64.
    pub signature: String,
}

/// The signed digest of the live permits, with the content of one bucket if asked for.
///
/// # Errors
/// When the database does not answer.
pub async fn digest(app: &App, bucket: Option<u8>) -> Result<SignedDigest, Failure> {
    let connection = app.db().read();
    let head = store::head(connection).await?;
    let mut versions = store::live_versions(connection).await?;
    let tree = digest::tree(versions.iter().copied());
    let bucket = bucket.map(|bucket| {
        versions.retain(|(permit, _)| digest::bucket_of(*permit) == bucket);
        versions
    });
    let at = app.clock().now();
    let keys = app.keys();
    let key = keys.checkpoint_key();
    let key_id = public_key_id(&key.verifying_key());
    let statement = digest::statement(&tree, head, at, &key_id);
    let signature = STANDARD.encode(key.sign(statement.as_bytes()).to_bytes());
    let public_key = STANDARD.encode(key.verifying_key().as_bytes());
    Ok(SignedDigest { tree, bucket, head, at, statement, key_id, public_key, signature })
}
