//! Applying in a browser, with scripts off: a mistake, a draft that is taken up again, and the receipt; by
//! keyboard; and that axe-core finds nothing wrong with any step of any kind's form.

use std::panic::AssertUnwindSafe;

use anrop::{
    permit::kind::{AnyKind, Holders, KINDS},
    values::language::Language,
    web::{
        apply::{
            form,
            view::{Content, Sheet, Shown},
        },
        texts::Words,
    },
};
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
    for (language, titles) in [
        ("nb", ["Telefon", "Søknaden er mottatt"]),
        ("nn", ["Telefon", "Søknaden er motteken"]),
        ("en", ["Telephone", "The application is received"]),
    ] {
        a_permit_is_applied_for_without_scripts(browser, language, titles).await;
    }
    enter_in_a_field_goes_on(browser).await;
    every_form_is_filled_from_its_specimen(browser).await;
    sign_in(browser, "KARI", "/nb/apply").await;
    every_form_is_without_barriers(browser, "KARI", &["plb", "amateur", "aircraft", "transmitter"])
        .await;
    browser.go("/nb").await;
    browser.driver.delete_all_cookies().await.expect("signed out");
    let kinds = ["spectrum", "numbering", "installer", "supplier", "priority"];
    every_form_is_without_barriers(browser, "REPRESENTATIVE", &kinds).await;
}

pub(super) async fn sign_in(browser: &Browser, person: &str, to: &str) {
    browser.go(&format!("/sign-in?to={to}")).await;
    browser.follow(&format!("button[value={person}]")).await;
    assert_eq!(browser.path().await, to);
}

/// As somebody else from now on.
async fn sign_in_anew(browser: &Browser, person: &str, to: &str) {
    browser.go("/nb").await;
    browser.driver.delete_all_cookies().await.expect("signed out");
    sign_in(browser, person, to).await;
}

pub(super) async fn fill(browser: &Browser, name: &str, text: &str) {
    let field = browser.one(&format!("[name='{name}']")).await;
    field.clear().await.expect("a field");
    field.send_keys(text).await.expect("keys");
}

pub(super) async fn choose(browser: &Browser, name: &str, value: &str) {
    let answer = browser.one(&format!("[name='{name}'][value='{value}']")).await;
    answer.click().await.expect("can be chosen");
}

/// Presses the button that is seen.
pub(super) async fn press(browser: &Browser, deed: &str) {
    browser.one(&format!(".deeds [value='{deed}']")).await.click().await.expect("pressed");
}

pub(super) async fn on_step(browser: &Browser, step: &str) {
    let ending = format!("/{step}");
    browser.until(step, async || browser.path().await.ends_with(&ending)).await;
}

pub(super) async fn a_permit_is_applied_for_without_scripts(
    browser: &Browser,
    language: &str,
    [telephone, receipt]: [&str; 2],
) {
    browser.scripts(false).await;
    browser.go(&format!("/{language}/apply")).await;
    browser.follow(&format!("a[href='/{language}/apply/plb']")).await;
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
    assert!(browser.text("#wrong").await.contains(telephone));
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
    browser.follow(&format!("a[href*='/{language}/drafts/']")).await;
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
    browser.follow(".sheet form button[value=send]").await;
    assert!(browser.path().await.starts_with(&format!("/{language}/receipts/")));
    assert_eq!(browser.text("h1").await, receipt);
    browser.scripts(true).await;
    let mut wrong = browser.violations().await;
    browser.follow(&format!("a[href*='/{language}/my-page/cases/']")).await;
    wrong.extend(browser.violations().await);
    browser.go(&format!("/{language}/my-page")).await;
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

/// Every kind's form is filled in with its specimen, field by field as a reader would, without scripts, and can be
/// sent.
async fn every_form_is_filled_from_its_specimen(browser: &Browser) {
    for is_person in [true, false] {
        let person = if is_person { "KARI" } else { "REPRESENTATIVE" };
        sign_in_anew(browser, person, "/nb/apply").await;
        browser.scripts(false).await;
        let mine = |any: &&&dyn AnyKind| (any.holders() != Holders::Organisations) == is_person;
        for any in KINDS.iter().filter(mine) {
            for language in Language::ALL {
                filled_from_specimen(browser, *any, language, is_person).await;
            }
        }
        browser.scripts(true).await;
    }
}

async fn filled_from_specimen(
    browser: &Browser,
    any: &dyn AnyKind,
    language: Language,
    is_person: bool,
) {
    let (kind, specimen) = (any.kind(), any.example());
    let sheet = Sheet {
        words: Words(language),
        application: &specimen,
        is_person,
        errors: &[],
        grows: None,
    };
    browser.go(&format!("/{language}/apply/{}", kind.as_str())).await;
    browser.follow("main form .button").await;
    loop {
        // adding an item asks for the same step with a question behind it
        let step_of = |path: String| path.split('?').next().expect("a path").to_owned();
        let path = step_of(browser.path().await);
        let name = path.rsplit('/').next().expect("a step").to_owned();
        if name == "review" {
            break;
        }
        let step = form::of(kind).step(&name);
        let step = step.unwrap_or_else(|| panic!("{path} is no step of {}", kind.as_str())).1;
        for field in &sheet.step(step) {
            fill_in(browser, field).await;
        }
        press(browser, "next").await;
        let what = format!("{} {language}: beyond {name}", kind.as_str());
        browser
            .until(&what, async || {
                assert_eq!(browser.count("#wrong").await, 0, "{what}");
                step_of(browser.path().await) != path
            })
            .await;
    }
    assert_eq!(browser.count("#wrong").await, 0, "{} {language}", kind.as_str());
    assert_eq!(browser.count("button[value=send]").await, 1, "{} {language}", kind.as_str());
}

/// Types and chooses what stands in a field of a sheet, adding items of lists with the button.
async fn fill_in(browser: &Browser, field: &Shown) {
    let name = &field.name;
    match &field.content {
        Content::Line { value, .. } | Content::Long { value } => fill(browser, name, value).await,
        Content::Radios { answers } => {
            for answer in answers.iter().filter(|answer| answer.is_chosen) {
                choose(browser, name, &answer.code).await;
            }
        }
        Content::Select { answers } => {
            for answer in answers.iter().filter(|answer| answer.is_chosen) {
                let option = format!("[name='{name}'] option[value='{}']", answer.code);
                browser.one(&option).await.click().await.expect("chosen");
            }
        }
        Content::Boxes { answers } => {
            for answer in answers {
                let place = format!("[name='{name}'][value='{}']", answer.code);
                let tick = browser.one(&place).await;
                if tick.is_selected().await.expect("read") != answer.is_chosen {
                    tick.click().await.expect("ticked");
                }
            }
        }
        Content::Group { children } => {
            for child in children {
                Box::pin(fill_in(browser, child)).await;
            }
        }
        Content::Items { items } => {
            for item in items {
                let place = format!("[id='{}']", item.id);
                if browser.count(&place).await == 0 {
                    let add = format!("button[value='add:{name}']");
                    browser.one(&add).await.click().await.expect("pressed");
                    browser.until(&place, async || browser.count(&place).await == 1).await;
                }
                for child in &item.children {
                    Box::pin(fill_in(browser, child)).await;
                }
            }
        }
    }
}
