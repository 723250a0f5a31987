//! Amateur stations of the made-up year: clubs, repeaters, an event, and contest call signs of persons
//! who have a licence. Pure.
//!
//! Clubs and repeaters wish for suffixes of four letters, which hardly anybody has.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{
    affairs::{
        Affair, Course,
        Course::{Asked, Filed, Granted},
        Holder,
        Sequel::{Amended, Holds, Renewed, Revoked, Surrendered, Suspended},
    },
    applications,
};
use crate::{
    permit::kind::Kind,
    values::call_sign_series::{SeriesKind, series},
};

/// Number of the first club.
const FIRST: u64 = 3_800;

/// The call sign of person 0, who is the first of the year to get one and keeps it.
fn licensee() -> Option<String> {
    series(SeriesKind::TestAmateur).order()?.nth(0).map(|sign| sign.to_string())
}

fn association(i: u64, name: &str, station: &str, wish: &str) -> Value {
    let mut applicant = applications::organisation(i);
    name.clone_into(&mut applicant.name);
    json!({
        "applicant": applicant, "station": station, "responsibleLicensee": licensee(),
        "wishes": [wish],
    })
}

/// The permits, with the dates of applications filed on `day`.
pub fn affairs(day: NaiveDate) -> Vec<Affair> {
    let club = |n: u64, name: &str, station: &str, wish: &str, course: Course| {
        let i = FIRST + n;
        let application = association(i, name, station, wish);
        Affair::new(Kind::Amateur, Holder::Organisation(i), application, course)
    };
    let contest = |i: u64, wish: &str, course: Course| {
        let application = json!({
            "applicant": applications::person(i), "station": "contest", "wishes": [wish],
        });
        Affair::new(Kind::Amateur, Holder::Person(i), application, course)
    };
    let mut listed = association(FIRST + 1, "Havnes radiogruppe", "club", "LA9HAVN");
    listed["publish"] = json!(["address"]);
    let mut event = club(4, "Lyngøya radioamatørlag", "event", "LM26DEMO", Granted(Holds));
    event.application["event"] = json!({
        "name": "Jubileet på Lyngøya", "firstDay": day + Days::new(6), "lastDay": day + Days::new(13),
    });
    vec![
        club(0, "Fjellvik radioamatørlag", "club", "LA9FJEL", Granted(Renewed)),
        club(1, "Havnes radiogruppe", "club", "LA9HAVN", Granted(Amended(listed))),
        club(2, "Granmoen skolestasjon", "club", "LA9GRAN", Granted(Surrendered)),
        club(0, "Fjellvik radioamatørlag", "repeater", "LA9FJER", Granted(Holds)),
        club(1, "Havnes radiogruppe", "repeater", "LA9HAVR", Granted(Suspended)),
        club(3, "Skarvsund radioamatørlag", "beacon", "LA9SKAB", Granted(Holds)),
        event,
        contest(2, "LC0Q", Granted(Holds)),
        contest(4, "LC0X", Granted(Holds)),
        contest(6, "LC0Z", Granted(Surrendered)),
        contest(8, "LC9Q", Granted(Revoked)),
        club(5, "Skarvsund skolestasjon", "club", "LA9SKOL", Filed),
        club(6, "Lomviøya radiogruppe", "repeater", "LA9LOMR", Asked),
    ]
}
