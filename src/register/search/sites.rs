//! Places that the rows of a table are sent from: found around a place without looking at every row, and
//! without trigonometry for each. Knows places and rows only, not what a permit is.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::{base::shifted, query::Around};
use crate::values::position::Position;

/// Side of a cell in millionths of a degree: about 11 km from south to north.
const CELL: i32 = 100_000;

/// Sites of rows, each row's behind those of the row before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sites {
    /// Where the sites of each row end.
    ends: Vec<u32>,
    /// Millionths of a degree north and east.
    places: Vec<(i32, i32)>,
    /// The same as directions from the middle of the earth.
    directions: Vec<[f32; 3]>,
    /// Rows that have a site in a cell, by the cell's south and west corner in cells.
    cells: BTreeMap<(i32, i32), RoaringBitmap>,
}

impl Sites {
    /// Adds a site of the row that is closed next.
    pub fn push(&mut self, site: Position) {
        let (north, east) = (site.micro_latitude(), site.micro_longitude());
        self.places.push((north, east));
        #[allow(clippy::cast_possible_truncation)] // what is lost is looked at again
        self.directions.push(site.direction().map(|part| part as f32));
        let row = self.ends.len() as u32;
        let cell = (north.div_euclid(CELL), east.div_euclid(CELL));
        self.cells.entry(cell).or_default().insert(row);
    }

    /// Ends the row.
    pub fn close(&mut self) {
        self.ends.push(self.places.len() as u32);
    }

    /// Puts the sites of other rows behind those of so many.
    pub fn append(&mut self, other: Self, rows: u32) {
        let before = self.places.len() as u32;
        self.ends.extend(other.ends.iter().map(|end| before + end));
        self.places.extend(other.places);
        self.directions.extend(other.directions);
        for (cell, own) in &other.cells {
            shifted(self.cells.entry(*cell).or_default(), own, rows);
        }
    }

    /// Rows that may have a site in the circle; every row that has one is among them.
    pub fn near(&self, around: &Around) -> RoaringBitmap {
        let near = &around.near;
        let cell = |micro: i32| micro.div_euclid(CELL);
        let columns = cell(near.west)..=cell(near.east);
        self.cells
            .range((cell(near.south), i32::MIN)..=(cell(near.north), i32::MAX))
            .filter(|((_, east), _)| columns.contains(east))
            .fold(RoaringBitmap::new(), |rows, (_, own)| rows | own)
    }

    /// Whether a site of the row lies in the circle.
    pub fn has_one_in(&self, around: &Around, row: usize) -> bool {
        let from = if row == 0 { 0 } else { self.ends[row - 1] as usize };
        (from..self.ends[row] as usize).any(|site| {
            around.about_holds(self.directions[site]).unwrap_or_else(|| {
                let (north, east) = self.places[site];
                Position::from_micro(north, east)
                    .is_ok_and(|site| around.place.metres_to(site) <= around.metres)
            })
        })
    }

    /// Bytes they take.
    pub fn bytes(&self) -> usize {
        let cells = self.cells.values().map(|rows| 32 + rows.serialized_size()).sum::<usize>();
        self.ends.capacity() * 4 + self.places.capacity() * 20 + cells
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn anywhere() -> impl Strategy<Value = Position> {
        // often close together, and at the edges of the map
        let close = (59.0..60.5f64, 10.0..11.5f64);
        let wide = (-90.0..=90.0f64, -180.0..=180.0f64);
        prop_oneof![3 => close, 1 => wide]
            .prop_map(|(north, east)| Position::from_degrees(north, east).unwrap())
    }

    proptest! {
        #[test]
        fn exactly_the_sites_in_the_circle_are_found(
            rows in proptest::collection::vec(proptest::collection::vec(anywhere(), 0..3), 0..60),
            place in anywhere(), metres in prop_oneof![0.0..5_000.0f64, 0.0..800_000.0f64, Just(20_100_000.0)],
            exactly in any::<Option<prop::sample::Index>>(),
        ) {
            // now and then the circle goes through a site
            let all: Vec<Position> = rows.iter().flatten().copied().collect();
            let metres = match exactly {
                Some(one) if !all.is_empty() => place.metres_to(*one.get(&all)),
                _ => metres,
            };
            let around = Around::new(place, metres);
            let mut sites = Sites::default();
            for row in &rows {
                row.iter().for_each(|site| sites.push(*site));
                sites.close();
            }
            let near = sites.near(&around);
            for (number, row) in rows.iter().enumerate() {
                let lies_in = row.iter().any(|site| place.metres_to(*site) <= metres);
                prop_assert_eq!(sites.has_one_in(&around, number), lies_in, "row {}", number);
                prop_assert!(!lies_in || near.contains(number as u32), "row {} is not near", number);
            }
        }
    }
}
