//! Radio equipment in aircraft: application to end through HTTP, and what the rescue centre finds.

use anrop::{
    identity::Role,
    permit::kind::{PermitKind as _, aircraft::Aircraft},
    values::beacon_id::{Code, Homer, Programming, Transmission, encode, message},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::shared::{
    act, caseworker, faults, file, granted, look_up, permit_of, reasons, subscribed, try_grant,
};
use crate::support::{TestApp, Who, people};

/// The specimen as the `n`th person's.
pub fn application(n: u64) -> Value {
    let mut application = serde_json::to_value(Aircraft::example()).expect("JSON");
    let plb = people::plb_application(n);
    application["applicant"] = plb["applicant"].clone();
    application["emergencyContacts"] = plb["emergencyContacts"].clone();
    application
}

/// The specimen for another aircraft.
fn other(n: u64, registration: &str, address: u32) -> Value {
    let mut application = application(n);
    application["aircraft"]["registration"] = json!(registration);
    application["aircraft"]["address"] = json!(format!("{address:06X}"));
    application["elt"]["code"] = json!(code(257, address, 0));
    application
}

fn programming(country: u16, address: u32, elt_number: u8) -> Programming {
    let code = Code::SerialUserEltAddress { address, elt_number, tac: None };
    Programming { country, code, homer: Homer::Mhz121 }
}

fn code(country: u16, address: u32, elt_number: u8) -> String {
    encode(&programming(country, address, elt_number)).expect("a code").to_string()
}

const ADDRESS: u32 = 0x47_8ABC;

#[tokio::test]
async fn an_alert_is_told_at_the_next_look_up_by_whatever_key_it_was_marked() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let decided = granted(&app, "aircraft", &Who::person(1), &application(1)).await;
    let (code, centre) = (code(257, ADDRESS, 0), Who::role(Role::Rescue));
    for key in ["LN-EKS", "LNEKS", "478ABC"] {
        let body = json!({ "key": key, "incidentReference": "2026/9", "outcome": "false" });
        let alert = app.post("/v1/rescue/alerts", &centre, &body).await.expect(201).json();
        assert_eq!(alert["permitId"], decided["permitId"], "{key}");
        app.clock.advance(TimeDelta::minutes(1));
    }
    // each once and the newest first, also by a key that one was marked by
    for key in [code.as_str(), "LN-EKS"] {
        let answer = look_up(&app, key).await;
        let alerts = answer["matches"][0]["earlierAlerts"].as_array().expect("alerts");
        let times: Vec<&str> = alerts.iter().filter_map(|alert| alert["at"].as_str()).collect();
        assert_eq!(times.len(), 3, "{key}: {answer}");
        assert!(times.is_sorted_by(|newer, older| newer > older), "{times:?}");
    }
    app.finish().await;
}

#[tokio::test]
async fn an_aircraft_permit_reaches_the_rescue_centre_and_is_found_by_every_key() {
    let app = TestApp::start().await;
    let rescue = subscribed(&app, "rescueCentre").await;
    let programmer = subscribed(&app, "programmer").await;
    let holder = Who::person(1);
    let case = file(&app, "aircraft", &holder, &application(1)).await;
    assert_eq!(reasons(&app, &case).await, ["register-check"]);
    let decided = try_grant(&app, &case).await.expect(200).json();
    let permit = permit_of(&decided);
    let seen = app.get(&permit, &holder).await.expect(200).json();
    assert_eq!(seen["record"]["permit"]["status"], "active");
    assert!(seen["record"]["permit"]["number"].as_str().expect("a number").starts_with("AIR-"));
    let aircraft = &seen["record"]["aircraft"];
    assert_eq!(
        (&aircraft["registration"], &aircraft["takeOffMass"]),
        (&json!("LN-EKS"), &json!(1150))
    );
    assert_eq!(aircraft["radioEquipment"][0]["frequencyFrom"], 118_000_000);

    app.deliver().await;
    let told = rescue.received();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["type"], &told[0]["data"]["kind"]),
        (&json!("permit.issued"), &json!("aircraft"))
    );
    let record = &told[0]["data"]["record"];
    assert_eq!(record["aircraft"], *aircraft, "everything registered");
    assert_eq!(record["holder"]["nationalId"], holder.national_id());
    assert_eq!(record["contacts"].as_array().map(Vec::len), Some(2));
    assert!(programmer.received().is_empty(), "programmers have nothing to do with aircraft");

    let registered = code(257, ADDRESS, 0);
    let long = message(&programming(257, ADDRESS, 0), Transmission::Long { position: None })
        .expect("a message");
    for (key, matched) in [
        (registered.as_str(), "exact"),
        (long.as_str(), "exact"),
        ("478ABC", "aircraft"),
        ("47-8a-bc", "aircraft"),
        ("LN-EKS", "aircraft"),
        ("LNEKS", "aircraft"),
    ] {
        let answer = look_up(&app, key).await;
        let found = &answer["matches"][0];
        assert_eq!(found["match"], matched, "{key}: {answer}");
        assert_eq!(found["differences"], json!([]), "{key}");
        let order: Vec<&Value> = found["record"]["contacts"]
            .as_array()
            .expect("contacts")
            .iter()
            .map(|contact| &contact["callingOrder"])
            .collect();
        assert_eq!(order, [1, 2]);
        assert_eq!(found["record"]["aircraft"]["homeBase"], "Lillesand sjøflyhavn");
    }

    // another ELT of the same aircraft, whose code nobody has registered, names it by its address
    let answer = look_up(&app, &code(257, ADDRESS, 5)).await;
    let found = &answer["matches"][0];
    assert_eq!((&found["match"], &found["permitId"]), (&json!("aircraft"), &decided["permitId"]));
    assert_eq!(found["differences"][0]["code"], "beacon-id");
    // so does one that is coded with the registration
    let aviation = Code::AviationUser { registration: "LN-EKS".to_owned(), elt_number: 1 };
    let aviation = Programming { country: 257, code: aviation, homer: Homer::Mhz121 };
    let answer = look_up(&app, encode(&aviation).expect("a code").as_str()).await;
    assert_eq!(answer["matches"][0]["match"], "aircraft");
    assert_eq!(look_up(&app, &code(257, 0x47_8ABD, 0)).await["reason"], "unknown");

    let surrender = json!({ "reason": "sold" });
    act(&app, &permit, "surrender", &holder, &surrender).await.expect(200);
    app.deliver().await;
    let last = rescue.received().last().cloned().expect("told");
    assert_eq!(last["type"], "permit.surrendered");
    assert_eq!(last["data"]["record"]["aircraft"]["registration"], "LN-EKS");
    assert!(last["data"]["record"].get("contacts").is_none());
    for key in ["478ABC", "LN-EKS", &registered] {
        assert_eq!(look_up(&app, key).await["reason"], "ended", "{key}");
    }
    assert!(programmer.received().is_empty());
    app.finish().await;
}

#[tokio::test]
async fn registration_address_and_code_belong_to_one_live_permit_each() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let first = granted(&app, "aircraft", &Who::person(1), &application(1)).await;
    let (owner, ours) = (Who::person(2), other(2, "LN-EKT", 0x47_8ABD));
    for (member, value) in [("registration", json!("LN-EKS")), ("address", json!("478ABC"))] {
        let mut same = ours.clone();
        same["aircraft"][member] = value;
        same["elt"].as_object_mut().expect("an ELT").remove("code");
        let case = file(&app, "aircraft", &owner, &same).await;
        let told = reasons(&app, &case).await;
        assert!(told.contains(&"identifier-taken".to_owned()), "{member}: {told:?}");
        assert!(told.contains(&"elt-not-coded".to_owned()), "{told:?}");
        try_grant(&app, &case).await.expect_problem(409, "identifier-taken");
    }
    granted(&app, "aircraft", &owner, &ours).await;

    // the aircraft is sold: the permit cannot be handed on, so the seller gives it up and the buyer applies
    let bought = file(&app, "aircraft", &owner, &application(2)).await;
    try_grant(&app, &bought).await.expect_problem(409, "identifier-taken");
    let surrender = json!({ "reason": "sold" });
    act(&app, &permit_of(&first), "surrender", &Who::person(1), &surrender).await.expect(200);
    assert_eq!(reasons(&app, &bought).await, ["register-check"]);
    try_grant(&app, &bought).await.expect(200);
    app.finish().await;
}

#[tokio::test]
async fn an_application_is_refused_with_every_fault_named() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let who = Who::person(1);
    let refused = async |application: Value| {
        let reply = app.post("/v1/aircraft/applications", &who, &application).await;
        let problem = reply.expect_problem(422, "invalid-content");
        let found: Vec<(String, String)> = faults(&problem)
            .into_iter()
            .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()))
            .collect();
        (found, problem.to_string())
    };
    for (code, difference) in
        [(code(265, ADDRESS, 0), "country"), ("A02F00C0E400001".to_owned(), "class")]
    {
        let mut wrong = application(1);
        wrong["elt"]["code"] = json!(code);
        let (found, _) = refused(wrong).await;
        assert!(found.contains(&("/elt/code".to_owned(), difference.to_owned())), "{found:?}");
    }
    // a code that names another aircraft is for a caseworker to judge
    let mut another = application(1);
    another["elt"]["code"] = json!(code(257, 0x47_8ABD, 0));
    let case = file(&app, "aircraft", &who, &another).await;
    assert_eq!(reasons(&app, &case).await, ["register-check", "code-differs"]);

    let mut craft = application(1);
    craft["elt"]["code"] = json!("982571234");
    let (found, text) = refused(craft).await;
    assert_eq!(found, [("/elt/code".to_owned(), "craft-mmsi".to_owned())]);
    assert!(text.contains("98MIDxxxx") && text.contains("Norwegian ship radio register"), "{text}");
    assert!(!text.contains("982571234"));

    let mut alone = application(1);
    alone["emergencyContacts"] = json!([]);
    let (found, _) = refused(alone).await;
    assert_eq!(found, [("/emergencyContacts".to_owned(), "missing".to_owned())]);
    let mut foreign = application(1);
    foreign["aircraft"]["registration"] = json!("SE-ABC");
    foreign["aircraft"]["address"] = json!("4A1234");
    let (found, _) = refused(foreign).await;
    assert_eq!(
        found.iter().map(|(pointer, _)| pointer.as_str()).collect::<Vec<_>>(),
        ["/aircraft/address", "/aircraft/registration"]
    );

    // which protocols are accepted is a matter of the day, and is told when it is filed
    let national = Code::NationalLocationElt { number: 7 };
    let national = Programming { country: 257, code: national, homer: Homer::Mhz121 };
    let mut wrong = application(1);
    wrong["elt"]["code"] = json!(encode(&national).expect("a code").as_str());
    let problem = app
        .post("/v1/aircraft/applications", &who, &wrong)
        .await
        .expect_problem(422, "conditions-not-met");
    assert!(problem["detail"].as_str().expect("words").contains("protocol"), "{problem}");
    app.finish().await;
}

#[tokio::test]
async fn a_temporary_permit_ends_by_itself_and_its_duties_stand_on_the_certificate() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let holder = Who::person(1);
    let mut ferry = application(1);
    ferry["temporary"] = json!({
        "validFrom": app.day_in(2), "validUntil": app.day_in(9), "purpose": "Overflyging til kjøper",
    });
    let permit = permit_of(&granted(&app, "aircraft", &holder, &ferry).await);
    let seen = app.get(&permit, &holder).await.expect(200).json();
    assert_eq!(seen["record"]["permit"]["validFrom"], json!(app.day_in(2)));
    assert_eq!(seen["record"]["permit"]["validUntil"], json!(app.day_in(9)));
    assert_eq!(seen["record"]["aircraft"]["temporaryPurpose"], "Overflyging til kjøper");
    for (language, duty) in [
        ("nb", "Tillatelsen kan ikke overdras."),
        ("nn", "Løyvet kan ikkje overdragast."),
        ("en", "The permit is not transferable."),
    ] {
        let path = format!("{permit}/certificate?language={language}");
        let page = app.send("GET", &path, Some(&holder), &[("accept", "text/html")], None).await;
        let page = page.expect(200).text();
        assert!(page.contains(duty) && page.contains("LN-EKS"), "{language}");
        assert!(page.contains("ICAO Annex 10"), "{language}");
    }
    app.clock.advance(chrono::TimeDelta::days(8));
    assert_eq!(anrop::permit::actions::expire_due(&app.app).await.expect("runs"), 0);
    app.clock.advance(chrono::TimeDelta::days(2));
    assert_eq!(anrop::permit::actions::expire_due(&app.app).await.expect("runs"), 1);
    let seen = app.get(&permit, &holder).await.expect(200).json();
    assert_eq!(seen["record"]["permit"]["status"], "expired");

    ferry["temporary"]["validFrom"] = json!(app.day_in(-5));
    ferry["temporary"]["validUntil"] = json!(app.day_in(-1));
    app.post("/v1/aircraft/applications", &holder, &ferry)
        .await
        .expect_problem(422, "conditions-not-met");
    app.finish().await;
}

#[tokio::test]
async fn a_temporary_permit_is_amended_to_other_days() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let holder = Who::person(1);
    let mut ferry = application(1);
    ferry["temporary"] = json!({
        "validFrom": app.day_in(2), "validUntil": app.day_in(9), "purpose": "Overflyging til kjøper",
    });
    let permit = permit_of(&granted(&app, "aircraft", &holder, &ferry).await);
    let end = app.day_in(14);
    ferry["temporary"]["validUntil"] = json!(end);
    let asked = json!({ "application": ferry });
    let path = format!("{permit}/amendment-applications");
    let receipt = app.post(&path, &holder, &asked).await.expect(201);
    try_grant(&app, receipt.header("location")).await.expect(200);
    let seen = app.get(&permit, &holder).await.expect(200).json();
    assert_eq!(seen["record"]["permit"]["validFrom"], json!(app.day_in(2)));
    assert_eq!(seen["record"]["permit"]["validUntil"], json!(end));
    app.clock.advance(chrono::TimeDelta::days(13));
    assert_eq!(anrop::permit::actions::expire_due(&app.app).await.expect("runs"), 0);
    app.clock.advance(chrono::TimeDelta::days(1));
    assert_eq!(anrop::permit::actions::expire_due(&app.app).await.expect("runs"), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_lost_elt_is_reported_and_an_aircraft_without_one_has_nothing_to_report() {
    let app = TestApp::start().await;
    let rescue = subscribed(&app, "rescueCentre").await;
    let holder = Who::person(1);
    let permit = permit_of(&granted(&app, "aircraft", &holder, &application(1)).await);
    let stolen = json!({ "condition": "stolen", "note": "Tatt fra hangaren" });
    let told = act(&app, &permit, "beacon-condition", &holder, &stolen).await.expect(200).json();
    assert_eq!(told["record"]["beacon"]["condition"], "stolen");
    assert!(told.get("nextStep").is_none(), "the aircraft still needs its permit");
    app.deliver().await;
    let last = rescue.received().last().cloned().expect("told");
    assert_eq!(last["data"]["record"]["beacon"]["conditionNote"], "Tatt fra hangaren");

    // the holder's own telephone is corrected: what was reported of the ELT stays
    let mut changed = application(1);
    changed["applicant"]["phone"] = json!("68 05 07 77");
    let asked = json!({ "application": changed });
    let path = format!("{permit}/amendment-applications");
    let receipt = app.post(&path, &holder, &asked).await.expect(201).json();
    assert_eq!(receipt["status"], "granted", "nothing is to be judged: {receipt}");
    app.deliver().await;
    let last = rescue.received().last().cloned().expect("told");
    let record = &last["data"]["record"];
    assert_eq!(record["holder"]["phone"], "+4768050777");
    assert_eq!(record["beacon"]["condition"], "stolen");
    assert_eq!(record["beacon"]["conditionNote"], "Tatt fra hangaren");

    let mut glider = other(2, "LN-GLI", 0x47_8ABE);
    glider.as_object_mut().expect("an application").remove("elt");
    glider["emergencyContacts"] = json!([]);
    let owner = Who::person(2);
    let permit = permit_of(&granted(&app, "aircraft", &owner, &glider).await);
    act(&app, &permit, "beacon-condition", &owner, &stolen)
        .await
        .expect_problem(422, "conditions-not-met");
    act(&app, &permit, "revocation", &caseworker(), &json!({ "grounds": "Slettet." }))
        .await
        .expect(200);
    app.deliver().await;
    app.finish().await;
}
