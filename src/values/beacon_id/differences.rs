//! Comparing a programmed code with what the permit says. It must not decide the case: it names differences, and says
//! which of them stop an activation.

use std::fmt;

use super::{AircraftAddress, BaudotText, BeaconClass, Decoded, Protocol};

/// What the permit says about the beacon. What is `None` or empty is not compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Declared<'a> {
    /// Country codes that are accepted, for Norway [`super::NORWAY`].
    pub countries: &'a [u16],
    /// The kind of beacon. An ELT also accepts an ELT(DT).
    pub class: Option<BeaconClass>,
    /// Accepted protocols.
    pub protocols: &'a [Protocol],
    /// Type approval number.
    pub tac: Option<u32>,
    /// Serial number.
    pub serial: Option<u32>,
    /// Call sign, in capitals.
    pub call_sign: Option<&'a str>,
    /// Aircraft registration, in capitals.
    pub registration: Option<&'a str>,
    /// ICAO 24-bit address.
    pub address: Option<u32>,
    /// ICAO three-letter designator of the operator, in capitals.
    pub operator: Option<&'a str>,
}

/// One difference between code and permit. The variants hold what the code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// Country code not among the accepted.
    Country(u16),
    /// Another kind of beacon.
    Class(BeaconClass),
    /// A protocol that is not accepted.
    Protocol(Protocol),
    /// Another type approval number.
    TypeApproval { coded: u32, declared: u32 },
    /// Another serial number.
    Serial { coded: u32, declared: u32 },
    /// Another call sign; only where the protocol carries one.
    CallSign,
    /// Another aircraft registration; only where the protocol carries one.
    Registration,
    /// Another aircraft address; only where the protocol carries one.
    Address { coded: AircraftAddress, declared: AircraftAddress },
    /// Another operator's designator; only where the protocol carries one.
    Operator,
}

impl Difference {
    /// Stable kebab-case code, e.g. `country`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Country(_) => "country",
            Self::Class(_) => "class",
            Self::Protocol(_) => "protocol",
            Self::TypeApproval { .. } => "type-approval",
            Self::Serial { .. } => "serial",
            Self::CallSign => "call-sign",
            Self::Registration => "registration",
            Self::Address { .. } => "address",
            Self::Operator => "operator",
        }
    }

    /// Whether the beacon cannot be activated under the permit: an alert would go to another country's register, or
    /// the rescue would look for the wrong thing. Other differences are for a caseworker to judge.
    pub fn is_blocking(self) -> bool {
        matches!(self, Self::Country(_) | Self::Class(_))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country(coded) => match super::country_name(*coded) {
                Some(name) => write!(
                    f,
                    "The code names country {coded} ({name}), which the permit does not allow."
                ),
                None => write!(
                    f,
                    "The code names country {coded}, which is not allocated to any country."
                ),
            },
            Self::Class(class) => write!(f, "The code is of another kind of beacon: {class}."),
            Self::Protocol(protocol) => {
                write!(f, "The code uses a protocol that is not accepted: {protocol}.")
            }
            Self::TypeApproval { coded, declared } => {
                write!(f, "The code has type approval number {coded}; the permit says {declared}.")
            }
            Self::Serial { coded, declared } => {
                write!(f, "The code has serial number {coded}; the permit says {declared}.")
            }
            Self::CallSign => write!(f, "The code has another call sign than the permit."),
            Self::Registration => {
                write!(f, "The code has another aircraft registration than the permit.")
            }
            Self::Address { coded, declared } => {
                write!(f, "The code has aircraft address {coded}; the permit says {declared}.")
            }
            Self::Operator => {
                write!(f, "The code has another operator's designator than the permit.")
            }
        }
    }
}

/// The differences between a code and the permit, in the order of [`Difference`]. What the code does not carry is not
/// a difference.
pub fn differences(decoded: &Decoded, declared: &Declared<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    if !declared.countries.is_empty() && !declared.countries.contains(&decoded.country) {
        found.push(Difference::Country(decoded.country));
    }
    if let (Some(coded), Some(wanted)) = (decoded.class, declared.class)
        && coded != wanted
        && (coded, wanted) != (BeaconClass::EltDt, BeaconClass::Elt)
    {
        found.push(Difference::Class(coded));
    }
    if !declared.protocols.is_empty() && !declared.protocols.contains(&decoded.protocol) {
        found.push(Difference::Protocol(decoded.protocol));
    }
    if let Some((coded, declared)) = unequal(decoded.tac, declared.tac) {
        found.push(Difference::TypeApproval { coded, declared });
    }
    if let Some((coded, declared)) = unequal(decoded.serial, declared.serial) {
        found.push(Difference::Serial { coded, declared });
    }
    let coded_call_sign = decoded.identification.call_sign();
    if unequal(coded_call_sign.as_ref().map(BaudotText::as_str), declared.call_sign).is_some() {
        found.push(Difference::CallSign);
    }
    let coded_registration = decoded.identification.registration();
    // the hyphen is coded by some makers and left out by others
    let bare = |registration: &str| registration.replace('-', "");
    let coded_registration = coded_registration.as_ref().map(|text| bare(text.as_str()));
    if unequal(coded_registration, declared.registration.map(bare)).is_some() {
        found.push(Difference::Registration);
    }
    if let Some((coded, declared)) =
        unequal(decoded.identification.address(), declared.address.map(AircraftAddress))
    {
        found.push(Difference::Address { coded, declared });
    }
    let coded_operator = decoded.identification.operator();
    if unequal(coded_operator.as_ref().map(BaudotText::as_str), declared.operator).is_some() {
        found.push(Difference::Operator);
    }
    found
}

/// Both values, if both are known and differ.
fn unequal<T: PartialEq>(coded: Option<T>, declared: Option<T>) -> Option<(T, T)> {
    coded.zip(declared).filter(|(coded, declared)| coded != declared)
}
