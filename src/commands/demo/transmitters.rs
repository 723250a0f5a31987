//! Transmitter permits of the made-up year, at invented sites. Pure.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{
    affairs::{
        Affair, Course,
        Course::{Asked, Assigned, Dismissed, Filed, Granted, Withdrawn},
        Holder,
        Sequel::{Amended, Holds, Renewed, Revoked, Surrendered, Suspended, Transferred},
    },
    applications,
    people::BUSINESS,
};
use crate::permit::kind::{self, Kind};

/// Number of the first organisation that holds transmitter permits only.
const FIRST: u64 = 3_200;
/// Number of the first person.
const FIRST_PERSON: u64 = 1_200;

/// Invented name, municipality, degrees north and east.
struct Site(&'static str, &'static str, f64, f64);

const SITES: [Site; 8] = [
    Site("Skoddeheia", "4215", 58.27, 8.31),
    Site("Kråkeknuten", "4204", 58.19, 7.96),
    Site("Bjellafjellet", "4601", 60.36, 5.41),
    Site("Tranvarden", "1103", 58.93, 5.66),
    Site("Luseåsen", "0301", 59.97, 10.71),
    Site("Graneggen", "5001", 63.39, 10.29),
    Site("Havblåsen", "1804", 67.29, 14.47),
    Site("Lyngtinden", "5501", 69.68, 18.84),
];

/// Watts over a round antenna, after the loss of a cable.
fn channel(centre: u64, width: u64, emission: &str, watts: f64) -> Value {
    json!({
        "centreHz": centre, "widthHz": width, "emission": emission,
        "power": { "value": watts, "unit": "w" }, "cableLossDb": 3.0,
    })
}

fn speech(centre: u64, watts: f64) -> Value {
    channel(centre, 12_500, "11K0F3E", watts)
}

fn station(site: usize, channel: Value) -> Value {
    let Site(name, municipality, latitude, longitude) = &SITES[site % SITES.len()];
    json!({
        "name": name,
        "position": { "latitude": latitude, "longitude": longitude },
        "groundHeight": 90 + 37 * site, "antennaHeight": 12 + 3 * site, "municipality": municipality,
        "antenna": { "model": "Rundstråler", "gain": 2.0, "gainUnit": "dbd", "polarisation": "vertical" },
        "channels": [channel],
    })
}

fn application(holder: Holder, usage: &str, stations: &[Value], more: &Value) -> Value {
    let applicant = match holder {
        Holder::Person(i) => applications::person(i),
        Holder::Organisation(i) => applications::organisation(i),
    };
    let mut application = json!({
        "applicant": applicant, "use": usage, "stations": stations,
        "purpose": match usage {
            "pmr" => "Samband mellom folk i arbeid",
            "event" => "Samband for arrangører og vakter",
            "telemetry" => "Vannstand og temperatur fra målestasjoner",
            "earthStation" => "Samband med geostasjonær satellitt",
            "broadcasting" => "Lokalradio",
            "test" => "Utprøving av utstyr",
            _ => "Samband for egen virksomhet",
        },
    });
    for (member, value) in more.as_object().into_iter().flatten() {
        application[member] = value.clone();
    }
    application
}

/// The specimen's link, between two sites of ours.
fn link(holder: u64, ends: (usize, usize), channels: (u64, u64)) -> Value {
    let mut application = kind::any(Kind::Transmitter).example();
    application["applicant"] = json!(applications::organisation(holder));
    for (end, site, centre) in [(0, ends.0, channels.0), (1, ends.1, channels.1)] {
        let ours = station(site, Value::Null);
        let form = &mut application["stations"][end];
        for member in ["name", "position", "groundHeight", "antennaHeight", "municipality"] {
            form[member] = ours[member].clone();
        }
        form["channels"][0]["centreHz"] = json!(centre);
    }
    application
}

fn net(holder: Holder, site: usize, centre: u64, mobiles: u32, more: &Value) -> Value {
    let mut members = json!({ "mobileNet": { "mobileStations": mobiles, "extraChannels": 0 } });
    for (member, value) in more.as_object().into_iter().flatten() {
        members[member] = value.clone();
    }
    application(holder, "pmr", &[station(site, speech(centre, 15.0))], &members)
}

/// The permits, with the dates of applications filed on `day`.
pub fn affairs(day: NaiveDate) -> Vec<Affair> {
    let mut affairs = nets(day);
    affairs.extend(others(day));
    affairs
}

fn affair(holder: Holder, application: Value, course: Course) -> Affair {
    Affair::new(Kind::Transmitter, holder, application, course)
}

/// Fixed links and mobile nets; small nets are granted at once.
fn nets(day: NaiveDate) -> Vec<Affair> {
    let org = |n: u64| Holder::Organisation(FIRST + n);
    let person = |n: u64| Holder::Person(FIRST_PERSON + n);
    let none = json!({});
    let season = json!({ "validUntil": day + Days::new(200) });
    let small = net(org(2), 2, 160_006_250, 12, &none);
    let larger = net(org(2), 2, 160_006_250, 40, &none);
    vec![
        affair(
            Holder::Organisation(BUSINESS),
            link(BUSINESS, (0, 1), (17_740_000_000, 18_750_000_000)),
            Granted(Holds),
        ),
        affair(
            org(0),
            link(FIRST, (4, 5), (17_768_000_000, 18_778_000_000)),
            Granted(Transferred(FIRST + 1)),
        ),
        affair(org(1), link(FIRST + 1, (2, 3), (17_796_000_000, 18_806_000_000)), Granted(Revoked)),
        affair(org(2), small, Granted(Amended(larger))),
        affair(org(3), net(org(3), 3, 160_031_250, 8, &season), Granted(Renewed)),
        affair(org(4), net(org(4), 0, 160_056_250, 25, &none), Granted(Suspended)),
        affair(person(0), net(person(0), 1, 160_081_250, 3, &none), Granted(Holds)),
        affair(person(1), net(person(1), 6, 160_106_250, 2, &none), Granted(Surrendered)),
        affair(org(5), net(org(5), 7, 160_131_250, 250, &none), Withdrawn),
        affair(org(6), link(FIRST + 6, (6, 7), (17_824_000_000, 18_834_000_000)), Filed),
    ]
}

/// Every other use.
fn others(day: NaiveDate) -> Vec<Affair> {
    let org = |n: u64| Holder::Organisation(FIRST + 20 + n);
    let days = |from: u64, length: u64| json!({ "validFrom": day + Days::new(from), "validUntil": day + Days::new(from + length) });
    let one = |n: u64, usage: &str, station: Value, more: Value| {
        application(org(n), usage, &[station], &more)
    };
    let event = |n: u64, site, centre, service: &str, from| {
        let mut more = days(from, 3);
        more["eventService"] = json!(service);
        let sent = match service {
            "broadcasting" => channel(centre, 200_000, "180KF8E", 20.0),
            _ => speech(centre, 5.0),
        };
        one(n, "event", station(site, sent), more)
    };
    let mut dish = station(7, channel(14_250_000_000, 36_000_000, "36M0G7W", 10.0));
    dish["antenna"] = json!({
        "model": "Parabol 2,4 m", "gain": 48.0, "gainUnit": "dbi", "azimuth": 172, "elevation": 11,
        "polarisation": "horizontal",
    });
    dish["receiveBands"] =
        json!([{ "lowerHz": 11_700_000_000_u64, "upperHz": 11_736_000_000_u64 }]);
    let local = station(4, channel(3_900_000_000, 40_000_000, "40M0G7W", 4.0));
    let radio = station(3, channel(98_000_000, 200_000, "180KF8E", 250.0));
    let meter = station(5, channel(444_406_250, 12_500, "8K50F1D", 1.0));
    let trial = station(0, channel(26_500_000_000, 100_000_000, "100MG7W", 1.0));
    let none = json!({});
    vec![
        affair(org(0), event(0, 2, 450_006_250, "mobileRadio", 10), Granted(Holds)),
        affair(org(1), event(1, 4, 101_100_000, "broadcasting", 14), Granted(Holds)),
        affair(org(2), one(2, "earthStation", dish, none.clone()), Granted(Holds)),
        affair(org(3), one(3, "localNet", local, none.clone()), Granted(Holds)),
        affair(
            org(4),
            one(4, "broadcasting", radio, json!({ "nationwide": false })),
            Granted(Holds),
        ),
        affair(org(5), one(5, "telemetry", meter, none.clone()), Granted(Holds)),
        affair(org(6), one(6, "test", trial, days(1, 30)), Granted(Holds)),
        affair(
            org(7),
            one(7, "lowPowerSystem", station(6, speech(162_006_250, 1.0)), none.clone()),
            Granted(Holds),
        ),
        affair(
            org(8),
            one(8, "telemetry", station(1, speech(444_456_250, 1.0)), none.clone()),
            Dismissed,
        ),
        affair(
            org(9),
            one(
                9,
                "broadcasting",
                station(6, channel(99_300_000, 200_000, "180KF8E", 100.0)),
                json!({ "nationwide": false }),
            ),
            Assigned,
        ),
        affair(
            org(10),
            one(
                10,
                "localNet",
                station(2, channel(3_960_000_000, 40_000_000, "40M0G7W", 4.0)),
                none,
            ),
            Asked,
        ),
    ]
}
