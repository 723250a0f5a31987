//! The published document: it is what the code says, complete, valid OpenAPI 3.0.3, and written as
//! the API rules ask. It must not know what any operation does.

use std::collections::BTreeSet;

use anrop::{
    disclosure::legal_basis,
    failure::Problem,
    http::{access, document, problem},
    permit::kind::{AnyKind, KINDS, Parsed},
    values::language::Language,
};
use regex::Regex;
use serde_json::Value;

use crate::support::TestApp;

/// The committed document, read as strictly as it can be.
fn committed() -> Value {
    let text = std::fs::read_to_string(file("openapi.json")).expect("openapi/openapi.json");
    let document::Unique(value) = serde_json::from_str(&text).expect("JSON without repeated keys");
    value
}

fn file(name: &str) -> String {
    format!("{}/openapi/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Every operation with its path and method.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .expect("methods")
                .iter()
                .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

fn id(operation: &Value) -> &str {
    operation["operationId"].as_str().expect("an operation id")
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// Fails with every fault at once.
#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// The media types and their contents of all requests and answers.
fn contents(document: &Value) -> Vec<(String, &str, &Value)> {
    let mut found = Vec::new();
    for (_, _, operation) in operations(document) {
        for (media_type, content) in members(&operation["requestBody"]["content"]) {
            found.push((format!("{} request", id(operation)), media_type.as_str(), content));
        }
        for (status, response) in members(&operation["responses"]) {
            for (media_type, content) in members(&response["content"]) {
                found.push((format!("{} {status}", id(operation)), media_type.as_str(), content));
            }
        }
    }
    found
}

#[tokio::test]
async fn the_committed_document_is_the_one_the_code_makes() {
    let app = TestApp::start().await;
    let fresh = document::fresh(&app.app).expect("a document without repeated keys");
    let committed = std::fs::read_to_string(file("openapi.json")).expect("openapi/openapi.json");
    let line = fresh.lines().zip(committed.lines()).position(|(new, old)| new != old);
    assert!(
        fresh == committed,
        "openapi/openapi.json is not what the code says (first in line {}). Write it again:\n\
         cargo run -- openapi > target/openapi.json && mv target/openapi.json openapi/openapi.json",
        line.map_or(0, |line| line + 1),
    );
}

#[tokio::test]
async fn the_server_serves_the_committed_document_to_every_origin() {
    let app = TestApp::start().await;
    for path in ["/openapi.json", "/v1/openapi.json"] {
        let served = app.get_public(path).await.expect(200);
        assert_eq!(served.text(), document::COMMITTED, "{path}");
        assert_eq!(served.header("content-type"), "application/json");
        assert_eq!(served.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(served.header("api-version"), served.json()["info"]["version"]);
    }
}

#[test]
fn the_document_says_who_publishes_it_and_under_which_licence() {
    let document = committed();
    assert_eq!(document["openapi"], "3.0.3");
    let info = &document["info"];
    for at in ["/title", "/description", "/contact/email", "/contact/url", "/license/name"] {
        assert!(info.pointer(at).is_some_and(is_text), "info{at}");
    }
    assert_eq!(info["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn operation_ids_are_unique_and_each_has_a_rule_of_access() {
    let document = committed();
    let all = operations(&document);
    let ids: BTreeSet<&str> = all.iter().map(|(_, _, operation)| id(operation)).collect();
    assert_eq!(ids.len(), all.len());
    let rules: BTreeSet<&str> = access::RULES.iter().map(|rule| rule.operation).collect();
    assert_eq!(rules.len(), access::RULES.len(), "a rule stands twice");
    assert_eq!(ids, rules);
}

#[test]
fn every_operation_is_described_tagged_and_says_who_may_call_it() {
    let document = committed();
    let tags: BTreeSet<&str> =
        items(&document["tags"]).filter_map(|tag| tag["name"].as_str()).collect();
    let mut faults = Vec::new();
    for (path, method, operation) in operations(&document) {
        let mut need = |holds: bool, what: &str| {
            if !holds {
                faults.push(format!("{method} {path}: {what}"));
            }
        };
        need(is_text(&operation["summary"]), "no summary");
        need(is_text(&operation["description"]), "no description");
        let text = format!("{}{}", operation["summary"], operation["description"]);
        need(!text.contains(['{', '}']), "a placeholder was left");
        let own: Vec<&str> = items(&operation["tags"]).filter_map(Value::as_str).collect();
        need(!own.is_empty() && own.iter().all(|tag| tags.contains(tag)), "no known tag");
        let rule = access::rule_of(id(operation)).expect("a rule");
        let security = if rule.roles.is_empty() {
            serde_json::json!([])
        } else {
            serde_json::json!([{ "bearer": [rule.scope] }])
        };
        need(operation["security"] == security, "security is not the rule of access");
        for parameter in items(&operation["parameters"]) {
            let name = &parameter["name"];
            need(is_text(&parameter["description"]), &format!("{name} has no description"));
            need(!parameter["example"].is_null(), &format!("{name} has no example"));
        }
    }
    none(&faults);
}

#[test]
fn every_request_and_every_answer_has_an_example_that_fits_its_schema() {
    let document = committed();
    let mut faults = Vec::new();
    for (place, media_type, content) in contents(&document) {
        if media_type == problem::PROBLEM_JSON {
            if members(&content["examples"]).next().is_none() {
                faults.push(format!("{place}: no example"));
            }
        } else if !media_type.contains("json") || media_type.ends_with("jsonl") {
            // a file or a page says nothing in a document
        } else if content["example"].is_null() {
            faults.push(format!("{place} {media_type}: no example"));
        } else {
            faults.extend(misfits(&document, &content["schema"], &content["example"], &place));
        }
    }
    for (path, method, operation) in operations(&document) {
        for parameter in items(&operation["parameters"]) {
            let place = format!("{method} {path} {}", parameter["name"]);
            faults.extend(misfits(&document, &parameter["schema"], &parameter["example"], &place));
        }
    }
    for (code, example) in members(&document["components"]["examples"]) {
        let schema = serde_json::json!({ "$ref": "#/components/schemas/Problem" });
        faults.extend(misfits(&document, &schema, &example["value"], code));
    }
    none(&faults);
}

/// Where an example is not what its schema says.
fn misfits(document: &Value, schema: &Value, example: &Value, place: &str) -> Vec<String> {
    let mut schema = schema.clone();
    schema["components"] = serde_json::json!({ "schemas": document["components"]["schemas"] });
    // schemas of OpenAPI 3.0 are of this draft, as far as they are used here
    match jsonschema::draft4::new(&schema) {
        Ok(validator) => validator
            .iter_errors(example)
            .map(|error| format!("{place}: example at {}: {error}", error.instance_path()))
            .collect(),
        Err(error) => vec![format!("{place}: {error}")],
    }
}

#[test]
fn every_operation_documents_its_problems() {
    let document = committed();
    let mut faults = Vec::new();
    for (path, method, operation) in operations(&document) {
        let responses = &operation["responses"];
        let mut expected = vec!["500", "503"];
        let takes_input = operation["requestBody"].is_object()
            || items(&operation["parameters"]).next().is_some();
        if takes_input {
            expected.push("400");
        }
        if operation["requestBody"].is_object() {
            expected.extend(["413", "415", "422"]);
        }
        if operation["security"] != serde_json::json!([]) {
            expected.extend(["401", "403"]);
        }
        if items(&operation["parameters"]).any(|parameter| parameter["name"] == "If-Match") {
            expected.extend(["412", "428", "409"]);
        }
        for status in expected {
            if responses[status].is_null() {
                faults.push(format!("{method} {path}: {status} is not documented"));
            }
        }
        if !members(responses).any(|(status, _)| status.starts_with('2')) {
            faults.push(format!("{method} {path}: no success"));
        }
        for (status, response) in members(responses) {
            faults.extend(
                response_faults(status, response)
                    .map(|fault| format!("{method} {path} {status}: {fault}")),
            );
        }
    }
    none(&faults);
}

fn response_faults(status: &str, response: &Value) -> Option<String> {
    if !is_text(&response["description"]) {
        return Some("no description".to_owned());
    }
    if response["headers"]["API-Version"].is_null() {
        return Some("API-Version is not documented".to_owned());
    }
    // 304 says that there is nothing new, which is no problem
    if status.starts_with('2') || (status == "304" && response["content"].is_null()) {
        return None;
    }
    let kinds: Vec<&String> = members(&response["content"]).map(|(kind, _)| kind).collect();
    if kinds != [problem::PROBLEM_JSON] {
        return Some(format!("{kinds:?} instead of a problem"));
    }
    let examples = &response["content"][problem::PROBLEM_JSON]["examples"];
    members(examples)
        .find(|(code, _)| {
            !Problem::ALL
                .iter()
                .any(|known| known.code() == *code && known.status().to_string() == status)
        })
        .map(|(code, _)| format!("{code} is not a problem of this status"))
}

#[test]
fn every_reference_resolves_and_every_component_is_used() {
    let document = committed();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    let dangling: Vec<String> = found
        .iter()
        .filter(|reference| {
            reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer)).is_none()
        })
        .cloned()
        .collect();
    none(&dangling);
    let unused: Vec<String> = ["schemas", "headers"]
        .into_iter()
        .flat_map(|kind| {
            members(&document["components"][kind])
                .map(move |(name, _)| format!("#/components/{kind}/{name}"))
        })
        .filter(|reference| !found.contains(reference))
        .collect();
    none(&unused);
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    if let Some(reference) = value["$ref"].as_str() {
        found.insert(reference.to_owned());
    }
    items(value).chain(members(value).map(|(_, member)| member)).for_each(|v| references(v, found));
}

/// What may stand in a schema (OpenAPI 3.0.3 § 4.7.24).
const SCHEMA: &[&str] = &[
    "title",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
    "description",
    "format",
    "default",
    "nullable",
    "discriminator",
    "readOnly",
    "writeOnly",
    "xml",
    "externalDocs",
    "example",
    "deprecated",
];
const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];
const FORMATS: &[&str] = &[
    "int32",
    "int64",
    "float",
    "double",
    "byte",
    "binary",
    "date",
    "date-time",
    "password",
    "uri",
    "uri-reference",
    "uuid",
    "email",
];
/// § 4.7.10, § 4.7.12, § 4.7.17, § 4.7.14.
const OPERATION: &[&str] = &[
    "tags",
    "summary",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "callbacks",
    "deprecated",
    "security",
    "servers",
];
const PARAMETER: &[&str] = &[
    "name",
    "in",
    "description",
    "required",
    "deprecated",
    "allowEmptyValue",
    "style",
    "explode",
    "allowReserved",
    "schema",
    "example",
    "examples",
    "content",
];
const RESPONSE: &[&str] = &["description", "headers", "content", "links"];
const CONTENT: &[&str] = &["schema", "example", "examples", "encoding"];

#[test]
fn only_constructs_of_openapi_3_0_3_are_used() {
    let document = committed();
    let mut faults = Vec::new();
    let root = ["openapi", "info", "servers", "paths", "components", "security", "tags"];
    only(&document, &root, "document", &mut faults);
    for (path, method, operation) in operations(&document) {
        let place = format!("{method} {path}");
        only(operation, OPERATION, &place, &mut faults);
        let named: BTreeSet<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
        let mut given = BTreeSet::new();
        for parameter in items(&operation["parameters"]) {
            let name = parameter["name"].as_str().unwrap_or_default();
            only(parameter, PARAMETER, &format!("{place} {name}"), &mut faults);
            schema(&parameter["schema"], &format!("{place} {name}"), &mut faults);
            if parameter["in"] == "path" {
                given.insert(name);
            }
        }
        if named != given {
            faults.push(format!("{place}: path parameters {given:?}"));
        }
        for (status, response) in members(&operation["responses"]) {
            only(response, RESPONSE, &format!("{place} {status}"), &mut faults);
        }
    }
    for (place, _, content) in contents(&document) {
        only(content, CONTENT, &place, &mut faults);
        schema(&content["schema"], &place, &mut faults);
    }
    for (name, component) in members(&document["components"]["schemas"]) {
        schema(component, name, &mut faults);
    }
    none(&faults);
}

fn only(value: &Value, known: &[&str], place: &str, faults: &mut Vec<String>) {
    for (key, member) in members(value) {
        if !known.contains(&key.as_str()) {
            faults.push(format!("{place}: {key} is not of OpenAPI 3.0.3"));
        }
        if member.is_null() {
            faults.push(format!("{place}: {key} is null"));
        }
    }
}

fn schema(value: &Value, place: &str, faults: &mut Vec<String>) {
    if value.get("$ref").is_some() {
        if members(value).count() > 1 {
            faults.push(format!("{place}: members beside $ref are ignored by readers"));
        }
        return;
    }
    only(value, SCHEMA, place, faults);
    for (key, known) in [("type", TYPES), ("format", FORMATS)] {
        if let Some(found) = value.get(key)
            && !found.as_str().is_some_and(|text| known.contains(&text))
        {
            faults.push(format!("{place}: {key} {found}"));
        }
    }
    if value["type"] == "array" && value["items"].is_null() {
        faults.push(format!("{place}: an array without items"));
    }
    if items(&value["required"])
        .any(|name| value["properties"][name.as_str().unwrap_or("")].is_null())
    {
        faults.push(format!("{place}: required names no property"));
    }
    for (name, property) in members(&value["properties"]) {
        schema(property, &format!("{place}.{name}"), faults);
    }
    let parts = ["allOf", "oneOf", "anyOf"].into_iter().flat_map(|key| items(&value[key]));
    for part in parts.chain(value.get("items")) {
        schema(part, place, faults);
    }
    if let Some(values) = value.get("additionalProperties").filter(|values| values.is_object()) {
        schema(values, place, faults);
    }
}

/// First parts of paths that are no collections, besides the kinds of permits: one's own things, and
/// groups of them.
const NOT_PLURAL: &[&str] =
    &["catalog", "frequency-plan", "me", "journal", "public-journal", "rescue", "openapi.json"];

#[test]
fn addresses_and_names_follow_the_api_rules() {
    let document = committed();
    let kebab = Regex::new(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$").expect("a pattern");
    let camel = Regex::new(r"^[a-z][a-zA-Z0-9]*$").expect("a pattern");
    let header = Regex::new(r"^[A-Z][a-z]+(-[A-Z][a-z]+)*$").expect("a pattern");
    let mut faults = Vec::new();
    for (path, _, operation) in operations(&document) {
        let mut need = |holds: bool, what: String| {
            if !holds {
                faults.push(format!("{path}: {what}"));
            }
        };
        need(!path.ends_with('/'), "a slash at the end".to_owned());
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        // an address of RFC 8615 has the form that others look for
        let is_well_known = path.starts_with("/.well-known/");
        if !is_well_known && !["/healthz", "/readyz"].contains(&path) {
            need(parts[0] == "v1", "no major version".to_owned());
            let is_kind = KINDS.iter().any(|any| any.kind().as_str() == parts[1]);
            let plural = parts[1].ends_with('s') || is_kind || NOT_PLURAL.contains(&parts[1]);
            need(plural, format!("{} is not plural", parts[1]));
        }
        for (index, part) in parts.iter().enumerate() {
            if let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                need(camel.is_match(name), format!("{part} is not in lower camel case"));
                // `latest` is one of the snapshots
                let above = if parts[index - 1] == "latest" { index - 2 } else { index - 1 };
                need(parts[above].ends_with('s'), format!("{} is not plural", parts[above]));
            } else {
                need(
                    is_well_known || *part == "openapi.json" || kebab.is_match(part),
                    format!("{part} is not kebab-case"),
                );
            }
        }
        for parameter in items(&operation["parameters"]) {
            let name = parameter["name"].as_str().unwrap_or_default();
            let form = if parameter["in"] == "header" { &header } else { &camel };
            need(form.is_match(name), format!("the parameter {name}"));
        }
        need(camel.is_match(id(operation)), format!("the operation id {}", id(operation)));
    }
    for (owner, component) in members(&document["components"]["schemas"]) {
        for (name, _) in members(&component["properties"]) {
            if !camel.is_match(name) {
                faults.push(format!("{owner}.{name} is not in lower camel case"));
            }
        }
    }
    none(&faults);
}

/// Whoever acts for an organisation may say so wherever organisations call, and nowhere else.
#[test]
fn the_organisation_somebody_acts_for_is_named_where_organisations_call() {
    let document = committed();
    let mut faults = Vec::new();
    for (path, method, operation) in operations(&document) {
        let rule = anrop::http::access::rule_of(id(operation));
        let expected = usize::from(rule.is_some_and(|rule| rule.is_for_organisations()));
        let named = items(&operation["parameters"])
            .filter(|parameter| parameter["in"] == "header" && parameter["name"] == "Acting-For");
        if named.count() != expected {
            faults.push(format!("{method} {path}"));
        }
    }
    none(&faults);
}

/// The catalogue as a page for those who write clients.
fn catalogue() -> String {
    let mut page = String::from(
        "# Problems\n\n\
         Every failure is answered as `application/problem+json` (RFC 9457). The last part of `type` \
         is the stable code to decide on; `detail` says what to do and never repeats what was sent; \
         `errors`, where there is one, lists every place that is wrong with its JSON pointer (RFC \
         6901) or the name of the parameter; `instance` identifies the request in the operator's \
         log.\n\n\
         The list is closed: a new problem is a new version of the API. A test keeps this page equal \
         to the code.\n",
    );
    for problem in Problem::ALL {
        page += &format!(
            "\n## {}\n\n`{}`, HTTP {}\n\n{}\n",
            problem.title(),
            problem::type_of(*problem),
            problem.status(),
            problem.meaning().trim(),
        );
    }
    page
}

#[test]
fn the_page_of_problems_is_the_catalogue() {
    let expected = catalogue();
    let page = std::fs::read_to_string(file("problems.md")).unwrap_or_default();
    if page != expected {
        let made = concat!(env!("CARGO_TARGET_TMPDIR"), "/problems.md");
        std::fs::write(made, expected).expect("a file in the target folder");
        panic!(
            "openapi/problems.md is not what the code says. Write it again:\ncp {made} openapi/problems.md"
        );
    }
}

/// The table of kinds in the README, from the kinds themselves.
fn table_of_kinds() -> String {
    use anrop::permit::kind::Holders;
    let mut table = String::from(
        "| Kind | Permit | Held by | Rests on | Decided | Can be handed over | The specimen is charged as |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for kind in KINDS {
        let held_by = match kind.holders() {
            Holders::Persons => "persons",
            Holders::Organisations => "organisations",
            Holders::Anybody => "persons, organisations",
        };
        let basis = legal_basis::find(kind.legal_basis("2026-11-02".parse().expect("a day")))
            .expect("a legal basis");
        let days = anrop::values::deadline::deadline(
            kind.timer("2026-11-02".parse().expect("a day")),
            "2026-11-02T10:00:00Z".parse().expect("a time"),
        )
        .expect("in force")
        .last_day
        .signed_duration_since(chrono::NaiveDate::from_ymd_opt(2026, 11, 2).expect("a day"))
        .num_days();
        let within = match days % 7 {
            0 => format!("{} weeks", days / 7),
            _ => "a month".to_owned(),
        };
        let parsed = example_of(*kind);
        let mut fees: Vec<&str> =
            kind.fees(&parsed.details).iter().map(|item| item.object).collect();
        fees.sort_unstable();
        fees.dedup();
        let row = format!(
            "| `{}` | {} | {held_by} | {} | within {within} | {} | {} |\n",
            kind.kind().as_str(),
            kind.title(Language::English),
            basis.cite(Language::English),
            if kind.transferable() { "yes" } else { "no" },
            match (kind.no_fee(), kind.shares_pool().holds(&parsed.details)) {
                (Some(why), _) => format!("nothing: {why}"),
                (None, true) => "a share of the year's pool (§ 15)".to_owned(),
                (None, false) => fees.join(", "),
            },
        );
        table.push_str(&row);
    }
    table
}

/// The specimen of a kind, read as a holder of it sends it.
fn example_of(kind: &dyn AnyKind) -> Parsed<Value> {
    let is_person = kind.holders() != anrop::permit::kind::Holders::Organisations;
    kind.read(&kind.example(), is_person, "").expect("the specimen reads")
}

#[test]
fn the_readme_lists_the_kinds_as_they_are() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).expect("a README");
    let (begin, end) = ("<!-- kinds: made by the tests -->\n", "<!-- end of kinds -->");
    let (before, rest) = readme.split_once(begin).expect("a place for the table");
    let (_, after) = rest.split_once(end).expect("an end of the table");
    let expected = format!("{before}{begin}{}{end}{after}", table_of_kinds());
    if readme != expected {
        let made = concat!(env!("CARGO_TARGET_TMPDIR"), "/README.md");
        std::fs::write(made, expected).expect("a file in the target folder");
        panic!("the table of kinds in README.md is not what the code says:\ncp {made} README.md");
    }
}

#[tokio::test]
async fn every_problem_has_a_page_at_its_address() {
    let app = TestApp::start().await;
    for problem in Problem::ALL {
        let page = app.get_public(&problem::type_of(*problem)).await.expect(200).text();
        assert!(page.contains(problem.title()), "{}", problem.code());
    }
    app.get_public("/problems/no-such-problem").await.expect_problem(404, "not-found");
}

#[test]
fn what_is_referenced_is_described_beside_the_reference_and_not_among_it() {
    fn walk(value: &Value, at: &str) {
        if let Some(all) = value["allOf"].as_array() {
            let bare = |one: &Value| {
                one.as_object().is_some_and(|one| one.keys().all(|k| k == "description"))
            };
            assert!(!all.iter().any(bare), "{at}: generators make a third type of this");
        }
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, member)| walk(member, &format!("{at}/{name}")));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, at)),
            _ => {}
        }
    }
    let document: Value = serde_json::from_str(document::COMMITTED).expect("JSON");
    walk(&document, "");
}
