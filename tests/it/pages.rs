//! The public pages as they are answered: languages, headers, what a wrong address gets, and that
//! nothing of a person stands in them without consent.

use std::sync::Arc;

use serde_json::json;

use crate::support::{Reply, TestApp, Who, people};
use anrop::{
    commands::synthetic::Synthetic,
    identity::Role,
    register::{Change, Entry, PublicPermit},
    web::frame::STYLE,
};

/// Headers of a browser that prefers a language.
fn browser(language: &str) -> [(&'static str, String); 2] {
    [("accept", "text/html,*/*;q=0.8".to_owned()), ("accept-language", language.to_owned())]
}

async fn open(app: &TestApp, path: &str, language: &str) -> Reply {
    let headers = browser(language);
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    app.send("GET", path, None, &headers, None).await
}

/// A licence of the `n`th person; answers its call sign.
async fn licence(app: &TestApp, n: u64, publish: &[&str]) -> String {
    let result = json!({ "results": [{
        "nationalId": Who::person(n).national_id(), "licenceClass": "full",
        "passedOn": "2026-10-01", "reference": format!("exam-{n}"),
    }] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &result).await.expect(201);
    let application = people::amateur_application(n, publish);
    let made = app.post("/v1/amateur/applications", &Who::person(n), &application).await;
    made.expect(201).json()["callSign"].as_str().expect("a sign").to_owned()
}

#[tokio::test]
async fn an_address_without_language_leads_to_the_one_the_browser_asks_for() {
    let app = TestApp::start().await;
    for (language, code) in [("nn,nb;q=0.5", "nn"), ("en-GB", "en"), ("fi", "nb")] {
        for path in ["/", "/call-signs?q=LB1&status=free", "/installers", "/privacy", "/open-data"]
        {
            let page = open(&app, path, language).await.expect(200);
            assert_eq!(page.header("content-language"), code, "{path}");
            assert!(page.text().contains(&format!("<html lang=\"{code}\">")), "{path}");
            for other in ["nb", "nn", "en"] {
                let rest = path.trim_end_matches('/').replace('&', "&#38;");
                let link = format!(
                    "hreflang=\"{other}\" href=\"{}/{other}{rest}\"",
                    app.app.settings().public_url
                );
                assert!(page.text().contains(&link), "{path}: {link}");
            }
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_search_on_paper_says_what_was_searched_for() {
    let app = TestApp::start().await;
    for list in ["call-signs", "installers", "frequency-permits", "number-ranges"] {
        let page = open(&app, &format!("/nb/{list}?q=nord+%3C7"), "nb").await.expect(200).text();
        assert!(page.contains("<p class=\"only-paper\">Søk: nord &#60;7</p>"), "{list}");
        let whole = open(&app, &format!("/nb/{list}"), "nb").await.expect(200).text();
        assert!(!whole.contains("only-paper"), "{list}");
    }
    let (screen, paper) = STYLE.split_once("@media print").expect("a style for paper");
    assert!(screen.contains(".only-paper { display: none; }"));
    assert!(paper.contains(".only-paper { display: block; }"));
    app.finish().await;
}

#[tokio::test]
async fn filters_mark_what_was_typed_and_say_when_they_are_cut() {
    let app = TestApp::start().await;
    let installer = |n: i64| {
        let town = format!("ØVRE STED{n:03}");
        let record = json!({
            "permit": { "number": format!("INS-{n:06}"), "kind": "installer", "status": "active" },
            "organisation": { "name": "Fjell Nett AS", "postTown": town },
        });
        let row = Some(Arc::new(PublicPermit::of(&record)));
        Change::Permit(Entry { key: format!("installers/{n:09}"), row, revision: 1 })
    };
    app.app.register().apply((1..=100).map(installer));
    let page = open(&app, "/nb/installers", "nb").await.expect(200).text();
    assert!(page.contains("ØVRE STED100") && !page.contains("vanligste"), "all of them");
    assert!(!page.contains("class=\"chosen\""));
    app.app.register().apply((101..=150).map(installer));
    for (language, said) in [
        ("nb", "Bare de 100 vanligste"),
        ("nn", "Berre dei 100 vanlegaste"),
        ("en", "Only the 100"),
    ] {
        let page = open(&app, &format!("/{language}/installers"), language).await.expect(200);
        assert!(page.text().contains(said), "{language}");
    }
    // a program gets every value there is
    let all = app.get_public("/v1/installers?facets=place&limit=1").await.expect(200).json();
    assert_eq!(all["facets"]["place"].as_array().map(Vec::len), Some(150));
    let chosen = "class=\"chosen\" aria-current=\"true\"><span class=\"name\">ØVRE STED007</span>";
    for typed in ["%C3%98VRE+STED007", "%C3%B8vre+sted007", "oevre%20sted007"] {
        let page = open(&app, &format!("/nb/installers?place={typed}"), "nb").await.expect(200);
        assert!(page.text().contains(chosen), "{typed}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page_and_what_follows_readers_is_ignored() {
    let app = TestApp::start().await;
    let policy = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().no_proxy().redirect(policy).build().expect("a client");
    for (asked, page) in [
        ("/nb/", "/nb"),
        ("/nn/", "/nn"),
        ("/en/?utm_source=x", "/en?utm_source=x"),
        ("/nb/call-signs/?q=LB1", "/nb/call-signs?q=LB1"),
        ("/en/call-signs/LB1AG/", "/en/call-signs/LB1AG"),
    ] {
        let answer = client.get(format!("{}{asked}", app.base)).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 308, "{asked}");
        assert_eq!(answer.headers()["location"], page, "{asked}");
        open(&app, asked, "nb").await.expect(200);
    }
    // an operation has no slash at its end
    app.get_public("/v1/call-signs/").await.expect(404);
    let tracked = "/nb/call-signs?utm_source=brev&utm_campaign=1&q=LB1&fbclid=a&gclid=b";
    let page = open(&app, tracked, "nb").await.expect(200).text();
    for name in ["utm_", "fbclid", "gclid"] {
        assert!(!page.contains(name), "{name} is passed on");
    }
    open(&app, "/nb/call-signs?utmost=1", "nb").await.expect(400);
    app.get_public("/v1/call-signs?utm_source=brev").await.expect_problem(400, "invalid-parameter");
    app.finish().await;
}

#[tokio::test]
async fn pages_run_nothing_keep_nothing_and_load_nothing_from_elsewhere() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let sign = licence(&app, 1, &["name"]).await;
    let about_persons = ["/nb/call-signs".to_owned(), format!("/nb/call-signs/{sign}")];
    for path in ["/nb", "/en/installers", "/nn/privacy", "/nb/open-data", "/docs", "/problems"]
        .map(str::to_owned)
        .iter()
        .chain(&about_persons)
    {
        let page = open(&app, path, "nb").await.expect(200);
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'"
        ));
        assert_eq!(page.header("set-cookie"), "");
        let text = page.text();
        assert!(
            !text.contains("<script") && !text.contains(" style=") && !text.contains(" onclick")
        );
        for part in ["src=\"http", "href=\"//", "@import", "url(http"] {
            assert!(!text.contains(part), "{path} has {part}");
        }
        let tag = page.header("x-robots-tag");
        let kept = page.header("cache-control");
        if about_persons.contains(path) {
            assert_eq!((tag, kept), ("noindex, noarchive", "no-store"), "{path}");
        } else {
            assert_eq!((tag, kept), ("", "no-cache"), "{path}");
        }
    }
    let robots = app.get_public("/robots.txt").await.expect(200).text();
    assert!(!robots.contains("Disallow"), "a disallowed page could not say noindex");
    app.finish().await;
}

#[tokio::test]
async fn a_name_stands_on_no_page_without_consent() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (shown, withheld) = (licence(&app, 1, &["name"]).await, licence(&app, 2, &[]).await);
    let name = |n: u64| people::applicant(n)["name"].as_str().expect("a name").to_owned();
    let pages = |sign: &str| {
        [
            format!("/nb/call-signs?q={sign}"),
            format!("/nb/call-signs/{sign}"),
            "/en/call-signs".to_owned(),
        ]
    };
    for path in pages(&shown) {
        assert!(open(&app, &path, "nb").await.expect(200).text().contains(&name(1)), "{path}");
    }
    for path in pages(&withheld) {
        assert!(!open(&app, &path, "nb").await.expect(200).text().contains(&name(2)), "{path}");
    }
    app.send("DELETE", "/v1/consents/call-sign-list", Some(&Who::person(1)), &[], None)
        .await
        .expect(204);
    for path in pages(&shown) {
        assert!(!open(&app, &path, "nb").await.expect(200).text().contains(&name(1)), "{path}");
    }
    app.finish().await;
}

#[tokio::test]
async fn what_is_wrong_is_told_in_the_language_of_the_reader() {
    let app = TestApp::start().await;
    let unlisted = Synthetic::new(7).organisation(9).number;
    let script = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%27%20OR%201%3D1--";
    for (path, status, said) in [
        ("/en/no-such-page".to_owned(), 404, "We cannot find the page"),
        ("/nn/no-such-page".to_owned(), 404, "Vi finn ikkje sida"),
        ("/no-such-page".to_owned(), 404, "Vi finner ikke siden"),
        ("/problems/no-such-problem".to_owned(), 404, "Vi finner ikke siden"),
        ("/en/call-signs/SM5XX".to_owned(), 400, "not a Norwegian call sign"),
        (format!("/nb/call-signs/{script}"), 400, "ikke et norsk kallesignal"),
        ("/en/call-signs/LB9ZZ?asOf=2999-01-01".to_owned(), 400, "today or before"),
        ("/nn/call-signs/LB9ZZ?asOf=i-dag".to_owned(), 400, "Skriv ein dato"),
        ("/en/call-signs/LB9ZZ?onAir=JW/LB8ZZ".to_owned(), 400, "on the air is another"),
        ("/en/call-signs?utm=1".to_owned(), 400, "does not know"),
        ("/en/call-signs?q=a&q=b".to_owned(), 400, "twice"),
        ("/en/call-signs?cursor=forged".to_owned(), 400, "no longer valid"),
        ("/en/call-signs?year=99999999999".to_owned(), 400, "four digits"),
        ("/en/call-signs?status=gone".to_owned(), 400, "Choose one"),
        ("/nn/installers?status=gone".to_owned(), 400, "Vel ein av verdiane"),
        ("/nb/frequency-permits?kind=radio".to_owned(), 400, "Velg en av verdiene"),
        ("/nb/suppliers?type=ENA".to_owned(), 400, "Velg en av verdiene"),
        ("/nn/call-signs?county=Viken".to_owned(), 400, "Vel ein av verdiane"),
        (format!("/en/call-signs?q={}", "x".repeat(101)), 400, "at most 100"),
        ("/en/call-signs?q=%FF".to_owned(), 400, "a letter or a digit"),
        ("/en/call-signs?q=a%00b".to_owned(), 400, "U+0000"),
        ("/nn/public-journal?case=%00".to_owned(), 400, "Fjern teiknet U+0000"),
        (format!("/nb/call-signs?q={script}"), 200, "Ingen kallesignaler"),
        ("/nb/installers/123".to_owned(), 400, "ikke autorisert nå"),
        (format!("/en/suppliers/{unlisted}"), 404, "not registered now"),
        ("/nb/number-ranges/12x".to_owned(), 400, "Skriv alle sifrene i telefonnummeret"),
        ("/en/number-ranges/22000000?type=x".to_owned(), 400, "Choose one"),
        ("/nn/frequency-permits/TX-999999".to_owned(), 404, "Løyvet står ikkje i lista"),
        (format!("/en/frequency-permits/{script}"), 404, "The permit is not in the list"),
        ("/nb/verify/%00".to_owned(), 200, "Ingen tillatelse"),
    ] {
        let page = open(&app, &path, "nb").await;
        assert_eq!(page.status, status, "{path}: {}", page.text());
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert!(page.text().contains(said), "{path}: {}", page.text());
        assert!(!page.text().contains("<script"), "{path}");
    }
    // what was typed is still in the form, and harmless
    let page = open(&app, &format!("/nb/call-signs?status=x&q={script}"), "nb").await.expect(400);
    assert!(
        page.text().contains("value=\"&#60;script&#62;alert(1)&#60;/script&#62;&#39; OR 1=1--\"")
    );
    // a program that asks for nothing gets the problem it can read
    app.get_public("/no-such-page").await.expect_problem(404, "not-found");
    let page = app.send("POST", "/nb/call-signs", None, &[], None).await.expect(405);
    assert!(page.text().contains("Siden tar ikke imot dette"));
    app.finish().await;
}

#[tokio::test]
async fn a_certificate_is_verified_on_a_page_that_names_nobody() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    licence(&app, 1, &[]).await;
    let holder = Who::person(1);
    let held = app.get("/v1/permits", &holder).await.expect(200).json();
    let permit = held["items"][0]["id"].as_str().expect("a permit");
    let path = format!("/v1/permits/{permit}/certificate");
    let headers = [("accept", "text/html")];
    let certificate =
        app.send("GET", &path, Some(&holder), &headers, None).await.expect(200).text();
    let (_, rest) = certificate.split_once("/verify/").expect("the address of the verification");
    let code: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let page = open(&app, &format!("/verify/{code}"), "en").await.expect(200).text();
    assert!(
        page.contains("The permit is valid") && page.contains("Radio-amateur licence"),
        "{page}"
    );
    let name = people::applicant(1)["name"].as_str().expect("a name").to_owned();
    assert!(!page.contains(&name));
    let unknown = open(&app, "/verify/0000-0000", "en").await.expect(200).text();
    assert!(unknown.contains("No permit has this code"));
    app.finish().await;
}
