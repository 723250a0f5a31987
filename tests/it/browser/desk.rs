//! The rescue desk in a browser: pasted, read, called, marked, with fewer than three keys after the
//! paste; and that axe-core finds nothing wrong with any page behind the sign-in.

use super::driver::Browser;
use crate::{
    desk::beacon,
    support::{TestApp, people, test_app::on_postgres},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_desk_works_in_a_browser() {
    if on_postgres() {
        return;
    }
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (code, sign) = beacon(&app, 1).await;
    super::in_browser(&app.base, async |browser| steps(browser, &code, &sign).await).await;
    app.finish().await;
}

async fn steps(browser: &Browser, code: &str, sign: &str) {
    sign_in(browser, "RESCUE", "/nb/rescue-desk").await;
    an_alert_takes_two_keys_after_the_paste(browser, code).await;
    it_works_without_scripts(browser, sign).await;
    nothing_is_wider_than_a_telephone(browser, code).await;
    axe_finds_nothing_wrong(browser, code).await;
}

pub async fn sign_in(browser: &Browser, person: &str, to: &str) {
    browser.go(&format!("/sign-in?to={to}")).await;
    assert_eq!(browser.violations().await, Vec::<String>::new(), "the built-in issuer");
    browser.follow(&format!("button[value={person}]")).await;
    assert_eq!(browser.path().await, to);
}

/// Copies a text with its lines out of another page, as an officer does out of a mail.
async fn copy(browser: &Browser, text: &str) {
    browser.go("data:text/html,<textarea autofocus></textarea>").await;
    let script = format!(
        "const field = document.querySelector('textarea'); field.value = {}; field.focus(); return 'there'",
        serde_json::to_string(text).expect("a text")
    );
    assert_eq!(browser.run(&script).await, "there");
    browser.edit("selectAll").await;
    browser.edit("copy").await;
}

/// Pastes where the focus is, which must be the field of the desk.
async fn paste(browser: &Browser) {
    assert_eq!(browser.run("return document.activeElement.id").await, "text");
    browser.edit("paste").await;
}

async fn an_alert_takes_two_keys_after_the_paste(browser: &Browser, code: &str) {
    let alert = format!(
        "1. DISTRESS COSPAS-SARSAT INITIAL ALERT\n2. MSG NO 00306 NMCC\n11. HEX ID {} {}\n12. ACTIVATION NIL",
        &code[..8],
        &code[8..]
    );
    copy(browser, &alert).await;
    browser.go("/nb/rescue-desk").await;
    paste(browser).await;
    let pasted = browser.run("return document.getElementById('text').value").await;
    let pasted = pasted.as_str().expect("a text");
    assert!(pasted.contains(&code[..8]) && pasted.contains("ACTIVATION NIL"), "{pasted}");
    browser.enter().await; // the first key
    assert!(browser.text(".headline").await.contains("Registrert"));
    let phone = people::applicant(1)["phone"].as_str().expect("a number").to_owned();
    let first = browser.one(".calls li:first-child a.dial").await;
    assert_eq!(first.attr("href").await.expect("read"), Some(format!("tel:{phone}")));
    let is_seen = "const box = document.querySelector('a.dial').getBoundingClientRect(); \
                   return box.bottom < innerHeight && box.height >= 44";
    assert_eq!(browser.run(is_seen).await, true, "whom to call is on the first screen");
    browser.type_away("f").await; // the second key
    assert!(browser.text(".marked").await.contains("Falsk alarm"));
    assert_eq!(browser.path().await, "/nb/rescue-desk/outcome", "nothing of it in the address");
    // a slip of the finger is mended with one more key, and the next alert begins with a slash
    browser.type_away("t").await;
    assert!(browser.text(".marked").await.contains("Test"));
    browser.write("/").await;
    assert_eq!(browser.run("return document.activeElement.id").await, "text");
    // what is pasted beside the field was meant for it
    browser.go("/nb/rescue-desk").await;
    browser.run("document.activeElement.blur()").await;
    browser.edit("paste").await;
    assert_eq!(browser.run("return document.activeElement.id").await, "text");
    browser.enter().await;
    assert!(browser.text(".headline").await.contains("Registrert"));
}

async fn it_works_without_scripts(browser: &Browser, sign: &str) {
    browser.scripts(false).await;
    browser.go("/nn/rescue-desk").await;
    browser.ask("#text", sign).await;
    assert_eq!(browser.count(".answer").await, 1);
    browser.follow("button[value=real]").await;
    assert!(browser.text(".marked").await.contains("Reell naud"));
    browser.scripts(true).await;
}

async fn answer(browser: &Browser, language: &str, text: &str) {
    browser.go(&format!("/{language}/rescue-desk")).await;
    browser.ask("#text", text).await;
    assert!(browser.count(".answer, #wrong").await >= 1);
}

/// An answer of each sort: registered, not registered, foreign, in another register, unreadable.
fn texts(code: &str) -> [String; 5] {
    [
        code.to_owned(),
        crate::rescue::code(4_711),
        "HEX ID 1D0E9B07CEFFBFF".to_owned(),
        "MMSI 257123450".to_owned(),
        "HEX ID 1D0E9B07CEFFBF".to_owned(),
    ]
}

async fn nothing_is_wider_than_a_telephone(browser: &Browser, code: &str) {
    browser.size(320, true).await;
    for text in texts(code) {
        answer(browser, "nb", &text).await;
        let width = browser.run("return document.documentElement.scrollWidth").await;
        assert_eq!(width, 320, "{text} is wider than the screen");
    }
    browser.size(1280, false).await;
}

async fn axe_finds_nothing_wrong(browser: &Browser, code: &str) {
    let mut found = Vec::new();
    for scheme in ["light", "dark"] {
        browser.scheme(scheme).await;
        for language in ["nb", "en"] {
            for (number, text) in texts(code).into_iter().enumerate() {
                answer(browser, language, &text).await;
                let wrong = browser.violations().await;
                found.extend(
                    wrong.into_iter().map(|one| format!("{scheme} {language} {text}: {one}")),
                );
                keep_picture(browser, &format!("desk-{scheme}-{language}-{number}")).await;
            }
        }
    }
    browser.scheme("dark").await;
    browser.size(390, true).await;
    for (number, text) in texts(code).into_iter().enumerate() {
        answer(browser, "nb", &text).await;
        keep_picture(browser, &format!("desk-phone-{number}")).await;
    }
    browser.size(1280, false).await;
    browser.scheme("light").await;
    sign_in(browser, "ADMINISTRATOR", "/nb/deliveries").await;
    found.extend(browser.violations().await);
    assert_eq!(found, Vec::<String>::new());
}

/// Where a developer asks for them by making the folder, pictures of every answer.
async fn keep_picture(browser: &Browser, name: &str) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("desk-pictures");
    if folder.is_dir() {
        let picture = browser.picture().await;
        std::fs::write(folder.join(format!("{name}.png")), picture).expect("a picture");
    }
}
