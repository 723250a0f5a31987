//! A map as it is drawn: land, names of places for orientation, and what stands on it, joined where it
//! would lie one over the other. Pure; the outlines and the places of municipalities are tables.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use super::{
    map_projection::{HEIGHT, Point, WIDTH, Window, project},
    plan_axis::text_width,
    plan_drawing::px,
};

/// A ring of land.
struct Outline {
    is_ours: bool,
    points: Vec<Point>,
}

/// A table of ours without its source line and heading, in cells.
fn table(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = text.lines().filter(|line| !line.starts_with("# ")).skip(1);
    lines.map(|line| line.split('\t').collect())
}

static OUTLINES: LazyLock<Vec<Outline>> = LazyLock::new(|| {
    table(include_str!("../data/map_outlines.tsv"))
        .map(|cells| {
            let (mut longitude, mut latitude) = (0_i32, 0_i32);
            let points = cells[1].split(' ').filter_map(|pair| {
                let (east, north) = pair.split_once(',')?;
                longitude += east.parse::<i32>().ok()?;
                latitude += north.parse::<i32>().ok()?;
                Some(project(f64::from(latitude) / 1_000.0, f64::from(longitude) / 1_000.0))
            });
            Outline { is_ours: cells[0] == "NO", points: points.collect() }
        })
        .collect()
});

/// A place in a municipality.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Centre {
    pub latitude: f64,
    pub longitude: f64,
    pub name: &'static str,
}

static CENTRES: LazyLock<HashMap<&'static str, Centre>> = LazyLock::new(|| {
    table(include_str!("../data/municipality_centres.tsv"))
        .filter_map(|cells| {
            let centre = Centre {
                latitude: cells.get(1)?.parse().ok()?,
                longitude: cells.get(2)?.parse().ok()?,
                name: cells.get(3)?,
            };
            Some((cells[0], centre))
        })
        .collect()
});

/// The place that stands for a municipality of today.
pub fn centre(number: &str) -> Option<Centre> {
    CENTRES.get(number).copied()
}

/// Places named from afar.
const KNOWN: [&str; 12] = [
    "0301", "4601", "5001", "1103", "5501", "1804", "4204", "1508", "5601", "5607", "2111", "3403",
];

/// What stands on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// The exact place; otherwise only the municipality is told.
    pub is_exact: bool,
    /// What it is, in words.
    pub title: String,
    /// Where it leads.
    pub link: String,
}

/// A dot on the map, for one spot or several.
#[derive(Debug, Clone, PartialEq)]
pub struct Dot {
    x: f64,
    y: f64,
    /// The spots, by their index.
    pub spots: Vec<usize>,
    /// All of its places are exact.
    pub is_exact: bool,
}

impl Dot {
    /// Its radius, by how many it stands for.
    pub fn radius(&self) -> f64 {
        match self.spots.len() {
            0 | 1 => 7.0,
            2..10 => 11.0,
            10..100 => 14.0,
            _ => 18.0,
        }
    }

    /// Place in the drawing.
    pub fn place(&self) -> (f64, f64) {
        (self.x, self.y)
    }
}

/// The spots in a window as dots that do not lie over each other.
pub fn dots(window: &Window, spots: &[Spot]) -> Vec<Dot> {
    // first by squares, so that a thousand spots are few before they are compared
    const SQUARE: f64 = 16.0;
    let mut squares: BTreeMap<(i64, i64), Dot> = BTreeMap::new();
    for (index, spot) in spots.iter().enumerate() {
        let (x, y) = window.place(project(spot.latitude, spot.longitude));
        if !Window::sees((x, y)) {
            continue;
        }
        let square = ((x / SQUARE) as i64, (y / SQUARE) as i64);
        let one = Dot { x, y, spots: vec![index], is_exact: spot.is_exact };
        match squares.get_mut(&square) {
            Some(dot) => join(dot, one),
            None => {
                squares.insert(square, one);
            }
        }
    }
    let mut dots: Vec<Dot> = squares.into_values().collect();
    loop {
        let before = dots.len();
        let mut kept: Vec<Dot> = Vec::with_capacity(before);
        for dot in dots {
            match kept.iter_mut().find(|other| touches(other, &dot)) {
                Some(other) => join(other, dot),
                None => kept.push(dot),
            }
        }
        dots = kept;
        // one that grew or moved may touch others now
        if dots.len() == before {
            break;
        }
    }
    dots.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    dots
}

fn join(dot: &mut Dot, other: Dot) {
    let (own, more) = (dot.spots.len() as f64, other.spots.len() as f64);
    dot.x = (dot.x * own + other.x * more) / (own + more);
    dot.y = (dot.y * own + other.y * more) / (own + more);
    dot.spots.extend(other.spots);
    dot.is_exact &= other.is_exact;
}

/// One over the other.
fn touches(a: &Dot, b: &Dot) -> bool {
    (a.x - b.x).hypot(a.y - b.y) < a.radius() + b.radius()
}

/// Land in a window as one path: ours, or that beside it.
pub fn land(window: &Window, is_ours: bool) -> String {
    let mut path = String::new();
    for outline in OUTLINES.iter().filter(|outline| outline.is_ours == is_ours) {
        let points = outline.points.iter().map(|point| window.place(*point)).collect();
        ring(&mut path, points);
    }
    path
}

/// A ring of degrees in a window, as a path.
pub fn area(window: &Window, degrees: &[(f64, f64)]) -> String {
    let mut path = String::new();
    let places = degrees.iter().map(|(north, east)| window.place(project(*north, *east)));
    ring(&mut path, places.collect());
    path
}

/// Adds a ring as far as it is seen, without what is too small to see.
fn ring(path: &mut String, points: Vec<(f64, f64)>) {
    let points = cut(points);
    let mut last: Option<(f64, f64)> = None;
    let mut kept = Vec::new();
    for point in points {
        if last.is_none_or(|last| (point.0 - last.0).hypot(point.1 - last.1) >= 1.0) {
            kept.push(point);
            last = Some(point);
        }
    }
    if kept.len() < 3 {
        return;
    }
    for (index, (x, y)) in kept.into_iter().enumerate() {
        path.push(if index == 0 { 'M' } else { 'L' });
        path.push_str(&px(x));
        path.push(' ');
        path.push_str(&px(y));
    }
    path.push('Z');
}

/// A ring cut at a frame somewhat wider than the drawing (Sutherland and Hodgman).
fn cut(mut ring: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    const BEYOND: f64 = 20.0;
    type Side = (fn((f64, f64)) -> f64, f64, f64);
    let sides: [Side; 4] = [
        (|point| point.0, -BEYOND, 1.0),
        (|point| point.0, WIDTH + BEYOND, -1.0),
        (|point| point.1, -BEYOND, 1.0),
        (|point| point.1, HEIGHT + BEYOND, -1.0),
    ];
    for (of, limit, sign) in sides {
        let Some(mut before) = ring.last().copied() else { return ring };
        let mut kept = Vec::with_capacity(ring.len());
        for point in ring {
            let inside = |point| (of(point) - limit) * sign >= 0.0;
            if inside(point) != inside(before) {
                let share = (limit - of(before)) / (of(point) - of(before));
                let between = |a: f64, b: f64| a + share * (b - a);
                kept.push((between(before.0, point.0), between(before.1, point.1)));
            }
            if inside(point) {
                kept.push(point);
            }
            before = point;
        }
        ring = kept;
    }
    ring
}

/// A name on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    pub x: String,
    pub y: String,
    pub text: &'static str,
}

/// Names of places for orientation: the known ones from afar, all of them close by, as many as have
/// room beside the dots.
pub fn names(window: &Window, dots: &[Dot]) -> Vec<Name> {
    let mut numbers: Vec<&str> = CENTRES.keys().copied().collect();
    numbers.sort_unstable_by_key(|number| (!KNOWN.contains(number), *number));
    if window.zoom < 2 {
        numbers.truncate(KNOWN.len());
    }
    let mut taken: Vec<[f64; 4]> = dots
        .iter()
        .map(|dot| {
            let radius = dot.radius() + 1.0;
            [dot.x - radius, dot.y - radius, dot.x + radius, dot.y + radius]
        })
        .collect();
    let mut names = Vec::new();
    for centre in numbers.into_iter().filter_map(centre) {
        let (x, y) = window.place(project(centre.latitude, centre.longitude));
        let width = text_width(centre.name);
        // right of the place, or left of it
        let boxes = [x + 6.0, x - 6.0 - width].map(|left| [left, y - 9.0, left + width, y + 5.0]);
        let is_free = |own: &&[f64; 4]| {
            let is_seen =
                own[0] > 4.0 && own[2] < WIDTH - 4.0 && own[1] > 4.0 && own[3] < HEIGHT - 4.0;
            is_seen
                && taken.iter().all(|other| {
                    own[2] < other[0] || other[2] < own[0] || own[3] < other[1] || other[3] < own[1]
                })
        };
        if let Some(own) = boxes.iter().find(is_free) {
            names.push(Name { x: px(own[0]), y: px(y + 3.0), text: centre.name });
            taken.push(*own);
        }
    }
    names
}

/// Length of a line that shows the scale, and the kilometres it stands for.
pub fn scale_line(window: &Window) -> (f64, u32) {
    let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500];
    let scale = window.scale();
    let kilometres =
        steps.into_iter().rev().find(|step| f64::from(*step) * scale <= 130.0).unwrap_or(1);
    (f64::from(kilometres) * scale, kilometres)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spot(latitude: f64, longitude: f64) -> Spot {
        Spot { latitude, longitude, is_exact: true, title: String::new(), link: String::new() }
    }

    #[test]
    fn every_municipality_of_today_has_a_place() {
        let table = include_str!("../data/municipalities.tsv");
        for cells in super::table(table).filter(|cells| cells.get(3).is_none_or(|it| it.is_empty()))
        {
            let centre = centre(cells[0]).unwrap_or_else(|| panic!("{cells:?}"));
            assert!((57.9..81.0).contains(&centre.latitude), "{cells:?}");
        }
    }

    #[test]
    fn the_land_is_there_and_small_enough_for_a_page() {
        let far = land(&Window::default(), true);
        assert!((10_000..80_000).contains(&far.len()), "{}", far.len());
        let close = land(&Window::about(60.39, 5.32, 6), true);
        assert!((300..30_000).contains(&close.len()), "{}", close.len());
        assert!(land(&Window::default(), false).len() > 1_000);
        let svalbard = land(&Window::about(78.5, 17.0, 2), true);
        assert!(svalbard.len() > 2_000);
        // in the middle of the sea
        assert_eq!(land(&Window::about(66.0, -4.0, 6), true), "");
    }

    #[test]
    fn spots_that_lie_over_each_other_are_one_dot_and_part_when_closer() {
        let spots = [spot(60.39, 5.32), spot(60.40, 5.33), spot(69.65, 18.96)];
        let from_afar = dots(&Window::default(), &spots);
        assert_eq!(from_afar.iter().map(|dot| dot.spots.len()).collect::<Vec<_>>(), [1, 2]);
        let close = dots(&Window::about(60.39, 5.32, 8), &spots);
        assert_eq!(close.iter().map(|dot| dot.spots.len()).collect::<Vec<_>>(), [1, 1]);
    }

    proptest! {
        #[test]
        fn dots_have_every_spot_seen_once_and_do_not_overlap(places in proptest::collection::vec((57.0..72.0f64, 4.0..31.0f64), 0..200), zoom in 0..=8u8) {
            let spots: Vec<Spot> = places.iter().map(|(n, e)| spot(*n, *e)).collect();
            let window = Window::about(62.0, 9.0, zoom);
            let dots = dots(&window, &spots);
            let mut shown: Vec<usize> = dots.iter().flat_map(|dot| dot.spots.clone()).collect();
            shown.sort_unstable();
            let seen: Vec<usize> = (0..spots.len())
                .filter(|index| Window::sees(window.place(project(spots[*index].latitude, spots[*index].longitude))))
                .collect();
            prop_assert_eq!(shown, seen);
            for (index, a) in dots.iter().enumerate() {
                prop_assert!(Window::sees(a.place()));
                for b in &dots[..index] {
                    prop_assert!((a.x - b.x).hypot(a.y - b.y) >= a.radius() + b.radius());
                }
            }
        }

        #[test]
        fn names_are_seen_whole(zoom in 0..=8u8, latitude in 54.0..82.0f64, longitude in -15.0..40.0f64) {
            let window = Window::about(latitude, longitude, zoom);
            for name in names(&window, &[]) {
                let (x, y): (f64, f64) = (name.x.parse().unwrap(), name.y.parse().unwrap());
                prop_assert!(x >= 0.0 && x + text_width(name.text) <= WIDTH && (0.0..=HEIGHT).contains(&y));
            }
        }
    }
}
