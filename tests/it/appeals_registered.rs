//! Appeals that come on paper or by telephone: registered for any party to the case, and for others with a legal interest, from
//! the day they came; who appeals gets a receipt and all that follows in their own language.

use anrop::identity::{Role, token::Ticket};
use serde_json::{Value, json};

use crate::{
    appeal_comments::nothing_to_say,
    appeals_of_several::handed_over,
    kinds::shared::caseworker,
    letters::{a_moment_later, letters, open_latest, refused, step},
    support::{Reply, TestApp, Visitor, Who, people, visitor::form},
};

/// An organisation that no case is of.
const NEIGHBOUR: &str = "312345676";

fn neighbour() -> Who {
    let ticket = Ticket { organisation: Some(NEIGHBOUR.to_owned()), ..Who::person(90).0 };
    Who(Ticket { roles: vec![Role::Representative], ..ticket })
}

/// How to reach it.
fn contact() -> Value {
    json!({
        "name": "Nabo Eksempel AS", "address": { "lines": ["Fjordgata 7"], "postalCode": "4790" },
        "phone": "68 05 00 77", "email": "post@example.no", "language": "nn",
    })
}

async fn register(app: &TestApp, case: &str, who: &Who, body: &Value) -> Reply {
    a_moment_later(app);
    let seen = app.get(case, &caseworker()).await.expect(200);
    app.post_on(&format!("{case}/registered-appeal"), who, &seen.etag(), body).await
}

fn forward() -> Value {
    json!({ "outcome": "forwarded", "grounds": "Vi fastholder vedtaket." })
}

#[tokio::test]
async fn the_receiver_of_a_transfer_appeals_on_paper_and_is_answered_in_their_language() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (old, new, case) = handed_over(&app).await;
    let paper = json!({
        "text": "We need other conditions.", "receivedOn": app.day_in(0),
        "appellant": { "party": "newHolder" },
    });
    let taken = register(&app, &case, &caseworker(), &paper).await.expect(201).json();
    assert_eq!((&taken["status"], &taken["appeal"]["inTime"]), (&json!("appealed"), &json!(true)));
    register(&app, &case, &caseworker(), &paper).await.expect_problem(409, "illegal-transition");
    // the receipt goes to who appealed; the other party is told
    let letter = open_latest(&app, &new).await;
    assert_eq!((&letter["kind"], &letter["language"]), (&json!("receipt"), &json!("en")));
    let said = letter["blocks"].to_string();
    assert!(said.contains("We received your appeal on"), "{said}");
    assert_eq!(letters(&app, &old).await[0]["kind"], "appealNotice");
    let own = app.get(&format!("{case}/appeals"), &new).await.expect(200).json();
    assert_eq!(own["items"][0]["text"], "We need other conditions.");
    assert_eq!(own["items"][0]["channel"], "paper");
    // the other party may still
    let other = json!({ "text": "Vilkårene er for strenge." });
    register(&app, &case, &caseworker(), &other).await.expect(201);
    let mut one = forward();
    one["appealId"] = taken["appeal"]["id"].clone();
    nothing_to_say(&app, &old).await;
    step(&app, &case, "appeal-decision", &one).await;
    let told = open_latest(&app, &new).await;
    assert_eq!((&told["kind"], &told["language"]), (&json!("appealForwarded"), &json!("en")));
    app.finish().await;
}

#[tokio::test]
async fn somebody_else_with_a_legal_interest_becomes_known_and_is_told_what_becomes_of_it() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = refused(&app, 1).await;
    let mut paper = json!({
        "text": "Senderen forstyrrer oss.", "appellant": { "organisationNumber": NEIGHBOUR },
    });
    let problem = register(&app, &case, &caseworker(), &paper).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/appellant/contact");
    paper["appellant"]["contact"] = contact();
    let early = json!({ "knownSince": app.day_in(-3) });
    let mut wrong = paper.clone();
    wrong["knownSince"] = early["knownSince"].clone();
    let problem = register(&app, &case, &caseworker(), &wrong).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/knownSince");
    let taken = register(&app, &case, &caseworker(), &paper).await.expect(201).json();
    assert!(taken["appeal"]["appellantId"].is_string(), "{taken}");
    let listed = app.get(&format!("{case}/appeals"), &caseworker()).await.expect(200).json();
    assert_eq!(listed["items"][0]["appellantName"], "Nabo Eksempel AS");

    // it has its letters, and nothing of the case of somebody else
    let letter = open_latest(&app, &neighbour()).await;
    assert_eq!((&letter["kind"], &letter["language"]), (&json!("receipt"), &json!("nn")));
    assert!(letter["blocks"].to_string().contains("Vi fekk klaga di"), "{letter}");
    app.get(&case, &neighbour()).await.expect_problem(404, "not-found");
    app.get(&format!("{case}/appeals"), &neighbour()).await.expect_problem(404, "not-found");
    // who acts for whoever appeals decides nothing in the case
    let mut own = caseworker();
    own.0.organisation = Some(NEIGHBOUR.to_owned());
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let path = format!("{case}/appeal-decision");
    app.post_on(&path, &own, &seen.etag(), &forward()).await.expect_problem(403, "disqualified");
    let other = json!({ "text": "Vi også.", "appellant": { "organisationNumber": NEIGHBOUR } });
    register(&app, &case, &own, &other).await.expect_problem(403, "disqualified");
    register(&app, &case, &caseworker(), &other).await.expect_problem(409, "illegal-transition");

    nothing_to_say(&app, &Who::person(1)).await;
    step(&app, &case, "appeal-decision", &forward()).await;
    assert_eq!(open_latest(&app, &neighbour()).await["kind"], "appealForwarded");
    let upheld = json!({
        "outcome": "upheld", "grounds": "Departementet er enig.",
        "decidedOn": app.day_in(0), "bodyReference": "26/417",
    });
    step(&app, &case, "appeal-decision", &upheld).await;
    for reader in [&neighbour(), &Who::person(1)] {
        assert_eq!(letters(&app, reader).await[0]["kind"], "appealDecision");
    }
    app.finish().await;
}

#[tokio::test]
async fn who_was_not_told_by_letter_has_their_time_from_the_day_they_knew() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = refused(&app, 1).await;
    app.clock.advance(chrono::TimeDelta::days(40));
    let mut late = json!({
        "text": "Senderen forstyrrer oss.", "knownSince": app.day_in(-35),
        "appellant": { "organisationNumber": NEIGHBOUR, "contact": contact() },
    });
    let problem = register(&app, &case, &caseworker(), &late).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/lateReason");
    late["lateReason"] = json!("Vi var på reise.");
    let taken = register(&app, &case, &caseworker(), &late).await.expect(201).json();
    assert_eq!(taken["appeal"]["inTime"], false);
    let said = open_latest(&app, &neighbour()).await["blocks"].to_string();
    assert!(said.contains("etter at fristen var ute"), "{said}");
    // whoever got a letter has their time from that
    let own = json!({ "text": "Jeg klager.", "knownSince": app.day_in(-1) });
    let problem = register(&app, &case, &caseworker(), &own).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["code"], "not-applicable");
    // nobody is to receive a permit by this case, and nobody has this id
    for (appellant, pointer) in [
        (json!({ "party": "newHolder" }), "/appellant/party"),
        (json!({ "holderId": "019cade2-11c0-7a51-8c3e-5d1f60a7b2c4" }), "/appellant/holderId"),
        (json!({}), "/appellant"),
    ] {
        let body = json!({ "text": "Jeg klager.", "appellant": appellant });
        let problem = register(&app, &case, &caseworker(), &body).await;
        let problem = problem.expect_problem(422, "invalid-content");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    app.finish().await;
}

#[tokio::test]
async fn an_appeal_that_was_posted_within_the_time_limit_is_in_time_though_it_came_later() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = refused(&app, 1).await;
    let letter = open_latest(&app, &Who::person(1)).await;
    let until: chrono::NaiveDate =
        letter["appealUntil"].as_str().expect("a day").parse().expect("a date");
    app.clock.advance(chrono::TimeDelta::days((until - app.day_in(0)).num_days() + 3));
    let mut paper = json!({ "text": "Jeg klager." });
    let days = chrono::TimeDelta::days;
    for (posted, channel, pointer) in [
        (until + days(1), "paper", "/lateReason"),
        (app.day_in(1), "paper", "/postedOn"),
        (until - days(90), "paper", "/postedOn"),
        (until, "telephone", "/postedOn"),
    ] {
        paper["postedOn"] = json!(posted);
        paper["channel"] = json!(channel);
        let problem = register(&app, &case, &caseworker(), &paper).await;
        let problem = problem.expect_problem(422, "invalid-content");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{paper}");
    }
    paper["postedOn"] = json!(until);
    paper["channel"] = json!("paper");
    let taken = register(&app, &case, &caseworker(), &paper).await.expect(201).json();
    let appeal = &taken["appeal"];
    assert_eq!((&appeal["inTime"], &appeal["postedOn"]), (&json!(true), &json!(until)), "{taken}");
    assert!(appeal.get("lateReason").is_none(), "{taken}");
    app.finish().await;
}

#[tokio::test]
async fn the_desk_registers_for_any_party_and_for_somebody_else() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (_, new, case) = handed_over(&app).await;
    let page = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let action = format!("{page}/appeal");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let shown = visitor.get(&page).await.expect(200).text();
    assert!(shown.contains("Hvem klager?") && shown.contains("value=\"newHolder\""), "{shown}");
    let came = app.day_in(0).to_string();
    let base = [("deed", "register-appeal"), ("appeal", "Vi klager."), ("came", came.as_str())];
    let theirs = [&base[..], &[("who", "newHolder"), ("posted", came.as_str())]].concat();
    a_moment_later(&app);
    let taken = visitor.post(&action, &form(&shown, &action, &theirs)).await.expect(200).text();
    let name = people::applicant(2)["name"].as_str().expect("a name").to_owned();
    assert!(taken.contains(&format!("Klager: {name}")), "{taken}");
    let posted = regex::Regex::new(r"postlagt \d").expect("a pattern");
    assert!(posted.is_match(&taken), "{taken}");
    assert_eq!(letters(&app, &new).await[0]["kind"], "receipt");

    let shown = visitor.get(&page).await.expect(200).text();
    let unknown = [&base[..], &[("who", "other"), ("who-number", NEIGHBOUR)]].concat();
    let wrong = visitor.post(&action, &form(&shown, &action, &unknown)).await.expect(422).text();
    assert!(wrong.contains("href=\"#who-name\"") && wrong.contains("Vi klager."), "{wrong}");
    let whole = [
        &unknown[..],
        &[
            ("who-name", "Nabo Eksempel AS"),
            ("who-lines", "Fjordgata 7"),
            ("who-postal-code", "4790"),
            ("who-phone", "68 05 00 77"),
            ("who-email", "post@example.no"),
            ("who-language", "nn"),
        ],
    ]
    .concat();
    a_moment_later(&app);
    let taken = visitor.post(&action, &form(&shown, &action, &whole)).await.expect(200).text();
    assert!(taken.contains("Klager: Nabo Eksempel AS"), "{taken}");
    assert_eq!(open_latest(&app, &neighbour()).await["language"], "nn");
    app.finish().await;
}

/// How many of the letters of each of them wait to be posted.
async fn to_be_posted(app: &TestApp, visitor: &mut Visitor<'_>, of: [&Who; 2]) -> [usize; 2] {
    let list = visitor.get("/nb/casework/post").await.expect(200).text();
    let mut waiting = [0; 2];
    for (count, who) in waiting.iter_mut().zip(of) {
        let own = letters(app, who).await;
        let ids = own.iter().filter_map(|one| one["id"].as_str());
        *count = ids.filter(|id| list.contains(id)).count();
    }
    waiting
}

#[tokio::test]
async fn who_appeals_on_paper_gets_their_letters_by_post_and_others_do_not() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (old, new, case) = handed_over(&app).await;
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    assert_eq!(to_be_posted(&app, &mut visitor, [&old, &new]).await, [0, 0], "both have been here");
    let mut paper = json!({ "text": "Vilkårene er for strenge.", "channel": "telephone" });
    let taken = register(&app, &case, &caseworker(), &paper).await.expect(201).json();
    assert_eq!(taken["appeal"]["channel"], "telephone");
    assert_eq!(to_be_posted(&app, &mut visitor, [&old, &new]).await, [1, 0], "not what was before");
    nothing_to_say(&app, &new).await;
    step(&app, &case, "appeal-decision", &forward()).await;
    assert_eq!(to_be_posted(&app, &mut visitor, [&old, &new]).await, [2, 0], "what became of it");
    let page = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let shown = visitor.get(&page).await.expect(200).text();
    assert!(shown.contains("sendes med posten"), "{shown}");
    paper["channel"] = json!("e-mail");
    register(&app, &case, &caseworker(), &paper).await.expect(400);
    app.finish().await;
}

#[tokio::test]
async fn a_letter_about_an_earlier_decision_sets_off_no_time_limit_for_a_later_one() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = refused(&app, 1).await;
    let mut paper = json!({
        "text": "Senderen forstyrrer oss.",
        "appellant": { "organisationNumber": NEIGHBOUR, "contact": contact() },
    });
    register(&app, &case, &caseworker(), &paper).await.expect(201);
    let dismiss = json!({ "outcome": "inadmissible", "grounds": "Ingen klageinteresse." });
    step(&app, &case, "appeal-decision", &dismiss).await;
    assert_eq!(open_latest(&app, &neighbour()).await["canBeAppealed"], true);
    // the applicant's appeal has the case decided anew, which the neighbour gets no letter about
    let own = json!({ "text": "Jeg klager." });
    register(&app, &case, &caseworker(), &own).await.expect(201);
    step(&app, &case, "appeal-decision", &forward()).await;
    let annulled = json!({
        "outcome": "annulled", "grounds": "Saken er for dårlig opplyst.", "sentBack": true,
        "decidedOn": app.day_in(0), "bodyReference": "26/417",
    });
    step(&app, &case, "appeal-decision", &annulled).await;
    app.clock.advance(chrono::TimeDelta::days(30));
    let refused = json!({ "outcome": "refused", "grounds": "Senderen mangler CE-merke." });
    step(&app, &case, "decision", &refused).await;
    paper["knownSince"] = json!(app.day_in(0));
    let taken = register(&app, &case, &caseworker(), &paper).await.expect(201).json();
    assert_eq!(taken["appeal"]["inTime"], true, "{taken}");
    app.finish().await;
}
