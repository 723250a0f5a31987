//! Spectrum licences of the made-up year. Pure.

use chrono::{Days, Months, NaiveDate};
use serde_json::{Value, json};

use super::{
    affairs::{
        Affair, Course,
        Course::{Asked, Assigned, Filed, Granted, Refused},
        Holder,
        Sequel::{
            Amended, Holds, Offered, Reinstated, Renewed, Revoked, Surrendered, Suspended,
            Transferred,
        },
    },
    applications,
    people::{BUSINESS, REPRESENTATIVE, synthetic},
};
use crate::permit::kind::Kind;

/// Number of the first organisation that holds spectrum only.
const FIRST: u64 = 3_100;
/// Of the kinds that the act allows (ekomloven § 11-5).
const CONDITIONS: &[&str] = &[
    "coverage: Minst 98 prosent av befolkningen skal ha dekning innen tre år.",
    "interference: Feltstyrken ved riksgrensen skal ikke overstige det som er avtalt med nabolandene.",
];

const fn mhz(from: u64, until: u64) -> (u64, u64) {
    (from * 1_000_000, until * 1_000_000)
}

fn range((lower, upper): (u64, u64)) -> Value {
    json!({ "lower": lower, "upper": upper })
}

fn simplex(from: u64, until: u64) -> Value {
    json!({ "simplex": range(mhz(from, until)) })
}

fn duplex(down: (u64, u64), up: (u64, u64)) -> Value {
    json!({ "downlink": range(mhz(down.0, down.1)), "uplink": range(mhz(up.0, up.1)) })
}

fn national() -> Value {
    json!({ "kind": "national" })
}

fn within(municipalities: &[&str]) -> Value {
    json!({ "kind": "municipalities", "municipalities": municipalities })
}

/// Organisation number `i` applies for an exclusive licence for mobile broadband for twenty years.
fn licence(day: NaiveDate, i: u64, block: Value, area: Value) -> Value {
    let from = day + Days::new(7);
    let applicant = applications::organisation(i);
    let contact = json!({
        "name": "Driftssenteret", "email": applicant.email, "phone": applicant.phone,
    });
    json!({
        "applicant": applicant,
        "blocks": [block],
        "area": area,
        "validFrom": from,
        "validUntil": from + Months::new(240),
        "exclusive": true,
        "service": "mobile",
        "wirelessBroadband": true,
        "purpose": "Mobilt bredbånd til allmennheten",
        "transferable": true,
        "publicContact": contact,
    })
}

/// The same application, saying something else in some members.
fn but(mut application: Value, changes: Value) -> Value {
    for (member, value) in changes.as_object().into_iter().flatten() {
        application[member] = value.clone();
    }
    application
}

/// The licences, with the dates of applications filed on `day`.
pub fn affairs(day: NaiveDate) -> Vec<Affair> {
    let affair = |i: u64, application: Value, course: Course| Affair {
        conditions: CONDITIONS,
        ..Affair::new(Kind::Spectrum, Holder::Organisation(i), application, course)
    };
    let org = |n: u64| FIRST + n;
    let of = |i, block, area| licence(day, i, block, area);
    let lessee = synthetic().organisation(org(4)).number.to_string();
    let leased = but(
        of(BUSINESS, duplex((2110, 2125), (1920, 1935)), national()),
        json!({ "leases": [{
            "lessee": lessee, "municipalities": ["4601"],
            "validFrom": day + Days::new(30), "validUntil": day + Days::new(1_126),
        }] }),
    );
    let neutral = of(org(1), simplex(3400, 3480), national());
    let bound = but(neutral.clone(), json!({ "technology": "5G NR" }));
    let regional = of(org(4), simplex(3700, 3720), within(&["4601", "4627"]));
    let wider = but(regional.clone(), json!({ "area": within(&["4601", "4626", "4627"]) }));
    let link = but(
        of(org(6), simplex(10_150, 10_180), within(&["4204", "4215"])),
        json!({
            "service": "fixed", "wirelessBroadband": false, "purpose": "Radiolinjer",
            "validUntil": day + Months::new(48),
        }),
    );
    let trial = but(
        of(org(7), simplex(3720, 3740), within(&["5001"])),
        json!({
            "exclusive": false, "wirelessBroadband": false, "purpose": "Prøvenett på et campus",
            "validFrom": day, "validUntil": day + Days::new(40), "transferable": false,
        }),
    );
    vec![
        affair(BUSINESS, leased, Granted(Holds)),
        affair(org(0), of(org(0), duplex((2125, 2140), (1935, 1950)), national()), Granted(Holds)),
        affair(
            org(2),
            of(org(2), duplex((2140, 2155), (1950, 1965)), national()),
            Granted(Transferred(org(3))),
        ),
        affair(org(1), neutral, Granted(Amended(bound))),
        affair(org(4), regional, Granted(Amended(wider))),
        affair(
            org(5),
            of(org(5), duplex((2620, 2640), (2500, 2520)), json!({ "kind": "offshore" })),
            Granted(Reinstated),
        ),
        affair(org(6), link, Granted(Renewed)),
        affair(org(7), trial, Granted(Holds)),
        affair(org(8), of(org(8), duplex((791, 801), (832, 842)), national()), Granted(Suspended)),
        affair(org(9), of(org(9), duplex((925, 930), (880, 885)), national()), Granted(Revoked)),
        affair(org(10), of(org(10), simplex(1427, 1437), national()), Granted(Surrendered)),
        affair(
            BUSINESS,
            of(BUSINESS, simplex(3480, 3500), national()),
            Granted(Offered(REPRESENTATIVE)),
        ),
        // what somebody else has already
        affair(org(11), of(org(11), duplex((2110, 2120), (1920, 1930)), national()), Refused),
        affair(org(12), of(org(12), duplex((2120, 2130), (1930, 1940)), national()), Filed),
        affair(org(13), of(org(13), simplex(3740, 3760), within(&["1103"])), Assigned),
        affair(org(14), of(org(14), simplex(3760, 3780), within(&["5501"])), Asked),
    ]
}
