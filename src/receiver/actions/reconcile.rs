//! Comparing the copy with the registry's signed digest, and putting right what differs: down the tree
//! of hashes to the permits in which the two differ, then these permits, whatever the registry says of
//! them. A copy counts as equal only when its root is the one the registry has signed.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{
        Receiver,
        client::{Registry, refused},
        model::Stage,
    },
    ALERT_AT, EQUAL_AT, Fault,
    catch_up::{FormerIdentifier, read_changes, registry},
};
use crate::{
    keys::public_key_id,
    permit::kind,
    rescue::{
        copy::{Authority, Change, Held},
        rules::digest::{Hash, NODES, Node, Statement, Tree},
        wire::{DigestChild, DigestNode},
    },
    values::ids::PermitId,
};

/// How often it is tried: the registry changes while it is compared with.
const ATTEMPTS: u32 = 5;
/// Longer before each attempt than before the last: what was delivered is sealed a little later, and the
/// digest holds what is sealed.
const PAUSE: Duration = Duration::from_millis(250);
/// Permits asked for at a time.
const PERMITS: usize = 100;

#[derive(Deserialize)]
struct Digest {
    statement: String,
    signature: String,
    nodes: Vec<DigestNode>,
}

#[derive(Deserialize)]
struct Permits {
    items: Vec<Permit>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Permit {
    permit_id: PermitId,
    version: i32,
    kind: String,
    #[serde(default)]
    restricted: bool,
    record: Value,
    #[serde(default)]
    former_identifiers: Vec<FormerIdentifier>,
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
/// When the registry or the copy does not answer, or they still differ after several attempts.
pub async fn reconcile(receiver: &Receiver) -> Result<Comparison, Fault> {
    let registry = registry(receiver)?;
    let _turn = receiver.turn().await;
    let mut comparison = Comparison::default();
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
            let facts =
                [(EQUAL_AT, at.to_rfc3339()), (ALERT_AT, DateTime::<Utc>::UNIX_EPOCH.to_rfc3339())];
            receiver.copy().take_with(&[], Authority::Feed, &facts).await?;
            let mut progress = receiver.progress();
            progress.equal_at = Some(at);
            progress.wants_comparison = false;
            return Ok(comparison);
        }
        let differing = differing(receiver, registry, &tree, said.1, &mut comparison).await?;
        tracing::warn!(permits = differing.len(), "the copy differs from the registry");
        let unreadable = repair(receiver, registry, &differing).await?;
        let repaired = (differing.len() - unreadable) as u64;
        comparison.repaired += repaired;
        receiver.progress().repaired += repaired;
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

/// What the registry answers when it cannot read one of the permits asked for.
const UNREADABLE: u16 = 500;

/// Takes over what the registry says of some permits; what it does not give is removed. Of those it cannot
/// read the copy keeps what it has, and they do not keep the others: answers how many they are.
async fn repair(
    receiver: &Receiver,
    registry: &Registry,
    permits: &BTreeSet<Uuid>,
) -> Result<usize, Fault> {
    let permits: Vec<Uuid> = permits.iter().copied().collect();
    let mut open: Vec<&[Uuid]> = permits.chunks(PERMITS).collect();
    let mut unreadable = 0;
    while let Some(part) = open.pop() {
        let asked = receiver.copy().asked(part).await?;
        let ids: Vec<String> = part.iter().map(Uuid::to_string).collect();
        let path = format!("/v1/rescue/permits?ids={}", ids.join(","));
        match registry.try_get::<Permits>(&path).await? {
            Ok(told) => put_right(receiver, &asked, part, told).await?,
            Err(UNREADABLE) if part.len() > 1 => {
                let (first, rest) = part.split_at(part.len() / 2);
                open.extend([rest, first]);
            }
            Err(UNREADABLE) => unreadable += 1,
            Err(status) => return Err(Fault::Registry(refused(status))),
        }
    }
    Ok(unreadable)
}

async fn put_right(
    receiver: &Receiver,
    asked: &BTreeMap<Uuid, i32>,
    permits: &[Uuid],
    told: Permits,
) -> Result<(), Fault> {
    let mut gone: BTreeSet<Uuid> = permits.iter().copied().collect();
    let mut changes = Vec::new();
    for permit in told.items {
        gone.remove(&permit.permit_id.0);
        let Some(kind) = kind::from_code(&permit.kind) else { continue };
        changes.push(Change::Put(Box::new(Held {
            permit: permit.permit_id,
            version: permit.version,
            kind,
            record: permit.record,
            restricted: permit.restricted,
            holder: None,
            former: FormerIdentifier::held(&permit.former_identifiers),
        })));
    }
    let gone: Vec<Uuid> = gone.into_iter().collect();
    receiver.copy().put_right(asked, &changes, &gone).await?;
    Ok(())
}
