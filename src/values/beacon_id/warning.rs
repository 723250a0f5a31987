//! What a person should know before relying on a code, as a closed set. The words stand in `explain`.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeSeq};

/// What a person should know before relying on a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Warning {
    /// The country code is not an allocated MID.
    UnknownCountry,
    /// An EPIRB coded with the MMSI of a craft associated with a parent ship; the ground segment drops such alerts.
    CraftAssociatedMmsi,
    /// Bits that the standard fixes or keeps spare have another value.
    SpareBits,
    /// A character outside the modified Baudot alphabet.
    UnknownCharacter,
    /// A number outside its range, such as a MMSI part above 999999 or a type approval number that cannot exist.
    NumberOutOfRange,
    /// Coded for tests, not for distress.
    TestCode,
    /// Orbitography or system beacon, never a holder's.
    SystemBeacon,
    /// Coding that only the country of registration can read.
    NationalCoding,
    /// Latitude above 90 or longitude above 180 degrees.
    ImpossiblePosition,
    /// PDF-2 fails its check; position details and homer were not read.
    Bch2Wrong,
    /// The second-generation message fails its check: any field may be wrong.
    MessageCheckWrong,
    /// The two pad bits before a 63-character message are not zero.
    PadBits,
    /// A short message of a location protocol, a withdrawn format.
    WithdrawnFormat,
    /// Only the first 15 of 23 characters: several beacons may share them.
    PrefixOnly,
    /// The message cancels an alert.
    Cancellation,
}

/// A set of [`Warning`]s, in the order of that enum.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Warnings(u32);

impl Warning {
    /// All warnings, in order.
    pub const ALL: [Self; 15] = [
        Self::UnknownCountry,
        Self::CraftAssociatedMmsi,
        Self::SpareBits,
        Self::UnknownCharacter,
        Self::NumberOutOfRange,
        Self::TestCode,
        Self::SystemBeacon,
        Self::NationalCoding,
        Self::ImpossiblePosition,
        Self::Bch2Wrong,
        Self::MessageCheckWrong,
        Self::PadBits,
        Self::WithdrawnFormat,
        Self::PrefixOnly,
        Self::Cancellation,
    ];
}

impl Warnings {
    /// Adds `warning`.
    pub(super) fn add(&mut self, warning: Warning) {
        self.0 |= 1 << warning as u8;
    }

    /// Adds `warning` if `condition` holds.
    pub(super) fn add_if(&mut self, condition: bool, warning: Warning) {
        if condition {
            self.add(warning);
        }
    }

    /// Whether `warning` is in the set.
    pub fn contains(self, warning: Warning) -> bool {
        self.0 & (1 << warning as u8) != 0
    }

    /// Whether nothing was found.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The warnings in order.
    pub fn iter(self) -> impl Iterator<Item = Warning> {
        Warning::ALL.into_iter().filter(move |warning| self.contains(*warning))
    }
}

impl fmt::Debug for Warnings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for Warnings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for warning in self.iter() {
            list.serialize_element(&warning)?;
        }
        list.end()
    }
}
