//! Fuller grounds for a refusal of access: demanded once within three weeks, due in ten working days, given in a letter after
//! which the time for an appeal runs anew; by operation and on the pages. And what of access and supervision is due stands
//! under Today.

use anrop::{jobs::destroy_once, seal::verify::verify, values::appeal_body};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    document_access::{asked, decide},
    journal::{day, days_later, journal},
    kinds::shared::caseworker,
    letters::filed,
    support::{Reply, TestApp, Visitor, visitor::form},
};

const REQUESTS: &str = "/v1/document-access-requests";
const TODAY: &str = "/nb/casework/today";

async fn answer(app: &TestApp, token: &str) -> Value {
    app.get_public(&format!("/v1/document-access-answers/{token}")).await.expect(200).json()
}

async fn demand(app: &TestApp, token: &str) -> Reply {
    let path = format!("/v1/document-access-answers/{token}/fuller-grounds");
    app.send("POST", &path, None, &[], None).await
}

async fn give(app: &TestApp, path: &str, grounds: &str) -> Reply {
    let seen = app.get(path, &caseworker()).await.expect(200);
    let body = json!({ "grounds": grounds });
    app.post_on(&format!("{path}/fuller-grounds"), &caseworker(), &seen.etag(), &body).await
}

/// Access to an application, refused; the token of the answer and the address of the request.
async fn refused(app: &TestApp) -> (String, String) {
    app.waive_deliveries();
    filed(app, 1, "nb").await;
    days_later(app, 1).await;
    let (token, path) = asked(app, "Application received").await;
    let refusal = json!({ "outcome": "refused", "accessCode": "13-1", "grounds": "Personlig." });
    decide(app, &path, &refusal).await.expect(200);
    (token, path)
}

#[tokio::test]
async fn fuller_grounds_are_demanded_once_given_in_a_letter_and_begin_the_time_for_an_appeal_anew()
{
    let app = TestApp::start().await;
    app.waive_deliveries();
    filed(&app, 1, "nb").await;
    days_later(&app, 1).await;
    let (token, path) = asked(&app, "Application received").await;
    demand(&app, &token).await.expect_problem(409, "illegal-transition");
    give(&app, &path, "Fordi.").await.expect_problem(409, "illegal-transition");
    let refusal = json!({ "outcome": "refused", "accessCode": "13-1" });
    decide(&app, &path, &refusal).await.expect(200);
    give(&app, &path, "Fordi.").await.expect_problem(409, "illegal-transition");
    demand(&app, "AAAA").await.expect_problem(404, "not-found");
    let seen = answer(&app, &token).await;
    assert_eq!(seen["canDemandFullerGrounds"], true);
    assert_eq!(seen["demandFullerGroundsBy"], seen["appealBy"], "three weeks from reading");
    app.clock.advance(TimeDelta::days(15));
    let made = demand(&app, &token).await.expect(201);
    assert_eq!(made.header("cache-control"), "no-store");
    let view = made.json();
    let own = &view["fullerGrounds"];
    assert!(own.get("letter").is_none() && own.get("givenAt").is_none(), "{own}");
    assert!(own["dueOn"].as_str().expect("a day") >= day(&app, 14).to_string().as_str(), "{own}");
    assert_eq!(view["canDemandFullerGrounds"], false);
    demand(&app, &token).await.expect_problem(409, "illegal-transition");

    // it waits among the requests by its own day, and is overdue when that has passed
    let list = app.get(REQUESTS, &caseworker()).await.expect(200).json();
    let [one] = list["items"].as_array().expect("requests").as_slice() else { panic!("{list}") };
    assert_eq!((&list["total"], &one["wantsFullerGrounds"]), (&json!(1), &json!(true)));
    assert_eq!((&one["dueOn"], &one["overdue"]), (&own["dueOn"], &json!(false)));
    app.clock.advance(TimeDelta::days(30));
    let list = app.get(REQUESTS, &caseworker()).await.expect(200).json();
    assert_eq!(list["items"][0]["overdue"], true);
    // and the link stays while it waits, however long that takes
    app.clock.advance(TimeDelta::days(100));
    destroy_once(app.app.clone()).await.expect("runs");

    for wrong in ["", "  ", &"x".repeat(4001)] {
        give(&app, &path, wrong).await.expect_problem(422, "invalid-content");
    }
    let stale = json!({ "grounds": "Fordi." });
    app.post_on(&format!("{path}/fuller-grounds"), &caseworker(), "\"v1\"", &stale)
        .await
        .expect_problem(412, "stale-version");
    let given = give(&app, &path, "Helsen til en tredjeperson.\n\nDen kan ikke skilles ut.").await;
    let given = given.expect(200).json();
    assert_eq!(given["wantsFullerGrounds"], false);
    assert!(given["fullerGrounds"]["givenAt"].is_string(), "{given}");
    give(&app, &path, "Fordi.").await.expect_problem(409, "illegal-transition");
    assert_eq!(app.get(REQUESTS, &caseworker()).await.expect(200).json()["total"], 0);

    let view = answer(&app, &token).await;
    let letter = view["fullerGrounds"]["letter"]["paragraphs"].to_string();
    let body = appeal_body::appeal_body(appeal_body::DecisionType::DocumentAccess, day(&app, 0));
    let body = body.expect("somebody decides").name(anrop::values::language::Language::Bokmal);
    for part in ["Den kan ikke skilles ut.", "offl. § 13", body, "begynner på nytt"] {
        assert!(letter.contains(part), "{part}: {letter}");
    }
    assert_eq!(view["canBeAppealed"], true);
    let by = view["appealBy"].as_str().expect("a day").to_owned();
    assert!(by >= day(&app, 21).to_string(), "{by}");
    let appealed = format!("/v1/document-access-answers/{token}/appeal");
    let made = app.send("POST", &appealed, None, &[], Some(&json!({}))).await.expect(201).json();
    assert_eq!(made["appeals"][0]["inTime"], true);
    let forward = json!({ "outcome": "forwarded", "accessCode": "13-1", "grounds": "Personlig." });
    let tag = app.get(&path, &caseworker()).await.expect(200).etag();
    let done = app.post_on(&format!("{path}/appeal-decision"), &caseworker(), &tag, &forward).await;
    let sent = done.expect(200).json()["appeals"][0]["letters"][0]["paragraphs"].to_string();
    let demanded = own["demandNumber"].as_str().expect("a number");
    assert!(sent.contains(demanded), "the demand goes to the appeal body: {sent}");
    let fuller = view["fullerGrounds"]["letter"]["number"].as_str().expect("a number");
    assert!(sent.contains(fuller), "and the grounds: {sent}");

    let entries = journal(&app).await;
    for (title, direction) in [
        ("Fuller grounds for an answer about access demanded", "in"),
        ("Fuller grounds for an answer about access", "out"),
    ] {
        let found = entries.iter().find(|entry| entry["title"] == title);
        assert_eq!(found.unwrap_or_else(|| panic!("no {title}"))["direction"], direction);
    }
    app.seal().await;
    assert!(verify(&app.app, None).await.expect("verifies").holds());
    app.finish().await;
}

#[tokio::test]
async fn they_cannot_be_demanded_late_and_lapse_with_the_refusal() {
    let app = TestApp::start().await;
    let (token, path) = refused(&app).await;
    answer(&app, &token).await;
    app.clock.advance(TimeDelta::days(30));
    let late = demand(&app, &token).await;
    late.expect_problem(409, "illegal-transition");
    assert_eq!(answer(&app, &token).await["canDemandFullerGrounds"], false);

    // of what is given whole after an appeal nobody waits for grounds
    let (token, other) = asked(&app, "Application received").await;
    let refusal = json!({ "outcome": "refused", "accessCode": "13-1" });
    decide(&app, &other, &refusal).await.expect(200);
    demand(&app, &token).await.expect(201);
    let appeal = format!("/v1/document-access-answers/{token}/appeal");
    app.send("POST", &appeal, None, &[], Some(&json!({}))).await.expect(201);
    assert_eq!(app.get(REQUESTS, &caseworker()).await.expect(200).json()["total"], 1);
    let tag = app.get(&other, &caseworker()).await.expect(200).etag();
    let headers = [("content-type", "application/octet-stream"), ("if-match", tag.as_str())];
    let put = format!("{other}/document");
    let text = "Navn: *****\n".as_bytes();
    app.send_raw("PUT", &put, Some(&caseworker()), &headers, Some(text)).await.expect(200);
    let tag = app.get(&other, &caseworker()).await.expect(200).etag();
    let granted = json!({ "outcome": "granted" });
    app.post_on(&format!("{other}/appeal-decision"), &caseworker(), &tag, &granted)
        .await
        .expect(200);
    assert_eq!(app.get(REQUESTS, &caseworker()).await.expect(200).json()["total"], 0);
    give(&app, &other, "Fordi.").await.expect_problem(409, "illegal-transition");
    app.clock.advance(TimeDelta::days(91));
    destroy_once(app.app.clone()).await.expect("runs");
    for token in [&token] {
        app.get_public(&format!("/v1/document-access-answers/{token}")).await.expect(404);
    }
    app.get(&path, &caseworker()).await.expect(200);
    app.finish().await;
}

#[tokio::test]
async fn it_goes_through_the_pages_and_what_is_due_stands_under_today() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    filed(&app, 1, "nb").await;
    days_later(&app, 1).await;
    let (token, request) = asked(&app, "Application received").await;
    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let one = request.replace("/v1/document-access-requests", "/nb/casework/access-requests");
    let today = desk.get(TODAY).await.expect(200).text();
    assert!(today.contains("Krav om innsyn skal besvares") && today.contains(&one), "{today}");
    let refusal = json!({ "outcome": "refused", "accessCode": "13-1" });
    decide(&app, &request, &refusal).await.expect(200);
    assert!(!desk.get(TODAY).await.expect(200).text().contains(&one), "it is answered");

    let mut anybody = Visitor::new(&app);
    let path = format!("/nb/document-access/{token}");
    for (language, said) in
        [("nb", "Be om den senest"), ("nn", "Be om henne seinast"), ("en", "Ask by ")]
    {
        let page = anybody.get(&path.replace("/nb/", &format!("/{language}/"))).await;
        assert!(page.expect(200).text().contains(said), "{language}");
    }
    let deed = vec![("deed".to_owned(), "grounds".to_owned())];
    let taken = anybody.post(&path, &deed).await.expect(200).text();
    assert!(taken.contains("Du bad om en nærmere begrunnelse"), "{taken}");
    assert!(!taken.contains("value=\"grounds\"") && taken.contains("Klag på svaret"));
    let again = anybody.post(&path, &deed).await.expect(409).text();
    assert!(again.contains("ikke noe å begrunne nærmere her nå"), "{again}");
    app.clock.advance(TimeDelta::days(20));
    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let today = desk.get(TODAY).await.expect(200).text();
    let overdue = today.split("id=\"overdue\"").nth(1).expect("a section");
    let overdue = overdue.split("</section>").next().expect("its end");
    assert!(overdue.contains("Nærmere begrunnelse er krevd") && overdue.contains(&one), "{today}");

    let list = desk.get("/nb/casework/access-requests").await.expect(200).text();
    assert!(list.contains("1 krav venter") && list.contains("Nærmere begrunnelse"), "{list}");
    let page = desk.get(&one).await.expect(200).text();
    assert!(page.contains("Fristen er ute"), "{page}");
    let empty = form(&page, &one, &[("deed", "fuller"), ("fuller", " ")]);
    let wrong = desk.post(&one, &empty).await.expect(422).text();
    assert!(wrong.contains("id=\"wrong-fuller\""), "{wrong}");
    let long = format!("<i>{}", "x".repeat(4000));
    let long = form(&page, &one, &[("deed", "fuller"), ("fuller", &long)]);
    let wrong = desk.post(&one, &long).await.expect(422).text();
    assert!(wrong.contains("&#60;i&#62;xxx"), "what was typed stays");
    let whole = form(&page, &one, &[("deed", "fuller"), ("fuller", "Helse.\r\n\r\nOg <mer>.")]);
    let done = desk.post(&one, &whole).await.expect(200).text();
    assert!(
        done.contains("<p>Og &#60;mer&#62;.</p>") && !done.contains("name=\"fuller\""),
        "{done}"
    );
    let late = desk.post(&one, &whole).await.expect(409).text();
    assert!(late.contains("er endret siden siden ble hentet"), "{late}");
    let shown = anybody.get(&path).await.expect(200).text();
    assert!(shown.contains("<p>Helse.</p>") && shown.contains("Klag senest"), "{shown}");
    assert!(!desk.get(TODAY).await.expect(200).text().contains(&one));
    app.finish().await;
}
