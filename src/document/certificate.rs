//! The certificate of a permit: the document a holder shows, made from plain facts in Bokmål, Nynorsk or English.
//!
//! It decides nothing: what a kind of permit shows on its certificate, and to whom, has been chosen before.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};

use super::model::{Authority, Block, Document, Verification};
use super::words::date_for_people;
use crate::values::language::Language;

/// What a certificate shows. All texts are in `language` already, except dates, which are written out here.
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// The title of the permit's kind, which becomes the title of the document.
    pub kind_title: String,
    /// The permit's human number; also the number of the document.
    pub permit_number: String,
    /// The holder's name and then the address lines.
    pub holder_lines: Vec<String>,
    /// What the kind adds, as label and value: call sign, beacon, frequencies.
    pub facts: Vec<(String, String)>,
    /// The conditions, in order; numbered on the certificate.
    pub conditions: Vec<String>,
    /// The provision the permit rests on, as a reader looks it up.
    pub legal_basis: String,
    /// Who decides an appeal against the decision; nothing where it cannot be appealed.
    pub appeal: Option<&'static str>,
    /// First day the permit is in force.
    pub valid_from: NaiveDate,
    /// First day it is no longer in force (exclusive, as everywhere); the certificate prints the day before. `None` for
    /// a permit that runs until further notice.
    pub valid_until: Option<NaiveDate>,
    /// When the certificate is issued.
    pub issued_at: DateTime<Utc>,
    /// The date of `issued_at` on a calendar in Norway, which near midnight is not the date in UTC.
    pub issued_on: NaiveDate,
    pub verification_url: String,
    pub verification_code: String,
    pub authority: Authority,
    pub language: Language,
}

impl fmt::Debug for CertificateFacts {
    /// Shows neither the holder nor the verification code.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CertificateFacts")
            .field("permit_number", &self.permit_number)
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

/// Builds the certificate.
pub fn certificate(facts: CertificateFacts) -> Document {
    let words = Words::of(facts.language);
    let holder = facts.holder_lines.first().cloned().unwrap_or_default();
    let mut rows = vec![
        (words.permit_number.to_owned(), facts.permit_number.clone()),
        (words.holder.to_owned(), holder),
    ];
    let validity = validity(facts.valid_from, facts.valid_until, facts.language);
    rows.extend(facts.facts);
    rows.push((words.valid.to_owned(), validity));
    rows.push((words.legal_basis.to_owned(), facts.legal_basis));

    let mut blocks = vec![
        Block::Paragraph(format!("{} {}", facts.authority.name, words.confirms)),
        Block::Facts(rows),
    ];
    if !facts.conditions.is_empty() {
        blocks.push(Block::Heading(words.conditions.to_owned()));
        blocks.push(Block::List(facts.conditions));
    }
    if let Some(body) = facts.appeal {
        blocks.push(Block::Note(appeal(body, &facts.authority.name, facts.language)));
    }
    blocks.push(Block::Note(words.may_have_changed.to_owned()));

    Document {
        language: facts.language,
        number: facts.permit_number,
        title: facts.kind_title,
        authority: facts.authority,
        references: vec![(
            words.issued.to_owned(),
            date_for_people(facts.issued_on, facts.language),
        )],
        recipient: facts.holder_lines,
        blocks,
        verification: Some(Verification {
            url: facts.verification_url,
            code: facts.verification_code,
            caption: words.how_to_verify.to_owned(),
        }),
        created_at: facts.issued_at,
    }
}

/// How the decision is appealed (forvaltningsloven §§ 27 to 29 and 32).
fn appeal(body: &str, authority: &str, language: Language) -> String {
    match language {
        Language::Bokmal => format!(
            "Vedtaket kan påklages til {body} innen tre uker etter at det kom fram. Klagen sendes til {authority}."
        ),
        Language::Nynorsk => format!(
            "Vedtaket kan klagast på til {body} innan tre veker etter at det kom fram. Klaga skal sendast til {authority}."
        ),
        Language::English => format!(
            "The decision may be appealed to {body} within three weeks of its receipt. Send the appeal to {authority}."
        ),
    }
}

/// The period in words, with its last day.
fn validity(from: NaiveDate, until: Option<NaiveDate>, language: Language) -> String {
    let first = date_for_people(from, language);
    let last = until.and_then(|until| until.pred_opt()).map(|last| date_for_people(last, language));
    match (language, last) {
        (Language::Bokmal, Some(last)) => format!("Fra og med {first} til og med {last}"),
        (Language::Bokmal, None) => format!("Fra og med {first} og inntil videre"),
        (Language::Nynorsk, Some(last)) => format!("Frå og med {first} til og med {last}"),
        (Language::Nynorsk, None) => format!("Frå og med {first} og inntil vidare"),
        (Language::English, Some(last)) => format!("From {first} up to and including {last}"),
        (Language::English, None) => format!("From {first} until further notice"),
    }
}

/// The certificate's words in one language.
struct Words {
    permit_number: &'static str,
    holder: &'static str,
    valid: &'static str,
    legal_basis: &'static str,
    issued: &'static str,
    conditions: &'static str,
    /// Continues a sentence that begins with the authority's name.
    confirms: &'static str,
    may_have_changed: &'static str,
    how_to_verify: &'static str,
}

impl Words {
    const fn of(language: Language) -> &'static Self {
        match language {
            Language::Bokmal => &BOKMAL,
            Language::Nynorsk => &NYNORSK,
            Language::English => &ENGLISH,
        }
    }
}

const BOKMAL: Words = Words {
    permit_number: "Tillatelsesnummer",
    holder: "Innehaver",
    valid: "Gyldig",
    legal_basis: "Hjemmel",
    issued: "Utstedt",
    conditions: "Vilkår",
    confirms: "bekrefter at innehaveren har tillatelsen som er beskrevet nedenfor.",
    may_have_changed: "Tillatelsen kan være endret eller trukket tilbake etter at dokumentet ble \
                       laget. Registeret viser hva som gjelder nå.",
    how_to_verify: "Skann QR-koden, eller åpne adressen og oppgi kontrollkoden, for å se om \
                    tillatelsen gjelder i dag.",
};

const NYNORSK: Words = Words {
    permit_number: "Løyvenummer",
    holder: "Innehavar",
    valid: "Gyldig",
    legal_basis: "Heimel",
    issued: "Utferda",
    conditions: "Vilkår",
    confirms: "stadfestar at innehavaren har løyvet som er skildra nedanfor.",
    may_have_changed: "Løyvet kan vere endra eller trekt tilbake etter at dokumentet vart laga. \
                       Registeret viser kva som gjeld no.",
    how_to_verify: "Skann QR-koden, eller opne adressa og oppgi kontrollkoden, for å sjå om \
                    løyvet gjeld i dag.",
};

const ENGLISH: Words = Words {
    permit_number: "Permit number",
    holder: "Holder",
    valid: "Valid",
    legal_basis: "Legal basis",
    issued: "Issued",
    conditions: "Conditions",
    confirms: "confirms that the holder has the permit described below.",
    may_have_changed: "The permit may have been amended or revoked after this document was made. \
                       The register shows what applies now.",
    how_to_verify: "Scan the QR code, or open the address and enter the verification code, to see \
                    whether the permit is in force today.",
};

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a date")
    }

    #[test]
    fn the_last_day_of_a_half_open_period_is_printed() {
        let (from, until) = (day(2026, 11, 21), Some(day(2031, 1, 1)));
        assert_eq!(
            validity(from, until, Language::Nynorsk),
            "Frå og med 21. november 2026 til og med 31. desember 2030"
        );
        assert_eq!(
            validity(from, until, Language::English),
            "From 21 November 2026 up to and including 31 December 2030"
        );
    }

    #[test]
    fn a_permit_without_an_end_runs_until_further_notice() {
        let from = day(2026, 11, 21);
        for (language, end) in [
            (Language::Bokmal, "og inntil videre"),
            (Language::Nynorsk, "og inntil vidare"),
            (Language::English, "until further notice"),
        ] {
            assert!(validity(from, None, language).ends_with(end));
        }
    }
}
