//! When two licences claim the same: frequencies, place and time all overlap.
//!
//! Places are numbers, so that a database can compare them as ranges. A municipality of today is its number; the mainland is
//! the range of all of them, so one row of a national licence meets every row of a local one. Svalbard's and Jan Mayen's
//! numbers lie inside that range and are moved out of it. Areas with a ring have a place of their own besides, on which all of
//! them meet whatever municipalities they name.

use std::{collections::BTreeSet, ops::Range};

use super::super::model::{Area, Claim, SpectrumDetails};
use crate::values::{municipality::Municipality, polygon::Polygon, validity::Validity};

/// Every municipality of the mainland and the waters to 70 km from the baseline.
const NATIONAL: Range<i32> = 1..10_000;
/// Added to the numbers of Svalbard and Jan Mayen.
const BEYOND_MAINLAND: i32 = 10_000;
/// The continental shelf.
const OFFSHORE: Range<i32> = 20_000..20_001;
/// Where rings meet.
const RINGS: Range<i32> = 30_000..30_001;

/// What a licence claims when it holds for these days.
pub fn claims(details: &SpectrumDetails, validity: Validity) -> Vec<Claim> {
    let places = places(&details.area);
    let ranges = details.blocks.iter().flat_map(|block| block.ranges());
    ranges
        .flat_map(|range| {
            places.iter().map(move |(space, shape)| Claim {
                range,
                space: space.clone(),
                shape: shape.clone(),
                validity,
            })
        })
        .collect()
}

fn places(area: &Area) -> Vec<(Range<i32>, Option<Polygon>)> {
    match area {
        Area::National => vec![(NATIONAL, None)],
        Area::Offshore => vec![(OFFSHORE, None)],
        Area::Municipalities { municipalities } => {
            spaces(municipalities).map(|space| (space, None)).collect()
        }
        Area::Polygon { ring, municipalities, offshore } => spaces(municipalities)
            .chain(offshore.then_some(OFFSHORE))
            .chain([RINGS])
            .map(|space| (space, Some(ring.clone())))
            .collect(),
    }
}

/// The ground of municipalities, each piece once.
fn spaces(municipalities: &[Municipality]) -> impl Iterator<Item = Range<i32>> {
    let ground: BTreeSet<i32> = municipalities
        .iter()
        .flat_map(|municipality| {
            let entry = municipality.entry();
            let moved = if entry.is_mainland() { 0 } else { BEYOND_MAINLAND };
            entry.ground.iter().map(move |number| i32::from(*number) + moved)
        })
        .collect();
    ground.into_iter().map(|number| number..number + 1)
}

/// Whether both claim the same frequency at the same place on the same day.
pub fn overlap(a: &Claim, b: &Claim) -> bool {
    let shapes_meet = match (&a.shape, &b.shape) {
        (Some(a), Some(b)) => a.overlaps(b),
        _ => true,
    };
    a.range.overlaps(b.range)
        && a.validity.overlaps(b.validity)
        && a.space.start < b.space.end
        && b.space.start < a.space.end
        && shapes_meet
}

#[cfg(test)]
mod tests;
