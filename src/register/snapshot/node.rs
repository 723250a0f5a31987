//! JSON as files are cut from it: read from the text a row is kept as, with its texts left where they lie. Twice as fast as a
//! tree that owns everything. It must not know what the members mean.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

/// A value.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Node<'a> {
    /// `null`, or what was no JSON.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    Array(Vec<Node<'a>>),
    /// Members in alphabetical order.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// Reads a text; what is no JSON is nothing.
    pub fn read(text: &'a str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// The members of an object; none of anything else.
    pub fn members(&self) -> &[(Cow<'a, str>, Node<'a>)] {
        match self {
            Node::Object(members) => members,
            _ => &[],
        }
    }

    /// A member of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// The objects it is: itself, or those in its list.
    pub fn objects(&self) -> impl Iterator<Item = &Self> {
        let list = match self {
            Node::Array(items) => items.as_slice(),
            Node::Object(_) => std::slice::from_ref(self),
            _ => &[],
        };
        list.iter().filter(|item| matches!(item, Node::Object(_)))
    }

    /// Writes it as JSON in one way only: members in alphabetical order, nothing between the signs.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Node::Null => out.extend_from_slice(b"null"),
            Node::Bool(true) => out.extend_from_slice(b"true"),
            Node::Bool(false) => out.extend_from_slice(b"false"),
            Node::Number(number) => json(number, out),
            Node::Text(text) => json(text, out),
            Node::Array(items) => {
                out.push(b'[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Node::Object(members) => {
                out.push(b'{');
                for (n, (name, value)) in members.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    json(name, out);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }

    /// Gives an object a member, in its place.
    pub fn put(&mut self, name: &'a str, value: Self) {
        let Node::Object(members) = self else { return };
        match members.binary_search_by(|(own, _)| own.as_ref().cmp(name)) {
            Ok(at) => members[at].1 = value,
            Err(at) => members.insert(at, (name.into(), value)),
        }
    }
}

/// Writing into memory does not fail.
fn json(value: &(impl serde::Serialize + ?Sized), out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, value);
}

/// A text, left where it lies if nothing in it is escaped.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Cow<'de, str>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Reading).map(Text)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Node<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Node<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Node::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Node::Bool(value))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Node::Number(number.into()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Node::Number(number.into()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(serde_json::Number::from_f64(number).map_or(Node::Null, Node::Number))
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Node::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Node::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(Node::Array(all))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
                let mut all: Vec<(Cow<'de, str>, Node<'de>)> = Vec::with_capacity(8);
                while let Some((Text(name), value)) = members.next_entry()? {
                    all.push((name, value));
                }
                // one of the databases keeps members in an order of its own
                if !all.is_sorted_by(|(one, _), (next, _)| one < next) {
                    all.sort_by(|(one, _), (other, _)| one.cmp(other));
                }
                Ok(Node::Object(all))
            }
        }
        deserializer.deserialize_any(Reading)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Any JSON, a few levels deep.
    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[ -~æøåŋ\"\\\\/\r\n\t\u{1}]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::btree_map("[a-zæ\"]{0,4}", inner, 0..6)
                    .prop_map(|members| members.into_iter().collect::<Value>()),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_read_and_written_is_what_serde_writes(value in value()) {
            let text = value.to_string();
            let mut out = Vec::new();
            Node::read(&text).write(&mut out);
            // members of serde_json's objects are in order too
            prop_assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }

    #[test]
    fn members_are_put_in_order_and_what_is_no_json_is_nothing() {
        let mut node = Node::read("{\"b\": 1, \"aa\": [{\"z\":null,\"y\":2}] }");
        node.put("b", Node::Text("x".into()));
        node.put("ab", Node::Bool(true));
        let mut out = Vec::new();
        node.write(&mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"aa\":[{\"y\":2,\"z\":null}],\"ab\":true,\"b\":\"x\"}"
        );
        assert_eq!(Node::read("{\"a\":"), Node::Null);
    }
}
