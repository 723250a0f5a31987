//! My page through forms, without a browser's scripts: cases, permits and own data, and whom one acts for.

use anrop::{identity::Role, values::ids::PermitId};
use anrop_entity::{case, invoice_line, permit};
use chrono::TimeDelta;
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use serde_json::json;
use uuid::Uuid;

use crate::{
    apply::{APPLICANT, begun, fill, href, send, whole},
    support::{TestApp, Visitor, Who, visitor::form},
};

#[tokio::test]
async fn a_question_is_answered_and_the_permit_looked_after_on_my_page() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = whole(&mut kari).await;
    send(&mut kari, &draft).await.expect(200);
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    let case = href(&mine, "/nb/my-page/cases/");
    let api = case.replace("/nb/my-page", "/v1");
    let caseworker = Who::caseworker("saksbehandler-1");
    let seen = app.get(&api, &caseworker).await.expect(200);
    let asked = json!({ "text": "Hvilken farge har senderen?", "dueOn": app.day_in(14) });
    let request = format!("{api}/information-request");
    app.post_on(&request, &caseworker, &seen.etag(), &asked).await.expect(200);
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    assert!(mine.contains("Venter på svar fra deg") && mine.contains("Svar i sak"));
    let page = kari.get(&case).await.expect(200).text();
    assert!(page.contains("Hvilken farge har senderen?"));
    let reply = format!("{case}/reply");
    let page = kari.get(&href(&page, "/reply\"")).await.expect(200).text();
    assert!(page.contains("Hvilken farge har senderen?") && page.contains("Rett søknaden"));
    let empty = kari.post(&reply, &form(&page, &reply, &[("text", " ")])).await;
    assert_eq!(empty.status, 422);
    let answered = kari.post(&reply, &form(&page, &reply, &[("text", "Den er gul.")])).await;
    let answered = answered.expect(200).text();
    assert!(answered.contains("Den er gul.") && answered.contains("Svaret er sendt."));
    // an old page does not answer twice
    let stale = kari.post(&reply, &form(&page, &reply, &[("text", "Den er blå.")])).await;
    assert_eq!(stale.status, 412);
    let told = stale.text();
    assert!(told.contains("endret et annet sted"));
    // and what it says is not lost, unless it has been sent
    assert!(told.contains("Det du skrev") && told.contains("Den er blå."), "{told}");
    let again = kari.post(&reply, &form(&page, &reply, &[("text", "Den er gul.")])).await;
    assert!(!again.expect(412).text().contains("Det du skrev"));

    let seen = app.get(&api, &caseworker).await.expect(200);
    assert!(seen.text().contains("Den er gul.") && !seen.text().contains("blå"));
    let granted = json!({ "outcome": "granted" });
    app.post_on(&format!("{api}/decision"), &caseworker, &seen.etag(), &granted).await.expect(200);
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    let permit = href(&mine, "/nb/my-page/permits/");
    let page = kari.get(&permit).await.expect(200).text();
    assert!(page.contains("Ola Eksempel Prøve"));
    let file = kari.get(&format!("{permit}/certificate.pdf")).await.expect(200);
    assert!(file.bytes.starts_with(b"%PDF-"));
    assert!(
        kari.get(&format!("{permit}/certificate")).await.expect(200).text().contains("Havblikk")
    );
    // contacts, confirmation, giving up
    let contacts = format!("{permit}/contacts");
    let entry = kari.get(&contacts).await.expect(200).text();
    let typed = [
        ("/emergencyContacts/0/name", "Ola Eksempel Prøve"),
        ("/emergencyContacts/0/phone", "1234"),
        ("deed", "save"),
    ];
    let wrong = kari.post(&contacts, &form(&entry, &contacts, &typed)).await.expect(422).text();
    assert!(wrong.contains("value=\"1234\"") && wrong.contains("#f-emergencyContacts-0-phone"));
    let typed = [
        ("/emergencyContacts/0/name", "Berit Eksempel Prøve"),
        ("/emergencyContacts/0/phone", "68 05 00 33"),
        ("deed", "save"),
    ];
    let saved = kari.post(&contacts, &form(&entry, &contacts, &typed)).await.expect(200).text();
    assert!(saved.contains("Berit Eksempel Prøve") && saved.contains("Lagret."));
    let deed = format!("{permit}/deed");
    let confirmed = kari.post(&deed, &form(&saved, &deed, &[("deed", "confirm")])).await;
    assert!(confirmed.expect(200).text().contains("Sist bekreftet"));
    let again = kari.post(&deed, &form(&saved, &deed, &[("deed", "confirm")])).await;
    assert_eq!(again.status, 412);
    let page = kari.get(&permit).await.expect(200).text();
    let given = [("deed", "surrender"), ("reason", "sold")];
    let given_up = kari.post(&deed, &form(&page, &deed, &given)).await;
    assert!(given_up.expect(200).text().contains("Sagt opp"));
    let mut ola = Visitor::signed_in(&app, "OLA").await;
    for path in [permit.clone(), contacts, format!("{permit}/certificate.pdf")] {
        assert_eq!(ola.get(&path).await.status, 404, "{path}");
    }
    app.finish().await;
}

#[tokio::test]
async fn own_data_and_what_the_public_list_shows_are_changed_on_my_page() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut ola = Visitor::signed_in(&app, "OLA").await;
    let unknown = ola.get("/nb/my-page/me").await.expect(200).text();
    assert!(unknown.contains("kjenner deg ikke"));
    let national_id = {
        let people = anrop::commands::demo::people::tickets();
        let person = people.into_iter().find(|person| person.name == "OLA").expect("a person");
        person.ticket.national_id.expect("a national id")
    };
    let results = json!({ "results": [{ "nationalId": national_id, "licenceClass": "full",
        "passedOn": "2026-10-01", "reference": "exam-ola" }] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &results).await.expect(201);
    let draft = begun(&mut ola, "amateur").await;
    fill(&mut ola, &draft, "station", &[("/station", "personal"), ("deed", "next")])
        .await
        .expect(200);
    let mut applicant = APPLICANT.to_vec();
    applicant.push(("/applicant/birthDate", "12.4.1988"));
    fill(&mut ola, &draft, "applicant", &applicant).await.expect(200);
    let licence = fill(&mut ola, &draft, "licence", &[("deed", "next")]).await.expect(422).text();
    assert!(licence.contains("href=\"#f-licenceClass\""));
    fill(&mut ola, &draft, "licence", &[("/licenceClass", "full"), ("deed", "next")])
        .await
        .expect(200);
    fill(&mut ola, &draft, "publish", &[("/publish", "name"), ("deed", "next")]).await.expect(200);
    let receipt = send(&mut ola, &draft).await.expect(200).text();
    assert!(receipt.contains("innvilget med en gang"), "{receipt}");
    let mine = ola.get("/nb/my-page").await.expect(200).text();
    let permit = href(&mine, "/nb/my-page/permits/");
    let page = ola.get(&permit).await.expect(200).text();
    let sign = page.split("<dt>Kallesignal</dt><dd>").nth(1).expect("a sign");
    let sign = sign[..sign.find('<').expect("an end")].to_owned();
    let listed = format!("/v1/call-signs/{sign}");
    assert!(app.get_public(&listed).await.expect(200).text().contains("Kari Eksempel Prøve"));
    // withdrawn by taking the tick away, with effect at once
    let deed = format!("{permit}/deed");
    let form_at = page.find("value=\"publish\"").expect("a button");
    assert!(page[..form_at].contains("value=\"holder.name\" checked"));
    ola.post(&deed, &form(&page, &deed, &[("deed", "publish")])).await.expect(200);
    assert!(!app.get_public(&listed).await.expect(200).text().contains("Kari Eksempel Prøve"));

    let me = ola.get("/nb/my-page/me").await.expect(200).text();
    assert!(me.contains("value=\"Kari Eksempel Prøve\""));
    let typed = [
        ("/applicant/name", "Kari Eksempel Nyvik"),
        ("/applicant/address/lines", "Havnegata 1"),
        ("/applicant/address/postalCode", "0001 X"),
        ("/applicant/phone", "68 05 00 12"),
        ("/applicant/email", "kari@example.no"),
        ("deed", "save"),
    ];
    let path = "/nb/my-page/me";
    let wrong = ola.post(path, &form(&me, path, &typed)).await.expect(422).text();
    assert!(wrong.contains("value=\"0001 X\"") && wrong.contains("Kari Eksempel Nyvik"));
    let mut right = typed.to_vec();
    right[2].1 = "4790";
    let saved = ola.post(path, &form(&me, path, &right)).await.expect(200).text();
    assert!(saved.contains("Lagret.") && saved.contains("value=\"Kari Eksempel Nyvik\""));
    app.finish().await;
}

#[tokio::test]
async fn who_represents_an_organisation_chooses_whom_to_act_for() {
    use anrop::identity::{Caller, session::Session};
    let app = TestApp::start_at_own_address().await;
    let people = anrop::commands::demo::people::tickets();
    let kari = people.into_iter().find(|person| person.name == "KARI").expect("a person").ticket;
    let rule = app.app.national_id_rule();
    let text = kari.national_id.expect("a national id");
    let caller = Caller {
        subject: "kari".to_owned(),
        roles: vec![Role::Person, Role::Representative],
        scopes: anrop::http::access::scopes_of(&[Role::Person]),
        national_id: anrop::values::national_id::NationalId::parse(&text, rule).ok(),
        organisation: "974760673".parse().ok(),
    };
    let mut visitor = Visitor::new(&app);
    let session = Session::begin(&caller, app.app.clock().now()).seal(&app.app.keys());
    visitor.cookies.insert("anrop-session".to_owned(), session);
    let page = visitor.get("/nb/my-page").await.expect(200).text();
    assert!(page.contains("organisasjon 974"), "{page}");
    let offered = visitor.get("/nb/apply/installer").await.expect(200).text();
    assert!(offered.contains("Begynn på søknaden"));
    let draft = begun(&mut visitor, "priority").await;
    let acting = "/nb/my-page/acting";
    visitor.post(acting, &form(&page, acting, &[("as", "person")])).await.expect(200);
    let refused = visitor.get("/nb/apply/installer").await.expect(200).text();
    assert!(!refused.contains("Begynn på søknaden"));
    // what was begun for the organisation is not the person's
    assert_eq!(visitor.get(&format!("{draft}/review")).await.status, 404);
    // a page that was shown to the organisation is not sent by the person
    assert_eq!(visitor.post(acting, &form(&page, acting, &[("as", "person")])).await.status, 403);
    let page = visitor.get("/nb/my-page").await.expect(200).text();
    visitor.post(acting, &form(&page, acting, &[("as", "974760673")])).await.expect(200);
    visitor.get(&format!("{draft}/review")).await.expect(200);
    app.finish().await;
}

/// Rows beside those that must be seen: one more than are shown.
const TOO_MANY: i64 = 101;

/// An id that sorts before every real one.
fn early(n: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(n).expect("not below nothing"))
}

#[tokio::test]
async fn a_question_that_waits_and_the_newest_case_are_seen_behind_a_hundred_decided_ones() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = whole(&mut kari).await;
    send(&mut kari, &draft).await.expect(200);
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    let waiting = href(&mine, "/nb/my-page/cases/");
    let api = waiting.replace("/nb/my-page", "/v1");
    let caseworker = Who::caseworker("saksbehandler-1");
    let seen = app.get(&api, &caseworker).await.expect(200);
    let asked = json!({ "text": "Hvilken farge har senderen?", "dueOn": app.day_in(14) });
    let request = format!("{api}/information-request");
    app.post_on(&request, &caseworker, &seen.etag(), &asked).await.expect(200);

    // decided cases that came in later, with time limits that ended before: the last one came last
    let db = app.app.db().read();
    let row = case::Entity::find().one(db).await.expect("answers").expect("a case");
    let decided = |n: i64| {
        let submitted_at = row.submitted_at + TimeDelta::seconds(n);
        let one = case::Model {
            id: early(n),
            serial: row.serial + n,
            status: "granted".to_owned(),
            outcome: Some("granted".to_owned()),
            due_on: row.due_on - TimeDelta::days(200 - n),
            waiting_since: None,
            waiting_until: None,
            submitted_at,
            decided_at: Some(submitted_at),
            ..row.clone()
        };
        one.into_active_model()
    };
    let rows: Vec<case::ActiveModel> = (1..=TOO_MANY).map(decided).collect();
    case::Entity::insert_many(rows).exec_without_returning(db).await.expect("written");

    let mine = kari.get("/nb/my-page").await.expect(200).text();
    assert!(mine.contains("Svar i sak") && mine.contains(&waiting), "{mine}");
    let is_shown = |n: i64| mine.contains(&format!("/nb/my-page/cases/{}", early(n)));
    assert!(is_shown(TOO_MANY) && !is_shown(1), "the newest, not the oldest");
    assert!(mine.contains("Noe eldre er utelatt."));
    app.finish().await;
}

#[tokio::test]
async fn a_live_permit_and_all_there_is_to_pay_are_seen_behind_a_hundred_that_came_first() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = whole(&mut kari).await;
    send(&mut kari, &draft).await.expect(200);
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    let api = href(&mine, "/nb/my-page/cases/").replace("/nb/my-page", "/v1");
    let caseworker = Who::caseworker("saksbehandler-1");
    let seen = app.get(&api, &caseworker).await.expect(200);
    let granted = json!({ "outcome": "granted" });
    app.post_on(&format!("{api}/decision"), &caseworker, &seen.etag(), &granted).await.expect(200);
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    let live = href(&mine, "/nb/my-page/permits/");
    // what the grant itself costs is not counted below
    app.execute("DELETE FROM invoice_line").await;
    let db = app.app.db().read();
    let row = permit::Entity::find().one(db).await.expect("answers").expect("a permit");
    assert_eq!(PermitId(row.id).to_string(), live.rsplit('/').next().expect("an id"));
    let ended = |n: i64| {
        let one = permit::Model {
            id: early(n),
            number: format!("PLB-E{n}"),
            status: "surrendered".to_owned(),
            verification_code: format!("ended-{n}"),
            issued_at: row.issued_at + TimeDelta::seconds(n),
            ended_at: Some(row.issued_at + TimeDelta::seconds(n)),
            end_reason: Some("sold".to_owned()),
            ..row.clone()
        };
        one.into_active_model()
    };
    let rows: Vec<permit::ActiveModel> = (1..=TOO_MANY).map(ended).collect();
    permit::Entity::insert_many(rows).exec_without_returning(db).await.expect("written");
    // a hundred lines of a krone that are paid, and two that are not; the last has the last day of all
    let line = |n: i64| invoice_line::Model {
        id: early(n),
        permit_id: Some(row.id),
        permit_number: format!("LINE-{n}-"),
        holder_id: row.holder_id,
        year: 2026,
        occasion: format!("change-{n}"),
        fee_id: "made-up".to_owned(),
        object: "permit".to_owned(),
        unit: "permit".to_owned(),
        quantity: 1,
        amount_ore: 100,
        rule: "whole".to_owned(),
        section: "1".to_owned(),
        basis: "made up".to_owned(),
        due_on: app.day_in(n),
        payment_id: Some(early(n)).filter(|_| n < TOO_MANY),
        paid_on: Some(app.day_in(0)).filter(|_| n < TOO_MANY),
        version: 1,
        created_at: row.issued_at,
        run_id: None,
        invoice_id: None,
        credit_id: None,
        fine_id: None,
    };
    let rows: Vec<invoice_line::ActiveModel> =
        (1..=TOO_MANY + 1).map(|n| line(n).into_active_model()).collect();
    invoice_line::Entity::insert_many(rows).exec_without_returning(db).await.expect("written");

    let mine = kari.get("/nb/my-page").await.expect(200).text();
    assert!(mine.contains(&live), "the live one");
    assert!(mine.contains("PLB-E101 ") && !mine.contains("PLB-E1 "), "the newest that ended");
    assert!(mine.contains("Betal kr 2 til sammen"), "{mine}");
    assert!(mine.contains("LINE-101-") && mine.contains("LINE-102-"), "what is to be paid");
    assert!(!mine.contains("LINE-1-") && !mine.contains("LINE-2-"), "what was paid first");
    app.finish().await;
}
