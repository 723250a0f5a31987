//! Every page there is, without barriers: the demo is read link by link as each of those who sign in to it, and of
//! every address that `web::addresses` names some pages are looked at by axe-core, in every language, in light and
//! dark, and on the narrowest screen. A new page that nobody finds by links fails here by its address.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anrop::{jobs::notify_once, values::language::Language, web};
use chrono::TimeDelta;
use matchit::Router;
use regex::Regex;

use super::{
    apply::{press, sign_in_anew},
    driver::Browser,
    journeys::{SAID, a_beacon_is_applied_for, a_caseworker_asks, a_decision_is_appealed_against},
};
use crate::support::{TestApp, program, test_app::on_postgres};

/// Addresses of one kind that are read for their links.
const READ: usize = 40;
/// Looks at pages of one kind: each has its language and colours.
const LOOKS: usize = 6;

/// Who reads, and from where, below the language. Nobody in particular is first, so that what is public is read so.
const READERS: &[(&str, &[&str])] = &[
    ("", &["", "/document-access", "/interference-reports", "/interference-statistics"]),
    ("KARI", &["/my-page", "/apply", "/letters", "/apply/plb"]),
    ("BUSINESS", &["/my-page", "/apply", "/letters"]),
    ("REPRESENTATIVE", &["/my-page", "/apply"]),
    ("CASEWORKER", &["/casework"]),
    ("SUPERVISOR", &["/casework/fees", "/casework"]),
    ("ADMINISTRATOR", &["/deliveries", "/casework/fees"]),
    ("RESCUE", &["/rescue-desk"]),
    ("EXAMINER", &["/exam-results"]),
];

/// What no link of the demo leads to, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("/drafts/:id/documents/:document", "a file that somebody has sent"),
    ("/my-page/cases/:id/documents/:document", "a file that somebody has sent"),
    ("/casework/cases/:id/documents/:document", "a file that somebody has sent"),
    ("/casework/cases/:id/appeal-package", "a file, where there is an appeal"),
    ("/casework/supervision-decisions/:id/appeal-package", "a file, where there is an appeal"),
    ("/casework/fees/:id/appeal-package", "a file, where there is an appeal"),
    ("/casework/fees/:id/ehf", "a file, where an organisation pays"),
    ("/contact/:token", "below: its address is sent to the contact only"),
    ("/verify/:code", "in `mod.rs`: its address is printed on the certificate"),
];

/// A page somebody reached.
#[derive(Clone, PartialEq)]
struct Page {
    reader: &'static str,
    /// Below the language.
    address: String,
}

/// What there is, by the address as the program has it.
#[derive(Default)]
struct Found {
    pages: BTreeMap<&'static str, Vec<Page>>,
    /// Addresses that answer with something else than a page.
    files: BTreeSet<&'static str>,
}

/// The addresses of the program, to be found by an address of a reader.
fn router() -> Router<&'static str> {
    let mut router = Router::new();
    let parameter = Regex::new(":([A-Za-z]+)").expect("a pattern");
    for address in web::addresses() {
        let route = format!("/nb{}", parameter.replace_all(address, "{$1}"));
        router.insert(route, address).expect("addresses differ");
    }
    router
}

/// One answer to somebody with these cookies, without following where it leads.
async fn read(address: &str, cookies: &str) -> reqwest::Response {
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let request = builder.build().expect("a client").get(address);
    let request = request.header("accept", "text/html").header("cookie", cookies);
    request.send().await.expect("an answer")
}

impl Found {
    /// Reads on from a reader's first pages, link by link.
    async fn crawl(&mut self, base: &str, reader: &'static str, first: &[&str], cookies: &str) {
        let (router, link) = (router(), Regex::new("href=\"(/nb[^\"#?]*)").expect("a pattern"));
        let mut waiting: VecDeque<String> = first.iter().map(|path| format!("/nb{path}")).collect();
        let (mut seen, mut counts) = (BTreeSet::new(), BTreeMap::<&str, usize>::new());
        while let Some(path) = waiting.pop_front() {
            let Ok(at) = router.at(&path) else { continue };
            let at: &'static str = at.value;
            let is_new = reader.is_empty() || !self.is_public(at);
            let count = counts.entry(at).or_default();
            if !is_new || *count == READ || !seen.insert(path.clone()) {
                continue;
            }
            *count += 1;
            let answer = read(&format!("{base}{path}"), cookies).await;
            if answer.status() != 200 {
                continue;
            }
            let media_type = answer.headers()["content-type"].to_str().expect("a text").to_owned();
            if !media_type.starts_with("text/html") {
                self.files.insert(at);
                continue;
            }
            let body = answer.text().await.expect("a whole answer");
            waiting.extend(link.captures_iter(&body).map(|found| found[1].to_owned()));
            let address = path.trim_start_matches("/nb").to_owned();
            self.pages.entry(at).or_default().push(Page { reader, address });
        }
    }

    fn is_public(&self, address: &str) -> bool {
        self.pages.get(address).is_some_and(|pages| pages[0].reader.is_empty())
    }

    /// Addresses that nobody has found and nothing explains.
    async fn missing(&self, base: &str) -> Vec<&'static str> {
        let id = "00000000-0000-7000-8000-000000000000";
        let parameter = Regex::new(":[A-Za-z]+").expect("a pattern");
        let mut missing = Vec::new();
        for address in web::addresses() {
            let is_found = self.pages.contains_key(address) || self.files.contains(address);
            if is_found || ELSEWHERE.iter().any(|(one, _)| *one == address) {
                continue;
            }
            let path = format!("{base}/nb{}", parameter.replace_all(address, id));
            // what only takes forms is no page
            if read(&path, "").await.status() != 405 {
                missing.push(address);
            }
        }
        missing
    }

    /// Which pages are looked at: of each address some from all that were found, with language and colours.
    fn looks(&self) -> BTreeMap<&'static str, Vec<(String, &'static str)>> {
        let mut looks: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for pages in self.pages.values() {
            for look in 0..LOOKS {
                let page = &pages[look * pages.len() / LOOKS];
                let language = Language::ALL[look % 3];
                let scheme = if look < 3 { "light" } else { "dark" };
                let path = format!("/{language}{}", page.address);
                looks.entry(page.reader).or_default().push((path, scheme));
            }
        }
        looks
    }
}

async fn cookies(browser: &Browser) -> String {
    let cookies = browser.driver.get_all_cookies().await.expect("cookies");
    let pairs = cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value));
    pairs.collect::<Vec<_>>().join("; ")
}

async fn become_reader(browser: &Browser, (reader, first): (&str, &[&str])) {
    if reader.is_empty() {
        browser.go("/nb").await;
        browser.driver.delete_all_cookies().await.expect("signed out");
    } else {
        sign_in_anew(browser, reader, &format!("/nb{}", first[0])).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_has_barriers() {
    if on_postgres() {
        return; // the demo has its own database
    }
    let folder = tempfile::tempdir().expect("a folder");
    let demo = program::demo(folder.path()).await;
    super::in_browser(&demo.base, async |browser| every_page(browser, &demo.base).await).await;
}

/// Asks for a document of the public journal; the address at which the answer will stand, and what is wrong with the page
/// that says so.
async fn a_document_is_asked_for(browser: &Browser) -> (String, Vec<String>) {
    browser.go("/nb/public-journal").await;
    let number = Regex::new(r"\d{4}/\d{6}-\d+").expect("a pattern");
    let journal = browser.text("main").await;
    let document = number.find(&journal).expect("a document").as_str();
    browser.go("/nb/document-access").await;
    browser.fill("#documents", document).await;
    browser.follow("main form .button").await;
    let link = browser.one("main .card a").await.attr("href").await.expect("read");
    let link = link.expect("an address");
    let answer = link[link.find("/document-access/").expect("the answer's")..].to_owned();
    (answer, super::barriers_here(browser, "the receipt of a request for access").await)
}

async fn every_page(browser: &Browser, base: &str) {
    let [said, ..] = &SAID;
    // what the test person has not done in the made-up year
    a_decision_is_appealed_against(browser, said).await;
    let asked = a_beacon_is_applied_for(browser, said).await;
    a_caseworker_asks(browser, said, &asked).await;
    let receipt = format!("/receipts/{asked}");
    sign_in_anew(browser, "KARI", "/nb/apply/plb").await;
    browser.follow("main form .button").await;
    press(browser, "later").await;
    let (answer, mut wrong) = a_document_is_asked_for(browser).await;

    let mut found = Found::default();
    for (reader, first) in READERS {
        become_reader(browser, (reader, first)).await;
        let cookies = cookies(browser).await;
        // shown once, and linked from nowhere else
        let own = match *reader {
            "" => vec![answer.as_str()],
            "KARI" => vec![receipt.as_str()],
            _ => vec![],
        };
        found.crawl(base, reader, &[*first, &own[..]].concat(), &cookies).await;
    }
    let missing = found.missing(base).await;
    assert!(missing.is_empty(), "no link leads anybody to {missing:?}");

    let looks = found.looks();
    for reader in READERS {
        become_reader(browser, *reader).await;
        let looks = looks.get(reader.0).map(Vec::as_slice).unwrap_or_default();
        browser.size(320, true).await;
        for path in looks.iter().map(|(path, _)| path).collect::<BTreeSet<_>>() {
            wrong.extend(browser.too_wide(path, 320).await);
        }
        browser.size(1280, false).await;
        for scheme in ["light", "dark"] {
            browser.scheme(scheme).await;
            for (path, _) in looks.iter().filter(|(_, own)| *own == scheme) {
                let barriers = browser.barriers_at(path).await;
                wrong.extend(barriers.into_iter().map(|one| format!("{path} ({scheme}): {one}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_an_emergency_contact_has_no_barriers() {
    if on_postgres() {
        return;
    }
    let (app, gateway) = crate::contacts::started().await;
    crate::contacts::granted(&app, 1).await;
    notify_once(app.app.clone()).await.expect("sends");
    let link = gateway.link(&crate::contacts::phone(1, 0));
    let address = link.trim_start_matches(&app.base).trim_start_matches("/nb").to_owned();
    super::in_browser(&app.base, async |browser| {
        let mut wrong = super::barriers(browser, std::slice::from_ref(&address)).await;
        browser.go(&format!("/nb{address}")).await;
        browser.follow("button[value=confirm]").await;
        assert_eq!(browser.text("h1").await, "Takk");
        wrong.extend(super::barriers_here(browser, "what a contact is thanked with").await);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    })
    .await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_answer_a_form_have_no_barriers() {
    if on_postgres() {
        return;
    }
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    crate::casework::grantable(&app, "312345676").await;
    crate::casework::plb(&app, 1).await;
    super::in_browser(&app.base, async |browser| {
        let mut wrong = Vec::new();
        for language in Language::ALL {
            wrong.extend(interference_is_reported(browser, &app, language.code()).await);
        }
        sign_in_anew(browser, "CASEWORKER", "/nb/casework").await;
        for language in Language::ALL {
            wrong.extend(cases_are_weighed_together(browser, language.code()).await);
        }
        browser.follow("main form button[value=grant]").await;
        assert!(browser.count(".lines .tag").await > 0, "what became of each is told");
        wrong.extend(super::barriers_here(browser, "cases granted together").await);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    })
    .await;
    app.finish().await;
}

/// Reports interference by the form; what is wrong with its receipt.
async fn interference_is_reported(browser: &Browser, app: &TestApp, language: &str) -> Vec<String> {
    browser.go(&format!("/{language}/interference-reports")).await;
    let yesterday = app.day_in(-1).to_string();
    for (name, value) in [
        ("service", "mobile"),
        ("severity", "business"),
        ("description", "Sus på alle kanaler"),
        ("municipality", "0301"),
        ("began-day", yesterday.as_str()),
        ("began-time", "13.45"),
    ] {
        let field = format!("document.querySelector('main form [name=\"{name}\"]')");
        browser.run(&format!("{field}.value = '{value}'")).await;
    }
    // nobody fills it in at once
    app.clock.advance(TimeDelta::seconds(20));
    browser.follow("main form .deeds .button").await;
    assert_eq!(browser.count("strong.sign").await, 1, "the receipt has the code");
    super::barriers_here(browser, &format!("the receipt of a report ({language})")).await
}

/// Chooses every case of the queue; what is wrong with the page that says which can be granted.
async fn cases_are_weighed_together(browser: &Browser, language: &str) -> Vec<String> {
    browser.go(&format!("/{language}/casework")).await;
    let all = "document.querySelectorAll('.choose input').forEach(one => { one.checked = true })";
    browser.run(all).await;
    browser.follow(".bulk .button").await;
    assert_eq!(browser.count("main form button[value=grant]").await, 1, "one can be granted");
    super::barriers_here(browser, &format!("cases weighed together ({language})")).await
}
