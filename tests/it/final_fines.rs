//! Coercive fines that are final, when something goes wrong around them: somebody pays before there is an invoice, and one
//! that cannot be charged stands beside others that can.

use anrop::jobs;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    kinds::invoices::books_balance,
    supervision::{caseworker, charge, closed_with_fine_of, invoices_of_fines, open_fine_letter},
    support::{Reply, TestApp, Who},
};

/// What fines have come to that nobody has paid yet.
async fn lines(app: &TestApp) -> Vec<Value> {
    let list = app.get("/v1/invoices?unpaid=true", &caseworker()).await.expect(200).json();
    let items = list["items"].as_array().expect("lines").iter();
    items.filter(|line| line["object"] == "coercive_fine").cloned().collect()
}

async fn pay(app: &TestApp, key: &str, line: &Value, amount: i64) -> Reply {
    let body = json!({
        "lines": [line["id"]], "amountOre": amount, "paidOn": app.day_in(0), "reference": "bank-1",
    });
    let headers = [("idempotency-key", key)];
    app.send("POST", "/v1/payments", Some(&caseworker()), &headers, Some(&body)).await
}

#[tokio::test]
async fn a_fine_is_paid_when_there_is_an_invoice_and_not_before() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    closed_with_fine_of(&app, 1).await;
    let kari = Who::person(1);
    open_fine_letter(&app, &kari).await;
    app.clock.advance(TimeDelta::days(30));
    jobs::charge_once(app.app.clone()).await.expect("charges");
    let [line]: [Value; 1] = lines(&app).await.try_into().expect("one line");
    assert_eq!(line["amountOre"], 1_000_000);
    // it may still be reversed, and what was paid for nothing could not be credited
    let refused = pay(&app, "early", &line, 1_000_000).await.expect_problem(409, "conflict");
    assert!(refused["detail"].as_str().expect("a text").contains("not issued yet"), "{refused}");
    assert_eq!(app.count("SELECT count(*) AS n FROM payment").await, 0);
    assert_eq!(lines(&app).await.len(), 1, "it is still to be paid");

    charge(&app).await;
    let [invoice]: [Value; 1] =
        invoices_of_fines(&app, &kari).await.try_into().expect("one invoice");
    assert_eq!((&invoice["state"], &invoice["openOre"]), (&json!("issued"), &json!(1_000_000)));
    pay(&app, "short", &line, 999_999).await.expect_problem(422, "invalid-content");
    let paid = pay(&app, "late", &line, 1_000_000).await.expect(201).json();
    // the same request again is the same payment, another one is refused
    assert_eq!(pay(&app, "late", &line, 1_000_000).await.expect(201).json()["id"], paid["id"]);
    pay(&app, "again", &line, 1_000_000).await.expect_problem(409, "conflict");
    let [invoice]: [Value; 1] =
        invoices_of_fines(&app, &kari).await.try_into().expect("one invoice");
    assert_eq!((&invoice["state"], &invoice["openOre"]), (&json!("paid"), &json!(0)));
    assert!(lines(&app).await.is_empty());
    charge(&app).await;
    assert_eq!(invoices_of_fines(&app, &kari).await.len(), 1);
    books_balance(&app).await;
    app.finish().await;
}

/// Decisions of the first of all cases are cut short, and come back.
async fn spoil(app: &TestApp) {
    app.execute("CREATE TABLE kept_acts AS SELECT id, content_sealed FROM supervision_act").await;
    app.execute(
        "UPDATE supervision_act SET content_sealed = substr(content_sealed, 1, 10) WHERE case_id = \
         (SELECT id FROM supervision_case ORDER BY id LIMIT 1)",
    )
    .await;
}

async fn mend(app: &TestApp) {
    app.execute(
        "UPDATE supervision_act SET content_sealed = (SELECT kept.content_sealed FROM kept_acts kept \
         WHERE kept.id = supervision_act.id)",
    )
    .await;
    app.execute("DROP TABLE kept_acts").await;
}

#[tokio::test]
async fn a_fine_that_cannot_be_charged_keeps_no_other_waiting() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let people = [Who::person(1), Who::person(2), Who::person(3)];
    for (n, who) in (1..).zip(&people) {
        closed_with_fine_of(&app, n).await;
        open_fine_letter(&app, who).await;
    }
    app.clock.advance(TimeDelta::days(30));
    spoil(&app).await;
    for _ in 0..2 {
        charge(&app).await;
        let of = async |who: &Who| invoices_of_fines(&app, who).await.len();
        assert_eq!((of(&people[0]).await, of(&people[1]).await, of(&people[2]).await), (0, 1, 1));
    }
    // once its decisions can be read again it is charged too
    mend(&app).await;
    charge(&app).await;
    for who in &people {
        assert_eq!(invoices_of_fines(&app, who).await.len(), 1);
    }
    books_balance(&app).await;
    app.seal().await;
    assert!(anrop::seal::verify::verify(&app.app, None).await.expect("reads").holds());
    app.finish().await;
}
