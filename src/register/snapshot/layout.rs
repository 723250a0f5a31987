//! How the rows of a list are written: CSV, JSON, JSON Lines, and the call-sign list of old. A row's
//! text depends on the row alone.

use super::{
    PLAN,
    chunk::{self, Chunk},
    line::{self, Paths},
    node::Node,
    record::{self, SignRecord},
    rows::{Row, Rows},
};
use crate::{
    register::{CALL_SIGNS, PublicSign, legacy::call_signs},
    values::call_sign::CallSign,
};

/// A form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    /// RFC 4180, UTF-8, with a heading.
    Csv,
    /// One array, an element on a line.
    Json,
    /// An object on each line.
    JsonLines,
    /// The call-sign list with its 14 columns.
    CallSignList,
}

impl Layout {
    /// The forms every list has.
    pub const OF_LISTS: [Layout; 3] = [Layout::Csv, Layout::Json, Layout::JsonLines];

    /// Ending of the file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Layout::Csv | Layout::CallSignList => "csv",
            Layout::Json => "json",
            Layout::JsonLines => "jsonl",
        }
    }

    /// Media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Layout::Csv => "text/csv; charset=utf-8",
            Layout::CallSignList => "text/csv; charset=windows-1252",
            Layout::Json => "application/json",
            Layout::JsonLines => "application/jsonl",
        }
    }

    /// What stands after the last row.
    pub const fn end(self) -> &'static str {
        match self {
            Layout::Json => "\n]\n",
            _ => "",
        }
    }

    fn heading(self, list: &str, out: &mut Vec<u8>) {
        match self {
            Layout::Csv => {
                out.extend_from_slice(columns(list).join(",").as_bytes());
                out.extend_from_slice(b"\r\n");
            }
            Layout::Json => out.push(b'['),
            Layout::JsonLines => {}
            Layout::CallSignList => call_signs::heading(out),
        }
    }

    /// Writes a row under its key; answers whether it tells of a natural person. Nothing where it does not
    /// stand in this form of the list.
    fn put(
        self,
        columns: &Columns,
        key: &str,
        row: Row,
        is_first: bool,
        out: &mut Vec<u8>,
    ) -> Option<bool> {
        if let (Layout::Csv, Row::Record(record)) = (self, row)
            && let Some(is_personal) = line::cells(&columns.paths, key, record.json(), out)
        {
            out.extend_from_slice(b"\r\n");
            return Some(is_personal);
        }
        let row = Read::of(key, row);
        self.row(columns.names, key, &row, is_first, out).then(|| match &row {
            Read::Sign(_, sign) => record::is_personal_sign(sign),
            Read::Record(record) => record::is_personal_node(record),
        })
    }

    /// Writes a row as it was read; answers whether it stands in this form of the list at all.
    fn row(
        self,
        columns: &[&str],
        key: &str,
        row: &Read,
        is_first: bool,
        out: &mut Vec<u8>,
    ) -> bool {
        match (self, row) {
            (Layout::CallSignList, Read::Sign(sign, row)) => {
                return call_signs::row(*sign, row, out);
            }
            (Layout::CallSignList, Read::Record(_)) => return false,
            (Layout::Csv, Read::Sign(sign, row)) => {
                SignRecord::of(key, sign.as_str(), row).cells(out);
                out.extend_from_slice(b"\r\n");
            }
            (Layout::Csv, Read::Record(record)) => {
                record::cells(columns, record, out);
                out.extend_from_slice(b"\r\n");
            }
            (Layout::Json | Layout::JsonLines, row) => {
                if self == Layout::Json {
                    out.extend_from_slice(if is_first { b"\n" } else { b",\n" });
                }
                match row {
                    Read::Sign(sign, row) => {
                        let record = SignRecord::of(key, sign.as_str(), row);
                        // writing JSON into memory does not fail
                        let _ = serde_json::to_writer(&mut *out, &record);
                    }
                    Read::Record(record) => record.write(out),
                }
                if self == Layout::JsonLines {
                    out.push(b'\n');
                }
            }
        }
        true
    }
}

/// The columns of a list, and the ways they lead.
struct Columns {
    names: &'static [&'static str],
    paths: Paths,
}

/// A row as it is read to be written.
enum Read<'a> {
    Sign(CallSign, &'a PublicSign),
    /// With its key among its members.
    Record(Node<'a>),
}

impl<'a> Read<'a> {
    fn of(key: &'a str, row: Row<'a>) -> Self {
        match row {
            Row::Sign(sign, row) => Self::Sign(sign, row),
            Row::Record(record) => {
                let mut record = Node::read(record.json());
                record.put("key", Node::Text(key.into()));
                Self::Record(record)
            }
        }
    }
}

/// Columns of a list in CSV: each the way to a value in the record.
pub fn columns(list: &str) -> &'static [&'static str] {
    match list {
        CALL_SIGNS => record::SIGN_COLUMNS,
        "installers" => &[
            "key",
            "organisation.number",
            "organisation.name",
            "organisation.postTown",
            "permit.number",
            "permit.status",
            "permit.validFrom",
            "permit.validUntil",
            "permit.updatedAt",
            "installer.types",
        ],
        "suppliers" => &[
            "key",
            "organisation.number",
            "organisation.name",
            "organisation.postTown",
            "permit.number",
            "permit.status",
            "permit.validFrom",
            "permit.validUntil",
            "permit.updatedAt",
            "supplier.roles",
            "supplier.categories",
        ],
        "number-ranges" => &[
            "key",
            "type",
            "firstNumber",
            "lastNumber",
            "count",
            "status",
            "provider",
            "providerNumber",
            "category",
            "comment",
            "pointCode",
            "assignedOn",
        ],
        PLAN => &[
            "table",
            "lowerHz",
            "upperHz",
            "service",
            "category",
            "group",
            "serviceFootnotes",
            "bandFootnotes",
            "uses",
            "validFrom",
            "validUntil",
        ],
        _ => &[
            "key",
            "permit.number",
            "permit.kind",
            "permit.status",
            "permit.validFrom",
            "permit.validUntil",
            "permit.updatedAt",
            "organisation.number",
            "organisation.name",
            "contactPerson.name",
            "contactPerson.email",
            "contactPerson.phone",
            "frequency.range",
            "frequency.area",
            "frequency.use",
            "frequency.channel",
            "frequency.emission",
            "frequency.power",
            "frequency.lease",
            "station.name",
            "station.municipality",
            "station.position",
            "station.antenna",
        ],
    }
}

/// A list that has no chunks, of the JSON of each row.
pub fn whole(layout: Layout, list: &str, rows: &[String]) -> Vec<u8> {
    let mut out = Vec::new();
    layout.heading(list, &mut out);
    for (place, row) in rows.iter().enumerate() {
        layout.row(columns(list), "", &Read::Record(Node::read(row)), place == 0, &mut out);
    }
    out.extend_from_slice(layout.end().as_bytes());
    out
}

/// The chunks of a list from one key up to another. `is_first` says that nothing stands before them.
pub fn write(
    layout: Layout,
    list: &str,
    rows: &Rows,
    from: &str,
    until: Option<&str>,
) -> Vec<Chunk> {
    let mut writer = Writer {
        chunks: Vec::new(),
        from: from.to_owned(),
        rows: 0,
        persons: Vec::new(),
        out: Vec::with_capacity(1 << 17),
    };
    if from.is_empty() {
        layout.heading(list, &mut writer.out);
    }
    let names = columns(list);
    let columns = Columns { names, paths: Paths::of(names) };
    let mut is_first = from.is_empty();
    rows.each(from, until, |key, row| {
        if chunk::begins(key) && writer.from != key {
            writer.end_chunk(key);
        }
        if let Some(is_personal) = layout.put(&columns, key, row, is_first, &mut writer.out) {
            is_first = false;
            writer.rows += 1;
            if is_personal {
                writer.persons.push(chunk::hash(key));
            }
        }
    });
    writer.end_chunk("");
    writer.chunks
}

struct Writer {
    chunks: Vec<Chunk>,
    from: String,
    rows: usize,
    persons: Vec<u64>,
    out: Vec<u8>,
}

impl Writer {
    fn end_chunk(&mut self, next: &str) {
        let from = std::mem::replace(&mut self.from, next.to_owned());
        let lines = std::mem::replace(&mut self.out, Vec::with_capacity(1 << 17));
        let persons = std::mem::take(&mut self.persons);
        self.chunks.push(Chunk::new(from, self.rows, persons, lines));
        self.rows = 0;
    }
}
