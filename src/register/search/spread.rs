//! How many permits have a frequency in each of many ranges, counted in one pass over their blocks. A
//! permit counts once in a range, however many of its blocks lie there, just as a search for that range
//! finds it once.

use super::{permit::PermitColumns, table::Table};
use crate::{register::PublicPermit, values::frequency::FrequencyRange};

impl Table<PublicPermit> {
    /// How many rows whose keys begin so have a block in each range, in the order of the ranges.
    pub fn spread(&self, prefix: &str, ranges: &[FrequencyRange]) -> Vec<u64> {
        let mut spread = Spread::over(ranges);
        let base = self.base();
        let rows = base.beginning(prefix);
        let shown = base.live() - self.hidden();
        for row in shown.range(rows.start as u32..rows.end as u32) {
            spread.add(base.columns(), row as usize);
        }
        for (_, found) in self.above().filter(|(key, _)| key.starts_with(prefix)) {
            spread.add(&found.columns, 0);
        }
        spread.finish(ranges.len())
    }
}

/// Ranges that do not overlap, by frequency, and how the count changes from one to the next.
#[derive(Default)]
struct Layer {
    /// Both ends, the upper excluded, and the place of the range in what was asked.
    ranges: Vec<(u64, u64, usize)>,
    /// One more than ranges.
    changes: Vec<i64>,
}

impl Layer {
    /// The ranges a block reaches: the first, and the one behind the last.
    fn reach(&self, (lower, upper): (u64, u64)) -> (usize, usize) {
        let first = self.ranges.partition_point(|range| range.1 <= lower);
        (first, self.ranges.partition_point(|range| range.0 < upper))
    }

    fn count(&mut self, (first, behind): (usize, usize)) {
        if first < behind {
            self.changes[first] += 1;
            self.changes[behind] -= 1;
        }
    }
}

/// The counts while they are made.
struct Spread {
    /// Usually one: bands of one table, and parts of a chart, do not overlap.
    layers: Vec<Layer>,
    reached: Vec<(usize, usize)>,
}

impl Spread {
    fn over(ranges: &[FrequencyRange]) -> Self {
        let mut sorted: Vec<(u64, u64, usize)> = ranges
            .iter()
            .enumerate()
            .map(|(place, range)| (range.from().hertz(), range.until().hertz(), place))
            .collect();
        sorted.sort_unstable();
        let mut layers: Vec<Layer> = Vec::new();
        for range in sorted {
            let ends = |layer: &Layer| layer.ranges.last().is_none_or(|last| last.1 <= range.0);
            match layers.iter_mut().find(|layer| ends(layer)) {
                Some(layer) => layer.ranges.push(range),
                None => layers.push(Layer { ranges: vec![range], changes: Vec::new() }),
            }
        }
        for layer in &mut layers {
            layer.changes = vec![0; layer.ranges.len() + 1];
        }
        Self { layers, reached: Vec::new() }
    }

    fn add(&mut self, columns: &PermitColumns, row: usize) {
        let blocks = columns.blocks(row);
        for layer in &mut self.layers {
            if let [block] = blocks {
                layer.count(layer.reach(*block));
                continue;
            }
            // what several blocks reach is joined, so that nothing counts twice
            self.reached.clear();
            self.reached.extend(blocks.iter().map(|block| layer.reach(*block)));
            self.reached.sort_unstable();
            let mut joined = (0, 0);
            for next in &self.reached {
                if next.0 <= joined.1 {
                    joined.1 = joined.1.max(next.1);
                } else {
                    layer.count(joined);
                    joined = *next;
                }
            }
            layer.count(joined);
        }
    }

    fn finish(self, ranges: usize) -> Vec<u64> {
        let mut counts = vec![0; ranges];
        for layer in self.layers {
            let mut count = 0;
            for ((_, _, place), change) in layer.ranges.iter().zip(&layer.changes) {
                count += change;
                counts[*place] = u64::try_from(count).unwrap_or(0);
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::{
        register::{
            Change, Entry,
            index::Index,
            list::List,
            search::{PermitQuery, asked_permits},
        },
        values::frequency::Frequency,
    };

    fn range(from: u64, until: u64) -> FrequencyRange {
        let at = |hertz| Frequency::from_hertz(hertz).unwrap();
        FrequencyRange::new(at(from), at(until)).unwrap()
    }

    fn index(permits: &[Vec<(u64, u64)>]) -> Index {
        let index = Index::default();
        let changes = permits.iter().enumerate().map(|(n, blocks)| {
            let blocks: Vec<_> = blocks
                .iter()
                .map(|(lower, width)| json!({ "lower": lower, "upper": lower + width }))
                .collect();
            let record = json!({
                "permit": { "number": format!("TX-{n:06}"), "kind": "transmitter" },
                "frequency": { "range": blocks },
            });
            // every tenth stands in another list, which does not count
            let list = if n % 10 == 9 { "installers" } else { "frequency-permits" };
            let row = Some(Arc::new(PublicPermit::of(&record)));
            Change::Permit(Entry { key: format!("{list}/TX-{n:06}"), row, revision: 1 })
        });
        index.apply(changes.collect::<Vec<_>>());
        index
    }

    /// One search for each range.
    fn searched(index: &Index, ranges: &[FrequencyRange]) -> Vec<u64> {
        let total = |range: &FrequencyRange| {
            let query = PermitQuery {
                from: Some(range.from().hertz()),
                to: Some(range.until().hertz()),
                ..PermitQuery::default()
            };
            let asked = asked_permits(List::FrequencyPermits, &query, true);
            index.state().permits.find(&asked, None, 0).total
        };
        ranges.iter().map(total).collect()
    }

    proptest! {
        #[test]
        fn the_pass_counts_what_a_search_for_each_range_finds(
            permits in prop::collection::vec(
                prop::collection::vec((1..200_u64, 1..60_u64), 0..4), 0..40),
            ranges in prop::collection::vec((1..200_u64, 1..80_u64), 0..12),
            below in 0..40_usize,
        ) {
            let ranges: Vec<FrequencyRange> =
                ranges.into_iter().map(|(from, width)| range(from, from + width)).collect();
            let index = index(&permits);
            let spread = |index: &Index| index.state().permits.spread("frequency-permits/", &ranges);
            let expected = searched(&index, &ranges);
            prop_assert_eq!(&spread(&index), &expected);
            // the same in the base, with one of its rows taken away above it
            index.put_below(None, Some(index.state().permits.cut()));
            prop_assert_eq!(&spread(&index), &expected);
            let key = format!("frequency-permits/TX-{below:06}");
            index.apply([Change::Permit(Entry { key, row: None, revision: 2 })]);
            prop_assert_eq!(spread(&index), searched(&index, &ranges));
        }
    }

    #[test]
    fn a_permit_with_several_blocks_in_a_range_counts_once_there() {
        let index = index(&[vec![(10, 5), (20, 5), (12, 4)], vec![(14, 100)]]);
        let ranges = [range(1, 10), range(10, 30), range(30, 50), range(24, 26)];
        let spread = index.state().permits.spread("frequency-permits/", &ranges);
        assert_eq!(spread, [0, 2, 1, 2]);
    }
}
