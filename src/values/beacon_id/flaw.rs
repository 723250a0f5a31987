//! Why a text is not a beacon code. It must not repeat the text: a code leads to a person.

use crate::values::Flaw;

/// Why a text cannot be read as a beacon code. The sentence says what to do and never repeats the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeFlaw {
    /// Not one of the six lengths in use; holds the number of characters without spaces and hyphens.
    #[error(
        "A beacon code has 15, 22, 23, 30, 51 or 63 hexadecimal characters; this has {0}. Compare it with the label."
    )]
    Length(usize),
    /// Longer than any code with its separators; not read further.
    #[error("The text is far too long for a beacon code. Give the code alone.")]
    TooLong,
    /// The letter O, I or L, which stands on labels only where 0 or 1 was meant.
    #[error("A beacon code has no letter O, I or L. Use the digit 0 or 1.")]
    LookAlike,
    /// A digit of another script, such as a full-width or Arabic-Indic one.
    #[error("Use the ordinary digits 0-9; a digit here is from another script.")]
    ForeignDigit,
    /// A character that is neither hexadecimal nor a space or hyphen.
    #[error(
        "A beacon code has only the digits 0-9 and the letters A-F, with spaces or hyphens between."
    )]
    NotHexadecimal,
    /// The format flag (bit 25) contradicts the length: 22 characters are a short message, 30 a long one.
    #[error(
        "The format flag does not fit the length: a short message has 22 characters, a long one 30. Copy the whole message."
    )]
    FormatFlag,
    /// BCH-1 over bits 25-85 does not agree, so the identity cannot be trusted (C/S T.001 Annex B).
    #[error("The check bits (BCH-1) do not agree with the message. Copy it again.")]
    Bch1,
    /// A protocol code that C/S T.001 keeps spare.
    #[error("The protocol code is one that no beacon may use. Compare the code with the label.")]
    SpareProtocol,
    /// The second-generation marker inside a first-generation message, which no beacon sends.
    #[error(
        "The message claims to be of the second generation but has the first generation's form. Copy it again."
    )]
    SecondGenerationMarker,
    /// Bits 1 and 12-14 of a 23-character identity are not 1 and 101 (C/S T.018).
    #[error(
        "The fixed bits of a second-generation code are wrong. Compare the 23 characters with the label."
    )]
    FixedBits,
    /// A 51-character message with its two spare bits last instead of first.
    #[error(
        "The message is left-aligned (spare bits last). Give the ground form, whose two leading bits are zero, or the 23-character code."
    )]
    LeftAligned,
    /// A 51-character message whose two leading bits are not zero.
    #[error("The two leading bits of a 51-character message must be zero. Copy it again.")]
    PadBits,
    /// The first 15 characters of a second-generation code, where the whole identity is needed.
    #[error("These are the first 15 characters of a second-generation code. Give all 23.")]
    PrefixOnly,
    /// A message, where an identity of 15 or 23 characters is needed.
    #[error(
        "This is a whole message. Give the identity of 15 or 23 characters that stands on the label."
    )]
    WholeMessage,
}

impl Flaw for CodeFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Length(_) => "length",
            Self::TooLong => "too-long",
            Self::LookAlike => "look-alike",
            Self::ForeignDigit => "foreign-digit",
            Self::NotHexadecimal => "not-hexadecimal",
            Self::FormatFlag => "format-flag",
            Self::Bch1 => "bch-1",
            Self::SpareProtocol => "spare-protocol",
            Self::SecondGenerationMarker => "second-generation-marker",
            Self::FixedBits => "fixed-bits",
            Self::LeftAligned => "left-aligned",
            Self::PadBits => "pad-bits",
            Self::PrefixOnly => "prefix-only",
            Self::WholeMessage => "whole-message",
        }
    }
}
