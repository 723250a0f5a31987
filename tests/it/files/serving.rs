//! Serving files: tags, dates, ranges, gzip and HEAD, the same for every file.

use std::io::Read as _;

use super::{fetch, furnished};
use crate::support::{Reply, TestApp};

/// Files whose changes no feed tells of: nothing says where to follow them.
const NOT_IN_FEED: [&str; 3] = [
    "/v1/snapshots/latest/frequency-plan.csv",
    "/legacy/E164.csv",
    "/frekvensportalen_service/rest/rightofuseinfos",
];

const FILES: [&str; 9] = [
    "/v1/snapshots/latest/call-signs.csv",
    "/v1/snapshots/latest/call-signs.json",
    "/v1/snapshots/latest/frequency-permits.jsonl",
    "/v1/snapshots/latest/installers.csv",
    "/v1/snapshots/latest/number-ranges.csv",
    "/v1/snapshots/latest/frequency-plan.csv",
    "/legacy/kallesignaler.csv",
    "/legacy/E164.csv",
    "/frekvensportalen_service/rest/rightofuseinfos",
];

async fn with(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Reply {
    app.send("GET", path, None, headers, None).await
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out).expect("gzip");
    out
}

#[tokio::test]
async fn every_file_has_tags_dates_ranges_and_gzip() {
    let (app, _) = furnished().await;
    fetch(&app, "call-signs.csv").await;
    for path in FILES {
        let whole = app.get_public(path).await.expect(200);
        let (tag, modified) = (whole.etag(), whole.header("last-modified").to_owned());
        assert!(tag.starts_with('"') && tag.len() > 20, "{path}: {tag}");
        assert_eq!(whole.header("accept-ranges"), "bytes", "{path}");
        assert_eq!(whole.header("vary"), "Accept-Encoding", "{path}");
        assert_eq!(whole.header("content-length"), whole.bytes.len().to_string(), "{path}");
        for name in ["anrop-sequence", "link"] {
            assert_eq!(whole.headers.contains_key(name), !NOT_IN_FEED.contains(&path), "{path}");
        }
        // not changed
        for condition in [("if-none-match", tag.as_str()), ("if-modified-since", &modified)] {
            let reply = with(&app, path, &[condition]).await.expect(304);
            assert!(reply.bytes.is_empty());
            assert_eq!(reply.etag(), tag);
        }
        with(&app, path, &[("if-none-match", "\"other\"")]).await.expect(200);
        // put together from ranges
        let total = whole.bytes.len();
        let mut pieces = Vec::new();
        for from in (0..total).step_by(total / 3 + 1) {
            let until = (from + total / 3).min(total - 1);
            let range = format!("bytes={from}-{until}");
            let part = with(&app, path, &[("range", &range), ("if-range", &tag)]).await.expect(206);
            assert_eq!(part.header("content-range"), format!("bytes {from}-{until}/{total}"));
            pieces.extend_from_slice(&part.bytes);
        }
        assert_eq!(pieces, whole.bytes, "{path}");
        let end = with(&app, path, &[("range", "bytes=-5")]).await.expect(206);
        assert_eq!(end.bytes, whole.bytes[total - 5..]);
        // of another state: the whole
        let stale = [("range", "bytes=0-0"), ("if-range", "\"other\"")];
        assert_eq!(with(&app, path, &stale).await.expect(200).bytes, whole.bytes);
        let beyond = with(&app, path, &[("range", &format!("bytes={total}-"))]).await;
        assert_eq!(beyond.header("content-range"), format!("bytes */{total}"), "{path}");
        beyond.expect_problem(416, "range-not-satisfiable");
        // gzip is a representation of its own
        let packed = with(&app, path, &[("accept-encoding", "gzip")]).await.expect(200);
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        assert_ne!(packed.etag(), tag);
        assert_eq!(unpacked(&packed.bytes), whole.bytes, "{path}");
        let half = format!("bytes={}-", packed.bytes.len() / 2);
        let headers = [("accept-encoding", "gzip"), ("range", half.as_str())];
        let rest = with(&app, path, &headers).await.expect(206);
        assert_eq!(rest.bytes, packed.bytes[packed.bytes.len() / 2..]);
        let tag = packed.etag();
        let asked = [("accept-encoding", "gzip"), ("if-none-match", tag.as_str())];
        let packed_again = with(&app, path, &asked);
        packed_again.await.expect(304);
        // HEAD says the same without a body
        let head = app.send("HEAD", path, None, &[], None).await.expect(200);
        assert!(head.bytes.is_empty());
        for name in ["etag", "last-modified", "content-type", "content-length", "accept-ranges"] {
            assert_eq!(head.header(name), whole.header(name), "{path}: {name}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_file_about_persons_is_not_kept_and_not_indexed_and_others_may_be() {
    let (app, _) = furnished().await;
    for (path, is_personal) in [
        ("/v1/snapshots/latest/call-signs.csv", true),
        ("/legacy/kallesignaler.csv", true),
        ("/v1/snapshots/latest/frequency-permits.csv", true),
        ("/v1/snapshots/latest/suppliers.csv", false),
        ("/legacy/E164.csv", false),
        ("/frekvensportalen_service/rest/rightofuseinfos", false),
    ] {
        let reply = app.get_public(path).await.expect(200);
        let expected =
            if is_personal { ("no-store", "noindex, noarchive") } else { ("public, no-cache", "") };
        assert_eq!(
            (reply.header("cache-control"), reply.header("x-robots-tag")),
            expected,
            "{path}"
        );
    }
    for path in ["/v1/call-signs", "/v1/call-signs/LB1AG", "/v1/changes", "/v1/frequency-permits"] {
        let reply = app.get_public(path).await.expect(200);
        assert_eq!(reply.header("x-robots-tag"), "noindex, noarchive", "{path}");
    }
    // what is disallowed could not tell that it must not be indexed
    let robots = app.get_public("/robots.txt").await.expect(200).text();
    assert!(!robots.contains("Disallow"), "{robots}");
    app.finish().await;
}

#[tokio::test]
async fn a_tag_changes_with_the_content_and_only_with_it() {
    let (app, holders) = furnished().await;
    let first = fetch(&app, "call-signs.csv").await;
    let suppliers = fetch(&app, "suppliers.csv").await;
    holders[0].withdraw(&app).await;
    let second = fetch(&app, "call-signs.csv").await;
    assert_ne!((first.etag(), first.text()), (second.etag(), second.text()));
    let later = fetch(&app, "suppliers.csv").await;
    assert_eq!(
        (later.etag(), later.header("last-modified")),
        (suppliers.etag(), suppliers.header("last-modified"))
    );
    assert!(super::sequence(&later) > super::sequence(&suppliers));
    app.finish().await;
}

#[tokio::test]
async fn what_there_is_no_file_of_is_not_found_and_wrong_questions_are_refused() {
    let app = TestApp::start().await;
    for path in
        ["call-signs", "call-signs.xml", "permits.csv", ".csv", "call-signs.csv.gz", "..%2fx.csv"]
    {
        let path = format!("/v1/snapshots/latest/{path}");
        app.get_public(&path).await.expect_problem(404, "not-found");
    }
    let path = "/v1/snapshots/latest/call-signs.csv";
    app.get_public(&format!("{path}?x=1")).await.expect_problem(400, "invalid-parameter");
    with(&app, path, &[("accept", "image/png")]).await.expect_problem(406, "not-acceptable");
    app.send("POST", path, None, &[], None).await.expect_problem(405, "method-not-allowed");
    // an empty list is a file too
    let empty = app.get_public("/v1/snapshots/latest/installers.json").await.expect(200);
    assert_eq!(empty.text(), "[\n]\n");
    app.finish().await;
}
