//! The predicate against counting: everything one claims, hertz by hertz, day by day, place by place.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::{
    permit::kind::spectrum::model::{Block, SpectrumDetails},
    values::frequency::{Frequency, FrequencyRange},
};

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 1, 1).unwrap() + Days::new(n)
}

fn range(from: u64, width: u64) -> FrequencyRange {
    let at = |hertz| Frequency::from_hertz(hertz).unwrap();
    FrequencyRange::new(at(from), at(from + width)).unwrap()
}

fn numbers(texts: &[&str]) -> Vec<Municipality> {
    texts.iter().map(|text| Municipality::parse(text).unwrap()).collect()
}

fn by_number(texts: &[&str]) -> Area {
    Area::Municipalities { municipalities: numbers(texts) }
}

fn polygon(ring: &str, municipalities: &[&str], offshore: bool) -> Area {
    let ring = Polygon::parse(ring).unwrap();
    Area::Polygon { ring, municipalities: numbers(municipalities), offshore, ground: None }
}

/// The same where a caseworker has found what it has ground of.
fn found(area: Area, on_the_map: &[&str]) -> Area {
    match area {
        Area::Polygon { ring, municipalities, offshore, .. } => {
            let ground = Some(numbers(on_the_map));
            Area::Polygon { ring, municipalities, offshore, ground }
        }
        other => other,
    }
}

fn licence(area: Area, blocks: Vec<Block>) -> SpectrumDetails {
    use crate::permit::kind::{PermitKind as _, spectrum::Spectrum};
    let mut errors = crate::failure::FieldErrors::new();
    let parsed = Spectrum::parse(&Spectrum::example(), false, &mut errors).unwrap();
    assert!(errors.is_empty());
    SpectrumDetails { area, blocks, ..parsed.details }
}

fn of(area: Area, from: u64, width: u64, first: u64, days: u64) -> Vec<Claim> {
    let details = licence(area, vec![Block::Simplex { range: range(from, width) }]);
    claims(&details, Validity::new(day(first), Some(day(first + days))).unwrap())
}

fn any_overlap(a: &[Claim], b: &[Claim]) -> bool {
    a.iter().any(|a| b.iter().any(|b| overlap(a, b)))
}

fn areas_meet(a: &Area, b: &Area) -> bool {
    let (a, b) = (of(a.clone(), 1, 5, 0, 5), of(b.clone(), 1, 5, 0, 5));
    assert_eq!(any_overlap(&a, &b), any_overlap(&b, &a));
    any_overlap(&a, &b)
}

#[test]
fn a_national_licence_takes_one_row_and_meets_every_municipality_of_the_mainland() {
    assert_eq!(of(Area::National, 1, 5, 0, 5).len(), 1);
    for number in ["0301", "4601", "5636", "3024", "1507"] {
        assert!(areas_meet(&Area::National, &by_number(&[number])), "{number}");
    }
    for beyond in [by_number(&["2100"]), by_number(&["2111"]), by_number(&["2211"]), Area::Offshore]
    {
        assert!(!areas_meet(&Area::National, &beyond), "{beyond:?}");
    }
    assert!(areas_meet(&by_number(&["2100"]), &by_number(&["2111"])), "Spitsbergen is of Svalbard");
    assert!(!areas_meet(&by_number(&["2100"]), &by_number(&["2211"])));
}

#[test]
fn municipalities_meet_by_the_ground_they_cover() {
    assert!(areas_meet(&by_number(&["3024"]), &by_number(&["3201"])), "Bærum before and after");
    assert!(areas_meet(&by_number(&["1507"]), &by_number(&["1580"])), "Haram was of Ålesund");
    assert!(!areas_meet(&by_number(&["1508"]), &by_number(&["1580"])));
    assert!(!areas_meet(&by_number(&["0301", "4601"]), &by_number(&["1103", "5001"])));
}

#[test]
fn rings_meet_by_their_shape_and_other_areas_by_where_they_may_lie() {
    let centre = "((10.7,59.9),(10.8,59.9),(10.8,59.95),(10.7,59.95))";
    let east = "((10.85,59.9),(10.9,59.9),(10.9,59.95))";
    let oslo = |ring| polygon(ring, &["0301"], false);
    assert!(areas_meet(&oslo(centre), &by_number(&["0301"])));
    assert!(areas_meet(&oslo(centre), &Area::National));
    assert!(areas_meet(&oslo(centre), &by_number(&["3201"])), "borders are not known");
    assert!(!areas_meet(&oslo(centre), &by_number(&["4601", "3303", "2111"])));
    assert!(areas_meet(&oslo(centre), &oslo(centre)));
    assert!(!areas_meet(&oslo(centre), &oslo(east)), "both in Oslo, but apart");
    let on_the_map = found(oslo(centre), &["0301"]);
    assert!(!areas_meet(&on_the_map, &by_number(&["3201"])), "a caseworker has looked");
    assert!(areas_meet(&on_the_map, &by_number(&["0301"])));
    assert!(areas_meet(&on_the_map, &Area::National) && areas_meet(&on_the_map, &oslo(centre)));
    let misnamed = polygon(centre, &["4601"], false);
    assert!(areas_meet(&oslo(centre), &misnamed), "rings meet whatever they name");
    assert!(areas_meet(&misnamed, &by_number(&["0301"])), "so do others");
    let by_sea = polygon(centre, &[], true);
    assert!(areas_meet(&by_sea, &by_number(&["0301"])) && areas_meet(&by_sea, &Area::National));
    let shelf = polygon("((1,61),(2,61),(2,62))", &[], true);
    assert!(areas_meet(&shelf, &Area::Offshore) && !areas_meet(&shelf, &Area::National));
}

#[test]
fn blocks_and_days_that_only_touch_do_not_overlap() {
    let claims = |from, width, first, days| of(Area::National, from, width, first, days);
    assert!(!any_overlap(&claims(100, 10, 0, 9), &claims(110, 10, 0, 9)));
    assert!(any_overlap(&claims(100, 11, 0, 9), &claims(110, 10, 0, 9)));
    assert!(!any_overlap(&claims(100, 10, 0, 9), &claims(100, 10, 9, 9)));
    assert!(any_overlap(&claims(100, 10, 0, 10), &claims(100, 10, 9, 9)));
}

#[test]
fn both_ends_of_a_pair_are_claimed() {
    let pair = Block::Duplex { downlink: range(100, 10), uplink: range(200, 10) };
    let details = licence(Area::National, vec![pair]);
    let days = Validity::new(day(0), Some(day(9))).unwrap();
    assert_eq!(claims(&details, days).len(), 2);
    for (from, expected) in [(95, true), (150, false), (205, true)] {
        assert_eq!(
            any_overlap(&claims(&details, days), &of(Area::National, from, 10, 0, 9)),
            expected
        );
    }
}

const NUMBERS: [&str; 6] = ["0301", "4601", "3201", "3024", "2111", "2211"];

fn areas() -> impl Strategy<Value = Area> {
    prop_oneof![
        Just(Area::National),
        Just(Area::Offshore),
        prop::sample::subsequence(NUMBERS.to_vec(), 1..4).prop_map(|texts| by_number(&texts)),
    ]
}

/// Every place of an area by name.
fn named(area: &Area) -> BTreeSet<String> {
    match area {
        Area::National => ["0301", "4601", "Bærum"].map(str::to_owned).into(),
        Area::Offshore => ["shelf".to_owned()].into(),
        other => other
            .municipalities()
            .iter()
            .map(|number| match number.to_string().as_str() {
                "3201" | "3024" => "Bærum".to_owned(),
                number => number.to_owned(),
            })
            .collect(),
    }
}

proptest! {
    #[test]
    fn two_overlap_when_they_share_a_hertz_a_day_and_a_place(
        a in (areas(), 1..20_u64, 1..8_u64, 0..20_u64, 1..8_u64),
        b in (areas(), 1..20_u64, 1..8_u64, 0..20_u64, 1..8_u64),
    ) {
        let share = |from: u64, width: u64, other: u64, other_width: u64| {
            (from..from + width).any(|n| (other..other + other_width).contains(&n))
        };
        let expected = share(a.1, a.2, b.1, b.2)
            && share(a.3, a.4, b.3, b.4)
            && !named(&a.0).is_disjoint(&named(&b.0));
        let (left, right) = (of(a.0, a.1, a.2, a.3, a.4), of(b.0, b.1, b.2, b.3, b.4));
        prop_assert_eq!(any_overlap(&left, &right), expected);
        prop_assert_eq!(any_overlap(&right, &left), expected);
    }
}
