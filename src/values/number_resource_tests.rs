//! Tests of the formats of number resources.

use proptest::prelude::*;

use super::*;
use crate::values::number_plan;

fn of(code: &str) -> &'static ResourceType {
    ResourceType::of(code).unwrap()
}

#[test]
fn every_row_reads_and_says_how_its_codes_are_written() {
    assert_eq!(TYPES.len(), 28);
    let day: NaiveDate = "2026-11-22".parse().unwrap();
    for one in ResourceType::all() {
        assert!(one.in_force(day) && !one.in_force("2004-01-01".parse().unwrap()), "{}", one.code);
        let elsewhere = one.notation == Notation::Elsewhere;
        assert_eq!(one.lengths.is_empty(), elsewhere, "{}", one.code);
        assert_eq!(one.blocks.is_empty(), elsewhere, "{}", one.code);
        assert!(one.blocks.is_sorted(), "{}", one.code);
    }
}

#[test]
fn a_type_whose_law_changes_is_the_row_of_the_day() {
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    let before = ResourceType { valid_until: Some(day("2027-01-01")), ..of("nspc").clone() };
    let after = ResourceType {
        valid_from: day("2027-07-01"),
        valid_until: Some(day("2028-01-01")),
        is_voluntary: true,
        ..of("nspc").clone()
    };
    let types = [of("ispc").clone(), before, after];
    let on = |text: &str| standing(&types, "nspc", day(text)).map(|row| row.is_voluntary);
    assert_eq!(on("2026-12-31"), Some(false));
    assert_eq!(on("2027-03-01"), Some(false), "between the rows, as it last was");
    assert_eq!(on("2027-07-01"), Some(true));
    assert_eq!(on("2029-01-01"), Some(true));
    assert_eq!(on("2004-01-01"), Some(false), "before the first row");
    assert!(standing(&types, "mnc", day("2026-12-31")).is_none());
    for one in ResourceType::all() {
        let rows = || ResourceType::all().iter().filter(|row| row.code == one.code);
        assert!(rows().is_sorted_by_key(|row| row.valid_from), "{}", one.code);
    }
}

#[test]
fn every_type_reads_its_own_codes_and_writes_them_back() {
    for (code, input, text, place) in [
        ("e164_8_digit", "22 00 00 00 - 22 00 99 99", "22000000-22009999", 22_000_000),
        ("e164_8_digit", "+47 400 00 000-+47 400 09 999", "40000000-40009999", 40_000_000),
        (
            "e164_12_digit",
            "58 00 00 00 00 00-58 00 00 00 99 99",
            "580000000000-580000009999",
            580_000_000_000,
        ),
        ("e164_5_digit", "02000", "02000", 2000),
        ("e164_3_digit", "111", "111", 111),
        ("e164_4_digit", "1881", "1881", 1881),
        ("e164_6_digit", "116 111", "116111", 116_111),
        ("tilbyderkode", "007", "007", 7),
        ("mnc", "01", "01", 10),
        ("mnc", "010", "010", 10),
        ("iin", "89470", "89470", 8_947_000),
        ("dnic", "2422", "2422", 2422),
        ("pnic", "242210", "242210", 2_422_100),
        ("nspc", "16383", "16383", 16_383),
        ("ispc", "2-100-1", "2-100-1", 4897),
        ("ispc", "4897", "2-100-1", 4897),
        ("t35_provider_code", "82 00 00 2a", "8200002A", 8 << 40 | 0x8200_002A),
        ("sid", "f201", "F201", 4 << 40 | 0xF201),
        ("sid", "E1C0F201", "E1C0F201", 8 << 40 | 0xE1C0_F201),
        (
            "oid",
            "2.16.578.1.99",
            "2.16.578.1.99",
            of("oid").parse("2.16.578.1.99").unwrap().lower(),
        ),
        (
            "admd",
            " eksempel  post ",
            "EKSEMPEL POST",
            of("admd").parse("EKSEMPEL POST").unwrap().lower(),
        ),
    ] {
        let found = of(code).parse(input).unwrap_or_else(|flaw| panic!("{code} {input}: {flaw}"));
        assert_eq!((found.to_string().as_str(), found.lower()), (text, place), "{code}");
        assert_eq!(of(code).parse(&found.to_string()).unwrap(), found, "{code}");
    }
}

#[test]
fn what_is_wrong_has_its_own_code() {
    for (code, input, flaw) in [
        ("e164_8_digit", "02000", "digit-count"),
        ("e164_8_digit", "68 05 00 00-68 05 09 99", "never-assigned"),
        ("e164_8_digit", "68 00 00 00-68 99 99 99", "never-assigned"),
        ("e164_8_digit", "22 00 00 50-22 00 01 49", "whole-blocks"),
        ("e164_8_digit", "22000000", "whole-blocks"),
        ("e164_8_digit", "39 00 00 00-40 99 99 99", "numbering-plan"),
        ("e164_8_digit", "２２000000", "look-alike"),
        ("e164_5_digit", "02000-02009", "one-by-one"),
        ("e164_3_digit", "112", "never-assigned"),
        ("e164_3_digit", "195", "never-assigned"),
        ("e164_6_digit", "116112", "never-assigned"),
        ("mnc", "1", "form"),
        ("mnc", "l0", "form"),
        ("tilbyderkode", "1000", "form"),
        ("tilbyderkode", "900", "never-assigned"),
        ("tilbyderkode", "999", "never-assigned"),
        ("iin", "88470", "form"),
        ("nspc", "16384", "national-point-code"),
        ("ispc", "16384", "international-point-code"),
        ("ispc", "8-0-0", "international-point-code"),
        ("t35_provider_code", "B500002A", "form"),
        ("eid", "+123", "form"),
        ("admd", "ЕKSEMPEL", "look-alike"),
        ("oid", "1.3.6.1", "form"),
        ("mmsi", "257078313", "assigned-elsewhere"),
    ] {
        assert_eq!(of(code).parse_assignable(input).unwrap_err().code(), flaw, "{code} {input}");
    }
}

#[test]
fn a_code_with_the_digits_of_a_telephone_number_is_a_code() {
    let every = |digits: usize, codes: std::ops::Range<u32>| {
        codes.map(move |code| format!("{code:0digits$}")).collect::<Vec<_>>()
    };
    for (code, inputs) in [
        ("tilbyderkode", every(3, 0..900)),
        ("mnc", every(3, 0..1_000)),
        ("nc", every(2, 0..100)),
        ("dnic", every(4, 0..10_000)),
        ("carrier_prefix", every(5, 0..100_000)),
        ("nspc", every(1, 0..16_384)),
        ("ispc", every(1, 0..16_384)),
    ] {
        for input in inputs {
            let found = of(code).parse_assignable(&input);
            let found = found.unwrap_or_else(|flaw| panic!("{code} {input}: {flaw}"));
            assert_eq!(of(code).number_range(&found), None, "{code} {input}");
        }
    }
    let emergency = of("e164_3_digit").parse("112").unwrap();
    assert!(of("e164_3_digit").number_range(&emergency).is_some());
}

#[test]
fn codes_of_providers_are_given_up_to_the_last_that_names_one() {
    let codes = of("tilbyderkode");
    assert_eq!((codes.last, codes.bounds()), (Some(899), Some((0, 899))));
    assert_eq!(of("dnic").bounds(), Some((0, 9_999)));
    // what providers use among themselves is read, and given to nobody
    assert!(codes.parse("950").is_ok());
}

#[test]
fn a_short_network_code_overlaps_the_longer_ones_that_begin_with_it() {
    let (short, inside, beside) = (
        of("mnc").parse("24").unwrap(),
        of("mnc").parse("249").unwrap(),
        of("mnc").parse("250").unwrap(),
    );
    assert!(short.overlaps(&inside) && !short.overlaps(&beside));
    assert_eq!(short.count(), 1);
}

#[test]
fn each_length_of_number_in_the_plan_has_a_type_where_permits_are_given() {
    for row in number_plan::rows(None).filter(|row| row.permit != NumberPermit::None) {
        assert!(ResourceType::of_digits(row.range.length()).is_some(), "{}", row.id);
    }
}

proptest! {
    #[test]
    fn any_text_is_answered_by_every_type(text in any::<String>(), near in "[0-9A-Fa-f. +-]{0,20}") {
        for one in ResourceType::all() {
            for input in [&text, &near] {
                if let Ok(found) = one.parse_assignable(input) {
                    prop_assert_eq!(one.parse(&found.to_string()), Ok(found.clone()));
                    prop_assert!(found.lower() <= found.upper() && found.count() >= 1);
                }
            }
        }
    }

    #[test]
    fn series_are_read_back_from_their_places(first in 0..1_000_000i64, blocks in 1..1000i64) {
        let kind = of("e164_8_digit");
        let (lower, upper) = (20_000_000 + first / 100 * 100, 20_000_000 + (first / 100 + blocks) * 100 - 1);
        let made = kind.at(lower, upper).unwrap();
        prop_assert_eq!(kind.parse(&made.to_string()), Ok(made.clone()));
        prop_assert_eq!(made.count(), u64::try_from(upper - lower + 1).unwrap());
    }

    #[test]
    fn both_forms_of_a_point_code_are_one_code(code in 0..=0x3FFFi64) {
        let kind = of("ispc");
        let decimal = kind.parse(&code.to_string()).unwrap();
        prop_assert_eq!(&kind.parse(&zone_area_point(code)).unwrap(), &decimal);
        prop_assert_eq!(decimal.lower(), code);
        prop_assert_eq!(kind.at(code, code), Some(decimal));
    }
}
