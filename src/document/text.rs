//! From raw text to lines: cleaning that both renderings share, and wrapping by glyph widths for the PDF.
//!
//! It breaks lines and never hyphenates. It must not know styles, pages or markup.

use unicode_normalization::UnicodeNormalization;

/// The text as both renderings show it: composed (Unicode NFC), one kind of line break, no control characters and no
/// hints for line breaking. Characters that reorder the text around them (Unicode UAX #9, and their deprecated kin) become U+FFFD: in an official
/// document a name must not be able to turn the words after it around.
pub fn tidy(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut after_return = false;
    for character in raw.nfc() {
        match character {
            '\n' if after_return => {}
            '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => text.push('\n'),
            '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' => {}
            '\u{61C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{206F}' => {
                text.push(char::REPLACEMENT_CHARACTER);
            }
            control if control.is_control() => text.push(' '),
            other => text.push(other),
        }
        after_return = character == '\r';
    }
    text
}

/// Breaks a text into lines no wider than `width`, where `advance` gives the width of a character in the same unit.
/// Breaks at spaces; a word wider than a line is broken after `/` or `-` if it has them, else anywhere. A single
/// character wider than a line gets a line of its own. There is always at least one line.
pub fn wrap(text: &str, width: f32, advance: impl Fn(char) -> f32) -> Vec<String> {
    let mut lines = Lines { done: Vec::new(), line: String::new(), used: 0.0, width };
    let measure = |part: &str| part.chars().map(&advance).sum::<f32>();
    for paragraph in text.split('\n') {
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let gap = if lines.line.is_empty() { 0.0 } else { advance(' ') };
            let wide = measure(word);
            if lines.has_room(gap + wide) {
                if gap > 0.0 {
                    lines.push(" ", gap);
                }
                lines.push(word, wide);
            } else if wide <= width {
                lines.finish();
                lines.push(word, wide);
            } else {
                lines.finish();
                for part in word.split_inclusive(['/', '-']) {
                    let wide = measure(part);
                    if !lines.has_room(wide) && wide <= width {
                        lines.finish();
                    }
                    for character in part.chars() {
                        lines.push_breaking(character, advance(character));
                    }
                }
            }
        }
        lines.end_paragraph();
    }
    lines.done
}

/// Lines being filled.
struct Lines {
    done: Vec<String>,
    line: String,
    used: f32,
    width: f32,
}

impl Lines {
    fn has_room(&self, wide: f32) -> bool {
        self.used + wide <= self.width
    }

    fn push(&mut self, part: &str, wide: f32) {
        self.line.push_str(part);
        self.used += wide;
    }

    fn push_breaking(&mut self, character: char, wide: f32) {
        if !self.has_room(wide) {
            self.finish();
        }
        self.line.push(character);
        self.used += wide;
    }

    /// Ends the line if it has anything in it.
    fn finish(&mut self) {
        if !self.line.is_empty() {
            self.end_paragraph();
        }
    }

    /// Ends the line even if it is empty, so that an empty line of the author's stays.
    fn end_paragraph(&mut self) {
        self.done.push(std::mem::take(&mut self.line));
        self.used = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fixed(text: &str, width: u8) -> Vec<String> {
        wrap(text, f32::from(width), |_| 1.0)
    }

    #[test]
    fn words_fill_the_line_and_break_at_spaces() {
        assert_eq!(fixed("ei lita bok om radio", 8), ["ei lita", "bok om", "radio"]);
        assert_eq!(fixed("a  b", 8), ["a b"]);
        assert_eq!(fixed("", 8), [""]);
    }

    #[test]
    fn line_breaks_of_the_author_stay() {
        assert_eq!(fixed("one\n\ntwo", 8), ["one", "", "two"]);
    }

    #[test]
    fn a_word_wider_than_a_line_is_broken_after_a_slash_or_hyphen_first() {
        assert_eq!(fixed("see abcdefgh", 4), ["see", "abcd", "efgh"]);
        assert_eq!(fixed("aa.no/bbb/cc", 6), ["aa.no/", "bbb/cc"]);
        assert_eq!(fixed("nord-trøndelag", 9), ["nord-", "trøndelag"]);
    }

    #[test]
    fn text_is_composed_and_stripped_of_controls() {
        assert_eq!(tidy("A\u{30A}se\u{0}\tx"), "\u{C5}se  x");
        assert_eq!(tidy("a\r\nb\rc\nd\u{2028}e"), "a\nb\nc\nd\ne");
        assert_eq!(tidy("co\u{AD}op\u{200B}er"), "cooper");
    }

    #[test]
    fn characters_that_turn_text_around_are_made_visible() {
        assert_eq!(tidy("a\u{202E}b\u{2067}c"), "a\u{FFFD}b\u{FFFD}c");
    }

    proptest! {
        #[test]
        fn wrapping_keeps_every_character_and_no_line_is_too_wide(text in "[ -~æøå\n]{0,120}", width in 1_u8..40) {
            let lines = fixed(&text, width);
            let squeeze = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
            for line in lines {
                prop_assert!(line.chars().count() <= usize::from(width));
            }
        }

        #[test]
        fn tidying_never_panics_and_is_idempotent(raw in any::<String>()) {
            let once = tidy(&raw);
            prop_assert_eq!(tidy(&once), once);
        }
    }
}
