//! The two faces documents are set in (Noto Sans, SIL Open Font License 1.1, shipped by the `notosans` crate): which
//! characters they have, how wide these are, and the small subset that is embedded in one PDF.
//!
//! It must not know about lines, pages or PDF objects other than the font itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use printpdf::ParsedFont;
use subsetter::GlyphRemapper;

use super::DocumentFlaw;

/// Stands for every character the faces lack.
pub const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Which of the two faces a text is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    Regular,
    Bold,
}

/// Both faces, read once per process.
pub struct Faces {
    regular: Face,
    bold: Face,
}

/// One face.
pub struct Face {
    name: &'static str,
    bytes: &'static [u8],
    parsed: ParsedFont,
    glyphs: BTreeMap<char, Glyph>,
}

#[derive(Debug, Clone, Copy)]
struct Glyph {
    id: u16,
    /// Advance width in font units.
    advance: u16,
}

impl Faces {
    /// The faces of this process; an error means the font package is damaged.
    pub fn get() -> Result<&'static Self, DocumentFlaw> {
        static FACES: LazyLock<Option<Faces>> = LazyLock::new(|| {
            Some(Faces {
                regular: Face::read("NotoSans-Regular", notosans::REGULAR_TTF)?,
                bold: Face::read("NotoSans-Bold", notosans::BOLD_TTF)?,
            })
        });
        FACES.as_ref().ok_or(DocumentFlaw::Font)
    }

    pub const fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

impl Face {
    fn read(name: &'static str, bytes: &'static [u8]) -> Option<Self> {
        let parsed = ParsedFont::from_bytes(bytes, 0, &mut Vec::new())?;
        let glyphs = parsed
            .codepoint_to_glyph
            .iter()
            .filter_map(|(&code, &id)| {
                let advance = parsed.get_glyph_width(id)?;
                Some((char::from_u32(code)?, Glyph { id, advance }))
            })
            .collect::<BTreeMap<_, _>>();
        glyphs.contains_key(&REPLACEMENT).then_some(Self { name, bytes, parsed, glyphs })
    }

    /// Whether the face has an outline for the character.
    pub fn has(&self, character: char) -> bool {
        self.glyphs.contains_key(&character)
    }

    /// Width of a character at `size` points, in points; 0 for one the face lacks.
    pub fn advance(&self, character: char, size: f32) -> f32 {
        let units = self.glyphs.get(&character).map_or(0, |glyph| glyph.advance);
        f32::from(units) * size / f32::from(self.parsed.units_per_em)
    }

    /// Width of a text on one line at `size` points, in points. No kerning.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|character| self.advance(character, size)).sum()
    }

    /// The face reduced to the given characters, ready to be embedded.
    pub fn subset(&self, used: &BTreeSet<char>) -> Result<ParsedFont, DocumentFlaw> {
        let mut remapper = GlyphRemapper::new();
        let mut codes = BTreeMap::new();
        let mut widths = BTreeMap::new();
        for character in used {
            let Some(glyph) = self.glyphs.get(character) else {
                continue;
            };
            let id = remapper.remap(glyph.id);
            codes.insert(u32::from(*character), id);
            widths.insert(id, glyph.advance);
        }
        let bytes = subsetter::subset(self.bytes, 0, &remapper).map_err(|_| DocumentFlaw::Font)?;
        let mut font = ParsedFont::with_glyph_data(
            bytes,
            0,
            Some(format!("{}+{}", subset_tag(used), self.name)),
            codes,
            widths,
            self.parsed.units_per_em,
            self.parsed.font_metrics.clone(),
        );
        font.pdf_font_metrics = self.parsed.pdf_font_metrics.clone();
        Ok(font)
    }
}

/// The six capital letters that mark a subset (ISO 32000-1, 9.6.4), the same for the same characters.
fn subset_tag(used: &BTreeSet<char>) -> String {
    let hash = used.iter().fold(0xcbf2_9ce4_u32, |hash, character| {
        (hash ^ u32::from(*character)).wrapping_mul(0x0100_0193)
    });
    std::iter::successors(Some(hash), |rest| Some(rest / 26))
        .take(6)
        .filter_map(|rest| char::from_u32(u32::from(b'A') + rest % 26))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_have_norwegian_and_sami_letters_and_the_signs_of_official_texts() {
        let faces = Faces::get().expect("the bundled font is intact");
        for character in "æøåÆØÅáčđŋšŧžÁČĐŊŠŦŽïöäÏÖÄŁłéüÜß–“”«»§№→·±×µ°²€…".chars()
        {
            for weight in [Weight::Regular, Weight::Bold] {
                let face = faces.face(weight);
                assert!(face.has(character), "{character}");
                assert!(face.advance(character, 10.0) > 0.0, "{character}");
            }
        }
    }

    #[test]
    fn both_faces_have_the_same_characters() {
        let faces = Faces::get().expect("the bundled font is intact");
        let characters = |weight| faces.face(weight).glyphs.keys().collect::<Vec<_>>();
        assert_eq!(characters(Weight::Regular), characters(Weight::Bold));
    }

    /// A PDF maps each outline back to one character only, so a shared outline would be found as the wrong text.
    #[test]
    fn no_two_characters_share_an_outline() {
        let faces = Faces::get().expect("the bundled font is intact");
        for weight in [Weight::Regular, Weight::Bold] {
            let glyphs = &faces.face(weight).glyphs;
            let outlines: BTreeSet<u16> = glyphs.values().map(|glyph| glyph.id).collect();
            assert_eq!(outlines.len(), glyphs.len());
        }
    }

    #[test]
    fn a_subset_is_small_and_keeps_the_widths() {
        let face = Faces::get().expect("the bundled font is intact").face(Weight::Bold);
        let used = "Tillatelse æøå".chars().collect();
        let subset = face.subset(&used).expect("a subset is made");
        assert!(subset.original_bytes.len() * 8 < face.bytes.len());
        let embedded = ParsedFont::from_bytes(&subset.original_bytes, 0, &mut Vec::new())
            .expect("the subset is a font");
        for character in used {
            let id = subset.lookup_glyph_index(u32::from(character)).expect("kept");
            let advance = Some(face.glyphs[&character].advance);
            assert_eq!(subset.get_glyph_width(id), advance);
            assert_eq!(embedded.get_glyph_width(id), advance);
        }
    }
}
