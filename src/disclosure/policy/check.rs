//! The checks that need a look across the whole policy: what a parser of one line cannot see.
//! It must not repair anything: a policy with a fault is not to be used, and the tests keep one from being released.

use std::collections::BTreeSet;

use super::{
    Disclosure, Field, HolderType, Kind, Policy, Purpose, Recipient, Restriction, Retention, Text,
    When,
};
use crate::disclosure::legal_basis;

/// Every fault of the policy, each as one English sentence; empty for a policy that may be used.
pub fn check(policy: &Policy) -> Vec<String> {
    let mut faults = Vec::new();
    check_text("transfers", &policy.transfers, &mut faults);
    check_text("security", &policy.security, &mut faults);
    for purpose in &policy.purposes {
        let mut found = Vec::new();
        check_words(policy, purpose, &mut found);
        check_ground(policy, purpose, &mut found);
        check_extent(purpose, &mut found);
        for disclosure in &purpose.disclosures {
            check_disclosure(policy, purpose, disclosure, &mut found);
        }
        for rule in &purpose.retention {
            check_retention(rule, &mut found);
        }
        faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", purpose.id)));
    }
    check_labels(policy, &mut faults);
    check_unique(policy, &mut faults);
    check_complete(policy, &mut faults);
    faults
}

fn is_kebab_case(id: &str) -> bool {
    !id.is_empty()
        && id.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

fn check_text(what: &str, text: &Text, faults: &mut Vec<String>) {
    for (language, words) in [("nb", &text.nb), ("nn", &text.nn), ("en", &text.en)] {
        if words.trim() != words || words.is_empty() {
            faults.push(format!("{what}: the {language} text is empty or has space around it"));
        }
    }
}

fn check_words(policy: &Policy, purpose: &Purpose, faults: &mut Vec<String>) {
    if !is_kebab_case(&purpose.id) {
        faults.push("the id is not kebab-case".to_owned());
    }
    check_text("title", &purpose.title, faults);
    check_text("description", &purpose.description, faults);
    for (what, text) in
        [("data", &purpose.data), ("others", &purpose.others), ("automated", &purpose.automated)]
    {
        if let Some(text) = text {
            check_text(what, text, faults);
        }
    }
    for (what, keys, labels) in [
        ("persons", &purpose.persons, &policy.persons),
        ("sources", &purpose.sources, &policy.sources),
    ] {
        if keys.is_empty() {
            faults.push(format!("{what} is empty"));
        }
        for key in keys.iter().filter(|key| !labels.contains_key(*key)) {
            faults.push(format!("{what}: {key} has no label"));
        }
    }
}

fn check_ground(policy: &Policy, purpose: &Purpose, faults: &mut Vec<String>) {
    if !purpose.article.starts_with("gdpr-6-1-") {
        faults.push("the article is not a ground in GDPR Article 6(1)".to_owned());
    }
    if purpose.special.as_ref().is_some_and(|code| !code.starts_with("gdpr-9-2-")) {
        faults.push("the ground for special categories is not in GDPR Article 9(2)".to_owned());
    }
    if matches!(purpose.article.as_str(), "gdpr-6-1-c" | "gdpr-6-1-e")
        && purpose.statutes.is_empty()
    {
        faults.push(
            "a duty or a public task must be laid down in a statute (GDPR Article 6(3))".to_owned(),
        );
    }
    let disclosed = purpose.disclosures.iter().filter_map(|disclosure| disclosure.statute.as_ref());
    for code in [&purpose.article]
        .into_iter()
        .chain(&purpose.special)
        .chain(&purpose.statutes)
        .chain(disclosed)
    {
        if !legal_basis::in_force(code, policy.version) {
            faults.push(format!("{code} is unknown or not in force on {}", policy.version));
        }
    }
}

fn check_extent(purpose: &Purpose, faults: &mut Vec<String>) {
    if purpose.in_registry {
        if purpose.all_fields().is_empty() || purpose.data.is_some() {
            faults.push(
                "a purpose of the registry names its data as fields and not in words".to_owned(),
            );
        }
        if !purpose.fields.is_empty() && purpose.retention.is_empty() {
            faults.push("data are held without a retention rule".to_owned());
        }
    } else if purpose.data.is_none() || !purpose.all_fields().is_empty() {
        faults.push(
            "a purpose outside the registry names its data in words and discloses nothing"
                .to_owned(),
        );
    }
}

fn check_disclosure(
    policy: &Policy,
    purpose: &Purpose,
    disclosure: &Disclosure,
    faults: &mut Vec<String>,
) {
    use Recipient as To;
    let recipient = disclosure.recipient;
    let consented = disclosure.when.contains(&When::Consented);
    if disclosure.when.is_empty() || (consented && disclosure.when.len() > 1) {
        faults.push(format!(
            "{recipient}: a disclosure is for one or more situations, and consent stands alone"
        ));
    }
    if consented != purpose.rests_on_consent() {
        faults.push(format!(
            "{recipient}: consent is the ground of the whole purpose or of nothing in it"
        ));
    }
    let neutral = disclosure.when.contains(&When::Restricted);
    if neutral && disclosure.when.len() > 1 {
        faults.push(format!("{recipient}: what is told during a restriction stands alone"));
    }
    let expected = match recipient {
        _ if neutral => Some(Restriction::Continues),
        To::RescueCentre => Some(Restriction::HumanDecision),
        To::Public | To::Programmer | To::Provider | To::Examiner => Some(Restriction::Stops),
        To::Holder | To::EmergencyContact | To::QualifiedPerson | To::Caseworker => {
            Some(Restriction::Continues)
        }
        _ => None,
    };
    if expected.is_some_and(|expected| expected != disclosure.restriction) {
        faults.push(format!("{recipient}: the wrong effect of a restriction"));
    }
    let held = |field: Field| policy.purposes.iter().any(|purpose| purpose.fields.contains(&field));
    let mut seen = BTreeSet::new();
    for field in disclosure.fields.iter() {
        if !seen.insert(field) {
            faults.push(format!("{recipient}: {field} stands twice"));
        }
        if !held(field) {
            faults.push(format!("{recipient}: {field} is not held for any purpose"));
        }
        if neutral && field.is_personal() {
            faults.push(format!(
                "{recipient}: {field} is of a person, and the processing is restricted"
            ));
        }
        if !may_have(recipient, field) {
            faults.push(format!("{recipient}: {field} must never go there"));
        }
        let public = matches!(recipient, To::Public | To::DocumentRequester);
        if public && field.is_personal() && !consented && disclosure.statute.is_none() {
            faults.push(format!("{recipient}: {field} needs consent or a statute"));
        }
    }
    if seen.is_empty() {
        faults.push(format!("{recipient}: no fields"));
    }
}

/// The outer limits, whatever the file says: who may ever get what.
fn may_have(recipient: Recipient, field: Field) -> bool {
    use Recipient as To;
    let own_or_official = matches!(recipient, To::RescueCentre | To::Holder | To::Caseworker);
    let own_entry = recipient == To::EmergencyContact && field.subject() == "contact";
    let no_persons = matches!(recipient, To::Verifier | To::Provider | To::Administrator);
    (!field.is_closely_held() || own_or_official || own_entry)
        && !(no_persons && field.is_personal())
}

fn check_retention(rule: &Retention, faults: &mut Vec<String>) {
    if !is_kebab_case(&rule.id) {
        faults.push(format!("retention {}: the id is not kebab-case", rule.id));
    }
    check_text(&format!("retention {}", rule.id), &rule.data, faults);
}

fn check_labels(policy: &Policy, faults: &mut Vec<String>) {
    macro_rules! labelled {
        ($labels:ident, $list:ty) => {
            for value in <$list>::ALL {
                match policy.$labels.get(value) {
                    None => faults.push(format!("{}: {value} has no label", stringify!($labels))),
                    Some(text) => check_text(value.as_str(), text, faults),
                }
            }
        };
    }
    labelled!(recipients, Recipient);
    labelled!(fields, Field);
    labelled!(triggers, super::Trigger);
    labelled!(actions, super::Action);
    labelled!(exceptions, super::Exception);
    labelled!(restrictions, Restriction);
    labelled!(rights, super::Right);
    labelled!(kinds, Kind);
    for (key, text) in policy.persons.iter().chain(&policy.sources) {
        check_text(key, text, faults);
        let used =
            |purpose: &Purpose| purpose.persons.contains(key) || purpose.sources.contains(key);
        if !policy.purposes.iter().any(used) {
            faults.push(format!("{key} is a label that nothing uses"));
        }
    }
}

fn check_unique(policy: &Policy, faults: &mut Vec<String>) {
    let mut ids = BTreeSet::new();
    let rules = policy.purposes.iter().flat_map(|purpose| &purpose.retention).map(|rule| &rule.id);
    for id in policy.purposes.iter().map(|purpose| &purpose.id).chain(rules) {
        if !ids.insert(id) {
            faults.push(format!("{id} is the id of two purposes or retention rules"));
        }
    }
    for kind in Kind::ALL {
        for recipient in Recipient::ALL {
            for (holder, when) in
                HolderType::ALL.iter().flat_map(|h| When::ALL.iter().map(move |w| (*h, *w)))
            {
                let all = policy.purposes.iter().flat_map(|purpose| &purpose.disclosures);
                if all.filter(|one| one.applies_to(*kind, *recipient, holder, when)).count() > 1 {
                    faults
                        .push(format!("{kind}, {recipient}, {holder}, {when}: two sets of fields"));
                }
            }
        }
    }
    for purpose in &policy.purposes {
        let mut recipients = BTreeSet::new();
        for one in purpose.disclosures.iter().filter(|one| one.kinds.is_empty()) {
            if !recipients.insert(one.recipient) {
                faults.push(format!("{}: {} has two sets of fields", purpose.id, one.recipient));
            }
        }
    }
}

fn check_complete(policy: &Policy, faults: &mut Vec<String>) {
    for field in Field::ALL {
        if !policy.purposes.iter().any(|purpose| purpose.fields.contains(field)) {
            faults.push(format!("{field} is held for no purpose"));
        }
    }
    for recipient in Recipient::ALL {
        let mut all = policy.purposes.iter().flat_map(|purpose| &purpose.disclosures);
        if !all.any(|one| one.recipient == *recipient) {
            faults.push(format!("{recipient} gets nothing"));
        }
    }
    for kind in Kind::ALL {
        for recipient in [Recipient::Holder, Recipient::Caseworker, Recipient::Verifier] {
            for holder in HolderType::ALL {
                if policy.fields(*kind, recipient, *holder, When::Live).is_none() {
                    faults.push(format!("{kind}: {recipient} gets nothing of a live permit"));
                }
            }
        }
    }
}
