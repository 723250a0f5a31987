//! Facts and tables set as pieces: rows of cells between hairlines, and how wide their columns are.
//!
//! It must not know pages; a table only says which piece is set again at the top of one.

use std::rc::Rc;

use super::fonts::Weight;
use super::pieces::{BODY, Ink, LABEL, Piece, Setter, Style, style};

const CELL: Style = style(Weight::Regular, 9.5, 13.5, Ink::Text);
const COLUMN: Style = style(Weight::Bold, 9.5, 13.5, Ink::Accent);

/// White above and below the text of a row.
const ROW_PADDING: f32 = 3.5;
/// White between two columns.
const COLUMN_GAP: f32 = 12.0;
/// A row of at most this many lines is never split over two pages; a taller one only after so many.
const UNBROKEN_LINES: usize = 12;
/// Share of the width that the labels of facts get.
const LABEL_SHARE: f32 = 0.36;

/// A text in one column of a row.
struct Cell<'a> {
    x: f32,
    width: f32,
    style: Style,
    text: &'a str,
}

impl Setter {
    /// Facts: labels on the left, values on the right.
    pub fn facts(&mut self, facts: &[(String, String)], width: f32) -> Vec<Piece> {
        let widths = [width * LABEL_SHARE - COLUMN_GAP, width * (1.0 - LABEL_SHARE)];
        let mut pieces = Vec::new();
        for (label, value) in facts {
            let cells = cells(&widths, &[(label, LABEL), (value, BODY)]);
            pieces.extend(self.row(&cells, width));
        }
        pieces
    }

    /// A table; its headings stay with the first row and are set again on every page it reaches.
    pub fn table(&mut self, columns: &[String], rows: &[Vec<String>], width: f32) -> Vec<Piece> {
        let widths = self.column_widths(columns, rows, width);
        let mut pieces = self.table_row(columns, COLUMN, &widths, width);
        for piece in &mut pieces {
            piece.keep_with_next = true;
        }
        let head = pieces.first().cloned().map(Rc::new);
        for row in rows {
            let row = self.table_row(row, CELL, &widths, width);
            pieces.extend(row.into_iter().map(|piece| Piece { repeats: head.clone(), ..piece }));
        }
        pieces
    }

    fn table_row(
        &mut self,
        texts: &[String],
        style: Style,
        widths: &[f32],
        width: f32,
    ) -> Vec<Piece> {
        let texts: Vec<(&str, Style)> = texts.iter().map(|text| (text.as_str(), style)).collect();
        self.row(&cells(widths, &texts), width)
    }

    /// A row of cells above a hairline: one piece, or several if it is too tall to be kept together.
    fn row(&mut self, cells: &[Cell], width: f32) -> Vec<Piece> {
        let set: Vec<Vec<String>> =
            cells.iter().map(|cell| self.wrapped(cell.text, cell.style, cell.width)).collect();
        // A row without any cell is still a row.
        let tallest = set.iter().map(Vec::len).max().unwrap_or(1);
        let mut pieces: Vec<Piece> = (0..tallest)
            .step_by(UNBROKEN_LINES)
            .map(|from| {
                let mut piece = Piece::default();
                let top = if from == 0 { ROW_PADDING } else { 0.0 };
                for (cell, lines) in cells.iter().zip(&set) {
                    let end = lines.len().min(from + UNBROKEN_LINES);
                    let lines = lines.get(from..end).unwrap_or(&[]);
                    piece.lines(cell.x, top, cell.style, lines);
                }
                piece
            })
            .collect();
        if let Some(last) = pieces.last_mut() {
            last.height += ROW_PADDING;
            last.hairline(width);
        }
        pieces
    }

    /// Widths of the columns: each as wide as its longest line if there is room, else the widest give way first; room to
    /// spare is shared out evenly.
    fn column_widths(&mut self, columns: &[String], rows: &[Vec<String>], width: f32) -> Vec<f32> {
        let count = rows.iter().map(Vec::len).fold(columns.len(), usize::max);
        let mut wanted = vec![0.0_f32; count];
        let head = std::iter::once((columns, COLUMN));
        for (texts, style) in head.chain(rows.iter().map(|row| (row.as_slice(), CELL))) {
            for (want, text) in wanted.iter_mut().zip(texts) {
                for line in self.wrapped(text, style, f32::INFINITY) {
                    let face = self.faces.face(style.weight);
                    // A point to spare keeps rounding from breaking a line that just fits.
                    *want = want.max(face.width(&line, style.size) + 1.0);
                }
            }
        }
        share(&wanted, width - COLUMN_GAP * number(count.saturating_sub(1)))
    }
}

/// Texts in columns of the given widths, from the left; columns without a text stay empty.
fn cells<'a>(widths: &[f32], texts: &[(&'a str, Style)]) -> Vec<Cell<'a>> {
    let mut x = 0.0;
    let mut cells = Vec::new();
    for (&width, &(text, style)) in widths.iter().zip(texts) {
        cells.push(Cell { x, width, style, text });
        x += width + COLUMN_GAP;
    }
    cells
}

/// Shares `room` out among those who want some: nobody gets less than an even share unless they want less.
fn share(wanted: &[f32], room: f32) -> Vec<f32> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|left, right| wanted[*left].total_cmp(&wanted[*right]));
    let mut given = wanted.to_vec();
    let mut rest = room.max(0.0);
    for (served, index) in order.into_iter().enumerate() {
        let even = rest / number(wanted.len() - served);
        given[index] = wanted[index].min(even);
        rest -= given[index];
    }
    let extra = rest / number(wanted.len().max(1));
    given.iter().map(|width| width + extra).collect()
}

/// A number of columns to calculate with; no page has room for as many as a `u16` counts.
fn number(columns: usize) -> f32 {
    f32::from(u16::try_from(columns).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_columns_keep_their_width_and_wide_ones_share_the_rest() {
        assert_eq!(share(&[10.0, 500.0, 300.0], 210.0), [10.0, 100.0, 100.0]);
        assert_eq!(share(&[10.0, 30.0], 100.0), [40.0, 60.0]);
        assert!(share(&[], 100.0).is_empty());
    }
}
