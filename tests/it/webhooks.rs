//! Signatures hold for implementations of Standard Webhooks that are not ours, in two languages: the
//! crate (`support/recipient.rs` verifies every delivery with it) and the JavaScript library, which
//! `tests/run` fetches. What is verified are real deliveries, byte by byte as they came.

use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use anrop::identity::Role;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    kinds::shared::granted,
    support::{Recipient, TestApp, Who, people, recipient::Raw},
};

/// The library's version that `tests/run` fetches.
const LIBRARY: &str = "standardwebhooks-1.1.1";

/// What the JavaScript library says of each delivery.
fn verdicts(secret: &str, deliveries: &[Raw]) -> Vec<String> {
    let target = option_env!("CARGO_TARGET_DIR").unwrap_or("target");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let modules = root.join(target).join(LIBRARY).join("node_modules");
    assert!(modules.exists(), "{} is missing; tests/run fetches it", modules.display());
    let mut child = Command::new("node")
        .arg(root.join("tests/it/webhooks.js"))
        .env("NODE_PATH", &modules)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node runs");
    let one = |raw: &Raw| {
        let [id, timestamp, signature] = &raw.headers;
        let headers = json!({
            "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature,
        });
        json!({ "headers": headers, "body": STANDARD.encode(&raw.body) })
    };
    let all: Vec<Value> = deliveries.iter().map(one).collect();
    let input = json!({ "secret": secret, "deliveries": all }).to_string();
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("is read");
    let output = child.wait_with_output().expect("ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("verdicts")
}

fn is_verified(secret: &str, raw: &Raw) -> bool {
    verdicts(secret, std::slice::from_ref(raw)) == ["verified"]
}

#[tokio::test]
async fn real_deliveries_verify_in_another_language_and_changed_ones_do_not() {
    let app = TestApp::start().await;
    let recipient = Recipient::start().await;
    let administrator = Who::role(Role::Administrator);
    let form = json!({ "name": "Sentralen", "recipient": "rescueCentre", "url": recipient.url });
    let made = app.post("/v1/subscriptions", &administrator, &form).await.expect(201);
    let path = format!("/v1/subscriptions/{}", made.json()["id"].as_str().expect("an id"));
    let first = made.json()["secret"].as_str().expect("a secret").to_owned();
    recipient.trust(&first);
    for n in 1..=3 {
        granted(&app, "plb", &Who::person(n), &people::plb_application(n)).await;
    }
    app.deliver().await;
    let raw = recipient.raw();
    assert_eq!(raw.len(), 3);
    assert_eq!(verdicts(&first, &raw), ["verified"; 3]);
    assert!(raw.iter().any(|one| !one.body.is_ascii()), "letters beyond ASCII are among them");
    let both = |one: &Raw| one.headers[2].contains("v1,") && one.headers[2].contains("v1a,");
    assert!(raw.iter().all(both), "both signatures are sent");

    // while secrets overlap, a recipient may still have the old one, or have the new one already
    let rotation = format!("{path}/rotation");
    let headers = [("if-match", made.etag())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, tag)| (*name, &**tag)).collect();
    let rotated = app.send("POST", &rotation, Some(&administrator), &headers, None).await;
    let second = rotated.expect(200).json()["secret"].as_str().expect("a secret").to_owned();
    granted(&app, "plb", &Who::person(4), &people::plb_application(4)).await;
    app.deliver().await;
    let last = recipient.raw().pop().expect("a delivery");
    assert!(is_verified(&first, &last) && is_verified(&second, &last));
    assert!(!is_verified(&second, &raw[0]), "the new secret did not sign what went before");

    // one byte of the body, another id, another time, somebody else's secret
    let changed = |change: &dyn Fn(&mut Raw)| {
        let mut raw = last.clone();
        change(&mut raw);
        raw
    };
    let forged = [
        changed(&|raw| raw.body[10] ^= 1),
        changed(&|raw| raw.body.push(b' ')),
        changed(&|raw| raw.headers[0].push('x')),
        changed(&|raw| raw.headers[1] = (raw.headers[1].parse::<i64>().unwrap() + 1).to_string()),
        changed(&|raw| raw.headers[1] = (raw.headers[1].parse::<i64>().unwrap() - 600).to_string()),
        changed(&|raw| raw.headers[2] = raw.headers[2].replace("v1,", "v1,A")),
    ];
    for verdict in verdicts(&second, &forged) {
        assert_ne!(verdict, "verified");
    }
    let other = format!("whsec_{}", STANDARD.encode([7; 32]));
    assert!(!is_verified(&other, &last));
    app.finish().await;
}
