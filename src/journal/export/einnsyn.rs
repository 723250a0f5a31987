//! Documents of the public journal as eInnsyn takes them (API v3: `Saksmappe` with its `Journalpost`). The field that ends
//! in `Sensitiv` holds a name only where the public journal shows it; the plain one never names a natural person.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::{
    journal::{
        model::{Direction, Journaled},
        public::wire::title,
        rules::{PublicName, public_name},
    },
    values::{calendar::oslo_date, language::Language},
};

/// What stands in place of a name that is kept back.
pub const WITHHELD: &str = "*****";
/// The language of the journal.
const LANGUAGE: Language = Language::Bokmal;

/// A case with documents of it, which are all of one case and at least one.
pub fn case_object(entries: &[Journaled], submitted_at: DateTime<Utc>, today: NaiveDate) -> Value {
    let Some(first) = entries.first() else { return Value::Null };
    let title = first.subject.title(LANGUAGE);
    let posts: Vec<Value> = entries.iter().map(|entry| post(entry, today)).collect();
    json!({
        "systemId": first.case,
        "saksaar": first.case_number.0,
        "sakssekvensnummer": first.case_number.1,
        "saksdato": oslo_date(submitted_at),
        "offentligTittel": title,
        "offentligTittelSensitiv": title,
        "journalpost": posts,
    })
}

fn post(entry: &Journaled, today: NaiveDate) -> Value {
    let title = title(entry, LANGUAGE);
    let (year, number) = entry.journal_number.unwrap_or_default();
    let kind = match entry.direction {
        Direction::In => "inngaaende_dokument",
        Direction::Out => "utgaaende_dokument",
        Direction::Internal => "organinternt_dokument_uten_oppfoelging",
    };
    let mut post = json!({
        "systemId": entry.id,
        "journalaar": year,
        "journalsekvensnummer": number,
        "journalpostnummer": entry.number,
        "journalposttype": kind,
        "journaldato": entry.day,
        "dokumentetsDato": entry.document_date,
        "offentligTittel": title,
        "offentligTittelSensitiv": title,
        "korrespondansepart": [correspondent(entry, today)],
        "dokumentbeskrivelse": [{
            "systemId": super::derived(&entry.id.to_string(), "dokumentbeskrivelse"),
            "tittel": title,
            "tittelSensitiv": title,
            "dokumentnummer": 1,
            "tilknyttetRegistreringSom": "Hoveddokument",
        }],
    });
    if let Some(code) = entry.access() {
        post["skjerming"] = json!({
            "tilgangsrestriksjon": code.code,
            "skjermingshjemmel": code.citation,
        });
    }
    post
}

fn correspondent(entry: &Journaled, today: NaiveDate) -> Value {
    let (washed, whole) = match public_name(entry, today) {
        PublicName::Organisation(name, _) | PublicName::Authority(name) => (name.clone(), name),
        PublicName::Person(name) => (WITHHELD.to_owned(), name),
        PublicName::Withheld | PublicName::Unknown => (WITHHELD.to_owned(), WITHHELD.to_owned()),
    };
    let kind = match entry.direction {
        Direction::In => "avsender",
        Direction::Out => "mottaker",
        Direction::Internal => "intern_avsender",
    };
    json!({
        "korrespondansepartNavn": washed,
        "korrespondansepartNavnSensitiv": whole,
        "korrespondanseparttype": kind,
    })
}
