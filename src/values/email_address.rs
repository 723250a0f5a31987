//! E-mail addresses as notices are sent to them (RFC 5321 § 4.1.2): a plain local part and a domain with at least one dot.
//!
//! Quoted local parts, comments, address literals and letters outside ASCII are refused; whether a mailbox exists is found out by
//! writing to it.

use super::text::TextFlaw;
use super::{Flaw, redacted_debug, text_value};

/// Longest address (RFC 5321 § 4.5.3.1.3, less the angle brackets).
pub const MAX_CHARACTERS: usize = 254;

/// An address whose domain is in lower case; the local part keeps its case, which only its own server may judge.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailAddressFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error(
        "an e-mail address has a name, one @ and a domain, as in name@example.no; write it without quotes and spaces"
    )]
    Form,
}

impl Flaw for EmailAddressFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Form => "form",
        }
    }
}

impl EmailAddress {
    /// Reads an address of at most 254 characters; spaces at either end are dropped.
    pub fn parse(input: &str) -> Result<Self, EmailAddressFlaw> {
        if input.len() > MAX_CHARACTERS {
            return Err(TextFlaw::TooLong.into());
        }
        let text = input.trim_matches([' ', '\u{A0}']);
        if text.is_empty() {
            return Err(TextFlaw::Empty.into());
        }
        if text.chars().any(char::is_control) {
            return Err(TextFlaw::ControlCharacter.into());
        }
        if !text.is_ascii() {
            return Err(TextFlaw::LookAlike.into());
        }
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        let address = email_address::EmailAddress::parse_with_options(text, options)
            .map_err(|_| EmailAddressFlaw::Form)?;
        if address.local_part().starts_with('"') {
            return Err(EmailAddressFlaw::Form);
        }
        Ok(Self(format!("{}@{}", address.local_part(), address.domain().to_ascii_lowercase())))
    }

    /// The address in clear text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn canonical(&self) -> String {
        self.0.clone()
    }
}

redacted_debug!(EmailAddress);
text_value!(EmailAddress, EmailAddressFlaw);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_addresses_are_read() {
        for (text, canonical) in [
            ("kari@example.no", "kari@example.no"),
            (" Ola.N+plb@Post.Example.NO ", "Ola.N+plb@post.example.no"),
        ] {
            assert_eq!(EmailAddress::parse(text).unwrap().as_str(), canonical);
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "kari",
            "@example.no",
            "kari@",
            "kari@example",
            "kari@@example.no",
            "a b@example.no",
            "\"a b\"@example.no",
            "kari@[192.0.2.1]",
            "Kari <kari@example.no>",
            "kari@example.no\nBcc: x@example.no",
            "k\u{430}ri@example.no",
            "kari@example..no",
            ".kari@example.no",
            "kari@-example.no",
            "kari@example.no,ola@example.no",
            "mailto:kari@example.no",
            "kari@example.no\r\n",
        ] {
            assert!(EmailAddress::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(
            EmailAddress::parse(&format!("{}@example.no", "a".repeat(250))),
            Err(TextFlaw::TooLong.into())
        );
    }

    proptest! {
        #[test]
        fn an_accepted_address_is_read_back(text in "[a-zA-Z0-9.@\"+_ -]{0,40}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address));
            }
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = EmailAddress::parse(&text);
        }
    }
}
