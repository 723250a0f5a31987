//! Questions while their case waits: the applicant is given another day for the answer, or the question is withdrawn. Both
//! are told by letter, and timers and reminders follow.

use anrop::{
    document::date_for_people,
    identity::{Role, token::Ticket},
    values::{calendar::next_working_day, language::Language},
};
use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use crate::{
    casework::plb,
    kinds::shared::caseworker,
    letters::{a_moment_later, filed, letters, open_latest, step},
    support::{Reply, TestApp, Visitor, Who, visitor::form},
};

const DAY: &str = "information-request-day";
const WITHDRAWAL: &str = "information-request-withdrawal";

/// A case of the `n`th person that waits for an answer within two weeks.
async fn asked(app: &TestApp, n: u64) -> String {
    let case = filed(app, n, "nb").await;
    let question = json!({ "text": "Hvilken farge har senderen?", "dueOn": app.day_in(14) });
    step(app, &case, "information-request", &question).await;
    case
}

async fn try_step(app: &TestApp, case: &str, what: &str, who: &Who, body: &Value) -> Reply {
    a_moment_later(app);
    let etag = app.get(case, &caseworker()).await.expect(200).etag();
    let body = (!body.is_null()).then_some(body);
    let headers = [("if-match", etag.as_str())];
    app.send("POST", &format!("{case}/{what}"), Some(who), &headers, body).await
}

fn day_of(case: &Value, name: &str) -> NaiveDate {
    case[name].as_str().expect("a day").parse().expect("a date")
}

#[tokio::test]
async fn the_day_for_an_answer_is_moved_with_a_letter_and_the_clock_stands_still() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = asked(&app, 1).await;
    let asked_on = app.day_in(0);
    let due = day_of(&app.get(&case, &caseworker()).await.expect(200).json(), "dueOn");
    for wrong in [app.day_in(0), app.day_in(14)] {
        let body = json!({ "dueOn": wrong });
        let problem = try_step(&app, &case, DAY, &caseworker(), &body).await;
        let problem = problem.expect_problem(422, "invalid-content");
        assert_eq!(problem["errors"][0]["pointer"], "/dueOn");
    }
    let later = app.day_in(21);
    let body = json!({ "dueOn": later });
    let ticket = Ticket { subject: "saksbehandler-9".to_owned(), ..Who::person(1).0 };
    let own = Who(Ticket { roles: vec![Role::Caseworker], ..ticket });
    try_step(&app, &case, DAY, &own, &body).await.expect_problem(403, "disqualified");
    try_step(&app, &case, DAY, &Who::person(1), &body).await.expect_problem(403, "not-allowed");
    let seen = try_step(&app, &case, DAY, &caseworker(), &body).await.expect(200).json();
    assert_eq!(seen["status"], "waitingForApplicant");
    assert_eq!(day_of(&seen, "waitingUntil"), later);
    assert_eq!(day_of(&seen, "dueOn"), due, "the clock stands still all the same");
    assert_eq!(seen["messages"].as_array().map(Vec::len), Some(1), "one question: {seen}");
    assert_eq!(day_of(&seen["messages"][0], "dueOn"), later);
    assert!(seen["journal"].to_string().contains("Another day for the answer"));
    let letter = open_latest(&app, &Who::person(1)).await;
    assert!(letter["subject"].as_str().expect("a text").starts_with("Ny frist for å svare"));
    let said = letter["blocks"].to_string();
    assert!(said.contains("Hvilken farge har senderen?"), "{said}");
    assert!(said.contains(&date_for_people(later, Language::Bokmal)), "{said}");
    // answered, the whole time of waiting is added
    app.clock.advance(TimeDelta::days(18));
    let answer = json!({ "text": "Gul." });
    let seen = try_step(&app, &case, "replies", &Who::person(1), &answer).await.expect(200).json();
    assert_eq!(day_of(&seen, "dueOn"), next_working_day(due + (app.day_in(0) - asked_on)));
    let late = json!({ "dueOn": app.day_in(9) });
    let refused = try_step(&app, &case, DAY, &caseworker(), &late).await;
    refused.expect_problem(409, "illegal-transition");
    app.finish().await;
}

#[tokio::test]
async fn a_withdrawn_question_lets_the_clock_run_and_the_case_be_decided() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = asked(&app, 1).await;
    let asked_on = app.day_in(0);
    let due = day_of(&app.get(&case, &caseworker()).await.expect(200).json(), "dueOn");
    app.clock.advance(TimeDelta::days(5));
    let by_them = try_step(&app, &case, WITHDRAWAL, &Who::person(1), &Value::Null).await;
    by_them.expect_problem(403, "not-allowed");
    let seen = try_step(&app, &case, WITHDRAWAL, &caseworker(), &Value::Null).await;
    let seen = seen.expect(200).json();
    assert_eq!(seen["status"], "underReview");
    assert!(seen.get("waitingUntil").is_none() && seen["messages"][0].get("dueOn").is_none());
    let now_due = next_working_day(due + (app.day_in(0) - asked_on));
    assert_eq!(day_of(&seen, "dueOn"), now_due);
    let letter = open_latest(&app, &Who::person(1)).await;
    assert!(letter["subject"].as_str().expect("a text").starts_with("Du trenger ikke å svare"));
    let said = letter["blocks"].to_string();
    assert!(said.contains(&date_for_people(now_due, Language::Bokmal)), "{said}");
    assert_eq!(letters(&app, &Who::person(1)).await.len(), 2, "the question, and that it is gone");
    let again = try_step(&app, &case, WITHDRAWAL, &caseworker(), &Value::Null).await;
    again.expect_problem(409, "illegal-transition");
    let answer = json!({ "text": "Gul." });
    let late = try_step(&app, &case, "replies", &Who::person(1), &answer).await;
    late.expect_problem(409, "illegal-transition");
    step(&app, &case, "decision", &json!({ "outcome": "granted" })).await;
    app.finish().await;
}

#[tokio::test]
async fn the_desk_moves_the_day_and_withdraws_the_question() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, page) = plb(&app, 1).await;
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let action = format!("{page}/deed");
    let deed = async |visitor: &mut Visitor<'_>, fields: &[(&str, &str)]| {
        a_moment_later(&app);
        let text = visitor.get(&page).await.expect(200).text();
        visitor.post(&action, &form(&text, &action, fields)).await
    };
    let before = visitor.get(&page).await.expect(200).text();
    assert!(!before.contains("move-answer-day"), "nothing is asked yet");
    let question = json!({ "text": "Hvilken farge?", "dueOn": app.day_in(14) });
    step(&app, &case, "information-request", &question).await;
    let waiting = visitor.get(&page).await.expect(200).text();
    assert!(waiting.contains("name=\"answer-day\" type=\"date\""), "{waiting}");
    assert!(waiting.contains(&format!("value=\"{}\"", app.day_in(14))), "{waiting}");
    let same = app.day_in(14).to_string();
    for wrong in ["", "31.02.2027", same.as_str()] {
        let told = deed(&mut visitor, &[("deed", "move-answer-day"), ("answer-day", wrong)]).await;
        assert!(told.expect(422).text().contains("Velg en dag fra i morgen av"), "{wrong}");
    }
    let later = app.day_in(28).to_string();
    let moved = [("deed", "move-answer-day"), ("answer-day", later.as_str())];
    let done = deed(&mut visitor, &moved).await.expect(200).text();
    assert!(done.contains("Ny frist for svar"), "{done}");
    let seen = app.get(&case, &caseworker()).await.expect(200).json();
    assert_eq!(seen["waitingUntil"], later);
    let done = deed(&mut visitor, &[("deed", "withdraw-question")]).await.expect(200).text();
    assert!(done.contains("Spørsmål trukket") && !done.contains("move-answer-day"), "{done}");
    app.finish().await;
}
