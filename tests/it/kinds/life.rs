//! The life of a permit after it was granted: amendment, renewal, transfer, an end that is moved. What
//! holds for every kind is asked of every kind there is, with its own specimen.

use std::sync::Arc;

use anrop::{
    case::{actions::preview, model::Ruling},
    document::{Document, date_for_people},
    identity::{Caller, Role, Sight, token::Ticket},
    permit::{
        self,
        kind::{AnyKind, Holders, KINDS, Kind},
        model::Permit,
    },
    values::{
        beacon_id,
        ids::{CaseId, PermitId},
        language::Language,
    },
};
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

use crate::support::{Recipient, Reply, TestApp, Who, people};

async fn subscribe(app: &TestApp, kind: &str, recipient: &Recipient) {
    let form = json!({ "name": kind, "recipient": kind, "url": recipient.url });
    let made = app.post("/v1/subscriptions", &Who::role(Role::Administrator), &form).await;
    recipient.trust(made.expect(201).json()["secret"].as_str().expect("a secret"));
}

/// Grants the case of a receipt, or finds it granted; answers the permit.
async fn granted(app: &TestApp, receipt: Reply) -> String {
    let case = receipt.header("location").to_owned();
    let body = receipt.json();
    let decided = if body["status"] == "granted" {
        body
    } else {
        let caseworker = Who::caseworker("saksbehandler-1");
        let path = format!("{case}/decision");
        let outcome = json!({ "outcome": "granted" });
        app.post_on(&path, &caseworker, &receipt.etag(), &outcome).await.expect(200).json()
    };
    decided["permitId"].as_str().expect("a permit").to_owned()
}

/// The letter that a caseworker would send who granted the case of a receipt now; none when it is granted.
async fn previewed(app: &TestApp, receipt: &Reply) -> Option<Document> {
    if receipt.json()["status"] == "granted" {
        return None;
    }
    let id = receipt.header("location").rsplit('/').next().expect("an id").to_owned();
    let caller = Caller {
        subject: "saksbehandler-1".to_owned(),
        roles: vec![Role::Caseworker],
        scopes: Vec::new(),
        national_id: None,
        organisation: None,
    };
    let id = CaseId::parse(&id).expect("an id");
    let letter = preview::decision(&app.app, &caller, id, &Ruling::grant()).await;
    Some(letter.expect("a letter"))
}

async fn plb(app: &TestApp, n: u64) -> String {
    let form = people::plb_application(n);
    let receipt = app.post("/v1/plb/applications", &Who::person(n), &form).await.expect(201);
    granted(app, receipt).await
}

async fn amend(app: &TestApp, permit: &str, who: &Who, application: &Value) -> Reply {
    let path = format!("/v1/permits/{permit}/amendment-applications");
    app.post(&path, who, &json!({ "application": application })).await
}

pub(super) async fn stored(app: &TestApp, permit: &str) -> Permit {
    let id = PermitId::parse(permit).expect("an id");
    permit::store::find(app.app.db().read(), Sight::All, id).await.expect("a permit")
}

fn code(serial: u32) -> String {
    let programming = beacon_id::Programming {
        country: 257,
        code: beacon_id::Code::SerialUserPlb { serial, tac: None },
        homer: beacon_id::Homer::Mhz121,
    };
    beacon_id::encode(&programming).expect("a code").as_str().to_owned()
}

async fn report(app: &TestApp, serial: u32) {
    let technician = Who::role(Role::Programmer);
    let orders = app.get("/v1/programming-orders", &technician).await.expect(200).json();
    assert_eq!(orders["total"], 1, "{orders}");
    let path = format!(
        "/v1/programming-orders/{}/report",
        orders["items"][0]["id"].as_str().expect("an order")
    );
    app.post_on(&path, &technician, "\"v1\"", &json!({ "code": code(serial) })).await.expect(200);
}

#[tokio::test]
async fn an_amended_beacon_permit_reaches_rescue_centre_and_programmer() {
    let patient = std::time::Duration::from_secs(30);
    let app = TestApp::start_with(|settings| settings.delivery_timeout = patient).await;
    let (rescue, programmer) = (Recipient::start().await, Recipient::start().await);
    subscribe(&app, "rescueCentre", &rescue).await;
    subscribe(&app, "programmer", &programmer).await;
    let kari = Who::person(1);
    let permit = plb(&app, 1).await;
    report(&app, 10_001).await;
    app.deliver().await;
    let before = app.get(&format!("/v1/permits/{permit}"), &kari).await.expect(200).json();

    // her own telephone and another contact: nothing to judge, granted at once
    let mut form = people::plb_application(1);
    form["applicant"]["phone"] = json!("68 05 07 77");
    form["emergencyContacts"] = people::plb_application(2)["emergencyContacts"].clone();
    let receipt = amend(&app, &permit, &kari, &form).await.expect(201);
    let body = receipt.json();
    assert_eq!((&body["status"], &body["purpose"]), (&json!("granted"), &json!("amendment")));
    assert_eq!(body["permitId"], permit);
    app.deliver().await;
    let told = rescue.received();
    let told = told.last().expect("told");
    assert_eq!(told["type"], "permit.amended");
    let record = &told["data"]["record"];
    assert_eq!(record["holder"]["phone"], "+4768050777");
    assert_eq!(record["contacts"][0]["name"], form["emergencyContacts"][0]["name"]);
    assert_eq!(record["beacon"]["id"], code(10_001), "the programmed code is kept");
    assert_eq!(record["permit"]["status"], "active");

    // what rescuers should know waits for nobody either
    form["usage"]["notes"] = json!("Har insulin med");
    let receipt = amend(&app, &permit, &kari, &form).await.expect(201).json();
    assert_eq!(receipt["status"], "granted", "{receipt}");
    app.deliver().await;
    let told = rescue.received();
    let record = &told.last().expect("told")["data"]["record"];
    assert_eq!(record["beacon"]["notes"], "Har insulin med");
    assert_eq!(record["beacon"]["id"], code(10_001));

    // another beacon: a caseworker looks, and it is programmed anew
    form["beacon"]["serial"] = json!(777);
    let receipt = amend(&app, &permit, &kari, &form).await.expect(201);
    assert_eq!(receipt.json()["status"], "submitted");
    assert_eq!(receipt.json()["permitId"], permit, "the case names its permit from the beginning");
    assert_eq!(granted(&app, receipt).await, permit);
    app.deliver().await;
    let told = rescue.received();
    let record = &told.last().expect("told")["data"]["record"];
    assert_eq!(record["beacon"]["serial"], 777);
    assert!(
        record["beacon"].get("id").is_none(),
        "the code of the former beacon is not this one's"
    );
    assert_eq!(record["permit"]["status"], "awaitingProgramming");
    let ordered = programmer.received();
    assert!(ordered.iter().any(|event| event["type"] == "programming.ordered"
        && event["data"]["record"]["programming"]["serialRule"] == 777));
    report(&app, 777).await;
    let live = "SELECT count(*) AS n FROM permit_identifier WHERE live AND scheme = 'beaconId'";
    assert_eq!(app.count(live).await, 1, "the former code is given up");
    app.deliver().await;
    let after = app.get(&format!("/v1/permits/{permit}"), &kari).await.expect(200).json();
    assert_eq!(after["record"]["permit"]["status"], "active");
    for kept in ["/record/callSign", "/record/permit/number", "/id", "/verificationUrl"] {
        assert_eq!(after.pointer(kept), before.pointer(kept), "{kept}");
    }
    app.finish().await;
}

#[tokio::test]
async fn an_amendment_is_checked_as_an_application_and_keeps_the_call_sign() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let permit = plb(&app, 1).await;
    let mut broken = people::plb_application(1);
    broken["applicant"]["email"] = json!("x");
    broken["emergencyContacts"] = json!([]);
    let problem = amend(&app, &permit, &kari, &broken).await.expect_problem(422, "invalid-content");
    let pointers: Vec<&Value> =
        problem["errors"].as_array().expect("errors").iter().map(|e| &e["pointer"]).collect();
    assert_eq!(pointers, ["/application/applicant/email", "/application/emergencyContacts"]);
    let mut unknown = people::plb_application(1);
    unknown["beacon"]["x"] = json!(1);
    let problem = amend(&app, &permit, &kari, &unknown).await.expect_problem(400, "malformed-body");
    let pointer = problem["errors"][0]["pointer"].as_str().expect("a pointer");
    assert!(pointer.starts_with("/application/beacon"), "{pointer}");
    let mut another = people::plb_application(1);
    another["callSign"] = json!("LNA9876");
    amend(&app, &permit, &kari, &another).await.expect_problem(422, "conditions-not-met");

    let version = app.get(&format!("/v1/permits/{permit}"), &kari).await.expect(200).etag();
    let path = format!("/v1/permits/{permit}/surrender");
    app.post_on(&path, &kari, &version, &json!({ "reason": "sold" })).await.expect(200);
    let form = people::plb_application(1);
    amend(&app, &permit, &kari, &form).await.expect_problem(409, "illegal-transition");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_racing_amendments_one_is_open_and_none_is_lost() {
    let app = Arc::new(TestApp::start().await);
    let permit = plb(&app, 1).await;
    let race = |forms: Vec<Value>| {
        let racers: Vec<_> = forms
            .into_iter()
            .map(|form| {
                let (app, permit) = (app.clone(), permit.clone());
                tokio::spawn(async move { amend(&app, &permit, &Who::person(1), &form).await })
            })
            .collect();
        async move {
            let mut replies = Vec::new();
            for racer in racers {
                replies.push(racer.await.expect("ends"));
            }
            replies
        }
    };
    // what the rules decide is decided one after the other
    let phones = (0..6).map(|n| {
        let mut form = people::plb_application(1);
        form["applicant"]["phone"] = json!(format!("+476805060{n}"));
        form
    });
    for reply in race(phones.collect()).await {
        assert_eq!(reply.expect(201).json()["status"], "granted");
    }
    let seen = app.get(&format!("/v1/permits/{permit}"), &Who::person(1)).await.expect(200);
    assert_eq!(seen.etag(), "\"v7\"", "six changes, none lost");
    // of what a caseworker must judge, one is open at a time
    let serials = (0..6).map(|n| {
        let mut form = people::plb_application(1);
        form["beacon"]["serial"] = json!(500 + n);
        form
    });
    let mut open = 0;
    for reply in race(serials.collect()).await {
        if reply.status == 201 {
            open += 1;
        } else {
            reply.expect_problem(409, "conflict");
        }
    }
    assert_eq!(open, 1);
    Arc::into_inner(app).expect("the only one").finish().await;
}

#[tokio::test]
async fn a_repeated_request_about_a_permit_makes_one_case() {
    let app = TestApp::start().await;
    let kari = Who::person(1);
    let permit = plb(&app, 1).await;
    let path = format!("/v1/permits/{permit}/amendment-applications");
    let mut form = people::plb_application(1);
    form["beacon"]["serial"] = json!(4);
    let body = json!({ "application": form });
    let key = [("idempotency-key", "a")];
    let first = app.send("POST", &path, Some(&kari), &key, Some(&body)).await.expect(201).json();
    let again = app.send("POST", &path, Some(&kari), &key, Some(&body)).await.expect(201).json();
    assert_eq!(first["caseId"], again["caseId"]);
    // withdrawn, another may be filed
    let case = format!("/v1/cases/{}", first["caseId"].as_str().expect("a case"));
    amend(&app, &permit, &kari, &form).await.expect_problem(409, "conflict");
    let version = app.get(&case, &kari).await.expect(200).etag();
    app.send("POST", &format!("{case}/withdrawal"), Some(&kari), &[("if-match", &version)], None)
        .await
        .expect(200);
    amend(&app, &permit, &kari, &form).await.expect(201);
    app.finish().await;
}

#[tokio::test]
async fn a_correction_in_an_amendment_is_carried_out_only_when_it_is_granted() {
    let app = TestApp::start().await;
    let (kari, caseworker) = (Who::person(1), Who::caseworker("saksbehandler-1"));
    let permit = plb(&app, 1).await;
    let mut form = people::plb_application(1);
    form["beacon"]["serial"] = json!(4);
    let receipt = amend(&app, &permit, &kari, &form).await.expect(201);
    let case = receipt.header("location").to_owned();
    let asked = app
        .post_on(
            &format!("{case}/information-request"),
            &caseworker,
            &receipt.etag(),
            &json!({ "text": "Stemmer serienummeret?", "dueOn": app.day_in(14) }),
        )
        .await
        .expect(200);
    form["beacon"]["serial"] = json!(5);
    form["applicant"]["phone"] = json!("+4768050888");
    let answered = app
        .post_on(
            &format!("{case}/replies"),
            &kari,
            &asked.etag(),
            &json!({ "text": "Nei, det er 5.", "application": form }),
        )
        .await
        .expect(200);
    let path = format!("/v1/permits/{permit}");
    let record = app.get(&path, &kari).await.expect(200).json()["record"].clone();
    assert_eq!(
        (&record["beacon"]["serial"], &record["permit"]["version"]),
        (&json!(10_001), &json!(1))
    );
    app.post_on(
        &format!("{case}/decision"),
        &caseworker,
        &answered.etag(),
        &json!({ "outcome": "granted" }),
    )
    .await
    .expect(200);
    let record = app.get(&path, &kari).await.expect(200).json()["record"].clone();
    assert_eq!(record["beacon"]["serial"], 5);
    assert_eq!(record["holder"]["phone"], "+4768050888");
    app.finish().await;
}

#[tokio::test]
async fn an_amendment_keeps_the_class_that_the_call_sign_shows() {
    let app = TestApp::start().await;
    let ola = Who::person(2);
    let body = json!({ "results": [{
        "nationalId": ola.national_id(), "licenceClass": "full",
        "passedOn": "2026-10-01", "reference": "2026-10/2",
    }] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &body).await.expect(201);
    let mut form = people::amateur_application(2, &[]);
    let made = app.post("/v1/amateur/applications", &ola, &form).await.expect(201).json();
    let permit = made["permitId"].as_str().expect("a permit");
    form["licenceClass"] = json!("limited");
    amend(&app, permit, &ola, &form).await.expect_problem(422, "conditions-not-met");
    form["licenceClass"] = json!("full");
    form["applicant"]["phone"] = json!("68 05 07 77");
    let receipt = amend(&app, permit, &ola, &form).await.expect(201).json();
    assert_eq!((&receipt["status"], &receipt["callSign"]), (&json!("granted"), &made["callSign"]));
    app.finish().await;
}

/// Somebody who may hold permits of a kind.
pub(super) fn holder_of(any: &dyn AnyKind, n: u64) -> Who {
    // an exclusive licence, which the specimen of spectrum asks for, is an organisation's
    let holders = match any.kind() {
        Kind::Spectrum => Holders::Organisations,
        _ => any.holders(),
    };
    match holders {
        Holders::Organisations if n == 1 => organisation(n, "312345676"),
        Holders::Organisations => organisation(n, "312345684"),
        Holders::Persons | Holders::Anybody => Who::person(n),
    }
}

fn organisation(n: u64, number: &str) -> Who {
    let person = Who::person(n).0;
    let (roles, organisation) = (vec![Role::Representative], Some(number.to_owned()));
    Who(Ticket { roles, organisation, subject: format!("representative-{n}"), ..person })
}

/// The specimen of a kind as `who` files it, with what it presupposes in place.
pub(super) async fn form_of(app: &TestApp, any: &dyn AnyKind, who: &Who) -> Value {
    let mut form = any.example();
    if any.kind() == Kind::Installer {
        let assessed = json!({
            "particulars": {
                "name": "Nils Eksempel Havnes", "birthDate": "1985-09-23",
                "qualification": "vocationalCollege", "education": "Fagskole elektro, ekom",
                "practiceMonths": 36, "workHistory": "Montør",
            },
            "outcome": "assessed", "grounds": "Vitnemål er vist.",
        });
        let made = app
            .post("/v1/qualified-persons", &Who::caseworker("a"), &assessed)
            .await
            .expect(201)
            .json();
        form["qualifiedPersons"][0]["reference"] = made["reference"].clone();
    }
    if any.kind() == Kind::Amateur {
        let passed = json!({ "results": [{
            "nationalId": who.national_id(), "licenceClass": "full",
            "passedOn": "2026-10-01", "reference": "2026-10/7",
        }] });
        app.post("/v1/exam-results", &Who::role(Role::Examiner), &passed).await.expect(201);
    }
    form
}

/// A permit of a kind, granted on its specimen.
pub(super) async fn specimen(app: &TestApp, any: &dyn AnyKind, who: &Who, form: &Value) -> String {
    let path = format!("/v1/{}/applications", any.kind().as_str());
    let receipt = app.post(&path, who, form).await;
    assert_eq!(receipt.status, 201, "{}: {}", any.kind(), receipt.text());
    granted(app, receipt).await
}

#[tokio::test]
async fn every_kind_is_amended_by_its_own_application() {
    for any in KINDS {
        let app = TestApp::start().await;
        app.waive_deliveries();
        let who = holder_of(*any, 1);
        let mut form = form_of(&app, *any, &who).await;
        let permit = specimen(&app, *any, &who, &form).await;
        let before = stored(&app, &permit).await;
        form["applicant"]["phone"] = json!("68 05 07 77");
        let receipt = amend(&app, &permit, &who, &form).await.expect(201);
        granted(&app, receipt).await;
        let after = stored(&app, &permit).await;
        assert_eq!(after.version, before.version + 1, "{}", any.kind());
        assert_eq!((after.number, after.call_sign), (before.number, before.call_sign));
        assert_eq!(after.details, before.details, "{}", any.kind());
        let seen = app.get(&format!("/v1/permits/{permit}"), &who).await.expect(200).json();
        let section = if who.0.organisation.is_some() { "organisation" } else { "holder" };
        assert_eq!(seen["record"][section]["phone"], "+4768050777", "{}", any.kind());
        app.finish().await;
    }
}

#[tokio::test]
async fn every_kind_is_renewed_as_its_rules_say_or_says_why_not() {
    let mut waited = 0;
    for any in KINDS {
        let app = TestApp::start().await;
        app.waive_deliveries();
        let who = holder_of(*any, 1);
        let form = form_of(&app, *any, &who).await;
        let permit = specimen(&app, *any, &who, &form).await;
        let before = stored(&app, &permit).await;
        let renew = format!("/v1/permits/{permit}/renewal");
        let today = app.day_in(0);
        let last = before.validity.until().unwrap_or(today + Days::new(1));
        let allows = |day: &chrono::NaiveDate| {
            any.renewed_until(&before.details, before.validity, *day).is_ok()
        };
        if !allows(&today) {
            let refused = app.send("POST", &renew, Some(&who), &[], None).await;
            let problem = refused.expect_problem(422, "conditions-not-met");
            let reason = any.renewed_until(&before.details, before.validity, today);
            assert_eq!(
                problem["detail"],
                reason.expect_err("refused").text(Language::English),
                "{}",
                any.kind()
            );
        }
        let Some(day) = today.iter_days().take_while(|day| *day < last).find(allows) else {
            continue;
        };
        app.clock.advance(TimeDelta::days((day - today).num_days()));
        let expected = any.renewed_until(&before.details, before.validity, day).expect("renewable");
        let query = format!("/v1/permits?endingBefore={last}");
        let listed = app.get(&query, &who).await.expect(200).json();
        assert_eq!(listed["items"][0]["renewable"], true, "{}", any.kind());
        let receipt = app.send("POST", &renew, Some(&who), &[], None).await.expect(201);
        assert_eq!(receipt.json()["purpose"], "renewal");
        if let Some(letter) = previewed(&app, &receipt).await {
            // what would be sent names the new end already, its last day or the one after
            let language = letter.language;
            let text = serde_json::to_string(&letter).expect("JSON");
            let says = |end: chrono::NaiveDate| {
                let days = [end, end - Days::new(1)];
                days.iter().any(|day| text.contains(&date_for_people(*day, language)))
            };
            assert!(says(expected) && !says(last), "{}: {text}", any.kind());
            waited += 1;
        }
        assert_eq!(granted(&app, receipt).await, permit);
        let after = stored(&app, &permit).await;
        assert_eq!(after.validity.until(), Some(expected), "{}", any.kind());
        assert_eq!(after.validity.from(), before.validity.from());
        assert_eq!(app.get(&query, &who).await.expect(200).json()["total"], 0);
        app.finish().await;
    }
    assert!(waited > 0, "no renewal waited for a caseworker");
}

#[tokio::test]
async fn a_permit_goes_to_another_holder_where_the_kind_allows_it_and_else_stays() {
    for any in KINDS {
        let app = TestApp::start().await;
        app.waive_deliveries();
        let (old, new) = (holder_of(*any, 1), holder_of(*any, 2));
        let asked = form_of(&app, *any, &old).await;
        let permit = specimen(&app, *any, &old, &asked).await;
        let before = stored(&app, &permit).await;
        let number = new.0.organisation.clone().unwrap_or_else(|| new.national_id().to_owned());
        let form = json!({ "newHolder": number, "reason": "Virksomheten er solgt." });
        let path = format!("/v1/permits/{permit}/transfer");
        if !any.transferable() {
            let problem =
                app.post(&path, &old, &form).await.expect_problem(409, "illegal-transition");
            let detail = problem["detail"].as_str().expect("words");
            assert!(detail.contains("Surrender"), "{}: {detail}", any.kind());
            continue;
        }
        handed_over(&app, *any, &before, &old, &new, &form).await;
        app.finish().await;
    }
}

/// The whole way of a transfer, and who sees what of it.
pub(super) async fn handed_over(
    app: &TestApp,
    any: &dyn AnyKind,
    before: &Permit,
    old: &Who,
    new: &Who,
    form: &Value,
) {
    let path = format!("/v1/permits/{}/transfer", before.id);
    let receipt = app.post(&path, old, form).await.expect(201);
    assert_eq!(receipt.json()["status"], "submitted", "{}", any.kind());
    let case = receipt.header("location").to_owned();
    let caseworker = Who::caseworker("saksbehandler-1");
    let decide = async |version: &str| {
        let outcome = json!({ "outcome": "granted" });
        app.post_on(&format!("{case}/decision"), &caseworker, version, &outcome).await
    };
    decide(&receipt.etag()).await.expect_problem(409, "illegal-transition");
    app.get(&case, &Who::person(3)).await.expect(404);
    let listed = app.get("/v1/cases", new).await.expect(200).json();
    assert_eq!(listed["total"], 1, "the new holder sees the case: {listed}");
    let seen = app.get(&case, new).await.expect(200);
    assert!(!seen.text().contains(old.national_id()) && !seen.text().contains(new.national_id()));
    let acceptance = json!({ "applicant": people::applicant(2) });
    let accept = format!("{case}/acceptance");
    app.post_on(&accept, old, &seen.etag(), &acceptance).await.expect(404);
    let accepted = app.post_on(&accept, new, &seen.etag(), &acceptance).await.expect(200);
    assert!(accepted.json()["acceptedAt"].is_string());
    app.post_on(&accept, new, &accepted.etag(), &acceptance)
        .await
        .expect_problem(409, "illegal-transition");
    decide(&accepted.etag()).await.expect(200);

    let ended = stored(app, &before.id.to_string()).await;
    assert_eq!(ended.status.code(), "transferred", "{}", any.kind());
    let theirs = app.get("/v1/permits", new).await.expect(200).json();
    assert_eq!(theirs["total"], 1);
    let id = theirs["items"][0]["id"].as_str().expect("a permit").to_owned();
    let after = stored(app, &id).await;
    // the contact person of the old holder is not the new holder's
    let handed_over = any.handed_over(&before.details).expect("details");
    assert_eq!((&after.details, &after.conditions), (&handed_over, &before.conditions));
    assert!(after.details["contact"].is_null(), "{}", any.kind());
    assert_eq!(
        (after.call_sign, after.validity.until()),
        (before.call_sign, before.validity.until())
    );
    assert_ne!(after.holder, before.holder);
    let live = "SELECT count(*) AS n FROM permit_identifier WHERE live";
    let own = permit::actions::identifiers_of(&after).len();
    assert_eq!(app.count(live).await, i64::try_from(own).expect("few"));
    app.get(&format!("/v1/permits/{id}"), old).await.expect(404);
    let events = "SELECT count(*) AS n FROM event WHERE kind = 'permit.transferred'";
    assert_eq!(app.count(events).await, 1);
    // what is handed over cannot be handed over again
    app.post(&path, old, form).await.expect_problem(409, "illegal-transition");
}

#[tokio::test]
async fn the_authority_amends_with_grounds_and_an_end_that_comes() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, caseworker) = (Who::person(1), Who::caseworker("saksbehandler-1"));
    let permit = plb(&app, 1).await;
    let path = format!("/v1/permits/{permit}");
    let amendment = format!("{path}/amendment");
    let version = app.get(&path, &caseworker).await.expect(200).etag();
    let until = app.day_in(30);
    let change = json!({
        "grounds": "Senderen er lånt ut for en sesong.",
        "conditions": ["Senderen skal leveres tilbake."],
        "validUntil": until,
        "withoutNotice": "unnecessary",
    });
    app.post(&amendment, &caseworker, &change).await.expect_problem(428, "precondition-required");
    let nothing = json!({ "grounds": "Ingen endring." });
    app.post_on(&amendment, &caseworker, &version, &nothing)
        .await
        .expect_problem(422, "invalid-content");
    let past = json!({ "grounds": "For sent.", "validUntil": app.day_in(-1), "withoutNotice": "unnecessary" });
    let problem = app.post_on(&amendment, &caseworker, &version, &past).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/validUntil");
    let self_served = Who(Ticket { roles: vec![Role::Caseworker], ..kari.0.clone() });
    app.post_on(&amendment, &self_served, &version, &change)
        .await
        .expect_problem(403, "disqualified");

    let amended = app.post_on(&amendment, &caseworker, &version, &change).await.expect(200);
    assert_eq!(amended.json()["record"]["permit"]["validUntil"], json!(until));
    assert_eq!(stored(&app, &permit).await.conditions, ["Senderen skal leveres tilbake."]);
    for who in [&kari, &caseworker] {
        let seen = app.get(&path, who).await.expect(200).json();
        assert_eq!(seen["record"]["permit"]["conditions"], change["conditions"]);
        let history = app.get(&format!("{path}/history"), who).await.expect(200).json();
        let versions = history["items"].as_array().expect("versions");
        let told = |version: &Value| version["record"]["permit"]["conditions"].clone();
        assert_eq!(versions.first().map(told), Some(Value::Null), "none were set at the grant");
        assert_eq!(versions.last().map(told).as_ref(), Some(&change["conditions"]));
    }
    app.post_on(&amendment, &caseworker, &version, &change)
        .await
        .expect_problem(412, "stale-version");
    let cases = app.get("/v1/cases", &kari).await.expect(200).json();
    let decided = cases["items"].as_array().expect("cases").iter();
    let decided = decided.filter(|case| case["purpose"] == "amendment").collect::<Vec<_>>();
    assert_eq!(decided.len(), 1, "{cases}");
    let case = format!("/v1/cases/{}", decided[0]["id"].as_str().expect("an id"));
    let case = app.get(&case, &kari).await.expect(200).json();
    let grounds = case["decision"]["grounds"].as_str().expect("grounds");
    assert!(grounds.starts_with(change["grounds"].as_str().expect("a text")), "{grounds}");
    assert_eq!(case["permitId"], permit);

    // it is shown before it comes, to the holder and the authority
    for who in [&kari, &caseworker] {
        let ending = async |day: chrono::NaiveDate| {
            let query = format!("/v1/permits?endingBefore={day}");
            app.get(&query, who).await.expect(200).json()["total"].clone()
        };
        assert_eq!((ending(until).await, ending(app.day_in(29)).await), (json!(1), json!(0)));
    }
    app.get("/v1/permits?endingBefore=soon", &kari).await.expect_problem(400, "invalid-parameter");
    app.clock.advance(TimeDelta::days(29));
    anrop::jobs::expire_once(app.app.clone()).await.expect("runs");
    assert_eq!(stored(&app, &permit).await.status.code(), "awaitingProgramming");
    app.clock.advance(TimeDelta::days(1));
    anrop::jobs::expire_once(app.app.clone()).await.expect("runs");
    assert_eq!(stored(&app, &permit).await.status.code(), "expired");
    app.finish().await;
}

#[tokio::test]
async fn a_caseworker_who_is_party_reads_a_case_as_the_party() {
    let app = TestApp::start().await;
    let kari = Who::person(1);
    let form = people::plb_application(1);
    let receipt = app.post("/v1/plb/applications", &kari, &form).await.expect(201);
    let case = receipt.header("location").to_owned();
    let other = Who::caseworker("saksbehandler-1");
    let note = json!({ "text": "Ring produsenten." });
    app.post_on(&format!("{case}/notes"), &other, &receipt.etag(), &note).await.expect(200);
    let both = vec![Role::Caseworker, Role::Person];
    let own = Who(Ticket { roles: both, subject: "saksbehandler-2".to_owned(), ..kari.0.clone() });
    for who in [&kari, &own] {
        let seen = app.get(&case, who).await.expect(200);
        assert!(!seen.text().contains("Ring produsenten."), "{}", seen.text());
        assert!(seen.json().get("assessment").is_none());
    }
    assert!(app.get(&case, &other).await.expect(200).text().contains("Ring produsenten."));
    app.finish().await;
}

#[tokio::test]
async fn a_last_page_that_is_exactly_full_names_no_next() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let administrator = Who::role(Role::Administrator);
    for n in 0..3 {
        let form = json!({
            "name": format!("mottak {n}"), "recipient": "rescueCentre",
            "url": format!("http://127.0.0.1:9/{n}"),
        });
        app.post("/v1/subscriptions", &administrator, &form).await.expect(201);
    }
    for n in 1..4 {
        plb(&app, n).await;
    }
    let caseworker = Who::caseworker("saksbehandler-1");
    let technician = Who::role(Role::Programmer);
    for (list, who) in [
        ("/v1/cases", &caseworker),
        ("/v1/permits", &caseworker),
        ("/v1/journal", &caseworker),
        ("/v1/programming-orders", &technician),
        ("/v1/subscriptions", &administrator),
        ("/v1/deliveries", &administrator),
        ("/v1/call-signs", &caseworker),
    ] {
        let total = app.get(list, who).await.expect(200).json()["total"].as_u64().expect("a total");
        assert!(total >= 3, "{list}: {total}");
        let full = app.get(&format!("{list}?limit={total}"), who).await.expect(200).json();
        assert!(full.get("next").is_none(), "{list}: {full}");
        let first = app.get(&format!("{list}?limit={}", total - 1), who).await.expect(200).json();
        let next = first["next"].as_str().expect("a cursor");
        let path = format!("{list}?limit={}&cursor={next}", total - 1);
        let rest = app.get(&path, who).await.expect(200).json();
        assert_eq!(rest["items"].as_array().map(Vec::len), Some(1), "{list}");
        assert!(rest.get("next").is_none(), "{list}");
    }
    app.finish().await;
}
