//! Keys of issuers of bearer tokens, read over the net from a stand-in that changes them, dies, and
//! answers late, too much, nonsense or for somebody else: who has a good token is let in all the same,
//! nobody else is, and nobody can make the registry ask more often than it would by itself.

mod stand_in;

use anrop::{
    app::{App, Parts},
    clock::Clock as _,
    identity::{issuer_keys, published::PAUSE},
    keys::{KeyRing, Origin},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::TestApp;
use stand_in::{JWKS, METADATA, Manner, Pair, StandIn, claims, until};

/// What somebody with this token is answered where no token is needed; one that is not taken is refused there too.
async fn status(app: &TestApp, token: &str) -> u16 {
    let authorization = format!("Bearer {token}");
    let headers = [("authorization", authorization.as_str())];
    app.send("GET", "/healthz", None, &headers, None).await.status
}

fn fault(app: &App) -> Option<&'static str> {
    issuer_keys::health(app)[0].fault
}

#[tokio::test]
async fn keys_that_change_are_known_without_a_restart() {
    for path in [METADATA, JWKS] {
        let (first, second, third) = (Pair::new("1"), Pair::new("2"), Pair::new("3"));
        let issuer = StandIn::start(&[&first]).await;
        let app = issuer.trusted(path).await;
        assert_eq!(issuer.asked(), 0, "nothing is asked before it is needed");
        assert_eq!(status(&app, &first.token(&app)).await, 200, "{path}");
        assert_eq!(issuer.asked(), 1);

        // a key that nobody had told of, and one that is told of no more
        issuer.has(&[&second]);
        app.clock.advance(PAUSE);
        assert_eq!(status(&app, &second.token(&app)).await, 200, "{path}");
        assert_eq!(status(&app, &first.token(&app)).await, 401, "{path}");
        assert_eq!(issuer.asked(), 2, "asked a moment ago");

        // beside the service, before anybody comes with a new key
        issuer.has(&[&second, &third]);
        issuer_keys::refresh(&app.app).await;
        assert_eq!(issuer.asked(), 2, "they are not old yet");
        app.clock.advance(TimeDelta::minutes(5));
        issuer_keys::refresh(&app.app).await;
        assert_eq!(issuer.asked(), 3);
        for pair in [&second, &third] {
            assert_eq!(status(&app, &pair.token(&app)).await, 200);
        }
        // a key that was taken back is good no more, though nobody has used another
        issuer.has(&[&third]);
        app.clock.advance(TimeDelta::minutes(5));
        issuer_keys::refresh(&app.app).await;
        assert_eq!(status(&app, &second.token(&app)).await, 401);
        assert_eq!(issuer_keys::health(&app.app)[0].keys, 1);
        app.finish().await;
    }
}

#[tokio::test]
async fn an_issuer_that_answers_badly_shuts_nobody_out() {
    for path in [METADATA, JWKS] {
        let (known, new) = (Pair::new("1"), Pair::new("2"));
        let mut issuer = StandIn::start(&[&known]).await;
        let app = issuer.trusted(path).await;
        assert_eq!(status(&app, &known.token(&app)).await, 200);
        issuer.has(&[&known, &new]);
        let manners =
            [Manner::WithAFailure, Manner::WithNonsense, Manner::TooMuch, Manner::WithoutKeys];
        let for_another = (path == METADATA).then_some(Manner::ForAnother);
        let mut days = 1;
        for manner in manners.into_iter().chain(for_another) {
            days += 1;
            issuer.answers(manner);
            app.clock.advance(TimeDelta::days(1));
            issuer_keys::refresh(&app.app).await;
            assert!(fault(&app.app).is_some(), "{path} {manner:?}");
            assert_eq!(status(&app, &known.token(&app)).await, 200, "{path} {manner:?}");
            assert_eq!(status(&app, &new.token(&app)).await, 401, "{path} {manner:?}");
        }
        issuer.die().await;
        app.clock.advance(TimeDelta::days(1));
        assert_eq!(status(&app, &new.token(&app)).await, 401);
        assert_eq!(fault(&app.app), Some("does not answer"));
        assert_eq!(status(&app, &known.token(&app)).await, 200, "its keys are old");
        let age = issuer_keys::health(&app.app)[0].age_seconds.expect("they were read");
        assert_eq!(age, TimeDelta::days(days).num_seconds());

        issuer.answers(Manner::Well);
        issuer.rise().await;
        app.clock.advance(PAUSE);
        assert_eq!(status(&app, &new.token(&app)).await, 200);
        assert_eq!(fault(&app.app), None);
        app.finish().await;
    }
}

/// An issuer with a new key that answers late, an app that knows the key before, and both keys.
async fn late() -> (StandIn, TestApp, Pair, Pair) {
    let (known, new) = (Pair::new("1"), Pair::new("2"));
    let issuer = StandIn::start(&[&known]).await;
    let app = issuer.trusted(JWKS).await;
    assert_eq!(status(&app, &known.token(&app)).await, 200);
    issuer.has(&[&known, &new]);
    issuer.answers(Manner::Late);
    app.clock.advance(PAUSE);
    (issuer, app, known, new)
}

#[tokio::test]
async fn nobody_whose_key_is_known_waits_for_an_issuer_that_is_slow() {
    let (issuer, app, known, new) = late().await;
    let (with_new, with_known) = (new.token(&app), known.token(&app));
    let waiting = status(&app, &with_new);
    let meanwhile = async {
        issuer.is_asked(2).await;
        assert_eq!(status(&app, &with_known).await, 200);
        issuer.state.lock().expect("unbroken").gate.add_permits(1);
    };
    let (waited, ()) = tokio::join!(waiting, meanwhile);
    assert_eq!(waited, 200, "its key came late, but it came");
    // one that never answers is given up
    let newest = Pair::new("3");
    app.clock.advance(PAUSE);
    assert_eq!(status(&app, &newest.token(&app)).await, 401);
    assert_eq!(fault(&app.app), Some("does not answer"));
    app.finish().await;
}

#[tokio::test]
async fn what_is_asked_for_goes_on_when_whoever_brought_it_about_has_gone() {
    let (issuer, app, _, new) = late().await;
    let token = new.token(&app);
    tokio::select! {
        _ = status(&app, &token) => panic!("the issuer has not answered"),
        () = issuer.is_asked(2) => {} // hangs up
    }
    issuer.state.lock().expect("unbroken").gate.add_permits(1);
    until(|| issuer_keys::health(&app.app)[0].keys == 2).await;
    assert_eq!(status(&app, &token).await, 200);
    assert_eq!(issuer.asked(), 2);
    app.finish().await;
}

#[tokio::test]
async fn many_tokens_with_unknown_keys_make_one_request() {
    let known = Pair::new("1");
    let issuer = StandIn::start(&[&known]).await;
    let app = issuer.trusted(METADATA).await;
    assert_eq!(status(&app, &known.token(&app)).await, 200);
    for round in 2..5 {
        app.clock.advance(PAUSE);
        let strangers: Vec<String> =
            (0..40).map(|n| Pair::new(&format!("{round}-{n}")).token(&app)).collect();
        let all = strangers.iter().map(|token| status(&app, token));
        let answers = futures_util::future::join_all(all).await;
        assert!(answers.iter().all(|status| *status == 401), "{answers:?}");
        assert_eq!(issuer.asked(), round);
    }
    assert_eq!(status(&app, &known.token(&app)).await, 200);
    app.finish().await;
}

#[tokio::test]
async fn a_token_that_no_key_can_have_signed_asks_nobody() {
    let known = Pair::new("1");
    let issuer = StandIn::start(&[&known]).await;
    let app = issuer.trusted(JWKS).await;
    assert_eq!(status(&app, &known.token(&app)).await, 200);
    app.clock.advance(PAUSE);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let symmetric = |id: &str, secret: &[u8]| {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(id.to_owned());
        encode(&header, &claims(&app), &EncodingKey::from_secret(secret)).expect("a token")
    };
    let raw = known.ring.token_issuer_key().verifying_key();
    let elsewhere = {
        let mut claims = claims(&app);
        claims["iss"] = json!("https://another.example.no/");
        let key = EncodingKey::from_ed_der(&known.ring.token_issuer_pkcs8());
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some("2".to_owned());
        // where it says its keys are is not believed either
        header.jku = Some(format!("{}{JWKS}", issuer.base));
        encode(&header, &claims, &key).expect("a token")
    };
    let mut forged = known.token(&app);
    forged.replace_range(forged.len() - 8.., "AAAAAAAA");
    for token in [
        symmetric("1", known.public().as_bytes()),
        symmetric("1", raw.as_bytes()),
        symmetric("1", known.jwk().to_string().as_bytes()),
        symmetric("2", raw.as_bytes()),
        format!("{}.{}.", part(&json!({ "alg": "none", "kid": "2" })), part(&claims(&app))),
        elsewhere,
        forged,
    ] {
        assert_eq!(status(&app, &token).await, 401, "{token}");
    }
    assert_eq!(issuer.asked(), 1);
    // a stranger who says their key is the known one, or names it in the header
    let stranger = Pair::new("1");
    assert_eq!(status(&app, &stranger.token(&app)).await, 401);
    assert_eq!(issuer.asked(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_start_while_the_issuer_is_away_goes_on_with_the_keys_that_were_kept() {
    let (known, stranger) = (Pair::new("1"), Pair::new("2"));
    let mut issuer = StandIn::start(&[&known]).await;
    let app = issuer.trusted(METADATA).await;
    assert_eq!(status(&app, &known.token(&app)).await, 200);
    issuer_keys::keep(&app.app).await.expect("keeps");
    let kept = std::fs::read(app.app.settings().spool.join("issuer-keys")).expect("a file");
    issuer.die().await;

    let other_ring = KeyRing::generate(DateTime::UNIX_EPOCH, Origin::Demo);
    let mut changed = kept.clone();
    *changed.last_mut().expect("a byte") ^= 1;
    for (what, content, ring, is_good) in [
        ("kept", Some(&kept), KeyRing::clone(&app.app.keys()), true),
        ("never kept", None, KeyRing::clone(&app.app.keys()), false),
        ("changed", Some(&changed), KeyRing::clone(&app.app.keys()), false),
        ("sealed by others", Some(&kept), other_ring, false),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut settings = app.app.settings().clone();
        settings.spool = folder.path().join("spool");
        let clock = app.clock.clone();
        let parts = Parts { settings, clock, keys: ring };
        let again = App::beside(parts).await.expect("starts");
        if let Some(content) = content {
            std::fs::write(again.settings().spool.join("issuer-keys"), content).expect("writes");
        }
        issuer_keys::recall(&again);
        let now = app.clock.now();
        let verified = again.issuers().verify(&known.token(&app), now).await;
        let problem = verified.as_ref().err().map(|failure| failure.problem().status());
        // what is not known is not refused: whoever has a good token is not told to throw it away
        assert_eq!(problem, (!is_good).then_some(503), "{what}");
        let verified = again.issuers().verify(&stranger.token(&app), now).await;
        let problem = verified.err().map(|failure| failure.problem().status());
        assert_eq!(problem, Some(if is_good { 401 } else { 503 }), "{what}");
        again.db().close().await;
    }

    // nothing was known at the start: it is asked as soon as that makes sense
    let fresh = issuer.trusted(METADATA).await;
    assert_eq!(status(&fresh, &known.token(&fresh)).await, 503);
    let health = &issuer_keys::health(&fresh.app)[0];
    assert_eq!((health.keys, health.age_seconds), (0, None));
    issuer.rise().await;
    assert_eq!(status(&fresh, &known.token(&fresh)).await, 503, "asked a moment ago");
    fresh.clock.advance(PAUSE);
    assert_eq!(status(&fresh, &known.token(&fresh)).await, 200);
    fresh.finish().await;
    app.finish().await;
}
