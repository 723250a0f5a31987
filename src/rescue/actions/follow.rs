//! What a rescue centre keeps its own copy with: sealed changes since a place in the log, a signed
//! digest of the live permits to compare with, and single permits where the two differ.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use ed25519_dalek::Signer as _;
use serde::Serialize;
use uuid::Uuid;

use super::{
    super::{
        copy::HeldAlert,
        rules::digest::{Item, LISTED, Node, Statement, Summary, Tree},
        store::{self, Change},
    },
    keep_standby::keep_standby,
    state::{self, Given, State, states},
};
use crate::{
    app::App,
    delivery::outbox,
    disclosure::Disclosed,
    failure::Failure,
    keys::public_key_id,
    seal::{chain::Link, checkpoint::Checkpoint, sealer},
    values::{calendar::oslo_date, ids::PermitId},
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
    /// When the version was written, where its state is there.
    pub recorded_at: Option<DateTime<Utc>>,
    /// Restriction of processing under Art. 18.
    pub restricted: bool,
    /// Scheme and value of what the permit was found by before; none without its state.
    pub former: Vec<(String, String)>,
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
    /// The chain's link at the place asked from; nothing behind the end of the log.
    pub after_link: Option<Link>,
    /// The same at the place to go on from.
    pub next_link: Option<Link>,
}

/// The sealed changes after a place in the log. Only the newest version of a permit carries its
/// state: what is no longer registered does not leave again. A permit that cannot be read is left out, so that those
/// behind it come through and what is held of it stays.
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
    let mut permits: Vec<PermitId> = changes.iter().map(|change| change.permit).collect();
    permits.sort_unstable();
    permits.dedup();
    let states: HashMap<PermitId, State> = states(app, &permits)
        .await?
        .into_iter()
        .map(|state| (state.newest.permit, state))
        .collect();
    let after_link = sealer::link_at(connection, after).await?;
    let next_link =
        if next == after { after_link } else { sealer::link_at(connection, next).await? };
    let items = Vec::with_capacity(changes.len());
    let mut page = ChangePage { items, next, head, after_link, next_link };
    let mut given = Vec::new();
    for change in changes {
        let state = states.get(&change.permit);
        let superseded = state.is_some_and(|state| state.newest.version > change.version);
        let state = state.filter(|_| !superseded);
        given.extend(state.and_then(|state| state.entry(officer)));
        let disclosed = match state.map(|state| &state.given) {
            Some(Given::Record(disclosed)) => Some((**disclosed).clone()),
            Some(Given::Unreadable) => continue,
            Some(Given::Nothing) | None => None,
        };
        let recorded_at = state.and_then(|state| state.recorded_at);
        let restricted = state.is_some_and(|state| state.restricted);
        let former = state.map(|state| state.former.clone()).unwrap_or_default();
        page.items.push(ChangedPermit {
            change,
            superseded,
            disclosed,
            recorded_at,
            restricted,
            former,
        });
    }
    state::log(app, &given).await?;
    Ok(page)
}

/// These permits as they are today, also those of which nothing is given; those there are not are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn permits(
    app: &App,
    officer: &str,
    permits: &[PermitId],
) -> Result<Vec<State>, Failure> {
    let mut states = states(app, permits).await?;
    if states.iter().any(|state| matches!(state.given, Given::Unreadable)) {
        return Err(Failure::internal("a permit cannot be read for the rescue centre"));
    }
    states.sort_by_key(|state| state.newest.permit);
    let given: Vec<_> = states.iter().filter_map(|state| state.entry(officer)).collect();
    state::log(app, &given).await?;
    Ok(states)
}

/// Alerts recorded from a time on, with the place after which to go on.
///
/// # Errors
/// When the database does not answer.
pub async fn alerts(
    app: &App,
    (from, after): (DateTime<Utc>, Option<Uuid>),
    limit: u64,
) -> Result<Vec<HeldAlert>, Failure> {
    let alerts = store::alerts_since(app.db().read(), from, after, limit).await?;
    Ok(alerts.into_iter().map(HeldAlert::of).collect())
}

/// A digest with its signature.
#[derive(Debug)]
pub struct SignedDigest {
    /// What it says.
    pub statement: Statement,
    /// The nodes asked for.
    pub nodes: Vec<NodeContent>,
    /// The public key, base64.
    pub public_key: String,
    /// Ed25519 signature over the statement's text, base64.
    pub signature: String,
    /// The signed checkpoint of the log at the head, a line of JSON as in the folder of checkpoints.
    pub checkpoint: String,
}

/// A node of the hash tree with what is below it.
#[derive(Debug)]
pub struct NodeContent {
    /// The node.
    pub node: Node,
    /// It in short.
    pub summary: Summary,
    /// What is below it.
    pub below: Below,
}

/// What is below a node.
#[derive(Debug)]
pub enum Below {
    /// Its children that have permits.
    Children(Vec<(Node, Summary)>),
    /// Its permits, when they are few.
    Permits(Vec<Item>),
}

/// The signed digest of the live permits with these nodes of its tree.
///
/// # Errors
/// When the database or the standby does not answer.
pub async fn digest(app: &App, nodes: &[Node]) -> Result<SignedDigest, Failure> {
    let head = keep_standby(app).await?;
    let copy = &app.standby().await?.copy;
    let tree = copy.tree().await?;
    let mut contents = Vec::with_capacity(nodes.len());
    for node in nodes {
        contents.push(content(copy, &tree, *node).await?);
    }
    let keys = app.keys();
    let key = keys.checkpoint_key();
    let root = tree.summary(Node::ROOT);
    let statement = Statement {
        count: root.count,
        root: root.hash,
        head: head.count,
        at: app.clock().now(),
        key_id: public_key_id(&key.verifying_key()),
    };
    let signature = STANDARD.encode(key.sign(statement.text().as_bytes()).to_bytes());
    let public_key = STANDARD.encode(key.verifying_key().as_bytes());
    let checkpoint = Checkpoint::sign(head, statement.at, key).to_line();
    Ok(SignedDigest { statement, nodes: contents, public_key, signature, checkpoint })
}

/// What every rescue centre is sent of the digest. The public key is left out: who gets it must know
/// the key already.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DailyDigest {
    count: u64,
    root: String,
    head: u64,
    statement: String,
    key_id: String,
    signature: String,
    checkpoint: String,
}

/// Writes the digest of today, in Oslo, for every rescue centre that subscribes; false when it is
/// written already. Whichever of several processes comes first writes it.
///
/// # Errors
/// When the database or the standby does not answer.
pub async fn send_digest(app: &App) -> Result<bool, Failure> {
    let today = oslo_date(app.clock().now());
    if !outbox::wants_digest(app.db().read(), today).await? {
        return Ok(false);
    }
    // what the digest holds is what is sealed
    sealer::seal_all(app).await?;
    // made before the transaction: a million permits must not hold up those who write
    let signed = digest(app, &[]).await?;
    let digest = DailyDigest {
        count: signed.statement.count,
        root: hex::encode(signed.statement.root),
        head: signed.statement.head,
        statement: signed.statement.text(),
        key_id: signed.statement.key_id,
        signature: signed.signature,
        checkpoint: signed.checkpoint,
    };
    let digest = &serde_json::to_string(&digest).map_err(Failure::internal)?;
    app.db().write(|tx| async move { outbox::enqueue_digest(&tx, today, digest).await }).await
}

async fn content(
    copy: &super::super::copy::LocalCopy,
    tree: &Tree,
    node: Node,
) -> Result<NodeContent, Failure> {
    let summary = tree.summary(node);
    let mut children = node.children().peekable();
    let below = if summary.count <= LISTED || children.peek().is_none() {
        Below::Permits(copy.items(node).await?)
    } else {
        let with_summary = children.map(|child| (child, tree.summary(child)));
        Below::Children(with_summary.filter(|(_, summary)| summary.count > 0).collect())
    };
    Ok(NodeContent { node, summary, below })
}
