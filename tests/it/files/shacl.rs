//! The catalogue of the open data before a SHACL validator that is not ours (pySHACL, which `tests/run` fetches):
//! it is accepted as it is in both syntaxes, and refused with anything missing or wrong that the profile asks for.

use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use super::furnished;
use crate::support::TestApp;

/// The version that `tests/run` fetches.
const VALIDATOR: &str = "pyshacl-0.40.1";

/// What the validator says of each catalogue, syntax and text.
fn verdicts(catalogues: &[(&str, String)]) -> Value {
    let target = option_env!("CARGO_TARGET_DIR").unwrap_or("target");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(target).join(VALIDATOR).join("bin/python");
    assert!(python.exists(), "{} is missing; tests/run fetches it", python.display());
    let folder = root.join("tests/it/files/shacl");
    let mut child = Command::new(python)
        .arg(folder.join("check.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python runs");
    let all: Vec<Value> =
        catalogues.iter().map(|(syntax, text)| json!({ "syntax": syntax, "text": text })).collect();
    let asked = json!({ "shapes": folder.join("shapes.ttl"), "catalogues": all });
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(asked.to_string().as_bytes()).expect("is read");
    drop(input);
    let output = child.wait_with_output().expect("ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("verdicts")
}

async fn catalogue(app: &TestApp, accept: &str) -> String {
    app.send("GET", "/v1/catalog", None, &[("accept", accept)], None).await.expect(200).text()
}

/// What is wrong with a catalogue, what makes it so, and the end of the path that is told.
const WRONG: [(&str, &str, &str, &str); 10] = [
    ("a theme of no list", "data-theme/TECH", "data-theme/RADIO", "InConstraintComponent"),
    (
        "a licence of no list",
        "<http://publications.europa.eu/resource/authority/licence/NLOD_2_0>",
        "<https://example.no/licence>",
        "PatternConstraintComponent",
    ),
    ("a licence in words", "dct:license <", "dct:license \"NLOD\" , <", "license"),
    ("a contact that is a person", "vcard:Organization", "vcard:Individual", "contactPoint"),
    ("a publisher without a name", "foaf:name", "foaf:nick", "foaf/0.1/name"),
    (
        "two titles in one language",
        "\"Kallesignaler\"@nb",
        "\"Kallesignaler\"@nb , \"Kallesignal\"@nb",
        "title",
    ),
    ("a dataset that is none", "dcat:Dataset", "dcat:Resource", "dcat#dataset"),
    ("a state of no list", "status/Completed", "status/Ready", "InConstraintComponent"),
    (
        "a media type of no list",
        "https://www.iana.org/assignments/media-types/text/csv",
        "https://example.no/text/csv",
        "mediaType",
    ),
    (
        "a language in words",
        "<http://publications.europa.eu/resource/authority/language/NOB>",
        "\"nb\"",
        "language",
    ),
];

#[tokio::test]
async fn the_catalogue_is_accepted_by_a_validator_and_refused_with_anything_missing_or_wrong() {
    let (app, _) = furnished().await;
    let turtle = catalogue(&app, "text/turtle").await;
    let mut asked =
        vec![("turtle", turtle.clone()), ("json-ld", catalogue(&app, "application/ld+json").await)];
    for (what, from, to, _) in WRONG {
        assert!(turtle.contains(from), "{what}: {turtle}");
        asked.push(("turtle", turtle.replace(from, to)));
    }
    let said = tokio::task::spawn_blocking(move || verdicts(&asked)).await.expect("ends");
    let [in_turtle, in_json_ld, wrong @ ..] =
        said["catalogues"].as_array().expect("all").as_slice()
    else {
        panic!("{said}");
    };
    assert_eq!((in_turtle, in_json_ld), (&json!([]), &json!([])));
    for ((what, .., told), found) in WRONG.iter().zip(wrong) {
        let found = found.as_array().expect("faults");
        let is_told = |fault: &Value| fault[1].as_str().is_some_and(|path| path.ends_with(told));
        assert!(found.iter().any(is_told), "{what}: {found:?}");
    }
    assert_eq!(wrong.len(), WRONG.len());

    // each thing that must be said at least once
    let lacking = said["lacking"].as_array().expect("all");
    for one in lacking {
        assert_eq!(one["isTold"], true, "{one}");
    }
    let count = |class: &str| {
        let is_of = |one: &&Value| one["class"].as_str().is_some_and(|it| it.ends_with(class));
        lacking.iter().filter(is_of).count()
    };
    for (class, least) in
        [("#Catalog", 9), ("#Dataset", 13), ("#Distribution", 8), ("#DataService", 9)]
    {
        assert!(count(class) >= least, "{class}: {lacking:?}");
    }
    app.finish().await;
}
