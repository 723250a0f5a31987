//! `Body<T>`: a JSON body with a size limit, read by serde, so that every refusal names the place by
//! pointer and never repeats what was sent. The framework's own JSON payload does neither.

use std::fmt::Display;

use poem::{Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::failure::{Failure, FieldError, Problem};

/// Most JSON bodies are small forms; this is far above the largest of them.
pub const LIMIT: usize = 64 * 1024;

/// A parsed body of the documented shape. Meanings are checked afterwards, by the slice.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<'a, T: Type + DeserializeOwned + Serialize + Send> ApiExtractor<'a> for Body<T> {
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
pub fn parse<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, Failure> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize::<_, T>(&mut deserializer)
        .map_err(|error| malformed(&error))?;
    deserializer.end().map_err(|_| {
        Failure::new(Problem::MalformedBody, "There is more after the end of the JSON value.")
    })?;
    let sent = serde_json::from_slice(bytes).map_err(Failure::internal)?;
    let read = serde_json::to_value(&value).map_err(Failure::internal)?;
    check_texts_and_objects(&sent, &read)?;
    Ok(value)
}

/// Two things serde takes that the document does not have: U+0000 in a text, which PostgreSQL cannot
/// hold, and an array of members in their order for an object.
fn check_texts_and_objects(sent: &Value, read: &Value) -> Result<(), Failure> {
    let (pointer, code, detail) = if let Some(pointer) = place_of_nul(sent) {
        (pointer, "nul-character", "Remove the character U+0000.")
    } else if let Some(pointer) = place_of_array_for_object(sent, read) {
        (pointer, "wrong-type", "The value is not of the documented type.")
    } else {
        return Ok(());
    };
    let error = FieldError { pointer, code: code.into(), detail: detail.into() };
    Err(correct_the_body().with_fields(vec![error]))
}

/// Pointer to the first text with a U+0000, as far as its names are plain.
fn place_of_nul(sent: &Value) -> Option<String> {
    match sent {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => first_below(items.iter().enumerate(), place_of_nul),
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            let below = place_of_nul(member).or_else(|| name.contains('\0').then(String::new))?;
            Some(if is_plain_name(name) { format!("/{name}{below}") } else { String::new() })
        }),
        _ => None,
    }
}

/// Pointer to the first array that was read as an object.
fn place_of_array_for_object(sent: &Value, read: &Value) -> Option<String> {
    match (sent, read) {
        (Value::Array(_), Value::Object(_)) => Some(String::new()),
        (Value::Array(sent), Value::Array(read)) => {
            first_below(sent.iter().zip(read).enumerate(), |(sent, read)| {
                place_of_array_for_object(sent, read)
            })
        }
        (Value::Object(sent), Value::Object(read)) => {
            let both = sent.iter().filter_map(|(name, sent)| Some((name, (sent, read.get(name)?))));
            first_below(both, |(sent, read)| place_of_array_for_object(sent, read))
        }
        _ => None,
    }
}

/// The first pointer `find` has for any of the values, below its name.
fn first_below<N: Display, V>(
    values: impl IntoIterator<Item = (N, V)>,
    find: impl Fn(V) -> Option<String>,
) -> Option<String> {
    values.into_iter().find_map(|(name, value)| Some(format!("/{name}{}", find(value)?)))
}

fn correct_the_body() -> Failure {
    Failure::new(Problem::MalformedBody, "Correct the body as errors says and send it again.")
}

fn malformed(error: &serde_path_to_error::Error<serde_json::Error>) -> Failure {
    use serde_json::error::Category;
    let inner = error.inner();
    let (line, column) = (inner.line(), inner.column());
    let failure = correct_the_body();
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
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Form {
        holder_name: String,
        beacon: Beacon,
    }

    #[derive(Debug, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
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
            (r#"{"holderName":"a","beacon":[1]}"#, "/beacon", "wrong-type"),
            (r#"["a",{"serial":1}]"#, "", "wrong-type"),
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
    fn a_nul_character_is_refused_where_it_stands() {
        let nul = r#"{"holderName":"hemmelig\u0000","beacon":{"serial":1}}"#;
        let error = refused(nul);
        assert_eq!((&*error.pointer, &*error.code), ("/holderName", "nul-character"));
        // the six characters themselves are a text like any other
        assert!(parse::<String>(br#""\\u0000""#).is_ok());
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
