//! The OpenAPI document: assembled, checked and normalised to valid 3.0.3.
//!
//! The framework's raw output is not fit to publish (version, header spelling, integer formats,
//! missing problems and security); every correction is one function here. The committed
//! `openapi/openapi.json` is what the server serves; a test fails when it differs from this.

use poem_openapi::{ContactObject, LicenseObject, OpenApiService};
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value, json};

use super::{API_VERSION, access, caller, problem};
use crate::{app::App, failure::Problem, permit::kind};

/// All operations, as one service mounted at `/`.
pub fn service(app: &App) -> OpenApiService<crate::Api, ()> {
    OpenApiService::new(crate::api(app), "anrop", API_VERSION)
        .description(DESCRIPTION)
        .contact(
            ContactObject::new()
                .name("anrop")
                .email("anrop@example.no")
                .url("https://anrop.example.no"),
        )
        .license(
            LicenseObject::new("EUPL-1.2")
                .url("https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12"),
        )
        .server("/")
}

const DESCRIPTION: &str = "Licence and permit registry of a national communications authority: \
radio-amateur licences and call signs, personal locator beacon permits with emergency contacts, \
and the public register. Failures are RFC 9457 problems from a closed catalogue. Changing an \
existing resource needs `If-Match`; creating may be repeated safely with `Idempotency-Key`.";

/// The document the server serves.
pub const COMMITTED: &str = include_str!("../../openapi/openapi.json");

/// The finished document as it is committed.
///
/// # Errors
/// The first duplicate key of the raw document.
pub fn fresh(app: &App) -> Result<String, String> {
    let document = sorted(normalise(&service(app).spec())?);
    let mut text = serde_json::to_string_pretty(&document).map_err(|error| error.to_string())?;
    text.push('\n');
    Ok(text)
}

/// Members in alphabetical order, however the library keeps them: what a test depends on may change
/// that.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let sorted: std::collections::BTreeMap<String, Value> =
                members.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            sorted.into_iter().collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

/// The raw document, made valid and complete.
///
/// # Errors
/// As [`without_examples`].
fn normalise(raw: &str) -> Result<Value, String> {
    let mut document = without_examples(raw)?;
    super::examples::add_with(&mut document, &specimens());
    Ok(document)
}

/// The raw document made valid, which is enough to route by; most of the work is examples.
///
/// # Errors
/// The first duplicate key: readers would keep only the last of them.
pub fn without_examples(raw: &str) -> Result<Value, String> {
    let Unique(mut document) = serde_json::from_str(raw).map_err(|error| error.to_string())?;
    document["openapi"] = json!("3.0.3");
    integer_formats(&mut document);
    plain_references(&mut document);
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, methods) in paths {
            for operation in methods.as_object_mut().into_iter().flat_map(Map::values_mut) {
                complete(path, operation);
            }
        }
    }
    document["components"]["securitySchemes"] = json!({
        "bearer": {
            "type": "openIdConnect",
            "openIdConnectUrl": "/.well-known/openid-configuration",
            "description": "A bearer token (JWT) of a trusted issuer; each operation names its scope."
        }
    });
    document["components"]["schemas"]["Problem"] = problem_schema();
    for found in Problem::ALL {
        document["components"]["examples"][found.code()] =
            json!({ "summary": found.title(), "value": problem_example(*found) });
    }
    document["components"]["headers"] = json!({
        "API-Version": {
            "description": "Full version of the API.",
            "schema": { "type": "string" },
            "example": API_VERSION
        },
        "ETag": {
            "description": "Version of the resource, where it has one; send it back in If-Match.",
            "schema": { "type": "string" },
            "example": "\"v1\""
        },
        "Location": {
            "description": "Address of what was made.",
            "schema": { "type": "string", "format": "uri-reference" },
            "example": "/v1/cases/019a9f2c-5e0c-7d1a-b0cd-ef0123456789"
        }
    });
    Ok(document)
}

/// The framework writes the description of a referenced member twice, once as a schema of its own among
/// the `allOf`; generators of clients would merge the two into a third type, or give up.
fn plain_references(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(all) = members.get_mut("allOf").and_then(Value::as_array_mut) {
                all.retain(|one| {
                    one.as_object().is_none_or(|one| one.keys().any(|key| key != "description"))
                });
            }
            members.values_mut().for_each(plain_references);
        }
        Value::Array(items) => items.iter_mut().for_each(plain_references),
        _ => {}
    }
}

/// The kinds' own specimen applications, instead of made-up values.
fn specimens() -> std::collections::BTreeMap<String, Value> {
    kind::KINDS
        .iter()
        .map(|any| {
            let code = any.kind().as_str();
            let name = code[..1].to_uppercase() + &code[1..] + "Application";
            (name, any.example())
        })
        .collect()
}

/// Everything the framework leaves out of one operation.
fn complete(path: &str, operation: &mut Value) {
    if operation["operationId"].is_null() {
        operation["operationId"] = json!(generated_id(path));
    }
    // not by index, which would put a null where there are no parameters
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        if parameter["in"] == "header"
            && let Some(name) = parameter["name"].as_str()
        {
            parameter["name"] = json!(header_case(name));
        }
        if let Some(schema) = parameter_schema(parameter["name"].as_str().unwrap_or_default()) {
            parameter["schema"] = schema;
        }
    }
    for text in ["summary", "description"] {
        if let (Some(value), Some(kind)) = (operation[text].as_str(), kind::of_path(path)) {
            operation[text] = json!(value.replace("{kind}", &kind_title(kind)));
        }
    }
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let rule = access::rule_of(&id);
    if rule.is_some_and(access::Rule::is_for_organisations)
        && let Some(members) = operation.as_object_mut()
        && let Some(parameters) =
            members.entry("parameters").or_insert_with(|| json!([])).as_array_mut()
    {
        parameters.push(acting_for());
    }
    if let Some(rule) = rule {
        if rule.roles.is_empty() {
            operation["security"] = json!([]);
        } else {
            operation["security"] = json!([{ "bearer": [rule.scope] }]);
            let roles: Vec<&str> = rule.roles.iter().map(|role| role.code()).collect();
            let about = operation["description"].as_str().unwrap_or_default();
            operation["description"] = json!(
                format!("{about}\n\nRoles: {}. Scope: `{}`.", roles.join(", "), rule.scope)
                    .trim_start()
            );
        }
    }
    let signed_in = rule.is_some_and(|rule| !rule.roles.is_empty());
    let problems = problems_of(path, operation, signed_in);
    if let Some(responses) = operation["responses"].as_object_mut() {
        for response in responses.values_mut() {
            response["headers"]["API-Version"] = header("API-Version");
            if response["content"].is_object() {
                response["headers"]["ETag"] = header("ETag");
            }
        }
        if let Some(created) = responses.get_mut("201") {
            created["headers"]["Location"] = header("Location");
        }
        for found in problems {
            let status = found.status().to_string();
            let entry = responses.entry(status).or_insert_with(|| problem_response(found));
            entry["content"][problem::PROBLEM_JSON]["examples"][found.code()] =
                json!({ "$ref": format!("#/components/examples/{}", found.code()) });
        }
    }
}

/// The problems an operation can answer, from what it takes and who may call it.
fn problems_of(path: &str, operation: &Value, signed_in: bool) -> Vec<Problem> {
    let takes_header = |name: &str| {
        operation["parameters"]
            .as_array()
            .is_some_and(|parameters| parameters.iter().any(|parameter| parameter["name"] == name))
    };
    let produces = operation["responses"].as_object().is_some_and(|responses| {
        responses
            .iter()
            .any(|(status, answer)| status.starts_with('2') && answer["content"].is_object())
    });
    let mut problems = Vec::new();
    if operation["requestBody"].is_object() {
        problems.extend([
            Problem::MalformedBody,
            Problem::BodyTooLarge,
            Problem::UnsupportedMediaType,
            Problem::InvalidContent,
        ]);
    }
    // also where there are no parameters: an unknown one is refused everywhere
    problems.push(Problem::InvalidParameter);
    if takes_header("cursor") {
        problems.push(Problem::InvalidCursor);
    }
    if signed_in {
        problems.extend([Problem::NotSignedIn, Problem::InvalidToken, Problem::NotAllowed]);
    }
    if path.contains('{') {
        problems.push(Problem::NotFound);
    }
    if takes_header("If-Match") {
        problems.extend([
            Problem::PreconditionRequired,
            Problem::StaleVersion,
            Problem::IllegalTransition,
        ]);
    }
    if takes_header("Idempotency-Key") {
        problems.push(Problem::IdempotencyKeyReused);
    }
    if produces {
        problems.push(Problem::NotAcceptable);
    }
    problems.extend([Problem::Internal, Problem::Unavailable]);
    problems.extend(more_problems(operation["operationId"].as_str().unwrap_or_default()));
    problems
}

fn problem_response(problem: Problem) -> Value {
    json!({
        "description": problem.title(),
        "headers": { "API-Version": header("API-Version") },
        "content": {
            problem::PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/Problem" } }
        }
    })
}

fn problem_example(problem: Problem) -> Value {
    json!({
        "type": problem::type_of(problem),
        "title": problem.title(),
        "status": problem.status(),
        "detail": problem.meaning().trim(),
        "instance": "urn:request:019a9f2c5e0c7d1ab0cdef0123456789",
    })
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "title": "Problem",
        "description": "What went wrong and what to do (RFC 9457). Never repeats what was sent.",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference", "description": "Address of the problem's page; its last part is the stable code." },
            "title": { "type": "string", "description": "The same for every occurrence." },
            "status": { "type": "integer", "minimum": 400, "maximum": 599, "description": "HTTP status." },
            "detail": { "type": "string", "description": "What to do." },
            "instance": { "type": "string", "format": "uri", "description": "The request, for the operator's log." },
            "errors": {
                "type": "array",
                "description": "Every place that is wrong.",
                "items": {
                    "type": "object",
                    "required": ["pointer", "code", "detail"],
                    "properties": {
                        "pointer": { "type": "string", "description": "JSON pointer (RFC 6901) into the body, or the name of a parameter." },
                        "code": { "type": "string", "description": "Stable code." },
                        "detail": { "type": "string", "description": "What is wrong and what to do." }
                    }
                }
            }
        }
    })
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// The header of those who act for an organisation, which the edge reads.
fn acting_for() -> Value {
    json!({
        "name": caller::ACTING_FOR,
        "in": "header",
        "description": "Number of the organisation that the person of the token acts for; when left out, they act for themselves. Answered with `not-allowed` unless the register of representation says that they may.",
        "required": false,
        "schema": { "type": "string", "pattern": "^[0-9]{9}$" }
    })
}

/// Problems that only certain operations have.
fn more_problems(operation: &str) -> &'static [Problem] {
    match operation {
        "decideCase" => {
            &[Problem::Disqualified, Problem::IdentifierTaken, Problem::SeriesExhausted]
        }
        "demandReasons" => &[Problem::ConditionsNotMet],
        "registerReasonsDemand" => &[Problem::ConditionsNotMet, Problem::Disqualified],
        "giveReasons" => &[Problem::Disqualified],
        "correctRingMunicipalities" => &[Problem::Disqualified, Problem::ConditionsNotMet],
        "previewDecision" | "previewReasons" | "previewAdvanceNotice" => {
            &[Problem::Disqualified, Problem::IllegalTransition]
        }
        "previewAppealForwarding" => {
            &[Problem::Disqualified, Problem::ConditionsNotMet, Problem::IllegalTransition]
        }
        "registerAppeal" => &[Problem::Disqualified, Problem::ConditionsNotMet],
        "appealInCase" => &[Problem::ConditionsNotMet],
        "commentOnAppeal" => &[Problem::IllegalTransition],
        "registerAppealComment" => &[Problem::Disqualified, Problem::IllegalTransition],
        "decideAppeal" => &[
            Problem::Disqualified,
            Problem::ConditionsNotMet,
            Problem::IdentifierTaken,
            Problem::SeriesExhausted,
        ],
        "requestInformation"
        | "moveAnswerDay"
        | "withdrawInformationRequest"
        | "suspendPermit"
        | "reinstatePermit"
        | "revokePermit"
        | "notifyHolder" => &[Problem::Disqualified],
        "restrictHolder" => {
            &[Problem::Disqualified, Problem::ConditionsNotMet, Problem::IllegalTransition]
        }
        "liftRestriction" | "decideTask" => &[Problem::Disqualified, Problem::IllegalTransition],
        "submitAmateurApplication" => {
            &[Problem::ConditionsNotMet, Problem::SeriesExhausted, Problem::Conflict]
        }
        "submitPlbApplication" => &[Problem::Conflict],
        "submitNumberingApplication" => &[Problem::ConditionsNotMet, Problem::Conflict],
        "putUtilisationReport" => &[Problem::ConditionsNotMet],
        "getMe" | "updateMe" => &[Problem::NotFound],
        "recordPayment" => &[Problem::Conflict, Problem::Disqualified],
        "giveConsent" => &[Problem::ConditionsNotMet],
        "reportProgramming" => &[Problem::ProgrammingMismatch, Problem::IdentifierTaken],
        "listChanges" => &[Problem::CursorExpired],
        "getSnapshot" => &[Problem::RangeNotSatisfiable],
        "getCallSign" | "getCallSignEvents" | "getNumberRange" | "lookUpBeacon" => {
            &[Problem::MalformedKey]
        }
        "getContactLink"
        | "answerContactLink"
        | "requestDocumentAccess"
        | "getDocumentAccessAnswer"
        | "appealDocumentAccess"
        | "demandFullerGrounds"
        | "getAccessedDocument" => &[Problem::TooManyRequests],
        _ => &[],
    }
}

/// Title of a kind, in English.
fn kind_title(kind: kind::Kind) -> String {
    kind::find(kind).map_or_else(
        || kind.as_str().to_owned(),
        |any| any.title(crate::values::language::Language::English).to_owned(),
    )
}

/// `/v1/plb/applications` → `submitPlbApplication`, `/v1/plb/drafts` → `beginPlbDraft`: operations that all kinds share have no id of
/// their own in the code, because a generic implementation may not carry one.
fn generated_id(path: &str) -> String {
    let kind = kind::of_path(path).map_or_else(String::new, |kind| {
        let code = kind.as_str();
        code[..1].to_uppercase() + &code[1..]
    });
    if path.ends_with("/drafts") {
        format!("begin{kind}Draft")
    } else {
        format!("submit{kind}Application")
    }
}

/// Parameters arrive as text, so that a wrong one gets our own words; this is what they are.
fn parameter_schema(name: &str) -> Option<Value> {
    match name {
        "limit" => Some(json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 })),
        "after" => {
            Some(json!({ "type": "integer", "format": "int64", "minimum": 0, "default": 0 }))
        }
        "wait" => Some(json!({ "type": "integer", "minimum": 0, "maximum": 50, "default": 0 })),
        "unpaid" => Some(json!({ "type": "boolean" })),
        "overdue" => Some(json!({ "type": "boolean", "default": false })),
        "missing" => Some(json!({ "type": "boolean" })),
        "unopened" => Some(json!({ "type": "boolean", "default": false })),
        "year" => Some(json!({ "type": "integer", "minimum": 2004, "maximum": 9998 })),
        _ => None,
    }
}

/// `IF-MATCH` → `If-Match`.
fn header_case(name: &str) -> String {
    name.split('-')
        .map(|part| {
            let mut characters = part.chars();
            characters.next().map_or_else(String::new, |first| {
                first.to_ascii_uppercase().to_string()
                    + characters.as_str().to_ascii_lowercase().as_str()
            })
        })
        .collect::<Vec<_>>()
        .join("-")
}

/// `uint32` and its like are no formats of OpenAPI; the bound says the same.
fn integer_formats(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("format").is_some_and(|format| format == "naive-date") {
                members.insert("format".to_owned(), json!("date"));
            }
            for bound in ["minimum", "maximum"] {
                if let Some(number) = members.get(bound).and_then(Value::as_f64)
                    && number.fract() == 0.0
                    && number.abs() < 9e15
                {
                    members.insert(bound.to_owned(), json!(number as i64));
                }
            }
            if members.get("type").is_some_and(|kind| kind == "integer")
                && members.get("format").and_then(Value::as_str).is_some_and(|format| {
                    format.starts_with("uint") || format == "int16" || format == "int8"
                })
            {
                members.remove("format");
                members.entry("minimum").or_insert(json!(0));
            }
            members.values_mut().for_each(integer_formats);
        }
        Value::Array(items) => items.iter_mut().for_each(integer_formats),
        _ => {}
    }
}

/// JSON that refuses a repeated key instead of keeping the last.
pub struct Unique(pub Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Value;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("JSON without repeated keys")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_str<E>(self, value: &str) -> Result<Value, E> {
                Ok(value.into())
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
                let mut out = Vec::new();
                while let Some(Unique(item)) = items.next_element()? {
                    out.push(item);
                }
                Ok(Value::Array(out))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
                let mut out = Map::new();
                while let Some((key, Unique(value))) = members.next_entry::<String, Unique>()? {
                    if out.contains_key(&key) {
                        return Err(de::Error::custom(format!("the key {key} stands twice")));
                    }
                    out.insert(key, value);
                }
                Ok(Value::Object(out))
            }
        }

        deserializer.deserialize_any(Visitor).map(Unique)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_key_is_found_at_any_depth() {
        assert!(serde_json::from_str::<Unique>(r#"{"a":[{"b":1,"b":2}]}"#).is_err());
        assert!(serde_json::from_str::<Unique>(r#"{"a":[{"b":1},{"b":2}]}"#).is_ok());
    }

    #[test]
    fn header_names_get_their_usual_spelling() {
        assert_eq!(header_case("IDEMPOTENCY-KEY"), "Idempotency-Key");
    }
}
