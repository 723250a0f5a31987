//! Every row of `tests/vectors/beacon_vectors.tsv`, every filled column.
//!
//! Compared as text: hex id, generation, country, protocol, beacon type, identification, type approval, serial number,
//! homer, location (to 0.00001 degree) and both checks. Of the prose in `published_fields`, the distress bits are
//! parsed and compared; the rest of it says again what the other columns say.

use std::collections::HashMap;

use super::super::bits::Bits;
use super::super::*;
use super::{bits_of, characters};
use crate::values::Flaw;

const ROWS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/beacon_vectors.tsv"));

type Row = HashMap<&'static str, &'static str>;

fn rows() -> Vec<Row> {
    let mut lines = ROWS.lines().filter(|line| !line.starts_with('#'));
    let heading: Vec<_> = lines.next().expect("a heading").split('\t').collect();
    lines.map(|line| heading.iter().copied().zip(line.split('\t')).collect()).collect()
}

#[test]
fn every_vector_is_read_as_published() {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for row in rows() {
        *counts.entry(row["expect"]).or_default() += 1;
        if row["input_form"] == "pdf2-binary" {
            check_bch_2_example(&row);
            continue;
        }
        let decoded = decode(row["hex"]);
        match row["expect"] {
            "reject" => check_refusal(&row, decoded.expect_err(row["id"])),
            "accept" => {
                let decoded = decoded.expect(row["id"]);
                // A beacon of a test class is well coded; that it is for tests is all there is to say.
                let expected = if decoded.class == Some(BeaconClass::Test) {
                    vec![Warning::TestCode]
                } else {
                    vec![]
                };
                assert_eq!(decoded.warnings.iter().collect::<Vec<_>>(), expected, "{row:?}");
                check_columns(&row, &decoded);
            }
            "warn" | "trap" => {
                let decoded = decoded.expect(row["id"]);
                assert!(!decoded.warnings.is_empty(), "{row:?}");
                check_columns(&row, &decoded);
                check_named_warnings(&row, &decoded);
            }
            other => panic!("unknown expectation {other}"),
        }
    }
    assert_eq!(
        (counts["accept"], counts["warn"], counts["trap"], counts["reject"]),
        (86, 10, 1, 3)
    );
}

fn check_refusal(row: &Row, flaw: CodeFlaw) {
    let named = [
        ("14 characters", "length"),
        ("letter O", "look-alike"),
        ("not hexadecimal", "not-hexadecimal"),
    ];
    let (_, code) =
        named.into_iter().find(|(words, _)| row["use"].contains(words)).expect("a known reason");
    assert_eq!(flaw.code(), code, "{row:?}");
}

fn check_bch_2_example(row: &Row) {
    let mut bits = Bits::zero(25);
    let value = u64::from_str_radix(row["hex"], 2).expect("binary");
    bits.set(107..=132, value);
    assert_eq!(bch::bch_2(&bits), 0b0001_0101_0001);
    let Location::Position(place) = location::USER.read(&bits, false) else { panic!("a position") };
    near(place.latitude, 43.0 + 32.0 / 60.0);
    near(place.longitude, 1.0 + 28.0 / 60.0);
}

fn check_columns(row: &Row, decoded: &Decoded) {
    let published = [
        ("hex_id", decoded.beacon_id.to_string()),
        (
            "generation",
            if decoded.generation == Generation::First { "FGB" } else { "SGB" }.to_owned(),
        ),
        ("mid", decoded.country.to_string()),
        ("protocol", protocol_column(decoded)),
        ("beacon_type", type_column(decoded)),
        ("identification", identification_column(decoded)),
        ("tac", decoded.tac.map(|tac| tac.to_string()).unwrap_or_default()),
        ("serial", decoded.serial.map(|serial| serial.to_string()).unwrap_or_default()),
        ("bch1", if decoded.bch1 == Check::Right { "ok" } else { "" }.to_owned()),
    ];
    for (column, read) in published {
        if !row[column].is_empty() {
            assert_eq!(read, row[column], "{column} of {row:?}");
        }
    }
    check_homer(row, decoded);
    check_location(row, decoded);
    check_bch_2(row, decoded);
    check_published_fields(row, decoded);
}

fn protocol_column(decoded: &Decoded) -> String {
    let form =
        if decoded.form == InputForm::SecondGenerationId { "SGB 23-hex" } else { "SGB 202-bit" };
    match decoded.protocol {
        Protocol::SerialUserElt
        | Protocol::SerialUserEltOperator
        | Protocol::SerialUserEpirbFloatFree
        | Protocol::SerialUserEltAddress
        | Protocol::SerialUserEpirbNonFloatFree
        | Protocol::SerialUserPlb => "serial user",
        Protocol::OrbitographyUser => "orbitography",
        Protocol::StandardLocationEpirbMmsi => "std loc EPIRB MMSI",
        Protocol::StandardLocationEltAddress => "std loc ELT 24-bit",
        Protocol::StandardLocationElt => "std loc ELT serial",
        Protocol::StandardLocationEltOperator => "std loc ELT operator",
        Protocol::StandardLocationEpirb => "std loc EPIRB serial",
        Protocol::StandardLocationPlb => "std loc PLB serial",
        Protocol::NationalLocationEpirb => "nat loc EPIRB",
        Protocol::NationalLocationPlb => "nat loc PLB",
        Protocol::ReturnLinkLocation => "RLS",
        Protocol::SecondGeneration => {
            return format!("{form}, vessel id type {:03b}", id_bits(decoded).get(46..=48));
        }
        other => return other.to_string(),
    }
    .to_owned()
}

fn type_column(decoded: &Decoded) -> String {
    match decoded.protocol {
        Protocol::SerialUserElt => "ELT serial",
        Protocol::SerialUserEltOperator => "ELT operator designator+serial",
        Protocol::SerialUserEltAddress => "ELT 24-bit address",
        Protocol::SerialUserEpirbFloatFree => "EPIRB float-free",
        Protocol::SerialUserEpirbNonFloatFree => "EPIRB non-float-free",
        _ => {
            return decoded.class.map(|class| class.to_string()).unwrap_or_default();
        }
    }
    .to_owned()
}

fn identification_column(decoded: &Decoded) -> String {
    let second = decoded.generation == Generation::Second;
    let number = |number: Option<u8>| number.map_or("none".to_owned(), |number| number.to_string());
    let bits = id_bits(decoded);
    let end = |from: i16| {
        format!(
            "{:0width$b}",
            bits.get(from..=92),
            width = usize::try_from(93 - from).expect("few")
        )
    };
    match decoded.identification {
        Identification::CallSign { call_sign, .. } if second => {
            format!("callsign; {}; {}", call_sign.raw(), end(91))
        }
        Identification::Registration { registration, .. } if second => {
            format!("reg; {}; {}", registration.raw(), end(91))
        }
        Identification::Address { address, .. } if second => {
            format!("24bit; {address}; {}", end(73))
        }
        Identification::Mmsi { mmsi, ais_last_four } => {
            format!("MMSI {}; AIS4 {}", mmsi.expect("a MMSI"), ais_last_four.unwrap_or(10_922))
        }
        Identification::None if decoded.warnings.contains(Warning::SpareBits) => {
            format!("none? {}", end(49))
        }
        Identification::None => "none".to_owned(),
        Identification::CallSign { call_sign, beacon_number } => {
            format!("text={call_sign}; beacon_no={}", number(beacon_number))
        }
        Identification::MmsiDigits { last_six, beacon_number } => {
            let label =
                if decoded.protocol == Protocol::MaritimeUser { "text" } else { "MMSI last 6" };
            format!("{label}={last_six}; beacon_no={}", number(beacon_number))
        }
        Identification::Registration { registration, elt_number } => {
            format!("text={registration}; elt_no={}", number(elt_number))
        }
        Identification::Name { name } => format!("text={name}"),
        Identification::Operator { operator, .. } => format!("operator={operator}"),
        Identification::Address { address, elt_number: Some(number) } => {
            format!("24-bit={address}; elt_no={number}")
        }
        Identification::Address { address, elt_number: None } => format!("24-bit={address}"),
        Identification::Bits { value, length } => {
            format!("bits={value:0width$b}", width = usize::from(length))
        }
        other => format!("{other:?}"),
    }
}

fn check_homer(row: &Row, decoded: &Decoded) {
    let read = match decoded.homer {
        Some(Homer::None) => "none",
        Some(Homer::Mhz121) if row["aux_or_homing"].contains("homing") => "121.5 homing=1",
        Some(Homer::Mhz121) => "121.5 MHz",
        Some(Homer::Sart) => "9 GHz SART",
        Some(Homer::Other) => "other",
        Some(Homer::NotMhz121) => "121.5 homing=0",
        Some(Homer::Active | Homer::Inactive) => {
            let flag = u8::from;
            let homing = flag(decoded.homer == Some(Homer::Active));
            let rls = flag(decoded.return_link_capable == Some(true));
            let test = flag(decoded.warnings.contains(Warning::TestCode));
            assert_eq!(
                format!("homing={homing} rls={rls} test={test}"),
                row["aux_or_homing"],
                "{row:?}"
            );
            return;
        }
        None if decoded.bch2 == Check::Wrong => {
            // The column shows the bit as received; the decoder does not vouch for it, so the bit itself is compared.
            let bit = u8::from(bits_of(row["hex"], 25).bit(112));
            assert_eq!(format!("121.5 homing={bit}"), row["aux_or_homing"], "{row:?}");
            return;
        }
        None => "",
    };
    if !row["aux_or_homing"].is_empty() {
        assert_eq!(read, row["aux_or_homing"], "{row:?}");
    }
}

fn check_location(row: &Row, decoded: &Decoded) {
    match row["location"] {
        "" => {}
        "default bits" => assert_eq!(
            (decoded.location, decoded.canonicalised),
            (Location::Default, false),
            "{row:?}"
        ),
        "invalid or default" => {
            assert!(matches!(decoded.location, Location::Impossible | Location::Default), "{row:?}")
        }
        pair => {
            let Location::Position(place) = decoded.location else {
                panic!("no position: {row:?}")
            };
            let (latitude, longitude) = pair.split_once(',').expect("two numbers");
            near(place.latitude, latitude.parse().expect("a number"));
            near(place.longitude, longitude.parse().expect("a number"));
        }
    }
}

fn check_bch_2(row: &Row, decoded: &Decoded) {
    match row["bch2_or_bch"] {
        "" => {}
        "ok" => assert_eq!(decoded.bch2, Check::Right, "{row:?}"),
        "BAD" => {
            assert_eq!(decoded.bch2, Check::Wrong, "{row:?}");
            assert!(decoded.warnings.contains(Warning::Bch2Wrong), "{row:?}");
            // Nothing of the part that fails is used: no homer, no fine position.
            assert_eq!((decoded.homer, decoded.internal_position), (None, None), "{row:?}");
            if let Location::Position(place) = decoded.location {
                near(place.resolution, 900.0);
            }
        }
        computed => {
            let expected = computed.strip_prefix("computed ").expect("a computed value");
            let value = bch::second_generation(&bits_of(row["hex"], -1));
            assert_eq!(format!("{value:048b}"), expected, "{row:?}");
        }
    }
}

/// The distress bits of short messages: activation and the four-bit code.
fn check_published_fields(row: &Row, decoded: &Decoded) {
    let fields: HashMap<_, _> =
        row["published_fields"].split("; ").filter_map(|pair| pair.split_once('=')).collect();
    if let Some(activation) = fields.get("activationType") {
        let automatic = decoded.distress.expect("distress bits").automatic;
        assert_eq!(automatic, *activation == "Automatic and Manual", "{row:?}");
    }
    if let Some(nature) = fields.get("natureOfDistress") {
        let published: String = nature.chars().filter(|digit| "01".contains(*digit)).collect();
        let code = decoded.distress.expect("distress bits").code;
        assert_eq!(format!("{:04b}", code.unwrap_or(0)), published, "{row:?}");
        assert_eq!(code.is_none(), nature.starts_with("Default"), "{row:?}");
    }
}

/// Reasons that a row's prose names.
fn check_named_warnings(row: &Row, decoded: &Decoded) {
    let named = [
        ("test user", Warning::TestCode),
        ("orbitography", Warning::SystemBeacon),
        ("BCH-2 fails", Warning::Bch2Wrong),
        ("BCH mismatch", Warning::MessageCheckWrong),
        ("BCH errors", Warning::MessageCheckWrong),
        ("unknown MID", Warning::UnknownCountry),
        ("does not exist", Warning::UnknownCountry),
        ("spare-bit", Warning::SpareBits),
        ("left pad 01", Warning::PadBits),
        ("test flag", Warning::TestCode),
        ("invalid latitude", Warning::ImpossiblePosition),
    ];
    let prose = format!("{} {} {}", row["protocol"], row["use"], row["published_fields"]);
    for (words, warning) in named.into_iter().filter(|(words, _)| prose.contains(words)) {
        assert!(decoded.warnings.contains(warning), "{words} of {row:?} in {:?}", decoded.warnings);
    }
}

#[test]
fn published_codes_of_plbs_and_elts_are_made_again() {
    let mut made = 0;
    for row in
        rows().iter().filter(|row| row["expect"] == "accept" && row["input_form"] != "pdf2-binary")
    {
        let decoded = decode(row["hex"]).expect(row["id"]);
        let ship = matches!(decoded.class, Some(BeaconClass::Epirb | BeaconClass::Test))
            || matches!(decoded.identification, Identification::Mmsi { .. });
        // The encoder leaves national bits at zero, and one published registration stands left in its field.
        let left =
            decoded.identification.registration().is_some_and(|text| text.raw().ends_with(' '));
        if ship || left || decoded.national_use.is_some() {
            continue;
        }
        let (country, code) = (decoded.country, super::properties::code_of(&decoded));
        let homer = decoded
            .homer
            .filter(|_| decoded.generation == Generation::First)
            .unwrap_or(Homer::None);
        assert_eq!(encode(&Programming { country, code, homer }), Ok(decoded.beacon_id), "{row:?}");
        made += 1;
    }
    assert_eq!(made, 51);
}

#[test]
fn the_return_link_offset_is_as_in_the_standard() {
    let rows = rows();
    let row = rows.iter().find(|row| row["use"].contains("CRC-16")).expect("the example");
    let id: BeaconId = row["hex"].parse().expect("an identity");
    assert_eq!(bch::return_link_crc(&bits_of(row["hex"], 26)), 0xB380);
    assert_eq!(return_link_offset(&id), Some(52));
}

#[test]
fn a_left_aligned_message_is_refused_by_name() {
    for row in rows().iter().filter(|row| row["input_form"] == "sgb-204-ground") {
        let ground = bits_of(row["hex"], -1);
        let mut left = Bits::zero(1);
        for from in [1, 51, 101, 151] {
            left.copy(&ground, from..=(from + 49).min(202), from);
        }
        left.copy(&ground, 201..=202, 201);
        let text = characters::<51>(&left);
        assert_eq!(decode(&text), Err(CodeFlaw::LeftAligned), "{row:?}");
    }
}

fn id_bits(decoded: &Decoded) -> Bits {
    bits_of(decoded.beacon_id.as_str(), 1)
}

fn near(read: f64, expected: f64) {
    assert!((read - expected).abs() < 0.000_01, "{read} is not {expected}");
}
