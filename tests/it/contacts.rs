//! Emergency contacts are told that they are listed and can see, correct, confirm or object; holders
//! are asked to confirm; programmers are reminded, and caseworkers get what nobody sees to.

use std::sync::{Arc, Mutex};

use anrop::{
    identity::Role,
    jobs::{notify_once, remind_once},
    notification::client::GatewaySettings,
};
use chrono::TimeDelta;
use poem::{
    EndpointExt as _, Route, Server, handler,
    http::StatusCode,
    listener::{Acceptor as _, Listener as _, TcpListener},
    post,
    web::{Data, Json},
};
use serde_json::{Value, json};

use crate::{
    receiver::run,
    support::{Reply, TestApp, Visitor, Who, people, test_app::on_postgres, visitor::form},
};

/// A stand-in for the gateway: keeps what it takes, and takes nothing while it is told to refuse.
#[derive(Default)]
pub struct Gateway {
    taken: Mutex<Vec<Value>>,
    refuses: Mutex<bool>,
}

#[handler]
fn take(Json(message): Json<Value>, Data(gateway): Data<&Arc<Gateway>>) -> StatusCode {
    if *gateway.refuses.lock().expect("unbroken") {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    gateway.taken.lock().expect("unbroken").push(message);
    StatusCode::ACCEPTED
}

impl Gateway {
    /// Number and text of what it took.
    pub fn messages(&self) -> Vec<(String, String)> {
        let text = |message: &Value, name: &str| message[name].as_str().expect("a text").to_owned();
        let taken = self.taken.lock().expect("unbroken");
        taken.iter().map(|one| (text(one, "to"), text(one, "text"))).collect()
    }

    /// Path of the link in the message to this number.
    pub fn link(&self, to: &str) -> String {
        let messages = self.messages();
        let (_, text) = messages.iter().find(|(number, _)| number == to).expect("a message");
        text.rsplit_once(' ').expect("a link").1.to_owned()
    }
}

/// An app with a gateway.
pub async fn started() -> (TestApp, Arc<Gateway>) {
    let gateway = Arc::new(Gateway::default());
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a port");
    let address = acceptor.local_addr()[0].to_string();
    let routes = Route::new().at("/messages", post(take)).data(Arc::clone(&gateway));
    tokio::spawn(Server::new_with_acceptor(acceptor).run(routes));
    let app = TestApp::start_told(|settings, base| {
        base.clone_into(&mut settings.public_url);
        settings.gateway = Some(GatewaySettings {
            url: format!("http://{}/messages", address.trim_start_matches("socket://")),
            token: None,
            sender: "anrop".to_owned(),
        });
    })
    .await;
    app.waive_deliveries();
    (app, gateway)
}

/// Grants the `n`th person a PLB; answers the path of the permit.
pub async fn granted(app: &TestApp, n: u64) -> String {
    let caseworker = Who::caseworker("saksbehandler-1");
    let application = people::plb_application(n);
    let filed = app.post("/v1/plb/applications", &Who::person(n), &application).await.expect(201);
    let case = filed.header("location").to_owned();
    let seen = app.get(&case, &caseworker).await.expect(200);
    let path = format!("{case}/decision");
    let outcome = json!({ "outcome": "granted" });
    let decided = app.post_on(&path, &caseworker, &seen.etag(), &outcome).await.expect(200).json();
    format!("/v1/permits/{}", decided["permitId"].as_str().expect("a permit"))
}

pub fn phone(n: u64, index: usize) -> String {
    let application = people::plb_application(n);
    application["emergencyContacts"][index]["phone"].as_str().expect("a number").to_owned()
}

async fn contacts(app: &TestApp, permit: &str) -> Vec<Value> {
    let seen = app.get(permit, &Who::caseworker("saksbehandler-1")).await.expect(200).json();
    seen["record"]["contacts"].as_array().cloned().unwrap_or_default()
}

fn api(link: &str) -> String {
    format!("/v1/contact-links/{}", link.rsplit_once('/').expect("a token").1)
}

async fn answer(app: &TestApp, link: &str, body: &Value) -> Reply {
    app.send("PUT", &api(link), None, &[], Some(body)).await
}

#[tokio::test]
async fn every_contact_is_told_once_and_sees_their_own_entry_only() {
    let (app, gateway) = started().await;
    let permit = granted(&app, 1).await;
    notify_once(app.app.clone()).await.expect("sends");
    notify_once(app.app.clone()).await.expect("sends");
    let told: Vec<String> = gateway.messages().into_iter().map(|(to, _)| to).collect();
    assert_eq!(told, [phone(1, 0), phone(1, 1)]);
    let holder = people::applicant(1)["name"].as_str().expect("a name").to_owned();
    assert!(gateway.messages().iter().all(|(_, text)| text.starts_with(&holder)));

    let link = gateway.link(&phone(1, 0));
    let seen = app.get_public(&api(&link)).await.expect(200);
    assert_eq!(seen.header("cache-control"), "no-store");
    let record = &seen.json()["record"];
    assert_eq!(record["contacts"].as_array().map(Vec::len), Some(1));
    assert_eq!(record["contacts"][0]["phone"], json!([phone(1, 0)]));
    assert_eq!(record["holder"], json!({ "name": holder }));
    for hidden in ["callSign", "beacon", "programming"] {
        assert!(record.get(hidden).is_none(), "{hidden}");
    }
    assert!(!seen.text().contains(&phone(1, 1)));
    let kept =
        "SELECT count(*) AS n FROM notification WHERE token_hash IS NOT NULL AND status = 'sent'";
    assert_eq!(app.count(kept).await, 2);
    let logged = "SELECT count(*) AS n FROM disclosure WHERE recipient = 'emergencyContact'";
    assert_eq!(app.count(logged).await, 2);
    // the same contacts again, confirmed by the holder: nobody is told twice
    let holder = Who::person(1);
    let read = app.get(&permit, &holder).await.expect(200);
    let (path, etag) = (format!("{permit}/confirmation"), read.etag());
    app.send("POST", &path, Some(&holder), &[("if-match", &*etag)], None).await.expect(200);
    notify_once(app.app.clone()).await.expect("sends");
    assert_eq!(gateway.messages().len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn a_link_is_good_for_one_answer_and_a_month() {
    let (app, gateway) = started().await;
    let permit = granted(&app, 1).await;
    notify_once(app.app.clone()).await.expect("sends");
    let (first, second) = (gateway.link(&phone(1, 0)), gateway.link(&phone(1, 1)));
    let confirmed = answer(&app, &first, &json!({ "deed": "confirm" })).await.expect(200).json();
    assert_eq!(confirmed["outcome"], "confirmed");
    assert!(contacts(&app, &permit).await[0]["confirmation"].is_string());
    assert!(contacts(&app, &permit).await[1]["confirmation"].is_null());
    answer(&app, &first, &json!({ "deed": "object" })).await.expect_problem(404, "not-found");
    app.get_public(&api(&first)).await.expect_problem(404, "not-found");
    app.clock.advance(TimeDelta::days(31));
    app.get_public(&api(&second)).await.expect_problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn a_corrected_number_is_told_and_a_wrong_one_changes_nothing() {
    let (app, gateway) = started().await;
    let permit = granted(&app, 1).await;
    notify_once(app.app.clone()).await.expect("sends");
    let link = gateway.link(&phone(1, 0));
    let entry = |phone: &str| {
        json!({ "deed": "correct", "contact": { "name": "Ola Eksempel Nordvær", "phone": phone,
                "language": "en", "availability": "kvelder" } })
    };
    let wrong = answer(&app, &link, &entry("123")).await.expect_problem(422, "invalid-content");
    assert_eq!(wrong["errors"][0]["pointer"], "/contact/phone");
    let taken = answer(&app, &link, &entry(&phone(1, 1))).await;
    assert_eq!(taken.expect_problem(422, "invalid-content")["errors"][0]["code"], "repeated");
    let missing = answer(&app, &link, &json!({ "deed": "correct" })).await;
    missing.expect_problem(422, "invalid-content");
    let done = answer(&app, &link, &entry("68 05 99 01")).await.expect(200).json();
    assert_eq!(done["outcome"], "corrected");
    let first = &contacts(&app, &permit).await[0];
    assert_eq!(first["phone"], json!(["+4768059901"]));
    assert_eq!((&first["availability"], &first["language"]), (&json!("kvelder"), &json!("en")));
    notify_once(app.app.clone()).await.expect("sends");
    let (to, text) = gateway.messages().pop().expect("a message");
    assert_eq!(to, "+4768059901");
    assert!(text.contains("has named you as emergency contact"), "in the contact's language");
    app.finish().await;
}

#[tokio::test]
async fn somebody_else_than_the_holder_can_always_be_called() {
    let (app, gateway) = started().await;
    let holder = Who::person(1);
    let own = people::applicant(1)["phone"].clone();
    let myself = json!([{ "name": "Ola Eksempel", "phone": own }]);
    let refused = |reply: Reply, pointer: &str| {
        let problem = reply.expect_problem(422, "invalid-content");
        let error = &problem["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!("own-number")));
    };

    let mut application = people::plb_application(1);
    application["emergencyContacts"] = myself.clone();
    let reply = app.post("/v1/plb/applications", &holder, &application).await;
    refused(reply, "/emergencyContacts");

    let permit = granted(&app, 1).await;
    let path = format!("{permit}/contacts");
    let etag = app.get(&permit, &holder).await.expect(200).etag();
    let form = json!({ "emergencyContacts": myself });
    let reply = app.put(&path, &holder, Some(&etag), &form).await;
    refused(reply, "/emergencyContacts");
    assert_eq!(contacts(&app, &permit).await.len(), 2, "nothing has changed");

    // a second number beside one's own will do, and so will somebody else
    let form = json!({ "emergencyContacts": [
        { "name": "Ola Eksempel", "phone": own, "alternativePhone": "68 05 99 01" },
    ] });
    app.put(&path, &holder, Some(&etag), &form).await.expect(200);
    let etag = app.get(&permit, &holder).await.expect(200).etag();
    let another =
        json!({ "emergencyContacts": [{ "name": "Nora Eksempel", "phone": "68 05 99 02" }] });
    app.put(&path, &holder, Some(&etag), &another).await.expect(200);

    notify_once(app.app.clone()).await.expect("sends");
    let link = gateway.link("+4768059902");
    let entry = |phone: &Value| json!({ "deed": "correct", "contact": { "name": "Nora Eksempel", "phone": phone } });
    refused(answer(&app, &link, &entry(&own)).await, "/contact/phone");
    assert_eq!(contacts(&app, &permit).await[0]["phone"], json!(["+4768059902"]));
    answer(&app, &link, &entry(&json!("68 05 99 03"))).await.expect(200);
    app.finish().await;
}

#[tokio::test]
async fn a_holder_who_gets_the_number_of_the_only_contact_gives_a_caseworker_a_task() {
    let (app, _) = started().await;
    let (holder, caseworker) = (Who::person(1), Who::caseworker("saksbehandler-1"));
    let permit = granted(&app, 1).await;
    let etag = app.get(&permit, &holder).await.expect(200).etag();
    let form =
        json!({ "emergencyContacts": [{ "name": "Nora Eksempel", "phone": "68 05 99 02" }] });
    app.put(&format!("{permit}/contacts"), &holder, Some(&etag), &form).await.expect(200);
    // another beacon, whose contacts have other numbers
    let mut second = people::plb_application(1);
    second["beacon"]["serial"] = json!(77_002);
    crate::kinds::shared::granted(&app, "plb", &holder, &second).await;
    let call = async |number: &str| {
        let me = app.get("/v1/me", &holder).await.expect(200);
        let mut body = me.json();
        for member in
            ["id", "kind", "birthDate", "organisationNumber", "addressProtected", "changedAt"]
        {
            body.as_object_mut().expect("an object").remove(member);
        }
        body["phone"] = json!(number);
        app.put("/v1/me", &holder, Some(&me.etag()), &body).await.expect(200);
        app.get("/v1/tasks", &caseworker).await.expect(200).json()
    };
    assert_eq!(call("68 05 99 01").await["total"], 0, "a number of one's own does no harm");
    let tasks = call("68 05 99 02").await;
    assert_eq!(tasks["total"], 1);
    let task = &tasks["items"][0];
    assert_eq!(task["kind"], "lastContactLeft");
    assert_eq!(task["permitId"], json!(permit.trim_start_matches("/v1/permits/")));
    assert_eq!(call("68 05 99 02").await["total"], 1, "nothing has changed");
    app.finish().await;
}

#[tokio::test]
async fn who_objects_is_gone_at_once_and_the_last_one_gives_a_caseworker_a_task() {
    let (app, gateway) = started().await;
    let permit = granted(&app, 1).await;
    notify_once(app.app.clone()).await.expect("sends");
    let caseworker = Who::caseworker("saksbehandler-1");
    for (left, index) in [(1, 0), (0, 1)] {
        let link = gateway.link(&phone(1, index));
        answer(&app, &link, &json!({ "deed": "object" })).await.expect(200);
        assert_eq!(contacts(&app, &permit).await.len(), left);
        let tasks = app.get("/v1/tasks", &caseworker).await.expect(200).json();
        assert_eq!(tasks["total"], json!(u8::from(left == 0)));
    }
    notify_once(app.app.clone()).await.expect("sends");
    let holder = people::applicant(1)["phone"].as_str().expect("a number").to_owned();
    let to_holder = gateway.messages().into_iter().filter(|(to, _)| *to == holder).count();
    assert_eq!(to_holder, 2, "the holder is told of each");

    let tasks = app.get("/v1/tasks", &caseworker).await.expect(200).json();
    let task = &tasks["items"][0];
    assert_eq!(task["kind"], "lastContactLeft");
    assert_eq!(task["dueOn"], json!(app.day_in(14)));
    let path = format!("/v1/tasks/{}/completion", task["id"].as_str().expect("an id"));
    app.post_on(&path, &caseworker, "\"v2\"", &json!({}))
        .await
        .expect_problem(412, "stale-version");
    let done = app.send("POST", &path, Some(&caseworker), &[("if-match", "\"v1\"")], None).await;
    assert!(done.expect(200).json()["doneAt"].is_string());
    let again = app.send("POST", &path, Some(&caseworker), &[("if-match", "\"v2\"")], None).await;
    again.expect_problem(409, "illegal-transition");
    app.finish().await;
}

#[tokio::test]
async fn a_gateway_that_refuses_is_tried_again_for_days_and_then_a_caseworker_is_told() {
    let (app, gateway) = started().await;
    granted(&app, 1).await;
    *gateway.refuses.lock().expect("unbroken") = true;
    notify_once(app.app.clone()).await.expect("goes on");
    assert!(gateway.messages().is_empty());
    app.clock.advance(TimeDelta::minutes(2));
    *gateway.refuses.lock().expect("unbroken") = false;
    notify_once(app.app.clone()).await.expect("sends");
    assert_eq!(gateway.messages().len(), 2);

    granted(&app, 2).await;
    *gateway.refuses.lock().expect("unbroken") = true;
    for _ in 0..20 {
        notify_once(app.app.clone()).await.expect("goes on");
        app.clock.advance(TimeDelta::hours(12));
    }
    let failed = "SELECT count(*) AS n FROM notification WHERE status = 'failed'";
    assert_eq!(app.count(failed).await, 2);
    assert_eq!(app.count("SELECT count(*) AS n FROM task WHERE kind = 'contactNotTold'").await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_message_that_cannot_be_made_keeps_no_other_waiting_and_ends_with_a_caseworker() {
    let (app, gateway) = started().await;
    granted(&app, 1).await;
    let broken = if on_postgres() { "'\\x0102'::bytea" } else { "x'0102'" };
    run(&app, &format!("UPDATE permit_contact SET sealed = {broken}")).await;
    app.clock.advance(TimeDelta::seconds(1));
    granted(&app, 2).await;
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _local = metrics::set_default_local_recorder(&recorder);
    notify_once(app.app.clone()).await.expect("goes on");
    let told: Vec<String> = gateway.messages().into_iter().map(|(to, _)| to).collect();
    assert_eq!(told, [phone(2, 0), phone(2, 1)]);
    let text = handle.render();
    let line = "anrop_notifications_total{outcome=\"unmade\"} 2";
    assert!(text.lines().any(|said| said == line), "{text}");
    notify_once(app.app.clone()).await.expect("goes on");
    let resting =
        "SELECT count(*) AS n FROM notification WHERE status = 'waiting' AND attempts = 1";
    assert_eq!(app.count(resting).await, 2, "they rest before they are tried again");

    for _ in 0..20 {
        app.clock.advance(TimeDelta::hours(12));
        notify_once(app.app.clone()).await.expect("goes on");
    }
    let failed = "SELECT count(*) AS n FROM notification WHERE status = 'failed'";
    assert_eq!(app.count(failed).await, 2);
    assert_eq!(app.count("SELECT count(*) AS n FROM task WHERE kind = 'contactNotTold'").await, 1);
    app.finish().await;
}

#[tokio::test]
async fn guessing_links_is_slowed_down() {
    let (app, _) = started().await;
    for _ in 0..20 {
        let path = "/v1/contact-links/AAAAAAAAAAAAAAAAAAAAAA";
        app.get_public(path).await.expect_problem(404, "not-found");
    }
    let path = "/v1/contact-links/BBBBBBBBBBBBBBBBBBBBBB";
    app.get_public(path).await.expect_problem(429, "too-many-requests");
    app.clock.advance(TimeDelta::minutes(1));
    app.get_public(path).await.expect_problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn the_page_of_a_contact_does_the_same_in_three_languages() {
    let (app, gateway) = started().await;
    let permit = granted(&app, 1).await;
    notify_once(app.app.clone()).await.expect("sends");
    let link = gateway.link(&phone(1, 0)).trim_start_matches(&app.base).to_owned();
    assert!(link.starts_with("/nb/contact/"));
    let mut visitor = Visitor::new(&app);
    for (language, words) in
        [("nn", "naudkontakt"), ("en", "emergency contact"), ("nb", "nødkontakt")]
    {
        let page = visitor.get(&link.replace("/nb/", &format!("/{language}/"))).await.expect(200);
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(page.text().contains(words), "{language}");
    }
    assert!(visitor.cookies.is_empty());
    let fields = |deed: &str, phone: &str| -> Vec<(String, String)> {
        [("deed", deed), ("name", "Ola Eksempel"), ("phone", phone)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    };
    let wrong = visitor.post(&link, &fields("correct", "12")).await.expect(422).text();
    assert!(wrong.contains("Skriv åtte siffer") && wrong.contains("value=\"12\""));
    let done = visitor.post(&link, &fields("object", "")).await.expect(200).text();
    assert!(done.contains("Du er tatt bort"));
    assert_eq!(contacts(&app, &permit).await.len(), 1);
    assert!(visitor.get(&link).await.expect(404).text().contains("Lenken gjelder ikke lenger"));
    app.finish().await;
}

#[tokio::test]
async fn an_order_is_repeated_to_the_programmer_and_then_given_to_a_caseworker() {
    let (app, _) = started().await;
    let (administrator, caseworker) =
        (Who::role(Role::Administrator), Who::caseworker("saksbehandler-1"));
    let subscription =
        json!({ "name": "Verkstedet", "recipient": "programmer", "url": "http://127.0.0.1:9/" });
    app.post("/v1/subscriptions", &administrator, &subscription).await.expect(201);
    granted(&app, 1).await;
    let ordered = "SELECT count(*) AS n FROM delivery d JOIN event e ON e.id = d.event_id WHERE e.kind = 'programming.ordered'";
    assert_eq!(app.count(ordered).await, 1);
    let remind = || async { remind_once(app.app.clone()).await.expect("reminds") };
    app.clock.advance(TimeDelta::days(13));
    remind().await;
    assert_eq!(app.count(ordered).await, 1);
    app.clock.advance(TimeDelta::days(2));
    remind().await;
    remind().await;
    assert_eq!(app.count(ordered).await, 2, "once more, and only once");
    assert_eq!(app.get("/v1/tasks", &caseworker).await.expect(200).json()["total"], 0);
    app.clock.advance(TimeDelta::days(16));
    remind().await;
    remind().await;
    let tasks = app.get("/v1/tasks", &caseworker).await.expect(200).json();
    assert_eq!(
        (&tasks["total"], &tasks["items"][0]["kind"]),
        (&json!(1), &json!("programmingOverdue"))
    );
    assert_eq!(tasks["items"][0]["dueOn"], json!(app.day_in(14)));
    app.finish().await;
}

#[tokio::test]
async fn holders_are_asked_every_year_and_those_who_do_not_answer_are_listed() {
    let (app, gateway) = started().await;
    let permit = granted(&app, 1).await;
    notify_once(app.app.clone()).await.expect("sends");
    let caseworker = Who::caseworker("saksbehandler-1");
    let overdue = || async {
        app.get("/v1/permits?confirmation=overdue", &caseworker).await.expect(200).json()["total"]
            .clone()
    };
    app.clock.advance(TimeDelta::days(366));
    // several processes look at the same moment, and one asks
    let ask = || remind_once(app.app.clone());
    let (one, two, three) = tokio::join!(ask(), ask(), ask());
    one.and(two).and(three).expect("all look");
    ask().await.expect("looks");
    notify_once(app.app.clone()).await.expect("sends");
    let (to, text) = gateway.messages().pop().expect("a message");
    assert_eq!(to, people::applicant(1)["phone"]);
    assert!(text.contains("Stemmer opplysningene"));
    assert_eq!(gateway.messages().len(), 3, "asked once");
    assert_eq!(overdue().await, 0);
    app.clock.advance(TimeDelta::days(31));
    assert_eq!(overdue().await, 1);
    let holder = Who::person(1);
    let read = app.get(&permit, &holder).await.expect(200);
    let path = format!("{permit}/confirmation");
    app.send("POST", &path, Some(&holder), &[("if-match", read.etag().as_str())], None)
        .await
        .expect(200);
    assert_eq!(overdue().await, 0);
    app.get("/v1/permits?confirmation=late", &caseworker)
        .await
        .expect_problem(400, "invalid-parameter");
    app.finish().await;
}

#[tokio::test]
async fn a_beacon_whose_last_contact_has_left_is_still_asked_about_and_listed() {
    let (app, gateway) = started().await;
    let permit = granted(&app, 1).await;
    notify_once(app.app.clone()).await.expect("sends");
    for index in [0, 1] {
        let link = gateway.link(&phone(1, index));
        answer(&app, &link, &json!({ "deed": "object" })).await.expect(200);
    }
    assert!(contacts(&app, &permit).await.is_empty());
    app.clock.advance(TimeDelta::minutes(1));
    // an aircraft is asked about for its ELT, and not at all without one
    let mut flown = crate::kinds::aircraft::application(2);
    let with_elt = crate::kinds::shared::granted(&app, "aircraft", &Who::person(2), &flown).await;
    flown["aircraft"]["registration"] = json!("LN-EKT");
    flown["aircraft"]["address"] = json!("478ABD");
    flown["emergencyContacts"] = json!([]);
    flown.as_object_mut().expect("members").remove("elt");
    crate::kinds::shared::granted(&app, "aircraft", &Who::person(3), &flown).await;
    app.execute("DELETE FROM permit_contact").await;

    notify_once(app.app.clone()).await.expect("sends");
    app.clock.advance(TimeDelta::days(366));
    remind_once(app.app.clone()).await.expect("asks");
    let asked = "SELECT count(*) AS n FROM notification WHERE purpose = 'confirmationDue'";
    assert_eq!(app.count(asked).await, 2);
    app.clock.advance(TimeDelta::days(31));
    let list = "/v1/permits?confirmation=overdue";
    let caseworker = Who::caseworker("saksbehandler-1");
    let overdue = app.get(list, &caseworker).await.expect(200).json();
    let ids: Vec<&Value> =
        overdue["items"].as_array().expect("permits").iter().map(|one| &one["id"]).collect();
    let beacon = json!(permit.trim_start_matches("/v1/permits/"));
    assert_eq!(ids, [&beacon, &with_elt["permitId"]]);
    app.finish().await;
}

#[tokio::test]
async fn an_administrator_sees_what_waits_and_pauses_resumes_and_replays() {
    let (app, _) = started().await;
    let administrator = Who::role(Role::Administrator);
    let subscription =
        json!({ "name": "Sentralen", "recipient": "rescueCentre", "url": "http://127.0.0.1:9/" });
    app.post("/v1/subscriptions", &administrator, &subscription).await.expect(201);
    granted(&app, 1).await;
    app.deliver().await;
    let mut officer = Visitor::signed_in(&app, "RESCUE").await;
    officer.get("/nb/deliveries").await.expect(403);
    let mut visitor = Visitor::signed_in(&app, "ADMINISTRATOR").await;
    let page = visitor.get("/nb/deliveries").await.expect(200).text();
    for words in [
        "Sentralen",
        "permit.issued",
        ">venter<",
        ">parkert<",
        "1: ingen forbindelse",
        "Neste forsøk",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let nynorsk = visitor.get("/nn/deliveries").await.expect(200).text();
    assert!(nynorsk.contains(">ventar<") && nynorsk.contains("inga tilkopling"), "{nynorsk}");
    const DEED: &str = "/nb/deliveries/deed";
    let paused = visitor.post(DEED, &form(&page, DEED, &[("deed", "pause")])).await.expect(200);
    assert!(paused.text().contains("på pause") && paused.text().contains("Gjort."));
    let stale = visitor.post(DEED, &form(&page, DEED, &[("deed", "pause")])).await.expect(200);
    assert!(stale.text().contains("endret av en annen"));
    let page = paused.text();
    let page =
        visitor.post(DEED, &form(&page, DEED, &[("deed", "resume")])).await.expect(200).text();
    visitor.post(DEED, &form(&page, DEED, &[("deed", "replay")])).await.expect(200);
    assert_eq!(app.count("SELECT count(*) AS n FROM delivery").await, 2);
    let filtered = visitor.get("/en/deliveries?status=parked").await.expect(200).text();
    assert!(filtered.contains("No deliveries."));
    app.finish().await;
}

#[tokio::test]
async fn without_a_gateway_it_is_told_how_long_contacts_wait_to_be_told() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    granted(&app, 1).await;
    app.clock.advance(TimeDelta::hours(2));
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _local = metrics::set_default_local_recorder(&recorder);
    notify_once(app.app.clone()).await.expect("the job runs");
    let text = handle.render();
    let line = "anrop_notification_oldest_waiting_seconds 7200";
    assert!(text.lines().any(|said| said == line), "{text}");
    app.finish().await;
}
