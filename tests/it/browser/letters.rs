//! The pages of letters in a browser: read and appealed against without scripts, on a narrow screen and in the dark;
//! and that axe-core finds nothing wrong with them.

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
    super::in_browser(&app.base, async |browser| steps(browser, &id).await).await;
    app.finish().await;
}

async fn steps(browser: &Browser, id: &str) {
    sign_in(browser, "KARI", "/nb/letters").await;
    let pages = ["/letters".to_owned(), format!("/letters/{id}")];
    let wrong = super::barriers(browser, &pages).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    browser.scripts(false).await;
    browser.go("/nb/letters").await;
    browser.follow("table.letters th a").await;
    assert!(browser.text("article h1").await.contains("avslått"));
    browser.follow("section.appeal a").await;
    browser.fill("#text", "Senderen er CE-merket.").await;
    browser.follow("button[value=send]").await;
    assert!(browser.text("[role=status]").await.contains("Klagen er mottatt"));
    browser.scripts(true).await;
    browser.go(&browser.path().await).await;
    assert_eq!(browser.violations().await, Vec::<String>::new());
}
