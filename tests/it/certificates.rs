//! Certificates: file and page say the same for ever, and another file in the place of one is found.

use anrop::seal::verify::verify;
use serde_json::json;

use crate::{
    kinds::shared::{act, permit_of, try_grant},
    letters::filed,
    support::{Reply, TestApp, Who},
};

async fn page(app: &TestApp, permit: &str, who: &Who) -> String {
    let headers = [("accept", "text/html")];
    let path = format!("{permit}/certificate");
    app.send("GET", &path, Some(who), &headers, None).await.expect(200).text()
}

async fn file(app: &TestApp, permit: &str, who: &Who) -> Reply {
    app.get(&format!("{permit}/certificate"), who).await
}

/// A beacon permit of the first person.
async fn held(app: &TestApp) -> String {
    let case = filed(app, 1, "nb").await;
    permit_of(&try_grant(app, &case).await.expect(200).json())
}

#[tokio::test]
async fn the_page_says_what_the_file_says_wherever_the_holder_moves() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let permit = held(&app).await;
    act(&app, &permit, "surrender", &kari, &json!({ "reason": "sold" })).await.expect(200);
    let before = page(&app, &permit, &kari).await;
    let drawn = file(&app, &permit, &kari).await.expect(200).bytes;

    let me = app.get("/v1/me", &kari).await.expect(200);
    let mut body = me.json();
    for member in ["id", "kind", "birthDate", "organisationNumber", "addressProtected", "changedAt"]
    {
        body.as_object_mut().expect("an object").remove(member);
    }
    body["name"] = json!("Nytt Navn Eksempel");
    app.put("/v1/me", &kari, Some(&me.etag()), &body).await.expect(200);
    let after = page(&app, &permit, &kari).await;
    assert!(!after.contains("Nytt Navn Eksempel"), "{after}");
    assert_eq!(after, before);
    assert_eq!(file(&app, &permit, &kari).await.expect(200).bytes, drawn);
    assert_eq!(app.count("SELECT count(*) AS n FROM certificate").await, 1);

    // the page of one from before that was kept is made of what is known today
    app.execute("UPDATE certificate SET document_sealed = NULL, document_sha256 = NULL").await;
    assert!(page(&app, &permit, &kari).await.contains("Nytt Navn Eksempel"));
    assert_eq!(file(&app, &permit, &kari).await.expect(200).bytes, drawn);
    app.finish().await;
}

#[tokio::test]
async fn another_file_in_its_place_is_found() {
    for forged in [
        "UPDATE certificate SET sha256 = document_sha256",
        "UPDATE certificate SET document_sha256 = sha256",
        "UPDATE certificate SET pdf_sealed = document_sealed",
        "UPDATE certificate SET document_sealed = pdf_sealed",
    ] {
        let app = TestApp::start().await;
        app.waive_deliveries();
        let kari = Who::person(1);
        let permit = held(&app).await;
        file(&app, &permit, &kari).await.expect(200);
        app.seal().await;
        assert!(verify(&app.app, None).await.expect("verifies").holds());
        app.execute(forged).await;
        assert!(!verify(&app.app, None).await.expect("verifies").holds(), "{forged}");
        file(&app, &permit, &kari).await.expect(500);
        app.finish().await;
    }
}

#[tokio::test]
async fn a_certificate_without_what_it_says_is_not_what_the_log_has() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let permit = held(&app).await;
    file(&app, &permit, &Who::person(1)).await.expect(200);
    app.seal().await;
    app.execute("UPDATE certificate SET document_sealed = NULL, document_sha256 = NULL").await;
    assert!(!verify(&app.app, None).await.expect("verifies").holds());
    app.finish().await;
}
