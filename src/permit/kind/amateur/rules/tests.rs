//! Tests of the decisions about amateur licences and stations.

use proptest::prelude::*;

use super::*;
use crate::{permit::kind::amateur::model::Occasion, values::call_sign::CallSign};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn details(station: Station) -> AmateurDetails {
    let responsible = (!station.is_of_person()).then(|| CallSign::parse("LB1AG").unwrap());
    AmateurDetails {
        station,
        class: (station == Station::Personal).then_some(LicenceClass::Full),
        responsible,
        event: (station == Station::Event).then(|| Occasion {
            name: "Jubileum".to_owned(),
            days: Validity::new(day("2027-05-01"), Some(day("2027-05-18"))).unwrap(),
        }),
        guardian_consents: None,
        keeps_sign: false,
        published: false,
        applied_on: None,
        new_sign: false,
    }
}

#[test]
fn another_call_sign_is_asked_for_on_a_personal_licence_and_judged() {
    let asking = |station| AmateurDetails { new_sign: true, ..details(station) };
    let about =
        |station| Facts { amends: serde_json::to_value(details(station)).ok(), ..facts(None) };
    let personal = about(Station::Personal);
    assert_eq!(admit(&asking(Station::Personal), &personal), Ok(()));
    assert_eq!(codes(assess(&asking(Station::Personal), &personal)), ["call-sign-change"]);
    for station in [Station::Contest, Station::Club, Station::Event, Station::Repeater] {
        let refused = admit(&asking(station), &about(station)).expect_err("refused");
        assert_eq!(refused.code, "sign-not-changed");
    }
    let refused = admit(&asking(Station::Personal), &facts(Some("full"))).expect_err("refused");
    assert_eq!(refused.code, "no-sign-to-change");
}

fn licence(class: LicenceClass) -> AmateurDetails {
    AmateurDetails::of_person(class)
}

fn facts(exam: Option<&str>) -> Facts {
    Facts {
        applicant_is_person: true,
        exam: exam.map(str::to_owned),
        today: day("2026-11-22"),
        ..Facts::default()
    }
}

fn codes(assessment: Assessment) -> Vec<&'static str> {
    match assessment {
        Assessment::Grant => Vec::new(),
        Assessment::NeedsCaseworker(reasons) | Assessment::Refuse(reasons) => {
            reasons.into_iter().map(|reason| reason.code).collect()
        }
    }
}

fn code(outcome: Result<(), Reason>) -> Option<&'static str> {
    outcome.err().map(|reason| reason.code)
}

#[test]
fn only_an_examination_of_the_class_or_above_opens_a_first_licence() {
    let (full, limited) = (licence(LicenceClass::Full), licence(LicenceClass::Limited));
    assert_eq!(code(admit(&full, &facts(Some("full")))), None);
    assert_eq!(code(admit(&limited, &facts(Some("full")))), None);
    assert_eq!(code(admit(&limited, &facts(Some("limited")))), None);
    assert_eq!(code(admit(&full, &facts(Some("limited")))), Some("examination-class"));
    assert_eq!(code(admit(&limited, &facts(None))), Some("no-examination"));
}

#[test]
fn who_has_held_a_licence_of_the_class_or_above_has_passed_its_examination() {
    let (full, limited) = (licence(LicenceClass::Full), licence(LicenceClass::Limited));
    let held = |before: &AmateurDetails, exam: Option<&str>| Facts {
        held_before: vec![json!(before)],
        ..facts(exam)
    };
    assert_eq!(code(admit(&full, &held(&full, None))), None);
    assert_eq!(code(admit(&limited, &held(&full, None))), None);
    assert_eq!(code(admit(&limited, &held(&limited, None))), None);
    assert_eq!(code(admit(&full, &held(&limited, None))), Some("examination-class"));
    assert_eq!(code(admit(&full, &held(&limited, Some("full")))), None);
    let contest = details(Station::Contest);
    assert_eq!(code(admit(&limited, &held(&contest, None))), Some("no-examination"));
}

#[test]
fn persons_and_associations_hold_what_is_theirs() {
    for station in Station::ALL {
        let person = facts(Some("full"));
        let association = Facts { applicant_is_person: false, ..person.clone() };
        let (of_person, other) = match station.is_of_person() {
            true => (None, Some("persons-only")),
            false => (Some("associations-only"), None),
        };
        let by_person = code(admit(&details(station), &person));
        let by_association = code(admit(&details(station), &association));
        if station != Station::Contest {
            assert_eq!(by_person, of_person, "{station:?}");
        }
        assert_eq!(by_association, other, "{station:?}");
    }
}

#[test]
fn a_minor_names_a_guardian_and_a_caseworker_looks() {
    let minor = Facts { applicant_is_minor: true, ..facts(Some("full")) };
    let mut applied = details(Station::Personal);
    assert_eq!(code(admit(&applied, &minor)), Some("guardian"));
    applied.guardian_consents = Some(false);
    assert_eq!(code(admit(&applied, &minor)), None);
    assert_eq!(codes(assess(&applied, &minor)), ["minor"]);
    applied.published = true;
    assert_eq!(code(admit(&applied, &minor)), Some("guardian-publication"));
    applied.guardian_consents = Some(true);
    assert_eq!(code(admit(&applied, &minor)), None);
}

#[test]
fn a_contest_sign_needs_a_licence_and_there_is_one_for_each() {
    let contest = details(Station::Contest);
    let mut known = facts(None);
    assert_eq!(code(admit(&contest, &known)), Some("no-licence"));
    known.held = vec![json!({ "class": "full" })];
    assert_eq!(code(admit(&contest, &known)), None);
    assert_eq!(codes(assess(&contest, &known)), ["no-wish-free"]);
    known.wishes_free = vec![CallSign::parse("LC1X").unwrap()];
    assert_eq!(assess(&contest, &known), Assessment::Grant);
    known.wish_contested = true;
    assert_eq!(codes(assess(&contest, &known)), ["contested"]);
    known.held.push(json!(details(Station::Contest)));
    assert_eq!(code(admit(&contest, &known)), Some("contest-sign-held"));
}

#[test]
fn who_amends_or_renews_is_not_asked_for_a_wish_or_an_open_series() {
    let amends = |held: &AmateurDetails| Facts { amends: Some(json!(held)), ..facts(None) };
    let judged = |details: &AmateurDetails| codes(assess(details, &amends(details)));
    assert!(judged(&details(Station::Contest)).is_empty());
    assert_eq!(judged(&details(Station::Club)), ["association"]);
    assert_eq!(judged(&details(Station::Repeater)), ["association"]);
    assert_eq!(judged(&details(Station::Event)), ["occasion"]);
    let limited = licence(LicenceClass::Limited);
    let closed = Facts { today: day("2026-03-22"), ..amends(&limited) };
    assert_eq!(assess(&limited, &closed), Assessment::Grant);
    // what a correction made another licence of is told to whoever decides
    let full = licence(LicenceClass::Full);
    assert_eq!(codes(assess(&full, &amends(&limited))), ["another-licence"]);
}

#[test]
fn the_full_class_replaces_the_limited_and_a_second_licence_needs_a_caseworker() {
    let (full, limited) = (licence(LicenceClass::Full), licence(LicenceClass::Limited));
    let mut known = facts(Some("full"));
    assert_eq!(assess(&full, &known), Assessment::Grant);
    known.held = vec![json!(limited)];
    assert_eq!(assess(&full, &known), Assessment::Grant);
    assert!(replaces(&full, &limited) && !replaces(&limited, &full) && !replaces(&full, &full));
    known.held = vec![json!(full)];
    assert_eq!(codes(assess(&full, &known)), ["licence-held"]);
}

#[test]
fn a_class_without_an_open_series_waits_for_a_caseworker() {
    let limited = licence(LicenceClass::Limited);
    let mut known = facts(Some("limited"));
    assert_eq!(assess(&limited, &known), Assessment::Grant);
    known.today = day("2026-03-22");
    assert_eq!(codes(assess(&limited, &known)), ["series-not-open"]);
}

#[test]
fn a_sign_of_the_old_list_is_taken_over_by_a_caseworker_only() {
    let claim = AmateurDetails { keeps_sign: true, ..details(Station::Personal) };
    assert_eq!(code(admit(&claim, &facts(None))), Some("not-on-the-old-list"));
    let known = Facts { call_sign_legacy: true, ..facts(None) };
    assert_eq!(code(admit(&claim, &known)), None);
    assert_eq!(codes(assess(&claim, &known)), ["legacy-sign"]);
    assert!(fees(&claim).is_empty());
    // an amendment need not name the call sign
    let asked = AmateurDetails { published: true, ..details(Station::Personal) };
    let kept = amended(&claim, asked.clone());
    assert!(kept.published && fees(&kept).is_empty());
    let amends = Facts { amends: Some(json!(claim)), ..facts(None) };
    assert_eq!(assess(&kept, &amends), Assessment::Grant);
    let named = AmateurDetails { keeps_sign: true, ..asked.clone() };
    assert_eq!(amended(&asked, named), asked);
}

#[test]
fn validity_follows_the_rule_of_the_series() {
    let today = day("2027-01-03");
    let until = |details: &AmateurDetails| validity(details, today).until();
    assert_eq!(until(&details(Station::Personal)), None);
    assert_eq!(until(&details(Station::Repeater)), None);
    assert_eq!(until(&details(Station::Club)), Some(day("2037-01-03")));
    // applied for in December, granted in January: the year of the application counts
    let mut contest = details(Station::Contest);
    contest.applied_on = Some(day("2026-12-30"));
    assert_eq!(until(&contest), Some(day("2032-01-01")));
    // an amendment says nothing of the day of the first application
    let asked = details(Station::Contest);
    assert_eq!(until(&amended(&contest, asked)), Some(day("2032-01-01")));
    assert_eq!(amended(&contest, details(Station::Club)).applied_on, None);
    assert_eq!(until(&details(Station::Event)), Some(day("2027-05-18")));
    let event = |today: &str| validity(&details(Station::Event), day(today));
    assert_eq!(event("2027-01-03").from(), day("2027-05-01"));
    // granted when it has begun, it holds from that day; granted when it is over, it has ended
    assert_eq!(event("2027-05-03").from(), day("2027-05-03"));
    assert_eq!(event("2027-05-03").until(), Some(day("2027-05-18")));
    assert_eq!(event("2027-05-20"), event("2027-01-03"));
}

#[test]
fn clubs_and_contest_signs_are_renewed_once_at_a_time_before_they_end() {
    let (club, contest) = (details(Station::Club), details(Station::Contest));
    let held = Validity::new(day("2017-03-01"), Some(day("2027-03-01"))).unwrap();
    let renewed = |details: &AmateurDetails, held: Validity, on: &str| {
        renewed_until(details, held, day(on)).map_err(|reason| reason.code)
    };
    assert_eq!(renewed(&club, held, "2026-11-22"), Ok(day("2037-03-01")));
    assert_eq!(renewed(&club, held, "2027-03-01"), Err("ended"));
    let again = Validity::new(day("2017-03-01"), Some(day("2047-03-01"))).unwrap();
    assert_eq!(renewed(&club, again, "2026-11-22"), Err("too-early"));
    let held = Validity::new(day("2021-05-01"), Some(day("2027-01-01"))).unwrap();
    assert_eq!(renewed(&contest, held, "2026-11-22"), Ok(day("2032-01-01")));
    let held = Validity::new(day("2026-05-01"), Some(day("2032-01-01"))).unwrap();
    assert_eq!(renewed(&contest, held, "2026-11-22"), Err("too-early"));
    let licence = Validity::open(day("2020-01-01"));
    assert_eq!(renewed(&details(Station::Personal), licence, "2026-11-22"), Err("not-renewable"));
    assert_eq!(renewed(&details(Station::Event), held, "2026-11-22"), Err("not-renewable"));
}

#[test]
fn details_from_before_there_were_stations_read_back_as_personal() {
    let old: AmateurDetails = serde_json::from_value(json!({ "class": "limited" })).unwrap();
    assert_eq!(old, licence(LicenceClass::Limited));
}

proptest! {
    #[test]
    fn a_renewal_is_always_later_and_never_more_than_two_periods_ahead(
        from in 0i64..4000, length in 1i64..8000, on in 0i64..8000,
    ) {
        let begin = day("2010-01-01");
        let held = Validity::new(
            begin + chrono::TimeDelta::days(from),
            Some(begin + chrono::TimeDelta::days(from + length)),
        ).unwrap();
        let today = begin + chrono::TimeDelta::days(on);
        for station in [Station::Club, Station::Contest] {
            if let Ok(until) = renewed_until(&details(station), held, today) {
                prop_assert!(Some(until) > held.until() && !held.has_ended(today));
                prop_assert!(until.year() <= today.year() + 20);
            }
        }
    }
}

#[test]
fn an_amendment_keeps_class_and_station() {
    let (full, limited) = (licence(LicenceClass::Full), licence(LicenceClass::Limited));
    let amends = |held: &AmateurDetails| Facts {
        amends: Some(serde_json::to_value(held).unwrap()),
        ..facts(None)
    };
    assert_eq!(code(admit(&full, &amends(&full))), None);
    assert_eq!(code(admit(&limited, &amends(&full))), Some("another-licence"));
    assert_eq!(code(admit(&details(Station::Club), &amends(&full))), Some("another-licence"));
}
