//! The shape of each kind's application, read from the published document: which members there are, of
//! which type, and which of them must be there. The document is what the service itself answers, and a
//! test holds it to the types the bodies are read with.

use std::{collections::HashMap, sync::LazyLock};

use serde_json::Value;

use crate::{
    http::document::COMMITTED,
    permit::kind::{KINDS, Kind},
};

/// What a value must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A text; one of the choices where there are any.
    Text {
        /// Its codes, where the document closes the list.
        choices: Vec<String>,
    },
    /// A day as in `2026-12-31`.
    Date,
    /// A whole number within these bounds, both inside.
    Integer {
        /// Least.
        minimum: Option<i64>,
        /// Greatest.
        maximum: Option<i64>,
    },
    /// A number within these bounds, both inside.
    Number {
        /// Least.
        minimum: Option<f64>,
        /// Greatest.
        maximum: Option<f64>,
    },
    /// Yes or no.
    Boolean,
    /// Any number of the same.
    List(Box<Shape>),
    /// Members by name.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Name.
    pub name: String,
    /// It must be there.
    pub is_required: bool,
    /// What it is.
    pub shape: Shape,
}

static SHAPES: LazyLock<HashMap<&'static str, Shape>> = LazyLock::new(|| {
    let document: Value = serde_json::from_str(COMMITTED).unwrap_or_default();
    let schemas = &document["components"]["schemas"];
    let shape = |code: &'static str| {
        let name = code[..1].to_uppercase() + &code[1..] + "Application";
        (code, read(schemas, &schemas[name]))
    };
    KINDS.iter().map(|any| shape(any.kind().as_str())).collect()
});

/// The shape of an application of this kind.
pub fn of(kind: Kind) -> &'static Shape {
    static NOTHING: Shape = Shape::Object(Vec::new());
    SHAPES.get(kind.as_str()).unwrap_or(&NOTHING)
}

fn read(schemas: &Value, schema: &Value) -> Shape {
    let referred = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str());
    if let Some(name) = referred.and_then(|path| path.rsplit('/').next()) {
        return read(schemas, &schemas[name]);
    }
    match schema["type"].as_str() {
        Some("object") => {
            let required: Vec<&str> = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let members = schema["properties"].as_object().into_iter().flatten();
            Shape::Object(
                members
                    .map(|(name, schema)| Member {
                        name: name.clone(),
                        is_required: required.contains(&name.as_str()),
                        shape: read(schemas, schema),
                    })
                    .collect(),
            )
        }
        Some("array") => Shape::List(Box::new(read(schemas, &schema["items"]))),
        Some("integer") => Shape::Integer {
            minimum: schema["minimum"].as_i64(),
            maximum: schema["maximum"].as_i64(),
        },
        Some("number") => Shape::Number {
            minimum: schema["minimum"].as_f64(),
            maximum: schema["maximum"].as_f64(),
        },
        Some("boolean") => Shape::Boolean,
        _ if schema["format"] == "date" => Shape::Date,
        _ => {
            let codes = schema["enum"].as_array().into_iter().flatten();
            Shape::Text { choices: codes.filter_map(Value::as_str).map(str::to_owned).collect() }
        }
    }
}

impl Shape {
    /// The shape below a pointer, with `*` or a number for any item of a list; and whether it must be
    /// there.
    pub fn at(&self, pointer: &str) -> Option<(&Shape, bool)> {
        pointer.split('/').skip(1).try_fold((self, true), |(shape, _), part| match shape {
            Shape::Object(members) => members
                .iter()
                .find(|member| member.name == part)
                .map(|member| (&member.shape, member.is_required)),
            Shape::List(item) => Some((&**item, true)),
            _ => None,
        })
    }

    /// Pointers to everything that is not made of other things, with `*` for the items of a list.
    pub fn leaves(&self) -> Vec<String> {
        match self {
            Shape::Object(members) => members
                .iter()
                .flat_map(|member| {
                    let below = member.shape.leaves();
                    below.into_iter().map(|rest| format!("/{}{rest}", member.name))
                })
                .collect(),
            Shape::List(item) => {
                item.leaves().into_iter().map(|rest| format!("/*{rest}")).collect()
            }
            _ => vec![String::new()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_shape_that_fits_its_specimen() {
        for any in KINDS {
            let shape = of(any.kind());
            assert!(shape.leaves().len() > 10, "{}", any.kind().as_str());
            let (name, needed) = shape.at("/applicant/name").expect("a name");
            assert!(needed && matches!(name, Shape::Text { .. }));
            assert_eq!(shape.at("/applicant/birthDate"), Some((&Shape::Date, false)));
            assert_eq!(shape.at("/no-such"), None);
        }
        assert!(of(Kind::Plb).leaves().contains(&"/emergencyContacts/*/phone".to_owned()));
    }
}
