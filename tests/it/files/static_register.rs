//! The static register, served by a plain file server: every link leads somewhere, it says when it was
//! cut, and it shows what may be shown at that moment.

use std::{
    collections::{BTreeMap, VecDeque},
    path::{Path, PathBuf},
};

use anrop::{
    commands::snapshot::{self, manifest},
    keys::Origin,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use poem::{
    Endpoint, Request, Response, Server,
    endpoint::make,
    http::StatusCode,
    listener::{Acceptor as _, Listener as _, TcpListener},
};
use regex::Regex;

use super::{LISTS, fetch, furnished, reserve};
use crate::support::TestApp;

/// What any web server does with a folder, and nothing more.
fn files(folder: PathBuf) -> impl Endpoint<Output = Response> {
    make(move |request: Request| {
        let folder = folder.clone();
        async move {
            let path = request.uri().path().trim_start_matches('/').to_owned();
            assert!(!path.contains(".."), "the links are resolved by the reader");
            let mut file = folder.join(path);
            if file.is_dir() {
                file = file.join("index.html");
            }
            let response = match std::fs::read(&file) {
                Ok(bytes) => Response::builder().body(bytes),
                Err(_) => Response::builder().status(StatusCode::NOT_FOUND).finish(),
            };
            Ok::<_, poem::Error>(response)
        }
    })
}

async fn serve(folder: &Path) -> String {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a free port");
    let address = acceptor.local_addr()[0].to_string();
    let folder = folder.to_owned();
    tokio::spawn(async move {
        let _ = Server::new_with_acceptor(acceptor).run(files(folder)).await;
    });
    format!("http://{}", address.trim_start_matches("socket://"))
}

/// Everything that is reached from the first page, by address; a link that leads nowhere fails.
async fn walked(base: &str) -> BTreeMap<String, String> {
    let link = Regex::new(r#" (?:href|src|action)="([^"]*)""#).expect("a pattern");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let mut seen = BTreeMap::new();
    let mut queue =
        VecDeque::from([(reqwest::Url::parse(base).expect("an address"), String::new())]);
    while let Some((mut address, from)) = queue.pop_front() {
        address.set_fragment(None);
        if seen.contains_key(address.as_str()) {
            continue;
        }
        let answer = client.get(address.clone()).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{address}, linked from {from}");
        let bytes = answer.bytes().await.expect("a whole answer");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.starts_with("<!doctype html>") || text.trim_start().starts_with("<!doctype html>") {
            for found in link.captures_iter(&text) {
                let next = address.join(&found[1].replace("&amp;", "&")).expect("an address");
                if next.as_str().starts_with(base) {
                    queue.push_back((next, address.to_string()));
                }
            }
        }
        seen.insert(address.to_string(), text);
    }
    seen
}

/// The page of a number is reached from the list, in every language, and so is the list of its type.
fn numbers_are_there(base: &str, site: &BTreeMap<String, String>) {
    let row = Regex::new(r#" href="([^"/]+/e164_8_digit\.html)""#).expect("a pattern");
    for language in ["nb", "nn", "en"] {
        let folder = format!("{base}/{language}/number-ranges");
        let list = &site[&format!("{folder}/index.html")];
        let found = row.captures(list).expect("a number in the list");
        let page = &site[&format!("{folder}/{}", &found[1])];
        assert!(page.contains("<h1 class=\"number\">"), "the page of a number");
        assert!(page.contains("<time datetime="), "the page says when it was cut");
        assert!(row.is_match(&site[&format!("{folder}/e164_8_digit.html")]), "the list of a type");
    }
}

/// The folder is proven by the key of the checkpoints and by no other; a file that is changed, and one that
/// nobody wrote, is named.
fn is_proven(app: &TestApp, folder: &Path) {
    let trusted = [app.app.keys().checkpoint_key().verifying_key()];
    let statement = manifest::verify(folder, &trusted).expect("every file is as it was written");
    let mark = std::fs::read_to_string(folder.join("cut.json")).expect("a mark");
    let mark: serde_json::Value = serde_json::from_str(&mark).expect("JSON");
    assert!(statement.contains(&format!("\nsequence {}\n", mark["sequence"])), "{statement}");
    let key = STANDARD.encode(trusted[0].as_bytes());
    snapshot::verify(folder, &[key]).expect("the command says the same");
    let other = anrop::keys::KeyRing::generate(chrono::DateTime::UNIX_EPOCH, Origin::Demo);
    let other = [other.checkpoint_key().verifying_key()];
    assert!(manifest::verify(folder, &other).is_err(), "another key has not signed it");

    let page = folder.join("nb/index.html");
    let whole = std::fs::read(&page).expect("a page");
    std::fs::write(&page, [whole.as_slice(), b"<!-- -->"].concat()).expect("writes");
    std::fs::write(folder.join("nb/new.html"), "new").expect("writes");
    let faults = manifest::verify(folder, &trusted).expect_err("not as it was written");
    assert_eq!(faults, ["nb/index.html was changed", "nb/new.html was added"]);
    std::fs::write(&page, whole).expect("writes");
    std::fs::remove_file(folder.join("nb/new.html")).expect("removes");
    manifest::verify(folder, &trusted).expect("as it was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_link_of_the_static_register_leads_somewhere_and_it_says_when_it_was_cut() {
    let (app, holders) = furnished().await;
    let around = tempfile::tempdir().expect("a folder");
    let folder = around.path().join("register");
    app.seal().await;
    let pages = snapshot::write(&app.app, &folder).await.expect("writes");
    let base = serve(&folder).await;
    let site = walked(&base).await;
    assert!(site.len() >= pages, "{} of {pages} pages are reached", site.len());
    for language in ["nb", "nn", "en"] {
        for holder in &holders {
            let page = &site[&format!("{base}/{language}/call-signs/{}.html", holder.sign)];
            assert!(page.contains("<time datetime="), "the page says when it was cut");
            assert_eq!(page.contains(&holder.name), holder.sign != holders[5].sign);
        }
        assert!(!site[&format!("{base}/{language}/call-signs/index.html")].contains("<form"));
        assert!(site.contains_key(&format!("{base}/{language}/unavailable.html")));
    }
    numbers_are_there(&base, &site);
    assert!(site[&format!("{base}/statistics.csv")].lines().count() > 1, "the figures are there");
    // the files are those of the service
    for list in LISTS {
        for form in ["csv", "json", "jsonl"] {
            let path = format!("v1/snapshots/latest/{list}.{form}");
            let written = std::fs::read(folder.join(&path)).expect("a file");
            assert_eq!(written, fetch(&app, &format!("{list}.{form}")).await.bytes, "{path}");
        }
    }
    for path in [
        "legacy/kallesignaler.csv",
        "legacy/E164.csv",
        "frekvensportalen_service/rest/rightofuseinfos",
        "v1/catalog.ttl",
        "v1/catalog.jsonld",
        "v1/schemas/call-signs.schema.json",
        "feed.atom",
        "robots.txt",
        "openapi.json",
        "assets/pages.css",
    ] {
        assert!(folder.join(path).metadata().expect(path).len() > 10, "{path}");
    }
    is_proven(&app, &folder);
    // cut again after a withdrawal, the name is nowhere in the folder
    holders[0].withdraw(&app).await;
    snapshot::write(&app.app, &folder).await.expect("writes");
    let site = walked(&base).await;
    let family = holders[0].name.split(' ').next_back().expect("a name");
    let is_shared = holders[1..].iter().any(|other| other.name.contains(family));
    for (address, text) in &site {
        assert!(!text.contains(&holders[0].name), "{address}");
        assert!(is_shared || !text.contains(family), "{address}");
    }
    assert_eq!(std::fs::read_dir(around.path()).expect("a folder").count(), 1, "nothing is left");
    app.finish().await;
}

/// A busy register: something changes all the time, about nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_about_nobody_do_not_keep_the_static_register_from_being_written() {
    let (app, holders) = furnished().await;
    let around = tempfile::tempdir().expect("a folder");
    let folder = around.path().join("register");
    app.seal().await;
    let changing = async {
        let letter = |n: u32| char::from(b'A' + u8::try_from(n % 26).expect("small"));
        for n in 0..26 * 26 {
            reserve(&app, &format!("LB9{}{}", letter(n / 26), letter(n))).await;
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        written = snapshot::write(&app.app, &folder) => assert!(written.expect("writes") > 0),
        () = changing => unreachable!("it waits for the other"),
    }
    let page = folder.join(format!("nb/call-signs/{}.html", holders[0].sign));
    assert!(std::fs::read_to_string(page).expect("a page").contains(&holders[0].name));
    app.finish().await;
}

#[tokio::test]
async fn a_folder_of_somebody_else_is_not_replaced() {
    let (app, _) = furnished().await;
    let around = tempfile::tempdir().expect("a folder");
    std::fs::write(around.path().join("letter.txt"), "dear").expect("writes");
    let failure = snapshot::write(&app.app, around.path()).await.expect_err("refused");
    assert!(failure.contains("no static register"), "{failure}");
    assert!(around.path().join("letter.txt").exists());
    app.finish().await;
}
