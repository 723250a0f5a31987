//! What holders do with their permits on my page, without a browser's scripts: amend, renew, hand over between two
//! who sign in each for themselves, and appeal too late.

use anrop::{commands::demo::people, identity::Role};
use chrono::TimeDelta;
use serde_json::json;

use crate::{
    appeal_comments::nothing_to_say,
    appeals_of_several::handed_over,
    apply::href,
    letters::{a_moment_later, letters, open_latest, refused_kari, step},
    support::{TestApp, Visitor, Who, people as made_up, visitor::form},
};

pub fn who(name: &str) -> Who {
    let people = people::tickets();
    Who(people.into_iter().find(|person| person.name == name).expect("a person").ticket)
}

fn caseworker() -> Who {
    Who::caseworker("saksbehandler-1")
}

/// A permit granted on an application: its page.
async fn permit(app: &TestApp, name: &str, kind: &str, application: &serde_json::Value) -> String {
    let path = format!("/v1/{kind}/applications");
    let made = app.post(&path, &who(name), application).await.expect(201);
    let body = made.json();
    let decided = if body["status"] == "granted" {
        body
    } else {
        let path = format!("{}/decision", made.header("location"));
        let granted = json!({ "outcome": "granted" });
        app.post_on(&path, &caseworker(), &made.etag(), &granted).await.expect(200).json()
    };
    format!("/nb/my-page/permits/{}", decided["permitId"].as_str().expect("a permit"))
}

async fn decide(app: &TestApp, case: &str) {
    let case = case.replace("/nb/my-page/", "/v1/");
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let granted = json!({ "outcome": "granted" });
    app.post_on(&format!("{case}/decision"), &caseworker(), &seen.etag(), &granted)
        .await
        .expect(200);
}

#[tokio::test]
async fn a_permit_is_amended_in_its_form_and_the_differences_are_shown() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let page = permit(&app, "KARI", "plb", &made_up::plb_application(1)).await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let deed = format!("{page}/deed");
    let seen = kari.get(&page).await.expect(200).text();
    let begin = form(&seen, &deed, &[("deed", "amend")]);
    let first = kari.post(&deed, &begin).await.expect(200).text();
    assert!(first.contains("Endring av PLB-") && first.contains("+4768"));
    let review = href(&first, "/review\"");
    let same = kari.get(&review).await.expect(200).text();
    assert!(same.contains("Ingenting er endret.") && !same.contains("value=\"send\""));
    // going on with it later finds the same draft, also from the permit
    assert!(kari.get("/nb/my-page").await.expect(200).text().contains("Endring av PLB-"));
    let again = kari.post(&deed, &begin).await.expect(200).text();
    assert_eq!(href(&again, "/review\""), review);
    let step = review.replace("/review", "/usage");
    let usage = kari.get(&step).await.expect(200).text();
    assert!(usage.contains("value=\"Fottur\""));
    let typed = [("/usage/activity", "Kajakk"), ("/usage/persons", "2"), ("deed", "next")];
    kari.post(&step, &form(&usage, &step, &typed)).await.expect(200);
    let shown = kari.get(&review).await.expect(200).text();
    assert!(shown.contains("<del>Fottur</del>") && shown.contains("<ins>Kajakk</ins>"));
    assert_eq!(shown.matches("<del>").count(), 1, "only that");
    let sending = form(&shown, &review, &[("deed", "send")]);
    let receipt = kari.post(&review, &sending).await.expect(200).text();
    assert!(receipt.contains("Søknaden er mottatt"), "{receipt}");
    let twice = kari.post(&review, &sending).await.expect(200).text();
    let case = href(&receipt, "/nb/my-page/cases/");
    assert_eq!(href(&twice, "/nb/my-page/cases/"), case);
    assert_eq!(app.count("SELECT count(*) AS n FROM draft").await, 0);
    let seen = kari.get(&page).await.expect(200).text();
    if seen.contains("Under behandling:") {
        decide(&app, &case).await;
    }
    let record = app.get(&page.replace("/nb/my-page/", "/v1/"), &who("KARI")).await.expect(200);
    assert!(record.text().contains("Kajakk"));
    let mut ola = Visitor::signed_in(&app, "OLA").await;
    for path in [review.as_str(), step.as_str()] {
        assert_eq!(ola.get(path).await.status, 404, "{path}");
    }
    app.finish().await;
}

#[tokio::test]
async fn another_call_sign_is_asked_for_in_the_form_of_an_amendment_only() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let national_id = who("OLA").national_id().to_owned();
    let results = json!({ "results": [{ "nationalId": national_id, "licenceClass": "full",
        "passedOn": "2026-10-01", "reference": "exam-ola" }] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &results).await.expect(201);
    let application = made_up::amateur_application(1, &[]);
    let page = permit(&app, "OLA", "amateur", &application).await;
    let mut ola = Visitor::signed_in(&app, "OLA").await;
    let deed = format!("{page}/deed");
    let seen = ola.get(&page).await.expect(200).text();
    let first = ola.post(&deed, &form(&seen, &deed, &[("deed", "amend")])).await.expect(200).text();
    assert!(!first.contains("/publish\""), "consents are given on their own");
    let step = href(&first, "/new-sign\"");
    let asked = ola.get(&step).await.expect(200).text();
    assert!(asked.contains("Hvorfor du ber om et annet kallesignal"));
    let why = [("/newCallSign", "Det er vanskelig å si."), ("deed", "next")];
    let review = step.replace("/new-sign", "/review");
    ola.post(&step, &form(&asked, &step, &why)).await.expect(200);
    let shown = ola.get(&review).await.expect(200).text();
    assert!(shown.contains("Det er vanskelig å si."), "{shown}");
    let sending = form(&shown, &review, &[("deed", "send")]);
    let receipt = ola.post(&review, &sending).await.expect(200).text();
    decide(&app, &href(&receipt, "/nb/my-page/cases/")).await;
    let record = app.get(&page.replace("/nb/my-page/", "/v1/"), &who("OLA")).await.expect(200);
    assert_eq!(record.json()["record"]["permit"]["version"], 2);
    // the next amendment does not begin with it
    let seen = ola.get(&page).await.expect(200).text();
    let again = ola.post(&deed, &form(&seen, &deed, &[("deed", "amend")])).await.expect(200).text();
    let same = ola.get(&href(&again, "/review\"")).await.expect(200).text();
    assert!(same.contains("Ingenting er endret."), "{same}");

    let begun = json!({ "application": made_up::amateur_application(1, &[]) });
    let draft = app.post("/v1/amateur/drafts", &who("OLA"), &begun).await.expect(201);
    let new = draft.header("location").replace("/v1/", "/nb/");
    let new = ola.get(&format!("{new}/licence")).await.expect(200).text();
    assert!(new.contains("/publish\"") && !new.contains("/new-sign\""));
    app.finish().await;
}

#[tokio::test]
async fn drafts_of_amendments_are_no_drafts_of_the_interface() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let page = permit(&app, "KARI", "plb", &made_up::plb_application(1)).await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let deed = format!("{page}/deed");
    let seen = kari.get(&page).await.expect(200).text();
    let first = kari.post(&deed, &form(&seen, &deed, &[("deed", "amend")])).await.expect(200);
    let review = href(&first.text(), "/review\"");
    let id = review.split('/').nth(3).expect("an id");
    let own = who("KARI");
    assert_eq!(app.get("/v1/drafts", &own).await.expect(200).json()["total"], 0);
    let path = format!("/v1/drafts/{id}");
    app.get(&path, &own).await.expect_problem(404, "not-found");
    let submission = format!("{path}/submission");
    app.post_on(&submission, &own, "\"v1\"", &json!({})).await.expect_problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn a_permit_is_renewed_with_a_button_when_its_time_has_come() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let example = anrop::permit::kind::any(anrop::permit::kind::Kind::Spectrum).example();
    let page = permit(&app, "BUSINESS", "spectrum", &example).await;
    let mut firm = Visitor::signed_in(&app, "BUSINESS").await;
    let stored = {
        let id = page.rsplit('/').next().expect("an id");
        let id = anrop::values::ids::PermitId::parse(id).expect("an id");
        let sight = anrop::identity::Sight::All;
        anrop::permit::store::find(app.app.db().read(), sight, id).await.expect("a permit")
    };
    let any = anrop::permit::kind::any(stored.kind);
    let today = app.day_in(0);
    let opens = today
        .iter_days()
        .take(40_000)
        .find(|day| any.renewed_until(&stored.details, stored.validity, *day).is_ok())
        .expect("it can be renewed some day");
    if opens > today {
        assert!(!firm.get(&page).await.expect(200).text().contains("value=\"renew\""));
        app.clock.advance(TimeDelta::days((opens - today).num_days()));
    }
    let mut firm = Visitor::signed_in(&app, "BUSINESS").await;
    let seen = firm.get(&page).await.expect(200).text();
    assert!(seen.contains("Forny tillatelsen"), "{seen}");
    let deed = format!("{page}/deed");
    let pressed = form(&seen, &deed, &[("deed", "renew")]);
    let receipt = firm.post(&deed, &pressed).await.expect(200).text();
    assert!(receipt.contains("Søknaden er mottatt"));
    let case = href(&receipt, "/nb/my-page/cases/");
    let twice = firm.post(&deed, &pressed).await.expect(200).text();
    assert_eq!(href(&twice, "/nb/my-page/cases/"), case, "a second press makes nothing new");
    if !receipt.contains("innvilget med en gang") {
        decide(&app, &case).await;
    }
    let after =
        anrop::permit::store::find(app.app.db().read(), anrop::identity::Sight::All, stored.id)
            .await
            .expect("a permit");
    assert!(after.validity.until() > stored.validity.until());
    app.finish().await;
}

#[tokio::test]
async fn a_permit_is_handed_over_between_two_who_sign_in_each_for_themselves() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let example = anrop::permit::kind::any(anrop::permit::kind::Kind::Spectrum).example();
    let page = permit(&app, "BUSINESS", "spectrum", &example).await;
    let mut old = Visitor::signed_in(&app, "BUSINESS").await;
    let mut new = Visitor::signed_in(&app, "REPRESENTATIVE").await;
    let transfer = format!("{page}/transfer");
    let asked = old.get(&transfer).await.expect(200).text();
    let typed = [("newHolder", "123"), ("from", "i morgen"), ("reason", "Solgt <b>")];
    let wrong = old.post(&transfer, &form(&asked, &transfer, &typed)).await.expect(422).text();
    assert!(wrong.contains("href=\"#from\"") && wrong.contains("value=\"i morgen\""));
    let typed = [("newHolder", "123"), ("reason", "")];
    let wrong = old.post(&transfer, &form(&asked, &transfer, &typed)).await.expect(422).text();
    assert!(wrong.contains("href=\"#newHolder\"") && wrong.contains("href=\"#reason\""));
    let number = who("REPRESENTATIVE").0.organisation.expect("an organisation");
    let typed = [("newHolder", number.as_str()), ("reason", "Virksomheten er solgt.")];
    let sent = form(&asked, &transfer, &typed);
    let receipt = old.post(&transfer, &sent).await.expect(200).text();
    let case = href(&receipt, "/nb/my-page/cases/");
    // the link that is passed on says nothing of either of them
    let own = old.get(&case).await.expect(200).text();
    let offer = href(&own, "/nb/my-page/offers/").replace(&app.base, "");
    assert!(own.contains("Send denne lenken") && !offer.contains(&number));
    assert_eq!(old.get(&offer).await.status, 404, "it is not the old holder's");
    let mut ola = Visitor::signed_in(&app, "OLA").await;
    assert_eq!(ola.get(&offer).await.status, 404);
    assert_eq!(new.get(&case).await.status, 404, "what passed before is not the new holder's");
    let mine = new.get("/nb/my-page").await.expect(200).text();
    assert!(mine.contains(&offer) && mine.contains("Ta imot tillatelsen"));
    let shown = new.get(&offer).await.expect(200).text();
    assert!(shown.contains("Virksomheten er solgt."));
    let typed = |phone| {
        [
            ("/applicant/name", "Nye Eksempel AS"),
            ("/applicant/address/lines", "Storgata 1"),
            ("/applicant/address/postalCode", "4790"),
            ("/applicant/phone", phone),
            ("/applicant/email", "post@example.no"),
            ("deed", "save"),
        ]
    };
    let wrong = new.post(&offer, &form(&shown, &offer, &typed("12"))).await.expect(422).text();
    assert!(wrong.contains("href=\"#f-applicant-phone\"") && wrong.contains("Nye Eksempel AS"));
    let taken = form(&shown, &offer, &typed("68 05 00 44"));
    let accepted = new.post(&offer, &taken).await.expect(200).text();
    assert!(accepted.contains("Du har tatt imot tillatelsen.") && accepted.contains("innen"));
    assert_eq!(new.post(&offer, &taken).await.status, 412, "an old page does not accept twice");
    decide(&app, &case).await;
    let mine = new.get("/nb/my-page").await.expect(200).text();
    let theirs = href(&mine, "/nb/my-page/permits/");
    new.get(&theirs).await.expect(200);
    assert!(old.get(&page).await.expect(200).text().contains("Overdratt"));
    assert!(new.get(&offer).await.expect(200).text().contains("Overdragelsen er innvilget"));
    app.finish().await;
}

#[tokio::test]
async fn a_permit_is_given_up_for_reasons_that_its_kind_can_have() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let spectrum = anrop::permit::kind::any(anrop::permit::kind::Kind::Spectrum).example();
    let beacon = made_up::plb_application(1);
    for (name, kind, application, has_reasons) in
        [("KARI", "plb", &beacon, true), ("BUSINESS", "spectrum", &spectrum, false)]
    {
        let page = permit(&app, name, kind, application).await;
        let mut holder = Visitor::signed_in(&app, name).await;
        let seen = holder.get(&page).await.expect(200).text();
        assert_eq!(seen.contains("name=\"reason\""), has_reasons, "{kind}");
        let mut staff = Visitor::signed_in(&app, "CASEWORKER").await;
        let desk = page.replace("/my-page/", "/casework/");
        let seen = staff.get(&desk).await.expect(200).text();
        assert!(seen.contains("gives-up-noLongerUsed"), "{kind}");
        assert_eq!(seen.contains("gives-up-stolen"), has_reasons, "{kind}");
        let deed = format!("{page}/deed");
        let seen = holder.get(&page).await.expect(200).text();
        let given = holder.post(&deed, &form(&seen, &deed, &[("deed", "surrender")])).await;
        assert!(given.expect(200).text().contains("Sagt opp"), "{kind}");
    }
    app.finish().await;
}

#[tokio::test]
async fn the_receiver_of_a_transfer_appeals_under_the_letter_that_was_sent_to_them() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (old, new) = (who("BUSINESS"), who("REPRESENTATIVE"));
    let example = anrop::permit::kind::any(anrop::permit::kind::Kind::Spectrum).example();
    let page = permit(&app, "BUSINESS", "spectrum", &example).await;
    let path = format!("{}/transfer", page.replace("/nb/my-page/", "/v1/"));
    let number = new.0.organisation.clone().expect("an organisation");
    let offer = json!({ "newHolder": number, "reason": "Virksomheten er solgt." });
    let made = app.post(&path, &old, &offer).await.expect(201);
    let case = made.header("location").to_owned();
    let seen = app.get(&case, &new).await.expect(200);
    let mut applicant = made_up::applicant(2);
    applicant["language"] = json!("en");
    let acceptance = json!({ "applicant": applicant });
    app.post_on(&format!("{case}/acceptance"), &new, &seen.etag(), &acceptance).await.expect(200);
    step(&app, &case, "decision", &json!({ "outcome": "granted" })).await;

    // the period of the old holder ends, that of the receiver begins when they open theirs
    assert_eq!(open_latest(&app, &old).await["kind"], "decision");
    app.clock.advance(TimeDelta::days(40));
    let told = letters(&app, &new).await.remove(0);
    assert_eq!((&told["kind"], &told["language"]), (&json!("decision"), &json!("en")));
    let mut visitor = Visitor::signed_in(&app, "REPRESENTATIVE").await;
    let letter = format!("/nb/letters/{}", told["id"].as_str().expect("an id"));
    let read = visitor.get(&letter).await.expect(200).text();
    let action = format!("{}/appeal", case.replace("/v1/", "/nb/my-page/"));
    assert_eq!(href(&read, "/appeal\""), action);
    assert!(visitor.get(&action).await.expect(200).text().contains("name=\"text\""));
    let mine = visitor.get("/nb/my-page").await.expect(200).text();
    assert!(mine.contains("Siste dag for å klage"), "{mine}");

    let appeal = format!("{case}/appeal");
    let complaint = json!({ "text": "Vilkåret om dekning gjelder ikke oss." });
    let seen = app.get(&case, &new).await.expect(200);
    let stranger = Who::person(3);
    app.post_on(&appeal, &stranger, &seen.etag(), &complaint)
        .await
        .expect_problem(404, "not-found");
    let taken = app.post_on(&appeal, &new, &seen.etag(), &complaint).await.expect(200).json();
    assert_eq!((&taken["status"], &taken["appeal"]["inTime"]), (&json!("appealed"), &json!(true)));
    // each sees their own appeals
    for (reader, total) in [(&new, 1), (&old, 0)] {
        let listed = app.get(&format!("{case}/appeals"), reader).await.expect(200).json();
        assert_eq!(listed["total"], total);
    }
    let place = action.replace("/cases/", "/offers/").replace("/appeal", "");
    let followed = visitor.get(&place).await.expect(200).text();
    assert!(followed.contains("Vedtaket er påklaget."), "{followed}");

    // what becomes of it is told to the one who appealed, and its outcome to both
    nothing_to_say(&app, &old).await;
    let forward = json!({ "outcome": "forwarded", "grounds": "Vi fastholder vedtaket." });
    step(&app, &case, "appeal-decision", &forward).await;
    let told = open_latest(&app, &new).await;
    assert_eq!((&told["kind"], &told["language"]), (&json!("appealForwarded"), &json!("en")));
    assert_eq!(letters(&app, &old).await[0]["kind"], "appealNotice");
    let upheld = json!({
        "outcome": "upheld", "grounds": "Departementet er enig.",
        "decidedOn": app.day_in(0), "bodyReference": "26/417",
    });
    step(&app, &case, "appeal-decision", &upheld).await;
    for reader in [&new, &old] {
        assert_eq!(letters(&app, reader).await[0]["kind"], "appealDecision");
    }
    app.finish().await;
}

#[tokio::test]
async fn an_appeal_that_comes_late_says_what_that_leads_to_and_needs_a_reason() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (kari, case) = refused_kari(&app).await;
    let mut visitor = Visitor::signed_in(&app, "KARI").await;
    let page = case.replace("/v1/", "/nb/my-page/");
    let own = visitor.get(&page).await.expect(200).text();
    assert!(own.contains("tre uker fra du åpner brevet"), "the period has not begun");
    let letter = href(&own, "/nb/letters/");
    visitor.get(&letter).await.expect(200);
    assert!(visitor.get("/nb/my-page").await.expect(200).text().contains("Siste dag for å klage"));
    assert!(visitor.get(&page).await.expect(200).text().contains("Du kan klage til og med"));
    app.clock.advance(TimeDelta::days(40));
    let mut visitor = Visitor::signed_in(&app, "KARI").await;
    let action = format!("{page}/appeal");
    for (language, says) in [
        ("nb", "Vi kan behandle den hvis"),
        ("nn", "Vi kan behandle henne om"),
        ("en", "We can take it up if"),
    ] {
        let path = action.replace("/nb/", &format!("/{language}/"));
        let shown = visitor.get(&path).await.expect(200).text();
        assert!(shown.contains("id=\"late\"") && shown.contains(says), "{language}");
    }
    let shown = visitor.get(&action).await.expect(200).text();
    let typed = [("text", "Senderen er CE-merket."), ("deed", "send")];
    let wrong = visitor.post(&action, &form(&shown, &action, &typed)).await.expect(422).text();
    assert!(wrong.contains("href=\"#lateReason\"") && wrong.contains("Senderen er CE-merket."));
    let typed = [
        ("text", "Senderen er CE-merket."),
        ("lateReason", "Jeg lå på sykehus."),
        ("deed", "send"),
    ];
    visitor.post(&action, &form(&wrong, &action, &typed)).await.expect(200);
    let appeals = app.get(&format!("{case}/appeals"), &kari).await.expect(200).json();
    assert_eq!(appeals["items"][0]["inTime"], false);
    assert_eq!(appeals["items"][0]["lateReason"], "Jeg lå på sykehus.");
    app.finish().await;
}

async fn register_appeal(app: &TestApp, case: &str, paper: &serde_json::Value) {
    a_moment_later(app);
    let seen = app.get(case, &caseworker()).await.expect(200);
    let path = format!("{case}/registered-appeal");
    app.post_on(&path, &caseworker(), &seen.etag(), paper).await.expect(201);
}

#[tokio::test]
async fn an_appeal_that_cannot_be_sent_any_more_gives_back_what_was_written() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (_, case) = refused_kari(&app).await;
    let page = case.replace("/v1/", "/nb/my-page/");
    let action = format!("{page}/appeal");
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let shown = kari.get(&action).await.expect(200).text();
    let begun = [("text", "Den er CE-merket."), ("deferral", "Vent."), ("deed", "later")];
    kari.post(&action, &form(&shown, &action, &begun)).await.expect(200);
    let written = kari.get(&action).await.expect(200).text();
    // she wrote a letter as well, which the desk registers
    register_appeal(&app, &case, &json!({ "text": "Jeg klager." })).await;
    let typed = [("text", "Se merket bakpå."), ("deferral", "Vent, takk."), ("deed", "send")];
    let again = kari.post(&action, &form(&written, &action, &typed)).await.expect(412).text();
    for said in ["Se merket bakpå.", "Vent, takk.", "Den er CE-merket."] {
        assert!(again.contains(said), "{said}: {again}");
    }
    // what was saved stands in the case until it is thrown away
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    assert!(mine.contains("Klagen du ikke sendte"), "{mine}");
    let kept = kari.get(&action).await.expect(200).text();
    assert!(kept.contains("Klagen du ikke sendte") && kept.contains("Den er CE-merket."));
    assert!(!kept.contains("Se merket bakpå."), "that was never saved");
    // of one that has come nothing is given back
    let same = [("text", "Jeg klager."), ("deed", "send")];
    let again = kari.post(&action, &form(&written, &action, &same)).await.expect(412).text();
    assert!(!again.contains("Jeg klager."), "{again}");
    app.finish().await;
}

#[tokio::test]
async fn the_receiver_of_a_transfer_gets_back_an_appeal_that_cannot_be_sent_any_more() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (_, _, case) = handed_over(&app).await;
    let action = format!("{}/appeal", case.replace("/v1/", "/nb/my-page/"));
    let mut visitor = Visitor::signed_in(&app, "REPRESENTATIVE").await;
    let shown = visitor.get(&action).await.expect(200).text();
    let paper = json!({ "text": "Other conditions.", "appellant": { "party": "newHolder" } });
    register_appeal(&app, &case, &paper).await;
    let typed = [("text", "Vilkårene er for strenge."), ("deed", "send")];
    let again = visitor.post(&action, &form(&shown, &action, &typed)).await.expect(412).text();
    assert!(again.contains("Vilkårene er for strenge."), "{again}");
    app.finish().await;
}

#[tokio::test]
async fn an_answer_is_kept_as_a_draft_and_two_windows_do_not_overwrite_each_other() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let made = app.post("/v1/plb/applications", &who("KARI"), &made_up::plb_application(1)).await;
    let made = made.expect(201);
    let case = made.header("location").to_owned();
    let question = json!({ "text": "Hvor?", "dueOn": app.day_in(14) });
    let path = format!("{case}/information-request");
    app.post_on(&path, &caseworker(), &made.etag(), &question).await.expect(200);
    let reply = format!("{}/reply", case.replace("/v1/", "/nb/my-page/"));
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let old = kari.get(&reply).await.expect(200).text();
    assert_eq!(app.count("SELECT count(*) AS n FROM draft").await, 0, "looking begins nothing");
    kari.post(&reply, &form(&old, &reply, &[("text", "I Bodø."), ("deed", "later")]))
        .await
        .expect(200);
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    assert!(mine.contains(&format!("href=\"{reply}\"")), "it is on my page");
    let stale =
        kari.post(&reply, &form(&old, &reply, &[("text", "I Oslo."), ("deed", "send")])).await;
    assert_eq!(stale.status, 412);
    assert!(stale.text().contains("I Oslo."), "what was typed is there");
    assert!(kari.get(&reply).await.expect(200).text().contains("I Bodø."));
    let page = kari.get(&reply).await.expect(200).text();
    let thrown = form(&page, &reply, &[("text", "I Bodø."), ("deed", "discard")]);
    kari.post(&reply, &thrown).await.expect(200);
    assert_eq!(app.count("SELECT count(*) AS n FROM draft").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn an_answer_that_was_begun_is_shown_with_why_it_cannot_be_sent() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let made = app.post("/v1/plb/applications", &who("KARI"), &made_up::plb_application(1)).await;
    let made = made.expect(201);
    let case = made.header("location").to_owned();
    let question = json!({ "text": "Hvor?", "dueOn": app.day_in(14) });
    let path = format!("{case}/information-request");
    let asked = app.post_on(&path, &caseworker(), &made.etag(), &question).await.expect(200);
    let page = case.replace("/v1/", "/nb/my-page/");
    let reply = format!("{page}/reply");
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let old = kari.get(&reply).await.expect(200).text();
    kari.post(&reply, &form(&old, &reply, &[("text", "I Bodø."), ("deed", "later")]))
        .await
        .expect(200);
    let waiting = kari.get(&page).await.expect(200).text();
    assert!(!waiting.contains("Svaret du ikke sendte"), "it can be sent still");
    let answer = json!({ "channel": "telephone", "text": "Jeg ringte." });
    let path = format!("{case}/registered-reply");
    let answered = app.post_on(&path, &caseworker(), &asked.etag(), &answer).await.expect(200);
    let mine = kari.get("/nb/my-page").await.expect(200).text();
    assert!(mine.contains(&format!("href=\"{reply}\">Svaret du ikke sendte")), "{mine}");
    let shown = kari.get(&reply).await.expect(200).text();
    assert!(shown.contains("I Bodø.") && shown.contains("besvart på en annen måte"), "{shown}");
    assert!(!shown.contains("name=\"text\""), "it is there to be read");
    // what was typed in another window meanwhile is said once
    let unsent = form(&old, &reply, &[("text", "I Bodø."), ("deed", "send")]);
    let again = kari.post(&reply, &unsent).await.expect(412).text();
    assert_eq!(again.matches("I Bodø.").count(), 1, "{again}");
    // the same question may be asked again, and then it is gone on with
    let path = format!("{case}/information-request");
    let asked = app.post_on(&path, &caseworker(), &answered.etag(), &question).await.expect(200);
    assert!(kari.get(&reply).await.expect(200).text().contains("I Bodø.</textarea>"));
    let refused = json!({ "outcome": "refused", "grounds": "Ikke besvart." });
    app.post_on(&format!("{case}/decision"), &caseworker(), &asked.etag(), &refused)
        .await
        .expect(200);
    let shown = kari.get(&page).await.expect(200).text();
    assert!(shown.contains("avgjort eller trukket") && shown.contains("I Bodø."), "{shown}");
    let draft = shown.split("action=\"").find(|rest| rest.starts_with("/nb/drafts/"));
    let delete = draft.and_then(|rest| rest.split('"').next()).expect("a button").to_owned();
    let after = kari.post(&delete, &form(&shown, &delete, &[])).await.expect(200).text();
    assert!(!after.contains("Svaret du ikke sendte"), "{after}");
    assert_eq!(app.count("SELECT count(*) AS n FROM draft").await, 0);
    app.finish().await;
}
