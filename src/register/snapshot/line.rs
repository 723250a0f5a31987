//! The line of a record in CSV, copied out of the JSON its row is kept as; no tree is made of it. What it
//! writes is what [`record::cells`] says, and a record it cannot read is left to that. It must not know what
//! the members mean.

use super::{node::Node, record};
use crate::{disclosure::personal_members, register::list::end_of_text};

/// Levels of a cell; deeper ones are left to the rule.
const DEPTH: usize = 32;

/// Columns as section and member; without a member what stands beside the sections.
pub struct Paths(Vec<(&'static str, Option<&'static str>)>);

impl Paths {
    /// The ways of columns, of which none leads deeper than into a section.
    pub fn of(columns: &[&'static str]) -> Self {
        let path = |column: &'static str| match column.split_once('.') {
            Some((section, member)) => (section, Some(member)),
            None => (column, None),
        };
        Self(columns.iter().copied().map(path).collect())
    }

    fn place(&self, section: &str, member: Option<&str>) -> Option<usize> {
        self.0.iter().position(|(own, name)| *name == member && *own == section)
    }
}

/// Writes the cells of a record under its key; answers whether it tells of a natural person. Nothing, with
/// nothing written, where the rule must be asked.
pub fn cells(paths: &Paths, key: &str, json: &str, out: &mut Vec<u8>) -> Option<bool> {
    let mut reader =
        Reader { json, at: 0, written: Vec::with_capacity(json.len() * 5 / 4), names: Vec::new() };
    let (places, is_personal) = reader.record(paths)?;
    for (n, ((section, member), (from, until))) in paths.0.iter().zip(places).enumerate() {
        if n > 0 {
            out.push(b',');
        }
        if *section == "key" && member.is_none() {
            record::cell(out, key);
        } else {
            out.extend_from_slice(&reader.written[from..until]);
        }
    }
    Some(is_personal)
}

/// Reads JSON without spaces, and writes the cells it meets.
struct Reader<'a> {
    json: &'a str,
    at: usize,
    /// Cells, one behind the other.
    written: Vec<u8>,
    /// Names of the objects that are open, and where each member begins in what is written.
    names: Vec<(&'a str, usize)>,
}

impl<'a> Reader<'a> {
    /// Where the cell of each column stands in what is written, and whether the record tells of a natural
    /// person.
    fn record(&mut self, paths: &Paths) -> Option<(Vec<(usize, usize)>, bool)> {
        let (mut places, mut is_personal) = (vec![(0, 0); paths.0.len()], false);
        self.members(|reader, section| {
            let personal = personal_members(section);
            if reader.peek()? != b'{' {
                let is_list = reader.peek()? == b'[';
                let cell = reader.cell()?;
                if let Some(place) = paths.place(section, None) {
                    places[place] = cell;
                }
                // the objects of a list may tell of persons
                return (personal.is_empty() || !is_list).then_some(());
            }
            if paths.place(section, None).is_some() {
                return None;
            }
            reader.members(|reader, member| {
                is_personal |= personal.contains(&member);
                let cell = reader.cell()?;
                if let Some(place) = paths.place(section, Some(member)) {
                    places[place] = cell;
                }
                Some(())
            })
        })?;
        (self.at == self.json.len()).then_some((places, is_personal))
    }

    fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn step(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// What stands between the marks of the text here.
    fn text(&mut self) -> Option<&'a str> {
        self.step(b'"')?;
        let from = self.at;
        self.at += end_of_text(&self.json.as_bytes()[from..]);
        self.json.get(from..self.at.checked_sub(1)?)
    }

    /// Goes through the members of the object here.
    fn members(&mut self, mut each: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.step(b'{')?;
        if self.peek()? == b'}' {
            return self.step(b'}');
        }
        loop {
            let name = self.text().filter(|name| !name.contains('\\'))?;
            self.step(b':')?;
            each(self, name)?;
            if self.peek()? == b'}' {
                return self.step(b'}');
            }
            self.step(b',')?;
        }
    }

    /// Writes the value here as a cell; answers where it stands.
    fn cell(&mut self) -> Option<(usize, usize)> {
        let (from, begin) = (self.at, self.written.len());
        match self.peek()? {
            b'"' => {
                let text = self.text()?;
                if text.contains('\\') {
                    let Node::Text(text) = Node::read(self.json.get(from..self.at)?) else {
                        return None;
                    };
                    record::cell(&mut self.written, &text);
                } else {
                    record::cell(&mut self.written, text);
                }
            }
            b'n' => self.word("null")?,
            b'{' | b'[' => {
                self.written.push(b'"');
                self.value(0)?;
                let inside = &self.written[begin + 1..];
                if inside.iter().any(|byte| matches!(byte, b',' | b'"')) {
                    self.written.push(b'"');
                } else {
                    // a cell is in quotes only where it must be
                    self.written.remove(begin);
                }
            }
            _ => self.value(0)?,
        }
        Some((begin, self.written.len()))
    }

    /// Writes the value here as JSON in quotes: each mark twice, members in alphabetical order.
    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'"' => {
                let from = self.at;
                let text = self.text()?;
                if text.contains('\\') {
                    self.rewritten(self.json.get(from..self.at)?)?;
                } else {
                    self.put(text);
                }
            }
            b'{' if depth < DEPTH => self.object(depth)?,
            b'[' if depth < DEPTH => self.list(depth)?,
            b'{' | b'[' => return None,
            b't' => self.constant("true")?,
            b'f' => self.constant("false")?,
            b'n' => self.constant("null")?,
            _ => self.number()?,
        }
        Some(())
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        let (mine, mut before, mut is_sorted) = (self.names.len(), None::<&str>, true);
        self.written.push(b'{');
        self.members(|reader, name| {
            if before.is_some() {
                reader.written.push(b',');
            }
            is_sorted &= before.is_none_or(|before| before < name);
            before = Some(name);
            reader.names.push((name, reader.written.len()));
            reader.put(name);
            reader.written.push(b':');
            reader.value(depth + 1)
        })?;
        if !is_sorted {
            self.sort(mine);
        }
        self.names.truncate(mine);
        self.written.push(b'}');
        Some(())
    }

    /// Puts the members from this name on, which are the last that were written, in alphabetical order. One of
    /// the databases keeps members in an order of its own.
    fn sort(&mut self, mine: usize) {
        let (names, end) = (&self.names[mine..], self.written.len());
        let ends = names.iter().skip(1).map(|(_, next)| next - 1).chain([end]);
        let mut members: Vec<(&str, usize, usize)> =
            names.iter().zip(ends).map(|((name, begin), end)| (*name, *begin, end)).collect();
        let begin = members.first().map_or(end, |(_, begin, _)| *begin);
        members.sort_by_key(|(one, ..)| *one);
        let mut sorted = Vec::with_capacity(end - begin);
        for (n, (_, from, until)) in members.into_iter().enumerate() {
            if n > 0 {
                sorted.push(b',');
            }
            sorted.extend_from_slice(&self.written[from..until]);
        }
        self.written.truncate(begin);
        self.written.extend(sorted);
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        self.step(b'[')?;
        self.written.push(b'[');
        if self.peek()? != b']' {
            self.value(depth + 1)?;
            while self.peek()? == b',' {
                self.step(b',')?;
                self.written.push(b',');
                self.value(depth + 1)?;
            }
        }
        self.step(b']')?;
        self.written.push(b']');
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let rest = &self.json.as_bytes()[self.at..];
        let length = rest.iter().position(|byte| matches!(byte, b',' | b']' | b'}'))?;
        let text = self.json.get(self.at..self.at + length)?;
        self.at += length;
        if is_canonical(text) {
            self.written.extend_from_slice(text.as_bytes());
            return Some(());
        }
        let number @ Node::Number(_) = Node::read(text) else { return None };
        number.write(&mut self.written);
        Some(())
    }

    /// Writes a text without anything escaped in it.
    fn put(&mut self, text: &str) {
        self.written.extend_from_slice(b"\"\"");
        self.written.extend_from_slice(text.as_bytes());
        self.written.extend_from_slice(b"\"\"");
    }

    /// Writes a text with something escaped, in the one way.
    fn rewritten(&mut self, json: &str) -> Option<()> {
        let text @ Node::Text(_) = Node::read(json) else { return None };
        let mut json = Vec::with_capacity(64);
        text.write(&mut json);
        for byte in json {
            if byte == b'"' {
                self.written.push(b'"');
            }
            self.written.push(byte);
        }
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let is_here = self.json.as_bytes()[self.at..].starts_with(word.as_bytes());
        is_here.then(|| self.at += word.len())
    }

    fn constant(&mut self, word: &str) -> Option<()> {
        self.word(word)?;
        self.written.extend_from_slice(word.as_bytes());
        Some(())
    }
}

/// Whether a number is written as it would be anew. With up to 15 digits no shorter one stands for the same
/// value; very small and very great ones, which are written with an exponent, are not looked at.
fn is_canonical(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let is_whole = digits(whole) && (whole == "0" || !whole.starts_with('0'));
    is_whole
        && match fraction {
            None => text.len() <= 18 && text != "-0",
            Some(fraction) => {
                number.len() <= 16
                    && digits(fraction)
                    && (fraction == "0" || !fraction.ends_with('0'))
                    && !(whole == "0" && fraction.starts_with("00"))
            }
        }
}

#[cfg(test)]
mod tests;
