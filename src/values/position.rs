//! Places on the earth: latitude and longitude in WGS 84, with ED50 accepted and converted.
//!
//! Kept in millionths of a degree (about 0.1 m), so that a position read back is the same position.
//! It knows no map, no border and no height.

use std::sync::LazyLock;

use proj4rs::{proj::Proj, transform::transform};
use serde::{Deserialize, Serialize};

use super::{
    Flaw, redacted_debug,
    table::{Table, code_enum},
};

/// Mean radius of the earth in metres (IUGG).
const MEAN_RADIUS: f64 = 6_371_008.8;

const MILLION: f64 = 1e6;

/// A place in WGS 84. In JSON decimal degrees, north and east positive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Degrees", into = "Degrees")]
pub struct Position {
    latitude: i32,
    longitude: i32,
}

redacted_debug!(Position);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Degrees {
    latitude: f64,
    longitude: f64,
}

code_enum! {
    /// What latitude and longitude are measured on.
    Datum {
        /// World Geodetic System 1984; ETRS89 is the same within a metre.
        Wgs84 = "wgs84",
        /// European Datum 1950, on older maps and on the shelf.
        Ed50 = "ed50",
    }
}

/// Why two numbers are not a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PositionFlaw {
    #[error("the latitude is a number of degrees from -90 to 90, north positive")]
    Latitude,
    #[error("the longitude is a number of degrees from -180 to 180, east positive")]
    Longitude,
    #[error(
        "ED50 is converted between 51 and 85 degrees north only; give the position in WGS 84 instead"
    )]
    OutsideDatum,
}

impl Flaw for PositionFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
            Self::OutsideDatum => "outside-datum",
        }
    }
}

/// A rectangle in millionths of a degree, all four edges inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings {
    pub south: i32,
    pub north: i32,
    pub west: i32,
    pub east: i32,
}

impl Surroundings {
    pub fn contains(&self, position: Position) -> bool {
        (self.south..=self.north).contains(&position.latitude)
            && (self.west..=self.east).contains(&position.longitude)
    }
}

impl Position {
    /// The place at decimal degrees of WGS 84, rounded to a millionth of a degree.
    pub fn from_degrees(latitude: f64, longitude: f64) -> Result<Self, PositionFlaw> {
        check(latitude, longitude)?;
        // within ±180 million, so the numbers fit
        let micro = |degrees: f64| (degrees * MILLION).round() as i32;
        Ok(Self { latitude: micro(latitude), longitude: micro(longitude) })
    }

    /// The place at decimal degrees of `datum`.
    pub fn on(datum: Datum, latitude: f64, longitude: f64) -> Result<Self, PositionFlaw> {
        match datum {
            Datum::Wgs84 => Self::from_degrees(latitude, longitude),
            Datum::Ed50 => {
                check(latitude, longitude)?;
                let (latitude, longitude) =
                    from_ed50(latitude, longitude).ok_or(PositionFlaw::OutsideDatum)?;
                Self::from_degrees(latitude, longitude)
            }
        }
    }

    /// From millionths of a degree, as stores keep them.
    pub fn from_micro(latitude: i32, longitude: i32) -> Result<Self, PositionFlaw> {
        Self::from_degrees(f64::from(latitude) / MILLION, f64::from(longitude) / MILLION)
    }

    /// Millionths of a degree, north positive.
    pub const fn micro_latitude(self) -> i32 {
        self.latitude
    }

    /// Millionths of a degree, east positive.
    pub const fn micro_longitude(self) -> i32 {
        self.longitude
    }

    /// Degrees, north positive.
    pub fn latitude(self) -> f64 {
        f64::from(self.latitude) / MILLION
    }

    /// Degrees, east positive.
    pub fn longitude(self) -> f64 {
        f64::from(self.longitude) / MILLION
    }

    /// The angle at the middle of the sphere over a distance along its surface, from 0 to half a turn, in
    /// radians.
    pub fn angle(metres: f64) -> f64 {
        (metres / MEAN_RADIUS).clamp(0.0, std::f64::consts::PI)
    }

    /// Direction from the middle of the sphere, of length 1: towards the equator at Greenwich, towards
    /// the equator at 90° east, and north.
    pub fn direction(self) -> [f64; 3] {
        let (north, east) = (self.latitude().to_radians(), self.longitude().to_radians());
        [north.cos() * east.cos(), north.cos() * east.sin(), north.sin()]
    }

    /// Great-circle distance in metres on a sphere of the mean radius (haversine formula), within
    /// 0.6 % of the distance on the ellipsoid.
    pub fn metres_to(self, other: Self) -> f64 {
        let (here, there) = (self.latitude().to_radians(), other.latitude().to_radians());
        let half_north = (there - here) / 2.0;
        let half_east = (other.longitude() - self.longitude()).to_radians() / 2.0;
        let a = half_north.sin().powi(2) + here.cos() * there.cos() * half_east.sin().powi(2);
        2.0 * MEAN_RADIUS * a.sqrt().min(1.0).asin()
    }

    /// The direction to another place at the start of the shortest way, in degrees from true north, 0 to below 360.
    pub fn bearing_to(self, other: Self) -> f64 {
        let (here, there) = (self.latitude().to_radians(), other.latitude().to_radians());
        let east = (other.longitude() - self.longitude()).to_radians();
        let y = east.sin() * there.cos();
        let x = here.cos() * there.sin() - here.sin() * there.cos() * east.cos();
        y.atan2(x).to_degrees().rem_euclid(360.0)
    }

    /// A rectangle that holds every place within `metres`; it may hold others.
    pub fn surroundings(self, metres: f64) -> Surroundings {
        let angle = metres.max(0.0) / MEAN_RADIUS;
        // a millionth of a degree more on every side, for the rounding of positions
        let north = self.latitude() + angle.to_degrees() + 2.0 / MILLION;
        let south = self.latitude() - angle.to_degrees() - 2.0 / MILLION;
        let widest = (angle.sin() / self.latitude().to_radians().cos()).asin().to_degrees();
        let (west, east) = (self.longitude() - widest, self.longitude() + widest);
        // over a pole or the date line every longitude is inside
        let all_around = north >= 90.0
            || south <= -90.0
            || angle >= std::f64::consts::FRAC_PI_2
            || widest.is_nan();
        let micro = |degrees: f64| (degrees.clamp(-180.0, 180.0) * MILLION).round() as i32;
        let beyond = west < -180.0 || east > 180.0;
        let (west, east) = if all_around || beyond {
            (-180.0, 180.0)
        } else {
            (west - 2.0 / MILLION, east + 2.0 / MILLION)
        };
        Surroundings {
            south: micro(south.max(-90.0)),
            north: micro(north.min(90.0)),
            west: micro(west),
            east: micro(east),
        }
    }
}

fn check(latitude: f64, longitude: f64) -> Result<(), PositionFlaw> {
    if !(-90.0..=90.0).contains(&latitude) {
        Err(PositionFlaw::Latitude)
    } else if !(-180.0..=180.0).contains(&longitude) {
        Err(PositionFlaw::Longitude)
    } else {
        Ok(())
    }
}

/// One row of the table of datum shifts.
struct Shift {
    south: f64,
    north: f64,
    /// The seven parameters in PROJ's order, a position vector transformation.
    parameters: [f64; 7],
}

static SHIFTS: LazyLock<Vec<Shift>> = LazyLock::new(|| {
    let number = |text: &str| text.parse().expect("the table holds numbers");
    Table::new(include_str!("../data/datum_shifts.tsv"))
        .rows()
        .map(|row| Shift {
            south: number(row.text("south")),
            north: number(row.text("north")),
            parameters: ["x_m", "y_m", "z_m", "rx_s", "ry_s", "rz_s", "scale_ppm"]
                .map(|column| number(row.text(column))),
        })
        .collect()
});

/// ED50 to WGS 84 at ground level, by the row for the latitude.
fn from_ed50(latitude: f64, longitude: f64) -> Option<(f64, f64)> {
    let shift = SHIFTS.iter().find(|shift| (shift.south..shift.north).contains(&latitude))?;
    shifted("intl", &shift.parameters, latitude, longitude)
        .map(|(latitude, longitude, _)| (latitude, longitude))
}

/// A position on `ellipsoid` moved to WGS 84: degrees, and the height in metres there.
fn shifted(
    ellipsoid: &str,
    parameters: &[f64; 7],
    latitude: f64,
    longitude: f64,
) -> Option<(f64, f64, f64)> {
    let list: Vec<String> = parameters.iter().map(f64::to_string).collect();
    let from = format!("+proj=longlat +ellps={ellipsoid} +towgs84={} +no_defs", list.join(","));
    let from = Proj::from_proj_string(&from).ok()?;
    let to = Proj::from_proj_string("+proj=longlat +datum=WGS84 +no_defs").ok()?;
    let mut point = (longitude.to_radians(), latitude.to_radians(), 0.0);
    transform(&from, &to, &mut point).ok()?;
    Some((point.1.to_degrees(), point.0.to_degrees(), point.2))
}

impl TryFrom<Degrees> for Position {
    type Error = PositionFlaw;

    fn try_from(degrees: Degrees) -> Result<Self, Self::Error> {
        Self::from_degrees(degrees.latitude, degrees.longitude)
    }
}

impl From<Position> for Degrees {
    fn from(position: Position) -> Self {
        Self { latitude: position.latitude(), longitude: position.longitude() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(latitude: f64, longitude: f64) -> Position {
        Position::from_degrees(latitude, longitude).unwrap()
    }

    /// The worked example of the position vector transformation in EPSG Guidance Note 7-2 (IOGP
    /// 373-7-2): WGS 72 to WGS 84 at 55° N 4° E is 0.090″ north, 0.554″ east and 3.22 m up.
    #[test]
    fn the_published_example_of_the_transformation_comes_out() {
        let (latitude, longitude, height) =
            shifted("WGS72", &[0.0, 0.0, 4.5, 0.0, 0.0, 0.554, 0.219], 55.0, 4.0).unwrap();
        assert!(((latitude - 55.0) * 3600.0 - 0.090).abs() < 0.001, "{latitude}");
        assert!(((longitude - 4.0) * 3600.0 - 0.554).abs() < 0.001, "{longitude}");
        assert!((height - 3.22).abs() < 0.01, "{height}");
    }

    /// Reckoned apart from this library, from the parameters of EPSG:1613 and EPSG:1612.
    #[test]
    fn ed50_is_moved_by_the_row_for_the_latitude() {
        for (latitude, longitude, north, east) in [
            (59.9, 10.75, 59.899_563_6, 10.748_611_8),
            (56.55, 3.2, 56.549_335_3, 3.198_548_0),
            (61.99, 5.0, 61.989_568_4, 4.998_301_0),
            (62.01, 5.0, 62.009_581_8, 4.998_353_1),
            (69.65, 18.95, 69.650_042_3, 18.948_483_2),
            (78.22, 15.65, 78.220_411_1, 15.647_254_4),
        ] {
            let position = Position::on(Datum::Ed50, latitude, longitude).unwrap();
            assert!(position.metres_to(at(north, east)) < 0.2, "{latitude} {longitude}");
        }
        assert_eq!(Position::on(Datum::Ed50, 40.0, 5.0), Err(PositionFlaw::OutsideDatum));
        assert_eq!(Position::on(Datum::Ed50, 85.0, 5.0), Err(PositionFlaw::OutsideDatum));
    }

    #[test]
    fn numbers_off_the_globe_are_refused() {
        assert_eq!(Position::from_degrees(90.1, 0.0), Err(PositionFlaw::Latitude));
        assert_eq!(Position::from_degrees(f64::NAN, 0.0), Err(PositionFlaw::Latitude));
        assert_eq!(Position::on(Datum::Ed50, 60.0, 180.5), Err(PositionFlaw::Longitude));
        assert!(serde_json::from_str::<Position>(r#"{"latitude":-91,"longitude":0}"#).is_err());
    }

    #[test]
    fn known_distances_come_out() {
        // one degree of latitude, and a quarter of the way around
        assert!((at(60.0, 10.0).metres_to(at(61.0, 10.0)) - 111_195.0).abs() < 1.0);
        assert!((at(0.0, 0.0).metres_to(at(0.0, 90.0)) - 10_007_557.0).abs() < 1.0);
        assert!(at(59.9, 10.7).metres_to(at(59.9, 10.7)).abs() < 1e-6);
        assert!(at(60.0, 10.0).bearing_to(at(61.0, 10.0)).abs() < 0.01);
        assert!((at(0.0, 0.0).bearing_to(at(0.0, 1.0)) - 90.0).abs() < 0.01);
        assert!((at(60.0, 10.0).bearing_to(at(60.0, 9.0)) - 270.43).abs() < 0.02);
    }

    fn anywhere() -> impl Strategy<Value = Position> {
        (-90_000_000..=90_000_000i32, -180_000_000..=180_000_000i32)
            .prop_map(|(latitude, longitude)| Position::from_micro(latitude, longitude).unwrap())
    }

    proptest! {
        #[test]
        fn a_written_position_is_read_back(position in anywhere()) {
            let json = serde_json::to_string(&position).unwrap();
            prop_assert_eq!(serde_json::from_str::<Position>(&json).unwrap(), position);
            let micro = (position.micro_latitude(), position.micro_longitude());
            prop_assert_eq!(Position::from_micro(micro.0, micro.1), Ok(position));
        }

        #[test]
        fn any_numbers_are_answered(latitude in any::<f64>(), longitude in any::<f64>()) {
            for datum in Datum::ALL {
                let _ = Position::on(*datum, latitude, longitude);
            }
        }

        #[test]
        fn distance_is_the_same_both_ways_and_never_more_than_half_around(a in anywhere(), b in anywhere()) {
            prop_assert!((a.metres_to(b) - b.metres_to(a)).abs() < 0.01);
            prop_assert!((0.0..=std::f64::consts::PI * MEAN_RADIUS + 1.0).contains(&a.metres_to(b)));
        }

        #[test]
        fn nothing_within_the_distance_is_outside_the_surroundings(
            here in anywhere(),
            north in -3.0..3.0f64,
            east in -8.0..8.0f64,
            metres in 0.0..300_000.0f64,
        ) {
            let there = (here.latitude() + north, here.longitude() + east);
            if let Ok(there) = Position::from_degrees(there.0, there.1)
                && here.metres_to(there) <= metres
            {
                prop_assert!(here.surroundings(metres).contains(there));
            }
        }

        #[test]
        fn ed50_lies_some_tens_of_metres_from_wgs_84(latitude in 51.0..84.9f64, longitude in -10.0..35.0f64) {
            let moved = Position::on(Datum::Ed50, latitude, longitude).unwrap();
            let metres = moved.metres_to(at(latitude, longitude));
            prop_assert!((20.0..250.0).contains(&metres), "{}", metres);
        }
    }
}
