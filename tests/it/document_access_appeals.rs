//! Appeals against what was answered to requests for access, and against silence: in time or late, what the authority and
//! the appeal body make of them, the letters and the journal, and what is given then.

use anrop::{jobs::destroy_once, seal::verify::verify, values::appeal_body};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    document_access::{asked, decide},
    journal::{day, days_later, journal},
    kinds::shared::caseworker,
    letters::{filed, refused},
    support::{Reply, TestApp, Visitor, visitor::form},
};

const APPEALS: &str = "/v1/document-access-appeals";
const BLACKED_OUT: &str = "Søknad om nødpeilesender. Navn: *****\n";

async fn answer(app: &TestApp, token: &str) -> Value {
    app.get_public(&format!("/v1/document-access-answers/{token}")).await.expect(200).json()
}

async fn given(app: &TestApp, token: &str) -> Reply {
    app.get_public(&format!("/v1/document-access-answers/{token}/document")).await
}

async fn appeal(app: &TestApp, token: &str, body: &Value) -> Reply {
    let path = format!("/v1/document-access-answers/{token}/appeal");
    app.send("POST", &path, None, &[], Some(body)).await
}

async fn conclude(app: &TestApp, path: &str, body: &Value) -> Reply {
    let seen = app.get(path, &caseworker()).await.expect(200);
    app.post_on(&format!("{path}/appeal-decision"), &caseworker(), &seen.etag(), body).await
}

async fn black_out(app: &TestApp, path: &str, text: &str) {
    let tag = app.get(path, &caseworker()).await.expect(200).etag();
    let headers = [("content-type", "application/octet-stream"), ("if-match", tag.as_str())];
    let put = format!("{path}/document");
    app.send_raw("PUT", &put, Some(&caseworker()), &headers, Some(text.as_bytes()))
        .await
        .expect(200);
}

/// An application that is in the public journal.
async fn with_application(app: &TestApp) {
    app.waive_deliveries();
    filed(app, 1, "nb").await;
    days_later(app, 1).await;
}

/// Access to the application, refused; the token of the answer and the address of the request.
async fn refused_access(app: &TestApp) -> (String, String) {
    let (token, path) = asked(app, "Application received").await;
    let refusal = json!({ "outcome": "refused", "accessCode": "13-1", "grounds": "Personlig." });
    decide(app, &path, &refusal).await.expect(200);
    (token, path)
}

async fn waiting(app: &TestApp) -> Vec<Value> {
    let list = app.get(APPEALS, &caseworker()).await.expect(200).json();
    let items = list["items"].as_array().cloned().expect("appeals");
    assert_eq!(list["total"], items.len());
    items
}

#[tokio::test]
async fn a_refusal_is_appealed_against_in_time_sent_on_and_changed_by_the_appeal_body() {
    let app = TestApp::start().await;
    with_application(&app).await;
    let (token, path) = asked(&app, "Application received").await;
    appeal(&app, &token, &json!({})).await.expect_problem(409, "illegal-transition");
    let refusal = json!({ "outcome": "refused", "accessCode": "13-1" });
    decide(&app, &path, &refusal).await.expect(200);
    conclude(&app, &path, &json!({ "outcome": "granted" }))
        .await
        .expect_problem(409, "illegal-transition");
    // nobody has read the answer for months: the time for an appeal begins when somebody does
    app.clock.advance(TimeDelta::days(60));
    let seen = answer(&app, &token).await;
    assert_eq!(seen["canBeAppealed"], true);
    let by = seen["appealBy"].as_str().expect("a day").to_owned();
    assert!(by >= day(&app, 21).to_string(), "{by}");
    let long = json!({ "text": "x".repeat(4001) });
    appeal(&app, &token, &long).await.expect_problem(422, "invalid-content");
    let text = json!({ "text": "Jeg ber om en sladdet versjon." });
    let made = appeal(&app, &token, &text).await.expect(201);
    assert_eq!(made.header("cache-control"), "no-store");
    let view = made.json();
    let own = &view["appeals"][0];
    assert_eq!((&own["status"], &own["inTime"]), (&json!("received"), &json!(true)));
    assert_eq!(view["canBeAppealed"], false);
    appeal(&app, &token, &text).await.expect_problem(409, "illegal-transition");
    appeal(&app, "AAAA", &text).await.expect_problem(404, "not-found");

    let list = waiting(&app).await;
    let [one] = list.as_slice() else { panic!("{list:?}") };
    assert_eq!((&one["appealNumber"], &one["inTime"]), (&own["appealNumber"], &json!(true)));
    assert_eq!(one["dueOn"], day(&app, 7).to_string());
    for wrong in [
        json!({ "outcome": "forwarded", "grounds": "Fordi." }),
        json!({ "outcome": "forwarded", "accessCode": "13-1" }),
        json!({ "outcome": "forwarded", "accessCode": "99-9", "grounds": "Fordi." }),
        json!({ "outcome": "dismissed", "grounds": "For sent." }),
        json!({ "outcome": "partlyGranted", "accessCode": "13-1" }),
        json!({ "outcome": "granted", "decidedOn": day(&app, 0) }),
    ] {
        conclude(&app, &path, &wrong).await.expect_problem(422, "invalid-content");
    }
    conclude(&app, &path, &json!({ "outcome": "upheld" }))
        .await
        .expect_problem(409, "illegal-transition");
    let forward =
        json!({ "outcome": "forwarded", "accessCode": "13-1", "grounds": "Alt er personlig." });
    let stale =
        app.post_on(&format!("{path}/appeal-decision"), &caseworker(), "\"v1\"", &forward).await;
    stale.expect_problem(412, "stale-version");
    conclude(&app, &path, &forward).await.expect(200);
    let view = answer(&app, &token).await;
    let own = &view["appeals"][0];
    assert_eq!(own["status"], "forwarded");
    let body = appeal_body::appeal_body(appeal_body::DecisionType::DocumentAccess, day(&app, 0));
    assert_eq!(own["appealBody"], body.expect("somebody decides").code);
    let letter = own["letters"][0]["paragraphs"].to_string();
    for part in ["departementet", "offl. § 13", "Alt er personlig.", "-1, ", "-2, "] {
        assert!(letter.contains(part), "{part}: {letter}");
    }

    // the body decides that a part is given
    app.clock.advance(TimeDelta::days(30));
    let decided = json!({
        "outcome": "partlyGranted", "accessCode": "26-5", "decidedOn": day(&app, -1), "bodyReference": "26/4711",
    });
    conclude(&app, &path, &decided).await.expect_problem(422, "invalid-content");
    given(&app, &token).await.expect(404);
    black_out(&app, &path, BLACKED_OUT).await;
    given(&app, &token).await.expect(404);
    let early = json!({ "outcome": "upheld", "decidedOn": day(&app, -31) });
    conclude(&app, &path, &early).await.expect_problem(422, "invalid-content");
    conclude(&app, &path, &decided).await.expect(200);
    let view = answer(&app, &token).await;
    assert_eq!((&view["status"], &view["canBeAppealed"]), (&json!("partlyGranted"), &json!(false)));
    let told = view["appeals"][0]["letters"][1]["paragraphs"].to_string();
    assert!(told.contains("26/4711") && told.contains("kan ikke påklages"), "{told}");
    assert_eq!(given(&app, &token).await.expect(200).text(), BLACKED_OUT);
    appeal(&app, &token, &text).await.expect_problem(409, "illegal-transition");
    assert!(waiting(&app).await.is_empty());

    let entries = journal(&app).await;
    for (title, direction) in [
        ("Appeal about access received", "in"),
        ("Appeal about access forwarded", "out"),
        ("Decision about access received from the appeal body", "in"),
        ("Decision of the appeal body about access", "out"),
    ] {
        let found = entries.iter().find(|entry| entry["title"] == title);
        assert_eq!(found.unwrap_or_else(|| panic!("no {title}"))["direction"], direction);
    }
    app.seal().await;
    assert!(verify(&app.app, None).await.expect("verifies").holds());
    app.finish().await;
}

#[tokio::test]
async fn a_late_appeal_is_noted_as_such_and_may_be_dismissed_which_can_be_appealed_against() {
    let app = TestApp::start().await;
    with_application(&app).await;
    let (token, path) = refused_access(&app).await;
    answer(&app, &token).await;
    app.clock.advance(TimeDelta::days(28));
    appeal(&app, &token, &json!({ "text": "Jeg var syk." })).await.expect(201);
    let own = answer(&app, &token).await["appeals"][0].clone();
    assert_eq!(own["inTime"], false);
    assert!(own["periodEndedOn"].as_str().expect("a day") < day(&app, 0).to_string().as_str());
    let entries = journal(&app).await;
    assert!(entries.iter().any(|entry| entry["title"] == "Appeal about access received late"));
    // while it is open the link and the address stay, however long that takes
    app.clock.advance(TimeDelta::days(100));
    destroy_once(app.app.clone()).await.expect("runs");
    conclude(&app, &path, &json!({ "outcome": "dismissed" }))
        .await
        .expect_problem(422, "invalid-content");
    let dismissal = json!({ "outcome": "dismissed", "grounds": "Den kom en uke for sent." });
    conclude(&app, &path, &dismissal).await.expect(200);
    let view = answer(&app, &token).await;
    assert_eq!((&view["status"], &view["canBeAppealed"]), (&json!("refused"), &json!(true)));
    let told = view["appeals"][0]["letters"][0]["paragraphs"].to_string();
    assert!(told.contains("avvist") && told.contains("innen tre uker"), "{told}");
    // the time for it begins anew with the dismissal, and what the body upholds is the end
    appeal(&app, &token, &json!({})).await.expect(201);
    let own = answer(&app, &token).await["appeals"][1].clone();
    assert_eq!(own["inTime"], true);
    let forward = json!({ "outcome": "forwarded", "accessCode": "13-1", "grounds": "For sent." });
    conclude(&app, &path, &forward).await.expect(200);
    let upheld = json!({ "outcome": "upheld", "decidedOn": day(&app, 0) });
    conclude(&app, &path, &upheld).await.expect(200);
    let view = answer(&app, &token).await;
    assert_eq!((&view["status"], &view["canBeAppealed"]), (&json!("refused"), &json!(false)));
    given(&app, &token).await.expect(404);
    // and from then on the time runs until the link is destroyed
    app.clock.advance(TimeDelta::days(89));
    destroy_once(app.app.clone()).await.expect("runs");
    answer(&app, &token).await;
    app.clock.advance(TimeDelta::days(2));
    destroy_once(app.app.clone()).await.expect("runs");
    app.get_public(&format!("/v1/document-access-answers/{token}")).await.expect(404);
    app.finish().await;
}

#[tokio::test]
async fn silence_is_appealed_against_and_what_is_given_then_takes_the_place_of_what_was() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    refused(&app, 1).await;
    days_later(&app, 1).await;
    let (token, path) = asked(&app, "Decision").await;
    days_later(&app, 20).await;
    assert_eq!(answer(&app, &token).await["canBeAppealed"], true);
    appeal(&app, &token, &json!({})).await.expect(201);
    let own = answer(&app, &token).await["appeals"][0].clone();
    assert_eq!((&own["inTime"], own.get("periodEndedOn")), (&json!(true), None));
    let requests = app.get("/v1/document-access-requests", &caseworker()).await.expect(200).json();
    assert_eq!(requests["total"], 0, "it stands among the appeals");
    decide(&app, &path, &json!({ "outcome": "granted" }))
        .await
        .expect_problem(409, "illegal-transition");
    black_out(&app, &path, BLACKED_OUT).await;
    let partly = json!({ "outcome": "partlyGranted", "accessCode": "26-5" });
    conclude(&app, &path, &partly).await.expect(200);
    assert_eq!(given(&app, &token).await.expect(200).text(), BLACKED_OUT);
    // once more, and the whole document is given
    appeal(&app, &token, &json!({ "text": "Jeg vil ha alt." })).await.expect(201);
    assert_eq!(given(&app, &token).await.expect(200).text(), BLACKED_OUT, "what was given stays");
    conclude(&app, &path, &json!({ "outcome": "granted" })).await.expect(200);
    let view = answer(&app, &token).await;
    assert_eq!((&view["status"], &view["canBeAppealed"]), (&json!("granted"), &json!(false)));
    assert!(given(&app, &token).await.expect(200).bytes.starts_with(b"%PDF-"));
    app.finish().await;
}

#[tokio::test]
async fn silence_that_is_sent_on_leaves_a_refusal_behind() {
    let app = TestApp::start().await;
    with_application(&app).await;
    let (token, path) = asked(&app, "Application received").await;
    days_later(&app, 20).await;
    appeal(&app, &token, &json!({})).await.expect(201);
    let forward = json!({ "outcome": "forwarded", "accessCode": "13-1", "grounds": "Personlig." });
    conclude(&app, &path, &forward).await.expect(200);
    let view = answer(&app, &token).await;
    assert_eq!((&view["status"], &view["silentlyRefused"]), (&json!("refused"), &json!(false)));
    let requests = app.get("/v1/document-access-requests", &caseworker()).await.expect(200).json();
    assert_eq!(requests["total"], 0);
    app.finish().await;
}

/// Where a page has an address that begins so.
fn address(page: &str, start: &str) -> String {
    let at = page.find(start).unwrap_or_else(|| panic!("no {start} in {page}"));
    page[at..].chars().take_while(|c| *c != '"').collect()
}

#[tokio::test]
async fn an_appeal_goes_through_the_pages_in_every_language() {
    let app = TestApp::start_at_own_address().await;
    with_application(&app).await;
    let (token, request) = refused_access(&app).await;
    let mut anybody = Visitor::new(&app);
    for (language, said) in [
        ("nb", ["Klag på svaret", "Klag senest"]),
        ("nn", ["Klag på svaret", "Klag seinast"]),
        ("en", ["Appeal against the answer", "Appeal by"]),
    ] {
        let path = format!("/{language}/document-access/{token}");
        let page = anybody.get(&path).await.expect(200).text();
        assert!(said.iter().all(|text| page.contains(text)), "{page}");
    }
    let path = format!("/nb/document-access/{token}");
    let typed = |text: &str| vec![("text".to_owned(), text.to_owned())];
    let long = anybody.post(&path, &typed(&format!("<b>{}", "x".repeat(4000)))).await;
    let long = long.expect(422).text();
    assert!(long.contains("wrong-text") && long.contains("Skriv høyst 4000 tegn."), "{long}");
    assert!(long.contains("&#60;b&#62;xxx"), "what was typed stays");
    let taken = anybody.post(&path, &typed("Jeg vil se <resten>.")).await.expect(200).text();
    assert!(taken.contains("Vi vurderer klagen") && !taken.contains("name=\"text\""), "{taken}");
    let again = anybody.post(&path, &typed("En gang til.")).await.expect(409).text();
    assert!(again.contains("ikke noe å klage på nå"), "{again}");
    let lost = anybody.post("/nb/document-access/tull", &typed("x")).await;
    lost.expect(404);

    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    for (language, said) in
        [("nb", "1 klager venter"), ("nn", "1 klager ventar"), ("en", "1 appeals wait")]
    {
        let list = desk.get(&format!("/{language}/casework/access-requests")).await.expect(200);
        assert!(list.text().contains(said), "{language}");
    }
    let list = desk.get("/nb/casework/access-requests").await.expect(200).text();
    let one = address(&list, "/nb/casework/access-requests/");
    assert!(one.ends_with(request.rsplit('/').next().expect("an id")));
    for (language, said) in
        [("nb", "Hva skjer med klagen?"), ("nn", "Kva skjer med klaga?"), ("en", "What becomes of")]
    {
        let page = desk.get(&one.replace("/nb/", &format!("/{language}/"))).await.expect(200);
        let page = page.text();
        assert!(page.contains(said) && page.contains("Jeg vil se &#60;resten&#62;."), "{page}");
        assert!(!page.contains("value=\"dismissed\""), "it came in time");
    }
    let page = desk.get(&one).await.expect(200).text();
    let gaps = form(&page, &one, &[("outcome", "forwarded"), ("code", "")]);
    let wrong = desk.post(&one, &gaps).await.expect(422).text();
    for name in ["wrong-code", "wrong-grounds"] {
        assert!(wrong.contains(&format!("id=\"{name}\"")), "{name}: {wrong}");
    }
    assert!(wrong.contains("value=\"forwarded\" selected"), "what was chosen stays");
    let grounds = ("grounds", "Alt er personlig.\r\n\r\nOg mer.");
    let whole = form(&page, &one, &[("outcome", "forwarded"), ("code", "13-1"), grounds]);
    let done = desk.post(&one, &whole).await.expect(200).text();
    assert!(done.contains("Hva har klageinstansen bestemt?"), "{done}");
    let shown = anybody.get(&path).await.expect(200).text();
    assert!(shown.contains("Klagen ble sendt til"), "{shown}");
    assert!(shown.contains("<p>Alt er personlig.</p>") && shown.contains("<p>Og mer.</p>"));
    let page = desk.get(&one).await.expect(200).text();
    let gaps = form(&page, &one, &[("outcome", "upheld"), ("decided", "")]);
    let wrong = desk.post(&one, &gaps).await.expect(422).text();
    assert!(wrong.contains("id=\"wrong-decided\""), "{wrong}");
    let day = day(&app, 0).to_string();
    let whole = form(
        &page,
        &one,
        &[("outcome", "upheld"), ("decided", &day), ("reference", "26/1"), ("code", "")],
    );
    desk.post(&one, &whole).await.expect(200);
    let shown = anybody.get(&path).await.expect(200).text();
    assert!(shown.contains("Klageinstansen lot svaret stå.") && shown.contains("26/1"), "{shown}");
    app.finish().await;
}

#[tokio::test]
async fn what_is_released_is_added_at_the_desk_and_nothing_that_was_typed_is_lost() {
    let app = TestApp::start_at_own_address().await;
    with_application(&app).await;
    let (token, request) = asked(&app, "Application received").await;
    let path = request.replace("/v1/document-access-requests", "/nb/casework/access-requests");
    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = desk.get(&path).await.expect(200).text();
    assert!(page.contains("type=\"file\"") && !page.contains("API"), "{page}");
    let typed = [("grounds", "Navnet er <sladdet>."), ("code", "13-1")];
    let with =
        |page: &str, more: &[(&str, &str)]| form(page, &path, &[typed.as_slice(), more].concat());
    // a file that is none of those that are taken, and one beside a text
    let send = [("outcome", "partlyGranted"), ("deed", "send")];
    let wrong = desk.post_file(&path, &with(&page, &send), ("x.exe", b"\x7fELF\x02")).await;
    let wrong = wrong.expect(415).text();
    assert!(wrong.contains("id=\"wrong-file\"") && wrong.contains("aria-invalid"), "{wrong}");
    assert!(wrong.contains("Navnet er &#60;sladdet&#62;."), "what was typed stays");
    assert!(wrong.contains("value=\"partlyGranted\" selected"), "what was chosen stays");
    let both =
        with(&page, &[("outcome", "partlyGranted"), ("deed", "send"), ("text", "Også dette.")]);
    let wrong = desk.post_file(&path, &both, ("svar.txt", b"Navn: *****\n")).await;
    let wrong = wrong.expect(422).text();
    assert!(wrong.contains("id=\"wrong-text\"") && wrong.contains("Også dette."), "{wrong}");
    // without a version; and no outcome
    let wrong = desk.post(&path, &with(&page, &send)).await.expect(422).text();
    assert!(wrong.contains("id=\"wrong-file\""), "{wrong}");
    let wrong = desk.post(&path, &with(&page, &[("deed", "send")])).await.expect(422).text();
    assert!(wrong.contains("id=\"wrong-outcome\""), "{wrong}");
    let wrong = desk.post(&path, &with(&page, &[("deed", "keep")])).await.expect(422).text();
    assert!(wrong.contains("id=\"wrong-file\""), "{wrong}");
    // added first, with what else was typed, and sent then; what was typed is no part of an older page
    let fields = with(&page, &[("deed", "keep")]);
    let kept = desk.post_file(&path, &fields, ("svar.txt", b"Navn: *****\n"));
    let kept = kept.await.expect(200).text();
    assert!(kept.contains("Versjonen er lagt ved.") && kept.contains("text/plain"), "{kept}");
    assert!(kept.contains("Navnet er &#60;sladdet&#62;."), "{kept}");
    let stale = desk.post(&path, &with(&page, &send)).await.expect(409).text();
    assert!(stale.contains("id=\"wrong-outcome\"") && stale.contains("sladdet"), "{stale}");
    assert_eq!(given(&app, &token).await.status, 404);
    let done = desk.post(&path, &with(&kept, &send)).await.expect(200).text();
    assert!(done.contains("Svaret er sendt"), "{done}");
    assert_eq!(given(&app, &token).await.expect(200).text(), "Navn: *****\n");

    // a file goes with the answer, too; a large one is refused beside its field
    let (token, request) = asked(&app, "Application received").await;
    let path = request.replace("/v1/document-access-requests", "/nb/casework/access-requests");
    let page = desk.get(&path).await.expect(200).text();
    let fields = form(&page, &path, &[("outcome", "granted"), ("code", ""), ("deed", "send")]);
    let mut large = b"%PDF-1.7\n".to_vec();
    large.resize(20 * 1024 * 1024 + 1, b'x');
    let wrong = desk.post_file(&path, &fields, ("stor.pdf", &large)).await.expect(422).text();
    assert!(wrong.contains("id=\"wrong-file\"") && wrong.contains("value=\"granted\" selected"));
    desk.post_file(&path, &fields, ("svar.txt", b"Alt.\n")).await.expect(200);
    assert_eq!(given(&app, &token).await.expect(200).text(), "Alt.\n");
    app.finish().await;
}
