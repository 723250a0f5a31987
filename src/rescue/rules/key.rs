//! The key of a look-up: how a text is read, and which identifiers of permits it is searched by.
//!
//! A text is read as the first of these that fits, spaces and hyphens aside:
//! 1. 13 characters or more, or 8 or more that are all hexadecimal, or fewer that are hexadecimal and
//!    cannot begin a call sign: a beacon code, possibly cut off. No Norwegian call sign is all
//!    hexadecimal, and no series of the ITU has a 0 or 1 among its first two characters.
//! 2. Digits only: nine are an MMSI, six an aircraft address; other lengths are malformed.
//! 3. Six hexadecimal characters: an aircraft address. A foreign call sign may look so; it could not
//!    be found here in any case.
//! 4. With a hyphen, as `LN-ABC`: an aircraft registration, also a foreign one.
//! 5. Else a call sign. One that is a registration without its hyphen is searched as both, because an
//!    aircraft station signs with its registration (ITU RR 19.58).

use crate::values::{
    Flaw,
    aircraft_registration::AircraftRegistration,
    beacon_id::{CodeFlaw, Decoded, Generation, Identification, decode},
    call_sign::{CallSign, CallSignFlaw},
    icao_address::IcaoAddress,
    identifier_scheme::Scheme,
};

/// What a rescue centre looks up by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Key {
    /// A beacon code of any of its written forms.
    Beacon(Decoded),
    /// A call sign.
    CallSign(CallSign),
    /// An MMSI of any country and kind, nine digits.
    Mmsi(u32),
    /// An ICAO 24-bit aircraft address of any country.
    Address(u32),
    /// A Norwegian aircraft registration.
    Registration(AircraftRegistration),
    /// A registration of the form another country uses.
    ForeignRegistration(ForeignRegistration),
}

/// A foreign aircraft registration in capitals, such as `SE-ABC`; at most eight characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignRegistration {
    text: [u8; 8],
    length: usize,
}

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFlaw {
    /// Nothing but spaces and hyphens.
    #[error("Give a beacon code, call sign, MMSI, aircraft address or registration.")]
    Empty,
    /// Only digits, and neither six nor nine of them.
    #[error("An MMSI has nine digits, an aircraft address six. Compare the number.")]
    Digits,
    /// Long enough for a beacon code, but none.
    #[error(transparent)]
    Code(#[from] CodeFlaw),
    /// Short, and no call sign either.
    #[error("This is neither a beacon code nor a call sign: {0}.")]
    CallSign(#[from] CallSignFlaw),
}

impl Flaw for KeyFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Digits => "digits",
            Self::Code(flaw) => flaw.code(),
            Self::CallSign(flaw) => flaw.code(),
        }
    }
}

/// How a permit answers to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchKind {
    /// The code as it was given is the one registered.
    Exact,
    /// So it is after a coded position was replaced by its default.
    Canonicalised,
    /// Only the first 15 characters of a second-generation code agree; several beacons may share them.
    SgbPrefix,
    /// By call sign.
    CallSign,
    /// By MMSI.
    Mmsi,
    /// By aircraft address or registration.
    Aircraft,
}

/// One thing to look for among the identifiers of permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Scheme.
    pub scheme: Scheme,
    /// Canonical form.
    pub value: String,
    /// What a hit is.
    pub kind: MatchKind,
}

/// Reads a key; see the head of this file for which form wins.
pub fn read_key(text: &str) -> Result<Key, KeyFlaw> {
    /// A whole second-generation message has 63 characters; nobody types three separators for each.
    const LONGEST: usize = 200;
    if text.len() > LONGEST {
        return Err(CodeFlaw::TooLong.into());
    }
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect::<String>()
        .to_ascii_uppercase();
    let is_hexadecimal = bare.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_number = bare.bytes().all(|byte| byte.is_ascii_digit());
    match bare.chars().count() {
        0 => Err(KeyFlaw::Empty),
        9 if is_number => number(&bare, 10).map(Key::Mmsi),
        6 if is_hexadecimal => number(&bare, 16).map(Key::Address),
        13.. => Ok(Key::Beacon(decode(text)?)),
        _ if is_number => Err(KeyFlaw::Digits),
        length if is_hexadecimal && (length >= 8 || !may_begin_a_sign(&bare)) => {
            Ok(Key::Beacon(decode(text)?))
        }
        _ => read_name(text.trim(), &bare),
    }
}

/// Whether a series of the ITU begins so (RR Appendix 42): with two characters other than 0 and 1, or
/// one of the letters that stand for a country alone, before any digit of an amateur sign (RR 19.68).
fn may_begin_a_sign(text: &str) -> bool {
    let is_low = |byte: &u8| matches!(byte, b'0' | b'1');
    match text.as_bytes() {
        [b'B' | b'F', ..] => true,
        [first, second, ..] => !is_low(first) && !is_low(second),
        _ => true,
    }
}

fn number(digits: &str, radix: u32) -> Result<u32, KeyFlaw> {
    u32::from_str_radix(digits, radix).map_err(|_| KeyFlaw::Digits)
}

fn read_name(text: &str, bare: &str) -> Result<Key, KeyFlaw> {
    if text.contains('-') {
        if let Ok(registration) = AircraftRegistration::parse(text) {
            return Ok(Key::Registration(registration));
        }
        if let Some(registration) = ForeignRegistration::read(text) {
            return Ok(Key::ForeignRegistration(registration));
        }
    }
    Ok(Key::CallSign(CallSign::parse(bare)?))
}

impl ForeignRegistration {
    /// Nationality mark of one or two characters, hyphen, mark of two to five (ICAO Annex 7).
    pub(super) fn read(text: &str) -> Option<Self> {
        let (nationality, mark) = text.split_once('-')?;
        let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let fits = (1..=2).contains(&nationality.len())
            && (2..=5).contains(&mark.len())
            && is_plain(nationality)
            && is_plain(mark)
            && !nationality.eq_ignore_ascii_case("LN");
        let mut kept = [0; 8];
        kept[..text.len().min(8)].copy_from_slice(&text.as_bytes()[..text.len().min(8)]);
        kept.make_ascii_uppercase();
        fits.then_some(Self { text: kept, length: text.len() })
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[..self.length]).unwrap_or_default()
    }
}

impl Key {
    /// The form in which the key is shown, logged and compared.
    pub fn canonical(&self) -> String {
        match self {
            Self::Beacon(decoded) => decoded.beacon_id.to_string(),
            Self::CallSign(sign) => sign.to_string(),
            Self::Mmsi(number) => format!("{number:09}"),
            Self::Address(address) => format!("{address:06X}"),
            Self::Registration(registration) => registration.to_string(),
            Self::ForeignRegistration(registration) => registration.as_str().to_owned(),
        }
    }

    /// What the code says, if the key is one.
    pub fn decoded(&self) -> Option<&Decoded> {
        match self {
            Self::Beacon(decoded) => Some(decoded),
            _ => None,
        }
    }

    /// What to look for first.
    pub fn searches(&self) -> Vec<Search> {
        match self {
            Self::Beacon(decoded) if decoded.beacon_id.is_prefix() => {
                vec![search(Scheme::BeaconPrefix, &decoded.beacon_id, MatchKind::SgbPrefix)]
            }
            Self::Beacon(decoded) => {
                let kind =
                    if decoded.canonicalised { MatchKind::Canonicalised } else { MatchKind::Exact };
                vec![search(Scheme::BeaconId, &decoded.beacon_id, kind)]
            }
            Self::CallSign(sign) => {
                let registration = AircraftRegistration::parse(sign.as_str()).ok();
                std::iter::once(search(Scheme::CallSign, sign, MatchKind::CallSign))
                    .chain(registration.map(registered))
                    .collect()
            }
            Self::Mmsi(_) => vec![search(Scheme::Mmsi, &self.canonical(), MatchKind::Mmsi)],
            Self::Address(address) => addressed(*address).into_iter().collect(),
            Self::Registration(registration) => vec![
                registered(*registration),
                search(Scheme::CallSign, &registration.without_hyphen(), MatchKind::Aircraft),
            ],
            Self::ForeignRegistration(_) => Vec::new(),
        }
    }

    /// What to look for when no live permit has the key itself: what the code names. A craft may be
    /// registered under another code than the one it was coded with.
    pub fn wider_searches(&self) -> Vec<Search> {
        let Self::Beacon(decoded) = self else { return Vec::new() };
        let mut searches = Vec::new();
        if decoded.generation == Generation::Second && !decoded.beacon_id.is_prefix() {
            let prefix = decoded.beacon_id.first_fifteen();
            searches.push(search(Scheme::BeaconPrefix, &prefix, MatchKind::SgbPrefix));
        }
        let named = &decoded.identification;
        searches.extend(named.address().and_then(|address| addressed(address.0)));
        searches.extend(
            named
                .registration()
                .and_then(|text| AircraftRegistration::parse(text.as_str()).ok())
                .map(registered),
        );
        searches.extend(
            named
                .call_sign()
                .and_then(|text| CallSign::parse(text.as_str()).ok())
                .map(|sign| search(Scheme::CallSign, &sign, MatchKind::CallSign)),
        );
        searches.extend(
            coded_mmsi(decoded)
                .map(|mmsi| search(Scheme::Mmsi, &format!("{mmsi:09}"), MatchKind::Mmsi)),
        );
        searches
    }
}

fn search(scheme: Scheme, value: &impl ToString, kind: MatchKind) -> Search {
    Search { scheme, value: value.to_string(), kind }
}

fn registered(registration: AircraftRegistration) -> Search {
    search(Scheme::Registration, &registration, MatchKind::Aircraft)
}

fn addressed(address: u32) -> Option<Search> {
    let address = IcaoAddress::from_number(address)?;
    Some(search(Scheme::IcaoAddress, &address, MatchKind::Aircraft))
}

/// The MMSI a code is made from: whole in the second generation, country and six digits in the first.
pub(super) fn coded_mmsi(decoded: &Decoded) -> Option<u32> {
    match decoded.identification {
        Identification::Mmsi { mmsi, .. } => mmsi,
        Identification::MmsiDigits { last_six, .. } if last_six.0 <= 999_999 => {
            Some(u32::from(decoded.country) * 1_000_000 + last_six.0)
        }
        _ => None,
    }
}
