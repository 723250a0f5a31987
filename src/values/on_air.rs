//! Call signs as they are heard: with an area prefix outside the mainland (FOR-2026-03-23-465 § 4), as a visitor's (CEPT T/R 61-01),
//! or with a note on the operation behind.
//!
//! A form heard resolves to signs that may be registered, never to a holder.

use super::Flaw;
use super::call_sign::{CallSign, CallSignFlaw};
use super::text::{TextFlaw, compact_upper};

/// Where a station is on the air.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// Mainland Norway.
    Mainland,
    /// Svalbard and Bjørnøya.
    Svalbard,
    JanMayen,
    /// Bouvet Island, Peter I Island and Norwegian Antarctic territory.
    Antarctic,
}

/// A sign as heard, resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OnAir {
    pub area: Area,
    pub form: OnAirForm,
}

/// What was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnAirForm {
    /// The assigned sign itself: `LB1XX`.
    Plain(CallSign),
    /// The area in front of a sign: `JW/LB1XX`. Holders of LA signs are to swap instead; the form is resolved all the same.
    Prefixed(CallSign),
    /// LA replaced by the area: `JW3ZA` of `LA3ZA`; a few such signs, like those of clubs on Svalbard, are assigned as they are.
    Swapped { heard: CallSign, base: CallSign },
    /// A foreign sign with the host's prefix in front: `LA/G1XYZ`; not assigned by the authority.
    Visitor(CallSign),
}

/// Why a text is not a sign heard from a station in Norway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OnAirFlaw {
    #[error(transparent)]
    CallSign(#[from] CallSignFlaw),
    #[error("the call sign is not Norwegian; those begin with LA to LN, JW, JX or 3Y")]
    Foreign,
    #[error(
        "only JW, JX and 3Y, and LA for visitors, stand in front of a call sign; write it as in JW/LB1XX"
    )]
    Prefix,
    #[error(
        "visitors use LA on the mainland and JW on Svalbard (CEPT T/R 61-01); no other area is open to them"
    )]
    VisitorArea,
    #[error("the call sign behind the stroke is not that of an amateur; write it as in JW/LB1XX")]
    NotAmateur,
}

impl Flaw for OnAirFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::CallSign(flaw) => flaw.code(),
            Self::Foreign => "foreign",
            Self::Prefix => "area-prefix",
            Self::VisitorArea => "visitor-area",
            Self::NotAmateur => "not-amateur",
        }
    }
}

/// Notes on the operation that may follow a sign: portable, mobile, maritime mobile, aeronautical mobile, low power (amateur practice).
const OPERATIONS: [&str; 5] = ["P", "M", "MM", "AM", "QRP"];

impl Area {
    const ALL: [Self; 4] = [Self::Mainland, Self::Svalbard, Self::JanMayen, Self::Antarctic];

    /// The prefix that names the area.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Mainland => "LA",
            Self::Svalbard => "JW",
            Self::JanMayen => "JX",
            Self::Antarctic => "3Y",
        }
    }

    fn of_prefix(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.prefix() == prefix)
    }
}

impl OnAir {
    /// Resolves a sign as heard, in either case, spaces allowed anywhere, a note on the operation (`/P`, `/MM`) passed over.
    pub fn resolve(input: &str) -> Result<Self, OnAirFlaw> {
        let text = compact_upper(input).map_err(CallSignFlaw::from)?;
        let text = text.as_str();
        let heard = match text.rsplit_once('/') {
            Some((sign, operation)) if OPERATIONS.contains(&operation) => sign,
            _ => text,
        };
        match heard.split_once('/') {
            Some((prefix, sign)) => Self::resolve_prefixed(prefix, CallSign::parse(sign)?),
            None => Self::resolve_plain(CallSign::parse(heard)?),
        }
    }

    fn resolve_plain(heard: CallSign) -> Result<Self, OnAirFlaw> {
        if !heard.is_norwegian() {
            return Err(OnAirFlaw::Foreign);
        }
        let (prefix, rest) = heard.as_str().split_at(2);
        match Area::of_prefix(prefix) {
            Some(area) if area != Area::Mainland => {
                let base = CallSign::parse(&format!("{}{rest}", Area::Mainland.prefix()))?;
                Ok(Self { area, form: OnAirForm::Swapped { heard, base } })
            }
            _ => Ok(Self { area: Area::Mainland, form: OnAirForm::Plain(heard) }),
        }
    }

    fn resolve_prefixed(prefix: &str, sign: CallSign) -> Result<Self, OnAirFlaw> {
        let area = Area::of_prefix(prefix).ok_or(OnAirFlaw::Prefix)?;
        if sign.parts().is_none() {
            return Err(OnAirFlaw::NotAmateur);
        }
        let form = match (sign.is_norwegian(), area) {
            (true, Area::Mainland) => return Err(OnAirFlaw::Prefix),
            (true, _) if !sign.as_str().starts_with('L') => return Err(OnAirFlaw::Prefix),
            (true, _) => OnAirForm::Prefixed(sign),
            (false, Area::Mainland | Area::Svalbard) => OnAirForm::Visitor(sign),
            (false, _) => return Err(OnAirFlaw::VisitorArea),
        };
        Ok(Self { area, form })
    }

    /// The signs to look for in the register, the likelier first: the base before the swapped form as a sign of its own.
    /// None for a visitor.
    pub fn candidates(&self) -> impl Iterator<Item = CallSign> {
        let (first, second) = match self.form {
            OnAirForm::Plain(sign) | OnAirForm::Prefixed(sign) => (Some(sign), None),
            OnAirForm::Swapped { heard, base } => (Some(base), Some(heard)),
            OnAirForm::Visitor(_) => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// How the holder of `base` identifies in `area`: LA is replaced, other signs get the prefix in front.
    pub fn of(base: CallSign, area: Area) -> Self {
        let swapped = base
            .as_str()
            .strip_prefix("LA")
            .and_then(|rest| CallSign::parse(&format!("{}{rest}", area.prefix())).ok());
        let form = match (area, swapped) {
            (Area::Mainland, _) => OnAirForm::Plain(base),
            (_, Some(heard)) => OnAirForm::Swapped { heard, base },
            (_, None) => OnAirForm::Prefixed(base),
        };
        Self { area, form }
    }
}

impl std::fmt::Display for OnAir {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.form {
            OnAirForm::Plain(sign) | OnAirForm::Swapped { heard: sign, .. } => {
                write!(formatter, "{sign}")
            }
            OnAirForm::Prefixed(sign) | OnAirForm::Visitor(sign) => {
                write!(formatter, "{}/{sign}", self.area.prefix())
            }
        }
    }
}

impl From<TextFlaw> for OnAirFlaw {
    fn from(flaw: TextFlaw) -> Self {
        Self::CallSign(flaw.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn candidates(text: &str) -> Vec<String> {
        OnAir::resolve(text).unwrap().candidates().map(|sign| sign.to_string()).collect()
    }

    #[test]
    fn a_sign_heard_resolves_to_its_base() {
        assert_eq!(candidates("JW/LB1XX"), ["LB1XX"]);
        assert_eq!(candidates("jw3za"), ["LA3ZA", "JW3ZA"]);
        assert_eq!(candidates("JX5E/P"), ["LA5E", "JX5E"]);
        assert_eq!(candidates("3Y1XYA"), ["LA1XYA", "3Y1XYA"]);
        assert_eq!(candidates("LB1XX/MM"), ["LB1XX"]);
        assert_eq!(candidates("JW/LA3ZA"), ["LA3ZA"]);
        assert!(candidates("LA/G1XYZ/P").is_empty());
        let visitor = OnAir::resolve("JW/SM5XX").unwrap();
        assert_eq!(
            visitor,
            OnAir {
                area: Area::Svalbard,
                form: OnAirForm::Visitor(CallSign::parse("SM5XX").unwrap())
            }
        );
    }

    #[test]
    fn what_no_station_may_use_is_refused_with_a_reason() {
        for (text, code) in [
            ("SM5XX", "foreign"),
            ("SM/LB1XX", "area-prefix"),
            ("LA/LB1XX", "area-prefix"),
            ("JW/JX1XX", "area-prefix"),
            ("JX/G1XYZ", "visitor-area"),
            ("3Y/G1XYZ", "visitor-area"),
            ("JW/LNABC", "not-amateur"),
            ("JW//LB1XX", "character"),
            ("JW/", "empty"),
            ("/P", "empty"),
            ("", "empty"),
        ] {
            assert_eq!(OnAir::resolve(text).unwrap_err().code(), code, "{text}");
        }
    }

    #[test]
    fn a_holder_identifies_by_area() {
        let on_air = |sign, area| OnAir::of(CallSign::parse(sign).unwrap(), area).to_string();
        assert_eq!(on_air("LA3ZA", Area::Svalbard), "JW3ZA");
        assert_eq!(on_air("LB1XX", Area::Svalbard), "JW/LB1XX");
        assert_eq!(on_air("LB1XX", Area::Antarctic), "3Y/LB1XX");
        assert_eq!(on_air("LB1XX", Area::Mainland), "LB1XX");
    }

    proptest! {
        #[test]
        fn how_a_holder_identifies_resolves_to_the_holder(base in "L[A-N][0-9][A-Z]{1,4}") {
            let base = CallSign::parse(&base).unwrap();
            for area in Area::ALL {
                let heard = OnAir::of(base, area);
                prop_assert_eq!(OnAir::resolve(&heard.to_string()), Ok(heard));
                prop_assert_eq!(heard.candidates().next(), Some(base));
            }
        }

        #[test]
        fn any_text_is_answered(text in any::<String>(), near in "[A-Z0-9/ ]{0,20}") {
            let _ = OnAir::resolve(&text);
            let _ = OnAir::resolve(&near);
        }
    }
}
