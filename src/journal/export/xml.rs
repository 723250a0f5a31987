//! Writing XML element by element, with the hash of what was written. It knows no schema.

use std::io::{self, Write};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};
use sha2::{Digest as _, Sha256};

/// Something that counts and hashes what goes through it.
pub struct Hashed<W> {
    inner: W,
    hash: Sha256,
    size: u64,
}

impl<W: Write> Hashed<W> {
    /// Around a writer.
    pub fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), size: 0 }
    }

    /// The SHA-256 of all that was written, and how many bytes that is.
    ///
    /// # Errors
    /// When what is left cannot be written.
    pub fn finish(mut self) -> io::Result<(String, u64)> {
        self.inner.flush()?;
        Ok((hex::encode(self.hash.finalize()), self.size))
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// An XML file being written.
pub struct Xml<W: Write>(Writer<Hashed<W>>);

impl<W: Write> Xml<W> {
    /// Begins a file with its declaration.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(inner: W) -> io::Result<Self> {
        let mut writer = Writer::new_with_indent(Hashed::new(inner), b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(Self(writer))
    }

    /// Opens an element.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let mut start = BytesStart::new(name);
        for (key, value) in attributes {
            start.push_attribute((*key, clean(value).as_str()));
        }
        self.0.write_event(Event::Start(start))
    }

    /// Closes an element.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn close(&mut self, name: &str) -> io::Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element with a text.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn leaf(&mut self, name: &str, text: impl std::fmt::Display) -> io::Result<()> {
        self.open(name, &[])?;
        self.0.write_event(Event::Text(BytesText::new(&clean(&text.to_string()))))?;
        self.close(name)
    }

    /// An element with a text, where there is one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn optional(&mut self, name: &str, text: Option<impl std::fmt::Display>) -> io::Result<()> {
        text.map_or(Ok(()), |text| self.leaf(name, text))
    }

    /// Ends the file: its SHA-256 and size.
    ///
    /// # Errors
    /// When what is left cannot be written.
    pub fn finish(self) -> io::Result<(String, u64)> {
        let mut hashed = self.0.into_inner();
        hashed.write_all(b"\n")?;
        hashed.finish()
    }
}

/// A text without the characters XML 1.0 cannot hold; an empty one becomes a dash, since the schemas ask for content.
fn clean(text: &str) -> String {
    let kept: String = text
        .chars()
        .filter(|c| {
            matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
        })
        .collect();
    if kept.trim().is_empty() { "-".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_what_xml_cannot_hold_is_left_out() {
        let mut bytes = Vec::new();
        let mut xml = Xml::begin(&mut bytes).expect("begins");
        xml.open("a", &[("x", "\"<&")]).expect("opens");
        xml.leaf("b", "1 < 2 & \u{1}æ]]>").expect("writes");
        xml.leaf("c", "").expect("writes");
        xml.optional("d", None::<&str>).expect("writes");
        xml.close("a").expect("closes");
        let (hash, size) = xml.finish().expect("ends");
        assert_eq!(size, bytes.len() as u64);
        assert_eq!(hash, hex::encode(Sha256::digest(&bytes)));
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(text.contains("<b>1 &lt; 2 &amp; æ]]&gt;</b>"), "{text}");
        assert!(text.contains("<c>-</c>") && !text.contains("<d"), "{text}");
        assert!(text.contains("x=\"&quot;&lt;&amp;\""), "{text}");
    }
}
