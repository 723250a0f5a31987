//! What is found in alerts of several layouts, what never is, and 200,000 made-up inputs.

use super::*;
use crate::values::beacon_id::{
    BeaconClass, Check, Code, Coordinates, Homer, InputForm, Programming, Transmission, encode,
    message,
};

const PLB: &str = "1D0E9B07CEFFBFF";
const LONG: &str = "90127B92922BC022FF103504422535";
const LONG_ID: &str = "2024F72524FFBFF";

fn keys(text: &str) -> Vec<String> {
    scan(text).found.iter().map(|found| found.key.canonical()).collect()
}

#[test]
fn a_message_is_found_in_every_cut_and_over_the_ends_of_lines() {
    for size in [2, 3, 4, 5, 6, 8, 10, 30] {
        for joint in [" ", "-", "\n", "\r\n   "] {
            let parts: Vec<&str> = LONG
                .as_bytes()
                .chunks(size)
                .map(|part| std::str::from_utf8(part).unwrap())
                .collect();
            let text = format!("BEACON MESSAGE\n{}\nEND OF MESSAGE", parts.join(joint));
            assert_eq!(keys(&text), [LONG_ID], "{text}");
        }
    }
    assert_eq!(keys("HEX ID 90127B92922BC022FF10\n3504422535 HOMER"), [LONG_ID]);
    assert_eq!(keys("HEX ID 1D0E9B07\nCEFFBFF\n12. ACTIVATION NIL"), [PLB]);
}

#[test]
fn synchronisation_before_a_message_is_passed_over_and_a_self_test_is_told() {
    for (sync, self_test) in [("FFFE2F", false), ("FFFED0", true)] {
        let found = scan(&format!("RAW {sync}{LONG}")).found;
        assert_eq!((found[0].key.canonical().as_str(), found[0].self_test), (LONG_ID, self_test));
    }
    assert_eq!(keys(&format!("RAW FFFE2E{LONG}")), [""; 0]);
}

/// The field of a page joins the lines of what is pasted into it.
#[test]
fn joined_lines_are_read_like_lines() {
    let text = "11. HEX ID 1D0E9 B07CE FFBFF 12. ACTIVATION TYPE MANUAL 13. BEACON NUMBER NIL";
    assert_eq!(keys(text), [PLB]);
    assert_eq!(keys("11. HEX ID 1D0E9B07CEFFB 12. ACTIVATION TYPE NIL"), [""; 0]);
    assert_eq!(keys("11. HEX ID 1D0E9B07CEFFB 12 ACTIVATION TYPE NIL"), [""; 0]);
    assert_eq!(keys("HEX ID: 1D0E9 B07CE FFBFF 121.5 MHZ"), [PLB]);
    assert_eq!(keys("HEX ID: 1D0E9B07 CEFF BFF 12. ACTIVATION"), [PLB]);
}

#[test]
fn a_part_of_a_longer_row_is_no_code() {
    let mut broken = LONG.to_owned();
    broken.replace_range(18..19, "0");
    for size in [3, 5, 15] {
        let parts: Vec<&str> =
            broken.as_bytes().chunks(size).map(|part| std::str::from_utf8(part).unwrap()).collect();
        assert_eq!(keys(&parts.join(" ")), [""; 0], "{size}");
        assert_eq!(keys(&format!("HEX ID {}", parts.join(" "))), [""; 0], "{size}");
    }
    assert_eq!(keys("12345 1D0E9 B07CE FFBFF"), [""; 0]);
    assert_eq!(keys("1D0E9B07CEFFBFF 0AB12F"), [""; 0]);
}

#[test]
fn names_are_found_behind_their_labels_only() {
    for (text, expected) in [
        ("MMSI 257123450", "257123450"),
        ("MMSI NO: 257 123 450 12. ACTIVATION", "257123450"),
        ("RADIO CALL SIGN - LB1AG", "LB1AG"),
        ("CALLSIGN: LABC", "LABC"),
        ("Kallesignal: LF4821", "LF4821"),
        ("AIRCRAFT 24-BIT ADDRESS 478A2F", "478A2F"),
        ("24 BIT ADDRESS (HEX): 4CA123", "4CA123"),
        ("AIRCRAFT REGISTRATION LN-ABC", "LN-ABC"),
        ("REGISTRATION MARKS SE-XYZ", "SE-XYZ"),
        ("TAIL NUMBER: G-ABCD", "G-ABCD"),
    ] {
        assert_eq!(keys(text), [expected], "{text}");
    }
    for text in [
        "257123450",
        "MMSI LAST 6 DIGITS 123456",
        "MMSI 2571234501",
        "MMSI 25712345",
        "CALL SIGN NIL",
        "CALL SIGN UNKNOWN",
        "CALL SIGN 123",
        "LN-ABC",
        "COUNTRY OF BEACON REGISTRATION 257/NORWAY",
        "REGISTRATION AT +47-68050090",
        "REGISTRATION 12-3456",
        "24 BIT ADDRESS NIL",
        "24 BIT ADDRESS 478A2F1",
        "478A2F",
        "SUMMSI 257123450",
    ] {
        assert_eq!(keys(text), [""; 0], "{text}");
    }
}

#[test]
fn a_name_that_its_code_holds_is_looked_up_once() {
    let code = Code::AviationUser { registration: "LNABC".to_owned(), elt_number: 0 };
    let id = encode(&Programming { country: 257, code, homer: Homer::Mhz121 }).unwrap().to_string();
    let text = format!("6. AVIATION USER REGISTRATION LN-ABC\n11. HEX ID {id}");
    assert_eq!(keys(&text), [id]);
    let both = format!("MMSI 257123450\nHEX ID {PLB}");
    assert_eq!(keys(&both), [PLB, "257123450"]);
}

#[test]
fn what_a_label_announces_and_is_no_code_is_told() {
    let flaw = |text: &str| scan(text).refused;
    assert_eq!(flaw("HEX ID 1D0E9B07CEFFBF"), [CodeFlaw::Length(14)]);
    assert_eq!(flaw("HEX ID 1D0E9BO7CEFFBFF"), [CodeFlaw::LookAlike]);
    let mut broken = LONG.to_owned();
    broken.replace_range(18..19, "0");
    assert_eq!(flaw(&format!("HEX: {broken}")), [CodeFlaw::Bch1]);
    assert_eq!(flaw("FREQUENCY CODE 406 NIL"), []);
}

/// A small generator (xorshift64*), so that every run sees the same inputs.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or(0) % bound
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    fn programming(&mut self) -> Programming {
        let small = u16::try_from(self.below(16_382) + 1).unwrap_or(1);
        let serial = u32::try_from(self.below(1_048_576)).unwrap_or(1);
        let code = match self.below(5) {
            0 => Code::SerialUserPlb { serial, tac: None },
            1 => Code::StandardLocationPlb { tac: small % 1_023 + 1, serial: small },
            2 => Code::NationalLocationPlb { number: serial % 262_144 },
            3 => Code::SerialUserEltAddress {
                address: 0x47_8000 + serial % 0x8000,
                elt_number: 0,
                tac: None,
            },
            _ => Code::AviationUser { registration: "LNABC".to_owned(), elt_number: 0 },
        };
        Programming { country: *self.of(&[257, 258, 232, 316]), code, homer: Homer::Mhz121 }
    }

    fn long_message(&mut self) -> (String, String) {
        let programming = self.programming();
        let position = Some(Coordinates { latitude: 61.5, longitude: 8.25 });
        let text = message(&programming, Transmission::Long { position }).expect("a message");
        (text, encode(&programming).expect("a code").to_string())
    }

    /// Cut evenly, or not at all.
    fn laid_out(&mut self, code: &str) -> String {
        let size = *self.of(&[2, 3, 4, 5, 6, 8, 10, 64]);
        let joint = *self.of(&[" ", "-", "\n", "\n    "]);
        let parts: Vec<&str> = code
            .as_bytes()
            .chunks(size)
            .map(|part| std::str::from_utf8(part).expect("hexadecimal"))
            .collect();
        parts.join(joint)
    }

    fn noise(&mut self) -> String {
        const WORDS: [&str; 24] = [
            "HEX ID",
            "15 HEX",
            "BEACON ID (23):",
            "MMSI",
            "CALL SIGN",
            "24 BIT ADDRESS",
            "12.",
            "NIL",
            "406.0368",
            "/",
            "\n",
            "\r\n",
            " ",
            "-",
            "FFFE2F",
            "FFFED0",
            "121.5",
            "ÅÆØ",
            "\u{0}",
            "é",
            "REGISTRATION",
            "LN-",
            "257",
            "1D0E9B07CEFFBFF",
        ];
        let mut text = String::new();
        for _ in 0..self.below(12) {
            match self.below(4) {
                0 => text.push_str(self.of::<&str>(&WORDS)),
                1 => text.push(char::from(*self.of(b"0123456789ABCDEFabcdef"))),
                2 => text.push(
                    char::from_u32(u32::try_from(self.below(0x3000)).unwrap_or(65)).unwrap_or('?'),
                ),
                _ => {
                    for _ in 0..self.below(40) {
                        text.push(char::from(*self.of(b"0123456789ABCDEF -\n")));
                    }
                }
            }
        }
        text
    }
}

/// Changes one to six of the bits that BCH-1 guards: fewer than its distance of seven, so that no
/// changed message can be right again.
fn damaged(draw: &mut Draw, code: &str) -> String {
    let mut nibbles: Vec<u32> =
        code.chars().map(|digit| digit.to_digit(16).expect("hex")).collect();
    let mut bits: Vec<usize> = Vec::new();
    for _ in 0..=draw.below(6) {
        // bits 26 to 106; the first of the text is bit 25
        let bit = 1 + draw.below(81);
        if !bits.contains(&bit) {
            bits.push(bit);
            nibbles[bit / 4] ^= 8 >> (bit % 4);
        }
    }
    nibbles
        .iter()
        .map(|value| char::from_digit(*value, 16).expect("hex").to_ascii_uppercase())
        .collect()
}

fn check(draw: &mut Draw) {
    let noise = draw.noise();
    for found in &scan(&noise).found {
        if let Key::Beacon(decoded) = &found.key {
            let is_checked =
                matches!(decoded.form, InputForm::ShortMessage | InputForm::LongMessage);
            assert!(!is_checked || decoded.bch1 == Check::Right, "{noise:?}");
            assert!(
                decoded.form != InputForm::FullMessage || decoded.bch2 == Check::Right,
                "{noise:?}"
            );
        }
    }
    let _ = super::super::read_key(&noise);
    let label = *draw.of(&["", "HEX ID ", "30 HEX: ", "BEACON MESSAGE\n"]);
    let (message, id) = draw.long_message();
    let right = format!("{label}{}\n", draw.laid_out(&message));
    assert_eq!(keys(&right), [id], "{right:?}");
    let wrong = damaged(draw, &message);
    let wrong = format!("{label}{}\n", draw.laid_out(&wrong));
    assert_eq!(keys(&wrong), [""; 0], "{wrong:?} from {message}");
}

#[test]
fn two_hundred_thousand_inputs_meet_no_panic_and_no_wrong_code() {
    // three texts each
    let mut draw = Draw(0x4153_5541_5321);
    for _ in 0..66_667 {
        check(&mut draw);
    }
}

/// `tests/fuzz/run` runs this one.
#[test]
#[ignore = "takes minutes; tests/fuzz/run runs it"]
fn ten_million_inputs_meet_no_panic_and_no_wrong_code() {
    let workers: Vec<_> = (1..=4_u64)
        .map(|seed| {
            std::thread::spawn(move || {
                let mut draw = Draw(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
                for _ in 0..833_334 {
                    check(&mut draw);
                }
            })
        })
        .collect();
    for worker in workers {
        worker.join().expect("no panic");
    }
}

#[test]
fn a_second_generation_message_is_taken_only_when_its_check_agrees() {
    let code = Code::SecondGeneration {
        tac: 10_100,
        serial: 77,
        vessel: crate::values::beacon_id::VesselId::None,
    };
    let programming = Programming { country: 257, code, homer: Homer::Mhz121 };
    let sent = Transmission::Second { class: BeaconClass::Plb, position: None };
    let text = message(&programming, sent).expect("a message");
    assert_eq!(keys(&text), [encode(&programming).expect("a code").to_string()]);
    let mut wrong = text;
    wrong.replace_range(40..41, if &wrong[40..41] == "0" { "1" } else { "0" });
    assert_eq!(keys(&wrong), [""; 0]);
}
