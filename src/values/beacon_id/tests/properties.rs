//! Properties over generated codes: coding and reading are inverse, nothing panics, no changed bit goes unnoticed.

use proptest::prelude::*;

use super::super::*;

/// Failures are not written to files: the message shows the smallest failing input.
fn cases(number: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(number) }
}

fn operator() -> impl Strategy<Value = String> {
    "[A-Z]{3}"
}

fn sign() -> impl Strategy<Value = String> {
    "[A-Z0-9/-]([A-Z0-9 /-]{0,5}[A-Z0-9/-])?"
}

fn address() -> impl Strategy<Value = u32> {
    1..0xFF_FFFF_u32
}

fn user_code() -> impl Strategy<Value = Code> {
    let tac = || proptest::option::of(0..=1023_u16);
    prop_oneof![
        (0..=0xF_FFFF_u32, tac()).prop_map(|(serial, tac)| Code::SerialUserPlb { serial, tac }),
        (0..=0xF_FFFF_u32, tac()).prop_map(|(serial, tac)| Code::SerialUserElt { serial, tac }),
        (operator(), 1..=4095_u16, tac()).prop_map(|(operator, serial, tac)| {
            Code::SerialUserEltOperator { operator, serial, tac }
        }),
        (address(), 0..=63_u8, tac()).prop_map(|(address, elt_number, tac)| {
            Code::SerialUserEltAddress { address, elt_number, tac }
        }),
        (sign(), 0..=3_u8)
            .prop_map(|(registration, elt_number)| Code::AviationUser { registration, elt_number }),
    ]
}

fn location_code() -> impl Strategy<Value = Code> {
    let numbers = || (1..=1023_u16, 1..=16_382_u16);
    let operated = || (operator(), 1..=511_u16);
    prop_oneof![
        numbers().prop_map(|(tac, serial)| Code::StandardLocationPlb { tac, serial }),
        numbers().prop_map(|(tac, serial)| Code::StandardLocationElt { tac, serial }),
        address().prop_map(|address| Code::StandardLocationEltAddress { address }),
        operated()
            .prop_map(|(operator, serial)| Code::StandardLocationEltOperator { operator, serial }),
        (0..=0x3_FFFF_u32).prop_map(|number| Code::NationalLocationPlb { number }),
        (0..=0x3_FFFF_u32).prop_map(|number| Code::NationalLocationElt { number }),
        (3001..=3948_u16, 0..=16_383_u16)
            .prop_map(|(tac, serial)| Code::ReturnLinkPlb { tac, serial }),
        (2001..=2948_u16, 0..=16_383_u16)
            .prop_map(|(tac, serial)| Code::ReturnLinkElt { tac, serial }),
        address().prop_map(|address| Code::EltDtAddress { address }),
        operated().prop_map(|(operator, serial)| Code::EltDtOperator { operator, serial }),
        numbers().prop_map(|(tac, serial)| Code::EltDtSerial { tac, serial }),
    ]
}

fn second_generation_code() -> impl Strategy<Value = Code> {
    let vessel = prop_oneof![
        Just(VesselId::None),
        sign().prop_map(VesselId::CallSign),
        sign().prop_map(VesselId::Registration),
        (address(), proptest::option::of(operator()))
            .prop_map(|(address, operator)| VesselId::Address { address, operator }),
        (operator(), 1..=4095_u16)
            .prop_map(|(operator, serial)| VesselId::Operator { operator, serial }),
    ];
    (any::<u16>(), 0..=16_383_u16, vessel)
        .prop_map(|(tac, serial, vessel)| Code::SecondGeneration { tac, serial, vessel })
}

fn programming(code: impl Strategy<Value = Code>) -> impl Strategy<Value = Programming> {
    let homer =
        prop_oneof![Just(Homer::None), Just(Homer::Mhz121), Just(Homer::Sart), Just(Homer::Other)];
    let country = proptest::sample::select(vec![257_u16, 258, 259, 201, 232, 503, 775]);
    (country, code, homer).prop_map(|(country, code, homer)| Programming { country, code, homer })
}

fn any_code() -> impl Strategy<Value = Code> {
    prop_oneof![user_code(), location_code(), second_generation_code()]
}

fn coordinates() -> impl Strategy<Value = Coordinates> {
    (-90.0..=90.0, -180.0..=180.0)
        .prop_map(|(latitude, longitude)| Coordinates { latitude, longitude })
}

/// The programming that a decoded code says, which must be the one it was made from.
pub(super) fn code_of(decoded: &Decoded) -> Code {
    let small = |number: Option<u32>| u16::try_from(number.expect("coded")).expect("16 bits");
    let text = |text: Option<BaudotText>| text.expect("coded").as_str().to_owned();
    let identification = decoded.identification;
    let operator = || match identification {
        Identification::Operator { operator, .. } => operator.to_string(),
        other => panic!("{other:?} has no operator"),
    };
    let address = || identification.address().expect("coded").0;
    let elt_number = match identification {
        Identification::Address { elt_number, .. }
        | Identification::Registration { elt_number, .. } => elt_number,
        _ => None,
    };
    let user_tac = decoded.tac.map(|tac| u16::try_from(tac).expect("16 bits"));
    let (tac, serial) = (|| small(decoded.tac), || small(decoded.serial));
    match decoded.protocol {
        Protocol::SerialUserPlb => {
            Code::SerialUserPlb { serial: decoded.serial.expect("coded"), tac: user_tac }
        }
        Protocol::SerialUserElt => {
            Code::SerialUserElt { serial: decoded.serial.expect("coded"), tac: user_tac }
        }
        Protocol::SerialUserEltOperator => {
            Code::SerialUserEltOperator { operator: operator(), serial: serial(), tac: user_tac }
        }
        Protocol::SerialUserEltAddress => Code::SerialUserEltAddress {
            address: address(),
            elt_number: elt_number.expect("coded"),
            tac: user_tac,
        },
        Protocol::AviationUser => Code::AviationUser {
            registration: text(identification.registration()),
            elt_number: elt_number.expect("coded"),
        },
        Protocol::StandardLocationPlb => Code::StandardLocationPlb { tac: tac(), serial: serial() },
        Protocol::StandardLocationElt => Code::StandardLocationElt { tac: tac(), serial: serial() },
        Protocol::StandardLocationEltAddress => {
            Code::StandardLocationEltAddress { address: address() }
        }
        Protocol::StandardLocationEltOperator => {
            Code::StandardLocationEltOperator { operator: operator(), serial: serial() }
        }
        Protocol::NationalLocationPlb => {
            Code::NationalLocationPlb { number: decoded.serial.expect("coded") }
        }
        Protocol::NationalLocationElt => {
            Code::NationalLocationElt { number: decoded.serial.expect("coded") }
        }
        Protocol::ReturnLinkLocation => match decoded.class {
            Some(BeaconClass::Plb) => Code::ReturnLinkPlb { tac: tac(), serial: serial() },
            _ => Code::ReturnLinkElt { tac: tac(), serial: serial() },
        },
        Protocol::EltDtLocation => match identification {
            Identification::Address { .. } => Code::EltDtAddress { address: address() },
            Identification::Operator { .. } => {
                Code::EltDtOperator { operator: operator(), serial: serial() }
            }
            _ => Code::EltDtSerial { tac: tac(), serial: serial() },
        },
        Protocol::SecondGeneration => Code::SecondGeneration {
            tac: tac(),
            serial: serial(),
            vessel: vessel_of(&identification),
        },
        other => panic!("{other} is not programmed here"),
    }
}

fn vessel_of(identification: &Identification) -> VesselId {
    match *identification {
        Identification::None => VesselId::None,
        Identification::CallSign { call_sign, .. } => VesselId::CallSign(call_sign.to_string()),
        Identification::Registration { registration, .. } => {
            VesselId::Registration(registration.to_string())
        }
        Identification::Address { address, .. } => {
            VesselId::Address { address: address.0, operator: None }
        }
        Identification::AddressAndOperator { address, operator } => {
            VesselId::Address { address: address.0, operator: Some(operator.to_string()) }
        }
        Identification::Operator { operator, operator_serial } => VesselId::Operator {
            operator: operator.to_string(),
            serial: operator_serial.expect("coded"),
        },
        other => panic!("{other:?} is not programmed here"),
    }
}

/// One of the message forms of the programming.
fn message_of(programming: &Programming, short: bool, position: Option<Coordinates>) -> String {
    let second = matches!(programming.code, Code::SecondGeneration { .. });
    let transmission = match (second, short) {
        (true, _) => Transmission::Second { class: BeaconClass::Plb, position },
        (false, true) => Transmission::Short { distress: Some(3), automatic: true },
        (false, false) => Transmission::Long { position },
    };
    message(programming, transmission)
        .or_else(|_| message(programming, Transmission::Long { position }))
        .expect("a message")
}

fn close(read: f64, wanted: f64, resolution: f64) -> bool {
    (read - wanted).abs() * 3600.0 <= resolution / 2.0 + 0.001
}

/// The text with the given bit turned, counted from its first bit.
fn turned(text: &str, bit: usize) -> String {
    let turn = |(index, digit): (usize, char)| {
        let value = digit.to_digit(16).expect("hex");
        let mask = if index == bit / 4 { 8 >> (bit % 4) } else { 0 };
        char::from_digit(value ^ mask, 16).expect("hex")
    };
    text.chars().enumerate().map(turn).collect()
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn what_was_programmed_is_read(programming in programming(any_code())) {
        let id = encode(&programming).expect("in range");
        let decoded = decode(id.as_str()).expect("readable");
        prop_assert_eq!(code_of(&decoded), programming.code);
        prop_assert_eq!((decoded.country, id.country()), (programming.country, programming.country));
        prop_assert_eq!((decoded.beacon_id, decoded.canonicalised), (id, false));
        prop_assert!(decoded.warnings.is_empty(), "{:?}", decoded.warnings);
        if decoded.homer.is_some() {
            prop_assert_eq!(decoded.homer, Some(programming.homer));
        }
        prop_assert_eq!(serde_json::from_str::<BeaconId>(&serde_json::to_string(&id).expect("json")).expect("id"), id);
    }

    #[test]
    fn every_message_carries_the_same_identity(
        programming in programming(any_code()), short: bool, position in proptest::option::of(coordinates()),
    ) {
        let decoded = decode(&message_of(&programming, short, position)).expect("readable");
        prop_assert_eq!(Ok(decoded.beacon_id), encode(&programming));
        prop_assert_eq!(code_of(&decoded), programming.code);
        prop_assert!(decoded.warnings.is_empty(), "{:?}", decoded.warnings);
        match (decoded.location, position) {
            (Location::Position(read), Some(wanted)) => {
                prop_assert!(close(read.latitude, wanted.latitude, read.resolution), "{read:?} {wanted:?}");
                prop_assert!(close(read.longitude, wanted.longitude, read.resolution), "{read:?} {wanted:?}");
                prop_assert!(read.resolution <= 240.0);
            }
            (Location::Default, None) => {}
            (Location::NotCarried, _) => prop_assert!(decoded.form == InputForm::ShortMessage),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn a_turned_bit_never_goes_unnoticed(
        programming in programming(any_code()), short: bool, position in proptest::option::of(coordinates()),
    ) {
        let text = message_of(&programming, short, position);
        // Bits 107-112 of a short message have no check in the standard; they hold nothing of the identity.
        let checked = if text.len() == 22 { 82 } else { text.len() * 4 };
        for bit in 0..text.len() * 4 {
            match decode(&turned(&text, bit)) {
                Err(_) => {}
                Ok(decoded) if bit < checked => prop_assert!(!decoded.warnings.is_empty(), "bit {bit} of {text}"),
                Ok(decoded) => prop_assert_eq!(Ok(decoded.beacon_id), encode(&programming)),
            }
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>(), looks_right in "[0-9A-FOIl \u{A0}\u{FF10}-]{0,80}") {
        let _ = decode(&text);
        let _ = looks_right.parse::<BeaconId>();
    }
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn canonicalising_twice_changes_nothing(
        text in prop_oneof![
            "[0-9A-F]{15}", "[0-9A-F]{22}", "[0-9A-F]{23}", "[0-9A-F]{30}", "0[0-3][0-9A-F]{49}", "[0-9A-F]{63}",
            // With the fixed bits of the second generation.
            "[89A-F][0-9A-F][13579BDF][4567][0-9A-F]{19}",
        ],
    ) {
        if let Ok(decoded) = decode(&text) {
            let id = decoded.beacon_id;
            let again = decode(&id.label_form().to_lowercase()).expect("an identity can be read");
            prop_assert_eq!(again.beacon_id, id);
            prop_assert!(!again.canonicalised);
            prop_assert_eq!((again.country, again.protocol), (decoded.country, decoded.protocol));
            prop_assert_eq!(id.generation(), decoded.generation);
            prop_assert_eq!(id.is_prefix(), decoded.form == InputForm::SecondGenerationPrefix);
            prop_assert!(id.as_str().starts_with(id.first_fifteen().as_str()));
            prop_assert!(!decoded.explain().is_empty());
            prop_assert!(serde_json::to_value(decoded).is_ok());
        }
    }
}

#[test]
fn ten_thousand_random_codes_of_each_length_are_read_or_refused() {
    use proptest::test_runner::{RngAlgorithm, TestRng};
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    for length in [15, 22, 23, 30, 51, 63] {
        let mut read = 0;
        for _ in 0..10_000 {
            let text: String = (0..length)
                .map(|_| char::from_digit(random.random_range(0..16), 16).expect("hex"))
                .collect();
            read += u32::from(decode(&text).is_ok());
        }
        // A check of 21 bits lets almost nothing through; the fixed bits and pad bits let some.
        assert!(
            if matches!(length, 22 | 30) { read < 10 } else { read > 0 },
            "{read} of length {length}"
        );
    }
}
