//! Tests of the call-sign series: the table itself, classification and the order of assignment.

use proptest::prelude::*;

use super::*;

fn day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 11, 21).unwrap()
}

fn sign(text: &str) -> CallSign {
    CallSign::parse(text).unwrap()
}

fn kind(text: &str) -> Option<SeriesKind> {
    classify(sign(text)).map(|series| series.kind)
}

#[test]
fn every_kind_has_rows_whose_examples_and_orders_fit_their_forms() {
    for kind in SeriesKind::ALL {
        assert_eq!(series(*kind).name, kind.code(), "the first is stored by its kind");
    }
    for series in all() {
        let name = series.name;
        assert_eq!(all().iter().filter(|other| other.name == name).count(), 1, "{name}");
        assert_eq!((named(name).unwrap().kind, kind_code(name)), (series.kind, series.kind.code()));
        assert!(series.admits(sign(series.example)), "{name}");
        if let Some(order) = series.order() {
            for index in [0, 1, order.size() / 2, order.size() - 1] {
                assert_eq!(classify(order.nth(index).unwrap()).unwrap().name, name);
            }
            assert_eq!(order.nth(order.size()), None);
        }
    }
}

#[test]
fn a_second_series_of_a_kind_is_two_rows_and_opens_on_its_day() {
    let names: Vec<&str> = of_kind(SeriesKind::TestAmateur).map(|series| series.name).collect();
    assert_eq!(names, ["test_amateur", "test_amateur_2"]);
    assert_eq!(current(SeriesKind::TestAmateur, day(2026)).name, "test_amateur");
    assert_eq!(last_open(SeriesKind::TestAmateur, day(2026)).unwrap().name, "test_amateur_2");
    assert_eq!(last_open(SeriesKind::PersonalOld, day(2026)).map(|series| series.name), None);

    let rows = read(
        "name\tkind\tregex\texample\tholder\tissued_from_year\tissued_until_year\ttemplate\tfastest_first\n\
         personal_new\tpersonal_new\t^LB[0-9][A-Z]{2}$\tLB1XX\tperson\t2014\t\tLB{1-90}{A-Z}{A-Z}\t2 3 1\n\
         personal_3\tpersonal_new\t^LD[0-9][A-Z]{2}$\tLD1XX\tperson\t\t\tLD{1-90}{A-Z}{A-Z}\t2 3 1\n",
        "name\tvalid_from\tvalid_until\tassignable\tvalidity_rule\tvalidity_period\trenewable\tquarantine\n\
         personal_new\t\t\tyes\tlifetime\t\tno\tP1Y\n\
         personal_3\t\t2030-01-01\tno\tlifetime\t\tno\t\n\
         personal_3\t2030-01-01\t\tyes\tlifetime\t\tno\tP1Y\n",
    );
    let open = |on: &str| -> Vec<&str> {
        let on = on.parse().unwrap();
        rows.iter().filter(|series| series.is_open(on)).map(|series| series.name).collect()
    };
    assert_eq!(open("2029-12-31"), ["personal_new"]);
    assert_eq!(open("2030-01-01"), ["personal_new", "personal_3"]);
    let first = rows[1].open_signs(0, "2030-01-01".parse().unwrap()).next();
    assert_eq!(first.map(|sign| sign.to_string()), Some("LD1AA".to_owned()));
}

#[test]
fn signs_are_classified_by_their_form() {
    for (text, expected) in [
        ("LB1XX", SeriesKind::PersonalNew),
        ("LB0AA", SeriesKind::PersonalNew),
        ("LA1XYA", SeriesKind::Personal1983To2014),
        ("LA1XY", SeriesKind::PersonalOld),
        ("LA0XY", SeriesKind::PersonalOld),
        ("LA1XYZ", SeriesKind::Club),
        ("LA1ABCD", SeriesKind::Club),
        ("LA1X", SeriesKind::ClubShort),
        ("JW5E", SeriesKind::ClubShort),
        ("LC1X", SeriesKind::Contest),
        ("LG5LG", SeriesKind::Morokulien),
        ("LI1XY", SeriesKind::Jubilee2014Li),
        ("LM2014", SeriesKind::JubileeLm2014),
        ("LF1XY", SeriesKind::Limited),
        ("LN1X", SeriesKind::ClubContest),
        ("LNA2345", SeriesKind::Plb),
        ("LB0T1234567", SeriesKind::TestAmateur),
        ("LN0T1234567", SeriesKind::TestPlb),
        ("LA0XYZ", SeriesKind::RepeaterBeacon),
        ("LB1XYZ", SeriesKind::LegacyNovice),
        ("LC1XYZ", SeriesKind::LegacyTechnician),
        ("LM2026X", SeriesKind::SpecialEvent),
        ("LA202BV", SeriesKind::SpecialEvent),
    ] {
        assert_eq!(kind(text), Some(expected), "{text}");
    }
    for text in ["SM5XX", "LNA1234", "LNI2345", "LNABC", "LM2015", "LN0T123456", "LA"] {
        assert!(text.len() < 3 || kind(text).is_none(), "{text}");
    }
}

#[test]
fn a_record_is_classified_by_when_it_was_assigned() {
    let assigned = |text, year| classify_assigned(sign(text), day(year)).map(|series| series.kind);
    assert_eq!(assigned("LB1XX", 2026), Some(SeriesKind::PersonalNew));
    assert_eq!(assigned("LB1XX", 1999), Some(SeriesKind::LegacyNovice));
    assert_eq!(assigned("LA1XY", 1970), Some(SeriesKind::PersonalOld));
}

#[test]
fn only_open_series_and_unblocked_suffixes_are_assignable() {
    for (text, year, assignable) in [
        ("LB1XX", 2026, true),
        ("LB1XX", 2013, false),
        ("LA1XYA", 2026, false),
        ("LA1XY", 2026, false),
        ("LA1XYZ", 2026, true),
        ("LA1SOS", 2026, false),
        ("LA1QRT", 2026, false),
        ("LC1X", 2026, true),
        ("LN1X", 2026, false),
        ("LNA2345", 2026, true),
        ("SM5XX", 2026, false),
    ] {
        assert_eq!(is_assignable(sign(text), day(year)), assignable, "{text} in {year}");
    }
}

#[test]
fn the_first_suffix_letter_steps_fastest_then_the_last_then_the_digit() {
    let order = series(SeriesKind::PersonalNew).order().unwrap();
    assert_eq!(order.size(), 6760);
    let at = |index| order.nth(index).unwrap().to_string();
    assert_eq!(
        (at(0), at(1), at(25), at(26), at(675), at(676), at(6759)),
        (
            "LB1AA".into(),
            "LB1BA".into(),
            "LB1ZA".into(),
            "LB1AB".into(),
            "LB1ZZ".into(),
            "LB2AA".into(),
            "LB0ZZ".into()
        )
    );
    let start = order.index_of(sign("LB1AG")).unwrap();
    let next: Vec<String> = order.signs_from(start).take(3).map(|sign| sign.to_string()).collect();
    assert_eq!(next, ["LB1AG", "LB1BG", "LB1CG"]);
}

#[test]
fn series_are_large_enough_for_their_use() {
    let size = |kind| series(kind).order().unwrap().size();
    assert_eq!(size(SeriesKind::Plb), 184_000);
    assert_eq!(size(SeriesKind::TestAmateur), 10_000_000);
    assert_eq!(size(SeriesKind::TestPlb), 10_000_000);
}

#[test]
fn a_closed_series_offers_nothing() {
    assert_eq!(series(SeriesKind::PersonalNew).open_signs(0, day(2013)).count(), 0);
    assert_eq!(series(SeriesKind::PersonalNew).open_signs(6750, day(2026)).count(), 10);
    assert_eq!(series(SeriesKind::Club).open_signs(0, day(2026)).count(), 0);
}

proptest! {
    #[test]
    fn a_place_in_the_order_is_found_again(index in 0..10_000_000u64) {
        for kind in [SeriesKind::PersonalNew, SeriesKind::Plb, SeriesKind::TestAmateur, SeriesKind::TestPlb] {
            let order = series(kind).order().unwrap();
            let index = index % order.size();
            prop_assert_eq!(order.nth(index).and_then(|sign| order.index_of(sign)), Some(index));
        }
    }

    #[test]
    fn test_signs_have_the_form_of_no_other_series(index in 0..10_000_000u64) {
        for kind in [SeriesKind::TestAmateur, SeriesKind::TestPlb] {
            let sign = series(kind).order().unwrap().nth(index).unwrap();
            prop_assert!(SERIES.iter().all(|series| series.kind == kind || !series.admits(sign)));
            prop_assert!(sign.is_norwegian());
        }
    }

    #[test]
    fn beacon_signs_have_the_form_of_no_amateur_series(index in 0..184_000u64) {
        let sign = series(SeriesKind::Plb).order().unwrap().nth(index).unwrap();
        prop_assert!(SERIES.iter().all(|series| series.kind == SeriesKind::Plb || !series.admits(sign)));
    }

    #[test]
    fn any_sign_is_answered(text in "[A-Z0-9]{3,12}") {
        if let Ok(sign) = CallSign::parse(&text) {
            let _ = is_assignable(sign, day(2026));
        }
    }
}

#[test]
fn every_series_has_terms_for_every_day_and_those_of_a_past_day_stay() {
    let days = ["1983-01-01", "2014-06-01", "2026-03-22", "2026-03-23", "2026-11-22", "2090-01-01"];
    for series in all() {
        for day in days {
            let day: NaiveDate = day.parse().unwrap();
            let held = series.terms.iter().filter(|terms| terms.holds(day)).count();
            assert_eq!(held, 1, "{:?} on {day}", series.kind);
        }
        let mut until = None;
        for terms in &series.terms {
            assert_eq!(terms.from, until, "{:?}: a gap", series.kind);
            until = terms.until;
        }
        assert_eq!(until, None, "{:?} ends", series.kind);
    }
    let limited = series(SeriesKind::Limited);
    assert!(!limited.is_open("2026-03-22".parse().unwrap()));
    assert!(limited.is_open("2026-03-23".parse().unwrap()));
}
