//! What a look-up answered, as the desk shows it: whom to call first, what it is, and where the code
//! and the register disagree. It shows only what the answer has, which the policy has cut.

use super::card::{Call, Card, Earlier, Row, dial, rows};
use crate::{
    rescue::{
        rules::alert_text::FoundKey,
        wire::{DecodedBeacon, ForeignKey, LookUpAnswer, NoMatchReason},
    },
    web::texts::Words,
};

/// The answer for one key.
pub struct Shown {
    /// The key as it was understood.
    pub key: String,
    /// In one word or two: registered, not registered, foreign.
    pub headline: String,
    /// Colour of the headline: `ok`, `warn`, `danger`, `accent`.
    pub tone: &'static str,
    /// What to do when there is no match.
    pub advice: Option<String>,
    /// A register or a last holder to call then.
    pub advice_calls: Vec<Call>,
    /// What should be known about the code.
    pub notes: Vec<&'static str>,
    /// The permits, live ones first.
    pub matches: Vec<Card>,
    /// What the code says, where there is no match to compare it with.
    pub rows: Vec<Row>,
    /// Alerts before, where there is no match.
    pub earlier: Option<Earlier>,
    /// The data come from a copy, and how old they are.
    pub copy_age: Option<String>,
    /// When it was answered.
    pub answered: String,
}

impl Shown {
    /// The answer to a key, in words.
    pub fn of(words: Words, found: Option<&FoundKey>, answer: &LookUpAnswer) -> Self {
        let decoded = answer.decoded.as_ref();
        let mut shown = Self {
            key: answer.key.clone(),
            headline: String::new(),
            tone: "ok",
            advice: None,
            advice_calls: Vec::new(),
            notes: notes(words, found, decoded),
            matches: answer.matches.iter().map(|one| Card::of(words, one, answer)).collect(),
            rows: Vec::new(),
            earlier: answer.earlier_alerts.as_ref().map(|alerts| Earlier::of(words, alerts)),
            copy_age: (answer.data_age > 0).then(|| age(words, answer.data_age)),
            answered: words.moment(answer.answered_at),
        };
        if shown.matches.is_empty() {
            shown.rows = decoded.map(|code| rows(words, Some(code), None, &[])).unwrap_or_default();
        }
        shown.say(words, answer);
        shown
    }

    fn say(&mut self, words: Words, answer: &LookUpAnswer) {
        let (headline, tone) = match answer.reason {
            None => {
                let live = answer.matches.iter().filter(|one| one.live).count();
                let text = if live > 1 {
                    words.desk_matches(live)
                } else {
                    words.desk_registered().to_owned()
                };
                (text, "ok")
            }
            Some(NoMatchReason::Unknown) => (words.desk_unknown().to_owned(), "warn"),
            Some(NoMatchReason::Ended) => (words.desk_ended().to_owned(), "warn"),
            Some(NoMatchReason::Foreign) => {
                let country = answer.foreign.as_ref().and_then(|whose| country_of(words, whose));
                let text = country.map_or(words.desk_foreign().to_owned(), |country| {
                    format!("{}: {country}", words.desk_foreign())
                });
                (text, "accent")
            }
            Some(NoMatchReason::OtherRegister) => (words.desk_other().to_owned(), "accent"),
        };
        (self.headline, self.tone) = (headline, tone);
        if let Some(whose) = &answer.foreign {
            let country = country_of(words, whose).unwrap_or(words.desk_foreign_unknown());
            self.advice = Some(words.desk_foreign_text(country));
        } else if let Some(other) = &answer.other_register {
            self.advice = Some(words.desk_other_text(&other.register));
            self.advice_calls.push(Call {
                name: other.register.clone(),
                role: String::new(),
                about: Vec::new(),
                phones: vec![dial(&other.telephone)],
            });
        } else if let Some(ended) = &answer.ended {
            let (status, when) = (words.desk_ending(&ended.status), words.moment(ended.at));
            let why = words.desk_end_reason(&ended.why);
            self.advice = Some(words.desk_ended_text(status, when, why));
            self.advice_calls.push(Call {
                name: ended.last_holder.name.clone().unwrap_or_default(),
                role: words.desk_last_holder().to_owned(),
                about: vec![ended.number.clone()],
                phones: ended.last_holder.telephone.iter().map(|phone| dial(phone)).collect(),
            });
        } else if answer.reason == Some(NoMatchReason::Unknown) {
            self.advice = Some(words.desk_unknown_text().to_owned());
        }
    }
}

fn age(words: Words, seconds: i64) -> String {
    let minutes = (seconds + 59) / 60;
    if minutes < 120 { words.desk_minutes(minutes) } else { words.desk_hours(minutes / 60) }
}

fn notes(
    words: Words,
    found: Option<&FoundKey>,
    decoded: Option<&DecodedBeacon>,
) -> Vec<&'static str> {
    let self_test = found.is_some_and(|found| found.self_test).then(|| words.desk_self_test());
    let warnings = decoded.iter().flat_map(|code| &code.warnings);
    self_test.into_iter().chain(warnings.map(|note| words.desk_warning(&note.code))).collect()
}

/// Whose a foreign key is, in the reader's language.
fn country_of(words: Words, whose: &ForeignKey) -> Option<&str> {
    let mid = whose.mid.and_then(|mid| u16::try_from(mid).ok());
    mid.and_then(|mid| words.country_of_mid(mid)).or(whose.country.as_deref())
}
