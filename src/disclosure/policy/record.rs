//! The record of processing activities (GDPR Article 30) and the privacy page's content, drawn from the policy.
//! It must not add a fact of its own: what it says stands in `policy.toml` and the table of legal bases.

use serde::Serialize;

use super::{Field, Policy, Purpose, Recipient, Retention, When, name, terms::closed_list};
use crate::{
    disclosure::legal_basis,
    values::{calendar::Period, language::Language},
};

closed_list! {
    /// A right of the person concerned.
    Right {
        /// Article 15.
        Access = "access",
        /// Article 16.
        Rectification = "rectification",
        /// Article 17.
        Erasure = "erasure",
        /// Article 18.
        Restriction = "restriction",
        /// Article 20.
        Portability = "portability",
        /// Article 21.
        Objection = "objection",
        /// Article 7(3).
        WithdrawConsent = "withdrawConsent",
        /// Article 22(3).
        HumanReview = "humanReview",
        /// Article 77.
        Complaint = "complaint",
    }
}

impl Purpose {
    /// The rights the person concerned has, which follow from the ground in GDPR Article 6(1): portability only for
    /// consent and contract (Article 20), objection only for public task and legitimate interest (Article 21), and no
    /// erasure of what a duty or a public task needs (Article 17(3)).
    pub fn rights(&self) -> Vec<Right> {
        let by_ground: &[Right] = match self.article.as_str() {
            "gdpr-6-1-a" => &[Right::Erasure, Right::Portability, Right::WithdrawConsent],
            "gdpr-6-1-b" => &[Right::Erasure, Right::Portability],
            "gdpr-6-1-e" => &[Right::Objection],
            "gdpr-6-1-f" => &[Right::Erasure, Right::Objection],
            _ => &[],
        };
        let always = [Right::Access, Right::Rectification, Right::Restriction];
        let mut rights: Vec<Right> = always.into_iter().chain(by_ground.iter().copied()).collect();
        if self.automated.is_some() {
            rights.push(Right::HumanReview);
        }
        rights.push(Right::Complaint);
        rights
    }

    /// Every field the purpose deals with: those held and those disclosed, in the order of the list of fields.
    pub fn all_fields(&self) -> Vec<Field> {
        let disclosed = self.disclosures.iter().flat_map(|disclosure| disclosure.fields.iter());
        let mut fields: Vec<Field> = self.fields.iter().copied().chain(disclosed).collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }
}

/// A provision, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Citation {
    pub code: String,
    pub text: String,
    /// The heading of the provision.
    pub title: String,
}

/// What one recipient gets, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivityDisclosure {
    pub recipient: Recipient,
    pub recipient_name: String,
    /// Names of the permit kinds, empty for records that are not permits.
    pub kinds: Vec<String>,
    pub when: Vec<When>,
    pub consent_needed: bool,
    pub routine: bool,
    pub statute: Option<Citation>,
    pub restriction: String,
    pub fields: Vec<Field>,
    pub field_names: Vec<String>,
}

/// How long data are kept, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivityRetention {
    pub id: String,
    pub data: String,
    pub period: Option<Period>,
    /// The whole rule as one line, for example `Slettes senest 90 dager etter at utkastet ble lagret`.
    pub rule: String,
    pub exceptions: Vec<String>,
}

/// One line of the record of processing activities, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    pub id: String,
    pub in_registry: bool,
    pub title: String,
    pub description: String,
    pub article: Citation,
    pub special: Option<Citation>,
    pub statutes: Vec<Citation>,
    pub persons: Vec<String>,
    pub sources: Vec<String>,
    /// Names of the data, sorted as in the list of fields; one text for purposes outside the registry.
    pub data: Vec<String>,
    pub disclosures: Vec<ActivityDisclosure>,
    /// Parties that get or handle data in other ways, in words.
    pub others: Option<String>,
    pub retention: Vec<ActivityRetention>,
    pub rights: Vec<String>,
    pub automated: Option<String>,
}

/// The whole record in one language, in the order of the policy file.
pub fn record_of_processing(policy: &Policy, language: Language) -> Vec<Activity> {
    policy.purposes.iter().map(|purpose| activity(policy, purpose, language)).collect()
}

fn activity(policy: &Policy, purpose: &Purpose, language: Language) -> Activity {
    let names = |keys: &[String], labels: &std::collections::BTreeMap<String, super::Text>| {
        keys.iter().map(|key| name(labels, key, language).to_owned()).collect()
    };
    let data = match &purpose.data {
        Some(text) => vec![text.get(language).to_owned()],
        None => field_names(policy, purpose.all_fields(), language),
    };
    Activity {
        id: purpose.id.clone(),
        in_registry: purpose.in_registry,
        title: purpose.title.get(language).to_owned(),
        description: purpose.description.get(language).to_owned(),
        article: citation(&purpose.article, language),
        special: purpose.special.as_deref().map(|code| citation(code, language)),
        statutes: purpose.statutes.iter().map(|code| citation(code, language)).collect(),
        persons: names(&purpose.persons, &policy.persons),
        sources: names(&purpose.sources, &policy.sources),
        data,
        disclosures: purpose
            .disclosures
            .iter()
            .map(|one| disclosure(policy, one, language))
            .collect(),
        others: purpose.others.as_ref().map(|text| text.get(language).to_owned()),
        retention: purpose.retention.iter().map(|rule| retention(policy, rule, language)).collect(),
        rights: purpose
            .rights()
            .iter()
            .map(|right| name(&policy.rights, right, language).to_owned())
            .collect(),
        automated: purpose.automated.as_ref().map(|text| text.get(language).to_owned()),
    }
}

fn field_names(policy: &Policy, fields: Vec<Field>, language: Language) -> Vec<String> {
    fields.into_iter().map(|field| policy.field_name(field, language).to_owned()).collect()
}

fn citation(code: &str, language: Language) -> Citation {
    let basis = legal_basis::find(code);
    Citation {
        code: code.to_owned(),
        text: basis.map_or_else(|| code.to_owned(), |basis| basis.cite(language)),
        title: basis.map_or("", |basis| basis.title).to_owned(),
    }
}

fn disclosure(policy: &Policy, one: &super::Disclosure, language: Language) -> ActivityDisclosure {
    ActivityDisclosure {
        recipient: one.recipient,
        recipient_name: policy.recipient_name(one.recipient, language).to_owned(),
        kinds: one
            .kinds
            .iter()
            .map(|kind| name(&policy.kinds, kind, language).to_owned())
            .collect(),
        when: one.when.clone(),
        consent_needed: one.when.contains(&When::Consented),
        routine: one.routine,
        statute: one.statute.as_deref().map(|code| citation(code, language)),
        restriction: name(&policy.restrictions, &one.restriction, language).to_owned(),
        fields: one.fields.iter().collect(),
        field_names: field_names(policy, one.fields.iter().collect(), language),
    }
}

fn retention(policy: &Policy, rule: &Retention, language: Language) -> ActivityRetention {
    let action = name(&policy.actions, &rule.action, language);
    let trigger = name(&policy.triggers, &rule.trigger, language);
    let at_latest = match language {
        Language::Bokmal => "senest",
        Language::Nynorsk => "seinast",
        Language::English => "no later than",
    };
    let line = match rule.period {
        None => format!("{action} {trigger}"),
        Some(period) if period.is_zero() => {
            format!("{action} {} {trigger}", period_in_words(period, language))
        }
        Some(period) => {
            format!("{action} {at_latest} {} {trigger}", period_in_words(period, language))
        }
    };
    ActivityRetention {
        id: rule.id.clone(),
        data: rule.data.get(language).to_owned(),
        period: rule.period,
        rule: line,
        exceptions: rule
            .exceptions
            .iter()
            .map(|one| name(&policy.exceptions, one, language).to_owned())
            .collect(),
    }
}

/// A period in words, for example `3 måneder`; `straks` for no time at all.
pub fn period_in_words(period: Period, language: Language) -> String {
    if period.is_zero() {
        return match language {
            Language::English => "at once",
            Language::Bokmal | Language::Nynorsk => "straks",
        }
        .to_owned();
    }
    let counts = [
        period.months() / 12,
        period.months() % 12,
        period.days(),
        period.seconds() / 3600,
        period.seconds() / 60 % 60,
        period.seconds() % 60,
    ];
    // One and several of each unit, in the order of the counts.
    let words = match language {
        Language::Bokmal => [
            ("år", "år"),
            ("måned", "måneder"),
            ("dag", "dager"),
            ("time", "timer"),
            ("minutt", "minutter"),
            ("sekund", "sekunder"),
        ],
        Language::Nynorsk => [
            ("år", "år"),
            ("månad", "månader"),
            ("dag", "dagar"),
            ("time", "timar"),
            ("minutt", "minutt"),
            ("sekund", "sekund"),
        ],
        Language::English => [
            ("year", "years"),
            ("month", "months"),
            ("day", "days"),
            ("hour", "hours"),
            ("minute", "minutes"),
            ("second", "seconds"),
        ],
    };
    let parts: Vec<String> = counts
        .into_iter()
        .zip(words)
        .filter(|(count, _)| *count > 0)
        .map(|(count, (one, several))| {
            format!("{count} {}", if count == 1 { one } else { several })
        })
        .collect();
    parts.join(" ")
}
