//! Pictures of the main pages for the README, of the demo: on a desk and on a phone, light and dark.
//! Made on demand only: `ANROP_SCREENSHOTS=1 cargo test --test it -- browser::screenshots`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::driver::Browser;
use crate::support::program;

/// Largest picture, in bytes.
const LARGEST: u64 = 150_000;

/// Name of the picture, page, width, and colour scheme.
const PICTURES: &[(&str, &str, u32, &str)] = &[
    ("start", "/nb", 1280, "light"),
    ("start-phone-dark", "/nn", 360, "dark"),
    ("call-signs", "/en/call-signs?status=inUse", 1280, "light"),
    ("call-signs-phone", "/nb/call-signs", 360, "light"),
    ("call-sign", "/nb/call-signs/LA9FJEL?onAir=JW/LA9FJEL", 1280, "light"),
    ("call-sign-phone-dark", "/nb/call-signs/LA9FJEL", 360, "dark"),
    ("installers-dark", "/nb/installers", 1280, "dark"),
    ("suppliers", "/nb/suppliers", 1280, "light"),
    ("privacy", "/nn/privacy", 1280, "light"),
    ("open-data-dark", "/en/open-data", 1280, "dark"),
    ("frequency-plan", "/nb/frequency-plan?from=3000000&to=3000000000", 1280, "light"),
    ("frequency-plan-phone-dark", "/en/frequency-plan?from=300000000&to=3000000000", 360, "dark"),
    ("statistics", "/en/statistics", 1280, "light"),
];

/// Of pages behind the sign-in: name, test person, page to begin from, width, and colour scheme.
const OWN: &[(&str, &str, &str, u32, &str)] = &[
    ("form", "KARI", "/nb/apply/plb", 1280, "light"),
    ("form-phone-dark", "KARI", "/nn/apply/plb", 360, "dark"),
    ("my-page", "BUSINESS", "/nb/my-page", 1280, "light"),
    ("queue", "CASEWORKER", "/nb/casework", 1280, "light"),
    ("case", "CASEWORKER", "/nb/casework", 1280, "light"),
    ("rescue-desk", "RESCUE", "/nb/rescue-desk", 1280, "dark"),
    ("rescue-desk-phone", "RESCUE", "/en/rescue-desk", 360, "light"),
];

#[tokio::test]
async fn the_pictures_of_the_readme_are_small() {
    #[allow(clippy::disallowed_methods)] // the harness's own switch
    if std::env::var("ANROP_SCREENSHOTS").is_ok() {
        take().await;
    }
    let names = PICTURES.iter().map(|(name, ..)| name);
    for name in names.chain(OWN.iter().map(|(name, ..)| name)) {
        let path = kept().join(format!("{name}.png"));
        let size = fs::metadata(&path).unwrap_or_else(|_| panic!("{name} is missing")).len();
        assert!(size < LARGEST, "{name} has {size} bytes");
    }
}

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screenshots")
}

/// Takes all of them, of a demo of its own.
async fn take() {
    let data = tempfile::tempdir().expect("a folder");
    let demo = program::demo(data.path()).await;
    let browser = Browser::start(&demo.base).await;
    for (name, path, width, scheme) in PICTURES {
        browser.size(*width, *width < 600).await;
        browser.scheme(scheme).await;
        browser.go(path).await;
        let picture = browser.picture().await;
        fs::write(kept().join(format!("{name}.png")), picture).expect("is written");
    }
    for (name, person, path, width, scheme) in OWN {
        browser.size(*width, *width < 600).await;
        browser.scheme(scheme).await;
        browser.driver.delete_all_cookies().await.expect("signed out");
        browser.go(&format!("/sign-in?to={path}")).await;
        browser.follow(&format!("button[value={person}]")).await;
        if path.contains("/apply/") {
            browser.follow("main form .button").await;
            a_mistake(&browser).await;
        }
        if *name == "case" {
            browser.follow(".queue th a").await;
        }
        if path.ends_with("/rescue-desk") {
            browser.ask("#text", "LN0T0000050").await;
            assert_eq!(browser.count(".answer").await, 1);
        }
        let picture = browser.picture().await;
        fs::write(kept().join(format!("{name}.png")), picture).expect("is written");
    }
    browser.close().await;
}

/// A step with something wrong in it.
async fn a_mistake(browser: &Browser) {
    browser.follow(".way a[href$='/beacon']").await;
    for (name, text) in
        [("manufacturer", "Havblikk"), ("model", "Fjell 2"), ("serial", "tolv hundre")]
    {
        browser.fill(&format!("[name='/beacon/{name}']"), text).await;
    }
    browser.follow(".deeds [value='next']").await;
    assert_eq!(browser.count("#wrong").await, 1);
}
