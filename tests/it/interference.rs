//! Reports of interference: taken without signing in, followed by a code that is good once, and what is left of those that
//! lead to no case: nothing but a count. Over HTTP and through the forms of the pages.

use anrop::identity::Role;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};

use crate::support::{Reply, TestApp, Visitor, Who, visitor::form};

const PAGE: &str = "/nb/interference-reports";

fn caseworker() -> Who {
    Who::caseworker("saksbehandler-1")
}

/// A report in Oslo; the contact is made up.
pub fn report(app: &TestApp, severity: &str, service: &str) -> Value {
    json!({
        "severity": severity, "service": service,
        "description": "Sus på alle kanaler fra naboens lader",
        "municipalityNumber": "0301", "place": "Bakgården i Eksempelgata 4",
        "beganAt": app.app.clock().now() - TimeDelta::hours(2),
        "lowerHertz": 791_000_000, "upperHertz": 821_000_000,
        "reporter": { "name": "Nora Eksempel Melder", "phone": "68050123", "email": "nora@example.no" },
    })
}

pub async fn sent(app: &TestApp, body: &Value) -> Value {
    app.clock.advance(TimeDelta::seconds(1));
    app.send("POST", "/v1/interference-reports", None, &[], Some(body)).await.expect(201).json()
}

pub async fn listed(app: &TestApp, query: &str) -> Vec<Value> {
    let path = format!("/v1/interference-reports{query}");
    let list = app.get(&path, &caseworker()).await.expect(200).json();
    let items = list["items"].as_array().cloned().expect("reports");
    assert_eq!(list["total"], items.len());
    items
}

pub async fn triage(app: &TestApp, id: &Value, body: &Value) -> Reply {
    let path = format!("/v1/interference-reports/{}", id.as_str().expect("an id"));
    let seen = app.get(&path, &caseworker()).await.expect(200);
    app.post_on(&format!("{path}/triage"), &caseworker(), &seen.etag(), body).await
}

async fn follow(app: &TestApp, number: &Value, code: &Value) -> Reply {
    let body = json!({ "reportNumber": number, "followUpCode": code });
    app.send("POST", "/v1/interference-report-look-ups", None, &[], Some(&body)).await
}

/// How many values in the whole database, whatever table and column, hold a text or an id.
async fn traces(app: &TestApp, text: &str) -> Vec<String> {
    let connection = app.app.db().read();
    let backend = connection.get_database_backend();
    let query = async |sql: String| {
        let statement = Statement::from_string(backend, sql);
        connection.query_all_raw(statement).await.expect("answers")
    };
    let columns = match backend {
        DbBackend::Postgres => {
            "SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = 'public'"
        }
        _ => {
            "SELECT m.name AS t, p.name AS c FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type = 'table'"
        }
    };
    let id = uuid::Uuid::try_parse(text).ok();
    let hex = id.map_or_else(|| hex::encode(text), |id| hex::encode(id.as_bytes()));
    let mut found = Vec::new();
    for row in query(columns.to_owned()).await {
        let table: String = row.try_get("", "t").expect("a name");
        let column: String = row.try_get("", "c").expect("a name");
        let sql = match backend {
            DbBackend::Postgres => format!(
                "SELECT count(*) AS n FROM \"{table}\" WHERE \"{column}\"::text ILIKE '%{text}%' OR \"{column}\"::text LIKE '%{hex}%'"
            ),
            _ => format!(
                "SELECT count(*) AS n FROM \"{table}\" WHERE CAST(\"{column}\" AS text) LIKE '%{text}%' OR lower(hex(\"{column}\")) LIKE '%{hex}%'"
            ),
        };
        let count: i64 = query(sql).await[0].try_get("", "n").expect("a number");
        if count > 0 {
            found.push(format!("{table}.{column}"));
        }
    }
    found
}

#[tokio::test]
async fn a_report_without_a_case_leaves_nothing_but_its_count() {
    let app = TestApp::start().await;
    let key = [("idempotency-key", "melding-1")];
    let body = report(&app, "business", "mobile");
    let send = || app.send("POST", "/v1/interference-reports", None, &key, Some(&body));
    let receipt = send().await.expect(201).json();
    assert_eq!(send().await.expect(201).json(), receipt, "a repeat makes nothing new");
    let items = listed(&app, "").await;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["reporter"]["name"], "Nora Eksempel Melder");
    assert_eq!(items[0]["county"], "Oslo");
    let id = items[0]["id"].as_str().expect("an id").to_owned();
    // what is searched with finds what is there, and what it says is sealed wherever it lies
    let own = traces(&app, &id).await;
    assert!(own.contains(&"interference_report.id".to_owned()), "{own:?}");
    assert!(own.contains(&"idempotency_key.resource_id".to_owned()), "{own:?}");
    let personal =
        ["Nora Eksempel Melder", "68050123", "nora@example.no", "Eksempelgata", "naboens"];
    for text in personal {
        assert_eq!(traces(&app, text).await, Vec::<String>::new(), "{text}");
    }

    let closed = triage(&app, &items[0]["id"], &json!({ "outcome": "close" })).await.expect(200);
    assert_eq!(closed.json(), json!({ "erased": true }));
    assert_eq!(traces(&app, &id).await, Vec::<String>::new());
    assert_eq!(app.count("SELECT count(*) AS n FROM interference_report").await, 0);
    assert_eq!(
        app.count("SELECT CAST(sum(count) AS bigint) AS n FROM interference_count").await,
        1
    );
    assert_eq!(app.count("SELECT count(*) AS n FROM journal_entry").await, 0);
    // neither a caseworker nor who reported finds it again
    let path = format!("/v1/interference-reports/{id}");
    app.get(&path, &caseworker()).await.expect_problem(404, "not-found");
    let gone = follow(&app, &receipt["reportNumber"], &receipt["followUpCode"]).await;
    gone.expect_problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn a_code_is_good_once_and_tells_the_state() {
    let app = TestApp::start().await;
    let receipt = sent(&app, &report(&app, "nuisance", "amateur")).await;
    let number = &receipt["reportNumber"];
    let wrong = json!("0000-0000-0000-0000");
    follow(&app, number, &wrong).await.expect_problem(404, "not-found");
    let first = follow(&app, number, &receipt["followUpCode"]).await.expect(200).json();
    assert_eq!((&first["status"], first.get("caseNumber")), (&json!("received"), None));
    let used = follow(&app, number, &receipt["followUpCode"]).await;
    used.expect_problem(404, "not-found");
    // in small letters and without separators it is the same
    let next = first["nextCode"].as_str().expect("a code").to_lowercase().replace('-', "");
    let second = follow(&app, number, &json!(next)).await.expect(200).json();

    let items = listed(&app, "").await;
    let open = json!({ "outcome": "open", "matter": "Støy fra lader", "respondent": { "unknown": "nabo" } });
    let made = triage(&app, &items[0]["id"], &open).await.expect(200).json();
    assert_eq!(made["erased"], false);
    assert_eq!(listed(&app, "").await.len(), 0, "it is decided");
    let third = follow(&app, number, &second["nextCode"]).await.expect(200).json();
    assert_eq!((&third["status"], &third["caseNumber"]), (&json!("inCase"), &made["caseNumber"]));
    assert!(third.get("dueAt").is_none());
    // whoever guesses waits
    for _ in 0..20 {
        follow(&app, number, &wrong).await;
    }
    let refused = follow(&app, number, &third["nextCode"]).await;
    refused.expect_problem(429, "too-many-requests");
    app.clock.advance(TimeDelta::minutes(2));
    follow(&app, number, &third["nextCode"]).await.expect(200);
    app.finish().await;
}

#[tokio::test]
async fn services_lives_depend_on_ring_until_somebody_takes_the_alarm() {
    let app = TestApp::start().await;
    for (severity, service) in
        [("nuisance", "amateur"), ("nuisance", "gnss"), ("societal", "mobile")]
    {
        sent(&app, &report(&app, severity, service)).await;
    }
    let ringing = listed(&app, "?alarm=true").await;
    assert_eq!(ringing.len(), 1);
    assert_eq!((&ringing[0]["service"], &ringing[0]["alarm"]), (&json!("gnss"), &json!(true)));
    let path = format!("/v1/interference-reports/{}", ringing[0]["id"].as_str().expect("an id"));
    let seen = app.get(&path, &caseworker()).await.expect(200);
    let take = async |etag: &str| {
        app.post_on(&format!("{path}/acknowledgement"), &caseworker(), etag, &Value::Null).await
    };
    let taken = take(&seen.etag()).await.expect(200);
    assert_eq!(taken.json()["acknowledgedBy"], "saksbehandler-1");
    take(&seen.etag()).await.expect_problem(412, "stale-version");
    take(&taken.etag()).await.expect_problem(409, "illegal-transition");
    assert_eq!(listed(&app, "?alarm=true").await.len(), 0);
    // by severity: the graver the sooner, and late when its time is over
    let order: Vec<Value> =
        listed(&app, "").await.iter().map(|one| one["severity"].clone()).collect();
    assert_eq!(order, ["societal", "nuisance", "nuisance"]);
    assert_eq!(listed(&app, "?overdue=true").await.len(), 0);
    app.clock.advance(TimeDelta::days(8));
    let late = listed(&app, "?overdue=true").await;
    assert_eq!(late.len(), 1);
    assert_eq!((&late[0]["severity"], &late[0]["overdue"]), (&json!("societal"), &json!(true)));
    assert_eq!(listed(&app, "?service=mobile&county=Oslo").await.len(), 1);
    let wrong = app.get("/v1/interference-reports?severity=x", &caseworker()).await;
    wrong.expect_problem(400, "invalid-parameter");
    app.finish().await;
}

#[tokio::test]
async fn everything_wrong_with_a_report_is_named_and_an_address_may_not_send_without_end() {
    let app = TestApp::start().await;
    let post = async |body: &Value| {
        app.send("POST", "/v1/interference-reports", None, &[], Some(body)).await
    };
    let body = json!({
        "severity": "x", "service": "y", "description": " ", "beganAt": "2099-01-01T00:00:00Z",
        "endedAt": "2098-01-01T00:00:00Z", "latitude": 59.0, "upperHertz": 5,
        "municipalityNumber": "9999", "reporter": { "phone": "1", "email": "x" },
    });
    let refused = post(&body).await.expect_problem(422, "invalid-content");
    let pointers: Vec<&str> = refused["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|one| one["pointer"].as_str().expect("a pointer"))
        .collect();
    for pointer in [
        "/severity",
        "/service",
        "/description",
        "/beganAt",
        "/endedAt",
        "/longitude",
        "/lowerHertz",
        "/municipalityNumber",
        "/reporter/phone",
        "/reporter/email",
    ] {
        assert!(pointers.contains(&pointer), "{pointer} in {pointers:?}");
    }
    let good = report(&app, "nuisance", "other");
    for _ in 0..30 {
        post(&good).await.expect(201);
    }
    post(&good).await.expect_problem(429, "too-many-requests");
    app.clock.advance(TimeDelta::minutes(10));
    post(&good).await.expect(201);
    app.finish().await;
}

#[tokio::test]
async fn small_counts_are_not_told() {
    let app = TestApp::start().await;
    for _ in 0..5 {
        sent(&app, &report(&app, "nuisance", "amateur")).await;
    }
    for _ in 0..4 {
        sent(&app, &report(&app, "business", "mobile")).await;
    }
    let told = app.get_public("/v1/interference-statistics").await.expect(200).json();
    let items = told["items"].as_array().expect("counts");
    let of = |severity: &str| items.iter().find(|one| one["severity"] == severity).expect("a row");
    assert_eq!((&of("nuisance")["count"], &of("nuisance")["county"]), (&json!(5), &json!("Oslo")));
    assert!(of("business").get("count").is_none());
    assert!(told.get("total").is_none());
    let page = app.get_public("/en/interference-statistics").await.expect(200).text();
    assert!(page.contains("under 5"), "{page}");
    let file = app.get_public("/interference-statistics.csv").await.expect(200).text();
    let lines: Vec<&str> = file.trim_start_matches('\u{feff}').split_terminator("\r\n").collect();
    let [head, business, nuisance] = lines.as_slice() else { panic!("{file}") };
    assert_eq!(*head, "month;county;severity;count");
    assert!(business.ends_with("-01;Oslo;business;"), "{business}");
    assert!(nuisance.ends_with("-01;Oslo;nuisance;5"), "{nuisance}");
    app.finish().await;
}

#[tokio::test]
async fn a_report_joins_a_case_and_only_staff_decide_about_it() {
    let app = TestApp::start().await;
    sent(&app, &report(&app, "societal", "mobile")).await;
    sent(&app, &report(&app, "societal", "mobile")).await;
    let items = listed(&app, "").await;
    let open = json!({ "outcome": "open", "matter": "Støy på 800 MHz" });
    let made = triage(&app, &items[0]["id"], &open).await.expect(200).json();
    let case = made["supervisionCaseId"].clone();
    let without = triage(&app, &items[1]["id"], &json!({ "outcome": "join" })).await;
    without.expect_problem(422, "invalid-content");
    let both = json!({ "outcome": "close", "matter": "x" });
    triage(&app, &items[1]["id"], &both).await.expect_problem(422, "invalid-content");
    let join = json!({ "outcome": "join", "supervisionCaseId": case });
    triage(&app, &items[1]["id"], &join).await.expect(200);
    let again = triage(&app, &items[1]["id"], &join).await;
    again.expect_problem(409, "illegal-transition");
    let path = format!("/v1/supervision-cases/{}", case.as_str().expect("an id"));
    let seen = app.get(&path, &caseworker()).await.expect(200).json();
    assert_eq!(seen["reports"].as_array().map(Vec::len), Some(2));
    assert_eq!((&seen["lowerHertz"], &seen["severity"]), (&json!(791_000_000), &json!("societal")));
    assert_eq!(seen["reports"][0]["reporter"]["email"], "nora@example.no");
    let officer = app.get(&path, &Who::role(Role::Officer)).await;
    officer.expect_problem(403, "not-allowed");
    app.finish().await;
}

/// The form of a page, filled in.
fn filled(page: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = vec![
        ("service", "mobile"),
        ("severity", "business"),
        ("description", "Sus på alle kanaler"),
        ("municipality", "0301"),
        ("began-day", "2026-01-02"),
        ("began-time", "13.45"),
        ("lower", "791 MHz"),
        ("website", ""),
    ];
    fields.retain(|(name, _)| !more.iter().any(|(own, _)| own == name));
    fields.extend_from_slice(more);
    form(page, PAGE, &fields)
}

#[tokio::test]
async fn the_form_works_without_scripts_and_keeps_programs_out() {
    let app = TestApp::start_at_own_address().await;
    let mut visitor = Visitor::new(&app);
    let page = visitor.get(PAGE).await.expect(200);
    assert!(!page.text().contains("<script"));
    // faster than anybody could, with the field people do not see, and long afterwards
    let fast = visitor.post(PAGE, &filled(&page.text(), &[])).await;
    assert_eq!(fast.status, 422);
    assert!(fast.text().contains("Sus på alle kanaler"), "what was typed stays");
    app.clock.advance(TimeDelta::seconds(20));
    let trapped = [("website", "http://example.com")];
    assert_eq!(visitor.post(PAGE, &filled(&page.text(), &trapped)).await.status, 422);
    let forged = [("token", "AAAA")];
    assert_eq!(visitor.post(PAGE, &filled(&page.text(), &forged)).await.status, 422);
    assert_eq!(app.count("SELECT count(*) AS n FROM interference_report").await, 0);
    // mistakes are named at the field and at the top
    let wrong =
        [("began-time", "kvart på"), ("lower", "791"), ("municipality", ""), ("latitude", "æ")];
    let wrong = visitor.post(PAGE, &filled(&page.text(), &wrong)).await;
    assert_eq!(wrong.status, 422);
    for field in ["began-day", "lower", "latitude"] {
        assert!(wrong.text().contains(&format!("href=\"#{field}\"")), "{field}");
    }
    let taken = visitor.post(PAGE, &filled(&page.text(), &[])).await.expect(200);
    assert_eq!(taken.header("cache-control"), "no-store");
    let text = taken.text();
    let cut = |before: &str| {
        let rest = text.split(before).nth(1).unwrap_or_else(|| panic!("no {before}"));
        rest.split('<').next().unwrap_or_default().to_owned()
    };
    let (number, code) = (cut("<dd><strong>"), cut("<strong class=\"sign\">"));
    // sent once more by a nervous finger it is the same report
    visitor.post(PAGE, &filled(&page.text(), &[])).await.expect(200);
    assert_eq!(app.count("SELECT count(*) AS n FROM interference_report").await, 1);
    let other = [("description", "Noe annet")];
    assert_eq!(visitor.post(PAGE, &filled(&page.text(), &other)).await.status, 409);

    let follow = "/nb/interference-reports/follow-up";
    let fields = |code: &str| {
        vec![("number".to_owned(), number.clone()), ("code".to_owned(), code.to_owned())]
    };
    visitor.get(follow).await.expect(200);
    let shown = visitor.post(follow, &fields(&code)).await.expect(200);
    assert!(shown.text().contains(&number) && !shown.text().contains(&code));
    assert_eq!(visitor.post(follow, &fields(&code)).await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn caseworkers_decide_at_the_desk() {
    let app = TestApp::start_at_own_address().await;
    let receipt = sent(&app, &report(&app, "lifeAndSafety", "aviation")).await;
    let id = listed(&app, "").await[0]["id"].as_str().expect("an id").to_owned();
    let list = "/nb/casework/interference-reports";
    let page = format!("{list}/{id}");
    let mut nobody = Visitor::new(&app);
    assert_eq!(nobody.request("GET", list, None).await.status, 303);
    let mut kari = Visitor::signed_in(&app, "KARI").await;
    assert_eq!(kari.get(&page).await.status, 403);

    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let shown = visitor.get(list).await.expect(200).text();
    assert!(shown.contains(receipt["reportNumber"].as_str().expect("a number")));
    assert!(shown.contains("Alarmer som venter på at noen tar dem: 1"));
    assert_eq!(visitor.get(&format!("{list}?severity=x")).await.status, 400);
    let deed = |text: &str, deed: &str, more: &[(&str, &str)]| {
        // each deed has a form of its own to the same address
        let fields = form(text, &format!("{page}/deed"), more);
        let mut fields: Vec<_> = fields.into_iter().filter(|(name, _)| name != "deed").collect();
        fields.push(("deed".to_owned(), deed.to_owned()));
        fields
    };
    let action = format!("{page}/deed");
    let text = visitor.get(&page).await.expect(200).text();
    assert!(text.contains("Nora Eksempel Melder"));
    let stale = deed(&text, "close", &[]);
    visitor.post(&action, &deed(&text, "acknowledge", &[])).await.expect(200);
    // somebody else was faster: nothing is done, and the page says so
    let refused = visitor.post(&action, &stale).await;
    assert_eq!(refused.status, 412);
    assert!(refused.text().contains("endret siden"));
    let text = visitor.get(&page).await.expect(200).text();
    let wrong = visitor.post(&action, &deed(&text, "open", &[("matter", "")])).await;
    assert_eq!(wrong.status, 422);
    let gone = visitor.post(&action, &deed(&text, "close", &[])).await.expect(200);
    assert!(gone.text().contains("slettet"));
    assert_eq!(visitor.get(&page).await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn reports_stand_under_today_until_somebody_has_decided_about_them() {
    let app = TestApp::start_at_own_address().await;
    let grave = sent(&app, &report(&app, "lifeAndSafety", "aviation")).await;
    let slight = sent(&app, &report(&app, "business", "aviation")).await;
    let number = |receipt: &Value| receipt["reportNumber"].as_str().expect("a number").to_owned();
    let (grave, slight) = (number(&grave), number(&slight));
    let overdue = async || {
        let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
        let text = desk.get("/nb/casework/today").await.expect(200).text();
        let list = &text[text.find("id=\"overdue\"").expect("a list")..];
        let late = list[..list.find("</section>").expect("an end")].to_owned();
        (text, late)
    };
    let (text, late) = overdue().await;
    assert!(text.contains(&grave) && !late.contains(&grave), "it is due within the hour: {text}");
    app.clock.advance(TimeDelta::hours(2));
    let (text, late) = overdue().await;
    assert!(late.contains(&grave) && late.contains("Liv eller sikkerhet er i fare"), "{text}");
    assert!(!late.contains(&slight), "{late}");
    app.clock.advance(TimeDelta::days(30));
    let (_, late) = overdue().await;
    assert!(late.contains(&slight), "{late}");
    let first = &listed(&app, "").await[0];
    assert_eq!(first["reportNumber"], grave, "the one due first stands first");
    triage(&app, &first["id"], &json!({ "outcome": "close" })).await.expect(200);
    let (text, late) = overdue().await;
    assert!(!text.contains(&grave) && late.contains(&slight), "{text}");
    app.finish().await;
}
