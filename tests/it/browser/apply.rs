//! Applying in a browser, with scripts off: a mistake, a draft that is taken up again, and the receipt; by
//! keyboard; and that axe-core finds nothing wrong with any step of any kind's form.

use anrop::{
    identity::Role,
    permit::kind::{AnyKind, Holders, KINDS, Kind},
    values::language::Language,
    web::{
        apply::{
            form,
            view::{Content, Sheet, Shown},
        },
        texts::Words,
    },
};

use serde_json::json;

use super::driver::Browser;
use crate::support::{TestApp, Who, test_app::on_postgres};

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
    // without an examination nobody may send the form for amateurs
    let kari = anrop::commands::demo::people::tickets().remove(0).ticket;
    let result = json!({ "nationalId": kari.national_id, "licenceClass": "full",
                         "passedOn": app.day_in(-10), "reference": "exam-1" });
    let results = json!({ "results": [result] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &results).await.expect(201);
    super::in_browser(&app.base, steps).await;
    app.finish().await;
}

/// Kinds that persons apply for, or only organisations.
fn kinds(of_persons: bool) -> impl Iterator<Item = &'static dyn AnyKind> {
    let fits = move |any: &&&dyn AnyKind| (any.holders() != Holders::Organisations) == of_persons;
    KINDS.iter().filter(fits).copied()
}

async fn steps(browser: &Browser) {
    for (person, of_persons) in [("KARI", true), ("REPRESENTATIVE", false)] {
        sign_in_anew(browser, person, "/nb/apply").await;
        if of_persons {
            enter_in_a_field_goes_on(browser).await;
        }
        every_form_is_filled_from_its_specimen(browser, of_persons).await;
        every_form_is_without_barriers(browser, of_persons).await;
    }
}

pub(super) async fn sign_in(browser: &Browser, person: &str, to: &str) {
    browser.go(&format!("/sign-in?to={to}")).await;
    browser.follow(&format!("button[value={person}]")).await;
    assert_eq!(browser.path().await, to);
}

/// As somebody else from now on.
pub(super) async fn sign_in_anew(browser: &Browser, person: &str, to: &str) {
    browser.go("/nb").await;
    browser.driver.delete_all_cookies().await.expect("signed out");
    sign_in(browser, person, to).await;
}

pub(super) async fn fill(browser: &Browser, name: &str, text: &str) {
    browser.fill(&format!("[name='{name}']"), text).await;
}

pub(super) async fn choose(browser: &Browser, name: &str, value: &str) {
    browser.click(&format!("[name='{name}'][value='{value}']")).await;
}

/// Presses the button that is seen.
pub(super) async fn press(browser: &Browser, deed: &str) {
    browser.follow(&format!(".deeds [value='{deed}']")).await;
}

#[track_caller]
pub(super) fn on_step(browser: &Browser, step: &str) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let path = browser.path().await;
        assert!(path.ends_with(&format!("/{step}")), "{path} is not {step} ({caller})");
    }
}

/// The first button of the form is the one that goes on, so that the Enter key does.
async fn enter_in_a_field_goes_on(browser: &Browser) {
    browser.go("/en/apply/plb").await;
    browser.follow("main form .button").await;
    on_step(browser, "applicant").await;
    browser.follow(".way a[href$='/usage']").await;
    fill(browser, "/usage/activity", "Kayaking").await;
    browser.enter().await;
    on_step(browser, "contacts").await;
}

async fn every_form_is_without_barriers(browser: &Browser, of_persons: bool) {
    let mut wrong = Vec::new();
    let mut check = async |path: &str, scheme: &str| {
        browser.go(path).await;
        for one in browser.violations().await {
            wrong.push(format!("{path} ({scheme}): {one}"));
        }
    };
    check("/nb/apply", "light").await;
    for any in kinds(of_persons) {
        let kind = any.kind().as_str();
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
            assert_eq!(browser.too_wide(&format!("{step}?check=1"), 320).await, None, "{kind}");
        }
        browser.size(1280, false).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every kind's form is filled in with its specimen, field by field as a reader would, without scripts, in every
/// language, and is sent in one of them.
async fn every_form_is_filled_from_its_specimen(browser: &Browser, of_persons: bool) {
    browser.scripts(false).await;
    for any in kinds(of_persons) {
        for language in Language::ALL {
            filled_from_specimen(browser, any, language, of_persons).await;
        }
        browser.follow(".sheet form button[value=send]").await;
        if of_persons && any.kind() == Kind::Spectrum {
            // the specimen asks for an exclusive licence, which is given to organisations only
            assert!(browser.text("#refused").await.contains("organisation"));
        } else if !browser.path().await.contains("/receipts/") {
            panic!("{} is not received: {}", any.kind(), browser.text("main").await);
        }
    }
    browser.scripts(true).await;
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
        assert_eq!(browser.count("#wrong").await, 0, "{what}");
        assert_ne!(step_of(browser.path().await), path, "{what}");
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
                browser.click(&option).await;
            }
        }
        Content::Boxes { answers } => {
            for answer in answers {
                let place = format!("[name='{name}'][value='{}']", answer.code);
                let is_ticked = browser.one(&place).await.is_selected().await.expect("read");
                if is_ticked != answer.is_chosen {
                    browser.click(&place).await;
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
                    browser.follow(&format!("button[value='add:{name}']")).await;
                    assert_eq!(browser.count(&place).await, 1, "{place}");
                }
                for child in &item.children {
                    Box::pin(fill_in(browser, child)).await;
                }
            }
        }
    }
}
