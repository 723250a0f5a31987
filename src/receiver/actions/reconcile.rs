//! Comparing the copy with the registry's signed digest, and putting right what differs: down the tree
//! of hashes to the permits in which the two differ, then these permits, whatever the registry says of
//! them, unless it would take more from the copy than `losses.rs` allows. A copy counts as equal only when its
//! root is the one the registry has signed.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{Receiver, client::Registry, model::Stage},
    ALERT_AT, EQUAL_AT, Fault, IN_DOUBT,
    catch_up::{read_changes, registry},
    losses,
    repair::repair,
};
use crate::{
    keys::public_key_id,
    rescue::{
        copy::Authority,
        rules::digest::{Hash, NODES, Node, Statement, Tree},
        wire::{DigestChild, DigestNode},
    },
};

/// How often it is tried: the registry changes while it is compared with.
const ATTEMPTS: u32 = 5;
/// Longer before each attempt than before the last: what was delivered is sealed a little later, and the
/// digest holds what is sealed.
const PAUSE: Duration = Duration::from_millis(250);

#[derive(Deserialize)]
struct Digest {
    statement: String,
    signature: String,
    nodes: Vec<DigestNode>,
}

/// What a comparison came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Permits put right.
    pub repaired: u64,
    /// Requests for parts of the digest.
    pub requests: u64,
}

/// What a statement says, if one of these keys has signed it.
pub(super) fn verified(
    trusted: &[VerifyingKey],
    statement: &str,
    signature: &str,
) -> Option<Statement> {
    let said = Statement::parse(statement)?;
    let signature = Signature::from_slice(&STANDARD.decode(signature).ok()?).ok()?;
    let is_signed = trusted.iter().any(|key| {
        public_key_id(key) == said.key_id
            && key.verify_strict(statement.as_bytes(), &signature).is_ok()
    });
    is_signed.then_some(said)
}

/// Compares and repairs until the copy equals the registry.
///
/// # Errors
/// When the registry or the copy does not answer, they still differ after several attempts, or more would be lost
/// than is allowed.
pub async fn reconcile(receiver: &Receiver) -> Result<Comparison, Fault> {
    let registry = registry(receiver)?;
    let _turn = receiver.turn().await;
    let (mut comparison, mut lost) = (Comparison::default(), 0);
    for attempt in 0..ATTEMPTS {
        tokio::time::sleep(PAUSE * attempt).await;
        read_changes(receiver, registry).await?;
        receiver.progress().stage = Stage::Comparing;
        let tree = receiver.copy().tree().await?;
        let said = ask(receiver, registry, &[Node::ROOT], &mut comparison).await?;
        let own = tree.summary(Node::ROOT);
        if said.0.root == own.hash && said.0.count == own.count {
            let at = said.0.at;
            // alerts are no part of the digest: all of them once more, since one may have lain in a spool for
            // days, and an incident reference may come late
            let facts = [
                (EQUAL_AT, at.to_rfc3339()),
                (ALERT_AT, DateTime::<Utc>::UNIX_EPOCH.to_rfc3339()),
                (IN_DOUBT, String::new()),
            ];
            receiver.copy().take_with(&[], Authority::Feed, &facts).await?;
            losses::forget_accepted(receiver);
            let mut progress = receiver.progress();
            progress.equal_at = Some(at);
            progress.wants_comparison = false;
            (progress.in_doubt_since, progress.losses_waiting) = (None, 0);
            return Ok(comparison);
        }
        let differing = differing(receiver, registry, &tree, said.1, &mut comparison).await?;
        tracing::warn!(permits = differing.len(), "the copy differs from the registry");
        let first = repair(receiver, registry, &differing, false).await?;
        let mut unreadable = first.unreadable;
        lost += first.losses.len() as u64;
        let keeps = lost > losses::allowed(receiver);
        let kept = if keeps { first.losses.len() } else { 0 };
        if !keeps && !first.losses.is_empty() {
            tracing::warn!(
                permits = first.losses.len(),
                "the copy gives up what the registry does not have"
            );
            unreadable += repair(receiver, registry, &first.losses, true).await?.unreadable;
        }
        let repaired = (differing.len() - unreadable - kept) as u64;
        comparison.repaired += repaired;
        receiver.progress().repaired += repaired;
        if keeps {
            return Err(losses::keep(receiver, lost).await?);
        }
        if repaired == 0 && unreadable > 0 {
            return Err(Fault::Registry(format!(
                "the registry cannot read {unreadable} permits in which the copy differs"
            )));
        }
    }
    Err(Fault::Registry("the copy still differs from the registry's digest".to_owned()))
}

async fn ask(
    receiver: &Receiver,
    registry: &Registry,
    nodes: &[Node],
    comparison: &mut Comparison,
) -> Result<(Statement, Vec<DigestNode>), Fault> {
    let names: Vec<String> = nodes.iter().map(Node::to_string).collect();
    let digest: Digest =
        registry.get(&format!("/v1/rescue/digest?node={}", names.join(","))).await?;
    comparison.requests += 1;
    let keys = receiver.trust().keys()?;
    let statement = verified(&keys.digest, &digest.statement, &digest.signature)
        .ok_or_else(|| "the registry's digest is not signed by a trusted key".to_owned())?;
    Ok((statement, digest.nodes))
}

/// Permits in which the two differ, level by level.
async fn differing(
    receiver: &Receiver,
    registry: &Registry,
    tree: &Tree,
    root: Vec<DigestNode>,
    comparison: &mut Comparison,
) -> Result<BTreeSet<Uuid>, Fault> {
    let (mut differing, mut contents) = (BTreeSet::new(), root);
    loop {
        let mut frontier = Vec::new();
        for content in contents {
            let node = Node::parse(&content.node).ok_or_else(undocumented)?;
            if let Some(children) = &content.children {
                let told: Option<BTreeMap<Node, Hash>> = children.iter().map(child).collect();
                let (ask, gone) = tree.differing(node, &told.ok_or_else(undocumented)?);
                frontier.extend(ask);
                for node in gone {
                    let own = receiver.copy().items(node).await?;
                    differing.extend(own.into_iter().map(|item| item.permit));
                }
            } else {
                listed(receiver, node, content, &mut differing).await?;
            }
        }
        if frontier.is_empty() {
            return Ok(differing);
        }
        contents = Vec::new();
        for nodes in frontier.chunks(NODES) {
            contents.extend(ask(receiver, registry, nodes, comparison).await?.1);
        }
    }
}

fn child(told: &DigestChild) -> Option<(Node, Hash)> {
    Some((Node::parse(&told.node)?, hex::decode(&told.hash).ok()?.try_into().ok()?))
}

fn undocumented() -> Fault {
    Fault::Registry("the registry's digest is not as documented".to_owned())
}

/// Compares a node whose permits are listed.
async fn listed(
    receiver: &Receiver,
    node: Node,
    content: DigestNode,
    differing: &mut BTreeSet<Uuid>,
) -> Result<(), Fault> {
    let mut own: BTreeMap<Uuid, (i32, Hash)> = BTreeMap::new();
    let items = receiver.copy().items(node).await?;
    own.extend(items.into_iter().map(|item| (item.permit, (item.version, item.hash))));
    for told in content.permits.ok_or_else(undocumented)? {
        let permit = Uuid::try_parse(&told.permit_id).map_err(|_| undocumented())?;
        let is_same = own.remove(&permit).is_some_and(|(version, hash)| {
            version == told.version && hex::encode(hash) == told.hash
        });
        if !is_same {
            differing.insert(permit);
        }
    }
    differing.extend(own.into_keys());
    Ok(())
}
