//! The frequency plan by date and its chart, frequency permits on the map, the number plan and the
//! statistics: what operations and pages answer.

use anrop::{
    commands::{
        import::{frequency_plan, number_ranges},
        synthetic::Synthetic,
    },
    frequency_plan::{current, listing},
    identity::{Role, token::Ticket},
    numbering,
};
use serde_json::{Value, json};

use crate::{
    kinds::{
        shared::{municipality_at, reasons},
        spectrum,
    },
    support::{Reply, TestApp, Who, people},
};

const PLAN: &str = include_str!("../vectors/frequency_plan.csv");
const NUMBERS: &str = include_str!("../vectors/number_ranges.csv");

async fn take_over(app: &TestApp, text: &str, from: &str) {
    let list = listing::read(text.as_bytes()).expect("a whole plan");
    let from = from.parse().expect("a day");
    frequency_plan::write(app.app.db(), &list, from).await.expect("written");
    current::refresh(&app.app).await.expect("read");
}

/// Whether a caseworker is told that the plan does not have this use of 500 to 510 MHz.
async fn is_outside(app: &TestApp, n: u32, service: &str) -> bool {
    let national = json!({ "kind": "national" });
    let mut application = spectrum::application(n, spectrum::simplex(500, 510), national);
    application["service"] = json!(service);
    application["exclusive"] = json!(false);
    application["wirelessBroadband"] = json!(false);
    let case = app
        .post("/v1/spectrum/applications", &spectrum::representative(n), &application)
        .await
        .expect(201);
    let told = reasons(app, case.header("location")).await;
    told.iter().any(|code| code == "outside-allocation")
}

#[tokio::test]
async fn what_a_band_may_be_used_for_is_judged_by_the_imported_plan_of_the_day() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    // by the carried tables
    assert!(!is_outside(&app, 1, "broadcasting").await);
    assert!(is_outside(&app, 2, "fixed").await);
    take_over(&app, &PLAN.replace("BROADCASTING\",\"Br", "FIXED\",\"Br"), "2026-01-01").await;
    assert!(is_outside(&app, 3, "broadcasting").await, "the edition has FIXED there");
    assert!(!is_outside(&app, 4, "fixed").await);
    // an edition that is not in force yet says nothing today
    take_over(&app, PLAN, "2099-01-01").await;
    assert!(is_outside(&app, 5, "broadcasting").await);
    app.finish().await;
}

async fn page(app: &TestApp, path: &str) -> Reply {
    app.send("GET", path, None, &[("accept", "text/html")], None).await
}

/// A page without what no page may have.
async fn good(app: &TestApp, path: &str) -> String {
    let text = page(app, path).await.expect(200).text();
    assert!(!text.contains(" style=") && !text.contains("<script"), "{path}");
    text
}

fn members<'a>(page: &'a Value, name: &str) -> Vec<&'a Value> {
    page["items"].as_array().expect("items").iter().map(|item| &item[name]).collect()
}

#[tokio::test]
async fn the_plan_is_that_of_the_day_asked_for() {
    let app = TestApp::start().await;
    let path = "/v1/frequency-plan?from=500000000&to=600000000&table=NO";
    let none = app.get_public(path).await.expect(200).json();
    assert_eq!((none["total"].as_u64(), members(&none, "service").len()), (Some(0), 0));

    take_over(&app, PLAN, "2020-02-17").await;
    take_over(&app, &PLAN.replace("BROADCASTING\",\"Br", "MOBILE\",\"Br"), "2026-01-01").await;
    let on = async |day: &str| {
        let page = app.get_public(&format!("{path}&at={day}")).await.expect(200).json();
        members(&page, "service").into_iter().cloned().collect::<Vec<Value>>()
    };
    assert_eq!(on("2020-02-16").await, Vec::<Value>::new());
    assert_eq!(on("2020-02-17").await, ["BROADCASTING"]);
    assert_eq!(on("2025-12-31").await, ["BROADCASTING"]);
    assert_eq!(on("2026-01-01").await, ["MOBILE"]);

    let today = app.get_public(path).await.expect(200).json();
    let item = &today["items"][0];
    assert_eq!(item["titles"], json!({ "nb": "mobil", "nn": "mobil", "en": "mobile" }));
    assert_eq!((&item["category"], &item["group"]), (&json!("primary"), &json!("mobile")));
    assert_eq!(item["uses"], json!(["Broadcasting (terrestrial)"]));
    assert_eq!((&item["lowerHz"], &item["upperHz"]), (&json!(470_000_000), &json!(790_000_000)));
    let editions: Vec<(&Value, Option<&str>)> = today["editions"]
        .as_array()
        .expect("editions")
        .iter()
        .filter(|edition| edition["table"] == "NO")
        .map(|edition| (&edition["validFrom"], edition["validUntil"].as_str()))
        .collect();
    assert_eq!(
        editions,
        [(&json!("2020-02-17"), Some("2026-01-01")), (&json!("2026-01-01"), None)]
    );
    // all tables of the day, the national one first in each band
    let all = app.get_public("/v1/frequency-plan?from=500000000&to=500000001").await.expect(200);
    let tables: Vec<Value> = members(&all.json(), "table").into_iter().cloned().collect();
    assert!(tables.contains(&json!("NO")) && tables.contains(&json!("ECA")), "{tables:?}");
    for query in ["at=2026-02-30", "at=now", "table=ABC", "table="] {
        app.get_public(&format!("/v1/frequency-plan?{query}"))
            .await
            .expect_problem(400, "invalid-parameter");
    }
    app.finish().await;
}

#[tokio::test]
async fn pages_of_the_plan_stay_with_their_day_when_an_edition_comes_between() {
    let app = TestApp::start().await;
    take_over(&app, PLAN, "2020-02-17").await;
    let path = "/v1/frequency-plan?table=NO&limit=5";
    let first = app.get_public(path).await.expect(200).json();
    let today = first["at"].as_str().expect("a day").to_owned();
    app.clock.advance(chrono::TimeDelta::days(1));
    let tomorrow = app.day_in(0).to_string();
    assert_ne!(today, tomorrow);
    take_over(&app, &PLAN.replace("| Radiolocation", "| RADIOLOCATION"), &tomorrow).await;
    let (mut services, mut next) = (members(&first, "service").len(), first["next"].clone());
    let mut seen: Vec<Value> = members(&first, "service").into_iter().cloned().collect();
    while let Some(cursor) = next.as_str() {
        let more = app.get_public(&format!("{path}&cursor={cursor}")).await.expect(200).json();
        assert_eq!(more["at"], today.as_str());
        services += members(&more, "service").len();
        seen.extend(members(&more, "service").into_iter().cloned());
        next = more["next"].clone();
    }
    assert_eq!(first["total"].as_u64(), Some(services as u64));
    assert!(seen.contains(&json!("Radiolocation")) && !seen.contains(&json!("RADIOLOCATION")));
    app.finish().await;
}

#[tokio::test]
async fn the_chart_is_there_in_three_languages_and_every_part_leads_to_a_chart() {
    let app = TestApp::start().await;
    take_over(&app, PLAN, "2020-02-17").await;
    for (language, title, band) in [
        ("nb", "Den nasjonale frekvensplanen", "470–790\u{a0}MHz: kringkasting (primær)"),
        ("nn", "Den nasjonale frekvensplanen", "470–790\u{a0}MHz: kringkasting (primær)"),
        ("en", "The national frequency plan", "470–790\u{a0}MHz: broadcasting (primary)"),
    ] {
        let text = good(&app, &format!("/{language}/frequency-plan")).await;
        assert!(text.contains(title) && text.contains(band), "{language}");
        assert!(text.contains("class=\"chart plan lying\"") && text.contains("plan standing"));
    }
    let text = good(&app, "/nb/frequency-plan?from=400+MHz&to=1+GHz").await;
    let links: std::collections::BTreeSet<String> = text
        .split("href=\"?")
        .skip(1)
        .filter_map(|rest| Some(rest.split('"').next()?.replace("&#38;", "&")))
        .collect();
    assert!(links.contains("from=470000000&to=790000000"), "{links:?}");
    assert!(links.len() > 10);
    for link in links {
        good(&app, &format!("/en/frequency-plan?{link}")).await;
    }
    app.finish().await;
}

#[tokio::test]
async fn any_range_has_a_chart_and_a_wrong_one_is_told_in_words() {
    let app = TestApp::start().await;
    for range in [
        "from=1&to=3000000000000",
        "from=1&to=2",
        "from=2999999999999",
        "to=8301",
        "from=145,5+MHz&to=145.6+MHz",
        "from=274999999999&to=275000000000&table=RR_REGION_1&at=2026-11-01&bands=all",
        "at=1999-01-01",
    ] {
        // a range that ends where the plan does is in order only below it
        let status = if range == "from=2999999999999" { 400 } else { 200 };
        page(&app, &format!("/nn/frequency-plan?{range}")).await.expect(status);
    }
    for (query, text) in [
        ("from=145,5", "145,5 MHz"),
        ("from=2+GHz&to=1+GHz", "over den første"),
        ("to=9999999999999999999999", "145,5 MHz"),
        ("at=i+dag", "ÅÅÅÅ-MM-DD"),
        ("table=XX", "Velg en av verdiene"),
        ("bands=some", "Velg en av verdiene"),
        ("utm=1", "utm"),
        ("from=1&from=2", "to ganger"),
        ("from=%3Cscript%3E", "145,5 MHz"),
    ] {
        let told = page(&app, &format!("/nb/frequency-plan?{query}")).await.expect(400).text();
        assert!(told.contains(text) && !told.contains("<script"), "{query}");
    }
    app.finish().await;
}

fn station(n: u32, latitude: f64, longitude: f64, centre: u64) -> Value {
    json!({
        "name": format!("Hemmeligheia {n}"),
        "position": { "latitude": latitude, "longitude": longitude },
        "groundHeight": 112, "antennaHeight": 24,
        "municipality": municipality_at(latitude, longitude),
        "antenna": {
            "model": "Rundstråler", "gain": 3.0, "gainUnit": "dbd", "polarisation": "vertical",
        },
        "channels": [{
            "centreHz": centre, "widthHz": 12_500, "emission": "11K0F3E",
            "power": { "value": 10.0, "unit": "w" }, "cableLossDb": 3.0,
        }],
    })
}

/// A net that is granted at once; the number of its permit.
async fn net(app: &TestApp, who: &Who, applicant: Value, station: &Value) -> String {
    let application = json!({
        "applicant": applicant,
        "use": "pmr", "purpose": "Samband på anlegg", "stations": [station],
        "mobileNet": { "mobileStations": 4, "extraChannels": 0 },
    });
    let made = app.post("/v1/transmitter/applications", who, &application).await.expect(201).json();
    let permit = made["permitId"].as_str().expect("granted at once");
    let permit = app.get(&format!("/v1/permits/{permit}"), who).await.expect(200).json();
    permit["record"]["permit"]["number"].as_str().expect("a number").to_owned()
}

fn organisation(n: u64) -> (Who, Value) {
    let made = Synthetic::new(7).organisation(n);
    let who = Who(Ticket {
        roles: vec![Role::Representative],
        organisation: Some(made.number.to_string()),
        ..Who::person(n).0
    });
    let mut applicant = people::applicant(n);
    applicant["name"] = json!(made.name.as_str());
    applicant.as_object_mut().expect("an object").remove("birthDate");
    (who, applicant)
}

#[tokio::test]
async fn the_map_has_the_site_of_an_organisation_and_of_a_person_only_the_municipality() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let person = Who::person(1);
    let site = station(1, 58.251_234, 8.351_234, 160_006_250);
    let of_person = net(&app, &person, people::applicant(1), &site).await;
    let (who, applicant) = organisation(2);
    let name = applicant["name"].as_str().expect("a name").to_owned();
    let of_organisation =
        net(&app, &who, applicant, &station(2, 62.751_234, 7.251_234, 160_031_250)).await;

    for language in ["nb", "nn", "en"] {
        let list = good(&app, &format!("/{language}/frequency-permits")).await;
        assert!(list.contains(&of_person) && list.contains(&of_organisation));
        assert!(list.contains("<svg class=\"map\"") && list.contains(&name));
    }
    let list = good(&app, "/en/frequency-permits?q=tx").await;
    let private = good(&app, &format!("/en/frequency-permits/{of_person}")).await;
    for text in [&list, &private] {
        for part in ["58.251", "8.351", "58,251", "Hemmeligheia 1", people_name(1).as_str()] {
            assert!(!text.contains(part), "{part}");
        }
        assert!(text.contains("dot about"));
    }
    assert!(private.contains("not public") && private.contains("Lillesand"));
    let reply = page(&app, &format!("/en/frequency-permits/{of_person}")).await;
    assert_eq!(reply.header("x-robots-tag"), "noindex, noarchive");
    let open = good(&app, &format!("/en/frequency-permits/{of_organisation}")).await;
    assert!(open.contains("Hemmeligheia 2") && open.contains("62.75123") && open.contains(&name));
    assert!(open.contains("/en/frequency-plan?from=160025000&#38;to=160037500"), "{open}");

    // by frequency as people type it, by place, on a date, around a place
    let found = async |query: &str| {
        let text = good(&app, &format!("/nb/frequency-permits?{query}")).await;
        (text.contains(&of_person), text.contains(&of_organisation))
    };
    assert_eq!(found("from=160,02+MHz&to=160,05+MHz").await, (false, true));
    assert!(found("place=Lillesand").await.0);
    assert_eq!(found("at=2020-01-01").await, (false, false));
    assert!(found("latitude=62,75&longitude=7,25&radius=5").await.1);
    assert_eq!(found("map=4/62.75/7.25").await, (true, true));
    for query in ["from=145,5", "map=1/2", "map=99/60/5", "latitude=60", "at=x", "kind2=x"] {
        page(&app, &format!("/nb/frequency-permits?{query}")).await.expect(400);
    }
    for (query, said) in [
        ("nb/frequency-permits?from=145,5", "Skriv et tall og Hz, kHz, MHz eller GHz"),
        ("en/frequency-permits?from=2+GHz&to=1+GHz", "Give a frequency above the first"),
        ("nn/frequency-permits?latitude=62,75", "Oppgi breiddegrad, lengdegrad og avstand saman"),
        ("nb/frequency-permits?latitude=95&longitude=7&radius=5", "Skriv desimalgrader i WGS84"),
        ("en/frequency-permits?latitude=62&longitude=east&radius=5", "Longitude: Write decimal"),
        ("en/frequency-permits?latitude=62&longitude=7&radius=2001", "within the limits"),
    ] {
        let told = page(&app, &format!("/{query}")).await.expect(400).text();
        assert!(told.contains(said), "{query} does not say: {said}");
    }
    page(&app, "/nb/frequency-permits/TX-999999").await.expect(404);
    // whoever finds nothing is told what to try, also with a place, which is free text
    for (query, advice) in [
        ("nb/frequency-permits?q=finnesikke", "Søk på færre ord"),
        ("nn/frequency-permits?q=finnesikke", "Privatpersonar kan ikkje finnast på namn."),
        ("en/frequency-permits?place=Atlantis", "A place is a post town or a municipality"),
        ("nb/call-signs?place=Atlantis", "Sted er et poststed eller en kommune"),
        ("nb/suppliers?place=Atlantis", "Sted er et poststed eller en kommune"),
    ] {
        assert!(good(&app, &format!("/{query}")).await.contains(advice), "{query}");
    }
    let other = good(&app, "/nb/suppliers?q=finnesikke").await;
    assert!(!other.contains("Sted er et poststed"), "no place was asked for");

    // and both count in the chart of the plan
    let chart = good(&app, "/nb/frequency-plan?from=160000000&to=160050000").await;
    assert!(chart.contains("1 tillatelser") && chart.contains("/nb/frequency-permits?from="));
    app.finish().await;
}

#[tokio::test]
async fn permits_are_counted_and_found_by_their_use_and_licences_by_their_service() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let national = json!({ "kind": "national" });
    let licence = spectrum::application(3, spectrum::simplex(3500, 3580), national);
    spectrum::grant(&app, 3, &licence).await;
    let site = station(1, 58.251_234, 8.351_234, 160_006_250);
    net(&app, &Who::person(1), people::applicant(1), &site).await;
    let path = "/v1/frequency-permits";
    let counted = app.get_public(&format!("{path}?facets=kind,type&limit=1")).await.expect(200);
    let one = |value: &str| json!({ "value": value, "count": 1 });
    let facets = json!({
        "kind": [one("spectrum"), one("transmitter")], "type": [one("mobile"), one("pmr")],
    });
    assert_eq!(counted.json()["facets"], facets);
    for (of_type, kind) in [("mobile", "spectrum"), ("pmr", "transmitter")] {
        let found = app.get_public(&format!("{path}?type={of_type}")).await.expect(200).json();
        assert_eq!(found["total"], 1, "{of_type}");
        assert_eq!(found["items"][0]["permit"]["kind"], kind);
    }
    let page = good(&app, "/nb/frequency-permits").await;
    assert!(page.contains("?type=mobile\"") && page.contains("?type=pmr\""), "both are filters");
    app.finish().await;
}

/// The address of the same in JSON, as a page names it.
fn json_of(page: &str) -> String {
    let mark = "type=\"application/json\" href=\"";
    let (_, rest) = page.split_once(mark).expect("the same in JSON");
    rest.split('"').next().expect("an address").replace("&#38;", "&")
}

#[tokio::test]
async fn a_page_names_the_json_of_what_it_shows() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    take_over(&app, PLAN, "2020-02-17").await;
    let site = station(1, 58.251_234, 8.351_234, 160_006_250);
    net(&app, &Who::person(1), people::applicant(1), &site).await;
    let (who, applicant) = organisation(2);
    let number = net(&app, &who, applicant, &station(2, 62.75, 7.25, 160_031_250)).await;
    let json = async |path: &str| {
        let address = json_of(&good(&app, path).await);
        app.get_public(&address).await.expect(200).json()
    };
    assert_eq!(json("/nb/frequency-permits").await["total"], 2);
    for query in [
        "from=160,02+MHz&to=160,05+MHz",
        "latitude=62,75&longitude=7,25&radius=5&map=4/62.75/7.25",
        "kind=transmitter&county=M%C3%B8re+og+Romsdal",
    ] {
        let found = json(&format!("/nb/frequency-permits?{query}")).await;
        assert_eq!(found["total"], 1, "{query}");
        assert_eq!(found["items"][0]["permit"]["number"], number.as_str(), "{query}");
    }
    let one = json(&format!("/en/frequency-permits/{number}")).await;
    assert_eq!(one["permit"]["number"], number.as_str());
    // the page shows one table of the two of this day
    let bands = json("/nb/frequency-plan?from=500000000&to=600000000&table=NO").await;
    assert_eq!((&bands["total"], &bands["items"][0]["table"]), (&json!(1), &json!("NO")));
    let past = json("/nb/call-signs/LB9ZZ?asOf=31.12.2020").await;
    assert_eq!(past["asOf"], "2020-12-31");
    app.finish().await;
}

fn people_name(n: u64) -> String {
    people::applicant(n)["name"].as_str().expect("a name").to_owned()
}

#[tokio::test]
async fn the_number_plan_shows_shares_ranges_and_the_range_of_a_number() {
    let app = TestApp::start().await;
    let list = numbering::listing::read(NUMBERS.as_bytes()).expect("a list");
    number_ranges::write(app.app.db(), &list).await.expect("written");
    let first =
        app.get_public("/v1/number-ranges?status=assigned&limit=1").await.expect(200).json();
    let range = &first["items"][0];
    let number = range["firstNumber"].as_str().expect("a number");
    let provider = range["provider"].as_str().expect("a provider");
    for language in ["nb", "nn", "en"] {
        let page = good(&app, &format!("/{language}/number-ranges")).await;
        assert!(page.contains(provider) && page.contains("class=\"share\""), "{language}");
        let one = good(&app, &format!("/{language}/number-ranges/{number}")).await;
        assert!(one.contains(provider), "{language}");
    }
    // filters with counts, which the form keeps
    let page_of_all = good(&app, "/nb/number-ranges").await;
    assert!(page_of_all.contains("category=Fastnettnummer"), "a filter by category");
    let narrowed = good(&app, "/nb/number-ranges?category=Fastnettnummer").await;
    assert!(narrowed.contains(r#"<input type="hidden" name="category" value="Fastnettnummer">"#));
    let total = app.get_public("/v1/number-ranges?status=assigned").await.expect(200).json();
    let sum: u64 = members(&total, "count").iter().filter_map(|count| count.as_u64()).sum();
    assert!(total.get("next").is_none() && sum > 0);
    let free = good(&app, "/en/number-ranges?status=free&type=e164_8_digit").await;
    assert!(!free.contains("<span class=\"tag accent\">"));
    for query in ["status=lost", "type=x", "unknown=1", "cursor=AAAA", "status=free&status=free"] {
        page(&app, &format!("/nb/number-ranges?{query}")).await.expect(400);
    }
    page(&app, "/nb/number-ranges/12x").await.expect(400);
    // a number that lies within a range, however it is typed, leads to who has it
    for (typed, said) in [
        ("21051234", "EKSEMPEL FJORDTELE AS"),
        ("%2B47+21+05+12+34", "EKSEMPEL FJORDTELE AS"),
        ("20555555", "<span class=\"tag warn\">blokkert</span>"),
    ] {
        let found = good(&app, &format!("/nb/number-ranges?q={typed}")).await;
        let (_, card) = found.split_once("card asked").expect(typed);
        let (card, _) = card.split_once("</section>").expect("its end");
        assert!(card.contains(said), "{typed}: {card}");
        let (_, link) = card.split_once("href=\"").expect("a link");
        let link = link.split('"').next().expect("an address").replace("&#38;", "&");
        assert!(good(&app, &link).await.contains("<h1 class=\"number\">"), "{link}");
        assert!(found.contains("Ellers passer ingen serier"), "{typed}");
    }
    // whoever finds nothing is told what to try
    let none = good(&app, "/nb/number-ranges?q=finnesikke&status=free").await;
    for advice in
        ["Prøv dette", "Ta bort filtrene over.", "Skriv hele nummeret", "organisasjonsnummeret"]
    {
        assert!(none.contains(advice), "{advice}");
    }
    assert!(!good(&app, "/nb/number-ranges").await.contains("Prøv dette"));
    for typed in ["2105", "21000000", "fjordtele", "2199999x"] {
        let found = good(&app, &format!("/nb/number-ranges?q={typed}")).await;
        assert!(!found.contains("card asked"), "{typed}");
    }
    app.finish().await;
}

#[tokio::test]
async fn statistics_count_and_keep_small_counts_of_holders_back() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let empty = app.get_public("/v1/statistics").await.expect(200).json();
    assert_eq!(empty["issued"], json!([]));
    good(&app, "/nb/statistics").await;

    for n in 1..=6 {
        let result = json!({ "results": [{
            "nationalId": Who::person(n).national_id(), "licenceClass": "full",
            "passedOn": "2026-10-01", "reference": format!("exam-{n}"),
        }] });
        app.post("/v1/exam-results", &Who::role(Role::Examiner), &result).await.expect(201);
        let application = people::amateur_application(n, &[]);
        app.post("/v1/amateur/applications", &Who::person(n), &application).await.expect(201);
    }
    let (who, applicant) = organisation(20);
    net(&app, &who, applicant, &station(2, 62.75, 7.25, 160_031_250)).await;
    let granted = app.count("SELECT count(*) AS n FROM permit WHERE kind = 'amateur'").await;
    // counted a moment ago
    let same = app.get_public("/v1/statistics").await.expect(200).json();
    assert_eq!(same["countedAt"], empty["countedAt"]);
    app.clock.advance(chrono::TimeDelta::days(1));
    let figures = app.get_public("/v1/statistics").await.expect(200).json();
    assert_ne!(figures["countedAt"], empty["countedAt"]);
    let of = |table: &str, kind: &str| -> Vec<Value> {
        let rows = figures[table].as_array().expect("rows").iter();
        rows.filter(|row| row["kind"] == kind).cloned().collect()
    };
    let issued: i64 =
        of("issued", "amateur").iter().filter_map(|row| row["permits"].as_i64()).sum();
    assert_eq!((issued, granted), (6, 6));
    assert_eq!(of("inForce", "transmitter")[0]["permits"], 1);
    // one organisation: neither its county nor that it is one
    let counties = of("counties", "transmitter");
    assert!(
        counties.len() > 1 && counties.iter().all(|row| row["keptBack"] == true),
        "{counties:?}"
    );
    assert!(of("ages", "transmitter").is_empty(), "an organisation has no age");
    let ages = of("ages", "amateur");
    assert!(ages.len() > 1 && ages.iter().any(|row| row["group"] == "total"), "{ages:?}");
    for table in ["ages", "counties"] {
        for row in figures[table].as_array().expect("rows") {
            let holders = row["holders"].as_u64();
            assert!(holders.is_none_or(|count| count == 0 || count >= 5), "{row}");
            assert_eq!(holders.is_none(), row["keptBack"] == true);
        }
    }
    let csv = app.get_public("/statistics.csv").await.expect(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let csv = csv.text();
    assert!(csv.starts_with("\u{feff}table;kind;group;count\r\n"), "{csv}");
    assert!(csv.contains(&format!("inForce;amateur;total;{granted}\r\n")), "{csv}");
    assert!(csv.contains("counties;transmitter;total;\r\n"), "{csv}");
    for (language, of_ages, of_counties) in [
        ("nb", "Alder på personer", "Innehavere etter fylke"),
        ("nn", "Alder på personar", "Innehavarar etter fylke"),
        ("en", "Age of persons", "Holders by county"),
    ] {
        let text = good(&app, &format!("/{language}/statistics")).await;
        assert!(text.contains("role=\"img\"") && text.contains("/statistics.csv"));
        assert!(text.contains(of_ages) && text.contains(of_counties), "{language}");
        for n in 1..=6 {
            assert!(!text.contains(&people_name(n)));
        }
    }
    app.finish().await;
}
