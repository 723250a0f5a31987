//! The fixed words of documents in Bokmål, Nynorsk and English, and dates as people write them.
//!
//! Words of a certificate stand in `certificate.rs`; here are only those every document shares.

use chrono::{Datelike, NaiveDate};

use crate::values::language::Language;

/// A date written out in the language: `21. november 2026`, in English `21 November 2026`.
pub fn date_for_people(date: NaiveDate, language: Language) -> String {
    const NORWEGIAN: [&str; 12] = [
        "januar",
        "februar",
        "mars",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "desember",
    ];
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (day, month, year) = (date.day(), date.month0() as usize, date.year());
    match language {
        Language::Bokmal | Language::Nynorsk => format!("{day}. {} {year}", NORWEGIAN[month]),
        Language::English => format!("{day} {} {year}", ENGLISH[month]),
    }
}

/// `Page 1 of 2`.
pub fn page_of(page: usize, pages: usize, language: Language) -> String {
    match language {
        Language::Bokmal | Language::Nynorsk => format!("Side {page} av {pages}"),
        Language::English => format!("Page {page} of {pages}"),
    }
}

/// The label before the verification code.
pub const fn verification_code(language: Language) -> &'static str {
    match language {
        Language::Bokmal | Language::Nynorsk => "Kontrollkode",
        Language::English => "Verification code",
    }
}

/// The heading over the verification part.
pub const fn verification(language: Language) -> &'static str {
    match language {
        Language::Bokmal | Language::Nynorsk => "Kontroller dokumentet",
        Language::English => "Verify this document",
    }
}

/// The text alternative of the QR code.
pub const fn qr_alternative(language: Language) -> &'static str {
    match language {
        Language::Bokmal => "QR-kode med kontrolladressen",
        Language::Nynorsk => "QR-kode med kontrolladressa",
        Language::English => "QR code with the verification address",
    }
}

/// The accessible name of the recipient's address block.
pub const fn recipient(language: Language) -> &'static str {
    match language {
        Language::Bokmal => "Mottaker",
        Language::Nynorsk => "Mottakar",
        Language::English => "Recipient",
    }
}

/// The label before the document number.
pub const fn document_number(language: Language) -> &'static str {
    match language {
        Language::Bokmal | Language::Nynorsk => "Dokumentnummer",
        Language::English => "Document number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_people_write_them() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 1).expect("a date");
        assert_eq!(date_for_people(date, Language::Bokmal), "1. november 2026");
        assert_eq!(date_for_people(date, Language::Nynorsk), "1. november 2026");
        assert_eq!(date_for_people(date, Language::English), "1 November 2026");
    }
}
