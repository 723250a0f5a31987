//! The public pages in a browser: what a reader does with them, with and without scripts, by keyboard,
//! on a narrow screen and in the dark; and that axe-core finds nothing wrong with any of them.
//!
//! One browser does it all, so it is one test with steps. The pages are the same on both databases:
//! it runs on SQLite only.

mod apply;
mod barriers;
mod casework;
mod desk;
mod driver;
mod fees;
mod journeys;
mod letters;
mod screenshots;

use std::panic::AssertUnwindSafe;

use anrop::{identity::Role, register::snapshot};
use driver::Browser;
use futures_util::FutureExt as _;
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::support::{TestApp, Who, people, test_app::on_postgres};

/// Licences in the register: more than a page shows.
const LICENCES: u64 = 57;
/// Of these, whose holder lets name and post town be shown.
const SHOWN: u64 = 9;

/// Does something in a browser of its own, which is closed in order even when a step fails.
async fn in_browser(base: &str, steps: impl AsyncFnOnce(&Browser)) {
    let browser = Browser::start(base).await.with_axe();
    let steps = AssertUnwindSafe(steps(&browser)).catch_unwind().await;
    browser.close().await;
    if let Err(failed) = steps {
        std::panic::resume_unwind(failed);
    }
}

/// What is wrong with pages, below the language: in every language, in light and dark, and whether they are wider
/// than the narrowest screen.
async fn barriers(browser: &Browser, pages: &[String]) -> Vec<String> {
    let mut wrong = Vec::new();
    browser.size(320, true).await;
    for page in pages {
        wrong.extend(browser.too_wide(&format!("/nn{page}"), 320).await);
    }
    browser.size(1280, false).await;
    for (scheme, languages) in [("light", &["nb", "nn", "en"][..]), ("dark", &["nb"][..])] {
        browser.scheme(scheme).await;
        for language in languages {
            for page in pages {
                let path = format!("/{language}{page}");
                let found = browser.barriers_at(&path).await;
                wrong.extend(found.into_iter().map(|one| format!("{path} ({scheme}): {one}")));
            }
        }
    }
    browser.scheme("light").await;
    wrong
}

/// What is wrong with the page that is shown, which answers a form and has no address of its own: in light and dark, and
/// whether it is wider than the narrowest screen.
async fn barriers_here(browser: &Browser, what: &str) -> Vec<String> {
    browser.size(320, true).await;
    let mut wrong: Vec<String> = browser.too_wide_here(what, 320).await.into_iter().collect();
    browser.size(1280, false).await;
    for scheme in ["light", "dark"] {
        browser.scheme(scheme).await;
        let found = browser.barriers_here().await;
        wrong.extend(found.into_iter().map(|one| format!("{what} ({scheme}): {one}")));
    }
    browser.scheme("light").await;
    wrong
}

/// What is in the register.
struct Content {
    app: TestApp,
    /// The first sign, whose holder is shown, and the holder's name.
    sign: String,
    name: String,
    /// A sign whose holder is not shown.
    withheld: String,
    /// Number of an organisation that is an installer and a supplier.
    business: String,
}

async fn content() -> Content {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let results: Vec<Value> = (1..=LICENCES)
        .map(|n| {
            json!({ "nationalId": Who::person(n).national_id(), "licenceClass": "full",
                    "passedOn": "2026-10-01", "reference": format!("exam-{n}") })
        })
        .collect();
    let examiner = Who::role(Role::Examiner);
    app.post("/v1/exam-results", &examiner, &json!({ "results": results })).await.expect(201);
    let mut signs = Vec::new();
    for n in 1..=LICENCES {
        let publish: &[&str] = if n <= SHOWN { &["name", "postTown"] } else { &[] };
        let application = people::amateur_application(n, publish);
        let made = app.post("/v1/amateur/applications", &Who::person(n), &application).await;
        signs.push(made.expect(201).json()["callSign"].as_str().expect("a sign").to_owned());
    }
    let name = people::applicant(1)["name"].as_str().expect("a name").to_owned();
    let business = crate::kinds::business::in_both_lists(&app).await;
    Content { sign: signs[0].clone(), name, withheld: signs[20].clone(), business, app }
}

impl Content {
    /// Every page, below the language.
    fn pages(&self) -> Vec<String> {
        vec![
            String::new(),
            "/call-signs".to_owned(),
            "/call-signs?q=xyzzy".to_owned(),
            "/call-signs?year=x".to_owned(),
            format!("/call-signs/{}", self.sign),
            format!("/call-signs/{}?asOf=2020-01-01", self.sign),
            "/call-signs/LB9ZZ?onAir=JW/LB9ZZ".to_owned(),
            "/call-signs/SM5XX".to_owned(),
            "/installers".to_owned(),
            format!("/installers/{}", self.business),
            "/suppliers".to_owned(),
            format!("/suppliers/{}", self.business),
            "/suppliers/123".to_owned(),
            "/frequency-plan".to_owned(),
            "/frequency-plan?from=1000000000&to=4000000000".to_owned(),
            "/frequency-plan?from=x".to_owned(),
            "/frequency-permits".to_owned(),
            "/frequency-permits?from=x".to_owned(),
            "/number-ranges".to_owned(),
            "/number-ranges/22000000".to_owned(),
            "/statistics".to_owned(),
            "/public-journal".to_owned(),
            "/public-journal?from=x".to_owned(),
            "/document-access".to_owned(),
            "/document-access/unknown".to_owned(),
            "/privacy".to_owned(),
            "/open-data".to_owned(),
            "/interference-reports".to_owned(),
            "/interference-reports/follow-up".to_owned(),
            "/interference-statistics".to_owned(),
            "/verify/0000".to_owned(),
            "/no-such-page".to_owned(),
        ]
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_work_in_a_browser() {
    if on_postgres() {
        return;
    }
    let content = content().await;
    in_browser(&content.app.base, async |browser| steps(browser, &content).await).await;
    content.app.finish().await;
}

async fn steps(browser: &Browser, content: &Content) {
    // what it says of a page without barriers means something only if it can say anything else
    browser.go("data:text/html,<title>x</title><img src='data:,'><input>").await;
    assert!(browser.violations().await.len() > 2, "axe finds barriers where there are some");
    browser.scheme("light").await;
    a_search_finds_a_sign_and_its_page_explains_it(browser, content).await;
    filters_narrow_and_chips_take_them_away(browser).await;
    pages_of_results_neither_repeat_nor_skip(browser).await;
    the_language_changes_and_the_page_stays(browser).await;
    what_was_typed_is_kept_when_it_is_wrong(browser).await;
    every_list_can_be_downloaded(browser, content).await;
    the_chart_of_the_plan_leads_closer_and_back(browser).await;
    the_keyboard_reaches_search_and_results(browser).await;
    everything_works_without_scripts(browser, content).await;
    the_menu_of_a_narrow_screen_opens(browser).await;
    a_list_is_printed_as_a_table(browser).await;
    axe_finds_nothing_wrong(browser, content).await;
    no_request_left_this_machine(browser, content).await;
}

async fn a_search_finds_a_sign_and_its_page_explains_it(browser: &Browser, content: &Content) {
    browser.go("/nb").await;
    browser.search(&content.name).await;
    assert!(browser.texts("table.results th a").await.contains(&content.sign));
    browser.follow(&format!("a[href$='/{}']", content.sign)).await;
    assert_eq!(browser.text("h1").await, content.sign);
    assert!(browser.text("main").await.contains(&content.name));
    browser.go(&format!("/en/call-signs/{}", content.withheld)).await;
    assert!(browser.text(".lead").await.contains("has not consented"));
    // as it is heard on the air, and a sign that nobody has
    browser.go("/en").await;
    browser.search(&format!("JW/{}", content.withheld)).await;
    browser.follow(".asked a").await;
    assert!(browser.text("main").await.contains("Svalbard"));
    browser.go("/en").await;
    browser.search("LB9ZZ").await;
    assert!(browser.text(".asked").await.contains("Free"));
    // one slip leads to the sign that was meant
    let slip = format!("{}X", content.sign);
    browser.go("/en").await;
    browser.search(&slip).await;
    assert!(browser.texts(".suggestions a").await.contains(&content.sign));
}

async fn filters_narrow_and_chips_take_them_away(browser: &Browser) {
    browser.go("/en/call-signs").await;
    assert!(browser.text("#results").await.contains(&LICENCES.to_string()));
    browser.follow(".wide-only .facet a[href*='place=']").await;
    let narrowed = browser.count("table.results tbody tr").await;
    assert!(narrowed < usize::try_from(SHOWN).expect("small") + 1 && narrowed > 0);
    assert!(browser.text(".chips").await.contains("Place"));
    browser.follow(".chips a.chip").await;
    assert_eq!(browser.count(".chips").await, 0);
    assert!(browser.text("#results").await.contains(&LICENCES.to_string()));
}

async fn pages_of_results_neither_repeat_nor_skip(browser: &Browser) {
    browser.go("/nb/call-signs").await;
    let mut signs = browser.texts("table.results th a").await;
    browser.follow(".paging a[rel~=next]").await;
    signs.extend(browser.texts("table.results th a").await);
    assert_eq!(browser.count(".paging a[rel~=next]").await, 0);
    let shown = signs.len();
    let sorted = signs.is_sorted();
    signs.dedup();
    assert!(sorted);
    assert_eq!((signs.len(), shown as u64), (shown, LICENCES));
}

async fn the_language_changes_and_the_page_stays(browser: &Browser) {
    browser.go("/nb/call-signs?status=inUse").await;
    assert_eq!(browser.text("h1").await, "Kallesignaler");
    for (code, title) in [("nn", "Kallesignal"), ("en", "Call signs"), ("nb", "Kallesignaler")] {
        browser.follow(&format!(".languages a[lang={code}]")).await;
        assert_eq!(browser.path().await, format!("/{code}/call-signs?status=inUse"));
        assert_eq!(browser.text("h1").await, title);
        assert_eq!(browser.run("return document.documentElement.lang").await, code);
    }
}

async fn what_was_typed_is_kept_when_it_is_wrong(browser: &Browser) {
    let typed = "<img src=x onerror=alert(1)>\"'&";
    browser.go("/en/call-signs?status=lost").await;
    browser.search(typed).await;
    assert!(browser.text("[role=alert]").await.contains("Status"));
    let kept = browser.one("#q").await.value().await.expect("a value");
    assert_eq!(kept.as_deref(), Some(typed));
    assert_eq!(browser.count("main img").await, 0);
    browser.follow("[role=alert] p a").await;
    assert_eq!(browser.count("[role=alert]").await, 0);
}

async fn every_list_can_be_downloaded(browser: &Browser, content: &Content) {
    for list in snapshot::whole_lists() {
        browser.go(&format!("/nb/{list}")).await;
        let mut files: Vec<String> = ["csv", "json", "jsonl"]
            .map(|ending| format!("/v1/snapshots/latest/{list}.{ending}"))
            .into();
        if list == "number-ranges" {
            files.push("/legacy/E164.csv".to_owned());
        }
        for file in &files {
            let link = format!("a[href='{file}'][download]");
            assert_eq!(browser.count(&link).await, 1, "{link}");
            assert!(!browser.text(&link).await.is_empty(), "{link} can be seen");
            let got = content.app.get_public(file).await.expect(200);
            assert!(got.header("content-disposition").starts_with("attachment"), "{file}");
            let has = match list {
                "call-signs" => content.sign.as_str(),
                "installers" | "suppliers" => content.business.as_str(),
                _ => "",
            };
            assert!(got.text().contains(has), "{file}");
        }
        // and no button besides, which would not be looked at here
        assert_eq!(browser.count(".downloads a").await, files.len(), "{list}");
    }
}

/// The ends of the range that a page of the plan shows, by its address.
async fn shown_ends(browser: &Browser) -> (u64, u64) {
    let path = browser.path().await;
    let end = |name: &str| {
        let (_, rest) = path.split_once(name).unwrap_or_else(|| panic!("{path} has no {name}"));
        let digits = rest.split('&').next().unwrap_or_default();
        digits.parse().unwrap_or_else(|_| panic!("{path}: {name}"))
    };
    (end("from="), end("to="))
}

/// Presses the largest field of a chart that is not the whole plan, to the band it stands for.
async fn follow_largest_field(browser: &Browser, chart: &str) {
    let find = format!(
        "const size = one => {{ const box = one.getBoundingClientRect(); return box.width * box.height }}; \
         const fields = [...document.querySelectorAll(\"{chart} a[class^='g-']\")] \
         .filter(one => !one.getAttribute('href').includes('from=8300&to=275000000000')); \
         const largest = fields.reduce((a, b) => size(b) > size(a) ? b : a); \
         largest.id = 'largest'; largest.scrollIntoView({{ block: 'center' }}); \
         return largest.getAttribute('href')"
    );
    let link = browser.run(&find).await;
    browser.follow("#largest").await;
    let query = link.as_str().expect("an address");
    assert_eq!(browser.path().await, format!("/en/frequency-plan{query}"));
}

async fn the_chart_of_the_plan_leads_closer_and_back(browser: &Browser) {
    browser.go("/en/frequency-plan").await;
    let whole = browser.text("#chart").await;
    follow_largest_field(browser, "svg.plan.lying").await;
    let band = browser.text("#chart").await;
    assert_ne!(band, whole);
    assert_eq!(browser.text(".crumbs [aria-current=page]").await, band);
    assert!(browser.count("table.bands tbody tr").await > 0, "the table tells the same");
    // back by the trail, and to a band by its name
    browser.follow(".crumbs ol li:first-child a").await;
    assert_eq!(browser.text("#chart").await, whole);
    browser.follow(".named li:nth-child(5) a").await;
    assert_eq!(browser.text(".named [aria-current=true]").await, "VHF");
    let (from, until) = shown_ends(browser).await;
    assert_eq!((from, until), (30_000_000, 300_000_000));
    // closer and farther out, lower and higher
    let step = |place: u32| format!(".moves li:nth-child({place}) a");
    browser.follow(&step(2)).await;
    let (closer_from, closer_until) = shown_ends(browser).await;
    assert!(closer_from > from && closer_until < until, "{closer_from}–{closer_until}");
    browser.follow(&step(3)).await;
    let (lower_from, lower_until) = shown_ends(browser).await;
    assert!(lower_from < closer_from && lower_until < closer_until, "{lower_from}–{lower_until}");
    browser.follow(&step(4)).await;
    let (higher_from, higher_until) = shown_ends(browser).await;
    assert!(higher_from > lower_from && higher_until > lower_until);
    browser.follow(&step(1)).await;
    let (wider_from, wider_until) = shown_ends(browser).await;
    assert!(wider_from < higher_from && wider_until > higher_until);
    // a band of the table is the one its link names
    let named = browser.text("table.bands th a").await;
    browser.follow("table.bands th a").await;
    assert_eq!(browser.text("#chart").await, named);
    // a range that is typed, and the chart of a narrow screen
    browser.fill("#from", "88 MHz").await;
    browser.fill("#to", "108 MHz").await;
    browser.follow("form.ask button").await;
    assert!(browser.text("#chart").await.contains("88–108"));
    browser.size(360, true).await;
    browser.go("/en/frequency-plan").await;
    follow_largest_field(browser, "svg.plan.standing").await;
    assert_ne!(browser.text("#chart").await, whole);
    browser.size(1280, false).await;
}

/// What has the focus: its name or address, and whether one can see that it has it.
async fn focus(browser: &Browser) -> (String, bool) {
    let found = browser
        .run(
            "const one = document.activeElement, style = getComputedStyle(one); \
             const box = one.getBoundingClientRect(); \
             return [one.id || one.getAttribute('href') || one.tagName, \
             style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 \
             && box.width > 0 && box.bottom > 0]",
        )
        .await;
    (found[0].as_str().unwrap_or_default().to_owned(), found[1] == true)
}

async fn the_keyboard_reaches_search_and_results(browser: &Browser) {
    browser.go("/nb/call-signs").await;
    let mut order = Vec::new();
    for _ in 0..60 {
        browser.press(Key::Tab).await;
        let (what, is_seen) = focus(browser).await;
        assert!(is_seen, "the focus is not seen on {what}");
        let is_result = what.starts_with("/nb/call-signs/");
        order.push(what);
        if is_result {
            break;
        }
    }
    let place = |wanted: &str| order.iter().position(|what| what == wanted);
    assert_eq!(place("#main"), Some(0), "the first stop skips to the content: {order:?}");
    let menu = place("/nb/installers");
    assert!(menu.is_some() && menu < place("q"), "the menu, then the search: {order:?}");
    let last = order.last().expect("stops");
    assert!(last.starts_with("/nb/call-signs/"), "the results are reached: {order:?}");
    browser.enter().await;
    assert_eq!(&browser.path().await, last);
}

async fn everything_works_without_scripts(browser: &Browser, content: &Content) {
    browser.scripts(false).await;
    browser.go("data:text/html,<title>off</title><script>document.title='on'</script>").await;
    assert_eq!(browser.driver.title().await.expect("a title"), "off", "scripts are off");
    browser.go("/nn").await;
    browser.search(&content.sign).await;
    browser.follow("table.results th a").await;
    assert_eq!(browser.text("h1").await, content.sign);
    let day = browser.one("#asOf").await;
    day.send_keys("01022020").await.expect("keys");
    browser.follow("main form button").await;
    assert!(browser.path().await.contains("asOf=2020-"));
    assert!(browser.text("main").await.contains("2020"));
    browser.scripts(true).await;
}

async fn the_menu_of_a_narrow_screen_opens(browser: &Browser) {
    browser.size(320, true).await;
    browser.go("/nn").await;
    browser.click(".sections.narrow summary").await;
    browser.follow(".sections.narrow a[href='/nn/suppliers']").await;
    browser.size(1280, false).await;
}

/// On paper a list is a table under its heading, with what it was narrowed to and nothing to press.
async fn a_list_is_printed_as_a_table(browser: &Browser) {
    let look = "const style = css => getComputedStyle(document.querySelector(css)); \
        const pressed = document.querySelectorAll('button, input, .paging a, .facets, .downloads a'); \
        const seen = [...pressed].filter(one => one.getClientRects().length > 0); \
        return [style('table.results tr').display, style('table.results thead').position, \
        style('.browse').display, seen.length]";
    for is_upright in [true, false] {
        browser.paper(is_upright).await;
        for page in ["/en/call-signs?status=inUse", "/en/number-ranges", "/en/suppliers"] {
            browser.go(page).await;
            let shown = browser.run(look).await;
            assert_eq!(shown, json!(["table-row", "static", "block", 0]), "{page}");
        }
    }
    browser.go("/en/call-signs?status=inUse").await;
    assert!(browser.text(".chips").await.contains("Status: In use"));
    browser.scheme("light").await;
    browser.size(1280, false).await;
    browser.go("/en/call-signs").await;
    assert!(browser.count("button").await > 0, "on a screen again");
}

async fn axe_finds_nothing_wrong(browser: &Browser, content: &Content) {
    let mut wrong = barriers(browser, &content.pages()).await;
    for page in ["/docs", "/problems", "/problems/not-found"] {
        let found = browser.barriers_at(page).await;
        wrong.extend(found.into_iter().map(|one| format!("{page}: {one}")));
    }
    browser.size(360, true).await;
    for page in ["", "/call-signs", "/installers"] {
        let found = browser.barriers_at(&format!("/nb{page}")).await;
        wrong.extend(found.into_iter().map(|one| format!("{page} (narrow): {one}")));
    }
    browser.size(1280, false).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn no_request_left_this_machine(browser: &Browser, content: &Content) {
    let requests = browser.requests().await;
    let pages = requests.iter().filter(|one| one.starts_with(&content.app.base)).count();
    assert!(pages > 100, "the log of requests is read");
    let elsewhere: Vec<_> = requests
        .iter()
        .filter(|one| !one.starts_with(&content.app.base) && !one.starts_with("data:"))
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}
