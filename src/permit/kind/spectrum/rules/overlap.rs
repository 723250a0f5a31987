//! When two licences claim the same: frequencies, place and time all overlap.
//!
//! Places are numbers, so that a database can compare them as ranges. A municipality of today is its number; the mainland is
//! the range of all of them, so one row of a national licence meets every row of a local one. Svalbard's and Jan Mayen's
//! numbers lie inside that range and are moved out of it. Areas with a ring claim every municipality they may have ground of,
//! and the shelf where they may reach it, whatever they name, unless a caseworker has found on a map where they lie; and have a
//! place of their own besides, on which all of them meet.

use std::{collections::BTreeSet, ops::Range};

use super::super::model::{Area, Claim, SpectrumDetails};
use crate::values::{
    frequency::FrequencyRange,
    municipality::Municipality,
    municipality_ground,
    polygon::{Point, Polygon, PolygonFlaw},
    validity::Validity,
};

/// Every municipality of the mainland and the waters to 70 km from the baseline.
const NATIONAL: Range<i32> = 1..10_000;
/// Added to the numbers of Svalbard and Jan Mayen.
const BEYOND_MAINLAND: i32 = 10_000;
/// The continental shelf.
const OFFSHORE: Range<i32> = 20_000..20_001;
/// Where rings meet.
const RINGS: Range<i32> = 30_000..30_001;
/// Half the side of what stands for a point, in degrees.
const SMALL: f64 = 0.000_002;

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
        Area::Polygon { ring, municipalities, offshore, ground } => {
            let mut claimed = of_ground(municipalities);
            let mut is_shelf = *offshore;
            match ground {
                Some(found) => claimed.extend(of_ground(found)),
                None => {
                    let around = municipality_ground::around(ring);
                    claimed.extend(around.possible.iter().filter_map(|number| moved(*number)));
                    is_shelf |= around.may_be_shelf;
                }
            }
            pieces(claimed)
                .chain(is_shelf.then_some(OFFSHORE))
                .chain([RINGS])
                .map(|space| (space, Some(ring.clone())))
                .collect()
        }
    }
}

/// What a transmitter at a point uses: the frequencies in its municipality, which is taken at its word only where it may
/// be so, on the shelf where it may be there, and within every ring that holds the point.
///
/// # Errors
/// Never within the places positions are taken from; a point at the end of the map has no surroundings.
pub fn claims_of_point(
    range: FrequencyRange,
    point: Point,
    municipality: Option<Municipality>,
    validity: Validity,
) -> Result<Vec<Claim>, PolygonFlaw> {
    let around = municipality_ground::around_point(point);
    let told: BTreeSet<i32> =
        municipality.iter().flat_map(|number| of_ground(&[*number])).collect();
    let possible: BTreeSet<i32> =
        around.possible.iter().filter_map(|number| moved(*number)).collect();
    let ground = match told.is_disjoint(&possible) {
        true => possible,
        false => told,
    };
    let corner = |north: f64, east: f64| {
        Point::new(point.latitude() + north * SMALL, point.longitude() + east * SMALL)
    };
    let (first, second, third) = (corner(-1.0, -1.0)?, corner(-1.0, 1.0)?, corner(1.0, 0.0)?);
    let shape = Polygon::of_ring(&[first, second, third, first])?;
    let places = pieces(ground).chain(around.may_be_shelf.then_some(OFFSHORE)).chain([RINGS]);
    Ok(places.map(|space| Claim { range, space, shape: Some(shape.clone()), validity }).collect())
}

/// The ground of municipalities, each piece once.
fn spaces(municipalities: &[Municipality]) -> impl Iterator<Item = Range<i32>> {
    pieces(of_ground(municipalities))
}

fn of_ground(municipalities: &[Municipality]) -> BTreeSet<i32> {
    let ground = municipalities.iter().flat_map(|municipality| &municipality.entry().ground);
    ground.filter_map(|number| moved(*number)).collect()
}

/// The place of a municipality of today.
fn moved(number: u16) -> Option<i32> {
    let municipality = Municipality::parse(&format!("{number:04}")).ok()?;
    let beyond = if municipality.entry().is_mainland() { 0 } else { BEYOND_MAINLAND };
    Some(i32::from(number) + beyond)
}

fn pieces(ground: BTreeSet<i32>) -> impl Iterator<Item = Range<i32>> {
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
