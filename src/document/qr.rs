//! The QR code of a verification address as a matrix of modules, and its dark runs for drawing.
//!
//! It must not draw: the PDF and the page each do so in their own way.

use qrcode::{Color, EcLevel, QrCode};

use super::DocumentFlaw;

/// A QR code (ISO/IEC 18004), without its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrMatrix {
    side: u16,
    dark: Vec<bool>,
}

/// A horizontal run of dark modules, counted from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DarkRun {
    pub row: u16,
    pub column: u16,
    pub length: u16,
}

impl QrMatrix {
    /// Width of the light border a reader needs around the code, in modules (ISO/IEC 18004, 5.3.8).
    pub const QUIET_ZONE: u16 = 4;

    /// Encodes a text with error correction level M (15 %), which survives a fold or a stain.
    pub fn encode(text: &str) -> Result<Self, DocumentFlaw> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|_| DocumentFlaw::AddressTooLong)?;
        Ok(Self {
            side: u16::try_from(code.width()).map_err(|_| DocumentFlaw::AddressTooLong)?,
            dark: code.into_colors().into_iter().map(|color| color == Color::Dark).collect(),
        })
    }

    /// Modules per side, 21 to 177.
    pub const fn side(&self) -> u16 {
        self.side
    }

    /// The dark modules, row by row, as runs: what has to be painted.
    pub fn dark_runs(&self) -> Vec<DarkRun> {
        let mut runs: Vec<DarkRun> = Vec::new();
        let places = (0..self.side).flat_map(|row| (0..self.side).map(move |column| (row, column)));
        for ((row, column), _) in places.zip(&self.dark).filter(|(_, dark)| **dark) {
            match runs.last_mut() {
                Some(run) if run.row == row && run.column + run.length == column => run.length += 1,
                _ => runs.push(DarkRun { row, column, length: 1 }),
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://registry.example/v/9F3K-2QXM-7TBD";

    /// Paints the runs with eight pixels per module and reads them with a decoder that shares no code with the encoder.
    fn read_back(matrix: &QrMatrix) -> String {
        const SCALE: u16 = 8;
        let side = (matrix.side() + 2 * QrMatrix::QUIET_ZONE) * SCALE;
        let runs = matrix.dark_runs();
        let is_dark = |x: usize, y: usize| {
            let module =
                |pixel: usize| (u16::try_from(pixel).expect("small") / SCALE).checked_sub(4);
            let (Some(column), Some(row)) = (module(x), module(y)) else {
                return false;
            };
            let mut in_row = runs.iter().filter(|run| run.row == row);
            in_row.any(|run| (run.column..run.column + run.length).contains(&column))
        };
        let side = usize::from(side);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
            if is_dark(x, y) { 0 } else { 255 }
        });
        let grids = image.detect_grids();
        grids[0].decode().expect("the code is readable").1
    }

    #[test]
    fn an_independent_decoder_reads_the_code() {
        assert_eq!(read_back(&QrMatrix::encode(URL).expect("short enough")), URL);
    }

    #[test]
    fn an_address_no_code_can_hold_is_refused() {
        assert_eq!(QrMatrix::encode(&"x".repeat(3000)), Err(DocumentFlaw::AddressTooLong));
    }
}
