//! What the identifiers are that permits are found by. It knows nothing of their values, which have types of their own.

/// Schemes of identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// Canonical beacon id, 15 or 23 hexadecimal characters.
    BeaconId,
    /// First 15 characters of a second-generation id, the form a ground segment may pass on.
    BeaconPrefix,
    /// Call sign.
    CallSign,
    /// Nine digits.
    Mmsi,
    /// ICAO 24-bit address.
    IcaoAddress,
    /// Aircraft registration.
    Registration,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Scheme; 6] = [
        Scheme::BeaconId,
        Scheme::BeaconPrefix,
        Scheme::CallSign,
        Scheme::Mmsi,
        Scheme::IcaoAddress,
        Scheme::Registration,
    ];

    /// As in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Scheme::BeaconId => "beaconId",
            Scheme::BeaconPrefix => "beaconPrefix",
            Scheme::CallSign => "callSign",
            Scheme::Mmsi => "mmsi",
            Scheme::IcaoAddress => "icaoAddress",
            Scheme::Registration => "registration",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.code() == text)
    }
}
