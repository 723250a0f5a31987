//! Open data: the schemas fit the files, the catalogue names every file and is of the profile, the
//! Atom feed names nobody.

use std::collections::{BTreeMap, BTreeSet};

use anrop::{
    clock::Clock as _,
    commands::import::frequency_plan,
    frequency_plan::{current, listing},
    values::calendar::oslo_date,
};
use chrono::NaiveDate;
use oxrdf::Term;
use serde_json::{Value, json};

use super::{LISTS, fetch, furnished, licence};
use crate::{interference, journal::days_later, support::TestApp};

async fn schema(app: &TestApp, name: &str) -> Value {
    let reply = app.get_public(&format!("/v1/schemas/{name}.schema.json")).await.expect(200);
    assert_eq!(reply.header("content-type"), "application/schema+json");
    reply.json()
}

/// A part of a schema as a schema of its own.
fn part(schema: &Value, name: &str) -> jsonschema::Validator {
    let part = json!({ "$ref": format!("#/$defs/{name}"), "$defs": schema["$defs"] });
    jsonschema::validator_for(&part).expect("a schema")
}

fn check(validator: &jsonschema::Validator, value: &Value, about: &str) {
    let faults: Vec<String> = validator
        .iter_errors(value)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{about}: {faults:?}");
}

/// Rows of a CSV file by the names of its columns.
fn rows(text: &str, delimiter: u8) -> Vec<Value> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let heading = reader.headers().expect("a heading").clone();
    reader
        .records()
        .map(|record| {
            let record = record.expect("a row");
            heading
                .iter()
                .zip(record.iter())
                .map(|(name, cell)| (name.to_owned(), Value::from(cell)))
                .collect()
        })
        .collect()
}

#[tokio::test]
async fn every_file_conforms_to_its_schema() {
    let (app, _) = furnished().await;
    let mut seen = 0;
    for list in LISTS.into_iter().chain(["frequency-plan"]) {
        let schema = schema(&app, list).await;
        let whole = jsonschema::validator_for(&schema).expect("a schema");
        let file = fetch(&app, &format!("{list}.json")).await.json();
        check(&whole, &file, list);
        seen += file.as_array().expect("an array").len();
        let lines = fetch(&app, &format!("{list}.jsonl")).await.text();
        for line in lines.lines() {
            check(&part(&schema, "record"), &serde_json::from_str(line).expect("JSON"), list);
        }
        let csv = fetch(&app, &format!("{list}.csv")).await.text();
        for row in rows(&csv, b',') {
            check(&part(&schema, "row"), &row, list);
        }
        // a schema that fits anything would fit these too
        assert!(!whole.is_valid(&json!([{ "key": 1 }])), "{list}");
        assert!(!whole.is_valid(&json!({})), "{list}");
    }
    assert!(seen > 15, "{seen}");
    let reply = app.get_public("/legacy/kallesignaler.csv").await.expect(200);
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&reply.bytes);
    let old = schema(&app, "kallesignaler").await;
    for row in rows(&text, b';') {
        check(&part(&old, "row"), &row, "kallesignaler");
    }
    let text = app.get_public("/legacy/E164.csv").await.expect(200).text();
    let numbers = schema(&app, "E164").await;
    for row in rows(text.trim_start_matches('\u{feff}'), b',') {
        check(&part(&numbers, "row"), &row, "E164");
    }
    let rights = schema(&app, "rightofuseinfos").await;
    let path = "/frekvensportalen_service/rest/rightofuseinfos";
    let file = app.get_public(path).await.expect(200).json();
    check(&jsonschema::validator_for(&rights).expect("a schema"), &file, "rights");
    // the figures, and what was journaled on a day, which everybody sees from the day after
    for severity in ["nuisance", "business", "societal"] {
        for municipality in ["0301", "5001"] {
            let mut report = interference::report(&app, severity, "mobile");
            report["municipalityNumber"] = json!(municipality);
            interference::sent(&app, &report).await;
        }
    }
    let day = app.day_in(0);
    days_later(&app, 2).await;
    for (name, path, delimiter) in [
        ("statistics", "/statistics.csv".to_owned(), b';'),
        ("interference-statistics", "/interference-statistics.csv".to_owned(), b';'),
        ("public-journal", format!("/public-journal.csv?day={day}"), b','),
    ] {
        let schema = schema(&app, name).await;
        let text = app.get_public(&path).await.expect(200).text();
        let rows = rows(text.trim_start_matches('\u{feff}'), delimiter);
        assert!(rows.len() > 5, "{path}: {text}");
        for row in rows {
            check(&part(&schema, "row"), &row, name);
        }
        assert!(!part(&schema, "row").is_valid(&json!({})), "{name}");
    }
    app.get_public("/v1/schemas/x.schema.json").await.expect_problem(404, "not-found");
    app.finish().await;
}

/// The files of the plan hold what the operation answers, and what an import adds with the days on which
/// each edition is in force.
#[tokio::test]
async fn the_frequency_plan_is_a_file_with_every_edition() {
    let app = TestApp::start().await;
    let read = async || fetch(&app, "frequency-plan.json").await.json();
    let before = read().await.as_array().expect("rows").len();
    let first = app.get_public("/v1/frequency-plan?limit=200").await.expect(200).json();
    let total = first["total"].as_u64().expect("a total");
    assert!(total > 200 && before as u64 >= total, "{before} rows, {total} in force");
    let plan =
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/frequency_plan.csv"));
    let list = listing::read(plan).expect("a whole plan");
    let from = NaiveDate::from_ymd_opt(2020, 2, 17).expect("a day");
    frequency_plan::write(app.app.db(), &list, from).await.expect("imports");
    current::refresh(&app.app).await.expect("reads");
    let rows = read().await;
    let rows = rows.as_array().expect("rows");
    assert!(rows.len() > before, "{} rows after {before}", rows.len());
    assert!(rows.is_sorted_by_key(|row| row["lowerHz"].as_u64()), "by frequency");
    let imported =
        rows.iter().filter(|row| row["table"] == "NO" && row["validFrom"] == "2020-02-17");
    assert!(imported.count() > 0);
    let mut items = Vec::new();
    let mut next = String::new();
    loop {
        let page = app.get_public(&format!("/v1/frequency-plan?limit=200{next}")).await;
        let page = page.expect(200).json();
        items.extend(page["items"].as_array().expect("items").clone());
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    let today = oslo_date(app.clock.now()).to_string();
    let day = |row: &Value, name: &str| row[name].as_str().map(str::to_owned);
    let in_force: Vec<&Value> = rows
        .iter()
        .filter(|row| day(row, "validFrom").is_some_and(|from| from <= today))
        .filter(|row| day(row, "validUntil").is_none_or(|until| until > today))
        .collect();
    assert_eq!(in_force, items.iter().collect::<Vec<_>>());
    let page = app.send("GET", "/nb/frequency-plan", None, &[("accept", "text/html")], None).await;
    assert!(page.expect(200).text().contains("/v1/snapshots/latest/frequency-plan.csv"));
    app.finish().await;
}

const DCAT: &str = "http://www.w3.org/ns/dcat#";
const DCT: &str = "http://purl.org/dc/terms/";

type Graph = BTreeMap<String, Vec<(String, Term)>>;

fn graph(triples: impl Iterator<Item = oxrdf::Triple>) -> Graph {
    let mut graph = Graph::new();
    for triple in triples {
        let about = graph.entry(triple.subject.to_string()).or_default();
        about.push((triple.predicate.as_str().to_owned(), triple.object));
    }
    graph
        .values_mut()
        .for_each(|about| about.sort_by_key(|(name, term)| (name.clone(), term.to_string())));
    graph
}

async fn catalogue(app: &TestApp, accept: &str) -> (String, Graph) {
    let reply = app.send("GET", "/v1/catalog", None, &[("accept", accept)], None).await.expect(200);
    assert_eq!(reply.header("vary"), "Accept");
    let kind = reply.header("content-type").to_owned();
    let graph = match kind.as_str() {
        "text/turtle" => graph(
            oxttl::TurtleParser::new()
                .for_slice(&reply.bytes)
                .map(|triple| triple.expect("Turtle")),
        ),
        "application/ld+json" => graph(
            oxjsonld::JsonLdParser::new()
                .for_slice(&reply.bytes)
                .map(|quad| quad.expect("JSON-LD").into()),
        ),
        other => panic!("{other}"),
    };
    (kind, graph)
}

#[tokio::test]
async fn the_catalogue_is_of_the_profile_in_both_syntaxes_and_its_files_are_there() {
    let (app, _) = furnished().await;
    let (_, turtle) = catalogue(&app, "text/turtle").await;
    let (kind, json_ld) = catalogue(&app, "application/ld+json").await;
    assert_eq!(kind, "application/ld+json");
    assert_eq!(turtle, json_ld);
    assert_eq!(catalogue(&app, "*/*").await.0, "text/turtle");
    let with = app.send("GET", "/v1/catalog", None, &[("accept", "text/csv")], None).await;
    with.expect_problem(406, "not-acceptable");

    let class = |about: &[(String, Term)], name: &str| {
        about.iter().any(|(property, term)| {
            property.ends_with("#type") && term.to_string() == format!("<{DCAT}{name}>")
        })
    };
    let values = |about: &[(String, Term)], property: &str| -> Vec<Term> {
        about.iter().filter(|(name, _)| name == property).map(|(_, term)| term.clone()).collect()
    };
    let of = |name: &str| -> Vec<&Vec<(String, Term)>> {
        turtle.values().filter(|about| class(about, name)).collect()
    };
    // what each class must have (DCAT-AP-NO 2)
    let d = |name: &str| format!("{DCAT}{name}");
    let t = |name: &str| format!("{DCT}{name}");
    for (name, count, must) in [
        (
            "Catalog",
            1,
            vec![t("title"), t("description"), t("publisher"), d("contactPoint"), d("dataset")],
        ),
        (
            "Dataset",
            8,
            vec![
                t("title"),
                t("description"),
                t("identifier"),
                t("publisher"),
                d("theme"),
                d("contactPoint"),
                d("distribution"),
                t("accessRights"),
                t("accrualPeriodicity"),
            ],
        ),
        ("Distribution", 23, vec![d("accessURL"), t("license"), t("format"), t("conformsTo")]),
        ("DataService", 1, vec![d("endpointURL"), t("identifier"), t("title"), t("publisher")]),
    ] {
        let found = of(name);
        assert_eq!(found.len(), count, "{name}");
        for about in found {
            for property in &must {
                assert!(!values(about, property).is_empty(), "{name} lacks {property}");
            }
        }
    }
    // one value for each language
    for about in of("Dataset") {
        let languages: BTreeSet<String> = values(about, &t("title"))
            .iter()
            .map(|term| match term {
                Term::Literal(literal) => literal.language().expect("a language").to_owned(),
                other => panic!("{other}"),
            })
            .collect();
        assert_eq!(languages.into_iter().collect::<Vec<_>>(), ["en", "nb", "nn"]);
    }
    let base = app.app.settings().public_url.clone();
    let path = |term: &Term| -> String {
        let Term::NamedNode(node) = term else { panic!("{term}") };
        node.as_str().strip_prefix(&base).expect("an address of ours").to_owned()
    };
    for about in of("Distribution") {
        for property in [d("accessURL"), d("downloadURL"), t("conformsTo")] {
            for term in values(about, &property) {
                app.get_public(&path(&term)).await.expect(200);
            }
        }
        let licence = values(about, &t("license"));
        let nlod = "<http://publications.europa.eu/resource/authority/licence/NLOD_2_0>";
        assert_eq!(licence[0].to_string(), nlod);
        for schema in values(about, &t("conformsTo")) {
            assert!(turtle.contains_key(&schema.to_string()), "{schema} is described");
        }
    }
    // every code says which list it is of
    for about in turtle.values() {
        for (property, term) in about.iter().filter(|(name, _)| !name.ends_with("inScheme")) {
            let code = term.to_string();
            if code.starts_with("<http://publications.europa.eu/resource/authority/") {
                assert!(turtle[&code][0].0.ends_with("#inScheme"), "{property}: {code}");
            }
        }
    }
    // publisher and contact are described
    for property in [t("publisher"), d("contactPoint")] {
        for term in values(of("Catalog")[0], &property) {
            assert!(turtle.contains_key(&term.to_string()), "{term}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn the_atom_feed_is_well_formed_and_names_nobody() {
    let (app, mut holders) = furnished().await;
    app.seal().await;
    holders[0].withdraw(&app).await;
    holders.push(licence(&app, 11, &["name", "address", "postTown"]).await);
    app.seal().await;
    let reply = app.get_public("/feed.atom").await.expect(200);
    assert_eq!(reply.header("content-type"), "application/atom+xml; charset=utf-8");
    let text = reply.text();
    let feed = atom_syndication::Feed::read_from(text.as_bytes()).expect("Atom");
    assert!(feed.entries.len() > 10);
    assert!(!feed.id.is_empty() && !feed.authors.is_empty());
    let mut ids = BTreeSet::new();
    for entry in &feed.entries {
        assert!(ids.insert(entry.id.clone()), "{} stands twice", entry.id);
        assert!(!entry.title.value.is_empty() && entry.updated <= feed.updated);
        let href = &entry.links[0].href;
        let path = href.strip_prefix(&app.app.settings().public_url).expect("of ours");
        // a browser that follows it gets a page
        let html = [("accept", "text/html")];
        let page = app.send("GET", path, None, &html, None).await.expect(200);
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        assert!(!path.starts_with("/v1/"), "{path}");
    }
    for (language, title, sign) in [
        ("nb", "Endringer i registeret", "Kallesignal "),
        ("nn", "Endringar i registeret", "Kallesignal "),
        ("en", "Changes of the register", "Call sign "),
    ] {
        let reply = app.get_public(&format!("/{language}/feed.atom")).await.expect(200);
        let in_words = atom_syndication::Feed::read_from(reply.bytes.as_slice()).expect("Atom");
        assert_eq!(
            (in_words.title.value.as_str(), in_words.lang.as_deref()),
            (title, Some(language))
        );
        assert_eq!(in_words.entries.len(), feed.entries.len());
        assert!(in_words.entries.iter().any(|entry| entry.title.value.starts_with(sign)));
        let page = format!("{}/{language}/", app.app.settings().public_url);
        assert!(in_words.entries.iter().all(|entry| entry.links[0].href.starts_with(&page)));
    }
    assert!(feed.entries.windows(2).all(|pair| pair[0].updated >= pair[1].updated));
    for holder in &holders {
        assert!(!text.contains(&holder.name), "the feed names a person");
        let last = holder.name.split(' ').next_back().expect("a name");
        assert!(!text.contains(last), "the feed names a person");
    }
    app.finish().await;
}

/// Whoever looks for the data on a page finds every file, its schema and the feed there.
#[tokio::test]
async fn the_page_of_open_data_leads_to_every_file_its_schema_and_the_feed() {
    let app = TestApp::start().await;
    let html = [("accept", "text/html")];
    let page = app.send("GET", "/nb/open-data", None, &html, None).await.expect(200).text();
    for list in ["call-signs", "frequency-permits", "installers", "number-ranges", "suppliers"] {
        for ending in ["csv", "json", "jsonl"] {
            let file = format!("/v1/snapshots/latest/{list}.{ending}");
            assert!(page.contains(&format!("href=\"{file}\"")), "{file}");
        }
        let schema = format!("/v1/schemas/{list}.schema.json");
        assert!(page.contains(&format!("href=\"{schema}\"")), "{schema}");
        app.get_public(&schema).await.expect(200);
    }
    for (page, file, schema) in [
        ("open-data", "/legacy/kallesignaler.csv", "kallesignaler"),
        ("open-data", "/legacy/E164.csv", "E164"),
        ("open-data", "/frekvensportalen_service/rest/rightofuseinfos", "rightofuseinfos"),
        ("statistics", "/statistics.csv", "statistics"),
        ("interference-statistics", "/interference-statistics.csv", "interference-statistics"),
        ("public-journal", "/public-journal.csv?day=", "public-journal"),
    ] {
        let page = app.send("GET", &format!("/nb/{page}"), None, &html, None).await.expect(200);
        let page = page.text();
        assert!(page.contains(&format!("href=\"{file}")), "{file}");
        let schema = format!("/v1/schemas/{schema}.schema.json");
        assert!(page.contains(&format!("href=\"{schema}\"")), "{schema}");
    }
    let feed = "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/nb/feed.atom\"";
    assert!(page.contains(feed) && page.contains("<a href=\"/nb/feed.atom\""));
    let numbers = app.send("GET", "/en/number-ranges", None, &html, None).await.expect(200).text();
    assert!(numbers.contains("href=\"/v1/snapshots/latest/number-ranges.csv\""));
    app.finish().await;
}
