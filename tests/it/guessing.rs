//! Somebody else's case, permit, letter, draft and document by a guessed id or file name: not found, by
//! every operation of the document and on every page, and written down without anything of anybody. The
//! loops take the addresses from the document and from the pages, so a new one is looked at too.

use anrop::{
    http::{access, document},
    identity::Role,
    web,
};
use serde_json::Value;

use crate::{
    letters::filed,
    support::{Reply, TestApp, Who, log, people},
    web_security::{Things, signed_in, things_of},
};

/// A document of another case of a person's, by its id.
async fn document_of(app: &TestApp, n: u64) -> String {
    let path = format!("{}/documents", filed(app, n, "nb").await);
    let headers = [
        ("content-type", "application/octet-stream"),
        ("content-disposition", "attachment; filename*=UTF-8''kvittering.pdf"),
    ];
    let bytes: &[u8] = b"%PDF-1.7\n%Bilde av senderen\n";
    let sent = app.send_raw("POST", &path, Some(&Who::person(n)), &headers, Some(bytes)).await;
    sent.expect(201).json()["id"].as_str().expect("an id").to_owned()
}

/// An operation's address with a person's things in it; nothing when it names none of them.
fn address(path: &str, things: &Things, document: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let mut named = false;
    let filled: Vec<String> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            if !part.starts_with('{') {
                return (*part).to_owned();
            }
            let before = if at == 0 { "" } else { parts[at - 1] };
            let own = match before {
                "cases" => &things.case,
                "permits" => &things.permit,
                "letters" => &things.letter,
                "drafts" => &things.draft,
                "documents" => document,
                _ => "1",
            };
            named |= own != "1";
            own.to_owned()
        })
        .collect();
    named.then(|| filled.join("/"))
}

/// The document's own example of what an operation is sent.
fn example(operation: &Value) -> Option<Value> {
    let body = &operation["requestBody"]["content"]["application/json"]["example"];
    (!body.is_null()).then(|| body.clone())
}

/// Operations whose example is refused before anything is looked for.
const UNREAD: [&str; 4] = ["addCaseDocument", "applyForAmendment", "replyInCase", "transferPermit"];

fn is_of_a_person(operation: &str) -> bool {
    let rule = access::RULES.iter().find(|rule| rule.operation == operation);
    rule.is_some_and(|rule| rule.roles.contains(&Role::Person))
}

/// The line that says that somebody asked, and nothing of anybody.
#[track_caller]
fn is_written_down(who: &Who, id: &str, before: usize, address: &str) {
    let lines = log::refused(&who.0.subject);
    let lines = &lines[before..];
    assert!(lines.iter().any(|line| line.contains(id)), "{address}: {lines:?}");
    let line = lines.join("");
    for n in [1, 2] {
        let applicant = people::applicant(n);
        for member in ["name", "phone", "email"] {
            assert!(!line.contains(applicant[member].as_str().expect("a text")), "{line}");
        }
        assert!(!line.contains(Who::person(n).national_id()), "{line}");
    }
    assert!(!line.contains("kvittering"), "no file name: {line}");
}

/// Somebody the registry knows, with a subject that no other test has.
fn stranger(n: u64, subject: &str) -> Who {
    let mut who = Who::person(n);
    subject.clone_into(&mut who.0.subject);
    who
}

#[tokio::test]
async fn every_operation_finds_nothing_of_others_and_says_so_in_the_log() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let things = things_of(&app, 1).await;
    things_of(&app, 2).await;
    let file = document_of(&app, 1).await;
    let known = stranger(2, "guessing-known-2");
    let unknown = stranger(70, "guessing-unknown-70");
    let committed: Value = serde_json::from_str(document::COMMITTED).expect("the document");
    let (mut read, mut written) = (0, 0);
    for (path, item) in committed["paths"].as_object().expect("paths") {
        let Some(address) = address(path, &things, &file) else { continue };
        let asked: Vec<&str> = address.split('/').filter(|part| part.len() == 36).collect();
        for (method, operation) in item.as_object().expect("operations") {
            let Some(name) = operation["operationId"].as_str() else { continue };
            if !is_of_a_person(name) {
                continue;
            }
            for who in [&known, &unknown] {
                let before = log::refused(&who.0.subject).len();
                let headers = [("if-match", "\"v1\"")];
                let sent = example(operation);
                let method = method.to_uppercase();
                let reply = app.send(&method, &address, Some(who), &headers, sent.as_ref()).await;
                let is_unread = UNREAD.contains(&name) && [400, 415, 422].contains(&reply.status);
                let told = format!("{name}: {} {}", reply.status, reply.text());
                assert!(reply.status == 404 || is_unread, "{told}");
                assert!(!reply.text().contains("kvittering"), "{name}");
                if reply.status == 404 {
                    is_written_down(who, asked[0], before, &address);
                    read += usize::from(method == "GET");
                    written += usize::from(method != "GET");
                }
            }
        }
    }
    assert!(read >= 16 && written >= 12, "{read} reads, {written} writes");
    // one's own is not written down, nor what nobody has
    let own = stranger(1, "guessing-own-1");
    app.get(&format!("/v1/cases/{}", things.case), &own).await.expect(200);
    let nobodys = "/v1/permits/0198c0de-0000-7000-8000-000000000002";
    app.get(nobodys, &own).await.expect(404);
    assert_eq!(log::refused("guessing-own-1"), Vec::<String>::new());
    app.finish().await;
}

#[tokio::test]
async fn every_page_finds_nothing_of_others_and_says_so_in_the_log() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let things = things_of(&app, 1).await;
    things_of(&app, 2).await;
    let who = stranger(2, "guessing-pages-2");
    let ids = [&things.case, &things.permit, &things.letter, &things.draft];
    let mut looked = 0;
    for path in web::addresses() {
        let address = things.fill(path);
        let Some(id) = ids.iter().find(|id| address.contains(id.as_str())) else { continue };
        let mut visitor = signed_in(&app, &who);
        let before = log::refused(&who.0.subject).len();
        let reply: Reply = visitor.request("GET", &address, None).await;
        if [403, 405].contains(&reply.status) {
            continue; // for staff, or for forms only
        }
        assert_eq!(reply.status, 404, "{address}: {}", reply.text());
        is_written_down(&who, id, before, &address);
        looked += 1;
    }
    assert!(looked >= 10, "{looked}");
    assert_eq!(things.fill("/letters/:id/file"), format!("/nb/letters/{}/file", things.letter));
    app.finish().await;
}
