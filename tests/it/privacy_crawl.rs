//! Everything the public can read of the running demo, crawled address by address: nothing of anybody
//! may stand there who has not agreed to it and whom no law puts there.
//!
//! What is personal, and what of it is public, is taken from the demo's database by rules written down
//! here; the register's own policy has no say in it.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io::Read as _,
    path::Path,
};

use aho_corasick::AhoCorasick;
use anrop::{
    clock::{Clock as _, SystemClock},
    database::{DatabaseSettings, Db},
    http::path::path_part,
    keys::KeyRing,
    permit::store as permits,
    values::{calendar::oslo_date, ids::PermitId},
};
use chrono::{NaiveDate, TimeDelta};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::Value;

use crate::support::{
    Reply,
    program::{self, client},
    test_app::on_postgres,
};

/// Addresses read of one shape; more differ in their parameters only.
const PER_SHAPE: usize = 1_000;
/// Addresses of one shape that carry a query, other than a day gone by.
const PER_QUERY: usize = 60;
/// Parameters of addresses that are secrets.
const SECRETS: [&str; 2] = ["{token}", "{code}"];
/// How many days ago single call signs are asked for.
const DAYS_AGO: [i64; 2] = [1, 200];

/// Texts about people, and those of them that may be public.
#[derive(Default)]
struct Knowledge {
    personal: BTreeSet<String>,
    public: BTreeSet<String>,
    /// Names the public journal has, and nothing else.
    journal: BTreeSet<String>,
}

impl Knowledge {
    /// What may not stand anywhere.
    fn forbidden(&self) -> Vec<&str> {
        let long = |text: &&String| text.chars().count() >= 6;
        // numbers and names of the document's specimens are nobody's
        let specimen = |text: &&String| anrop::http::document::COMMITTED.contains(text.as_str());
        let personal = self.personal.difference(&self.public).filter(long);
        personal.filter(|text| !specimen(text)).map(String::as_str).collect()
    }

    fn person(&mut self, name: &str, phone: &str, email: &str, lines: &[String]) {
        self.personal.extend([name.to_owned(), email.to_owned()]);
        self.personal.extend(phones(phone));
        self.personal.extend(lines.iter().cloned());
    }
}

/// A number as it may be written.
fn phones(e164: &str) -> Vec<String> {
    let Some(national) = e164.strip_prefix("+47").filter(|digits| digits.len() == 8) else {
        return vec![e164.to_owned()];
    };
    let pairs: Vec<&str> = (0..4).map(|n| &national[2 * n..2 * n + 2]).collect();
    let grouped = [&national[..3], &national[3..5], &national[5..]].join(" ");
    vec![national.to_owned(), pairs.join(" "), grouped]
}

fn lines(address: &Value) -> Vec<String> {
    let lines = address["lines"].as_array().map(Vec::as_slice).unwrap_or_default();
    lines.iter().filter_map(|line| Some(line.as_str()?.to_owned())).collect()
}

async fn rows(db: &Db, sql: &str) -> Vec<sea_orm::QueryResult> {
    let statement = Statement::from_string(db.read().get_database_backend(), sql);
    db.read().query_all_raw(statement).await.expect("answers")
}

fn text(row: &sea_orm::QueryResult, column: &str) -> String {
    row.try_get("", column).expect("a text")
}

fn json(row: &sea_orm::QueryResult, column: &str) -> Value {
    serde_json::from_str(&text(row, column)).expect("JSON")
}

/// What the demo in this folder knows of people.
async fn knowledge(folder: &Path) -> Knowledge {
    let url = format!("sqlite:{}", folder.join("anrop.db").display());
    let settings = DatabaseSettings { url, connections: 2, exclusive: false };
    let db = Db::connect(&settings, std::sync::Arc::new(SystemClock)).await.expect("connects");
    let keys = KeyRing::load(&folder.join("keys.toml")).expect("the demo's keys");
    let mut known = Knowledge::default();
    let mut consented: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let live = "SELECT lower(hex(c.party_id)) AS party, CAST(c.fields AS TEXT) AS fields \
                FROM consent c JOIN permit p ON p.holder_id = c.party_id AND p.call_sign = c.call_sign \
                WHERE c.withdrawn_at IS NULL AND p.status IN ('active', 'suspended')";
    for row in rows(&db, live).await {
        let fields = json(&row, "fields");
        let fields = fields.as_array().expect("a list").iter().filter_map(Value::as_str);
        consented.entry(text(&row, "party")).or_default().extend(fields.map(str::to_owned));
    }
    let parties = "SELECT lower(hex(id)) AS id, kind, name, phone, email, \
                   CAST(address AS TEXT) AS address, protected FROM party";
    for row in rows(&db, parties).await {
        let (name, lines) = (text(&row, "name"), lines(&json(&row, "address")));
        if text(&row, "kind") == "organisation" {
            known.public.insert(name);
            known.public.extend(lines);
            continue;
        }
        let is_protected: bool = row.try_get("", "protected").expect("a boolean");
        let fields = consented.get(&text(&row, "id")).filter(|_| !is_protected);
        let has = |field: &str| fields.is_some_and(|f| f.iter().any(|given| given == field));
        if has("holder.name") {
            known.public.insert(name.clone());
        }
        if has("holder.address") {
            known.public.extend(lines.clone());
        }
        known.person(&name, &text(&row, "phone"), &text(&row, "email"), &lines);
    }
    let all = "SELECT hex(id) AS id, kind, status, CAST(details AS TEXT) AS details FROM permit";
    for row in rows(&db, all).await {
        let details = json(&row, "details");
        let members = ["contactPerson", "contact"].map(|member| &details[member]);
        let contact =
            members.into_iter().find(|contact| contact.is_object()).unwrap_or(&Value::Null);
        let of = |member: &str| contact[member].as_str().unwrap_or_default().to_owned();
        // the contact of an organisation's spectrum licence is what the portal publishes
        let is_live = matches!(text(&row, "status").as_str(), "active" | "suspended");
        if text(&row, "kind") == "spectrum" && is_live {
            known.public.extend([of("name"), of("email")]);
            known.public.extend(phones(&of("phone")));
        }
        known.person(&of("name"), &of("phone"), &of("email"), &[]);
        let id = uuid::Uuid::parse_str(&text(&row, "id")).expect("an id");
        let contacts = permits::contacts(db.read(), &keys, PermitId(id)).await.expect("opens");
        for contact in contacts {
            known.person(&contact.name, &contact.phone.dial(), "", &[]);
        }
    }
    // of the last year, where nobody is hidden by what the case is about
    let journal = "SELECT DISTINCT p.name AS name FROM journal_entry j JOIN \"case\" c ON c.id = j.case_id \
                   JOIN party p ON p.id = coalesce(j.party_id, c.applicant_id) \
                   WHERE j.direction <> 'internal' AND p.kind = 'person' AND NOT p.protected AND NOT p.restricted \
                   AND j.access_code IS NULL AND c.kind NOT IN ('plb', 'aircraft', 'transmitter') \
                   AND j.day > date('now', '-1 year')";
    known.journal = rows(&db, journal).await.iter().map(|row| text(row, "name")).collect();
    db.close().await;
    known.personal.remove("");
    known
}

/// An address with its numbers and signs taken out, so that like addresses are counted as one.
fn shape(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut names: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    names.sort_unstable();
    let parts: Vec<&str> = path
        .split('/')
        .map(|part| {
            let is_data = part.chars().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
            if is_data && part.len() > 2 { "*" } else { part }
        })
        .collect();
    format!("{}?{}", parts.join("/"), names.join("&"))
}

/// Addresses of this service that a body names: links of pages, and texts that are paths.
fn addresses(base: &str, body: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for mark in ["href=\"", "src=\"", "action=\"", "\"/", "<"] {
        for (at, _) in body.match_indices(mark) {
            let start = if mark == "\"/" { at + 1 } else { at + mark.len() };
            let end = body[start..].find(['"', '>', '\n', ' ']).map_or(body.len(), |n| start + n);
            let address = body[start..end].replace("&amp;", "&");
            let here = address.strip_prefix(base);
            if mark == "<" && here.is_none() {
                continue; // a tag; a catalogue has whole addresses so
            }
            let address = here.unwrap_or(&address);
            let address = address.split('#').next().unwrap_or_default();
            if address.starts_with('/') && !address.starts_with("//") && !address.contains('{') {
                found.insert(address.to_owned());
            }
        }
    }
    found
}

/// Single things on a page of a list: of a call sign the look-up, today and on days gone by, and its changes.
fn singles(path: &str, body: &str, days: &[NaiveDate]) -> Vec<String> {
    let page: Value = serde_json::from_str(body).unwrap_or_default();
    let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of = |item: &Value| -> Option<Vec<String>> {
        let part = |value: &Value| Some(path_part(value.as_str()?));
        Some(match path {
            "/v1/call-signs" => {
                let one = format!("{path}/{}", part(&item["callSign"])?);
                let past = days.iter().map(|day| format!("{one}?asOf={day}"));
                past.chain([format!("{one}/events"), one.clone()]).collect()
            }
            "/v1/frequency-permits" => {
                vec![format!("{path}/{}", part(&item["permit"]["number"])?)]
            }
            "/v1/installers" | "/v1/suppliers" => {
                vec![format!("{path}/{}", part(&item["organisation"]["number"])?)]
            }
            "/v1/number-ranges" => {
                let (number, kind) = (part(&item["firstNumber"])?, part(&item["type"])?);
                vec![format!("{path}/{number}?type={kind}")]
            }
            _ => Vec::new(),
        })
    };
    items.iter().filter_map(of).flatten().collect()
}

/// Templates of what everybody may read, by the document.
fn templates() -> Vec<String> {
    let document: Value =
        serde_json::from_str(anrop::http::document::COMMITTED).expect("the document");
    let paths = document["paths"].as_object().expect("paths").iter();
    let public = paths.filter(|(_, item)| {
        let is_open = item["get"]["security"].as_array().is_none_or(Vec::is_empty);
        item["get"].is_object() && is_open
    });
    public.map(|(path, _)| path.clone()).collect()
}

/// Whether an address is one of a template.
fn is_of(template: &str, address: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    let (template, path): (Vec<&str>, Vec<&str>) =
        (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(&path).all(|(part, given)| part.starts_with('{') || part == given)
}

/// The body as a reader has it: unpacked, and Windows-1252 where it says so.
fn readable(reply: &Reply) -> String {
    let mut bytes = reply.bytes.clone();
    if bytes.starts_with(&[0x1F, 0x8B]) {
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).expect("gzip");
        bytes = plain;
    }
    if reply.header("content-type").to_ascii_lowercase().contains("1252") {
        // given name and family name stand in columns of their own
        return encoding_rs::WINDOWS_1252.decode(&bytes).0.replace(';', " ");
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Where a crawl begins: the start page, what the document lets everybody read, and what nothing leads to: of
/// what has a secret in its address, the answer to somebody who does not know it.
fn seeds() -> Vec<String> {
    let mut seeds: Vec<String> = ["/", "/robots.txt", "/legacy/kallesignaler.csv"]
        .into_iter()
        .chain(["/legacy/E164.csv", "/frekvensportalen_service/rest/rightofuseinfos"])
        .chain(["/v1/schemas/call-signs.schema.json", "/v1/snapshots/latest/call-signs.csv"])
        .map(str::to_owned)
        .collect();
    for path in templates() {
        let made_up = SECRETS.iter().fold(path.clone(), |path, one| path.replace(one, "ukjent"));
        if made_up != path {
            seeds.push(made_up);
        } else if !path.contains('{') {
            seeds.extend([path.clone(), format!("{path}?limit=200")]);
        }
    }
    seeds
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_anybody_stands_where_the_public_can_read() {
    if on_postgres() {
        return; // the demo has its own database
    }
    let folder = tempfile::tempdir().expect("a folder");
    let demo = program::demo(folder.path()).await;
    let client = client();
    let known = knowledge(folder.path()).await;
    let forbidden = known.forbidden();
    assert!(forbidden.len() > 1_000, "the demo has people: {}", forbidden.len());
    let finder =
        AhoCorasick::builder().ascii_case_insensitive(true).build(&forbidden).expect("patterns");
    let allowed = AhoCorasick::builder()
        .match_kind(aho_corasick::MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(&known.public)
        .expect("patterns");
    let journal_too = AhoCorasick::builder()
        .match_kind(aho_corasick::MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(known.public.union(&known.journal))
        .expect("patterns");
    let (mut waiting, mut seen) = (VecDeque::from(seeds()), BTreeSet::new());
    let (mut shapes, mut shown) = (BTreeMap::<String, usize>::new(), false);
    let today = oslo_date(SystemClock.now());
    let days = DAYS_AGO.map(|ago| today - TimeDelta::days(ago));
    let mut good = BTreeSet::new();
    while let Some(address) = waiting.pop_front() {
        let is_search = address.contains('?') && !address.contains("?asOf=");
        let limit = if is_search { PER_QUERY } else { PER_SHAPE };
        let count = shapes.entry(shape(&address)).or_default();
        if *count >= limit || !seen.insert(address.clone()) {
            continue;
        }
        *count += 1;
        let answer = client.get(format!("{}{address}", demo.base)).send().await.expect("an answer");
        let reply = Reply {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            bytes: answer.bytes().await.expect("a whole answer").to_vec(),
        };
        assert!(reply.status < 500, "{address}: {}", reply.status);
        let body = readable(&reply);
        // a name that may be shown can hold another: Kari Eksempel Fjell, Kari Eksempel
        let is_journal =
            address.split('?').next().is_some_and(|path| path.contains("/public-journal"));
        let allowed = if is_journal { &journal_too } else { &allowed };
        let public: Vec<_> = allowed.find_iter(&body).map(|found| found.range()).collect();
        let is_public = |found: &aho_corasick::Match| {
            let at = public.partition_point(|range| range.end < found.end());
            public.get(at).is_some_and(|range| range.start <= found.start())
        };
        if let Some(found) = finder.find_iter(&body).find(|found| !is_public(found)) {
            let around = body[..found.start()].chars().rev().take(200).collect::<String>();
            let around: String = around.chars().rev().collect();
            panic!("{address} shows {:?} after …{around}", forbidden[found.pattern()]);
        }
        shown |= !public.is_empty();
        if let Some(next) = serde_json::from_str::<Value>(&body)
            .ok()
            .and_then(|page| Some(page.get("next")?.as_str()?.to_owned()))
        {
            let (path, query) = address.split_once('?').unwrap_or((&address, ""));
            let kept: Vec<&str> =
                query.split('&').filter(|pair| !pair.starts_with("cursor=")).collect();
            waiting.push_back(format!("{path}?{}&cursor={next}", kept.join("&")));
        }
        waiting.extend(addresses(&demo.base, &body));
        let path = address.split('?').next().unwrap_or_default();
        waiting.extend(singles(path, &body, &days));
        if reply.status == 200 {
            good.insert(address);
        }
    }
    assert!(shown, "what may be shown is shown somewhere");
    println!("{} addresses of {} shapes read", seen.len(), shapes.len());
    for template in templates() {
        // who does not know a secret is answered, too
        let is_secret = SECRETS.iter().any(|secret| template.contains(secret));
        let read = if is_secret { &seen } else { &good };
        assert!(read.iter().any(|address| is_of(&template, address)), "{template} was not read");
    }
    for day in days {
        let asked = format!("?asOf={day}");
        assert!(good.iter().any(|address| address.ends_with(&asked)), "no sign of {day} was read");
    }
    assert!(seen.len() > 1_000, "only {} addresses were found: {shapes:?}", seen.len());
}
