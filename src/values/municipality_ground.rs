//! Which municipalities an area on the map may lie in, from one known place in each of them.
//!
//! Borders are not known here, so the answer is never too short and often too long: it serves to keep claims apart, not to
//! tell where anything lies. That ground lies no farther from its own municipality's place than [`TIMES`] the way to the
//! nearest place of any, and [`MARGIN_KM`] more, is an assumption; within the mainland it holds for the known outliers, such
//! as Karmøy's ground beside Haugesund.

use std::{collections::BTreeSet, sync::LazyLock};

use super::{
    polygon::{Point, Polygon},
    table::Table,
};

const TIMES: f64 = 3.0;
const MARGIN_KM: f64 = 30.0;
/// As far as this from the nearest place of any, nobody asks twice; another assumption.
const LIKELY_TIMES: f64 = 2.0;
const LIKELY_MARGIN_KM: f64 = 15.0;
/// No mainland municipality with its waters reaches farther from its place.
const FARTHEST_KM: f64 = 120.0;
/// From the baseline, where the waters of the mainland licences end; its places lie inside the baseline.
const SHELF_KM: f64 = 70.0;
/// Svalbard's and Jan Mayen's ground by number, with their waters: south, north, west, east.
const BEYOND: [(u16, [f64; 4]); 4] = [
    (2111, [75.0, 82.0, 5.0, 38.0]),
    (2121, [73.0, 76.0, 15.0, 24.0]),
    (2131, [75.0, 78.0, 22.0, 29.0]),
    (2211, [69.5, 72.5, -13.0, -4.0]),
];

const KM_PER_DEGREE: f64 = 111.2;

struct Place {
    number: u16,
    latitude: f64,
    longitude: f64,
}

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    Table::new(include_str!("../data/municipality_centres.tsv"))
        .rows()
        .map(|row| Place {
            number: row.value("number").expect("the table holds numbers"),
            latitude: row.value("latitude").expect("the table holds degrees"),
            longitude: row.value("longitude").expect("the table holds degrees"),
        })
        .filter(|place| !is_beyond(place.number))
        .collect()
});

/// Svalbard or Jan Mayen.
const fn is_beyond(number: u16) -> bool {
    matches!(number / 100, 21 | 22)
}

/// What an area on the map may be part of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Numbers of today of every municipality it may have ground of.
    pub possible: BTreeSet<u16>,
    /// Those whose known place lies in it, which it has ground of for certain.
    pub certain: BTreeSet<u16>,
    /// It may reach beyond 70 km from the baseline.
    pub may_be_shelf: bool,
}

/// Whether a place lies in a municipality, as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Its known place is about as near as any.
    There,
    /// Another is much nearer, or nothing is near.
    Perhaps,
    /// It is too far away, for certain.
    Elsewhere,
}

/// Whether a place lies on this ground, by numbers of today.
pub fn fit(point: Point, ground: &[u16]) -> Fit {
    let around = around_point(point);
    let is_possible = |number: &&u16| around.possible.contains(*number);
    if !ground.iter().any(|number| is_possible(&number)) {
        // what lies far out at sea has a municipality by habit only
        let is_land = around.possible.iter().any(|number| is_beyond(*number));
        return if around.may_be_shelf && !is_land { Fit::Perhaps } else { Fit::Elsewhere };
    }
    if ground.iter().filter(is_possible).any(|number| is_beyond(*number)) {
        return Fit::There;
    }
    let distances = || {
        let of = |place: &Place| kilometres(place, point.latitude(), point.longitude());
        PLACES.iter().map(move |place| (place.number, of(place)))
    };
    let least = |(_, one): &(u16, f64), (_, other): &(u16, f64)| one.total_cmp(other);
    let nearest = distances().min_by(least).map_or(f64::MAX, |(_, distance)| distance);
    let own = distances().filter(|(number, _)| ground.contains(number)).min_by(least);
    let is_near = own.is_some_and(|(_, own)| own <= LIKELY_TIMES * nearest + LIKELY_MARGIN_KM);
    if is_near { Fit::There } else { Fit::Perhaps }
}

/// Number of the municipality whose known place is nearest; none far out at sea.
pub fn nearest(point: Point) -> Option<u16> {
    let around = around_point(point);
    if let Some(number) = around.possible.iter().find(|number| is_beyond(**number)) {
        return Some(*number);
    }
    let of = |place: &&Place| kilometres(place, point.latitude(), point.longitude());
    let nearest = PLACES.iter().min_by(|one, other| of(one).total_cmp(&of(other)));
    nearest.filter(|_| !around.may_be_shelf).map(|place| place.number)
}

/// What an area may be part of.
pub fn around(area: &Polygon) -> Surroundings {
    let (points, step) = samples(area);
    let mut found = Surroundings::default();
    for point in points {
        // what lies between samples is at most this much farther from one place and nearer to another
        add(point, 1.5 * step, &mut found);
    }
    found.certain = PLACES
        .iter()
        .filter(|place| {
            Point::new(place.latitude, place.longitude).is_ok_and(|point| area.holds(point))
        })
        .map(|place| place.number)
        .collect();
    found.possible.extend(&found.certain);
    found
}

/// What a place may be part of.
pub fn around_point(point: Point) -> Surroundings {
    let mut found = Surroundings::default();
    add(point, 0.0, &mut found);
    found
}

fn add(point: Point, apart: f64, found: &mut Surroundings) {
    let (latitude, longitude) = (point.latitude(), point.longitude());
    let distances: Vec<f64> =
        PLACES.iter().map(|place| kilometres(place, latitude, longitude)).collect();
    let nearest = distances.iter().copied().fold(f64::MAX, f64::min);
    let reach = (TIMES * nearest + MARGIN_KM + (1.0 + TIMES) * apart).min(FARTHEST_KM + apart);
    for (place, distance) in PLACES.iter().zip(&distances) {
        if *distance <= reach {
            found.possible.insert(place.number);
        }
    }
    let degrees = apart / KM_PER_DEGREE;
    for (number, [south, north, west, east]) in BEYOND {
        // a degree of longitude is shortest, and so the margin widest, at the northern end
        let wide = degrees / north.to_radians().cos();
        if (south - degrees..=north + degrees).contains(&latitude)
            && (west - wide..=east + wide).contains(&longitude)
        {
            found.possible.insert(number);
        }
    }
    found.may_be_shelf |= nearest + apart > SHELF_KM;
}

fn kilometres(place: &Place, latitude: f64, longitude: f64) -> f64 {
    let shrink = ((place.latitude + latitude) / 2.0).to_radians().cos();
    let north = (place.latitude - latitude) * KM_PER_DEGREE;
    let east = (place.longitude - longitude) * KM_PER_DEGREE * shrink;
    north.hypot(east)
}

/// Points on the border and inside, and how far apart they are at most, in kilometres.
fn samples(area: &Polygon) -> (Vec<Point>, f64) {
    const MOST_ACROSS: f64 = 32.0;
    let ring: Vec<Point> = area.ring().collect();
    let ends = |of: fn(Point) -> f64| {
        let low = ring.iter().copied().map(of).fold(f64::MAX, f64::min);
        (low, ring.iter().copied().map(of).fold(f64::MIN, f64::max))
    };
    let (south, north) = ends(Point::latitude);
    let (west, east) = ends(Point::longitude);
    // the widest a degree of longitude is in the area
    let shrink = south.abs().min(north.abs()).to_radians().cos().max(0.01);
    let across = ((north - south) * KM_PER_DEGREE).max((east - west) * KM_PER_DEGREE * shrink);
    let step = (across / MOST_ACROSS).max(0.5);
    let (high, wide) = (step / KM_PER_DEGREE, step / (KM_PER_DEGREE * shrink));
    let mut points = Vec::new();
    for pair in ring.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let (up, right) = (b.latitude() - a.latitude(), b.longitude() - a.longitude());
        let pieces = (up.abs() / high).max(right.abs() / wide).ceil().max(1.0);
        // 32 steps across at most
        for piece in 0..pieces as u32 {
            let part = f64::from(piece) / pieces;
            points.extend(Point::new(a.latitude() + up * part, a.longitude() + right * part));
        }
    }
    let steps = |from: f64, to: f64, by: f64| {
        std::iter::successors(Some(from + by / 2.0), move |at| Some(at + by))
            .take_while(move |at| *at < to)
    };
    for latitude in steps(south, north, high) {
        let row = steps(west, east, wide).filter_map(|east| Point::new(latitude, east).ok());
        points.extend(row.filter(|point| area.holds(*point)));
    }
    (points, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(text: &str) -> Surroundings {
        around(&Polygon::parse(text).unwrap())
    }

    #[test]
    fn an_area_may_lie_in_what_is_near_and_not_in_what_is_far() {
        let oslo = ring("((10.7,59.9),(10.8,59.9),(10.8,59.95),(10.7,59.95))");
        assert_eq!(oslo.certain, BTreeSet::from([301]));
        assert!(oslo.possible.contains(&301) && oslo.possible.contains(&3201), "{oslo:?}");
        for far in [4601, 3303, 5001, 2111] {
            assert!(!oslo.possible.contains(&far), "{far}");
        }
        assert!(!oslo.may_be_shelf);
        // the whole country, and one beside Haugesund that is of Karmøy
        let country = ring("((3,57),(33,57),(33,72),(3,72))");
        assert_eq!(country.possible.iter().filter(|number| !is_beyond(**number)).count(), 357);
        assert!(ring("((5.29,59.39),(5.3,59.39),(5.3,59.4))").possible.contains(&1149));
    }

    #[test]
    fn a_place_is_compared_with_the_municipality_it_is_said_to_be_in() {
        let at = |latitude, longitude| Point::new(latitude, longitude).unwrap();
        // Lillesand, Kristiansand beside it, and Bergen
        assert_eq!(fit(at(58.25, 8.38), &[4215]), Fit::There);
        assert_eq!(fit(at(58.43, 8.35), &[4215]), Fit::There);
        assert_eq!(fit(at(58.25, 8.38), &[4204]), Fit::Perhaps);
        assert_eq!(fit(at(58.25, 8.38), &[4601]), Fit::Elsewhere);
        // Svalbard by either number, and a platform
        assert_eq!(fit(at(78.2, 15.6), &[2111, 2121, 2131]), Fit::There);
        assert_eq!(fit(at(78.2, 15.6), &[4215]), Fit::Elsewhere);
        assert_eq!(fit(at(61.0, 2.0), &[1103]), Fit::Perhaps);
        assert_eq!(nearest(at(58.25, 8.38)), Some(4215));
        assert_eq!((nearest(at(78.2, 15.6)), nearest(at(61.0, 2.0))), (Some(2111), None));
        // every known place is in its own municipality
        for place in PLACES.iter() {
            assert_eq!(fit(at(place.latitude, place.longitude), &[place.number]), Fit::There);
        }
    }

    #[test]
    fn a_field_at_sea_is_of_the_shelf_alone() {
        let field = ring("((1.8,61.0),(2.2,61.0),(2.2,61.3))");
        assert!(field.possible.is_empty() && field.may_be_shelf);
        let svalbard = ring("((15,78),(16,78),(16,78.4))");
        assert_eq!(svalbard.possible, BTreeSet::from([2111]));
    }

    #[test]
    fn no_point_of_an_area_may_lie_in_more_than_the_area_may() {
        let area = Polygon::parse("((9.2,58.9),(11.4,59.3),(10.6,61.2),(8.1,60.4))").unwrap();
        let whole = around(&area);
        for (north, east) in (0..40).flat_map(|n| (0..40).map(move |e| (n, e))) {
            let (north, east) = (f64::from(north), f64::from(east));
            let point = Point::new(58.9 + north * 0.0577, 8.1 + east * 0.0823).unwrap();
            if area.holds(point) {
                assert!(around_point(point).possible.is_subset(&whole.possible), "{point:?}");
            }
        }
    }
}
