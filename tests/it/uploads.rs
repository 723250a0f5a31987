//! Files sent from the pages: into applications, answers and appeals that are not sent yet, and into cases. A file
//! that is not taken costs nothing that was typed, and none is held in memory.

use std::time::Duration;

use anrop::{
    commands::{demo::people, journal::write_package},
    jobs::{draw_letters_once, number_journal_once},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    apply::{href, send, whole},
    document_access::{asked as access_asked, decide},
    journal::days_later,
    letters::{refused_kari, step},
    support::{
        Reply, TestApp, Visitor, Who, people as made_up,
        visitor::{BOUNDARY, form, multipart},
    },
};

/// Largest file that is taken.
const LARGEST: usize = 20 * 1024 * 1024;

fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((bytes.len()..size).map(|at| u8::try_from(at % 251).expect("small")));
    bytes
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn who(name: &str) -> Who {
    let people = people::tickets();
    Who(people.into_iter().find(|person| person.name == name).expect("a person").ticket)
}

/// Fills in the form of a page at `path` and sends it with a file.
async fn attach(
    visitor: &mut Visitor<'_>,
    path: &str,
    typed: &[(&str, &str)],
    file: (&str, &[u8]),
) -> Reply {
    let page = visitor.get(path).await.expect(200).text();
    visitor.post_file(path, &form(&page, path, typed), file).await
}

async fn started() -> TestApp {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    app
}

/// An app that keeps documents in a folder, and the folder.
async fn started_with_folder() -> (TestApp, std::path::PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("documents");
    let app = TestApp::start_told(|settings, base| {
        base.clone_into(&mut settings.public_url);
        settings.attachments = Some(place.clone());
    })
    .await;
    (app, place, folder)
}

/// Sends something over a line of its own, as no client that is in order would.
async fn line_to(app: &TestApp, head: &str) -> TcpStream {
    let host = app.base.trim_start_matches("http://");
    let mut line = TcpStream::connect(host).await.expect("a line");
    line.write_all(head.as_bytes()).await.expect("sent");
    line
}

/// Waits for something that happens beside.
async fn until(is_so: impl AsyncFn() -> bool) {
    for _ in 0..600 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not happen");
}

/// Kari's case, in which something is asked: the addresses of its page and of the answer.
async fn asked(app: &TestApp) -> (String, String) {
    let kari = who("KARI");
    let form = made_up::plb_application(1);
    let made = app.post("/v1/plb/applications", &kari, &form).await.expect(201);
    let case = made.header("location").to_owned();
    let question = json!({ "text": "Hvor kjøpte du den?", "dueOn": app.day_in(14) });
    let path = format!("{case}/information-request");
    let caseworker = Who::caseworker("saksbehandler-1");
    app.post_on(&path, &caseworker, &made.etag(), &question).await.expect(200);
    let case = case.replace("/v1/", "/nb/my-page/");
    let reply = format!("{case}/reply");
    (case, reply)
}

async fn documents(app: &TestApp, case: &str) -> Vec<Value> {
    let path = format!("{}/documents", case.replace("/nb/my-page/", "/v1/"));
    let list = app.get(&path, &Who::caseworker("saksbehandler-1")).await.expect(200).json();
    list["items"].as_array().cloned().expect("documents")
}

async fn documents_go_with_an_application_in(app: TestApp) {
    app.waive_deliveries();
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = whole(&mut kari).await;
    let review = format!("{draft}/review");
    let (map, photo) = (pdf(700_001), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDRxx".to_vec());
    let attaching = [("deed", "attach")];
    let shown = attach(&mut kari, &review, &attaching, ("../kart øst.pdf", &map)).await;
    let shown = shown.expect(200).text();
    // one after the other by the clock, which stands still otherwise
    let a_second = || app.clock.advance(chrono::TimeDelta::seconds(1));
    a_second();
    assert!(shown.contains("kart øst.pdf") && shown.contains(&hash(&map)) && shown.contains("kB"));
    attach(&mut kari, &review, &attaching, ("bilde.png", &photo)).await.expect(200);
    a_second();
    let shown = attach(&mut kari, &review, &attaching, ("kvittering.pdf", &pdf(90))).await;
    let shown = shown.expect(200).text();
    // it can be looked at again, by nobody else, and is never shown in place
    let address = href(&shown, "/documents/");
    let back = kari.get(&address).await.expect(200);
    assert_eq!(back.bytes, map);
    assert!(back.header("content-disposition").starts_with("attachment; filename*=UTF-8''"));
    assert_eq!(back.header("x-content-type-options"), "nosniff");
    assert!(back.header("content-security-policy").contains("sandbox"));
    assert_eq!(back.header("cache-control"), "no-store");
    let mut ola = Visitor::signed_in(&app, "OLA").await;
    assert_eq!(ola.get(&address).await.status, 404);
    // one of them is taken away again
    let removal = shown.split("value=\"remove:").nth(3).expect("a button");
    let removal = format!("remove:{}", &removal[..removal.find('"').expect("an end")]);
    let fields = form(&shown, &review, &[("deed", removal.as_str())]);
    let shown = kari.post(&review, &fields).await.expect(200).text();
    assert!(!shown.contains("kvittering.pdf") && shown.contains("bilde.png"));
    // sent, they lie in the case, numbered and hashed in its journal
    let receipt = send(&mut kari, &draft).await.expect(200).text();
    let case = href(&receipt, "/nb/my-page/cases/");
    let sent = documents(&app, &case).await;
    let names: Vec<&str> = sent.iter().filter_map(|one| one["fileName"].as_str()).collect();
    assert_eq!(names, ["kart øst.pdf", "bilde.png"]);
    assert_eq!(sent[0]["contentSha256"], hash(&map));
    let own = format!("{case}/documents/{}", sent[0]["id"].as_str().expect("an id"));
    assert_eq!(kari.get(&own).await.expect(200).bytes, map);
    assert_eq!(ola.get(&own).await.status, 404);
    assert_eq!(kari.get(&address).await.status, 404, "it waits in no draft any more");
    assert!(kari.get(&case).await.expect(200).text().contains("kart øst.pdf"));
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment").await, 2);
    app.finish().await;
}

#[tokio::test]
async fn documents_go_with_an_application_into_its_case() {
    documents_go_with_an_application_in(TestApp::start_at_own_address().await).await;
}

#[tokio::test]
async fn documents_in_a_folder_go_with_an_application_too_and_leave_no_file_behind() {
    let (app, place, _folder) = started_with_folder().await;
    documents_go_with_an_application_in(app).await;
    assert_eq!(std::fs::read_dir(&place).expect("a folder").count(), 2);
}

#[tokio::test]
async fn a_draft_that_goes_takes_its_documents_along() {
    let (app, place, _folder) = started_with_folder().await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    for is_thrown_away in [true, false] {
        let draft = whole(&mut kari).await;
        let review = format!("{draft}/review");
        let page = attach(&mut kari, &review, &[("deed", "attach")], ("a.pdf", &pdf(600_000)))
            .await
            .expect(200)
            .text();
        assert_eq!(app.count("SELECT count(*) AS n FROM attachment").await, 1);
        if is_thrown_away {
            let delete = format!("{draft}/delete");
            kari.post(&delete, &form(&page, &delete, &[])).await.expect(200);
        } else {
            app.clock.advance(chrono::TimeDelta::days(31));
            anrop::jobs::forget_drafts_once(app.app.clone()).await.expect("forgets");
        }
        assert_eq!(app.count("SELECT count(*) AS n FROM draft").await, 0);
        assert_eq!(app.count("SELECT count(*) AS n FROM attachment").await, 0);
        assert_eq!(std::fs::read_dir(&place).expect("a folder").count(), 0);
    }
    app.finish().await;
}

#[tokio::test]
async fn what_was_typed_is_kept_when_a_file_is_not_taken() {
    let app = started().await;
    let (_, reply) = asked(&app).await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let whole = pdf(LARGEST);
    let typed = [("text", "I en butikk på Sørøya."), ("deed", "attach")];
    let kept = attach(&mut kari, &reply, &typed, ("stor.pdf", &whole)).await.expect(200).text();
    assert!(kept.contains(&hash(&whole)) && kept.contains("20 MB"));
    let larger = pdf(LARGEST + 1);
    for (file, status, said) in [
        (("større.pdf", larger.as_slice()), 413, "større enn 20 MB"),
        (("spill.pdf", b"MZ\x90\0\x03\0\0\0".as_slice()), 415, "Lagre den som PDF"),
        (("tom.pdf", b"".as_slice()), 422, "ikke er tom"),
    ] {
        let typed = [("text", "I en butikk i Ålesund <i>."), ("deed", "send")];
        let refused = attach(&mut kari, &reply, &typed, file).await;
        assert_eq!(refused.status, status);
        let page = refused.text();
        assert!(page.contains(said), "{said}: {page}");
        assert!(page.contains("I en butikk i Ålesund &#60;i&#62;."), "what was typed is there");
        assert!(page.contains("stor.pdf"), "and what was attached before");
        let again = kari.get(&reply).await.expect(200).text();
        assert!(again.contains("I en butikk i Ålesund"), "and is saved");
    }
    // in the reader's own language
    let english = reply.replace("/nb/", "/en/");
    let refused =
        attach(&mut kari, &english, &[("deed", "attach")], ("x.gif", b"GIF89a\x01\0")).await;
    assert_eq!(refused.status, 415);
    assert!(refused.text().contains("Save it as PDF"));
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment").await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_file_is_stored_while_it_comes_and_a_broken_line_costs_nothing_typed() {
    let app = started().await;
    let (_, reply) = asked(&app).await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let page = kari.get(&reply).await.expect(200).text();
    let typed = [("text", "Fra Bodø."), ("deed", "attach")];
    let body = multipart(&form(&page, &reply, &typed), ("kart.pdf", &pdf(4_000_000)));
    let host = app.base.trim_start_matches("http://");
    let head = format!(
        "POST {reply} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n",
        kari.cookie(),
        body.len()
    );
    let mut line = line_to(&app, &head).await;
    line.write_all(&body[..3_000_000]).await.expect("sent");
    // what has come is stored, sealed, before the rest has been sent
    let pieces = "SELECT count(*) AS n FROM attachment_chunk";
    let whole_pieces = 3_000_000 / (256 * 1024) - 1;
    until(async || app.count(pieces).await >= whole_pieces).await;
    drop(line);
    let left = "SELECT count(*) AS n FROM attachment";
    until(async || app.count(left).await == 0).await;
    assert_eq!((app.count(left).await, app.count(pieces).await), (0, 0), "nothing is left of it");
    let page = kari.get(&reply).await.expect(200).text();
    assert!(page.contains("Fra Bodø.") && !page.contains("kart.pdf"));
    app.finish().await;
}

#[tokio::test]
async fn forms_with_files_are_held_to_the_same_token_and_sizes() {
    let app = started().await;
    let (_, reply) = asked(&app).await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let page = kari.get(&reply).await.expect(200).text();
    let mut fields = form(&page, &reply, &[("deed", "attach")]);
    for (name, value) in &mut fields {
        if name == "csrf" {
            "x".repeat(40).clone_into(value);
        }
    }
    assert_eq!(kari.post_file(&reply, &fields, ("a.pdf", &pdf(40))).await.status, 403);
    // a token that comes after the file is none
    let empty: Vec<(String, String)> = Vec::new();
    assert_eq!(kari.post_file(&reply, &empty, ("a.pdf", &pdf(40))).await.status, 403);
    let long = "x".repeat(70 * 1024);
    let fields = form(&page, &reply, &[("text", long.as_str()), ("deed", "attach")]);
    assert_eq!(kari.post_file(&reply, &fields, ("a.pdf", &pdf(40))).await.status, 413);
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment").await, 0);
    // at most twenty wait together
    for n in 0..20 {
        let name = format!("{n}.txt");
        attach(&mut kari, &reply, &[("deed", "attach")], (&name, b"tekst")).await.expect(200);
    }
    let one_more = attach(&mut kari, &reply, &[("deed", "attach")], ("20.txt", b"tekst")).await;
    assert_eq!(one_more.status, 409);
    assert!(one_more.text().contains("Send dem først"));
    app.finish().await;
}

/// Sends files at the same moment, each from a window of its own of the same browser; their statuses.
async fn at_once(app: &TestApp, path: &str, files: usize) -> Vec<u16> {
    let mut kari = Visitor::signed_in(app, "KARI").await;
    let page = kari.get(path).await.expect(200).text();
    let fields = &form(&page, path, &[("text", "Se bildene."), ("deed", "attach")]);
    let cookies = &kari.cookies;
    let windows = (0..files).map(|n| async move {
        let mut window = Visitor::new(app);
        window.cookies.clone_from(cookies);
        window.post_file(path, fields, (&format!("{n}.pdf"), &pdf(300_000))).await.status
    });
    futures_util::future::join_all(windows).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_wait_together_than_may_however_many_come_at_once() {
    let app = started().await;
    let (_, reply) = asked(&app).await;
    for _ in 0..2 {
        let statuses = at_once(&app, &reply, 16).await;
        assert!(statuses.iter().all(|one| [200, 409].contains(one)), "{statuses:?}");
    }
    let whole = "SELECT count(*) AS n FROM attachment WHERE sha256 IS NOT NULL";
    assert_eq!(app.count(whole).await, 20);
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment").await, 20, "nothing is left over");
    // pieces of those that were not taken neither: two of each
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment_chunk").await, 40);
    app.finish().await;
}

#[tokio::test]
async fn what_waited_in_a_draft_is_given_to_who_asks_and_archived() {
    let app = started().await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let draft = whole(&mut kari).await;
    let review = format!("{draft}/review");
    let bytes = pdf(700_001);
    let attaching = [("deed", "attach")];
    attach(&mut kari, &review, &attaching, ("kart.pdf", &bytes)).await.expect(200);
    let receipt = send(&mut kari, &draft).await.expect(200).text();
    let case = href(&receipt, "/nb/my-page/cases/").replace("/nb/my-page/", "/v1/");
    let refusal = json!({ "outcome": "refused", "grounds": "Senderen mangler CE-merke." });
    step(&app, &case, "decision", &refusal).await;
    draw_letters_once(app.app.clone()).await.expect("draws");
    days_later(&app, 1).await;

    let (token, path) = access_asked(&app, "Document received").await;
    decide(&app, &path, &json!({ "outcome": "granted" })).await.expect(200);
    let given = app.get_public(&format!("/v1/document-access-answers/{token}/document")).await;
    assert!(given.expect(200).bytes == bytes, "the same bytes");

    number_journal_once(app.app.clone()).await.expect("numbers");
    let folder = tempfile::tempdir().expect("a folder");
    let package = folder.path().join("package");
    let year = chrono::Datelike::year(&app.day_in(0));
    write_package(&app.app, year, None, &package).await.expect("writes");
    assert!(holds(&package, &bytes), "no file of the package has these bytes");
    app.finish().await;
}

/// True if a file in or below a folder has these bytes.
fn holds(folder: &std::path::Path, bytes: &[u8]) -> bool {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            holds(&path, bytes)
        } else {
            std::fs::read(&path).expect("a file") == bytes
        }
    })
}

#[tokio::test]
async fn an_answer_takes_documents_and_the_corrected_application_along() {
    let app = started().await;
    let (case, reply) = asked(&app).await;
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let typed = [("text", "Fra Tromsø; fargen var feil."), ("deed", "attach")];
    attach(&mut kari, &reply, &typed, ("kvittering.pdf", &pdf(500))).await.expect(200);
    // the form has what was applied for
    let page = kari.get(&reply).await.expect(200).text();
    let typed = [("text", "Fra Tromsø; fargen var feil."), ("deed", "correct")];
    let first = kari.post(&reply, &form(&page, &reply, &typed)).await.expect(200).text();
    let step = href(&first, "/beacon\"");
    let page = kari.get(&step).await.expect(200).text();
    assert!(page.contains("value=\"Fjell 2\""));
    let typed = [
        ("/beacon/manufacturer", "Havblikk"),
        ("/beacon/model", "Fjell 2"),
        ("/beacon/serial", "10001"),
        ("/beacon/colour", "oransje"),
        ("/beacon/ceMarked", "yes"),
        ("deed", "next"),
    ];
    kari.post(&step, &form(&page, &step, &typed)).await.expect(200);
    let review = step.replace("/beacon", "/review");
    let page = kari.get(&review).await.expect(200).text();
    assert!(page.contains("<ins>oransje</ins>") && page.contains("<del>gul</del>"));
    assert!(!page.contains("Send søknaden"), "it is sent with the answer");
    let page = kari.get(&href(&page, "/reply\"")).await.expect(200).text();
    assert!(page.contains("<ins>oransje</ins>") && page.contains("kvittering.pdf"));
    let typed = [("text", "Fra Tromsø; fargen var feil."), ("deed", "send")];
    let sent = kari.post(&reply, &form(&page, &reply, &typed)).await.expect(200).text();
    assert!(sent.contains("Svaret er sendt") && sent.contains("kvittering.pdf"));
    let seen = app.get(&case.replace("/nb/my-page/", "/v1/"), &Who::caseworker("a")).await;
    let seen = seen.expect(200).json();
    assert_eq!(seen["application"]["beacon"]["colour"], "oransje");
    assert_eq!(seen["status"], "underReview");
    assert_eq!(documents(&app, &case).await.len(), 1);
    assert_eq!(app.count("SELECT count(*) AS n FROM draft").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn an_appeal_takes_documents_and_the_wish_that_the_decision_waits_along() {
    let app = started().await;
    let (kari, case) = refused_kari(&app).await;
    let action = format!("{}/appeal", case.replace("/v1/", "/nb/my-page/"));
    let mut visitor = Visitor::signed_in(&app, "KARI").await;
    let typed = [
        ("text", "Senderen er CE-merket."),
        ("deferral", "Jeg skal på tur i morgen."),
        ("deed", "attach"),
    ];
    let page = attach(&mut visitor, &action, &typed, ("merke.pdf", &pdf(80))).await;
    let page = page.expect(200).text();
    assert!(page.contains("merke.pdf") && page.contains("Jeg skal på tur i morgen."));
    assert!(visitor.get("/nb/my-page").await.expect(200).text().contains("Klage i sak"));
    let typed = [
        ("text", "Senderen er CE-merket."),
        ("deferral", "Jeg skal på tur i morgen."),
        ("deed", "send"),
    ];
    let sent = visitor.post(&action, &form(&page, &action, &typed)).await.expect(200).text();
    assert!(sent.contains("Klagen er mottatt"));
    let appeals = app.get(&format!("{case}/appeals"), &kari).await.expect(200).json();
    assert_eq!(appeals["items"][0]["deferral"], "Jeg skal på tur i morgen.");
    assert_eq!(appeals["items"][0]["inTime"], true);
    assert_eq!(documents(&app, &case).await.len(), 1);
    let mine = visitor.get("/nb/my-page").await.expect(200).text();
    assert!(!mine.contains("/appeal\""), "nothing is left to go on with");
    app.finish().await;
}

#[tokio::test]
async fn a_document_is_sent_into_a_case_by_itself() {
    let app = started().await;
    let (case, _) = asked(&app).await;
    let add = format!("{case}/documents");
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    let page = kari.get(&case).await.expect(200).text();
    let fields = form(&page, &add, &[]);
    let sent = kari.post_file(&add, &fields, ("kart.pdf", &pdf(60))).await.expect(200).text();
    assert!(sent.contains("kart.pdf") && sent.contains("Dokumentet er mottatt"));
    let refused = kari.post_file(&add, &fields, ("a.exe", b"MZ\x90\0\x03\0\0\0")).await;
    assert_eq!(refused.status, 415);
    assert!(refused.text().contains("Lagre den som PDF"));
    assert_eq!(documents(&app, &case).await.len(), 1);
    let mut ola = Visitor::signed_in(&app, "OLA").await;
    let own = ola.get("/nb/apply/plb").await.expect(200).text();
    let own = form(&own, "/nb/apply/plb", &[]);
    assert_eq!(ola.post_file(&add, &own, ("kart.pdf", &pdf(60))).await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn a_caseworker_is_told_why_a_scan_is_not_taken_however_large_it_is() {
    let app = started().await;
    let (case, _) = asked(&app).await;
    let case = case.replace("/nb/my-page/", "/nb/casework/");
    let add = format!("{case}/documents");
    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = desk.get(&case).await.expect(200).text();
    let fields = form(&page, &add, &[]);
    // both are refused long before their end
    let scan = pdf(2 * LARGEST);
    let mut program = b"MZ\x90\0\x03\0\0\0".to_vec();
    program.resize(2 * LARGEST, 0);
    for (name, bytes, status) in [("skann.pdf", scan, 413), ("skann.exe", program, 415)] {
        let refused = desk.post_file(&add, &fields, (name, &bytes)).await;
        assert_eq!(refused.status, status, "{name}");
        assert!(refused.text().contains("på høyst 20 MB"), "{name}");
    }
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn a_broken_form_is_answered_as_one() {
    let app = TestApp::start_at_own_address().await;
    let kari = Visitor::signed_in(&app, "KARI").await;
    let host = app.base.trim_start_matches("http://");
    let body = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc");
    let head = format!(
        "POST /nb/drafts/{}/review HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nConnection: close\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n{body}",
        uuid::Uuid::nil(),
        kari.cookie(),
        body.len()
    );
    let mut line = line_to(&app, &head).await;
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    app.finish().await;
}

#[tokio::test]
async fn a_file_of_the_bank_is_taken_in_at_the_desk_whole_or_not_at_all_with_each_wrong_line() {
    use crate::kinds::{fees::plb, invoices};
    const PATH: &str = "/nb/casework/payments";
    let app = started().await;
    plb(&app, 1, 101).await;
    invoices::issue(&app).await;
    let (invoice, _) = invoices::only(&app, &Who::person(1)).await;
    let kid = invoice["kid"].as_str().expect("a KID");
    let good = invoices::csv(&app, &[("A-1", "530.00", kid), ("A-2", "10.00", "")]);
    let bad =
        invoices::csv(&app, &[("A-1", "530.00", kid), ("A-2", "10", ""), ("A-1", "1.00", "")]);
    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let send = async |desk: &mut Visitor<'_>, text: &str| {
        let page = desk.get(PATH).await.expect(200).text();
        let action = format!("{PATH}/file");
        desk.post_file(&action, &form(&page, &action, &[]), ("ocr.csv", text.as_bytes())).await
    };
    let refused = send(&mut desk, &bad).await.expect(422).text();
    for said in ["Filen er ikke tatt inn", "Linje 3", "Linje 4"] {
        assert!(refused.contains(said), "{said} in {refused}");
    }
    assert_eq!(app.count("SELECT count(*) AS n FROM incoming_payment").await, 0);
    for (language, said) in [
        ("nb", ["Beløpet må være kroner", "Referansen står to ganger i filen"]),
        ("nn", ["Beløpet må vere kroner", "Referansen står to gonger i fila"]),
        ("en", ["the amount must be kroner", "the reference stands in the file twice"]),
    ] {
        let path = PATH.replace("/nb/", &format!("/{language}/"));
        let page = desk.get(&path).await.expect(200).text();
        let action = format!("{path}/file");
        let fields = form(&page, &action, &[]);
        let refused = desk.post_file(&action, &fields, ("ocr.csv", bad.as_bytes())).await;
        let refused = refused.expect(422).text();
        assert!(said.iter().all(|text| refused.contains(text)), "{refused}");
    }
    let taken = send(&mut desk, &good).await.expect(200).text();
    assert!(taken.contains("1 innbetalinger er plassert, 1 venter på deg"), "{taken}");
    let again = send(&mut desk, &good).await.expect(200).text();
    assert!(again.contains("tatt inn før"), "{again}");
    let other = invoices::csv(&app, &[("B-1", "1.00", ""), ("A-1", "530.00", kid)]);
    let twice = send(&mut desk, &other).await.expect(409).text();
    assert!(
        twice.contains("Linje 3") && twice.contains("tatt inn før, med en annen fil"),
        "{twice}"
    );
    assert_eq!(app.count("SELECT count(*) AS n FROM incoming_payment").await, 2);
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    kari.get(PATH).await.expect(403);
    app.finish().await;
}
