//! The tree against a computation of its description by another program, and any set of differences
//! against the number of requests it takes to find them.

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// Computed with another program from the description alone.
const CONTENT: &str = "e7a0527967b0af4edaf8569acda515339319af194b0e6d64242373dbbb6951a5";
const LEAF: &str = "4210";
const LEAF_HASH: &str = "a420768c0f1f0ad16fb690bcd94ffdfc427032a8afaa22dbb5552003d30333b1";
const ROOT: &str = "cc1e1aa68e24989fd62115ac7b3acf9a8165594f4057ff4974e6e69b746ea5d0";
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn one() -> Item {
    let permit: Uuid = "0198c0de-0000-7000-8000-000000000001".parse().expect("an id");
    let record = json!({
        "permit": { "status": "active", "number": "PLB-000001" },
        "holder": { "phone": "+4768050012", "name": "Kari Ørsted \"K\"" },
        "contacts": [{ "name": "Ola", "callingOrder": 1 }],
        "callSign": "LNA2345",
    });
    Item { permit, version: 3, hash: content_hash(permit, 3, Kind::Plb, &record) }
}

#[test]
fn the_digest_is_what_its_description_says() {
    let item = one();
    assert_eq!(hex::encode(item.hash), CONTENT);
    assert_eq!(format!("{:04x}", leaf_of(item.permit)), LEAF);
    let tree = Tree::of([item]);
    let leaf = tree.summary(Node::parse(LEAF).expect("a leaf"));
    assert_eq!((leaf.count, hex::encode(leaf.hash)), (1, LEAF_HASH.to_owned()));
    let root = tree.summary(Node::ROOT);
    assert_eq!((root.count, hex::encode(root.hash)), (1, ROOT.to_owned()));
    for node in [Node::ROOT, Node::parse("0000").expect("a leaf")] {
        assert_eq!(hex::encode(Tree::default().summary(node).hash), NOTHING);
    }
}

#[test]
fn the_order_of_members_does_not_count_and_every_value_does() {
    let hash = |record| content_hash(Uuid::nil(), 1, Kind::Plb, &record);
    let first = hash(json!({ "a": 1, "b": { "c": [1, 2], "d": "x" } }));
    assert_eq!(first, hash(json!({ "b": { "d": "x", "c": [1, 2] }, "a": 1 })));
    for other in [
        json!({ "a": 2, "b": { "c": [1, 2], "d": "x" } }),
        json!({ "a": 1, "b": { "c": [2, 1], "d": "x" } }),
        json!({ "a": 1, "b": { "c": [1, 2], "d": "x" }, "e": null }),
    ] {
        assert_ne!(first, hash(other));
    }
}

#[test]
fn a_node_is_named_by_none_to_four_digits_in_lower_case() {
    for text in ["", "0", "f", "a7", "00c", "ffff"] {
        assert_eq!(Node::parse(text).expect(text).to_string(), text);
    }
    for text in ["F", "g", "00000", "+1", "٣", " "] {
        assert_eq!(Node::parse(text), None, "{text}");
    }
    assert_eq!(read_nodes("").expect("the root"), [Node::ROOT]);
    assert_eq!(read_nodes("0,a7").expect("two").len(), 2);
    assert_eq!(read_nodes("0,"), Some(vec![Node::parse("0").expect("a node"), Node::ROOT]));
    assert_eq!(read_nodes(&["0"; NODES + 1].join(",")), None);
    assert_eq!(Node::parse("a7").expect("a node").leaves(), 0xa700..0xa800);
}

#[test]
fn a_statement_is_read_as_it_was_written_and_not_otherwise() {
    let at = "2026-11-22T03:00:00.000001Z".parse().expect("a time");
    let statement =
        Statement { count: 7, root: one().hash, head: 19, at, key_id: "0123456789abcdef".into() };
    let text = statement.text();
    assert_eq!(Statement::parse(&text), Some(statement));
    for (old, new) in [
        ("count 7", "count 07"),
        ("digest v2", "digest v3"),
        ("head 19", "head +19"),
        ("\n", "\r\n"),
    ] {
        assert_eq!(Statement::parse(&text.replace(old, new)), None, "{new}");
    }
    assert_eq!(Statement::parse(&format!("{text}x")), None);
}

/// What another side answers to a node, as the service does.
enum Told {
    Children(BTreeMap<Node, Hash>),
    Permits(BTreeMap<Uuid, Item>),
}

struct Side {
    items: BTreeMap<Uuid, Item>,
    tree: Tree,
}

impl Side {
    fn new(items: BTreeMap<Uuid, Item>) -> Self {
        let tree = Tree::of(items.values().copied());
        Self { items, tree }
    }

    fn below(&self, node: Node) -> BTreeMap<Uuid, Item> {
        let leaves = node.leaves();
        let is_below = |item: &&Item| leaves.contains(&usize::from(leaf_of(item.permit)));
        self.items.values().filter(is_below).map(|item| (item.permit, *item)).collect()
    }

    fn tell(&self, node: Node) -> Told {
        if self.tree.summary(node).count <= LISTED || node.children().next().is_none() {
            return Told::Permits(self.below(node));
        }
        let children = node.children().map(|child| (child, self.tree.summary(child)));
        let with = children.filter(|(_, summary)| summary.count > 0);
        Told::Children(with.map(|(child, summary)| (child, summary.hash)).collect())
    }
}

/// The permits in which two sides differ, found as a receiver finds them, with the requests it took.
fn find(own: &Side, other: &Side) -> (Vec<Uuid>, usize) {
    let (mut found, mut requests) = (std::collections::BTreeSet::new(), 0);
    let mut frontier = vec![Node::ROOT];
    while !frontier.is_empty() {
        let asked = std::mem::take(&mut frontier);
        requests += asked.len().div_ceil(NODES);
        for node in asked {
            match other.tell(node) {
                Told::Children(told) => {
                    let (ask, gone) = own.tree.differing(node, &told);
                    frontier.extend(ask);
                    for node in gone {
                        found.extend(own.below(node).into_keys());
                    }
                }
                Told::Permits(told) => {
                    let held = own.below(node);
                    for permit in told.keys().chain(held.keys()) {
                        if told.get(permit) != held.get(permit) {
                            found.insert(*permit);
                        }
                    }
                }
            }
        }
    }
    (found.into_iter().collect(), requests)
}

fn items(count: u64) -> BTreeMap<Uuid, Item> {
    let item = |n: u64| {
        let permit = Uuid::from_u128(u128::from(n) << 64 | 0x7000_8000);
        (permit, Item { permit, version: 1, hash: Sha256::digest(n.to_be_bytes()).into() })
    };
    (0..count).map(item).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_set_of_differences_is_found_exactly_and_in_few_requests(
        count in 0_u64..6_000,
        changed in prop::collection::vec((0_usize..6_000, 0_u8..4), 0..60),
        extra in 0_u64..20,
    ) {
        let own = items(count);
        let mut other = own.clone();
        let ids: Vec<Uuid> = own.keys().copied().collect();
        for (index, how) in changed {
            let Some(id) = ids.get(index) else { continue };
            match (how, other.get_mut(id)) {
                (0, _) => { other.remove(id); }
                (1, Some(item)) => item.version += 1,
                (_, Some(item)) => item.hash[0] ^= 1,
                (_, None) => {}
            }
        }
        other.extend(items(count + extra).into_iter().skip(usize::try_from(count).unwrap()));
        let mut expected: Vec<Uuid> = own.keys().chain(other.keys()).copied()
            .filter(|id| own.get(id) != other.get(id)).collect();
        expected.sort_unstable();
        expected.dedup();
        let (own, other) = (Side::new(own), Side::new(other));
        let (found, requests) = find(&own, &other);
        prop_assert_eq!(&found, &expected);
        // the root, and below it no more nodes a level than there are differences
        prop_assert!(requests <= 1 + usize::from(DEPTH) * expected.len().div_ceil(NODES), "{requests}");
        let equal = own.tree.summary(Node::ROOT) == other.tree.summary(Node::ROOT);
        prop_assert_eq!(equal, expected.is_empty());
    }
}

#[test]
fn a_leaf_written_anew_gives_the_tree_made_anew() {
    let mut items = items(3_000);
    let mut tree = Tree::of(items.values().copied());
    let (id, item) = items.iter_mut().nth(77).expect("an item");
    item.version = 9;
    let leaf = leaf_of(*id);
    tree.set(leaf, items.values().filter(|item| leaf_of(item.permit) == leaf).copied().collect());
    let anew = Tree::of(items.values().copied());
    assert_eq!(tree.summary(Node::ROOT), anew.summary(Node::ROOT));
}
