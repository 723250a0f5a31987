//! What a draft is for, and what it holds. Pure.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::values::ids::{CaseId, PermitId};

/// What a draft becomes when it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An application for a new permit.
    New,
    /// An application for an amendment of a permit.
    Amendment(PermitId),
    /// An answer to what was asked in a case, with a corrected application where one is sent along.
    Reply(CaseId),
    /// An appeal against the decision of a case.
    Appeal(CaseId),
}

impl Purpose {
    /// As in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Purpose::New => "new",
            Purpose::Amendment(_) => "amendment",
            Purpose::Reply(_) => "reply",
            Purpose::Appeal(_) => "appeal",
        }
    }

    /// The permit or case it is about.
    pub const fn about(self) -> Option<Uuid> {
        match self {
            Purpose::New => None,
            Purpose::Amendment(permit) => Some(permit.0),
            Purpose::Reply(case) | Purpose::Appeal(case) => Some(case.0),
        }
    }

    /// Reads [`code`](Self::code) and [`about`](Self::about).
    pub fn read(code: &str, about: Option<Uuid>) -> Option<Self> {
        match (code, about) {
            ("new", None) => Some(Purpose::New),
            ("amendment", Some(id)) => Some(Purpose::Amendment(PermitId(id))),
            ("reply", Some(id)) => Some(Purpose::Reply(CaseId(id))),
            ("appeal", Some(id)) => Some(Purpose::Appeal(CaseId(id))),
            _ => None,
        }
    }
}

/// What stands in a draft: an application as far as it has come, and texts beside it by their names.
#[derive(Clone, PartialEq, Default)]
pub struct Content {
    /// The application; null where none is written.
    pub application: Value,
    /// Texts, none of them empty.
    pub texts: Map<String, Value>,
}

impl Content {
    /// An application alone.
    pub fn of(application: Value) -> Self {
        Self { application, texts: Map::new() }
    }

    /// A text; empty where nothing is written.
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Writes a text.
    pub fn write(&mut self, name: &str, text: &str) {
        if text.trim().is_empty() {
            self.texts.remove(name);
        } else {
            self.texts.insert(name.to_owned(), json!(text));
        }
    }

    /// As it is sealed: of a new permit the application alone.
    pub fn stored(&self, purpose: Purpose) -> Value {
        match purpose {
            Purpose::New => self.application.clone(),
            _ => json!({ "application": self.application, "texts": self.texts }),
        }
    }

    /// Reads [`stored`](Self::stored).
    pub fn read(purpose: Purpose, mut stored: Value) -> Self {
        if purpose == Purpose::New {
            return Self::of(stored);
        }
        let mut member = |name: &str| stored.get_mut(name).map(Value::take).unwrap_or_default();
        let texts = match member("texts") {
            Value::Object(texts) => texts,
            _ => Map::new(),
        };
        Self { application: member("application"), texts }
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_and_content_is_read_as_it_was_stored() {
        let id = Uuid::from_u128(7);
        for purpose in [
            Purpose::New,
            Purpose::Amendment(PermitId(id)),
            Purpose::Reply(CaseId(id)),
            Purpose::Appeal(CaseId(id)),
        ] {
            assert_eq!(Purpose::read(purpose.code(), purpose.about()), Some(purpose));
            let mut content = Content::of(json!({ "texts": 7 }));
            if purpose != Purpose::New {
                content.write("text", "Ja");
                content.write("reason", "  ");
            }
            assert_eq!(Content::read(purpose, content.stored(purpose)), content);
        }
        assert_eq!(Purpose::read("new", Some(id)), None);
        assert_eq!(Purpose::read("appeal", None), None);
        assert_eq!(Content::read(Purpose::Reply(CaseId(id)), json!(7)), Content::default());
    }
}
