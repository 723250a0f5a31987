//! Signing in to the pages, and the rescue desk through its forms: what is pasted, what is shown, and
//! how outcomes are marked, corrected and given their incident.

use anrop::{
    identity::Role,
    rescue::actions::{drain_spool, keep_standby},
};
use chrono::TimeDelta;
use serde_json::json;

use crate::support::{Reply, TestApp, Visitor, Who, people, visitor::form};

const DESK: &str = "/nb/rescue-desk";
const OUTCOME: &str = "/nb/rescue-desk/outcome";
const REFERENCE: &str = "/nb/rescue-desk/reference";

/// Grants the `n`th person a PLB and programs it; answers code and call sign.
pub async fn beacon(app: &TestApp, n: u64) -> (String, String) {
    let (holder, caseworker) = (Who::person(n), Who::caseworker("saksbehandler-1"));
    let filed = app.post("/v1/plb/applications", &holder, &people::plb_application(n)).await;
    let case = filed.expect(201).header("location").to_owned();
    let seen = app.get(&case, &caseworker).await.expect(200);
    let path = format!("{case}/decision");
    let granted = json!({ "outcome": "granted" });
    let decided = app.post_on(&path, &caseworker, &seen.etag(), &granted).await.expect(200).json();
    let sign = decided["callSign"].as_str().expect("a call sign").to_owned();
    let technician = Who::role(Role::Programmer);
    let code = crate::rescue::code(10_000 + u32::try_from(n).expect("small"));
    let orders = app.get("/v1/programming-orders", &technician).await.expect(200).json();
    let id = orders["items"][0]["id"].as_str().expect("an order").to_owned();
    let path = format!("/v1/programming-orders/{id}/report");
    app.post_on(&path, &technician, "\"v1\"", &json!({ "code": code })).await.expect(200);
    (code, sign)
}

async fn paste(visitor: &mut Visitor<'_>, text: &str) -> Reply {
    let page = visitor.get(DESK).await.expect(200).text();
    visitor.post(DESK, &form(&page, DESK, &[("text", text)])).await
}

#[tokio::test]
async fn nobody_sees_the_desk_without_signing_in_as_an_officer() {
    let app = TestApp::start_at_own_address().await;
    let mut visitor = Visitor::new(&app);
    let away = visitor.request("GET", DESK, None).await.expect(303);
    assert_eq!(away.header("location"), "/sign-in?to=%2Fnb%2Frescue-desk");
    let sent = visitor.request("POST", OUTCOME, Some("outcome=false".to_owned())).await;
    assert_eq!(sent.status, 403);
    assert!(sent.text().contains("/sign-in?to=%2Fnb%2Frescue-desk\""), "{}", sent.text());
    assert_eq!(app.count("SELECT count(*) AS n FROM beacon_alert").await, 0);

    let desk = visitor.sign_in("RESCUE", DESK).await.expect(200);
    assert!(desk.text().contains("demo-rescue"));
    assert_eq!(desk.header("cache-control"), "no-store");
    let cookie = &visitor.cookies["anrop-session"];
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("rescue"), "the session is sealed");

    let mut person = Visitor::signed_in(&app, "KARI").await;
    let refused = person.get(DESK).await.expect(403).text();
    assert!(refused.contains("Siden er ikke for deg"));
    assert!(refused.contains("href=\"/nb/my-page\""), "the way to the own page is shown");
    app.finish().await;
}

#[tokio::test]
async fn a_sign_in_that_was_not_begun_here_or_is_used_twice_is_refused() {
    let app = TestApp::start_at_own_address().await;
    let mut visitor = Visitor::new(&app);
    let forged = visitor.get("/sign-in/callback?code=abc&state=def").await;
    assert_eq!(forged.status, 401);
    assert_eq!(forged.header("www-authenticate"), r#"Bearer error="invalid_token""#);
    assert!(forged.header("content-type").starts_with("text/html"));
    let page = visitor.get(&format!("/sign-in?to={DESK}")).await.expect(200).text();
    let mut fields = form(&page, "/built-in-issuer/authorize", &[("person", "RESCUE")]);
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let back = visitor.request("POST", "/built-in-issuer/authorize", Some(body)).await.expect(303);
    let back = back.header("location").trim_start_matches(&app.base).to_owned();
    // another browser has not begun it
    assert_eq!(Visitor::new(&app).get(&back).await.status, 401);
    let attempt = visitor.cookies.clone();
    assert_eq!(visitor.get(&back).await.status, 200);
    // the code is good once
    visitor.cookies = attempt;
    assert_eq!(visitor.get(&back).await.status, 401);
    // and the issuer lets nobody else be a client
    fields.iter_mut().filter(|(name, _)| name == "redirect_uri").for_each(|(_, value)| {
        *value = "https://example.no/".to_owned();
    });
    assert_eq!(visitor.post("/built-in-issuer/authorize", &fields).await.status, 400);
    // a session ends by itself
    visitor.sign_in("RESCUE", DESK).await.expect(200);
    app.clock.advance(TimeDelta::hours(14));
    assert_eq!(visitor.request("GET", DESK, None).await.status, 303);
    app.finish().await;
}

#[tokio::test]
async fn signing_out_and_foreign_forms() {
    let app = TestApp::start_at_own_address().await;
    let mut visitor = Visitor::signed_in(&app, "RESCUE").await;
    let page = visitor.get(DESK).await.expect(200).text();
    let forged = [("csrf".to_owned(), "x".to_owned()), ("text".to_owned(), "LF1234".to_owned())];
    assert_eq!(visitor.post(DESK, &forged).await.status, 403);
    assert_eq!(app.count("SELECT count(*) AS n FROM disclosure").await, 0);
    let cookie =
        format!("anrop-session={}", visitor.cookies["anrop-session"].split(';').next().unwrap());
    let headers = [
        ("cookie", cookie.as_str()),
        ("sec-fetch-site", "cross-site"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let other = app.send_raw("POST", DESK, None, &headers, Some(b"text=LF1234")).await;
    assert_eq!(other.status, 403);
    // the API takes no cookie
    let api = app.send("GET", "/v1/programming-orders", None, &headers[..1], None).await;
    assert_eq!(api.status, 401);
    visitor.post("/sign-out", &form(&page, "/sign-out", &[])).await;
    assert!(visitor.cookies.is_empty());
    assert_eq!(visitor.request("GET", DESK, None).await.status, 303);
    app.finish().await;
}

#[tokio::test]
async fn an_alert_is_pasted_and_whom_to_call_stands_first() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (code, _) = beacon(&app, 1).await;
    let mut visitor = Visitor::signed_in(&app, "RESCUE").await;
    let alert = format!(
        "1. DISTRESS COSPAS-SARSAT INITIAL ALERT 2. MSG NO 00306 NMCC REF 12345 \
         11. HEX ID {code} HOMER 121.5 12. ACTIVATION TYPE MANUAL"
    );
    let page = paste(&mut visitor, &alert).await.expect(200).text();
    let applicant = people::applicant(1);
    let phone = applicant["phone"].as_str().expect("a telephone");
    assert!(page.contains(&format!("href=\"tel:{phone}\"")), "the holder can be called");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text}"));
    assert!(at("Registrert") < at("Ring i denne rekkefølgen"));
    assert!(at("Ring i denne rekkefølgen") < at(">innehaver<"));
    assert!(at(">innehaver<") < at(">nødkontakt"));
    assert!(page.contains("Ingen avvik mellom koden og registeret"));
    // what the code says is told in the language of the page
    assert_eq!(page.matches("<td>serienummer, PLB</td>").count(), 2, "{page}");
    assert!(page.contains("257 (Norge)") && page.contains("121,5 MHz"));
    assert!(!page.contains("serial user") && !page.contains("Norway"), "{page}");
    assert!(page.contains("autofocus") && page.contains("accesskey=\"f\""));
    assert!(
        !page.contains(Who::person(1).national_id()),
        "nobody needs the national id at the desk"
    );
    app.finish().await;
}

#[tokio::test]
async fn outcomes_are_marked_corrected_and_given_their_incident() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (code, _) = beacon(&app, 1).await;
    let mut visitor = Visitor::signed_in(&app, "RESCUE").await;
    let answer = paste(&mut visitor, &code).await.expect(200).text();
    let press = |page: &str, outcome: &str| form(page, OUTCOME, &[("outcome", outcome)]);
    let first = press(&answer, "real");
    let marked = visitor.post(OUTCOME, &first).await.expect(200).text();
    assert!(marked.contains("Merket: Reell nød"), "{marked}");
    // a key pressed twice marks once
    visitor.post(OUTCOME, &first).await.expect(200);
    assert_eq!(app.count("SELECT count(*) AS n FROM beacon_alert").await, 1);
    let corrected = visitor.post(OUTCOME, &press(&marked, "false")).await.expect(200).text();
    assert!(corrected.contains("Merket: Falsk alarm") && corrected.contains("1 falske"));
    let of = |condition: &str| format!("SELECT count(*) AS n FROM beacon_alert WHERE {condition}");
    let now = of("outcome = 'false' AND incident_reference = 'pending' AND permit_id IS NOT NULL");
    assert_eq!(app.count(&now).await, 1);
    assert_eq!(app.count(&of("outcome = 'real'")).await, 0);
    // another officer does not correct it
    let technician = Who::role(Role::Rescue);
    let other = json!({ "key": code, "outcome": "test", "incidentReference": "2026/9" });
    app.post("/v1/rescue/alerts", &technician, &other).await.expect(201);

    let desk = visitor.get(DESK).await.expect(200).text();
    assert!(desk.contains("Mangler saksnummer") && desk.contains(&code));
    let fields = form(&desk, REFERENCE, &[("reference", "2026/117")]);
    let saved = visitor.post(REFERENCE, &fields).await.expect(200).text();
    assert!(
        saved.contains("Saksnummer 2026/117 er lagret") && !saved.contains("Mangler saksnummer")
    );
    assert_eq!(app.count(&of("incident_reference = '2026/117' AND outcome = 'false'")).await, 1);
    assert_eq!(app.count(&of("incident_reference = '2026/9'")).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn an_outcome_pressed_while_the_database_is_away_is_kept_and_whom_to_call_stays() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (code, _) = beacon(&app, 1).await;
    keep_standby(&app.app).await.expect("a standby");
    let mut visitor = Visitor::signed_in(&app, "RESCUE").await;
    let answer = paste(&mut visitor, &code).await.expect(200).text();
    let phone = people::applicant(1)["phone"].as_str().expect("a telephone").to_owned();
    let call = format!("href=\"tel:{phone}\"");
    let press = |page: &str, outcome: &str| form(page, OUTCOME, &[("outcome", outcome)]);
    app.execute("ALTER TABLE beacon_alert RENAME TO gone").await;
    let first = press(&answer, "false");
    let kept = visitor.post(OUTCOME, &first).await.expect(200).text();
    assert!(kept.contains("Merket: Falsk alarm") && kept.contains("ligger trygt her"), "{kept}");
    assert!(kept.contains(&call), "{kept}");
    let corrected = visitor.post(OUTCOME, &press(&kept, "real")).await.expect(200).text();
    assert!(corrected.contains("Merket: Reell nød") && corrected.contains(&call), "{corrected}");
    // a key pressed twice marks once
    visitor.post(OUTCOME, &first).await.expect(200);
    app.execute("ALTER TABLE gone RENAME TO beacon_alert").await;
    let of = |condition: &str| format!("SELECT count(*) AS n FROM beacon_alert WHERE {condition}");
    assert_eq!(app.count(&of("1 = 1")).await, 0);
    // what lies in the spool can be corrected
    let again = visitor.post(OUTCOME, &press(&corrected, "test")).await.expect(200).text();
    assert!(again.contains("Merket: Test") && !again.contains("ligger trygt her"), "{again}");
    while drain_spool(&app.app).await.expect("drains") > 0 {}
    assert_eq!(app.count(&of("1 = 1")).await, 1);
    let whole = "outcome = 'test' AND incident_reference = 'pending' AND permit_id IS NOT NULL";
    assert_eq!(app.count(&of(whole)).await, 1);
    // what is refused shows the answer all the same
    app.execute("UPDATE beacon_alert SET officer = 'somebody else'").await;
    let refused = visitor.post(OUTCOME, &press(&again, "false")).await.expect(503).text();
    assert!(refused.contains("Merkingen er ikke lagret") && refused.contains(&call), "{refused}");
    app.finish().await;
}

#[tokio::test]
async fn a_text_with_many_codes_is_looked_up_whole_or_says_what_was_not() {
    let app = TestApp::start_at_own_address().await;
    let mut visitor = Visitor::signed_in(&app, "RESCUE").await;
    let text = |count: u32| {
        let codes: Vec<String> =
            (0..count).map(|n| format!("HEX ID {}", crate::rescue::code(5_000 + n))).collect();
        codes.join("\n")
    };
    let page = paste(&mut visitor, &text(20)).await.expect(200).text();
    assert_eq!(page.matches("<article class=\"answer\"").count(), 20);
    assert!(!page.contains("bare de"), "{page}");
    let page = paste(&mut visitor, &text(23)).await.expect(200).text();
    assert_eq!(page.matches("<article class=\"answer\"").count(), 20);
    assert!(page.contains("Teksten har 23 koder, og bare de 20 første er slått opp"), "{page}");
    let sent = json!({ "text": text(23), "incidentReference": "2026/1" });
    let told = app.post("/v1/rescue/look-ups", &Who::role(Role::Rescue), &sent).await.expect(200);
    let told = told.json();
    assert_eq!((told["answers"].as_array().map(Vec::len), &told["leftOut"]), (Some(20), &json!(3)));
    app.finish().await;
}

#[tokio::test]
async fn a_beacon_that_does_not_answer_takes_no_other_from_the_page() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (broken, _) = beacon(&app, 1).await;
    let (sound, _) = beacon(&app, 2).await;
    let mut visitor = Visitor::signed_in(&app, "RESCUE").await;
    let sql = format!(
        "UPDATE party SET phone = 'x' WHERE id IN (SELECT p.holder_id FROM permit p \
         JOIN permit_identifier i ON i.permit_id = p.id WHERE i.value = '{broken}')"
    );
    app.execute(&sql).await;
    let text = format!("HEX ID {broken}\nHEX ID {sound}");
    let page = paste(&mut visitor, &text).await.expect(503).text();
    let phone = people::applicant(2)["phone"].as_str().expect("a telephone").to_owned();
    assert!(page.contains(&format!("href=\"tel:{phone}\"")), "{page}");
    assert!(page.contains(&format!("ikke svarer nå: {broken}. Prøv igjen.")), "{page}");
    assert!(
        !page.contains("data-key"),
        "one key marks only where it is plain which beacon is meant"
    );
    assert!(paste(&mut visitor, &broken).await.status >= 500);
    app.finish().await;
}

#[tokio::test]
async fn an_incident_reference_reaches_the_look_ups_too_and_once() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (code, _) = beacon(&app, 1).await;
    let mut visitor = Visitor::signed_in(&app, "RESCUE").await;
    let foreign = "1D0E9B07CEFFBFF";
    for text in [code.as_str(), &code, foreign] {
        paste(&mut visitor, text).await.expect(200);
    }
    while drain_spool(&app.app).await.expect("drains") > 0 {}
    let of = |condition: &str| format!("SELECT count(*) AS n FROM disclosure WHERE {condition}");
    assert_eq!(app.count(&of("incident_reference = 'pending'")).await, 3);
    // nothing was marked, yet both keys wait for their reference
    let desk = visitor.get(DESK).await.expect(200).text();
    assert!(desk.contains("Bare slått opp") && desk.contains(&code) && desk.contains(foreign));
    let rest = desk.split("Mangler saksnummer").nth(1).expect("a list");
    assert_eq!(rest.matches(&format!("value=\"{code}\"")).count(), 1, "each key once");
    let fields = form(&desk, REFERENCE, &[("reference", "2026/117"), ("key", &code)]);
    for _ in 0..2 {
        let saved = visitor.post(REFERENCE, &fields).await.expect(200).text();
        assert!(saved.contains("Saksnummer 2026/117 er lagret") && !saved.contains(&code));
    }
    let done = "outcome = 'referenceCompleted' AND incident_reference = '2026/117'";
    let of_permit = format!("{done} AND permit_id IS NOT NULL AND party_id IS NOT NULL");
    assert_eq!(app.count(&of(&of_permit)).await, 2, "one for each look-up");
    assert_eq!(app.count(&of(done)).await, 2, "and none for another key");
    let desk = visitor.get(DESK).await.expect(200).text();
    assert!(desk.contains(foreign), "the other still waits");
    // what is looked up afterwards waits anew
    paste(&mut visitor, &code).await.expect(200);
    while drain_spool(&app.app).await.expect("drains") > 0 {}
    let desk = visitor.get(DESK).await.expect(200).text();
    assert!(desk.split("Mangler saksnummer").nth(1).expect("a list").contains(&code));
    app.seal().await;
    let report = anrop::seal::verify::verify(&app.app, None).await.expect("reads");
    assert!(report.holds(), "{report:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_printed_answer_says_which_incident_it_was_for_and_who_asked() {
    let app = TestApp::start_at_own_address().await;
    let mut visitor = Visitor::signed_in(&app, "RESCUE").await;
    let empty = visitor.get(DESK).await.expect(200).text();
    for (reference, told) in [("2026/117 <A>", "2026/117 &#60;A&#62;"), ("", "–")] {
        let fields = [("text", "HEX ID 1D0E9B07CEFFBFF"), ("reference", reference)];
        let page = visitor.post(DESK, &form(&empty, DESK, &fields)).await.expect(200).text();
        let (_, paper) = page.split_once("<p class=\"only-paper\">").expect("a line for paper");
        let (line, _) = paper.split_once("</p>").expect("an end");
        assert!(line.contains(&format!(": {told} · ")) && line.ends_with("demo-rescue"), "{line}");
    }
    app.finish().await;
}

#[tokio::test]
async fn unregistered_foreign_and_other_registers_beacons_are_answered_and_marked() {
    let app = TestApp::start_at_own_address().await;
    let mut visitor = Visitor::signed_in(&app, "RESCUE").await;
    let epirb = "MMSI 257123450";
    for (text, headline, more) in [
        (crate::rescue::code(4_711).as_str(), "Ikke registrert", "betyr ikke at alarmen er falsk"),
        (
            "HEX ID 1D0E9B07CEFFBFF",
            "Utenlandsk: Storbritannia",
            "nødpeilesenderregisteret i Storbritannia",
        ),
        (epirb, "Står i et annet register", "href=\"tel:+47"),
    ] {
        let page = paste(&mut visitor, text).await.expect(200).text();
        assert!(page.contains(headline) && page.contains(more), "{text}: {page}");
        let marked = visitor.post(OUTCOME, &form(&page, OUTCOME, &[("outcome", "test")])).await;
        assert!(marked.expect(200).text().contains("Merket: Test"), "{text}");
    }
    // on a busy machine a mark may be on its way
    anrop::rescue::actions::drain_spool(&app.app).await.expect("drains");
    assert_eq!(app.count("SELECT count(*) AS n FROM beacon_alert WHERE outcome = 'test'").await, 3);
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_said_in_words() {
    let app = TestApp::start_at_own_address().await;
    let mut visitor = Visitor::signed_in(&app, "RESCUE").await;
    for (text, words) in [
        ("HEX ID 1D0E9B07CEFFBF", "feil lengde"),
        ("HEX ID 1D0E9BO7CEFFBFF", "bokstaven O, I eller L"),
        ("90127B92922BC022FF003504422535", "Kontrollsifrene stemmer ikke"),
        (
            "Ingen svarer på telefonen i dag, prøver igjen klokken ti på neste vakt med det samme",
            "ingen lesbar kode",
        ),
    ] {
        let page = paste(&mut visitor, text).await.expect(422).text();
        assert!(page.contains(words), "{text}: {page}");
        assert!(!page.contains(text), "what was pasted is not repeated");
    }
    assert_eq!(app.count("SELECT count(*) AS n FROM disclosure").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn where_code_and_register_disagree_it_is_marked() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (_, sign) = beacon(&app, 1).await;
    let mut visitor = Visitor::signed_in(&app, "RESCUE").await;
    // a second-generation code with the call sign, another serial number and another country's TAC
    let programming = anrop::values::beacon_id::Programming {
        country: 257,
        code: anrop::values::beacon_id::Code::SecondGeneration {
            tac: 10_100,
            serial: 77,
            vessel: anrop::values::beacon_id::VesselId::CallSign(sign),
        },
        homer: anrop::values::beacon_id::Homer::Mhz121,
    };
    let code = anrop::values::beacon_id::encode(&programming).expect("a code").to_string();
    let page = paste(&mut visitor, &code).await.expect(200).text();
    assert!(page.contains("Koden og registeret er ikke enige"), "{page}");
    assert!(page.contains("class=\"differs\"") && page.contains("≠ AVVIK"));
    for (language, words) in [("nn", "ikkje samde"), ("en", "do not agree")] {
        let path = format!("/{language}/rescue-desk");
        let empty = visitor.get(&path).await.expect(200).text();
        let page = visitor.post(&path, &form(&empty, &path, &[("text", &code)])).await.expect(200);
        assert!(page.text().contains(words), "{language}");
    }
    app.finish().await;
}
