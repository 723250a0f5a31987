//! Uses of frequencies that need no permit: the general permits of fribruksforskriften, by date.
//!
//! Facts only. A use that falls within a row is answered with that row; conditions that an
//! application cannot show (duty cycle, techniques) are told in words.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::decibel::{Decibels, Radiated};
use super::frequency::{Frequency, FrequencyRange};
use super::language::Language;
use super::table::{Table, code_enum};
use super::validity::Validity;

code_enum! {
    /// What a limit of power is measured over.
    PowerReference {
        /// A half-wave dipole (e.r.p.).
        Dipole = "erp",
        /// An isotropic antenna (e.i.r.p.).
        Isotropic = "eirp",
    }
}

/// One general permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExemptUse {
    /// Stable code, e.g. `pmr446`.
    pub rule: &'static str,
    pub range: FrequencyRange,
    pub reference: PowerReference,
    /// The most that may be radiated, dBW.
    pub power: Decibels,
    /// The widest emission in hertz.
    pub widest: Option<u64>,
    /// Not for fixed stations.
    pub portable_only: bool,
    titles: [&'static str; 3],
    /// Section of the regulation, where known.
    pub section: Option<&'static str>,
    conditions: [&'static str; 3],
    /// Code in the table of legal bases.
    pub legal_basis: &'static str,
    validity: Validity,
}

static USES: LazyLock<Vec<ExemptUse>> = LazyLock::new(|| {
    Table::new(include_str!("../data/licence_exempt.tsv"))
        .rows()
        .map(|row| {
            let hertz = |column| {
                let number = row.value::<u64>(column).expect("the table holds hertz");
                Frequency::from_hertz(number).expect("the table holds radio frequencies")
            };
            let watts = row.value::<f64>("power_w").expect("the table holds watts");
            let from = row.value("valid_from").expect("every row is dated");
            ExemptUse {
                rule: row.text("rule"),
                range: FrequencyRange::new(hertz("lower_hz"), hertz("upper_hz"))
                    .expect("the table holds ranges"),
                reference: row.value("power_reference").expect("the table holds references"),
                power: Decibels::from_watts(watts).expect("the table holds powers"),
                widest: row.value("widest_hz"),
                portable_only: row.text("portable_only") == "yes",
                titles: ["title_nb", "title_nn", "title_en"].map(|column| row.text(column)),
                section: Some(row.text("section")).filter(|section| !section.is_empty()),
                conditions: ["condition_nb", "condition_nn", "condition_en"]
                    .map(|column| row.text(column)),
                legal_basis: row.text("legal_basis"),
                validity: Validity::new(from, row.value("valid_until"))
                    .expect("the table holds validities"),
            }
        })
        .collect()
});

/// A transmission to be compared with the general permits.
#[derive(Debug, Clone, Copy)]
pub struct Transmission {
    /// The whole channel.
    pub channel: FrequencyRange,
    pub radiated: Radiated,
    /// From no fixed place.
    pub portable: bool,
}

fn in_language(texts: [&'static str; 3], language: Language) -> &'static str {
    let [bokmal, nynorsk, english] = texts;
    match language {
        Language::Bokmal => bokmal,
        Language::Nynorsk => nynorsk,
        Language::English => english,
    }
}

impl ExemptUse {
    /// What it is called.
    pub fn title(&self, language: Language) -> &'static str {
        in_language(self.titles, language)
    }

    /// Its conditions in words.
    pub fn condition(&self, language: Language) -> &'static str {
        in_language(self.conditions, language)
    }

    fn covers(&self, sent: &Transmission) -> bool {
        let level = match self.reference {
            PowerReference::Dipole => sent.radiated.erp,
            PowerReference::Isotropic => sent.radiated.eirp,
        };
        self.range.from() <= sent.channel.from()
            && sent.channel.until() <= self.range.until()
            && level <= self.power
            && self.widest.is_none_or(|widest| sent.channel.width() <= widest)
            && (sent.portable || !self.portable_only)
    }
}

/// The general permit a transmission falls within on `day`, if any.
pub fn covering(sent: &Transmission, day: NaiveDate) -> Option<&'static ExemptUse> {
    USES.iter().find(|row| row.validity.contains(day) && row.covers(sent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(centre: u64, width: u64, erp_w: f64, portable: bool) -> Transmission {
        let at = |hertz| Frequency::from_hertz(hertz).unwrap();
        let lower = centre - width / 2;
        let zero = Decibels::default();
        let power = Decibels::from_watts(erp_w).unwrap() + Decibels::DIPOLE;
        Transmission {
            channel: FrequencyRange::new(at(lower), at(lower + width)).unwrap(),
            radiated: Radiated::of(power, zero, zero),
            portable,
        }
    }

    #[test]
    fn every_rule_is_told_in_every_language() {
        for rule in USES.iter() {
            for language in Language::ALL {
                let text = format!("{}; {}", rule.title(language), rule.condition(language));
                assert!(!text.starts_with(';') && !text.ends_with("; "), "{}", rule.rule);
                let words = [" of ", " or ", " and ", " at most", "networks", "devices"];
                let is_english = words.iter().any(|word| text.contains(word));
                assert!(!is_english || language == Language::English, "{text}");
            }
        }
    }

    #[test]
    fn what_is_wholly_inside_a_rule_needs_no_permit() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let rule = |sent: Transmission| covering(&sent, day).map(|row| row.rule);
        assert_eq!(rule(sent(446_006_250, 12_500, 0.5, true)), Some("pmr446"));
        assert_eq!(rule(sent(446_006_250, 12_500, 0.5, false)), None);
        assert_eq!(rule(sent(446_006_250, 12_500, 0.6, true)), None);
        assert_eq!(rule(sent(446_000_000, 12_500, 0.5, true)), None);
        assert_eq!(rule(sent(446_100_000, 25_000, 0.5, true)), None);
        assert_eq!(rule(sent(868_300_000, 125_000, 0.025, false)), Some("srd868"));
        // 100 mW e.i.r.p. is 61 mW e.r.p.
        assert_eq!(rule(sent(2_442_000_000, 20_000_000, 0.06, false)), Some("wlan2400"));
        assert_eq!(rule(sent(2_442_000_000, 20_000_000, 0.1, false)), None);
        let before = NaiveDate::from_ymd_opt(2011, 1, 1).unwrap();
        assert!(covering(&sent(446_006_250, 12_500, 0.5, true), before).is_none());
    }
}
