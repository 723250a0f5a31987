//! The geometry of the plan's chart: which block of which lane a service of a band is, what is joined
//! where it would be too narrow to see, which text fits, and the ranges to go to. Pure.
//!
//! A lane is a group of services; services of a group that overlap lie in rows of it beside each
//! other. What a block leads to is exactly the band, or the bands joined in it.

use super::plan_axis::{Axis, shown_range, text_width};
use crate::values::{
    frequency::{Frequency, FrequencyRange},
    frequency_plan::{Allocation, Category},
    language::Language,
    radio_service::{self, ServiceGroup},
};

/// What is narrower is joined with what lies beside it.
const NARROWEST: f64 = 4.0;
/// Space left of and right of the text in a block.
const MARGIN: f64 = 5.0;

/// The services of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// The group.
    pub group: ServiceGroup,
    /// Rows it takes, at least 1.
    pub rows: usize,
    /// Its blocks, row by row, by frequency.
    pub blocks: Vec<Block>,
}

/// A block of a lane.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Row of the lane, from 0.
    pub row: usize,
    /// The band, or all bands joined; it may reach beyond the axis.
    pub range: FrequencyRange,
    /// Where it begins on the axis.
    pub start: f64,
    /// Where it ends.
    pub end: f64,
    /// One of its services at least is primary.
    pub is_primary: bool,
    /// How many allocations it stands for.
    pub count: usize,
    /// Title of the service, or of none where several were joined.
    pub service: Option<String>,
    /// The title fits.
    pub is_labelled: bool,
}

impl Block {
    /// What it says in words.
    pub fn title(&self, several: impl Fn(usize) -> String, language: Language) -> String {
        let range = shown_range(self.range, language);
        match &self.service {
            Some(service) => format!("{range}: {service}"),
            None => format!("{range}: {}", several(self.count)),
        }
    }
}

/// Things that overlap in rows beside each other: the row of each, in the order given, which is by
/// lower end. One that is `like` what lay last in a row lies there again where it can.
pub fn arrange<T>(
    items: &[T],
    range: impl Fn(&T) -> FrequencyRange,
    like: impl Fn(&T, &T) -> bool,
) -> Vec<usize> {
    let mut last: Vec<&T> = Vec::new();
    items
        .iter()
        .map(|item| {
            let is_free = |other: &&T| range(other).until() <= range(item).from();
            let free = last.iter().position(|other| is_free(other) && like(other, item));
            let row = free.or_else(|| last.iter().position(is_free)).unwrap_or(last.len());
            if row == last.len() {
                last.push(item);
            } else {
                last[row] = item;
            }
            row
        })
        .collect()
}

/// The lanes of the groups that have allocations, in the order of groups. `rows` are of one table and
/// one day, by frequency.
pub fn lanes(axis: &Axis, rows: &[&Allocation], language: Language) -> Vec<Lane> {
    let lane = |group: &ServiceGroup| {
        let own: Vec<&Allocation> = rows
            .iter()
            .copied()
            .filter(|row| row.category != Category::NotAllocated)
            .filter(|row| radio_service::group(&row.service) == *group)
            .collect();
        let places =
            arrange(&own, |row| row.range, |a, b| a.service.eq_ignore_ascii_case(&b.service));
        let count = places.iter().max()? + 1;
        let mut blocks = Vec::new();
        for place in 0..count {
            let of_row = own.iter().zip(&places).filter(|(_, row)| **row == place);
            blocks.extend(joined(axis, of_row.map(|(row, _)| *row), place, language));
        }
        Some(Lane { group: *group, rows: count, blocks })
    };
    ServiceGroup::ALL.iter().filter_map(lane).collect()
}

/// The blocks of one row: narrow ones joined with their neighbours until they can be seen.
fn joined<'a>(
    axis: &Axis,
    rows: impl Iterator<Item = &'a Allocation>,
    row: usize,
    language: Language,
) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for allocation in rows {
        let start = axis.place(allocation.range.from().hertz());
        let end = axis.place(allocation.range.until().hertz());
        let is_primary = allocation.category == Category::Primary;
        let title = radio_service::title(&allocation.service, language)
            .unwrap_or_else(|| allocation.service.to_string());
        if let Some(before) = blocks.last_mut()
            && start - before.end < 1.0
            && (before.end - before.start < NARROWEST || end - start < NARROWEST)
            && let Ok(range) = FrequencyRange::new(before.range.from(), allocation.range.until())
        {
            let is_same = before.service.as_ref() == Some(&title);
            before.range = range;
            before.end = end;
            before.is_primary |= is_primary;
            before.count += 1;
            before.service = before.service.take().filter(|_| is_same);
            continue;
        }
        blocks.push(Block {
            row,
            range: allocation.range,
            start,
            end,
            is_primary,
            count: 1,
            service: Some(title),
            is_labelled: false,
        });
    }
    for block in &mut blocks {
        block.is_labelled =
            block.service.as_ref().is_some_and(|text| fits(text, block.end - block.start));
    }
    blocks
}

/// True if a text has room in a block of this length.
pub fn fits(text: &str, length: f64) -> bool {
    text_width(text) + 2.0 * MARGIN <= length
}

/// The axis in parts of about this length, each a range of whole hertz; together they are all of it.
pub fn parts(axis: &Axis, length: f64) -> Vec<FrequencyRange> {
    let count = (axis.length() / length).floor().max(1.0) as u32;
    let mut parts = Vec::new();
    let mut from = axis.range().from();
    for index in 1..=count {
        let until = if index == count {
            axis.range().until().hertz()
        } else {
            axis.hertz(axis.length() * f64::from(index) / f64::from(count))
        };
        // less than a hertz is no part
        if let Ok(until) = Frequency::from_hertz(until)
            && let Ok(part) = FrequencyRange::new(from, until)
        {
            parts.push(part);
            from = until;
        }
    }
    parts
}

/// The whole plan: from the lowest to the highest allocated frequency (ITU RR Article 5).
pub fn whole() -> FrequencyRange {
    between(8_300, 275_000_000_000)
}

/// The range between two frequencies brought into the radio waves, at least one hertz wide.
fn between(from: u64, until: u64) -> FrequencyRange {
    let from = from.clamp(1, Frequency::MAX_HERTZ - 1);
    let until = until.clamp(from + 1, Frequency::MAX_HERTZ);
    let at = |hertz| Frequency::from_hertz(hertz).expect("clamped to the radio waves");
    FrequencyRange::new(at(from), at(until)).expect("the upper end was clamped above the lower")
}

/// What a range is moved within: the plan, or all radio waves where it reaches beyond.
fn bounds(range: FrequencyRange) -> FrequencyRange {
    let whole = whole();
    if range.from() >= whole.from() && range.until() <= whole.until() {
        whole
    } else {
        between(1, Frequency::MAX_HERTZ)
    }
}

/// The range as wide as `width` times its logarithm, its middle moved by `shift` times it.
fn moved(range: FrequencyRange, width: f64, shift: f64) -> FrequencyRange {
    let bounds = bounds(range);
    let (from, until) = (range.from().hertz() as f64, range.until().hertz() as f64);
    let (low, high) = (bounds.from().hertz() as f64, bounds.until().hertz() as f64);
    let size = (until / from).ln();
    let middle = from.ln() + size / 2.0 + size * shift;
    let half = (size * width / 2.0).min((high / low).ln() / 2.0);
    let middle = middle.clamp(low.ln() + half, high.ln() - half);
    let place = |place: f64| (place.exp().round().clamp(low, high)) as u64;
    between(place(middle - half), place(middle + half))
}

/// Half as wide about the same middle; none where it could not be narrower.
pub fn closer(range: FrequencyRange) -> Option<FrequencyRange> {
    Some(moved(range, 0.5, 0.0))
        .filter(|closer| range.width() >= 8 && closer.width() < range.width())
}

/// Twice as wide about the same middle; none where it is the whole plan already.
pub fn farther(range: FrequencyRange) -> Option<FrequencyRange> {
    let wider = moved(range, 2.0, 0.0);
    Some(wider).filter(|wider| wider.width() > range.width())
}

/// Half a width lower.
pub fn lower(range: FrequencyRange) -> Option<FrequencyRange> {
    Some(moved(range, 1.0, -0.5)).filter(|lower| lower.from() < range.from())
}

/// Half a width higher.
pub fn higher(range: FrequencyRange) -> Option<FrequencyRange> {
    Some(moved(range, 1.0, 0.5)).filter(|higher| higher.until() > range.until())
}

/// The bands by their names (ITU RR 2.1), as far as the plan goes.
pub fn named() -> impl Iterator<Item = (&'static str, FrequencyRange)> {
    let whole = whole();
    let names = ["VLF", "LF", "MF", "HF", "VHF", "UHF", "SHF", "EHF"];
    names.into_iter().zip(0_u32..).map(move |(name, place)| {
        let from = 3_000 * 10_u64.pow(place);
        let (low, high) = (whole.from().hertz(), whole.until().hertz());
        (name, between(from.max(low), (10 * from).min(high)))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        values::frequency_plan::PlanTable,
        web::plan_axis::tests::{any_range, range},
    };

    fn drawn(of: FrequencyRange, length: f64) -> Vec<Lane> {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let rows: Vec<&Allocation> = crate::values::frequency_plan::overlapping(of, day)
            .filter(|row| row.table == PlanTable::Eca)
            .collect();
        lanes(&Axis::new(of, length), &rows, Language::Bokmal)
    }

    #[test]
    fn the_two_metre_band_stands_in_the_amateur_lane() {
        let lanes = drawn(range(140_000_000, 150_000_000), 1_000.0);
        let amateur = lanes.iter().find(|lane| lane.group == ServiceGroup::Amateur).unwrap();
        let found: Vec<(u64, u64, bool)> = amateur
            .blocks
            .iter()
            .map(|it| (it.range.from().hertz(), it.range.until().hertz(), it.is_labelled))
            .collect();
        assert!(found.contains(&(144_000_000, 146_000_000, true)), "{found:?}");
        assert_eq!(amateur.rows, 2, "amateur and amateur-satellite lie beside each other");
    }

    #[test]
    fn the_whole_plan_is_joined_into_what_can_be_seen() {
        let lanes = drawn(whole(), 1_000.0);
        let blocks: usize = lanes.iter().map(|lane| lane.blocks.len()).sum();
        assert!((100..900).contains(&blocks), "{blocks}");
    }

    #[test]
    fn one_moves_within_the_plan_and_not_beyond() {
        assert_eq!(farther(whole()), None);
        assert_eq!((lower(whole()), higher(whole())), (None, None));
        let shf = named().find(|(name, _)| *name == "SHF").unwrap().1;
        assert_eq!(shf, range(3_000_000_000, 30_000_000_000));
        assert!(higher(shf).unwrap().width() > shf.width());
        let end = range(200_000_000_000, 275_000_000_000);
        assert_eq!(higher(end), None);
        assert_eq!(closer(range(1_000, 1_005)), None);
    }

    proptest! {
        #[test]
        fn blocks_lie_within_the_axis_and_beside_each_other(of in any_range(), length in 50.0..1500.0f64) {
            for lane in drawn(of, length) {
                prop_assert!(lane.rows >= 1);
                for row in 0..lane.rows {
                    let own: Vec<&Block> = lane.blocks.iter().filter(|it| it.row == row).collect();
                    prop_assert!(own.windows(2).all(|pair| pair[0].end <= pair[1].start + 1e-9
                        && pair[0].range.until() <= pair[1].range.from()));
                }
                for block in &lane.blocks {
                    prop_assert!(block.start >= 0.0 && block.start <= block.end && block.end <= length);
                    prop_assert!(block.row < lane.rows && block.range.overlaps(of));
                    if let (true, Some(text)) = (block.is_labelled, &block.service) {
                        prop_assert!(text_width(text) < block.end - block.start);
                    }
                    prop_assert!(block.count > 1 || block.service.is_some());
                }
            }
        }

        #[test]
        fn every_allocation_in_view_is_in_a_block(of in any_range()) {
            let lanes = drawn(of, 1_000.0);
            let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
            let rows = crate::values::frequency_plan::overlapping(of, day)
                .filter(|row| row.table == PlanTable::Eca && row.category != Category::NotAllocated)
                .count();
            let shown: usize = lanes.iter().flat_map(|lane| &lane.blocks).map(|it| it.count).sum();
            prop_assert_eq!(rows, shown);
        }

        #[test]
        fn parts_are_the_axis_without_holes(of in any_range(), length in 1.0..200.0f64) {
            let parts = parts(&Axis::new(of, 1_000.0), length);
            prop_assert_eq!(parts.first().map(|part| part.from()), Some(of.from()));
            prop_assert_eq!(parts.last().map(|part| part.until()), Some(of.until()));
            prop_assert!(parts.windows(2).all(|pair| pair[0].until() == pair[1].from()));
        }

        #[test]
        fn moves_stay_within_the_radio_waves(of in any_range()) {
            for next in [closer(of), farther(of), lower(of), higher(of)].into_iter().flatten() {
                prop_assert!(next.from() < next.until());
            }
            if let Some(closer) = closer(of) {
                prop_assert!(closer.from() >= of.from() && closer.until() <= of.until());
            }
        }
    }
}
