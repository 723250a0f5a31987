//! Applying in a browser, with scripts off: a mistake, a draft that is taken up again, and the receipt; by
//! keyboard; and that axe-core finds nothing wrong with any step of any kind's form.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use thirtyfour::Key;

use super::driver::Browser;
use crate::support::{TestApp, test_app::on_postgres};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_apply_in_a_browser() {
    if on_postgres() {
        return;
    }
    let stand_in = anrop::web::unit_register_stand_in::PATH;
    let app = TestApp::start_told(|settings, base| {
        base.clone_into(&mut settings.public_url);
        settings.unit_register = Some(format!("{base}{stand_in}"));
    })
    .await;
    app.waive_deliveries();
    let browser = Browser::start(&app.base).await.with_axe();
    let steps = AssertUnwindSafe(steps(&browser)).catch_unwind().await;
    browser.close().await;
    if let Err(failed) = steps {
        std::panic::resume_unwind(failed);
    }
    app.finish().await;
}

async fn steps(browser: &Browser) {
    sign_in(browser, "KARI", "/nb/apply").await;
    a_permit_is_applied_for_without_scripts(browser).await;
    enter_in_a_field_goes_on(browser).await;
    every_form_is_without_barriers(browser, "KARI", &["plb", "amateur", "aircraft", "transmitter"])
        .await;
    browser.go("/nb").await;
    browser.driver.delete_all_cookies().await.expect("signed out");
    let kinds = ["spectrum", "numbering", "installer", "supplier", "priority"];
    every_form_is_without_barriers(browser, "REPRESENTATIVE", &kinds).await;
}

async fn sign_in(browser: &Browser, person: &str, to: &str) {
    browser.go(&format!("/sign-in?to={to}")).await;
    browser.follow(&format!("button[value={person}]")).await;
    assert_eq!(browser.path().await, to);
}

async fn fill(browser: &Browser, name: &str, text: &str) {
    let field = browser.one(&format!("[name='{name}']")).await;
    field.clear().await.expect("a field");
    field.send_keys(text).await.expect("keys");
}

async fn choose(browser: &Browser, name: &str, value: &str) {
    let answer = browser.one(&format!("[name='{name}'][value='{value}']")).await;
    answer.click().await.expect("can be chosen");
}

/// Presses the button that is seen.
async fn press(browser: &Browser, deed: &str) {
    browser.one(&format!(".deeds [value='{deed}']")).await.click().await.expect("pressed");
}

async fn on_step(browser: &Browser, step: &str) {
    let ending = format!("/{step}");
    browser.until(step, async || browser.path().await.ends_with(&ending)).await;
}

async fn a_permit_is_applied_for_without_scripts(browser: &Browser) {
    browser.scripts(false).await;
    browser.follow("a[href='/nb/apply/plb']").await;
    browser.follow("main form .button").await;
    on_step(browser, "applicant").await;
    for (name, text) in [
        ("/applicant/name", "Kari Eksempel Prøve"),
        ("/applicant/address/lines", "Fjordgata 7"),
        ("/applicant/address/postalCode", "4790"),
        ("/applicant/phone", "1234"),
        ("/applicant/email", "kari@example.no"),
    ] {
        fill(browser, name, text).await;
    }
    // a mistake: it is said above and beside the field, and what was typed is there
    press(browser, "next").await;
    browser.until("what is wrong", async || browser.count("#wrong").await == 1).await;
    assert!(browser.text("#wrong").await.contains("Telefon"));
    let phone = browser.one("[name='/applicant/phone']").await;
    assert_eq!(phone.value().await.expect("read").as_deref(), Some("1234"));
    assert_eq!(phone.attr("aria-invalid").await.expect("read").as_deref(), Some("true"));
    let note = browser.text("#f-applicant-phone-e").await;
    assert!(note.len() > 10, "{note}");
    browser.one("#wrong a").await.click().await.expect("leads to the field");
    fill(browser, "/applicant/phone", "68 05 00 12").await;
    press(browser, "next").await;
    on_step(browser, "beacon").await;
    fill(browser, "/beacon/manufacturer", "Havblikk").await;
    // something comes in between
    press(browser, "later").await;
    on_step(browser, "my-page").await;
    browser.follow("a[href*='/nb/drafts/']").await;
    on_step(browser, "applicant").await;
    browser.follow(".way a[href$='/beacon']").await;
    let kept = browser.one("[name='/beacon/manufacturer']").await;
    assert_eq!(kept.value().await.expect("read").as_deref(), Some("Havblikk"));
    fill(browser, "/beacon/model", "Fjell 2").await;
    fill(browser, "/beacon/serial", "12345").await;
    choose(browser, "/beacon/ceMarked", "yes").await;
    press(browser, "next").await;
    on_step(browser, "usage").await;
    fill(browser, "/usage/activity", "Fottur").await;
    press(browser, "next").await;
    on_step(browser, "contacts").await;
    fill(browser, "/emergencyContacts/0/name", "Ola Eksempel Prøve").await;
    fill(browser, "/emergencyContacts/0/phone", "68 05 00 21").await;
    browser.follow("button[value='add:/emergencyContacts']").await;
    fill(browser, "/emergencyContacts/1/name", "Anne Eksempel Prøve").await;
    fill(browser, "/emergencyContacts/1/phone", "68 05 00 22").await;
    press(browser, "next").await;
    on_step(browser, "review").await;
    let seen = browser.text("main").await;
    for text in ["Kari Eksempel Prøve", "Havblikk", "12345", "Fottur", "Anne Eksempel Prøve"] {
        assert!(seen.contains(text), "{text}");
    }
    browser.follow(".sheet form .button").await;
    assert!(browser.path().await.starts_with("/nb/receipts/"));
    assert_eq!(browser.text("h1").await, "Søknaden er mottatt");
    browser.scripts(true).await;
    let mut wrong = browser.violations().await;
    browser.follow("a[href*='/nb/my-page/cases/']").await;
    wrong.extend(browser.violations().await);
    browser.go("/nb/my-page").await;
    wrong.extend(browser.violations().await);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first button of the form is the one that goes on, so that the Enter key does.
async fn enter_in_a_field_goes_on(browser: &Browser) {
    browser.go("/en/apply/plb").await;
    browser.follow("main form .button").await;
    on_step(browser, "applicant").await;
    browser.follow(".way a[href$='/usage']").await;
    fill(browser, "/usage/activity", "Kayaking").await;
    browser.press(Key::Enter).await;
    on_step(browser, "contacts").await;
}

async fn every_form_is_without_barriers(browser: &Browser, person: &str, kinds: &[&str]) {
    sign_in(browser, person, "/nb/apply").await;
    let mut wrong = Vec::new();
    let mut check = async |path: &str, scheme: &str| {
        browser.go(path).await;
        for one in browser.violations().await {
            wrong.push(format!("{path} ({scheme}): {one}"));
        }
    };
    check("/nb/apply", "light").await;
    for kind in kinds {
        check(&format!("/nn/apply/{kind}"), "light").await;
        browser.go(&format!("/nb/apply/{kind}")).await;
        browser.follow("main form .button").await;
        let mut steps = Vec::new();
        for link in browser.driver.find_all(thirtyfour::By::Css(".way nav a")).await.expect("links")
        {
            let address = link.attr("href").await.expect("read").expect("an address");
            steps.push(address);
        }
        for step in &steps {
            check(&format!("{step}?check=1"), "light").await;
        }
        for language in ["nn", "en"] {
            check(&steps[0].replacen("/nb/", &format!("/{language}/"), 1), "light").await;
            let last = steps.last().expect("steps");
            check(&last.replacen("/nb/", &format!("/{language}/"), 1), "light").await;
        }
        browser.scheme("dark").await;
        check(&format!("{}?check=1", steps[1]), "dark").await;
        browser.scheme("light").await;
        browser.size(320, true).await;
        for step in &steps {
            browser.go(&format!("{step}?check=1")).await;
            let width = browser.run("return document.documentElement.scrollWidth").await;
            assert_eq!(width, 320, "{kind} {step} is wider than the screen");
        }
        browser.size(1280, false).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
