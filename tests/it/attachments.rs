//! Documents sent into cases: known by what is in them, kept sealed piece by piece, given out to be saved only, and
//! found by nobody else; in the database and in a folder.

use anrop::jobs::tidy_documents_once;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    letters::filed,
    support::{Reply, TestApp, Who},
};

fn caseworker() -> Who {
    Who::caseworker("saksbehandler-1")
}

fn pdf(bytes: usize) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%Bilde av senderen\n".to_vec();
    file.extend((0..bytes.saturating_sub(file.len())).map(|at| (at % 251) as u8));
    file
}

async fn send(app: &TestApp, case: &str, who: &Who, name: &str, bytes: &[u8]) -> Reply {
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    let headers = [
        ("content-type", "application/octet-stream"),
        ("content-disposition", disposition.as_str()),
    ];
    app.send_raw("POST", &format!("{case}/documents"), Some(who), &headers, Some(bytes)).await
}

async fn documents(app: &TestApp, case: &str, who: &Who) -> Vec<Value> {
    let list = app.get(&format!("{case}/documents"), who).await.expect(200).json();
    list["items"].as_array().cloned().expect("documents")
}

async fn comes_back_as_it_was_sent(app: &TestApp) {
    let (kari, ola) = (Who::person(1), Who::person(2));
    let case = filed(app, 1, "nb").await;
    filed(app, 2, "nb").await;
    // of no piece, of less than one, of exactly one, of several
    for (size, name) in [(40, "a.pdf"), (256 * 1024, "b.pdf"), (700_001, "Bilde%20%C3%B8.pdf")] {
        let sent = pdf(size);
        let made = send(app, &case, &kari, name, &sent).await.expect(201);
        let view = made.json();
        assert_eq!(view["mediaType"], "application/pdf");
        assert_eq!(view["size"], sent.len());
        let hash: String = Sha256::digest(&sent).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(view["contentSha256"], hash);
        let path = made.header("location").to_owned();
        let back = app.get(&path, &caseworker()).await.expect(200);
        assert_eq!(back.bytes, sent);
        assert_eq!(back.header("content-type"), "application/pdf");
        assert!(back.header("content-disposition").starts_with("attachment; filename*=UTF-8''"));
        assert_eq!(back.header("x-content-type-options"), "nosniff");
        assert!(back.header("content-security-policy").contains("sandbox"));
        assert_eq!(back.header("cache-control"), "no-store");
        app.get(&path, &ola).await.expect_problem(404, "not-found");
    }
    let listed = documents(app, &case, &kari).await;
    assert_eq!(listed.len(), 3);
    assert_eq!(listed[2]["fileName"], "Bilde ø.pdf");
    let seen = app.get(&case, &kari).await.expect(200).json();
    let number = listed[2]["number"].as_str().expect("a number");
    let journal = seen["journal"].as_array().expect("a journal");
    assert!(
        journal.iter().any(|one| one["number"] == number && one["title"] == "Document received")
    );
    app.get(&format!("{case}/documents"), &ola).await.expect_problem(404, "not-found");
    send(app, &case, &ola, "x.pdf", &pdf(40)).await.expect_problem(404, "not-found");
    // an id of another case's document is not found in this one
    let others = filed(app, 3, "nb").await;
    let id = listed[0]["id"].as_str().expect("an id");
    app.get(&format!("{others}/documents/{id}"), &caseworker())
        .await
        .expect_problem(404, "not-found");
}

#[tokio::test]
async fn a_document_in_the_database_comes_back_as_it_was_sent() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    comes_back_as_it_was_sent(&app).await;
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment_chunk").await, 5);
    app.finish().await;
}

#[tokio::test]
async fn a_document_in_a_folder_comes_back_as_it_was_sent_and_lies_sealed() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("documents");
    let app = TestApp::start_with(|settings| settings.attachments = Some(place.clone())).await;
    app.waive_deliveries();
    comes_back_as_it_was_sent(&app).await;
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment_chunk").await, 0);
    let files: Vec<_> = std::fs::read_dir(&place).expect("a folder").flatten().collect();
    assert_eq!(files.len(), 3);
    for file in files {
        let bytes = std::fs::read(file.path()).expect("a file");
        assert!(!bytes.windows(5).any(|window| window == b"%PDF-"), "it lies sealed");
    }
    app.finish().await;
}

#[tokio::test]
async fn what_may_not_be_sent_in_leaves_nothing_behind() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = filed(&app, 1, "nb").await;
    for (name, bytes) in [
        ("setup.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff".to_vec()),
        ("bilde.png", b"GIF89a\x01\0\x01\0".to_vec()),
        ("tekst.txt", b"a\0b".to_vec()),
        ("arkiv.zip", b"PK\x03\x04\x14\0\0\0\x08\0evil.exe".to_vec()),
    ] {
        send(&app, &case, &kari, name, &bytes).await.expect_problem(415, "unsupported-media-type");
    }
    send(&app, &case, &kari, "tom.pdf", b"").await.expect_problem(422, "invalid-content");
    let headers = [("content-type", "multipart/form-data; boundary=x")];
    let path = format!("{case}/documents");
    app.send_raw("POST", &path, Some(&kari), &headers, Some(b"--x--"))
        .await
        .expect_problem(415, "unsupported-media-type");
    let large = pdf(20 * 1024 * 1024 + 1);
    send(&app, &case, &kari, "stor.pdf", &large).await.expect_problem(413, "body-too-large");
    let largest = &large[..20 * 1024 * 1024];
    send(&app, &case, &kari, "stor.pdf", largest).await.expect(201);
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment").await, 1);
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment_chunk").await, 80);
    // a page is a text, and is never shown as a page
    let made = send(&app, &case, &kari, "x.html", b"<script>alert(1)</script>").await;
    if made.status == 201 {
        let back = app.get(made.header("location"), &kari).await.expect(200);
        assert_eq!(back.header("content-type"), "text/plain");
        assert!(back.header("content-disposition").ends_with("x.html.txt"));
    }
    app.finish().await;
}

#[tokio::test]
async fn a_repeated_key_makes_one_document_and_what_was_cut_off_is_removed() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = filed(&app, 1, "nb").await;
    let path = format!("{case}/documents");
    let headers = [("content-type", "application/octet-stream"), ("idempotency-key", "one")];
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let made = app.send_raw("POST", &path, Some(&kari), &headers, Some(&pdf(50))).await;
        numbers.push(made.expect(201).json()["number"].clone());
    }
    assert_eq!(numbers[0], numbers[1]);
    app.send_raw("POST", &path, Some(&kari), &headers, Some(&pdf(60)))
        .await
        .expect_problem(409, "idempotency-key-reused");
    assert_eq!(documents(&app, &case, &kari).await.len(), 1);
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment").await, 1);

    // a process that died in the middle left a row without a number
    use sea_orm::ConnectionTrait as _;
    let db = sea_orm::Database::connect(app.url()).await.expect("connects");
    let cut = "UPDATE attachment SET number = NULL, sha256 = NULL, media_type = NULL";
    db.execute_unprepared(cut).await.expect("changes");
    db.close().await.expect("closes");
    tidy_documents_once(app.app.clone()).await.expect("the job runs");
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment").await, 1, "it may still come");
    app.clock.advance(TimeDelta::hours(25));
    tidy_documents_once(app.app.clone()).await.expect("the job runs");
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment").await, 0);
    assert_eq!(app.count("SELECT count(*) AS n FROM attachment_chunk").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn nothing_is_added_to_a_case_that_was_withdrawn() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let case = filed(&app, 1, "nb").await;
    let seen = app.get(&case, &kari).await.expect(200);
    app.post_on(&format!("{case}/withdrawal"), &kari, &seen.etag(), &json!({})).await.expect(200);
    send(&app, &case, &kari, "x.pdf", &pdf(40)).await.expect_problem(409, "illegal-transition");
    app.finish().await;
}
