//! Pages: the letterhead, the pieces of the content in order, page breaks, the verification part and the foot.
//!
//! A4, measured in points from the top left corner. It must not know how a PDF is written.

use std::collections::BTreeSet;

use super::DocumentFlaw;
use super::fonts::Faces;
use super::model::{Document, Verification};
use super::pieces::{
    AUTHORITY, BODY, HAIR, Ink, LINK, Mark, Piece, SMALL, SMALL_STRONG, STRONG, Setter, Style,
    TITLE,
};
use super::qr::QrMatrix;
use super::words;

/// A4 (ISO 216) in points.
pub const PAGE_WIDTH: f32 = 595.276;
pub const PAGE_HEIGHT: f32 = 841.89;

const SIDE_MARGIN: f32 = 68.0;
const TOP: f32 = 52.0;
/// The text area ends here; the foot lies below.
const BOTTOM: f32 = PAGE_HEIGHT - 74.0;
const FOOT: f32 = PAGE_HEIGHT - 54.0;
const WIDTH: f32 = PAGE_WIDTH - 2.0 * SIDE_MARGIN;
/// The right-hand column of the letterhead and the references.
const ASIDE: f32 = WIDTH * 0.64;
/// Printed side of the QR code: 27 mm, readable from a hand's distance.
const CODE_SIDE: f32 = 76.5;

/// A finished page.
pub type Page = Vec<Mark>;

/// The pages of a document and the characters that had to be replaced.
pub struct Layout {
    pub pages: Vec<Page>,
    pub missing: BTreeSet<char>,
}

/// Lays the document out on at least one page.
pub fn lay_out(document: &Document) -> Result<Layout, DocumentFlaw> {
    let mut setter = Setter { faces: Faces::get()?, missing: BTreeSet::new() };
    let mut pieces = vec![letterhead(document, &mut setter)];
    if !document.recipient.is_empty() || !document.references.is_empty() {
        pieces.push(address(document, &mut setter));
    }
    let mut title = setter.heading(&document.title, TITLE, WIDTH);
    if let Some(first) = title.first_mut() {
        first.space_before = 26.0;
    }
    pieces.extend(title);
    for block in &document.blocks {
        pieces.extend(setter.block(block, WIDTH));
    }
    let mut pages = paginate(&pieces);
    if let Some(verification) = &document.verification {
        let code = QrMatrix::encode(&verification.url)?;
        pages.place_at_bottom(&verification_part(verification, code, document, &mut setter));
    }
    let pages = with_feet(pages.finish(), document, &mut setter);
    Ok(Layout { pages, missing: setter.missing })
}

/// The authority's name, its address lines beside it, and a rule below.
fn letterhead(document: &Document, setter: &mut Setter) -> Piece {
    let mut piece = Piece::default();
    let name = setter.wrapped(&document.authority.name, AUTHORITY, ASIDE - 16.0);
    piece.lines(0.0, 0.0, AUTHORITY, &name);
    let mut y = 2.0;
    for line in &document.authority.contact_lines {
        let lines = setter.wrapped(line, SMALL, WIDTH - ASIDE);
        y = piece.lines(ASIDE, y, SMALL, &lines);
    }
    piece.height += 10.0;
    piece.marks.push(Mark::Fill {
        x: 0.0,
        y: piece.height,
        width: WIDTH,
        height: 1.6,
        ink: Ink::Accent,
    });
    piece.height += 1.6;
    piece
}

/// The recipient on the left, where a window envelope shows it, and the references on the right.
fn address(document: &Document, setter: &mut Setter) -> Piece {
    let mut piece = Piece { space_before: 22.0, ..Piece::default() };
    let mut y = 0.0;
    for (index, line) in document.recipient.iter().enumerate() {
        let style = if index == 0 { STRONG } else { BODY };
        let lines = setter.wrapped(line, style, ASIDE - 16.0);
        y = piece.lines(0.0, y, style, &lines);
    }
    let mut y = 0.0;
    for (label, value) in &document.references {
        let lines = setter.wrapped(label, SMALL, WIDTH - ASIDE);
        y = piece.lines(ASIDE, y, SMALL, &lines);
        let lines = setter.wrapped(value, BODY, WIDTH - ASIDE);
        y = piece.lines(ASIDE, y, BODY, &lines) + 4.0;
    }
    piece
}

/// The QR code in the bottom right corner and what it is for on its left.
fn verification_part(
    verification: &Verification,
    matrix: QrMatrix,
    document: &Document,
    setter: &mut Setter,
) -> Piece {
    let left = WIDTH - CODE_SIDE;
    let quiet = CODE_SIDE / f32::from(matrix.side()) * f32::from(QrMatrix::QUIET_ZONE);
    let width = left - quiet - 8.0;
    let mut piece = Piece { space_before: 14.0, ..Piece::default() };
    piece.hairline(WIDTH);
    let mut put = |piece: &mut Piece, text: &str, style: Style, top: f32| {
        let lines = setter.wrapped(text, style, width);
        piece.lines(0.0, top, style, &lines)
    };
    let title = words::verification(document.language);
    let y = put(&mut piece, title, SMALL_STRONG, quiet + 1.0);
    let y = put(&mut piece, &verification.caption, SMALL, y);
    let end = put(&mut piece, &verification.url, LINK, y + 4.0);
    piece.marks.push(Mark::Link {
        x: 0.0,
        y: y + 4.0,
        width,
        height: end - y - 4.0,
        url: verification.url.clone(),
    });
    let label = words::verification_code(document.language);
    let code = format!("{label}: {}", verification.code);
    put(&mut piece, &code, SMALL_STRONG, end + 4.0);
    piece.marks.push(Mark::Code { x: left, y: quiet + 4.0, side: CODE_SIDE, matrix });
    piece.height = piece.height.max(quiet + 4.0 + CODE_SIDE);
    piece
}

/// Pages being filled.
struct Pages {
    done: Vec<Page>,
    page: Page,
    y: f32,
}

impl Pages {
    fn is_at_top(&self) -> bool {
        self.page.is_empty()
    }

    fn turn(&mut self) {
        self.done.push(std::mem::take(&mut self.page));
        self.y = TOP;
    }

    fn place(&mut self, piece: &Piece) {
        if !self.is_at_top() {
            self.y += piece.space_before;
        } else if let Some(head) = &piece.repeats {
            self.draw(head);
        }
        self.draw(piece);
    }

    fn draw(&mut self, piece: &Piece) {
        let y = self.y;
        let marks = piece.marks.iter().map(|mark| mark.moved(SIDE_MARGIN, y));
        self.page.extend(marks);
        self.y += piece.height;
    }

    fn has_room(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    fn place_at_bottom(&mut self, piece: &Piece) {
        if !self.is_at_top() && !self.has_room(piece.space_before + piece.height) {
            self.turn();
        }
        self.y = self.y.max(BOTTOM - piece.height);
        self.draw(piece);
    }

    fn finish(mut self) -> Vec<Page> {
        self.turn();
        self.done
    }
}

/// Distributes pieces over pages. Pieces held together move to the next page as one; if they are taller than a page,
/// they break after all.
fn paginate(pieces: &[Piece]) -> Pages {
    let mut pages = Pages { done: Vec::new(), page: Page::new(), y: TOP };
    for group in pieces.chunk_by(|piece, _| piece.keep_with_next) {
        let height: f32 = group.iter().map(|piece| piece.space_before + piece.height).sum();
        if !pages.is_at_top() && !pages.has_room(height) && height <= BOTTOM - TOP {
            pages.turn();
        }
        for piece in group {
            if !pages.is_at_top() && !pages.has_room(piece.space_before + piece.height) {
                pages.turn();
            }
            pages.place(piece);
        }
    }
    pages
}

/// Sets the foot of every page: the document number and the page number.
fn with_feet(mut pages: Vec<Page>, document: &Document, setter: &mut Setter) -> Vec<Page> {
    let count = pages.len();
    let number = setter.clean(&document.number, SMALL.weight);
    for (index, page) in pages.iter_mut().enumerate() {
        let place = words::page_of(index + 1, count, document.language);
        let width = setter.faces.face(SMALL.weight).width(&place, SMALL.size);
        page.push(Mark::Fill {
            x: SIDE_MARGIN,
            y: FOOT,
            width: WIDTH,
            height: HAIR,
            ink: Ink::Hairline,
        });
        for (x, text) in [(0.0, number.clone()), (WIDTH - width, place)] {
            page.push(Mark::Text { x: SIDE_MARGIN + x, y: FOOT + 14.0, style: SMALL, text });
        }
    }
    pages
}
