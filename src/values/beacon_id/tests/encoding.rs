//! Rules of encoding, one by one.

use super::super::*;
use super::{PLB, serial_user_plb};

#[test]
fn changing_the_homer_changes_a_user_identity() {
    assert_eq!(
        encode(&serial_user_plb(Homer::Mhz121)).map(|id| id.to_string()),
        Ok(PLB.to_owned())
    );
    assert_ne!(encode(&serial_user_plb(Homer::None)), encode(&serial_user_plb(Homer::Mhz121)));
    assert_eq!(encode(&serial_user_plb(Homer::Active)), Err(EncodeFlaw::Homer));
}

/// Why Norway cannot have this code programmed.
fn refusal(code: Code) -> Option<EncodeFlaw> {
    encode(&Programming { country: 257, code, homer: Homer::None }).err()
}

#[test]
fn what_a_user_protocol_cannot_hold_is_refused() {
    let (serial, tac) = (1_048_576, None);
    assert_eq!(refusal(Code::SerialUserPlb { serial, tac }), Some(EncodeFlaw::Serial));
    let (serial, tac) = (1, Some(1024));
    assert_eq!(refusal(Code::SerialUserElt { serial, tac }), Some(EncodeFlaw::TypeApproval));
    for (operator, serial, flaw) in
        [("SAS", 0, EncodeFlaw::Serial), ("S1S", 1, EncodeFlaw::Text), ("SA", 1, EncodeFlaw::Text)]
    {
        let code = Code::SerialUserEltOperator { operator: operator.to_owned(), serial, tac: None };
        assert_eq!(refusal(code), Some(flaw));
    }
    for (address, elt_number, flaw) in
        [(1 << 24, 0, EncodeFlaw::Address), (1, 64, EncodeFlaw::EltNumber)]
    {
        assert_eq!(
            refusal(Code::SerialUserEltAddress { address, elt_number, tac: None }),
            Some(flaw)
        );
    }
    for text in ["LN-ABCDE", "ln-abc", "LN-Å", "LN_ABC", " LN-ABC", ""] {
        let code = Code::AviationUser { registration: text.to_owned(), elt_number: 0 };
        assert_eq!(refusal(code), Some(EncodeFlaw::Text), "{text:?}");
    }
    let code = Code::AviationUser { registration: "LN-ABC".to_owned(), elt_number: 4 };
    assert_eq!(refusal(code), Some(EncodeFlaw::EltNumber));
}

#[test]
fn what_a_location_protocol_cannot_hold_is_refused() {
    for (tac, serial, flaw) in [
        (0, 1, EncodeFlaw::TypeApproval),
        (1024, 1, EncodeFlaw::TypeApproval),
        (1, 0, EncodeFlaw::Serial),
        (1, 16_384, EncodeFlaw::Serial),
    ] {
        assert_eq!(refusal(Code::StandardLocationPlb { tac, serial }), Some(flaw));
        assert_eq!(refusal(Code::StandardLocationElt { tac, serial }), Some(flaw));
        assert_eq!(refusal(Code::EltDtSerial { tac, serial }), Some(flaw));
    }
    for (operator, serial, flaw) in [("SA", 1, EncodeFlaw::Text), ("SAS", 512, EncodeFlaw::Serial)]
    {
        let operator = operator.to_owned();
        assert_eq!(refusal(Code::EltDtOperator { operator: operator.clone(), serial }), Some(flaw));
        assert_eq!(refusal(Code::StandardLocationEltOperator { operator, serial }), Some(flaw));
    }
    assert_eq!(refusal(Code::NationalLocationPlb { number: 1 << 18 }), Some(EncodeFlaw::Serial));
    for tac in [0, 2001, 3000, 3949] {
        assert_eq!(refusal(Code::ReturnLinkPlb { tac, serial: 1 }), Some(EncodeFlaw::TypeApproval));
    }
    for tac in [2000, 2949, 3001] {
        assert_eq!(refusal(Code::ReturnLinkElt { tac, serial: 1 }), Some(EncodeFlaw::TypeApproval));
    }
    // All zeros and all ones are test codes of the ELT(DT).
    for address in [0, 0xFF_FFFF] {
        assert_eq!(refusal(Code::EltDtAddress { address }), Some(EncodeFlaw::Address));
    }
    assert_eq!(refusal(Code::EltDtSerial { tac: 1023, serial: 16_383 }), Some(EncodeFlaw::Serial));
}

#[test]
fn what_the_second_generation_cannot_hold_is_refused() {
    let code = |serial, vessel| Code::SecondGeneration { tac: 10_000, serial, vessel };
    assert_eq!(refusal(code(16_384, VesselId::None)), Some(EncodeFlaw::Serial));
    assert_eq!(refusal(code(1, VesselId::CallSign("ABCDEFGH".to_owned()))), Some(EncodeFlaw::Text));
    let operator = Some("S-S".to_owned());
    assert_eq!(
        refusal(code(1, VesselId::Address { address: 1, operator })),
        Some(EncodeFlaw::Text)
    );
    let operator = "SAS".to_owned();
    assert_eq!(
        refusal(code(1, VesselId::Operator { operator, serial: 4096 })),
        Some(EncodeFlaw::Serial)
    );
}

#[test]
fn a_country_code_must_be_one_of_a_country() {
    for country in [0, 200, 776, 982] {
        let programming = Programming { country, ..serial_user_plb(Homer::None) };
        assert_eq!(encode(&programming), Err(EncodeFlaw::Country));
    }
}

#[test]
fn a_message_form_must_fit_the_protocol_and_the_earth() {
    let user = serial_user_plb(Homer::None);
    let second = Transmission::Second { class: BeaconClass::Plb, position: None };
    assert_eq!(message(&user, second), Err(EncodeFlaw::Form));
    let distress = Transmission::Short { distress: Some(16), automatic: false };
    assert_eq!(message(&user, distress), Err(EncodeFlaw::Distress));
    let location = Programming { code: Code::NationalLocationPlb { number: 1 }, ..user.clone() };
    assert_eq!(
        message(&location, Transmission::Short { distress: None, automatic: true }),
        Err(EncodeFlaw::Form)
    );
    for (latitude, longitude) in [(90.1, 0.0), (0.0, -180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)]
    {
        let position = Some(Coordinates { latitude, longitude });
        assert_eq!(message(&user, Transmission::Long { position }), Err(EncodeFlaw::Position));
    }
}
