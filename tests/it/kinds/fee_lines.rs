//! The worked examples of the fee regulation as invoice lines of real permits, the flat fee of a
//! holder, and the pool that spectrum licences share.

use anrop::{
    commands::synthetic::Synthetic,
    fee::model::FeeItem,
    identity::{Role, token::Ticket},
    permit::kind::{Holders, KINDS, PermitKind as _, transmitter::Transmitter},
};
use serde_json::{Value, json};

use super::{
    fees::{advance_to, charged, lines, plb, run_job},
    shared::{act, caseworker, try_grant},
};
use crate::support::{TestApp, Visitor, Who, people, visitor::form};

/// Somebody who acts for the `n`th made-up organisation.
fn organisation(n: u64) -> Who {
    Who(Ticket {
        subject: format!("representative-{n}"),
        roles: vec![Role::Representative],
        organisation: Some(Synthetic::new(7).organisation(n).number.to_string()),
        ..Ticket::default()
    })
}

fn applicant(n: u64) -> Value {
    let organisation = Synthetic::new(7).organisation(n);
    json!({
        "name": organisation.name.as_str(),
        "address": { "lines": ["Fjordgata 7"], "postalCode": "4790" },
        "phone": organisation.phone.dial(), "email": organisation.email.as_str(),
    })
}

fn id_of(decided: &Value) -> String {
    decided["permitId"].as_str().expect("a permit").to_owned()
}

/// Files, and grants what was not granted at once; the id of the permit.
async fn granted(app: &TestApp, kind: &str, who: &Who, application: &Value) -> String {
    let path = format!("/v1/{kind}/applications");
    let filed = app.post(&path, who, application).await.expect(201);
    if filed.json()["permitId"].is_string() {
        return id_of(&filed.json());
    }
    id_of(&try_grant(app, filed.header("location")).await.expect(200).json())
}

async fn numbers(app: &TestApp, n: u64, resource: Value) -> String {
    let point = json!({ "place": "Bodø" });
    let mut resource = resource;
    if resource["type"] == "nspc" {
        resource["point"] = point;
    }
    let application = json!({
        "applicant": applicant(n), "resource": resource, "service": "Telefoni",
        "need": "Avtalte abonnement.", "plannedStart": "2030-02-01", "providerCode": "123",
        "contact": { "name": "Ola Eksempel Nordvær", "phone": "68 05 00 41", "email": "nummer@example.no" },
    });
    granted(app, "numbering", &organisation(n), &application).await
}

fn exact(kind: &str, text: &str) -> Value {
    json!({ "type": kind, "exact": [text] })
}

#[tokio::test]
async fn the_worked_examples_of_the_regulation_are_invoiced() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    // PLB granted on 1 July and on 2 July
    let year = i64::from(advance_to(&app, 7, 1));
    let first = plb(&app, 1, 101).await;
    advance_to(&app, 7, 2);
    let second = plb(&app, 1, 102).await;
    assert_eq!(charged(&lines(&app, &first).await), [(year, 53_000, "P2")]);
    assert_eq!(charged(&lines(&app, &second).await), [(year, 26_500, "P3")]);

    // a mobile net of 2 bases and 15 mobiles, and a link of 28 MHz at 18 GHz
    let mut link = serde_json::to_value(Transmitter::example()).expect("JSON");
    link["applicant"] = people::applicant(2);
    let mut net = link.clone();
    net["use"] = json!("pmr");
    net["mobileNet"] = json!({ "mobileStations": 15, "extraChannels": 0 });
    net.as_object_mut().expect("an object").remove("link");
    for (index, station) in net["stations"].as_array_mut().expect("stations").iter_mut().enumerate()
    {
        station["antenna"] = json!({
            "model": "Rundstråler", "gain": 3.0, "gainUnit": "dbd", "polarisation": "vertical",
        });
        station["channels"] = json!([{
            "centreHz": 160_006_250 + 25_000 * index, "widthHz": 12_500, "emission": "11K0F3E",
            "power": { "value": 10.0, "unit": "w" }, "cableLossDb": 3.0,
        }]);
    }
    let net = granted(&app, "transmitter", &Who::person(2), &net).await;
    let link = granted(&app, "transmitter", &Who::person(2), &link).await;
    // mobile series of 100,000 and of 1,000,000 numbers
    let small = numbers(&app, 1, exact("e164_8_digit", "40000000-40099999")).await;
    let large = numbers(&app, 2, exact("e164_8_digit", "41000000-41999999")).await;
    // all of them held on 1 January of the next year
    advance_to(&app, 1, 2);
    run_job(&app).await;
    for (permit, ore, ids) in [
        (&net, 607_000, vec!["PMR-BASE", "PMR-MOBILE"]),
        (&link, 104_000, vec!["TX-11"]),
        (&small, 1_410_000, vec!["NUM-E164"]),
        (&large, 12_000_000, vec!["NUM-E164-49"]),
    ] {
        let lines = lines(&app, permit).await;
        let of_year: Vec<&Value> = lines.iter().filter(|line| line["year"] == year + 1).collect();
        let sum: i64 = of_year.iter().map(|line| line["amountOre"].as_i64().expect("øre")).sum();
        let mut found: Vec<&str> =
            of_year.iter().map(|line| line["feeId"].as_str().expect("an id")).collect();
        found.sort_unstable();
        assert_eq!((sum, found), (ore, ids), "{lines:?}");
        assert!(of_year.iter().all(|line| line["rule"] == "P1"), "{lines:?}");
    }
    app.finish().await;
}

#[tokio::test]
async fn national_point_codes_cost_a_holder_one_flat_fee_a_year_however_many_permits() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let year = i64::from(advance_to(&app, 8, 15));
    let first = numbers(&app, 1, exact("nspc", "100")).await;
    let second = numbers(&app, 1, exact("nspc", "101")).await;
    let other = numbers(&app, 2, exact("nspc", "102")).await;
    assert_eq!(charged(&lines(&app, &first).await), [(year, 211_000, "P3")]);
    assert_eq!(charged(&lines(&app, &second).await), []);
    assert_eq!(charged(&lines(&app, &other).await), [(year, 211_000, "P3")]);
    // two years slept through; the first code is given back in between
    advance_to(&app, 1, 2);
    run_job(&app).await;
    let permit = format!("/v1/permits/{first}");
    let why = json!({ "reason": "noLongerUsed" });
    act(&app, &permit, "surrender", &organisation(1), &why).await.expect(200);
    advance_to(&app, 3, 1);
    run_job(&app).await;
    let of_holder = |lines: &[Value], year: i64| -> Vec<i64> {
        let of_year = lines.iter().filter(|line| line["year"] == year);
        of_year.filter_map(|line| line["amountOre"].as_i64()).collect()
    };
    let mut all = lines(&app, &first).await;
    all.extend(lines(&app, &second).await);
    assert_eq!(of_holder(&all, year), [211_000]);
    assert_eq!(of_holder(&all, year + 1), [422_000]);
    advance_to(&app, 1, 2);
    run_job(&app).await;
    let mut all = lines(&app, &first).await;
    all.extend(lines(&app, &second).await);
    assert_eq!(of_holder(&all, year + 2), [422_000], "the code that is left carries it");
    app.finish().await;
}

#[tokio::test]
async fn every_kind_has_a_line_a_share_of_a_pool_or_the_rule_that_no_fee_is_due() {
    for any in KINDS {
        let is_person = any.holders() != Holders::Organisations;
        let parsed = any.read(&any.example(), is_person, "").expect("the specimen reads");
        let items: Vec<FeeItem> = any.fees(&parsed.details);
        let pooled = any.shares_pool().holds(&parsed.details);
        let answers = [!items.is_empty(), pooled, any.no_fee().is_some()];
        let said = answers.iter().filter(|said| **said).count();
        assert_eq!(said, 1, "{}: {answers:?}", any.kind());
        assert_eq!(pooled, !any.pool(&parsed.details).is_empty(), "{}", any.kind());
    }
}

fn licence(n: u64, lower_mhz: u64, upper_mhz: u64, area: &Value) -> Value {
    json!({
        "applicant": applicant(n),
        "blocks": [{ "simplex": { "lower": lower_mhz * 1_000_000, "upper": upper_mhz * 1_000_000 } }],
        "area": area, "validFrom": "2026-01-01", "validUntil": "2045-01-01",
        "exclusive": true, "service": "mobile", "wirelessBroadband": true,
        "purpose": "Mobilt bredbånd", "transferable": true,
        "publicContact": {
            "name": "Driftssenter", "email": "drift@example.no", "phone": "68 05 00 60",
        },
    })
}

async fn spectrum(app: &TestApp, n: u64, lower: u64, upper: u64, area: &Value) -> String {
    let application = licence(n, lower, upper, area);
    granted(app, "spectrum", &organisation(n), &application).await
}

fn pool(ore: i64, more: &Value) -> Value {
    let mut body = json!({
        "frequencyShareOre": ore + 5_000, "otherIncomeOre": 5_000,
        "source": "made-up budget letter",
    });
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

#[tokio::test]
async fn the_pool_of_a_year_is_set_at_the_desk() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    advance_to(&app, 8, 15);
    let oslo = json!({ "kind": "municipalities", "municipalities": ["0301"] });
    let permit = spectrum(&app, 1, 3400, 3500, &oslo).await;
    let year = advance_to(&app, 1, 2);
    let page = format!("/nb/casework/spectrum-fees?year={year}");
    let mut administrator = Visitor::signed_in(&app, "ADMINISTRATOR").await;
    assert_eq!(administrator.get(&page).await.status, 403, "as the operation");
    let mut visitor = Visitor::signed_in(&app, "CASEWORKER").await;
    let fees = visitor.get("/nb/casework/fees").await.expect(200).text();
    assert!(fees.contains("/nb/casework/spectrum-fees"), "a link leads there");
    let shown = visitor.get(&page).await.expect(200).text();
    assert!(shown.contains(&format!("For {year} er ingenting satt")), "{shown}");
    assert_eq!(visitor.get("/nb/casework/spectrum-fees?year=x").await.status, 400);
    let action = "/nb/casework/spectrum-fees";
    let typed = [
        ("share", "1 000,50"),
        ("other", "0"),
        ("source", "oppdiktet tildelingsbrev"),
        ("inhabitants", "5 000 000"),
    ];
    let odd = [("share", "mye"), ("other", "1 001"), ("municipalities", "Oslo 3")];
    let odd = visitor.post(action, &send(&shown, &odd)).await.expect(422).text();
    for said in ["Skriv et beløp i kroner", "Skriv nummeret på en kommune", "value=\"mye\""] {
        assert!(odd.contains(said), "{said}: {odd}");
    }
    let above = [&typed[..], &[("other", "2 000")]].concat();
    let above: Vec<_> = above.into_iter().filter(|field| *field != ("other", "0")).collect();
    let above = visitor.post(action, &send(&shown, &above)).await.expect(422).text();
    assert!(above.contains("ikke over delen som fordeles"), "{above}");
    let set = visitor.post(action, &send(&shown, &typed)).await.expect(200).text();
    assert!(set.contains("0301 Oslo"), "what is missing is told: {set}");
    // somebody who saw it as it was before overwrites nothing
    visitor.post(action, &send(&shown, &typed)).await.expect(412);
    let whole = [&typed[..], &[("municipalities", "0301 700 000\r\n")]].concat();
    let set = visitor.post(action, &send(&set, &whole)).await.expect(200).text();
    assert!(set.contains("0301 700000") && !set.contains("0301 Oslo"), "{set}");
    let path = format!("/v1/spectrum-fee-pools/{year}");
    let pool = app.get(&path, &caseworker()).await.expect(200).json();
    assert_eq!((&pool["amountOre"], &pool["missing"]), (&json!(100_050), &json!([])), "{pool}");
    run_job(&app).await;
    assert_eq!(charged(&lines(&app, &permit).await), [(i64::from(year), 100_050, "P1")]);
    let shared = visitor.get(&page).await.expect(200).text();
    assert!(shared.contains("kan ikke endres") && !shared.contains("name=\"share\""), "{shared}");
    app.finish().await;
}

/// The form of the pool with what is typed.
fn send(page: &str, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let post = page.find("method=\"post\" action=\"/nb/casework/spectrum-fees\"").expect("a form");
    form(&page[post - 6..], "/nb/casework/spectrum-fees", typed)
}

#[tokio::test]
async fn the_pool_of_a_year_is_shared_once_and_later_licences_pay_by_the_period_rule() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    advance_to(&app, 8, 15);
    let national = json!({ "kind": "national" });
    let first = spectrum(&app, 1, 3400, 3500, &national).await;
    let second = spectrum(&app, 2, 3500, 3800, &national).await;
    let ended = spectrum(&app, 3, 2500, 2600, &national).await;
    run_job(&app).await;
    assert_eq!(lines(&app, &first).await, [] as [Value; 0], "no pool is set yet");
    let why = json!({ "reason": "noLongerUsed" });
    act(&app, &format!("/v1/permits/{ended}"), "surrender", &organisation(3), &why)
        .await
        .expect(200);

    let year = i64::from(advance_to(&app, 1, 2));
    let path = format!("/v1/spectrum-fee-pools/{year}");
    app.get(&path, &caseworker()).await.expect(404);
    let put =
        async |etag: &str, body: Value| app.put(&path, &caseworker(), Some(etag), &body).await;
    let wrong = json!({ "frequencyShareOre": 1, "otherIncomeOre": 2, "source": "x" });
    put("\"v0\"", wrong).await.expect_problem(422, "invalid-content");
    put("\"v0\"", pool(90_000, &json!({}))).await.expect(200);
    put("\"v0\"", pool(100_000, &json!({}))).await.expect_problem(412, "stale-version");
    put("\"v1\"", pool(100_000, &json!({}))).await.expect(200);
    tokio::join!(run_job(&app), run_job(&app));
    run_job(&app).await;
    // a fifth equally, the rest by bandwidth in one band: 10 000 + 20 000, 10 000 + 60 000
    assert_eq!(charged(&lines(&app, &first).await), [(year, 30_000, "P1")]);
    let of_second = lines(&app, &second).await;
    assert_eq!(charged(&of_second), [(year, 70_000, "P1")]);
    assert_eq!(
        (&of_second[0]["feeId"], &of_second[0]["section"], &of_second[0]["basis"]),
        (&json!("SPECTRUM"), &json!("§ 15"), &json!("made-up budget letter"))
    );
    assert_eq!(lines(&app, &ended).await, [] as [Value; 0]);
    put("\"v2\"", pool(1, &json!({}))).await.expect_problem(409, "illegal-transition");

    // handed over within the year: the old holder has paid
    let new_number = Synthetic::new(7).organisation(4).number.to_string();
    let terms = json!({ "newHolder": new_number, "from": app.day_in(0), "reason": "Solgt." });
    let transfer = format!("/v1/permits/{first}/transfer");
    let case = app.post(&transfer, &organisation(1), &terms).await.expect(201);
    let case = case.header("location");
    let seen = app.get(case, &organisation(4)).await.expect(200);
    let acceptance = json!({ "applicant": applicant(4) });
    app.post_on(&format!("{case}/acceptance"), &organisation(4), &seen.etag(), &acceptance)
        .await
        .expect(200);
    try_grant(&app, case).await.expect(200);
    let theirs = app.get("/v1/permits", &organisation(4)).await.expect(200).json();
    let handed_over = theirs["items"][0]["id"].as_str().expect("a permit").to_owned();
    run_job(&app).await;
    assert_eq!(lines(&app, &handed_over).await, [] as [Value; 0]);

    // given later in the year: whole until 1 July, half afterwards, as if it had been among them
    advance_to(&app, 7, 1);
    let whole = spectrum(&app, 5, 2500, 2600, &national).await;
    advance_to(&app, 7, 2);
    let half = spectrum(&app, 6, 2500, 2600, &json!({ "kind": "offshore" })).await;
    run_job(&app).await;
    let of = |lines: &[Value]| charged(lines).iter().map(|(_, ore, _)| *ore).sum::<i64>();
    let (of_whole, of_half) = (lines(&app, &whole).await, lines(&app, &half).await);
    assert_eq!((&of_whole[0]["rule"], &of_half[0]["rule"]), (&json!("P2"), &json!("P3")));
    // three blocks: 20 000 / 3, and by weight 9 × 100 MHz ÷ 2595 MHz beside 6 × 400 MHz ÷ 3600 MHz
    assert_eq!(of(&of_whole), 6_666 + 27_376);
    // a fifth of both parts beside two whole ones, and half of it
    assert!((4_677..=4_679).contains(&of(&of_half)), "{}", of(&of_half));
    assert_eq!(charged(&lines(&app, &second).await), [(year, 70_000, "P1")], "the others' stay");

    // a year nobody was awake for is shared when its pool is set
    advance_to(&app, 1, 2);
    advance_to(&app, 1, 2);
    run_job(&app).await;
    let path = format!("/v1/spectrum-fee-pools/{}", year + 1);
    app.put(&path, &caseworker(), Some("\"v0\""), &pool(1_000_000, &json!({}))).await.expect(200);
    run_job(&app).await;
    let sql = format!(
        "SELECT CAST(coalesce(sum(amount_ore), 0) AS bigint) AS n FROM invoice_line WHERE object = 'spectrum_licence' AND year = {}",
        year + 1
    );
    assert_eq!(app.count(&sql).await, 1_000_000, "the whole pool is shared out");
    app.finish().await;
}

/// A broadcasting net on these centres in kHz, 200 kHz each, one station after the other.
fn broadcasting(n: u64, nationwide: bool, centres_khz: &[u64]) -> Value {
    let mut net = serde_json::to_value(Transmitter::example()).expect("JSON");
    net["applicant"] = applicant(n);
    net["use"] = json!("broadcasting");
    net["nationwide"] = json!(nationwide);
    net.as_object_mut().expect("an object").remove("link");
    let station = net["stations"][0].clone();
    let stations = centres_khz.iter().map(|centre| {
        let mut station = station.clone();
        station["antenna"] = json!({
            "model": "Rundstråler", "gain": 3.0, "gainUnit": "dbd", "polarisation": "vertical",
        });
        station["channels"] = json!([{
            "centreHz": centre * 1_000, "widthHz": 200_000, "emission": "200KF8E",
            "power": { "value": 100.0, "unit": "w" }, "cableLossDb": 3.0,
        }]);
        station
    });
    net["stations"] = stations.collect();
    net
}

#[tokio::test]
async fn a_nationwide_broadcasting_net_pays_its_share_of_the_pool_and_a_local_one_by_the_item() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    advance_to(&app, 8, 15);
    let file =
        async |n: u64, net: Value| granted(&app, "transmitter", &organisation(n), &net).await;
    // three transmitters, two of which send on the same frequency
    let nationwide = file(1, broadcasting(1, true, &[98_400, 101_200, 98_400])).await;
    let local = file(2, broadcasting(2, false, &[98_400])).await;
    let other = spectrum(&app, 3, 3400, 3500, &json!({ "kind": "national" })).await;
    run_job(&app).await;
    assert_eq!(lines(&app, &nationwide).await, [] as [Value; 0], "no pool is set yet");
    let by_item = lines(&app, &local).await;
    let ids: Vec<&str> = by_item.iter().filter_map(|line| line["feeId"].as_str()).collect();
    assert_eq!(ids.len(), 2, "{by_item:?}");
    assert!(ids.contains(&"BC-NET") && ids.contains(&"BC-TX-MID"), "{ids:?}");

    let year = i64::from(advance_to(&app, 1, 2));
    let path = format!("/v1/spectrum-fee-pools/{year}");
    app.put(&path, &caseworker(), Some("\"v0\""), &pool(3_000_000, &json!({}))).await.expect(200);
    run_job(&app).await;
    run_job(&app).await;
    let of_year = |lines: Vec<Value>| -> Vec<(String, i64)> {
        let of_year = lines.into_iter().filter(|line| line["year"] == year);
        let text = |line: &Value| line["feeId"].as_str().expect("an id").to_owned();
        of_year.map(|line| (text(&line), line["amountOre"].as_i64().expect("øre"))).collect()
    };
    let shared = of_year(lines(&app, &nationwide).await);
    let beside = of_year(lines(&app, &other).await);
    assert_eq!((shared.len(), beside.len()), (1, 1));
    assert_eq!((&*shared[0].0, &*beside[0].0), ("SPECTRUM", "SPECTRUM"));
    assert_eq!(shared[0].1 + beside[0].1, 3_000_000, "the whole pool is shared out");
    // two of the three contiguous blocks have two thirds of the fifth that is split equally
    assert!(shared[0].1 >= 400_000, "{shared:?}");
    let local = of_year(lines(&app, &local).await);
    assert!(local.len() == 2 && local.iter().all(|(id, _)| id.starts_with("BC-")), "{local:?}");
    app.finish().await;
}

#[tokio::test]
async fn regional_licences_are_weighed_by_inhabitants_and_nothing_is_shared_without_them() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    advance_to(&app, 8, 15);
    let whole = spectrum(&app, 1, 3400, 3500, &json!({ "kind": "national" })).await;
    let oslo = json!({ "kind": "municipalities", "municipalities": ["0301"] });
    let part = spectrum(&app, 2, 3500, 3600, &oslo).await;
    let year = i64::from(advance_to(&app, 1, 2));
    let path = format!("/v1/spectrum-fee-pools/{year}");
    let set = app.put(&path, &caseworker(), Some("\"v0\""), &pool(110_000, &json!({}))).await;
    assert_eq!(set.expect(200).json()["missing"], json!(["0301"]));
    run_job(&app).await;
    assert_eq!(lines(&app, &whole).await, [] as [Value; 0]);
    let told = json!({
        "inhabitants": 5_000, "municipalities": [{ "number": "0301", "inhabitants": 500 }],
    });
    let too_many = json!({
        "inhabitants": 400, "municipalities": [{ "number": "0301", "inhabitants": 500 }],
    });
    let put = async |body: Value| app.put(&path, &caseworker(), Some("\"v1\""), &body).await;
    put(pool(110_000, &too_many)).await.expect_problem(422, "invalid-content");
    let set = put(pool(110_000, &told)).await.expect(200).json();
    assert_eq!((&set["missing"], &set["amount"]), (&json!([]), &json!("1100.00")));
    run_job(&app).await;
    assert_eq!(charged(&lines(&app, &whole).await), [(year, 100_000, "P1")]);
    assert_eq!(charged(&lines(&app, &part).await), [(year, 10_000, "P1")]);
    let seen = app.get(&path, &caseworker()).await.expect(200);
    assert!(seen.json()["sharedAt"].is_string());
    app.get(&path, &organisation(1)).await.expect_problem(403, "not-allowed");
    app.finish().await;
}
