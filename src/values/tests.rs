//! Every value against the published vectors, whose texts give unprintable characters as `\u{HEX}`.

use std::fmt::Display;

use super::aircraft_registration::AircraftRegistration;
use super::bandwidth::Bandwidth;
use super::emission_designator::EmissionDesignator;
use super::icao_address::IcaoAddress;
use super::mmsi::Mmsi;
use super::national_id::{NationalId, NationalIdRule, NationalIdSeries};
use super::organisation_number::OrganisationNumber;
use super::phone_number::PhoneNumber;
use super::postal_code::PostalCode;
use super::table::{Row, Table};

const VECTORS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/identity_vectors.tsv"));

/// The text of a vector with its escapes read.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut result = parts.next().unwrap().to_owned();
    for part in parts {
        let (hex, rest) = part.split_once('}').unwrap();
        result.push(char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap());
        result.push_str(rest);
    }
    result
}

/// Reads the input, checks that an accepted value is read back from its canonical text, and gives that text.
fn canonical<T: Display + PartialEq + std::fmt::Debug, E: super::Flaw>(
    input: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<String, String> {
    let value = parse(input).map_err(|flaw| checked_flaw(&flaw, input))?;
    let text = value.to_string();
    assert_eq!(parse(&text).ok(), Some(value), "{text} is not read back");
    Ok(text)
}

/// The code of a flaw, whose text says what to do and never repeats an input long enough to tell.
fn checked_flaw(flaw: &dyn super::Flaw, input: &str) -> String {
    let code = flaw.code();
    assert!(
        code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
        "{code}"
    );
    assert!(input.len() < 5 || !flaw.to_string().contains(input), "{flaw}");
    assert!(flaw.to_string().len() > 20);
    code.to_owned()
}

fn national_id(row: &Row<'_, '_>, input: &str, rule: NationalIdRule) -> Result<String, String> {
    let id = NationalId::parse(input, rule).map_err(|flaw| checked_flaw(&flaw, input))?;
    assert_eq!(id.is_d_number(), row.text("scheme") == "d_number", "{input}");
    let series = match row.text("kind") {
        "tenor" => NationalIdSeries::Tenor,
        "dolly_or_h" => NationalIdSeries::Help,
        _ => NationalIdSeries::Register,
    };
    assert_eq!(id.series(), series, "{input}");
    assert_eq!(id.is_synthetic(), series != NationalIdSeries::Register);
    assert_eq!(NationalId::parse(&id.reveal(), rule), Ok(id));
    Ok(id.reveal())
}

fn answer(row: &Row<'_, '_>, input: &str, rule: NationalIdRule) -> Result<String, String> {
    match row.text("scheme") {
        "national_id" | "d_number" => national_id(row, input, rule),
        "organisation_number" => canonical(input, OrganisationNumber::parse),
        "phone" => {
            let answer = canonical(input, PhoneNumber::parse);
            let fictional = PhoneNumber::parse(input).is_ok_and(PhoneNumber::is_fictional);
            assert_eq!(fictional, row.text("kind") == "fictional");
            answer
        }
        "mmsi" => canonical(input, Mmsi::parse),
        "icao24" => canonical(input, IcaoAddress::parse),
        "aircraft_registration" => {
            let unmanned =
                AircraftRegistration::parse(input).is_ok_and(AircraftRegistration::is_unmanned);
            assert_eq!(unmanned, row.text("kind") == "unmanned");
            canonical(input, AircraftRegistration::parse)
        }
        "emission_designator" => canonical(input, EmissionDesignator::parse),
        "postal_code" => canonical(input, PostalCode::parse),
        "bandwidth" => Bandwidth::from_hertz(input)
            .map(|bandwidth| bandwidth.to_string())
            .map_err(|flaw| checked_flaw(&flaw, input)),
        scheme => panic!("no parser for {scheme}"),
    }
}

#[test]
fn every_vector_is_answered_as_published() {
    let table = Table::new(VECTORS);
    let mut compared = 0;
    for row in table.rows() {
        let input = unescaped(row.text("input"));
        let rules: &[NationalIdRule] = match row.text("rule") {
            "old" => &[NationalIdRule::Current],
            "2032" => &[NationalIdRule::From2032],
            _ => &[NationalIdRule::Current, NationalIdRule::From2032],
        };
        for rule in rules {
            let answer = answer(&row, &input, *rule);
            let id = row.text("vector_id");
            match row.text("expect") {
                "accept" => assert_eq!(answer.as_deref(), Ok(row.text("canonical")), "{id}"),
                "reject" => assert!(answer.is_err(), "{id}: {answer:?}"),
                other => panic!("{id}: {other}"),
            }
        }
        compared += 1;
    }
    assert_eq!(compared, 376);
}

#[test]
fn a_table_cell_is_found_by_its_column() {
    let table = Table::new("# source\na\tb\n1\t2\n\n3\n");
    let cells: Vec<(&str, Option<u8>)> =
        table.rows().map(|row| (row.text("a"), row.value("b"))).collect();
    assert_eq!(cells, [("1", Some(2)), ("3", None)]);
}
