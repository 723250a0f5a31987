//! The record of one row of the register, as feed and snapshots give it, in JSON and in CSV.
//!
//! JSON is written in one way only: members in alphabetical order, nothing between the signs, members
//! without a value left out. A cell of CSV is the value that the column's name leads to in that
//! JSON: a text as it is, anything else as its JSON, nothing where there is none. So whoever has a
//! record from the feed can write the very line a snapshot has.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;

use super::node::Node;
use crate::{
    assignment::SignStatus,
    disclosure::is_personal_member,
    failure::Failure,
    party::wire::Address,
    register::{CALL_SIGNS, PublicHolder, PublicSign},
    values::call_sign::CallSign,
};

/// A row as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A call sign.
    Sign(Box<(CallSign, PublicSign)>),
    /// A permit or a number range, as the policy cut it.
    Record(Value),
}

/// Reads a row of the table.
///
/// # Errors
/// When it is not of the form it was written in, which is a fault of ours.
pub fn of_body(key: &str, body: Value) -> Result<Body, Failure> {
    let Some(sign) = key.strip_prefix(CALL_SIGNS).and_then(|rest| rest.strip_prefix('/')) else {
        return Ok(Body::Record(body));
    };
    let sign = CallSign::parse(sign).map_err(Failure::internal)?;
    Ok(Body::Sign(Box::new((sign, serde_json::from_value(body).map_err(Failure::internal)?))))
}

impl Body {
    /// What is published of it under its key.
    pub fn record(&self, key: &str) -> Value {
        match self {
            Body::Sign(row) => serde_json::to_value(SignRecord::of(key, row.0.as_str(), &row.1))
                .unwrap_or_default(),
            Body::Record(record) => with_key(key, record),
        }
    }

    /// It tells of a natural person.
    pub fn is_personal(&self) -> bool {
        match self {
            Body::Sign(row) => is_personal_sign(&row.1),
            Body::Record(record) => is_personal_record(record),
        }
    }
}

/// The record of a permit or number range under its key.
fn with_key(key: &str, record: &Value) -> Value {
    let mut record = record.clone();
    if let Some(members) = record.as_object_mut() {
        members.insert("key".to_owned(), key.into());
    }
    record
}

/// A sign whose holder is a natural person who is shown.
pub fn is_personal_sign(sign: &PublicSign) -> bool {
    sign.holder.as_ref().is_some_and(|holder| holder.is_person)
}

/// A record with a field that tells of a natural person.
pub fn is_personal_record(record: &Value) -> bool {
    is_personal_node(&Node::read(&record.to_string()))
}

/// The same of a record as files are cut from it.
pub(super) fn is_personal_node(record: &Node) -> bool {
    record.members().iter().any(|(section, value)| {
        value.objects().any(|object| {
            object.members().iter().any(|(member, _)| is_personal_member(section, member))
        })
    })
}

/// A call sign in JSON. The members stand in alphabetical order, and must.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignRecord<'a> {
    call_sign: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<HolderRecord<'a>>,
    holder_withheld: bool,
    key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    status: &'static str,
    #[serde(rename = "type")]
    series: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<NaiveDate>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HolderRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<AddressRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_town: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AddressRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    lines: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    town: Option<&'a str>,
}

impl<'a> SignRecord<'a> {
    /// The record of a sign under its key.
    pub fn of(key: &'a str, sign: &'a str, row: &'a PublicSign) -> Self {
        let holder = row.holder.as_deref();
        let complete = holder.is_some_and(|holder| {
            holder.name.is_some() && holder.address.is_some() && holder.post_town.is_some()
        });
        Self {
            call_sign: sign,
            class: row.class.as_deref(),
            holder: holder.map(HolderRecord::of),
            holder_withheld: row.status == SignStatus::InUse && !complete,
            key,
            kind: row.kind.as_deref(),
            reason: row.reason.as_deref(),
            status: row.status.code(),
            series: &row.series,
            until: row.until,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }

    /// The cells of [`SIGN_COLUMNS`], written without making JSON of them first.
    pub fn cells(&self, out: &mut Vec<u8>) {
        let holder = self.holder.as_ref();
        let address = holder.and_then(|holder| holder.address.as_ref());
        cell(out, self.key);
        next(out, Some(self.call_sign));
        next(out, Some(self.status));
        next(out, Some(self.series));
        next(out, self.kind);
        next(out, self.class);
        day(out, self.valid_from);
        day(out, self.until);
        next(out, self.reason);
        next(out, Some(if self.holder_withheld { "true" } else { "false" }));
        next(out, holder.and_then(|holder| holder.name));
        out.push(b',');
        if let Some(address) = address {
            cell(out, &serde_json::to_string(address.lines).unwrap_or_default());
        }
        next(out, address.and_then(|address| address.postal_code));
        next(out, address.and_then(|address| address.town));
        next(out, address.and_then(|address| address.country));
        next(out, holder.and_then(|holder| holder.post_town));
        day(out, self.valid_until);
    }
}

impl<'a> HolderRecord<'a> {
    fn of(holder: &'a PublicHolder) -> Self {
        Self {
            address: holder.address.as_ref().map(AddressRecord::of),
            name: holder.name.as_deref(),
            post_town: holder.post_town.as_deref(),
        }
    }
}

impl<'a> AddressRecord<'a> {
    fn of(address: &'a Address) -> Self {
        Self {
            country: address.country.as_deref(),
            lines: &address.lines,
            postal_code: address.postal_code.as_deref(),
            town: address.town.as_deref(),
        }
    }
}

/// Columns of the list of call signs. A new one comes last, where it moves no other.
pub const SIGN_COLUMNS: &[&str] = &[
    "key",
    "callSign",
    "status",
    "type",
    "kind",
    "class",
    "validFrom",
    "until",
    "reason",
    "holderWithheld",
    "holder.name",
    "holder.address.lines",
    "holder.address.postalCode",
    "holder.address.town",
    "holder.address.country",
    "holder.postTown",
    "validUntil",
];

/// The cells of a record for columns that are paths into it.
pub(super) fn cells(columns: &[&str], record: &Node, out: &mut Vec<u8>) {
    let mut json = Vec::new();
    for (n, column) in columns.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        let value = column.split('.').try_fold(record, |value, member| value.get(member));
        match value {
            None | Some(Node::Null) => {}
            Some(Node::Text(text)) => cell(out, text),
            Some(other) => {
                json.clear();
                other.write(&mut json);
                cell_of_bytes(out, &json);
            }
        }
    }
}

fn day(out: &mut Vec<u8>, day: Option<NaiveDate>) {
    use chrono::Datelike as _;
    out.push(b',');
    let Some(day) = day else { return };
    // digits by hand: the library's way of writing a day takes longer than the rest of the row
    let digits = |mut number: u32, count: usize, out: &mut Vec<u8>| {
        let at = out.len();
        out.resize(at + count, b'0');
        for place in out[at..].iter_mut().rev() {
            *place = b'0' + (number % 10) as u8;
            number /= 10;
        }
    };
    match u32::try_from(day.year()) {
        Ok(year @ 0..=9999) => digits(year, 4, out),
        _ => return out.extend_from_slice(day.to_string().as_bytes()),
    }
    out.push(b'-');
    digits(day.month(), 2, out);
    out.push(b'-');
    digits(day.day(), 2, out);
}

fn next(out: &mut Vec<u8>, text: Option<&str>) {
    out.push(b',');
    if let Some(text) = text {
        cell(out, text);
    }
}

/// A cell of RFC 4180: in quotes only where it must be.
pub fn cell(out: &mut Vec<u8>, text: &str) {
    cell_of_bytes(out, text.as_bytes());
}

fn cell_of_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    if !bytes.iter().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        out.extend_from_slice(bytes);
        return;
    }
    out.push(b'"');
    let mut begin = 0;
    for quote in memchr::memchr_iter(b'"', bytes) {
        // a quote stands twice
        out.extend_from_slice(&bytes[begin..=quote]);
        begin = quote;
    }
    out.extend_from_slice(&bytes[begin..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text() -> impl Strategy<Value = Option<String>> {
        proptest::option::of("[ -~æøåÆØÅŋ\"\\\\,;\r\n]{0,12}")
    }

    fn sign() -> impl Strategy<Value = PublicSign> {
        let holder = (text(), text(), text(), text(), any::<bool>(), any::<bool>()).prop_map(
            |(name, line, code, town, is_person, has_address)| {
                Box::new(PublicHolder {
                    name,
                    address: has_address.then(|| Address {
                        lines: line.into_iter().collect(),
                        postal_code: code,
                        town: town.clone(),
                        country: Some("NO".to_owned()),
                    }),
                    post_town: town,
                    is_person,
                })
            },
        );
        let statuses = proptest::sample::select(SignStatus::ALL.to_vec());
        let day = || {
            proptest::option::of(0..4_000_000_i32)
                .prop_map(|days| days.and_then(NaiveDate::from_num_days_from_ce_opt))
        };
        (statuses, text(), text(), text(), day(), day(), proptest::option::of(holder)).prop_map(
            |(status, kind, class, reason, valid_from, until, holder)| PublicSign {
                status,
                series: "personal_new".to_owned(),
                kind,
                class,
                valid_from,
                valid_until: until.or(valid_from),
                updated_on: None,
                holder_kind: None,
                until,
                reason,
                holder,
            },
        )
    }

    proptest! {
        #[test]
        fn the_quick_way_writes_what_the_rule_says(row in sign()) {
            let key = "call-signs/LB1AG";
            let record = SignRecord::of(key, "LB1AG", &row);
            let value = serde_json::to_value(&record).unwrap();
            let (mut quick, mut by_rule) = (Vec::new(), Vec::new());
            record.cells(&mut quick);
            let text = value.to_string();
            cells(SIGN_COLUMNS, &Node::read(&text), &mut by_rule);
            prop_assert_eq!(String::from_utf8(quick).unwrap(), String::from_utf8(by_rule).unwrap());
            // members in alphabetical order: sorted first it is the same
            prop_assert_eq!(serde_json::to_string(&record).unwrap(), text);
        }
    }

    #[test]
    fn a_cell_is_quoted_where_it_must_be() {
        let mut out = Vec::new();
        let record = json!({ "a": "x,\"y\"", "b": { "c": [1, "æ"] }, "d": null }).to_string();
        cells(&["a", "b.c", "d", "e.f"], &Node::read(&record), &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "\"x,\"\"y\"\"\",\"[1,\"\"æ\"\"]\",,");
    }

    #[test]
    fn a_record_about_a_person_is_known_as_one() {
        let of = |value: Value| is_personal_record(&value);
        assert!(of(json!({ "contactPerson": { "name": "Ola Eksempel" } })));
        assert!(of(json!({ "holder": { "name": "Ola Eksempel" } })));
        assert!(!of(json!({ "organisation": { "name": "Fjell Nett AS" }, "type": "x" })));
    }
}
