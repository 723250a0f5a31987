//! Rules of transmitter permits, from applications as they are sent.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{super::wire::TransmitterApplication, *};
use crate::{
    failure::FieldErrors,
    permit::kind::{AnyKind, FeeItem, FeeValue, Kind, find},
    values::{decibel::Decibels, language::Language},
};

fn kind() -> &'static dyn AnyKind {
    find(Kind::Transmitter).unwrap()
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

/// A channel of a mobile net at 25 W less 3 dB, over an antenna of 3 dBd: 25 W e.r.p.
fn channel(centre: u64) -> Value {
    json!({
        "centreHz": centre, "widthHz": 12_500, "emission": "11K0F3E",
        "power": { "value": 25.0, "unit": "w" }, "cableLossDb": 3.0,
    })
}

fn station(channels: &[Value]) -> Value {
    json!({
        "name": "Eksempelheia",
        "position": { "latitude": 58.25, "longitude": 8.35 },
        "groundHeight": 112, "antennaHeight": 24, "municipality": "4215",
        "antenna": { "model": "Rundstråler", "gain": 3.0, "gainUnit": "dbd", "polarisation": "vertical" },
        "channels": channels,
    })
}

fn application(usage: &str, stations: &[Value], more: Value) -> Value {
    let mut application = kind().example();
    let members = application.as_object_mut().unwrap();
    members.remove("link");
    members.insert("use".to_owned(), json!(usage));
    members.insert("stations".to_owned(), json!(stations));
    members.extend(more.as_object().unwrap().clone());
    application
}

fn pmr() -> Value {
    let net = json!({ "mobileNet": { "mobileStations": 15, "extraChannels": 2 } });
    application("pmr", &[station(&[channel(160_006_250)]), station(&[channel(160_018_750)])], net)
}

fn read(application: &Value) -> TransmitterDetails {
    let application: TransmitterApplication = serde_json::from_value(application.clone()).unwrap();
    let mut errors = FieldErrors::new();
    let parsed = application.meaning(false, &mut errors);
    errors.finish(parsed).unwrap_or_else(|failure| panic!("{:?}", failure.fields())).details
}

fn pointers(application: &Value) -> Vec<(String, String)> {
    let failure = kind().read(application, true, "").expect_err("refused");
    failure.fields().iter().map(|f| (f.pointer.clone(), f.code.to_string())).collect()
}

fn facts() -> Facts {
    Facts { address_in_norway: true, today: today(), ..Facts::default() }
}

fn codes(details: &TransmitterDetails, facts: &Facts) -> Vec<&'static str> {
    match assess(details, facts) {
        Assessment::Grant => Vec::new(),
        Assessment::NeedsCaseworker(reasons) | Assessment::Refuse(reasons) => {
            reasons.into_iter().map(|reason| reason.code).collect()
        }
    }
}

#[test]
fn the_power_that_leaves_is_computed_and_a_wrong_declaration_names_it() {
    let details = read(&pmr());
    let erp = details.stations[0].channels[0].radiated.erp;
    assert!((erp.watts() - 25.0).abs() < 0.1, "{erp}");
    let mut wrong = pmr();
    wrong["stations"][0]["channels"][0]["declared"] =
        json!({ "value": 50.0, "unit": "w", "reference": "erp" });
    wrong["stations"][1]["channels"][0]["declared"] =
        json!({ "value": 16.5, "unit": "dbw", "reference": "eirp" });
    let failure = kind().read(&wrong, true, "").expect_err("refused");
    let field = &failure.fields()[0];
    assert_eq!(field.pointer, "/stations/0/channels/0/declared/value");
    assert!(field.detail.contains("14.0 dBW e.r.p."), "{}", field.detail);
    assert!(!field.detail.contains("50"), "{}", field.detail);
    // 16.13 dBW e.i.r.p. are computed, 16.5 is within half a decibel
    assert_eq!(failure.fields().len(), 1);
}

#[test]
fn every_error_has_its_pointer() {
    let mut broken = pmr();
    broken["mobileNet"] = json!(null);
    broken.as_object_mut().unwrap().remove("mobileNet");
    broken["nationwide"] = json!(true);
    broken["stations"][0]["municipality"] = json!("4299");
    broken["stations"][0]["position"] = json!({ "latitude": 8.35, "longitude": 58.25 });
    broken["stations"][1]["channels"][0]["emission"] = json!("16K0F3E");
    broken["validFrom"] = json!("2027-01-02");
    broken["validUntil"] = json!("2027-01-02");
    let expected = [
        ("/mobileNet", "missing"),
        ("/nationwide", "not-of-use"),
        ("/stations/0/municipality", "unknown-municipality"),
        ("/stations/0/position", "outside-norway"),
        ("/stations/1/channels/0/emission", "wider-than-channel"),
        ("/validUntil", "validity-order"),
    ];
    let expected: Vec<_> =
        expected.into_iter().map(|(p, c)| (p.to_owned(), c.to_owned())).collect();
    assert_eq!(pointers(&broken), expected);
    let mut link = kind().example();
    link["stations"].as_array_mut().unwrap().pop();
    assert_eq!(pointers(&link), [("/stations".to_owned(), "two-ends".to_owned())]);
}

#[test]
fn a_municipality_far_from_the_coordinates_is_refused() {
    let mut wrong = pmr();
    wrong["stations"][1]["municipality"] = json!("4601");
    let at = "/stations/1/municipality".to_owned();
    assert_eq!(pointers(&wrong), [(at, "elsewhere".to_owned())]);
}

#[test]
fn a_pattern_is_36_directions_of_which_the_strongest_is_nothing_weaker() {
    let with = |pattern: Value| {
        let mut application = pmr();
        application["stations"][0]["antenna"]["pattern"] = pattern;
        application
    };
    let mut directions = vec![json!(20.5); 36];
    directions[4] = json!(0);
    let antenna = &read(&with(json!(directions))).stations[0].antenna;
    for (bearing, weaker) in [(40.0, 0.0), (44.9, 0.0), (45.1, 20.5), (359.9, 20.5)] {
        assert_eq!(antenna.weaker_at(bearing), Decibels::new(weaker).unwrap(), "{bearing}");
    }
    assert_eq!(read(&pmr()).stations[0].antenna.weaker_at(90.0), Decibels::default());
    let at = |pointer: &str, code: &str| {
        vec![(format!("/stations/0/antenna/pattern{pointer}"), code.to_owned())]
    };
    directions[7] = json!(-1);
    assert_eq!(pointers(&with(json!(directions))), at("/7", "range"));
    assert_eq!(pointers(&with(json!(vec![3; 36]))), at("", "pattern-zero"));
    assert_eq!(pointers(&with(json!(vec![0; 35]))), at("", "length"));
}

#[test]
fn each_end_of_a_link_hears_the_other_and_an_earth_station_its_bands() {
    let link = read(&kind().example());
    let heard: Vec<_> = link
        .receivers()
        .into_iter()
        .map(|(number, station, range)| (number, station.name.clone(), range))
        .collect();
    let sent = |at: usize| link.stations[at].channels[0].range;
    assert_eq!(
        heard,
        [(1, "Eksempelheia".to_owned(), sent(1)), (2, "Eksempelåsen".to_owned(), sent(0))]
    );
    assert!(read(&pmr()).receivers().is_empty());
}

#[test]
fn ed50_is_kept_as_wgs_84_and_the_hop_is_measured() {
    let mut link = kind().example();
    for station in link["stations"].as_array_mut().unwrap() {
        station["position"]["datum"] = json!("ed50");
    }
    let (as_ed50, as_wgs84) = (read(&link), read(&kind().example()));
    let moved = as_ed50.stations[0].position.metres_to(as_wgs84.stations[0].position);
    assert!((50.0..150.0).contains(&moved), "{moved}");
    // 0.07 degrees north and 0.13 east at 58 degrees
    assert!(as_wgs84.hop_metres().unwrap().abs_diff(10_895) < 30, "{:?}", as_wgs84.hop_metres());
    let hops = as_ed50.hop_metres().unwrap().abs_diff(as_wgs84.hop_metres().unwrap());
    assert!(hops <= 2, "{hops}");
    assert_eq!(read(&pmr()).hop_metres(), None);
    assert_eq!(
        record::of(&as_wgs84)["station"]["position"]["hopLengthMetres"],
        json!(as_wgs84.hop_metres())
    );
}

#[test]
fn a_small_mobile_net_is_granted_and_each_fact_that_forbids_it_is_named() {
    assert_eq!(codes(&read(&pmr()), &facts()), Vec::<&str>::new());
    let with = |change: &dyn Fn(&mut Value)| {
        let mut application = pmr();
        change(&mut application);
        codes(&read(&application), &facts())
    };
    let first = |value: &mut Value, channel: Value| value["stations"][0]["channels"][0] = channel;
    assert_eq!(with(&|a| first(a, channel(160_005_000))), ["off-raster"]);
    // a broadcasting band has neither service nor raster of mobile radio
    assert_eq!(with(&|a| first(a, channel(98_000_000))), ["outside-plan"]);
    let near_the_border = |a: &mut Value| {
        a["stations"][0]["municipality"] = json!("3201");
        a["stations"][0]["position"] = json!({ "latitude": 59.9, "longitude": 10.5 });
    };
    assert_eq!(with(&near_the_border), ["border"]);
    // Froland's known place is some way off, and others are nearer
    let neighbour = |a: &mut Value| a["stations"][0]["municipality"] = json!("4214");
    assert_eq!(with(&neighbour), ["municipality-doubtful"]);
    assert_eq!(with(&|a| a["stations"][0]["antenna"]["gain"] = json!(4.0)), ["power"]);
    assert_eq!(
        with(&|a| {
            let more = a["stations"][0].clone();
            a["stations"].as_array_mut().unwrap().extend([more.clone(), more]);
        }),
        ["size"]
    );
    let near = Facts { findings: vec![Reason::new("co-channel")], ..facts() };
    assert_eq!(codes(&read(&pmr()), &near), ["co-channel"]);
    let abroad = Facts { address_in_norway: false, ..facts() };
    assert_eq!(codes(&read(&pmr()), &abroad), ["address-abroad"]);
    assert_eq!(codes(&read(&kind().example()), &facts()), ["planning"]);
}

#[test]
fn what_is_free_to_use_is_answered_with_its_rule_and_nothing_else_is() {
    let mut free = pmr();
    for station in free["stations"].as_array_mut().unwrap() {
        station["portable"] = json!(true);
        station["antenna"]["gain"] = json!(0.0);
        station["channels"] = json!([{
            "centreHz": 446_006_250u64, "widthHz": 12_500, "emission": "11K0F3E",
            "power": { "value": 0.5, "unit": "w" }, "cableLossDb": 0.0,
        }]);
    }
    let reason = admit(&read(&free), today()).expect_err("free to use");
    assert_eq!(reason.code, "licence-exempt");
    let text = reason.text(Language::English);
    assert!(text.contains("PMR446") && text.contains("fribruksforskriften"));
    assert!(text.contains("handheld equipment"), "{text}");
    for (language, words) in
        [(Language::Bokmal, "håndholdt utstyr"), (Language::Nynorsk, "handhalde utstyr")]
    {
        let text = reason.text(language);
        assert!(text.contains(words) && !text.contains("equipment"), "{text}");
    }
    // one part that is not free, and the whole needs a permit
    free["stations"][1]["portable"] = json!(false);
    assert!(admit(&read(&free), today()).is_ok());
}

#[test]
fn periods_and_frequencies_follow_the_use() {
    let event = |until: &str| {
        let days = json!({ "eventService": "mobileRadio", "validFrom": "2026-12-01", "validUntil": until });
        read(&application("event", &[station(&[channel(160_006_250)])], days))
    };
    assert!(admit(&event("2026-12-04"), today()).is_ok());
    assert_eq!(admit(&event("2027-02-01"), today()).unwrap_err().code, "period-too-long");
    let later = NaiveDate::from_ymd_opt(2026, 12, 4).unwrap();
    assert_eq!(admit(&event("2026-12-04"), later).unwrap_err().code, "period-over");
    // amended while it holds, it lasts from the day it began
    let begun = |day: &str| Facts { begun: day.parse().ok(), today: later, ..Facts::default() };
    assert_eq!(admit_longer(&event("2026-12-20"), &begun("2026-12-01")), Ok(()));
    let longer = admit_longer(&event("2026-12-20"), &begun("2026-11-01"));
    assert_eq!(longer.unwrap_err().code, "period-too-long");
    let held = validity(&event("2026-12-04"), today());
    assert_eq!(held.from(), NaiveDate::from_ymd_opt(2026, 12, 1).unwrap());
    assert_eq!(held.until(), Some(later));
    // decided after it was to begin, it holds from that day; nobody was allowed to send before
    let late = NaiveDate::from_ymd_opt(2026, 12, 3).unwrap();
    let granted_late = validity(&event("2026-12-04"), late);
    assert_eq!((granted_late.from(), granted_late.until()), (late, Some(later)));
    assert_eq!(validity(&event("2026-12-04"), later), held, "it has ended, as asked for");
    let refused = |details: &TransmitterDetails, held, day| {
        renewed_until(details, held, day).unwrap_err().code
    };
    assert_eq!(refused(&event("2026-12-04"), held, today()), "not-renewable");
    assert_eq!(refused(&read(&pmr()), Validity::open(today()), today()), "no-end");
    // half a year before the end at the earliest, and each time by the term first asked for
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let asked = TransmitterDetails {
        from: Some(day("2026-11-22")),
        until: Some(day("2027-11-22")),
        ..read(&pmr())
    };
    let held = |until| Validity::new(day("2026-11-22"), Some(day(until))).unwrap();
    assert_eq!(refused(&asked, held("2027-11-22"), day("2027-05-01")), "too-early");
    let renewed = |until, on| renewed_until(&asked, held(until), day(on));
    assert_eq!(renewed("2027-11-22", "2027-06-01"), Ok(day("2028-11-21")));
    assert_eq!(renewed("2028-11-21", "2028-06-01"), Ok(day("2029-11-21")));
    let local = read(&application("localNet", &[station(&[channel(160_006_250)])], json!({})));
    assert_eq!(admit(&local, today()).unwrap_err().code, "frequency-not-of-use");
    let mut narrow = channel(3_900_000_000);
    narrow["widthHz"] = json!(10_000_000);
    let local = read(&application("localNet", &[station(&[narrow])], json!({})));
    assert_eq!(admit(&local, today()).unwrap_err().code, "width-not-of-use");
}

fn told(items: &[FeeItem]) -> Vec<String> {
    items
        .iter()
        .map(|item| {
            let conditions: Vec<String> = item
                .conditions
                .iter()
                .map(|(name, value)| match value {
                    FeeValue::Word(word) => format!("{name}={word}"),
                    FeeValue::Number(number) => format!("{name}={number:.2}"),
                })
                .collect();
            format!("{} {} {}", item.count, item.object, conditions.join(";")).trim_end().to_owned()
        })
        .collect()
}

#[test]
fn each_use_is_charged_by_its_own_rows() {
    assert_eq!(
        told(&fees::of(&read(&pmr()))),
        [
            "2 pmr unit=base_station",
            "15 pmr unit=mobile_station",
            "2 pmr_extra_single_frequency_channel",
        ]
    );
    assert_eq!(
        told(&fees::of(&read(&kind().example()))),
        [
            "1 other_transmitter frequency_hz=17740000000.00;bandwidth_hz=28000000.00",
            "1 other_transmitter frequency_hz=18750000000.00;bandwidth_hz=28000000.00",
        ]
    );
    let days = json!({ "eventService": "mobileRadio", "validFrom": "2026-12-01", "validUntil": "2026-12-02" });
    let channels = [channel(160_006_250), channel(160_018_750), channel(160_031_250)];
    let event = application("event", &[station(&channels)], days);
    assert_eq!(
        told(&fees::of(&read(&event))),
        ["1 pmr_or_low_power_event unit=permit", "3 pmr_or_low_power_event unit=channel"]
    );
    let mut fm = channel(98_400_000);
    fm["widthHz"] = json!(200_000);
    let stations = [station(&[fm.clone()])];
    let net = application("broadcasting", &stations, json!({ "nationwide": false }));
    assert_eq!(
        told(&fees::of(&read(&net))),
        [
            "1 broadcasting_net unit=net;nationwide=no;frequency_hz=98400000.00",
            "1 broadcasting_net unit=transmitter;nationwide=no;power_w=25.00;frequency_hz=98400000.00",
        ]
    );
    assert!(fees::pool(&read(&net)).is_empty(), "charged by the item");
    let mut beside = fm.clone();
    beside["centreHz"] = json!(98_600_000);
    let mut apart = fm.clone();
    apart["centreHz"] = json!(101_000_000);
    let stations = [station(&[fm.clone(), apart]), station(&[fm, beside])];
    let net = read(&application("broadcasting", &stations, json!({ "nationwide": true })));
    assert_eq!(told(&fees::of(&net)), [""; 0]);
    let shared: Vec<(u64, u64)> = fees::pool(&net)
        .iter()
        .map(|block| (block.ranges[0].from().hertz(), block.ranges[0].until().hertz()))
        .collect();
    assert_eq!(shared, [(98_300_000, 98_700_000), (100_900_000, 101_100_000)]);
    let telemetry = application("telemetry", &[station(&[channel(442_006_250)])], json!({}));
    assert_eq!(told(&fees::of(&read(&telemetry))), ["1 telemetry erp_w=25.00"]);
    let mut local = channel(3_900_000_000);
    local["widthHz"] = json!(20_000_000);
    local["emission"] = json!("20M0W7D");
    local["power"] = json!({ "value": -10.0, "unit": "dbw" });
    local["cableLossDb"] = json!(0.0);
    let local = application("localNet", &[station(&[local])], json!({}));
    // 30 - 10 dBm, 5.15 dBi, a quarter of it in 5 MHz
    assert_eq!(
        told(&fees::of(&read(&local))),
        [
            "1 local_net_3800_4200 frequency_hz=3900000000.00;bandwidth_hz=20000000.00;eirp_dbm_per_5mhz=19.13"
        ]
    );
}

#[test]
fn receive_bands_are_charged_on_svalbard_and_in_antarctica_only() {
    let earth = |latitude: f64, municipality: Option<&str>| {
        let mut up = channel(14_100_000_000);
        up["widthHz"] = json!(36_000_000);
        let mut down = channel(14_200_000_000);
        down["widthHz"] = json!(36_000_000);
        let mut station = station(&[up, down]);
        station["position"] = json!({ "latitude": latitude, "longitude": 15.4 });
        station["receiveBands"] = json!([
            { "lowerHz": 10_950_000_000u64, "upperHz": 11_200_000_000u64 },
            { "lowerHz": 11_450_000_000u64, "upperHz": 11_700_000_000u64 },
            { "lowerHz": 12_500_000_000u64, "upperHz": 12_750_000_000u64 },
        ]);
        station["municipality"] = json!(municipality);
        if municipality.is_none() {
            station.as_object_mut().unwrap().remove("municipality");
        }
        told(&fees::of(&read(&application("earthStation", &[station], json!({})))))
    };
    let transmit =
        |area: &str| format!("2 earth_station unit=station_and_transmit_band;area={area}");
    let receive = |area: &str| format!("3 earth_station unit=station_and_receive_band;area={area}");
    assert_eq!(earth(69.3, Some("1871")), [transmit("mainland")]);
    assert_eq!(earth(78.2, Some("2100")), [transmit("svalbard"), receive("svalbard")]);
    assert_eq!(earth(-72.0, None), [transmit("antarctica"), receive("antarctica")]);
}

#[test]
fn the_certificate_lists_every_station_in_three_languages() {
    for language in Language::ALL {
        let facts = certificate::of(&read(&kind().example()), language);
        let text: Vec<String> =
            facts.iter().map(|(label, value)| format!("{label}: {value}")).collect();
        let text = text.join("\n");
        let sign = if language == Language::English { '.' } else { ',' };
        assert!(text.contains(&format!("58{sign}250000°")), "{text}");
        assert!(text.contains("Eksempelåsen") && text.contains("27M5D7WEW"), "{text}");
        assert!(text.contains(&format!("17{sign}74 GHz")), "{text}");
    }
}
