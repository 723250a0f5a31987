//! Beacon codes in a text. A code is one word of hexadecimal characters, or several that follow each
//! other and are cut evenly, as `1D0E A08C 52FF BFF` or `98C3D1-27B1A0-0F0ABC-12345`. Right after a
//! label such as `HEX ID` any cut into words of three or more will do. Over the end of a line only
//! those go on that a label announces or whose check bits agree.
//!
//! Fifteen characters have no check bits, so a number could pass for a code: without a label there
//! must be a letter in it, and the country must be an allocated one. For the same reason a part of a
//! longer row of characters is never taken for a code.

use crate::values::beacon_id::{Check, CodeFlaw, Decoded, Warning, country_name, decode};

/// A code found in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// What it says.
    pub decoded: Decoded,
    /// Whether a label stands before it.
    pub labelled: bool,
    /// It stood behind the frame synchronisation of a self-test (C/S T.001 section 2.2).
    pub self_test: bool,
}

/// Numbers of hexadecimal characters a code can have, the longest first. 36 and 28 are messages with
/// the 24 bits of synchronisation before them.
const LENGTHS: [usize; 8] = [63, 51, 36, 30, 28, 23, 22, 15];
/// Bit and frame synchronisation, of a message and of a self-test.
const SYNC: [(&str, bool); 2] = [("FFFE2F", false), ("FFFED0", true)];
/// Words that announce a code and nothing else.
const STRONG: [&str; 4] = ["HEX", "HEXID", "UIN", "HEXADECIMAL"];
/// Words that announce a code, and other numbers too.
const WEAK: [&str; 6] = ["ID", "CODE", "KODE", "KODEN", "IDENTIFICATION", "IDENT"];
/// How far before a code its label may end, in bytes: punctuation, a line's end and indentation.
const LABEL_REACH: usize = 60;
/// Shortest word of a code that is cut into several; shorter ones are dates and positions.
const SHORTEST_PART: usize = 2;
/// The same where the cut is uneven; shorter ones are numbers of paragraphs.
const SHORTEST_UNEVEN: usize = 3;
/// Longest words of an even cut of which the last may be shorter than that.
const LONGEST_SMALL: usize = 4;
/// From here on a word of digits and letters beside a code may be the rest of it.
const LIKELY_REST: usize = 5;
/// From here on what a label announces was meant to be a code.
const LIKELY_CODE: usize = 10;

/// The codes in a text, each once, labelled ones first, else in the order of the text.
pub fn find_codes(text: &str) -> Vec<Found> {
    scan(text).0
}

/// The codes, and why what a label announces is none.
pub(super) fn scan(text: &str) -> (Vec<Found>, Vec<CodeFlaw>) {
    let mut found: Vec<Found> = Vec::new();
    let mut refused = Vec::new();
    for run in runs(text) {
        let mut from = 0;
        let mut taken = 0;
        while from < run.len() {
            match longest_at(text, &run, from, taken) {
                Some((code, words)) => {
                    found.push(code);
                    from += words;
                    taken = from;
                }
                None => {
                    refused.extend(flaw_at(text, &run[from..]));
                    from += 1;
                }
            }
        }
    }
    refused.extend(look_alikes(text));
    // a stable sort: within each group the order of the text stays
    found.sort_by_key(|code| !code.labelled);
    let mut distinct: Vec<Found> = Vec::new();
    for code in found {
        if !distinct.iter().any(|known| is_same(&known.decoded, &code.decoded)) {
            distinct.push(code);
        }
    }
    refused.dedup();
    (distinct, refused)
}

/// The same beacon, also when one of two is only the beginning of the other.
fn is_same(one: &Decoded, other: &Decoded) -> bool {
    let (one, other) = (one.beacon_id, other.beacon_id);
    one == other
        || ((one.is_prefix() || other.is_prefix()) && one.first_fifteen() == other.first_fifteen())
}

/// A word of hexadecimal characters: where it stands.
#[derive(Debug, Clone)]
struct Word {
    at: std::ops::Range<usize>,
    /// The line ended before it.
    after_break: bool,
    /// Digits before a full stop, colon, bracket or slash: number of a paragraph, frequency, date.
    is_number: bool,
}

impl Word {
    fn len(&self) -> usize {
        self.at.len()
    }

    fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.at.clone()]
    }
}

/// Hexadecimal words that follow each other with a space or two, a hyphen, or the end of a line between.
fn runs(text: &str) -> Vec<Vec<Word>> {
    let mut runs: Vec<Vec<Word>> = Vec::new();
    let mut joint = None;
    let mut from = 0;
    // the end of each piece is the first character that is neither letter nor digit
    while from < text.len() {
        let rest = &text[from..];
        let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let at = from..from + length;
        let after = &text[at.end..];
        let gap = &after[..after.find(char::is_alphanumeric).unwrap_or(after.len())];
        let is_code = length > 0 && text[at.clone()].bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_code {
            let word = Word {
                at: at.clone(),
                after_break: joint == Some(Joint::Break),
                is_number: gap.starts_with(['.', ':', ')', '/'])
                    && text[at.clone()].bytes().all(|byte| byte.is_ascii_digit()),
            };
            match runs.last_mut() {
                Some(run) if joint.is_some() => run.push(word),
                _ => runs.push(vec![word]),
            }
        }
        joint = if is_code { Joint::of(gap) } else { None };
        from = at.end + gap.len();
    }
    runs
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    Space,
    Break,
}

impl Joint {
    fn of(gap: &str) -> Option<Self> {
        match gap {
            " " | "  " | "-" | "\u{A0}" | " - " => Some(Self::Space),
            _ if gap.trim().is_empty() && gap.matches('\n').count() == 1 => Some(Self::Break),
            _ => None,
        }
    }
}

/// The longest code that begins with the word at `from`, and how many words it takes; words before
/// `taken` belong to another code.
fn longest_at(text: &str, run: &[Word], from: usize, taken: usize) -> Option<(Found, usize)> {
    let label = label_before(&text[..run[from].at.start]);
    LENGTHS.into_iter().find_map(|length| {
        let count = words_of(&run[from..], length)?;
        let words = &run[from..from + count];
        let (decoded, self_test) = read(&joined(text, words))?;
        let before = if from > taken { run.get(from - 1) } else { None };
        let beside = Beside { before, next: run.get(from + count) };
        let is_whole = match words {
            [one] => !beside.is_half(one) && (label.is_some() || !beside.may_belong(text)),
            _ => is_cut_so(words, label, &decoded) && !beside.goes_on(words),
        };
        let is_plausible = country_name(decoded.country).is_some();
        let has_letter =
            words.iter().any(|w| w.text(text).bytes().any(|b| b.is_ascii_alphabetic()));
        let is_credible = match label {
            Some(Label::Strong) => true,
            Some(Label::Weak) => is_plausible,
            None => is_plausible && has_letter,
        };
        (is_whole && is_credible)
            .then_some((Found { decoded, labelled: label.is_some(), self_test }, count))
    })
}

fn joined(text: &str, words: &[Word]) -> String {
    words.iter().map(|word| word.text(text)).collect()
}

/// Decodes a code, and a message without its synchronisation. What has check bits must pass them all.
fn read(code: &str) -> Option<(Decoded, bool)> {
    let (code, self_test) = match code.len() {
        36 | 28 => {
            let (sync, self_test) =
                SYNC.into_iter().find(|(sync, _)| code[..6].eq_ignore_ascii_case(sync))?;
            (&code[sync.len()..], self_test)
        }
        _ => (code, false),
    };
    let decoded = decode(code).ok()?;
    let is_wrong = decoded.warnings.contains(Warning::MessageCheckWrong);
    (!is_wrong).then_some((decoded, self_test))
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

/// Whether several words can be the parts of one code.
fn is_cut_so(words: &[Word], label: Option<Label>, decoded: &Decoded) -> bool {
    let is_checked = decoded.bch1 == Check::Right && decoded.bch2 != Check::Wrong;
    let crosses = words.iter().skip(1).any(|word| word.after_break);
    if crosses && label.is_none() && !is_checked {
        return false;
    }
    let is_number = words.last().is_some_and(|last| last.is_number && last.len() < 4);
    if is_number && !is_checked {
        return false;
    }
    let has_tail = is_checked || has_whole_tail(words);
    (is_evenly_cut(words) && has_tail)
        || (label.is_some() && words.iter().all(|word| word.len() >= SHORTEST_UNEVEN))
        || (crosses && is_checked)
}

/// Whether the last word is more than the number of the next paragraph may be.
fn has_whole_tail(words: &[Word]) -> bool {
    let [first, .., last] = words else { return true };
    last.len() >= SHORTEST_UNEVEN || first.len() <= LONGEST_SMALL
}

/// Words of one length of which only the last may be shorter.
fn is_evenly_cut(words: &[Word]) -> bool {
    let [first, .., last] = words else { return true };
    first.len() >= SHORTEST_PART
        && words[..words.len() - 1].iter().all(|word| word.len() == first.len())
        && last.len() <= first.len()
}

/// The words beside a code in its run.
struct Beside<'a> {
    before: Option<&'a Word>,
    next: Option<&'a Word>,
}

impl Beside<'_> {
    /// Whether a word of the same length stands in the same line: two halves of a message look like
    /// two codes of fifteen.
    fn is_half(&self, one: &Word) -> bool {
        let before = self.before.is_some_and(|word| word.len() == one.len() && !one.after_break);
        before || self.next.is_some_and(|next| next.len() == one.len() && !next.after_break)
    }

    /// Whether a single word may be only a part of what was written there.
    fn may_belong(&self, text: &str) -> bool {
        [self.before, self.next].into_iter().flatten().any(|word| {
            let is_mixed = word.text(text).bytes().any(|byte| byte.is_ascii_alphabetic());
            let is_code = || {
                read(word.text(text)).is_some_and(|(code, _)| country_name(code.country).is_some())
            };
            word.len() >= LIKELY_REST && !word.is_number && is_mixed && !is_code()
        })
    }

    /// Whether the row of words goes on before or behind a code of several.
    fn goes_on(&self, words: &[Word]) -> bool {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
        let is_ended = is_evenly_cut(words) && last.len() < first.len();
        let behind = self.next.is_some_and(|next| {
            !is_ended && !next.is_number && next.len() >= SHORTEST_UNEVEN.min(first.len())
        });
        let ahead = self.before.is_some_and(|word| word.len() == first.len() && !word.is_number);
        behind || ahead
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Strong,
    Weak,
}

/// The label in which the text before a code ends, with punctuation and the number of characters
/// (`HEX ID (15):`) between.
fn label_before(before: &str) -> Option<Label> {
    let mut start = before.len().saturating_sub(LABEL_REACH);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    let near = before[start..].to_ascii_uppercase();
    let mut words =
        near.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).rev();
    let mut last = words.next()?;
    if LENGTHS.iter().any(|length| last == length.to_string()) {
        last = words.next()?;
        return named(last, words.next());
    }
    named(last, words.next())
}

fn named(word: &str, before: Option<&str>) -> Option<Label> {
    let is_strong = |word: &str| {
        let ends = word.strip_suffix("HEX").or_else(|| word.strip_suffix("HEXID"));
        STRONG.contains(&word)
            || ends.is_some_and(|digits| LENGTHS.iter().any(|l| digits == l.to_string()))
    };
    if is_strong(word) {
        return Some(Label::Strong);
    }
    // `HEX ID`, `15 HEX CODE`
    let is_weak = WEAK.contains(&word);
    is_weak.then(|| if before.is_some_and(is_strong) { Label::Strong } else { Label::Weak })
}

/// Why the words that a label announces are no code.
fn flaw_at(text: &str, run: &[Word]) -> Option<CodeFlaw> {
    label_before(&text[..run.first()?.at.start])?;
    // a new line begins something else
    let end = run.iter().skip(1).position(|word| word.after_break).map_or(run.len(), |at| at + 1);
    let code = joined(text, &run[..end]);
    (code.len() >= LIKELY_CODE).then(|| flaw_of(&code))?
}

fn flaw_of(code: &str) -> Option<CodeFlaw> {
    match decode(code) {
        Err(flaw) => Some(flaw),
        Ok(decoded) if decoded.warnings.contains(Warning::MessageCheckWrong) => {
            Some(CodeFlaw::Bch1)
        }
        Ok(_) => None,
    }
}

/// What a label announces and would be a code but for a letter that looks like a digit.
fn look_alikes(text: &str) -> Vec<CodeFlaw> {
    let mut flaws = Vec::new();
    let mut from = 0;
    for piece in text.split(|c: char| !c.is_alphanumeric()) {
        let is_meant = piece.len() >= LIKELY_CODE
            && piece.bytes().any(|byte| byte.is_ascii_digit())
            && !piece.bytes().all(|byte| byte.is_ascii_hexdigit())
            && piece.bytes().all(|b| b.is_ascii_hexdigit() || b"OILoil".contains(&b));
        if is_meant && label_before(&text[..from]).is_some() {
            flaws.extend(flaw_of(piece));
        }
        // the character between is one of the text; the last piece has none behind it
        from += piece.len();
        from += text[from..].chars().next().map_or(0, char::len_utf8);
    }
    flaws
}
