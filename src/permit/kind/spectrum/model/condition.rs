//! Conditions of a frequency permit: only of the eleven kinds of ekomloven 2024 § 11-5.
//!
//! A condition is written `KIND: text`, the kind by its code. Another kind is refused, because the act closes the list.

use crate::values::{Flaw, language::Language, table::code_enum};

code_enum! {
    /// The kinds of conditions of § 11-5, in the order of the act.
    ConditionKind {
        /// Service or technology.
        Service = "service",
        /// Security.
        Security = "security",
        /// Effective use.
        EffectiveUse = "effectiveUse",
        /// Coverage.
        Coverage = "coverage",
        /// Interference and radiation.
        Interference = "interference",
        /// Duration.
        Duration = "duration",
        /// Transferability.
        Transfer = "transfer",
        /// Payment.
        Payment = "payment",
        /// Commitments made when it was awarded.
        Commitment = "commitment",
        /// International duties.
        International = "international",
        /// Trial use.
        Trial = "trial",
    }
}

impl ConditionKind {
    /// Heading for people.
    pub const fn title(self, language: Language) -> &'static str {
        let [nb, nn, en] = match self {
            Self::Service => {
                ["Tjeneste og teknologi", "Teneste og teknologi", "Service and technology"]
            }
            Self::Security => ["Sikkerhet", "Tryggleik", "Security"],
            Self::EffectiveUse => ["Effektiv bruk", "Effektiv bruk", "Effective use"],
            Self::Coverage => ["Dekning", "Dekning", "Coverage"],
            Self::Interference => [
                "Forstyrrelser og stråling",
                "Forstyrringar og stråling",
                "Interference and radiation",
            ],
            Self::Duration => ["Varighet", "Varigheit", "Duration"],
            Self::Transfer => ["Overdragelse", "Overdraging", "Transfer"],
            Self::Payment => ["Betaling", "Betaling", "Payment"],
            Self::Commitment => ["Forpliktelser", "Plikter", "Commitments"],
            Self::International => {
                ["Internasjonale forpliktelser", "Internasjonale plikter", "International duties"]
            }
            Self::Trial => ["Prøvebruk", "Prøvebruk", "Trial use"],
        };
        match language {
            Language::Bokmal => nb,
            Language::Nynorsk => nn,
            Language::English => en,
        }
    }
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Kind.
    pub kind: ConditionKind,
    /// What it says.
    pub text: String,
}

/// Why a text is not a condition of a frequency permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConditionFlaw {
    /// Not one of the kinds.
    #[error(
        "a condition of a frequency permit is written KIND: text, and KIND is one of service, security, effectiveUse, coverage, interference, duration, transfer, payment, commitment, international, trial (ekomloven § 11-5)"
    )]
    Kind,
    /// Nothing after the kind.
    #[error("the condition says nothing after its kind; write what it demands")]
    Empty,
}

impl Flaw for ConditionFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Kind => "condition-kind",
            Self::Empty => "empty",
        }
    }
}

impl Condition {
    /// Reads `KIND: text`.
    pub fn parse(text: &str) -> Result<Self, ConditionFlaw> {
        let (kind, text) = text.split_once(':').ok_or(ConditionFlaw::Kind)?;
        let kind = kind.trim().parse().map_err(|_| ConditionFlaw::Kind)?;
        match text.trim() {
            "" => Err(ConditionFlaw::Empty),
            text => Ok(Self { kind, text: text.to_owned() }),
        }
    }

    /// As the certificate has it: the heading in the reader's language, the text as it was set.
    pub fn reads(&self, language: Language) -> String {
        format!("{}: {}", self.kind.title(language), self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_eleven_kinds_of_the_act_are_taken() {
        assert_eq!(ConditionKind::ALL.len(), 11);
        for kind in ConditionKind::ALL {
            let condition = Condition::parse(&format!("{}: Minst 98 %.", kind.code())).unwrap();
            assert_eq!((condition.kind, condition.text.as_str()), (*kind, "Minst 98 %."));
            for language in Language::ALL {
                assert!(condition.reads(language).ends_with(": Minst 98 %."));
            }
        }
        for text in ["Minst 98 %.", "price: 1", "Coverage: x", "coverage", ""] {
            assert_eq!(Condition::parse(text), Err(ConditionFlaw::Kind), "{text}");
        }
        assert_eq!(Condition::parse("coverage: "), Err(ConditionFlaw::Empty));
    }
}
