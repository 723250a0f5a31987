//! Finding rows of a table: a page of them, how many there are in all, and counts by value. Rows of the
//! base are found as sets, those above it one by one; both must mean the same, which the tests compare
//! with a third, plain way.

use std::collections::HashMap;

use roaring::RoaringBitmap;

use super::{
    base::{Features, Group, Ranked, Row},
    fold::{EXACT, PART, PREFIX, Wanted, fold},
    query::Dimension,
    table::{Found, Table},
};

/// Most values counted in a dimension: more than Norway has post towns and municipalities, so that none is
/// left out, and few enough that what was once typed as a place can never make an answer endless.
pub const MOST_VALUES: usize = 10_000;

/// What is asked of a table; every part given must hold.
pub struct Ask<R: Row> {
    /// Beginning of the key.
    pub prefix: String,
    /// Folded values of dimensions.
    pub values: Vec<(Dimension, String)>,
    /// Words the row must have, each of them.
    pub words: Vec<Wanted>,
    /// Part of the key, which will do in place of the words.
    pub key_part: Option<String>,
    /// Words the holder must have, without slips.
    pub holder: Vec<Wanted>,
    /// What is asked of the numbers.
    pub scan: Option<R::Scan>,
    /// Persons may be shown.
    pub persons: bool,
    /// What all that is found is counted by.
    pub count: Vec<Dimension>,
}

/// Where a page ended: how well its last row fitted, and its key.
pub type Place<R> = (u8, <R as Row>::Key);

/// Rows with their keys.
pub type Rows<R> = Vec<(<R as Row>::Key, R)>;

/// A page of what was found.
pub struct Page<R: Row> {
    /// The rows, those that fit best first, then by key.
    pub rows: Rows<R>,
    /// How many there are in all.
    pub total: u64,
    /// Where the next page goes on.
    pub next: Option<Place<R>>,
    /// Counts by value.
    pub counts: Vec<(Dimension, Vec<(String, u64)>)>,
}

impl<R: Row> Ask<R> {
    fn is_search(&self) -> bool {
        !self.words.is_empty() || self.key_part.is_some()
    }

    fn knows(&self, dimension: Dimension, features: &Features) -> bool {
        self.persons || !features.is_of_person || !dimension.is_of_holder()
    }

    /// How well a row above the base fits, if it is asked for.
    fn rank(&self, key: &R::Key, found: &Found<R>) -> Option<u8> {
        let features = &found.features;
        let has = |(dimension, folded): &(Dimension, String)| {
            self.knows(*dimension, features)
                && features.facets().any(|(of, value)| of == *dimension && fold(value) == *folded)
        };
        let text = R::text(key);
        let is_admitted = text.starts_with(&self.prefix)
            && self.values.iter().all(has)
            && self.holder.iter().all(|wanted| {
                self.best(wanted, features, &[Group::Holder]).is_some_and(|rank| rank <= PART)
            })
            && self.scan.as_ref().is_none_or(|scan| R::holds(scan, &found.columns, 0));
        if !is_admitted {
            return None;
        }
        if !self.is_search() {
            return Some(EXACT);
        }
        let by_key = self.key_part.as_deref().and_then(|part| match text.strip_prefix(part) {
            Some("") => Some(EXACT),
            Some(_) => Some(PREFIX),
            None => (part.len() >= 3 && text.contains(part)).then_some(PART),
        });
        let by_words = self.words.iter().try_fold(EXACT, |worst, wanted| {
            Some(worst.max(self.best(wanted, features, &[Group::Holder, Group::Other])?))
        });
        let by_words = by_words.filter(|_| !self.words.is_empty());
        by_key.into_iter().chain(by_words).min()
    }

    fn best(&self, wanted: &Wanted, features: &Features, groups: &[Group]) -> Option<u8> {
        let shown =
            |group: &&Group| self.persons || !features.is_of_person || **group != Group::Holder;
        let words = groups.iter().filter(shown);
        words
            .flat_map(|group| features.words[*group as usize].split_whitespace())
            .filter_map(|word| wanted.fits(word))
            .min()
    }
}

impl<R: Row> Table<R> {
    /// The page behind `after`.
    pub fn find(&self, ask: &Ask<R>, after: Option<&Place<R>>, limit: usize) -> Page<R> {
        let ranked = self.ranked(ask);
        let above: Vec<(u8, &R::Key, &Found<R>)> = self
            .above()
            .filter_map(|(key, found)| Some((ask.rank(key, found)?, key, found)))
            .collect();
        let of_base: u64 = ranked.iter().map(RoaringBitmap::len).sum();
        let (rows, next) = self.page(&ranked, &above, after, limit);
        Page {
            rows,
            total: of_base + above.len() as u64,
            next,
            counts: self.counts(ask, &ranked, &above),
        }
    }

    /// Rows of the base that are asked for, each at its rank.
    fn ranked(&self, ask: &Ask<R>) -> Ranked {
        let base = self.base();
        let mut rows = base.live() - self.hidden();
        if !ask.prefix.is_empty() {
            let range = base.beginning(&ask.prefix);
            let mut beginning = RoaringBitmap::new();
            beginning.insert_range(range.start as u32..range.end as u32);
            rows &= beginning;
        }
        for (dimension, folded) in &ask.values {
            rows &= base.having(*dimension, folded);
            if !ask.persons && dimension.is_of_holder() {
                rows -= base.persons();
            }
        }
        for wanted in &ask.holder {
            let ranks = base.fitting(wanted, &[Group::Holder], ask.persons);
            rows &= &ranks[usize::from(PART)];
        }
        let mut ranked = Ranked::default();
        if ask.is_search() {
            ranked = by_search(self, ask);
            for rank in &mut ranked {
                *rank &= &rows;
            }
        } else {
            ranked[0] = rows;
        }
        if let Some(scan) = &ask.scan {
            for rank in &mut ranked {
                *rank = base.scan(scan, rank);
            }
        }
        ranked
    }

    fn page(
        &self,
        ranked: &Ranked,
        above: &[(u8, &R::Key, &Found<R>)],
        after: Option<&Place<R>>,
        limit: usize,
    ) -> (Rows<R>, Option<Place<R>>) {
        let base = self.base();
        let mut rows = Rows::<R>::new();
        let mut last = None;
        for (rank, set) in (0_u8..).zip(ranked) {
            if after.is_some_and(|(of, _)| rank < *of) {
                continue;
            }
            let key = after.filter(|(of, _)| *of == rank).map(|(_, key)| key);
            let first = key.map_or(0, |key| base.behind(key));
            let mut of_base = set.range(first as u32..).peekable();
            let mut of_above = above
                .iter()
                .filter(|(of, known, _)| *of == rank && key.is_none_or(|key| *known > key))
                .peekable();
            loop {
                let from_base = match (of_base.peek(), of_above.peek()) {
                    (None, None) => break,
                    (Some(row), Some((_, key, _))) => base.key(*row as usize) < *key,
                    (row, _) => row.is_some(),
                };
                if rows.len() == limit {
                    return (rows, last);
                }
                let next = if from_base {
                    let row = of_base.next().map(|row| row as usize);
                    row.and_then(|row| Some((base.key(row).clone(), R::unpack(base.packed(row)?))))
                } else {
                    of_above.next().map(|(_, key, found)| ((*key).clone(), found.row.clone()))
                };
                if let Some((key, row)) = next {
                    last = Some((rank, key.clone()));
                    rows.push((key, row));
                }
            }
        }
        (rows, None)
    }

    fn counts(
        &self,
        ask: &Ask<R>,
        ranked: &Ranked,
        above: &[(u8, &R::Key, &Found<R>)],
    ) -> Vec<(Dimension, Vec<(String, u64)>)> {
        if ask.count.is_empty() {
            return Vec::new();
        }
        let base = self.base();
        let all = ranked.iter().fold(RoaringBitmap::new(), |all, rank| all | rank);
        let shown = if ask.persons { all.clone() } else { &all - base.persons() };
        let counted = ask.count.iter().map(|dimension| {
            let found = if dimension.is_of_holder() { &shown } else { &all };
            let mut counts: HashMap<&str, u64> = HashMap::new();
            for value in base.values(*dimension) {
                counts.insert(&value.shown, value.rows.intersection_len(found));
            }
            for (_, _, row) in above {
                let values = row.features.facets().filter(|(of, _)| of == dimension);
                for (_, value) in values.filter(|_| ask.knows(*dimension, &row.features)) {
                    *counts.entry(value).or_default() += 1;
                }
            }
            let mut counts: Vec<(String, u64)> = counts
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(value, count)| (value.to_owned(), count))
                .collect();
            counts.sort_unstable_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
            counts.truncate(MOST_VALUES);
            (*dimension, counts)
        });
        counted.collect()
    }
}

/// Rows that fit the words or the part of the key, each at its best rank.
fn by_search<R: Row>(table: &Table<R>, ask: &Ask<R>) -> Ranked {
    let base = table.base();
    let mut ranked = Ranked::default();
    let mut words = ask
        .words
        .iter()
        .map(|wanted| base.fitting(wanted, &[Group::Holder, Group::Other], ask.persons));
    if let Some(first) = words.next() {
        ranked = words.fold(first, |mut all, ranks| {
            all.iter_mut().zip(ranks).for_each(|(all, rank)| *all &= rank);
            all
        });
    }
    if let Some(part) = &ask.key_part {
        ranked.iter_mut().zip(base.keys_having(part)).for_each(|(all, rank)| *all |= rank);
    }
    for rank in (1..ranked.len()).rev() {
        let (better, rest) = ranked.split_at_mut(rank);
        rest[0] -= &better[rank - 1];
    }
    ranked
}
