//! Norway on paper: a conformal cone (Lambert), on which coasts keep their shape from Lindesnes to
//! Nordkapp, and the window of it that is looked at. Pure; lengths are kilometres.

use crate::values::position::Position;

/// Mean radius of the Earth.
const EARTH: f64 = 6_371.0;
/// The parallels that keep their length, and the meridian and parallel in the middle.
const PARALLELS: (f64, f64) = (60.0, 69.0);
const MIDDLE: (f64, f64) = (65.0, 16.0);

/// A point of the cone: kilometres east and south of its middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// The constants of the cone.
struct Cone {
    n: f64,
    f: f64,
    rho: f64,
}

fn steep(latitude: f64) -> f64 {
    (std::f64::consts::FRAC_PI_4 + latitude / 2.0).tan()
}

fn cone() -> Cone {
    let (first, second) = (PARALLELS.0.to_radians(), PARALLELS.1.to_radians());
    let n = (first.cos() / second.cos()).ln() / (steep(second) / steep(first)).ln();
    let f = first.cos() * steep(first).powf(n) / n;
    Cone { n, f, rho: EARTH * f / steep(MIDDLE.0.to_radians()).powf(n) }
}

/// Where a place is on the cone, by degrees.
pub fn project(latitude: f64, longitude: f64) -> Point {
    let Cone { n, f, rho: middle } = cone();
    let latitude = latitude.clamp(-80.0, 89.9).to_radians();
    let rho = EARTH * f / steep(latitude).powf(n);
    let angle = n * (longitude - MIDDLE.1).to_radians();
    Point { x: rho * angle.sin(), y: rho * angle.cos() - middle }
}

/// The degrees of a point, north and east.
pub fn unproject(point: Point) -> (f64, f64) {
    let Cone { n, f, rho: middle } = cone();
    let (x, y) = (point.x, point.y + middle);
    let rho = x.hypot(y).max(1e-9);
    let latitude = 2.0 * (EARTH * f / rho).powf(1.0 / n).atan() - std::f64::consts::FRAC_PI_2;
    (latitude.to_degrees(), MIDDLE.1 + (x.atan2(y) / n).to_degrees())
}

/// Size of the drawn map, in units of the drawing.
pub const WIDTH: f64 = 640.0;
/// Its height.
pub const HEIGHT: f64 = 780.0;
/// Kilometres from top to bottom when all of the mainland is seen.
const FARTHEST: f64 = 1_820.0;
/// How often one may come twice as close.
pub const CLOSEST: u8 = 8;
/// The middle of the mainland.
const MAINLAND: (f64, f64) = (65.1, 16.9);

/// What is seen: a middle, and how often it was doubled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// How close, from 0, the mainland, to [`CLOSEST`].
    pub zoom: u8,
    /// Degrees north of the middle.
    pub latitude: f64,
    /// Degrees east of it.
    pub longitude: f64,
}

impl Default for Window {
    fn default() -> Self {
        Self { zoom: 0, latitude: MAINLAND.0, longitude: MAINLAND.1 }
    }
}

impl Window {
    /// A window about a place.
    pub fn about(latitude: f64, longitude: f64, zoom: u8) -> Self {
        Self {
            zoom: zoom.min(CLOSEST),
            latitude: latitude.clamp(54.0, 82.0),
            longitude: longitude.clamp(-15.0, 40.0),
        }
    }

    /// Reads `ZOOM/LATITUDE/LONGITUDE`, as [`Self`] is written.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let zoom: u8 = parts.next()?.parse().ok().filter(|zoom| *zoom <= CLOSEST)?;
        let mut degrees = || {
            let text = parts.next()?;
            let plain =
                text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit() || b"-.".contains(&b));
            text.parse::<f64>().ok().filter(|_| plain)
        };
        let (latitude, longitude) = (degrees()?, degrees()?);
        let is_there = (54.0..=82.0).contains(&latitude) && (-15.0..=40.0).contains(&longitude);
        (is_there && parts.next().is_none()).then_some(Self { zoom, latitude, longitude })
    }

    /// Units of the drawing in a kilometre.
    pub fn scale(&self) -> f64 {
        HEIGHT / FARTHEST * f64::from(1_u32 << self.zoom)
    }

    /// Where a point of the cone is in the drawing; outside its size it is not seen.
    pub fn place(&self, point: Point) -> (f64, f64) {
        let middle = project(self.latitude, self.longitude);
        let scale = self.scale();
        (WIDTH / 2.0 + (point.x - middle.x) * scale, HEIGHT / 2.0 + (point.y - middle.y) * scale)
    }

    /// Twice as close, about a place of the drawing.
    pub fn closer(&self, at: Option<(f64, f64)>, times: u8) -> Option<Self> {
        let (latitude, longitude) = match at {
            Some(place) => self.degrees(place),
            None => (self.latitude, self.longitude),
        };
        let zoom = (self.zoom + times).min(CLOSEST);
        (zoom > self.zoom).then(|| Self::about(latitude, longitude, zoom))
    }

    /// Half as close.
    pub fn farther(&self) -> Option<Self> {
        let zoom = self.zoom.checked_sub(1)?;
        Some(if zoom == 0 { Self::default() } else { Self { zoom, ..*self } })
    }

    /// Moved by parts of its size, east and south.
    pub fn moved(&self, east: f64, south: f64) -> Self {
        let place = (WIDTH * (0.5 + east), HEIGHT * (0.5 + south));
        let (latitude, longitude) = self.degrees(place);
        Self::about(latitude, longitude, self.zoom)
    }

    /// The degrees of a place of the drawing.
    pub fn degrees(&self, place: (f64, f64)) -> (f64, f64) {
        let middle = project(self.latitude, self.longitude);
        let scale = self.scale();
        unproject(Point {
            x: middle.x + (place.0 - WIDTH / 2.0) / scale,
            y: middle.y + (place.1 - HEIGHT / 2.0) / scale,
        })
    }

    /// The closest window that has all of these places, with some room.
    pub fn around(places: &[Position]) -> Self {
        let points: Vec<Point> =
            places.iter().map(|place| project(place.latitude(), place.longitude())).collect();
        let ends = |of: fn(&Point) -> f64| {
            points
                .iter()
                .map(of)
                .fold((f64::MAX, f64::MIN), |(low, high), it| (low.min(it), high.max(it)))
        };
        if points.is_empty() {
            return Self::default();
        }
        let ((west, east), (north, south)) = (ends(|point| point.x), ends(|point| point.y));
        let middle = unproject(Point { x: (west + east) / 2.0, y: (north + south) / 2.0 });
        let has_room = |zoom: &u8| {
            let scale = HEIGHT / FARTHEST * f64::from(1_u32 << *zoom);
            (east - west) * scale < WIDTH * 0.75 && (south - north) * scale < HEIGHT * 0.75
        };
        let zoom = (0..=5).rev().find(has_room).unwrap_or(0);
        Self::about(middle.0, middle.1, zoom)
    }

    /// True if a place of the drawing is seen.
    pub fn sees(place: (f64, f64)) -> bool {
        (0.0..=WIDTH).contains(&place.0) && (0.0..=HEIGHT).contains(&place.1)
    }
}

impl std::fmt::Display for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{:.4}/{:.4}", self.zoom, self.latitude, self.longitude)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn distances_on_the_cone_are_near_those_on_the_ground() {
        let at = |latitude, longitude| Position::from_degrees(latitude, longitude).unwrap();
        for (a, b) in [
            ((59.91, 10.75), (60.39, 5.32)),
            ((63.43, 10.4), (69.65, 18.96)),
            ((58.0, 7.05), (71.17, 25.78)),
        ] {
            let ground = at(a.0, a.1).metres_to(at(b.0, b.1)) / 1_000.0;
            let (p, q) = (project(a.0, a.1), project(b.0, b.1));
            let paper = (p.x - q.x).hypot(p.y - q.y);
            assert!((paper / ground - 1.0).abs() < 0.02, "{paper} {ground}");
        }
    }

    #[test]
    fn the_mainland_is_seen_whole_from_the_farthest() {
        let window = Window::default();
        for (latitude, longitude) in [(57.96, 7.05), (71.19, 25.67), (70.37, 31.17), (61.0, 4.5)] {
            let place = window.place(project(latitude, longitude));
            assert!(Window::sees(place), "{latitude} {longitude}: {place:?}");
        }
        assert!(window.place(project(71.19, 25.67)).1 < window.place(project(58.0, 7.0)).1);
    }

    #[test]
    fn a_window_is_read_as_it_is_written_and_nothing_else() {
        let window = Window::about(60.39, 5.32, 4);
        assert_eq!(Window::parse(&window.to_string()), Some(window));
        for text in [
            "", "4", "4/60", "9/60/5", "4/60/5/1", "x/60/5", "4/NaN/5", "4/inf/5", "4/90/5",
            "4/60/-16", "4/1e9/5", "-1/60/5",
        ] {
            assert_eq!(Window::parse(text), None, "{text}");
        }
        assert_eq!(Window::default().farther(), None);
        assert_eq!(Window::about(60.0, 5.0, CLOSEST).closer(None, 1), None);
    }

    proptest! {
        #[test]
        fn a_place_and_its_degrees_agree(latitude in 54.0..82.0f64, longitude in -15.0..40.0f64, zoom in 0..=CLOSEST) {
            let window = Window::about(61.0, 8.0, zoom);
            let (north, east) = window.degrees(window.place(project(latitude, longitude)));
            prop_assert!((north - latitude).abs() < 1e-6 && (east - longitude).abs() < 1e-6);
        }

        #[test]
        fn all_of_a_group_of_places_is_seen(places in proptest::collection::vec((57.0..81.0f64, -9.0..31.0f64), 1..8)) {
            let places: Vec<Position> = places.into_iter().map(|(n, e)| Position::from_degrees(n, e).unwrap()).collect();
            let window = Window::around(&places);
            // what does not fit even from the farthest, such as Svalbard and Lindesnes, is not
            if window.zoom > 0 {
                for place in places {
                    prop_assert!(Window::sees(window.place(project(place.latitude(), place.longitude()))));
                }
            }
        }

        #[test]
        fn moves_are_answered(zoom in 0..=CLOSEST, latitude in 54.0..82.0f64, longitude in -15.0..40.0f64, east in -1.0..1.0f64, south in -1.0..1.0f64, text in any::<String>()) {
            let window = Window::about(latitude, longitude, zoom).moved(east, south);
            prop_assert!(Window::parse(&window.to_string()).is_some(), "{}", window);
            let _ = Window::parse(&text);
        }
    }
}
