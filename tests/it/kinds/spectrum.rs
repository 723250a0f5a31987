//! Spectrum licences: exclusive blocks never overlap, whatever the mix of areas and however many decide at once; the rights
//! of the frequency portal come out as they went in.

use std::sync::Arc;

use anrop::{
    commands::import,
    failure::Problem,
    identity::{Role, token::Ticket},
    permit::{
        kind::{
            claims, find,
            spectrum::{model::SpectrumDetails, rules::overlap},
        },
        store,
    },
    values::{
        ids::PermitId,
        municipality_ground,
        polygon::{Point, Polygon},
    },
};
use serde_json::{Value, json};

use crate::support::{Reply, TestApp, Visitor, Who, people, test_app::on_postgres, visitor::form};

/// A made-up organisation number of a series that is not issued.
fn organisation_number(n: u32) -> String {
    let weights = [3, 2, 7, 6, 5, 4, 3, 2];
    (n * 11..)
        .find_map(|serial| {
            let text = format!("3{serial:07}");
            let sum: u32 = text.bytes().zip(weights).map(|(b, w)| u32::from(b - b'0') * w).sum();
            let check = (11 - sum % 11) % 11;
            (check < 10).then(|| format!("{text}{check}"))
        })
        .expect("one of the next fits")
}

/// Somebody who acts for the `n`th organisation.
pub fn representative(n: u32) -> Who {
    Who(Ticket {
        subject: format!("representative-{n}"),
        roles: vec![Role::Representative],
        organisation: Some(organisation_number(n)),
        ..Who::person(u64::from(n)).0
    })
}

fn caseworker() -> Who {
    Who::caseworker("saksbehandler-1")
}

pub fn simplex(lower_mhz: u64, upper_mhz: u64) -> Value {
    json!({ "simplex": { "lower": lower_mhz * 1_000_000, "upper": upper_mhz * 1_000_000 } })
}

pub fn application(n: u32, block: Value, area: Value) -> Value {
    let mut applicant = people::applicant(u64::from(n));
    applicant["name"] = json!(format!("Eksempelnett {n} AS"));
    applicant.as_object_mut().expect("an object").remove("birthDate");
    json!({
        "applicant": applicant, "blocks": [block], "area": area,
        "validFrom": "2040-01-01", "validUntil": "2055-01-01",
        "exclusive": true, "service": "mobile", "wirelessBroadband": true,
        "purpose": "Mobilt bredbånd", "transferable": true,
        "publicContact": {
            "name": "Driftssenter", "email": "drift@example.no", "phone": "68 05 00 60",
        },
    })
}

fn by_number(numbers: &[&str]) -> Value {
    json!({ "kind": "municipalities", "municipalities": numbers })
}

/// A square with a south-west corner and a side, in hundredths of a degree around Oslo.
fn square(east: i32, north: i32, side: i32) -> Value {
    let at = |x: i32, y: i32| {
        json!({
            "latitude": 59.0 + f64::from(north + y) / 100.0,
            "longitude": 10.0 + f64::from(east + x) / 100.0,
        })
    };
    let ring = [at(0, 0), at(side, 0), at(side, side), at(0, side), at(0, 0)];
    let corners: Vec<Point> = ring
        .iter()
        .map(|point| {
            let degrees = |member: &str| point[member].as_f64().expect("degrees");
            Point::new(degrees("latitude"), degrees("longitude")).expect("a point")
        })
        .collect();
    let area = Polygon::of_ring(&corners).expect("a ring");
    let mut numbers = municipality_ground::around(&area).certain;
    numbers.insert(301);
    let named: Vec<String> = numbers.iter().map(|number| format!("{number:04}")).collect();
    json!({ "kind": "polygon", "municipalities": named, "ring": ring })
}

async fn file(app: &TestApp, n: u32, application: &Value) -> Reply {
    app.post("/v1/spectrum/applications", &representative(n), application).await
}

async fn decide(app: &TestApp, case: &Reply, body: &Value) -> Reply {
    let path = format!("{}/decision", case.header("location"));
    app.post_on(&path, &caseworker(), &case.etag(), body).await
}

fn granted() -> Value {
    json!({ "outcome": "granted", "grounds": "Vilkårene er oppfylt." })
}

/// Files and grants; the id of the permit.
pub async fn grant(app: &TestApp, n: u32, application: &Value) -> String {
    let case = file(app, n, application).await.expect(201);
    let decided = decide(app, &case, &granted()).await.expect(200).json();
    decided["permitId"].as_str().expect("a permit").to_owned()
}

async fn assessment(app: &TestApp, case: &Reply) -> Vec<(String, String)> {
    let view = app.get(case.header("location"), &caseworker()).await.expect(200).json();
    let reasons = view["assessment"].as_array().expect("an assessment").iter();
    let text = |reason: &Value, member: &str| reason[member].as_str().expect("text").to_owned();
    reasons.map(|reason| (text(reason, "code"), text(reason, "text"))).collect()
}

#[tokio::test]
async fn an_exclusive_block_is_had_by_one_until_it_is_given_up() {
    let app = TestApp::start().await;
    let first = application(1, simplex(3500, 3580), json!({ "kind": "national" }));
    let case = file(&app, 1, &first).await.expect(201);
    assert_eq!(case.json()["status"], "submitted");

    // conditions are only of the kinds the act allows
    let mut body = granted();
    body["conditions"] = json!(["coverage: Minst 98 % av befolkningen.", "Innehaveren smiler."]);
    let problem = decide(&app, &case, &body).await.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/conditions/1");
    assert_eq!(problem["errors"][0]["code"], "condition-kind");
    body["conditions"] = json!(["coverage: Minst 98 % av befolkningen."]);
    let decided = decide(&app, &case, &body).await.expect(200).json();
    let permit = format!("/v1/permits/{}", decided["permitId"].as_str().expect("a permit"));
    let shown = app.get(&permit, &representative(1)).await.expect(200);
    let record = shown.json()["record"].clone();
    let number = record["permit"]["number"].as_str().expect("a number").to_owned();
    assert_eq!(record["permit"]["validUntil"], "2055-01-01");
    assert_eq!(record["frequency"]["range"][0]["lower"], 3_500_000_000_u64);
    assert_eq!(record["contactPerson"]["name"], "Driftssenter");
    let page = app
        .send(
            "GET",
            &format!("{permit}/certificate?language=nb"),
            Some(&representative(1)),
            &[("accept", "text/html")],
            None,
        )
        .await
        .expect(200)
        .text();
    assert!(page.contains("Dekning: Minst 98 % av befolkningen."), "{page}");
    assert!(page.contains("3,5 GHz–3,58 GHz"));

    // a part of it, in one municipality: the caseworker is told by whom, the applicant is not
    let second = application(2, simplex(3579, 3600), by_number(&["0301"]));
    let case = file(&app, 2, &second).await.expect(201);
    let reasons = assessment(&app, &case).await;
    let found = reasons.iter().find(|(code, _)| code == "exclusive-overlap").expect("told");
    assert!(found.1.contains(&number), "{found:?}");
    let own = app.get(case.header("location"), &representative(2)).await.expect(200);
    assert!(!own.text().contains(&number));
    let refused = decide(&app, &case, &granted()).await.expect_problem(409, "identifier-taken");
    assert!(!refused.to_string().contains(&number));

    // what only touches in frequency, or lies elsewhere, is granted
    grant(&app, 3, &application(3, simplex(3580, 3600), by_number(&["0301"]))).await;
    grant(&app, 4, &application(4, simplex(3500, 3580), by_number(&["2100"]))).await;
    let mut later = application(5, simplex(3500, 3580), json!({ "kind": "national" }));
    later["validFrom"] = json!("2055-01-01");
    later["validUntil"] = json!("2070-01-01");
    grant(&app, 5, &later).await;

    // given up, it is free
    let surrender = format!("{permit}/surrender");
    app.post_on(
        &surrender,
        &representative(1),
        &shown.etag(),
        &json!({ "reason": "noLongerUsed" }),
    )
    .await
    .expect(200);
    decide(&app, &case, &granted()).await.expect_problem(409, "identifier-taken"); // of the third
    grant(&app, 6, &application(6, simplex(3560, 3580), by_number(&["0301"]))).await;
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn a_renewal_tells_of_who_has_the_block_in_the_years_it_adds() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let over = |n: u32, from: i64, until: i64| {
        let mut wanted = application(n, simplex(3500, 3580), json!({ "kind": "national" }));
        wanted["wirelessBroadband"] = json!(false);
        wanted["validFrom"] = json!(app.day_in(from));
        wanted["validUntil"] = json!(app.day_in(until));
        wanted
    };
    let first = grant(&app, 1, &over(1, 1, 400)).await;
    let second = grant(&app, 2, &over(2, 400, 800)).await;
    let path = format!("/v1/permits/{second}");
    let next = app.get(&path, &representative(2)).await.expect(200).json();
    let number = next["record"]["permit"]["number"].as_str().expect("a number").to_owned();
    app.clock.advance(chrono::TimeDelta::days(380));
    let renew = format!("/v1/permits/{first}/renewal");
    let case = app.send("POST", &renew, Some(&representative(1)), &[], None).await.expect(201);
    let reasons = assessment(&app, &case).await;
    let found = reasons.iter().find(|(code, _)| code == "exclusive-overlap").expect("told");
    assert!(found.1.contains(&number), "{found:?}");
    app.finish().await;
}

#[tokio::test]
async fn an_exclusive_licence_is_for_organisations_and_a_shared_one_for_anybody() {
    let app = TestApp::start().await;
    let mut application = application(1, simplex(440, 441), by_number(&["0301"]));
    application["applicant"] = people::applicant(1);
    let path = "/v1/spectrum/applications";
    app.post(path, &Who::person(1), &application).await.expect_problem(422, "conditions-not-met");
    application["exclusive"] = json!(false);
    application["wirelessBroadband"] = json!(false);
    let case = app.post(path, &Who::person(1), &application).await.expect(201);
    decide(&app, &case, &granted()).await.expect(200);
    // an exclusive one on top of it is told to the caseworker, who may grant it
    let exclusive = self::application(2, simplex(440, 441), by_number(&["0301"]));
    let case = file(&app, 2, &exclusive).await.expect(201);
    let reasons = assessment(&app, &case).await;
    assert!(reasons.iter().any(|(code, _)| code == "overlaps-shared"), "{reasons:?}");
    decide(&app, &case, &granted()).await.expect(200);
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn a_permit_takes_anew_what_it_is_amended_to_or_keeps_what_it_had() {
    let app = TestApp::start().await;
    let area = by_number(&["0301", "4601"]);
    let mine = grant(&app, 1, &application(1, simplex(3500, 3520), area.clone())).await;
    grant(&app, 2, &application(2, simplex(3540, 3560), area)).await;
    let amend = |lower: u64, upper: u64| {
        let (app, mine) = (&app.app, PermitId::parse(&mine).expect("an id"));
        async move {
            app.db()
                .write(|tx| async move {
                    let mut permit = store::find(&*tx, anrop::identity::Sight::All, mine).await?;
                    permit.details["blocks"] = json!([{
                        "kind": "simplex",
                        "range": { "from": lower * 1_000_000, "until": upper * 1_000_000 },
                    }]);
                    claims::take(&tx, &permit).await
                })
                .await
                .map_err(|failure| failure.problem())
        }
    };
    let held = "SELECT count(*) AS n FROM spectrum_block WHERE live AND lower_hz = ";
    assert_eq!(amend(3500, 3541).await, Err(Problem::IdentifierTaken));
    assert_eq!(app.count(&format!("{held} 3500000000")).await, 2, "as before");
    assert_eq!(amend(3510, 3540).await, Ok(()), "over its own, next to the other");
    assert_eq!(app.count(&format!("{held} 3500000000")).await, 0);
    assert_eq!(app.count(&format!("{held} 3510000000")).await, 2);
    app.waive_deliveries();
    app.finish().await;
}

#[tokio::test]
async fn a_licence_that_is_amended_to_other_days_claims_those() {
    let app = TestApp::start().await;
    let mut longer = application(1, simplex(3500, 3520), by_number(&["0301"]));
    let mine = grant(&app, 1, &longer).await;
    longer["validUntil"] = json!("2056-01-01");
    let path = format!("/v1/permits/{mine}/amendment-applications");
    let asked = json!({ "application": longer });
    let case = app.post(&path, &representative(1), &asked).await.expect(201);
    decide(&app, &case, &granted()).await.expect(200);
    let seen = app.get(&format!("/v1/permits/{mine}"), &representative(1)).await.expect(200).json();
    assert_eq!(seen["record"]["permit"]["validFrom"], "2040-01-01");
    assert_eq!(seen["record"]["permit"]["validUntil"], "2056-01-01");

    // nobody else gets the year that was added
    let mut after = application(2, simplex(3500, 3520), by_number(&["0301"]));
    after["validFrom"] = json!("2055-06-01");
    after["validUntil"] = json!("2070-06-01");
    let case = file(&app, 2, &after).await.expect(201);
    decide(&app, &case, &granted()).await.expect_problem(409, "identifier-taken");
    app.waive_deliveries();
    app.finish().await;
}

/// A ring is what it is on the map, whatever the applicant says it lies in.
#[tokio::test]
async fn a_ring_cannot_be_told_away_from_a_municipality_given_by_number() {
    let app = TestApp::start().await;
    let ring = |corners: &[(f64, f64)]| {
        let at = |(east, north): &(f64, f64)| json!({ "longitude": east, "latitude": north });
        corners.iter().chain(corners.first()).map(at).collect::<Value>()
    };
    let central = ring(&[(10.7, 59.9), (10.8, 59.9), (10.8, 59.95), (10.7, 59.95)]);
    let area = |ring: &Value, municipalities: &[&str], offshore: bool| {
        json!({
            "kind": "polygon", "ring": ring, "municipalities": municipalities, "offshore": offshore,
        })
    };
    let block = || simplex(3500, 3520);
    let faults = async |area: Value| {
        let problem = file(&app, 2, &application(2, block(), area)).await;
        let problem = problem.expect_problem(422, "invalid-content");
        let errors = problem["errors"].as_array().expect("errors").clone();
        errors.iter().filter_map(|error| error["code"].as_str().map(str::to_owned)).collect()
    };
    let misnamed: Vec<String> = faults(area(&central, &["4601"], false)).await;
    assert_eq!(misnamed, ["municipality-not-named", "outside-the-ring"]);
    let by_sea: Vec<String> = faults(area(&central, &[], true)).await;
    assert_eq!(by_sea, ["municipality-not-named", "not-offshore"]);

    // beside the place of the municipality nothing is certain, and what may overlap is refused
    grant(&app, 1, &application(1, block(), by_number(&["0301"]))).await;
    let north = ring(&[(10.6, 60.0), (10.65, 60.0), (10.65, 60.03)]);
    let case = file(&app, 2, &application(2, block(), area(&north, &["3201"], false))).await;
    let case = case.expect(201);
    let told = assessment(&app, &case).await;
    assert!(told.iter().any(|(code, _)| code == "exclusive-overlap"), "{told:?}");
    decide(&app, &case, &granted()).await.expect_problem(409, "identifier-taken");

    // far from it, and at sea, there is room
    let bergen = ring(&[(5.3, 60.37), (5.35, 60.37), (5.35, 60.41), (5.3, 60.41)]);
    grant(&app, 3, &application(3, block(), area(&bergen, &["4601"], false))).await;
    let field = ring(&[(1.8, 61.0), (2.2, 61.0), (2.2, 61.3)]);
    grant(&app, 4, &application(4, block(), area(&field, &[], true))).await;
    let shelf = application(5, block(), json!({ "kind": "offshore" }));
    let case = file(&app, 5, &shelf).await.expect(201);
    decide(&app, &case, &granted()).await.expect_problem(409, "identifier-taken");
    app.waive_deliveries();
    app.finish().await;
}

/// What geography cannot tell a caseworker reads off a map, with a reason that stands in the case.
#[tokio::test]
async fn a_caseworker_says_which_municipalities_a_ring_has_ground_of() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    grant(&app, 1, &application(1, simplex(3500, 3520), by_number(&["0301"]))).await;
    let corners = [(10.6, 60.0), (10.65, 60.0), (10.65, 60.03), (10.6, 60.0)];
    let at = |(east, north): &(f64, f64)| json!({ "longitude": east, "latitude": north });
    let ring = corners.iter().map(at).collect::<Value>();
    let area = json!({ "kind": "polygon", "ring": ring, "municipalities": ["3201"] });
    let mut asked = application(2, simplex(3500, 3520), area);
    // an applicant does not say it
    let mut told = asked.clone();
    told["ringMunicipalities"] = json!(["3201"]);
    let problem = file(&app, 2, &told).await.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["code"], "authority-only");
    let case = file(&app, 2, &asked).await.expect(201);
    decide(&app, &case, &granted()).await.expect_problem(409, "identifier-taken");

    let path = format!("{}/ring-municipalities", case.header("location"));
    let correct = async |etag: &str, numbers: Value| {
        let body = json!({ "ringMunicipalities": numbers, "reason": "Kartet viser Bærum alene." });
        app.post_on(&path, &caseworker(), etag, &body).await
    };
    let problem = correct(&case.etag(), json!(["4601"])).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/area/municipalities/0");
    let corrected = correct(&case.etag(), json!(["3201"])).await.expect(200);
    let seen = corrected.json();
    assert!(seen["journal"].to_string().contains("Ground of a ring corrected"), "{seen}");
    assert!(seen.to_string().contains("Kartet viser Bærum alene."), "{seen}");
    correct(&case.etag(), json!(["3201"])).await.expect_problem(412, "stale-version");

    let decision = format!("{}/decision", case.header("location"));
    let decided = app.post_on(&decision, &caseworker(), &corrected.etag(), &granted()).await;
    let decided = decided.expect(200);
    let id = decided.json()["permitId"].as_str().expect("a permit").to_owned();
    let permit = format!("/v1/permits/{id}");
    let ground = async || {
        let seen = app.get(&permit, &representative(2)).await.expect(200).json();
        seen["record"]["frequency"]["area"]["ground"][0]["number"].clone()
    };
    assert_eq!(ground().await, "3201");
    correct(&decided.etag(), json!(["3201"])).await.expect_problem(409, "illegal-transition");
    // the holder's own amendment of something else keeps it
    asked["leases"] = json!([{
        "lessee": organisation_number(7), "validFrom": "2041-01-01", "validUntil": "2046-01-01",
    }]);
    let amendment = format!("{permit}/amendment-applications");
    let body = json!({ "application": asked });
    let filed = app.post(&amendment, &representative(2), &body).await.expect(201).json();
    assert_eq!(filed["status"], "granted", "{filed}");
    assert_eq!(ground().await, "3201");
    app.finish().await;
}

/// At the desk the caseworker sees what geography says, and corrects it there.
#[tokio::test]
async fn the_desk_shows_and_corrects_the_municipalities_of_a_ring() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let case = file(&app, 2, &application(2, simplex(3500, 3520), square(70, 90, 5))).await;
    let case = case.expect(201).header("location").to_owned();
    let page = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let action = format!("{page}/deed");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let shown = visitor.get(&page).await.expect(200).text();
    assert!(
        shown.contains("Kommunene omrisset ligger i") && shown.contains("0301 Oslo"),
        "{shown}"
    );
    let why = ("ring-why", "Kartet viser Oslo alene.");
    let wrong = [("deed", "correct-ring"), ("ring", "9999"), why];
    let wrong = visitor.post(&action, &form(&shown, &action, &wrong)).await.expect(422).text();
    assert!(wrong.contains("href=\"#ring\"") && wrong.contains("Kartet viser Oslo"), "{wrong}");
    let right = [("deed", "correct-ring"), ("ring", "0301"), why];
    let done = visitor.post(&action, &form(&shown, &action, &right)).await.expect(200).text();
    assert!(done.contains("En saksbehandler har rettet det etter kartet."), "{done}");
    app.finish().await;
}

/// The holder tells of it by an amendment, which the rules grant; it is published, stands in the
/// certificate, goes on with the licence when that is handed over, and ends when it is left out.
#[tokio::test]
async fn a_holder_leases_a_part_of_a_licence_to_another() {
    let app = TestApp::start().await;
    let mut licence = application(1, simplex(3500, 3580), by_number(&["0301", "4601"]));
    let id = grant(&app, 1, &licence).await;
    let permit = format!("/v1/permits/{id}");
    let asking = |licence: &Value| json!({ "application": licence });
    let path = format!("{permit}/amendment-applications");
    let lessee = organisation_number(7);
    licence["leases"] = json!([{
        "lessee": lessee, "validFrom": "2041-01-01", "validUntil": "2046-01-01",
        "range": { "lower": 3_500_000_000_u64, "upper": 3_520_000_000_u64 },
        "municipalities": ["4601"],
    }]);
    app.post(&path, &representative(2), &asking(&licence)).await.expect(404);
    let filed = app.post(&path, &representative(1), &asking(&licence)).await.expect(201).json();
    assert_eq!(filed["status"], "granted", "{filed}");
    let shown = app.get(&permit, &representative(1)).await.expect(200).json();
    assert_eq!(shown["record"]["frequency"]["lease"][0]["lessee"], json!(lessee));
    let number = shown["record"]["permit"]["number"].as_str().expect("a number").to_owned();
    let public =
        app.get_public(&format!("/v1/frequency-permits/{number}")).await.expect(200).json();
    let leased = &public["frequency"]["lease"];
    assert_eq!(leased[0]["lessee"], json!(lessee), "{public}");
    assert_eq!(leased[0]["validUntil"], "2046-01-01");
    let html = [("accept", "text/html")];
    let certificate = format!("{permit}/certificate?language=en");
    let page = app.send("GET", &certificate, Some(&representative(1)), &html, None).await;
    assert!(page.expect(200).text().contains("Leased to organisation number"));

    // outside the licence, or the same twice
    let mut wrong = licence.clone();
    wrong["leases"][0]["municipalities"] = json!(["5001"]);
    let again = wrong["leases"][0].clone();
    wrong["leases"].as_array_mut().expect("leases").push(again);
    let problem = app.post(&path, &representative(1), &asking(&wrong)).await;
    let problem = problem.expect_problem(422, "invalid-content");
    let codes: Vec<&str> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|error| error["code"].as_str())
        .collect();
    assert!(
        codes.contains(&"outside-the-licence") && codes.contains(&"lease-overlap"),
        "{codes:?}"
    );
    // more than a lease is for a caseworker
    let mut wider = licence.clone();
    wider["purpose"] = json!("Mobilt bredbånd og maskiner");
    wider["leases"] = json!([]);
    let filed = app.post(&path, &representative(1), &asking(&wider)).await.expect(201);
    assert_eq!(filed.json()["status"], "submitted");
    let withdrawal = format!("{}/withdrawal", filed.header("location"));
    app.post_on(&withdrawal, &representative(1), &filed.etag(), &json!({})).await.expect(200);

    // it goes on with the licence under another holder
    let terms = json!({
        "newHolder": organisation_number(3), "from": app.day_in(0), "reason": "Solgt.",
    });
    let case =
        app.post(&format!("{permit}/transfer"), &representative(1), &terms).await.expect(201);
    let case = case.header("location").to_owned();
    let seen = app.get(&case, &representative(3)).await.expect(200);
    let mut theirs = application(3, simplex(3500, 3580), by_number(&["0301", "4601"]));
    let acceptance = json!({ "applicant": theirs["applicant"] });
    app.post_on(&format!("{case}/acceptance"), &representative(3), &seen.etag(), &acceptance)
        .await
        .expect(200);
    let seen = app.get(&case, &caseworker()).await.expect(200);
    app.post_on(&format!("{case}/decision"), &caseworker(), &seen.etag(), &granted())
        .await
        .expect(200);
    let held = app.get("/v1/permits", &representative(3)).await.expect(200).json();
    let new = format!("/v1/permits/{}", held["items"][0]["id"].as_str().expect("a permit"));
    let record = app.get(&new, &representative(3)).await.expect(200).json()["record"].clone();
    assert_eq!(record["frequency"]["lease"][0]["lessee"], json!(lessee));

    // and ends when it is left out
    theirs["leases"] = json!([]);
    let path = format!("{new}/amendment-applications");
    let filed = app.post(&path, &representative(3), &asking(&theirs)).await.expect(201).json();
    assert_eq!(filed["status"], "granted", "{filed}");
    let record = app.get(&new, &representative(3)).await.expect(200).json()["record"].clone();
    assert!(record["frequency"].get("lease").is_none(), "{record}");
    app.waive_deliveries();
    app.finish().await;
}

/// What the registry would refuse before, the database refuses by itself.
#[tokio::test]
async fn the_database_refuses_an_overlapping_row_by_itself() {
    let app = TestApp::start().await;
    grant(&app, 1, &application(1, simplex(3500, 3520), json!({ "kind": "national" }))).await;
    let ring = "((10.7,59.9),(10.8,59.9),(10.8,60))";
    // two rings are compared by PostgreSQL; SQLite has one writer, who looks before writing
    let compares = on_postgres();
    for (lower, upper, space, shape, refused) in [
        (3_519_999_999_u64, 3_530_000_000_u64, 301, ring, true),
        (3_520_000_000, 3_530_000_000, 301, ring, false),
        (3_525_000_000, 3_526_000_000, 301, "((10.75,59.9),(10.9,59.9),(10.9,60))", compares),
        (3_526_000_000, 3_527_000_000, 301, "((10.85,59.9),(10.9,59.9),(10.9,60))", false),
        (3_500_000_000, 3_520_000_000, 12_111, ring, false),
    ] {
        let sql = format!(
            "INSERT INTO spectrum_block (permit_id, lower_hz, upper_hz, space_from, space_until, shape, \
             valid_from, valid_until, exclusive, live) SELECT id, {lower}, {upper}, {space}, \
             {space} + 1, '{shape}', '2040-01-01', NULL, true, true FROM permit"
        );
        let outcome = app
            .app
            .db()
            .write(|tx| {
                let sql = &sql;
                async move {
                    use sea_orm::ConnectionTrait as _;
                    tx.execute_unprepared(sql).await?;
                    Ok(())
                }
            })
            .await;
        assert_eq!(outcome.is_err(), refused, "{lower} {space} {shape}");
        if let Err(failure) = outcome {
            assert!(failure.to_string().contains("spectrum_block_overlap_ex"), "{failure}");
        }
    }
    app.waive_deliveries();
    app.finish().await;
}

/// The `n`th application of the race: three sorts of areas on twenty megahertz, so that many overlap.
fn contested(n: u32) -> Value {
    let lower = 3500 + u64::from(n * 7 % 16);
    let block = if n.is_multiple_of(4) {
        json!({
            "downlink": { "lower": lower * 1_000_000, "upper": (lower + 3) * 1_000_000 },
            "uplink": { "lower": (lower - 100) * 1_000_000, "upper": (lower - 97) * 1_000_000 },
        })
    } else {
        simplex(lower, lower + 1 + u64::from(n % 5))
    };
    let (east, north) =
        (i32::try_from(n * 5 % 40).expect("small"), i32::try_from(n * 3 % 30).expect("small"));
    let area = match n % 5 {
        0 => json!({ "kind": "national" }),
        1 => by_number(&["0301", "3201", "4601"]),
        2 => by_number(&["5001", "3024"]),
        _ => square(60 + east, 85 + north, 12),
    };
    application(n, block, area)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_racing_decisions_leave_no_overlap() {
    let app = Arc::new(TestApp::start().await);
    let mut cases = Vec::new();
    for n in 0..50 {
        cases.push(file(&app, n, &contested(n)).await.expect(201));
    }
    let racers: Vec<_> = cases
        .into_iter()
        .map(|case| {
            let app = app.clone();
            tokio::spawn(async move { decide(&app, &case, &granted()).await.status })
        })
        .collect();
    let (mut winners, mut losers) = (Vec::new(), Vec::new());
    for (n, racer) in (0..).zip(racers) {
        match racer.await.expect("ends") {
            200 => winners.push(n),
            409 => losers.push(n),
            other => panic!("{n}: {other}"),
        }
    }
    let claims_of = |n: u32| {
        let kind = find(anrop::permit::kind::Kind::Spectrum).expect("a kind");
        let parsed = kind.read(&contested(n), false, "").expect("parses");
        let details: SpectrumDetails = serde_json::from_value(parsed.details).expect("details");
        overlap::claims(&details, details.validity)
    };
    let overlap = |a: u32, b: u32| {
        let (a, b) = (claims_of(a), claims_of(b));
        a.iter().any(|a| b.iter().any(|b| overlap::overlap(a, b)))
    };
    for (at, a) in winners.iter().enumerate() {
        for b in &winners[..at] {
            assert!(!overlap(*a, *b), "{a} and {b} both have what they share");
        }
    }
    for loser in &losers {
        assert!(winners.iter().any(|winner| overlap(*winner, *loser)), "{loser} lost to nobody");
    }
    assert!(winners.len() > 2 && losers.len() > 2, "{winners:?} {losers:?}");
    let rows: usize = winners.iter().map(|n| claims_of(*n).len()).sum();
    let live = "SELECT count(*) AS n FROM spectrum_block WHERE live";
    assert_eq!(usize::try_from(app.count(live).await), Ok(rows));
    app.waive_deliveries();
    Arc::into_inner(app).expect("the only one").finish().await;
}

#[tokio::test]
async fn rights_of_the_portal_come_out_as_they_went_in_and_are_told_to_the_caseworker() {
    let app = TestApp::start().await;
    let address = "/frekvensportalen_service/rest/rightofuseinfos";
    assert_eq!(app.get_public(address).await.expect(200).json(), json!([]));
    let text =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/rights_of_use.json"));
    let list = import::rights::read(text.as_bytes()).expect("a list");
    for expected in [(4, 0), (0, 4)] {
        let done = import::rights_of_use(app.app.db(), &list).await.expect("imports");
        assert_eq!((done.new, done.unchanged), expected);
        let given = app.get_public(address).await.expect(200);
        assert_eq!(given.header("content-type"), "application/json");
        assert_eq!(given.json(), serde_json::from_str::<Value>(text).expect("JSON"));
    }
    // a right on the uplink stands in the way for the eye; free use and amateurs do not
    for (block, expected) in [
        (simplex(459, 461), 1),
        (simplex(446, 447), 0),
        (simplex(144, 145), 0),
        (simplex(441, 442), 0),
    ] {
        let case = file(&app, 1, &application(1, block, by_number(&["0301"]))).await.expect(201);
        let reasons = assessment(&app, &case).await;
        let found: Vec<_> = reasons.iter().filter(|(code, _)| code == "legacy-overlap").collect();
        assert_eq!(found.len(), expected, "{reasons:?}");
        if let Some((_, text)) = found.first() {
            assert!(
                text.contains("1000101, taken over")
                    && text.contains("Eksempelsamband AS; place: Oslo, Ås;"),
                "{text}"
            );
        }
        decide(&app, &case, &granted()).await.expect(200);
    }
    app.waive_deliveries();
    app.finish().await;
}
