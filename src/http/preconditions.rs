//! `If-Match`: nobody changes what they have not seen.

use crate::failure::{Failure, Problem};

/// The version in `If-Match`.
///
/// # Errors
/// 428 without the header; 412 for a tag this service never gave, since no version can match it.
pub fn required(if_match: Option<&str>) -> Result<i32, Failure> {
    let text = if_match.map(str::trim).filter(|text| !text.is_empty()).ok_or_else(|| {
        Failure::new(
            Problem::PreconditionRequired,
            "Send If-Match with the ETag you were given when you read this.",
        )
    })?;
    text.strip_prefix("\"v")
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|digits| digits.len() < 10 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(Failure::stale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_tag_of_ours_is_a_version() {
        assert_eq!(required(Some("\"v7\"")).expect("a version"), 7);
        for (text, problem) in [
            (None, Problem::PreconditionRequired),
            (Some(" "), Problem::PreconditionRequired),
            (Some("*"), Problem::StaleVersion),
            (Some("W/\"v7\""), Problem::StaleVersion),
            (Some("\"v-1\""), Problem::StaleVersion),
            (Some("\"v99999999999\""), Problem::StaleVersion),
            (Some("\"v٧\""), Problem::StaleVersion),
        ] {
            assert_eq!(required(text).expect_err("refused").problem(), problem);
        }
    }
}
