//! The disclosure policy: the privacy statement as data (`policy.toml`), read once and enforced.
//! It says for every purpose why data are held, about whom, who gets which fields and when they are erased.
//! It must not decide anything the file does not say, and must not know a database, a clock or a web request.

mod check;
mod field;
mod record;
mod terms;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::OnceLock};

use chrono::NaiveDate;
use serde::Deserialize;

pub use check::check;
pub use field::Field;
pub use record::{
    Activity, ActivityDisclosure, ActivityRetention, Citation, Right, period_in_words,
    record_of_processing,
};
pub use terms::{Action, Exception, HolderType, Kind, Recipient, Restriction, Trigger, When};

use crate::values::{calendar::Period, language::Language};

/// A text in bokmål, nynorsk and English (språklova §§ 13 and 14 ask for both Norwegian forms).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub nb: String,
    pub nn: String,
    pub en: String,
}

impl Text {
    /// The text in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Bokmal => &self.nb,
            Language::Nynorsk => &self.nn,
            Language::English => &self.en,
        }
    }
}

/// The fields one recipient gets for one purpose. Only a set that came out of the policy file can exist.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<Field>")]
pub struct FieldSet {
    /// Filled in by [`Policy::parse`]; a set stands inside its purpose and does not repeat the name.
    purpose: String,
    list: Vec<Field>,
    /// One answer per field, so that a record of the public register is cut in a few nanoseconds.
    contained: [bool; Field::COUNT],
}

impl From<Vec<Field>> for FieldSet {
    fn from(list: Vec<Field>) -> Self {
        let mut contained = [false; Field::COUNT];
        for field in &list {
            contained[*field as usize] = true;
        }
        Self { purpose: String::new(), list, contained }
    }
}

impl FieldSet {
    /// Whether the recipient gets this field.
    pub fn contains(&self, field: Field) -> bool {
        self.contained[field as usize]
    }

    /// The purpose the fields are given for, to be written in the disclosure log.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// The fields in the order of the policy file.
    pub fn iter(&self) -> impl Iterator<Item = Field> + '_ {
        self.list.iter().copied()
    }
}

/// What one recipient gets, as the policy file says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Disclosure {
    pub recipient: Recipient,
    /// The permit kinds it holds for; none when the records are not permits (journal, log, case).
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Only for holders of this type; for all holders when absent.
    pub holder: Option<HolderType>,
    /// The situations it holds in; [`When::Consented`] where a live consent is the ground (GDPR Article 6(1)(a)).
    #[serde(default = "live")]
    pub when: Vec<When>,
    /// The statute that makes personal fields public, as a legal basis code.
    pub statute: Option<String>,
    /// What a restriction of processing does (GDPR Article 18).
    pub restriction: Restriction,
    /// Whether the recipient gets the data without asking.
    #[serde(default)]
    pub routine: bool,
    pub fields: FieldSet,
}

fn live() -> Vec<When> {
    vec![When::Live]
}

impl Disclosure {
    fn applies_to(&self, kind: Kind, recipient: Recipient, holder: HolderType, when: When) -> bool {
        self.recipient == recipient
            && self.when.contains(&when)
            && self.kinds.contains(&kind)
            && self.holder.is_none_or(|only| only == holder)
    }
}

/// How long data are kept and what happens then.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Retention {
    /// Stable kebab-case name of the rule, used by the retention job and its log.
    pub id: String,
    /// What is kept, in words.
    pub data: Text,
    pub trigger: Trigger,
    /// Counted from the trigger; absent where no end is set (archives, or "as long as needed").
    pub period: Option<Period>,
    pub action: Action,
    #[serde(default)]
    pub exceptions: Vec<Exception>,
    /// The rules of the source statements this one carries out, by number.
    #[serde(default)]
    pub statement: Vec<String>,
}

impl Retention {
    /// The day the action falls due, or `None` when the rule sets no period.
    pub fn due(&self, trigger: NaiveDate) -> Option<NaiveDate> {
        self.period.map(|period| period.add_to(trigger))
    }
}

/// One purpose of processing personal data (GDPR Articles 5(1)(b) and 30(1)(b)).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Purpose {
    /// Stable kebab-case name, used in consents, logs and addresses.
    pub id: String,
    /// Whether this registry carries the processing out; otherwise the statement lists it for completeness.
    #[serde(default = "yes")]
    pub in_registry: bool,
    pub title: Text,
    pub description: Text,
    /// The one ground in GDPR Article 6(1), as a legal basis code.
    pub article: String,
    /// Ground for special categories (GDPR Article 9(2)), where such data may occur.
    pub special: Option<String>,
    /// National statutes and other provisions, as legal basis codes.
    #[serde(default)]
    pub statutes: Vec<String>,
    /// Persons concerned, keys of `[persons]`.
    pub persons: Vec<String>,
    /// Where the data come from, keys of `[sources]` (GDPR Article 14(2)(f)).
    pub sources: Vec<String>,
    /// The fields held for the purpose; none when it only hands out what another purpose holds.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// The data in words, for purposes outside the registry.
    pub data: Option<Text>,
    /// Recipients in words, for purposes outside the registry and parties that get no records from here.
    pub others: Option<Text>,
    #[serde(default, rename = "disclosure")]
    pub disclosures: Vec<Disclosure>,
    #[serde(default)]
    pub retention: Vec<Retention>,
    /// Where decisions are made without a person: how, and how to have a person look at it (GDPR Article 22).
    pub automated: Option<Text>,
    /// Systems and parties of the source statements this purpose answers for, by number.
    #[serde(default)]
    pub statement: Vec<String>,
}

fn yes() -> bool {
    true
}

impl Purpose {
    /// Whether the purpose rests on consent (GDPR Article 6(1)(a)).
    pub fn rests_on_consent(&self) -> bool {
        self.article == "gdpr-6-1-a"
    }
}

/// The whole policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Policy {
    /// Version of the text, stored with every application and consent (the day it took effect).
    pub version: NaiveDate,
    /// Transfers out of the EEA (GDPR Article 30(1)(e)).
    pub transfers: Text,
    /// Technical and organisational security measures in general (GDPR Article 30(1)(g)).
    pub security: Text,
    #[serde(rename = "purpose")]
    pub purposes: Vec<Purpose>,
    persons: BTreeMap<String, Text>,
    sources: BTreeMap<String, Text>,
    recipients: BTreeMap<Recipient, Text>,
    fields: BTreeMap<Field, Text>,
    triggers: BTreeMap<Trigger, Text>,
    actions: BTreeMap<Action, Text>,
    exceptions: BTreeMap<Exception, Text>,
    restrictions: BTreeMap<Restriction, Text>,
    rights: BTreeMap<Right, Text>,
    kinds: BTreeMap<Kind, Text>,
}

impl Policy {
    /// The policy in force, parsed once per process.
    ///
    /// # Panics
    /// Never in a build whose tests pass: the file is part of the program and a test parses and checks it.
    pub fn load() -> &'static Self {
        static POLICY: OnceLock<Policy> = OnceLock::new();
        POLICY.get_or_init(|| {
            Self::parse(include_str!("policy.toml"))
                .expect("policy.toml is embedded and a test parses it")
        })
    }

    /// Reads a policy file. Unknown keys, fields, recipients and periods are errors; what only a look across the file
    /// can tell is left to [`check`].
    ///
    /// # Errors
    /// Where and why the text is not a policy.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let mut policy: Self = toml::from_str(text)?;
        for purpose in &mut policy.purposes {
            for disclosure in &mut purpose.disclosures {
                disclosure.fields.purpose.clone_from(&purpose.id);
            }
        }
        Ok(policy)
    }

    /// The fields a recipient gets of a permit of this kind, held by a holder of this type, in this situation.
    /// `None` means nothing at all. Fields for [`When::Consented`] come on top of those for [`When::Live`].
    pub fn fields(
        &self,
        kind: Kind,
        recipient: Recipient,
        holder: HolderType,
        when: When,
    ) -> Option<&FieldSet> {
        self.disclosure(kind, recipient, holder, when).map(|disclosure| &disclosure.fields)
    }

    /// The same as [`Policy::fields`], with the statute, the effect of a restriction and whether it is routine.
    pub fn disclosure(
        &self,
        kind: Kind,
        recipient: Recipient,
        holder: HolderType,
        when: When,
    ) -> Option<&Disclosure> {
        self.purposes
            .iter()
            .flat_map(|purpose| &purpose.disclosures)
            .find(|disclosure| disclosure.applies_to(kind, recipient, holder, when))
    }

    /// The fields a recipient gets of records that are not permits: the journal, a log, a case, an invoice.
    pub fn record_fields(&self, purpose: &str, recipient: Recipient) -> Option<&FieldSet> {
        self.purpose(purpose)?
            .disclosures
            .iter()
            .find(|disclosure| disclosure.recipient == recipient && disclosure.kinds.is_empty())
            .map(|disclosure| &disclosure.fields)
    }

    /// One purpose by its id.
    pub fn purpose(&self, id: &str) -> Option<&Purpose> {
        self.purposes.iter().find(|purpose| purpose.id == id)
    }

    /// The purposes a person can consent to in this registry.
    pub fn consent_purposes(&self) -> impl Iterator<Item = &Purpose> {
        self.purposes.iter().filter(|purpose| purpose.in_registry && purpose.rests_on_consent())
    }

    /// The retention rules this registry carries out, with their purpose.
    pub fn retention(&self) -> impl Iterator<Item = (&Purpose, &Retention)> {
        self.purposes
            .iter()
            .filter(|purpose| purpose.in_registry)
            .flat_map(|purpose| purpose.retention.iter().map(move |rule| (purpose, rule)))
    }

    /// One retention rule of this registry by its id.
    pub fn retention_rule(&self, id: &str) -> Option<&Retention> {
        self.retention().map(|(_, rule)| rule).find(|rule| rule.id == id)
    }

    /// The name of a recipient for people.
    pub fn recipient_name(&self, recipient: Recipient, language: Language) -> &str {
        name(&self.recipients, &recipient, language)
    }

    /// The name of a kind of permit for people, in the middle of a sentence.
    pub fn kind_name(&self, kind: Kind, language: Language) -> &str {
        name(&self.kinds, &kind, language)
    }

    /// The name of a field for people.
    pub fn field_name(&self, field: Field, language: Language) -> &str {
        name(&self.fields, &field, language)
    }
}

/// The label of a value; `check` is tested to find a label for every value, so the empty text never shows.
fn name<'a, K: Ord>(labels: &'a BTreeMap<K, Text>, key: &K, language: Language) -> &'a str {
    labels.get(key).map_or("", |text| text.get(language))
}
