//! Signing in at a provider that is not ours, the npm package `oidc-provider`, which `tests/run` fetches:
//! the flow of people and of staff, and every token that must not be taken. What the built-in issuer can
//! show is tested in `desk.rs`.

mod browser;
mod machines;
mod process;
mod tokens;

use anrop::identity::Role;
use browser::Browser;
use process::started;
use serde_json::json;

use crate::support::{TestApp, Who};

const MY_PAGE: &str = "/nb/my-page";
const QUEUE: &str = "/nb/casework";

#[tokio::test]
async fn a_person_signs_in_and_out_here_and_there() {
    let (app, provider) = started().await;
    let mut browser = Browser::new(&app);
    let asked = browser.begin("people", MY_PAGE).await;
    for part in ["code_challenge_method=S256", "acr_values=idporten-loa-substantial", "nonce="] {
        assert!(asked.contains(part), "{asked}");
    }
    let page = browser.sign_in("people", MY_PAGE, "kari", Some("idporten-loa-high")).await;
    assert_eq!((page.status, browser.path()), (200, MY_PAGE));
    let stolen = browser.cookies_of(&app.base);

    // out here, and on to the provider, which asks and comes back
    let gone = browser.post_form(&page.text(), "/sign-out", &[]).await.expect(200);
    let gone = gone.text();
    let on = browser::between(&gone, "http-equiv=\"refresh\" content=\"0; url=", "\"");
    let on = on.replace("&#38;", "&").replace("&amp;", "&");
    assert!(on.starts_with(&format!("{}/session/end?client_id=anrop-people", provider.issuer)));
    assert!(!on.contains("id_token"), "an identity token in an address carries a national id");
    let asked = browser.get(&on).await.expect(200);
    let action = browser::between(&asked.text(), "action=\"", "\"").to_owned();
    browser.post_form(&asked.text(), &action, &[("logout", "yes")]).await;
    assert_eq!(browser.path(), "/nb", "back at the start page");

    // back in needs to sign in: there is no session, neither here nor there, and the old cookie is dead
    let again = browser.begin("people", MY_PAGE).await;
    browser.get(&again).await.expect(200);
    assert!(browser.path().starts_with("/interaction/"), "{}", browser.path());
    let mut thief = Browser::new(&app);
    thief.take(&app.base, stolen);
    thief.get(&format!("{}{MY_PAGE}", app.base)).await;
    assert_ne!(thief.path(), MY_PAGE, "the session has ended, not only its cookie");
    app.finish().await;
}

#[tokio::test]
async fn staff_act_in_their_roles_and_a_provider_of_people_gives_none() {
    let (app, _provider) = started().await;
    let mut browser = Browser::new(&app);
    let page = browser.sign_in("staff", QUEUE, "saksbehandler", None).await;
    assert_eq!((page.status, browser.path()), (200, QUEUE), "{}", page.text());
    // the same claims from the provider of people are worth nothing
    let mut browser = Browser::new(&app);
    let level = Some("idporten-loa-high");
    let page = browser.sign_in("people", QUEUE, "kari-with-roles", level).await;
    assert_eq!(page.status, 403, "{}", page.text());
    // a person with an organisation may act for it, and chooses
    let mut browser = Browser::new(&app);
    let page = browser.sign_in("people", MY_PAGE, "ola-of-a-business", level).await;
    assert!(page.text().contains("974760673"), "{}", page.text());
    app.finish().await;
}

#[tokio::test]
async fn too_low_a_level_is_refused_with_a_page_that_says_what_to_do() {
    let (app, _provider) = started().await;
    for (language, words) in [
        ("nb", "høyere sikkerhetsnivå"),
        ("nn", "høgare tryggingsnivå"),
        ("en", "higher level of assurance"),
    ] {
        let mut browser = Browser::new(&app);
        language.clone_into(&mut browser.language);
        let page = browser.sign_in("people", MY_PAGE, "kari", None).await;
        assert_eq!(page.status, 403);
        assert!(page.text().contains(words) && page.text().contains("href=\"/sign-in\""));
        assert!(browser.cookie(&app.base, "anrop-session").is_none());
    }
    let mut browser = Browser::new(&app);
    let page = browser.sign_in("people", MY_PAGE, "kari", Some("idporten-loa-substantial")).await;
    assert_eq!(page.status, 200, "the lowest that is enough");
    app.finish().await;
}

#[tokio::test]
async fn a_sign_in_is_good_once_in_the_browser_that_began_it_and_for_what_it_began() {
    let (app, _provider) = started().await;
    let level = Some("idporten-loa-high");
    let mut browser = Browser::new(&app);
    let back = browser.way_back("people", MY_PAGE, "kari", level).await;
    // another browser, another state, another provider's name, none at all
    let mut other = Browser::new(&app);
    assert_eq!(other.get(&back).await.status, 401);
    for (from, to) in
        [("state=", "state=x"), ("iss=", "iss=https%3A%2F%2Fexample.com%2F"), ("&iss=", "&ess=")]
    {
        let answer = browser.get(&back.replace(from, to)).await;
        assert_eq!(answer.status, 401, "{to}");
    }
    assert!(browser.cookie(&app.base, "anrop-session").is_none());
    let attempt = browser.cookies_of(&app.base);
    assert_eq!(browser.get(&back).await.status, 200);
    // the provider redeems a code once
    browser.take(&app.base, attempt);
    assert_eq!(browser.get(&back).await.status, 401);
    // a code that was got for another verifier, as one that was injected would be
    let mut victim = Browser::new(&app);
    let own = victim.way_back("people", MY_PAGE, "ola-of-a-business", level).await;
    let foreign = Browser::new(&app).way_back("people", MY_PAGE, "kari", level).await;
    let code = |address: &str| browser::between(address, "code=", "&").to_owned();
    let injected = own.replace(&code(&own), &code(&foreign));
    assert_eq!(victim.get(&injected).await.status, 401, "PKCE");
    // broken off there
    let mut browser = Browser::new(&app);
    let page = browser.break_off("people", MY_PAGE).await;
    assert_eq!(page.status, 401);
    assert!(page.text().contains("avbrutt"), "{}", page.text());
    app.finish().await;
}

#[tokio::test]
async fn keys_change_while_people_are_signed_in() {
    let (app, provider) = started().await;
    let mut kari = Browser::new(&app);
    let level = Some("idporten-loa-high");
    kari.sign_in("people", MY_PAGE, "kari", level).await.expect(200);
    provider.rotate().await;
    kari.get(&format!("{}{MY_PAGE}", app.base)).await.expect(200);
    let mut staff = Browser::new(&app);
    let page = staff.sign_in("staff", QUEUE, "saksbehandler", None).await;
    assert_eq!(page.status, 200, "signed with a key that nobody had told of");
    provider.rotate().await;
    let mut ola = Browser::new(&app);
    assert_eq!(ola.sign_in("people", MY_PAGE, "kari", level).await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn a_session_that_ends_at_the_provider_ends_here() {
    let (app, provider) = started().await;
    let mut browser = Browser::new(&app);
    let level = Some("idporten-loa-high");
    browser.sign_in("people", MY_PAGE, "kari", level).await.expect(200);
    let mut other = Browser::new(&app);
    other.sign_in("people", MY_PAGE, "kari", level).await.expect(200);
    // straight at the provider: nothing passes through the browser's pages here
    let asked = browser.get(&format!("{}/session/end", provider.issuer)).await.expect(200);
    let action = browser::between(&asked.text(), "action=\"", "\"").to_owned();
    browser.post_form(&asked.text(), &action, &[("logout", "yes")]).await;
    browser.get(&format!("{}{MY_PAGE}", app.base)).await;
    assert_ne!(browser.path(), MY_PAGE, "the provider has told that it ended");
    other.get(&format!("{}{MY_PAGE}", app.base)).await.expect(200);
    assert_eq!(other.path(), MY_PAGE, "and of no other");
    // what is no logout token ends nothing
    for token in ["", "x.y.z", &app.token(&Who::role(Role::Administrator))] {
        let body = format!("logout_token={token}");
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let path = "/sign-out/back-channel";
        let told = app.send_raw("POST", path, None, &headers, Some(body.as_bytes())).await;
        assert_eq!(told.status, 400);
    }
    other.get(&format!("{}{MY_PAGE}", app.base)).await.expect(200);
    app.finish().await;
}

#[tokio::test]
async fn a_person_who_has_signed_out_everywhere_has_no_session_of_before() {
    let (app, provider) = started().await;
    let level = Some("idporten-loa-high");
    let (mut one, mut two) = (Browser::new(&app), Browser::new(&app));
    for browser in [&mut one, &mut two] {
        browser.sign_in("people", MY_PAGE, "kari", level).await.expect(200);
    }
    let told = async |change: serde_json::Value| {
        let mut claims = json!({
            "aud": "anrop-people",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        for (name, value) in change.as_object().expect("claims") {
            claims[name] = value.clone();
        }
        let body = format!("logout_token={}", provider.token(&claims).await);
        catch_up(&app);
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let path = "/sign-out/back-channel";
        app.send_raw("POST", path, None, &headers, Some(body.as_bytes())).await.status
    };
    // of somebody else, and of nobody (OpenID Connect Back-Channel Logout 1.0 section 2.4)
    assert_eq!(told(json!({ "sub": "ola" })).await, 200);
    assert_eq!(told(json!({ "sub": "" })).await, 400);
    one.get(&format!("{}{MY_PAGE}", app.base)).await.expect(200);
    assert_eq!(one.path(), MY_PAGE);
    assert_eq!(told(json!({ "sub": "kari" })).await, 200);
    for browser in [&mut one, &mut two] {
        browser.get(&format!("{}{MY_PAGE}", app.base)).await;
        assert_ne!(browser.path(), MY_PAGE);
    }
    app.clock.advance(chrono::TimeDelta::seconds(1));
    let mut again = Browser::new(&app);
    again.sign_in("people", MY_PAGE, "kari", level).await.expect(200);
    assert_eq!(again.path(), MY_PAGE, "signing in again is a new session");
    app.finish().await;
}

/// Brings the app's clock up to the machine's, by which the provider writes its tokens.
fn catch_up(app: &TestApp) {
    use anrop::clock::Clock as _;
    let behind = anrop::clock::SystemClock.now() - app.clock.now();
    app.clock.advance(behind.max(chrono::TimeDelta::zero()));
}
