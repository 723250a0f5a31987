//! Decisions about editions of the list, on given rows: what a newer one lacks, whether it is cut
//! off, and the list as it is given out.

use std::collections::BTreeMap;

use super::{super::model::NumberRangeRow, super::model::RangeStatus, model::ListedRange};
use crate::values::number_resource::ResourceType;

/// Places of a type, both ends inside.
pub type Span = (&'static ResourceType, i64, i64);

/// Ranges of an edition that a newer one may lack before it is refused, in per cent.
const MOST_GONE_PERCENT: usize = 3;

/// Last number of the last block of the numbering plan, with which a whole list ends.
const LAST_NUMBER: i64 = 99_999_999;

/// Parts of `span` that none of the `covers` (in order, of the same type) has.
fn uncovered((kind, lower, upper): Span, covers: &BTreeMap<(&str, i64), i64>) -> Vec<Span> {
    let before = covers.range((kind.code, i64::MIN)..=(kind.code, lower)).next_back();
    let mut from = before.map_or(lower, |(_, until)| lower.max(until + 1));
    let mut parts = Vec::new();
    for ((_, first), last) in covers.range((kind.code, lower + 1)..=(kind.code, upper)) {
        if *first > from {
            parts.push((kind, from, first - 1));
        }
        from = from.max(last + 1);
    }
    if from <= upper {
        parts.push((kind, from, upper));
    }
    parts
}

/// A former range and its parts that the newer list has nowhere; `named` is every span that the newer
/// list has a row for, taken or not.
pub fn gone<'a>(former: &'a [ListedRange], named: &[Span]) -> Vec<(&'a ListedRange, Vec<Span>)> {
    let mut covers: BTreeMap<(&str, i64), i64> = BTreeMap::new();
    for (kind, lower, upper) in named {
        let known = covers.entry((kind.code, *lower)).or_insert(*upper);
        *known = (*known).max(*upper);
    }
    former
        .iter()
        .map(|range| (range, uncovered((range.kind, range.lower, range.upper), &covers)))
        .filter(|(_, parts)| !parts.is_empty())
        .collect()
}

/// Why a list is suspected to be cut off: it lacks the end of the one before or more than a few of
/// its ranges; without one before, the end of the numbering plan.
pub fn cut_off(former: &[ListedRange], named: &[Span]) -> Option<String> {
    let Some(last) = former.iter().max_by_key(|range| range.line) else {
        let whole = named
            .iter()
            .any(|(kind, _, upper)| kind.code == "e164_8_digit" && *upper == LAST_NUMBER);
        return (!whole)
            .then(|| "no row reaches 99 99 99 99, the end of the numbering plan".to_owned());
    };
    let gone = gone(former, named);
    if gone.iter().any(|(range, _)| range.line == last.line) {
        return Some(format!(
            "it lacks {} of the {} ranges of the list taken over before, the last of them included",
            gone.len(),
            former.len()
        ));
    }
    (gone.len() * 100 > former.len() * MOST_GONE_PERCENT).then(|| {
        format!(
            "it lacks {} of the {} ranges of the list taken over before",
            gone.len(),
            former.len()
        )
    })
}

/// The rows as the list gives them out: free numbers have the cut of the edition and what it says of
/// them; what is assigned or blocked stands as it is.
pub fn as_listed(rows: Vec<NumberRangeRow>, edition: &[ListedRange]) -> Vec<NumberRangeRow> {
    let listed: BTreeMap<(&str, i64), &ListedRange> =
        edition.iter().map(|range| ((range.kind.code, range.lower), range)).collect();
    let mut out: Vec<NumberRangeRow> = Vec::with_capacity(rows.len());
    // the row last written of a type, and the lower end of the listed range it lies in
    let mut open: BTreeMap<&str, (usize, Option<i64>)> = BTreeMap::new();
    for row in rows {
        let plan = row.kind.code;
        if row.status.shown() != RangeStatus::Free {
            open.remove(plan);
            out.push(row);
            continue;
        }
        for (part, range) in cut(row, &listed) {
            let within = range.map(|range| range.lower);
            if let Some((index, before)) = open.get(plan)
                && within.is_some()
                && *before == within
                && let Some(joined) = joined(&out[*index], &part)
            {
                out[*index] = joined;
                continue;
            }
            open.insert(plan, (out.len(), within));
            out.push(part);
        }
    }
    out.sort_by(|a, b| (a.resource.first(), a.kind.code).cmp(&(b.resource.first(), b.kind.code)));
    out
}

/// A free row cut at the borders of the edition, with what the edition says of free numbers.
fn cut<'a>(
    row: NumberRangeRow,
    listed: &BTreeMap<(&str, i64), &'a ListedRange>,
) -> Vec<(NumberRangeRow, Option<&'a ListedRange>)> {
    let (plan, upper) = (row.kind.code, row.resource.upper());
    let mut from = row.resource.lower();
    let mut parts = Vec::new();
    while from <= upper {
        let at = listed.range((plan, i64::MIN)..=(plan, from)).next_back();
        let within = at.map(|(_, range)| *range).filter(|range| from <= range.upper);
        let to = match within {
            Some(range) => range.upper.min(upper),
            None => {
                let next = listed.range((plan, from + 1)..=(plan, upper)).next();
                next.map_or(upper, |((_, lower), _)| lower - 1)
            }
        };
        if let Some(resource) = row.kind.at(from, to) {
            let mut part = NumberRangeRow { resource, ..row.clone() };
            if let Some(range) = within.filter(|range| range.status == RangeStatus::Free) {
                part.comment.clone_from(&range.comment);
                part.category.clone_from(&range.category);
                part.point_code.clone_from(&range.point_code);
            }
            parts.push((part, within));
        }
        from = to + 1;
    }
    parts
}

/// Two free rows as one, where they adjoin and say the same.
fn joined(before: &NumberRangeRow, after: &NumberRangeRow) -> Option<NumberRangeRow> {
    let texts =
        |row: &NumberRangeRow| (row.comment.clone(), row.category.clone(), row.point_code.clone());
    if before.resource.upper() + 1 != after.resource.lower() || texts(before) != texts(after) {
        return None;
    }
    let resource = before.kind.at(before.resource.lower(), after.resource.upper())?;
    Some(NumberRangeRow { resource, ..before.clone() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn eight() -> &'static ResourceType {
        ResourceType::of("e164_8_digit").expect("a type")
    }

    fn listed(line: i64, lower: i64, upper: i64, status: RangeStatus) -> ListedRange {
        ListedRange {
            kind: eight(),
            lower,
            upper,
            line,
            status,
            provider: None,
            comment: None,
            category: Some("Fastnettnummer".to_owned()),
            point_code: None,
        }
    }

    #[test]
    fn a_list_that_lacks_the_end_or_much_of_the_one_before_is_suspected() {
        let former: Vec<ListedRange> = (0..100)
            .map(|n| listed(n, 21_000_000 + n * 1000, 21_000_999 + n * 1000, RangeStatus::Free))
            .collect();
        let spans = |which: &dyn Fn(usize) -> bool| -> Vec<Span> {
            let kept = former.iter().enumerate().filter(|(index, _)| which(*index));
            kept.map(|(_, range)| (range.kind, range.lower, range.upper)).collect()
        };
        assert_eq!(cut_off(&former, &spans(&|_| true)), None);
        assert_eq!(cut_off(&former, &spans(&|index| index % 40 != 1)), None, "three are gone");
        assert!(cut_off(&former, &spans(&|index| index < 99)).is_some(), "the last is gone");
        assert!(cut_off(&former, &spans(&|index| index % 20 != 1)).is_some(), "five are gone");
        // the same numbers in another cut
        assert_eq!(cut_off(&former, &[(eight(), 21_000_000, 21_099_999)]), None);
        // without a list before, the end of the plan
        assert!(cut_off(&[], &spans(&|_| true)).is_some());
        assert_eq!(cut_off(&[], &[(eight(), 99_000_000, 99_999_999)]), None);
    }

    #[test]
    fn only_the_parts_a_newer_list_has_nowhere_are_gone() {
        let former =
            [listed(2, 100, 199, RangeStatus::Free), listed(3, 300, 399, RangeStatus::Free)];
        let named = [(eight(), 90, 119), (eight(), 130, 149), (eight(), 300, 399)];
        let gone = gone(&former, &named);
        assert_eq!(gone.len(), 1);
        let parts: Vec<(i64, i64)> =
            gone[0].1.iter().map(|(_, lower, upper)| (*lower, *upper)).collect();
        assert_eq!(parts, [(120, 129), (150, 199)]);
    }

    proptest! {
        /// However free numbers were cut up in between, the list has the cut of the edition.
        #[test]
        fn free_numbers_are_given_out_in_the_cut_of_the_edition(
            borders in prop::collection::btree_set(1..200_i64, 0..6),
            cuts in prop::collection::btree_set(1..200_i64, 0..12),
        ) {
            let ranges = |borders: &std::collections::BTreeSet<i64>| {
                let mut lower = 0;
                let mut ranges = Vec::new();
                for border in borders.iter().chain([&200]) {
                    ranges.push((22_000_000 + lower, 22_000_000 + border - 1));
                    lower = *border;
                }
                ranges
            };
            let edition: Vec<ListedRange> = ranges(&borders)
                .into_iter()
                .map(|(lower, upper)| listed(lower, lower, upper, RangeStatus::Free))
                .collect();
            let rows = ranges(&cuts).into_iter().map(|(lower, upper)| {
                let resource = eight().at(lower, upper).expect("numbers");
                let status =
                    if lower % 2 == 0 { RangeStatus::Free } else { RangeStatus::Returned };
                NumberRangeRow::new(uuid::Uuid::nil(), eight(), resource, status)
            });
            let given = as_listed(rows.collect(), &edition);
            let given: Vec<(i64, i64)> = given
                .iter()
                .map(|row| (row.resource.lower(), row.resource.upper()))
                .collect();
            prop_assert_eq!(given, ranges(&borders));
        }
    }
}
