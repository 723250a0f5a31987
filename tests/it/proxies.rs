//! Limits per address behind a proxy: each client has its own, and nobody but the proxy can say who it is.

use anrop::http::address::TrustedProxies;

use crate::support::TestApp;

const NOWHERE: &str = "/v1/document-access-answers/AAAA";

async fn behind(networks: &[&str]) -> TestApp {
    let proxies = TrustedProxies::parse(networks.iter().copied()).expect("networks");
    TestApp::start_with(|settings| settings.trusted_proxies = proxies).await
}

async fn tried(app: &TestApp, headers: &[(&str, &str)]) -> u16 {
    app.send("GET", NOWHERE, None, headers, None).await.status
}

/// Guesses as often as one address may.
async fn used_up(app: &TestApp, headers: &[(&str, &str)]) {
    for _ in 0..20 {
        assert_eq!(tried(app, headers).await, 404, "{headers:?}");
    }
    let refused = app.send("GET", NOWHERE, None, headers, None).await;
    assert_eq!(refused.header("retry-after"), "60");
    refused.expect_problem(429, "too-many-requests");
}

#[tokio::test]
async fn each_client_of_a_trusted_proxy_has_its_own_limit() {
    let app = behind(&["10.0.0.0/8", "127.0.0.1"]).await;
    used_up(&app, &[("x-forwarded-for", "192.0.2.1")]).await;
    assert_eq!(tried(&app, &[("x-forwarded-for", "192.0.2.2")]).await, 404);
    assert_eq!(tried(&app, &[]).await, 404, "the proxy itself");
    // the same client, whatever it wrote before the proxy did, and whatever the proxy speaks
    for same in [
        [("x-forwarded-for", "192.0.2.9, 192.0.2.1")],
        [("x-forwarded-for", "nonsense,192.0.2.1, 10.3.0.1")],
        [("forwarded", "for=192.0.2.9, for=\"192.0.2.1:4711\";proto=https")],
    ] {
        assert_eq!(tried(&app, &same).await, 429, "{same:?}");
    }
    // one connection has many addresses of IPv6
    used_up(&app, &[("forwarded", "for=\"[2001:db8:1:2::7]\"")]).await;
    assert_eq!(tried(&app, &[("forwarded", "for=\"[2001:db8:1:2:ffff::1]\"")]).await, 429);
    assert_eq!(tried(&app, &[("forwarded", "for=\"[2001:db8:1:3::7]\"")]).await, 404);
    app.finish().await;
}

#[tokio::test]
async fn bad_headers_are_those_of_the_proxy() {
    let app = behind(&["127.0.0.1"]).await;
    let bad = [("forwarded", "for=\"192.0.2.1")];
    used_up(&app, &bad).await;
    for also in [
        vec![],
        vec![("x-forwarded-for", "192.0.2.300")],
        vec![("forwarded", "for=192.0.2.1"), ("x-forwarded-for", "192.0.2.2")],
    ] {
        assert_eq!(tried(&app, &also).await, 429, "{also:?}");
    }
    assert_eq!(tried(&app, &[("forwarded", "for=192.0.2.1")]).await, 404);
    app.finish().await;
}

#[tokio::test]
async fn nobody_is_a_proxy_who_is_not_named() {
    for networks in [&[][..], &["10.0.0.0/8"]] {
        let app = behind(networks).await;
        for n in 0..20 {
            let address = format!("192.0.2.{n}");
            let own = format!("for={address}");
            let said = [("x-forwarded-for", address.as_str()), ("forwarded", own.as_str())];
            assert_eq!(tried(&app, &said).await, 404);
        }
        assert_eq!(tried(&app, &[("x-forwarded-for", "192.0.2.99")]).await, 429);
        app.finish().await;
    }
}

#[test]
fn proxies_are_settings_and_a_wrong_one_is_a_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("anrop.toml");
    let read = |proxies: &str| {
        let text = format!("[http]\ntrusted_proxies = \"{proxies}\"\n");
        std::fs::write(&file, text).expect("written");
        anrop::config::load(Some(&file))
    };
    assert_eq!(read("").expect("none").trusted_proxies, TrustedProxies::default());
    let two = ["10.0.0.0/8", "::1"];
    let known = TrustedProxies::parse(two).expect("networks");
    assert_eq!(read(&two.join(" ")).expect("two").trusted_proxies, known);
    for wrong in ["10.0.0.0/33", "proxy.example", "0.0.0.0/0"] {
        let faults = read(wrong).expect_err("a fault");
        assert!(faults.iter().any(|one| one.starts_with("http.trusted_proxies: ")), "{faults:?}");
        assert!(!faults.join("").contains(wrong), "no setting is repeated");
    }
}
