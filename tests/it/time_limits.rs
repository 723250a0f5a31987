//! Time limits of decisions: what each kind begins with, and how a caseworker changes it where the act allows that, with a
//! letter to the applicant.

use anrop::values::deadline::{Timer, deadline};
use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use crate::{
    kinds::{numbering, shared::caseworker, spectrum},
    letters::{a_moment_later, filed, open_latest, step},
    support::{Reply, TestApp, Visitor, visitor::form},
};

async fn change(app: &TestApp, case: &str, body: &Value) -> Reply {
    a_moment_later(app);
    let seen = app.get(case, &caseworker()).await.expect(200);
    app.post_on(&format!("{case}/time-limit"), &caseworker(), &seen.etag(), body).await
}

/// The last day of a time limit of a case that came in at its own moment.
async fn counted(app: &TestApp, case: &str, timer: Timer) -> NaiveDate {
    let seen = app.get(case, &caseworker()).await.expect(200).json();
    let at = seen["submittedAt"].as_str().expect("a time").parse().expect("a time");
    deadline(timer, at).expect("a rule").last_day
}

fn reason(change: &str) -> Value {
    json!({ "change": change, "reason": "Saken er krevende." })
}

#[tokio::test]
async fn a_limit_about_numbers_is_extended_once_with_a_letter() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let resource = numbering::exact("e164_8_digit", "22000000-22009999");
    let filed = numbering::file(&app, 1, resource).await.expect(201);
    let case = filed.header("location").to_owned();
    let three_weeks = counted(&app, &case, Timer::NumberDecision).await;
    assert_eq!(filed.json()["dueOn"], three_weeks.to_string());
    for other in ["limitedNumber", "coordinationSent", "coordinationReply"] {
        change(&app, &case, &reason(other)).await.expect_problem(422, "conditions-not-met");
    }
    // what the applicant was waited for stays added
    let question = json!({ "text": "Hvor mange?", "dueOn": app.day_in(14) });
    step(&app, &case, "information-request", &question).await;
    app.clock.advance(TimeDelta::days(7));
    let who = numbering::organisation(1);
    let seen = app.get(&case, &who).await.expect(200);
    let reply = json!({ "text": "8 000." });
    app.post_on(&format!("{case}/replies"), &who, &seen.etag(), &reply).await.expect(200);
    let with_day = json!({ "change": "extension", "reason": "x", "on": app.day_in(0) });
    change(&app, &case, &with_day).await.expect_problem(422, "invalid-content");
    let empty = json!({ "change": "extension", "reason": " " });
    change(&app, &case, &empty).await.expect_problem(422, "invalid-content");

    let extended = change(&app, &case, &reason("extension")).await.expect(200).json();
    let due: NaiveDate = extended["dueOn"].as_str().expect("a day").parse().expect("a date");
    let six_weeks = counted(&app, &case, Timer::NumberDecisionExtended).await;
    assert!(
        (7..=10).contains(&(due - six_weeks).num_days()),
        "{due} is not {six_weeks} and a week"
    );
    let letter = open_latest(&app, &who).await;
    assert_eq!(letter["kind"], "newTimeLimit");
    let said = letter["blocks"].to_string();
    for part in ["fristen er forlenget", "§ 14-6", "Saken er krevende."] {
        assert!(said.contains(part), "{part}: {said}");
    }
    change(&app, &case, &reason("extension")).await.expect_problem(422, "conditions-not-met");
    let journal = app.get(&case, &caseworker()).await.expect(200).json()["journal"].to_string();
    assert!(journal.contains("New time limit for the decision"));
    let refuse = json!({ "outcome": "refused", "grounds": "Ikke behov." });
    step(&app, &case, "decision", &refuse).await;
    change(&app, &case, &reason("extension")).await.expect_problem(409, "illegal-transition");
    app.finish().await;
}

#[tokio::test]
async fn coordination_abroad_lets_the_time_run_from_the_reply() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let area = json!({ "kind": "national" });
    let application = spectrum::application(1, spectrum::simplex(3_400, 3_500), area);
    let who = spectrum::representative(1);
    let filed = app.post("/v1/spectrum/applications", &who, &application).await.expect(201);
    let case = filed.header("location").to_owned();
    let six_weeks = counted(&app, &case, Timer::FrequencyDecision).await;
    assert_eq!(filed.json()["dueOn"], six_weeks.to_string());
    let nothing_sent = change(&app, &case, &reason("coordinationReply")).await;
    nothing_sent.expect_problem(422, "conditions-not-met");
    let mut sent = reason("coordinationSent");
    for days in [-3, 1] {
        sent["on"] = json!(app.day_in(days));
        let problem = change(&app, &case, &sent).await.expect_problem(422, "invalid-content");
        assert_eq!(problem["errors"][0]["pointer"], "/on");
    }
    sent["on"] = json!(app.day_in(0));
    let waits = change(&app, &case, &sent).await.expect(200).json();
    let expected: NaiveDate = waits["dueOn"].as_str().expect("a day").parse().expect("a date");
    assert!((45..=52).contains(&(expected - app.day_in(0)).num_days()), "{expected}");
    let said = open_latest(&app, &who).await["blocks"].to_string();
    assert!(said.contains("samordnes med andre land") && said.contains("§ 14-5"), "{said}");

    app.clock.advance(TimeDelta::days(30));
    let reply_on = app.day_in(-2);
    let reply =
        json!({ "change": "coordinationReply", "reason": "Sverige har svart.", "on": reply_on });
    let runs = change(&app, &case, &reply).await.expect(200).json();
    let at = anrop::values::calendar::start_of_day(reply_on) + TimeDelta::hours(12);
    let due = deadline(Timer::FrequencyDecisionCoordinated, at).expect("a rule").last_day;
    assert_eq!(runs["dueOn"], due.to_string());
    change(&app, &case, &reply).await.expect_problem(422, "conditions-not-met");
    app.finish().await;
}

#[tokio::test]
async fn where_permits_are_few_the_time_is_that_of_a_selection() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let area = json!({ "kind": "national" });
    let application = spectrum::application(1, spectrum::simplex(3_400, 3_500), area);
    let who = spectrum::representative(1);
    let filed = app.post("/v1/spectrum/applications", &who, &application).await.expect(201);
    let case = filed.header("location").to_owned();
    let limited = change(&app, &case, &reason("limitedNumber")).await.expect(200).json();
    let eight_months = counted(&app, &case, Timer::FrequencyDecisionLimited).await;
    assert_eq!(limited["dueOn"], eight_months.to_string());
    app.finish().await;
}

#[tokio::test]
async fn the_desk_offers_what_the_act_allows_and_nothing_else() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let plain = filed(&app, 1, "nb").await;
    let page =
        |case: &str| format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let text = visitor.get(&page(&plain)).await.expect(200).text();
    assert!(!text.contains("Endre fristen"), "the act has no other limit for a beacon");
    let resource = numbering::exact("e164_8_digit", "22000000-22009999");
    let filed = numbering::file(&app, 1, resource).await.expect(201);
    let page = page(filed.header("location"));
    let action = format!("{page}/deed");
    let text = visitor.get(&page).await.expect(200).text();
    assert!(
        text.contains("Forlenges i særlige tilfeller") && !text.contains("samordning med andre")
    );
    let nothing = form(&text, &action, &[("deed", "time-limit")]);
    let wrong = visitor.post(&action, &nothing).await.expect(422).text();
    assert!(wrong.contains("Velg hvordan fristen endres"), "{wrong}");
    let typed =
        [("deed", "time-limit"), ("change", "extension"), ("change-reason", "Saken er krevende.")];
    let done = visitor.post(&action, &form(&text, &action, &typed)).await.expect(200).text();
    assert!(done.contains("Ny frist for avgjørelsen"), "{done}");
    app.finish().await;
}
