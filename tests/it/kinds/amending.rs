//! What an amendment begins with: the application that would leave the permit as it is, for every kind, also after
//! the permit has been handed over.

use anrop::{
    draft::basis,
    permit::kind::{KINDS, Kind},
};
use serde_json::{Value, json};

use super::life::{form_of, handed_over, holder_of, specimen, stored};
use crate::support::TestApp;

#[tokio::test]
async fn every_kind_is_amended_from_what_its_permit_says() {
    for any in KINDS {
        let app = TestApp::start().await;
        app.waive_deliveries();
        let who = holder_of(*any, 1);
        let form = form_of(&app, *any, &who).await;
        let permit = specimen(&app, *any, &who, &form).await;
        let permit = stored(&app, &permit).await;
        let found = basis::of_permit(&app.app, &permit).await.expect("a basis");
        assert!(found.is_exact, "{}: {}", any.kind(), found.application);
        let is_person = who.0.organisation.is_none();
        let parsed = any.read(&found.application, is_person, "").expect("can be filed");
        let after = any.amended(&permit.details, &parsed.details).expect("details");
        assert_eq!(after, permit.details, "{}", any.kind());
        app.finish().await;
    }
}

#[tokio::test]
async fn the_new_holder_amends_from_what_was_handed_over_without_the_old_holders_people() {
    for any in KINDS.iter().filter(|any| any.transferable()) {
        let app = TestApp::start().await;
        app.waive_deliveries();
        let (old, new) = (holder_of(*any, 1), holder_of(*any, 2));
        let asked = form_of(&app, *any, &old).await;
        let permit = specimen(&app, *any, &old, &asked).await;
        let before = stored(&app, &permit).await;
        let number = new.0.organisation.clone().unwrap_or_else(|| new.national_id().to_owned());
        let form = json!({ "newHolder": number, "reason": "Virksomheten er solgt." });
        handed_over(&app, *any, &before, &old, &new, &form).await;
        let theirs = app.get("/v1/permits", &new).await.expect(200).json();
        let id = theirs["items"][0]["id"].as_str().expect("a permit");
        let permit = stored(&app, id).await;
        let found = basis::of_permit(&app.app, &permit).await.expect("a basis");
        // with people of the new holder's own it would leave the permit as it is
        let mut whole = found.application.clone();
        for (name, value) in asked.as_object().expect("an object") {
            if name.to_lowercase().contains("contact") {
                whole[name] = value.clone();
            }
        }
        let parsed = any.read(&whole, new.0.organisation.is_none(), "").expect("can be filed");
        let details = any.amended(&permit.details, &parsed.details).expect("details");
        assert_eq!(any.handed_over(&details).expect("details"), permit.details, "{}", any.kind());
        let text = found.application.to_string();
        for member in ["name", "phone", "email"] {
            let own = asked["applicant"][member].as_str().expect("a text");
            assert!(!text.contains(own), "{}: {member} of the old holder", any.kind());
        }
        let people = people_of(&asked);
        assert!(!people.is_empty() || any.kind() != Kind::Spectrum, "the specimen has some");
        for value in people {
            assert!(!text.contains(&value), "{}: {value} is the old holder's", any.kind());
        }
        app.finish().await;
    }
}

/// Names, telephones and addresses of the contact persons of an application.
fn people_of(application: &Value) -> Vec<String> {
    let members = application.as_object().into_iter().flatten();
    let contacts = members.filter(|(name, _)| name.to_lowercase().contains("contact"));
    let texts = contacts.filter_map(|(_, value)| value.as_object()).flatten();
    texts.filter_map(|(_, value)| value.as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn an_authority_that_has_amended_is_told_by_the_next_form() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let any = KINDS.iter().find(|any| any.kind() == Kind::Plb).expect("beacons");
    let who = holder_of(*any, 1);
    let form = form_of(&app, *any, &who).await;
    let permit = specimen(&app, *any, &who, &form).await;
    let mut changed = form.clone();
    changed["usage"]["activity"] = json!("Kajakk");
    let caseworker = crate::support::Who::caseworker("saksbehandler-1");
    let path = format!("/v1/permits/{permit}");
    let seen = app.get(&path, &caseworker).await.expect(200);
    let change = json!({
        "grounds": "Rettet etter telefon.", "application": changed, "withoutNotice": "unnecessary",
    });
    app.post_on(&format!("{path}/amendment"), &caseworker, &seen.etag(), &change).await.expect(200);
    let permit = stored(&app, &permit).await;
    let found = basis::of_permit(&app.app, &permit).await.expect("a basis");
    assert!(found.is_exact);
    assert_eq!(found.application["usage"]["activity"], "Kajakk");
    app.finish().await;
}
