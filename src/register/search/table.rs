//! One table of the register: a compact base and, above it, what changed since the base was cut. A
//! reader keeps the table it began with; a change copies a few nodes of the map above.
//!
//! What a change hides in the base is out of every answer at once, and out of memory when the base is
//! cut anew, which is soon where it told of a person.

use std::sync::Arc;

use imbl::OrdMap;
use roaring::RoaringBitmap;

use super::base::{Base, Builder, Features, Row};
use crate::register::Entry;

/// Changes above the base before it is cut anew: a hundredth of it, but at least so many…
const FEWEST: usize = 1_000;
/// …and at most so many, because they are searched one by one.
const MOST: usize = 10_000;

/// A table.
pub struct Table<R: Row> {
    base: Arc<Base<R>>,
    above: OrdMap<R::Key, Above<R>>,
    /// Rows of the base that something stands above of.
    hidden: Arc<RoaringBitmap>,
    /// A row that told of a person is hidden.
    hides_person: bool,
}

/// A row above the base.
pub struct Above<R: Row> {
    /// What may be shown.
    row: Option<Arc<Found<R>>>,
    revision: i64,
}

/// A row and what it is found by.
pub struct Found<R: Row> {
    /// The row.
    pub row: R,
    /// What it is found by.
    pub features: Features,
    /// Its numbers.
    pub columns: R::Columns,
}

// derived, these would ask for rows and columns that can be copied
impl<R: Row> Clone for Above<R> {
    fn clone(&self) -> Self {
        Self { row: self.row.clone(), revision: self.revision }
    }
}

impl<R: Row> Clone for Table<R> {
    fn clone(&self) -> Self {
        Self {
            base: Arc::clone(&self.base),
            above: self.above.clone(),
            hidden: Arc::clone(&self.hidden),
            hides_person: self.hides_person,
        }
    }
}

impl<R: Row> Default for Table<R> {
    fn default() -> Self {
        Self {
            base: Arc::default(),
            above: OrdMap::new(),
            hidden: Arc::default(),
            hides_person: false,
        }
    }
}

/// Whether what a base has in a row tells of a natural person: of its holder, or of whom it names besides.
fn tells_of_person<R: Row>(base: &Base<R>, row: usize) -> bool {
    base.persons().contains(row as u32) || base.packed(row).is_some_and(R::names_person)
}

impl<R: Row> Table<R> {
    /// What may be shown under a key.
    pub fn get(&self, key: &R::Key) -> Option<R> {
        match self.above.get(key) {
            Some(above) => above.row.as_ref().map(|found| found.row.clone()),
            None => self.base.packed(self.base.find(key)?).map(R::unpack),
        }
    }

    /// Whether anything may be shown under a key.
    pub fn has(&self, key: &R::Key) -> bool {
        match self.above.get(key) {
            Some(above) => above.row.is_some(),
            None => self.base.find(key).is_some_and(|row| self.base.packed(row).is_some()),
        }
    }

    /// The revision of what is under a key, also of what has been taken away; none when nothing ever was.
    pub fn revision(&self, key: &R::Key) -> Option<i64> {
        match self.above.get(key) {
            Some(above) => Some(above.revision),
            None => self.base.find(key).map(|row| self.base.revision(row)),
        }
    }

    /// Everything there is under keys from a text on, in the order of keys; none where a row has been
    /// taken away.
    pub fn from(&self, text: &str) -> impl Iterator<Item = (R::Key, Option<R>)> + '_ {
        let mut base = (self.base.from(text)..self.base.rows())
            .filter(|row| !self.hidden.contains(*row as u32))
            .peekable();
        let text = text.to_owned();
        let mut above =
            self.above.iter().filter(move |(key, _)| R::text(key) >= text.as_str()).peekable();
        std::iter::from_fn(move || {
            let of_base = match (base.peek(), above.peek()) {
                (None, None) => return None,
                (Some(row), Some((key, _))) => self.base.key(*row) < *key,
                (row, _) => row.is_some(),
            };
            if of_base {
                let row = base.next()?;
                Some((self.base.key(row).clone(), self.base.packed(row).map(R::unpack)))
            } else {
                let (key, above) = above.next()?;
                Some((key.clone(), above.row.as_ref().map(|found| found.row.clone())))
            }
        })
    }

    /// Everything there is, in the order of keys.
    pub fn iter(&self) -> impl Iterator<Item = (R::Key, Option<R>)> + '_ {
        self.from("")
    }

    /// Shows an entry if it is newer than what is there; answers whether it was.
    pub fn show(&mut self, entry: Entry<R::Key, R>) -> bool {
        let below = self.base.find(&entry.key);
        let known = match self.above.get(&entry.key) {
            Some(above) => Some(above.revision),
            None => below.map(|row| self.base.revision(row)),
        };
        if known.is_some_and(|known| known >= entry.revision) {
            return false;
        }
        if let Some(below) = below {
            self.hides_person |= tells_of_person(&self.base, below);
            let row = below as u32;
            if !self.hidden.contains(row) {
                Arc::make_mut(&mut self.hidden).insert(row);
            }
        }
        let row = entry.row.map(|row| {
            let (mut features, mut columns) = (Features::default(), R::Columns::default());
            R::describe(&row.pack(), &mut features, &mut columns);
            Arc::new(Found { row: Arc::unwrap_or_clone(row), features, columns })
        });
        self.above.insert(entry.key, Above { row, revision: entry.revision });
        true
    }

    /// Whether the base should be cut anew: too much stands above it, or it still holds what was shown
    /// of a person.
    pub fn is_worn(&self) -> bool {
        self.hides_person || self.above.len() > (self.base.rows() / 100).clamp(FEWEST, MOST)
    }

    /// A base of all that this table shows.
    pub fn cut(&self) -> Base<R> {
        let mut builder = Builder::default();
        builder.reserve(self.base.rows() + self.above.len(), 0);
        let mut above = self.above.iter().peekable();
        let put = |key: &R::Key, above: &Above<R>, builder: &mut Builder<R>| {
            let packed = above.row.as_ref().map(|found| found.row.pack());
            builder.push(key.clone(), above.revision, packed.as_deref());
        };
        for row in 0..self.base.rows() {
            let key = self.base.key(row);
            while let Some((earlier, entry)) = above.next_if(|(earlier, _)| *earlier < key) {
                put(earlier, entry, &mut builder);
            }
            match above.next_if(|(same, _)| *same == key) {
                Some((same, entry)) => put(same, entry, &mut builder),
                None => {
                    builder.push(key.clone(), self.base.revision(row), self.base.packed(row));
                }
            }
        }
        for (key, entry) in above {
            put(key, entry, &mut builder);
        }
        let mut base = builder.finish();
        base.trim();
        base
    }

    /// This table over another base: what is newer than the base stays above it.
    pub fn over(&self, base: Arc<Base<R>>) -> Self {
        let mut table = Self { base, ..Self::default() };
        let mut hidden = RoaringBitmap::new();
        for (key, above) in &self.above {
            let below = table.base.find(key);
            if below.is_some_and(|row| table.base.revision(row) >= above.revision) {
                continue;
            }
            if let Some(row) = below {
                hidden.insert(row as u32);
                table.hides_person |= tells_of_person(&table.base, row);
            }
            table.above.insert(key.clone(), above.clone());
        }
        table.hidden = Arc::new(hidden);
        table
    }

    /// The base.
    pub fn base(&self) -> &Base<R> {
        &self.base
    }

    /// Rows of the base that are not shown from there any more.
    pub fn hidden(&self) -> &RoaringBitmap {
        &self.hidden
    }

    /// Rows above the base, in the order of keys.
    pub fn above(&self) -> impl Iterator<Item = (&R::Key, &Found<R>)> {
        self.above.iter().filter_map(|(key, above)| Some((key, above.row.as_deref()?)))
    }

    /// Bytes it takes in memory, those of rows above the base by their packed size.
    pub fn bytes(&self) -> usize {
        let above = self.above().map(|(_, found)| {
            size_of::<Found<R>>() + R::column_bytes(&found.columns) + 2 * found.row.pack().len()
        });
        self.base.bytes() + above.sum::<usize>()
    }

    /// How many rows are shown.
    pub fn len(&self) -> u64 {
        let of_base = self.base.live().len() - self.base.live().intersection_len(&self.hidden);
        of_base + self.above().count() as u64
    }

    /// True when no row is shown.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
