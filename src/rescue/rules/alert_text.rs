//! Finding beacon codes in the text of an alert as an officer pastes it (SIT 185, whose layout
//! differs from centre to centre, or free words). Pure; it never repairs a code: what does not
//! decode as written is not one.
//!
//! A code is one word of hexadecimal characters, or several that follow each other with a space or
//! hyphen between and are cut evenly, as `1D0E A08C 52FF BFF` or `98C3D1-27B1A0-0F0ABC-12345`. Right
//! after a label such as `HEX ID` any cut will do. Fifteen characters have no check bits, so a bare
//! number could pass for a code: without a label there must be a letter in it, and the country must
//! be an allocated one.

use crate::values::beacon_id::{Decoded, country_name, decode};

/// A code found in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// What it says.
    pub decoded: Decoded,
    /// Whether a label stands before it.
    pub labelled: bool,
}

/// Numbers of hexadecimal characters a code can have, the longest first.
const LENGTHS: [usize; 6] = [63, 51, 30, 23, 22, 15];
/// Words that announce a code when they stand right before it.
const LABELS: [&str; 6] = ["ID", "HEX", "CODE", "KODE", "IDENTIFICATION", "UIN"];
/// How far before a code its label may end, in bytes: punctuation, a line's end and indentation.
const LABEL_REACH: usize = 60;
/// Shortest word of a code that is cut into several; shorter ones are dates and positions.
const SHORTEST_PART: usize = 2;

/// The codes in a text, each once, labelled ones first, else in the order of the text.
pub fn find_codes(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for run in runs(text) {
        let mut from = 0;
        while from < run.len() {
            match longest_at(text, &run[from..]) {
                Some((code, words)) => {
                    found.push(code);
                    from += words;
                }
                None => from += 1,
            }
        }
    }
    // a stable sort: within each group the order of the text stays
    found.sort_by_key(|code| !code.labelled);
    let mut distinct: Vec<Found> = Vec::new();
    for code in found {
        if !distinct.iter().any(|known| is_same(&known.decoded, &code.decoded)) {
            distinct.push(code);
        }
    }
    distinct
}

/// The same beacon, also when one of two is only the beginning of the other.
fn is_same(one: &Decoded, other: &Decoded) -> bool {
    let (one, other) = (one.beacon_id, other.beacon_id);
    one == other
        || ((one.is_prefix() || other.is_prefix()) && one.first_fifteen() == other.first_fifteen())
}

/// A word of the text: where it stands.
type Word = std::ops::Range<usize>;

/// Hexadecimal words that follow each other with one or two spaces, or one hyphen, between.
fn runs(text: &str) -> Vec<Vec<Word>> {
    let mut runs: Vec<Vec<Word>> = Vec::new();
    let mut joined = false;
    let mut from = 0;
    // the end of each piece is the first character that is neither letter nor digit
    while from < text.len() {
        let rest = &text[from..];
        let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let word = from..from + length;
        let is_code = length > 0 && text[word.clone()].bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_code {
            match runs.last_mut() {
                Some(run) if joined => run.push(word.clone()),
                _ => runs.push(vec![word.clone()]),
            }
        }
        let after = &text[word.end..];
        let gap = after.find(char::is_alphanumeric).unwrap_or(after.len());
        joined = is_code && is_joint(&after[..gap]);
        from = word.end + gap;
    }
    runs
}

fn is_joint(gap: &str) -> bool {
    matches!(gap, " " | "  " | "-" | "\u{A0}" | " - ")
}

/// The longest code that begins with the first of these words, and how many words it takes.
fn longest_at(text: &str, words: &[Word]) -> Option<(Found, usize)> {
    let labelled = has_label(&text[..words[0].start]);
    LENGTHS.into_iter().find_map(|length| {
        let count = words_of(words, length)?;
        let words = &words[..count];
        if !labelled && !is_evenly_cut(words) {
            return None;
        }
        let code: String = words.iter().map(|word| &text[word.clone()]).collect();
        let decoded = decode(&code).ok()?;
        let is_plausible = country_name(decoded.country).is_some()
            && code.bytes().any(|byte| byte.is_ascii_alphabetic());
        (labelled || is_plausible).then_some((Found { decoded, labelled }, count))
    })
}

/// How many of the words make `length` characters, if they do so exactly.
fn words_of(words: &[Word], length: usize) -> Option<usize> {
    let mut total = 0;
    for (index, word) in words.iter().enumerate() {
        total += word.len();
        if total >= length {
            return (total == length).then_some(index + 1);
        }
    }
    None
}

/// One word, or words of one length of which only the last may be shorter.
fn is_evenly_cut(words: &[Word]) -> bool {
    let Some((last, before)) = words.split_last() else { return false };
    let Some(first) = before.first() else { return true };
    first.len() >= SHORTEST_PART
        && before.iter().all(|word| word.len() == first.len())
        && last.len() <= first.len()
}

/// Whether the text before a code ends in a label, with punctuation and the number of characters
/// (`HEX ID (15):`) between.
fn has_label(before: &str) -> bool {
    let mut start = before.len().saturating_sub(LABEL_REACH);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    let near = before[start..].to_ascii_uppercase();
    let mut words =
        near.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).rev();
    let is_length = |word: &&str| {
        let digits = word.strip_suffix("HEX").unwrap_or(word);
        LENGTHS.iter().any(|length| digits == length.to_string())
    };
    match words.next() {
        Some(word) if is_length(&word) && !word.ends_with("HEX") => {
            words.next().is_some_and(|word| LABELS.contains(&word))
        }
        Some(word) => LABELS.contains(&word) || is_length(&word),
        None => false,
    }
}
