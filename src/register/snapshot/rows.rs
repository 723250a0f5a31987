//! The rows of one list at one sealed sequence: the index of a moment, corrected by the rows that the
//! database had under a changed key at that sequence. The only file here that reaches into the index.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
    sync::Arc,
};

use super::record::Body;
use crate::{
    register::{CALL_SIGNS, PublicSign, index::State, list::PublicPermit},
    values::call_sign::CallSign,
};

/// What a key holds where the index says something else: its revision, and the row if there is one.
pub type Corrections = HashMap<String, (i64, Option<Body>)>;

/// A list at a sequence.
pub struct Rows {
    list: &'static str,
    state: Arc<State>,
    signs: BTreeMap<CallSign, Option<PublicSign>>,
    records: BTreeMap<String, Option<PublicPermit>>,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub enum Row<'a> {
    /// A call sign.
    Sign(CallSign, &'a PublicSign),
    /// Anything else, as the policy cut it.
    Record(&'a PublicPermit),
}

/// The revision the index has of a key; 0 when it has none.
pub fn revision(state: &State, key: &str) -> i64 {
    let of_sign =
        |sign: &str| CallSign::parse(sign).ok().and_then(|sign| state.signs.revision(&sign));
    match sign_of(key) {
        Some(sign) => of_sign(sign),
        None => state.permits.revision(&key.into()),
    }
    .unwrap_or(0)
}

/// What the index has under a key.
pub fn body(state: &State, key: &str) -> Option<Body> {
    match sign_of(key) {
        Some(sign) => {
            let sign = CallSign::parse(sign).ok()?;
            Some(Body::Sign(Box::new((sign, state.signs.get(&sign)?))))
        }
        None => Some(Body::Record(state.permits.get(&key.into())?.record(true))),
    }
}

fn sign_of(key: &str) -> Option<&str> {
    key.strip_prefix(CALL_SIGNS)?.strip_prefix('/')
}

impl Rows {
    /// A list of the index, corrected.
    pub fn new(list: &'static str, state: Arc<State>, corrections: &Corrections) -> Self {
        let mut rows = Self { list, state, signs: BTreeMap::new(), records: BTreeMap::new() };
        for (key, (_, body)) in corrections {
            match (sign_of(key).and_then(|sign| CallSign::parse(sign).ok()), body) {
                (Some(sign), Some(Body::Sign(row))) => {
                    rows.signs.insert(sign, Some(row.1.clone()));
                }
                (Some(sign), _) => {
                    rows.signs.insert(sign, None);
                }
                (None, Some(Body::Record(record))) => {
                    rows.records.insert(key.clone(), Some(PublicPermit::of(record)));
                }
                (None, _) => {
                    rows.records.insert(key.clone(), None);
                }
            }
        }
        rows
    }

    /// Every row with a key from `from` on and below `until`, in the order of the keys.
    pub fn each(&self, from: &str, until: Option<&str>, mut visit: impl FnMut(&str, Row)) {
        if self.list == CALL_SIGNS {
            self.each_sign(from, until, &mut visit);
        } else {
            self.each_record(from, until, &mut visit);
        }
    }

    fn each_sign(&self, from: &str, until: Option<&str>, visit: &mut impl FnMut(&str, Row)) {
        let from = sign_of(from).unwrap_or_default();
        let until = until.and_then(sign_of);
        let inside = |sign: &str| until.is_none_or(|until| sign < until);
        let base = self
            .state
            .signs
            .from(from)
            .take_while(|(sign, _)| inside(sign.as_str()))
            .filter_map(|(sign, row)| Some((sign, row?)));
        let corrected = self
            .signs
            .iter()
            .filter(|(sign, _)| sign.as_str() >= from && inside(sign.as_str()))
            .map(|(sign, row)| (*sign, row.clone()));
        let mut key = format!("{CALL_SIGNS}/");
        let length = key.len();
        merge(base, corrected, |sign, row| {
            key.truncate(length);
            key.push_str(sign.as_str());
            visit(&key, Row::Sign(sign, &row));
        });
    }

    fn each_record(&self, from: &str, until: Option<&str>, visit: &mut impl FnMut(&str, Row)) {
        let beginning = format!("{}/", self.list);
        let begin = if from.is_empty() { beginning.as_str() } else { from };
        let inside =
            |key: &str| key.starts_with(&beginning) && until.is_none_or(|until| key < until);
        let base = self
            .state
            .permits
            .from(begin)
            .take_while(|(key, _)| inside(key))
            .filter_map(|(key, row)| Some((key, row?)));
        let corrected = self
            .records
            .range::<str, _>((Bound::Included(begin), Bound::Unbounded))
            .take_while(|(key, _)| inside(key))
            .map(|(key, record)| (key.as_str().into(), record.clone()));
        merge(base, corrected, |key, record| visit(&key, Row::Record(&record)));
    }
}

/// Two ordered sequences as one; where both have a key, the correction holds.
fn merge<K: Ord, R>(
    base: impl Iterator<Item = (K, R)>,
    corrected: impl Iterator<Item = (K, Option<R>)>,
    mut visit: impl FnMut(K, R),
) {
    let mut corrected = corrected.peekable();
    for (key, row) in base {
        while let Some((before, row)) = corrected.next_if(|(other, _)| *other < key) {
            if let Some(row) = row {
                visit(before, row);
            }
        }
        match corrected.next_if(|(other, _)| *other == key) {
            Some((_, Some(row))) => visit(key, row),
            Some((_, None)) => {}
            None => visit(key, row),
        }
    }
    for (key, row) in corrected {
        if let Some(row) = row {
            visit(key, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_replaces_adds_and_takes_away() {
        let base = [(1, 'a'), (3, 'c'), (5, 'e')];
        let corrected = [(0, Some('z')), (3, None), (4, Some('d')), (5, Some('E')), (9, Some('i'))];
        let mut seen = Vec::new();
        merge(base.into_iter(), corrected.into_iter(), |key, row| seen.push((key, row)));
        assert_eq!(seen, [(0, 'z'), (1, 'a'), (4, 'd'), (5, 'E'), (9, 'i')]);
    }
}
