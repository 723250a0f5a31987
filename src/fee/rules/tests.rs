//! The worked examples, every row of the table, and what was in effect on many days.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::{
    FeeFlaw, FeeKind, FeeLine, Holding, Term, annual, covers, due_on, once, once_beyond, share,
    spectrum::{Area, Block, PoolFlaw, share_pool},
    table::{self, Combine, Test, thousandths},
};
use crate::{
    fee::model::{FeeItem, FeeValue},
    values::frequency::{Frequency, FrequencyRange},
};

const EXAMPLES: &str = include_str!("../../../tests/vectors/fee_examples.tsv");
const FEES: &str = include_str!("../../data/fees.tsv");

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

/// What a row of the examples says of one object.
#[derive(Default)]
struct Input {
    items: Vec<FeeItem>,
    granted: Option<NaiveDate>,
    terminated: Option<NaiveDate>,
    year: Option<i32>,
}

/// Reads the column `input`: `name=value`, joined by `;`.
fn read_input(object: &'static str, text: &'static str) -> Input {
    let mut input = Input::default();
    let parts: Vec<(&str, &'static str)> =
        text.split(';').map(|part| part.split_once('=').expect("name=value")).collect();
    let said = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let of = || FeeItem::one(object);
    let counted = |unit, value| FeeItem::many(object, number(value)).unit(unit);
    for (name, value) in &parts {
        match *name {
            "granted" => input.granted = Some(date(value)),
            "terminated" => input.terminated = Some(date(value)),
            "year" => input.year = value.parse().ok(),
            "granted_before_year" => assert_eq!(*value, "yes"),
            "base_stations" => input.items.push(counted("base_station", value)),
            "mobile_stations" => input.items.push(counted("mobile_station", value)),
            "nets" => input.items.push(counted("net", value)),
            "channels" => input.items.push(FeeItem::many(object, number(value))),
            "transmitters" => {
                let hertz = |name| number(said(name).expect("a quantity"));
                let item = FeeItem::many(object, number(value))
                    .with("frequency_hz", hertz("frequency_hz"))
                    .with("bandwidth_hz", hertz("bandwidth_hz"));
                input.items.push(item);
            }
            "transmitter_power_w" => input.items.extend(
                value
                    .split('|')
                    .map(|watts| of().unit("transmitter").with("power_w", number(watts))),
            ),
            "transmit_bands" => input.items.push(
                counted("station_and_transmit_band", value)
                    .with("area", said("area").expect("an area")),
            ),
            "receive_bands" => input.items.push(
                counted("station_and_receive_band", value)
                    .with("area", said("area").expect("an area")),
            ),
            "series_4_9" | "series_8xx" => {
                let series = if *name == "series_8xx" { "8xx" } else { "4" };
                let numbers = FeeItem::many(object, number(value));
                input.items.push(numbers.with("digits", 8_u64).with("series", series));
            }
            "frequency_hz" | "bandwidth_hz" | "area" => {}
            other => panic!("an example says {other}"),
        }
    }
    if input.items.is_empty() {
        input.items.push(of());
    }
    input
}

fn sum(lines: &[FeeLine]) -> i64 {
    lines.iter().map(|line| line.amount_ore).sum()
}

#[test]
fn every_worked_example_costs_what_it_says() {
    let mut read = 0;
    for row in EXAMPLES.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let cells: Vec<&'static str> = row.split('\t').collect();
        let [id, object, text, expected, fee_ids, _] = cells[..] else { panic!("six columns") };
        let input = read_input(object, text);
        let granted = input.granted.unwrap_or(date("2024-01-01"));
        let held = Holding { first: granted, last: input.terminated };
        let mut lines = annual(&input.items, held, input.year.unwrap_or(2025)).expect(id);
        lines.extend(once(&input.items, input.granted.unwrap_or(date("2025-07-01"))).expect(id));
        assert_eq!(sum(&lines), expected.parse::<i64>().expect("kroner") * 100, "{id}");
        let ids: Vec<&str> = lines.iter().map(|line| line.row.id).collect();
        // a fee of nothing has no line
        let expected_ids = if expected == "0" { "" } else { fee_ids };
        assert_eq!(ids.join(" "), expected_ids, "{id}");
        read += 1;
    }
    assert_eq!(read, 24);
}

#[test]
fn the_examples_of_the_rules_cost_what_they_say() {
    let whole = Holding { first: date("2020-01-01"), last: None };
    let plb = |day| {
        let held = Holding { first: date(day), last: None };
        sum(&annual(&[FeeItem::one("plb")], held, 2025).expect("priced"))
    };
    assert_eq!((plb("2025-07-01"), plb("2025-07-02")), (53_000, 26_500));
    let pmr = [
        FeeItem::many("pmr", 2).unit("base_station"),
        FeeItem::many("pmr", 15).unit("mobile_station"),
    ];
    assert_eq!(sum(&annual(&pmr, whole, 2025).expect("priced")), 607_000);
    let link = FeeItem::many("other_transmitter", 2)
        .with("frequency_hz", 18_000_000_000_u64)
        .with("bandwidth_hz", 28_000_000_u64);
    assert_eq!(sum(&annual(&[link], whole, 2025).expect("priced")), 104_000);
    for (numbers, ore) in [(100_000, 1_410_000), (117_500, 1_410_000), (1_000_000, 12_000_000)] {
        let series = FeeItem::many("e164_8_and_12_digit", numbers).with("digits", "8");
        let lines = annual(&[series.with("series", "9")], whole, 2025).expect("priced");
        assert_eq!((sum(&lines), lines.len()), (ore, 1), "{numbers}");
    }
}

/// Values that pass every test of a word.
fn passing(tests: &[&Test]) -> FeeValue {
    if let [Test::OneOf(words)] = tests {
        return FeeValue::from(words[0]);
    }
    let bound = |test: &&Test| match test {
        Test::AtLeast(n) | Test::Over(n) | Test::UpTo(n) | Test::Below(n) => *n,
        Test::OneOf(words) => words[0].parse().expect("a number"),
    };
    let candidates = tests.iter().map(bound).flat_map(|n| [n, n + 0.1, n - 0.1]);
    let passes = |n: &f64| {
        *n >= 0.0
            && tests.iter().all(|test| super::holds(test, &FeeValue::Number(*n)) == Some(true))
    };
    FeeValue::Number(candidates.into_iter().find(passes).expect("a value"))
}

#[test]
fn every_row_of_the_table_can_be_reached_by_its_own_words() {
    let mut units = std::collections::BTreeSet::new();
    for row in table::rows() {
        let count = if matches!(row.combine, Combine::Max { least } if least != row.id) {
            1_000_000 // above the least amount
        } else {
            1
        };
        let mut item = FeeItem::many(row.object, count);
        for condition in &row.conditions {
            if item.said(condition.word).is_none() {
                let of_word = |one: &&table::Condition| one.word == condition.word;
                let tests: Vec<&Test> =
                    row.conditions.iter().filter(of_word).map(|one| &one.test).collect();
                item = item.with(condition.word, passing(&tests));
            }
        }
        // the least amount for numbers is met by numbers of some series
        if row.object == "e164_8_and_12_digit" && item.said("digits").is_none() {
            item = item.with("digits", 8_u64);
        }
        if row.id == "NUM-E164" {
            item = item.with("series", "4");
        } else {
            item = item.unit(row.unit);
        }
        let on = if row.id.ends_with("-2026") { date("2026-06-30") } else { date("2025-06-30") };
        let lines = match row.kind {
            FeeKind::OneOff => once(&[item.clone()], on),
            FeeKind::Annual => {
                annual(&[item.clone()], Holding { first: date("2025-01-01"), last: None }, 2025)
            }
        }
        .unwrap_or_else(|flaw| panic!("{}: {flaw}", row.id));
        let line = lines.iter().find(|line| line.row.id == row.id);
        let line = line.unwrap_or_else(|| panic!("{} is not reached by {item:?}", row.id));
        let quantity = i64::try_from(line.quantity).expect("small");
        assert_eq!(line.amount_ore, row.unit_ore * quantity, "{}", row.id);
        units.insert(row.unit);
    }
    assert!(units.contains("holder") && units.contains("number"), "{units:?}");
}

#[test]
fn every_object_and_word_of_the_table_is_understood_and_others_are_refused() {
    let mut pairs = 0;
    for row in FEES.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let cells: Vec<&'static str> = row.split('\t').collect();
        let (object, conditions) = (cells[1], cells[8]);
        for condition in conditions.split(';').filter(|text| !text.is_empty()) {
            let end = condition.find(['<', '>', '=']).expect("a comparison");
            let item = FeeItem::one(object).with(&condition[..end], "none of them");
            let outcome = once(&[item], date("2025-06-30"));
            assert!(!matches!(outcome, Err(FeeFlaw::UnknownWord(..))), "{object}: {condition}");
            pairs += 1;
        }
    }
    assert!(pairs > 40, "{pairs}");
    let on = date("2025-06-30");
    let refused = |item| once(&[item], on).expect_err("refused");
    assert_eq!(refused(FeeItem::one("boat")), FeeFlaw::UnknownObject("boat"));
    let odd = FeeItem::one("plb").with("colour", "red");
    assert_eq!(refused(odd), FeeFlaw::UnknownWord("plb", "colour"));
    let odd = FeeItem::one("pmr").unit("antenna");
    assert_eq!(refused(odd), FeeFlaw::UnknownWord("pmr", "unit"));
    let held = Holding { first: on, last: None };
    let priced = |item| annual(&[item], held, 2025).map(|lines| lines.len());
    assert_eq!(priced(FeeItem::one("pmr")), Err(FeeFlaw::NotSaid("pmr", "unit")));
    let unsaid = Err(FeeFlaw::NotSaid("telemetry", "erp_w"));
    assert_eq!(priced(FeeItem::one("telemetry")), unsaid);
    assert_eq!(priced(FeeItem::one("telemetry").with("erp_w", "much")), unsaid);
}

#[test]
fn a_basic_amount_beside_counted_units_is_charged_once() {
    let on = date("2025-09-01");
    let object = "pmr_or_low_power_event";
    for items in [
        vec![FeeItem::many(object, 3)],
        vec![FeeItem::one(object).unit("permit"), FeeItem::many(object, 3).unit("channel")],
        vec![FeeItem::one(object).unit("channel"), FeeItem::many(object, 2).unit("channel")],
    ] {
        assert_eq!(sum(&once(&items, on).expect("priced")), 59_000, "{items:?}");
    }
    // one amount for any number of national signalling point codes
    let held = Holding { first: on, last: None };
    let codes = [FeeItem::many("nspc", 12), FeeItem::many("nspc", 3)];
    let lines = annual(&codes, held, 2025).expect("priced");
    assert_eq!((lines[0].quantity, sum(&lines)), (1, 211_000));
}

#[test]
fn a_change_costs_what_is_new_beyond_what_was_there() {
    let on = date("2025-09-01");
    let beyond = |items: &[FeeItem], before: &[FeeItem]| -> Vec<(&'static str, u64, i64)> {
        let lines = once_beyond(items, before, on).expect("priced");
        lines.iter().map(|line| (line.row.id, line.quantity, line.amount_ore)).collect()
    };
    let channels = |count| [FeeItem::many("pmr_extra_single_frequency_channel", count)];
    assert_eq!(beyond(&channels(2), &[]), [("PMR-CHANNEL", 2, 92_000)]);
    assert_eq!(beyond(&channels(3), &channels(1)), [("PMR-CHANNEL", 2, 92_000)]);
    assert!(beyond(&channels(2), &channels(2)).is_empty());
    assert!(beyond(&channels(1), &channels(2)).is_empty(), "nothing is paid back");
    // of another rate the difference
    let aircraft = |mass: u64| {
        let item = FeeItem::one("aircraft_registration").with("mass_kg", mass);
        [item.with("fully_equipped", "yes")]
    };
    assert_eq!(beyond(&aircraft(9_500), &aircraft(1_150)), [("AIR-REG-HEAVY", 1, 45_000)]);
    assert!(beyond(&aircraft(1_150), &aircraft(9_500)).is_empty());
    // what is charged every year follows on 1 January
    assert!(beyond(&[FeeItem::many("pmr", 9).unit("mobile_station")], &[]).is_empty());
}

#[test]
fn numbers_of_several_series_are_added_before_they_are_compared_with_the_least_amount() {
    let of = |count, series| {
        FeeItem::many("e164_8_and_12_digit", count).with("digits", 8_u64).with("series", series)
    };
    let whole = Holding { first: date("2025-01-01"), last: None };
    // numbers are counted by their first digit, and the row of the day says which series they are
    for (series, digits, has) in [
        ("8xx", "8", true),
        ("8xx", "81", true),
        ("8xx", "2", false),
        ("8", "81", false),
        ("xx", "8", false),
    ] {
        assert_eq!(covers(series, digits), has, "{series} {digits}");
    }
    let lines = annual(&[of(100_000, "4"), of(20_000, "8")], whole, 2025).expect("priced");
    let ids: Vec<&str> = lines.iter().map(|line| line.row.id).collect();
    assert_eq!((sum(&lines), ids), (1_560_000, vec!["NUM-E164-49", "NUM-E164-8XX"]));
    let machines = FeeItem::many("e164_8_and_12_digit", 1_000_001).with("digits", 12_u64);
    let late = Holding { first: date("2025-10-01"), last: None };
    let lines = annual(&[machines.with("series", "5")], late, 2025).expect("priced");
    assert_eq!(sum(&lines), 1_500_001, "half of 3,000,003 øre, the half øre dropped");
}

#[test]
fn the_share_of_a_year_follows_the_days_a_permit_holds() {
    let rule = |first: &str, last: Option<&str>, year| {
        let held = Holding { first: date(first), last: last.map(date) };
        share(held, year).map(|rule| rule.id)
    };
    assert_eq!(rule("2025-12-31", None, 2026), Some("P1"));
    assert_eq!(rule("2026-01-01", None, 2026), Some("P1"));
    assert_eq!(rule("2026-01-02", None, 2026), Some("P2"));
    assert_eq!(rule("2026-07-01", None, 2026), Some("P2"));
    assert_eq!(rule("2026-07-02", None, 2026), Some("P3"));
    assert_eq!(rule("2027-01-01", None, 2026), None);
    assert_eq!(rule("2025-03-01", Some("2025-12-31"), 2026), Some("P4"));
    assert_eq!(rule("2025-03-01", Some("2026-01-01"), 2026), Some("P1"));
    assert_eq!(rule("2025-03-01", Some("2026-01-01"), 2027), Some("P4"));
    assert_eq!(rule("2026-08-01", Some("2026-08-02"), 2026), Some("P3"));
    assert_eq!(rule("2026-08-01", Some("2026-08-01"), 2026), Some("P3"));
    assert_eq!(rule("2026-08-01", Some("2026-07-31"), 2026), None, "given up before it began");
    assert_eq!(rule("2026-03-01", Some("2025-12-31"), 2026), None, "given up the year before");
    assert_eq!(rule("2019-03-01", None, 2020), None, "before the rules were in force");
}

/// A history with a change, a gap, a rate set later with effect from an earlier day, and an end.
const HISTORY: &str = "# made up for this test\n\
fee_id\tobject\tkind\tunit\tband_from_hz\tband_below_hz\tbandwidth_over_hz\tbandwidth_upto_hz\tcondition\tcombine\tamount_nok\trate_ore\tvalid_from\tvalid_until\teffect_from\tsection\tsource\n\
A\tx\tannual\tpermit\t\t\t\t\t\t\t100\t\t2020-01-01\t2021-07-01\t2020-01-01\t1\t\n\
B\tx\tannual\tpermit\t\t\t\t\t\t\t110\t\t2021-07-01\t2022-01-01\t2021-07-01\t1\t\n\
C\tx\tannual\tpermit\t\t\t\t\t\t\t120\t\t2022-03-01\t2023-01-01\t2022-03-01\t1\t\n\
D\tx\tannual\tpermit\t\t\t\t\t\t\t\t5\t2023-07-01\t2024-01-01\t2023-01-01\t1\t\n";

#[test]
fn on_each_of_many_days_the_rate_of_that_day_has_effect() {
    let rows = table::read(HISTORY);
    let expected = |day: NaiveDate| {
        [
            ("2020-01-01", "2021-07-01", "A", 10_000),
            ("2021-07-01", "2022-01-01", "B", 11_000),
            ("2022-03-01", "2023-01-01", "C", 12_000),
            ("2023-01-01", "2024-01-01", "D", 5),
        ]
        .into_iter()
        .find(|(from, until, ..)| date(from) <= day && day < date(until))
        .map(|(.., id, ore)| (id, ore))
    };
    let borders = ["2019-12-31", "2020-01-01", "2021-06-30", "2021-07-01", "2021-12-31"]
        .into_iter()
        .chain(["2022-01-01", "2022-02-28", "2022-03-01", "2022-12-31", "2023-01-01"])
        .chain(["2023-06-30", "2023-07-01", "2023-12-31", "2024-01-01", "2026-11-22"]);
    let between = (0..20_u64).map(|n| date("2019-11-11") + Days::new(n * 83));
    let days: Vec<NaiveDate> = borders.map(date).chain(between).collect();
    assert_eq!(days.len(), 35);
    for day in days {
        let found: Vec<(&str, i64)> = rows
            .iter()
            .filter(|row| row.has_effect(day))
            .map(|row| (row.id, row.unit_ore))
            .collect();
        assert_eq!(found, expected(day).into_iter().collect::<Vec<_>>(), "{day}");
    }
}

#[test]
fn the_amateur_rates_change_with_the_year() {
    let mut days = 0;
    for n in 0..36_u64 {
        let day = date("2024-12-28") + Days::new(if n < 8 { n } else { (n - 8) * 21 });
        let (id, ore) = match day {
            day if day < date("2025-01-01") => ("", 0),
            day if day < date("2026-01-01") => ("AMA-01", 210_000),
            _ => ("AMA-01-2026", 217_000),
        };
        let lines = once(&[FeeItem::one("amateur_licence")], day).expect("priced");
        let ids: Vec<&str> = lines.iter().map(|line| line.row.id).collect();
        assert_eq!((ids.join(" "), sum(&lines)), (id.to_owned(), ore), "{day}");
        days += 1;
    }
    assert!(days >= 30);
    for (day, change) in [("2025-12-31", 105_000), ("2026-01-01", 108_000)] {
        for object in
            ["amateur_call_sign_change", "amateur_call_sign_event", "amateur_call_sign_club"]
        {
            let lines = once(&[FeeItem::one(object)], date(day)).expect("priced");
            assert_eq!(sum(&lines), change, "{object} {day}");
        }
    }
}

#[test]
fn there_are_thirty_days_to_pay_and_the_last_is_a_working_day() {
    assert_eq!(due_on(Term::Ordinary, date("2026-11-02")), Some(date("2026-12-02")));
    assert_eq!(due_on(Term::Reminder, date("2026-12-11")), Some(date("2026-12-28")));
    assert_eq!(
        due_on(Term::Ordinary, date("2026-11-26")),
        Some(date("2026-12-28")),
        "after Christmas"
    );
}

proptest! {
    #[test]
    fn every_frequency_and_bandwidth_has_one_price(
        hertz in 1..100_000_000_000_u64,
        width in 1..1_000_000_000_u64,
    ) {
        let item = FeeItem::one("other_transmitter")
            .with("frequency_hz", hertz)
            .with("bandwidth_hz", width);
        let held = Holding { first: date("2025-01-01"), last: None };
        let lines = annual(&[item], held, 2025).expect("priced");
        prop_assert_eq!(lines.len(), 1);
    }

    #[test]
    fn two_halves_of_an_item_cost_as_much_as_the_whole(
        a in 0..5000_u64, b in 0..5000_u64, day in 0..365_u64,
    ) {
        let held = Holding { first: date("2025-01-01") + Days::new(day), last: None };
        let of = |count| FeeItem::many("pmr", count).unit("mobile_station");
        let apart = annual(&[of(a), of(b)], held, 2025).expect("priced");
        let whole = annual(&[of(a + b)], held, 2025).expect("priced");
        prop_assert_eq!(sum(&apart), sum(&whole));
        prop_assert_eq!(apart.len(), whole.len());
    }

    #[test]
    fn a_pool_is_shared_out_to_the_last_ore(
        pool in 0..1_000_000_000_000_i64,
        starts in proptest::collection::vec((1..30_000_u64, 1..400_u64, 0..4_usize), 1..40),
    ) {
        let areas = [Area::National, Area::Regional(123_456), Area::Svalbard, Area::Offshore];
        let blocks: Vec<Block<usize>> = starts
            .iter()
            .enumerate()
            .map(|(licence, (from, width, area))| Block {
                licence,
                ranges: vec![megahertz(*from, from + width)],
                area: areas[*area],
            })
            .collect();
        let shares = share_pool(pool, &blocks, date("2026-01-01")).expect("shared");
        prop_assert_eq!(shares.len(), blocks.len());
        prop_assert_eq!(shares.iter().map(|(_, ore)| ore).sum::<i64>(), pool);
    }
}

fn megahertz(from: u64, until: u64) -> FrequencyRange {
    let of = |megahertz| Frequency::from_hertz(megahertz * 1_000_000).expect("a frequency");
    FrequencyRange::new(of(from), of(until)).expect("a range")
}

fn block(licence: &str, ranges: &[(u64, u64)], area: Area) -> Block<String> {
    let ranges = ranges.iter().map(|(from, until)| megahertz(*from, *until)).collect();
    Block { licence: licence.to_owned(), ranges, area }
}

fn shared(pool: i64, blocks: &[Block<String>]) -> Vec<i64> {
    let shares = share_pool(pool, blocks, date("2026-01-01")).expect("shared");
    shares.into_iter().map(|(_, ore)| ore).collect()
}

const POOL: i64 = 100_000_000;

#[test]
fn a_fifth_is_shared_equally_and_the_rest_by_weighted_bandwidth() {
    // 2 × 10 MHz · 8 ÷ 826.5 MHz = 0.193587… and 100 MHz · 6 ÷ 3600 MHz = 0.166666…: of
    // 80,000,000 øre 42,989,085 and 37,010,915, and 10,000,000 each
    let low = block("a", &[(791, 801), (832, 842)], Area::National);
    let high = block("b", &[(3400, 3500)], Area::National);
    assert_eq!(shared(POOL, &[high.clone(), low.clone()]), [52_989_085, 47_010_915]);
    // a band that is not listed weighs 1 at its own middle: 100 ÷ 2350 = 0.042553…; a block half
    // inside 3400–3800: 50 ÷ 3400 + 50 · 6 ÷ 3600 = 0.098039…
    let unlisted = block("a", &[(2300, 2400)], Area::National);
    let half = block("b", &[(3350, 3450)], Area::National);
    assert_eq!(shared(POOL, &[unlisted, half]), [34_213_650, 65_786_350]);
}

#[test]
fn region_svalbard_and_sea_count_less() {
    let pair = [(791, 801), (832, 842)];
    let blocks = [
        block("a", &pair, Area::National),
        block("b", &pair, Area::Regional(100_000)),
        block("c", &pair, Area::Svalbard),
        block("d", &[(3400, 3500)], Area::Offshore),
    ];
    assert_eq!(shared(POOL, &blocks), [77_660_547, 7_766_054, 776_606, 13_796_793]);
}

#[test]
fn blocks_of_a_licence_that_adjoin_are_one_block() {
    let whole = block("a", &[(3400, 3500)], Area::National);
    let other = block("b", &[(3500, 3600)], Area::National);
    let parts =
        [block("a", &[(3450, 3500)], Area::National), block("a", &[(3400, 3450)], Area::National)];
    assert_eq!(shared(POOL, &[whole, other.clone()]), [POOL / 2, POOL / 2]);
    assert_eq!(shared(POOL, &[parts.to_vec(), vec![other.clone()]].concat()), [POOL / 2; 2]);
    // apart they are two: two thirds of the equal part
    let apart =
        [block("a", &[(3440, 3490)], Area::National), block("a", &[(3350, 3400)], Area::National)];
    let shares = shared(POOL, &[apart.to_vec(), vec![other]].concat());
    assert!(shares[0] > shares[1] / 2, "{shares:?}");
    assert_eq!(shares.iter().sum::<i64>(), POOL);
}

#[test]
fn a_pool_without_blocks_is_not_shared() {
    let none: [Block<String>; 0] = [];
    assert_eq!(share_pool(1, &none, date("2026-01-01")), Err(PoolFlaw::NoBlocks));
    let one = [block("a", &[(3400, 3500)], Area::National)];
    assert_eq!(share_pool(-1, &one, date("2026-01-01")), Err(PoolFlaw::Negative));
    assert_eq!(share_pool(1, &one, date("2023-12-31")), Err(PoolFlaw::NoWeights));
    assert_eq!(shared(0, &one), [0]);
}

#[test]
fn bands_with_a_weight_do_not_overlap() {
    let lines = include_str!("../../data/spectrum_fee_weights.tsv").lines();
    let mut bands: Vec<(u64, u64)> = lines
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|cells| cells.get(1) == Some(&"band"))
        .map(|cells| (number(cells[2]), number(cells[3])))
        .collect();
    bands.sort_unstable();
    assert_eq!(bands.len(), 24);
    assert!(bands.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{bands:?}");
    assert_eq!([thousandths("0.025"), thousandths("17"), thousandths("2.5")], [25, 17_000, 2_500]);
}
