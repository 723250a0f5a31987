//! The compact part of a table: rows packed one behind the other in the order of their keys, and what
//! they are found by, as sets of row numbers. It never changes; a table that changed is cut anew.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use roaring::RoaringBitmap;

use super::{
    fold::{PART, Wanted},
    query::Dimension,
    words::{Gathered, Grams, WordBuilder, Words},
};

/// What a table holds: how a row is kept, and what it is found by.
pub trait Row: Clone {
    /// What rows are ordered by.
    type Key: Ord + Clone;
    /// Numbers of all rows, which are compared one row after the other.
    type Columns: Default;
    /// What is asked of these numbers.
    type Scan;
    /// Whether `q` finds parts of the key.
    const KEY_IS_SEARCHED: bool;

    /// The key as a text of the same order.
    fn text(key: &Self::Key) -> &str;
    /// The row as bytes.
    fn pack(&self) -> Vec<u8>;
    /// The row of these bytes.
    fn unpack(packed: &[u8]) -> Self;
    /// What a packed row is found by; its numbers go behind those of the rows before.
    fn describe(packed: &[u8], to: &mut Features, columns: &mut Self::Columns);
    /// Whether a packed row names a natural person who is not its holder.
    fn names_person(_packed: &[u8]) -> bool {
        false
    }
    /// Keeps the place of a row that is not shown.
    fn skip(columns: &mut Self::Columns);
    /// Puts the numbers of other rows behind those of so many.
    fn join(columns: &mut Self::Columns, others: Self::Columns, rows: u32);
    /// Rows among which all are that hold what is asked for; none where each must be looked at.
    fn candidates(_scan: &Self::Scan, _columns: &Self::Columns) -> Option<RoaringBitmap> {
        None
    }
    /// Whether the numbers of a row are what is asked for.
    fn holds(scan: &Self::Scan, columns: &Self::Columns, row: usize) -> bool;
    /// Bytes the numbers take.
    fn column_bytes(columns: &Self::Columns) -> usize;
}

/// Words of a row that are searched apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Of the holder.
    Holder,
    /// Others.
    Other,
}

/// What a row is found by.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    /// Values it is counted by: where each ends in `values`, whose texts stand one behind the other, since
    /// millions of rows are described in turn.
    facets: Vec<(Dimension, usize)>,
    values: String,
    /// Folded words by their group.
    pub words: [String; 2],
    /// Holder and place tell of a natural person.
    pub is_of_person: bool,
}

impl Features {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.facets.clear();
        self.values.clear();
        self.words.iter_mut().for_each(String::clear);
        self.is_of_person = false;
    }

    /// Adds a value, once.
    pub fn count(&mut self, dimension: Dimension, value: &str) {
        if !self.facets().any(|known| known == (dimension, value)) {
            self.values.push_str(value);
            self.facets.push((dimension, self.values.len()));
        }
    }

    /// Values it is counted by.
    pub fn facets(&self) -> impl Iterator<Item = (Dimension, &str)> {
        let mut from = 0;
        self.facets.iter().map(move |(dimension, end)| {
            let value = &self.values[from..*end];
            from = *end;
            (*dimension, value)
        })
    }
}

impl Dimension {
    /// Tells of the holder, so that it is not known of a person who is not shown.
    pub const fn is_of_holder(self) -> bool {
        matches!(self, Self::Place | Self::County)
    }
}

/// A value of a dimension with the rows that have it.
#[derive(Debug)]
pub struct Value {
    /// As it is shown.
    pub shown: Box<str>,
    /// As it is compared.
    pub folded: Box<str>,
    /// The rows.
    pub rows: RoaringBitmap,
}

/// Rows in the order of their keys.
pub struct Base<R: Row> {
    keys: Vec<R::Key>,
    revisions: Vec<i64>,
    /// Where each row ends in `packed`; a row of no bytes has been taken away.
    ends: Vec<u64>,
    packed: Vec<u8>,
    live: RoaringBitmap,
    persons: RoaringBitmap,
    facets: [Vec<Value>; Dimension::ALL.len()],
    words: [Words; 2],
    grams: Grams,
    columns: R::Columns,
}

impl<R: Row> Default for Base<R> {
    fn default() -> Self {
        Builder::default().finish()
    }
}

/// Puts a base together, row by row in the order of keys, each once.
pub struct Builder<R: Row> {
    base: Base<R>,
    // sets of rows are made at the end: adding one by one looks for the greatest each time
    live: Vec<u32>,
    persons: Vec<u32>,
    values: [HashMap<Box<str>, Vec<u32>, RandomState>; Dimension::ALL.len()],
    words: [WordBuilder; 2],
    features: Features,
}

impl<R: Row> Default for Builder<R> {
    fn default() -> Self {
        Self {
            base: Base {
                keys: Vec::new(),
                revisions: Vec::new(),
                ends: Vec::new(),
                packed: Vec::new(),
                live: RoaringBitmap::new(),
                persons: RoaringBitmap::new(),
                facets: Default::default(),
                words: Default::default(),
                grams: Grams::default(),
                columns: R::Columns::default(),
            },
            live: Vec::new(),
            persons: Vec::new(),
            values: Default::default(),
            words: Default::default(),
            features: Features::default(),
        }
    }
}

/// The set of rows that stand in order.
fn set_of(rows: Vec<u32>) -> RoaringBitmap {
    RoaringBitmap::from_sorted_iter(rows).expect("rows come in order")
}

/// Adds rows that stand behind so many others.
pub fn shifted(rows: &mut RoaringBitmap, more: &RoaringBitmap, by: u32) {
    rows.append(more.iter().map(|row| row + by)).expect("rows come in order");
}

/// Adds the values of rows that stand behind so many others.
fn put_values(own: &mut Vec<Value>, more: Vec<Value>, rows: u32) {
    let known = own.iter().enumerate().map(|(place, value)| (value.shown.clone(), place));
    let known: HashMap<Box<str>, usize, RandomState> = known.collect();
    for mut value in more {
        if let Some(place) = known.get(&value.shown) {
            shifted(&mut own[*place].rows, &value.rows, rows);
        } else {
            let theirs = std::mem::take(&mut value.rows);
            shifted(&mut value.rows, &theirs, rows);
            own.push(value);
        }
    }
}

impl<R: Row> Builder<R> {
    /// Makes room, so that nothing is moved while rows come.
    pub fn reserve(&mut self, rows: usize, bytes: usize) {
        self.base.reserve(rows, bytes);
    }

    /// Adds the next row; none keeps the revision of one that was taken away.
    pub fn push(&mut self, key: R::Key, revision: i64, packed: Option<&[u8]>) {
        let base = &mut self.base;
        let row = u32::try_from(base.keys.len()).expect("less than four billion rows");
        match packed {
            None => R::skip(&mut base.columns),
            Some(packed) => {
                base.packed.extend_from_slice(packed);
                self.live.push(row);
                let features = &mut self.features;
                features.clear();
                R::describe(packed, features, &mut base.columns);
                if features.is_of_person {
                    self.persons.push(row);
                }
                for (dimension, value) in features.facets() {
                    let values = &mut self.values[dimension as usize];
                    match values.get_mut(value) {
                        Some(rows) => rows.push(row),
                        None => values.entry(value.into()).or_default().push(row),
                    }
                }
                for (words, text) in self.words.iter_mut().zip(&features.words) {
                    words.put(row, text);
                }
            }
        }
        base.keys.push(key);
        base.revisions.push(revision);
        base.ends.push(base.packed.len() as u64);
    }

    /// The base.
    pub fn finish(self) -> Base<R> {
        let mut base = self.base;
        base.live = set_of(self.live);
        base.persons = set_of(self.persons);
        base.facets = self.values.map(|values| {
            let value = |(shown, rows): (Box<str>, Vec<u32>)| Value {
                folded: super::fold::fold(&shown).into(),
                shown,
                rows: set_of(rows),
            };
            values.into_iter().map(value).collect()
        });
        base.words = self.words.map(WordBuilder::finish);
        if R::KEY_IS_SEARCHED {
            base.grams = Grams::of(base.keys.iter().map(R::text));
        }
        base
    }
}

/// Rows by how well they fit, each in one of the sets.
pub type Ranked = [RoaringBitmap; 4];

impl<R: Row> Base<R> {
    /// Puts the rows of another, all of whose keys are greater, behind its own, as if one builder had had
    /// them all. What is sorted is merged, and words by a thread of their own: a start waits for this.
    pub fn append(&mut self, other: Self) {
        let rows = u32::try_from(self.keys.len()).expect("less than four billion rows");
        let (words, grams) = (&mut self.words, &mut self.grams);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                words.iter_mut().zip(other.words).for_each(|(own, more)| own.append(more, rows));
                grams.append(&other.grams, rows);
            });
            let bytes = self.packed.len() as u64;
            self.keys.extend(other.keys);
            self.revisions.extend(other.revisions);
            self.ends.extend(other.ends.iter().map(|end| bytes + end));
            self.packed.extend(other.packed);
            shifted(&mut self.live, &other.live, rows);
            shifted(&mut self.persons, &other.persons, rows);
            for (own, more) in self.facets.iter_mut().zip(other.facets) {
                put_values(own, more, rows);
            }
            R::join(&mut self.columns, other.columns, rows);
        });
    }

    fn reserve(&mut self, rows: usize, bytes: usize) {
        self.keys.reserve_exact(rows);
        self.revisions.reserve_exact(rows);
        self.ends.reserve_exact(rows);
        self.packed.reserve_exact(bytes);
    }

    /// Gives back the room that rows did not take.
    pub fn trim(&mut self) {
        self.packed.shrink_to_fit();
    }

    /// How many rows there are, those taken away among them.
    pub fn rows(&self) -> usize {
        self.keys.len()
    }

    /// Rows that are shown.
    pub fn live(&self) -> &RoaringBitmap {
        &self.live
    }

    /// Rows whose holder is a natural person.
    pub fn persons(&self) -> &RoaringBitmap {
        &self.persons
    }

    /// The values of a dimension.
    pub fn values(&self, dimension: Dimension) -> &[Value] {
        &self.facets[dimension as usize]
    }

    /// The place of a key.
    pub fn find(&self, key: &R::Key) -> Option<usize> {
        self.keys.binary_search(key).ok()
    }

    /// The first place behind a key.
    pub fn behind(&self, key: &R::Key) -> usize {
        self.keys.partition_point(|known| known <= key)
    }

    /// The first place from a text on.
    pub fn from(&self, text: &str) -> usize {
        self.keys.partition_point(|known| R::text(known) < text)
    }

    /// The key of a row.
    pub fn key(&self, row: usize) -> &R::Key {
        &self.keys[row]
    }

    /// The revision of a row.
    pub fn revision(&self, row: usize) -> i64 {
        self.revisions[row]
    }

    /// The bytes of a row; none where it has been taken away.
    pub fn packed(&self, row: usize) -> Option<&[u8]> {
        let from = if row == 0 { 0 } else { self.ends[row - 1] };
        let bytes = &self.packed[from as usize..self.ends[row] as usize];
        (!bytes.is_empty()).then_some(bytes)
    }

    /// The numbers of all rows.
    pub const fn columns(&self) -> &R::Columns {
        &self.columns
    }

    /// Rows whose keys begin so.
    pub fn beginning(&self, text: &str) -> std::ops::Range<usize> {
        let first = self.from(text);
        let length = self.keys[first..].partition_point(|key| R::text(key).starts_with(text));
        first..first + length
    }

    /// Rows that have a folded value in a dimension.
    pub fn having(&self, dimension: Dimension, folded: &str) -> RoaringBitmap {
        let values = self.values(dimension).iter().filter(|value| *value.folded == *folded);
        values.fold(RoaringBitmap::new(), |rows, value| rows | &value.rows)
    }

    /// Of these rows those whose numbers are what is asked for.
    pub fn scan(&self, scan: &R::Scan, rows: &RoaringBitmap) -> RoaringBitmap {
        let narrowed = R::candidates(scan, &self.columns).map(|near| near & rows);
        let rows = narrowed.as_ref().unwrap_or(rows);
        let (Some(first), Some(last)) = (rows.min(), rows.max()) else {
            return RoaringBitmap::new();
        };
        if rows.len() * 4 < u64::from(last - first) {
            let holds = |row: &u32| R::holds(scan, &self.columns, *row as usize);
            return rows.iter().filter(holds).collect();
        }
        // side by side in memory, and whole bytes at a time
        let first = first / 8 * 8;
        let mut bits = vec![0_u8; (last - first) as usize / 8 + 1];
        for row in first..=last {
            let place = (row - first) as usize;
            bits[place / 8] |= u8::from(R::holds(scan, &self.columns, row as usize)) << (place % 8);
        }
        RoaringBitmap::from_lsb0_bytes(first, &bits) & rows
    }

    /// Rows that have words fitting one that is wanted: for each rank those that fit so or better.
    pub fn fitting(&self, wanted: &Wanted, groups: &[Group], persons: bool) -> Ranked {
        let mut ranks = Ranked::default();
        for group in groups {
            let mut gathered = [(); 4].map(|()| Gathered::of(self.rows()));
            self.words[*group as usize].put_fitting(wanted, &mut gathered);
            for (rank, gathered) in ranks.iter_mut().zip(gathered) {
                let mut rows = gathered.finish();
                if !persons && *group == Group::Holder {
                    rows -= &self.persons;
                }
                *rank |= rows;
            }
        }
        or_better(&mut ranks);
        ranks
    }

    /// Rows whose keys have a part, for each rank those that fit so or better.
    pub fn keys_having(&self, part: &str) -> Ranked {
        let mut ranks = Ranked::default();
        let beginning = self.beginning(part);
        if beginning.clone().next().is_some_and(|row| R::text(&self.keys[row]) == part) {
            ranks[0].insert(beginning.start as u32);
        }
        ranks[1].insert_range(beginning.start as u32..beginning.end as u32);
        if part.len() >= 3 {
            let has = |row: &&u32| R::text(&self.keys[**row as usize])[1..].contains(part);
            ranks[usize::from(PART)] = self.grams.having(part).iter().filter(has).collect();
        }
        or_better(&mut ranks);
        ranks
    }

    /// Whether a folded word stands among those of any row.
    #[cfg(test)]
    pub fn has_word(&self, word: &str) -> bool {
        self.words.iter().any(|words| words.has(word))
    }

    /// Bytes it takes in memory, sets of rows as they would be written.
    pub fn bytes(&self) -> usize {
        let facets = self.facets.iter().flatten();
        let facets = facets.map(|value| {
            size_of::<Value>() + value.shown.len() + value.folded.len() + set_bytes(&value.rows)
        });
        self.keys.capacity() * size_of::<R::Key>()
            + 8 * (self.revisions.capacity() + self.ends.capacity())
            + self.packed.capacity()
            + set_bytes(&self.live)
            + set_bytes(&self.persons)
            + facets.sum::<usize>()
            + self.words.iter().map(Words::bytes).sum::<usize>()
            + self.grams.bytes()
            + R::column_bytes(&self.columns)
    }
}

fn set_bytes(rows: &RoaringBitmap) -> usize {
    // 48 bytes of administration for each container
    let statistics = rows.statistics();
    rows.serialized_size() + 48 * statistics.n_containers as usize
}

/// Makes of sets for each rank those of that rank or better.
fn or_better(ranks: &mut Ranked) {
    for rank in 1..ranks.len() {
        let (better, rest) = ranks.split_at_mut(rank);
        rest[0] |= &better[rank - 1];
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::{
        register::{PublicPermit, PublicSign, search::sign::tests::any_sign},
        values::call_sign::CallSign,
    };

    /// Everything a base holds, comparable.
    fn parts<R: Row<Columns: Clone>>(base: &Base<R>) -> impl PartialEq + std::fmt::Debug + use<R>
    where
        R::Key: std::fmt::Debug,
        R::Columns: PartialEq + std::fmt::Debug,
    {
        let of = |value: &Value| (value.shown.clone(), (value.folded.clone(), value.rows.clone()));
        let facets = base.facets.iter();
        let facets: Vec<_> =
            facets.map(|values| values.iter().map(of).collect::<BTreeMap<_, _>>()).collect();
        let numbers = (base.revisions.clone(), base.ends.clone(), base.packed.clone());
        let words = base.words.iter().map(|words| format!("{words:?}")).collect::<Vec<_>>();
        let sets = (base.live.clone(), base.persons.clone(), base.columns.clone());
        (base.keys.clone(), numbers, facets, words, format!("{:?}", base.grams), sets)
    }

    fn built<R: Row>(rows: &[(R::Key, Option<Vec<u8>>)]) -> Builder<R> {
        let mut builder = Builder::default();
        for (number, (key, row)) in rows.iter().enumerate() {
            builder.push(key.clone(), number as i64, row.as_deref());
        }
        builder
    }

    /// Rows with the same revisions, whether they were built at once or as two halves.
    fn joined<R: Row>(rows: &[(R::Key, Option<Vec<u8>>)], at: usize) -> Base<R> {
        let (before, behind) = rows.split_at(at);
        let mut base = built::<R>(before).finish();
        let mut other = Builder::default();
        for (number, (key, row)) in behind.iter().enumerate() {
            other.push(key.clone(), (at + number) as i64, row.as_deref());
        }
        base.append(other.finish());
        base
    }

    fn any_permit() -> impl Strategy<Value = Vec<u8>> {
        let sites = proptest::collection::vec((58.0..71.0f64, 5.0..30.0f64), 0..3);
        (sites, any::<bool>(), 1..9u64).prop_map(|(sites, is_national, block)| {
            let sites: Vec<_> = sites
                .iter()
                .map(|(north, east)| json!({ "latitude": north, "longitude": east }))
                .collect();
            let kind = if is_national { "national" } else { "polygon" };
            let ring = [[60.0, 5.0], [60.0, 6.0], [61.0, 6.0]]
                .map(|[north, east]| json!({ "latitude": north, "longitude": east }));
            json!({
                "permit": { "number": format!("X-{block}"), "kind": "spectrum", "status": "active" },
                "organisation": { "name": format!("Fjell {block} AS"), "postTown": "BERGEN" },
                "frequency": {
                    "range": [{ "lower": block * 1000, "upper": block * 2000 }],
                    "area": { "kind": kind, "ring": if is_national { json!([]) } else { json!(ring) } },
                },
                "station": { "position": { "sites": sites } },
            })
            .to_string()
            .into_bytes()
        })
    }

    proptest! {
        #[test]
        fn two_halves_of_signs_make_the_same_base(
            rows in proptest::collection::vec(proptest::option::weighted(0.9, any_sign()), 0..40),
            at in any::<prop::sample::Index>(),
        ) {
            let rows: Vec<_> = rows.iter().enumerate().map(|(number, row)| {
                let key = CallSign::parse(&format!("LNA2{number:03}")).unwrap();
                (key, row.as_ref().map(PublicSign::pack))
            }).collect();
            let whole = built::<PublicSign>(&rows).finish();
            let joined = joined::<PublicSign>(&rows, at.index(rows.len() + 1));
            prop_assert!(parts(&whole) == parts(&joined));
        }

        #[test]
        fn two_halves_of_permits_make_the_same_base(
            rows in proptest::collection::vec(proptest::option::weighted(0.9, any_permit()), 0..30),
            at in any::<prop::sample::Index>(),
        ) {
            let rows: Vec<_> = rows.iter().enumerate().map(|(number, row)| {
                (format!("frequency-permits/{number:03}").into_boxed_str(), row.clone())
            }).collect();
            let whole = built::<PublicPermit>(&rows).finish();
            let joined = joined::<PublicPermit>(&rows, at.index(rows.len() + 1));
            prop_assert!(parts(&whole) == parts(&joined));
        }
    }
}
