//! A caseworker's day through the pages: what is due and who is reminded of it, applications on paper for somebody,
//! letters by post, appeals from receipt to outcome, and what only two can do to a permit.

use anrop::{
    clock::Clock as _,
    document::date_for_people,
    identity::{Kinds, Role, token::Ticket},
    permit::kind::{self, Kind},
    task::store::case::{self as reminders, Audience},
    values::{
        calendar::oslo_date,
        deadline::{Timer, deadline},
        language::Language,
    },
};
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

use crate::{
    apply::{fill, send},
    casework::plb,
    kinds::shared::{act, caseworker, permit_of, try_grant},
    letters::{a_moment_later, filed, letters, open_latest, refused, step},
    support::{Reply, TestApp, Visitor, Who, people, visitor::form},
};

const INTAKE: &str = "/nb/casework/intake";
const TODAY: &str = "/nb/casework/today";
const APPEALS: &str = "/nb/casework/appeals";
const POST: &str = "/nb/casework/post";

/// Sends a form of a page that goes to `action`.
async fn submit(
    visitor: &mut Visitor<'_>,
    page: &str,
    action: &str,
    more: &[(&str, &str)],
) -> Reply {
    let text = visitor.get(page).await.expect(200).text();
    visitor.post(action, &form(&text, action, more)).await
}

fn page_of(case: &str) -> String {
    format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"))
}

fn representative(number: &str) -> Who {
    let ticket = Ticket { organisation: Some(number.to_owned()), ..Who::person(90).0 };
    Who(Ticket { roles: vec![Role::Representative], ..ticket })
}

#[tokio::test]
async fn what_the_rules_say_is_told_in_the_language_that_is_asked_for() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, page) = plb(&app, 1).await;
    let said = async |language: &str| {
        let headers = [("accept-language", language)];
        let reply = app.send("GET", &case, Some(&caseworker()), &headers, None).await;
        let seen = reply.expect(200).json();
        assert_eq!(seen["assessment"][0]["code"], "register-check");
        seen["assessment"][0]["text"].as_str().expect("a text").to_owned()
    };
    assert!(said("nb-NO,nb;q=0.9").await.contains("samsvarserklæringen"));
    assert!(said("nn").await.contains("samsvarserklæringa"));
    assert!(said("en-GB").await.contains("declaration of conformity"));
    assert!(said("fr").await.contains("declaration of conformity"));
    let plain = app.get(&case, &caseworker()).await.expect(200).json();
    let text = plain["assessment"][0]["text"].as_str().expect("a text").to_owned();
    assert!(text.contains("declaration of conformity"));
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let shown = visitor.get(&page.replacen("/nb/", "/nn/", 1)).await.expect(200).text();
    assert!(shown.contains("samsvarserklæringa") && shown.contains("Naudpeilesendar"), "{shown}");
    assert!(!shown.contains("Ce marked") && !shown.contains("declaration of conformity"));
    app.finish().await;
}

/// Begins what somebody sent on paper; answers the address of its first step without the step.
async fn begun(visitor: &mut Visitor<'_>, fields: &[(&str, &str)]) -> String {
    let page = visitor.get(INTAKE).await.expect(200).text();
    let fields = [&[("deed", "begin")], fields].concat();
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form(&page, INTAKE, &fields))
        .finish();
    let made = visitor.request("POST", INTAKE, Some(body)).await.expect(303);
    made.header("location").rsplit_once('/').expect("a step").0.to_owned()
}

#[tokio::test]
async fn an_application_on_paper_goes_the_way_of_every_other_from_the_day_it_came() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let somebody = Who::person(1);
    let came = app.day_in(-6);
    let (number, day) = (somebody.national_id().to_owned(), came.to_string());
    let asked = [
        ("number", number.as_str()),
        ("kind", "plb"),
        ("channel", "paper"),
        ("received", day.as_str()),
    ];
    // what is wrong is said at each field
    for (name, wrong, told) in [
        ("number", "12345678901", "Skriv et gyldig fødselsnummer"),
        ("kind", "boat", "Velg en type"),
        ("kind", "supplier", "ikke for en slik søker"),
        ("channel", "", "Velg hvordan søknaden kom"),
        ("received", "2001-01-01", "det siste året"),
        ("received", "2101-01-01", "det siste året"),
    ] {
        let mut fields = vec![("deed", "begin")];
        fields.extend(
            asked.iter().map(|(own, value)| (*own, if *own == name { wrong } else { *value })),
        );
        let again = submit(&mut visitor, INTAKE, INTAKE, &fields).await.expect(422).text();
        assert!(again.contains(told), "{name} {wrong}: {again}");
    }
    // the caseworker types what the paper says into the applicant's form
    let draft = begun(&mut visitor, &asked).await;
    let first = visitor.get(&format!("{draft}/applicant")).await.expect(200).text();
    assert!(first.contains("Du registrerer for") && first.contains("på papir"), "{first}");
    let applicant = people::applicant(1);
    let text =
        |pointer: &str| applicant.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let typed = [
        ("/applicant/name", text("/name")),
        ("/applicant/address/lines", text("/address/lines/0")),
        ("/applicant/address/postalCode", text("/address/postalCode")),
        ("/applicant/phone", text("/phone")),
        ("/applicant/email", text("/email")),
        ("/applicant/language", "nn"),
        ("deed", "next"),
    ];
    fill(&mut visitor, &draft, "applicant", &typed).await.expect(200);
    let beacon = [
        ("/beacon/manufacturer", "Havblikk"),
        ("/beacon/model", "Fjell 2"),
        ("/beacon/serial", "12345"),
        ("/beacon/batteryExpiry", "30.06.2031"),
        ("/beacon/ceMarked", "yes"),
        ("deed", "later"),
    ];
    let list = fill(&mut visitor, &draft, "beacon", &beacon).await.expect(200).text();
    assert!(list.contains("Påbegynt av deg") && list.contains(&draft), "{list}");
    // a colleague does not see it, and neither does the person themselves
    let mut other = Visitor::signed_in(&app, "SUPERVISOR").await;
    assert_eq!(other.get(&format!("{draft}/usage")).await.status, 404);
    assert!(!other.get(INTAKE).await.expect(200).text().contains("Påbegynt av deg"));
    let usage = [("/usage/activity", "Fottur"), ("/usage/persons", "2"), ("deed", "next")];
    fill(&mut visitor, &draft, "usage", &usage).await.expect(200);
    let contacts = [
        ("/emergencyContacts/0/name", "Ola Eksempel Prøve"),
        ("/emergencyContacts/0/phone", "68 05 00 21"),
        ("deed", "next"),
    ];
    let review = fill(&mut visitor, &draft, "contacts", &contacts).await.expect(200).text();
    assert!(review.contains("Du registrerer for"));
    let page = send(&mut visitor, &draft).await.expect(200).text();
    assert!(page.contains("på papir, registrert av demo-caseworker"), "{page}");
    assert_eq!(app.count("SELECT count(*) AS n FROM intake").await, 0, "the note goes with it");

    // the clock runs from the day it came, and the case is the person's own
    let own = app.get("/v1/cases", &somebody).await.expect(200).json();
    let case = format!("/v1/cases/{}", own["items"][0]["id"].as_str().expect("an id"));
    let submitted: chrono::DateTime<chrono::Utc> =
        own["items"][0]["submittedAt"].as_str().expect("a time").parse().expect("a time");
    assert_eq!(oslo_date(submitted), came);
    let timer = kind::any(Kind::Plb).timer(came);
    let due = deadline(timer, submitted).expect("a rule").last_day;
    assert_eq!(own["items"][0]["dueOn"], due.to_string());
    let today = app.clock.now();
    assert!(due <= deadline(timer, today).expect("a rule").last_day);

    // the scan is attached; what is no document is refused, and nothing is kept of it
    let path = page_of(&case);
    let action = format!("{path}/documents");
    let shown = visitor.get(&path).await.expect(200).text();
    let fields = form(&shown, &action, &[]);
    let refused = visitor.post_file(&action, &fields, ("virus.exe", b"MZ\x90\x00\x03")).await;
    assert!(refused.expect(415).text().contains("Velg en fil av et slag"));
    let scan = b"%PDF-1.7\nskannet papir";
    let kept = visitor.post_file(&action, &fields, ("skann.pdf", scan)).await.expect(200).text();
    assert!(kept.contains("skann.pdf") && kept.contains("Dokument mottatt"), "{kept}");
    let link = regex::Regex::new(r#"href="([^"]+/documents/[^"]+)""#).expect("a pattern");
    let link = link.captures(&kept).expect("a link")[1].to_owned();
    let saved = visitor.get(&link).await.expect(200);
    assert_eq!(
        (saved.bytes.as_slice(), saved.header("content-type")),
        (&scan[..], "application/pdf")
    );
    assert!(saved.header("content-disposition").starts_with("attachment"));
    let without_token: Vec<(String, String)> = Vec::new();
    assert_eq!(visitor.post_file(&action, &without_token, ("skann.pdf", scan)).await.status, 403);
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment").await, 1);

    // the receipt and the letter go by post until somebody has sent them
    try_grant(&app, &case).await.expect(200);
    let mut sent = visitor.get(POST).await.expect(200).text();
    assert!(sent.contains("Søknaden er innvilga"), "{sent}");
    assert!(sent.contains("Vi har motteke søknaden"), "{sent}");
    let button = regex::Regex::new(r#"name="sent" value="([^"]+)""#).expect("a pattern");
    for _ in 0..2 {
        let letter = button.captures(&sent).expect("a button")[1].to_owned();
        let typed = form(&sent, POST, &[("sent", &letter)]);
        sent = visitor.post(POST, &typed).await.expect(200).text();
    }
    assert!(sent.contains("Ingen brev venter"), "{sent}");
    let told = visitor.get(&path).await.expect(200).text();
    assert!(told.contains("sendt med posten") && told.contains("Brev sendt med posten"), "{told}");
    app.finish().await;
}

#[tokio::test]
async fn a_holder_who_was_found_by_name_is_registered_for_and_nobody_registers_their_own() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    plb(&app, 1).await;
    let name = people::applicant(1)["name"].as_str().expect("a name").to_owned();
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let holders = "/nb/casework/holders";
    let search = [("name", name.as_str()), ("purpose", "Søknad i posten")];
    let found = submit(&mut visitor, holders, holders, &search).await.expect(200).text();
    let choose = [("deed", "choose")];
    let page = visitor.post(INTAKE, &form(&found, INTAKE, &choose)).await.expect(200).text();
    assert!(page.contains(&name) && !page.contains("name=\"number\""), "{page}");
    let today = app.day_in(0).to_string();
    let asked = [
        ("deed", "begin"),
        ("kind", "plb"),
        ("channel", "telephone"),
        ("received", today.as_str()),
    ];
    let step = visitor.post(INTAKE, &form(&page, INTAKE, &asked)).await.expect(200).text();
    // what is known of them stands in the form already
    assert!(step.contains(&name) && step.contains("på telefon"), "{step}");
    // through the interface with the day it came, which cannot lie ahead
    let mut sent = json!({
        "kind": "plb", "channel": "paper", "nationalId": Who::person(2).national_id(),
        "receivedOn": app.day_in(-10), "application": people::plb_application(2),
    });
    let path = "/v1/on-behalf-applications";
    let made = app.post(path, &caseworker(), &sent).await.expect(201).json();
    let received: chrono::DateTime<chrono::Utc> =
        made["receivedAt"].as_str().expect("a time").parse().expect("a time");
    assert_eq!(oslo_date(received), app.day_in(-10));
    // a letter says that it has come in, its number and by when it is decided; who files here has a receipt
    let told = open_latest(&app, &Who::person(2)).await;
    assert_eq!(told["kind"], "receipt");
    let said = told["blocks"].to_string();
    let number = made["caseNumber"].as_str().expect("a number");
    assert!(said.contains(number), "{said}");
    let due = made["dueOn"].as_str().expect("a day").parse().expect("a day");
    let due = date_for_people(due, Language::Bokmal);
    assert!(said.contains(&format!("innen {due}")), "{due}: {said}");
    filed(&app, 3, "nb").await;
    assert!(letters(&app, &Who::person(3)).await.is_empty());
    sent["receivedOn"] = json!(app.day_in(1));
    let problem = app.post(path, &caseworker(), &sent).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/receivedOn");
    app.finish().await;
}

#[tokio::test]
async fn an_appeal_on_paper_is_taken_late_with_its_reason_forwarded_and_its_outcome_carried_out() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    // a permit is revoked, and the holder reads it
    let case = filed(&app, 1, "nb").await;
    let granted = step(&app, &case, "decision", &json!({ "outcome": "granted" })).await;
    let permit = permit_of(&granted);
    a_moment_later(&app);
    let body = json!({ "grounds": "Feil opplysninger." });
    act(&app, &permit, "revocation", &caseworker(), &body).await.expect(200);
    let letter = open_latest(&app, &Who::person(1)).await;
    let case = format!("/v1/cases/{}", letter["caseId"].as_str().expect("a case"));
    let path = page_of(&case);
    let action = format!("{path}/appeal");
    app.clock.advance(TimeDelta::days(40));
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let came = app.day_in(-1).to_string();
    let appeal = [
        ("deed", "register-appeal"),
        ("appeal", "Opplysningene var riktige."),
        ("came", came.as_str()),
    ];
    let late = submit(&mut visitor, &path, &action, &appeal).await.expect(422).text();
    assert!(late.contains("Klagefristen er ute") && late.contains("Opplysningene var riktige."));
    let ahead = [&appeal[..2], &[("came", "2101-01-01")]].concat();
    assert!(
        submit(&mut visitor, &path, &action, &ahead)
            .await
            .expect(422)
            .text()
            .contains("fra vedtaket til i dag")
    );
    let reason = [&appeal[..], &[("late", "Jeg lå på sykehus.")]].concat();
    let taken = submit(&mut visitor, &path, &action, &reason).await.expect(200).text();
    assert!(
        taken.contains("Jeg lå på sykehus.") && taken.contains("forvaltningsloven §\u{a0}31"),
        "{taken}"
    );
    assert!(taken.contains("gjelder tillatelsen igjen"), "the effect is told");

    // the list says by when it is to be considered
    let listed = visitor.get(APPEALS).await.expect(200).text();
    assert!(listed.contains("Skal være vurdert innen") && listed.contains("For sent"), "{listed}");
    app.clock.advance(TimeDelta::days(40));
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let listed = visitor.get(APPEALS).await.expect(200).text();
    assert!(listed.contains("Skulle vært vurdert innen"), "{listed}");

    // forwarded to the body of the day, with the documents; then its outcome, which restores the permit
    let nothing = [("deed", "decide-appeal")];
    let wrong = submit(&mut visitor, &path, &action, &nothing).await.expect(422).text();
    assert!(wrong.contains("Velg hva som skal skje med klagen"));
    assert!(wrong.contains("Send til Digitaliserings- og forvaltningsdepartementet"), "{wrong}");
    let forward = [
        ("deed", "decide-appeal"),
        ("appeal-outcome", "forwarded"),
        ("appeal-grounds", "Vi fastholder vedtaket."),
    ];
    let done = submit(&mut visitor, &path, &action, &forward).await.expect(200).text();
    assert!(done.contains("Hos klageinstansen"), "{done}");
    let listed = visitor.get(APPEALS).await.expect(200).text();
    assert!(listed.contains("Hos Digitaliserings- og forvaltningsdepartementet siden"), "{listed}");
    let day = app.day_in(0).to_string();
    let outcome = [
        ("deed", "decide-appeal"),
        ("appeal-outcome", "annulled"),
        ("appeal-grounds", "Vedtaket bygger på feil faktum."),
        ("decided", day.as_str()),
        ("reference", "26/417"),
    ];
    let done = submit(&mut visitor, &path, &action, &outcome).await.expect(200).text();
    assert!(done.contains("26/417") && done.contains("Vedtaket er opphevet"), "{done}");
    let restored = app.get(&permit, &Who::person(1)).await.expect(200).json();
    assert_ne!(restored["record"]["permit"]["status"], "revoked");
    assert!(visitor.get(APPEALS).await.expect(200).text().contains("Ingen klager venter"));
    app.finish().await;
}

#[tokio::test]
async fn an_appeal_is_registered_through_the_interface_too() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = refused(&app, 1).await;
    a_moment_later(&app);
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let path = format!("{case}/registered-appeal");
    let body = json!({ "text": "Senderen er merket." });
    let own = Who(Ticket { roles: vec![Role::Caseworker], ..Who::person(1).0 });
    app.post_on(&path, &own, &seen.etag(), &body).await.expect_problem(403, "disqualified");
    let before = json!({ "text": "Senderen er merket.", "receivedOn": app.day_in(-1) });
    let problem = app.post_on(&path, &caseworker(), &seen.etag(), &before).await;
    problem.expect_problem(422, "invalid-content");
    let taken = app.post_on(&path, &caseworker(), &seen.etag(), &body).await.expect(201).json();
    assert_eq!((&taken["status"], &taken["appeal"]["inTime"]), (&json!("appealed"), &json!(true)));
    let own = app.get(&format!("{case}/appeals"), &Who::person(1)).await.expect(200).json();
    assert_eq!(own["items"][0]["text"], "Senderen er merket.");
    app.finish().await;
}

/// A granted spectrum licence of an organisation.
/// A spectrum licence and who holds it: what revokes it needs two signatures.
pub async fn licence(app: &TestApp) -> (Who, String) {
    let who = representative("312345676");
    let application = kind::any(Kind::Spectrum).example();
    let filed = app.post("/v1/spectrum/applications", &who, &application).await.expect(201);
    let decided = try_grant(app, filed.header("location")).await.expect(200).json();
    (who, permit_of(&decided))
}

#[tokio::test]
async fn a_licence_is_revoked_only_when_another_has_signed() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (who, permit) = licence(&app).await;
    a_moment_later(&app);
    let body = json!({ "grounds": "Frekvensene er ikke tatt i bruk." });
    let proposed = act(&app, &permit, "revocation", &caseworker(), &body).await.expect(200);
    let case = proposed.header("location").to_owned();
    assert_eq!(proposed.json()["record"]["permit"]["status"], "active", "nothing has happened yet");
    let again = act(&app, &permit, "revocation", &Who::caseworker("ola"), &body).await;
    again.expect_problem(409, "conflict");
    let waiting = app.get(&case, &caseworker()).await.expect(200);
    let etag = waiting.etag();
    let waiting = waiting.json();
    assert_eq!(
        (&waiting["purpose"], &waiting["proposal"]["outcome"]),
        (&json!("revocation"), &json!("granted"))
    );
    // the holder cannot take back what they did not ask for, nor is it refused past the signature
    let withdrawal = format!("{case}/withdrawal");
    app.send("POST", &withdrawal, Some(&who), &[("if-match", &etag)], None)
        .await
        .expect_problem(409, "illegal-transition");
    let refusal = json!({ "outcome": "refused", "grounds": "Nei." });
    app.post_on(&format!("{case}/decision"), &Who::caseworker("ola"), &etag, &refusal)
        .await
        .expect_problem(409, "illegal-transition");
    // nobody signs twice, whatever roles they have
    let signature = format!("{case}/signature");
    let same = Who(Ticket {
        roles: vec![Role::Caseworker, Role::Supervisor],
        ..Who::caseworker("saksbehandler-1").0
    });
    app.send("POST", &signature, Some(&same), &[("if-match", &etag)], None)
        .await
        .expect_problem(403, "disqualified");
    // sent back, it has ended; proposed anew on the page, and signed there
    let back = json!({ "text": "Varsle innehaveren først." });
    let supervisor = Who::role(Role::Supervisor);
    let ended = app
        .post_on(&format!("{case}/signature-refusal"), &supervisor, &etag, &back)
        .await
        .expect(200)
        .json();
    assert_eq!(ended["status"], "withdrawn");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = format!("/nb/casework/permits/{}", permit.rsplit('/').next().expect("an id"));
    let wrong = submit(&mut visitor, &page, &page, &[("grounds", "")]).await.expect(422).text();
    assert!(
        wrong.contains("Velg hva som skal gjøres") && wrong.contains("krever to underskrifter")
    );
    assert!(wrong.contains("varsles") && wrong.contains("forvaltningsloven §\u{a0}16"), "{wrong}");
    let revoke = [
        ("what", "revoke"),
        ("grounds", "Frekvensene er fortsatt ikke i bruk."),
        ("without", "unnecessary"),
    ];
    let shown = submit(&mut visitor, &page, &page, &revoke).await.expect(200).text();
    assert!(shown.contains("venter på underskrift nummer to"), "{shown}");
    assert!(shown.contains("Frekvensene er fortsatt ikke i bruk."));
    let letters = "SELECT count(*) AS n FROM letter WHERE kind = 'decision'";
    let before = app.count(letters).await;
    let list = app.get("/v1/cases?status=open", &caseworker()).await.expect(200).json();
    let id = list["items"][0]["id"].as_str().expect("an open case").to_owned();
    let case_page = format!("/nb/casework/cases/{id}");
    let mut second = Visitor::signed_in(&app, "SUPERVISOR").await;
    let deed = format!("{case_page}/deed");
    let signed =
        submit(&mut second, &case_page, &deed, &[("deed", "sign")]).await.expect(200).text();
    assert!(signed.contains("Innvilget") && signed.contains("Vedtak medsignert"), "{signed}");
    assert_eq!(app.count(letters).await, before + 1, "the holder is told");
    let ended = app.get(&permit, &who).await.expect(200).json();
    assert_eq!(ended["record"]["permit"]["status"], "revoked");
    let told = open_latest(&app, &who).await.to_string();
    assert!(told.contains("Frekvensene er fortsatt ikke i bruk."), "{told}");
    app.finish().await;
}

/// What a head is shown under Today of what waits for a signature; none where nothing does.
async fn to_sign(app: &TestApp, person: &str) -> Option<String> {
    let text = Visitor::signed_in(app, person).await.get(TODAY).await.expect(200).text();
    let list = &text[text.find("id=\"signatures\"")?..];
    Some(list[..list.find("</section>").expect("an end")].to_owned())
}

#[tokio::test]
async fn what_waits_for_a_signature_is_shown_to_whoever_can_give_it() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (_, permit) = licence(&app).await;
    a_moment_later(&app);
    assert_eq!(to_sign(&app, "SUPERVISOR").await, None, "nothing waits yet");
    // a head who proposes something cannot sign it, and is not told to
    let mut head = Visitor::signed_in(&app, "SUPERVISOR").await;
    let page = format!("/nb/casework/permits/{}", permit.rsplit('/').next().expect("an id"));
    let revoke = [
        ("what", "revoke"),
        ("grounds", "Frekvensene er ikke tatt i bruk."),
        ("without", "unnecessary"),
    ];
    submit(&mut head, &page, &page, &revoke).await.expect(200);
    assert_eq!(to_sign(&app, "SUPERVISOR").await, None, "their own");
    let list = app.get("/v1/cases?status=open", &caseworker()).await.expect(200).json();
    let case = format!("/v1/cases/{}", list["items"][0]["id"].as_str().expect("an open case"));
    let etag = app.get(&case, &caseworker()).await.expect(200).etag();
    let back = json!({ "text": "En saksbehandler foreslår det." });
    let path = format!("{case}/signature-refusal");
    app.post_on(&path, &Who::role(Role::Supervisor), &etag, &back).await.expect(200);
    a_moment_later(&app);

    let body = json!({ "grounds": "Frekvensene er ikke tatt i bruk." });
    let proposed = act(&app, &permit, "revocation", &caseworker(), &body).await.expect(200);
    let case = proposed.header("location").to_owned();
    let seen = app.get(&case, &caseworker()).await.expect(200);
    let number = seen.json()["number"].as_str().expect("a number").to_owned();
    let fined = crate::supervision::disobeyed(&app).await;
    let terms = crate::supervision::fine(&app);
    let fine = crate::supervision::step(&app, &fined, "coercive-fines", &terms).await;
    let fine = fine["caseNumber"].as_str().expect("a number").to_owned();
    let shown = to_sign(&app, "SUPERVISOR").await.expect("what waits");
    for (number, case, what) in [(&number, &case, "Tilbakekalling"), (&fine, &fined, "Tvangsmulkt")]
    {
        let id = case.rsplit('/').next().expect("an id");
        assert!(shown.contains(number.as_str()) && shown.contains(id), "{number}: {shown}");
        assert!(shown.contains(what) && shown.contains("saksbehandler-1"), "{what}: {shown}");
    }
    assert_eq!(to_sign(&app, "CASEWORKER").await, None, "that is for heads");
    // once it is signed it does not wait any more
    let etag = app.get(&case, &caseworker()).await.expect(200).etag();
    let signature = format!("{case}/signature");
    let supervisor = Who::role(Role::Supervisor);
    app.send("POST", &signature, Some(&supervisor), &[("if-match", &etag)], None).await.expect(200);
    let left = to_sign(&app, "SUPERVISOR").await.expect("the fine");
    assert!(!left.contains(&number) && left.contains(&fine), "{left}");
    app.finish().await;
}

#[tokio::test]
async fn no_deadline_slips_unseen() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, page) = plb(&app, 1).await;
    let (asked, _) = plb(&app, 2).await;
    let due_on: chrono::NaiveDate = {
        let seen = app.get(&case, &caseworker()).await.expect(200).json();
        seen["dueOn"].as_str().expect("a day").parse().expect("a day")
    };
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let deed = format!("{page}/deed");
    submit(&mut visitor, &page, &deed, &[("deed", "take")]).await.expect(200);
    let question = json!({ "text": "Hvilken farge?", "dueOn": app.day_in(5) });
    let seen = app.get(&asked, &caseworker()).await.expect(200);
    let path = format!("{asked}/information-request");
    app.post_on(&path, &caseworker(), &seen.etag(), &question).await.expect(200);
    // those who have cases are suggested to whoever gives one away
    let text = visitor.get(&page).await.expect(200).text();
    assert!(text.contains("<option value=\"saksbehandler-1\">"), "{text}");
    assert!(!text.contains("<option value=\"demo-caseworker\">"), "who has it already");
    let watch = async || anrop::jobs::watch_once(app.app.clone()).await.expect("watches");
    let rows = "SELECT count(*) AS n FROM case_task";
    watch().await;
    assert_eq!(app.count(rows).await, 0, "nothing is near");
    let text = visitor.get(TODAY).await.expect(200).text();
    assert!(!text.contains("id=\"reminders\"") && text.contains("Ingenting."));
    let week = &text[text.find("id=\"week\"").expect("a week")..];
    assert!(!week.contains("Svar fra søkeren"), "the question is another's");
    let text = visitor.get(&format!("{TODAY}?who=all")).await.expect(200).text();
    let week = &text[text.find("id=\"week\"").expect("a week")..];
    assert!(week.contains("Svar fra søkeren"), "{week}");

    // three days before, whoever has the case is told, once; and says that they have seen it
    let near = due_on - Days::new(3);
    app.clock.advance(TimeDelta::days((near - app.day_in(0)).num_days()));
    // those who wait for longer than a month are told so by themselves
    anrop::jobs::remind_once(app.app.clone()).await.expect("runs");
    watch().await;
    watch().await;
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let text = visitor.get(TODAY).await.expect(200).text();
    let number = app.get(&case, &caseworker()).await.expect(200).json()["number"].clone();
    let number = number.as_str().expect("a number").to_owned();
    let reminders = &text[text.find("id=\"reminders\"").expect("reminders")..];
    let reminders = &reminders[..reminders.find("</section>").expect("an end")];
    assert_eq!(reminders.matches(&number).count(), 2, "its link and its button: {reminders}");
    let tasks = app.get("/v1/tasks", &caseworker()).await.expect(200).json();
    let kinds: Vec<&str> = tasks["items"]
        .as_array()
        .expect("tasks")
        .iter()
        .filter_map(|one| one["kind"].as_str())
        .collect();
    assert!(kinds.contains(&"decisionDue") && kinds.contains(&"answerDue"), "{tasks}");
    let task =
        tasks["items"].as_array().expect("tasks").iter().find(|one| one["kind"] == "decisionDue");
    let task = task.expect("a task");
    assert_eq!(task["assignee"], "demo-caseworker");
    let done = format!("/v1/tasks/{}/completion", task["id"].as_str().expect("an id"));
    app.post_on(&done, &caseworker(), "\"v1\"", &json!({}))
        .await
        .expect_problem(409, "illegal-transition");
    let seen = regex::Regex::new(r#"name="seen" value="([^"]+)""#).expect("a pattern");
    let seen = seen.captures(reminders).expect("a button")[1].to_owned();
    let mut other = Visitor::signed_in(&app, "SUPERVISOR").await;
    let strange = other.get(TODAY).await.expect(200).text();
    assert!(!strange.contains(&number), "it is not late yet, as the answer is");
    let mine =
        visitor.post(TODAY, &form(&text, TODAY, &[("seen", &seen)])).await.expect(200).text();
    assert!(!mine.contains("id=\"reminders\""), "{mine}");
    watch().await;
    assert!(!visitor.get(TODAY).await.expect(200).text().contains("id=\"reminders\""));

    // when the day has passed the heads are told
    app.clock.advance(TimeDelta::days(4));
    watch().await;
    let mut other = Visitor::signed_in(&app, "SUPERVISOR").await;
    let text = other.get(TODAY).await.expect(200).text();
    let escalated = &text[text.find("id=\"escalated\"").expect("a list")..];
    assert!(escalated.contains(&number) && escalated.contains("demo-caseworker"), "{escalated}");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let text = visitor.get(TODAY).await.expect(200).text();
    assert!(!text.contains("id=\"escalated\""), "that is for heads");
    let overdue = &text[text.find("id=\"overdue\"").expect("a list")..];
    assert!(overdue[..overdue.find("</section>").expect("an end")].contains(&number), "{overdue}");

    // a decision ends it, whoever was told
    try_grant(&app, &case).await.expect(200);
    watch().await;
    let left = "SELECT count(*) AS n FROM case_task WHERE kind = 'decisionDue'";
    assert_eq!(app.count(left).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn reminders_of_other_kinds_leave_room_for_ones_own() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    // what is due first is of another kind than the one that is asked for
    let example = kind::any(Kind::Spectrum).example();
    let firm = representative("312345676");
    app.post("/v1/spectrum/applications", &firm, &example).await.expect(201);
    app.clock.advance(TimeDelta::days(20));
    let (case, _) = plb(&app, 1).await;
    app.clock.advance(TimeDelta::days(60));
    anrop::jobs::watch_once(app.app.clone()).await.expect("watches");
    let told = async |kinds: Kinds| {
        let connection = app.app.db().read();
        let all = reminders::told(connection, Audience::Heads, kinds, 1).await.expect("reminders");
        all.first().map(|one| format!("/v1/cases/{}", one.case))
    };
    assert_eq!(told(Kinds::of(&[Kind::Plb])).await.as_ref(), Some(&case));
    assert_eq!(told(Kinds::of(&[Kind::Priority])).await, None);
    let first = told(Kinds::ALL).await.expect("a reminder");
    assert_ne!(first, case, "what is due first comes first");
    app.finish().await;
}

#[tokio::test]
async fn an_applicant_who_should_have_been_told_that_it_takes_longer_is_seen() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, _) = plb(&app, 1).await;
    let seen = app.get(&case, &caseworker()).await.expect(200).json();
    let submitted: chrono::DateTime<chrono::Utc> =
        seen["submittedAt"].as_str().expect("a time").parse().expect("a time");
    let due = deadline(Timer::ProvisionalAnswer, submitted).expect("a rule").last_day;
    app.clock.advance(TimeDelta::days((due - app.day_in(0)).num_days()));
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let all = format!("{TODAY}?who=all");
    let text = visitor.get(&all).await.expect(200).text();
    let today = &text[text.find("id=\"due-today\"").expect("today")..];
    let today = &today[..today.find("</section>").expect("an end")];
    assert!(today.contains("Foreløpig svar"), "{today}");
    // the job answers by itself, and then nothing is due
    anrop::jobs::remind_once(app.app.clone()).await.expect("runs");
    assert!(!visitor.get(&all).await.expect(200).text().contains("Foreløpig svar</span>"));
    app.finish().await;
}
