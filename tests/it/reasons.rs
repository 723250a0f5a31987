//! Reasons for a decision that has none: demanded by who applied or for them, given by a caseworker in a letter, and the
//! time for an appeal that runs anew from it (forvaltningsloven §§ 24 and 29).

use anrop::{
    clock::Clock as _,
    identity::{Role, token::Ticket},
    values::{
        calendar::end_of_day,
        deadline::{Timer, deadline},
    },
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{
    apply::{href, send, whole},
    letters::{a_moment_later, filed, open_latest, refused, step},
    support::{Reply, TestApp, Visitor, Who, visitor::form},
};

/// What is due, whoever has the cases.
const TODAY: &str = "/nb/casework/today?who=all";

fn caseworker() -> Who {
    Who::caseworker("saksbehandler-1")
}

/// Does something in a case at the version its applicant sees.
async fn doing(app: &TestApp, case: &str, what: &str, who: &Who, body: Option<&Value>) -> Reply {
    a_moment_later(app);
    let etag = app.get(case, &caseworker()).await.expect(200).etag();
    let headers = [("if-match", etag.as_str())];
    app.send("POST", &format!("{case}/{what}"), Some(who), &headers, body).await
}

async fn demand(app: &TestApp, case: &str, who: &Who) -> Reply {
    doing(app, case, "reasons-request", who, None).await
}

/// Grants the `n`th person a PLB without a word; answers the case.
async fn granted(app: &TestApp, n: u64) -> String {
    let case = filed(app, n, "nb").await;
    step(app, &case, "decision", &json!({ "outcome": "granted" })).await;
    case
}

fn reasons() -> Value {
    json!({ "text": "Senderen er kodet for Norge.\n\nVilkårene i tillatelsen er oppfylt." })
}

#[tokio::test]
async fn reasons_are_demanded_once_given_in_a_letter_and_the_time_for_an_appeal_runs_anew() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = granted(&app, 1).await;
    let first = open_latest(&app, &kari).await;
    let first_until: NaiveDate = first["appealUntil"].as_str().expect("a day").parse().unwrap();
    let none = doing(&app, &case, "reasons", &caseworker(), Some(&reasons())).await;
    none.expect_problem(409, "illegal-transition");
    // somebody else's case is not found, and a caseworker demands nothing for themselves
    demand(&app, &case, &Who::person(2)).await.expect_problem(404, "not-found");
    demand(&app, &case, &caseworker()).await.expect_problem(403, "not-allowed");

    app.clock.advance(TimeDelta::days(10));
    let asked = demand(&app, &case, &kari).await.expect(200).json();
    let request = &asked["reasonsRequest"];
    let at: DateTime<Utc> = request["receivedAt"].as_str().expect("a time").parse().unwrap();
    let due = deadline(Timer::ReasonsAnswer, at).expect("a rule").last_day;
    assert_eq!(request["dueOn"], due.to_string());
    assert!(request.get("reasons").is_none() && asked["status"] == "granted", "{asked}");
    demand(&app, &case, &kari).await.expect_problem(409, "illegal-transition");
    let empty = doing(&app, &case, "reasons", &caseworker(), Some(&json!({ "text": " " }))).await;
    empty.expect_problem(422, "invalid-content");
    let colleague = Who(Ticket { roles: vec![Role::Caseworker], ..kari.0.clone() });
    let own = doing(&app, &case, "reasons", &colleague, Some(&reasons())).await;
    own.expect_problem(403, "disqualified");

    let given = doing(&app, &case, "reasons", &caseworker(), Some(&reasons())).await;
    let given = given.expect(200).json();
    assert_eq!(given["reasonsRequest"]["reasons"], reasons()["text"]);
    assert!(given["reasonsRequest"]["givenAt"].is_string());
    let titles = given["journal"].to_string();
    for title in ["Request for reasons received", "Reasons for the decision"] {
        assert!(titles.contains(title), "{titles}");
    }
    // the first period ends before the letter is opened: the appeal is in time all the same
    app.clock.advance(end_of_day(first_until) - app.clock.now() + TimeDelta::days(3));
    let letter = open_latest(&app, &kari).await;
    assert_eq!(letter["kind"], "reasons");
    let said = letter["blocks"].to_string();
    for part in ["Senderen er kodet for Norge.", "Klagefristen løper på nytt", "§ 24", "Klage"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let anew = deadline(Timer::AppealAfterReasons, app.clock.now()).expect("a rule").last_day;
    assert_eq!(letter["appealUntil"], anew.to_string());
    demand(&app, &case, &kari).await.expect_problem(409, "illegal-transition");
    app.clock.advance(TimeDelta::days(15));
    let text = json!({ "text": "Vilkåret om farge er uklart." });
    let appealed = doing(&app, &case, "appeal", &kari, Some(&text)).await.expect(200).json();
    assert_eq!(appealed["appeal"]["inTime"], true);
    assert_eq!(appealed["appeal"]["periodEndedOn"], anew.to_string());
    app.finish().await;
}

#[tokio::test]
async fn there_is_no_right_to_reasons_that_were_given_nor_after_the_time_for_an_appeal() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let refusal = refused(&app, 1).await;
    demand(&app, &refusal, &Who::person(1)).await.expect_problem(409, "illegal-transition");
    let open = filed(&app, 2, "nb").await;
    demand(&app, &open, &Who::person(2)).await.expect_problem(409, "illegal-transition");
    let grounded = filed(&app, 3, "nb").await;
    let decision = json!({ "outcome": "granted", "grounds": "Koden stemmer." });
    step(&app, &grounded, "decision", &decision).await;
    demand(&app, &grounded, &Who::person(3)).await.expect_problem(422, "conditions-not-met");

    let late = granted(&app, 4).await;
    let until = open_latest(&app, &Who::person(4)).await["appealUntil"].clone();
    let until: NaiveDate = until.as_str().expect("a day").parse().unwrap();
    app.clock.advance(end_of_day(until) - app.clock.now());
    demand(&app, &late, &Who::person(4)).await.expect_problem(422, "conditions-not-met");
    // what came by telephone while there was time counts from the day it came
    let came = json!({ "channel": "telephone", "receivedOn": until.to_string() });
    let registered = "registered-reasons-request";
    let tomorrow = json!({ "channel": "telephone", "receivedOn": app.day_in(1) });
    let wrong = doing(&app, &late, registered, &caseworker(), Some(&tomorrow)).await;
    wrong.expect_problem(422, "invalid-content");
    let before = json!({ "channel": "paper", "receivedOn": app.day_in(-60) });
    let wrong = doing(&app, &late, registered, &caseworker(), Some(&before)).await;
    wrong.expect_problem(422, "invalid-content");
    let taken = doing(&app, &late, registered, &caseworker(), Some(&came)).await.expect(200);
    assert!(taken.text().contains("Request for reasons by telephone"));
    app.finish().await;
}

#[tokio::test]
async fn the_demand_is_due_at_the_desk_and_made_and_met_on_the_pages() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = whole(&mut kari).await;
    send(&mut kari, &draft).await.expect(200);
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    let path = href(&mine, "/nb/my-page/cases/");
    let case = path.replace("/nb/my-page", "/v1");
    step(&app, &case, "decision", &json!({ "outcome": "granted" })).await;
    let page = kari.get(&path).await.expect(200).text();
    assert!(page.contains("Be om begrunnelse") && page.contains("§§\u{a0}24 og 29"));
    let there = format!("{path}/reasons");
    let sent = form(&page, &there, &[]);
    let asked = kari.post(&there, &sent).await.expect(200).text();
    assert!(asked.contains("Vi har fått kravet ditt") && asked.contains("Du ba om begrunnelse"));
    assert!(!asked.contains("Be om begrunnelse"));
    // pressed twice: the page says what is so
    let again = kari.post(&there, &sent).await;
    assert_eq!(again.status, 412, "{}", again.text());

    // within a week of the last day it stands at the desk
    app.clock.advance(TimeDelta::days(9));
    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let today = desk.get(TODAY).await.expect(200).text();
    assert!(today.contains("Begrunnelse er krevd"), "{today}");
    let page = desk.get(&path.replace("my-page", "casework")).await.expect(200).text();
    assert!(page.contains("Søkeren krevde begrunnelse"));
    let deed = format!("{}/deed", path.replace("my-page", "casework"));
    let fields = |text: &str| form_with(&page, &deed, "give-reasons", &[("reasons", text)]);
    let empty = desk.post(&deed, &fields(" ")).await;
    assert_eq!(empty.status, 422);
    let done = desk.post(&deed, &fields("Koden er norsk.")).await.expect(200).text();
    assert!(done.contains("Koden er norsk.") && !done.contains("Søkeren krevde begrunnelse"));
    let today = desk.get(TODAY).await.expect(200).text();
    assert!(!today.contains("Begrunnelse er krevd"));
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let page = kari.get(&path).await.expect(200).text();
    assert!(page.contains("Koden er norsk."), "the reasons stand where the decision does");
    app.finish().await;
}

/// The hidden fields of a form of a page that goes to `action`, with a deed and more.
fn form_with(page: &str, action: &str, deed: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = form(page, action, more);
    fields.push(("deed".to_owned(), deed.to_owned()));
    fields
}
