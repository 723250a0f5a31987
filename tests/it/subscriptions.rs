//! What administrators see to: subscriptions that end or move, deliveries that were given up, and the keys everybody
//! can check deliveries with.

use std::time::Duration;

use anrop::{
    delivery::signature::{PublicKey, SignedHeaders, Trusted, verify},
    identity::Role,
    jobs,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{
    Recipient, Reply, TestApp, Visitor, Who, people, recipient::Manners, visitor::form,
};

const PARKED: &str = "SELECT count(*) AS n FROM delivery WHERE status = 'parked'";
const OPEN: &str = "SELECT count(*) AS n FROM delivery WHERE status IN ('pending', 'parked')";

fn administrator() -> Who {
    Who::role(Role::Administrator)
}

async fn start() -> TestApp {
    TestApp::start_with(|settings| settings.delivery_timeout = Duration::from_secs(1)).await
}

/// A subscription of a recipient that takes any signature; its address and tag.
async fn subscribe(app: &TestApp, name: &str) -> (Recipient, String, String) {
    let recipient = Recipient::start().await;
    let form = json!({ "name": name, "recipient": "rescueCentre", "url": recipient.url });
    let made = app.post("/v1/subscriptions", &administrator(), &form).await.expect(201);
    let path = format!("/v1/subscriptions/{}", made.json()["id"].as_str().expect("an id"));
    (recipient, path, made.etag())
}

async fn issue(app: &TestApp, n: u64) {
    let application = people::plb_application(n);
    let receipt = app.post("/v1/plb/applications", &Who::person(n), &application).await.expect(201);
    let path = format!("{}/decision", receipt.header("location"));
    let form = json!({ "outcome": "granted" });
    let caseworker = Who::caseworker("saksbehandler-1");
    app.post_on(&path, &caseworker, &receipt.etag(), &form).await.expect(200);
}

async fn post(app: &TestApp, path: &str, etag: &str) -> Reply {
    app.send("POST", path, Some(&administrator()), &[("if-match", etag)], None).await
}

/// Goes on until everything has been given up.
async fn give_up(app: &TestApp) {
    for _ in 0..10 {
        app.deliver().await;
        app.clock.advance(TimeDelta::hours(30));
    }
}

async fn parked(app: &TestApp) -> Vec<Value> {
    let list = app.get("/v1/deliveries?status=parked", &administrator()).await.expect(200).json();
    list["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn a_newer_digest_takes_the_place_of_one_that_was_given_up() {
    let app = start().await;
    let (centre, ..) = subscribe(&app, "sentralen").await;
    centre.behave(Manners::Status(500));
    jobs::digest_once(app.app.clone()).await.expect("a digest");
    give_up(&app).await;
    assert_eq!(app.count(PARKED).await, 1);
    centre.behave(Manners::Good);
    jobs::digest_once(app.app.clone()).await.expect("a digest");
    app.deliver().await;
    assert_eq!(app.count(OPEN).await, 0);
    assert_eq!(centre.received().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn what_was_given_up_is_tried_anew_or_dismissed_one_by_one() {
    let app = start().await;
    let (centre, ..) = subscribe(&app, "sentralen").await;
    centre.behave(Manners::Status(500));
    issue(&app, 1).await;
    issue(&app, 2).await;
    give_up(&app).await;
    let given_up = parked(&app).await;
    assert_eq!(given_up.len(), 2);
    let path = |of: usize, what: &str| {
        format!("/v1/deliveries/{}/{what}", given_up[of]["id"].as_str().expect("an id"))
    };
    let retried = app.send("POST", &path(0, "retry"), Some(&administrator()), &[], None).await;
    assert_eq!(retried.expect(200).json()["status"], "pending");
    app.deliver().await;
    assert_eq!(app.count(PARKED).await, 2, "it failed once more");
    centre.behave(Manners::Good);
    app.send("POST", &path(0, "retry"), Some(&administrator()), &[], None).await.expect(200);
    app.deliver().await;
    assert_eq!(centre.received().len(), 1);
    let dismissed =
        app.send("POST", &path(1, "dismissal"), Some(&administrator()), &[], None).await;
    assert_eq!(dismissed.expect(200).json()["status"], "withheld");
    app.deliver().await;
    assert_eq!((app.count(OPEN).await, centre.received().len()), (0, 1));
    for (of, what) in [(0, "retry"), (1, "dismissal")] {
        app.send("POST", &path(of, what), Some(&administrator()), &[], None)
            .await
            .expect_problem(409, "illegal-transition");
    }
    let unknown = "/v1/deliveries/0198c0de-0000-7000-8000-000000000001/retry";
    app.send("POST", unknown, Some(&administrator()), &[], None)
        .await
        .expect_problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn a_subscription_that_ended_collects_nothing_and_its_name_is_free() {
    let app = start().await;
    let (centre, path, etag) = subscribe(&app, "sentralen").await;
    centre.behave(Manners::Status(500));
    issue(&app, 1).await;
    give_up(&app).await;
    issue(&app, 2).await;
    assert_eq!(app.count(OPEN).await, 2);
    let end = format!("{path}/end");
    post(&app, &end, "\"v9\"").await.expect_problem(412, "stale-version");
    let ended = post(&app, &end, &etag).await.expect(200);
    assert_eq!(
        (&ended.json()["status"], &ended.json()["publicKeys"]),
        (&json!("ended"), &json!([]))
    );
    assert_eq!(app.count(OPEN).await, 0);
    centre.behave(Manners::Good);
    issue(&app, 3).await;
    jobs::digest_once(app.app.clone()).await.expect("runs");
    app.deliver().await;
    assert_eq!((app.count(OPEN).await, centre.received().len()), (0, 0));
    for step in ["end", "pause", "rotation"] {
        post(&app, &format!("{path}/{step}"), &ended.etag())
            .await
            .expect_problem(409, "illegal-transition");
    }
    let (other, ..) = subscribe(&app, "sentralen").await;
    issue(&app, 4).await;
    app.deliver().await;
    assert_eq!(other.received().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_subscription_that_moved_sends_there_what_had_not_arrived() {
    let app = start().await;
    let (before, path, _) = subscribe(&app, "sentralen").await;
    before.behave(Manners::Status(410));
    issue(&app, 1).await;
    app.deliver().await;
    let list = app.get("/v1/subscriptions", &administrator()).await.expect(200).json();
    let etag = format!("\"v{}\"", list["items"][0]["version"]);
    let after = Recipient::start().await;
    let address = format!("{path}/address");
    for (url, problem) in [("ikke en adresse", 422), ("http://203.0.113.9/hook", 422)] {
        let form = json!({ "url": url });
        let refused = app.put(&address, &administrator(), Some(&etag), &form).await;
        refused.expect_problem(problem, "invalid-content");
    }
    let form = json!({ "url": after.url });
    let moved = app.put(&address, &administrator(), Some(&etag), &form).await.expect(200).json();
    assert_eq!((&moved["status"], &moved["url"]), (&json!("active"), &json!(after.url)));
    app.clock.advance(TimeDelta::days(1));
    app.deliver().await;
    assert_eq!((before.received().len(), after.received().len()), (0, 1));
    app.finish().await;
}

#[tokio::test]
async fn everybody_can_check_a_delivery_with_the_keys_at_the_well_known_address() {
    let app = start().await;
    let (centre, path, etag) = subscribe(&app, "sentralen").await;
    post(&app, &format!("{path}/rotation"), &etag).await.expect(200);
    issue(&app, 1).await;
    app.deliver().await;
    let answer = app.get_public("/.well-known/anrop-webhook-keys.json").await.expect(200).json();
    let set = &answer["items"][0];
    assert_eq!(
        format!("/v1/subscriptions/{}", set["subscriptionId"].as_str().expect("an id")),
        path
    );
    let keys: Vec<&str> =
        set["publicKeys"].as_array().expect("keys").iter().filter_map(Value::as_str).collect();
    assert_eq!(keys.len(), 2, "the key before signs along");
    let raw = centre.raw().pop().expect("a delivery");
    for key in keys {
        let trusted = Trusted {
            secrets: Vec::new(),
            keys: vec![PublicKey::parse(key).expect("a public key")],
        };
        let [id, timestamp, signature] = raw.headers.clone();
        let headers = SignedHeaders { id, timestamp, signature };
        verify(&headers, &raw.body, &trusted, anrop::clock::Clock::now(&*app.clock))
            .expect("verifies");
    }
    let text = answer.to_string();
    assert!(!text.contains("whsec_") && !text.contains("sentralen") && !text.contains(&centre.url));
    app.finish().await;
}

#[tokio::test]
async fn what_was_given_up_is_tried_anew_or_dismissed_with_the_buttons_of_the_page() {
    let app = TestApp::start_at_own_address().await;
    let (centre, ..) = subscribe(&app, "sentralen").await;
    centre.behave(Manners::Status(500));
    issue(&app, 1).await;
    issue(&app, 2).await;
    give_up(&app).await;
    const DEED: &str = "/en/deliveries/deed";
    let mut visitor = Visitor::signed_in(&app, "ADMINISTRATOR").await;
    let shown = async |visitor: &mut Visitor<'_>| {
        let page = visitor.get("/en/deliveries?status=parked").await.expect(200).text();
        let deliveries: Vec<String> = page
            .split("name=\"delivery\" value=\"")
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
            .collect();
        assert_eq!(page.matches("value=\"retry\"").count(), deliveries.len());
        assert_eq!(page.matches("value=\"dismiss\"").count(), deliveries.len());
        (page, deliveries)
    };
    let (page, given_up) = shown(&mut visitor).await;
    assert_eq!(given_up.len(), 2);
    centre.behave(Manners::Good);
    let press =
        |page: &str, of: &str, deed: &str| form(page, DEED, &[("delivery", of), ("deed", deed)]);
    let done = visitor.post(DEED, &press(&page, &given_up[0], "retry")).await.expect(200);
    assert!(done.text().contains("Done."));
    app.deliver().await;
    assert_eq!(centre.received().len(), 1);
    let done = visitor.post(DEED, &press(&page, &given_up[1], "dismiss")).await.expect(200);
    assert!(done.text().contains("Done."));
    app.deliver().await;
    assert_eq!((app.count(OPEN).await, centre.received().len()), (0, 1));
    // neither is there any more, and an old page does nothing
    let (_, left) = shown(&mut visitor).await;
    assert!(left.is_empty(), "{left:?}");
    for (of, deed) in [(0, "retry"), (1, "dismiss")] {
        let again = visitor.post(DEED, &press(&page, &given_up[of], deed)).await.expect(200);
        assert!(again.text().contains("cannot be done"));
    }
    app.finish().await;
}

#[tokio::test]
async fn the_page_of_deliveries_says_which_choice_there_is_not() {
    let app = TestApp::start_at_own_address().await;
    let mut visitor = Visitor::signed_in(&app, "ADMINISTRATOR").await;
    for (address, said) in [
        ("/nb/deliveries?status=sent", "Tilstand: Velg en av verdiene i listen."),
        ("/nn/deliveries?status=sent", "Tilstand: Vel ein av verdiane i lista."),
        ("/en/deliveries?status=sent", "State: Choose one of the values in the list."),
        ("/en/deliveries?before=yesterday", "Start on the first page."),
    ] {
        let told = visitor.get(address).await.expect(400).text();
        assert!(told.contains(said), "{address}: {told}");
    }
    visitor.get("/en/deliveries?status=pending").await.expect(200);
    app.finish().await;
}
