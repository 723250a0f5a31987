//! How names are compared: small letters without accents, æ/ø/å and the ways to write them without
//! those letters folded to one, and how many slips of the finger a word may have. Pure.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// How well a row fits the words asked for; the least fitting word decides.
pub const EXACT: u8 = 0;
/// The words of the row begin so.
pub const PREFIX: u8 = 1;
/// The words of the row have it in them.
pub const PART: u8 = 2;
/// The words of the row are within the slips allowed.
pub const SLIP: u8 = 3;

/// Fewest letters of a text that is looked for inside words.
const SHORTEST_PART: usize = 3;

/// Folds a text: `Sørensen`, `SÖRENSEN`, `Soerensen` and `sorensen` become the same. What is neither
/// letter nor digit becomes a space.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            put(character.to_ascii_lowercase(), &mut out);
        } else {
            for letter in character.to_lowercase().flat_map(|letter| std::iter::once(letter).nfd())
            {
                put_letter(letter, &mut out);
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A letter that is not plain ASCII, accents already apart.
fn put_letter(letter: char, out: &mut String) {
    match letter {
        'æ' => put('a', out),
        'ø' => put('o', out),
        'œ' => put('o', out),
        'đ' | 'ð' => put('d', out),
        'ħ' => put('h', out),
        'ı' => put('i', out),
        'ł' => put('l', out),
        'ŋ' => put('n', out),
        'ŧ' => put('t', out),
        'þ' => ['t', 'h'].into_iter().for_each(|letter| put(letter, out)),
        'ß' => ['s', 's'].into_iter().for_each(|letter| put(letter, out)),
        mark if is_combining_mark(mark) => {}
        other => put(other, out),
    }
}

/// Appends a letter; `ae`, `aa` and `oe` are æ, å and ø written without them.
fn put(letter: char, out: &mut String) {
    match (out.as_bytes().last(), letter) {
        (Some(b'a'), 'a' | 'e') | (Some(b'o'), 'e') => {}
        (_, letter) if letter.is_alphanumeric() => out.push(letter),
        (None | Some(b' '), _) => {}
        _ => out.push(' '),
    }
}

/// A word that is looked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Folded.
    pub text: String,
    letters: Vec<char>,
    /// Letters it has, for passing over most words.
    pub letters_had: u64,
    /// Slips of the finger that are forgiven.
    pub slips: usize,
}

impl Wanted {
    /// The words of a text.
    pub fn all(text: &str) -> Vec<Self> {
        fold(text).split_whitespace().map(Self::of).collect()
    }

    fn of(text: &str) -> Self {
        let letters: Vec<char> = text.chars().collect();
        let slips = match letters.len() {
            _ if letters.iter().any(char::is_ascii_digit) => 0,
            0..4 => 0,
            4..8 => 1,
            _ => 2,
        };
        Self { text: text.to_owned(), letters_had: letters_had(text), letters, slips }
    }

    /// How well a folded word fits, if it does.
    pub fn fits(&self, word: &str) -> Option<u8> {
        if let Some(rest) = word.strip_prefix(&self.text) {
            Some(if rest.is_empty() { EXACT } else { PREFIX })
        } else if self.is_sought_inside() && word.contains(&self.text) {
            Some(PART)
        } else {
            self.is_slip_of(word).then_some(SLIP)
        }
    }

    /// Texts of one or two letters are looked for at the beginning of words only.
    pub fn is_sought_inside(&self) -> bool {
        self.letters.len() >= SHORTEST_PART
    }

    /// Within the slips allowed; a word that fits better is not asked.
    pub fn is_slip_of(&self, word: &str) -> bool {
        self.slips > 0
            && (self.letters_had ^ letters_had(word)).count_ones() as usize <= 2 * self.slips
            && {
                let word: Vec<char> = word.chars().collect();
                distance_within(&self.letters, &word, self.slips)
            }
    }
}

/// A bit for each letter of a word: one slip changes at most two.
pub fn letters_had(word: &str) -> u64 {
    word.chars().fold(0, |had, letter| {
        let bit = match letter {
            'a'..='z' => letter as u32 - 'a' as u32,
            other => 26 + u32::from(other) % 38,
        };
        had | 1 << bit
    })
}

/// Whether one word becomes the other by at most so many letters put in, left out, changed, or
/// swapped with their neighbour (optimal string alignment).
fn distance_within(a: &[char], b: &[char], most: usize) -> bool {
    if a.len().abs_diff(b.len()) > most {
        return false;
    }
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row[j + 1] = least;
        }
        if row.iter().all(|distance| *distance > most) {
            return false;
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()] <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_it_is_typed() {
        for typed in
            ["sorensen", "soerensen", "SØRENSEN", "Sörensen", "Sørensen", "SO\u{308}RENSEN"]
        {
            assert_eq!(fold(typed), "sorensen", "{typed}");
        }
        assert_eq!(fold("Åse Ærlig-Haakon"), "ase arlig hakon");
        assert_eq!(fold("  Ánne  Čálliid / Šerđi "), "anne calliid serdi");
        assert_eq!(fold("Straße Þór Łódź"), "strasse thor lodz");
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for text in ["aae oee Æe øe", "ǅ ﬁ İ", "Gøe-Aaa"] {
            assert_eq!(fold(&fold(text)), fold(text), "{text}");
        }
    }

    #[test]
    fn one_slip_is_forgiven_in_a_word_and_two_in_a_long_one() {
        let fits = |wanted: &str, word: &str| Wanted::all(wanted)[0].fits(word);
        assert_eq!(fits("hansen", "hansen"), Some(EXACT));
        assert_eq!(fits("hans", "hansen"), Some(PREFIX));
        assert_eq!(fits("anse", "hansen"), Some(PART));
        assert_eq!(fits("an", "hansen"), None);
        for slip in ["hnsen", "hhansen", "hanxen", "hasnen"] {
            assert_eq!(fits(slip, "hansen"), Some(SLIP), "{slip}");
        }
        assert_eq!(fits("hnxen", "hansen"), None);
        assert_eq!(fits("christian", "kristian"), Some(SLIP));
        assert_eq!(fits("ole", "olé"), None, "words are folded before");
        assert_eq!(fits("312345676", "312345677"), None, "a number is no name");
    }
}
