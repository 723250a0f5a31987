//! The PDF of a document: pages from `layout.rs` drawn with embedded, subset fonts and searchable text.
//!
//! It must not measure or break anything. The files carry no structure tags and claim no PDF/A or PDF/UA conformance:
//! the accessible form of a document is its HTML page.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object};
use printpdf::{
    Actions, BorderArray, Color, ColorArray, FontId, LinePoint, LinkAnnotation, Mm, OffsetDateTime,
    Op, PaintMode, PdfDocument, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Polygon,
    PolygonRing, Pt, Rect, Rgb, TextItem, WindingOrder,
};

use super::DocumentFlaw;
use super::fonts::{Faces, Weight};
use super::layout::{PAGE_HEIGHT, PAGE_WIDTH, Page, lay_out};
use super::model::Document;
use super::pieces::{Ink, Mark};
use super::qr::QrMatrix;
use super::text::tidy;

/// A finished PDF file.
#[derive(Clone)]
pub struct Pdf {
    /// The file. Two renderings of one document differ in random ids: store it once, with its hash.
    pub bytes: Vec<u8>,
    /// Number of pages, at least 1.
    pub pages: usize,
    /// Characters shown as U+FFFD because the fonts lack them. If there are any, a caseworker should look at the file.
    pub missing: BTreeSet<char>,
}

impl Pdf {
    /// The file of something; characters that no font has are told of in the log, not what they are.
    pub fn file(self, what: &'static str, id: impl std::fmt::Display) -> Vec<u8> {
        if !self.missing.is_empty() {
            tracing::warn!(what, %id, characters = self.missing.len(), "a file has characters no font has");
        }
        self.bytes
    }
}

/// Renders the document as PDF 1.7 on A4. About 2 ms of CPU time for one page (release build).
pub fn render_pdf(document: &Document) -> Result<Pdf, DocumentFlaw> {
    let layout = lay_out(document)?;
    let mut pdf = PdfDocument::new(&tidy(&document.title));
    let fonts = embed_fonts(&mut pdf, &layout.pages)?;
    pdf.pages = layout.pages.iter().map(|page| draw(page, &fonts)).collect();
    describe(&mut pdf, document);
    Ok(Pdf { bytes: write(&pdf, document)?, pages: layout.pages.len(), missing: layout.missing })
}

/// Embeds each face reduced to the characters the pages use.
fn embed_fonts(
    pdf: &mut PdfDocument,
    pages: &[Page],
) -> Result<BTreeMap<Weight, FontId>, DocumentFlaw> {
    let mut used: BTreeMap<Weight, BTreeSet<char>> = BTreeMap::new();
    for mark in pages.iter().flatten() {
        if let Mark::Text { style, text, .. } = mark {
            used.entry(style.weight).or_default().extend(text.chars());
        }
    }
    let faces = Faces::get()?;
    used.into_iter()
        .map(|(weight, characters)| {
            let subset = faces.face(weight).subset(&characters)?;
            Ok((weight, pdf.add_font(&subset)))
        })
        .collect()
}

/// What readers show as the file's properties.
fn describe(pdf: &mut PdfDocument, document: &Document) {
    let info = &mut pdf.metadata.info;
    let created = OffsetDateTime::from_unix_timestamp(document.created_at.timestamp());
    if let Ok(created) = created {
        info.creation_date = created;
        info.modification_date = created;
        info.metadata_date = created;
    }
    info.author = tidy(&document.authority.name);
    info.subject = tidy(&document.number);
    "anrop".clone_into(&mut info.producer);
}

/// Writes the file, with the two settings of the catalogue that help screen readers: the language, and the title instead
/// of the file name in the window. The printing-press keys that printpdf always sets are taken out: an empty PDF/X
/// version makes readers call the file PDF/X.
fn write(pdf: &PdfDocument, document: &Document) -> Result<Vec<u8>, DocumentFlaw> {
    let mut file = printpdf::to_lopdf_doc(pdf, &PdfSaveOptions::default(), &mut Vec::new());
    "1.7".clone_into(&mut file.version);
    let catalog = file.catalog_mut().map_err(|_| DocumentFlaw::Write)?;
    let language = document.language.code();
    catalog.set("Lang", Object::string_literal(language));
    let mut viewer = Dictionary::new();
    viewer.set("DisplayDocTitle", true);
    catalog.set("ViewerPreferences", viewer);
    let info = file.trailer.get(b"Info").and_then(Object::as_reference);
    let info = info.and_then(|id| file.get_dictionary_mut(id));
    let info = info.map_err(|_| DocumentFlaw::Write)?;
    for key in ["GTS_PDFXVersion", "Trapped", "Identifier", "Keywords", "Creator"] {
        info.remove(key.as_bytes());
    }
    file.compress();
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).map_err(|_| DocumentFlaw::Write)?;
    Ok(bytes)
}

fn draw(page: &Page, fonts: &BTreeMap<Weight, FontId>) -> PdfPage {
    let ops = page.iter().flat_map(|mark| match mark {
        Mark::Text { x, y, style, text } => {
            let font = fonts.get(&style.weight).cloned().map(PdfFontHandle::External);
            font.map_or_else(Vec::new, |font| {
                vec![
                    Op::StartTextSection,
                    colour(style.ink),
                    Op::SetFont { font, size: Pt(style.size) },
                    Op::SetTextCursor { pos: point(*x, *y) },
                    Op::ShowText { items: vec![TextItem::Text(text.clone())] },
                    Op::EndTextSection,
                ]
            })
        }
        Mark::Fill { x, y, width, height, ink } => {
            let mut rectangle = rectangle(*x, *y, *width, *height);
            rectangle.mode = Some(PaintMode::Fill);
            vec![colour(*ink), Op::DrawRectangle { rectangle }]
        }
        Mark::Code { x, y, side, matrix } => vec![
            Op::SetFillColor { col: rgb(0.0, 0.0, 0.0) },
            Op::DrawPolygon { polygon: code(*x, *y, *side, matrix) },
        ],
        Mark::Link { x, y, width, height, url } => vec![Op::LinkAnnotation {
            link: LinkAnnotation::new(
                rectangle(*x, *y, *width, *height),
                Actions::Uri(url.clone()),
                Some(BorderArray::Solid([0.0; 3])),
                Some(ColorArray::Transparent),
                None,
            ),
        }],
    });
    PdfPage::new(Mm::from(Pt(PAGE_WIDTH)), Mm::from(Pt(PAGE_HEIGHT)), ops.collect())
}

/// The dark modules as one path, so that no viewer shows seams between them.
fn code(x: f32, y: f32, side: f32, matrix: &QrMatrix) -> Polygon {
    let module = side / f32::from(matrix.side());
    let rings = matrix
        .dark_runs()
        .into_iter()
        .map(|run| {
            let left = x + f32::from(run.column) * module;
            let right = left + f32::from(run.length) * module;
            let top = y + f32::from(run.row) * module;
            let corners = [(left, top), (right, top), (right, top + module), (left, top + module)];
            let points = corners.map(|(x, y)| LinePoint { p: point(x, y), bezier: false });
            PolygonRing { points: points.to_vec() }
        })
        .collect();
    Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero }
}

/// A PDF counts upwards from the bottom of the page.
const fn point(x: f32, y: f32) -> Point {
    Point { x: Pt(x), y: Pt(PAGE_HEIGHT - y) }
}

const fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Rect {
    Rect {
        x: Pt(x),
        y: Pt(PAGE_HEIGHT - y - height),
        width: Pt(width),
        height: Pt(height),
        mode: None,
        winding_order: None,
    }
}

const fn rgb(r: f32, g: f32, b: f32) -> Color {
    Color::Rgb(Rgb { r, g, b, icc_profile: None })
}

const fn colour(ink: Ink) -> Op {
    let col = match ink {
        Ink::Text => rgb(0.10, 0.11, 0.13),
        Ink::Muted => rgb(0.33, 0.36, 0.40),
        Ink::Accent => rgb(0.05, 0.22, 0.36),
        Ink::Hairline => rgb(0.80, 0.82, 0.85),
    };
    Op::SetFillColor { col }
}
