//! Other parties to a case are told of an appeal in it and may comment: by letter, once, from the letter or its page; what they
//! say stands with the appeal and goes to the appeal body.

use anrop::{
    clock::Clock as _,
    document::date_for_people,
    values::{calendar::end_of_day, language::Language},
};
use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use crate::{
    appeals_forwarded::unzipped,
    appeals_of_several::handed_over,
    kinds::shared::caseworker,
    letters::{a_moment_later, letters, open_latest, refused, step},
    support::{Reply, TestApp, Visitor, Who, visitor::form},
};

const COMMENT: &str = "Vi har bygd ut nettet og ber om at vedtaket blir stående.";

/// The old holder appeals; answers who is told, the case, and where they comment.
pub async fn told(app: &TestApp) -> (Who, Who, String, String) {
    let (old, new, case) = handed_over(app).await;
    a_moment_later(app);
    let seen = app.get(&case, &old).await.expect(200);
    let appeal = json!({ "text": "Vilkårene er for strenge." });
    app.post_on(&format!("{case}/appeal"), &old, &seen.etag(), &appeal).await.expect(200);
    let letter = letters(app, &new).await.remove(0);
    assert_eq!(letter["kind"], "appealNotice", "{letter}");
    let path = format!("/v1/letters/{}", letter["id"].as_str().expect("an id"));
    (old, new, case, path)
}

async fn comment(app: &TestApp, letter: &str, who: &Who, text: &str) -> Reply {
    a_moment_later(app);
    app.post(&format!("{letter}/comment"), who, &json!({ "text": text })).await
}

/// Whoever was told of an appeal says so much that it can be forwarded.
pub async fn nothing_to_say(app: &TestApp, who: &Who) {
    let all = letters(app, who).await;
    let notice = all.iter().find(|one| one["kind"] == "appealNotice").expect("they were told");
    let path = format!("/v1/letters/{}", notice["id"].as_str().expect("an id"));
    comment(app, &path, who, "Vi har ikke noe å si.").await.expect(200);
}

async fn appeals(app: &TestApp, case: &str, who: &Who) -> Value {
    app.get(&format!("{case}/appeals"), who).await.expect(200).json()["items"].clone()
}

#[tokio::test]
async fn another_party_is_told_at_once_comments_once_and_goes_to_the_appeal_body() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (old, new, case, letter) = told(&app).await;
    assert!(letters(&app, &old).await.iter().all(|one| one["kind"] != "appealNotice"));
    let read = app.get(&letter, &new).await.expect(200).json();
    assert_eq!((&read["language"], &read["canBeAppealed"]), (&json!("en"), &json!(false)));
    let said = read["blocks"].to_string();
    for part in ["has appealed against the decision", "section 33", "You do not have to answer"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(
        !said.contains("Vilkårene er for strenge."),
        "what the appeal says is not told: {said}"
    );
    let waiting = appeals(&app, &case, &caseworker()).await;
    assert_eq!(waiting[0]["comments"][0]["dueOn"].as_str().map(str::len), Some(10), "{waiting}");
    assert!(waiting[0]["comments"][0].get("text").is_none(), "{waiting}");

    for stranger in [&old, &Who::person(9)] {
        comment(&app, &letter, stranger, COMMENT).await.expect_problem(404, "not-found");
    }
    let nothing = comment(&app, &letter, &new, " ").await;
    nothing.expect_problem(422, "invalid-content");
    comment(&app, &letter, &new, COMMENT).await.expect(200);
    let again = comment(&app, &letter, &new, "En gang til.").await;
    again.expect_problem(409, "illegal-transition");
    let seen = appeals(&app, &case, &caseworker()).await;
    assert_eq!(seen[0]["comments"][0]["text"], COMMENT, "{seen}");
    assert!(seen[0]["comments"][0]["partyName"].is_string(), "{seen}");
    let own = appeals(&app, &case, &old).await;
    assert!(own[0].get("comments").is_none(), "what others write is not shown here: {own}");
    assert_eq!(appeals(&app, &case, &new).await, json!([]));

    let forward = json!({ "outcome": "forwarded", "grounds": "Vi fastholder vedtaket." });
    step(&app, &case, "appeal-decision", &forward).await;
    let package = app.get(&format!("{case}/appeal-package"), &caseworker()).await.expect(200);
    let files = unzipped(&package.bytes);
    let list = String::from_utf8(files["innhold.tsv"].clone()).expect("a text");
    for title in ["Melding om klage", "Uttalelse om klage mottatt"] {
        assert!(list.contains(title), "{list}");
    }
    assert!(files.values().any(|file| file == COMMENT.as_bytes()), "{list}");
    app.finish().await;
}

#[tokio::test]
async fn it_is_not_forwarded_before_the_day_by_which_others_may_comment() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (_, _, case, _) = told(&app).await;
    let waiting = appeals(&app, &case, &caseworker()).await;
    let due = waiting[0]["comments"][0]["dueOn"].as_str().expect("a day");
    let due: NaiveDate = due.parse().expect("a day");
    let said = date_for_people(due, Language::Bokmal);
    let desk = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let shown = visitor.get(&desk).await.expect(200).text();
    assert!(shown.contains(&format!("Andre parter kan uttale seg til og med {said}")), "{shown}");

    let forward = json!({ "outcome": "forwarded", "grounds": "Vi fastholder vedtaket." });
    let path = format!("{case}/appeal-decision");
    let last = end_of_day(due) - TimeDelta::minutes(1);
    app.clock.advance(last - app.clock.now());
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let problem = app.post_on(&path, &caseworker(), &seen.etag(), &forward).await;
    let problem = problem.expect_problem(409, "illegal-transition");
    let detail = problem["detail"].as_str().expect("words");
    assert!(detail.contains("Other parties may comment on the appeal until"), "{detail}");
    assert_eq!(app.count("SELECT count(*) AS n FROM appeal_dispatch").await, 0);
    app.clock.advance(TimeDelta::minutes(2));
    step(&app, &case, "appeal-decision", &forward).await;
    app.finish().await;
}

#[tokio::test]
async fn none_is_told_of_one_that_must_be_dismissed_or_comments_on_one_that_is_over() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let notices = "SELECT count(*) AS n FROM letter WHERE kind = 'appealNotice'";
    // who is alone in a case is told of no appeal of theirs
    let own = refused(&app, 1).await;
    open_latest(&app, &Who::person(1)).await;
    a_moment_later(&app);
    let seen = app.get(&own, &Who::person(1)).await.expect(200);
    let appeal = json!({ "text": "Jeg klager.", "lateReason": "Jeg var syk." });
    let path = format!("{own}/appeal");
    app.post_on(&path, &Who::person(1), &seen.etag(), &appeal).await.expect(200);
    assert_eq!(app.count(notices).await, 0);

    let (_, new, case, letter) = told(&app).await;
    assert_eq!(app.count(notices).await, 1);
    let dismiss = json!({ "outcome": "inadmissible", "grounds": "Feil." });
    step(&app, &case, "appeal-decision", &dismiss).await;
    let over = comment(&app, &letter, &new, COMMENT).await;
    over.expect_problem(409, "illegal-transition");

    app.clock.advance(TimeDelta::days(400));
    let seen = app.get(&case, &new).await.expect(200);
    app.post_on(&format!("{case}/appeal"), &new, &seen.etag(), &appeal).await.expect(200);
    assert_eq!(app.count(notices).await, 1, "it must be dismissed");
    app.finish().await;
}

#[tokio::test]
async fn a_comment_is_written_below_the_letter_and_read_at_the_desk() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (_, _, case, letter) = told(&app).await;
    let mut receiver = Visitor::signed_in(&app, "REPRESENTATIVE").await;
    let mine = receiver.get("/nb/my-page").await.expect(200).text();
    assert!(mine.contains("Siste dag for å uttale deg i sak"), "{mine}");
    let page = letter.replace("/v1/", "/nb/");
    let shown = receiver.get(&page).await.expect(200).text();
    assert!(shown.contains("Uttal deg"), "{shown}");
    let nothing = form(&shown, &page, &[("text", " ")]);
    let wrong = receiver.post(&page, &nothing).await.expect(422).text();
    assert!(
        wrong.contains("Uttalelsen er ikke sendt") && wrong.contains("href=\"#text\""),
        "{wrong}"
    );

    let desk = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let before = visitor.get(&desk).await.expect(200).text();
    assert!(before.contains("kan uttale seg innen"), "{before}");
    a_moment_later(&app);
    let done = receiver.post(&page, &form(&shown, &page, &[("text", COMMENT)])).await.expect(200);
    let done = done.text();
    assert!(done.contains("Du uttalte deg ") && !done.contains("name=\"text\""), "{done}");
    let again = receiver.post(&page, &form(&shown, &page, &[("text", COMMENT)])).await;
    assert!(again.expect(422).text().contains("mottatt fra før"));
    let after = visitor.get(&desk).await.expect(200).text();
    assert!(after.contains("Uttalelse fra ") && after.contains(COMMENT), "{after}");
    app.finish().await;
}

#[tokio::test]
async fn a_comment_on_paper_is_registered_for_whoever_was_told() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (old, new, case, _) = told(&app).await;
    let waiting = appeals(&app, &case, &caseworker()).await;
    let letter = waiting[0]["comments"][0]["letterId"].as_str().expect("a letter").to_owned();
    let path = format!("/v1/letters/{letter}/registered-comment");
    app.clock.advance(chrono::TimeDelta::days(3));
    let mut paper = json!({ "text": COMMENT, "channel": "telephone", "receivedOn": app.day_in(1) });
    for day in [1, -9] {
        paper["receivedOn"] = json!(app.day_in(day));
        let problem = app.post(&path, &caseworker(), &paper).await;
        let problem = problem.expect_problem(422, "invalid-content");
        assert_eq!(problem["errors"][0]["pointer"], "/receivedOn");
    }
    paper["receivedOn"] = json!(app.day_in(-1));
    app.post(&path, &new, &paper).await.expect_problem(403, "not-allowed");
    let mut own = caseworker();
    own.0.organisation = old.0.organisation.clone();
    app.post(&path, &own, &paper).await.expect_problem(403, "disqualified");
    let other = letters(&app, &old).await[0]["id"].as_str().expect("an id").to_owned();
    let of_none = format!("/v1/letters/{other}/registered-comment");
    app.post(&of_none, &caseworker(), &paper).await.expect_problem(404, "not-found");
    let taken = app.post(&path, &caseworker(), &paper).await.expect(200).json();
    assert!(taken["receivedAt"].as_str().expect("a time").starts_with(&app.day_in(-1).to_string()));
    app.post(&path, &caseworker(), &paper).await.expect_problem(409, "illegal-transition");
    let seen = appeals(&app, &case, &caseworker()).await;
    let comment = &seen[0]["comments"][0];
    assert_eq!((&comment["text"], &comment["channel"]), (&json!(COMMENT), &json!("telephone")));
    app.finish().await;
}

#[tokio::test]
async fn the_desk_registers_a_comment_on_paper_and_loses_nothing_that_was_typed() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (_, _, case, _) = told(&app).await;
    let desk = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let action = format!("{desk}/appeal");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = visitor.get(&desk).await.expect(200).text();
    let letter = page.split("name=\"told\" value=\"").nth(1).expect("who was told");
    let letter = letter.split('"').next().expect("an id").to_owned();
    let today = app.day_in(0).to_string();
    let mut typed =
        vec![("comment", COMMENT), ("comment-way", "paper"), ("deed", "register-comment")];
    let wrong = visitor.post(&action, &form(&page, &action, &typed)).await.expect(422).text();
    assert!(wrong.contains(COMMENT) && wrong.contains("Velg hvem uttalelsen kommer fra."));
    typed.extend([("told", letter.as_str()), ("comment-came", today.as_str())]);
    a_moment_later(&app);
    let done = visitor.post(&action, &form(&page, &action, &typed)).await.expect(200).text();
    assert!(done.contains("Uttalelse fra ") && done.contains(COMMENT), "{done}");
    assert!(!done.contains("register-comment"), "nobody else is waited for: {done}");
    app.finish().await;
}
