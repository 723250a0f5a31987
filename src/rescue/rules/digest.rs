//! The digest of the live permits: a tree of hashes by which a rescue centre finds, in a few requests,
//! which permits of its copy differ. Pure; the rows come from a store and the signature from the ring.
//!
//! Anybody can compute it from what deliveries carry (all texts lower case, UTF-8, lines end in a line
//! feed):
//! - the content hash of a permit is the SHA-256 over the JSON of `kind`, `permitId`, `record` and
//!   `version` as RFC 8785 writes it;
//! - a permit stands in the leaf named by the first four hexadecimal digits of the SHA-256 of its id;
//! - the hash of a leaf is the SHA-256 over one line `{permitId} {version} {content hash}` for each of
//!   its permits in the order of their ids;
//! - a node is named by the digits its leaves have in common, the root by none; its hash is the SHA-256
//!   over one line `{child} {hash of the child}` for each child that has permits, in order.

use std::{collections::BTreeMap, fmt, ops::Range};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::disclosure::policy::Kind;

/// Digits of a leaf's name.
pub const DEPTH: u8 = 4;
/// A node with at most so many permits lists them at once; one with more is descended into.
pub const LISTED: u64 = 128;
/// Most nodes asked for in one request.
pub const NODES: usize = 64;

/// A SHA-256.
pub type Hash = [u8; 32];

/// One permit as the tree knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub permit: Uuid,
    /// Its version.
    pub version: i32,
    /// Hash of its content.
    pub hash: Hash,
}

/// The hash of a permit as it is given to the rescue centre.
pub fn content_hash(permit: Uuid, version: i32, kind: Kind, record: &Value) -> Hash {
    let whole = json!({
        "kind": kind.as_str(), "permitId": permit.to_string(), "record": record, "version": version,
    });
    let mut text = String::new();
    write_canonical(&whole, &mut text);
    Sha256::digest(text.as_bytes()).into()
}

/// RFC 8785: members sorted, nothing between. Names of members are ASCII and numbers whole, so that
/// sorting by bytes and the usual way of writing numbers are what it asks for.
fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().collect();
            out.push('{');
            for (index, (name, member)) in sorted.into_iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write_canonical(member, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                write_canonical(item, out);
            }
            out.push(']');
        }
        single => out.push_str(&single.to_string()),
    }
}

/// The leaf a permit stands in.
pub fn leaf_of(permit: Uuid) -> u16 {
    let hash = Sha256::digest(permit.to_string().as_bytes());
    u16::from_be_bytes([hash[0], hash[1]])
}

/// A node by its name: none to four hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    depth: u8,
    digits: u16,
}

impl Node {
    /// The root.
    pub const ROOT: Node = Node { depth: 0, digits: 0 };

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let depth = u8::try_from(text.len()).ok().filter(|depth| *depth <= DEPTH)?;
        let digits = if text.is_empty() { Some(0) } else { u16::from_str_radix(text, 16).ok() };
        digits.filter(|_| text.bytes().all(is_digit)).map(|digits| Self { depth, digits })
    }

    /// The leaves below it, or itself.
    pub fn leaves(self) -> Range<usize> {
        let span = 1_usize << (4 * (DEPTH - self.depth));
        let first = usize::from(self.digits) * span;
        first..first + span
    }

    /// Its sixteen children; a leaf has none.
    pub fn children(self) -> impl Iterator<Item = Node> {
        let count = if self.depth < DEPTH { 16 } else { 0 };
        (0..count)
            .map(move |digit| Node { depth: self.depth + 1, digits: (self.digits << 4) | digit })
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.depth {
            0 => Ok(()),
            depth => write!(f, "{:0width$x}", self.digits, width = usize::from(depth)),
        }
    }
}

/// What is below a node, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Permits.
    pub count: u64,
    /// Hash over them; of nothing, the hash of the empty text.
    pub hash: Hash,
}

/// The tree, kept as its leaves.
#[derive(Debug, Clone)]
pub struct Tree(Vec<(u32, Hash)>);

impl Default for Tree {
    fn default() -> Self {
        Self(vec![(0, [0; 32]); 1 << (4 * DEPTH)])
    }
}

impl Tree {
    /// The tree over some permits, in any order.
    pub fn of(items: impl IntoIterator<Item = Item>) -> Self {
        let mut leaves: BTreeMap<u16, Vec<Item>> = BTreeMap::new();
        for item in items {
            leaves.entry(leaf_of(item.permit)).or_default().push(item);
        }
        let mut tree = Self::default();
        for (leaf, items) in leaves {
            tree.set(leaf, items);
        }
        tree
    }

    /// Writes what stands in a leaf.
    pub fn set(&mut self, leaf: u16, mut items: Vec<Item>) {
        items.sort_unstable_by_key(|item| item.permit.to_string());
        let mut hash = Sha256::new();
        for Item { permit, version, hash: content } in &items {
            hash.update(format!("{permit} {version} {}\n", hex::encode(content)));
        }
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        self.0[usize::from(leaf)] = (count, hash.finalize().into());
    }

    /// What is below a node, in short.
    pub fn summary(&self, node: Node) -> Summary {
        if node.depth == DEPTH {
            let (count, hash) = self.0[usize::from(node.digits)];
            let hash = if count == 0 { Sha256::digest([]).into() } else { hash };
            return Summary { count: u64::from(count), hash };
        }
        let (mut count, mut hash) = (0, Sha256::new());
        for child in node.children().filter(|child| self.has_permits(*child)) {
            let below = self.summary(child);
            count += below.count;
            hash.update(format!("{child} {}\n", hex::encode(below.hash)));
        }
        Summary { count, hash: hash.finalize().into() }
    }

    /// Which children of a node to ask about, given what another tree has below it; and which of them
    /// the other has no permits in.
    pub fn differing(&self, node: Node, other: &BTreeMap<Node, Hash>) -> (Vec<Node>, Vec<Node>) {
        let (mut ask, mut gone) = (Vec::new(), Vec::new());
        for child in node.children() {
            let own = self.summary(child);
            match other.get(&child) {
                Some(hash) if *hash == own.hash => {}
                Some(_) => ask.push(child),
                None if own.count > 0 => gone.push(child),
                None => {}
            }
        }
        (ask, gone)
    }

    fn has_permits(&self, node: Node) -> bool {
        self.0[node.leaves()].iter().any(|(count, _)| *count > 0)
    }
}

/// What a digest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Live permits.
    pub count: u64,
    /// Hash of the root.
    pub root: Hash,
    /// A place of the log whose changes are all in it.
    pub head: u64,
    /// When it was made, to the microsecond.
    pub at: DateTime<Utc>,
    /// Id of the key that signs it.
    pub key_id: String,
}

/// First line of the signed text; keeps it apart from anything else the key signs.
const TITLE: &str = "anrop rescue digest v2";

impl Statement {
    /// The text that is signed.
    pub fn text(&self) -> String {
        let Self { count, root, head, at, key_id } = self;
        let (root, at) = (hex::encode(root), at.to_rfc3339_opts(SecondsFormat::Micros, true));
        format!("{TITLE}\ncount {count}\nroot {root}\nhead {head}\nat {at}\nkey {key_id}\n")
    }

    /// Reads a signed text.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        if lines.next()? != TITLE {
            return None;
        }
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let statement = Self {
            count: value("count")?.parse().ok()?,
            root: hex::decode(value("root")?).ok()?.try_into().ok()?,
            head: value("head")?.parse().ok()?,
            at: DateTime::parse_from_rfc3339(value("at")?).ok()?.to_utc(),
            key_id: value("key")?.to_owned(),
        };
        (statement.text() == text).then_some(statement)
    }
}

/// The nodes asked for: names separated by commas, at most [`NODES`].
pub fn read_nodes(text: &str) -> Option<Vec<Node>> {
    let nodes: Option<Vec<Node>> = text.split(',').map(Node::parse).collect();
    nodes.filter(|nodes| nodes.len() <= NODES)
}

#[cfg(test)]
mod tests;
