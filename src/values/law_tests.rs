//! What holds of every value that is written as text: it is read back from its canonical text, which
//! is a fixed point; no text makes the parser panic; a character that only looks like the right one
//! is refused, and a refusal has a code and never repeats the input.

use proptest::{
    prelude::*,
    strategy::Strategy,
    test_runner::{Config, TestCaseError, TestRunner},
};

use super::{
    Flaw,
    aircraft_registration::AircraftRegistration,
    bandwidth::Bandwidth,
    beacon_id::BeaconId,
    call_sign::CallSign,
    country::CountryCode,
    emission_designator::EmissionDesignator,
    frequency::Frequency,
    icao_address::IcaoAddress,
    mmsi::Mmsi,
    municipality::Municipality,
    national_id::{NationalId, NationalIdRule},
    number_range::NumberRange,
    number_resource::ResourceType,
    on_air::OnAir,
    organisation_number::OrganisationNumber,
    phone_number::PhoneNumber,
    polygon::Polygon,
    postal_code::PostalCode,
    signalling_point::{InternationalPointCode, NationalPointCode},
};

/// A parser and a printer of one value; a flaw answers its code and its text.
struct Form<P, W> {
    name: &'static str,
    parse: P,
    print: W,
}

fn read<V, E: Flaw>(outcome: Result<V, E>) -> Result<V, (String, String)> {
    outcome.map_err(|flaw| (flaw.code().to_owned(), flaw.to_string()))
}

/// A character that looks like this one and is another.
fn look_alike(character: char) -> char {
    let pairs = "AАBВCСEЕHНKКMМOОPРTТXХaаcсeеoоpрxхyу";
    let letters: Vec<char> = pairs.chars().collect();
    let found = letters.chunks(2).find(|pair| pair[0] == character).map(|pair| pair[1]);
    // otherwise its full-width form
    found.unwrap_or_else(|| {
        char::from_u32(u32::from(character) + 0xFEE0)
            .filter(|_| character.is_ascii_graphic())
            .unwrap_or('\u{200B}')
    })
}

fn laws<V: PartialEq>(
    form: &Form<impl Fn(&str) -> Result<V, (String, String)>, impl Fn(&V) -> String>,
    valid: impl Strategy<Value = String>,
    near: &str,
) {
    let name = form.name;
    let fail = |text: String| TestCaseError::fail(format!("{name}: {text}"));
    let refused = |input: &str, (code, text): (String, String)| {
        let stable = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !code.bytes().all(stable) || code.is_empty() {
            return Err(fail(format!("the code {code}")));
        }
        if input.chars().count() > 6 && text.contains(input) {
            return Err(fail(format!("the refusal repeats {input:?}")));
        }
        Ok(())
    };
    let fixed_point = |value: &V| {
        let text = (form.print)(value);
        match (form.parse)(&text) {
            Ok(again) if again == *value && (form.print)(&again) == text => Ok(()),
            _ => Err(fail(format!("{text:?} is not read back"))),
        }
    };
    let mut runner =
        TestRunner::new(Config { cases: 256, failure_persistence: None, ..Config::default() });
    runner
        .run(&(valid, any::<prop::sample::Index>(), any::<char>()), |(text, at, other)| {
            let value = (form.parse)(&text)
                .map_err(|(code, _)| fail(format!("{text:?} is refused: {code}")))?;
            fixed_point(&value)?;
            let canonical = (form.print)(&value);
            let characters: Vec<char> = canonical.chars().collect();
            let at = at.index(characters.len());
            // spaces have no look-alike that matters
            if characters[at] != ' ' {
                let mut changed = characters.clone();
                changed[at] = look_alike(characters[at]);
                let changed: String = changed.into_iter().collect();
                match (form.parse)(&changed) {
                    Ok(_) => return Err(fail(format!("{changed:?} passes for {canonical:?}"))),
                    Err(flaw) => refused(&changed, flaw)?,
                }
            }
            let mut stray = characters;
            stray.insert(at, other);
            if let Ok(value) = (form.parse)(&stray.into_iter().collect::<String>()) {
                fixed_point(&value)?;
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    let near = proptest::string::string_regex(near).expect("a pattern");
    runner
        .run(&prop_oneof![any::<String>(), near], |text| match (form.parse)(&text) {
            Ok(value) => fixed_point(&value),
            Err(flaw) => refused(&text, flaw),
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

fn matching(pattern: &str) -> impl Strategy<Value = String> {
    proptest::string::string_regex(pattern).expect("a pattern")
}

/// The laws of a value by its type, one line each.
macro_rules! hold {
    ($test:ident, $value:ty, $valid:expr, $near:expr) => {
        #[test]
        fn $test() {
            let form = Form {
                name: stringify!($value),
                parse: |text: &str| read(<$value>::parse(text)),
                print: |value: &$value| {
                    let json = serde_json::to_value(value).expect("JSON");
                    let back: $value = serde_json::from_value(json.clone()).expect("reads back");
                    assert_eq!(*value, back);
                    json.as_str().expect("a text").to_owned()
                },
            };
            laws(&form, $valid, $near);
        }
    };
}

hold!(
    aircraft_registrations,
    AircraftRegistration,
    matching("LN-?[A-Z]{3}|ln ?[a-z]{3}|LC-?U[A-Z0-9]{2}"),
    "L[NC]-?[A-Z0-9]{0,4}"
);
hold!(aircraft_addresses, IcaoAddress, matching("47[89A-Fa-f][0-9A-Fa-f]{3}"), "[0-9A-Fa-f ]{0,8}");
hold!(ship_identities, Mmsi, matching("25[789][0-9]{6}|25[789] [0-9]{3} [0-9]{3}"), "[0-9 ]{8,10}");
hold!(organisation_numbers, OrganisationNumber, organisation_number(), "[0-9 ]{8,12}");
hold!(
    emission_designators,
    EmissionDesignator,
    matching(
        "(H[1-9][0-9]{2}|[1-9][HKMG][0-9]{2}|[1-9][0-9][HKMG][0-9]|[1-9][0-9]{2}[HKMG])[NAHRJBCFGDPKLMQVWX][0123789X][NABCDEFWX]([A-NWX][NCFTWX])?"
    ),
    "[0-9HKMG]{3,4}[A-Z0-9]{2,6}"
);
hold!(
    international_point_codes,
    InternationalPointCode,
    matching("[0-7]-([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])-[0-7]"),
    "[0-9-]{0,10}"
);
hold!(
    national_point_codes,
    NationalPointCode,
    (0..=16_383_u16).prop_map(|code| code.to_string()),
    "[0-9 ]{0,7}"
);
hold!(postal_codes, PostalCode, matching("[0-9]{4}"), "[0-9 ]{0,6}");
hold!(
    call_signs,
    CallSign,
    matching("L[A-N][0-9][A-Z]{2,3}|JW[0-9][A-Z]{1,3}"),
    "[A-Za-z0-9/ ]{0,14}"
);
hold!(
    phone_numbers,
    PhoneNumber,
    matching("(\\+47 ?)?[2-7][0-9] [0-9]{2} [0-9]{2} [0-9]{2}")
        .prop_filter("the plan has it", |text| PhoneNumber::parse(text).is_ok()),
    "[+0-9 ()-]{0,20}"
);
hold!(
    number_ranges,
    NumberRange,
    (21_000_000..38_000_000_u32, 0..9_999_u32)
        .prop_map(|(first, size)| format!("{first}-{}", first + size)),
    "[0-9 -]{0,30}"
);
hold!(
    bandwidths,
    Bandwidth,
    matching("[1-9][HKMG][0-9]{2}|[1-9][0-9][HKMG][0-9]|[1-9][0-9]{2}[HKMG]"),
    "[0-9HKMG.]{0,6}"
);
hold!(
    municipalities,
    Municipality,
    prop::sample::select(vec!["0301", "4601", "5001", "2100", "1103"]).prop_map(str::to_owned),
    "[0-9 ]{0,6}"
);
hold!(
    countries,
    CountryCode,
    prop::sample::select(vec!["NO", "SE", "DK", "gb"]).prop_map(str::to_owned),
    "[A-Za-z]{0,3}"
);
hold!(polygons, Polygon, triangle(), "\\(\\([0-9.,() -]{0,40}\\)\\)");

/// Eight digits and the check digit that fits, where there is one.
fn organisation_number() -> impl Strategy<Value = String> {
    matching("[0-9]{8}").prop_filter_map("a check digit fits", |digits| {
        (0..10)
            .map(|check| format!("{digits}{check}"))
            .find(|text| OrganisationNumber::parse(text).is_ok())
    })
}

/// The text of a triangle.
fn triangle() -> impl Strategy<Value = String> {
    (5.0..25.0_f64, 58.0..70.0_f64, 0.01..1.0_f64).prop_map(|(east, north, size)| {
        let at = |x: f64, y: f64| format!("({:.4},{:.4})", east + x, north + y);
        format!("({},{},{})", at(0.0, 0.0), at(size, 0.0), at(0.0, size))
    })
}

#[test]
fn signs_on_the_air() {
    let form = Form {
        name: "OnAir",
        parse: |text: &str| read(OnAir::resolve(text)),
        print: |value: &OnAir| value.to_string(),
    };
    laws(
        &form,
        matching("JW/LB[1-9][A-Z]{2}|LB[1-9][A-Z]{2}/P|JW[1-9][A-Z]{2}|LA[1-9][A-Z]{2}A"),
        "[A-Z0-9/ ]{0,20}",
    );
}

#[test]
fn beacon_codes() {
    let form = Form {
        name: "BeaconId",
        parse: |text: &str| {
            text.parse::<BeaconId>().map_err(|flaw| (flaw.code().to_owned(), flaw.to_string()))
        },
        print: |value: &BeaconId| value.to_string(),
    };
    let codes = ["A02F00000400001", "A02F00C0E400001", "A02D91E90080001", "202E582124FFBFF"];
    let valid = prop::sample::select(codes.to_vec()).prop_map(str::to_owned);
    laws(&form, valid, "[0-9A-Fa-f -]{0,40}");
}

#[test]
fn national_ids() {
    for rule in [NationalIdRule::Current, NationalIdRule::From2032] {
        let form = Form {
            name: "NationalId",
            parse: |text: &str| read(NationalId::parse(text, rule)),
            print: |value: &NationalId| value.reveal(),
        };
        let synthetic = crate::commands::synthetic::Synthetic::new(7);
        let valid = (0..500_u64).prop_map(move |n| synthetic.person(n).national_id.reveal());
        laws(&form, valid, "[0-9 ]{0,13}");
    }
}

#[test]
fn frequencies() {
    let form = Form {
        name: "Frequency",
        parse: |text: &str| {
            text.parse::<Frequency>().map_err(|flaw| (flaw.code().to_owned(), flaw.to_string()))
        },
        print: |value: &Frequency| value.to_string(),
    };
    let valid = (1..=Frequency::MAX_HERTZ).prop_map(|hertz| format!("{hertz} Hz"));
    laws(&form, valid, "[0-9.,]{0,20} ?[kMGm]?[hH]z");
}

#[test]
fn number_resources() {
    for (code, pattern) in [
        ("e164_8_digit", "2[1-9]0000[0-9]{2}"),
        ("ispc", "[0-7]-[1-9][0-9]-[0-7]"),
        ("nspc", "[1-9][0-9]{0,3}"),
        ("mnc", "[0-9]{2}"),
    ] {
        let kind = ResourceType::of(code).expect("a type");
        let form = Form {
            name: "Resource",
            parse: |text: &str| read(kind.parse(text)),
            print: ToString::to_string,
        };
        laws(&form, matching(pattern), "[0-9A-F +-]{0,20}");
    }
}
