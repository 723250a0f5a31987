//! The token of Altinn that is given for one of Maskinporten: Altinn's guide for services of others wants
//! the authorised parties asked with it
//! (<https://docs.altinn.studio/authorization/guides/resource-owner/integrating-link-service>). Pure;
//! `client.rs` asks. It must not log: tokens pass through here.

pub mod client;

use chrono::{DateTime, Utc};
use jsonwebtoken::dangerous::insecure_decode_claims;
use serde::Deserialize;

use crate::token_issuer::Token;

/// Where it is exchanged, below the address of Altinn's platform
/// (<https://docs.altinn.studio/authorization/getting-started/authentication/maskinporten>).
pub const PATH: &str = "/authentication/api/v1/exchange/maskinporten";

/// What is looked at in a token.
#[derive(Deserialize)]
struct Claims {
    exp: i64,
}

/// Reads an answer: a token as it is, or in quotation marks as JSON. Nothing when it is none, or has ended.
///
/// Its signature is not checked: it is shown to whoever gave it, and its end says only when to ask for
/// another.
fn read(answer: &[u8], now: DateTime<Utc>) -> Option<Token> {
    let text = std::str::from_utf8(answer).ok()?.trim();
    let token =
        if text.starts_with('"') { serde_json::from_str(text).ok()? } else { text.to_owned() };
    let is_sendable = token.bytes().all(|byte| byte.is_ascii_graphic());
    let claims: Claims = insecure_decode_claims(&token).ok().filter(|_| is_sendable)?;
    let seconds = claims.exp.saturating_sub(now.timestamp());
    (seconds > 0).then(|| Token::new(token, now, seconds))
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn a_token_is_read_as_text_or_json_and_kept_until_shortly_before_its_end() {
        let now = DateTime::UNIX_EPOCH;
        let own = token(r#"{"exp":1800,"iss":"https://platform.example.no/"}"#);
        for answer in [own.clone(), format!("\"{own}\""), format!("\n{own}\r\n")] {
            let read = read(answer.as_bytes(), now).expect("a token");
            assert_eq!(read.text.as_str(), own);
            assert_eq!((read.renew_at - now).num_seconds(), 1740);
            assert_eq!((read.ends_at - now).num_seconds(), 1800);
        }
    }

    #[test]
    fn what_is_no_token_or_has_ended_is_none() {
        let now = DateTime::from_timestamp(1800, 0).expect("a time");
        for answer in [
            String::new(),
            "\"".to_owned(),
            "<html>".to_owned(),
            r#"{"access_token":"a.b.c"}"#.to_owned(),
            "a.b.c".to_owned(),
            token("{}"),
            token(r#"{"exp":"soon"}"#),
            token(r#"{"exp":1800}"#),
            token(r#"{"exp":-9223372036854775808}"#),
            format!("x y{}", token(r#"{"exp":3600}"#)),
            format!("å{}", token(r#"{"exp":3600}"#)),
        ] {
            assert!(read(answer.as_bytes(), now).is_none(), "{answer}");
        }
        assert!(read(&[0xff, b'.', b'.'], now).is_none());
    }
}
