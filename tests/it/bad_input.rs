//! What is refused, and how: each with its own clear problem, never with a failure of ours, and
//! never with what was sent repeated in the answer or its headers.

use anrop::{
    http::problem::PROBLEM_JSON,
    identity::{
        Role,
        token::{AUDIENCE, BUILT_IN},
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::{Reply, TestApp, Who, people};

mod addresses;
mod any_body;

/// Stands in every rejected text, so that an answer that repeats it is found.
const SECRET: &str = "hemmelig";
const PLB: &str = "/v1/plb/applications";

/// The answer is this problem, and repeats nothing of `sent`.
#[track_caller]
fn refused(reply: Reply, status: u16, code: &str, sent: &str) -> Value {
    silent_about(&reply, sent);
    reply.expect_problem(status, code)
}

#[track_caller]
fn silent_about(reply: &Reply, sent: &str) {
    // the random id of the request may hold any short run of digits
    let text = reply.text().replace(reply.header("x-request-id"), "");
    assert!(!text.contains(sent), "the answer repeats {sent}: {text}");
    let numbers_of_ours = ["x-request-id", "content-length", "date"];
    for (name, value) in &reply.headers {
        if numbers_of_ours.contains(&name.as_str()) {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        assert!(!value.contains(sent), "{name} repeats {sent}: {value}");
    }
}

fn codes(problem: &Value) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    errors
        .map(|error| {
            (error["pointer"].as_str().expect("a pointer"), error["code"].as_str().expect("a code"))
        })
        .collect()
}

#[tokio::test]
async fn a_body_that_is_not_the_documented_json_is_refused_at_its_place() {
    let app = TestApp::start().await;
    let kari = Who::person(1);
    let good = people::plb_application(1).to_string();
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replacen(from, to, 1).into_bytes()
    };
    let deep = "[".repeat(30_000);
    let cases: Vec<(Vec<u8>, &str, &str)> = vec![
        (b"".to_vec(), "", "truncated"),
        (b"hemmelig".to_vec(), "", "syntax"),
        (b"null".to_vec(), "", "wrong-type"),
        (b"\"hemmelig\"".to_vec(), "", "wrong-type"),
        (b"[]".to_vec(), "", "wrong-type"),
        (b"{\"hemmelig\":NaN}".to_vec(), "/hemmelig", "unknown"),
        (deep.into_bytes(), "/0/0/0", "wrong-type"),
        (good.as_bytes()[..good.len() / 2].to_vec(), "", "truncated"),
        (format!("{good} hemmelig").into_bytes(), "", "trailing"),
        (format!("\u{feff}{good}").into_bytes(), "", "syntax"),
        (with("\"gul\"", "\"hemmelig\\ud800\""), "/beacon/colour", "syntax"),
        (with("\"gul\"", "{\"hemmelig\":1}"), "/beacon/colour", "wrong-type"),
        (with("\"gul\"", &format!("{}1", "[".repeat(500))), "/beacon/colour", "wrong-type"),
        (with("\"gul\"", "1e999"), "/beacon/colour", "syntax"),
        (with("10001", "\"hemmelig\""), "/beacon/serial", "wrong-type"),
        (with("10001", "-1"), "/beacon/serial", "wrong-type"),
        (
            with("{\"activity\":\"Fottur\",\"persons\":2}", "[\"hemmelig\",null,2,null]"),
            "/usage",
            "wrong-type",
        ),
        (with("10001", "1.5"), "/beacon/serial", "wrong-type"),
        (with("10001", "99999999999999999999"), "/beacon/serial", "wrong-type"),
        (with("10001", "1,\"serial\":2"), "/beacon/serial", "repeated"),
        (with("10001", "1,\"hemmeligNummer\":2"), "/beacon/hemmeligNummer", "unknown"),
        (with("10001", "1,\"01010112345\":2"), "/beacon", "unknown"),
        (with("\"ceMarked\":true", "\"ceMarked\":\"hemmelig\""), "/beacon/ceMarked", "wrong-type"),
        (with("\"ceMarked\":true,", ""), "/beacon/ceMarked", "missing"),
    ];
    for (body, pointer, code) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let reply = app.send_raw("POST", PLB, Some(&kari), &[], Some(&body)).await;
        assert_eq!(reply.status, 400, "{shown}: {}", reply.text());
        let problem = reply.expect_problem(400, "malformed-body");
        // the name of an unknown member is ours to repeat only where it is a plain word
        if !pointer.contains(SECRET) {
            assert!(!problem.to_string().contains(SECRET), "{shown}: {problem}");
            assert!(!problem.to_string().contains("01010112345"), "{shown}: {problem}");
        }
        let found = codes(&problem);
        if code == "trailing" {
            continue;
        }
        assert!(
            found.iter().any(|(at, what)| *what == code && pointer.starts_with(at)),
            "{shown}: {found:?}"
        );
    }
    let mut not_utf8 = with("gul", "hemmelig");
    let at = not_utf8.windows(8).position(|w| w == SECRET.as_bytes()).expect("there");
    not_utf8[at] = 0xff;
    let reply = app.send_raw("POST", PLB, Some(&kari), &[], Some(&not_utf8)).await;
    refused(reply, 400, "malformed-body", "emmelig");
    app.finish().await;
}

#[tokio::test]
async fn a_body_too_large_or_of_another_media_type_is_refused_unread() {
    let app = TestApp::start().await;
    let kari = Who::person(1);
    let mut large = people::plb_application(1);
    large["usage"]["notes"] = json!(SECRET.repeat(20_000));
    let reply = app.send("POST", PLB, Some(&kari), &[], Some(&large)).await;
    refused(reply, 413, "body-too-large", SECRET);

    let good = people::plb_application(1);
    let name = good["applicant"]["name"].as_str().expect("a name");
    for (header, value) in [
        ("content-type", "text/plain"),
        ("content-type", "application/xml"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-type", "application/json; charset=iso-8859-1"),
        ("content-type", "application/json; charset=utf-16"),
        ("content-type", "application/jsonhemmelig"),
        ("content-encoding", "gzip"),
        ("content-encoding", "hemmelig"),
    ] {
        let reply = app.send("POST", PLB, Some(&kari), &[(header, value)], Some(&good)).await;
        silent_about(&reply, SECRET);
        refused(reply, 415, "unsupported-media-type", name);
    }
    // without a Content-Type at all, which the test app never leaves out
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let answer = client
        .post(format!("{}{PLB}", app.base))
        .bearer_auth(app.token(&kari))
        .body(good.to_string())
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 415);
    assert_eq!(app.count("SELECT count(*) AS n FROM \"case\"").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn look_alike_letters_and_digits_are_no_letters_and_digits() {
    let app = TestApp::start().await;
    let kari = Who::person(1);
    let mut application = people::plb_application(1);
    application["applicant"]["address"]["postalCode"] = json!("４７９０"); // full width
    application["applicant"]["phone"] = json!("٦٨٠٥٠٠١٢"); // Arabic-Indic
    application["applicant"]["email"] = json!("kari@exаmple.no"); // a Cyrillic letter
    application["emergencyContacts"][0]["phone"] = json!("+47６８０５００１２");
    application["beacon"]["code"] = json!("А02F00C0E400001"); // a Cyrillic A
    application["callSign"] = json!("LВ1AG"); // a Cyrillic Ve
    let reply = app.post(PLB, &kari, &application).await;
    for sent in ["４７９０", "٦٨٠٥٠٠١٢", "exаmple", "６８０５", "А02F", "LВ1AG"]
    {
        silent_about(&reply, sent);
    }
    let problem = reply.expect_problem(422, "invalid-content");
    let pointers: Vec<&str> = codes(&problem).into_iter().map(|(pointer, _)| pointer).collect();
    for pointer in [
        "/applicant/address/postalCode",
        "/applicant/phone",
        "/applicant/email",
        "/beacon/code",
        "/callSign",
        "/emergencyContacts/0/phone",
    ] {
        assert!(pointers.contains(&pointer), "{pointer}: {problem}");
    }

    let rescue = Who::role(Role::Rescue);
    let incident = [("incident-reference", "pending")];
    for key in [
        "%D0%9002F00C0E400001",
        "%EF%BC%A102F00C0E400001",
        "2571%D9%A62345",
        "%00",
        "%FF",
        "LN%20%D0%95KS",
    ] {
        let reply = app
            .send("GET", &format!("/v1/rescue/beacons/{key}"), Some(&rescue), &incident, None)
            .await;
        assert_eq!(reply.status, 400, "{key}: {}", reply.text());
        assert_eq!(reply.header("content-type"), PROBLEM_JSON);
    }
    for sign in ["L%D0%921AG", "LB%EF%BC%91AG", "LB%D9%A1AG", "%00", "%FF", "hemmelig", "LB"] {
        let reply = app.get_public(&format!("/v1/call-signs/{sign}")).await;
        silent_about(&reply, SECRET);
        assert_eq!(reply.status, 400, "{sign}: {}", reply.text());
        assert_eq!(reply.header("content-type"), PROBLEM_JSON);
    }
    app.finish().await;
}

#[tokio::test]
async fn wrong_check_digits_are_found_and_not_repeated() {
    let app = TestApp::start().await;
    let right = Who::person(1).national_id().to_owned();
    let last = right.as_bytes()[10];
    let wrong =
        format!("{}{}", &right[..10], if last == b'9' { '0' } else { char::from(last + 1) });
    let results = |id: &str| {
        json!({ "results": [{
            "nationalId": id, "licenceClass": "full", "passedOn": "2026-10-01", "reference": "7"
        }] })
    };
    let examiner = Who::role(Role::Examiner);
    let wide: String =
        right.bytes().filter_map(|b| char::from_u32(0xff10 + u32::from(b - b'0'))).collect();
    for id in [&*wrong, &*wide, "00000000000", "123", SECRET] {
        let reply = app.post("/v1/exam-results", &examiner, &results(id)).await;
        let problem = refused(reply, 422, "invalid-content", id);
        assert_eq!(codes(&problem)[0].0, "/results/0/nationalId");
    }
    let caseworker = Who::caseworker("a");
    for (member, value) in
        [("nationalId", &*wrong), ("organisationNumber", "312345678"), ("phone", "12hemmelig")]
    {
        let mut search = json!({ "purpose": "kontroll" });
        search[member] = json!(value);
        let reply = app.post("/v1/holder-searches", &caseworker, &search).await;
        let problem = refused(reply, 422, "invalid-content", value);
        assert_eq!(codes(&problem)[0].0, format!("/{member}"));
    }
    app.finish().await;
}

/// Claims of a caseworker that are right in every way.
fn claims(app: &TestApp) -> Value {
    use anrop::clock::Clock as _;
    let now = app.clock.now().timestamp();
    json!({
        "iss": BUILT_IN, "aud": AUDIENCE, "sub": SECRET, "iat": now, "exp": now + 600,
        "roles": ["caseworker"], "scope": "anrop:case.read",
    })
}

#[tokio::test]
async fn a_token_must_be_ours_current_and_signed_as_we_sign() {
    let app = TestApp::start().await;
    let ring = app.app.keys();
    let key = EncodingKey::from_ed_der(&ring.token_issuer_pkcs8());
    let sign =
        |claims: &Value| encode(&Header::new(Algorithm::EdDSA), claims, &key).expect("a token");
    let changed = |member: &str, value: Value| {
        let mut claims = claims(&app);
        claims[member] = value;
        claims
    };
    let now = claims(&app)["iat"].as_i64().expect("a time");
    let good = sign(&claims(&app));
    let bearer = |token: &str| format!("Bearer {token}");
    let ask =
        async |headers: &[(&str, &str)]| app.send("GET", "/v1/cases", None, headers, None).await;
    ask(&[("authorization", &bearer(&good))]).await.expect(200);

    let public = ring.token_issuer_key().verifying_key();
    let other =
        anrop::keys::KeyRing::generate(chrono::DateTime::UNIX_EPOCH, anrop::keys::Origin::Demo);
    let other = EncodingKey::from_ed_der(&other.token_issuer_pkcs8());
    let none = {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(&json!({ "alg": "none", "typ": "JWT" }));
        format!("{header}.{}.", part(&claims(&app)))
    };
    let confused = |secret: &[u8]| {
        let key = EncodingKey::from_secret(secret);
        encode(&Header::new(Algorithm::HS256), &claims(&app), &key).expect("a token")
    };
    let mut altered: Vec<String> = good.split('.').map(str::to_owned).collect();
    altered[1] = URL_SAFE_NO_PAD.encode(changed("roles", json!(["administrator"])).to_string());
    let tokens = [
        sign(&changed("exp", json!(now - 60))),
        sign(&changed("iat", json!(now + 3600))),
        sign(&changed("nbf", json!(now + 3600))),
        sign(&changed("aud", json!("another-service"))),
        sign(&changed("aud", json!(null))),
        sign(&changed("iss", json!("https://hemmelig.example"))),
        sign(&changed("exp", json!("hemmelig"))),
        sign(&changed("pid", json!("01010112345"))),
        encode(&Header::new(Algorithm::EdDSA), &claims(&app), &other).expect("a token"),
        none.clone(),
        format!("{none}{}", good.rsplit('.').next().expect("a signature")),
        confused(public.as_bytes()),
        confused(URL_SAFE_NO_PAD.encode(public.as_bytes()).as_bytes()),
        confused(b""),
        altered.join("."),
        good[..good.len() - 8].to_owned(),
        format!("{good}.{SECRET}"),
        format!("{SECRET}.{SECRET}.{SECRET}"),
        SECRET.to_owned(),
        String::new(),
    ];
    for token in &tokens {
        let reply = ask(&[("authorization", &bearer(token))]).await;
        assert!(reply.header("www-authenticate").contains("invalid_token"), "{}", reply.text());
        if token.len() > 20 {
            silent_about(&reply, token);
        }
        refused(reply, 401, "invalid-token", SECRET);
    }
    for headers in [
        vec![("authorization", bearer(&good)), ("authorization", bearer(&good))],
        vec![("authorization", bearer(&good)), ("authorization", bearer(&tokens[0]))],
        vec![("authorization", format!("Basic {SECRET}"))],
        vec![("authorization", good.clone())],
        vec![("authorization", format!("Bearer {good}, Bearer {good}"))],
    ] {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        refused(ask(&headers).await, 401, "invalid-token", SECRET);
    }
    // a bad token is no better than none where none is needed
    let bad = bearer(&tokens[0]);
    let headers = [("authorization", bad.as_str())];
    app.send("GET", "/v1/call-signs", None, &headers, None)
        .await
        .expect_problem(401, "invalid-token");
    app.finish().await;
}

/// Lists, each with somebody who may read it.
fn lists() -> Vec<(&'static str, Option<Who>)> {
    let role = |role| Some(Who::role(role));
    vec![
        ("/v1/call-signs", None),
        ("/v1/cases", role(Role::Caseworker)),
        ("/v1/permits", role(Role::Caseworker)),
        ("/v1/journal", role(Role::Caseworker)),
        ("/v1/programming-orders", role(Role::Programmer)),
        ("/v1/subscriptions", role(Role::Administrator)),
        ("/v1/deliveries", role(Role::Administrator)),
    ]
}

#[tokio::test]
async fn cursors_made_by_hand_and_parameters_out_of_range_are_refused() {
    let app = TestApp::start().await;
    let get = async |path: &str, who: Option<&Who>| app.send("GET", path, who, &[], None).await;
    let by_hand = URL_SAFE_NO_PAD.encode("000000000000\"019a9f2c-5e0c-7d1a-b0cd-ef0123456789\"");
    for (list, who) in lists() {
        for cursor in [&*by_hand, SECRET, "%20", "%F0%9F%92%A9", "e30", "AAAAAAAAAAAAAAAAAAAAAA"] {
            let reply = get(&format!("{list}?cursor={cursor}"), who.as_ref()).await;
            refused(reply, 400, "invalid-cursor", cursor);
        }
        for limit in ["0", "201", "-1", "1.5", "1e2", "", "hemmelig", "%EF%BC%91", "00000000001"] {
            let reply = get(&format!("{list}?limit={limit}"), who.as_ref()).await;
            let problem = refused(reply, 400, "invalid-parameter", SECRET);
            assert_eq!(codes(&problem), [("limit", "range")], "{list}?limit={limit}");
        }
        for query in
            ["hemmelig=1", "Limit=1", "limit=1&limit=2", "limit=1&hemmelig=2", "limit%5B%5D=1"]
        {
            let reply = get(&format!("{list}?{query}"), who.as_ref()).await;
            refused(reply, 400, "invalid-parameter", SECRET);
        }
    }
    // a cursor of one list is none of another
    let caseworker = Who::role(Role::Caseworker);
    let made = anrop::http::page::cursor(&app.app.keys(), "permits", &uuid::Uuid::nil());
    get(&format!("/v1/permits?cursor={made}"), Some(&caseworker)).await.expect(200);
    get(&format!("/v1/journal?cursor={made}"), Some(&caseworker))
        .await
        .expect_problem(400, "invalid-cursor");

    let rescue = Who::role(Role::Rescue);
    let administrator = Who::role(Role::Administrator);
    let programmer = Who::role(Role::Programmer);
    for (path, who) in [
        ("/v1/cases?status=hemmelig", Some(&caseworker)),
        ("/v1/cases?kind=hemmelig", Some(&caseworker)),
        ("/v1/cases?overdue=hemmelig", Some(&caseworker)),
        ("/v1/permits?kind=hemmelig", Some(&caseworker)),
        ("/v1/call-signs?status=hemmelig", None),
        ("/v1/call-signs?q=", None),
        ("/v1/changes?after=-1", None),
        ("/v1/changes?after=hemmelig", None),
        ("/v1/changes?after=99999999999999999999", None),
        ("/v1/changes?after=%D9%A1", None),
        ("/v1/processing-activities?language=hemmelig", None),
        ("/v1/programming-orders?status=hemmelig", Some(&programmer)),
        ("/v1/rescue/changes?after=hemmelig", Some(&rescue)),
        ("/v1/rescue/digest?node=hemmelig", Some(&rescue)),
        ("/v1/rescue/digest?node=-1", Some(&rescue)),
        ("/v1/deliveries?status=hemmelig", Some(&administrator)),
        ("/v1/deliveries?subscription=hemmelig", Some(&administrator)),
        ("/healthz?hemmelig", None),
    ] {
        let reply = get(path, who).await;
        assert_eq!(reply.status, 400, "{path}: {}", reply.text());
        refused(reply, 400, "invalid-parameter", SECRET);
    }
    app.finish().await;
}

#[tokio::test]
async fn methods_addresses_and_media_types_that_are_not_there_have_their_problem() {
    let app = TestApp::start().await;
    let kari = Who::person(1);
    for (method, path, allow) in [
        ("DELETE", "/v1/cases", "GET, HEAD"),
        ("POST", "/v1/call-signs", "GET, HEAD"),
        ("PUT", "/v1/plb/applications", "POST"),
        ("PATCH", "/v1/me", "GET, HEAD, PUT"),
        ("GET", "/v1/consents/call-sign-list", "DELETE, PUT"),
        ("HEMMELIG", "/v1/permits/1/surrender", "POST"),
    ] {
        let reply = app.send(method, path, Some(&kari), &[], None).await;
        assert_eq!(reply.header("allow"), allow, "{method} {path}: {}", reply.text());
        refused(reply, 405, "method-not-allowed", "HEMMELIG");
    }
    for path in [
        "/v1/hemmelig",
        "/v2/cases",
        "/v1/cases/",
        "/v1//cases",
        "/v1/CASES",
        "/v1/cases/1/hemmelig",
        "/v1/hemmelig/applications",
        "/hemmelig",
        "/v1/../hemmelig",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/problems/hemmelig",
    ] {
        for method in ["GET", "POST"] {
            let reply = app.send(method, path, Some(&kari), &[], None).await;
            if method == "GET" || reply.status != 405 {
                refused(reply, 404, "not-found", SECRET);
            }
        }
    }
    for (path, accept) in [
        ("/v1/cases", "text/html"),
        ("/v1/cases", "application/xml, text/*"),
        ("/v1/call-signs", "text/hemmelig"),
        ("/v1/permits/019a9f2c-5e0c-7d1a-b0cd-ef0123456789/certificate", "application/json"),
    ] {
        let reply = app.send("GET", path, Some(&kari), &[("accept", accept)], None).await;
        refused(reply, 406, "not-acceptable", SECRET);
    }
    for accept in ["*/*", "application/*", "text/html, application/json;q=0.5", "Application/JSON"]
    {
        let reply = app.send("GET", "/v1/cases", Some(&kari), &[("accept", accept)], None).await;
        assert_eq!(reply.status, 200, "{accept}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_change_needs_the_version_that_was_read_and_a_state_that_allows_it() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let application = people::plb_application(1);
    let key = [("idempotency-key", "once")];
    let made = app.send("POST", PLB, Some(&kari), &key, Some(&application)).await.expect(201);
    let path = format!("{}/withdrawal", made.header("location"));
    let withdraw =
        async |headers: &[(&str, &str)]| app.send("POST", &path, Some(&kari), headers, None).await;
    withdraw(&[]).await.expect_problem(428, "precondition-required");
    withdraw(&[("if-match", "")]).await.expect_problem(428, "precondition-required");
    let long = format!("\"v{}\"", "1".repeat(400));
    for tag in ["\"v2\"", "\"v0\"", "\"hemmelig\"", "W/\"v1\"", "*", "v1", "\"v1\", \"v2\"", &long]
    {
        refused(withdraw(&[("if-match", tag)]).await, 412, "stale-version", SECRET);
    }
    let tag = made.etag();
    withdraw(&[("if-match", &tag)]).await.expect(200);
    withdraw(&[("if-match", &tag)]).await.expect_problem(412, "stale-version");
    withdraw(&[("if-match", "\"v2\"")]).await.expect_problem(409, "illegal-transition");

    let mut other = application.clone();
    other["beacon"]["colour"] = json!(SECRET);
    let reply = app.send("POST", PLB, Some(&kari), &key, Some(&other)).await;
    refused(reply, 409, "idempotency-key-reused", SECRET);
    let long = SECRET.repeat(40);
    for text in [&*long, ""] {
        let key = [("idempotency-key", text)];
        let reply = app.send("POST", PLB, Some(&kari), &key, Some(&other)).await;
        refused(reply, 400, "invalid-parameter", SECRET);
    }
    let rescue = Who::role(Role::Rescue);
    for (name, value) in
        [("incident-reference", &*long), ("incident-reference", " "), ("operator", &long)]
    {
        let headers = [(name, value), ("operator", "vakt-3")];
        let path = "/v1/rescue/beacons/A02F00C0E400001";
        let reply = app.send("GET", path, Some(&rescue), &headers, None).await;
        refused(reply, 400, "invalid-parameter", SECRET);
    }
    app.finish().await;
}
