//! Call signs, MMSI, aircraft addresses and registrations in a text, each only right behind a label
//! that says what it is.

use super::super::key::{ForeignRegistration, Key};
use crate::values::{aircraft_registration::AircraftRegistration, call_sign::CallSign};

/// What a label announces.
#[derive(Debug, Clone, Copy)]
enum Name {
    CallSign,
    Mmsi,
    Address,
    Registration,
}

/// Labels in capitals; a space in them is any number of spaces and hyphens.
const LABELS: [(&str, Name); 17] = [
    ("CALL SIGN", Name::CallSign),
    ("CALLSIGN", Name::CallSign),
    ("KALLESIGNAL", Name::CallSign),
    ("MMSI", Name::Mmsi),
    ("24 BIT ADDRESS", Name::Address),
    ("24BIT ADDRESS", Name::Address),
    ("24 BIT", Name::Address),
    ("24 BITS ADRESSE", Name::Address),
    ("ICAO ADDRESS", Name::Address),
    ("ICAO HEX", Name::Address),
    ("AIRCRAFT ADDRESS", Name::Address),
    ("MODE S", Name::Address),
    ("REGISTRATION", Name::Registration),
    ("REGISTRERING", Name::Registration),
    ("TAIL NUMBER", Name::Registration),
    ("TAIL NO", Name::Registration),
    ("REGISTRATION MARKS", Name::Registration),
];
/// Words that may stand between a label and what it announces.
const BETWEEN: [&str; 13] = [
    "NO", "NR", "NUMBER", "NUMMER", "IS", "ER", "MARK", "MARKS", "HEX", "CODE", "ADDRESS",
    "ADRESSE", "RADIO",
];
/// Most words passed over.
const MOST_BETWEEN: usize = 2;

/// What is named in a text, in its order.
pub fn find(text: &str) -> Vec<Key> {
    let text = text.to_ascii_uppercase();
    let mut found: Vec<(usize, Key)> = Vec::new();
    for (label, name) in LABELS {
        for end in ends_of(&text, label) {
            if let Some(key) = name.read(behind(&text[end..]))
                && !found.iter().any(|(_, known)| *known == key)
            {
                found.push((end, key));
            }
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, key)| key).collect()
}

/// Where each occurrence of a label as words of its own ends.
fn ends_of<'a>(text: &'a str, label: &'a str) -> impl Iterator<Item = usize> + 'a {
    let first = label.split(' ').next().unwrap_or(label);
    text.match_indices(first).filter_map(move |(at, _)| {
        let is_begin = !text[..at].ends_with(char::is_alphanumeric);
        let mut end = at;
        for (index, word) in label.split(' ').enumerate() {
            if index > 0 {
                let rest = &text[end..];
                let gap = rest.len() - rest.trim_start_matches([' ', '-']).len();
                if gap == 0 {
                    return None;
                }
                end += gap;
            }
            end += text[end..].strip_prefix(word).map(|_| word.len())?;
        }
        (is_begin && !text[end..].starts_with(char::is_alphanumeric)).then_some(end)
    })
}

/// The text from what a label announces on.
fn behind(text: &str) -> &str {
    let skip = |text: &'_ str| -> usize {
        let rest = text.trim_start_matches([
            ' ', '\t', '\r', '\u{A0}', ':', '.', '=', '-', '(', ')', '#', '/',
        ]);
        text.len() - rest.len()
    };
    let mut at = skip(text);
    if text[at..].starts_with('\n') {
        at += 1;
        at += skip(&text[at..]);
    }
    for _ in 0..MOST_BETWEEN {
        let word = word_of(&text[at..], |c| c.is_alphanumeric());
        if !BETWEEN.contains(&word) {
            break;
        }
        at += word.len();
        at += skip(&text[at..]);
    }
    &text[at..]
}

fn word_of(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    &text[..text.find(|c: char| !belongs(c)).unwrap_or(text.len())]
}

impl Name {
    fn read(self, text: &str) -> Option<Key> {
        match self {
            Self::Mmsi => mmsi(text),
            Self::Address => {
                let word = word_of(text, char::is_alphanumeric);
                let fits = word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
                fits.then(|| u32::from_str_radix(word, 16).ok())?.map(Key::Address)
            }
            Self::CallSign => call_sign(word_of(text, char::is_alphanumeric)),
            Self::Registration => {
                let word = word_of(text, |c| c.is_alphanumeric() || c == '-');
                let has_mark = word.split_once('-').is_some_and(|(nationality, _)| {
                    nationality.bytes().any(|byte| byte.is_ascii_alphabetic())
                });
                if !has_mark {
                    return None;
                }
                AircraftRegistration::parse(word)
                    .ok()
                    .map(Key::Registration)
                    .or_else(|| ForeignRegistration::read(word).map(Key::ForeignRegistration))
            }
        }
    }
}

/// Nine digits, perhaps in groups.
fn mmsi(text: &str) -> Option<Key> {
    let run = word_of(text, |c| c.is_ascii_digit() || c == ' ').trim_end();
    let mut digits = String::new();
    for group in run.split(' ').filter(|group| !group.is_empty()) {
        // what follows nine digits is something else
        if digits.len() == 9 {
            break;
        }
        digits.push_str(group);
    }
    let is_word = !text[run.len()..].starts_with(char::is_alphanumeric);
    (digits.len() == 9 && is_word).then(|| digits.parse().ok())?.map(Key::Mmsi)
}

/// A word can be a call sign if it has a digit, or is the sign of a Norwegian ship: other words of
/// letters are words, such as `NIL` and `UNKNOWN`.
fn call_sign(word: &str) -> Option<Key> {
    let sign = CallSign::parse(word).ok()?;
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    let has_letter = word.bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_ship = sign.is_norwegian() && word.len() == 4;
    (has_letter && (has_digit || is_ship)).then_some(Key::CallSign(sign))
}
