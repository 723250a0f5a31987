//! The pages on fees in a browser: a supervisor begins a yearly run without scripts, a holder finds the invoice on my
//! page, and axe-core finds nothing wrong, in any language, light or dark, narrow or wide.

use serde_json::{Value, json};

use super::driver::Browser;
use crate::support::{TestApp, Who, people, test_app::on_postgres};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fees_are_followed_and_found() {
    if on_postgres() {
        return;
    }
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let caseworker = Who::caseworker("saksbehandler-1");
    let kari = Who::person(1);
    let application = people::plb_application(1);
    let filed = app.post("/v1/plb/applications", &kari, &application).await.expect(201);
    let path = format!("{}/decision", filed.header("location"));
    let granted = json!({ "outcome": "granted" });
    app.post_on(&path, &caseworker, &filed.etag(), &granted).await.expect(200);
    anrop::jobs::invoice_once(app.app.clone()).await.expect("invoices");
    let today = app.day_in(0);
    let file = format!("reference,paidOn,amount,kid\nA-1,{today},10.00,\n");
    let headers = [("content-type", "application/octet-stream")];
    let file = Some(file.as_bytes());
    app.send_raw("POST", "/v1/payment-files", Some(&caseworker), &headers, file).await.expect(201);
    let invoices = app.get("/v1/fee-invoices", &caseworker).await.expect(200).json();
    let invoice = &invoices["items"][0];
    super::in_browser(&app.base, async |browser| steps(browser, invoice).await).await;
    app.finish().await;
}

async fn steps(browser: &Browser, invoice: &Value) {
    browser.scheme("light").await;
    browser.scripts(false).await;
    browser.go("/sign-in?to=/nb/casework/fees").await;
    browser.follow("button[value=SUPERVISOR]").await;
    browser.follow("main section form button").await;
    assert!(browser.text("[role=status]").await.contains("Årskjøringen er startet"));
    browser.follow("main table th a").await;
    assert!(browser.text("h1").await.contains(&invoice["invoiceNumber"].to_string()));
    browser.scripts(true).await;
    let pages = [
        "/casework/fees".to_owned(),
        "/casework/fees?state=odd".to_owned(),
        "/casework/payments".to_owned(),
        format!("/casework/fees/{}", invoice["id"].as_str().expect("an id")),
        format!("/letters/{}", invoice["letterId"].as_str().expect("an id")),
    ];
    let wrong = super::barriers(browser, &pages).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
