//! How a call sign is kept in its table, and what it is found by.

use chrono::{Datelike as _, NaiveDate};

use super::{
    base::{Features, Row},
    fold::fold,
    query::Dimension,
};
use crate::{
    assignment::SignStatus,
    party::wire::Address,
    register::{PublicHolder, PublicSign},
    values::{call_sign::CallSign, county},
};

impl Row for PublicSign {
    type Key = CallSign;
    type Columns = ();
    type Scan = ();
    const KEY_IS_SEARCHED: bool = true;

    fn text(key: &CallSign) -> &str {
        key.as_str()
    }

    fn pack(&self) -> Vec<u8> {
        let mut packed = Packed(Vec::with_capacity(96));
        packed.text(Some(self.status.code()));
        packed.text(Some(&self.series));
        packed.text(self.kind.as_deref());
        packed.text(self.class.as_deref());
        packed.day(self.valid_from);
        packed.day(self.valid_until);
        packed.day(self.updated_on);
        packed.text(self.holder_kind.as_deref());
        packed.day(self.until);
        packed.text(self.reason.as_deref());
        if let Some(holder) = &self.holder {
            packed.0.push(u8::from(holder.is_person));
            packed.text(holder.name.as_deref());
            packed.text(holder.post_town.as_deref());
            if let Some(address) = &holder.address {
                packed.text(address.postal_code.as_deref());
                packed.text(address.town.as_deref());
                packed.text(address.country.as_deref());
                address.lines.iter().for_each(|line| packed.text(Some(line)));
            }
        }
        packed.0
    }

    fn unpack(packed: &[u8]) -> Self {
        let mut from = Unpacked(packed);
        Self {
            status: from.text().and_then(SignStatus::from_code).unwrap_or(SignStatus::Free),
            series: from.text().unwrap_or_default().to_owned(),
            kind: from.owned(),
            class: from.owned(),
            valid_from: from.day(),
            valid_until: from.day(),
            updated_on: from.day(),
            holder_kind: from.owned(),
            until: from.day(),
            reason: from.owned(),
            holder: from.byte().map(|is_person| {
                Box::new(PublicHolder {
                    is_person: is_person != 0,
                    name: from.owned(),
                    post_town: from.owned(),
                    address: (!from.0.is_empty()).then(|| Address {
                        postal_code: from.owned(),
                        town: from.owned(),
                        country: from.owned(),
                        lines: std::iter::from_fn(|| from.owned()).collect(),
                    }),
                })
            }),
        }
    }

    fn describe(packed: &[u8], to: &mut Features, (): &mut ()) {
        let sign = Self::unpack(packed);
        to.count(Dimension::Status, sign.status.code());
        to.count(Dimension::Type, &sign.series);
        if let Some(kind) = &sign.kind {
            to.count(Dimension::Kind, kind);
        }
        if let Some(first) = sign.valid_from {
            to.count(Dimension::Year, &first.year().to_string());
        }
        let Some(holder) = sign.holder else { return };
        to.is_of_person = holder.is_person;
        if let Some(name) = &holder.name {
            to.words[0].push_str(&fold(name));
        }
        let town = holder.post_town.as_deref().map(str::to_uppercase);
        if let Some(town) = &town {
            to.count(Dimension::Place, town);
        }
        let code = holder.address.as_ref().and_then(|address| address.postal_code.as_deref());
        let county = code.and_then(county::of_postal_code);
        if let Some(county) = county.or_else(|| county::of_post_town(town.as_deref()?)) {
            to.count(Dimension::County, county);
        }
    }

    fn skip((): &mut ()) {}

    fn join((): &mut (), (): (), _rows: u32) {}

    fn holds((): &(), (): &(), _row: usize) -> bool {
        true
    }

    fn column_bytes((): &()) -> usize {
        0
    }
}

/// Fields one behind the other: a text as its length and one more, in seven bits each byte, or 0 for none.
struct Packed(Vec<u8>);

impl Packed {
    fn text(&mut self, text: Option<&str>) {
        let mut length = text.map_or(0, |text| text.len() + 1);
        while length >= 0x80 {
            self.0.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        self.0.push(length as u8);
        self.0.extend_from_slice(text.unwrap_or_default().as_bytes());
    }

    fn day(&mut self, day: Option<NaiveDate>) {
        let number = day.map_or(i32::MIN, |day| day.num_days_from_ce());
        self.0.extend_from_slice(&number.to_le_bytes());
    }
}

/// What is left to be read. Behind the end there is nothing.
struct Unpacked<'a>(&'a [u8]);

impl<'a> Unpacked<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn text(&mut self) -> Option<&'a str> {
        let (mut length, mut shift) = (0_usize, 0_u32);
        loop {
            let byte = self.byte().filter(|_| shift < usize::BITS)?;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        let (text, rest) = self.0.split_at_checked(length.checked_sub(1)?)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn owned(&mut self) -> Option<String> {
        self.text().map(str::to_owned)
    }

    fn day(&mut self) -> Option<NaiveDate> {
        let (bytes, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        NaiveDate::from_num_days_from_ce_opt(i32::from_le_bytes(*bytes))
    }
}

#[cfg(test)]
pub mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any row that may be shown.
    pub fn any_sign() -> impl Strategy<Value = PublicSign> {
        let address = (
            proptest::collection::vec("[a-zæøå 0-9]{0,12}", 0..3),
            proptest::option::of("(0010|9170|5003|x)"),
        );
        let holder = (
            proptest::option::of(any_name()),
            proptest::option::of("(OSLO|TROMSØ|Bergen|BØ I TELEMARK)"),
            proptest::option::of(address),
            any::<bool>(),
        );
        let sign = (
            proptest::sample::select(SignStatus::ALL.to_vec()),
            "(personal_new|plb|test)",
            proptest::option::of("(amateur|plb)"),
            proptest::option::of(1990..2027),
            proptest::option::of(holder),
        );
        sign.prop_map(|(status, series, kind, year, holder)| PublicSign {
            status,
            series,
            class: kind.clone(),
            kind,
            valid_from: year.and_then(|year| NaiveDate::from_ymd_opt(year, 3, 1)),
            valid_until: year.and_then(|year| NaiveDate::from_ymd_opt(year + 10, 1, 1)),
            updated_on: year.and_then(|year| NaiveDate::from_ymd_opt(year, 6, 7)),
            holder_kind: year.is_none().then(|| "association".to_owned()),
            until: None,
            reason: None,
            holder: holder.map(|(name, post_town, address, is_person)| {
                Box::new(PublicHolder {
                    name,
                    post_town,
                    address: address.map(|(lines, postal_code)| Address {
                        lines,
                        postal_code,
                        town: None,
                        country: Some("NO".to_owned()),
                    }),
                    is_person,
                })
            }),
        })
    }

    /// Names that share words and lie a slip apart.
    pub fn any_name() -> impl Strategy<Value = String> {
        let first = "(Åse|Aase|Ole|Kristian|Christian|Per-Ole|Káre)";
        let last = "(Sørensen|Soerensen|Hansen|Hanssen|Lund|Lunde|Kristiansen)";
        (first, last).prop_map(|(first, last)| format!("{first} {last}"))
    }

    proptest! {
        #[test]
        fn a_packed_sign_is_read_back(sign in any_sign(), reason in proptest::option::of(".{0,300}")) {
            let sign = PublicSign { reason, ..sign };
            prop_assert_eq!(PublicSign::unpack(&sign.pack()), sign);
        }

        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            PublicSign::unpack(&bytes);
        }
    }
}
