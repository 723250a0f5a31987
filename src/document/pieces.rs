//! Blocks set as pieces: strips of the page, each with its lines in place, that a page break may fall between but never
//! inside.
//!
//! It must not know pages: which piece lands where is decided in `layout.rs`.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::fonts::{Faces, REPLACEMENT, Weight};
use super::model::Block;
use super::qr::QrMatrix;
use super::text::{tidy, wrap};

/// Colours by meaning; `pdf.rs` chooses them. Text colours reach a contrast of at least 4.5:1 on white (WCAG 2.1, 1.4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Text,
    Muted,
    Accent,
    Hairline,
}

/// How a line of text is set. Sizes in points.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    pub weight: Weight,
    pub size: f32,
    /// Distance from one baseline to the next.
    pub leading: f32,
    pub ink: Ink,
}

/// A style in one line.
pub const fn style(weight: Weight, size: f32, leading: f32, ink: Ink) -> Style {
    Style { weight, size, leading, ink }
}

pub const TITLE: Style = style(Weight::Bold, 19.0, 25.0, Ink::Accent);
pub const AUTHORITY: Style = style(Weight::Bold, 14.0, 18.0, Ink::Accent);
pub const BODY: Style = style(Weight::Regular, 10.0, 15.0, Ink::Text);
pub const STRONG: Style = style(Weight::Bold, 10.0, 15.0, Ink::Text);
pub const LABEL: Style = style(Weight::Regular, 10.0, 15.0, Ink::Muted);
pub const SMALL: Style = style(Weight::Regular, 8.5, 12.0, Ink::Muted);
pub const SMALL_STRONG: Style = style(Weight::Bold, 8.5, 12.0, Ink::Text);
pub const LINK: Style = style(Weight::Regular, 8.5, 12.0, Ink::Accent);
const HEADING: Style = style(Weight::Bold, 12.0, 17.0, Ink::Accent);
const NOTE: Style = style(Weight::Regular, 9.0, 13.0, Ink::Muted);

/// Height of a capital letter, as a share of the type size.
const CAP_HEIGHT: f32 = 0.714;
/// Thickness of a hairline.
pub const HAIR: f32 = 0.6;

/// Something drawn at a place: points from the left edge and downwards from the top of its piece or page.
#[derive(Clone)]
pub enum Mark {
    /// A line of text; `y` is its baseline.
    Text { x: f32, y: f32, style: Style, text: String },
    /// A filled rectangle.
    Fill { x: f32, y: f32, width: f32, height: f32, ink: Ink },
    /// A QR code without its quiet zone.
    Code { x: f32, y: f32, side: f32, matrix: QrMatrix },
    /// An area that opens an address.
    Link { x: f32, y: f32, width: f32, height: f32, url: String },
}

impl Mark {
    /// The same mark further right and further down.
    pub fn moved(&self, right: f32, down: f32) -> Self {
        let mut mark = self.clone();
        let (Self::Text { x, y, .. }
        | Self::Fill { x, y, .. }
        | Self::Code { x, y, .. }
        | Self::Link { x, y, .. }) = &mut mark;
        *x += right;
        *y += down;
        mark
    }
}

/// A strip across the text area that stays in one place on one page.
#[derive(Clone, Default)]
pub struct Piece {
    /// White above it, dropped at the top of a page.
    pub space_before: f32,
    pub height: f32,
    pub marks: Vec<Mark>,
    /// No page break between this piece and the next, if it can be helped.
    pub keep_with_next: bool,
    /// What is set again above it when it begins a page: the headings of its table.
    pub repeats: Option<Rc<Piece>>,
}

impl Piece {
    /// Puts lines below each other, the first one's top at `top`; returns where the last one ends.
    pub fn lines(&mut self, x: f32, top: f32, style: Style, lines: &[String]) -> f32 {
        let mut y = top;
        for text in lines {
            // The baseline lies so that the letters stand in the middle of their line.
            let baseline = y + f32::midpoint(style.leading, style.size * CAP_HEIGHT);
            if !text.is_empty() {
                self.marks.push(Mark::Text { x, y: baseline, style, text: text.clone() });
            }
            y += style.leading;
        }
        self.height = self.height.max(y);
        y
    }

    /// Ends the piece with a hairline across the text area.
    pub fn hairline(&mut self, width: f32) {
        self.marks.push(Mark::Fill {
            x: 0.0,
            y: self.height,
            width,
            height: HAIR,
            ink: Ink::Hairline,
        });
        self.height += HAIR;
    }
}

/// Sets texts in the two faces and remembers the characters they lack.
pub struct Setter {
    pub faces: &'static Faces,
    pub missing: BTreeSet<char>,
}

impl Setter {
    /// The text as the faces can show it: tidied, and with U+FFFD for what they lack.
    pub fn clean(&mut self, raw: &str, weight: Weight) -> String {
        let face = self.faces.face(weight);
        tidy(raw)
            .chars()
            .map(|character| match character {
                '\n' => '\n',
                // Both hyphens look like the plain one, which is the only one the faces have.
                '\u{2010}' | '\u{2011}' => '-',
                _ if face.has(character) => character,
                _ => {
                    self.missing.insert(character);
                    REPLACEMENT
                }
            })
            .collect()
    }

    /// The text in lines no wider than `width`.
    pub fn wrapped(&mut self, raw: &str, style: Style, width: f32) -> Vec<String> {
        let text = self.clean(raw, style.weight);
        let face = self.faces.face(style.weight);
        wrap(&text, width, |character| face.advance(character, style.size))
    }

    /// The pieces of a block, for a text area of the given width.
    pub fn block(&mut self, block: &Block, width: f32) -> Vec<Piece> {
        let mut pieces = match block {
            Block::Heading(text) => self.heading(text, HEADING, width),
            Block::Paragraph(text) => self.running(text, BODY, 0.0, width),
            Block::Facts(facts) => self.facts(facts, width),
            Block::Table { columns, rows } => self.table(columns, rows, width),
            Block::List(items) => self.list(items, width),
            Block::Note(text) => self.note(text, width),
        };
        if let Some(first) = pieces.first_mut() {
            first.space_before += match block {
                Block::Heading(_) => 16.0,
                Block::Note(_) => 14.0,
                Block::Facts(_) | Block::Table { .. } => 8.0,
                Block::Paragraph(_) | Block::List(_) => 6.0,
            };
        }
        pieces
    }

    /// A heading: kept together with the beginning of what follows it.
    pub fn heading(&mut self, text: &str, style: Style, width: f32) -> Vec<Piece> {
        let mut pieces = self.running(text, style, 0.0, width);
        for piece in &mut pieces {
            piece.keep_with_next = true;
        }
        pieces
    }

    /// Running text, a piece per line; no single first or last line is left alone on a page.
    fn running(&mut self, text: &str, style: Style, x: f32, width: f32) -> Vec<Piece> {
        let lines = self.wrapped(text, style, width - x);
        let count = lines.len();
        lines
            .iter()
            .enumerate()
            .map(|(index, line)| {
                let mut piece = Piece {
                    keep_with_next: index + 1 < count && (index == 0 || index + 2 == count),
                    ..Piece::default()
                };
                piece.lines(x, 0.0, style, std::slice::from_ref(line));
                piece
            })
            .collect()
    }

    fn list(&mut self, items: &[String], width: f32) -> Vec<Piece> {
        let numbers: Vec<String> = (1..=items.len()).map(|number| format!("{number}.")).collect();
        let face = self.faces.face(BODY.weight);
        let widest = numbers.last().map_or(0.0, |number| face.width(number, BODY.size));
        let indent = widest + 8.0;
        let mut pieces = Vec::new();
        for (item, number) in items.iter().zip(numbers) {
            let mut lines = self.running(item, BODY, indent, width);
            if let Some(first) = lines.first_mut() {
                first.space_before = if pieces.is_empty() { 0.0 } else { 4.0 };
                let text = first.marks.split_off(0);
                first.lines(0.0, 0.0, LABEL, &[number]);
                first.marks.extend(text);
            }
            pieces.extend(lines);
        }
        pieces
    }

    fn note(&mut self, text: &str, width: f32) -> Vec<Piece> {
        let mut pieces = self.running(text, NOTE, 11.0, width);
        for piece in &mut pieces {
            piece.marks.push(Mark::Fill {
                x: 0.0,
                y: 0.0,
                width: 2.0,
                height: piece.height,
                ink: Ink::Hairline,
            });
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_no_face_has_are_shown_as_replaced_and_remembered() {
        let mut setter = Setter {
            faces: Faces::get().expect("the bundled font is intact"),
            missing: BTreeSet::new(),
        };
        assert_eq!(setter.clean("a漢b\u{2011}c", Weight::Regular), "a\u{FFFD}b-c");
        assert_eq!(setter.missing, BTreeSet::from(['漢']));
    }
}
