//! People who act for organisations: they choose, apply and see what is the organisation's, and go back to
//! themselves; who may not is told nothing and written down; a mandate that is gone ends; and while the
//! register of representation is away everybody is themselves.

mod exchange;
mod programs;
mod register;

use std::time::{Duration, Instant};

use anrop::{
    identity::{Role, token::Ticket},
    permit::kind::{self, Kind},
    representation::client::{RepresentationSettings, SCOPE},
    web,
};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use register::{Does, KEY, Register};
use serde_json::{Value, json};

use crate::{
    apply::{begun, href, send},
    support::{Reply, TestApp, Visitor, Who, log, visitor::form},
    web_security::signed_in,
};

const ACTING: &str = "/nb/my-page/acting";
const MY_PAGE: &str = "/nb/my-page";
const SUPPLIER: &str = "/nb/apply/supplier";
const BEGIN: &str = "Begynn på søknaden";
const VIND: &str = "312345676";
const UNIT: &str = "312345684";
const ENDED: &str = "312345692";
const OTHER: &str = "974760673";

async fn started() -> (TestApp, Register) {
    let register = Register::start().await;
    (register.app().await, register)
}

/// A party as Altinn tells it.
fn party(number: &str, name: &str, roles: &[&str]) -> Value {
    json!({
        "partyUuid": "a1c831cf-c7b7-4e5e-9910-2ad9a05b4ec1",
        "name": name,
        "organizationNumber": number,
        "personId": null,
        "partyId": 50_166_368,
        "type": "Organization",
        "unitType": "AS",
        "isDeleted": false,
        "onlyHierarchyElementWithNoAccess": false,
        "authorizedResources": [],
        "authorizedRoles": roles,
        "subunits": [],
    })
}

/// One organisation, of which somebody is the managing director.
fn vind() -> Value {
    json!([party(VIND, "Vind Eksempel AS", &["DAGL"])])
}

/// Somebody with a subject that no other test has.
fn person(n: u64, subject: &str) -> Who {
    let mut who = Who::person(n);
    subject.clone_into(&mut who.0.subject);
    who
}

/// A program of the organisation.
fn representative() -> Who {
    Who(Ticket {
        subject: "vind-eksempel".to_owned(),
        roles: vec![Role::Representative],
        organisation: Some(VIND.to_owned()),
        ..Ticket::default()
    })
}

/// Chooses on the page, to its end.
async fn choose(visitor: &mut Visitor<'_>, code: &str) -> Reply {
    let page = visitor.get(ACTING).await.expect(200).text();
    visitor.post(ACTING, &form(&page, ACTING, &[("as", code)])).await
}

async fn acts_for_an_organisation(visitor: &mut Visitor<'_>) -> bool {
    visitor.get(SUPPLIER).await.expect(200).text().contains(BEGIN)
}

#[tokio::test]
async fn a_person_chooses_an_organisation_applies_for_it_and_goes_back() {
    let (app, register) = started().await;
    register.answers(vind());
    let who = person(31, "acting-31");
    let mut visitor = signed_in(&app, &who);
    let mine = visitor.get(MY_PAGE).await.expect(200).text();
    assert!(mine.contains("Velg hvem du handler for") && mine.contains("Du har ingen saker."));
    let offered = visitor.get(SUPPLIER).await.expect(200).text();
    assert!(offered.contains("Velg først hvilken du handler for") && !offered.contains(BEGIN));
    assert_eq!(register.asked().len(), 0, "nobody is asked about before they look");
    let mine = choose(&mut visitor, VIND).await.expect(200).text();
    assert!(mine.contains("Vind Eksempel AS") && mine.contains(VIND), "{mine}");

    let draft = begun(&mut visitor, "supplier").await;
    let api = draft.replace("/nb/", "/v1/");
    let begun = app.get(&api, &representative()).await.expect(200);
    let whole = json!({ "application": kind::any(Kind::Supplier).example() });
    app.put(&api, &representative(), Some(&begun.etag()), &whole).await.expect(200);
    send(&mut visitor, &draft).await.expect(200);
    let cases = app.get("/v1/cases", &representative()).await.expect(200).json();
    assert_eq!(cases["total"], 1, "it is the organisation's case: {cases}");
    let mine = visitor.get(MY_PAGE).await.expect(200).text();
    let case = href(&mine, "/nb/my-page/cases/");
    visitor.get(&case).await.expect(200);

    // themselves again: nothing of it is theirs
    let mine = choose(&mut visitor, "person").await.expect(200).text();
    assert!(mine.contains("Du har ingen saker.") && !mine.contains("Vind Eksempel AS"), "{mine}");
    visitor.get(&case).await.expect(404);
    assert!(!acts_for_an_organisation(&mut visitor).await);
    assert_eq!(app.get("/v1/cases", &who).await.expect(200).json()["total"], 0);
    let written = log::acting("acting-31");
    assert_eq!(written.len(), 2, "{written:?}");
    assert!(written.iter().all(|line| line.contains(VIND)), "{written:?}");
    app.finish().await;
}

#[tokio::test]
async fn the_register_is_asked_with_one_token_and_the_number_stands_in_the_body_alone() {
    let (app, register) = started().await;
    register.answers(vind());
    let who = person(32, "acting-32");
    let mut visitor = signed_in(&app, &who);
    choose(&mut visitor, VIND).await.expect(200);
    let asked = register.asked();
    assert!(asked.len() >= 2, "shown, and asked anew when chosen: {}", asked.len());
    for one in &asked {
        assert!(!one.address.contains(who.national_id()), "a number in an address");
        assert_eq!(one.authorization, "Bearer token-1");
        assert_eq!(one.key, KEY);
        let expected =
            json!({ "type": "urn:altinn:person:identifier-no", "value": who.national_id() });
        assert_eq!(one.body, expected);
    }
    let assertions = register.assertions();
    assert_eq!(assertions.len(), 1, "one token for all");
    let key = DecodingKey::from_ec_pem(register.public_key.as_bytes()).expect("a key");
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&["https://maskinporten.example.no/"]);
    validation.set_issuer(&["anrop-klient"]);
    let claims: Value = decode(&assertions[0], &key, &validation).expect("a signature").claims;
    assert_eq!(claims["scope"], SCOPE);
    let (iat, exp) = (claims["iat"].as_i64().expect("iat"), claims["exp"].as_i64().expect("exp"));
    assert!(exp > iat && exp - iat <= 120, "Maskinporten takes two minutes at most");
    assert!(claims["jti"].is_string());

    // a token that is refused is renewed, once
    register.does(Does::RefusesOnce);
    visitor.get(ACTING).await.expect(200);
    let last = register.asked().pop().expect("it was asked");
    assert_eq!((last.authorization.as_str(), register.assertions().len()), ("Bearer token-2", 2));
    // and one that is near its end before it is used
    app.clock.advance(TimeDelta::minutes(59) + TimeDelta::seconds(30));
    visitor.get(ACTING).await.expect(200);
    assert_eq!(register.assertions().len(), 3);
    app.finish().await;
}

#[tokio::test]
async fn who_guesses_an_organisation_is_told_nothing_and_written_down() {
    let (app, register) = started().await;
    register.answers(vind());
    let who = person(33, "acting-33");
    let mut visitor = signed_in(&app, &who);
    let told = choose(&mut visitor, OTHER).await;
    assert_eq!(told.status, 404, "{}", told.text());
    assert!(!told.text().contains(OTHER) && !acts_for_an_organisation(&mut visitor).await);
    let lines = log::refused("acting-33");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains(OTHER) && lines[0].contains("\"organisation\""), "{lines:?}");
    assert_eq!(choose(&mut visitor, "0").await.status, 404);
    assert_eq!(log::acting("acting-33"), Vec::<String>::new());
    // what was shown a moment ago is not enough
    let page = visitor.get(ACTING).await.expect(200).text();
    register.answers(json!([party(VIND, "Vind Eksempel AS", &["REGNA"])]));
    let late = visitor.post(ACTING, &form(&page, ACTING, &[("as", VIND)])).await;
    assert_eq!(late.status, 404);
    // the register is not asked about staff, who are nobody's managing director here
    let asked = register.asked().len();
    let mut officer = signed_in(&app, &Who::role(Role::Rescue));
    officer.get(ACTING).await.expect(403);
    assert_eq!(register.asked().len(), asked);
    app.finish().await;
}

#[tokio::test]
async fn units_can_be_chosen_and_what_has_ended_or_is_there_for_its_units_alone_cannot() {
    let (app, register) = started().await;
    let mut main = party(VIND, "Vind Eksempel AS", &["DAGL"]);
    main["onlyHierarchyElementWithNoAccess"] = json!(true);
    let mut unit = party(UNIT, "Vind Eksempel avd. Fjord", &[]);
    unit["authorizedResources"] = json!(["anrop_soknad"]);
    let mut ended = party(ENDED, "Stille Eksempel AS", &["DAGL"]);
    ended["isDeleted"] = json!(true);
    main["subunits"] = json!([unit]);
    register.answers(json!([main, ended]));
    let mut visitor = signed_in(&app, &person(34, "acting-34"));
    let page = visitor.get(ACTING).await.expect(200).text();
    assert!(page.contains("Vind Eksempel avd. Fjord") && page.contains("underenhet av Vind"));
    assert!(!page.contains("Stille Eksempel") && !page.contains(&format!("value=\"{VIND}\"")));
    for number in [VIND, ENDED] {
        assert_eq!(choose(&mut visitor, number).await.status, 404, "{number}");
    }
    choose(&mut visitor, UNIT).await.expect(200);
    assert!(acts_for_an_organisation(&mut visitor).await);
    app.finish().await;
}

#[tokio::test]
async fn a_mandate_is_asked_about_each_hour_and_ends_when_it_is_gone() {
    let (app, register) = started().await;
    register.answers(vind());
    let mut reader = signed_in(&app, &person(35, "acting-35"));
    let mut writer = signed_in(&app, &person(36, "acting-36"));
    choose(&mut reader, VIND).await.expect(200);
    choose(&mut writer, VIND).await.expect(200);
    let asked = register.asked().len();
    assert!(acts_for_an_organisation(&mut reader).await);
    assert_eq!(register.asked().len(), asked, "within the hour nobody is asked");
    app.clock.advance(TimeDelta::minutes(61));
    assert!(acts_for_an_organisation(&mut reader).await);
    assert!(acts_for_an_organisation(&mut reader).await);
    assert_eq!(register.asked().len(), asked + 1, "once, and then for another hour");
    let shown = writer.get(SUPPLIER).await.expect(200).text();

    register.answers(json!([]));
    app.clock.advance(TimeDelta::minutes(61));
    // who opens a page is told first
    let told = reader.get(MY_PAGE).await.expect(200).text();
    assert!(told.contains("Du handler ikke lenger for organisasjonen"), "{told}");
    assert!(!acts_for_an_organisation(&mut reader).await);
    // who sends what was shown to the organisation does not do it as a person
    let sent = writer.post(SUPPLIER, &form(&shown, SUPPLIER, &[])).await;
    assert_eq!(sent.status, 403);
    assert!(sent.text().contains("handler for en annen"), "{}", sent.text());
    assert_eq!(app.count("SELECT count(*) AS n FROM draft").await, 0);
    assert!(!acts_for_an_organisation(&mut writer).await);
    assert_eq!(log::acting("acting-35").len(), 2, "chosen, and gone");
    app.finish().await;
}

#[tokio::test]
async fn while_the_register_is_away_people_sign_in_and_are_told_what_to_do() {
    let (app, register) = started().await;
    register.does(Does::Fails);
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    kari.get(MY_PAGE).await.expect(200);
    for (language, words) in [
        ("nb", "Altinn svarer ikke akkurat nå"),
        ("nn", "Altinn svarer ikkje akkurat no"),
        ("en", "Altinn does not answer right now"),
    ] {
        let page = kari.get(&format!("/{language}/my-page/acting")).await.expect(200).text();
        assert!(page.contains(words) && page.contains("Postboks 1"), "{page}");
    }
    assert_eq!(register.asked().len(), 1, "then it is left alone");
    // it answers, and is away again when somebody chooses
    app.clock.advance(TimeDelta::seconds(31));
    register.does(Does::Answers);
    register.answers(vind());
    let page = kari.get(ACTING).await.expect(200).text();
    assert!(page.contains("Vind Eksempel AS"));
    register.does(Does::Fails);
    let chosen = form(&page, ACTING, &[("as", VIND)]);
    let away = kari.post(ACTING, &chosen).await.expect(503).text();
    assert!(away.contains("Altinn svarer ikke akkurat nå"), "{away}");
    assert!(!acts_for_an_organisation(&mut kari).await);
    app.clock.advance(TimeDelta::seconds(31));
    register.does(Does::Hangs);
    let began = Instant::now();
    kari.post(ACTING, &chosen).await.expect(503);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    let began = Instant::now();
    kari.get(ACTING).await.expect(200);
    assert!(began.elapsed() < Duration::from_secs(2), "only the first waits");
    app.clock.advance(TimeDelta::seconds(31));
    register.does(Does::Answers);
    kari.post(ACTING, &chosen).await.expect(200);
    assert!(acts_for_an_organisation(&mut kari).await);

    // a choice outlives an hour's silence, not two
    register.does(Does::Fails);
    app.clock.advance(TimeDelta::minutes(61));
    assert!(acts_for_an_organisation(&mut kari).await);
    app.clock.advance(TimeDelta::minutes(60));
    let told = kari.get(MY_PAGE).await.expect(200).text();
    assert!(told.contains("Du handler ikke lenger for organisasjonen"), "{told}");
    assert!(!acts_for_an_organisation(&mut kari).await);
    app.finish().await;
}

#[tokio::test]
async fn who_acts_for_many_searches_among_them() {
    let (app, register) = started().await;
    let numbers = [
        "312345609",
        "312345617",
        "312345625",
        "312345633",
        "312345641",
        "312345668",
        "312345676",
        "312345684",
        "312345692",
        "312345706",
        "312345714",
        "312345722",
    ];
    let parties: Vec<Value> = numbers
        .iter()
        .map(|number| party(number, &format!("Eksempel {} AS", &number[6..]), &["UTINN"]))
        .collect();
    register.answers(json!(parties));
    let mut visitor = signed_in(&app, &person(37, "acting-37"));
    let page = visitor.get(ACTING).await.expect(200).text();
    assert!(page.contains("name=\"q\"") && page.matches("Eksempel 7").count() == 3, "{page}");
    let page = visitor.get(&format!("{ACTING}?q=312%20345%20714")).await.expect(200).text();
    assert!(page.contains("Eksempel 714 AS") && !page.contains("Eksempel 609 AS"), "{page}");
    let page = visitor.get(&format!("{ACTING}?q=finnes%20ikke")).await.expect(200).text();
    assert!(page.contains("passer med søket"), "{page}");
    app.finish().await;
}

#[tokio::test]
async fn without_a_register_nobody_is_offered_a_choice_and_in_the_demo_two_are() {
    let app = TestApp::start_at_own_address().await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let mine = kari.get(MY_PAGE).await.expect(200).text();
    assert!(!mine.contains("Velg hvem du handler for"));
    let page = kari.get(ACTING).await.expect(200).text();
    assert!(page.contains("bare handle for den du er logget inn som"), "{page}");
    app.finish().await;

    let app = TestApp::start_told(|settings, base| {
        base.clone_into(&mut settings.public_url);
        let stand_in = format!("{base}{}", web::representation_stand_in::PATH);
        settings.representation = Some(RepresentationSettings::stand_in(stand_in));
    })
    .await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let page = kari.get(ACTING).await.expect(200).text();
    let numbers = regex::Regex::new(r#"name="as" value="(\d{9})""#).expect("a pattern");
    let offered: Vec<String> =
        numbers.captures_iter(&page).map(|found| found[1].to_owned()).collect();
    assert_eq!(offered.len(), 2, "{page}");
    choose(&mut kari, &offered[1]).await.expect(200);
    assert!(acts_for_an_organisation(&mut kari).await);
    // signing out works from a page of before, and ends what was chosen too
    let kept = kari.cookies.clone();
    kari.post("/sign-out", &form(&page, "/sign-out", &[])).await;
    assert!(kari.cookies.is_empty());
    kari.cookies = kept;
    assert_eq!(kari.request("GET", MY_PAGE, None).await.status, 303);
    // its stand-in wants the token that it gives
    let there = format!(
        "{}/accessmanagement/api/v1/resourceowner/authorizedparties",
        web::representation_stand_in::PATH
    );
    let question = json!({ "type": "urn:altinn:person:identifier-no", "value": "24885805988" });
    let stranger = format!("Bearer {}", app.token(&person(31, "acting-31")));
    for shown in ["", "Bearer x", &stranger] {
        let headers = [("authorization", shown)];
        app.send("POST", &there, None, &headers, Some(&question)).await.expect(401);
    }
    let mut ola = Visitor::signed_in(&app, "OLA").await;
    let page = ola.get(ACTING).await.expect(200).text();
    assert!(page.contains("Altinn kjenner ingen organisasjon"), "{page}");
    app.finish().await;
}
