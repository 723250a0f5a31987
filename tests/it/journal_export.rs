//! The journal as others get it: eInnsyn's objects and the Noark 5 package, complete, as their schemas ask, and the same
//! bytes each time.

use std::{collections::BTreeMap, path::Path};

use anrop::{
    commands::journal::{einnsyn, write_package},
    jobs::{draw_letters_once, number_journal_once},
};
use chrono::{Datelike as _, TimeDelta};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    journal::{day, days_later, journal, licensed, name, set_code, whole_case},
    kinds::{
        business, fees, invoices,
        shared::{act, caseworker},
    },
    letters::{a_moment_later, filed},
    supervision,
    support::{TestApp, Who},
};

/// What eInnsyn's API v3 requires of a case and its documents (felleslosninger/einnsyn-api-spec).
fn einnsyn_schema() -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    let day = json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" });
    let number = json!({ "type": "integer", "minimum": 0 });
    let year = json!({ "type": "integer", "minimum": 1700 });
    let part = json!({
        "type": "object", "additionalProperties": false,
        "required": ["korrespondansepartNavn", "korrespondansepartNavnSensitiv", "korrespondanseparttype"],
        "properties": {
            "korrespondansepartNavn": text, "korrespondansepartNavnSensitiv": text,
            "korrespondanseparttype": text,
        },
    });
    let description = json!({
        "type": "object", "additionalProperties": false,
        "required": ["tittel", "tittelSensitiv", "dokumentnummer", "tilknyttetRegistreringSom"],
        "properties": {
            "systemId": text, "tittel": text, "tittelSensitiv": text, "dokumentnummer": number,
            "tilknyttetRegistreringSom": text,
        },
    });
    let shield = json!({
        "type": "object", "additionalProperties": false, "required": ["tilgangsrestriksjon"],
        "properties": { "tilgangsrestriksjon": text, "skjermingshjemmel": text },
    });
    let post = json!({
        "type": "object", "additionalProperties": false,
        "required": [
            "journalaar", "journalsekvensnummer", "journalpostnummer", "journalposttype",
            "journaldato", "offentligTittel", "offentligTittelSensitiv",
        ],
        "properties": {
            "systemId": text, "journalaar": year, "journalsekvensnummer": number,
            "journalpostnummer": number, "journaldato": day, "dokumentetsDato": day,
            "journalposttype": { "enum": ["inngaaende_dokument", "utgaaende_dokument"] },
            "offentligTittel": text, "offentligTittelSensitiv": text, "skjerming": shield,
            "korrespondansepart": { "type": "array", "items": part },
            "dokumentbeskrivelse": { "type": "array", "items": description },
        },
    });
    json!({
        "type": "object", "additionalProperties": false,
        "required": [
            "saksaar", "sakssekvensnummer", "offentligTittel", "offentligTittelSensitiv",
            "journalpost",
        ],
        "properties": {
            "systemId": text, "saksaar": year, "sakssekvensnummer": number, "saksdato": day,
            "offentligTittel": text, "offentligTittelSensitiv": text,
            "journalpost": { "type": "array", "minItems": 1, "items": post },
        },
    })
}

#[tokio::test]
async fn einnsyn_gets_what_its_schema_asks_for_and_no_name_in_the_plain_fields() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    filed(&app, 1, "nb").await;
    licensed(&app, 2).await;
    days_later(&app, 1).await;
    licensed(&app, 3).await;
    number_journal_once(app.app.clone()).await.expect("numbers");
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (day(&app, -30), day(&app, 30));
    let file = |name: &str| folder.path().join(name);
    let counts = einnsyn(&app.app, (from, to), &file("a")).await.expect("writes");
    assert_eq!(counts, (2, 3), "what is not public yet is left out");
    einnsyn(&app.app, (from, to), &file("b")).await.expect("writes");
    let text = std::fs::read_to_string(file("a")).expect("a file");
    assert_eq!(text, std::fs::read_to_string(file("b")).expect("a file"));
    let schema = jsonschema::validator_for(&einnsyn_schema()).expect("a schema");
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let faults: Vec<String> = schema.iter_errors(&case).map(|one| one.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
        for post in case["journalpost"].as_array().expect("documents") {
            let part = &post["korrespondansepart"][0];
            assert_eq!(part["korrespondansepartNavn"], "*****");
            let whole = part["korrespondansepartNavnSensitiv"].as_str().expect("a name");
            assert!([name(2).as_str(), "*****"].contains(&whole));
            assert_eq!(whole == "*****", post["skjerming"].is_object());
        }
    }
    assert!(text.contains(&name(2)) && !text.contains(&name(1)) && !text.contains(&name(3)));
    assert!(einnsyn(&app.app, (to, from), &file("c")).await.is_err());
    app.finish().await;
}

/// An element of XML with its children and text.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn child(&self, name: &str) -> &Element {
        self.children
            .iter()
            .find(|one| one.name == name)
            .unwrap_or_else(|| panic!("no {name}: {self:?}"))
    }

    fn all<'a>(&'a self, name: &str, found: &mut Vec<&'a Element>) {
        if self.name == name {
            found.push(self);
        }
        self.children.iter().for_each(|child| child.all(name, found));
    }

    fn found(&self, name: &str) -> Vec<&Element> {
        let mut found = Vec::new();
        self.all(name, &mut found);
        found
    }
}

fn xml(path: &Path) -> Element {
    use quick_xml::events::Event;
    let text = std::fs::read_to_string(path).expect("a file");
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut stack = vec![Element::default()];
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) => {
                let attributes = start.attributes().map(|one| {
                    let one = one.expect("an attribute");
                    let value = String::from_utf8(one.value.to_vec()).expect("UTF-8");
                    (String::from_utf8(one.key.as_ref().to_vec()).expect("UTF-8"), value)
                });
                let name = String::from_utf8(start.name().as_ref().to_vec()).expect("UTF-8");
                stack.push(Element {
                    name,
                    attributes: attributes.collect(),
                    ..Element::default()
                });
            }
            Event::Text(text) => {
                let text = text.decode().expect("UTF-8").trim().to_owned();
                stack.last_mut().expect("an element").text.push_str(&text);
            }
            Event::End(_) => {
                let done = stack.pop().expect("an element");
                stack.last_mut().expect("an element").children.push(done);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    stack.pop().and_then(|mut root| root.children.pop()).expect("a root")
}

/// The sequences of the schemas as far as the package uses them: `?` may be missing, `*` may come any number of times,
/// `+` at least once.
const SEQUENCES: &[(&str, &str)] = &[
    (
        "arkiv",
        "systemID tittel arkivstatus? dokumentmedium? opprettetDato opprettetAv avsluttetDato avsluttetAv arkivskaper+ arkivdel+",
    ),
    ("arkivskaper", "arkivskaperID arkivskaperNavn"),
    (
        "arkivdel",
        "systemID tittel arkivdelstatus dokumentmedium? opprettetDato opprettetAv avsluttetDato avsluttetAv arkivperiodeStartDato? arkivperiodeSluttDato? klassifikasjonssystem*",
    ),
    ("klassifikasjonssystem", "systemID tittel opprettetDato opprettetAv klasse+"),
    ("klasse", "systemID klasseID tittel opprettetDato opprettetAv mappe*"),
    (
        "mappe",
        "systemID mappeID tittel offentligTittel? dokumentmedium? opprettetDato opprettetAv avsluttetDato avsluttetAv part* registrering* saksaar sakssekvensnummer saksdato administrativEnhet saksansvarlig saksstatus",
    ),
    ("part", "partID? partNavn partRolle"),
    (
        "registrering",
        "systemID opprettetDato opprettetAv arkivertDato arkivertAv skjerming? dokumentbeskrivelse* registreringsID? tittel offentligTittel? dokumentmedium? korrespondansepart* journalaar journalsekvensnummer journalpostnummer journalposttype journalstatus journaldato dokumentetsDato? mottattDato? sendtDato?",
    ),
    ("skjerming", "tilgangsrestriksjon skjermingshjemmel skjermingMetadata+ skjermingDokument?"),
    ("korrespondansepart", "korrespondanseparttype korrespondansepartNavn"),
    (
        "dokumentbeskrivelse",
        "systemID dokumenttype dokumentstatus tittel opprettetDato opprettetAv dokumentmedium? tilknyttetRegistreringSom dokumentnummer tilknyttetDato tilknyttetAv dokumentobjekt*",
    ),
    (
        "dokumentobjekt",
        "systemID versjonsnummer variantformat format formatDetaljer? opprettetDato opprettetAv referanseDokumentfil sjekksum sjekksumAlgoritme filstoerrelse",
    ),
    ("loependeJournal", "journalhode journalregistrering+"),
    ("offentligJournal", "journalhode journalregistrering+"),
    ("journalhode", "journalStartDato journalSluttDato antallJournalposter arkivskaper+"),
    ("journalregistrering", "klasse? saksmappe journalpost"),
    ("endringslogg", "endring+"),
    ("endring", "referanseArkivenhet referanseMetadata endretDato endretAv tidligereVerdi nyVerdi"),
];

fn follows_schema(element: &Element) {
    let short =
        element.name == "klasse" && element.children.iter().all(|one| one.name != "systemID");
    if let Some((_, sequence)) = SEQUENCES.iter().find(|(name, _)| *name == element.name && !short)
    {
        let mut at = 0;
        for item in sequence.split(' ') {
            let name = item.trim_end_matches(['?', '*', '+']);
            let count = element.children[at..].iter().take_while(|one| one.name == name).count();
            let allowed = match item.chars().last() {
                Some('?') => count <= 1,
                Some('*') => true,
                Some('+') => count >= 1,
                _ => count == 1,
            };
            assert!(allowed, "{}: {count} of {item}", element.name);
            at += count;
        }
        assert_eq!(
            at,
            element.children.len(),
            "{}: {:?} is out of place",
            element.name,
            element.children.get(at)
        );
    }
    if element.children.is_empty() {
        assert!(!element.text.is_empty(), "{} is empty", element.name);
    }
    let is_id = ["systemID", "referanseArkivenhet"].contains(&element.name.as_str());
    assert!(!is_id || uuid::Uuid::try_parse(&element.text).is_ok(), "{}", element.text);
    if element.name.ends_with("Dato")
        || ["journaldato", "saksdato"].contains(&element.name.as_str())
    {
        let is_day = element.text.parse::<chrono::NaiveDate>().is_ok();
        assert!(
            is_day || chrono::DateTime::parse_from_rfc3339(&element.text).is_ok(),
            "{element:?}"
        );
    }
    element.children.iter().for_each(follows_schema);
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for below in ["", "dokumenter"] {
        for entry in std::fs::read_dir(folder.join(below)).expect("a folder").flatten() {
            if entry.path().is_file() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let bytes = std::fs::read(entry.path()).expect("a file");
                found.insert(format!("{below}/{name}").trim_start_matches('/').to_owned(), bytes);
            }
        }
    }
    found
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn the_archive_package_is_complete_and_the_same_each_time() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    whole_case(&app, 1).await;
    licensed(&app, 2).await;
    filed(&app, 3, "nb").await; // stays open
    let supplier = business::supplier(1, &["supplier"]);
    let permit = format!("/v1/permits/{}", business::granted(&app, "supplier", 1, &supplier).await);
    a_moment_later(&app);
    act(&app, &permit, "revocation", &caseworker(), &json!({ "grounds": "Feil & <mangler>." }))
        .await
        .expect(200);
    let year = day(&app, 0).year();
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let early = write_package(&app.app, year, None, &at("early")).await;
    assert!(early.is_err() && !at("early").exists(), "documents have no numbers yet: {early:?}");
    number_journal_once(app.app.clone()).await.expect("numbers");
    assert!(
        write_package(&app.app, year, None, &at("early")).await.is_err(),
        "letters have no file"
    );
    draw_letters_once(app.app.clone()).await.expect("draws");
    let entry = journal(&app).await[0]["id"].as_str().expect("an id").to_owned();
    let body = json!({ "accessCode": "26-5", "reason": "Fødselsnummer står i den." });
    set_code(&app, &entry, &caseworker(), &body).await.expect(200);

    let schemas = tempfile::tempdir().expect("a folder");
    std::fs::write(schemas.path().join("arkivstruktur.xsd"), "<schema/>").expect("written");
    let written =
        write_package(&app.app, year, Some(schemas.path()), &at("one")).await.expect("writes");
    assert_eq!((written.cases, written.open), (4, 1), "{written:?}");
    app.clock.advance(TimeDelta::days(40));
    write_package(&app.app, year, Some(schemas.path()), &at("two")).await.expect("writes");
    let package = files(&at("one"));
    assert_eq!(package, files(&at("two")), "the same cases give the same bytes");
    assert!(
        write_package(&app.app, year, None, &at("one")).await.is_err(),
        "nothing is overwritten"
    );
    assert!(write_package(&app.app, year - 5, None, &at("none")).await.is_err());
    assert!(!at("none").exists());

    let structure = xml(&at("one").join("arkivstruktur.xml"));
    let running = xml(&at("one").join("loependeJournal.xml"));
    let public = xml(&at("one").join("offentligJournal.xml"));
    let changes = xml(&at("one").join("endringslogg.xml"));
    for root in [&structure, &running, &public, &changes] {
        follows_schema(root);
    }
    let entries = structure.found("registrering");
    assert_eq!(entries.len() as u64, written.entries);
    assert!(entries.iter().all(|one| one.attributes["xsi:type"] == "journalpost"));
    assert_eq!(structure.found("mappe").len() as u64, written.cases);
    assert_eq!(running.found("journalregistrering").len(), entries.len());
    let told = &running.child("journalhode").child("antallJournalposter").text;
    assert_eq!(*told, entries.len().to_string());
    let outside = entries
        .iter()
        .filter(|one| !one.child("journalposttype").text.starts_with("Organinternt"))
        .count();
    assert_eq!(public.found("journalregistrering").len(), outside);
    assert_eq!(changes.found("endring").len() as u64, written.cases + 1);

    // each file that is named is there with its hash, and none besides
    let objects = structure.found("dokumentobjekt");
    assert_eq!(objects.len() as u64, written.files);
    let mut named = std::collections::BTreeSet::new();
    for object in &objects {
        let path = &object.child("referanseDokumentfil").text;
        let bytes = package.get(path).unwrap_or_else(|| panic!("{path} is missing"));
        assert_eq!(object.child("sjekksum").text, sha256(bytes), "{path}");
        assert_eq!(object.child("filstoerrelse").text, bytes.len().to_string());
        assert!(named.insert(path.clone()), "{path} is named twice");
    }
    let there = package.keys().filter(|path| path.starts_with("dokumenter/")).count();
    assert_eq!(there, named.len());
    let addml = std::fs::read_to_string(at("one").join("arkivuttrekk.xml")).expect("a file");
    for name in [
        "arkivstruktur.xml",
        "loependeJournal.xml",
        "offentligJournal.xml",
        "endringslogg.xml",
        "arkivstruktur.xsd",
    ] {
        assert!(addml.contains(&sha256(&package[name])), "{name}");
    }
    // what was said is in the files: the application, the note, the reply, the appeal, the letters
    let texts: String = package
        .iter()
        .filter(|(path, _)| path.ends_with(".txt"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    for said in
        ["Havblikk", "Bildet viser CE-merket.", "Her er det.", "Se på bildet.", "CE-merket\n"]
    {
        assert!(texts.contains(said), "{said}");
    }
    assert!(
        package
            .iter()
            .filter(|(path, _)| path.ends_with(".pdf"))
            .all(|(_, bytes)| bytes.starts_with(b"%PDF-"))
    );
    // the public journal of the package hides what the public could not see
    let public = std::fs::read_to_string(at("one").join("offentligJournal.xml")).expect("a file");
    assert!(!public.contains(&name(1)) && public.contains(&name(2)));
    app.finish().await;
}

/// A supervision case that has been opened; its address.
async fn against_a_firm(app: &TestApp) -> String {
    let contact = json!({
        "name": "Eksempel Fjordradio AS", "address": { "lines": ["Fjordgata 7"], "postalCode": "4790" },
        "phone": "68050030", "email": "post@example.no", "language": "nb",
    });
    let new = json!({
        "matter": "Utstyr uten merking.", "severity": "business",
        "respondent": { "organisation": { "organisationNumber": business::number(1), "contact": contact } },
    });
    let firm = app.post("/v1/supervision-cases", &caseworker(), &new).await.expect(201);
    firm.header("location").to_owned()
}

/// The schema of the public journal asks for at least one document.
#[tokio::test]
async fn a_year_of_internal_documents_alone_is_archived_without_a_public_journal() {
    let app = TestApp::start().await;
    let case = against_a_firm(&app).await;
    let ended = json!({ "outcome": "discontinued", "text": "Vi går ikke videre." });
    supervision::step(&app, &case, "closure", &ended).await;
    number_journal_once(app.app.clone()).await.expect("numbers");
    let folder = tempfile::tempdir().expect("a folder");
    let package = folder.path().join("one");
    let year = day(&app, 0).year();
    let written = write_package(&app.app, year, None, &package).await.expect("writes");
    assert_eq!((written.cases, written.public), (1, 0), "{written:?}");
    for name in ["arkivstruktur", "loependeJournal", "endringslogg"] {
        follows_schema(&xml(&package.join(format!("{name}.xml"))));
    }
    assert!(!package.join("offentligJournal.xml").exists());
    let addml = std::fs::read_to_string(package.join("arkivuttrekk.xml")).expect("a file");
    assert!(addml.contains("loependeJournal.xml") && !addml.contains("offentligJournal"));
    app.finish().await;
}

#[tokio::test]
async fn supervision_is_in_the_public_journal_and_in_both_exports_without_naming_a_person() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let case = supervision::supervised(&app).await;
    supervision::step(&app, &case, "notices", &supervision::notice(&app)).await;
    let said = json!({ "fromRespondent": true, "text": "Jeg visste ikke om det." });
    supervision::step(&app, &case, "remarks", &said).await;
    supervision::step(&app, &case, "orders", &supervision::order(&app)).await;
    let ended = json!({ "outcome": "discontinued", "text": "Vi går ikke videre." });
    supervision::step(&app, &case, "closure", &ended).await;
    let firm = against_a_firm(&app).await;
    supervision::step(&app, &firm, "notices", &supervision::notice(&app)).await;
    days_later(&app, 1).await;

    let seen = app.get_public("/v1/public-journal?kind=supervision").await.expect(200);
    assert!(!seen.text().contains(&name(1)));
    let rows = seen.json()["items"].as_array().expect("documents").clone();
    let row = |title: &str, kind: &str| {
        rows.iter().find(|row| {
            row["title"].as_str().is_some_and(|own| own.starts_with(title))
                && row["correspondent"]["kind"] == kind
        })
    };
    let order = row("Pålegg", "withheld").expect("the order");
    assert_eq!((&order["kind"], &order["access"]["code"]), (&json!("supervision"), &json!("13-1")));
    assert!(row("Uttalelse fra den saken gjelder", "withheld").is_some());
    let open = row("Forhåndsvarsel", "organisation").expect("the notice to the firm");
    assert!(open.get("access").is_none(), "{open}");
    assert_eq!(open["correspondent"]["organisationNumber"], business::number(1));
    let query = format!("/v1/public-journal?organisation={}", business::number(1));
    assert_eq!(app.get_public(&query).await.expect(200).json()["total"], 1);
    let query =
        format!("/v1/public-journal?case={}", order["caseNumber"].as_str().expect("a number"));
    assert_eq!(app.get_public(&query).await.expect(200).json()["total"], 4);
    app.get_public("/nb/public-journal?kind=supervision").await.expect(200);

    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    einnsyn(&app.app, (day(&app, -30), day(&app, 30)), &at("a")).await.expect("writes");
    let text = std::fs::read_to_string(at("a")).expect("a file");
    let schema = jsonschema::validator_for(&einnsyn_schema()).expect("a schema");
    let mut supervised = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let faults: Vec<String> = schema.iter_errors(&case).map(|one| one.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
        supervised += usize::from(case["offentligTittel"] == "Tilsyn");
    }
    assert_eq!(supervised, 2);
    assert!(text.contains("Pålegg – Tilsyn") && !text.contains(&name(1)));

    // a document of it can be asked for and is answered by those who supervise
    let number = order["documentNumber"].as_str().expect("a number");
    let asked = json!({ "documents": [number] });
    app.send("POST", "/v1/document-access-requests", None, &[], Some(&asked)).await.expect(201);
    let waiting = app.get("/v1/document-access-requests", &caseworker()).await.expect(200).json();
    let path = format!(
        "/v1/document-access-requests/{}",
        waiting["items"][0]["id"].as_str().expect("an id")
    );
    let seen = app.get(&path, &caseworker()).await.expect(200);
    let refused =
        json!({ "outcome": "refused", "accessCode": "13-1", "grounds": "Personlige forhold." });
    let decision = format!("{path}/decision");
    app.post_on(&decision, &caseworker(), &seen.etag(), &refused).await.expect(200);

    number_journal_once(app.app.clone()).await.expect("numbers");
    draw_letters_once(app.app.clone()).await.expect("draws");
    let year = day(&app, 0).year();
    let written = write_package(&app.app, year, None, &at("one")).await.expect("writes");
    assert_eq!(
        (written.cases, written.open),
        (2, 1),
        "the permit and the closed case: {written:?}"
    );
    write_package(&app.app, year, None, &at("two")).await.expect("writes");
    assert_eq!(files(&at("one")), files(&at("two")));
    let structure = xml(&at("one").join("arkivstruktur.xml"));
    let public = xml(&at("one").join("offentligJournal.xml"));
    for root in [&structure, &public] {
        follows_schema(root);
    }
    let class = structure.found("klasse");
    let class = class.iter().find(|one| one.child("klasseID").text == "supervision");
    let posts = class.expect("a class").found("registrering");
    assert_eq!(posts.len(), 7, "opened, notice, remark, order, closed, asked and answered");
    let package = files(&at("one"));
    let has =
        |text: &str| package.values().any(|bytes| String::from_utf8_lossy(bytes).contains(text));
    assert!(has("Jeg visste ikke om det.") && has("Personlige forhold."));
    let public = std::fs::read_to_string(at("one").join("offentligJournal.xml")).expect("a file");
    assert!(!public.contains(&name(1)) && public.contains("Tilsyn"));
    app.finish().await;
}

#[tokio::test]
async fn invoices_are_archived_when_their_year_is_over_and_all_is_paid() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    fees::advance_to(&app, 3, 1);
    fees::plb(&app, 1, 101).await;
    fees::plb(&app, 2, 201).await;
    invoices::issue(&app).await;
    let year = day(&app, 0).year();
    number_journal_once(app.app.clone()).await.expect("numbers");
    draw_letters_once(app.app.clone()).await.expect("draws");
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let written = write_package(&app.app, year, None, &at("early")).await.expect("writes");
    assert_eq!((written.cases, written.open), (2, 2), "two permits; the fees of the year go on");
    let (invoice, _) = invoices::only(&app, &Who::person(1)).await;
    let kid = invoice["kid"].as_str().expect("a KID");
    let paid = invoices::csv(&app, &[("A-1", "530.00", kid)]);
    invoices::import(&app, &invoices::staff(), &paid).await.expect(201);
    fees::advance_to(&app, 1, 2);
    let written = write_package(&app.app, year, None, &at("late")).await.expect("writes");
    assert_eq!((written.cases, written.open), (3, 1), "one is not paid: {written:?}");
    let structure = xml(&at("late").join("arkivstruktur.xml"));
    follows_schema(&structure);
    let class = structure.found("klasse");
    let class = class.iter().find(|one| one.child("klasseID").text == "fees").expect("a class");
    let posts = class.found("registrering");
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].child("tittel").text, "Faktura – Gebyr og avgift");
    assert!(posts[0].found("dokumentobjekt").len() == 1, "the letter");
    app.finish().await;
}
