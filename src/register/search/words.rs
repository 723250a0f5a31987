//! The words of many rows: each once, in order, with the rows that have it. Finds the words that fit one
//! that is looked for without looking at rows.

use std::{cmp::Ordering, collections::HashMap};

use foldhash::fast::RandomState;
use memchr::memmem;
use roaring::RoaringBitmap;

use super::fold::{EXACT, PART, PREFIX, SLIP, Wanted, letters_had};

/// Between words in the one text they stand in; no folded word has it.
const BETWEEN: u8 = b'\n';

/// Words in order and the rows of each.
#[derive(Debug, Default, PartialEq)]
pub struct Words {
    /// Every word, each followed by [`BETWEEN`].
    text: String,
    /// Where each begins, and the end.
    begins: Vec<u32>,
    letters_had: Vec<u64>,
    /// Where the rows of each begin, and the end.
    row_begins: Vec<u32>,
    rows: Vec<u32>,
}

/// Gathers words row by row, in the order of rows.
#[derive(Debug, Default)]
pub struct WordBuilder {
    ids: HashMap<Box<str>, u32, RandomState>,
    places: Vec<(u32, u32)>,
}

impl WordBuilder {
    /// Notes the words of a folded text.
    pub fn put(&mut self, row: u32, folded: &str) {
        for word in folded.split_whitespace() {
            let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
            let id = match self.ids.get(word) {
                Some(id) => *id,
                None => *self.ids.entry(word.into()).or_insert(next),
            };
            self.places.push((id, row));
        }
    }

    /// Puts them in order.
    pub fn finish(self) -> Words {
        let mut order: Vec<(Box<str>, u32)> = self.ids.into_iter().collect();
        order.sort_unstable();
        let mut place_of = vec![0_usize; order.len()];
        let mut words = Words { begins: vec![0], ..Words::default() };
        for (place, (word, id)) in order.iter().enumerate() {
            place_of[*id as usize] = place;
            words.text.push_str(word);
            words.text.push(char::from(BETWEEN));
            words.begins.push(u32::try_from(words.text.len()).unwrap_or(u32::MAX));
            words.letters_had.push(letters_had(word));
        }
        let mut counts = vec![0_u32; order.len() + 1];
        for (id, _) in &self.places {
            counts[place_of[*id as usize] + 1] += 1;
        }
        for place in 1..counts.len() {
            counts[place] += counts[place - 1];
        }
        words.row_begins = counts.clone();
        words.rows = vec![0; self.places.len()];
        for (id, row) in self.places {
            let free = &mut counts[place_of[id as usize]];
            words.rows[*free as usize] = row;
            *free += 1;
        }
        words.text.shrink_to_fit();
        words.begins.shrink_to_fit();
        words.letters_had.shrink_to_fit();
        words
    }
}

impl Words {
    /// Adds the words of rows that stand behind so many others.
    pub fn append(&mut self, more: Self, rows: u32) {
        let own = std::mem::take(self);
        self.begins = vec![0];
        self.row_begins = vec![0];
        self.text.reserve_exact(own.text.len() + more.text.len());
        self.rows.reserve_exact(own.rows.len() + more.rows.len());
        for list in [&mut self.begins, &mut self.row_begins] {
            list.reserve_exact(own.len() + more.len());
        }
        self.letters_had.reserve_exact(own.len() + more.len());
        let (mut first, mut second) = (0, 0);
        while first < own.len() || second < more.len() {
            let order = match (first < own.len(), second < more.len()) {
                (true, true) => own.word(first).cmp(more.word(second)),
                (true, false) => Ordering::Less,
                _ => Ordering::Greater,
            };
            let (from, place) = if order.is_le() { (&own, first) } else { (&more, second) };
            self.text.push_str(from.word(place));
            self.text.push(char::from(BETWEEN));
            self.letters_had.push(from.letters_had[place]);
            if order.is_le() {
                self.rows.extend_from_slice(own.rows_of(first));
                first += 1;
            }
            if order.is_ge() {
                self.rows.extend(more.rows_of(second).iter().map(|row| row + rows));
                second += 1;
            }
            self.begins.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
            self.row_begins.push(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        }
        self.text.shrink_to_fit();
        self.begins.shrink_to_fit();
        self.row_begins.shrink_to_fit();
        self.letters_had.shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.letters_had.len()
    }

    fn word(&self, place: usize) -> &str {
        &self.text[self.begins[place] as usize..self.begins[place + 1] as usize - 1]
    }

    fn first_from(&self, text: &str) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.word(middle) < text { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Adds the rows whose words fit, by how well, each row with its best word or several.
    pub fn put_fitting(&self, wanted: &Wanted, into: &mut [Gathered; 4]) {
        let text = wanted.text.as_str();
        let first = self.first_from(text);
        let mut end = first;
        while end < self.len() && self.word(end).starts_with(text) {
            let rank = if self.word(end).len() == text.len() { EXACT } else { PREFIX };
            into[usize::from(rank)].put(self.rows_of(end));
            end += 1;
        }
        let is_beginning = |place: usize| (first..end).contains(&place);
        if wanted.is_sought_inside() {
            let mut last = None;
            for at in memmem::find_iter(self.text.as_bytes(), text) {
                let place = self.begins.partition_point(|begin| *begin as usize <= at) - 1;
                if last != Some(place) && !is_beginning(place) {
                    into[usize::from(PART)].put(self.rows_of(place));
                }
                last = Some(place);
            }
        }
        if wanted.slips > 0 {
            let most = 2 * u32::try_from(wanted.slips).unwrap_or(0);
            for (place, had) in self.letters_had.iter().enumerate() {
                if (had ^ wanted.letters_had).count_ones() <= most
                    && wanted.fits(self.word(place)) == Some(SLIP)
                {
                    into[usize::from(SLIP)].put(self.rows_of(place));
                }
            }
        }
    }

    #[cfg(test)]
    pub fn has(&self, word: &str) -> bool {
        let place = self.first_from(word);
        place < self.len() && self.word(place) == word
    }

    fn rows_of(&self, place: usize) -> &[u32] {
        &self.rows[self.row_begins[place] as usize..self.row_begins[place + 1] as usize]
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        self.text.capacity()
            + 4 * (self.begins.capacity() + self.row_begins.capacity() + self.rows.capacity())
            + 8 * self.letters_had.capacity()
    }
}

/// Rows gathered from many words, in no order.
#[derive(Debug)]
pub struct Gathered {
    rows: usize,
    few: Vec<u32>,
    /// A bit for each row, once there are many.
    many: Vec<u8>,
}

impl Gathered {
    /// How many are kept as they come.
    const FEW: usize = 4_096;

    /// Nothing yet, of so many rows.
    pub fn of(rows: usize) -> Self {
        Self { rows, few: Vec::new(), many: Vec::new() }
    }

    /// Adds rows.
    pub fn put(&mut self, rows: &[u32]) {
        if self.many.is_empty() {
            if self.few.len() + rows.len() <= Self::FEW {
                self.few.extend_from_slice(rows);
                return;
            }
            self.many = vec![0; self.rows / 8 + 1];
            let few = std::mem::take(&mut self.few);
            self.set(&few);
        }
        self.set(rows);
    }

    fn set(&mut self, rows: &[u32]) {
        for row in rows {
            self.many[*row as usize / 8] |= 1 << (row % 8);
        }
    }

    /// The rows.
    pub fn finish(mut self) -> RoaringBitmap {
        if self.many.is_empty() {
            self.few.sort_unstable();
            self.few.dedup();
            self.few.into_iter().collect()
        } else {
            RoaringBitmap::from_lsb0_bytes(0, &self.many)
        }
    }
}

/// Call signs by every three characters in a row of them but the first three, which the order of the
/// signs finds.
#[derive(Debug, Default)]
pub struct Grams {
    begins: Vec<u32>,
    rows: Vec<u32>,
}

/// How many different characters a sign is made of, and the end.
const ALPHABET: usize = 37;

impl Grams {
    /// Of signs in order.
    pub fn of<'a>(signs: impl Iterator<Item = &'a str> + Clone) -> Self {
        let mut begins = vec![0_u32; ALPHABET.pow(3) + 1];
        for gram in signs.clone().flat_map(grams) {
            begins[gram + 1] += 1;
        }
        for place in 1..begins.len() {
            begins[place] += begins[place - 1];
        }
        let mut free = begins.clone();
        let mut rows = vec![0; begins.last().map_or(0, |count| *count as usize)];
        for (row, sign) in signs.enumerate() {
            for gram in grams(sign) {
                rows[free[gram] as usize] = u32::try_from(row).unwrap_or(u32::MAX);
                free[gram] += 1;
            }
        }
        Self { begins, rows }
    }

    /// Adds signs that stand behind so many others.
    pub fn append(&mut self, more: &Self, rows: u32) {
        let own = std::mem::take(self);
        let Some(last) = own.begins.len().max(more.begins.len()).checked_sub(1) else { return };
        self.begins.push(0);
        self.rows.reserve_exact(own.rows.len() + more.rows.len());
        for gram in 0..last {
            self.rows.extend_from_slice(own.of_gram(gram));
            self.rows.extend(more.of_gram(gram).iter().map(|row| row + rows));
            self.begins.push(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        }
    }

    /// Rows that have these three characters; none where there are no signs.
    fn of_gram(&self, gram: usize) -> &[u32] {
        match self.begins.get(gram + 1) {
            Some(end) => &self.rows[self.begins[gram] as usize..*end as usize],
            None => &[],
        }
    }

    /// Rows that have these characters behind their first; at least three, others may be among them.
    pub fn having(&self, text: &str) -> &[u32] {
        let windows = text.as_bytes().windows(3).map(gram_of);
        let found = windows.map(|gram| self.of_gram(gram));
        found.min_by_key(|rows| rows.len()).unwrap_or_default()
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        4 * (self.begins.capacity() + self.rows.capacity())
    }
}

fn grams(sign: &str) -> impl Iterator<Item = usize> + '_ {
    sign.as_bytes().windows(3).skip(1).map(gram_of)
}

fn gram_of(window: &[u8]) -> usize {
    window.iter().fold(0, |gram, byte| {
        let place = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            _ => 36,
        };
        gram * ALPHABET + usize::from(place)
    })
}
