//! The ring of a spectrum licence on the page of its case: which municipalities it may have ground of by geography, and what a
//! caseworker has found instead. What is corrected is done by the action, not here.

use serde_json::Value;

use super::case_page::Typed;
use crate::{
    case::{model::Purpose, store::Case},
    permit::kind::{
        Kind,
        spectrum::wire::{AreaKind, SpectrumApplication},
    },
    values::{
        municipality::Municipality,
        municipality_ground,
        polygon::{Point, Polygon},
    },
};

/// A ring that can be corrected.
pub struct Ring {
    /// Municipalities it may have ground of by geography.
    pub possible: Vec<String>,
    /// A caseworker has found others.
    pub is_corrected: bool,
    /// Numbers as they stand in the field, one on each line.
    pub numbers: String,
    /// Numbers as they stand there when nobody has typed.
    pub given: String,
}

impl Ring {
    /// Of the application of an open case, with what stands in its field.
    pub fn of(case: &Case, application: &Value, typed: &Typed) -> Option<Self> {
        let applies = matches!(case.purpose, Purpose::New | Purpose::Amendment);
        if case.kind != Kind::Spectrum || !case.status.is_open() || !applies {
            return None;
        }
        let asked: SpectrumApplication = serde_json::from_value(application.clone()).ok()?;
        let corners = asked.area.ring.filter(|_| asked.area.kind == AreaKind::Polygon)?;
        let corners = corners.iter().map(|one| Point::new(one.latitude, one.longitude).ok());
        let corners: Vec<Point> = corners.collect::<Option<_>>()?;
        let ring = Polygon::of_ring(&corners).ok()?;
        let possible = municipality_ground::around(&ring).possible;
        let numbers: Vec<String> = match &asked.ring_municipalities {
            Some(found) => found.clone(),
            None => possible.iter().map(|number| format!("{number:04}")).collect(),
        };
        let given = numbers.join("\n");
        Some(Self {
            possible: possible.iter().filter_map(|number| named(*number)).collect(),
            is_corrected: asked.ring_municipalities.is_some(),
            numbers: if typed.ring.is_empty() { given.clone() } else { typed.ring.clone() },
            given,
        })
    }
}

/// A municipality by number and name.
fn named(number: u16) -> Option<String> {
    let municipality = Municipality::parse(&format!("{number:04}")).ok()?;
    Some(format!("{number:04} {}", municipality.entry().name))
}

/// The numbers in a field, one on each line or with commas between them.
pub fn numbers(text: &str) -> Vec<String> {
    let parts = text.split(|one: char| one.is_whitespace() || one == ',');
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(numbers(" 0301\r\n3201, 3024\n\n"), ["0301", "3201", "3024"]);
        assert!(numbers(" \n").is_empty());
        assert_eq!(named(301).as_deref(), Some("0301 Oslo"));
    }
}
