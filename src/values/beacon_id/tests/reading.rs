//! Rules of reading, one by one.

use super::super::bits::Bits;
use super::super::*;
use super::{PLB, bits_of, characters, fields, first_generation, plb, serial_user_plb};
use crate::values::Flaw;

#[test]
fn separators_and_lower_case_are_tolerated() {
    for text in [
        "a02f0 0c0e4 00001",
        "A02F0-0C0E4-00001",
        "A02F0\u{A0}0C0E4\u{A0}00001",
        " A02F00C0E400001 ",
    ] {
        assert_eq!(decode(text).map(|decoded| decoded.beacon_id.to_string()), Ok(PLB.to_owned()));
    }
    let second: BeaconId = "993403-9823D0-000000-00000".parse().expect("an identity");
    assert_eq!(second.label_form(), "993403 9823D0 000000 00000");
    assert_eq!(plb().beacon_id.label_form(), "A02F0 0C0E4 00001");
}

#[test]
fn what_is_not_a_code_is_refused_by_name() {
    for (text, code) in [
        ("", "length"),
        ("A02F00C0E40000", "length"),
        ("A02F00C0E4000011", "length"),
        ("AO2F00C0E400001", "look-alike"),
        ("A02F00C0E40000l", "look-alike"),
        ("A02F00C0E40000i", "look-alike"),
        ("A02F00C0E40000\u{FF11}", "foreign-digit"),
        ("A02F00C0E40000\u{661}", "foreign-digit"),
        ("\u{410}02F00C0E400001", "not-hexadecimal"),
        ("A02F00C0E4\n00001", "not-hexadecimal"),
        ("A02F00C0E40000G", "not-hexadecimal"),
        // First-generation protocol codes kept spare: location 0000 and 0001, serial types 101 and 111.
        ("202000000000000", "spare-protocol"),
        ("202100000000000", "spare-protocol"),
        ("A02E80C0E400001", "spare-protocol"),
        ("A02F80C0E400001", "spare-protocol"),
        // Bit 1, then bits 12-14, of the second generation wrong.
        ("1934039823D000000000000", "fixed-bits"),
        ("9930039823D000000000000", "fixed-bits"),
    ] {
        let code_read = decode(text).map_err(|flaw| flaw.code());
        assert_eq!(code_read, Err(code), "{text:?}");
    }
    assert_eq!(decode(&"A".repeat(5000)), Err(CodeFlaw::TooLong));
    assert_eq!(decode(&"A".repeat(64)), Err(CodeFlaw::Length(64)));
    assert!(!CodeFlaw::Length(14).to_string().contains(PLB));
}

#[test]
fn a_location_code_is_stored_with_default_location_bits() {
    let own = encode(&Programming {
        country: 257,
        code: Code::StandardLocationPlb { tac: 176, serial: 4242 },
        homer: Homer::None,
    })
    .expect("in range");
    assert_eq!(own.as_str(), "202E582124FFBFF");
    let place = Coordinates { latitude: 59.911, longitude: 10.757 };
    let programming = Programming {
        country: 257,
        code: Code::StandardLocationPlb { tac: 176, serial: 4242 },
        homer: Homer::Mhz121,
    };
    let long =
        message(&programming, Transmission::Long { position: Some(place) }).expect("a message");
    let decoded = decode(&long).expect("readable");
    assert_eq!((decoded.beacon_id, decoded.canonicalised), (own, true));
    // The same identity quoted from an alert, 60 degrees north and 10.75 east still in it.
    let mut quoted_bits = Bits::zero(26);
    quoted_bits.copy(&bits_of(&long, 25), 26..=85, 26);
    let fifteen = characters::<15>(&quoted_bits);
    let quoted = decode(&fifteen).expect("readable");
    assert_eq!((quoted.beacon_id, quoted.canonicalised), (own, true));
    let Location::Position(coarse) = quoted.location else { panic!("a position") };
    assert_eq!((coarse.latitude, coarse.longitude, coarse.resolution), (60.0, 10.75, 900.0));
}

#[test]
fn an_epirb_with_the_mmsi_of_an_associated_craft_is_named() {
    // 98 257 1234 on the standard location protocol: the country field takes its first three digits.
    let code = first_generation(&[
        (27, 36, 982),
        (37, 40, 0b0010),
        (41, 60, 571_234),
        (65, 85, 0x0F_FBFF),
    ]);
    let decoded = decode(&code).expect("readable");
    assert!(decoded.warnings.contains(Warning::CraftAssociatedMmsi));
    assert!(!decoded.warnings.contains(Warning::UnknownCountry));
    assert_eq!((decoded.country, decoded.parent_country()), (982, Some(257)));
    assert!(decoded.explain().contains(&("Country of the parent ship", "257 (Norway)".to_owned())));
    // The second generation holds the whole MMSI.
    let mut bits =
        fields(1, &[(1, 1, 1), (2, 11, 257), (12, 14, 0b101), (46, 48, 1), (49, 78, 982_571_234)]);
    bits.set(79..=92, 10_922);
    let text = characters::<23>(&bits);
    let decoded = decode(&text).expect("readable");
    assert!(decoded.warnings.contains(Warning::CraftAssociatedMmsi));
    assert_eq!(decoded.parent_country(), Some(257));
}

#[test]
fn the_first_fifteen_characters_find_but_do_not_register() {
    let whole: BeaconId = "9934039823D000000000000".parse().expect("an identity");
    let prefix = whole.first_fifteen();
    assert!(prefix.is_prefix() && !whole.is_prefix());
    let decoded = decode(prefix.as_str()).expect("readable");
    assert_eq!((decoded.beacon_id, decoded.form), (prefix, InputForm::SecondGenerationPrefix));
    assert_eq!((decoded.country, decoded.tac, decoded.serial), (201, Some(230), Some(573)));
    assert!(decoded.warnings.contains(Warning::PrefixOnly));
    assert_eq!(prefix.as_str().parse::<BeaconId>(), Err(CodeFlaw::PrefixOnly));
    assert!(prefix < whole);
    // A first-generation identity is its own first fifteen.
    assert_eq!(plb().beacon_id.first_fifteen(), plb().beacon_id);
    assert!(!plb().beacon_id.is_prefix());
}

#[test]
fn a_whole_message_is_not_an_identity() {
    assert_eq!("56E6804002202009655250".parse::<BeaconId>(), Err(CodeFlaw::WholeMessage));
}

#[test]
fn a_wrong_check_or_format_flag_is_refused() {
    assert_eq!(
        decode("56E6804002202009655251").map(|decoded| decoded.warnings.is_empty()),
        Ok(true)
    );
    assert_eq!(decode("56E6804002202009655A50"), Err(CodeFlaw::Bch1));
    assert_eq!(decode("56E6804002202009655250 00000000"), Err(CodeFlaw::FormatFlag));
    let programming = serial_user_plb(Homer::Mhz121);
    let long = message(&programming, Transmission::Long { position: None }).expect("a message");
    assert_eq!(decode(&long[..22]), Err(CodeFlaw::FormatFlag));
}

#[test]
fn a_short_message_of_a_location_protocol_is_a_withdrawn_format() {
    let mut bits = fields(
        25,
        &[(27, 36, 257), (37, 40, 0b0111), (41, 50, 176), (51, 64, 4242), (65, 85, 0x0F_FBFF)],
    );
    bits.set(86..=106, bch::bch_1(&bits));
    let text = characters::<22>(&bits);
    let decoded = decode(&text).expect("readable");
    assert_eq!(decoded.beacon_id.as_str(), "202E582124FFBFF");
    assert!(decoded.warnings.contains(Warning::WithdrawnFormat));
}

#[test]
fn a_second_generation_message_in_the_first_generations_form_is_refused() {
    let mut bits = fields(25, &[(26, 26, 1), (27, 36, 257), (37, 39, 0b101)]);
    bits.set(86..=106, bch::bch_1(&bits));
    let text = characters::<22>(&bits);
    assert_eq!(decode(&text), Err(CodeFlaw::SecondGenerationMarker));
}

#[test]
fn an_impossible_position_is_named_and_not_shown() {
    // Latitude 100 degrees on the standard location protocol.
    let code = first_generation(&[
        (27, 36, 257),
        (37, 40, 0b0111),
        (41, 50, 1),
        (51, 64, 1),
        (66, 74, 400),
    ]);
    let decoded = decode(&code).expect("readable");
    assert_eq!(decoded.location, Location::Impossible);
    assert!(decoded.warnings.contains(Warning::ImpossiblePosition));
}

#[test]
fn a_fraction_of_a_whole_degree_is_impossible() {
    // National location: latitude 10 degrees and 30 steps of two minutes.
    let content =
        |steps| [(27, 36, 257), (37, 40, 0b1011), (41, 58, 1), (60, 66, 10), (67, 71, steps)];
    let read = |steps| decode(&first_generation(&content(steps))).expect("readable").location;
    assert!(matches!(read(29), Location::Position(_)));
    assert_eq!(read(30), Location::Impossible);
}

#[test]
fn without_an_offset_the_coarse_position_stands() {
    let position = Some(Coordinates { latitude: 60.0, longitude: 10.76 });
    let programming = Programming {
        code: Code::StandardLocationPlb { tac: 1, serial: 1 },
        ..serial_user_plb(Homer::None)
    };
    let long = message(&programming, Transmission::Long { position }).expect("a message");
    let mut bits = bits_of(&long, 25);
    // Fifteen in an offset's last four bits says that there is none, whatever the others hold.
    bits.set(119..=122, 15);
    bits.set(129..=132, 15);
    bits.set(133..=144, bch::bch_2(&bits));
    let decoded = decode(&characters::<30>(&bits)).expect("readable");
    let Location::Position(place) = decoded.location else { panic!("a position") };
    assert_eq!((place.latitude, place.longitude, place.resolution), (60.0, 10.75, 900.0));
}

#[test]
fn test_national_and_system_codes_are_named() {
    for (protocol, warning) in [
        (0b111, Warning::TestCode),
        (0b100, Warning::NationalCoding),
        (0b000, Warning::SystemBeacon),
    ] {
        let code = first_generation(&[(26, 26, 1), (27, 36, 257), (37, 39, protocol)]);
        assert!(decode(&code).expect("readable").warnings.contains(warning));
    }
    for content in [0, 0xFF_FFFF] {
        let code = first_generation(&[(27, 36, 257), (37, 40, 0b1001), (43, 66, content)]);
        assert!(decode(&code).expect("readable").warnings.contains(Warning::TestCode));
    }
    let unallocated =
        first_generation(&[(26, 26, 1), (27, 36, 260), (37, 39, 0b011), (40, 42, 0b110)]);
    assert!(decode(&unallocated).expect("readable").warnings.contains(Warning::UnknownCountry));
}

#[test]
fn the_return_link_code_of_a_ship_gives_its_mmsi() {
    let code = first_generation(&[
        (27, 36, 257),
        (37, 40, 0b1101),
        (41, 42, 0b01),
        (43, 46, 0b1111),
        (47, 66, 123_456),
        (67, 85, 0x3_FDFF),
    ]);
    let decoded = decode(&code).expect("readable");
    assert_eq!(decoded.class, Some(BeaconClass::Epirb));
    let named = Identification::MmsiDigits { last_six: SixDigits(123_456), beacon_number: Some(2) };
    assert_eq!((decoded.identification, decoded.location), (named, Location::Default));
}

#[test]
fn bits_with_a_fixed_value_are_looked_at() {
    let ship_security = [(27, 36, 257), (37, 40, 0b1100), (41, 60, 123_456), (61, 64, 1)];
    let maritime = [(26, 26, 1), (27, 36, 257), (37, 39, 0b010), (82, 83, 1)];
    let orbitography = [(26, 26, 1), (27, 36, 257), (37, 39, 0b000), (82, 85, 1)];
    for content in [ship_security, maritime, orbitography] {
        let regular = first_generation(&content[..3]);
        let spoiled = first_generation(&content);
        let warned =
            |code: &str| decode(code).expect("readable").warnings.contains(Warning::SpareBits);
        assert_eq!((warned(&regular), warned(&spoiled)), (false, true), "{content:?}");
    }
}

#[test]
fn a_left_aligned_message_is_known_by_its_spare_bits_alone() {
    // Read two bits off, country 366 becomes 440, which is allocated too; type approval 230 keeps two zeros in front.
    let programming = Programming {
        country: 366,
        code: Code::SecondGeneration { tac: 230, serial: 573, vessel: VesselId::None },
        homer: Homer::None,
    };
    let second = Transmission::Second { class: BeaconClass::Plb, position: None };
    let full = bits_of(&message(&programming, second).expect("a message"), -1);
    let mut left = Bits::zero(1);
    for from in [1, 51, 101, 151] {
        left.copy(&full, from..=from + 49, from);
    }
    let left = characters::<51>(&left);
    assert!(left.starts_with("00"));
    assert_eq!(bits_of(&left, -1).get(31..=40), 440);
    assert_eq!(decode(&left), Err(CodeFlaw::LeftAligned));
}
