//! The call-sign list as it has always been published: Windows-1252, CRLF, 14 columns between
//! semicolons, never quoted. Its readers take a row for a person's by the word `Personlig` in the
//! column *Type*, and split at every semicolon, so no cell may hold one, or end a line.

use chrono::NaiveDate;
use encoding_rs::WINDOWS_1252;

use crate::{
    assignment::SignStatus,
    register::{PublicHolder, PublicSign},
    values::{call_sign::CallSign, country::CountryCode},
};

/// The columns of the list, in their order.
pub const COLUMNS: [&str; 14] = [
    "Kallesignal",
    "Organisasjon",
    "Fornavn",
    "Etternavn",
    "Adresse",
    "Adresse_2",
    "Postnr",
    "Poststed",
    "Land",
    "Type",
    "Gyldigdato",
    "Utløpsdato",
    "Oppdatertdato",
    "Kommentar",
];

/// The word for a natural person in the column *Type*.
pub const PERSON: &str = "Personlig";
/// The word for an organisation.
pub const ORGANISATION: &str = "Organisasjon";

/// Kinds of holders: the word of the list, and ours. A row without a word is of nobody known.
pub const HOLDER_KINDS: [(&str, &str); 6] = [
    (PERSON, "person"),
    (ORGANISATION, "association"),
    ("Bedrift", "company"),
    ("Skole", "school"),
    ("Forsvar", "defence"),
    ("Myndighet", "authority"),
];

/// Writes the heading.
pub fn heading(out: &mut Vec<u8>) {
    for (n, column) in COLUMNS.into_iter().enumerate() {
        if n > 0 {
            out.push(b';');
        }
        cell(column, out);
    }
    out.extend_from_slice(b"\r\n");
}

/// Writes the row of an amateur sign in use; answers whether it stands in the list.
pub fn row(sign: CallSign, row: &PublicSign, out: &mut Vec<u8>) -> bool {
    let is_amateur = row.kind.as_deref().is_none_or(|kind| kind == "amateur");
    if row.status != SignStatus::InUse || !is_amateur {
        return false;
    }
    let none = PublicHolder::default();
    let holder = row.holder.as_deref().unwrap_or(&none);
    // a sign whose holder is not shown is a person's: organisations always are
    let is_person = row.holder.as_ref().is_none_or(|holder| holder.is_person);
    let name = holder.name.as_deref().unwrap_or_default();
    let (given, family) = if is_person { split(name) } else { ("", "") };
    let address = holder.address.as_ref();
    let lines = address.map(|address| address.lines.as_slice()).unwrap_or_default();
    let country = address.map(|address| {
        let code = address.country.as_deref().unwrap_or("NO");
        CountryCode::parse(code).map_or("", country_name)
    });
    let town = holder.post_town.as_deref().or_else(|| address?.town.as_deref());
    let cells = [
        sign.as_str(),
        if is_person { "" } else { name },
        given,
        family,
        lines.first().map_or("", String::as_str),
        &lines.get(1..).unwrap_or_default().join(", "),
        address.and_then(|address| address.postal_code.as_deref()).unwrap_or_default(),
        town.unwrap_or_default(),
        country.unwrap_or_default(),
        match &row.holder_kind {
            Some(known) => {
                HOLDER_KINDS.iter().find(|(_, kind)| kind == known).map_or("", |(word, _)| *word)
            }
            None if is_person => PERSON,
            None => ORGANISATION,
        },
        &date(row.valid_from),
        // the list has the last day, which is itself inside
        &date(row.valid_until.and_then(|until| until.pred_opt())),
        &date(row.updated_on),
        "",
    ];
    for (n, text) in cells.into_iter().enumerate() {
        if n > 0 {
            out.push(b';');
        }
        cell(text, out);
    }
    out.extend_from_slice(b"\r\n");
    true
}

/// A day as the list writes it: `31.12.2033`.
fn date(day: Option<NaiveDate>) -> String {
    day.map(|day| day.format("%d.%m.%Y").to_string()).unwrap_or_default()
}

/// The list has always written Norway in Norwegian.
fn country_name(code: CountryCode) -> &'static str {
    if code == CountryCode::NORWAY { "Norge" } else { code.name() }
}

/// Given names and family name: the last word, with the small words before it (`van der Berg`).
fn split(name: &str) -> (&str, &str) {
    let name = name.trim();
    let mut at = name.rfind(' ').map_or(0, |space| space + 1);
    while let Some(rest) = name.get(..at).map(str::trim_end).filter(|rest| !rest.is_empty()) {
        let word = rest.rfind(' ').map_or(0, |space| space + 1);
        if word == 0 || !rest[word..].chars().all(char::is_lowercase) {
            break;
        }
        at = word;
    }
    (name[..at].trim_end(), &name[at..])
}

/// A text of the list in Windows-1252: what the encoding does not have in the nearest letters it has,
/// and nothing that would end a cell or a line.
fn cell(text: &str, out: &mut Vec<u8>) {
    for character in text.chars() {
        let mut buffer = [0; 4];
        let letter: &str = character.encode_utf8(&mut buffer);
        if character.is_ascii() {
            plain(letter, out);
            continue;
        }
        let (bytes, _, unknown) = WINDOWS_1252.encode(letter);
        if unknown || character.is_control() {
            plain(nearest(character), out);
        } else {
            out.extend_from_slice(&bytes);
        }
    }
}

/// The letters of Sámi as they have always been written without them; any other as it sounds.
fn nearest(character: char) -> &'static str {
    match character {
        'ŋ' => "n",
        'Ŋ' => "N",
        'đ' => "d",
        'Đ' => "D",
        'ŧ' => "t",
        'Ŧ' => "T",
        other => deunicode::deunicode_char(other).unwrap_or("?"),
    }
}

fn plain(text: &str, out: &mut Vec<u8>) {
    out.extend(text.bytes().map(|byte| match byte {
        b';' => b',',
        byte if byte.is_ascii_control() => b' ',
        byte => byte,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::party::wire::Address;

    fn sign(holder: Option<PublicHolder>) -> PublicSign {
        PublicSign {
            status: SignStatus::InUse,
            series: "personal_new".into(),
            kind: Some("amateur".into()),
            class: None,
            valid_from: None,
            valid_until: None,
            updated_on: None,
            holder_kind: None,
            until: None,
            reason: None,
            holder: holder.map(Box::new),
        }
    }

    fn line(row: &PublicSign) -> String {
        let mut out = Vec::new();
        assert!(super::row(CallSign::parse("LB1AG").unwrap(), row, &mut out));
        let text = WINDOWS_1252.decode_without_bom_handling(&out).0.into_owned();
        assert_eq!(text.matches(';').count(), 13, "{text}");
        assert_eq!(text.find(['\r', '\n']), Some(text.len() - 2), "{text}");
        text.trim_end().to_owned()
    }

    fn person(name: &str) -> PublicHolder {
        PublicHolder { name: Some(name.into()), is_person: true, ..PublicHolder::default() }
    }

    #[test]
    fn a_withheld_holder_is_a_row_without_a_name() {
        assert_eq!(line(&sign(None)), "LB1AG;;;;;;;;;Personlig;;;;");
    }

    #[test]
    fn names_and_addresses_stand_in_their_columns() {
        let mut holder = person("Kari Mønster van der Prøve");
        assert_eq!(
            line(&sign(Some(holder.clone()))),
            "LB1AG;;Kari Mønster;van der Prøve;;;;;;Personlig;;;;"
        );
        holder.address = Some(Address {
            lines: vec!["c/o Ås".into(), "Prøveveien 1".into(), "Bygg B".into()],
            postal_code: Some("0015".into()),
            town: Some("OSLO".into()),
            country: Some("NO".into()),
        });
        holder.post_town = Some("OSLO".into());
        assert_eq!(
            line(&sign(Some(holder))),
            "LB1AG;;Kari Mønster;van der Prøve;c/o Ås;Prøveveien 1, Bygg B;0015;OSLO;Norge;Personlig;;;;"
        );
        let club = PublicHolder {
            name: Some("Prøveklubben".into()),
            post_town: Some("HAMAR".into()),
            ..PublicHolder::default()
        };
        assert_eq!(line(&sign(Some(club))), "LB1AG;Prøveklubben;;;;;;HAMAR;;Organisasjon;;;;");
    }

    #[test]
    fn days_and_kinds_of_holders_are_written_as_the_list_has_them() {
        let day = |text: &str| text.parse().ok();
        let dated = PublicSign {
            valid_from: day("2026-03-01"),
            valid_until: day("2034-01-01"),
            updated_on: day("2026-11-22"),
            ..sign(None)
        };
        assert_eq!(line(&dated), "LB1AG;;;;;;;;;Personlig;01.03.2026;31.12.2033;22.11.2026;");
        for (word, kind) in HOLDER_KINDS {
            let row = PublicSign { holder_kind: Some(kind.to_owned()), ..sign(None) };
            assert_eq!(line(&row), format!("LB1AG;;;;;;;;;{word};;;;"));
        }
        let unknown = PublicSign { holder_kind: Some("unknown".to_owned()), ..sign(None) };
        assert_eq!(line(&unknown), "LB1AG;;;;;;;;;;;;;");
    }

    #[test]
    fn what_the_encoding_does_not_have_is_written_in_the_nearest_letters() {
        assert_eq!(line(&sign(Some(person("Áŋŋá Đoško")))), "LB1AG;;Ánná;Doško;;;;;;Personlig;;;;");
        assert_eq!(
            line(&sign(Some(person("Иван Петров")))),
            "LB1AG;;Ivan;Petrov;;;;;;Personlig;;;;"
        );
    }

    #[test]
    fn no_name_breaks_a_cell_or_a_line() {
        // U+037E reads as a semicolon when it is written in plain letters
        let hostile = person("Ola;\r\nLA1A;Per\u{37e}\u{85}\u{2028} Test\t");
        let text = line(&sign(Some(hostile)));
        assert!(text.starts_with("LB1AG;;Ola,"), "{text}");
    }

    #[test]
    fn other_stations_and_signs_not_in_use_are_not_in_the_list() {
        let mut out = Vec::new();
        let beacon = PublicSign { kind: Some("plb".into()), ..sign(None) };
        let resting = PublicSign { status: SignStatus::Quarantined, ..sign(None) };
        for row in [beacon, resting] {
            assert!(!super::row(CallSign::parse("LB1AG").unwrap(), &row, &mut out));
        }
        assert!(out.is_empty());
    }
}
