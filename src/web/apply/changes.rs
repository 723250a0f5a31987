//! What differs between two applications of a kind, field by field, as people read it. Pure.

use serde_json::Value;

use super::{
    form::Step,
    view::{Content, Sheet, Shown},
};
use crate::web::texts::Words;

/// A field that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What the field is called, with what it lies in.
    pub label: String,
    /// What stood in it.
    pub before: String,
    /// What stands in it now.
    pub after: String,
}

/// What differs, in the order of the form: what is changed and what is new, then what is left out.
pub fn changes<'f>(
    steps: impl Iterator<Item = &'f Step> + Clone,
    words: Words,
    is_person: bool,
    (before, after): (&Value, &Value),
) -> Vec<Change> {
    let sheet = |application| Sheet { words, application, is_person, errors: &[], grows: None };
    let shown = |application| -> Vec<Shown> {
        let sheet: Sheet<'_> = sheet(application);
        steps.clone().flat_map(|step| sheet.step(step)).collect()
    };
    let (old, new) = (shown(before), shown(after));
    let (old, new) = (facts(&old), facts(&new));
    let nothing = || words.apply_nothing().to_owned();
    let filled = |text: &str| if text.is_empty() { nothing() } else { text.to_owned() };
    let of = |facts: &[Fact], name: &str| {
        facts
            .iter()
            .find(|fact| fact.name == name)
            .map(|fact| fact.text.clone())
            .unwrap_or_default()
    };
    let mut found = Vec::new();
    for fact in &new {
        let was = of(&old, &fact.name);
        if was != fact.text {
            found.push(Change {
                label: fact.label.clone(),
                before: filled(&was),
                after: filled(&fact.text),
            });
        }
    }
    for fact in old.iter().filter(|fact| !fact.text.is_empty()) {
        if !new.iter().any(|one| one.name == fact.name) {
            found.push(Change {
                label: fact.label.clone(),
                before: fact.text.clone(),
                after: nothing(),
            });
        }
    }
    found
}

/// A field that holds no others, with what stands in it.
struct Fact {
    name: String,
    label: String,
    text: String,
}

fn facts(shown: &[Shown]) -> Vec<Fact> {
    let all = shown.iter().flat_map(Shown::all);
    let leaves = all.filter(|(field, _)| {
        !matches!(field.content, Content::Group { .. } | Content::Items { .. })
    });
    leaves
        .map(|(field, label)| Fact { name: field.name.clone(), label, text: field.text() })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        permit::kind::{self, KINDS, Kind},
        values::language::Language,
        web::apply::form,
    };

    fn found(kind: Kind, before: &Value, after: &Value) -> Vec<Change> {
        let steps = form::of(kind).steps.iter();
        changes(steps, Words(Language::Bokmal), true, (before, after))
    }

    #[test]
    fn nothing_differs_from_itself_and_what_does_is_told_both_ways() {
        for any in KINDS {
            let example = any.example();
            assert_eq!(found(any.kind(), &example, &example), []);
        }
        let before = kind::any(Kind::Plb).example();
        let mut after = before.clone();
        after["beacon"]["model"] = json!("Fjell 9");
        let mut contacts = after["emergencyContacts"].as_array().cloned().expect("contacts");
        let gone = contacts.pop().expect("a contact");
        after["emergencyContacts"] = json!(contacts);
        let told = found(Kind::Plb, &before, &after);
        assert!(told.iter().any(|one| one.after == "Fjell 9"));
        let name = gone["name"].as_str().expect("a name");
        assert!(told.iter().any(|one| one.before == name && one.after != name));
        let back = found(Kind::Plb, &after, &before);
        assert_eq!(back.len(), told.len());
        assert!(back.iter().any(|one| one.after == name));
    }
}
