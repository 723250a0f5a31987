//! Documents: a permit certificate or a letter as data, drawn as a PDF and as an accessible HTML page of equal content.
//!
//! One [`Document`] is rendered twice: [`render_pdf`] draws A4 pages, [`render_html`] writes the page that people with
//! a screen reader or a small screen use (the PDF carries no structure tags). The text of
//! both is the same; tests hold them to it.
//!
//! Nothing here reads a database, a clock or the environment, and nothing decides who may see what: a document is built
//! from facts that the disclosure policy has already let through. Rendering is CPU work and belongs outside the
//! transaction and off the async threads.

pub mod certificate;
mod fonts;
mod html;
mod layout;
pub mod model;
mod pdf;
mod pieces;
mod qr;
mod rows;
mod text;
mod words;

#[cfg(test)]
pub(crate) mod tests;

pub use certificate::{CertificateFacts, certificate};
pub use html::render_html;
pub use model::{Authority, Block, Document, Verification};
pub use pdf::{Pdf, render_pdf};
pub use qr::QrMatrix;
pub use text::tidy;
pub use words::date_for_people;

use crate::values::Flaw;

/// The style sheet every page of [`render_html`] links to; serve it at [`DOCUMENT_CSS_PATH`] as `text/css`.
pub const DOCUMENT_CSS: &str = include_str!("document.css");

/// Where [`DOCUMENT_CSS`] is served, so that a content security policy needs no `unsafe-inline`.
pub const DOCUMENT_CSS_PATH: &str = "/assets/document.css";

/// Why a document cannot be rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFlaw {
    /// The address does not fit the largest QR code (ISO/IEC 18004, version 40).
    #[error("the verification address is too long for a QR code: use a shorter one")]
    AddressTooLong,
    /// The bundled font could not be read or subset; a fault of the build, not of the document.
    #[error("the bundled font cannot be used: rebuild with an intact font package")]
    Font,
    /// The finished pages could not be written out.
    #[error("the PDF could not be written: try again")]
    Write,
}

impl Flaw for DocumentFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::AddressTooLong => "address-too-long",
            Self::Font => "font",
            Self::Write => "write",
        }
    }
}
