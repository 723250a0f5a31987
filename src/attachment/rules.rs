//! What a document is, by what is in it, and what its file may be called. Pure.

use super::model::MediaType;

/// What bytes begin: by their marks, or text where there are none. `None` is nothing that may be sent in.
pub fn detect(beginning: &[u8]) -> Option<MediaType> {
    match infer::get(beginning) {
        Some(found) => MediaType::from_code(found.mime_type()),
        None => Some(MediaType::Text),
    }
}

/// Follows a text piece by piece: UTF-8 without control characters but for tabs and ends of lines, so that nothing
/// that is not a text passes for one.
#[derive(Debug, Default)]
pub struct TextCheck {
    /// The beginning of a character whose end comes with the next piece.
    rest: Vec<u8>,
}

impl TextCheck {
    /// True as long as it can still be a text.
    pub fn takes(&mut self, piece: &[u8]) -> bool {
        self.rest.extend_from_slice(piece);
        let valid = match std::str::from_utf8(&self.rest) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return false,
        };
        let (text, rest) = self.rest.split_at(valid);
        let is_plain = std::str::from_utf8(text).is_ok_and(|text| {
            text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{c}'))
        });
        self.rest = rest.to_vec();
        is_plain
    }

    /// True when it did not end in the middle of a character.
    pub fn is_whole(&self) -> bool {
        self.rest.is_empty()
    }
}

/// The name of a file as it may be kept and sent: its last part, at most 120 characters, without what turns text
/// around or is no character for people; nothing that is left is `document`.
pub fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe: String = last
        .chars()
        .filter(|c| {
            let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            !c.is_control() && !turns && !matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?')
        })
        .take(120)
        .collect();
    let safe = safe.trim().trim_start_matches('.').trim();
    if safe.is_empty() { "document".to_owned() } else { safe.to_owned() }
}

/// The name under which it is downloaded: it ends as what it is, whatever its sender called it.
pub fn download_name(name: &str, media_type: MediaType) -> String {
    let ending = format!(".{}", media_type.extension());
    if name.to_lowercase().ends_with(&ending) { name.to_owned() } else { format!("{name}{ending}") }
}

/// The file name of a `Content-Disposition` header (RFC 6266): `filename*` in UTF-8, else `filename`.
pub fn named_in(disposition: &str) -> Option<String> {
    let parameters =
        || disposition.split(';').skip(1).filter_map(|part| part.trim().split_once('='));
    let extended = parameters().find(|(name, _)| name.trim().eq_ignore_ascii_case("filename*"));
    if let Some((_, value)) = extended {
        let (charset, rest) = value.trim().split_once('\'')?;
        let (_language, text) = rest.split_once('\'')?;
        return charset.eq_ignore_ascii_case("utf-8").then(|| percent_decoded(text)).flatten();
    }
    let plain = parameters().find(|(name, _)| name.trim().eq_ignore_ascii_case("filename"))?;
    Some(plain.1.trim().trim_matches('"').to_owned())
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?.to_owned();
            bytes.push(u8::from_str_radix(&digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// A file name as a parameter of `Content-Disposition`: percent-encoded UTF-8 (RFC 8187).
pub fn disposition(name: &str) -> String {
    let mut out = String::from("attachment; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_sent_is_known_by_what_is_in_it() {
        let cases: [(&[u8], Option<MediaType>); 7] = [
            (b"%PDF-1.7\n1 0 obj", Some(MediaType::Pdf)),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", Some(MediaType::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some(MediaType::Png)),
            (b"Kart over hytta", Some(MediaType::Text)),
            (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", None),
            (b"GIF89a\x01\0\x01\0", None),
            (b"PK\x03\x04\x14\0\0\0\x08\0evil.exe", None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(detect(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
        // an empty archive entry with the media type first, as OpenDocument has it
        let mut odt =
            b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\x27\0\0\0\x27\0\0\0\x08\0\0\0".to_vec();
        odt.extend_from_slice(b"mimetypeapplication/vnd.oasis.opendocument.text");
        assert_eq!(detect(&odt), Some(MediaType::OpenText));
    }

    #[test]
    fn a_page_or_script_is_a_text_and_nothing_else() {
        for text in ["<html><script>alert(1)</script>", "#!/bin/sh\nrm", "<svg onload=x>"] {
            let found = detect(text.as_bytes());
            assert!(found.is_none() || found == Some(MediaType::Text), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_text_may_be_cut_anywhere_and_no_binary_passes_for_one() {
        let text = "Hytta på Čáhppesnjárga, 3 km øst\n";
        for cut in 0..text.len() {
            let (first, second) = text.as_bytes().split_at(cut);
            let mut check = TextCheck::default();
            assert!(check.takes(first) && check.takes(second) && check.is_whole(), "{cut}");
        }
        for bytes in [&b"a\0b"[..], b"\xff\xfe", b"\x1b[31m", b"\x7fELF\x02\x01\x01\0"] {
            assert!(!TextCheck::default().takes(bytes));
        }
        let mut check = TextCheck::default();
        assert!(check.takes("å".as_bytes().split_at(1).0) && !check.is_whole());
    }

    #[test]
    fn names_are_read_as_browsers_and_programs_write_them() {
        let named = |text| named_in(text).map(|name| file_name(&name));
        assert_eq!(named("attachment; filename=\"kart.pdf\"").as_deref(), Some("kart.pdf"));
        assert_eq!(
            named("attachment; filename=\"x\"; filename*=UTF-8''Kart%20%C3%B8st.pdf").as_deref(),
            Some("Kart øst.pdf")
        );
        assert_eq!(named("attachment; filename=\"../../etc/passwd\"").as_deref(), Some("passwd"));
        assert_eq!(named("attachment; filename=\"..\"").as_deref(), Some("document"));
        assert_eq!(named("attachment"), None);
        assert_eq!(download_name("kart.pdf.exe", MediaType::Pdf), "kart.pdf.exe.pdf");
        assert_eq!(disposition("Kart ø.pdf"), "attachment; filename*=UTF-8''Kart%20%C3%B8.pdf");
    }

    proptest! {
        #[test]
        fn no_name_has_a_path_or_a_control_character_and_its_header_is_read_back(name in any::<String>()) {
            let safe = file_name(&name);
            prop_assert!(!safe.is_empty() && !safe.contains(['/', '\\', '\n', '\r', '"']));
            prop_assert_eq!(named_in(&disposition(&safe)), Some(safe));
        }

        #[test]
        fn no_bytes_break_the_detection(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = detect(&bytes);
            let _ = TextCheck::default().takes(&bytes);
        }
    }
}
