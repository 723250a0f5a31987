//! Every form of key, every reason for having no match, and alert texts in the layouts of several
//! centres (made up after the paragraph list of SIT 185).

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use serde_json::json;

use super::{
    Absence, KeyFlaw, MatchKind, Search, absence, alert_text::find_codes, differences_from,
    is_shown_after_end, read_key, read_name_of, ship_register,
};
use crate::{
    disclosure::policy::Kind,
    permit::model::Scheme,
    values::{
        Flaw as _,
        beacon_id::{Code, CodeFlaw, Homer, Programming, VesselId, encode},
    },
};

const PLB: &str = "1D0E9B07CEFFBFF";

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).expect("a date")
}

fn reason(text: &str) -> (Absence, Option<&'static str>) {
    absence(&read_key(text).expect("a key"), day())
}

fn norwegian(code: Code) -> String {
    let programming = Programming { country: 257, code, homer: Homer::Mhz121 };
    encode(&programming).expect("can be coded").to_string()
}

fn elt() -> String {
    norwegian(Code::SerialUserEltAddress { address: 0x47_8ABC, elt_number: 0, tac: None })
}

fn second_generation(vessel: VesselId) -> String {
    norwegian(Code::SecondGeneration { tac: 12_345, serial: 678, vessel })
}

#[test]
fn each_form_of_key_is_read_as_what_it_is() {
    for (text, canonical) in [
        (PLB, PLB),
        ("1d0e 9b07 ceff bff", PLB),
        ("1D0E9-B07CE-FFBFF", PLB),
        ("56E6804002202009655250", "ADCD00800440401"),
        ("90127B92922BC022FF103504422535", "2024F72524FFBFF"),
        ("A034C0E44D2136268402AAA", "A034C0E44D2136268402AAA"),
        ("la1abc", "LA1ABC"),
        ("LNA2345", "LNA2345"),
        ("257 123 456", "257123456"),
        ("002570000", "002570000"),
        ("478abc", "478ABC"),
        ("ln-abc", "LN-ABC"),
        ("SE-ABC", "SE-ABC"),
        ("C6BE2", "C6BE2"),
        ("F0ABC", "F0ABC"),
        ("LN ABC", "LNABC"),
    ] {
        assert_eq!(read_key(text).expect(text).canonical(), canonical, "{text}");
    }
}

#[test]
fn a_malformed_key_says_why() {
    for (text, code) in [
        ("", "empty"),
        (" - ", "empty"),
        ("12345678", "digits"),
        ("1234567890", "digits"),
        ("1D0E9B07CEFFBF", "length"),
        ("1D0E9B07CE", "length"),
        ("A02F0", "length"),
        ("1D0E9", "length"),
        ("1D0E9B07CEFFBFO", "look-alike"),
        ("56E6804002202109655250", "bch-1"),
        ("A1", "length"),
        ("LA1_BC", "character"),
        ("L1", "length"),
        ("23AG", "prefix"),
    ] {
        let flaw = read_key(text).expect_err(text);
        assert_eq!(flaw.code(), code, "{text}");
        assert!(text.len() < 2 || !flaw.to_string().contains(text), "{text}");
    }
    assert_eq!(read_key(&"A".repeat(201)), Err(KeyFlaw::Code(CodeFlaw::TooLong)));
}

#[test]
fn a_coded_position_makes_the_match_canonicalised() {
    let search = |text: &str| read_key(text).expect("a key").searches().remove(0);
    assert_eq!(search(PLB).kind, MatchKind::Exact);
    let moved = search("1D0E9B07CE2BC02");
    assert_eq!((moved.kind, moved.value.as_str()), (MatchKind::Canonicalised, PLB));
    assert_eq!(moved.scheme, Scheme::BeaconId);
}

#[test]
fn a_second_generation_code_is_found_whole_and_by_its_first_fifteen() {
    let code = second_generation(VesselId::CallSign("LNA2345".to_owned()));
    let whole = read_key(&code).expect("a key");
    let values = |searches: Vec<Search>| -> Vec<(Scheme, String)> {
        searches.into_iter().map(|search| (search.scheme, search.value)).collect()
    };
    assert_eq!(values(whole.searches()), [(Scheme::BeaconId, code.clone())]);
    assert_eq!(
        values(whole.wider_searches()),
        [(Scheme::BeaconPrefix, code[..15].to_owned()), (Scheme::CallSign, "LNA2345".to_owned()),]
    );
    let prefix = read_key(&code[..15]).expect("a key");
    assert_eq!(values(prefix.searches()), [(Scheme::BeaconPrefix, code[..15].to_owned())]);
    assert_eq!(prefix.searches()[0].kind, MatchKind::SgbPrefix);
}

#[test]
fn what_a_code_names_is_searched_too() {
    let elt = read_key(&elt()).expect("a key").wider_searches();
    assert_eq!((elt[0].scheme, elt[0].value.as_str()), (Scheme::IcaoAddress, "478ABC"));
    let epirb = read_key("2024F72524FFBFF").expect("a key").wider_searches();
    assert_eq!((epirb[0].scheme, epirb[0].value.as_str()), (Scheme::Mmsi, "257506153"));
    let registration =
        norwegian(Code::AviationUser { registration: "LN-ABC".to_owned(), elt_number: 0 });
    let aircraft = read_key(&registration).expect("a key").wider_searches();
    assert_eq!((aircraft[0].scheme, aircraft[0].value.as_str()), (Scheme::Registration, "LN-ABC"));
}

#[test]
fn a_registration_without_hyphen_is_searched_as_call_sign_too() {
    for text in ["LNABC", "LN-ABC"] {
        let mut schemes: Vec<Scheme> =
            read_key(text).expect("a key").searches().into_iter().map(|s| s.scheme).collect();
        schemes.sort_unstable();
        assert_eq!(schemes, [Scheme::CallSign, Scheme::Registration], "{text}");
    }
}

#[test]
fn a_foreign_key_names_the_country_and_whom_to_ask() {
    for (text, country, mid) in [
        (PLB, "United Kingdom", 232),
        ("232123456", "United Kingdom", 232),
        ("002320000", "United Kingdom", 232),
        ("111232000", "United Kingdom", 232),
        ("982320000", "United Kingdom", 232),
    ] {
        let (Absence::Foreign(foreign), _) = reason(text) else { panic!("{text} is foreign") };
        assert_eq!((foreign.country, foreign.mid), (Some(country), Some(mid)), "{text}");
        assert!(foreign.ask().contains(country) && foreign.ask().contains("MCC"));
    }
    for text in ["SE-ABC", "SM5ABC", "4B1234"] {
        let (Absence::Foreign(foreign), _) = reason(text) else { panic!("{text} is foreign") };
        assert_eq!(foreign.country, None, "{text}");
    }
}

#[test]
fn a_ships_beacon_is_in_the_register_of_ships() {
    let register = ship_register(day()).expect("an open row");
    assert!(register.telephone.starts_with("+476805"), "only fictional numbers are committed");
    for text in
        ["2024F72524FFBFF", "20341500BF81FE0", "257123456", "982570001", "A034C0E44D2136268402AAA"]
    {
        assert_eq!(reason(text).0, Absence::OtherRegister(register), "{text}");
    }
    let before = NaiveDate::from_ymd_opt(1990, 1, 1).expect("a date");
    assert_eq!(absence(&read_key("257123456").expect("a key"), before).0, Absence::Unknown);
}

#[test]
fn the_craft_of_a_parent_ship_has_its_own_hint() {
    let (absence, hint) = reason("982320000");
    assert!(matches!(absence, Absence::Foreign(_)));
    assert!(hint.is_some_and(|hint| hint.contains("98MIDxxxx")));
}

#[test]
fn an_unregistered_norwegian_key_is_unknown_with_what_helps() {
    let plb = norwegian(Code::SerialUserPlb { serial: 4711, tac: None });
    assert_eq!(reason(&plb), (Absence::Unknown, None));
    for (text, words) in [
        (elt().as_str(), "aircraft"),
        ("478ABC", "aircraft"),
        ("LN-ABC", "aircraft"),
        ("LAXY", "ship"),
        ("972000001", "locating device"),
        (second_generation(VesselId::None).as_str(), "kind of beacon"),
    ] {
        let (absence, hint) = reason(text);
        assert_eq!(absence, Absence::Unknown, "{text}");
        assert!(hint.is_some_and(|hint| hint.contains(words)), "{text}");
    }
}

#[test]
fn an_unallocated_country_is_nobodys() {
    let (absence, hint) = reason("E4D40E608F4000000000000");
    assert_eq!(absence, Absence::Unknown);
    assert!(hint.is_some_and(|hint| hint.contains("not allocated")));
}

#[test]
fn the_last_holder_is_given_for_the_policys_year_and_not_longer() {
    let at = |text: &str| -> DateTime<Utc> { text.parse().expect("a time") };
    let ended = at("2025-11-21T12:00:00Z");
    for kind in [Kind::Plb, Kind::Aircraft] {
        assert!(is_shown_after_end(kind, ended, at("2026-11-21T11:59:59Z")));
        assert!(!is_shown_after_end(kind, ended, at("2026-11-21T12:00:00Z")));
    }
}

fn codes(text: &str) -> Vec<(String, bool)> {
    find_codes(text)
        .iter()
        .map(|code| (code.decoded.beacon_id.to_string(), code.labelled))
        .collect()
}

fn labelled(id: &str) -> (String, bool) {
    (id.to_owned(), true)
}

#[test]
fn a_code_is_found_in_the_alerts_of_several_centres() {
    let numbered = "\
 1. DISTRESS COSPAS-SARSAT POSITION CONFIRMED ALERT
 2. MSG NO 00142 NMCC REF 257/00017
 3. DETECTED AT 21 NOV 26 1627 UTC BY MEOSAR
 4. DETECTION FREQUENCY 406.0368 MHZ
 5. COUNTRY OF BEACON REGISTRATION 232 / GREAT BRITAIN
 6. USER CLASS STANDARD LOCATION - PLB SERIAL NO 000999
 7. EMERGENCY CODE NIL
 8. POSITIONS
    CONFIRMED 61 12.3 N 008 45.1 E
11. HEX ID 1D0E9B07CEFFBFF HOMING SIGNAL 121.5 MHZ
12. ACTIVATION TYPE NIL
15. OPERATIONAL INFORMATION
    REGISTER AT +47 68 05 00 90
END OF MESSAGE";
    let spaced = "15 HEX ID:\n    1D0E 9B07 CEFF BFF\nDETECTED 2026 11 21 1627";
    let table = "BEACON ID (15)  . . . 1D0E9-B07CE-FFBFF\r\nFREQ . . . 406.037";
    let slashes = "/02689 00000/5032/25 325/122/232\n/1D0E9B07CEFFBFF/HEX\n/LASSIT\n/ENDMSG";
    for text in [numbered, spaced, table] {
        assert_eq!(codes(text), [labelled(PLB)], "{text}");
    }
    assert_eq!(codes(slashes), [(PLB.to_owned(), false)]);
}

#[test]
fn messages_and_second_generation_codes_are_found() {
    let long = "FULL MESSAGE\n90127B92922BC022FF103504422535\nEND";
    assert_eq!(codes(long), [("2024F72524FFBFF".to_owned(), false)]);
    let second = "23 HEX ID A034C0-E44D21-362684-02AAA";
    assert_eq!(codes(second), [labelled("A034C0E44D2136268402AAA")]);
    let uneven = "HEX ID: 1D0E9B07 CEFF BFF";
    assert_eq!(codes(uneven), [labelled(PLB)]);
}

#[test]
fn labelled_codes_come_first_and_each_beacon_once() {
    let text = "SEEN WITH ADCD0 228C5 00401 EARLIER\nHEX ID: 1D0E9B07CEFFBFF\n\
                BEACON ID 1D0E9B07CE2BC02\nREMARKS 1D0E9B07CEFFBFF";
    assert_eq!(codes(text), [labelled(PLB), ("ADCD0228C500401".to_owned(), false)]);
    let whole = "HEX ID A034C0E44D2136268402AAA\n15 HEX A034C0E44D21362";
    assert_eq!(codes(whole), [labelled("A034C0E44D2136268402AAA")]);
}

#[test]
fn dates_telephones_and_words_are_no_codes() {
    for text in [
        "",
        "Nobody answers on 68 05 00 12, tried 09:15 and 10:20",
        "2026-11-21 16:27:33 UTC 61 12 33 N 008 45 12 E",
        "A BAD FACE ADDED A CAFE, DEAD BEEF 22",
        "999999999999999",
        "MSG 123456789012 REF 1234567890123456",
        "HEX ID: 1D0E9B07CEFFBF",
        "1D0E9B07CEFFBFFA",
        "XX1D0E9B07CEFFBFF",
    ] {
        assert_eq!(codes(text), [], "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in any::<String>(), near in "[0-9A-Fa-f \\-:/.\nHEXID]{0,200}") {
        let _ = find_codes(&text);
        let _ = find_codes(&near);
        for text in [&text, &near] {
            if let Ok(key) = read_key(text) {
                let _ = absence(&key, day());
                prop_assert!(!key.canonical().is_empty());
                let _ = (key.searches(), key.wider_searches());
            }
        }
    }

    #[test]
    fn a_canonical_key_reads_as_itself(serial in 0_u32..1_048_576, country in 257_u16..260) {
        let code = Code::SerialUserPlb { serial, tac: None };
        let id = encode(&Programming { country, code, homer: Homer::Mhz121 }).expect("coded");
        let key = read_key(&id.label_form()).expect("a key");
        prop_assert_eq!(key.canonical(), id.to_string());
        prop_assert_eq!(codes(&format!("x {id}, y")), [(id.to_string(), false)]);
    }
}

#[test]
fn where_the_code_differs_from_the_register_it_is_said() {
    let code = norwegian(Code::SerialUserPlb { serial: 4711, tac: None });
    let decoded = *read_key(&code).expect("a key").decoded().expect("a code");
    let codes = |record: serde_json::Value, kind: Kind| -> Vec<&'static str> {
        differences_from(&decoded, &record, kind).into_iter().map(|remark| remark.code).collect()
    };
    let same = json!({
        "callSign": "LNA2345",
        "beacon": { "id": code, "serial": 4711, "protocol": "serialUserPlb", "typeApproval": 100 },
    });
    assert_eq!(codes(same, Kind::Plb), [""; 0]);
    let other = json!({
        "beacon": { "id": PLB, "serial": 4712, "protocol": "standardLocationPlb" },
    });
    assert_eq!(codes(other, Kind::Plb), ["beacon-id", "protocol", "serial"]);
    assert_eq!(codes(json!({}), Kind::Aircraft), ["class"]);
    assert_eq!(codes(json!({}), Kind::Plb), [""; 0], "what is not registered does not differ");
}

#[test]
fn a_prefix_is_not_another_code() {
    let code = second_generation(VesselId::None);
    let prefix = read_key(&code[..15]).expect("a key");
    let decoded = prefix.decoded().expect("a code");
    let record = json!({ "beacon": { "id": code } });
    assert_eq!(differences_from(decoded, &record, Kind::Plb), []);
}

#[test]
fn names_are_printable_and_short() {
    assert_eq!(read_name_of(" 2026/117 ").as_deref(), Some("2026/117"));
    assert_eq!(read_name_of("vakt Ås").as_deref(), Some("vakt Ås"));
    for text in ["", "  ", "a\u{0}b", "a\nb", &"x".repeat(65)] {
        assert_eq!(read_name_of(text), None);
    }
}
