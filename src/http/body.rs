//! `Body<T>`: a JSON body with a size limit, read by serde, so that every refusal names the place by
//! pointer and never repeats what was sent. The framework's own JSON payload does neither.

use poem::{Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};
use serde::de::DeserializeOwned;

use crate::failure::{Failure, FieldError, Problem};

/// Most JSON bodies are small forms; this is far above the largest of them.
pub const LIMIT: usize = 64 * 1024;

/// A parsed body of the documented shape. Meanings are checked afterwards, by the slice.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<'a, T: Type + DeserializeOwned + Send> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    const PARAM_IS_REQUIRED: bool = true;

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType {
                content_type: "application/json",
                schema: T::schema_ref(),
            }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = read(request, body).await?;
        Ok(Self(parse(&bytes)?))
    }
}

/// The raw body, at most [`LIMIT`] bytes, if it says it is JSON.
async fn read(request: &Request, body: &mut RequestBody) -> Result<Vec<u8>, Failure> {
    let media_type = request.header("content-type").unwrap_or_default();
    if !is_json(media_type) {
        return Err(Failure::new(
            Problem::UnsupportedMediaType,
            "Send the body as application/json in UTF-8.",
        ));
    }
    if request.header("content-encoding").is_some_and(|encoding| encoding != "identity") {
        return Err(Failure::new(
            Problem::UnsupportedMediaType,
            "Send the body without content encoding.",
        ));
    }
    let body = <poem::Body as poem::FromRequest>::from_request(request, body)
        .await
        .map_err(|_| Failure::new(Problem::MalformedBody, "The body is missing."))?;
    body.into_bytes_limit(LIMIT).await.map(|bytes| bytes.to_vec()).map_err(|error| match error {
        poem::error::ReadBodyError::PayloadTooLarge => {
            Failure::new(Problem::BodyTooLarge, format!("The body may have at most {LIMIT} bytes."))
        }
        _ => Failure::new(Problem::MalformedBody, "The body ended before it was complete."),
    })
}

fn is_json(media_type: &str) -> bool {
    let mut parts = media_type.split(';').map(str::trim);
    parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"))
        && parts.all(|parameter| {
            parameter
                .to_ascii_lowercase()
                .strip_prefix("charset=")
                .is_none_or(|charset| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"))
        })
}

/// Reads JSON into `T`; what is wrong is said by pointer, in our own words.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize::<_, T>(&mut deserializer)
        .map_err(|error| malformed(&error))?;
    deserializer.end().map_err(|_| {
        Failure::new(Problem::MalformedBody, "There is more after the end of the JSON value.")
    })?;
    Ok(value)
}

fn malformed(error: &serde_path_to_error::Error<serde_json::Error>) -> Failure {
    use serde_json::error::Category;
    let inner = error.inner();
    let (line, column) = (inner.line(), inner.column());
    let failure =
        Failure::new(Problem::MalformedBody, "Correct the body as errors says and send it again.");
    if inner.classify() != Category::Data {
        let (code, detail) = if inner.classify() == Category::Eof {
            ("truncated", "The JSON ends too early".to_owned())
        } else {
            ("syntax", "This is not JSON".to_owned())
        };
        return failure.with_fields(vec![FieldError {
            pointer: String::new(),
            code: code.into(),
            detail: format!("{detail} (line {line}, column {column}).").into(),
        }]);
    }
    let (code, member, detail) = data_error(&inner.to_string());
    let mut pointer = pointer_of(error.path());
    if let Some(member) = member {
        // serde reports a missing member at its parent, an unknown one at itself
        if !pointer.ends_with(&format!("/{member}")) {
            pointer.push('/');
            pointer.push_str(&member);
        }
    }
    failure.with_fields(vec![FieldError { pointer, code: code.into(), detail: detail.into() }])
}

/// Category, member and words for a serde data error. The message is only asked which member it is
/// about, because it may quote the rejected value.
fn data_error(message: &str) -> (&'static str, Option<String>, &'static str) {
    let member = message.split('`').nth(1).filter(|name| is_plain_name(name)).map(str::to_owned);
    if message.starts_with("missing field") {
        ("missing", member, "This member is required.")
    } else if message.starts_with("unknown field") {
        ("unknown", member, "There is no such member here. Remove it.")
    } else if message.starts_with("duplicate field") {
        ("repeated", member, "This member stands more than once.")
    } else if message.starts_with("unknown variant") {
        ("not-in-list", None, "The value is not one of the documented ones.")
    } else if message.starts_with("recursion limit") {
        ("too-deep", None, "The JSON is nested too deeply.")
    } else {
        ("wrong-type", None, "The value is not of the documented type.")
    }
}

/// Member names of ours are plain; anything else came from the sender and is not repeated.
fn is_plain_name(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphabetic())
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } if is_plain_name(key) => {
                pointer.push('/');
                pointer.push_str(key);
            }
            _ => break,
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[allow(dead_code)]
    struct Form {
        holder_name: String,
        beacon: Beacon,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[allow(dead_code)]
    struct Beacon {
        serial: u32,
    }

    fn refused(text: &str) -> FieldError {
        let failure = parse::<Form>(text.as_bytes()).expect_err("refused");
        assert_eq!(failure.problem(), Problem::MalformedBody);
        assert!(!format!("{failure}").contains("hemmelig"));
        failure.fields().first().cloned().expect("a place")
    }

    #[test]
    fn each_kind_of_malformed_body_names_its_place() {
        let cases = [
            (r#"{"holderName":"a""#, "", "truncated"),
            (r#"{"holderName" "a"}"#, "", "syntax"),
            (r#"{"beacon":{"serial":1}}"#, "/holderName", "missing"),
            (r#"{"holderName":"a","beacon":{}}"#, "/beacon/serial", "missing"),
            (r#"{"holderName":"a","beacon":{"serial":1,"x":2}}"#, "/beacon/x", "unknown"),
            (
                r#"{"holderName":"a","beacon":{"serial":1,"serial":2}}"#,
                "/beacon/serial",
                "repeated",
            ),
            (
                r#"{"holderName":"a","beacon":{"serial":"hemmelig"}}"#,
                "/beacon/serial",
                "wrong-type",
            ),
            (r#"{"holderName":7,"beacon":{"serial":1}}"#, "/holderName", "wrong-type"),
        ];
        for (text, pointer, code) in cases {
            let error = refused(text);
            assert_eq!((error.pointer.as_str(), error.code.as_ref()), (pointer, code), "{text}");
        }
    }

    #[test]
    fn an_unknown_member_that_may_be_personal_is_not_repeated() {
        let error = refused(r#"{"holderName":"a","01010012345":1,"beacon":{"serial":1}}"#);
        assert_eq!(error.pointer, "");
    }

    #[test]
    fn deep_nesting_and_trailing_text_are_refused() {
        let deep = format!("{{\"holderName\":{}", "[".repeat(10_000));
        assert!(parse::<Form>(deep.as_bytes()).is_err());
        assert!(parse::<u32>(b"1 2").is_err());
    }

    #[test]
    fn only_json_in_utf8_is_json() {
        assert!(is_json("application/json"));
        assert!(is_json("Application/JSON; charset=\"UTF-8\""));
        assert!(!is_json("application/json; charset=iso-8859-1"));
        assert!(!is_json("text/plain"));
        assert!(!is_json(""));
    }
}
