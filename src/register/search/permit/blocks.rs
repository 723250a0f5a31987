//! Blocks of frequencies in a record, read as it comes. It must not know where in a record they stand.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};

/// Every block of frequencies in a value, at any depth: an object with both ends in Hz, as the kinds
/// name them. Read as it comes, since a tree of every record would be made only to be thrown away.
#[derive(Default)]
pub(super) struct Blocks(pub(super) Vec<(u64, u64)>);

impl<'de> Deserialize<'de> for Blocks {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut blocks = Self::default();
        from.deserialize_any(Gather(&mut blocks.0))?;
        Ok(blocks)
    }
}

/// A member of a value that may be a block.
#[derive(Deserialize)]
#[serde(field_identifier)]
enum Member {
    #[serde(rename = "lower", alias = "lowerHz")]
    Lower,
    #[serde(rename = "upper", alias = "upperHz")]
    Upper,
    #[serde(other)]
    Other,
}

/// Gathers the blocks of a value; answers the value where it is a number that can be an end of one.
struct Gather<'a>(&'a mut Vec<(u64, u64)>);

impl<'de> DeserializeSeed<'de> for Gather<'_> {
    type Value = Option<u64>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Gather<'_> {
    type Value = Option<u64>;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element_seed(Gather(self.0))?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let before = self.0.len();
        let (mut lower, mut upper) = (None, None);
        while let Some(member) = members.next_key::<Member>()? {
            let end = members.next_value_seed(Gather(self.0))?;
            match member {
                Member::Lower => lower = end,
                Member::Upper => upper = end,
                Member::Other => {}
            }
        }
        if let Some(block) = lower.zip(upper) {
            self.0.truncate(before);
            self.0.push(block);
        }
        Ok(None)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}
