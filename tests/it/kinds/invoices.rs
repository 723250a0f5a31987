//! Invoices: issued once for what waits, the yearly run in pieces and by several at once, credit notes, the files for
//! accounts, and the pages. What comes in and what does not is in `payments.rs`.

use anrop::{
    clock::Clock as _,
    fee::run::{actions as runs, store as run_store},
    identity::{Role, token::Ticket},
    seal::verify,
    values::{calendar::oslo_date, kid::Kid},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    business::{organisation, supplier},
    fees::{advance_to, lines, plb, run_job},
    shared::file,
};
use crate::support::{Reply, TestApp, Visitor, Who, visitor::form};

pub fn staff() -> Who {
    Who::caseworker("a")
}

pub async fn issue(app: &TestApp) {
    anrop::jobs::invoice_once(app.app.clone()).await.expect("the job runs");
}

pub async fn list(app: &TestApp, who: &Who, query: &str) -> Value {
    app.get(&format!("/v1/fee-invoices?{query}"), who).await.expect(200).json()
}

/// The only invoice of somebody, whole and with its version.
pub async fn only(app: &TestApp, who: &Who) -> (Value, String) {
    let page = list(app, who, "").await;
    assert_eq!(page["items"].as_array().expect("items").len(), 1, "{page}");
    let path = format!("/v1/fee-invoices/{}", page["items"][0]["id"].as_str().expect("an id"));
    let reply = app.get(&path, who).await.expect(200);
    let etag = reply.etag();
    (reply.json(), etag)
}

pub async fn import(app: &TestApp, who: &Who, text: &str) -> Reply {
    let headers = [("content-type", "application/octet-stream")];
    app.send_raw("POST", "/v1/payment-files", Some(who), &headers, Some(text.as_bytes())).await
}

/// A file in CSV: reference, kroner and KID of each row, booked today.
pub fn csv(app: &TestApp, rows: &[(&str, &str, &str)]) -> String {
    let today = oslo_date(app.clock.now());
    let row = |(reference, amount, kid): &(&str, &str, &str)| {
        format!("{reference},{today},{amount},{kid}\n")
    };
    format!("reference,paidOn,amount,kid\n{}", rows.iter().map(row).collect::<String>())
}

pub async fn letter(app: &TestApp, who: &Who, id: &Value) -> String {
    let path = format!("/v1/letters/{}", id.as_str().expect("an id"));
    app.get(&path, who).await.expect(200).json().to_string()
}

/// What must hold of all invoices whatever was done: numbers without a gap, sums that add up, each line on one.
pub async fn books_balance(app: &TestApp) {
    let numbers = "SELECT MAX(number) - MIN(number) + 1 - COUNT(*) AS n FROM invoice";
    assert_eq!(app.count(numbers).await, 0, "a number is left out");
    for (what, sql) in [
        (
            "an invoice is not the sum of its lines",
            "SELECT COUNT(*) AS n FROM invoice i WHERE kind = 'invoice' AND amount_ore <> \
             (SELECT SUM(amount_ore) FROM invoice_line l WHERE l.invoice_id = i.id)",
        ),
        (
            "a credit note is not the sum of its lines",
            "SELECT COUNT(*) AS n FROM invoice i WHERE kind = 'creditNote' AND amount_ore <> \
             (SELECT SUM(amount_ore) FROM invoice_line l WHERE l.credit_id = i.id)",
        ),
        (
            "what fell away is not what the credit notes say",
            "SELECT COUNT(*) AS n FROM invoice i WHERE kind = 'invoice' AND credited_ore <> \
             (SELECT COALESCE(SUM(amount_ore), 0) FROM invoice c WHERE c.credits = i.id)",
        ),
        (
            "a line stands on the invoice of somebody else",
            "SELECT COUNT(*) AS n FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id \
             WHERE l.holder_id <> i.holder_id",
        ),
        (
            "a settled invoice has an open line",
            "SELECT COUNT(*) AS n FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id \
             WHERE i.settled_on IS NOT NULL AND l.payment_id IS NULL AND l.credit_id IS NULL",
        ),
    ] {
        assert_eq!(app.count(sql).await, 0, "{what}");
    }
}

#[tokio::test]
async fn what_a_grant_costs_is_invoiced_once_with_a_letter_and_a_kid() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    advance_to(&app, 8, 15);
    let (first, second) = (plb(&app, 1, 101).await, plb(&app, 1, 102).await);
    let kari = Who::person(1);
    assert_eq!(list(&app, &kari, "").await["total"], 0);
    tokio::join!(issue(&app), issue(&app));
    issue(&app).await;
    let (invoice, etag) = only(&app, &kari).await;
    assert_eq!(etag, "\"v1\"");
    assert_eq!(
        (&invoice["amountOre"], &invoice["openOre"], &invoice["state"], &invoice["kind"]),
        (&json!(53_000), &json!(53_000), &json!("issued"), &json!("invoice"))
    );
    assert_eq!(invoice["invoiceNumber"], 100_000_001);
    let kid = Kid::parse(invoice["kid"].as_str().expect("a KID")).expect("a KID");
    assert_eq!(invoice["lines"].as_array().expect("lines").len(), 2, "one for both permits");
    for permit in [&first, &second] {
        let line = &lines(&app, permit).await[0];
        assert_eq!((&line["invoiceId"], &line["dueOn"]), (&invoice["id"], &invoice["dueOn"]));
    }
    let said = letter(&app, &kari, &invoice["letterId"]).await;
    for text in [&kid.for_people(), "530,00", "1234.56.78903", "Faktura 100000001", "PLB-", "§ 18"]
    {
        assert!(said.contains(text), "{text} in {said}");
    }
    assert!(said.contains("Digitaliserings- og forvaltningsdepartementet"), "who decides appeals");
    let file = format!("/v1/letters/{}/file", invoice["letterId"].as_str().expect("an id"));
    assert!(app.get(&file, &kari).await.expect(200).bytes.starts_with(b"%PDF"));
    let page = app.send("GET", &file, Some(&kari), &[("accept", "text/html")], None).await;
    assert!(page.expect(200).text().contains("1234.56.78903"));

    // somebody else has nothing there
    let path = format!("/v1/fee-invoices/{}", invoice["id"].as_str().expect("an id"));
    let other = Who::person(2);
    for path in [path.clone(), format!("{path}/ehf"), file] {
        app.get(&path, &other).await.expect_problem(404, "not-found");
    }
    assert_eq!(list(&app, &other, "").await["total"], 0);
    app.get(&format!("{path}/ehf"), &kari).await.expect_problem(422, "conditions-not-met");
    books_balance(&app).await;

    // what it says is in the journal, and so in the log
    let journaled = "SELECT COUNT(*) AS n FROM letter l JOIN journal_entry j ON j.case_id = l.case_id \
                     AND j.number = l.number WHERE l.kind = 'invoice' AND j.document_hash = l.content_sha256";
    assert_eq!(app.count(journaled).await, 1);
    app.seal().await;
    assert!(verify::verify(&app.app, None).await.expect("verifies").holds());
    app.execute("UPDATE journal_entry SET document_hash = NULL WHERE title = 'Invoice'").await;
    assert!(!verify::verify(&app.app, None).await.expect("verifies").holds());
    app.finish().await;
}

#[tokio::test]
async fn with_the_yearly_invoice_of_a_beacon_its_holder_is_asked_to_confirm_the_data() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    advance_to(&app, 8, 15);
    let (first, second) = (plb(&app, 1, 101).await, plb(&app, 2, 201).await);
    issue(&app).await;
    let asked = async |n: u64| {
        let who = Who::person(n);
        let newest = list(&app, &who, "").await["items"][0].clone();
        let said = letter(&app, &who, &newest["letterId"]).await;
        (said.contains("Stemmer opplysningene?"), said)
    };
    assert!(!asked(1).await.0, "it was granted just now");
    let number = async |permit: &str, n: u64| {
        let seen = app.get(&format!("/v1/permits/{permit}"), &Who::person(n)).await.expect(200);
        seen.json()["record"]["permit"]["number"].as_str().expect("a number").to_owned()
    };
    advance_to(&app, 1, 2);
    run_job(&app).await;
    issue(&app).await;
    for (n, permit) in [(1, &first), (2, &second)] {
        let (is_asked, said) = asked(n).await;
        assert!(is_asked, "{said}");
        assert!(said.contains("/my-page") && said.contains(&number(permit, n).await), "{said}");
        assert!(said.contains("Redningssentralen bruker"), "{said}");
    }
    app.finish().await;
}

/// The documents out that concern money, as caseworkers have them: number of the document and title.
async fn journaled(app: &TestApp) -> Vec<(String, String)> {
    let titles = ["Invoice", "Credit note", "Payment reminder"];
    let entries = crate::journal::journal(app).await;
    let text = |entry: &Value, name: &str| entry[name].as_str().expect("a text").to_owned();
    let own = entries.iter().filter(|entry| titles.contains(&text(entry, "title").as_str()));
    let mut all: Vec<_> =
        own.map(|entry| (text(entry, "documentNumber"), text(entry, "title"))).collect();
    all.sort_unstable();
    all
}

#[tokio::test]
async fn invoices_reminders_and_credit_notes_are_documents_of_a_case_of_their_holder_and_year() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    advance_to(&app, 3, 1);
    plb(&app, 1, 101).await;
    tokio::join!(issue(&app), issue(&app));
    plb(&app, 1, 102).await;
    plb(&app, 2, 201).await;
    issue(&app).await;
    let kari = Who::person(1);
    let newest = list(&app, &kari, "").await["items"][0].clone();
    let path = format!("/v1/fee-invoices/{}", newest["id"].as_str().expect("an id"));
    let etag = app.get(&path, &kari).await.expect(200).etag();
    let reason = json!({ "reason": "Feil." });
    app.post_on(&format!("{path}/credit-notes"), &staff(), &etag, &reason).await.expect(201);
    app.clock.advance(TimeDelta::days(60));
    anrop::jobs::remind_once(app.app.clone()).await.expect("reminds");
    anrop::jobs::number_journal_once(app.app.clone()).await.expect("numbers");
    let all = journaled(&app).await;
    let case_of = |number: &str| number.rsplit_once('-').expect("a number").0.to_owned();
    let mut cases: Vec<String> = all.iter().map(|(number, _)| case_of(number)).collect();
    cases.sort_unstable();
    cases.dedup();
    assert_eq!(cases.len(), 2, "one for each holder: {all:?}");
    let of_note = all.iter().find(|(_, title)| title == "Credit note").expect("a credit note");
    let first = case_of(&of_note.0);
    let own: Vec<&str> = all
        .iter()
        .filter(|(number, _)| case_of(number) == first)
        .map(|(_, title)| title.as_str())
        .collect();
    assert_eq!(own, ["Invoice", "Invoice", "Credit note", "Payment reminder"]);
    let said = letter(&app, &kari, &newest["letterId"]).await;
    assert!(said.contains(&format!("{first}-2")), "its number in the journal: {said}");
    let cases = "SELECT COUNT(*) AS n FROM fee_case";
    assert_eq!(app.count(cases).await, 2);

    // the public learns that there is an invoice, and not whose
    crate::journal::days_later(&app, 1).await;
    let seen = app.get_public("/v1/public-journal?kind=fees").await.expect(200);
    let page = seen.json();
    assert_eq!(page["total"], 6, "{page}");
    for entry in page["items"].as_array().expect("documents") {
        assert_eq!(entry["correspondent"]["kind"], "withheld");
        assert_eq!(entry["access"]["code"], "13-1");
    }
    assert!(!seen.text().contains(&crate::journal::name(1)));
    app.finish().await;
}

#[tokio::test]
async fn ehf_says_what_was_true_on_the_day_of_issue() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let business = organisation(1);
    file(&app, "supplier", &business, &supplier(1, &["supplier"])).await;
    issue(&app).await;
    let (invoice, etag) = only(&app, &business).await;
    let path = format!("/v1/fee-invoices/{}", invoice["id"].as_str().expect("an id"));
    let before = app.get(&format!("{path}/ehf"), &business).await.expect(200).text();
    app.execute("UPDATE party SET name = 'Et annet navn AS' WHERE organisation_number IS NOT NULL")
        .await;
    let after = app.get(&format!("{path}/ehf"), &business).await.expect(200).text();
    assert_eq!(before, after);
    // a credit note of today has the name of today
    let reason = json!({ "reason": "Feil." });
    let note = app.post_on(&format!("{path}/credit-notes"), &staff(), &etag, &reason).await;
    let note = note.expect(201).json();
    let path = format!("/v1/fee-invoices/{}/ehf", note["id"].as_str().expect("an id"));
    let text = app.get(&path, &business).await.expect(200).text();
    assert!(text.contains("Et annet navn AS") && !before.contains("Et annet navn AS"));
    let sealed = "SELECT COUNT(*) AS n FROM invoice WHERE sides_sealed IS NOT NULL";
    assert_eq!(app.count(sealed).await, 2);
    app.finish().await;
}

#[tokio::test]
async fn without_an_account_nothing_is_invoiced() {
    let app = TestApp::start_with(|settings| settings.fee_account = None).await;
    app.waive_deliveries();
    let permit = plb(&app, 1, 101).await;
    issue(&app).await;
    assert_eq!(list(&app, &staff(), "").await["total"], 0);
    assert!(lines(&app, &permit).await[0].get("invoiceId").is_none());
    let year = json!({ "year": chrono::Datelike::year(&oslo_date(app.clock.now())) });
    let head = Who::role(Role::Administrator);
    app.post("/v1/fee-runs", &head, &year).await.expect_problem(422, "conditions-not-met");
    app.finish().await;
}

#[tokio::test]
async fn a_yearly_run_gathers_a_holders_permits_goes_on_where_it_was_left_and_charges_nobody_twice()
{
    let app = TestApp::start().await;
    app.waive_deliveries();
    let year = advance_to(&app, 8, 15);
    for (person, serial) in [(1, 101), (1, 102), (2, 201), (3, 301)] {
        plb(&app, person, serial).await;
    }
    issue(&app).await;
    let head = Who::role(Role::Administrator);
    let of = |year: i32| json!({ "year": year });
    let early = app.post("/v1/fee-runs", &head, &of(year + 1)).await;
    assert_eq!(early.expect_problem(422, "invalid-content")["errors"][0]["pointer"], "/year");
    advance_to(&app, 1, 2);
    let begun = app.post("/v1/fee-runs", &head, &of(year + 1)).await.expect(201);
    let run = begun.header("location").to_owned();
    let begun = begun.json();
    assert_eq!((&begun["state"], &begun["permitsTotal"]), (&json!("settling"), &json!(4)));
    app.post("/v1/fee-runs", &head, &of(year + 1)).await.expect_problem(409, "conflict");

    // one piece, then whoever worked on it is gone; two others find it and finish it together
    let id = run_store::under_way(app.app.db().read()).await.expect("answers")[0];
    let core = &app.app;
    let settled = core.db().write(|tx| async move { runs::piece(core, &tx, id).await }).await;
    assert_eq!(settled.expect("a piece"), Some(4));
    let seen = app.get(&run, &head).await.expect(200).json();
    assert_eq!((&seen["state"], &seen["permitsDone"]), (&json!("invoicing"), &json!(4)));
    let (one, two, ()) = tokio::join!(runs::work(core), runs::work(core), issue(&app));
    assert_eq!((one.expect("works"), two.expect("works")), (0, 0));
    let seen = app.get(&run, &head).await.expect(200).json();
    assert_eq!(
        (&seen["state"], &seen["invoices"], &seen["amountOre"]),
        (&json!("done"), &json!(3), &json!(4 * 53_000))
    );
    assert!(seen["endedAt"].is_string());
    let of_run =
        list(&app, &staff(), &format!("run={}", seen["id"].as_str().expect("an id"))).await;
    let mut amounts: Vec<i64> = of_run["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|item| item["amountOre"].as_i64())
        .collect();
    amounts.sort_unstable();
    assert_eq!(amounts, [53_000, 53_000, 106_000]);
    assert_eq!(of_run["sums"]["openOre"], 4 * 53_000);

    // another run finds nobody left; the job begins none
    let again = app.post("/v1/fee-runs", &head, &of(year + 1)).await.expect(201).json();
    assert_eq!(again["permitsTotal"], 0);
    run_job(&app).await;
    run_job(&app).await;
    let all = app.get("/v1/fee-runs", &head).await.expect(200).json();
    assert_eq!(all["total"], 2, "{all}");
    assert_eq!(
        list(&app, &staff(), "").await["total"],
        6,
        "three with the grants, three of the run"
    );
    books_balance(&app).await;
    app.finish().await;
}

#[tokio::test]
async fn the_job_runs_the_year_by_itself_with_many_at_once() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    advance_to(&app, 8, 15);
    for person in 1..=6 {
        plb(&app, person, u32::try_from(person).expect("small") * 100 + 1).await;
    }
    advance_to(&app, 1, 2);
    let job = || run_job(&app);
    tokio::join!(job(), job(), job(), issue(&app), issue(&app), plb(&app, 7, 701));
    run_job(&app).await;
    issue(&app).await;
    books_balance(&app).await;
    let waiting = "SELECT COUNT(*) AS n FROM invoice_line WHERE invoice_id IS NULL";
    assert_eq!(app.count(waiting).await, 0);
    let twice = "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM invoice_line \
                 GROUP BY permit_id, year, fee_id, occasion HAVING COUNT(*) > 1) t";
    assert_eq!(app.count(twice).await, 0);
    let open = "SELECT COUNT(*) AS n FROM fee_run WHERE ended_at IS NULL";
    assert_eq!(app.count(open).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn a_fee_that_falls_away_is_credited_and_what_was_paid_is_owed_back() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    advance_to(&app, 3, 1);
    for serial in [101, 102, 103] {
        plb(&app, 1, serial).await;
    }
    issue(&app).await;
    let kari = Who::person(1);
    let (invoice, etag) = only(&app, &kari).await;
    let path = format!("/v1/fee-invoices/{}", invoice["id"].as_str().expect("an id"));
    let credit = format!("{path}/credit-notes");
    let line = |n: usize| invoice["lines"][n]["id"].clone();
    let of = |lines: &[Value]| json!({ "lines": lines, "reason": "Senderen var meldt tapt før nyttår." });
    let own = Who(Ticket { roles: vec![Role::Caseworker], ..Who::person(1).0 });
    app.post_on(&credit, &own, &etag, &of(&[line(0)])).await.expect_problem(403, "disqualified");
    let empty = json!({ "lines": [line(0)], "reason": " " });
    app.post_on(&credit, &staff(), &etag, &empty).await.expect_problem(422, "invalid-content");
    let foreign = json!("019a9f2c-5e0c-7d1a-b0cd-ef0123456789");
    let refused = app.post_on(&credit, &staff(), &etag, &of(&[foreign])).await;
    assert_eq!(refused.expect_problem(422, "invalid-content")["errors"][0]["pointer"], "/lines/0");

    let note = app.post_on(&credit, &staff(), &etag, &of(&[line(0)])).await.expect(201).json();
    assert_eq!(
        (&note["kind"], &note["amountOre"], &note["creditsId"], &note["invoiceNumber"]),
        (&json!("creditNote"), &json!(53_000), &invoice["id"], &json!(100_000_002))
    );
    let said = letter(&app, &kari, &note["letterId"]).await;
    assert!(said.contains("meldt tapt") && said.contains("100000001"), "{said}");
    app.post_on(&credit, &staff(), &etag, &of(&[line(1)]))
        .await
        .expect_problem(412, "stale-version");
    let seen = app.get(&path, &kari).await.expect(200);
    assert_eq!(
        (&seen.json()["openOre"], &seen.json()["state"]),
        (&json!(106_000), &json!("partlyPaid"))
    );
    app.post_on(&credit, &staff(), &seen.etag(), &of(&[line(0)]))
        .await
        .expect_problem(422, "invalid-content");

    // a part comes in, a second line falls away, and what came in is the whole of what is left
    let kid = invoice["kid"].as_str().expect("a KID").to_owned();
    import(&app, &staff(), &csv(&app, &[("A-1", "530.00", &kid)])).await.expect(201);
    let seen = app.get(&path, &kari).await.expect(200);
    app.post_on(&credit, &staff(), &seen.etag(), &of(&[line(1)])).await.expect(201);
    let seen = app.get(&path, &kari).await.expect(200);
    assert_eq!((&seen.json()["state"], &seen.json()["owedBackOre"]), (&json!("paid"), &json!(0)));
    books_balance(&app).await;

    // all that is left, though it is paid: it is owed back
    let rest = json!({ "reason": "Avgiften er frafalt." });
    app.post_on(&credit, &staff(), &seen.etag(), &rest).await.expect(201);
    let seen = app.get(&path, &kari).await.expect(200);
    assert_eq!(
        (&seen.json()["state"], &seen.json()["owedBackOre"]),
        (&json!("credited"), &json!(53_000))
    );
    assert_eq!(list(&app, &staff(), "owedBack=true").await["total"], 1);
    app.post_on(&credit, &staff(), &seen.etag(), &rest)
        .await
        .expect_problem(409, "illegal-transition");
    let unpaid = app.get("/v1/invoices?unpaid=true", &kari).await.expect(200).json();
    assert_eq!(unpaid["total"], 0);
    books_balance(&app).await;
    app.finish().await;
}

#[tokio::test]
async fn an_organisation_gets_ehf_and_the_accounts_get_every_line() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    advance_to(&app, 3, 1);
    let business = organisation(1);
    file(&app, "supplier", &business, &supplier(1, &["supplier", "radioDealer"])).await;
    plb(&app, 1, 101).await;
    issue(&app).await;
    let (invoice, etag) = only(&app, &business).await;
    let path = format!("/v1/fee-invoices/{}", invoice["id"].as_str().expect("an id"));
    let ehf = app.get(&format!("{path}/ehf"), &business).await.expect(200);
    assert_eq!(ehf.header("content-type"), "application/xml; charset=utf-8");
    let text = ehf.text();
    assert!(text.contains(&format!("<cbc:ID>{}</cbc:ID>", invoice["invoiceNumber"])), "{text}");
    assert!(text.contains(&super::business::number(1)) && text.contains("VATEX-EU-O"));
    let credit = json!({ "reason": "Registreringen er trukket." });
    let note = app.post_on(&format!("{path}/credit-notes"), &staff(), &etag, &credit).await;
    let note = note.expect(201).json();
    let path = format!("/v1/fee-invoices/{}/ehf", note["id"].as_str().expect("an id"));
    assert!(app.get(&path, &staff()).await.expect(200).text().contains("<CreditNote "));

    let today = oslo_date(app.clock.now());
    let csv = app.get("/v1/fee-accounts", &staff()).await.expect(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let text = csv.text();
    let rows: Vec<&str> = text.split("\r\n").filter(|row| !row.is_empty()).collect();
    let own = invoice["lines"].as_array().expect("lines").len();
    assert_eq!(rows.len(), 1 + own + 1 + own, "heading, both invoices, the credit note: {text}");
    let person = crate::support::people::applicant(1)["name"].as_str().expect("a name").to_owned();
    assert!(!text.contains(&person), "no person stands in it");
    let before = format!("/v1/fee-accounts?from={}&until={today}", today - TimeDelta::days(30));
    assert_eq!(app.get(&before, &staff()).await.expect(200).text().lines().count(), 1);
    let wrong = format!("/v1/fee-accounts?from={today}&until={today}");
    app.get(&wrong, &staff()).await.expect_problem(400, "invalid-parameter");
    assert_eq!(app.count("SELECT COUNT(*) AS n FROM invoice").await, 3);
    app.finish().await;
}

#[tokio::test]
async fn the_pages_show_runs_invoices_and_payments_and_do_what_the_operations_do() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    advance_to(&app, 3, 1);
    plb(&app, 1, 101).await;
    issue(&app).await;
    import(&app, &staff(), &csv(&app, &[("A-1", "10.00", ""), ("A-2", "20.00", "")]))
        .await
        .expect(201);
    let fees = "/nb/casework/fees";
    for person in ["KARI", "RESCUE"] {
        let mut other = Visitor::signed_in(&app, person).await;
        for path in [fees, "/nb/casework/payments"] {
            assert_eq!(other.get(path).await.status, 403, "{person} {path}");
        }
    }
    let mut head = Visitor::signed_in(&app, "ADMINISTRATOR").await;
    let text = head.get(fees).await.expect(200).text();
    assert!(text.contains("100000001") && text.contains("530,00"), "{text}");
    let begin = |year: &str| form(&text, fees, &[("year", year)]);
    assert_eq!(head.post(fees, &begin("2199")).await.status, 422);
    let year = oslo_date(app.clock.now()).format("%Y").to_string();
    let shown = head.post(fees, &begin(&year)).await.expect(200).text();
    assert!(shown.contains("Årskjøringen er startet") && shown.contains("<progress"), "{shown}");
    assert_eq!(head.post(fees, &begin(&year)).await.status, 409);

    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    for (query, status) in [("?state=issued", 200), ("?state=odd", 400), ("?number=100000001", 200)]
    {
        assert_eq!(visitor.get(&format!("{fees}{query}")).await.status, status, "{query}");
    }
    let id = list(&app, &staff(), "").await["items"][0]["id"].as_str().expect("an id").to_owned();
    let one = format!("{fees}/{id}");
    let text = visitor.get(&one).await.expect(200).text();
    assert_eq!(visitor.post(&one, &form(&text, &one, &[("reason", " ")])).await.status, 422);
    let done =
        visitor.post(&one, &form(&text, &one, &[("reason", "Sendt til feil innehaver.")])).await;
    assert!(done.expect(200).text().contains("Kreditnota 100000002"));
    assert_eq!(visitor.post(&one, &form(&text, &one, &[("reason", "Igjen.")])).await.status, 412);
    assert_eq!(visitor.get(&format!("{fees}/none")).await.status, 404);

    let payments = "/nb/casework/payments";
    let text = visitor.get(payments).await.expect(200).text();
    let wrong = form(&text, payments, &[("invoice", "x"), ("deed", "place")]);
    assert_eq!(visitor.post(payments, &wrong).await.status, 422);
    let unknown = form(&text, payments, &[("invoice", "999"), ("deed", "place")]);
    let told = visitor.post(payments, &unknown).await.expect(422).text();
    assert!(told.contains("Ingen faktura har dette nummeret.") && told.contains("aria-invalid"));
    let back = form(&text, payments, &[("deed", "return")]);
    assert!(visitor.post(payments, &back).await.expect(200).text().contains("1 venter"));

    let mut kari = Visitor::new(&app);
    kari.sign_in("KARI", "/nb").await;
    assert_eq!(kari.get("/nb/my-page").await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn whoever_keeps_the_accounts_gets_the_months_and_ehf_at_the_desk() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    advance_to(&app, 3, 1);
    let business = organisation(1);
    file(&app, "supplier", &business, &supplier(1, &["supplier", "radioDealer"])).await;
    plb(&app, 1, 101).await;
    issue(&app).await;
    let (invoice, _) = only(&app, &business).await;
    let (persons, _) = only(&app, &Who::person(1)).await;
    let page_of = |one: &Value| format!("/nb/casework/fees/{}", one["id"].as_str().expect("an id"));
    let month = oslo_date(app.clock.now()).format("%Y-%m").to_string();
    let month_file = format!("/nb/casework/fee-accounts/{month}");
    let electronic = format!("{}/ehf", page_of(&invoice));
    for person in ["KARI", "RESCUE"] {
        let mut other = Visitor::signed_in(&app, person).await;
        for path in [&month_file, &electronic] {
            assert_eq!(other.get(path).await.status, 403, "{person} {path}");
        }
    }
    let mut head = Visitor::signed_in(&app, "ADMINISTRATOR").await;
    let fees = head.get("/nb/casework/fees").await.expect(200).text();
    assert!(
        fees.contains(&format!("href=\"{month_file}\"")) && fees.contains(">mars 20"),
        "{fees}"
    );
    let csv = head.get(&month_file).await.expect(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let name = format!("attachment; filename=\"fees-{month}.csv\"");
    assert_eq!(csv.header("content-disposition"), name);
    let today = oslo_date(app.clock.now());
    let of_day = app.get(&format!("/v1/fee-accounts?from={today}"), &staff()).await.expect(200);
    assert_eq!(csv.text(), of_day.text(), "everything was issued today");
    assert!(csv.text().lines().count() > 2, "{}", csv.text());
    for wrong in ["2026-13", "2026-3", "mars"] {
        let path = format!("/nb/casework/fee-accounts/{wrong}");
        assert_eq!(head.get(&path).await.status, 404, "{wrong}");
    }

    let page = head.get(&page_of(&invoice)).await.expect(200).text();
    assert!(page.contains(&format!("href=\"{electronic}\"")), "{page}");
    let ehf = head.get(&electronic).await.expect(200);
    assert_eq!(ehf.header("content-type"), "application/xml; charset=utf-8");
    assert!(ehf.text().contains(&super::business::number(1)), "{}", ehf.text());
    let page = head.get(&page_of(&persons)).await.expect(200).text();
    assert!(!page.contains("/ehf\""), "a person gets no electronic invoice: {page}");
    let path = format!("{}/ehf", page_of(&persons));
    assert_eq!(head.get(&path).await.status, 422);
    app.finish().await;
}
