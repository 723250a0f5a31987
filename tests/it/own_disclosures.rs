//! Holders see who got and read their data: deliveries at once, look-ups by rescue centres when the incident is over,
//! and nothing of anybody else, nor who looked and why.

use anrop::{identity::Role, rescue::actions::drain_spool};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    apply::{send, whole},
    kinds::shared::{granted, look_up, subscribed, try_grant},
    support::{TestApp, Visitor, Who, people},
};

const PATH: &str = "/v1/me/disclosures";

async fn told(app: &TestApp, who: &Who) -> Vec<Value> {
    let page = app.get(PATH, who).await.expect(200).json();
    let items = page["items"].as_array().cloned().expect("items");
    assert_eq!(page["total"], items.len());
    items
}

async fn looked_up(app: &TestApp, who: &Who) -> usize {
    told(app, who).await.iter().filter(|one| one["manner"] == "lookUp").count()
}

/// A look-up that is moved into the log.
async fn found(app: &TestApp, key: &str) {
    assert_eq!(look_up(app, key).await["matches"][0]["live"], true);
    while drain_spool(&app.app).await.expect("drains") > 0 {}
}

async fn marked(app: &TestApp, key: &str, outcome: &str) {
    let alert = json!({ "key": key, "incidentReference": "2026/117", "outcome": outcome });
    app.post("/v1/rescue/alerts", &Who::role(Role::Rescue), &alert).await.expect(201);
}

#[tokio::test]
async fn a_look_up_is_told_when_its_alert_was_none_and_otherwise_after_thirty_days() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, ola) = (Who::person(1), Who::person(2));
    let hers = granted(&app, "plb", &kari, &people::plb_application(1)).await;
    granted(&app, "plb", &ola, &people::plb_application(2)).await;
    let sign = hers["callSign"].as_str().expect("a sign").to_owned();
    found(&app, &sign).await;
    assert_eq!(looked_up(&app, &kari).await, 0, "the operation may be going on");
    marked(&app, &sign, "real").await;
    assert_eq!(looked_up(&app, &kari).await, 0, "it is");

    app.clock.advance(TimeDelta::minutes(5));
    marked(&app, &sign, "false").await;
    let all = told(&app, &kari).await;
    let one = all.iter().find(|one| one["manner"] == "lookUp").expect("told");
    assert_eq!((&one["recipient"], &one["permitId"]), (&json!("rescueCentre"), &hers["permitId"]));
    assert!(one["fields"].as_array().expect("fields").contains(&json!("contacts")));
    let text = app.get(PATH, &kari).await.expect(200);
    assert_eq!(text.header("cache-control"), "no-store");
    for secret in ["2026/117", "vakt-3", "officer", "key", sign.as_str()] {
        assert!(!text.text().contains(secret), "{secret}: {}", text.text());
    }
    assert_eq!(looked_up(&app, &ola).await, 0, "his beacon was not looked up");

    // a later look-up waits for itself, and thirty days are enough
    app.clock.advance(TimeDelta::minutes(5));
    found(&app, &sign).await;
    assert_eq!(looked_up(&app, &kari).await, 1);
    app.clock.advance(TimeDelta::days(30) - TimeDelta::minutes(1));
    assert_eq!(looked_up(&app, &kari).await, 1, "the day before");
    app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(looked_up(&app, &kari).await, 2);
    app.finish().await;
}

#[tokio::test]
async fn the_incident_reference_that_comes_later_is_no_look_up_of_its_own() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let hers = granted(&app, "plb", &kari, &people::plb_application(1)).await;
    let key = hers["callSign"].as_str().expect("a sign");
    let rescue = Who::role(Role::Rescue);
    let headers = [("incident-reference", "pending")];
    let path = format!("/v1/rescue/beacons/{key}");
    let answer = app.send("GET", &path, Some(&rescue), &headers, None).await.expect(200).json();
    let id = answer["lookUpId"].as_str().expect("an id");
    let path = format!("/v1/rescue/look-ups/{id}/incident-reference");
    let body = json!({ "incidentReference": "2026/118" });
    let headers: [(&str, &str); 0] = [];
    app.send("POST", &path, Some(&rescue), &headers, Some(&body)).await.expect(200);
    app.clock.advance(TimeDelta::days(31));
    assert_eq!(looked_up(&app, &kari).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn deliveries_and_searches_are_told_page_by_page_and_only_to_whom_they_are_about() {
    let app = TestApp::start().await;
    let _rescue = subscribed(&app, "rescueCentre").await;
    let _programmer = subscribed(&app, "programmer").await;
    let kari = Who::person(1);
    granted(&app, "plb", &kari, &people::plb_application(1)).await;
    app.deliver().await;
    let search = json!({ "name": people::applicant(1)["name"], "purpose": "Kontroll" });
    app.post("/v1/holder-searches", &Who::caseworker("a"), &search).await.expect(200);
    let all = told(&app, &kari).await;
    let recipients: Vec<&str> = all.iter().filter_map(|one| one["recipient"].as_str()).collect();
    for expected in ["rescueCentre", "programmer", "caseworker"] {
        assert!(recipients.contains(&expected), "{expected}: {recipients:?}");
    }
    assert!(all.iter().all(|one| one["manner"] == "given"), "{all:?}");
    let programmer = all.iter().find(|one| one["recipient"] == "programmer").expect("told");
    let fields = programmer["fields"].as_array().expect("fields");
    assert!(!fields.contains(&json!("contacts")), "{fields:?}");

    let mut paged = Vec::new();
    let mut next = format!("{PATH}?limit=1");
    loop {
        let page = app.get(&next, &kari).await.expect(200).json();
        assert_eq!(page["total"], all.len());
        paged.extend(page["items"].as_array().cloned().expect("items"));
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("{PATH}?limit=1&cursor={cursor}");
    }
    assert_eq!(paged, all);
    assert_eq!(told(&app, &Who::person(2)).await, Vec::<Value>::new());
    app.get(&format!("{PATH}?cursor=bm9uZQ"), &kari).await.expect_problem(400, "invalid-cursor");
    app.finish().await;
}

#[tokio::test]
async fn my_page_tells_it_in_three_languages() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let none = kari.get("/nb/my-page/disclosures").await.expect(200).text();
    assert!(none.contains("Ingen har fått opplysninger om deg."));
    let draft = whole(&mut kari).await;
    send(&mut kari, &draft).await.expect(200);
    let caseworker = Who::caseworker("saksbehandler-1");
    let queue = app.get("/v1/cases", &caseworker).await.expect(200).json();
    let case = format!("/v1/cases/{}", queue["items"][0]["id"].as_str().expect("a case"));
    let decided = try_grant(&app, &case).await.expect(200).json();
    let sign = decided["callSign"].as_str().expect("a sign").to_owned();
    found(&app, &sign).await;
    marked(&app, &sign, "test").await;
    for (language, who, field) in [
        ("nb", "Hovedredningssentralen", "<li>Nødkontakter</li>"),
        ("nn", "Hovudredningssentralen", "<li>Naudkontaktar</li>"),
        ("en", "the joint rescue coordination centres", "<li>Emergency contacts</li>"),
    ] {
        let page = kari.get(&format!("/{language}/my-page/disclosures")).await.expect(200).text();
        assert!(page.contains(who) && page.contains(field), "{language}: {page}");
        assert!(page.contains("PLB-") && !page.contains("vakt-3") && !page.contains("2026/117"));
        let mine = kari.get(&format!("/{language}/my-page")).await.expect(200).text();
        assert!(mine.contains(&format!("/{language}/my-page/disclosures")));
    }
    let mut ola = Visitor::signed_in(&app, "OLA").await;
    let his = ola.get("/en/my-page/disclosures").await.expect(200).text();
    assert!(his.contains("Nobody has got data about you."));
    app.finish().await;
}
