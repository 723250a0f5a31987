//! Rotation of the key ring: what lies under the old key is sealed anew and still opens.

use anrop::{
    case::model::{Channel, Receiver},
    clock::Clock as _,
    identity::{Caller, Role},
    intake::{self, model::Intake},
    keys::KeyRing,
    permit::{self, kind::Kind},
    rekey,
    values::{
        ids::{CaseId, PermitId},
        organisation_number::OrganisationNumber,
    },
};
use serde_json::json;

use crate::support::{TestApp, Who, people};

#[tokio::test]
async fn everything_under_the_old_key_is_sealed_anew_once_and_still_opens() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let body =
        json!({ "name": "redning", "recipient": "rescueCentre", "url": "http://127.0.0.1:9/" });
    app.post("/v1/subscriptions", &Who::role(Role::Administrator), &body).await.expect(201);
    let assessed = json!({
        "particulars": {
            "name": "Ola Eksempel", "birthDate": "1980-02-03", "qualification": "vocationalCollege",
            "education": "Fagskole elektro, ekom", "practiceMonths": 24, "workHistory": "Montør",
        },
        "outcome": "assessed", "grounds": "Vitnemål er vist.",
    });
    app.post("/v1/qualified-persons", &Who::caseworker("a"), &assessed).await.expect(201);
    let receipt =
        app.post("/v1/plb/applications", &Who::person(1), &people::plb_application(1)).await;
    let receipt = receipt.expect(201);
    let case = receipt.header("location").to_owned();
    let decision = json!({ "outcome": "granted" });
    let decided = app
        .post_on(&format!("{case}/decision"), &Who::caseworker("a"), &receipt.etag(), &decision)
        .await
        .expect(200)
        .json();
    let permit = PermitId::parse(decided["permitId"].as_str().expect("an id")).expect("an id");

    let draft = json!({ "application": people::plb_application(1) });
    let draft = app.post("/v1/plb/drafts", &Who::person(1), &draft).await.expect(201);
    assert_eq!(draft.json()["complete"], true);
    let caller = Caller {
        subject: "a".to_owned(),
        roles: vec![Role::Caseworker],
        scopes: Vec::new(),
        national_id: None,
        organisation: None,
    };
    let number = OrganisationNumber::parse("312345676").expect("a number");
    let coming = Intake {
        applicant: Receiver::Organisation(number),
        channel: Channel::Paper,
        received_on: app.day_in(0),
    };
    let nothing = json!({});
    let begun = intake::actions::begin(&app.app, &caller, Kind::Supplier, &coming, &nothing);
    let begun = begun.await.expect("a draft").draft.id;

    let report = crate::interference::report(&app, "business", "mobile");
    app.send("POST", "/v1/interference-reports", None, &[], Some(&report)).await.expect(201);
    let matter = json!({ "matter": "Sender utenfor tillatelsen" });
    app.post("/v1/supervision-cases", &Who::caseworker("a"), &matter).await.expect(201);
    let held =
        json!({ "subject": "permit", "subjectId": permit.to_string(), "reason": "Rettssak" });
    let administrator = Who::role(Role::Administrator);
    let held = app.post("/v1/legal-holds", &administrator, &held).await.expect(201);
    let lifting = format!("{}/lifting", held.header("location"));
    let why = json!({ "reason": "Avsluttet" });
    app.post_on(&lifting, &administrator, &held.etag(), &why).await.expect(200);
    crate::journal::days_later(&app, 1).await;
    let document = crate::journal::public(&app, "").await[0]["documentNumber"].clone();
    let body = json!({ "documents": [document] });
    app.send("POST", "/v1/document-access-requests", None, &[], Some(&body)).await.expect(201);

    let mut rotated: KeyRing = (*app.app.keys()).clone();
    rotated.rotate(app.clock.now());
    let mut passed = 0;
    let first = rekey::reseal(app.app.db(), &rotated, |rows| passed += rows).await.expect("seals");
    for column in &first {
        assert!(column.changed > 0, "{} was not sealed anew", column.column);
        assert_eq!(column.changed, column.seen, "{}", column.column);
    }
    assert_eq!(first.iter().map(|column| column.seen).sum::<u64>(), passed);
    let second = rekey::reseal(app.app.db(), &rotated, |_| {}).await.expect("passes over");
    assert!(second.iter().all(|column| column.changed == 0 && column.seen > 0));

    let connection = app.app.db().read();
    let contacts = permit::store::contacts(connection, &rotated, permit).await.expect("opens");
    assert_eq!(contacts.len(), 2);
    let case = CaseId::parse(case.rsplit('/').next().expect("an id")).expect("an id");
    let case = anrop::case::store::find(connection, anrop::identity::Sight::All, case)
        .await
        .expect("a case");
    let key =
        anrop::party::store::data_key(connection, &rotated, case.applicant).await.expect("unwraps");
    assert!(case.application(&key).expect("opens")["emergencyContacts"].is_array());
    let rule = app.app.national_id_rule();
    let kept = intake::store::find(connection, &rotated, rule, begun).await.expect("opens");
    assert_eq!(kept.received_on, coming.received_on);
    // the ring without the new key opens nothing of it any more
    assert!(permit::store::contacts(connection, &app.app.keys(), permit).await.is_err());
    app.finish().await;
}
