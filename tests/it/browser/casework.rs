//! The caseworkers' desk in a browser: a caseworker asks, receives and decides, without scripts and by
//! keyboard; and axe-core finds nothing wrong with any of its pages, in any language, light or dark,
//! narrow or wide.

use chrono::TimeDelta;
use serde_json::json;
use thirtyfour::Key;

use super::{apply::sign_in, driver::Browser};
use crate::{
    casework::plb,
    kinds::numbering,
    support::{TestApp, Who, test_app::on_postgres},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caseworker_asks_receives_and_decides() {
    if on_postgres() {
        return;
    }
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, page) = plb(&app, 1).await;
    for n in 2..=4 {
        plb(&app, n).await;
    }
    super::in_browser(&app.base, async |browser| steps(browser, &app, &case, &page).await).await;
    app.finish().await;
}

/// A case is found, taken and decided with the keyboard alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_decided_by_keyboard_alone() {
    if on_postgres() {
        return;
    }
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (case, _) = plb(&app, 1).await;
    super::in_browser(&app.base, async |browser| by_keyboard(browser, &app, &case).await).await;
    app.finish().await;
}

/// Goes on with Tab until what has the focus fits.
async fn tab_to(browser: &Browser, what: &str) {
    for _ in 0..120 {
        browser.press(Key::Tab).await;
        let fits = format!("return document.activeElement.matches('{what}')");
        if browser.run(&fits).await == true {
            return;
        }
    }
    panic!("{what} is not reached with Tab");
}

async fn by_keyboard(browser: &Browser, app: &TestApp, case: &str) {
    sign_in(browser, "CASEWORKER", "/nb/casework").await;
    tab_to(browser, ".queue th a").await;
    browser.enter().await;
    assert_eq!(browser.count(".case-head").await, 1);
    tab_to(browser, "button[value=take]").await;
    browser.enter().await;
    assert_eq!(browser.count("button[value=release]").await, 1, "it is taken");
    assert!(browser.text(".marks").await.contains("demo-caseworker"));
    // the keys are told of on the page itself
    tab_to(browser, "input[name=outcome]").await;
    browser.write(" ").await;
    assert_eq!(browser.run("return document.activeElement.checked").await, true);
    tab_to(browser, "#grounds").await;
    browser.write("Alt ok").await;
    tab_to(browser, "button[value=decide]").await;
    browser.enter().await;
    assert_eq!(browser.count("button[value=decide]").await, 0, "it is decided");
    assert!(browser.text(".marks").await.contains("Innvilget"));
    tab_to(browser, ".keys summary").await;
    browser.write(" ").await;
    assert!(browser.text(".keys").await.contains("ta saken"));
    let decided = app.get(case, &Who::person(1)).await.expect(200).json();
    assert_eq!(decided["decision"]["grounds"], "Alt ok");
}

async fn open_fold(browser: &Browser, field: &str) {
    let script = format!("document.querySelector('{field}').closest('details').open = true");
    browser.run(&script).await;
}

async fn steps(browser: &Browser, app: &TestApp, case: &str, page: &str) {
    browser.scheme("light").await;
    sign_in(browser, "CASEWORKER", "/nb/casework").await;
    the_keyboard_reaches_the_first_case(browser).await;
    // from the queue into the case, and taken
    browser.go("/nb/casework").await;
    browser.follow(".queue th a").await;
    browser.go(page).await;
    browser.follow("button[value=take]").await;
    assert!(browser.text(".marks").await.contains("demo-caseworker"));
    // asked
    browser.go(page).await;
    open_fold(browser, "#question").await;
    browser.fill("#question", "Hvilken farge har peilesenderen?").await;
    browser.follow("button[value=ask]").await;
    assert!(browser.text(".marks").await.contains("Venter på søker"));
    // received
    let kari = Who::person(1);
    let seen = app.get(case, &kari).await.expect(200);
    let reply = json!({ "text": "Den er gul med svart lokk." });
    app.post_on(&format!("{case}/replies"), &kari, &seen.etag(), &reply).await.expect(200);
    browser.go(page).await;
    assert!(browser.texts(".message").await.join(" ").contains("Den er gul med svart lokk."));
    // decided, without scripts
    browser.scripts(false).await;
    browser.go(page).await;
    browser.click("input[value=granted]").await;
    browser.click("#library option[value=met]").await;
    browser.follow("button[value=insert]").await;
    browser.follow("button[value=preview]").await;
    assert!(browser.text(".preview").await.contains("alle vilkår for tillatelsen er oppfylt"));
    browser.follow("button[value=decide]").await;
    browser.scripts(true).await;
    assert!(browser.text(".marks").await.contains("Innvilget"));
    let decided = app.get(case, &kari).await.expect(200).json();
    assert_eq!(decided["decision"]["outcome"], "granted");
    // some cases are late from now on, and what is late is not told by colour alone
    app.clock.advance(TimeDelta::days(60));
    sign_in(browser, "CASEWORKER", "/nb/casework").await;
    assert!(browser.texts(".queue .due").await.join(" ").contains("dager over fristen"));
    let pages = pages(app, page).await;
    nothing_is_wider_than_the_screen(browser, &pages).await;
    the_deadline_of_the_queue_is_never_broken(browser).await;
    let wrong = super::barriers(browser, &pages).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every page of the desk, below the language: a decided case, an open one, one that waits, one with an appeal, a permit with
/// numbers.
async fn pages(app: &TestApp, decided: &str) -> Vec<String> {
    let caseworker = Who::caseworker("saksbehandler-1");
    let open = app.get("/v1/cases?status=open", &caseworker).await.expect(200).json();
    let id = |at: usize| open["items"][at]["id"].as_str().expect("an id").to_owned();
    let (first, second) = (id(0), id(1));
    let decided_case = format!("/v1/cases/{}", decided.rsplit('/').next().expect("an id"));
    let granted = app.get(&decided_case, &caseworker).await.expect(200).json();
    let permit = granted["permitId"].as_str().expect("a permit").to_owned();
    // an appeal that is late, and one more reminder
    let appealed = id(2);
    let case = format!("/v1/cases/{appealed}");
    let seen = app.get(&case, &caseworker).await.expect(200);
    let refusal = json!({ "outcome": "refused", "grounds": "Senderen er ikke merket." });
    let path = format!("{case}/decision");
    let seen = app.post_on(&path, &caseworker, &seen.etag(), &refusal).await.expect(200);
    let appeal = json!({ "text": "Den er merket." });
    let path = format!("{case}/registered-appeal");
    app.post_on(&path, &caseworker, &seen.etag(), &appeal).await.expect(201);
    anrop::jobs::watch_once(app.app.clone()).await.expect("watches");
    let seen = app.get(&format!("/v1/cases/{second}"), &caseworker).await.expect(200);
    let due = app.day_in(20).to_string();
    let question = json!({ "text": "Hvilken farge?", "dueOn": due });
    let path = format!("/v1/cases/{second}/information-request");
    app.post_on(&path, &caseworker, &seen.etag(), &question).await.expect(200);
    let series = numbering::exact("e164_8_digit", "21 20 00 00-21 20 09 99");
    let (numbers, _) = numbering::permit(app, 1, series).await;
    vec![
        "/casework".to_owned(),
        "/casework?overdue=yes&assignee=nobody".to_owned(),
        "/casework?status=lost".to_owned(),
        "/casework/holders".to_owned(),
        "/casework/today".to_owned(),
        "/casework/today?who=all".to_owned(),
        "/casework/intake".to_owned(),
        "/casework/appeals".to_owned(),
        "/casework/post".to_owned(),
        "/casework/confirmations".to_owned(),
        "/casework/confirmations?age=asked&kind=lost".to_owned(),
        "/casework/number-ranges".to_owned(),
        "/casework/number-ranges?number=21200000".to_owned(),
        "/casework/number-ranges?number=odd".to_owned(),
        format!("/casework/permits/{permit}"),
        format!("/casework/permits/{numbers}/series-transfer"),
        format!("/casework/cases/{appealed}"),
        decided.trim_start_matches("/nb").to_owned(),
        format!("/casework/cases/{first}"),
        format!("/casework/cases/{second}"),
    ]
}

async fn the_keyboard_reaches_the_first_case(browser: &Browser) {
    let mut order: Vec<String> = Vec::new();
    for _ in 0..60 {
        browser.press(Key::Tab).await;
        let found = browser
            .run(
                "const one = document.activeElement, style = getComputedStyle(one); \
                 return [one.getAttribute('href') || one.name || one.tagName, \
                 style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2]",
            )
            .await;
        let what = found[0].as_str().unwrap_or_default().to_owned();
        assert_eq!(found[1], true, "the focus is not seen on {what}");
        let is_case = what.starts_with("/nb/casework/cases/");
        order.push(what);
        if is_case {
            break;
        }
    }
    assert_eq!(order[0], "#main", "the first stop skips to the content: {order:?}");
    let last = order.last().expect("stops");
    assert!(last.starts_with("/nb/casework/cases/"), "a case is reached: {order:?}");
    browser.enter().await;
    assert_eq!(&browser.path().await, last);
}

async fn nothing_is_wider_than_the_screen(browser: &Browser, pages: &[String]) {
    for width in [360, 768, 1280, 1920] {
        browser.size(width, width < 700).await;
        for page in pages {
            let wrong = browser.too_wide(&format!("/nn{page}"), u64::from(width)).await;
            assert_eq!(wrong, None);
        }
    }
    browser.size(1280, false).await;
}

/// On every screen the deadline stands on one line, and a narrow one has cards instead of a table.
async fn the_deadline_of_the_queue_is_never_broken(browser: &Browser) {
    for width in [360, 768, 1280, 1920] {
        browser.size(width, width < 700).await;
        browser.go("/nb/casework").await;
        let lines = "const text = document.createRange(); \
             return [...document.querySelectorAll('.queue .days, .queue .due .note')] \
               .map(one => { text.selectNodeContents(one); \
                 return new Set([...text.getClientRects()].map(r => Math.round(r.bottom))).size })";
        let lines = browser.run(lines).await;
        let lines = lines.as_array().expect("lines");
        assert!(!lines.is_empty());
        assert!(lines.iter().all(|count| count == 1), "{width}: {lines:?}");
        let display = "return getComputedStyle(document.querySelector('.queue tbody tr')).display";
        let expected = if width < 1280 { "flex" } else { "table-row" };
        assert_eq!(browser.run(display).await, expected, "{width}");
    }
    browser.size(1280, false).await;
}
