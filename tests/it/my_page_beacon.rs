//! What a holder reports of a beacon on My page reaches the rescue centre, in every language and without scripts.

use serde_json::Value;

use crate::{
    apply::{fill, href, send, whole},
    kinds::shared::{file, look_up, try_grant},
    support::{TestApp, Visitor, Who, people, visitor::form},
};

async fn condition(app: &TestApp, sign: &str) -> Value {
    look_up(app, sign).await["matches"][0]["record"]["beacon"].clone()
}

/// The page of the first permit of whoever is signed in, and the call sign.
async fn with_beacon(app: &TestApp, kari: &mut Visitor<'_>) -> (String, String) {
    let draft = whole(kari).await;
    send(kari, &draft).await.expect(200);
    let queue = app.get("/v1/cases", &Who::caseworker("a")).await.expect(200).json();
    let case = format!("/v1/cases/{}", queue["items"][0]["id"].as_str().expect("a case"));
    let decided = try_grant(app, &case).await.expect(200).json();
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    let permit = href(&mine, "/nb/my-page/permits/");
    (permit, decided["callSign"].as_str().expect("a sign").to_owned())
}

#[tokio::test]
async fn a_beacon_is_reported_lost_found_and_sold_in_three_languages() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let (permit, sign) = with_beacon(&app, &mut kari).await;
    for (language, deed, note, said, stands) in [
        ("nb", "lost", "Ved Fjordgata", "Redningssentralen har fått vite det.", "Meldt mistet"),
        ("nn", "stolen", "På kaia", "Redningssentralen har fått vite det.", "Meldt stolen"),
        ("en", "destroyed", "", "give it up below", "Reported destroyed on"),
        ("nb", "sold", "", "si den opp nedenfor", "Meldt solgt"),
    ] {
        let path = permit.replacen("/nb/", &format!("/{language}/"), 1);
        let page = kari.get(&path).await.expect(200).text();
        assert!(!page.contains("<script"), "it works without");
        let act = format!("{path}/deed");
        let told = [("condition", deed), ("note", note), ("deed", "beacon")];
        let after = kari.post(&act, &form(&page, &act, &told)).await.expect(200).text();
        assert!(after.contains(said) && after.contains(stands), "{language} {deed}: {after}");
        assert!(note.is_empty() || after.contains(note), "{after}");
        let beacon = condition(&app, &sign).await;
        assert_eq!(beacon["condition"], deed);
        let noted = (!note.is_empty()).then_some(note);
        assert_eq!(beacon["conditionNote"].as_str(), noted);
    }
    // it is back, which can be said only of what was reported
    let path = permit.replacen("/nb/", "/nn/", 1);
    let page = kari.get(&path).await.expect(200).text();
    assert!(page.contains("Komen til rette"));
    let act = format!("{path}/deed");
    let found = [("condition", "found"), ("deed", "beacon")];
    let after = kari.post(&act, &form(&page, &act, &found)).await.expect(200).text();
    assert!(!after.contains("Meldt seld") && !after.contains("Komen til rette"), "{after}");
    assert!(condition(&app, &sign).await.get("condition").is_none());
    app.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_report_is_said_and_what_was_typed_stays() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let (permit, sign) = with_beacon(&app, &mut kari).await;
    let act = format!("{permit}/deed");
    let page = kari.get(&permit).await.expect(200).text();
    assert!(!page.contains("Kommet til rette"), "nothing was reported");
    let nothing = [("note", "Ved Fjordgata"), ("deed", "beacon")];
    let wrong = kari.post(&act, &form(&page, &act, &nothing)).await.expect(422).text();
    assert!(wrong.contains("Velg hva som har skjedd.") && wrong.contains("Ved Fjordgata"));
    let long = "x".repeat(501);
    let long = [("condition", "lost"), ("note", long.as_str()), ("deed", "beacon")];
    let wrong = kari.post(&act, &form(&page, &act, &long)).await.expect(422).text();
    assert!(
        wrong.contains("høyst 500 tegn") && wrong.contains("value=\"lost\" checked"),
        "{wrong}"
    );
    assert!(condition(&app, &sign).await.get("condition").is_none());

    // an old page reports nothing, and nobody reports for another
    let lost = [("condition", "lost"), ("deed", "beacon")];
    kari.post(&act, &form(&page, &act, &lost)).await.expect(200);
    let stale = [("condition", "destroyed"), ("deed", "beacon")];
    assert_eq!(kari.post(&act, &form(&page, &act, &stale)).await.status, 412);
    assert_eq!(condition(&app, &sign).await["condition"], "lost");
    let mut ola = Visitor::signed_in(&app, "OLA").await;
    let own = ola.get("/nb/my-page").await.expect(200).text();
    let mut forged = form(&own, "/sign-out", &lost);
    forged.push(("version".to_owned(), "2".to_owned()));
    assert_eq!(ola.post(&act, &forged).await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn who_applies_sees_what_the_code_says_otherwise_and_may_send_it_all_the_same() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = whole(&mut kari).await;
    let review = format!("{draft}/review");
    let coded = |serial: &'static str| {
        [
            ("/beacon/manufacturer", "Havblikk"),
            ("/beacon/model", "Fjell 2"),
            ("/beacon/serial", serial),
            ("/beacon/code", "A02F 00C0 E400 001"),
            ("/beacon/ceMarked", "yes"),
            ("deed", "next"),
        ]
    };
    fill(&mut kari, &draft, "beacon", &coded("12345")).await.expect(200);
    assert!(!kari.get(&review).await.expect(200).text().contains("id=\"doubts\""));
    fill(&mut kari, &draft, "beacon", &coded("12346")).await.expect(200);
    for (language, said) in [
        ("nb", "koden har 12345, søknaden 12346"),
        ("nn", "koden har 12345, søknaden 12346"),
        ("en", "the code has 12345, the application 12346"),
    ] {
        let page = kari.get(&review.replacen("/nb/", &format!("/{language}/"), 1)).await;
        let page = page.expect(200).text();
        assert!(page.contains("id=\"doubts\"") && page.contains(said), "{language}: {page}");
    }
    send(&mut kari, &draft).await.expect(200);
    assert_eq!(app.count("SELECT count(*) AS n FROM \"case\"").await, 1);
    app.finish().await;
}

/// What a second owner sends who quotes the call sign.
fn quoting(n: u64, sign: &str) -> Value {
    let mut application = people::plb_application(n);
    application["callSign"] = sign.into();
    application
}

#[tokio::test]
async fn the_call_sign_of_a_beacon_that_was_sold_goes_to_its_new_owner() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let (permit, sign) = with_beacon(&app, &mut kari).await;
    let act = format!("{permit}/deed");
    let page = kari.get(&permit).await.expect(200).text();
    assert!(!page.contains("id=\"call-sign\""), "it is Kari's own as long as the permit holds");
    let gives_up = [("reason", "sold"), ("deed", "surrender")];
    let page = kari.post(&act, &form(&page, &act, &gives_up)).await.expect(200).text();
    assert!(page.contains(&format!("{sign} hviler til")), "{page}");
    assert!(!page.contains("<script"), "it works without");

    // a number that is nobody's, or of somebody who does not ask for the sign, is said beside the field
    let buyer = file(&app, "plb", &Who::person(2), &quoting(2, &sign)).await;
    let other = file(&app, "plb", &Who::person(3), &people::plb_application(3)).await;
    let caseworker = Who::caseworker("a");
    let mut numbers = Vec::new();
    for case in [&buyer, &other] {
        let seen = app.get(case, &caseworker).await.expect(200).json();
        numbers.push(seen["number"].as_str().expect("a number").to_owned());
    }
    for (language, number, said) in [
        ("nb", "", "Ingen åpen sak med dette nummeret"),
        ("nn", "2026/999999", "Inga open sak med dette nummeret"),
        ("en", numbers[1].as_str(), "No open case with this number"),
    ] {
        let act = act.replacen("/nb/", &format!("/{language}/"), 1);
        let page = kari.get(act.trim_end_matches("/deed")).await.expect(200).text();
        let typed = [("case", number), ("deed", "hand-over")];
        let wrong = kari.post(&act, &form(&page, &act, &typed)).await.expect(422).text();
        assert!(wrong.contains(said) && wrong.contains("id=\"case-e\""), "{wrong}");
        assert!(wrong.contains(&format!("value=\"{number}\"")), "what was typed stays: {wrong}");
    }
    try_grant(&app, &buyer).await.expect_problem(409, "identifier-taken");

    let typed = [("case", numbers[0].as_str()), ("deed", "hand-over")];
    let after = kari.post(&act, &form(&page, &act, &typed)).await.expect(200).text();
    assert!(after.contains("Den nye eieren kan få kallesignalet"), "{after}");
    assert!(after.contains(&format!("{sign} er overlatt")), "{after}");
    let kept = try_grant(&app, &buyer).await.expect(200).json();
    assert_eq!(kept["callSign"], sign.as_str());
    let page = kari.get(&permit).await.expect(200).text();
    assert!(!page.contains("id=\"call-sign\""), "it is another's now: {page}");
    app.finish().await;
}
