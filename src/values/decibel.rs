//! Levels in decibels and what a transmitter radiates: e.r.p. and e.i.r.p. from power, loss and gain.
//!
//! Kept in hundredths of a decibel, so that sums are exact. Which level is allowed is decided elsewhere.

use serde::{Deserialize, Serialize};

use super::Flaw;

/// A ratio or a level, -300 to 300 dB in steps of 0.01 dB. In JSON a number of decibels.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "f64", into = "f64")]
pub struct Decibels(i32);

/// Why a number is not a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecibelFlaw {
    #[error("the level is out of range; it goes from -300 to 300 dB")]
    Range,
    #[error("the power is out of range; it is above 0 W and at most 1 GW")]
    Watts,
}

impl Flaw for DecibelFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Range => "level-range",
            Self::Watts => "power-range",
        }
    }
}

impl Decibels {
    const MOST: f64 = 300.0;

    /// Gain of a half-wave dipole over an isotropic antenna: dBi = dBd + 2.15 (ITU RR 1.161, 1.162).
    pub const DIPOLE: Self = Self(215);

    /// Reads decibels, rounded to a hundredth.
    pub fn new(decibels: f64) -> Result<Self, DecibelFlaw> {
        if (-Self::MOST..=Self::MOST).contains(&decibels) {
            Ok(Self((decibels * 100.0).round() as i32))
        } else {
            Err(DecibelFlaw::Range)
        }
    }

    /// The level over one watt (dBW) of a power above 0 W and at most 1 GW.
    pub fn from_watts(watts: f64) -> Result<Self, DecibelFlaw> {
        if watts > 0.0 && watts <= 1e9 {
            Self::new(10.0 * watts.log10()).map_err(|_| DecibelFlaw::Watts)
        } else {
            Err(DecibelFlaw::Watts)
        }
    }

    /// The number of decibels.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// The power in watts of a level over one watt.
    pub fn watts(self) -> f64 {
        10f64.powf(self.value() / 10.0)
    }

    /// The power in watts to three significant digits, as powers are rated: 0.5 W, not 0.50003 W.
    pub fn rated_watts(self) -> f64 {
        format!("{:.2e}", self.watts()).parse().unwrap_or_else(|_| self.watts())
    }

    /// How far two levels lie apart.
    pub fn difference(self, other: Self) -> Self {
        Self((self.0 - other.0).abs())
    }
}

impl std::ops::Add for Decibels {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Decibels {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// What leaves the antenna in its main direction, over one watt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Radiated {
    /// Effective radiated power over a half-wave dipole, dBW (ITU RR 1.162).
    pub erp: Decibels,
    /// Equivalent isotropically radiated power, dBW (ITU RR 1.161).
    pub eirp: Decibels,
}

impl Radiated {
    /// From the transmitter's power in dBW, the loss of cable and filters in dB and the gain of the
    /// antenna in dBi.
    pub fn of(power: Decibels, loss: Decibels, gain: Decibels) -> Self {
        let eirp = power - loss + gain;
        Self { erp: eirp - Decibels::DIPOLE, eirp }
    }
}

impl TryFrom<f64> for Decibels {
    type Error = DecibelFlaw;

    fn try_from(decibels: f64) -> Result<Self, Self::Error> {
        Self::new(decibels)
    }
}

impl From<Decibels> for f64 {
    fn from(decibels: Decibels) -> Self {
        decibels.value()
    }
}

impl std::fmt::Display for Decibels {
    /// With one decimal, without unit.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:.1}", self.value())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn db(value: f64) -> Decibels {
        Decibels::new(value).unwrap()
    }

    #[test]
    fn radiated_power_is_power_less_loss_plus_gain() {
        // 25 W, 3 dB of cable, 6 dBd: 17 dBW e.r.p., 50 W
        let power = Decibels::from_watts(25.0).unwrap();
        let radiated = Radiated::of(power, db(3.0), db(6.0) + Decibels::DIPOLE);
        assert!((radiated.erp.value() - 16.98).abs() < 0.005);
        assert!((radiated.erp.watts() - 49.9).abs() < 0.1);
        assert!((radiated.eirp.value() - 19.13).abs() < 0.005);
    }

    #[test]
    fn powers_and_levels_out_of_range_are_refused() {
        for watts in [0.0, -1.0, 1.1e9, f64::NAN, f64::INFINITY] {
            assert_eq!(Decibels::from_watts(watts), Err(DecibelFlaw::Watts));
        }
        assert_eq!(Decibels::new(300.1), Err(DecibelFlaw::Range));
        assert_eq!(Decibels::new(f64::NAN), Err(DecibelFlaw::Range));
        assert_eq!(Decibels::from_watts(1.0).unwrap(), db(0.0));
    }

    #[test]
    #[allow(clippy::float_cmp)] // rated powers are written numbers
    fn a_power_is_rated_as_it_was_written() {
        for watts in [0.5, 2.0, 3.0, 5.0, 25.0, 49.0, 50.0, 1000.0, 1010.0, 0.01] {
            assert_eq!(Decibels::from_watts(watts).unwrap().rated_watts(), watts);
        }
    }

    proptest! {
        #[test]
        fn a_written_level_is_read_back(hundredths in -30_000..=30_000i32) {
            let level = Decibels(hundredths);
            let json = serde_json::to_string(&level).unwrap();
            prop_assert_eq!(serde_json::from_str::<Decibels>(&json).unwrap(), level);
        }

        #[test]
        fn watts_and_decibels_say_the_same(watts in 1e-9..1e9f64) {
            let back = Decibels::from_watts(watts).unwrap().watts();
            prop_assert!((back / watts - 1.0).abs() < 0.002);
        }

        #[test]
        fn erp_and_eirp_differ_by_a_dipole_and_follow_each_part(
            power in -100.0..60.0f64, loss in 0.0..30.0f64, gain in -20.0..60.0f64, more in 0.01..10.0f64,
        ) {
            let one = Radiated::of(db(power), db(loss), db(gain));
            prop_assert_eq!(one.eirp - one.erp, Decibels::DIPOLE);
            prop_assert!(Radiated::of(db(power + more), db(loss), db(gain)).erp >= one.erp);
            prop_assert!(Radiated::of(db(power), db(loss + more), db(gain)).erp <= one.erp);
            prop_assert!((one.erp.value() - (power - loss + gain - 2.15)).abs() < 0.02);
        }

        #[test]
        fn any_number_is_answered(number in any::<f64>()) {
            let _ = (Decibels::new(number), Decibels::from_watts(number));
        }
    }
}
