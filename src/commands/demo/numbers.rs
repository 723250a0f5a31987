//! Number resources of the made-up year. Pure.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{
    affairs::{
        Affair, Course,
        Course::{Asked, Assigned, Filed, Granted, GrantedInPart, Refused},
        Holder,
        Sequel::{Amended, Holds, Revoked, Surrendered, Suspended, Transferred},
    },
    applications,
    people::{BUSINESS, synthetic},
};
use crate::permit::kind::Kind;

/// Number of the first organisation that holds numbers only.
const FIRST: u64 = 3_400;

/// Organisation number `i` applies for what `resource` says.
fn application(day: NaiveDate, i: u64, service: &str, resource: &Value) -> Value {
    json!({
        "applicant": applications::organisation(i),
        "resource": resource,
        "service": service,
        "need": format!("{} avtalte abonnement ved oppstart.", 400 + 700 * (i % 9)),
        "plannedStart": day + Days::new(60),
        "providerCode": format!("{:03}", 600 + i % 250),
        "contact": applications::contact_person(i),
    })
}

fn series(kind: &str, blocks: u32, size: u64, category: &str) -> Value {
    json!({ "type": kind, "wish": { "blocks": blocks, "blockSize": size, "category": category } })
}

fn exact(kind: &str, text: &str) -> Value {
    json!({ "type": kind, "exact": [text] })
}

fn short(number: &str, end_user: u64, non_commercial: bool) -> Value {
    let end_user = synthetic().organisation(end_user);
    let mut resource = exact("e164_5_digit", number);
    resource["endUser"] = json!({
        "name": end_user.name.as_str(), "organisationNumber": end_user.number.to_string(),
        "nonCommercial": non_commercial,
    });
    resource
}

fn point(kind: &str, code: &str, place: &str, relation: Option<&str>) -> Value {
    let mut resource = exact(kind, code);
    resource["point"] = json!({ "place": place });
    if let Some(relation) = relation {
        resource["point"]["foreignRelation"] = json!(relation);
    }
    resource
}

/// The permit of a provider who holds numbers from the first day on, which lies in an earlier year than the last: it owes the
/// report on that (FOR-2004-02-16-426 § 23).
pub fn earliest(day: NaiveDate) -> Affair {
    let resource = series("e164_8_digit", 1, 10_000, "fixed");
    let application = application(day, BUSINESS, "Bedriftstelefoni", &resource);
    Affair::new(Kind::Numbering, Holder::Organisation(BUSINESS), application, Granted(Holds))
}

/// The permits, with the dates of applications filed on `day`.
pub fn affairs(day: NaiveDate) -> Vec<Affair> {
    let org = |n: u64| FIRST + n;
    let affair = |i: u64, service: &str, resource: Value, course: Course| {
        let application = application(day, i, service, &resource);
        Affair::new(Kind::Numbering, Holder::Organisation(i), application, course)
    };
    let fixed = |blocks, size| series("e164_8_digit", blocks, size, "fixed");
    let mobile = |blocks, size| series("e164_8_digit", blocks, size, "mobile");
    let renamed = application(day, org(0), "Mobiltelefoni og mobilt bredbånd", &mobile(2, 100_000));
    vec![
        // one more point code for a holder of numbers is granted at once
        affair(BUSINESS, "Signalering", point("nspc", "4021", "Fjellvik", None), Granted(Holds)),
        affair(org(0), "Mobiltelefoni", mobile(2, 100_000), Granted(Amended(renamed))),
        affair(org(0), "Portering", exact("tilbyderkode", "742"), Granted(Holds)),
        affair(
            org(1),
            "Strømmålere",
            series("e164_12_digit", 1, 1_000_000, "m2m_iot"),
            Granted(Holds),
        ),
        affair(
            org(2),
            "Grønt nummer",
            series("e164_8_digit", 1, 1_000, "special_free"),
            Granted(Surrendered),
        ),
        affair(org(3), "Hjelpetelefon", short("02345", org(30), true), Granted(Holds)),
        affair(org(3), "Drosjesentral", short("04321", org(31), false), Granted(Revoked)),
        affair(org(4), "Mobilnett", exact("mnc", "87"), Granted(Holds)),
        affair(org(5), "IP-telefoni", fixed(1, 1_000), Granted(Transferred(org(6)))),
        affair(org(7), "IP-telefoni", fixed(3, 1_000), Granted(Suspended)),
        affair(org(8), "Innholdstjenester", mobile(10, 100_000), Refused),
        Affair {
            conditions: &["Bare den første halvdelen av serien tas i bruk før 1. januar 2028."],
            ..affair(org(11), "Telefoni i båt", mobile(1, 100_000), GrantedInPart)
        },
        affair(org(9), "Bedriftstelefoni", exact("e164_8_digit", "21 20 00 00-21 20 99 99"), Filed),
        affair(org(10), "Mobiltelefoni", mobile(1, 10_000), Asked),
        affair(
            org(4),
            "Internasjonal signalering",
            point("ispc", "2-102-3", "Havnes", Some("Göteborg")),
            Assigned,
        ),
    ]
}
