//! Beacon permits beyond the main job: several beacons, codes that are taken or wrong, contacts,
//! change of owner, loss, and what programmers are told when an order is over.

use anrop::{
    identity::Role,
    values::beacon_id::{Code, Homer, Programming, encode},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::shared::{
    act, caseworker, faults, file, granted, look_up, permit_of, reasons, subscribed, try_grant,
};
use crate::support::{TestApp, Who, people};

fn encoded(country: u16, code: Code) -> String {
    encode(&Programming { country, code, homer: Homer::Mhz121 }).expect("a code").to_string()
}

fn code(serial: u32) -> String {
    encoded(257, Code::SerialUserPlb { serial, tac: None })
}

/// The `n`th person's application for a beacon with this serial and its code declared.
fn declared(n: u64, serial: u32) -> Value {
    let mut application = people::plb_application(n);
    application["beacon"]["serial"] = json!(serial);
    application["beacon"]["code"] = json!(code(serial));
    application
}

async fn program(app: &TestApp, permit: &str, code: &str) {
    let technician = Who::role(Role::Programmer);
    let orders = app.get("/v1/programming-orders?limit=200", &technician).await.expect(200).json();
    let sign =
        app.get(permit, &caseworker()).await.expect(200).json()["record"]["callSign"].clone();
    let order = orders["items"]
        .as_array()
        .expect("orders")
        .iter()
        .find(|order| order["record"]["callSign"] == sign)
        .expect("the order")
        .clone();
    assert_eq!(order["id"], order["record"]["programming"]["orderId"]);
    let path = format!("/v1/programming-orders/{}/report", order["id"].as_str().expect("an id"));
    app.post_on(&path, &technician, "\"v1\"", &json!({ "code": code })).await.expect(200);
}

#[tokio::test]
async fn a_holder_has_a_permit_and_a_call_sign_for_each_beacon() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let holder = Who::person(1);
    let first = granted(&app, "plb", &holder, &declared(1, 1)).await;
    let second = granted(&app, "plb", &holder, &declared(1, 2)).await;
    assert_ne!(first["callSign"], second["callSign"]);
    assert_ne!(first["permitId"], second["permitId"]);
    assert_eq!(app.get("/v1/permits?kind=plb", &holder).await.expect(200).json()["total"], 2);
    for (serial, decided) in [(1, &first), (2, &second)] {
        program(&app, &permit_of(decided), &code(serial)).await;
        let found = look_up(&app, &code(serial)).await;
        assert_eq!(found["matches"][0]["permitId"], decided["permitId"]);
    }
    act(&app, &permit_of(&first), "surrender", &holder, &json!({ "reason": "destroyed" }))
        .await
        .expect(200);
    assert_eq!(look_up(&app, &code(2)).await["matches"][0]["live"], true, "the other goes on");
    app.finish().await;
}

#[tokio::test]
async fn a_code_belongs_to_one_live_permit_and_a_second_application_waits() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let first = granted(&app, "plb", &Who::person(1), &declared(1, 7)).await;
    let case = file(&app, "plb", &Who::person(2), &declared(2, 7)).await;
    let waiting = app.get(&case, &caseworker()).await.expect(200).json();
    assert_eq!(
        waiting["summary"]["status"].as_str().or(waiting["status"].as_str()),
        Some("submitted")
    );
    assert!(reasons(&app, &case).await.contains(&"beacon-already-registered".to_owned()));
    try_grant(&app, &case).await.expect_problem(409, "identifier-taken");
    let still = app.get(&case, &caseworker()).await.expect(200).json();
    assert!(still.get("decision").is_none(), "nothing was decided: {still}");

    let surrender = json!({ "reason": "sold" });
    act(&app, &permit_of(&first), "surrender", &Who::person(1), &surrender).await.expect(200);
    assert!(!reasons(&app, &case).await.contains(&"beacon-already-registered".to_owned()));
    try_grant(&app, &case).await.expect(200);
    app.finish().await;
}

#[tokio::test]
async fn a_declared_code_is_refused_for_country_and_class_and_judged_for_the_rest() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let who = Who::person(1);
    let with = |code: &str, type_approval: Option<u32>| {
        let mut application = declared(1, 12_345);
        application["beacon"]["code"] = json!(code);
        if let Some(number) = type_approval {
            application["beacon"]["typeApproval"] = json!(number);
        }
        application
    };
    let plb = |serial, tac| Code::SerialUserPlb { serial, tac };
    for (application, difference) in [
        (with(&encoded(232, plb(12_345, None)), None), "country"),
        (with(&encoded(257, Code::SerialUserElt { serial: 12_345, tac: None }), None), "class"),
        (with("982571234", None), "craft-mmsi"),
        (with("9934039823D0000", None), "prefix-only"),
    ] {
        let problem = app
            .post("/v1/plb/applications", &who, &application)
            .await
            .expect_problem(422, "invalid-content");
        assert_eq!(faults(&problem), [("/beacon/code", difference)], "{problem}");
    }
    let national = with(&encoded(257, Code::NationalLocationPlb { number: 12_345 }), None);
    let problem = app
        .post("/v1/plb/applications", &who, &national)
        .await
        .expect_problem(422, "conditions-not-met");
    assert!(problem["detail"].as_str().expect("words").contains("protocol that is not accepted"));

    // numbers that differ are told to the caseworker, in the caseworker's language, on the case and its page
    for (application, coded, said) in [
        (with(&code(54_321), None), "54321", "12345"),
        (with(&encoded(257, plb(12_345, Some(176))), Some(177)), "176", "177"),
    ] {
        let case = file(&app, "plb", &who, &application).await;
        assert_eq!(reasons(&app, &case).await, ["register-check", "code-differs"]);
        let seen = app.get(&case, &caseworker()).await.expect(200).json();
        let texts: Vec<&str> = seen["assessment"]
            .as_array()
            .expect("an assessment")
            .iter()
            .filter_map(|reason| reason["text"].as_str())
            .collect();
        assert!(texts.iter().any(|text| text.contains(coded) && text.contains(said)), "{texts:?}");
        // the caseworker may grant all the same
        try_grant(&app, &case).await.expect(200);
    }
    let same = with(&encoded(257, plb(12_345, Some(176))), Some(176));
    let case = file(&app, "plb", &who, &same).await;
    assert!(!reasons(&app, &case).await.contains(&"code-differs".to_owned()));
    app.finish().await;
}

#[tokio::test]
async fn the_rescue_centre_sees_which_contacts_the_holder_has_confirmed_and_in_which_order() {
    let app = TestApp::start().await;
    let rescue = subscribed(&app, "rescueCentre").await;
    let holder = Who::person(1);
    let decided = granted(&app, "plb", &holder, &people::plb_application(1)).await;
    let (permit, sign) = (permit_of(&decided), decided["callSign"].as_str().expect("a sign"));
    let contacts = async || {
        let found = look_up(&app, sign).await["matches"][0]["record"]["contacts"].clone();
        found.as_array().cloned().expect("contacts")
    };
    assert!(contacts().await.iter().all(|contact| contact.get("confirmation").is_none()));

    let seen = app.get(&permit, &holder).await.expect(200);
    let headers = [("if-match", seen.etag())];
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let path = format!("{permit}/confirmation");
    app.send("POST", &path, Some(&holder), &headers, None).await.expect(200);
    let confirmed = contacts().await;
    assert!(confirmed.iter().all(|contact| contact["confirmation"].is_string()), "{confirmed:?}");
    app.deliver().await;
    let told = rescue.received().last().cloned().expect("told");
    assert_eq!(told["type"], "permit.amended");
    let sent = told["data"]["record"]["contacts"].as_array().expect("contacts");
    assert!(sent.iter().all(|contact| contact["confirmation"].is_string()), "{told}");

    // the order is turned and one entry is new: what was confirmed stays so, the new one is not
    app.clock.advance(TimeDelta::minutes(1));
    let application = people::plb_application(1);
    let mut changed = application["emergencyContacts"].as_array().cloned().expect("contacts");
    changed.reverse();
    changed.push(people::plb_application(2)["emergencyContacts"][0].clone());
    let seen = app.get(&permit, &holder).await.expect(200);
    let body = json!({ "emergencyContacts": changed });
    app.put(&format!("{permit}/contacts"), &holder, Some(&seen.etag()), &body).await.expect(200);
    let now = contacts().await;
    let names = |list: &[Value]| -> Vec<Value> {
        list.iter().map(|contact| contact["name"].clone()).collect()
    };
    assert_eq!(names(&now), names(&changed));
    assert_eq!(now[0]["confirmation"], confirmed[1]["confirmation"]);
    assert_eq!(now[1]["confirmation"], confirmed[0]["confirmation"]);
    assert!(now[2].get("confirmation").is_none());
    app.deliver().await;
    app.finish().await;
}

#[tokio::test]
async fn a_new_owner_keeps_the_call_sign_the_former_holder_hands_over_and_nobody_else_gets_it() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (seller, buyer, stranger) = (Who::person(1), Who::person(2), Who::person(3));
    let decided = granted(&app, "plb", &seller, &declared(1, 7)).await;
    let (permit, sign) = (permit_of(&decided), decided["callSign"].clone());
    let quoting = |n: u64| {
        let mut application = declared(n, 7);
        application["callSign"] = sign.clone();
        application
    };
    let bought = file(&app, "plb", &buyer, &quoting(2)).await;
    let snatched = file(&app, "plb", &stranger, &quoting(3)).await;
    let number = app.get(&bought, &buyer).await.expect(200).json()["number"].clone();
    let hand_over = json!({ "caseNumber": number });
    // the permit must be given up first
    act(&app, &permit, "call-sign-hand-over", &seller, &hand_over)
        .await
        .expect_problem(409, "illegal-transition");
    let told = act(&app, &permit, "beacon-condition", &seller, &json!({ "condition": "sold" }))
        .await
        .expect(200)
        .json();
    assert_eq!(told["nextStep"]["operation"], "surrenderPermit");
    assert_eq!(told["nextStep"]["href"], format!("{permit}/surrender"));
    act(&app, &permit, "surrender", &seller, &json!({ "reason": "sold" })).await.expect(200);

    // while it rests, quoting it is not enough
    for case in [&bought, &snatched] {
        assert!(reasons(&app, case).await.contains(&"call-sign-not-free".to_owned()));
        try_grant(&app, case).await.expect_problem(409, "identifier-taken");
    }
    for wrong in ["2026/999999", "no number"] {
        let problem =
            act(&app, &permit, "call-sign-hand-over", &seller, &json!({ "caseNumber": wrong }))
                .await
                .expect_problem(422, "invalid-content");
        assert_eq!(faults(&problem), [("/caseNumber", "unknown")]);
    }
    let path = format!("{permit}/call-sign-hand-over");
    app.post_on(&path, &stranger, "\"v3\"", &hand_over).await.expect_problem(404, "not-found");
    act(&app, &permit, "call-sign-hand-over", &seller, &hand_over).await.expect(200);
    try_grant(&app, &snatched).await.expect_problem(409, "identifier-taken");
    assert!(!reasons(&app, &bought).await.contains(&"call-sign-not-free".to_owned()));
    let journal = app.get(&bought, &caseworker()).await.expect(200).json()["journal"].to_string();
    assert!(journal.contains("handed over"), "{journal}");
    let kept = try_grant(&app, &bought).await.expect(200).json();
    assert_eq!(kept["callSign"], sign);
    assert_eq!(
        look_up(&app, sign.as_str().expect("a sign")).await["matches"][0]["permitId"],
        kept["permitId"]
    );
    // it is the buyer's now
    act(&app, &permit, "call-sign-hand-over", &seller, &hand_over)
        .await
        .expect_problem(422, "invalid-content");
    app.finish().await;
}

#[tokio::test]
async fn the_former_holder_has_the_resting_call_sign_back_and_after_the_rest_anybody_may_quote_it()
{
    let app = TestApp::start().await;
    app.waive_deliveries();
    let holder = Who::person(1);
    let decided = granted(&app, "plb", &holder, &declared(1, 7)).await;
    let sign = decided["callSign"].clone();
    let surrender = json!({ "reason": "lost" });
    act(&app, &permit_of(&decided), "surrender", &holder, &surrender).await.expect(200);
    let mut again = declared(1, 7);
    again["callSign"] = sign.clone();
    let back = granted(&app, "plb", &holder, &again).await;
    assert_eq!(back["callSign"], sign);
    act(&app, &permit_of(&back), "surrender", &holder, &surrender).await.expect(200);

    let mut other = declared(2, 7);
    other["callSign"] = sign.clone();
    let case = file(&app, "plb", &Who::person(2), &other).await;
    try_grant(&app, &case).await.expect_problem(409, "identifier-taken");
    app.clock.advance(TimeDelta::days(366));
    assert_eq!(try_grant(&app, &case).await.expect(200).json()["callSign"], sign);
    app.finish().await;
}

#[tokio::test]
async fn what_happened_to_a_beacon_reaches_the_rescue_centre_and_is_taken_back_when_it_is_found() {
    let app = TestApp::start().await;
    let rescue = subscribed(&app, "rescueCentre").await;
    let holder = Who::person(1);
    let permit = permit_of(&granted(&app, "plb", &holder, &declared(1, 7)).await);
    program(&app, &permit, &code(7)).await;
    app.deliver().await;
    for (condition, next) in
        [("lost", false), ("stolen", false), ("destroyed", true), ("sold", true)]
    {
        let body = json!({ "condition": condition, "note": "Ved Fjordgata" });
        let told = act(&app, &permit, "beacon-condition", &holder, &body).await.expect(200).json();
        assert_eq!(told["record"]["beacon"]["condition"], condition);
        assert_eq!(told["record"]["permit"]["status"], "active", "the permit goes on");
        assert_eq!(told.get("nextStep").is_some(), next, "{condition}");
        app.deliver().await;
        let last = rescue.received().last().cloned().expect("told");
        assert_eq!(last["type"], "permit.amended");
        let beacon = &last["data"]["record"]["beacon"];
        assert_eq!(
            (&beacon["condition"], &beacon["conditionNote"]),
            (&json!(condition), &json!("Ved Fjordgata"))
        );
        assert!(beacon["conditionReportedAt"].is_string());
        let found = look_up(&app, &code(7)).await;
        assert_eq!(found["matches"][0]["record"]["beacon"]["condition"], condition);
    }
    let found = json!({ "condition": "found" });
    let told = act(&app, &permit, "beacon-condition", &holder, &found).await.expect(200).json();
    assert!(told.get("nextStep").is_none());
    app.deliver().await;
    let last = rescue.received().last().cloned().expect("told");
    for member in ["condition", "conditionNote", "conditionReportedAt"] {
        assert!(last["data"]["record"]["beacon"].get(member).is_none(), "{member}");
    }
    let path = format!("{permit}/beacon-condition");
    app.post_on(&path, &holder, "\"v1\"", &found).await.expect_problem(412, "stale-version");
    app.post(&path, &holder, &found).await.expect_problem(428, "precondition-required");
    let stranger = Who::person(2);
    app.post_on(&path, &stranger, "\"v1\"", &found).await.expect_problem(404, "not-found");
    let long = json!({ "condition": "lost", "note": "x".repeat(501) });
    act(&app, &permit, "beacon-condition", &holder, &long)
        .await
        .expect_problem(422, "invalid-content");
    act(&app, &permit, "surrender", &holder, &json!({ "reason": "sold" })).await.expect(200);
    act(&app, &permit, "beacon-condition", &holder, &found)
        .await
        .expect_problem(409, "illegal-transition");
    app.deliver().await;
    app.finish().await;
}

#[tokio::test]
async fn programmers_are_told_to_cancel_an_open_order_and_nothing_of_a_beacon_that_is_done() {
    let app = TestApp::start().await;
    let programmer = subscribed(&app, "programmer").await;
    let grounds = json!({ "grounds": "Feil opplysninger." });
    for (n, step, who, body, event) in [
        (1, "surrender", Who::person(1), json!({ "reason": "sold" }), "permit.surrendered"),
        (2, "revocation", caseworker(), grounds, "permit.revoked"),
    ] {
        let decided = granted(&app, "plb", &Who::person(n), &people::plb_application(n)).await;
        app.deliver().await;
        let ordered = programmer.received().last().cloned().expect("ordered");
        assert_eq!(ordered["type"], "programming.ordered");
        let permit = permit_of(&decided);
        act(&app, &permit, step, &who, &body).await.expect(200);
        app.deliver().await;
        let told = programmer.received().last().cloned().expect("told");
        assert_eq!(told["type"], event);
        assert_eq!(told["data"]["permitId"], decided["permitId"]);
        let record = &told["data"]["record"];
        let number = &ordered["data"]["record"]["permit"]["number"];
        assert_eq!(
            *record,
            json!({
                "callSign": decided["callSign"],
                "permit": { "number": number, "status": event.trim_start_matches("permit.") },
                "programming": {
                    "orderId": ordered["data"]["record"]["programming"]["orderId"],
                },
            }),
            "what is needed to cancel, and nothing about the holder"
        );
        let technician = Who::role(Role::Programmer);
        let cancelled = app
            .get("/v1/programming-orders?status=cancelled", &technician)
            .await
            .expect(200)
            .json();
        assert!(!cancelled.to_string().contains("Eksempel"), "{cancelled}");
        assert!(cancelled["items"][0]["record"].get("holder").is_none());
    }

    // once the beacon is programmed, its holder is none of the programmers' business
    let holder = Who::person(3);
    let permit = permit_of(&granted(&app, "plb", &holder, &people::plb_application(3)).await);
    program(&app, &permit, &code(10_003)).await;
    app.deliver().await;
    let done = programmer.received();
    assert_eq!(done.last().expect("told")["data"]["record"]["programming"]["status"], "programmed");
    assert_eq!(replayed(&app).await, 0, "there is no open order");
    app.clock.advance(TimeDelta::minutes(1));
    let lost = json!({ "condition": "lost" });
    act(&app, &permit, "beacon-condition", &holder, &lost).await.expect(200);
    act(&app, &permit, "surrender", &holder, &json!({ "reason": "lost" })).await.expect(200);
    app.deliver().await;
    assert_eq!(programmer.received().len(), done.len());
    granted(&app, "plb", &Who::person(4), &people::plb_application(4)).await;
    app.deliver().await;
    assert_eq!(replayed(&app).await, 1);
    app.deliver().await;
    app.finish().await;
}

/// Everything is sent anew to the one subscription there is; how many deliveries that makes.
async fn replayed(app: &TestApp) -> u64 {
    let administrator = Who::role(Role::Administrator);
    let list = app.get("/v1/subscriptions", &administrator).await.expect(200).json();
    let subscription = &list["items"][0];
    let path = format!("/v1/subscriptions/{}/replay", subscription["id"].as_str().expect("an id"));
    let etag = format!("\"v{}\"", subscription["version"]);
    let made = app.post_on(&path, &administrator, &etag, &json!({})).await.expect(200).json();
    made["deliveries"].as_u64().expect("a number")
}

#[tokio::test]
async fn a_beacon_gets_no_call_sign_of_an_amateur_or_of_a_closed_series() {
    let app = TestApp::start().await;
    for sign in ["LA1XYA", "LC1X", "LG5LG", "LB1AG"] {
        let mut form = people::plb_application(1);
        form["callSign"] = json!(sign);
        let problem = app
            .post("/v1/plb/applications", &Who::person(1), &form)
            .await
            .expect_problem(422, "invalid-content");
        assert_eq!(problem["errors"][0]["pointer"], "/callSign", "{sign}");
    }
    app.finish().await;
}
