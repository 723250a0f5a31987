//! Installers, suppliers, approvals for priority, and the public lists of permits.

use anrop::{
    commands::synthetic::Synthetic,
    identity::{Role, token::Ticket},
    register::{PublicPermit, follow, index::Index},
};
use serde_json::{Value, json};

use super::shared::{at_once, faults, reasons};
use crate::support::{TestApp, Who};

/// The `n`th made-up organisation, by a representative.
pub fn organisation(n: u64) -> Who {
    Who(Ticket {
        subject: format!("representative-{n}"),
        roles: vec![Role::Representative],
        organisation: Some(number(n)),
        ..Who::person(n).0
    })
}

pub fn number(n: u64) -> String {
    Synthetic::new(7).organisation(n).number.to_string()
}

fn applicant(n: u64) -> Value {
    let organisation = Synthetic::new(7).organisation(n);
    json!({
        "name": organisation.name.as_str(),
        "address": {
            "lines": organisation.address.lines(),
            "postalCode": organisation.address.postal_code(),
        },
        "phone": organisation.phone.dial(),
        "email": organisation.email.as_str(),
    })
}

fn contact_person(n: u64) -> Value {
    let person = Synthetic::new(7).person(40 + n);
    json!({
        "name": person.name.as_str(), "phone": person.phone.dial(), "email": person.email.as_str(),
    })
}

pub fn supplier(n: u64, roles: &[&str]) -> Value {
    json!({
        "applicant": applicant(n), "contactPerson": contact_person(n), "roles": roles,
        "categories": ["radioEquipment"],
    })
}

pub fn priority(n: u64, business_type: &str, subscriptions: u32) -> Value {
    json!({
        "applicant": applicant(n), "contactPerson": contact_person(n),
        "businessType": business_type, "subscriptions": subscriptions, "declared": true,
    })
}

pub fn installer(n: u64, persons: &[Value]) -> Value {
    json!({ "applicant": applicant(n), "qualifiedPersons": persons })
}

fn by_reference(reference: &str) -> Value {
    json!({ "reference": reference, "fullTime": true })
}

pub fn particulars(n: u64) -> Value {
    let person = Synthetic::new(7).person(n);
    json!({
        "name": person.name.as_str(), "birthDate": person.birth_date,
        "qualification": "vocationalCollege", "education": "Fagskole elektro, ekom",
        "practiceMonths": 24, "workHistory": "Fibermontør i to år",
    })
}

/// Assesses the `n`th person; answers the reference.
async fn assessed(app: &TestApp, n: u64) -> String {
    let body = json!({
        "particulars": particulars(n), "nationalId": Who::person(n).national_id(),
        "outcome": "assessed", "grounds": "Vitnemål og attester er vist.",
    });
    let made = app
        .post("/v1/qualified-persons", &Who::caseworker("saksbehandler-1"), &body)
        .await
        .expect(201)
        .json();
    made["reference"].as_str().expect("a reference").to_owned()
}

/// Files an application that is granted at once; answers the permit's id.
pub async fn granted(app: &TestApp, kind: &str, n: u64, application: &Value) -> String {
    let path = format!("/v1/{kind}/applications");
    let made = app.post(&path, &organisation(n), application).await.expect(201).json();
    made["permitId"].as_str().unwrap_or_else(|| panic!("granted at once: {made}")).to_owned()
}

/// An organisation that stands in both public lists; answers its number.
pub async fn in_both_lists(app: &TestApp) -> String {
    let reference = assessed(app, 1).await;
    granted(app, "installer", 1, &installer(1, &[by_reference(&reference)])).await;
    granted(app, "supplier", 1, &supplier(1, &["supplier", "radioDealer"])).await;
    number(1)
}

/// Files an application that waits for a caseworker; answers the case as the caseworker sees it.
pub async fn waiting(app: &TestApp, kind: &str, n: u64, application: &Value) -> (String, Value) {
    let path = format!("/v1/{kind}/applications");
    let made = app.post(&path, &organisation(n), application).await.expect(201);
    assert!(made.json().get("permitId").is_none());
    let case = made.header("location").to_owned();
    let seen = app.get(&case, &Who::caseworker("saksbehandler-1")).await.expect(200).json();
    (case, seen)
}

async fn decide(app: &TestApp, case: &str, status: u16) -> Value {
    let caseworker = Who::caseworker("saksbehandler-1");
    let seen = app.get(case, &caseworker).await.expect(200);
    let path = format!("{case}/decision");
    let body = json!({ "outcome": "granted" });
    app.post_on(&path, &caseworker, &seen.etag(), &body).await.expect(status).json()
}

pub async fn step(app: &TestApp, permit: &str, verb: &str, who: &Who, body: &Value) -> u16 {
    let path = format!("/v1/permits/{permit}");
    let seen = app.get(&path, who).await.expect(200);
    app.post_on(&format!("{path}/{verb}"), who, &seen.etag(), &at_once(verb, body)).await.status
}

async fn listed(app: &TestApp, path: &str) -> Vec<String> {
    let page = app.get_public(path).await.expect(200).json();
    let items = page["items"].as_array().expect("items");
    assert_eq!(page["total"].as_u64(), Some(items.len() as u64), "{page}");
    items
        .iter()
        .map(|item| item["organisation"]["number"].as_str().expect("a number").to_owned())
        .collect()
}

#[tokio::test]
async fn a_business_that_names_an_assessed_person_is_authorised_at_once() {
    let app = TestApp::start().await;
    let reference = assessed(&app, 1).await;
    let permit = granted(&app, "installer", 1, &installer(1, &[by_reference(&reference)])).await;
    // the same person for another business, typed as people type
    let typed = reference.to_lowercase().replace('-', " ");
    granted(&app, "installer", 2, &installer(2, &[by_reference(&typed)])).await;
    let seen = app.get(&format!("/v1/permits/{permit}"), &organisation(1)).await.expect(200).json();
    assert_eq!(seen["record"]["installer"]["types"], json!(["ENA"]));
    assert_eq!(seen["record"]["qualifiedPerson"], json!([{ "reference": reference }]));
    let page = app
        .get(&format!("/v1/permits/{permit}/certificate?language=nn"), &organisation(1))
        .await
        .expect(200);
    assert!(page.bytes.starts_with(b"%PDF"));
    // a second authorisation of the same business waits, and cannot be granted
    let (case, seen) =
        waiting(&app, "installer", 1, &installer(1, &[by_reference(&reference)])).await;
    assert!(seen.to_string().contains("already-authorised"), "{seen}");
    assert_eq!(decide(&app, &case, 422).await["type"], "/problems/conditions-not-met");
    app.finish().await;
}

#[tokio::test]
async fn a_person_named_by_particulars_is_assessed_before_the_business_is_authorised() {
    let app = TestApp::start().await;
    let named = json!({ "particulars": particulars(3), "fullTime": true });
    let (case, seen) = waiting(&app, "installer", 3, &installer(3, &[named])).await;
    assert!(seen.to_string().contains("person-not-assessed"), "{seen}");
    decide(&app, &case, 422).await;
    let reference = assessed(&app, 3).await;
    let decided = decide(&app, &case, 200).await;
    let permit = decided["permitId"].as_str().expect("a permit");
    let kept: String = {
        let details = app
            .get(&format!("/v1/permits/{permit}/history"), &Who::caseworker("saksbehandler-1"))
            .await
            .expect(200);
        details.text()
    };
    let person = Synthetic::new(7).person(3);
    assert!(kept.contains(&reference), "{kept}");
    assert!(!kept.contains(person.name.as_str()), "a permit names persons by reference only");
    let clear = "SELECT count(*) AS n FROM permit WHERE CAST(details AS text) LIKE '%birthDate%'";
    assert_eq!(app.count(clear).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn competence_is_assessed_once_and_looked_up_by_any_key() {
    let app = TestApp::start().await;
    let caseworker = Who::caseworker("saksbehandler-1");
    let mut short = particulars(5);
    short["practiceMonths"] = json!(11);
    let assess = |particulars: Value, outcome: &'static str| json!({ "particulars": particulars, "outcome": outcome, "grounds": "Etter vitnemål." });
    let path = "/v1/qualified-persons";
    app.post(path, &caseworker, &assess(short.clone(), "assessed"))
        .await
        .expect_problem(422, "conditions-not-met");
    let refused = app.post(path, &caseworker, &assess(short, "refused")).await.expect(201).json();
    let reference = refused["reference"].as_str().expect("a reference").to_owned();
    // a refused person does not open an authorisation
    let (_, seen) = waiting(&app, "installer", 5, &installer(5, &[by_reference(&reference)])).await;
    assert!(seen.to_string().contains("person-refused"), "{seen}");
    let unknown = by_reference("00000-00000");
    let (case, seen) = waiting(&app, "installer", 6, &installer(6, &[unknown])).await;
    assert!(seen.to_string().contains("person-unknown"), "{seen}");
    decide(&app, &case, 422).await;
    // with new documents the person is assessed and keeps the reference; then it is done
    let mut form = assess(particulars(5), "assessed");
    let made = app.post(path, &caseworker, &form).await.expect(201).json();
    assert_eq!(made["reference"], json!(reference));
    assert_eq!(made["assessment"]["outcome"], "assessed");
    app.post(path, &caseworker, &form).await.expect_problem(409, "illegal-transition");
    // another person of the same name and birth date is told apart by the national id
    form["isAnother"] = json!(true);
    app.post(path, &caseworker, &form).await.expect_problem(422, "invalid-content");
    form["nationalId"] = json!(Who::person(8).national_id());
    let other = app.post(path, &caseworker, &form).await.expect(201).json();
    assert_ne!(other["reference"], json!(reference));
    let search = async |body: Value| {
        app.post("/v1/qualified-person-searches", &caseworker, &body).await.expect(200).json()
    };
    let person = Synthetic::new(7).person(5);
    let before = app.count("SELECT count(*) AS n FROM disclosure").await;
    assert_eq!(search(json!({ "reference": reference })).await["total"], 1);
    assert_eq!(search(json!({ "nationalId": Who::person(8).national_id() })).await["total"], 1);
    let both = search(json!({
        "name": person.name.as_str().to_uppercase(), "birthDate": person.birth_date,
    }))
    .await;
    assert_eq!(both["total"], 2);
    assert_eq!(both["items"][0]["workHistory"]["months"], 24);
    assert_eq!(app.count("SELECT count(*) AS n FROM disclosure").await, before + 4);
    app.post("/v1/qualified-person-searches", &caseworker, &json!({ "name": "Nils" }))
        .await
        .expect_problem(422, "invalid-content");
    // two persons fit the particulars: the business must give the reference
    let named = json!({ "particulars": particulars(5), "fullTime": true });
    let (case, _) = waiting(&app, "installer", 7, &installer(7, &[named])).await;
    decide(&app, &case, 422).await;
    app.finish().await;
}

#[tokio::test]
async fn a_person_whose_national_id_becomes_known_later_stays_one_person() {
    let app = TestApp::start().await;
    let caseworker = Who::caseworker("saksbehandler-1");
    let path = "/v1/qualified-persons";
    let mut form = json!({
        "particulars": particulars(5), "outcome": "assessed", "grounds": "Etter vitnemål.",
    });
    let first = app.post(path, &caseworker, &form).await.expect(201).json();
    let reference = first["reference"].as_str().expect("a reference");
    form["nationalId"] = json!(Who::person(5).national_id());
    let refused = {
        let mut form = form.clone();
        form["outcome"] = json!("refused");
        form
    };
    app.post(path, &caseworker, &refused).await.expect_problem(409, "illegal-transition");
    let second = app.post(path, &caseworker, &form).await.expect(201).json();
    assert_eq!(second["reference"], reference);
    // now it is known, and the assessment is done once, by either key
    app.post(path, &caseworker, &form).await.expect_problem(409, "illegal-transition");
    form.as_object_mut().expect("an object").remove("nationalId");
    app.post(path, &caseworker, &form).await.expect_problem(409, "illegal-transition");
    assert_eq!(app.count("SELECT count(*) AS n FROM qualified_person").await, 1);
    let found = app
        .post(
            "/v1/qualified-person-searches",
            &caseworker,
            &json!({ "nationalId": Who::person(5).national_id() }),
        )
        .await
        .expect(200)
        .json();
    assert_eq!((&found["total"], &found["items"][0]["reference"]), (&json!(1), &json!(reference)));
    // a namesake born the same day is somebody else when the caseworker says so
    form["nationalId"] = json!(Who::person(6).national_id());
    form["isAnother"] = json!(true);
    let other = app.post(path, &caseworker, &form).await.expect(201).json();
    assert_ne!(other["reference"], reference);
    app.finish().await;
}

#[tokio::test]
async fn every_error_of_an_application_is_told_at_once() {
    let app = TestApp::start().await;
    let codes = async |kind: &str, application: Value| {
        let problem = app
            .post(&format!("/v1/{kind}/applications"), &organisation(1), &application)
            .await
            .expect_problem(422, "invalid-content");
        let errors = problem["errors"].as_array().expect("errors").clone();
        let text = |error: &Value, member: &str| error[member].as_str().unwrap().to_owned();
        errors
            .iter()
            .map(|error| format!("{} {}", text(error, "pointer"), text(error, "code")))
            .collect::<Vec<_>>()
    };
    let mut broken = installer(1, &[by_reference("x"), json!({ "fullTime": true })]);
    broken["applicant"]["email"] = json!("x");
    let expected = [
        "/applicant/email form",
        "/qualifiedPersons/0/reference form",
        "/qualifiedPersons/1 reference-or-particulars",
    ];
    assert_eq!(codes("installer", broken).await, expected);
    let mut broken = supplier(1, &[]);
    broken["categories"] = json!(["hemmelig"]);
    assert_eq!(codes("supplier", broken).await, ["/categories/0 not-in-list", "/roles length"]);
    let mut broken = priority(1, "hemmelig", 0);
    broken["declared"] = json!(false);
    let expected = ["/businessType not-in-list", "/declared required", "/subscriptions range"];
    assert_eq!(codes("priority", broken).await, expected);
    // none of the three is given to a person
    for (kind, application) in [
        ("installer", installer(1, &[by_reference("4F7QX-29KDM")])),
        ("supplier", supplier(1, &["supplier"])),
        ("priority", priority(1, "health", 1)),
    ] {
        let mut application = application;
        application["applicant"]["name"] = json!("Kari Eksempel");
        let path = format!("/v1/{kind}/applications");
        app.post(&path, &Who::person(1), &application)
            .await
            .expect_problem(422, "conditions-not-met");
    }
    app.finish().await;
}

/// A type granted before the registry comes in on paper: the caseworker names it with its day, and the business can
/// neither name one nor lose it by correcting its application.
#[tokio::test]
async fn types_held_before_are_registered_by_the_authority_and_kept_by_the_same_persons() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let caseworker = Who::caseworker("saksbehandler-1");
    let reference = assessed(&app, 1).await;
    let plain = installer(1, &[by_reference(&reference)]);
    let holding = |types: Value| {
        let mut application = plain.clone();
        application["typesHeld"] = types;
        application
    };
    let tia = json!({ "code": "TIA", "grantedOn": "2004-05-06" });
    let legacy = holding(json!([tia]));
    let problem = app.post("/v1/installer/applications", &organisation(1), &legacy).await;
    let problem = problem.expect_problem(422, "invalid-content");
    assert_eq!(faults(&problem), [("/typesHeld", "authority-only")]);

    let path = "/v1/on-behalf-applications";
    let on_paper = |application: &Value| {
        json!({
            "kind": "installer", "channel": "paper", "organisationNumber": number(1),
            "application": application,
        })
    };
    for (code, granted_on, member, fault) in [
        ("TIA", "2012-01-01", "grantedOn", "not-granted-then"),
        ("ENA", "2013-05-06", "code", "still-given"),
        ("XIA", "2004-05-06", "code", "not-in-list"),
    ] {
        let wrong = holding(json!([{ "code": code, "grantedOn": granted_on }]));
        let problem = app.post(path, &caseworker, &on_paper(&wrong)).await;
        let problem = problem.expect_problem(422, "invalid-content");
        let pointer = format!("/application/typesHeld/0/{member}");
        assert_eq!(faults(&problem), [(pointer.as_str(), fault)]);
    }
    let made = app.post(path, &caseworker, &on_paper(&legacy)).await.expect(201);
    let case = made.header("location").to_owned();
    assert_eq!(reasons(&app, &case).await, ["types-held"]);

    let seen = app.get(&case, &caseworker).await.expect(200);
    let question = json!({ "text": "Stemmer adressen?", "dueOn": app.day_in(14) });
    let asked = format!("{case}/information-request");
    app.post_on(&asked, &caseworker, &seen.etag(), &question).await.expect(200);
    let reply = async |application: &Value| {
        let seen = app.get(&case, &organisation(1)).await.expect(200);
        let body = json!({ "text": "Ja.", "application": application });
        app.post_on(&format!("{case}/replies"), &organisation(1), &seen.etag(), &body).await
    };
    let earlier = holding(json!([{ "code": "TIA", "grantedOn": "1999-05-06" }]));
    let problem = reply(&earlier).await.expect_problem(422, "invalid-content");
    assert_eq!(faults(&problem), [("/application/typesHeld", "authority-only")]);
    reply(&plain).await.expect(200);

    let decided = decide(&app, &case, 200).await;
    let permit = decided["permitId"].as_str().expect("a permit").to_owned();
    let types = async || {
        let seen = app.get(&format!("/v1/permits/{permit}"), &organisation(1)).await.expect(200);
        seen.json()["record"]["installer"]["types"].clone()
    };
    assert_eq!(types().await, json!(["TIA"]));
    let listed = app.get_public(&format!("/v1/installers/{}", number(1))).await.expect(200).json();
    assert_eq!(listed["installer"]["types"], json!(["TIA"]));
    let certificate = format!("/v1/permits/{permit}/certificate?language=nb");
    let page = [("accept", "text/html")];
    let page = app.send("GET", &certificate, Some(&organisation(1)), &page, None).await;
    assert!(page.expect(200).text().contains("Teleinstallatørautorisasjon, gitt 6. mai 2004"));

    // the business amends: the same persons keep the type, which it cannot name itself
    let amend = async |application: &Value| {
        let path = format!("/v1/permits/{permit}/amendment-applications");
        app.post(&path, &organisation(1), &json!({ "application": application })).await
    };
    let problem = amend(&legacy).await.expect_problem(422, "invalid-content");
    assert_eq!(faults(&problem), [("/application/typesHeld", "authority-only")]);
    let mut other = plain.clone();
    other["contactPerson"] = contact_person(1);
    assert_eq!(amend(&other).await.expect(201).json()["status"], "granted");
    assert_eq!(types().await, json!(["TIA"]));
    // the authority finds that there was another
    let both = holding(json!([tia, { "code": "RIA", "grantedOn": "1999-05-06" }]));
    let body = json!({ "grounds": "Også radio er dokumentert.", "application": both });
    assert_eq!(step(&app, &permit, "amendment", &caseworker, &body).await, 200);
    assert_eq!(types().await, json!(["TIA", "RIA"]));
    // another person makes it one of today's
    let changed = installer(1, &[by_reference(&assessed(&app, 2).await)]);
    assert_eq!(amend(&changed).await.expect(201).json()["status"], "granted");
    assert_eq!(types().await, json!(["ENA"]));
    app.finish().await;
}

#[tokio::test]
async fn the_public_lists_name_businesses_and_no_persons() {
    let app = TestApp::start().await;
    let reference = assessed(&app, 1).await;
    granted(&app, "installer", 1, &installer(1, &[by_reference(&reference)])).await;
    granted(&app, "supplier", 2, &supplier(2, &["supplier", "radioDealer"])).await;
    let one = app.get_public(&format!("/v1/installers/{}", number(1))).await.expect(200).json();
    let members = |value: &Value| -> Vec<String> {
        let mut names: Vec<String> =
            value.as_object().expect("an object").keys().cloned().collect();
        names.sort_unstable();
        names
    };
    assert_eq!(members(&one), ["installer", "organisation", "permit"]);
    assert_eq!(members(&one["organisation"]), ["name", "number", "postTown"]);
    assert_eq!(one["installer"]["types"], json!(["ENA"]));
    let one = app.get_public(&format!("/v1/suppliers/{}", number(2))).await.expect(200).json();
    assert_eq!(members(&one), ["organisation", "permit", "supplier"]);
    assert_eq!(one["supplier"]["roles"], json!(["supplier", "radioDealer"]));
    app.seal().await;
    let (person, contact) = (Synthetic::new(7).person(1), Synthetic::new(7).person(42));
    let stored = "SELECT count(*) AS n FROM public_row WHERE CAST(body AS text) LIKE '%Person\"%'";
    assert_eq!(app.count(stored).await, 0);
    for path in ["/v1/installers", "/v1/suppliers", "/v1/changes", "/v1/frequency-permits"] {
        let text = app.get_public(path).await.expect(200).text();
        for secret in [
            person.name.as_str(),
            &person.birth_date.to_string(),
            &reference,
            contact.name.as_str(),
            contact.email.as_str(),
            &contact.phone.dial(),
        ] {
            assert!(!text.contains(secret), "{path} shows {secret}");
        }
    }
    app.get_public("/v1/installers/312345678").await.expect_problem(400, "malformed-key");
    app.get_public(&format!("/v1/installers/{}", number(2))).await.expect_problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn a_list_is_searched_and_pages_without_repeating_or_skipping() {
    let app = TestApp::start().await;
    let mut numbers = Vec::new();
    for n in 1..8 {
        granted(&app, "supplier", n, &supplier(n, &["radioDealer"])).await;
        numbers.push(number(n));
    }
    numbers.sort_unstable();
    assert_eq!(listed(&app, "/v1/suppliers").await, numbers);
    let (mut seen, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let after = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let page =
            app.get_public(&format!("/v1/suppliers?limit=3{after}")).await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|i| i["organisation"]["number"].as_str().unwrap().to_owned()));
        let total = page["total"].as_u64();
        if seen.len() == 3 {
            // a row before the position goes and one after it comes while somebody pages
            assert_eq!(total, Some(7));
            let first = (1..8).find(|n| number(*n) == numbers[0]).unwrap();
            let permits = app.get("/v1/permits", &organisation(first)).await.expect(200).json();
            let permit = permits["items"][0]["id"].as_str().unwrap().to_owned();
            let body = json!({ "reason": "noLongerUsed" });
            assert_eq!(step(&app, &permit, "surrender", &organisation(first), &body).await, 200);
        } else {
            assert_eq!(total, Some(6));
        }
        match page["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(seen, numbers);
    // by name, by number, by place
    let last = (1..8).find(|n| number(*n) == numbers[6]).unwrap();
    let organisation = Synthetic::new(7).organisation(last);
    let word = organisation.name.as_str().split(' ').next().unwrap().to_lowercase();
    let query = |key: &str, value: &str| {
        let url = reqwest::Url::parse_with_params("http://x/v1/suppliers", [(key, value)]).unwrap();
        format!("{}?{}", url.path(), url.query().unwrap())
    };
    assert!(listed(&app, &query("q", &word)).await.contains(&numbers[6]));
    assert_eq!(listed(&app, &query("q", &numbers[6])).await, [numbers[6].clone()]);
    let town = organisation.address.post_town().to_lowercase();
    assert!(listed(&app, &query("place", &town)).await.contains(&numbers[6]));
    assert!(listed(&app, "/v1/suppliers?place=Ingensteds").await.is_empty());
    app.get_public("/v1/suppliers?holder=x").await.expect_problem(400, "invalid-parameter");
    app.get_public("/v1/installers?cursor=AAAA").await.expect_problem(400, "invalid-cursor");
    for query in ["from=x", "to=-1", "from=5&to=5", "from=%2B5"] {
        app.get_public(&format!("/v1/frequency-permits?{query}"))
            .await
            .expect_problem(400, "invalid-parameter");
    }
    app.finish().await;
}

#[tokio::test]
async fn what_ends_leaves_the_list_at_once_and_the_feed_tells_it() {
    let app = TestApp::start().await;
    let caseworker = Who::caseworker("saksbehandler-1");
    let reference = assessed(&app, 1).await;
    let application = installer(1, &[by_reference(&reference)]);
    let permit = granted(&app, "installer", 1, &application).await;
    let path = format!("/v1/installers/{}", number(1));
    let grounds = json!({ "grounds": "Virksomheten mangler kvalifisert person." });
    assert_eq!(step(&app, &permit, "suspension", &caseworker, &grounds).await, 200);
    let shown = app.get_public(&path).await.expect(200).json();
    assert_eq!(shown["permit"]["status"], "suspended");
    assert_eq!(step(&app, &permit, "revocation", &caseworker, &grounds).await, 200);
    app.get_public(&path).await.expect_problem(404, "not-found");
    assert!(listed(&app, "/v1/installers").await.is_empty());
    app.seal().await;
    let feed = app.get_public("/v1/changes").await.expect(200).json();
    let key = format!("installers/{}", number(1));
    let items = feed["items"].as_array().unwrap();
    let told: Vec<&Value> = items.iter().filter(|item| item["key"] == json!(key)).collect();
    assert_eq!(told.len(), 1, "each key once");
    assert!(told[0].get("record").is_none(), "a tombstone: {}", told[0]);
    // authorised anew it stands in the list again, under the same key
    granted(&app, "installer", 1, &application).await;
    app.get_public(&path).await.expect(200);
    app.seal().await;
    let after = feed["next"].as_i64().unwrap();
    let feed = app.get_public(&format!("/v1/changes?after={after}")).await.expect(200).json();
    assert_eq!(feed["items"][0]["key"], json!(key));
    assert_eq!(feed["items"][0]["record"]["installer"]["types"], json!(["ENA"]));
    app.finish().await;
}

#[tokio::test]
async fn a_corrected_name_shows_at_once_and_a_rebuilt_register_shows_the_same() {
    let app = TestApp::start().await;
    granted(&app, "supplier", 1, &supplier(1, &["supplier"])).await;
    granted(&app, "supplier", 2, &supplier(2, &["supplier"])).await;
    let who = organisation(1);
    let me = app.get("/v1/me", &who).await.expect(200);
    let mut body = me.json();
    for member in ["id", "kind", "organisationNumber", "addressProtected", "changedAt"] {
        body.as_object_mut().expect("an object").remove(member);
    }
    body["name"] = json!("Nytt Navn Radio AS");
    app.put("/v1/me", &who, Some(&me.etag()), &body).await.expect(200);
    let path = format!("/v1/suppliers/{}", number(1));
    let shown = app.get_public(&path).await.expect(200).json();
    assert_eq!(shown["organisation"]["name"], "Nytt Navn Radio AS");
    // what another process would read at its start is what this one shows
    let rows = |index: &Index| -> Vec<(Box<str>, Option<PublicPermit>)> {
        index.state().permits.iter().collect()
    };
    let before = rows(app.app.register());
    assert_eq!(before.len(), 2);
    app.seal().await;
    let fresh = Index::default();
    let page = anrop::register::store::page(app.app.db().read(), None, 100).await.expect("rows");
    fresh.apply(page.into_iter().map(|(_, change)| change));
    assert_eq!(rows(&fresh), before);
    follow::advance(&app.app, 0).await.expect("follows");
    assert_eq!(rows(app.app.register()), before);
    app.finish().await;
}

#[tokio::test]
async fn a_provider_learns_whether_a_business_is_approved_and_no_more() {
    let app = TestApp::start().await;
    let provider = Who::role(Role::Provider);
    let permit = granted(&app, "priority", 1, &priority(1, "municipality", 12)).await;
    let look_up = async |n: u64| {
        let path = format!("/v1/priority-approvals/{}", number(n));
        app.get(&path, &provider).await.expect(200).json()
    };
    let log = "SELECT count(*) AS n FROM disclosure WHERE recipient = 'provider'";
    let told = look_up(1).await;
    let mut members: Vec<&String> = told.as_object().unwrap().keys().collect();
    members.sort_unstable();
    assert_eq!(members, ["answeredAt", "approved", "organisationNumber", "subscriptions"]);
    assert_eq!((&told["approved"], &told["subscriptions"]), (&json!(true), &json!(12)));
    assert_eq!(app.count(log).await, 1);
    // nobody, and one whose application waits: not approved, nothing disclosed
    waiting(&app, "priority", 2, &priority(2, "other", 3)).await;
    for n in [2, 3] {
        let told = look_up(n).await;
        assert_eq!(told["approved"], false);
        assert!(told.get("subscriptions").is_none());
    }
    assert_eq!(app.count(log).await, 1);
    app.get("/v1/priority-approvals/312345678", &provider)
        .await
        .expect_problem(400, "malformed-key");
    // suspended and ended approvals are none
    let caseworker = Who::caseworker("saksbehandler-1");
    let grounds = json!({ "grounds": "Under kontroll." });
    assert_eq!(step(&app, &permit, "suspension", &caseworker, &grounds).await, 200);
    assert_eq!(look_up(1).await["approved"], false);
    assert_eq!(step(&app, &permit, "reinstatement", &caseworker, &grounds).await, 200);
    assert_eq!(look_up(1).await["approved"], true);
    let reason = json!({ "reason": "noLongerUsed" });
    assert_eq!(step(&app, &permit, "surrender", &organisation(1), &reason).await, 200);
    assert_eq!(look_up(1).await["approved"], false);
    // approvals stand in no public list
    let rows = "SELECT count(*) AS n FROM public_row";
    assert_eq!(app.count(rows).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn the_same_business_applying_twice_at_once_gets_one_registration() {
    let app = TestApp::start().await;
    let application = supplier(1, &["supplier"]);
    let who = organisation(1);
    let file = || app.post("/v1/supplier/applications", &who, &application);
    let replies = tokio::join!(file(), file(), file(), file());
    let replies = [replies.0, replies.1, replies.2, replies.3];
    let granted = replies
        .into_iter()
        .map(|reply| reply.expect(201).json())
        .filter(|made| made["permitId"].is_string())
        .count();
    assert_eq!(granted, 1);
    assert_eq!(listed(&app, "/v1/suppliers").await, [number(1)]);
    app.finish().await;
}
