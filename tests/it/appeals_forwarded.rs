//! What goes to the body that decides appeals: the letter, journaled with the body as its receiver, and the documents as a
//! ZIP file with their sums; and its answer to whether a decision waits for the appeal, with what follows.

use std::collections::BTreeMap;

use anrop::identity::token::Ticket;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    journal::{days_later, journal, licensed, public},
    kinds::shared::{at_once, caseworker},
    letters::{a_moment_later, filed, letters, open_latest, refused, step},
    supervision,
    support::{Reply, TestApp, Visitor, Who, people, visitor::form},
};

/// The files of a ZIP file by name, read by its directory; each must be what its sum says.
pub fn unzipped(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let long = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four")) as usize;
    let short = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let end = bytes.len() - 22;
    assert_eq!(&bytes[end..end + 4], b"PK\x05\x06", "it ends with its directory");
    let mut entry = long(end + 16);
    let mut files = BTreeMap::new();
    for _ in 0..short(end + 10) {
        assert_eq!(&bytes[entry..entry + 4], b"PK\x01\x02");
        let name = &bytes[entry + 46..entry + 46 + short(entry + 28)];
        let head = long(entry + 42);
        let from = head + 30 + short(head + 26) + short(head + 28);
        let content = bytes[from..from + long(entry + 24)].to_vec();
        assert_eq!(crc32fast::hash(&content) as usize, long(entry + 16));
        let name = String::from_utf8(name.to_vec()).expect("a name");
        assert!(files.insert(name, content).is_none(), "no file twice");
        entry += 46 + short(entry + 28);
    }
    assert_eq!(entry, end);
    files
}

/// Every file but the sums themselves has its sum among them, and the right one.
fn sums_hold(files: &BTreeMap<String, Vec<u8>>) {
    let sums = String::from_utf8(files["SHA256SUMS"].clone()).expect("a text");
    let mut left: BTreeMap<&str, &Vec<u8>> =
        files.iter().map(|(name, content)| (name.as_str(), content)).collect();
    left.remove("SHA256SUMS");
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").expect("a sum and a name");
        let content = left.remove(name).expect("a file");
        let own: String = Sha256::digest(content).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(own, sum, "{name}");
    }
    assert!(left.is_empty(), "{:?}", left.keys());
}

fn text_of(pdf: &[u8]) -> String {
    let pdf = lopdf::Document::load_mem(pdf).expect("a PDF");
    let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
    pdf.extract_text(&pages).expect("a text").split_whitespace().collect()
}

async fn appeal(app: &TestApp, case: &str, who: &Who, body: &Value) -> Reply {
    a_moment_later(app);
    let seen = app.get(case, who).await.expect(200);
    app.post_on(&format!("{case}/appeal"), who, &seen.etag(), body).await
}

fn complaint() -> Value {
    json!({
        "text": "Senderen er CE-merket.\n\nSe bildet.",
        "deferral": "Jeg trenger den på turen i morgen.",
    })
}

fn answer(app: &TestApp, granted: bool) -> Value {
    json!({
        "granted": granted, "grounds": "Liv og helse.", "decidedOn": app.day_in(0),
        "bodyReference": "26/418",
    })
}

/// Suspends or revokes the permit of a person; the permit, and the case of that.
async fn taken(app: &TestApp, n: u64, what: &str) -> (String, String) {
    let case = filed(app, n, "nb").await;
    let granted = step(app, &case, "decision", &json!({ "outcome": "granted" })).await;
    let permit = format!("/v1/permits/{}", granted["permitId"].as_str().expect("a permit"));
    let seen = app.get(&permit, &caseworker()).await.expect(200);
    let body = json!({ "grounds": "Feil opplysninger." });
    a_moment_later(app);
    let path = format!("{permit}/{what}");
    let body = at_once(what, &body);
    app.post_on(&path, &caseworker(), &seen.etag(), &body).await.expect(200);
    let letter = open_latest(app, &Who::person(n)).await;
    (permit, format!("/v1/cases/{}", letter["caseId"].as_str().expect("a case")))
}

async fn status_of(app: &TestApp, permit: &str) -> Value {
    app.get(permit, &caseworker()).await.expect(200).json()["record"]["permit"]["status"].clone()
}

#[tokio::test]
async fn what_is_forwarded_goes_to_the_body_and_is_journaled_with_it_as_receiver() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = refused(&app, 1).await;
    open_latest(&app, &kari).await;
    appeal(&app, &case, &kari, &complaint()).await.expect(200);
    let forward = json!({ "outcome": "forwarded", "grounds": "Vi fastholder vedtaket." });
    step(&app, &case, "appeal-decision", &forward).await;
    let sent: Vec<Value> = journal(&app)
        .await
        .into_iter()
        .filter(|entry| entry["title"] == "Appeal sent to the appeal body")
        .collect();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["correspondent"], "Digitaliserings- og forvaltningsdepartementet");
    assert_eq!(sent[0]["direction"], "out");
    // what is about a person's beacon is shielded, whoever gets it
    assert_eq!(sent[0]["access"]["code"], "13-1");
    // it is no letter of the party's
    let kinds: Vec<Value> =
        letters(&app, &kari).await.iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(kinds, ["appealForwarded", "decision"]);

    days_later(&app, 2).await;
    let shown = public(&app, "").await;
    let shown = shown.iter().find(|one| one["documentNumber"] == sent[0]["documentNumber"]);
    let shown = shown.expect("it is in the public journal");
    assert_eq!(shown["correspondent"]["kind"], "authority");
    assert_eq!(shown["correspondent"]["name"], "Digitaliserings- og forvaltningsdepartementet");
    let name = people::applicant(1)["name"].as_str().expect("a name").to_owned();
    assert!(!shown.to_string().contains(&name));
    let page = app.get_public("/nb/public-journal").await.expect(200).text();
    assert!(page.contains("Klage oversendt klageinstansen"), "{page}");
    assert!(!page.contains(&name));
    app.finish().await;
}

#[tokio::test]
async fn of_a_licence_that_is_public_what_the_body_gets_is_public_too() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    licensed(&app, 1).await;
    let kari = Who::person(1);
    let letter = open_latest(&app, &kari).await;
    let case = format!("/v1/cases/{}", letter["caseId"].as_str().expect("a case"));
    appeal(&app, &case, &kari, &json!({ "text": "Jeg vil ha et annet signal." })).await.expect(200);
    let forward = json!({ "outcome": "forwarded", "grounds": "Nei." });
    step(&app, &case, "appeal-decision", &forward).await;
    let entries = journal(&app).await;
    let sent = entries.iter().find(|one| one["title"] == "Appeal sent to the appeal body");
    assert!(sent.expect("an entry").get("access").is_none());
    app.finish().await;
}

#[tokio::test]
async fn the_documents_of_the_case_are_one_file_for_the_body_with_their_sums() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = filed(&app, 1, "nb").await;
    let question = json!({ "text": "Hvilken farge?", "dueOn": app.day_in(14) });
    step(&app, &case, "information-request", &question).await;
    // one answer on paper and one here: each is its own document
    let paper = json!({ "text": "På papir: gul.", "channel": "paper" });
    step_created(&app, &case, "registered-reply", &paper).await;
    step(&app, &case, "information-request", &question).await;
    let mine = app.get(&case, &kari).await.expect(200);
    let reply = json!({ "text": "Likevel rød." });
    app.post_on(&format!("{case}/replies"), &kari, &mine.etag(), &reply).await.expect(200);
    step(&app, &case, "notes", &json!({ "text": "Internt: ring innehaveren." })).await;
    let refuse = json!({ "outcome": "refused", "grounds": "Mangler CE-merke." });
    step(&app, &case, "decision", &refuse).await;
    let path = format!("{case}/appeal-package");
    app.get(&path, &caseworker()).await.expect_problem(404, "not-found");
    appeal(&app, &case, &kari, &complaint()).await.expect(200);
    let before = unzipped(&app.get(&path, &caseworker()).await.expect(200).bytes);
    let forward = json!({ "outcome": "forwarded", "grounds": "Vi fastholder vedtaket." });
    step(&app, &case, "appeal-decision", &forward).await;

    let reply = app.get(&path, &caseworker()).await.expect(200);
    assert_eq!(reply.header("content-type"), "application/zip");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert!(reply.header("content-disposition").starts_with("attachment; filename=\""));
    let files = unzipped(&reply.bytes);
    sums_hold(&files);
    let list = String::from_utf8(files["innhold.tsv"].clone()).expect("a text");
    for title in ["Søknad mottatt", "Vedtak", "Klage mottatt", "Klage oversendt klageinstansen"] {
        assert!(list.contains(title), "{title}: {list}");
    }
    assert!(!list.contains("Notat") && !list.contains("opened"), "what is internal stays: {list}");
    let texts: Vec<String> = files
        .iter()
        .filter(|(name, _)| name.ends_with(".txt"))
        .map(|(_, content)| String::from_utf8_lossy(content).into_owned())
        .collect();
    let with = |part: &str| texts.iter().filter(|text| text.contains(part)).count();
    assert_eq!((with("På papir: gul."), with("Likevel rød."), with("CE-merket.")), (1, 1, 1));
    assert_eq!(with("Internt"), 0);
    let letters: Vec<String> = files
        .iter()
        .filter(|(name, _)| name.ends_with(".pdf"))
        .map(|(_, content)| text_of(content))
        .collect();
    let to_body = letters.iter().find(|text| text.contains("Oversendelseavklage"));
    let to_body = to_body.expect("the letter to the body");
    for part in ["Vifastholdervedtaket.", "turenimorgen", "Vedlegg", "SenderenerCE-merket."] {
        assert!(to_body.contains(part), "{part}: {to_body}");
    }
    assert_eq!(files.len(), before.len() + 2, "the two letters of the forwarding");
    let again = app.get(&path, &caseworker()).await.expect(200);
    assert_eq!(again.bytes, reply.bytes, "the same documents are the same bytes");

    // nobody else, and no caseworker of another kind or in their own case
    app.get(&path, &kari).await.expect(403);
    let scopes = vec!["anrop:case.decide".to_owned(), "anrop:amateur.decide".to_owned()];
    let other = Who(Ticket { scopes: Some(scopes), ..caseworker().0 });
    app.get(&path, &other).await.expect(403);
    let mut own = caseworker();
    own.0.national_id = Some(kari.national_id().to_owned());
    app.get(&path, &own).await.expect_problem(403, "disqualified");
    app.finish().await;
}

async fn step_created(app: &TestApp, case: &str, what: &str, body: &Value) {
    a_moment_later(app);
    let seen = app.get(case, &caseworker()).await.expect(200);
    let reply = app.post_on(&format!("{case}/{what}"), &caseworker(), &seen.etag(), body).await;
    assert!([200, 201].contains(&reply.status), "{}", reply.text());
}

#[tokio::test]
async fn a_revocation_that_waits_gives_the_permit_back_until_the_appeal_is_decided() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let (permit, case) = taken(&app, 1, "revocation").await;
    appeal(&app, &case, &kari, &complaint()).await.expect(200);
    let path = format!("{case}/appeal-deferral");
    let on = async |body: &Value| {
        a_moment_later(&app);
        let seen = app.get(&case, &caseworker()).await.expect(200);
        app.post_on(&path, &caseworker(), &seen.etag(), body).await
    };
    // the body cannot have answered what it does not have, and the authority may not decide it
    on(&answer(&app, true)).await.expect_problem(409, "illegal-transition");
    let own = json!({ "granted": true, "grounds": "Vi synes det." });
    on(&own).await.expect_problem(422, "conditions-not-met");
    step(&app, &case, "appeal-decision", &json!({ "outcome": "forwarded", "grounds": "Nei." }))
        .await;
    on(&own).await.expect_problem(422, "conditions-not-met");
    let mut half = answer(&app, true);
    half.as_object_mut().expect("members").remove("decidedOn");
    let problem = on(&half).await.expect_problem(422, "invalid-content");
    assert_eq!(problem["errors"][0]["pointer"], "/decidedOn");
    app.post_on(&path, &kari, "\"v1\"", &answer(&app, true)).await.expect(403);
    assert_eq!(status_of(&app, &permit).await, "revoked");

    let taken = on(&answer(&app, true)).await.expect(200).json();
    assert_eq!(taken["status"], "forwarded");
    assert_eq!(taken["appeal"]["deferralDecision"]["granted"], true);
    assert_eq!(status_of(&app, &permit).await, "awaitingProgramming");
    let letter = open_latest(&app, &kari).await;
    assert_eq!(letter["kind"], "appealDeferral");
    let said = letter["blocks"].to_string();
    for part in ["ikke skal settes i verk", "26/418", "Liv og helse.", "gjelder igjen"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    on(&answer(&app, false)).await.expect_problem(409, "illegal-transition");

    // the decision stands after all: what waited is done now
    let upheld = json!({
        "outcome": "upheld", "grounds": "Vedtaket er riktig.", "decidedOn": app.day_in(0),
        "bodyReference": "26/419",
    });
    step(&app, &case, "appeal-decision", &upheld).await;
    assert_eq!(status_of(&app, &permit).await, "revoked");
    let listed = app.get(&format!("{case}/appeals"), &kari).await.expect(200).json();
    assert_eq!(listed["items"][0]["deferralDecision"]["bodyReference"], "26/418");
    app.finish().await;
}

#[tokio::test]
async fn a_suspension_that_does_not_wait_holds_and_one_that_waits_ends_with_a_reversal() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    for (n, granted, between) in [(1, false, "suspended"), (2, true, "awaitingProgramming")] {
        let who = Who::person(n);
        let (permit, case) = taken(&app, n, "suspension").await;
        appeal(&app, &case, &who, &complaint()).await.expect(200);
        step(&app, &case, "appeal-decision", &json!({ "outcome": "forwarded", "grounds": "Nei." }))
            .await;
        step(&app, &case, "appeal-deferral", &answer(&app, granted)).await;
        assert_eq!(status_of(&app, &permit).await, between);
        let said = open_latest(&app, &who).await["blocks"].to_string();
        assert_eq!(said.contains("har avslått at vedtaket skal vente"), !granted, "{said}");
        let annulled = json!({
            "outcome": "annulled", "grounds": "Feil.", "decidedOn": app.day_in(0),
            "bodyReference": "26/420",
        });
        step(&app, &case, "appeal-decision", &annulled).await;
        assert_eq!(status_of(&app, &permit).await, "awaitingProgramming");
    }
    app.finish().await;
}

#[tokio::test]
async fn an_order_that_waits_costs_nothing_and_its_case_goes_to_the_body_as_one_file() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = supervision::disobeyed(&app).await;
    let (_, order) = supervision::latest(&app, &case, "order").await;
    let kari = Who::person(1);
    let lodged = json!({ "text": "Senderen er ikke min.", "deferral": "Den er i bruk." });
    let on = async |what: &str, who: &Who, body: &Value| {
        supervision::on_decision(&app, &order, what, who, body).await
    };
    on("appeal", &kari, &lodged).await.expect(200);
    let forward = json!({ "outcome": "forwarded", "grounds": "Vi fastholder." });
    on("appeal-decision", &caseworker(), &forward).await.expect(200);
    let told = on("appeal-deferral", &caseworker(), &answer(&app, true)).await.expect(200).json();
    let told = &told["decision"]["appeals"][0];
    assert_eq!(told["deferralDecision"]["granted"], true, "{told}");
    assert_eq!(open_latest(&app, &kari).await["kind"], "appealDeferral");
    let fine = supervision::fine(&app);
    let refused = supervision::try_step(&app, &case, "coercive-fines", &fine).await;
    refused.expect_problem(422, "conditions-not-met");

    let path = format!("{order}/appeal-package");
    let files = unzipped(&app.get(&path, &caseworker()).await.expect(200).bytes);
    sums_hold(&files);
    let list = String::from_utf8(files["innhold.tsv"].clone()).expect("a text");
    for title in ["Pålegg", "Klage mottatt", "Klage oversendt klageinstansen"] {
        assert!(list.contains(title), "{title}: {list}");
    }
    assert!(files.values().any(|file| file.starts_with(b"Senderen er ikke min.")));
    app.get(&path, &kari).await.expect(403);
    let sent = journal(&app).await;
    let sent = sent.iter().find(|one| one["title"] == "Appeal sent to the appeal body");
    assert_eq!(sent.expect("an entry")["access"]["code"], "13-1");

    let upheld = json!({
        "outcome": "upheld", "grounds": "Pålegget står.", "decidedOn": app.day_in(0),
        "bodyReference": "26/421",
    });
    on("appeal-decision", &caseworker(), &upheld).await.expect(200);
    let entries = journal(&app).await;
    let came = entries.iter().find(|one| one["title"] == "Decision received from the appeal body");
    let came = came.expect("what the body decided came in");
    assert_eq!(came["direction"], "in");
    assert_eq!(came["correspondent"], "Digitaliserings- og forvaltningsdepartementet");
    let fine = supervision::fine(&app);
    supervision::step(&app, &case, "coercive-fines", &fine).await;
    app.finish().await;
}

#[tokio::test]
async fn the_desk_saves_the_documents_and_writes_down_the_answer() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let (permit, case) = taken(&app, 1, "suspension").await;
    appeal(&app, &case, &kari, &complaint()).await.expect(200);
    let page = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let action = format!("{page}/appeal");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let shown = visitor.get(&page).await.expect(200).text();
    assert!(!shown.contains("utsatt iverksetting"), "nobody can have answered yet");
    step(&app, &case, "appeal-decision", &json!({ "outcome": "forwarded", "grounds": "Nei." }))
        .await;
    let shown = visitor.get(&page).await.expect(200).text();
    let files = visitor.get(&format!("{page}/appeal-package")).await.expect(200);
    assert!(shown.contains(&format!("{page}/appeal-package")));
    sums_hold(&unzipped(&files.bytes));
    let nothing = form(&shown, &action, &[("deed", "defer")]);
    let wrong = visitor.post(&action, &nothing).await.expect(422).text();
    assert!(wrong.contains("Velg om vedtaket skal vente"), "{wrong}");
    let day = app.day_in(0).to_string();
    let typed = [
        ("deed", "defer"),
        ("waits", "yes"),
        ("waits-grounds", "Liv og helse."),
        ("waits-day", day.as_str()),
        ("waits-reference", "26/418"),
    ];
    let done = visitor.post(&action, &form(&shown, &action, &typed)).await.expect(200).text();
    assert!(done.contains("Vedtaket venter til klagen er avgjort"), "{done}");
    assert_eq!(status_of(&app, &permit).await, "awaitingProgramming");
    app.finish().await;
}
