//! Holders ask for another call sign on the licence they have; a caseworker judges whether they need one. One that the authority
//! gives of its own motion is undone when an appeal is won.

use serde_json::{Value, json};

use super::{
    amateur::{
        APPLICATIONS, association, contest, examined, for_association, licence, permit, status,
    },
    running_out::{annulled, appeal},
    shared::{act, caseworker, reasons, try_grant},
};
use crate::{
    letters::{a_moment_later, open_latest},
    support::{Reply, TestApp, Who, people},
};

const WHY: &str = "Jeg stammer på kallesignalet.";

async fn amend(app: &TestApp, id: &str, who: &Who, application: &Value) -> Reply {
    let path = format!("/v1/permits/{id}/amendment-applications");
    app.post(&path, who, &json!({ "application": application })).await
}

#[tokio::test]
async fn a_holder_asks_for_another_call_sign_and_gets_the_next_one_when_it_is_granted() {
    let app = TestApp::start().await;
    let who = Who::person(1);
    let (id, old) = licence(&app, 1, &["name"]).await;
    let repeater = association(1, "repeater", &old, &["LA5ABR"]);
    let club = for_association(1);
    let station = super::shared::granted(&app, "amateur", &club, &repeater).await;
    let station = station["permitId"].as_str().expect("a permit").to_owned();

    let mut application = people::amateur_application(1, &["name"]);
    application["newCallSign"] = json!(WHY);
    let made = amend(&app, &id, &who, &application).await.expect(201);
    assert_eq!(made.json()["status"], "submitted");
    let case = made.header("location").to_owned();
    assert_eq!(reasons(&app, &case).await, ["call-sign-change"]);
    assert_eq!(status(&app, &old).await, "inUse");

    let granted = try_grant(&app, &case).await.expect(200).json();
    let record = permit(&app, &id).await;
    let new = record["callSign"].as_str().expect("a sign").to_owned();
    assert_ne!(new, old);
    assert_eq!(granted["callSign"], *new, "the letter and the case name it");
    let statuses = (status(&app, &old).await, status(&app, &new).await);
    assert_eq!(statuses, ("quarantined".to_owned(), "inUse".to_owned()));
    let shown = app.get_public(&format!("/v1/call-signs/{new}")).await.expect(200).json();
    assert!(shown.get("holder").is_none(), "consent was given for the old sign");
    let charged = app.get("/v1/invoices", &who).await.expect(200).text();
    assert!(charged.contains("amateur_call_sign_change"), "{charged}");
    // the station its holder answers for goes with it
    let named = "SELECT count(*) AS n FROM permit WHERE CAST(details AS text) LIKE";
    assert_eq!(app.count(&format!("{named} '%\"responsible\"%{new}%'")).await, 1, "{station}");
    // why is read in the case and nowhere else, and the permit asks for nothing any more
    assert_eq!(app.count(&format!("{named} '%newSign%'")).await, 0);
    let history = app.get(&format!("/v1/permits/{id}/history"), &who).await.expect(200).text();
    assert!(!history.contains(WHY));

    // whoever amends the licence again keeps the sign
    application.as_object_mut().expect("an object").remove("newCallSign");
    application["applicant"]["phone"] = json!("+4768050778");
    let again = amend(&app, &id, &who, &application).await.expect(201).json();
    assert_eq!(again["status"], "granted");
    assert_eq!(permit(&app, &id).await["callSign"], *new);
    app.finish().await;
}

#[tokio::test]
async fn a_first_licence_and_other_stations_ask_for_their_call_sign_otherwise() {
    let app = TestApp::start().await;
    let who = Who::person(1);
    examined(&app, 2, "full").await;
    let mut first = people::amateur_application(2, &[]);
    first["newCallSign"] = json!(WHY);
    let refused = app.post(APPLICATIONS, &Who::person(2), &first).await;
    refused.expect_problem(422, "conditions-not-met");

    let (_, own) = licence(&app, 1, &[]).await;
    let mut short = contest(1, &["LC1X"]);
    let made = app.post(APPLICATIONS, &who, &short).await.expect(201).json();
    let id = made["permitId"].as_str().expect("a permit").to_owned();
    short["newCallSign"] = json!(WHY);
    amend(&app, &id, &who, &short).await.expect_problem(422, "conditions-not-met");
    assert_eq!(
        (status(&app, "LC1X").await, status(&app, &own).await),
        ("inUse".into(), "inUse".into())
    );
    app.finish().await;
}

#[tokio::test]
async fn a_change_that_nobody_asked_for_is_undone_when_the_holder_wins_an_appeal() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let who = Who::person(1);
    let (id, old) = licence(&app, 1, &[]).await;
    let repeater = association(1, "repeater", &old, &["LA5ABR"]);
    super::shared::granted(&app, "amateur", &for_association(1), &repeater).await;
    a_moment_later(&app);
    let why = json!({ "grounds": "Uheldig kombinasjon." });
    let path = format!("/v1/permits/{id}");
    act(&app, &path, "call-sign", &caseworker(), &why).await.expect(200);
    let new = permit(&app, &id).await["callSign"].as_str().expect("a sign").to_owned();
    assert_ne!(new, old);
    let letter = open_latest(&app, &who).await;
    let case = format!("/v1/cases/{}", letter["caseId"].as_str().expect("a case"));
    appeal(&app, &case, &who).await;
    annulled(&app, &case).await;
    assert_eq!(permit(&app, &id).await["callSign"], *old);
    let statuses = (status(&app, &old).await, status(&app, &new).await);
    assert_eq!(statuses, ("inUse".to_owned(), "quarantined".to_owned()));
    let named = "SELECT count(*) AS n FROM permit WHERE CAST(details AS text) LIKE";
    assert_eq!(app.count(&format!("{named} '%\"responsible\"%{old}%'")).await, 1);
    let said = open_latest(&app, &who).await["blocks"].to_string();
    assert!(said.contains("slik den var før vedtaket") && said.contains(&old), "{said}");
    let charged = app.get("/v1/invoices", &who).await.expect(200).text();
    assert!(!charged.contains("amateur_call_sign_change"), "{charged}");
    app.finish().await;
}
