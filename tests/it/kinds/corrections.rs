//! What is corrected while a case is open is admitted as an application that is filed: a correction opens nothing that an
//! application does not.

use anrop::{case, identity::Sight, party, values::ids::CaseId};
use serde_json::{Value, json};

use super::{
    amateur::{APPLICATIONS, as_minor, examined, permit, text},
    shared::{caseworker, reasons, try_grant},
};
use crate::support::{Reply, TestApp, Who, people};

/// An application for the limited class of the `n`th person, as a minor: a caseworker looks at whatever they ask for.
fn limited(app: &TestApp, n: u64) -> Value {
    let mut application = as_minor(app, people::amateur_application(n, &[]), false);
    application["licenceClass"] = json!("limited");
    application
}

/// A caseworker asks, and the applicant answers with a correction.
async fn corrected(app: &TestApp, case: &str, who: &Who, application: &Value) -> Reply {
    let seen = app.get(case, &caseworker()).await.expect(200);
    if seen.json()["status"] != "waitingForApplicant" {
        let question = json!({ "text": "Stemmer alt?", "dueOn": app.day_in(14) });
        let path = format!("{case}/information-request");
        app.post_on(&path, &caseworker(), &seen.etag(), &question).await.expect(200);
    }
    let seen = app.get(case, who).await.expect(200);
    let reply = json!({ "text": "Nei.", "application": application });
    app.post_on(&format!("{case}/replies"), who, &seen.etag(), &reply).await
}

async fn filed(app: &TestApp, who: &Who, application: &Value) -> String {
    let made = app.post(APPLICATIONS, who, application).await.expect(201);
    assert_eq!(made.json()["status"], "submitted", "a caseworker looks at it");
    made.header("location").to_owned()
}

#[tokio::test]
async fn a_correction_does_not_open_a_class_that_the_examination_has_not() {
    let app = TestApp::start().await;
    let who = Who::person(1);
    examined(&app, 1, "limited").await;
    let mut application = limited(&app, 1);
    let case = filed(&app, &who, &application).await;
    application["licenceClass"] = json!("full");
    let refused = corrected(&app, &case, &who, &application).await;
    refused.expect_problem(422, "conditions-not-met");
    // what the examination has opened is corrected
    application["licenceClass"] = json!("limited");
    application["guardian"]["phone"] = json!("68 05 07 78");
    corrected(&app, &case, &who, &application).await.expect(200);
    let granted = try_grant(&app, &case).await.expect(200).json();
    let record = permit(&app, &text(&granted["permitId"])).await;
    assert_eq!(record["permit"]["class"], "limited");
    app.finish().await;
}

#[tokio::test]
async fn an_amendment_that_is_corrected_is_admitted_anew_when_it_comes_in_and_when_it_is_granted() {
    let app = TestApp::start().await;
    let who = Who::person(1);
    examined(&app, 1, "limited").await;
    let mut application = limited(&app, 1);
    let case = filed(&app, &who, &application).await;
    let granted = try_grant(&app, &case).await.expect(200).json();
    let id = text(&granted["permitId"]);
    application["guardian"]["consentsToPublication"] = json!(true);
    let path = format!("/v1/permits/{id}/amendment-applications");
    let body = json!({ "application": application });
    let made = app.post(&path, &who, &body).await.expect(201);
    assert_eq!(made.json()["status"], "submitted");
    let case = made.header("location").to_owned();

    let mut other = application.clone();
    other["licenceClass"] = json!("full");
    let refused = corrected(&app, &case, &who, &other).await;
    refused.expect_problem(422, "conditions-not-met");
    corrected(&app, &case, &who, &application).await.expect(200);
    // one that stands in the case already, whoever took it in
    write_into(&app, &case, &other).await;
    assert!(reasons(&app, &case).await.contains(&"another-licence".to_owned()));
    try_grant(&app, &case).await.expect_problem(422, "conditions-not-met");
    assert_eq!(permit(&app, &id).await["permit"]["class"], "limited");
    write_into(&app, &case, &application).await;
    try_grant(&app, &case).await.expect(200);
    app.finish().await;
}

/// Lets the application of a case say something else, as if it had been taken in without being looked at.
async fn write_into(app: &TestApp, case: &str, application: &Value) {
    let id = case.rsplit('/').next().expect("an id");
    let id = CaseId::parse(id).expect("an id");
    let keys = app.app.keys();
    let outcome = app.app.db().write(|tx| {
        let keys = keys.clone();
        async move {
            let mut case = case::store::lock(&tx, Sight::All, id).await?;
            let key = party::store::data_key(&*tx, &keys, case.applicant).await?;
            case.set_application(&key, application)?;
            case.version += 1;
            case::store::update(&tx, &mut case).await
        }
    });
    outcome.await.expect("written");
}
