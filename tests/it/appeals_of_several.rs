//! Several parties appeal against the same decision: each once at a time, each is answered for themselves, the case lies with
//! the authority as long as one of them waits for it, and what changes the decision answers all of them.

use anrop::permit::kind::{self, Kind};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    appeal_comments::nothing_to_say,
    apply::href,
    kinds::shared::{caseworker, granted, permit_of},
    letters::{a_moment_later, letters, open_latest, step},
    my_page_life::who,
    support::{Reply, TestApp, Visitor, Who, people, visitor::form},
};

/// A licence goes from one organisation to another, who both read the decision: they, and the case. The new one is written
/// to in English.
pub async fn handed_over(app: &TestApp) -> (Who, Who, String) {
    let (old, new) = (who("BUSINESS"), who("REPRESENTATIVE"));
    let example = kind::any(Kind::Spectrum).example();
    let permit = permit_of(&granted(app, "spectrum", &old, &example).await);
    let number = new.0.organisation.clone().expect("an organisation");
    let offer = json!({ "newHolder": number, "reason": "Virksomheten er solgt." });
    let made = app.post(&format!("{permit}/transfer"), &old, &offer).await.expect(201);
    let case = made.header("location").to_owned();
    let seen = app.get(&case, &new).await.expect(200);
    let mut applicant = people::applicant(2);
    applicant["language"] = json!("en");
    let acceptance = json!({ "applicant": applicant });
    app.post_on(&format!("{case}/acceptance"), &new, &seen.etag(), &acceptance).await.expect(200);
    step(app, &case, "decision", &json!({ "outcome": "granted" })).await;
    for reader in [&old, &new] {
        assert_eq!(open_latest(app, reader).await["kind"], "decision");
    }
    (old, new, case)
}

async fn appeal(app: &TestApp, case: &str, who: &Who, text: &str) -> Reply {
    a_moment_later(app);
    let seen = app.get(case, who).await.expect(200);
    let body = json!({ "text": text });
    app.post_on(&format!("{case}/appeal"), who, &seen.etag(), &body).await
}

async fn decide(app: &TestApp, case: &str, body: &Value) -> Reply {
    a_moment_later(app);
    let seen = app.get(case, &caseworker()).await.expect(200);
    app.post_on(&format!("{case}/appeal-decision"), &caseworker(), &seen.etag(), body).await
}

/// Both appeal: the ids of the appeals of the old holder and of the new one.
async fn both_appeal(app: &TestApp, case: &str, old: &Who, new: &Who) -> (Value, Value) {
    let first = appeal(app, case, old, "Vilkårene er for strenge.").await.expect(200).json();
    let second = appeal(app, case, new, "We need other conditions.").await.expect(200).json();
    (first["appeal"]["id"].clone(), second["appeal"]["id"].clone())
}

async fn status(app: &TestApp, case: &str) -> Value {
    app.get(case, &caseworker()).await.expect(200).json()["status"].clone()
}

async fn newest(app: &TestApp, who: &Who) -> Value {
    letters(app, who).await[0]["kind"].clone()
}

/// What the appeal body decided, written down for one appeal.
fn of_body(app: &TestApp, outcome: &str, appeal: &Value) -> Value {
    json!({
        "outcome": outcome, "grounds": "Departementet har vurdert saken.", "appealId": appeal,
        "decidedOn": app.day_in(0), "bodyReference": "26/417",
    })
}

#[tokio::test]
async fn each_party_has_one_open_appeal_and_each_is_answered_for_itself() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (old, new, case) = handed_over(&app).await;
    let (first, second) = both_appeal(&app, &case, &old, &new).await;
    for who in [&old, &new] {
        nothing_to_say(&app, who).await;
    }
    for who in [&old, &new] {
        appeal(&app, &case, who, "En gang til.").await.expect_problem(409, "illegal-transition");
    }
    let listed = app.get(&format!("{case}/appeals"), &caseworker()).await.expect(200).json();
    assert_eq!(listed["total"], 2);
    assert!(listed["items"][0].get("appellantId").is_none(), "who the case is of: {listed}");
    let name = people::applicant(2)["name"].clone();
    assert_eq!(listed["items"][1]["appellantName"], name, "{listed}");

    // which one is meant must be said where it can be either
    let mut forward = json!({ "outcome": "forwarded", "grounds": "Vi fastholder vedtaket." });
    let problem = decide(&app, &case, &forward).await.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/appealId");
    let mut unknown = forward.clone();
    unknown["appealId"] = json!("019cade2-11c0-7a51-8c3e-5d1f60a7b2c4");
    let problem = decide(&app, &case, &unknown).await.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["code"], "unknown");
    forward["appealId"] = first.clone();
    let forwarded = decide(&app, &case, &forward).await.expect(200).json();
    assert_eq!(forwarded["status"], "appealed", "the other waits for the authority");
    assert_eq!(newest(&app, &old).await, "appealForwarded");
    assert_eq!(newest(&app, &new).await, "appealNotice", "nothing has become of theirs");
    let reverse = json!({ "outcome": "reversed", "grounds": "Likevel.", "conditions": [] });
    decide(&app, &case, &reverse).await.expect_problem(409, "illegal-transition");
    forward.as_object_mut().expect("members").remove("appealId");
    decide(&app, &case, &forward).await.expect(200);
    assert_eq!(status(&app, &case).await, "forwarded");
    assert_eq!(app.count("SELECT count(*) AS n FROM appeal_dispatch").await, 2);

    let upheld = of_body(&app, "upheld", &first);
    decide(&app, &case, &upheld).await.expect(200);
    assert_eq!(status(&app, &case).await, "forwarded", "the other lies with the body still");
    assert_eq!(newest(&app, &old).await, "appealDecision");
    assert_eq!(newest(&app, &new).await, "appealForwarded", "theirs goes on");
    // what the body decided is final, also while another appeal waits
    appeal(&app, &case, &old, "Nei.").await.expect_problem(409, "illegal-transition");
    decide(&app, &case, &of_body(&app, "upheld", &second)).await.expect(200);
    assert_eq!(status(&app, &case).await, "upheld");
    let letter = open_latest(&app, &new).await;
    assert_eq!((&letter["kind"], &letter["language"]), (&json!("appealDecision"), &json!("en")));
    app.finish().await;
}

#[tokio::test]
async fn what_changes_the_decision_answers_every_appeal_against_it() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (old, new, case) = handed_over(&app).await;
    let (_, second) = both_appeal(&app, &case, &old, &new).await;
    let reverse = json!({
        "outcome": "reversed", "grounds": "Dere har rett.", "conditions": [], "appealId": second,
    });
    let reversed = decide(&app, &case, &reverse).await.expect(200).json();
    assert_eq!((&reversed["status"], &reversed["appeal"]["id"]), (&json!("reversed"), &second));
    let listed = app.get(&format!("{case}/appeals"), &caseworker()).await.expect(200).json();
    for one in listed["items"].as_array().expect("appeals") {
        assert_eq!(
            (&one["status"], &one["grounds"]),
            (&json!("reversed"), &json!("Dere har rett."))
        );
    }
    for who in [&old, &new] {
        assert_eq!(newest(&app, who).await, "appealDecision");
        let told = letters(&app, who).await;
        let told = told.iter().filter(|one| one["kind"] == "appealDecision").count();
        assert_eq!(told, 1, "one letter for one step");
    }
    // the authority's own reversal is a decision that each of them may appeal against
    both_appeal(&app, &case, &old, &new).await;
    app.finish().await;
}

#[tokio::test]
async fn a_dismissal_ends_one_appeal_and_is_told_to_who_was_dismissed() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (old, new, case) = handed_over(&app).await;
    let (first, _) = both_appeal(&app, &case, &old, &new).await;
    let dismiss = json!({ "outcome": "inadmissible", "grounds": "Feil.", "appealId": first });
    decide(&app, &case, &dismiss).await.expect(200);
    assert_eq!(status(&app, &case).await, "appealed");
    assert_eq!(newest(&app, &old).await, "appealDecision");
    assert_eq!(newest(&app, &new).await, "appealNotice");
    // the dismissal is something to appeal against, for who was dismissed
    open_latest(&app, &old).await;
    appeal(&app, &case, &old, "Det var ikke for sent.").await.expect(200);
    appeal(&app, &case, &new, "Nei.").await.expect_problem(409, "illegal-transition");
    app.finish().await;
}

#[tokio::test]
async fn two_who_appeal_at_the_same_moment_are_both_heard() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (old, new, case) = handed_over(&app).await;
    let etag = app.get(&case, &old).await.expect(200).etag();
    let (path, body) = (format!("{case}/appeal"), json!({ "text": "Vi klager." }));
    let (first, second) = tokio::join!(
        app.post_on(&path, &old, &etag, &body),
        app.post_on(&path, &new, &etag, &body)
    );
    let mut outcomes = [first.status, second.status];
    let late = if first.status == 200 { &new } else { &old };
    outcomes.sort_unstable();
    assert_eq!(outcomes, [200, 412]);
    appeal(&app, &case, late, "Vi også.").await.expect(200);
    assert_eq!(app.count("SELECT count(*) AS n FROM appeal WHERE status = 'received'").await, 2);
    app.finish().await;
}

#[tokio::test]
async fn the_other_party_finds_its_way_to_appeal_and_the_desk_asks_which_is_meant() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (old, _, case) = handed_over(&app).await;
    appeal(&app, &case, &old, "Vilkårene er for strenge.").await.expect(200);
    let mut receiver = Visitor::signed_in(&app, "REPRESENTATIVE").await;
    let mut told = letters(&app, &who("REPRESENTATIVE")).await;
    assert_eq!(told.remove(0)["kind"], "appealNotice");
    let told = told.remove(0);
    let letter = format!("/nb/letters/{}", told["id"].as_str().expect("an id"));
    let read = receiver.get(&letter).await.expect(200).text();
    let action = href(&read, "/appeal\"");
    let shown = receiver.get(&action).await.expect(200).text();
    let typed = [("text", "Vi vil ha andre vilkår."), ("deed", "send")];
    receiver.post(&action, &form(&shown, &action, &typed)).await.expect(200);
    assert_eq!(app.count("SELECT count(*) AS n FROM appeal WHERE status = 'received'").await, 2);
    assert!(!receiver.get(&letter).await.expect(200).text().contains(&action), "once at a time");

    nothing_to_say(&app, &who("REPRESENTATIVE")).await;
    let page = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let action = format!("{page}/appeal");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let shown = visitor.get(&page).await.expect(200).text();
    assert!(shown.contains("name=\"which\"") && shown.contains("Klager: "), "{shown}");
    let mut fields = vec![
        ("deed", "decide-appeal"),
        ("appeal-outcome", "forwarded"),
        ("appeal-grounds", "Vi fastholder vedtaket."),
    ];
    let wrong = visitor.post(&action, &form(&shown, &action, &fields)).await.expect(422).text();
    assert!(wrong.contains("href=\"#which\"") && wrong.contains("Flere klager venter"), "{wrong}");
    let listed = app.get(&format!("{case}/appeals"), &caseworker()).await.expect(200).json();
    let own = listed["items"][0]["id"].as_str().expect("an id").to_owned();
    fields.push(("which", own.as_str()));
    let done = visitor.post(&action, &form(&shown, &action, &fields)).await.expect(200).text();
    // one lies with the body, the other with us
    assert!(done.contains("Vedtaket står") && done.contains("Avvis klagen"), "{done}");
    assert!(!done.contains("Gjør om vedtaket"), "the body has the decision");
    app.finish().await;
}

#[tokio::test]
async fn each_appeal_is_reminded_of_for_itself() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let remind = async || anrop::task::actions::remind(&app.app).await.expect("reminds");
    let escalated =
        "SELECT count(*) AS n FROM case_task WHERE kind = 'appealDue' AND escalated_at IS NOT NULL";
    let (old, new, case) = handed_over(&app).await;
    let first = appeal(&app, &case, &old, "Vilkårene er for strenge.").await.expect(200).json();
    app.clock.advance(TimeDelta::days(10));
    appeal(&app, &case, &new, "We need other conditions.").await.expect(200);
    app.clock.advance(TimeDelta::days(25));
    remind().await;
    assert_eq!(app.count(escalated).await, 1, "the time of the other is not over");
    let tasks = app.get("/v1/tasks", &caseworker()).await.expect(200).json();
    let late = tasks["items"].as_array().expect("tasks").iter();
    let late: Vec<&Value> = late.filter(|one| one.get("escalatedAt").is_some()).collect();
    assert_eq!(late.len(), 1, "{tasks}");
    assert_eq!(late[0]["appealId"], first["appeal"]["id"], "{tasks}");

    let dismiss = json!({
        "outcome": "inadmissible", "grounds": "Feil.", "appealId": first["appeal"]["id"],
    });
    decide(&app, &case, &dismiss).await.expect(200);
    remind().await;
    assert_eq!(app.count(escalated).await, 0, "what was late is over");
    app.clock.advance(TimeDelta::days(15));
    remind().await;
    remind().await;
    assert_eq!(app.count(escalated).await, 1, "the other's time is over, too, once");
    app.finish().await;
}
