//! Tokens of machines from a provider that is not ours: a receiver gets one for an assertion it signs, and
//! the registry takes it for the organisation it names, for us and no longer than it says.

use std::path::Path;

use anrop::{
    config::receiver::TokenSettings,
    receiver::actions::catch_up as follow,
    token_issuer::{IssuerSettings, ProofSettings},
};
use serde_json::json;

use super::{
    catch_up,
    process::{Provider, started},
};
use crate::support::{TestApp, receiver::TestReceiver};

fn token_settings(
    provider: &Provider,
    folder: &Path,
    client: &str,
    key: &str,
    proof: impl FnOnce(std::path::PathBuf) -> ProofSettings,
) -> TokenSettings {
    let file = folder.join("client.pem");
    crate::support::receiver::write(&file, &provider.key(key));
    TokenSettings::Issuer(Box::new(IssuerSettings {
        url: format!("{}/token", provider.issuer),
        client: client.to_owned(),
        proof: proof(file),
        scope: "anrop:rescue.read".to_owned(),
        audience: Some(provider.issuer.clone()),
        resource: provider.told["resource"].as_str().map(str::to_owned),
    }))
}

#[tokio::test]
async fn a_receiver_proves_itself_with_an_ed25519_key_and_is_answered() {
    let (app, provider) = started().await;
    catch_up(&app);
    let proof = |file| ProofSettings::KeyAsSecret { file, id: "rescue-1".to_owned() };
    let token = |folder: &Path| token_settings(&provider, folder, "rescue", "rescue", proof);
    let own = TestReceiver::start_with(&app, Some(app.base.clone()), token).await;
    follow(&own.receiver).await.map_err(|fault| format!("{fault:?}")).expect("catches up");
    // the key of another client proves nothing
    let proof = |file| ProofSettings::KeyAsSecret { file, id: "rescue-1".to_owned() };
    let token = |folder: &Path| token_settings(&provider, folder, "rescue", "grantEd", proof);
    let own = TestReceiver::start_with(&app, Some(app.base.clone()), token).await;
    let told = format!("{:?}", follow(&own.receiver).await.expect_err("refused"));
    assert!(told.contains("the issuer answered 401"), "{told}");
    app.finish().await;
}

#[tokio::test]
async fn a_receiver_gets_a_token_for_an_assertion_that_is_the_grant() {
    let (app, provider) = started().await;
    for (key, id) in [("grant", "grant-1"), ("grantEd", "grant-2")] {
        catch_up(&app);
        let proof = |file| ProofSettings::Key { file, id: id.to_owned() };
        let token = |folder: &Path| token_settings(&provider, folder, "grant", key, proof);
        let own = TestReceiver::start_with(&app, Some(app.base.clone()), token).await;
        follow(&own.receiver)
            .await
            .map_err(|fault| format!("{key}: {fault:?}"))
            .expect("catches up");
    }
    app.finish().await;
}

async fn status(app: &TestApp, token: &str) -> u16 {
    let authorization = format!("Bearer {token}");
    let headers = [("authorization", authorization.as_str())];
    app.send("GET", "/v1/rescue/digest", None, &headers, None).await.status
}

#[tokio::test]
async fn a_machines_token_is_taken_for_what_it_says_and_for_nothing_else() {
    let (app, provider) = started().await;
    let now = || app.app.clock().now().timestamp();
    catch_up(&app);
    assert_eq!(status(&app, &provider.token(&json!({})).await).await, 200);
    let soon = json!({ "exp": now() - 9 });
    assert_eq!(status(&app, &provider.token(&soon).await).await, 200, "within the skew");
    for (what, change, expected) in [
        ("another service", json!({ "aud": "another" }), 401),
        ("another issuer", json!({ "iss": "https://maskinporten.example.no/" }), 401),
        ("expired", json!({ "exp": now() - 11 }), 401),
        ("not yet", json!({ "nbf": now() + 600 }), 401),
        ("another scope", json!({ "scope": "anrop:permit.read" }), 403),
        ("no scope", json!({ "scope": "" }), 403),
        ("roles of its own making", json!({ "scope": "", "roles": ["rescue"] }), 403),
        (
            "an organisation of another kind",
            json!({ "consumer": { "authority": "x", "ID": "9908:974760673" } }),
            401,
        ),
        (
            "no organisation number",
            json!({ "consumer": { "authority": "x", "ID": "0192:974760674" } }),
            401,
        ),
    ] {
        catch_up(&app);
        assert_eq!(status(&app, &provider.token(&change).await).await, expected, "{what}");
    }
    provider.rotate().await;
    let other = provider.token(&json!({})).await;
    app.clock.advance(anrop::identity::published::PAUSE);
    assert_eq!(status(&app, &other).await, 200, "a key that nobody had told of");
    app.finish().await;
}
