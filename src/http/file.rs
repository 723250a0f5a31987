//! Serving a file: entity tags, dates, gzip and byte ranges (RFC 9110), for every file there is. The
//! bytes go out as slices of the chunks in memory, none is copied.
//!
//! Each coding of a file is a representation of its own, with its own strong tag and its own bytes to
//! take ranges of. Several ranges at once are answered with the whole file, as the RFC allows. A
//! download of a file that shows persons breaks off when one of them may not be shown any more.

use std::{io, ops::Range, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, SubsecRound as _, Utc};
use futures_util::stream;
use poem::{
    Body, IntoResponse as _, Response,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};

use super::responses::{NOT_FOR_ROBOTS, ROBOTS};
use crate::{
    app::App,
    failure::{Failure, Problem},
    register::snapshot::{Chunk, Coding, Snapshot},
};

/// Sequence of the change feed a file was cut at; of a file whose changes the feed tells of.
pub const SEQUENCE: HeaderName = HeaderName::from_static("anrop-sequence");

/// Answers a request for a file.
///
/// # Errors
/// 503 when it shows a person who may not be shown any more.
pub async fn serve(
    app: &App,
    request: &HeaderMap,
    file: Arc<Snapshot>,
) -> Result<Response, Failure> {
    let coding = coding(request);
    let lengths = match coding {
        Coding::Plain => file.lengths(coding),
        Coding::Gzip => {
            let file = Arc::clone(&file);
            tokio::task::spawn_blocking(move || file.lengths(coding))
                .await
                .map_err(Failure::internal)?
        }
    };
    let lengths = lengths.ok_or_else(|| {
        Failure::new(
            Problem::Unavailable,
            "This file is being written anew. Ask again in a few seconds.",
        )
    })?;
    let about = About {
        tag: match coding {
            Coding::Plain => format!("\"{}\"", file.tag),
            Coding::Gzip => format!("\"{}-gzip\"", file.tag),
        },
        modified: file.modified.trunc_subsecs(0),
        total: lengths.iter().sum(),
    };
    let mut response = match judge(request, &about) {
        Answer::NotModified => Response::builder().status(StatusCode::NOT_MODIFIED).finish(),
        Answer::OutOfRange => {
            let mut response = Failure::new(
                Problem::RangeNotSatisfiable,
                "The file ends before this range. `Content-Range` has its length.",
            )
            .into_response();
            put(&mut response, header::CONTENT_RANGE, format!("bytes */{}", about.total));
            return Ok(response);
        }
        Answer::Whole => {
            let pieces = slices(&file, &lengths, 0..about.total);
            body(app, &file, coding, pieces, about.total)
        }
        Answer::Part(range) => {
            let pieces = slices(&file, &lengths, range.clone());
            let mut response = body(app, &file, coding, pieces, range.len());
            response.set_status(StatusCode::PARTIAL_CONTENT);
            let shown = format!("bytes {}-{}/{}", range.start, range.end - 1, about.total);
            put(&mut response, header::CONTENT_RANGE, shown);
            response
        }
    };
    heading(&mut response, &file, &about);
    Ok(response)
}

/// What conditions are judged by.
struct About {
    tag: String,
    modified: DateTime<Utc>,
    total: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    NotModified,
    Whole,
    Part(Range<usize>),
    OutOfRange,
}

fn heading(response: &mut Response, file: &Snapshot, about: &About) {
    let is_personal = file.is_personal();
    put(response, header::ETAG, about.tag.clone());
    put(response, header::LAST_MODIFIED, httpdate::fmt_http_date(about.modified.into()));
    put(response, header::VARY, "Accept-Encoding".to_owned());
    put(response, header::ACCEPT_RANGES, "bytes".to_owned());
    put(response, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned());
    if file.name.is_in_feed() {
        let monitor = format!("</v1/changes?after={}>; rel=\"monitor\"", file.sequence);
        put(response, SEQUENCE, file.sequence.to_string());
        put(response, header::LINK, monitor);
    }
    let caching = if is_personal { "no-store" } else { "public, no-cache" };
    put(response, header::CACHE_CONTROL, caching.to_owned());
    if is_personal {
        response.headers_mut().insert(ROBOTS, HeaderValue::from_static(NOT_FOR_ROBOTS));
    }
}

fn put(response: &mut Response, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().insert(name, value);
    }
}

/// A part of a chunk.
type Slice = (Arc<Chunk>, Range<usize>);

/// The chunks' parts that make up a range of the file.
fn slices(file: &Snapshot, lengths: &[usize], range: Range<usize>) -> Vec<Slice> {
    let mut slices = Vec::new();
    let mut at = 0;
    for (chunk, length) in file.chunks().zip(lengths) {
        let from = range.start.clamp(at, at + length) - at;
        let until = range.end.clamp(at, at + length) - at;
        if from < until {
            slices.push((Arc::clone(chunk), from..until));
        }
        at += length;
    }
    slices
}

fn body(app: &App, file: &Snapshot, coding: Coding, slices: Vec<Slice>, length: usize) -> Response {
    let (app, is_personal) = (app.clone(), file.is_personal());
    let pieces = slices.into_iter().map(move |(chunk, range)| -> io::Result<Bytes> {
        // asked for each piece: what may not be shown any more is not sent any more
        if is_personal && !app.lease().is_good() {
            return Err(io::Error::other("persons may not be shown"));
        }
        let bytes = chunk.bytes(coding).ok_or_else(|| io::Error::other("withdrawn"))?;
        Ok(bytes.slice(range))
    });
    let mut response = Response::builder()
        .content_type(file.name.media_type())
        .body(Body::from_bytes_stream(stream::iter(pieces)));
    put(&mut response, header::CONTENT_LENGTH, length.to_string());
    let saved = format!("attachment; filename=\"{}\"", file.name.file_name());
    put(&mut response, header::CONTENT_DISPOSITION, saved);
    if coding == Coding::Gzip {
        put(&mut response, header::CONTENT_ENCODING, "gzip".to_owned());
    }
    response
}

fn text(request: &HeaderMap, name: HeaderName) -> Option<&str> {
    request.get(name).and_then(|value| value.to_str().ok())
}

/// gzip only for those who say that they read it.
fn coding(request: &HeaderMap) -> Coding {
    let mut gzip = None;
    let mut any = None;
    for value in request.get_all(header::ACCEPT_ENCODING) {
        for part in value.to_str().unwrap_or_default().split(',') {
            let mut words = part.split(';').map(str::trim);
            let name = words.next().unwrap_or_default().to_ascii_lowercase();
            let weight = words
                .find_map(|word| word.strip_prefix("q="))
                .map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0_f32));
            match name.as_str() {
                "gzip" | "x-gzip" => gzip = Some(weight),
                "*" => any = Some(weight),
                _ => {}
            }
        }
    }
    if gzip.or(any).unwrap_or(0.0) > 0.0 { Coding::Gzip } else { Coding::Plain }
}

fn judge(request: &HeaderMap, about: &About) -> Answer {
    if is_unchanged(request, about) {
        return Answer::NotModified;
    }
    let Some(range) = text(request, header::RANGE) else { return Answer::Whole };
    if !continues(request, about) {
        return Answer::Whole;
    }
    range_of(range, about.total)
}

fn is_unchanged(request: &HeaderMap, about: &About) -> bool {
    let mut tags = request.get_all(header::IF_NONE_MATCH).iter().peekable();
    if tags.peek().is_some() {
        // no tag of ours has a comma in it
        return tags.filter_map(|tags| tags.to_str().ok()).flat_map(|tags| tags.split(',')).any(
            |tag| {
                let tag = tag.trim();
                tag == "*" || tag.trim_start_matches("W/") == about.tag
            },
        );
    }
    text(request, header::IF_MODIFIED_SINCE)
        .and_then(|at| httpdate::parse_http_date(at).ok())
        .is_some_and(|at| about.modified <= DateTime::<Utc>::from(at))
}

/// The reader has the beginning of this very representation, or does not say.
fn continues(request: &HeaderMap, about: &About) -> bool {
    let Some(held) = text(request, header::IF_RANGE) else { return true };
    // a date tells changes within a second apart only by luck; RFC 9110 13.1.5 lets it be refused
    held.trim() == about.tag
}

/// A range of `total` bytes. What is not of the form of a range is no range (RFC 9110 14.2).
fn range_of(text: &str, total: usize) -> Answer {
    let Some(set) = text.trim().strip_prefix("bytes=") else { return Answer::Whole };
    let mut ranges = set.split(',').map(str::trim).filter(|range| !range.is_empty());
    let (Some(range), None) = (ranges.next(), ranges.next()) else { return Answer::Whole };
    let Some((first, last)) = range.split_once('-') else { return Answer::Whole };
    let number = |digits: &str| -> Option<usize> {
        let are_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        // a number too large for us is larger than any file
        are_digits.then(|| digits.parse().unwrap_or(usize::MAX))
    };
    match (number(first), number(last)) {
        (Some(from), Some(to)) if from > to => Answer::Whole,
        (Some(from), to) if to.is_some() || last.is_empty() => {
            let until = to.map_or(total, |to| to.saturating_add(1).min(total));
            if from < total { Answer::Part(from..until) } else { Answer::OutOfRange }
        }
        (None, Some(0)) if first.is_empty() => Answer::OutOfRange,
        (None, Some(_)) if first.is_empty() && total == 0 => Answer::OutOfRange,
        (None, Some(count)) if first.is_empty() => Answer::Part(total.saturating_sub(count)..total),
        _ => Answer::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(HeaderName, &str)]) -> HeaderMap {
        headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    fn about() -> About {
        About {
            tag: "\"abc\"".to_owned(),
            modified: "2026-11-22T06:00:00Z".parse().unwrap(),
            total: 10,
        }
    }

    #[test]
    fn ranges_are_read_as_the_rfc_says() {
        for (text, expected) in [
            ("bytes=0-3", Answer::Part(0..4)),
            ("bytes=4-", Answer::Part(4..10)),
            ("bytes=9-99", Answer::Part(9..10)),
            ("bytes=-3", Answer::Part(7..10)),
            ("bytes=-99", Answer::Part(0..10)),
            ("bytes=0-99999999999999999999999", Answer::Part(0..10)),
            ("bytes=10-", Answer::OutOfRange),
            ("bytes=-0", Answer::OutOfRange),
            ("bytes=99999999999999999999999-", Answer::OutOfRange),
            ("bytes=5-4", Answer::Whole),
            ("bytes=0-1,3-4", Answer::Whole),
            ("bytes=a-b", Answer::Whole),
            ("bytes=+1-2", Answer::Whole),
            ("lines=0-1", Answer::Whole),
            ("bytes=", Answer::Whole),
            ("bytes=-", Answer::Whole),
        ] {
            assert_eq!(range_of(text, 10), expected, "{text}");
        }
        assert_eq!(range_of("bytes=-1", 0), Answer::OutOfRange);
    }

    #[test]
    fn conditions_are_judged_in_their_order() {
        let about = about();
        let judged = |headers: &[(HeaderName, &str)]| judge(&request(headers), &about);
        for tag in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            assert_eq!(judged(&[(header::IF_NONE_MATCH, tag)]), Answer::NotModified, "{tag}");
        }
        let later = "Sun, 22 Nov 2026 06:00:00 GMT";
        assert_eq!(judged(&[(header::IF_MODIFIED_SINCE, later)]), Answer::NotModified);
        // a tag that does not match goes before a date that would
        let both = [(header::IF_NONE_MATCH, "\"x\""), (header::IF_MODIFIED_SINCE, later)];
        assert_eq!(judged(&both), Answer::Whole);
        let before = "Sun, 22 Nov 2026 05:59:59 GMT";
        assert_eq!(judged(&[(header::IF_MODIFIED_SINCE, before)]), Answer::Whole);
        assert_eq!(judged(&[(header::IF_MODIFIED_SINCE, "yesterday")]), Answer::Whole);
        let ranged = |held: &str| judged(&[(header::RANGE, "bytes=0-0"), (header::IF_RANGE, held)]);
        assert_eq!(ranged("\"abc\""), Answer::Part(0..1));
        assert_eq!(ranged("W/\"abc\""), Answer::Whole);
        assert_eq!(ranged("\"old\""), Answer::Whole);
    }

    #[test]
    fn gzip_is_sent_to_those_who_read_it() {
        for (accept, expected) in [
            ("gzip", Coding::Gzip),
            ("br, gzip;q=0.5", Coding::Gzip),
            ("*", Coding::Gzip),
            ("gzip;q=0, *", Coding::Plain),
            ("gzip;q=0", Coding::Plain),
            ("identity", Coding::Plain),
            ("", Coding::Plain),
        ] {
            let request = request(&[(header::ACCEPT_ENCODING, accept)]);
            assert_eq!(coding(&request), expected, "{accept}");
        }
        assert_eq!(coding(&HeaderMap::new()), Coding::Plain);
    }
}
