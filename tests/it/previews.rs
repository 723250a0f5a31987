//! Letters before they are sent: those of a decision, an advance notice, both of the forwarding of an appeal, and that which gives reasons. What is
//! previewed is what is sent, word for word, and nothing of a preview is kept.

use serde_json::{Value, json};

use crate::{
    kinds::shared::{caseworker, granted, permit_of},
    letters::{a_moment_later, filed, letters, open_latest, refused, step},
    support::{TestApp, Visitor, Who, people, visitor::form},
};

const STATEMENT: &str = "Vi fastholder vedtaket.";
const REASONS: &str = "Senderen er kodet for Norge.";

/// What a draft says below the mark that it is one.
fn below_the_mark(draft: &Value) -> Vec<Value> {
    let blocks = draft["blocks"].as_array().expect("blocks");
    assert_eq!(blocks[0]["part"], "note", "{draft}");
    blocks[1..].to_vec()
}

async fn preview(app: &TestApp, case: &str, what: &str, body: &Value) -> Value {
    let path = format!("{case}/{what}");
    app.post(&path, &caseworker(), body).await.expect(200).json()["items"].clone()
}

/// Everything that a preview must leave as it is.
async fn kept(app: &TestApp) -> [i64; 3] {
    [
        app.count("SELECT count(*) AS n FROM journal_entry").await,
        app.count("SELECT count(*) AS n FROM letter").await,
        app.count("SELECT count(*) AS n FROM appeal_dispatch").await,
    ]
}

/// Refuses the first person's application, who appeals.
async fn appealed(app: &TestApp) -> String {
    let (case, kari) = (refused(app, 1).await, Who::person(1));
    open_latest(app, &kari).await;
    a_moment_later(app);
    let seen = app.get(&case, &kari).await.expect(200);
    let appeal = json!({ "text": "Senderen er CE-merket.", "deferral": "Jeg skal til sjøs." });
    app.post_on(&format!("{case}/appeal"), &kari, &seen.etag(), &appeal).await.expect(200);
    case
}

/// Grants the first person's application without a word, who demands reasons.
async fn demanded(app: &TestApp) -> String {
    let (case, kari) = (filed(app, 1, "nn").await, Who::person(1));
    step(app, &case, "decision", &json!({ "outcome": "granted" })).await;
    let etag = app.get(&case, &kari).await.expect(200).etag();
    let headers = [("if-match", etag.as_str())];
    let path = format!("{case}/reasons-request");
    app.send("POST", &path, Some(&kari), &headers, None).await.expect(200);
    case
}

#[tokio::test]
async fn a_notice_is_read_before_it_is_given_over_http_and_at_the_desk() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let permit = permit_of(&granted(&app, "plb", &kari, &people::plb_application(1)).await);
    a_moment_later(&app);
    let text = "Senderen er meldt solgt.";
    let body = json!({ "intention": "revocation", "text": text, "dueOn": app.day_in(14) });
    let before = kept(&app).await;
    let drafts = preview(&app, &permit, "advance-notice-preview", &body).await;
    let past = json!({ "intention": "revocation", "text": text, "dueOn": app.day_in(0) });
    let path = format!("{permit}/advance-notice-preview");
    app.post(&path, &caseworker(), &past).await.expect_problem(422, "invalid-content");

    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = format!("/nb/casework/permits/{}", permit.rsplit('/').next().expect("an id"));
    let shown = desk.get(&page).await.expect(200).text();
    let due = app.day_in(14).to_string();
    let typed = |deed: &'static str| {
        let notice = [
            ("what", "notice"),
            ("intention", "revocation"),
            ("notice-text", text),
            ("due", due.as_str()),
            ("deed", deed),
        ];
        form(&shown, &page, &notice)
    };
    let read = desk.post(&page, &typed("preview")).await.expect(200).text();
    assert!(read.contains("Utkast") && read.contains("vurderer å tilbakekalle"), "{read}");
    assert!(read.contains(&format!(">{text}</textarea>")), "what was typed stays: {read}");
    let file = desk.post(&page, &typed("preview-file")).await.expect(200);
    assert!(file.header("content-type").starts_with("application/pdf"));
    assert_eq!(kept(&app).await, before);

    let seen = app.get(&permit, &caseworker()).await.expect(200);
    let path = format!("{permit}/advance-notices");
    app.post_on(&path, &caseworker(), &seen.etag(), &body).await.expect(200);
    let letter = open_latest(&app, &kari).await;
    assert_eq!(below_the_mark(&drafts[0]), *letter["blocks"].as_array().expect("blocks"));
    assert_eq!(drafts[0]["subject"], letter["subject"]);
    app.finish().await;
}

#[tokio::test]
async fn the_letters_of_a_decision_are_read_before_it_is_made() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = filed(&app, 1, "nb").await;
    let before = kept(&app).await;
    let mut body = json!({ "outcome": "refused", "grounds": STATEMENT });
    let drafts = preview(&app, &case, "decision-preview", &body).await;
    assert_eq!(kept(&app).await, before);
    assert_eq!(drafts.as_array().map(Vec::len), Some(1));
    let path = format!("{case}/decision-preview");
    for (field, value) in [
        ("/grounds", json!({ "outcome": "refused" })),
        ("/conditions/0", json!({ "outcome": "granted", "conditions": [" "] })),
    ] {
        let problem = app.post(&path, &caseworker(), &value).await;
        let problem = problem.expect_problem(422, "invalid-content");
        assert_eq!(problem["errors"][0]["pointer"], field, "{problem}");
    }
    let mut own = caseworker();
    own.0.national_id = Some(Who::person(1).national_id().to_owned());
    app.post(&path, &own, &body).await.expect_problem(403, "disqualified");
    step(&app, &case, "decision", &body).await;
    let sent = open_latest(&app, &Who::person(1)).await;
    assert_eq!(json!(below_the_mark(&drafts[0])), sent["blocks"]);
    assert_eq!(drafts[0]["subject"], sent["subject"]);
    // it is decided: there is nothing to be previewed any more
    body["outcome"] = json!("dismissed");
    app.post(&path, &caseworker(), &body).await.expect_problem(409, "illegal-transition");
    app.finish().await;
}

#[tokio::test]
async fn the_letters_of_a_forwarding_are_read_before_they_are_sent() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = appealed(&app).await;
    let before = kept(&app).await;
    let body = json!({ "grounds": STATEMENT });
    let drafts = preview(&app, &case, "appeal-forwarding-preview", &body).await;
    assert_eq!(kept(&app).await, before);
    let to_body = &drafts[1];
    assert_eq!(to_body["recipient"][0], "Digitaliserings- og forvaltningsdepartementet");
    let said = to_body["blocks"].to_string();
    for part in [STATEMENT, "Senderen er CE-merket.", "Jeg skal til sjøs.", "Vedlegg"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let forward = json!({ "outcome": "forwarded", "grounds": STATEMENT });
    step(&app, &case, "appeal-decision", &forward).await;
    let sent = open_latest(&app, &Who::person(1)).await;
    assert_eq!(json!(below_the_mark(&drafts[0])), sent["blocks"]);
    assert_eq!((&drafts[0]["subject"], &drafts[0]["language"]), (&sent["subject"], &json!("nb")));

    // the body has it: there is nothing to be forwarded any more; and nobody previews their own
    let path = format!("{case}/appeal-forwarding-preview");
    let again = app.post(&path, &caseworker(), &body).await;
    again.expect_problem(409, "illegal-transition");
    let mut own = caseworker();
    own.0.national_id = Some(Who::person(1).national_id().to_owned());
    app.post(&path, &own, &body).await.expect_problem(403, "disqualified");
    let nothing = json!({ "grounds": " " });
    app.post(&path, &caseworker(), &nothing).await.expect_problem(422, "invalid-content");
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_forwarded_is_not_previewed() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (case, kari) = (refused(&app, 1).await, Who::person(1));
    open_latest(&app, &kari).await;
    app.clock.advance(chrono::TimeDelta::days(400));
    let seen = app.get(&case, &kari).await.expect(200);
    let appeal = json!({ "text": "Senderen er CE-merket.", "lateReason": "Jeg var til sjøs." });
    app.post_on(&format!("{case}/appeal"), &kari, &seen.etag(), &appeal).await.expect(200);
    let body = json!({ "grounds": STATEMENT });
    let path = format!("{case}/appeal-forwarding-preview");
    let refused = app.post(&path, &caseworker(), &body).await;
    refused.expect_problem(422, "conditions-not-met");
    app.finish().await;
}

#[tokio::test]
async fn reasons_are_read_as_a_letter_before_they_are_given() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let body = json!({ "text": REASONS });
    let other = refused(&app, 2).await;
    let path = format!("{other}/reasons-preview");
    let none = app.post(&path, &caseworker(), &body).await;
    none.expect_problem(409, "illegal-transition");
    let case = demanded(&app).await;
    let before = kept(&app).await;
    let drafts = preview(&app, &case, "reasons-preview", &body).await;
    assert_eq!(kept(&app).await, before);
    step(&app, &case, "reasons", &body).await;
    let sent = open_latest(&app, &Who::person(1)).await;
    assert_eq!(sent["kind"], "reasons");
    assert_eq!(json!(below_the_mark(&drafts[0])), sent["blocks"]);
    assert_eq!(drafts.as_array().map(Vec::len), Some(1));
    app.finish().await;
}

#[tokio::test]
async fn the_desk_shows_both_letters_of_a_forwarding_and_the_one_with_reasons() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let case = appealed(&app).await;
    let page = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let action = format!("{page}/appeal");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let shown = visitor.get(&page).await.expect(200).text();
    let typed = |deed| [("deed", deed), ("appeal-grounds", STATEMENT)];
    let sent = form(&shown, &action, &typed("preview-forwarding"));
    let seen = visitor.post(&action, &sent).await.expect(200).text();
    for part in ["Slik blir brevet", "Slik blir oversendelsen til klageinstansen", "Utkast."] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
    for deed in ["preview-forwarding-file", "preview-forwarding-body-file"] {
        let file = visitor.post(&action, &form(&shown, &action, &typed(deed))).await.expect(200);
        assert_eq!(file.header("content-type"), "application/pdf");
    }
    assert_eq!(letters(&app, &Who::person(1)).await.len(), 1, "nothing was sent");
    let nothing = form(&shown, &action, &[("deed", "preview-forwarding")]);
    let wrong = visitor.post(&action, &nothing).await.expect(422).text();
    assert!(wrong.contains("href=\"#appeal-grounds\""), "{wrong}");
    app.finish().await;

    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let case = demanded(&app).await;
    let page = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let action = format!("{page}/deed");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let shown = visitor.get(&page).await.expect(200).text();
    let typed = [("deed", "preview-reasons"), ("reasons", REASONS)];
    let seen = visitor.post(&action, &form(&shown, &action, &typed)).await.expect(200).text();
    assert!(seen.contains("Utkast.") && seen.contains("Klagefristen går på nytt"), "{seen}");
    let file = [("deed", "preview-reasons-file"), ("reasons", REASONS)];
    let file = visitor.post(&action, &form(&shown, &action, &file)).await.expect(200);
    assert_eq!(file.header("content-type"), "application/pdf");
    app.finish().await;
}
