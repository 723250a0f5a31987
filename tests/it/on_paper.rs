//! Those who are reached on paper: what they answer, take back and report is registered for them, every letter to them
//! goes by post, and the appeal period runs from that.

use anrop::{
    identity::{Role, SupervisionSight, token::Ticket},
    jobs,
    letter::store::post,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    apply::fill,
    kinds::{
        amateur,
        shared::{act, caseworker, permit_of, try_grant},
    },
    letters::{a_moment_later, filed, letters, step},
    supervision::{disobeyed, latest, on_decision},
    support::{Reply, TestApp, Visitor, Who, people, visitor::form},
};

const POST: &str = "/nb/casework/post";

/// Registers a PLB application of the `n`th person that came on paper; answers the path of the case.
async fn on_paper(app: &TestApp, n: u64) -> String {
    let sent = json!({
        "kind": "plb", "channel": "paper", "nationalId": Who::person(n).national_id(),
        "application": people::plb_application(n),
    });
    let made = app.post("/v1/on-behalf-applications", &caseworker(), &sent).await.expect(201);
    made.header("location").to_owned()
}

/// A caseworker tries a step in a case.
async fn try_step(app: &TestApp, case: &str, what: &str, who: &Who, body: &Value) -> Reply {
    a_moment_later(app);
    let seen = app.get(case, &caseworker()).await.expect(200);
    app.post_on(&format!("{case}/{what}"), who, &seen.etag(), body).await
}

/// The applicant, who happens to be a caseworker.
fn colleague(n: u64) -> Who {
    let ticket = Ticket { subject: "saksbehandler-9".to_owned(), ..Who::person(n).0 };
    Who(Ticket { roles: vec![Role::Caseworker], ..ticket })
}

fn limited_to_amateurs() -> Who {
    let names = ["anrop:case.decide", "anrop:permit.decide", "anrop:permit.write"];
    let mut scopes: Vec<String> = names.map(str::to_owned).into();
    scopes.push("anrop:amateur.decide".to_owned());
    Who(Ticket { scopes: Some(scopes), ..caseworker().0 })
}

#[tokio::test]
async fn an_answer_on_paper_ends_the_waiting_and_the_case_is_decided() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = on_paper(&app, 1).await;
    let due = app.get(&case, &caseworker()).await.expect(200).json()["dueOn"].clone();
    let question = json!({ "text": "Hvilken farge har senderen?", "dueOn": app.day_in(14) });
    step(&app, &case, "information-request", &question).await;
    // the letter says how one answers who is not signed in
    let asked = letters(&app, &Who::person(1)).await[0]["id"].as_str().expect("an id").to_owned();
    let said = app.get(&format!("/v1/letters/{asked}"), &caseworker()).await.expect(200).json();
    assert_eq!(said["kind"], "informationRequest");
    assert!(said["blocks"].to_string().contains("eller ring oss"), "{said}");

    app.clock.advance(TimeDelta::days(10));
    let grant = json!({ "outcome": "granted" });
    let refused = try_step(&app, &case, "decision", &caseworker(), &grant).await;
    refused.expect_problem(409, "illegal-transition");
    let mut answer = json!({ "channel": "paper", "text": "Gul.", "receivedOn": app.day_in(-4) });
    let own = try_step(&app, &case, "registered-reply", &colleague(1), &answer).await;
    own.expect_problem(403, "disqualified");
    let other = try_step(&app, &case, "registered-reply", &limited_to_amateurs(), &answer).await;
    other.expect_problem(403, "not-allowed");
    for days in [-11, 1] {
        let wrong = json!({ "channel": "paper", "text": "Gul.", "receivedOn": app.day_in(days) });
        let problem = try_step(&app, &case, "registered-reply", &caseworker(), &wrong).await;
        let problem = problem.expect_problem(422, "invalid-content");
        assert_eq!(problem["errors"][0]["pointer"], "/receivedOn");
    }
    // with a corrected application, which is read like any other
    let mut application = people::plb_application(1);
    application["beacon"]["ceMarked"] = json!(false);
    answer["application"] = application;
    let problem = try_step(&app, &case, "registered-reply", &caseworker(), &answer).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/application/beacon/ceMarked");
    let mut application = people::plb_application(1);
    application["applicant"]["address"]["lines"] = json!(["Nyveien 7"]);
    answer["application"] = application;
    let seen = try_step(&app, &case, "registered-reply", &caseworker(), &answer).await;
    let seen = seen.expect(200).json();
    assert_eq!(seen["status"], "underReview");
    let moved = |text: &Value| -> chrono::NaiveDate {
        text.as_str().expect("a day").parse().expect("a date")
    };
    let waited = (moved(&seen["dueOn"]) - moved(&due)).num_days();
    assert!((6..=9).contains(&waited), "the clock runs from the day it came: {waited}");
    assert_eq!(app.count("SELECT count(*) AS n FROM party").await, 1, "the applicant is the same");
    let own = app.get("/v1/me", &Who::person(1)).await.expect(200).json();
    assert!(own.to_string().contains("Nyveien 7"), "{own}");
    let journal = "SELECT count(*) AS n FROM journal_entry WHERE direction = 'in' \
                   AND title = 'Reply from the applicant on paper' AND actor = 'saksbehandler-1'";
    assert_eq!(app.count(journal).await, 1);
    try_step(&app, &case, "decision", &caseworker(), &grant).await.expect(200);
    app.finish().await;
}

#[tokio::test]
async fn an_application_is_withdrawn_on_paper_but_not_what_the_authority_began() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = on_paper(&app, 1).await;
    let body = json!({ "channel": "telephone" });
    let own = try_step(&app, &case, "registered-withdrawal", &colleague(1), &body).await;
    own.expect_problem(403, "disqualified");
    let seen = try_step(&app, &case, "registered-withdrawal", &caseworker(), &body).await;
    assert_eq!(seen.expect(200).json()["status"], "withdrawn");
    let again = try_step(&app, &case, "registered-withdrawal", &caseworker(), &body).await;
    again.expect_problem(409, "illegal-transition");
    let journal = "SELECT count(*) AS n FROM journal_entry WHERE direction = 'in' \
                   AND title = 'Application withdrawn by telephone'";
    assert_eq!(app.count(journal).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn the_page_of_a_case_takes_what_came_on_paper() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let case = on_paper(&app, 1).await;
    let path = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let action = format!("{path}/deed");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let before = visitor.get(&path).await.expect(200).text();
    assert!(!before.contains("register-reply"), "nothing is asked yet");
    let question = json!({ "text": "Hvilken farge?", "dueOn": app.day_in(14) });
    step(&app, &case, "information-request", &question).await;
    let deed = async |visitor: &mut Visitor<'_>, fields: &[(&str, &str)]| {
        a_moment_later(&app);
        let text = visitor.get(&path).await.expect(200).text();
        let mut fields = form(&text, &action, fields);
        let deed = fields.iter().rposition(|(name, _)| name == "deed").expect("a deed");
        let chosen = fields[deed].clone();
        fields.retain(|(name, _)| name != "deed");
        fields.push(chosen);
        visitor.post(&action, &fields).await
    };
    let answer = [("deed", "register-reply"), ("reply", "Gul."), ("reply-way", "")];
    let wrong = deed(&mut visitor, &answer).await.expect(422).text();
    assert!(wrong.contains("Velg hvordan det kom.") && wrong.contains("Gul."), "{wrong}");
    let early = app.day_in(-9).to_string();
    let answer = [
        ("deed", "register-reply"),
        ("reply", "Gul."),
        ("reply-way", "telephone"),
        ("reply-came", early.as_str()),
    ];
    let wrong = deed(&mut visitor, &answer).await.expect(422).text();
    assert!(wrong.contains("fra spørsmålet til i dag"), "{wrong}");
    let today = app.day_in(0).to_string();
    let answer = [&answer[..3], &[("reply-came", today.as_str())]].concat();
    let done = deed(&mut visitor, &answer).await.expect(200).text();
    assert!(done.contains("Svar fra søkeren på telefon") && done.contains("Gul."), "{done}");
    let withdrawn = [("deed", "register-withdrawal"), ("withdrawal-way", "paper")];
    let done = deed(&mut visitor, &withdrawn).await.expect(200).text();
    assert!(done.contains("Søknad trukket på papir"), "{done}");
    app.finish().await;
}

#[tokio::test]
async fn an_answer_on_paper_comes_with_the_application_corrected_in_its_form() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let case = on_paper(&app, 1).await;
    let path = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let action = format!("{path}/deed");
    let question = json!({ "text": "Hvilken farge?", "dueOn": app.day_in(14) });
    step(&app, &case, "information-request", &question).await;
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = visitor.get(&path).await.expect(200).text();
    let answer = [("deed", "correct-reply"), ("reply", "Den er gul."), ("reply-way", "telephone")];
    let begin = form(&page, &action, &answer);
    let first = visitor.post(&action, &begin).await.expect(200).text();
    assert!(first.contains("Du retter søknaden for") && first.contains("på telefon"), "{first}");
    let pattern = regex::Regex::new(r#"action="(/nb/drafts/[^"/]+)/"#).expect("a pattern");
    let draft = pattern.captures(&first).expect("a form")[1].to_owned();
    let beacon = [
        ("/beacon/manufacturer", "Havblikk"),
        ("/beacon/model", "Fjell 2"),
        ("/beacon/serial", "12345"),
        ("/beacon/colour", "gul"),
        ("/beacon/batteryExpiry", "30.06.2031"),
        ("/beacon/ceMarked", "yes"),
        ("deed", "later"),
    ];
    let page = fill(&mut visitor, &draft, "beacon", &beacon).await.expect(200).text();
    assert!(page.contains("Dette rettes når du registrerer svaret"), "{page}");
    assert!(page.contains("Den er gul.") && page.contains("value=\"telephone\" checked"), "{page}");
    let review = visitor.get(&format!("{draft}/review")).await.expect(200).text();
    assert!(review.contains(&format!("href=\"{path}")), "{review}");
    let list = visitor.get("/nb/casework/intake").await.expect(200).text();
    assert!(!list.contains(&draft), "it is no application to be filed");
    let seen = app.get(&case, &caseworker()).await.expect(200).json();
    assert_eq!(seen["status"], "waitingForApplicant", "nothing is registered yet");

    // a page that does not show the correction as it is now does not register it
    let today = app.day_in(0).to_string();
    let answer = [
        ("deed", "register-reply"),
        ("reply", "Den er gul."),
        ("reply-way", "telephone"),
        ("reply-came", today.as_str()),
    ];
    let before = [&answer[..], &[("draft", "0")]].concat();
    visitor.post(&action, &form(&page, &action, &before)).await.expect(409);
    let pattern = regex::Regex::new(r#"name="draft" value="([0-9]+)""#).expect("a pattern");
    let version = pattern.captures(&page).expect("a correction")[1].to_owned();
    let answer = [&answer[..], &[("draft", version.as_str())]].concat();
    let done = visitor.post(&action, &form(&page, &action, &answer)).await.expect(200).text();
    assert!(done.contains("Svar fra søkeren på telefon"), "{done}");
    let seen = app.get(&case, &caseworker()).await.expect(200).json();
    assert_eq!(seen["application"]["beacon"]["colour"], "gul");
    assert_eq!(app.count("SELECT count(*) AS n FROM draft").await, 0);

    // thrown away, the application stands as it is and what was typed stays
    let again = [("deed", "correct-reply"), ("reply", "Som før.")];
    step(&app, &case, "information-request", &question).await;
    let page = visitor.get(&path).await.expect(200).text();
    visitor.post(&action, &form(&page, &action, &again)).await.expect(200);
    let page = visitor.get(&path).await.expect(200).text();
    let version = pattern.captures(&page).expect("a correction")[1].to_owned();
    let undo = [("deed", "uncorrect-reply"), ("reply", "Som før."), ("draft", version.as_str())];
    let undone = visitor.post(&action, &form(&page, &action, &undo)).await.expect(200).text();
    assert!(undone.contains("Som før.") && !undone.contains("uncorrect-reply"), "{undone}");
    assert_eq!(app.count("SELECT count(*) AS n FROM draft").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn a_caseworker_does_for_a_holder_what_they_wrote_of() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = on_paper(&app, 1).await;
    let permit = permit_of(&try_grant(&app, &case).await.expect(200).json());
    let lost = json!({ "condition": "lost", "note": "Ringte 3. mars" });
    let act = async |step: &str, who: &Who, body: &Value| {
        let seen = app.get(&permit, &caseworker()).await.expect(200);
        app.post_on(&format!("{permit}/{step}"), who, &seen.etag(), body).await
    };
    for (step, body) in [
        ("confirmation", Value::Null),
        ("beacon-condition", lost.clone()),
        ("surrender", json!({ "reason": "lost" })),
    ] {
        act(step, &colleague(1), &body).await.expect_problem(403, "disqualified");
        let limited = act(step, &limited_to_amateurs(), &body).await;
        limited.expect_problem(403, "not-allowed");
        act(step, &Who::person(2), &body).await.expect_problem(404, "not-found");
        let done = act(step, &caseworker(), &body).await.expect(200).json();
        assert_eq!(done["record"]["permit"]["status"] == "surrendered", step == "surrender");
    }
    let history = app.get(&format!("{permit}/history"), &caseworker()).await.expect(200).json();
    let last = history["items"].as_array().expect("versions").last().expect("one").clone();
    assert_eq!(
        (&last["event"], &last["actor"]),
        (&json!("permit.surrendered"), &json!("saksbehandler-1"))
    );

    // a consent is given and taken back on a letter, and the public list follows
    let (id, sign) = amateur::licence(&app, 3, &[]).await;
    let path = format!("/v1/permits/{id}/registered-consent");
    let listed = async || {
        let address = format!("/v1/call-signs/{}", sign.replace('/', "%2F"));
        app.send("GET", &address, None, &[], None).await.expect(200).json()
    };
    assert!(listed().await.get("holder").is_none());
    let given = json!({ "channel": "paper", "fields": ["name"] });
    app.post(&path, &Who::person(3), &given).await.expect_problem(403, "not-allowed");
    app.post(&path, &colleague(3), &given).await.expect_problem(403, "disqualified");
    let ledger = app.post(&path, &caseworker(), &given).await.expect(200).json();
    assert_eq!(ledger["total"], 1);
    assert_eq!(listed().await["holder"]["name"], people::applicant(3)["name"]);
    let taken = json!({ "channel": "telephone", "fields": [] });
    let ledger = app.post(&path, &caseworker(), &taken).await.expect(200).json();
    assert!(ledger["items"][0]["withdrawnAt"].is_string(), "{ledger}");
    assert!(listed().await.get("holder").is_none());
    for title in
        ["Consent to publication received", "Withdrawal of consent to publication received"]
    {
        let entered = format!(
            "SELECT count(*) AS n FROM journal_entry WHERE direction = 'in' AND title = '{title}'"
        );
        assert_eq!(app.count(&entered).await, 1, "{title}");
    }
    let how =
        "SELECT count(*) AS n FROM consent WHERE channel = 'paper' AND actor = 'saksbehandler-1'";
    assert_eq!(app.count(how).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn the_page_of_a_permit_takes_what_its_holder_wrote_of() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let case = on_paper(&app, 1).await;
    let permit = permit_of(&try_grant(&app, &case).await.expect(200).json());
    let path = format!("/nb/casework/permits/{}", permit.rsplit('/').next().expect("an id"));
    let action = format!("{path}/for-holder");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let told = async |visitor: &mut Visitor<'_>, told: &str, way: &str| {
        a_moment_later(&app);
        let text = visitor.get(&path).await.expect(200).text();
        assert!(!text.contains("no-consent"), "a beacon stands in no list");
        visitor.post(&action, &form(&text, &action, &[("told", told), ("way", way)])).await
    };
    let wrong = told(&mut visitor, "", "").await.expect(422).text();
    assert!(wrong.contains("Velg hva som skal gjøres.") && wrong.contains("Velg hvordan det kom."));
    told(&mut visitor, "lost", "telephone").await.expect(200);
    let seen = app.get(&permit, &caseworker()).await.expect(200).json();
    assert_eq!(seen["record"]["beacon"]["condition"], "lost");
    told(&mut visitor, "found", "telephone").await.expect(200);
    told(&mut visitor, "confirmed", "paper").await.expect(200);
    let text = visitor.get(&path).await.expect(200).text();
    let fields = [("told", "gives-up-sold"), ("way", "paper"), ("received", "2999-01-01")];
    let wrong = visitor.post(&action, &form(&text, &action, &fields)).await.expect(422).text();
    assert!(wrong.contains("Velg en dag fra det siste året"), "{wrong}");
    let done = told(&mut visitor, "gives-up-sold", "paper").await.expect(200).text();
    assert!(!done.contains("value=\"confirmed\""), "there is nothing more to tell: {done}");
    let seen = app.get(&permit, &caseworker()).await.expect(200).json();
    assert_eq!(seen["record"]["permit"]["status"], "surrendered");
    let sign = seen["record"]["callSign"].as_str().expect("a sign").to_owned();

    // but to whom the beacon was sold, whose application quotes its call sign
    assert!(done.contains(&format!("{sign} hviler til")), "{done}");
    let mut quoting = people::plb_application(2);
    quoting["callSign"] = json!(sign);
    let bought = app.post("/v1/plb/applications", &Who::person(2), &quoting).await.expect(201);
    let bought = bought.header("location").to_owned();
    let number = app.get(&bought, &caseworker()).await.expect(200).json()["number"].clone();
    let number = number.as_str().expect("a number").to_owned();
    let hand_over = async |visitor: &mut Visitor<'_>, number: &str, way: &str| {
        let text = visitor.get(&path).await.expect(200).text();
        visitor.post(&action, &form(&text, &action, &[("case", number), ("way", way)])).await
    };
    let wrong = hand_over(&mut visitor, "2026/999999", "paper").await.expect(422).text();
    assert!(wrong.contains("Ingen åpen sak med dette nummeret") && wrong.contains("2026/999999"));
    let wrong = hand_over(&mut visitor, &number, "").await.expect(422).text();
    assert!(wrong.contains("Velg hvordan det kom."));
    let done = hand_over(&mut visitor, &number, "telephone").await.expect(200).text();
    assert!(done.contains("er overlatt til den nye eieren"), "{done}");
    for title in ["Hand-over of a call sign received", "Call sign handed over by the former holder"]
    {
        let entered = format!(
            "SELECT count(*) AS n FROM journal_entry WHERE direction = 'in' AND title = '{title}'"
        );
        assert_eq!(app.count(&entered).await, 1, "{title}");
    }
    let kept = try_grant(&app, &bought).await.expect(200).json();
    assert_eq!(kept["callSign"], sign);
    // nor does a caseworker do so for themselves
    let again = json!({ "caseNumber": number });
    let etag = app.get(&permit, &caseworker()).await.expect(200).etag();
    let path = format!("{permit}/call-sign-hand-over");
    let own = app.post_on(&path, &colleague(1), &etag, &again).await;
    own.expect_problem(403, "disqualified");
    app.finish().await;
}

#[tokio::test]
async fn other_emergency_contacts_are_registered_for_a_holder_who_writes() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let case = on_paper(&app, 1).await;
    let permit = permit_of(&try_grant(&app, &case).await.expect(200).json());
    let page = format!("/nb/casework/permits/{}", permit.rsplit('/').next().expect("an id"));
    let path = format!("{page}/contacts");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    a_moment_later(&app);
    assert!(visitor.get(&page).await.expect(200).text().contains(&path), "a link leads there");
    let shown = visitor.get(&path).await.expect(200).text();
    let name = |at: usize| people::plb_application(1)["emergencyContacts"][at]["name"].clone();
    assert!(shown.contains(name(0).as_str().expect("a name")), "{shown}");
    let typed = |phone: &'static str| {
        [
            ("/emergencyContacts/0/name", "Nora Eksempel Prøve"),
            ("/emergencyContacts/0/phone", phone),
            ("deed", "save"),
        ]
    };
    let wrong = visitor.post(&path, &form(&shown, &path, &typed("12"))).await.expect(422).text();
    assert!(wrong.contains("Nora Eksempel Prøve"), "what was typed stays: {wrong}");
    let more = [&typed("68 05 00 41")[..2], &[("deed", "add:/emergencyContacts")]].concat();
    let more = visitor.post(&path, &form(&shown, &path, &more)).await.expect(200).text();
    assert!(more.contains("name=\"/emergencyContacts/1/name\""), "{more}");
    let saved = visitor.post(&path, &form(&shown, &path, &typed("68 05 00 41"))).await;
    assert!(saved.expect(200).text().contains("Lagret"));
    let seen = app.get(&permit, &caseworker()).await.expect(200).json();
    let named = &seen["record"]["contacts"][0]["name"];
    assert_eq!(named, "Nora Eksempel Prøve", "{seen}");
    let entered = "SELECT count(*) AS n FROM journal_entry \
        WHERE direction = 'in' AND title = 'Emergency contacts received'";
    assert_eq!(app.count(entered).await, 1);
    // nobody does so for themselves, nor who may not decide the kind
    let body = json!({ "emergencyContacts": [{ "name": "Nora", "phone": "68 05 00 42" }] });
    let etag = app.get(&permit, &caseworker()).await.expect(200).etag();
    let path = format!("{permit}/contacts");
    let own = app.put(&path, &colleague(1), Some(&etag), &body).await;
    own.expect_problem(403, "disqualified");
    assert_eq!(app.put(&path, &limited_to_amateurs(), Some(&etag), &body).await.status, 403);
    app.finish().await;
}

/// Marks every letter of the list as sent; answers how many there were.
async fn post_all(visitor: &mut Visitor<'_>) -> usize {
    let button = regex::Regex::new(r#"name="sent" value="([^"]+)""#).expect("a pattern");
    let mut list = visitor.get(POST).await.expect(200).text();
    let mut sent = 0;
    while let Some(found) = button.captures(&list) {
        let typed = form(&list, POST, &[("sent", &found[1])]);
        list = visitor.post(POST, &typed).await.expect(200).text();
        sent += 1;
    }
    sent
}

#[tokio::test]
async fn every_letter_to_a_party_on_paper_is_posted_and_its_appeal_period_runs_from_that() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    // one holder on paper, one who files on the pages
    let case = on_paper(&app, 1).await;
    let permit = permit_of(&try_grant(&app, &case).await.expect(200).json());
    let other = filed(&app, 2, "nb").await;
    let other = permit_of(&step(&app, &other, "decision", &json!({ "outcome": "granted" })).await);
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    assert_eq!(post_all(&mut visitor).await, 2, "the receipt and the decision");
    a_moment_later(&app);
    let grounds = json!({ "grounds": "Feil opplysninger." });
    for permit in [&permit, &other] {
        act(&app, permit, "revocation", &caseworker(), &grounds).await.expect(200);
    }
    jobs::invoice_once(app.app.clone()).await.expect("the job runs");
    let list = visitor.get(POST).await.expect(200).text();
    let waits = list.matches("name=\"sent\"").count();
    let unposted = letters(&app, &Who::person(1)).await.len() - 2;
    assert!(unposted >= 1, "the revocation, and what the permit costs");
    assert_eq!(waits, unposted, "all of theirs, and none of the other's: {list}");
    assert!(list.contains("tilbakekal"), "{list}");

    // not posted yet, it has set nothing off; posted, it reaches them a week later
    let newest = async || {
        let all = letters(&app, &Who::person(1)).await;
        all.into_iter().find(|one| one["canBeAppealed"] == true && one["kind"] == "decision")
    };
    let letter = newest().await.expect("a letter");
    assert!(letter.get("appealUntil").is_none());
    post_all(&mut visitor).await;
    let letter = newest().await.expect("a letter");
    let until: chrono::NaiveDate =
        letter["appealUntil"].as_str().expect("a day").parse().expect("a date");
    let days = (until - app.day_in(0)).num_days();
    assert!((28..=35).contains(&days), "a week and three more, to a working day: {days}");
    assert!(letter.get("openedAt").is_none());
    app.clock.advance(TimeDelta::days(days + 2));
    let case = format!("/v1/cases/{}", letter["caseId"].as_str().expect("a case"));
    let appeal = json!({ "text": "Opplysningene var riktige." });
    let problem = try_step(&app, &case, "registered-appeal", &caseworker(), &appeal).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/lateReason");
    let why =
        json!({ "text": "Riktige.", "lateReason": "Sykehus.", "deferral": "Jeg skal til sjøs." });
    let taken = try_step(&app, &case, "registered-appeal", &caseworker(), &why).await;
    let taken = taken.expect(201).json();
    assert_eq!(
        (&taken["appeal"]["inTime"], &taken["appeal"]["deferral"]),
        (&json!(false), &json!("Jeg skal til sjøs."))
    );
    app.finish().await;
}

#[tokio::test]
async fn no_appeal_is_in_time_a_year_after_the_decision_though_nobody_opened_its_letter() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = crate::letters::refused(&app, 1).await;
    app.clock.advance(TimeDelta::days(367));
    let late = json!({ "text": "Jeg klager.", "lateReason": "Jeg åpnet ikke brevet." });
    let problem = json!({ "text": "Jeg klager." });
    let refused = try_step(&app, &case, "registered-appeal", &caseworker(), &problem).await;
    refused.expect_problem(422, "invalid-content");
    try_step(&app, &case, "registered-appeal", &caseworker(), &late).await.expect(201);
    let reverse = json!({ "outcome": "reversed", "grounds": "Ja." });
    let refused = try_step(&app, &case, "appeal-decision", &caseworker(), &reverse).await;
    refused.expect_problem(422, "conditions-not-met");
    let dismiss = json!({ "outcome": "inadmissible", "grounds": "For sent." });
    try_step(&app, &case, "appeal-decision", &caseworker(), &dismiss).await.expect(200);
    app.finish().await;
}

#[tokio::test]
async fn an_appeal_in_supervision_keeps_its_wish_to_wait_and_can_come_on_paper() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = disobeyed(&app).await;
    let (_, order) = latest(&app, &case, "order").await;
    let body = json!({
        "text": "Senderen var en annens.", "deferral": "Den trengs til sjøs.",
        "receivedOn": app.day_in(-5),
    });
    let register = "registered-appeal";
    let own = Who(Ticket { scopes: None, ..colleague(1).0 });
    a_moment_later(&app);
    let etag = app.get(&order, &caseworker()).await.expect(200).etag();
    let path = format!("{order}/{register}");
    let refused = app.post_on(&path, &own, &etag, &body).await;
    assert!(matches!(refused.status, 403 | 404), "{}", refused.status);
    let early = json!({ "text": "Nei.", "receivedOn": app.day_in(-12) });
    let problem = app.post_on(&path, &caseworker(), &etag, &early).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/receivedOn");
    let taken = on_decision(&app, &order, register, &caseworker(), &body).await.expect(200).json();
    let appeal = &taken["decision"]["appeals"][0];
    assert_eq!(appeal["deferral"], "Den trengs til sjøs.", "{taken}");
    assert!(
        appeal["receivedAt"].as_str().expect("a time").starts_with(&app.day_in(-5).to_string())
    );
    on_decision(&app, &order, register, &caseworker(), &body)
        .await
        .expect_problem(409, "illegal-transition");
    let dismissed = json!({ "outcome": "inadmissible", "grounds": "Ikke part." });
    on_decision(&app, &order, "appeal-decision", &caseworker(), &dismissed).await.expect(200);
    // the respondent's own, again
    let own = json!({ "text": "Jo, jeg er part.", "deferral": "Den trengs fortsatt." });
    let taken = on_decision(&app, &order, "appeal", &Who::person(1), &own).await.expect(200).json();
    assert_eq!(taken["decision"]["appeals"][1]["deferral"], "Den trengs fortsatt.");
    app.finish().await;
}

#[tokio::test]
async fn letters_of_supervision_are_posted_by_those_who_handle_it() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let case = on_paper(&app, 1).await;
    let permit = permit_of(&try_grant(&app, &case).await.expect(200).json());
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    post_all(&mut visitor).await;
    let new = json!({
        "matter": "Senderen forstyrrer.", "severity": "business",
        "permitId": permit.rsplit('/').next().expect("an id"),
        "lowerHertz": 406_000_000, "upperHertz": 406_100_000,
    });
    let made = app.post("/v1/supervision-cases", &caseworker(), &new).await.expect(201);
    let case = made.header("location").to_owned();
    let notice = json!({ "text": "Vi vurderer et pålegg.", "dueOn": app.day_in(14) });
    crate::supervision::step(&app, &case, "notices", &notice).await;
    // they stand in nobody else's list
    let connection = app.app.db().read();
    for (sight, count) in [(SupervisionSight::Nothing, 0), (SupervisionSight::AllBut(vec![]), 1)] {
        let waiting = post::waiting(connection, &[], &sight, 50).await.expect("a list");
        assert_eq!((waiting.0.len(), waiting.1), (count, count as u64), "{sight:?}");
    }
    let list = visitor.get(POST).await.expect(200).text();
    let id = case.rsplit('/').next().expect("an id");
    assert!(list.contains(&format!("/nb/casework/supervision-cases/{id}")), "{list}");
    assert_eq!(post_all(&mut visitor).await, 1);
    app.finish().await;
}
