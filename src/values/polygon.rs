//! Areas as one ring of points in WGS84, to a millionth of a degree (11 cm), compared without rounding.
//!
//! An area includes its border: two that share a point of it overlap. Degrees are taken as a plane, which is what makes two
//! areas that overlap on paper overlap here; no area crosses the 180th meridian.

use super::{Flaw, text_value};

/// Millionths of a degree.
const SCALE: i32 = 1_000_000;

/// Most points of a ring, the closing one included.
pub const MAX_POINTS: usize = 200;

/// A point on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    longitude: i32,
    latitude: i32,
}

/// One ring of 3 to 199 corners that does not cross or touch itself. Its text is `((10.75,59.91),…)`, longitude first,
/// the closing point left out, which PostgreSQL reads as a `polygon`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Polygon(Vec<Point>);

/// Why points are not an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolygonFlaw {
    #[error("the ring has fewer than 4 points; the first is repeated as the last")]
    TooFew,
    #[error("the ring has more than 200 points; leave out those that change little")]
    TooMany,
    #[error("the ring is not closed; repeat the first point as the last")]
    Open,
    #[error("latitudes go from -90 to 90 and longitudes from -180 to 180 degrees; check the order")]
    Range,
    #[error("the ring crosses or touches itself; give the corners in the order of walking around")]
    Crossing,
    #[error("an area is written ((longitude,latitude),…) in degrees")]
    Form,
}

impl Flaw for PolygonFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::TooFew => "too-few-points",
            Self::TooMany => "too-many-points",
            Self::Open => "ring-not-closed",
            Self::Range => "coordinate-range",
            Self::Crossing => "ring-crossing",
            Self::Form => "form",
        }
    }
}

impl Point {
    /// A point in degrees, rounded to a millionth.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, PolygonFlaw> {
        if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
            return Err(PolygonFlaw::Range);
        }
        #[allow(clippy::cast_possible_truncation)] // within the range just checked
        let scaled = |degrees: f64| (degrees * f64::from(SCALE)).round() as i32;
        Ok(Self { longitude: scaled(longitude), latitude: scaled(latitude) })
    }

    /// Degrees north of the equator.
    pub fn latitude(self) -> f64 {
        f64::from(self.latitude) / f64::from(SCALE)
    }

    /// Degrees east of Greenwich.
    pub fn longitude(self) -> f64 {
        f64::from(self.longitude) / f64::from(SCALE)
    }
}

impl Polygon {
    /// The area inside a closed ring: the last point repeats the first.
    pub fn of_ring(ring: &[Point]) -> Result<Self, PolygonFlaw> {
        match ring {
            [first, corners @ .., last] if first == last => {
                let corners: Vec<Point> = std::iter::once(first).chain(corners).copied().collect();
                Self::of_corners(corners)
            }
            [] | [_] => Err(PolygonFlaw::TooFew),
            _ => Err(PolygonFlaw::Open),
        }
    }

    fn of_corners(corners: Vec<Point>) -> Result<Self, PolygonFlaw> {
        match corners.len() {
            0..3 => return Err(PolygonFlaw::TooFew),
            MAX_POINTS.. => return Err(PolygonFlaw::TooMany),
            _ => {}
        }
        let polygon = Self(corners);
        if polygon.is_simple() { Ok(polygon) } else { Err(PolygonFlaw::Crossing) }
    }

    /// Reads the text it is shown as.
    pub fn parse(text: &str) -> Result<Self, PolygonFlaw> {
        let inner = text.strip_prefix("((").and_then(|text| text.strip_suffix("))"));
        let corners = inner.ok_or(PolygonFlaw::Form)?.split("),(").map(|pair| {
            let (longitude, latitude) = pair.split_once(',').ok_or(PolygonFlaw::Form)?;
            let (longitude, latitude) = (degrees(longitude)?, degrees(latitude)?);
            if longitude.abs() > 180 * SCALE || latitude.abs() > 90 * SCALE {
                return Err(PolygonFlaw::Range);
            }
            Ok(Point { longitude, latitude })
        });
        Self::of_corners(corners.take(MAX_POINTS + 1).collect::<Result<_, _>>()?)
    }

    /// The ring, closed.
    pub fn ring(&self) -> impl Iterator<Item = Point> + '_ {
        self.0.iter().chain(self.0.first()).copied()
    }

    fn canonical(&self) -> String {
        let corners: Vec<String> = self
            .0
            .iter()
            .map(|point| format!("({},{})", decimal(point.longitude), decimal(point.latitude)))
            .collect();
        format!("({})", corners.join(","))
    }

    fn edges(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        self.0.iter().copied().zip(self.0.iter().copied().cycle().skip(1))
    }

    /// Whether the areas share a point, their borders included.
    pub fn overlaps(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.bounds(), other.bounds());
        if mine[0] > theirs[1] || theirs[0] > mine[1] || mine[2] > theirs[3] || theirs[2] > mine[3]
        {
            return false;
        }
        self.edges().any(|a| other.edges().any(|b| meet(a, b)))
            || self.surrounds(other.0[0])
            || other.surrounds(self.0[0])
    }

    /// Whether a point lies in the area or on its border.
    pub fn holds(&self, point: Point) -> bool {
        let on = |a: Point, b: Point| turn(a, b, point) == 0 && lies_within((a, b), point);
        self.edges().any(|(a, b)| on(a, b)) || self.surrounds(point)
    }

    /// West, east, south and north end.
    fn bounds(&self) -> [i32; 4] {
        self.0.iter().fold([i32::MAX, i32::MIN, i32::MAX, i32::MIN], |[w, e, s, n], point| {
            [
                w.min(point.longitude),
                e.max(point.longitude),
                s.min(point.latitude),
                n.max(point.latitude),
            ]
        })
    }

    /// Whether a point not on the border lies inside: a ray to the east crosses the border an odd number of times.
    fn surrounds(&self, point: Point) -> bool {
        self.edges().fold(false, |inside, (a, b)| {
            if (a.latitude > point.latitude) == (b.latitude > point.latitude) {
                return inside;
            }
            let (low, high) = if a.latitude < b.latitude { (a, b) } else { (b, a) };
            inside ^ (turn(low, high, point) > 0)
        })
    }

    /// Whether edges meet at nothing but the corner that neighbours share.
    fn is_simple(&self) -> bool {
        let edges: Vec<_> = self.edges().collect();
        let last = edges.len() - 1;
        edges.iter().enumerate().all(|(at, &a)| {
            a.0 != a.1
                && edges.iter().enumerate().skip(at + 1).all(|(other, &b)| {
                    if other == at + 1 {
                        !folds_back(a, b)
                    } else if at == 0 && other == last {
                        !folds_back(b, a)
                    } else {
                        !meet(a, b)
                    }
                })
        })
    }
}

/// Twice the signed area of the triangle: positive when `c` lies to the left of the way from `a` to `b`.
fn turn(a: Point, b: Point, c: Point) -> i64 {
    let x = |from: Point, to: Point| i64::from(to.longitude) - i64::from(from.longitude);
    let y = |from: Point, to: Point| i64::from(to.latitude) - i64::from(from.latitude);
    x(a, b) * y(a, c) - y(a, b) * x(a, c)
}

/// Whether `b` goes on from `a` back over it.
fn folds_back(a: (Point, Point), b: (Point, Point)) -> bool {
    turn(a.0, a.1, b.1) == 0 && (lies_within(a, b.1) || lies_within(b, a.0))
}

/// Whether a point on the line through the edge lies between its ends, ends included.
fn lies_within(edge: (Point, Point), point: Point) -> bool {
    let between = |a: i32, b: i32, c: i32| a.min(b) <= c && c <= a.max(b);
    between(edge.0.longitude, edge.1.longitude, point.longitude)
        && between(edge.0.latitude, edge.1.latitude, point.latitude)
}

/// Whether two edges share a point, ends included.
fn meet(a: (Point, Point), b: (Point, Point)) -> bool {
    let sides = |edge: (Point, Point), other: (Point, Point)| {
        [turn(edge.0, edge.1, other.0).signum(), turn(edge.0, edge.1, other.1).signum()]
    };
    let (of_b, of_a) = (sides(a, b), sides(b, a));
    (of_b[0] * of_b[1] < 0 && of_a[0] * of_a[1] < 0)
        || (of_b[0] == 0 && lies_within(a, b.0))
        || (of_b[1] == 0 && lies_within(a, b.1))
        || (of_a[0] == 0 && lies_within(b, a.0))
        || (of_a[1] == 0 && lies_within(b, a.1))
}

/// Millionths as a decimal without needless zeros.
fn decimal(millionths: i32) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, rest) =
        (millionths.unsigned_abs() / 1_000_000, millionths.unsigned_abs() % 1_000_000);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{}", format!("{rest:06}").trim_end_matches('0'))
}

/// Reads what [`decimal`] writes, and trailing zeros.
fn degrees(text: &str) -> Result<i32, PolygonFlaw> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !plain(whole, 3) || !plain(rest, 6) {
        return Err(PolygonFlaw::Form);
    }
    let whole: i32 = whole.parse().map_err(|_| PolygonFlaw::Form)?;
    let rest: i32 = format!("{rest:0<6}").parse().map_err(|_| PolygonFlaw::Form)?;
    Ok(sign * (whole * SCALE + rest))
}

impl std::fmt::Display for Polygon {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.canonical())
    }
}

text_value!(Polygon, PolygonFlaw);

#[cfg(test)]
mod tests;
