//! The register as files and as a feed: they add up, whoever reads them and whatever changes meanwhile;
//! what is withdrawn is in none of them.

pub mod copy;
mod feed;
mod legacy;
mod open_data;
mod serving;
mod shacl;
mod static_register;
mod sums;
mod withdrawal;

use anrop::{commands::synthetic::Synthetic, identity::Role};
use serde_json::{Value, json};

use crate::{
    kinds::{business, numbering, spectrum},
    support::{Reply, TestApp, Who, people},
};

const LISTS: [&str; 5] =
    ["call-signs", "frequency-permits", "installers", "number-ranges", "suppliers"];
const CONSENT: &str = "/v1/consents/call-sign-list";

/// A person with an amateur licence, who lets the list show what is asked for.
struct Holder {
    who: Who,
    name: String,
    sign: String,
}

async fn licence(app: &TestApp, n: u64, publish: &[&str]) -> Holder {
    let who = Who::person(n);
    let result = json!({ "results": [{
        "nationalId": who.national_id(), "licenceClass": "full",
        "passedOn": "2026-10-01", "reference": format!("exam-{n}"),
    }] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &result).await.expect(201);
    let application = people::amateur_application(n, publish);
    let made = app.post("/v1/amateur/applications", &who, &application).await.expect(201).json();
    Holder {
        who,
        name: Synthetic::new(7).person(n).name.as_str().to_owned(),
        sign: made["callSign"].as_str().expect("a call sign").to_owned(),
    }
}

impl Holder {
    async fn agree(&self, app: &TestApp, fields: &[&str]) {
        let body = json!({ "callSign": self.sign, "fields": fields });
        app.put(CONSENT, &self.who, None, &body).await.expect(200);
    }

    async fn withdraw(&self, app: &TestApp) {
        app.send("DELETE", CONSENT, Some(&self.who), &[], None).await.expect(204);
    }
}

/// Something in every list.
async fn furnished() -> (TestApp, Vec<Holder>) {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let mut holders = Vec::new();
    for n in 1..5 {
        holders.push(licence(&app, n, &["name", "postTown"]).await);
    }
    holders.push(licence(&app, 5, &["name", "address", "postTown"]).await);
    holders.push(licence(&app, 6, &[]).await);
    business::granted(&app, "supplier", 1, &business::supplier(1, &["supplier"])).await;
    business::granted(&app, "supplier", 2, &business::supplier(2, &["radioDealer"])).await;
    numbering::import(&app).await;
    let national = json!({ "kind": "national" });
    spectrum::grant(&app, 3, &spectrum::application(3, spectrum::simplex(3500, 3580), national))
        .await;
    (app, holders)
}

/// A call sign held back by a caseworker.
async fn reserve(app: &TestApp, sign: &str) {
    let body = json!({ "until": app.day_in(30), "reason": "Holdt av" });
    let path = format!("/v1/call-signs/{sign}/reservation");
    app.post_on(&path, &Who::caseworker("saksbehandler-1"), "\"v0\"", &body).await.expect(200);
}

fn sequence(reply: &Reply) -> i64 {
    reply.header("anrop-sequence").parse().expect("a sequence")
}

/// A file that has everything that is sealed.
async fn fetch(app: &TestApp, file: &str) -> Reply {
    whole(app, &app.base, &format!("/v1/snapshots/latest/{file}")).await
}

/// An answer of a process at `base` that has its lease; on a busy machine one may run out for a moment,
/// and then no person is shown.
pub async fn lasting(app: &TestApp, base: &str, path: &str) -> Reply {
    for _ in 0..500 {
        let reply = app.get_at(base, path).await;
        if reply.status != 503 && !reply.headers.contains_key("register-state") {
            return reply;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{path}: no lease in ten seconds");
}

/// The file at a path of a process at `base`, with everything that is sealed; one that is not in the feed,
/// which does not say how far it has come, as two answers in a row have it.
pub async fn whole(app: &TestApp, base: &str, path: &str) -> Reply {
    let head = i64::try_from(app.seal().await).expect("small");
    let mut last = None;
    loop {
        let reply = app.get_at(base, path).await;
        assert!([200, 503].contains(&reply.status), "{}", reply.text());
        if reply.status == 200 {
            let is_whole = match reply.headers.contains_key("anrop-sequence") {
                true => sequence(&reply) >= head,
                false => last.as_ref() == Some(&reply.bytes),
            };
            if is_whole {
                return reply;
            }
            last = Some(reply.bytes);
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// An answer, or nothing when it breaks off: a download does when a person it shows withdraws.
async fn try_get(app: &TestApp, path: &str) -> Option<Reply> {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let answer = client.get(format!("{}{path}", app.base)).send().await.ok()?;
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Some(Reply { status, headers, bytes: answer.bytes().await.ok()?.to_vec() })
}

/// The changes after a sequence, to the head.
async fn changes(app: &TestApp, after: i64) -> (Vec<Value>, i64) {
    changes_at(app, &app.base, after).await
}

/// The same, told by a process at `base`.
pub async fn changes_at(app: &TestApp, base: &str, mut after: i64) -> (Vec<Value>, i64) {
    let mut items = Vec::new();
    loop {
        let page = lasting(app, base, &format!("/v1/changes?after={after}&limit=3")).await;
        let page = page.expect(200).json();
        items.extend(page["items"].as_array().expect("items").iter().cloned());
        after = page["next"].as_i64().expect("a sequence");
        if page["next"] == page["head"] {
            return (items, after);
        }
    }
}
