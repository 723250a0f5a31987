//! The pages of letters in a browser: read and appealed against without scripts, on a narrow screen and in the dark;
//! and that axe-core finds nothing wrong with them.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use super::{desk::sign_in, driver::Browser};
use crate::{
    letters::{letters, refused_kari},
    support::{TestApp, test_app::on_postgres},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_work_in_a_browser() {
    if on_postgres() {
        return;
    }
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (kari, _) = refused_kari(&app).await;
    let id = letters(&app, &kari).await[0]["id"].as_str().expect("an id").to_owned();
    let browser = Browser::start(&app.base).await.with_axe();
    let steps = AssertUnwindSafe(steps(&browser, &id)).catch_unwind().await;
    browser.close().await;
    if let Err(failed) = steps {
        std::panic::resume_unwind(failed);
    }
    app.finish().await;
}

async fn steps(browser: &Browser, id: &str) {
    sign_in(browser, "KARI", "/nb/letters").await;
    let pages = ["/letters".to_owned(), format!("/letters/{id}")];
    let mut wrong = Vec::new();
    for scheme in ["light", "dark"] {
        browser.scheme(scheme).await;
        for language in ["nb", "nn", "en"] {
            for page in &pages {
                let path = format!("/{language}{page}");
                browser.go(&path).await;
                wrong.extend(
                    browser
                        .violations()
                        .await
                        .into_iter()
                        .map(|one| format!("{path} ({scheme}): {one}")),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.scheme("light").await;
    browser.size(320, true).await;
    for page in &pages {
        browser.go(&format!("/nn{page}")).await;
        let width = browser.run("return document.documentElement.scrollWidth").await;
        assert_eq!(width, 320, "{page} is wider than the screen");
    }
    browser.size(1280, false).await;

    browser.scripts(false).await;
    browser.go("/nb/letters").await;
    browser.follow("table.letters th a").await;
    assert!(browser.text("article h1").await.contains("avslått"));
    browser.follow("section.appeal a").await;
    let field = browser.one("#text").await;
    field.send_keys("Senderen er CE-merket.").await.expect("keys");
    browser.follow("button[value=send]").await;
    assert!(browser.text("[role=status]").await.contains("Klagen er mottatt"));
    browser.scripts(true).await;
    browser.go(&browser.path().await).await;
    assert_eq!(browser.violations().await, Vec::<String>::new());
}
