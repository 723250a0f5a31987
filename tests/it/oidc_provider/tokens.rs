//! Identity tokens that are wrong in one way each, made by a library that is not ours and signed with the
//! provider's own keys where the fault is not the signature.

use super::{MY_PAGE, browser::Browser, process::started};

const LEVEL: Option<&str> = Some("idporten-loa-high");

/// Faults of what a token says.
const CLAIMS: &[&str] = &[
    "issuer",
    "audience",
    "audiences",
    "azp",
    "nonce",
    "no-nonce",
    "no-subject",
    "expired",
    "future",
    "not-before",
    "no-end",
    "not-a-person",
    "access-token",
];

/// Faults of how it is signed.
const SIGNATURES: &[&str] = &[
    "none",
    "none-with-key",
    "unsigned",
    "changed",
    "hs256-pem",
    "hs256-jwk",
    "hs256-empty",
    "stranger",
    "key-in-header",
    "other-alg",
];

#[tokio::test]
async fn a_token_that_says_something_else_is_not_taken() {
    let (app, provider) = started().await;
    for fault in CLAIMS {
        let mut browser = Browser::new(&app);
        let back = browser.way_back("people", MY_PAGE, "kari", LEVEL).await;
        super::catch_up(&app);
        provider.tamper(fault, &app).await;
        let page = browser.get(&back).await;
        assert_eq!(page.status, 401, "{fault}: {}", page.text());
        assert!(browser.cookie(&app.base, "anrop-session").is_none(), "{fault}");
    }
    for fault in ["low", "no-level"] {
        let mut browser = Browser::new(&app);
        let back = browser.way_back("people", MY_PAGE, "kari", LEVEL).await;
        super::catch_up(&app);
        provider.tamper(fault, &app).await;
        assert_eq!(browser.get(&back).await.status, 403, "{fault}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_token_that_the_provider_did_not_sign_so_is_not_taken() {
    let (app, provider) = started().await;
    for fault in SIGNATURES {
        let mut browser = Browser::new(&app);
        let back = browser.way_back("people", MY_PAGE, "kari", LEVEL).await;
        super::catch_up(&app);
        provider.tamper(fault, &app).await;
        let page = browser.get(&back).await;
        assert_eq!(page.status, 401, "{fault}: {}", page.text());
        assert!(browser.cookie(&app.base, "anrop-session").is_none(), "{fault}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_token_of_another_sign_in_is_not_taken_again() {
    let (app, provider) = started().await;
    let mut browser = Browser::new(&app);
    let back = browser.way_back("people", MY_PAGE, "kari", LEVEL).await;
    super::catch_up(&app);
    provider.tamper("keep", &app).await;
    assert_eq!(browser.get(&back).await.status, 200);
    let mut thief = Browser::new(&app);
    let back = thief.way_back("people", MY_PAGE, "ola-of-a-business", LEVEL).await;
    super::catch_up(&app);
    provider.tamper("replay", &app).await;
    assert_eq!(thief.get(&back).await.status, 401);
    app.finish().await;
}

#[tokio::test]
async fn clocks_may_differ_by_ten_seconds_and_a_token_may_be_for_others_too() {
    let (app, provider) = started().await;
    for fine in ["just-expired", "near-future", "two-for-us"] {
        let mut browser = Browser::new(&app);
        let back = browser.way_back("people", MY_PAGE, "kari", LEVEL).await;
        super::catch_up(&app);
        provider.tamper(fine, &app).await;
        let page = browser.get(&back).await;
        assert_eq!(page.status, 200, "{fine}: {}", page.text());
    }
    app.finish().await;
}
