//! Every kind has a form: each part of its application can be filled in, in three languages, and what
//! the form of a specimen sends is the specimen.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::{
    draft::check,
    permit::kind::Holders,
    web::{
        apply::{
            values::{self, Posted},
            view::{Content, Sheet, Shown},
            wrong_by_step,
        },
        texts::Words,
    },
};

fn all(fields: &[Field]) -> Vec<&Field> {
    fields.iter().flat_map(|field| std::iter::once(field).chain(all(&field.children))).collect()
}

fn is_leaf(field: &Field) -> bool {
    !matches!(field.input, Input::Group | Input::Items)
}

#[test]
fn every_part_of_every_application_is_in_its_form_with_three_titles() {
    for any in KINDS {
        let (kind, form) = (any.kind(), at_desk(any.kind()));
        let shape = shape::of(kind);
        let mut reached = BTreeSet::new();
        let mut names = BTreeSet::new();
        for step in &form.steps {
            assert!(names.insert(step.name), "{}: two steps {}", kind.as_str(), step.name);
            assert!(step.title.0.iter().all(|text| !text.is_empty()), "{}", step.name);
            assert!(!step.fields.is_empty(), "{}", step.name);
            for field in all(&step.fields) {
                let at = format!("{} {}", kind.as_str(), field.pattern);
                assert!(field.title.0.iter().all(|text| !text.is_empty()), "{at}");
                let helped = field.help.0.iter().filter(|text| !text.is_empty()).count();
                assert!(helped == 0 || helped == 3, "{at}");
                if is_leaf(field) {
                    let list =
                        if matches!(field.input, Input::Many(_) | Input::Lines | Input::Numbers) {
                            "/*"
                        } else {
                            ""
                        };
                    assert!(reached.insert(format!("{}{list}", field.pattern)), "twice: {at}");
                } else {
                    assert!(!field.children.is_empty(), "{at}");
                }
                if let Input::Choice(choices) | Input::Many(choices) = &field.input {
                    let titled = |choice: &Choice| choice.title.iter().all(|text| !text.is_empty());
                    assert!(choices.iter().all(titled), "{at}");
                    let own = shape.at(&field.pattern).expect("a shape").0;
                    let own = if let Shape::List(item) = own { item } else { own };
                    if let Shape::Text { choices: codes } = own
                        && !codes.is_empty()
                    {
                        let offered: BTreeSet<&str> =
                            choices.iter().map(|one| &*one.code).collect();
                        let taken: BTreeSet<&str> = codes.iter().map(String::as_str).collect();
                        assert_eq!(offered, taken, "{at}");
                    }
                }
                if let Some(When::Equals(pointer, values)) = &field.when {
                    let asked = form.steps.iter().flat_map(|step| all(&step.fields));
                    let asked = asked.into_iter().find(|one| one.pattern == *pointer);
                    let Input::Choice(choices) = &asked.expect("a field that decides").input else {
                        panic!("{at} depends on what is not chosen");
                    };
                    let is_choice = |value: &str| {
                        value.is_empty() || choices.iter().any(|choice| choice.code == value)
                    };
                    assert!(values.iter().all(|value| is_choice(value)), "{at}");
                }
            }
        }
        let leaves: BTreeSet<String> = shape.leaves().into_iter().collect();
        assert_eq!(reached, leaves, "{}", kind.as_str());
    }
}

#[test]
fn what_the_authority_alone_fills_in_is_asked_of_caseworkers_only() {
    for any in KINDS {
        let asks = |form: &Form, member: &str| {
            let pattern = format!("/{member}");
            form.steps.iter().flat_map(|step| &step.fields).any(|field| field.pattern == pattern)
        };
        if let Some(member) = any.authority_only() {
            assert!(!asks(of(any.kind()), member), "{member}");
            assert!(asks(at_desk(any.kind()), member), "{member}");
        } else {
            assert_eq!(of(any.kind()).steps.len(), at_desk(any.kind()).steps.len());
        }
    }
}

/// A field that others depend on stands in an earlier step: without scripts, a page cannot change.
#[test]
fn what_decides_is_asked_for_before_what_depends_on_it() {
    for any in KINDS {
        let form = of(any.kind());
        let place = |pattern: &str| {
            let has = |step: &Step| all(&step.fields).iter().any(|field| field.pattern == pattern);
            form.steps.iter().position(has).expect("a step")
        };
        for (at, step) in form.steps.iter().enumerate() {
            for field in all(&step.fields) {
                if let Some(When::Equals(pointer, _)) = &field.when {
                    assert!(place(pointer) < at, "{} {}", any.kind().as_str(), field.pattern);
                }
            }
        }
    }
}

/// What a browser sends of the fields as they are shown.
fn sent(fields: &[Shown], posted: &mut Posted) {
    for field in fields {
        let values = posted.entry(field.name.clone()).or_default();
        match &field.content {
            Content::Line { value, .. } | Content::Long { value } => {
                // browsers send lines parted by both characters
                values.push(value.replace('\n', "\r\n"));
            }
            Content::Radios { answers }
            | Content::Select { answers }
            | Content::Boxes { answers } => {
                let chosen = answers.iter().filter(|answer| answer.is_chosen);
                values.extend(chosen.map(|answer| answer.code.clone()));
            }
            Content::Group { children } => sent(children, posted),
            Content::Items { items } => items.iter().for_each(|item| sent(&item.children, posted)),
        }
    }
}

/// Goes through the form with the answers of a whole application.
fn gone_through(kind: Kind, whole: &Value, is_person: bool, language: Language) -> Value {
    let mut application = json!({});
    for step in &of(kind).steps {
        let sheet = Sheet {
            words: Words(language),
            application: whole,
            is_person,
            errors: &[],
            grows: Some("/emergencyContacts"),
        };
        let mut posted = Posted::new();
        sent(&sheet.step(step), &mut posted);
        values::take(step, &posted, &mut application, is_person);
        // a second time changes nothing
        let once = application.clone();
        values::take(step, &posted, &mut application, is_person);
        assert_eq!(application, once);
    }
    values::finished(&of(kind).steps, application, is_person)
}

#[test]
fn the_form_of_every_specimen_sends_the_specimen() {
    for any in KINDS {
        let is_person = any.holders() != Holders::Organisations;
        let specimen = any.example();
        for language in Language::ALL {
            let sent = gone_through(any.kind(), &specimen, is_person, language);
            assert_eq!(sent, specimen, "{}", any.kind().as_str());
        }
        assert!(any.read(&specimen, is_person, "").is_ok());
    }
}

#[test]
fn what_is_typed_wrong_is_kept_as_it_was_typed() {
    let mut whole = crate::permit::kind::any(Kind::Plb).example();
    whole["beacon"]["serial"] = json!("tolv hundre");
    whole["beacon"]["batteryExpiry"] = json!("neste år");
    whole["emergencyContacts"][1]["phone"] = json!("<b>");
    let kept = gone_through(Kind::Plb, &whole, true, Language::Bokmal);
    assert_eq!(kept, whole);
    let found = check::findings(Kind::Plb, &kept, true, None);
    let pointers: Vec<&str> = found.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(pointers, ["/beacon/batteryExpiry", "/beacon/serial", "/emergencyContacts/1/phone"]);
}

#[test]
fn every_error_of_an_empty_application_has_a_field_to_go_to() {
    for any in KINDS {
        let form = of(any.kind());
        let is_person = any.holders() != Holders::Organisations;
        let nothing = json!({});
        let errors = check::findings(any.kind(), &nothing, is_person, None);
        let mut said = 0;
        for step in &form.steps {
            let sheet = Sheet {
                words: Words(Language::Nynorsk),
                application: &nothing,
                is_person,
                errors: &errors,
                grows: None,
            };
            let shown = sheet.step(step);
            said += shown
                .iter()
                .flat_map(Shown::all)
                .map(|(field, _)| field.errors.len())
                .sum::<usize>();
        }
        assert!(said > 0 && said <= errors.len(), "{}: {said}", any.kind().as_str());
    }
}

/// A step is gone on from while the later ones are still empty: what is right in it must not be called
/// wrong because of them.
#[test]
fn the_steps_of_every_specimen_are_gone_through_one_after_the_other() {
    for any in KINDS {
        let (kind, form) = (any.kind(), of(any.kind()));
        let is_person = any.holders() != Holders::Organisations;
        let specimen = any.example();
        let words = Words(Language::Bokmal);
        let mut application = json!({});
        for (number, step) in form.steps.iter().enumerate() {
            let whole =
                Sheet { words, application: &specimen, is_person, errors: &[], grows: None };
            let mut posted = Posted::new();
            sent(&whole.step(step), &mut posted);
            values::take(step, &posted, &mut application, is_person);
            let finished = values::finished(&form.steps, application.clone(), is_person);
            let errors = check::findings(kind, &finished, is_person, None);
            let sheet = Sheet { application: &application, errors: &errors, ..whole };
            let (by_step, _) = wrong_by_step(form, sheet, |_, id| id.to_owned());
            let wrongs: Vec<&str> = by_step[number].iter().map(|wrong| &*wrong.label).collect();
            assert!(wrongs.is_empty(), "{} {}: {wrongs:?}", kind.as_str(), step.name);
        }
        assert_eq!(application, specimen);
    }
}
