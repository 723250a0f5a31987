//! The main job, end to end, over HTTP: a beacon permit reaches the rescue centre, an amateur call
//! sign reaches the public list. One readable test; the details are tested elsewhere.

use anrop::{identity::Role, values::beacon_id};
use serde_json::{Value, json};

use crate::support::{Recipient, Reply, TestApp, Who, people};

/// An administrator subscribes a recipient and hands it the secret.
async fn subscribe(app: &TestApp, kind: &str, recipient: &Recipient) {
    let made = app
        .post(
            "/v1/subscriptions",
            &Who::role(Role::Administrator),
            &json!({ "name": kind, "recipient": kind, "url": recipient.url }),
        )
        .await
        .expect(201)
        .json();
    recipient.trust(made["secret"].as_str().expect("a secret"));
}

async fn look_up(app: &TestApp, key: &str) -> Reply {
    app.send(
        "GET",
        &format!("/v1/rescue/beacons/{key}"),
        Some(&Who::role(Role::Rescue)),
        &[("incident-reference", "pending"), ("operator", "vakt-3")],
        None,
    )
    .await
}

#[tokio::test]
async fn a_beacon_permit_reaches_the_rescue_centre_and_a_call_sign_the_public_list() {
    // nobody hangs here: the limit must only not be met by a busy machine
    let patient = std::time::Duration::from_secs(30);
    let app = TestApp::start_with(|settings| settings.delivery_timeout = patient).await;
    let (rescue, programmer) = (Recipient::start().await, Recipient::start().await);
    subscribe(&app, "rescueCentre", &rescue).await;
    subscribe(&app, "programmer", &programmer).await;
    let kari = Who::person(1);
    let caseworker = Who::caseworker("saksbehandler-1");

    // 1. A person files a PLB application; a repeat makes nothing; a broken one tells everything.
    let application = people::plb_application(1);
    let key = [("idempotency-key", "first-application")];
    let receipt = app
        .send("POST", "/v1/plb/applications", Some(&kari), &key, Some(&application))
        .await
        .expect(201);
    let case = receipt.header("location").to_owned();
    let number = receipt.json()["caseNumber"].clone();
    let again = app
        .send("POST", "/v1/plb/applications", Some(&kari), &key, Some(&application))
        .await
        .expect(201);
    assert_eq!(again.json()["caseNumber"], number);
    let mut broken = application.clone();
    broken["applicant"]["address"]["postalCode"] = json!("0000");
    broken["applicant"]["email"] = json!("not an address");
    broken["beacon"]["ceMarked"] = json!(false);
    broken["emergencyContacts"][1]["phone"] = json!("12");
    let problem = app
        .post("/v1/plb/applications", &kari, &broken)
        .await
        .expect_problem(422, "invalid-content");
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|error| error["pointer"].as_str())
        .collect();
    assert_eq!(
        pointers,
        [
            "/applicant/address/postalCode",
            "/applicant/email",
            "/beacon/ceMarked",
            "/emergencyContacts/1/phone",
        ]
    );

    // 2. A caseworker asks for one correction, the applicant answers, the caseworker grants.
    let queue = app.get("/v1/cases?status=open", &caseworker).await.expect(200).json();
    assert_eq!(queue["total"], 1);
    assert_eq!(queue["items"][0]["number"], number);
    let seen = app.get(&case, &caseworker).await.expect(200);
    let due = app.day_in(14);
    let asked = app
        .post_on(
            &format!("{case}/information-request"),
            &caseworker,
            &seen.etag(),
            &json!({ "text": "Hvilken farge har nødpeilesenderen?", "dueOn": due }),
        )
        .await
        .expect(200);
    assert_eq!(asked.json()["status"], "waitingForApplicant");
    let mut corrected = application.clone();
    corrected["beacon"]["colour"] = json!("oransje");
    let mine = app.get(&case, &kari).await.expect(200);
    let answered = app
        .post_on(
            &format!("{case}/replies"),
            &kari,
            &mine.etag(),
            &json!({ "text": "Den er oransje.", "application": corrected }),
        )
        .await
        .expect(200);
    let decided = app
        .post_on(
            &format!("{case}/decision"),
            &caseworker,
            &answered.etag(),
            &json!({ "outcome": "granted" }),
        )
        .await
        .expect(200)
        .json();
    let permit_id = decided["permitId"].as_str().expect("a permit").to_owned();
    let call_sign = decided["callSign"].as_str().expect("a call sign").to_owned();

    // 3. Rescue centre and programmer are told; a wrong code is refused, the right one activates.
    app.deliver().await;
    let told = rescue.received();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["type"], "permit.issued");
    let record = &told[0]["data"]["record"];
    assert_eq!(record["contacts"].as_array().map(Vec::len), Some(2));
    assert_eq!(record["holder"]["nationalId"], kari.national_id());
    assert_eq!(record["beacon"]["colour"], "oransje");
    let order = programmer.received();
    assert_eq!(order.len(), 1);
    assert_eq!(order[0]["type"], "programming.ordered");
    let given = order[0]["data"]["record"].to_string();
    assert!(given.contains(&call_sign) && !given.contains(kari.national_id()));
    assert!(order[0]["data"]["record"].get("contacts").is_none());

    let technician = Who::role(Role::Programmer);
    let orders = app.get("/v1/programming-orders", &technician).await.expect(200).json();
    let id = orders["items"][0]["id"].as_str().expect("an order").to_owned();
    let report = |code: String| {
        let (app, technician, id) = (&app, &technician, &id);
        async move {
            app.post_on(
                &format!("/v1/programming-orders/{id}/report"),
                technician,
                "\"v1\"",
                &json!({ "code": code }),
            )
            .await
        }
    };
    for (code, difference) in [
        (beacon(232, 10_001, None), "country"),
        (beacon(257, 4_711, None), "serial"),
        (elt(257, 10_001), "class"),
        (national(257), "protocol"),
        (second_generation(257, 10_001, "LA9ZZZ"), "call-sign"),
        ("98 257 1234".to_owned(), "craft-mmsi"),
    ] {
        let problem = report(code).await.expect_problem(422, "programming-mismatch");
        let codes: Vec<&Value> =
            problem["errors"].as_array().expect("errors").iter().map(|e| &e["code"]).collect();
        assert!(codes.contains(&&json!(difference)), "{difference}: {problem}");
    }
    let code = beacon(257, 10_001, None);
    let reported = report(code.clone()).await.expect(200).json();
    assert_eq!(reported["status"], "programmed");
    let permit = app.get(&format!("/v1/permits/{permit_id}"), &kari).await.expect(200);
    assert_eq!(permit.json()["record"]["permit"]["status"], "active");
    app.deliver().await;
    let told = rescue.received();
    assert_eq!(told.last().expect("told")["data"]["record"]["beacon"]["id"], code);

    // 4. The rescue centre looks the beacon up by every key; other keys get their own clear answers.
    let message = beacon_id::message(
        &programming(257, 10_001),
        beacon_id::Transmission::Long { position: None },
    )
    .expect("a message");
    let short = beacon_id::message(
        &programming(257, 10_001),
        beacon_id::Transmission::Short { distress: None, automatic: false },
    )
    .expect("a message");
    for key in [&code, &message, &short, &call_sign] {
        let answer = look_up(&app, key).await.expect(200).json();
        let found = &answer["matches"][0];
        assert_eq!(found["permitId"], permit_id, "{key}: {answer}");
        assert_eq!(found["record"]["contacts"][0]["callingOrder"], 1);
        assert!(found["record"]["contacts"][0]["phone"][0].as_str().unwrap().starts_with("+47680"));
    }
    assert_eq!(look_up(&app, &beacon(257, 99, None)).await.expect(200).json()["reason"], "unknown");
    assert_eq!(look_up(&app, &beacon(232, 99, None)).await.expect(200).json()["reason"], "foreign");
    assert_eq!(look_up(&app, EPIRB).await.expect(200).json()["reason"], "otherRegister");
    look_up(&app, "A02F00C0E40000").await.expect_problem(400, "malformed-key");
    anrop::rescue::actions::drain_spool(&app.app).await.expect("drains");
    let sql = "SELECT count(*) AS n FROM disclosure WHERE incident_reference = 'pending' \
        AND officer LIKE 'vakt-3%'";
    assert_eq!(app.count(sql).await, 7, "every well-formed look-up is logged");

    // 5. An examination opens an amateur application; consent shows, withdrawal hides at once.
    let ola = Who::person(2);
    let examiner = Who::role(Role::Examiner);
    app.post("/v1/amateur/applications", &ola, &people::amateur_application(2, &[]))
        .await
        .expect_problem(422, "conditions-not-met");
    let passed = json!({ "results": [{
        "nationalId": ola.national_id(), "licenceClass": "full",
        "passedOn": "2026-10-01", "reference": "2026-10/7"
    }] });
    app.post("/v1/exam-results", &examiner, &passed).await.expect(201);
    let publish = people::amateur_application(2, &["name", "address", "postTown"]);
    let granted = app.post("/v1/amateur/applications", &ola, &publish).await.expect(201).json();
    let sign = granted["callSign"].as_str().expect("a call sign").to_owned();
    let shown = app.get_public(&format!("/v1/call-signs/{sign}")).await.expect(200).json();
    assert_eq!(shown["status"], "inUse");
    assert_eq!(shown["holder"]["name"], publish["applicant"]["name"]);
    assert!(shown["holder"]["postTown"].is_string() && shown["holder"]["address"].is_object());
    assert_eq!(shown["holderWithheld"], false);
    app.send("DELETE", "/v1/consents/call-sign-list", Some(&ola), &[], None).await.expect(204);
    let shown = app.get_public(&format!("/v1/call-signs/{sign}")).await.expect(200).json();
    assert_eq!(shown["status"], "inUse");
    assert_eq!(shown["holderWithheld"], true);
    assert!(shown.get("holder").is_none());

    // 6. The certificate, and its verification by anybody.
    let pdf = app.get(&format!("/v1/permits/{permit_id}/certificate"), &kari).await.expect(200);
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    let url = permit.json()["verificationUrl"].as_str().expect("an address").to_owned();
    let code = url.rsplit('/').next().expect("a code");
    let verified =
        app.get_public(&format!("/v1/permit-verifications/{code}")).await.expect(200).json();
    assert_eq!(verified["status"], "valid");
    assert!(!verified.to_string().contains("Eksempel") && verified.get("holder").is_none());
    app.deliver().await;
    app.finish().await;
}

/// A Norwegian EPIRB code, constructed.
const EPIRB: &str = "A02D00C0E400001";

fn programming(country: u16, serial: u32) -> beacon_id::Programming {
    beacon_id::Programming {
        country,
        code: beacon_id::Code::SerialUserPlb { serial, tac: None },
        homer: beacon_id::Homer::Mhz121,
    }
}

fn beacon(country: u16, serial: u32, tac: Option<u16>) -> String {
    let programming = beacon_id::Programming {
        code: beacon_id::Code::SerialUserPlb { serial, tac },
        ..programming(country, serial)
    };
    beacon_id::encode(&programming).expect("a code").as_str().to_owned()
}

fn elt(country: u16, serial: u32) -> String {
    let programming = beacon_id::Programming {
        code: beacon_id::Code::SerialUserElt { serial, tac: None },
        ..programming(country, serial)
    };
    beacon_id::encode(&programming).expect("a code").as_str().to_owned()
}

fn national(country: u16) -> String {
    let programming = beacon_id::Programming {
        code: beacon_id::Code::NationalLocationPlb { number: 7 },
        ..programming(country, 1)
    };
    beacon_id::encode(&programming).expect("a code").as_str().to_owned()
}

/// A second-generation code that carries a call sign.
fn second_generation(country: u16, serial: u16, call_sign: &str) -> String {
    let vessel = beacon_id::VesselId::CallSign(call_sign.to_owned());
    let programming = beacon_id::Programming {
        code: beacon_id::Code::SecondGeneration { tac: 10_000, serial, vessel },
        ..programming(country, u32::from(serial))
    };
    beacon_id::encode(&programming).expect("a code").as_str().to_owned()
}
