//! Files of the bank: placed by KID, whole or not at all; and what follows when nothing comes in.

use anrop::{
    clock::Clock as _,
    fee::invoice,
    identity::{Role, token::Ticket},
    values::calendar::oslo_date,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    fees::{advance_to, plb},
    invoices::{books_balance, csv, import, issue, letter, list, only, staff},
};
use crate::support::{TestApp, Visitor, Who};

#[tokio::test]
async fn what_came_in_is_placed_by_its_kid_whole_file_or_nothing() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    advance_to(&app, 3, 1);
    for person in 1..=3 {
        plb(&app, person, u32::try_from(person).expect("small") * 100 + 1).await;
    }
    issue(&app).await;
    let kid = async |n: u64| {
        only(&app, &Who::person(n)).await.0["kid"].as_str().expect("a KID").to_owned()
    };
    let (one, two, three) = (kid(1).await, kid(2).await, kid(3).await);
    let unknown = "9999999999";
    let bank = Who::role(Role::Administrator);

    // a mistake in the last row: nothing happens, and the row is named
    let rows = [("A-1", "530.00", one.as_str()), ("A-2", "530", two.as_str())];
    let refused = import(&app, &bank, &csv(&app, &rows)).await;
    let refused = refused.expect_problem(422, "invalid-content");
    assert!(refused["detail"].as_str().expect("a text").contains("line 3"), "{refused}");
    let tomorrow = csv(&app, &rows[..1]).replace(
        &oslo_date(app.clock.now()).to_string(),
        &oslo_date(app.clock.now() + TimeDelta::days(1)).to_string(),
    );
    import(&app, &bank, &tomorrow).await.expect_problem(422, "invalid-content");
    assert_eq!(app.count("SELECT COUNT(*) AS n FROM incoming_payment").await, 0);
    assert_eq!(only(&app, &Who::person(1)).await.0["openOre"], 53_000);

    let rows = [
        ("A-1", "530.00", one.as_str()),
        ("A-2", "200.00", two.as_str()),
        ("A-3", "600.00", three.as_str()),
        ("A-4", "530.00", unknown),
        ("A-5", "530.00", ""),
        ("A-6", "530.00", "1000000011"),
        ("A-7", "-530.00", one.as_str()),
        ("A-8", "1.00", one.as_str()),
    ];
    let file = csv(&app, &rows);
    let made = import(&app, &bank, &file).await.expect(201).json();
    assert_eq!(
        (&made["transactions"], &made["placed"], &made["unplaced"], &made["isNew"]),
        (&json!(8), &json!(3), &json!(5), &json!(true))
    );
    let state = async |n: u64| {
        let (invoice, _) = only(&app, &Who::person(n)).await;
        (invoice["state"].clone(), invoice["openOre"].clone())
    };
    assert_eq!(state(1).await, (json!("paid"), json!(0)));
    assert_eq!(state(2).await, (json!("partlyPaid"), json!(33_000)));
    assert_eq!(state(3).await, (json!("paid"), json!(0)));
    let mine = app.get("/v1/invoices?unpaid=false", &Who::person(1)).await.expect(200).json();
    assert_eq!(mine["total"], 1, "the line is paid with its invoice");

    // the same again changes nothing; another file with the same transaction is refused
    let again = import(&app, &bank, &file).await.expect(201).json();
    assert_eq!((&again["id"], &again["isNew"]), (&made["id"], &json!(false)));
    let other = csv(&app, &[("B-1", "1.00", &two), ("A-2", "200.00", &two)]);
    let refused = import(&app, &bank, &other).await.expect_problem(409, "conflict");
    assert!(refused["detail"].as_str().expect("a text").contains("line 3"), "{refused}");
    assert_eq!(state(2).await, (json!("partlyPaid"), json!(33_000)));
    assert_eq!(app.count("SELECT COUNT(*) AS n FROM payment_file").await, 1);

    let waiting = app.get("/v1/incoming-payments?waiting=true", &staff()).await.expect(200).json();
    let why: Vec<&str> = waiting["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["notPlaced"].as_str().unwrap_or("excess"))
        .collect();
    assert_eq!(why, ["excess", "unknownKid", "noKid", "badKid", "reversal", "nothingOpen"]);

    // a caseworker places one and pays another back; nobody places on their own invoice
    let place = async |item: &Value, who: &Who, body: Value| {
        let path =
            format!("/v1/incoming-payments/{}/placement", item["id"].as_str().expect("an id"));
        app.post_on(&path, who, &format!("\"v{}\"", item["version"]), &body).await
    };
    let number = only(&app, &Who::person(2)).await.0["invoiceNumber"].clone();
    let items = waiting["items"].as_array().expect("items");
    let own = Who(Ticket { roles: vec![Role::Caseworker], ..Who::person(2).0 });
    let body = json!({ "invoiceNumber": number });
    place(&items[2], &own, body.clone()).await.expect_problem(403, "disqualified");
    let nothing = place(&items[2], &staff(), json!({})).await;
    nothing.expect_problem(422, "invalid-content");
    let nobody = place(&items[2], &staff(), json!({ "invoiceNumber": 1 })).await;
    nobody.expect_problem(422, "invalid-content");
    let placed = place(&items[2], &staff(), body.clone()).await.expect(200).json();
    assert_eq!((&placed["state"], &placed["excessOre"]), (&json!("placed"), &json!(20_000)));
    assert_eq!(state(2).await, (json!("paid"), json!(0)));
    place(&items[2], &staff(), body).await.expect_problem(412, "stale-version");
    place(&items[0], &staff(), json!({ "returned": true })).await.expect(200);
    place(&items[1], &staff(), json!({ "returned": true })).await.expect(200);
    let left = app.get("/v1/incoming-payments?waiting=true", &staff()).await.expect(200).json();
    assert_eq!(left["total"], 4, "three unplaced, and what was too much of the one placed");
    books_balance(&app).await;
    app.finish().await;
}

#[tokio::test]
async fn a_file_of_ocr_giro_is_taken_in_once() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    advance_to(&app, 3, 1);
    plb(&app, 1, 101).await;
    issue(&app).await;
    let kid = only(&app, &Who::person(1)).await.0["kid"].as_str().expect("a KID").to_owned();
    let day = oslo_date(app.clock.now()).format("%d%m%y").to_string();
    let zeros = |count: usize| "0".repeat(count);
    let file = |serial: u32| {
        [
            format!("NY0000100000808000310001{}", zeros(56)),
            format!("NY090020001008566000000212345678903{}", zeros(45)),
            format!("NY0910300000001{day}12131{serial:05}0{:017}{kid:>25}000000", 53_000),
            format!("NY09103100000010000000000123456789{}{day}12345678903{}", zeros(7), zeros(22)),
            format!("NY090088{:08}{:08}{:017}{day}{day}{day}{}", 1, 4, 53_000, zeros(21)),
            format!("NY000089{:08}{:08}{:017}{day}{}", 1, 6, 53_000, zeros(33)),
        ]
        .join("\n")
    };
    let cut: String = file(1).lines().take(5).collect::<Vec<_>>().join("\n");
    import(&app, &staff(), &cut).await.expect_problem(422, "invalid-content");
    let made = import(&app, &staff(), &file(1)).await.expect(201).json();
    assert_eq!((&made["format"], &made["placed"]), (&json!("ocr"), &json!(1)));
    assert_eq!(made["transmission"], "00008080-0031000");
    import(&app, &staff(), &file(2)).await.expect_problem(409, "conflict");
    assert_eq!(only(&app, &Who::person(1)).await.0["state"], "paid");
    app.finish().await;
}

#[tokio::test]
async fn who_does_not_pay_is_reminded_once_and_then_shown_to_the_caseworker() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    advance_to(&app, 3, 1);
    let permit = plb(&app, 1, 101).await;
    issue(&app).await;
    let remind = async || invoice::actions::remind_due(&app.app).await.expect("reminds");
    app.clock.advance(TimeDelta::days(36));
    assert_eq!(remind().await, 0, "some days are given after the last");
    let kari = Who::person(1);
    assert_eq!(only(&app, &kari).await.0["state"], "overdue");
    app.clock.advance(TimeDelta::days(14));
    assert_eq!((remind().await, remind().await), (1, 0));
    let (invoice, _) = only(&app, &kari).await;
    assert_eq!(invoice["state"], "reminded");
    let said = letter(&app, &kari, &invoice["reminderLetterId"]).await;
    assert!(said.contains("Påminnelse om faktura"), "{said}");

    let mut application = crate::support::people::plb_application(1);
    application["beacon"]["serial"] = json!(102);
    let filed = app.post("/v1/plb/applications", &kari, &application).await.expect(201);
    let case = filed.header("location").to_owned();
    let page = format!("/nb/casework/cases/{}", case.rsplit('/').next().expect("an id"));
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    assert!(!visitor.get(&page).await.expect(200).text().contains("Ubetalt etter påminnelse"));
    app.clock.advance(TimeDelta::days(20));
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    assert_eq!(only(&app, &kari).await.0["state"], "unpaid");
    let text = visitor.get(&page).await.expect(200).text();
    assert!(text.contains("Ubetalt etter påminnelse") && text.contains("530,00"), "{text}");
    let kept = app.get(&format!("/v1/permits/{permit}"), &kari).await.expect(200).json();
    assert_ne!(kept["record"]["permit"]["status"], "revoked", "nothing happens by itself");

    // paid after all
    let kid = invoice["kid"].as_str().expect("a KID").to_owned();
    import(&app, &staff(), &csv(&app, &[("A-1", "530.00", &kid)])).await.expect(201);
    assert!(!visitor.get(&page).await.expect(200).text().contains("Ubetalt etter påminnelse"));
    assert_eq!(list(&app, &staff(), "state=unpaid").await["total"], 0);
    app.finish().await;
}
