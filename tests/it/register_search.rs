//! Search, filters, facets and paging of the public register as clients see them, and what is refused.

use anrop::identity::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, Who, people};

/// The `n`th person's licence, whose name is what the test says, with some fields made public.
async fn licence(app: &TestApp, n: u64, name: &str, publish: &[&str]) -> String {
    let who = Who::person(n);
    let body = json!({ "results": [{
        "nationalId": who.national_id(), "licenceClass": "full",
        "passedOn": "2026-10-01", "reference": format!("exam-{n}"),
    }] });
    app.post("/v1/exam-results", &Who::role(Role::Examiner), &body).await.expect(201);
    let mut application = people::amateur_application(n, publish);
    application["applicant"]["name"] = json!(name);
    application["applicant"]["address"] =
        json!({ "lines": ["Eksempelveien 1"], "postalCode": if n == 1 { "0010" } else { "5003" } });
    let made = app.post("/v1/amateur/applications", &who, &application).await.expect(201).json();
    made["callSign"].as_str().expect("a call sign").to_owned()
}

async fn get(app: &TestApp, query: &str) -> Value {
    app.get_public(&format!("/v1/call-signs?{query}")).await.expect(200).json()
}

fn signs(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().expect("items").iter();
    items.map(|item| item["callSign"].as_str().expect("a call sign")).collect()
}

#[tokio::test]
async fn a_name_is_found_however_it_is_typed_as_long_as_it_is_shown() {
    let app = TestApp::start().await;
    let shown = licence(&app, 1, "Åse Sørensen", &["name", "postTown"]).await;
    let withheld = licence(&app, 2, "Åse Sørensen", &[]).await;
    for typed in [
        "sorensen",
        "soerensen",
        "S%C3%98RENSEN",
        "S%C3%B6rensen",
        "sorense",
        "sorenson",
        "osrensen",
        "ase%20sorensen",
        "S%C3%B8rensen,%20Aase",
        "rense",
    ] {
        let page = get(&app, &format!("q={typed}")).await;
        assert_eq!((signs(&page), page["total"].as_u64()), (vec![&*shown], Some(1)), "{typed}");
    }
    assert_eq!(get(&app, "q=hansen").await["total"], 0);
    let by_sign = get(&app, &format!("q={}", withheld.to_lowercase())).await;
    assert_eq!(signs(&by_sign), [withheld.as_str()]);
    // what fits best comes first
    let longer = licence(&app, 3, "Per Sørensenius", &["name"]).await;
    assert_eq!(signs(&get(&app, "q=sorensen").await), [shown.as_str(), longer.as_str()]);
    // the base below the table holds the name, as after a start of the service
    let register = app.app.register();
    register.put_below(Some(register.state().signs.cut()), None);
    assert!(!register.recut(), "nothing is hidden yet");
    assert_eq!(signs(&get(&app, "q=sorensen").await), [shown.as_str(), longer.as_str()]);
    // a withdrawn name finds nothing any more, nor does its place
    let path = "/v1/consents/call-sign-list";
    app.send("DELETE", path, Some(&Who::person(1)), &[], None).await.expect(204);
    assert_eq!(signs(&get(&app, "q=sorensen").await), [longer.as_str()]);
    assert_eq!(get(&app, "place=OSLO").await["total"], 0);
    assert!(app.app.register().recut(), "the base that holds the name goes");
    assert!(!app.app.register().recut(), "once is enough");
    assert_eq!(signs(&get(&app, "q=sorensen").await), [longer.as_str()]);
    app.finish().await;
}

#[tokio::test]
async fn facets_count_what_is_found_and_only_what_is_shown() {
    let app = TestApp::start().await;
    licence(&app, 1, "Kari Nordvik", &["name", "postTown"]).await;
    licence(&app, 2, "Ola Nordvik", &["name"]).await;
    licence(&app, 3, "Per Hansen", &["postTown"]).await;
    let page = get(&app, "facets=place,county,type,status,kind,year&limit=1").await;
    let year = app.day_in(0).format("%Y").to_string();
    assert_eq!(
        page["facets"],
        json!({
            "place": [{ "value": "BERGEN", "count": 1 }, { "value": "OSLO", "count": 1 }],
            "county": [{ "value": "Oslo", "count": 1 }, { "value": "Vestland", "count": 1 }],
            "type": [{ "value": "personal_new", "count": 3 }],
            "status": [{ "value": "inUse", "count": 3 }],
            "kind": [{ "value": "amateur", "count": 3 }],
            "year": [{ "value": year, "count": 3 }],
        })
    );
    // the values of a facet narrow the list to as many as were counted
    for query in ["place=BERGEN", "county=vestland", "county=Oslo&q=nordvik"] {
        assert_eq!(get(&app, query).await["total"], 1, "{query}");
    }
    let found = get(&app, &format!("q=nordvik&year={year}&kind=amateur&facets=place")).await;
    assert_eq!(found["total"], 2);
    assert_eq!(found["facets"], json!({ "place": [{ "value": "OSLO", "count": 1 }] }));
    assert!(get(&app, "").await.get("facets").is_none(), "only where asked for");
    app.finish().await;
}

#[tokio::test]
async fn a_cursor_is_good_for_the_query_it_was_made_for() {
    let app = TestApp::start().await;
    for n in 1..5 {
        licence(&app, n, "Kari Nordvik", &["name"]).await;
    }
    let first = get(&app, "q=nordvik&limit=2&facets=status").await;
    let cursor = first["next"].as_str().expect("a next page");
    let second = get(&app, &format!("q=nordvik&limit=2&cursor={cursor}")).await;
    assert_eq!((first["total"].as_u64(), second["total"].as_u64()), (Some(4), Some(4)));
    assert!(second.get("next").is_none());
    assert!(signs(&first).iter().all(|sign| !signs(&second).contains(sign)));
    for other in ["q=nordvi", "q=nordvik&status=inUse", ""] {
        let path = format!("/v1/call-signs?{other}&cursor={cursor}");
        let path = path.replace("?&", "?");
        app.get_public(&path).await.expect_problem(400, "invalid-cursor");
    }
    let path = format!("/v1/suppliers?q=nordvik&cursor={cursor}");
    app.get_public(&path).await.expect_problem(400, "invalid-cursor");
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_and_what_looks_like_code_finds_nothing() {
    let app = TestApp::start().await;
    licence(&app, 1, "Kari Nordvik", &["name"]).await;
    for (query, parameter) in [
        ("call-signs?year=26", "year"),
        ("call-signs?year=%D9%A2%D9%A0%D9%A2%D9%A6", "year"),
        ("call-signs?facets=name", "facets"),
        ("call-signs?facets=place,place", "facets"),
        ("call-signs?facets=", "facets"),
        ("call-signs?q=%25", "q"),
        ("call-signs?q=--", "q"),
        ("call-signs?q=%00a", "q"),
        ("call-signs?status=neverIssued", "status"),
        ("call-signs?kind=radio", "kind"),
        ("call-signs?type=ENA", "type"),
        ("call-signs?county=Bergen", "county"),
        ("call-signs?county=Viken", "county"),
        ("call-signs?county=", "county"),
        ("installers?type=personal_new", "type"),
        ("installers?county=Osl", "county"),
        ("suppliers?type=dealer", "type"),
        ("frequency-permits?type=radio", "type"),
        ("frequency-permits?county=46", "county"),
        ("installers?status=inUse", "status"),
        ("suppliers?status=", "status"),
        ("frequency-permits?status=expired", "status"),
        ("frequency-permits?kind=amateur", "kind"),
        ("call-signs?limit=99999999999999999999", "limit"),
        ("frequency-permits?from=-1", "from"),
        ("frequency-permits?from=10&to=10", "to"),
        ("frequency-permits?to=1e9", "to"),
        ("frequency-permits?at=2026-02-30", "at"),
        ("frequency-permits?at=today", "at"),
        ("frequency-permits?latitude=60&longitude=5", "radius"),
        ("frequency-permits?radius=5", "latitude"),
        ("frequency-permits?latitude=91&longitude=5&radius=1", "latitude"),
        ("frequency-permits?latitude=60&longitude=200&radius=1", "longitude"),
        ("frequency-permits?latitude=60&longitude=5&radius=-1", "radius"),
        ("frequency-permits?latitude=60&longitude=5&radius=2001", "radius"),
        ("frequency-permits?latitude=NaN&longitude=5&radius=1", "latitude"),
        ("frequency-permits?latitude=inf&longitude=5&radius=1", "latitude"),
    ] {
        let problem =
            app.get_public(&format!("/v1/{query}")).await.expect_problem(400, "invalid-parameter");
        assert_eq!(problem["errors"][0]["pointer"], parameter, "{query}");
    }
    // what is granted no more, and every way to type it, is a value all the same; a place is free text
    for query in [
        "call-signs?type=legacy_novice",
        "call-signs?type=unknown&county=m%C3%B8re%20og%20romsdal",
        "installers?type=TIA",
        "installers?type=ena&county=Jan%20Mayen",
        "suppliers?type=radioDealer",
        "frequency-permits?type=satellite",
        "frequency-permits?type=fixedLink&place=Atlantis",
    ] {
        assert_eq!(app.get_public(&format!("/v1/{query}")).await.expect(200).json()["total"], 0);
    }
    for query in [
        "call-signs?q=a&q=b",
        "call-signs?Q=a",
        "call-signs?offset=1000000000",
        "call-signs?latitude=60",
        "installers?from=1",
        "suppliers?at=2026-01-01",
        "frequency-permits?page=2",
    ] {
        let reply = app.get_public(&format!("/v1/{query}")).await;
        assert_eq!(reply.status, 400, "{query}: {}", reply.text());
    }
    for text in [
        "'%20OR%20'1'='1",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "Robert');DROP%20TABLE%20public_row;--",
        "%25%5F%25a",
        "../../etc/passwd",
        "%F0%9F%92%A9a",
    ] {
        let page = get(&app, &format!("q={text}")).await;
        assert_eq!(page["total"], 0, "{text}");
    }
    assert_eq!(get(&app, "q=nordvik").await["total"], 1);
    app.finish().await;
}
