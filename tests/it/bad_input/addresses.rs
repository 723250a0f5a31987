//! Every page and every file that everybody may read: what an address does not know, or gets twice, is refused in
//! words, and nobody is sent a file of a type that they do not take.

use anrop::{
    register::{atom, snapshot::Name},
    web,
};

use super::{SECRET, refused, silent_about};
use crate::support::{Reply, TestApp};

/// What a browser takes.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// The pages without sign-in, each with a parameter it takes, if it takes any.
const PAGES: [(&str, Option<&str>); 23] = [
    ("", None),
    ("/call-signs", Some("q")),
    ("/call-signs/:callSign", Some("asOf")),
    ("/installers", Some("place")),
    ("/installers/:organisationNumber", None),
    ("/suppliers", Some("county")),
    ("/suppliers/:organisationNumber", None),
    ("/privacy", None),
    ("/open-data", None),
    ("/verify/:code", None),
    ("/frequency-plan", Some("from")),
    ("/frequency-permits", Some("holder")),
    ("/frequency-permits/:number", Some("map")),
    ("/number-ranges", Some("provider")),
    ("/number-ranges/:number", Some("type")),
    ("/statistics", None),
    (web::interference::PATH, None),
    (web::interference::FOLLOW_PATH, None),
    (web::interference::counts::PATH, None),
    (web::public_journal::PATH, Some("kind")),
    (web::document_access::PATH, Some("document")),
    (web::document_access::ANSWER_PATH, None),
    (web::contact_link::PATH, None),
];

/// An address with something in the place of each parameter.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.strip_prefix(':') {
        Some("callSign") => "LB1AG",
        Some("kind") => "amateur",
        Some(_) => "00000000-0000-0000-0000-000000000000",
        None => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn read(app: &TestApp, address: &str, accept: &str) -> Reply {
    app.send("GET", address, None, &[("accept", accept)], None).await
}

/// Where a page leads nobody who has not signed in, it is no public page.
async fn is_open(app: &TestApp, path: &str) -> bool {
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let client = builder.build().expect("a client");
    let request = client.get(format!("{}/nb{}", app.base, filled(path)));
    let answer = request.header("accept", BROWSER).send().await.expect("an answer");
    answer.status() == 200
}

#[tokio::test]
async fn every_public_page_says_in_words_what_its_address_should_not_have() {
    let app = TestApp::start_at_own_address().await;
    for path in web::addresses() {
        let is_known = PAGES.iter().any(|(page, _)| *page == path);
        assert!(is_known || !is_open(&app, path).await, "{path} is open and is not in the table");
    }
    for (path, takes) in PAGES {
        assert!(web::addresses().contains(&path), "{path} is no page");
        let address = format!("/nb{}", filled(path));
        let plain = read(&app, &address, BROWSER).await;
        let tracked = read(&app, &format!("{address}?utm_source=x&fbclid=y"), BROWSER).await;
        assert_eq!(tracked.status, plain.status, "{address}");
        for (language, unknown, repeated) in [
            ("nb", "Adressen inneholder «fremmed»", "«{}» står to ganger i adressen."),
            ("nn", "Adressa inneheld «fremmed»", "«{}» står to gonger i adressa."),
            ("en", "The address contains “fremmed”", "“{}” is in the address twice."),
        ] {
            let address = format!("/{language}{}", filled(path));
            let mut wrong = vec![("fremmed=1".to_owned(), unknown.to_owned())];
            if let Some(name) = takes {
                wrong.push((format!("{name}=1&{name}=2"), repeated.replace("{}", name)));
            }
            for (query, said) in wrong {
                let reply = read(&app, &format!("{address}?{query}"), BROWSER).await;
                assert_eq!(reply.status, 400, "{address}?{query}");
                assert!(reply.header("content-type").starts_with("text/html"), "{address}");
                assert_eq!(reply.header("content-language"), language, "{address}?{query}");
                let text = reply.text();
                assert!(text.contains(&said), "{address}?{query} does not say: {said}");
                let without = format!("<a href=\"{address}\">");
                assert!(text.contains(&without), "{address}?{query} does not lead on");
            }
        }
    }
    // an address without its language leads to the page, which says the same
    let reply = read(&app, "/privacy?fremmed=1", BROWSER).await.expect(400);
    assert!(reply.text().contains("«fremmed»"), "{}", reply.text());
    // the pages in English only
    for address in ["/docs", "/problems", "/problems/not-found"] {
        read(&app, address, BROWSER).await.expect(200);
        let reply = read(&app, &format!("{address}?fremmed=1"), BROWSER).await.expect(400);
        assert!(reply.text().contains(&format!("<a href=\"{address}\">")), "{address}");
        let reply = read(&app, &format!("{address}?{SECRET}=1"), "*/*").await;
        refused(reply, 400, "invalid-parameter", SECRET);
    }
    app.finish().await;
}

/// The files without sign-in, with their media types and a query of theirs.
fn files() -> Vec<(String, &'static str, &'static str)> {
    let call_sign_list = "/legacy/kallesignaler.csv".to_owned();
    let mut files = vec![
        (call_sign_list, "text/csv", ""),
        (Name::NumberList.path(), "text/csv", ""),
        (Name::RightsOfUse.path(), "application/json", ""),
        ("/statistics.csv".to_owned(), "text/csv", ""),
        ("/interference-statistics.csv".to_owned(), "text/csv", ""),
        (web::public_journal::CSV_PATH.to_owned(), "text/csv", "day=2026-03-02"),
        ("/openapi.json".to_owned(), "application/json", ""),
        ("/.well-known/openid-configuration".to_owned(), "application/json", ""),
        ("/robots.txt".to_owned(), "text/plain", ""),
        (web::frame::STYLE_PATH.to_owned(), "text/css", "v=1"),
        (web::frame::ICON_PATH.to_owned(), "image/svg+xml", "v=1"),
        (web::charts::PATH.to_owned(), "text/css", "v=1"),
        (anrop::document::DOCUMENT_CSS_PATH.to_owned(), "text/css", ""),
    ];
    files.extend(atom::addresses().map(|address| (address, "application/atom+xml", "")));
    files
}

#[tokio::test]
async fn every_public_file_refuses_what_it_does_not_know_and_who_does_not_take_it() {
    let app = TestApp::start().await;
    for (address, media_type, query) in files() {
        let given = if query.is_empty() { address.clone() } else { format!("{address}?{query}") };
        let family = media_type.split('/').next().expect("a family");
        let takers = [
            "*/*".to_owned(),
            BROWSER.to_owned(),
            media_type.to_owned(),
            format!("{family}/*"),
            format!("font/woff2, {media_type};q=0.1"),
        ];
        for accept in takers {
            let reply = read(&app, &given, &accept).await;
            assert_eq!(reply.status, 200, "{given} for {accept}: {}", reply.text());
            let own = reply.header("content-type");
            assert!(own.starts_with(media_type), "{given} is {own}");
        }
        for accept in ["font/woff2", "font/*, video/mp4", &format!("*/*, {media_type};q=0")] {
            let reply = read(&app, &given, accept).await;
            refused(reply, 406, "not-acceptable", "woff2");
        }
        let and = if query.is_empty() { "?" } else { "&" };
        let mut wrong = vec![format!("{given}{and}{SECRET}=1"), format!("{given}{and}Q={SECRET}")];
        if !query.is_empty() {
            wrong.push(format!("{given}&{query}"));
        }
        for wrong in wrong {
            refused(read(&app, &wrong, "*/*").await, 400, "invalid-parameter", SECRET);
            let page = read(&app, &wrong, BROWSER).await;
            assert_eq!(page.status, 400, "{wrong}");
            assert!(page.header("content-type").starts_with("text/html"), "{wrong}");
        }
        let tracked = format!("{given}{and}utm_source=brev");
        read(&app, &tracked, "*/*").await.expect(200);
    }
    // who says that they take pages only is told so on one
    let reply = read(&app, "/statistics.csv", "text/html").await.expect(406);
    assert!(reply.text().contains("ikke tar imot filer av denne typen"), "{}", reply.text());
    silent_about(&read(&app, "/feed.atom", "text/hemmelig").await.expect(406), SECRET);
    app.finish().await;
}
