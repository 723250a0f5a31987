//! What a look-up answered, as the desk shows it: whom to call first, what it is, and where the code
//! and the register disagree. It shows only what the answer has, which the policy has cut.

use chrono::{DateTime, Utc};

use crate::{
    permit::wire::{ContactFacts, PermitRecord},
    rescue::{
        rules::alert_text::FoundKey,
        wire::{BeaconMatch, DecodedBeacon, EarlierAlert, LookUpAnswer, NoMatchReason},
    },
    values::{beacon_id::Protocol, language::Language, phone_number::PhoneNumber},
    web::texts::Words,
};

/// A confirmation older than this is marked.
const OLD_DAYS: i64 = 365;

/// A telephone number to call: for the link, and as people read it.
pub type Dial = (String, String);

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

/// One permit.
pub struct Card {
    /// Id, for the outcome.
    pub permit_id: String,
    /// It has not ended.
    pub live: bool,
    /// What is carried: `PLB`, `ELT LN-ABC`.
    pub title: String,
    /// Lost, stolen, suspended: what stands in red.
    pub alarms: Vec<String>,
    /// Other remarks.
    pub remarks: Vec<&'static str>,
    /// Whom to call, in order.
    pub calls: Vec<Call>,
    /// Craft, colour, persons.
    pub facts: Vec<(&'static str, String)>,
    /// When the data were last confirmed.
    pub confirmed: String,
    /// That is long ago.
    pub is_old: bool,
    /// What the code and the register say.
    pub rows: Vec<Row>,
    /// What they disagree about.
    pub differences: Vec<&'static str>,
    /// A code was compared.
    pub is_compared: bool,
    /// Alerts before.
    pub earlier: Earlier,
}

/// Somebody to call.
pub struct Call {
    /// Name.
    pub name: String,
    /// Who it is to the beacon.
    pub role: String,
    /// Language, availability, confirmation.
    pub about: Vec<String>,
    /// Numbers, the first first.
    pub phones: Vec<Dial>,
}

/// One thing that the code or the register says.
pub struct Row {
    /// What it is.
    pub label: &'static str,
    /// In the code.
    pub code: Option<String>,
    /// In the register.
    pub register: Option<String>,
    /// They disagree.
    pub differs: bool,
}

/// Alerts recorded before.
pub struct Earlier {
    /// How many were false.
    pub false_count: usize,
    /// Each with when and what it was.
    pub list: Vec<(String, &'static str)>,
}

impl Earlier {
    fn of(words: Words, alerts: &[EarlierAlert]) -> Self {
        Self {
            false_count: alerts.iter().filter(|alert| alert.outcome == "false").count(),
            list: alerts
                .iter()
                .map(|alert| (words.moment(alert.at), words.desk_outcome_of(&alert.outcome)))
                .collect(),
        }
    }
}

fn dial(number: &str) -> Dial {
    let shown = PhoneNumber::parse(number).map_or(number.to_owned(), PhoneNumber::grouped);
    (number.to_owned(), shown)
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
                let country = answer.foreign.as_ref().and_then(|whose| whose.country.as_deref());
                let text = country.map_or(words.desk_foreign().to_owned(), |country| {
                    format!("{}: {country}", words.desk_foreign())
                });
                (text, "accent")
            }
            Some(NoMatchReason::OtherRegister) => (words.desk_other().to_owned(), "accent"),
        };
        (self.headline, self.tone) = (headline, tone);
        if let Some(whose) = &answer.foreign {
            let country = whose.country.as_deref().unwrap_or(words.desk_foreign_unknown());
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

impl Card {
    fn of(words: Words, one: &BeaconMatch, answer: &LookUpAnswer) -> Self {
        let record = &one.record;
        let permit = record.permit.as_ref();
        let status = permit.and_then(|permit| permit.status.as_deref()).unwrap_or_default();
        let confirmed_at = permit.and_then(|permit| permit.confirmed_at);
        let (confirmed, is_old) = confirmed(words, confirmed_at, answer.answered_at);
        let codes: Vec<&str> = one.differences.iter().map(|note| note.code.as_str()).collect();
        Self {
            permit_id: one.permit_id.clone(),
            live: one.live,
            title: title(words, record),
            alarms: alarms(words, record, status, one.live),
            remarks: remarks(words, one),
            calls: calls(words, record, answer.answered_at, one.live),
            facts: facts(words, record),
            confirmed,
            is_old,
            rows: rows(words, answer.decoded.as_ref(), Some(record), &codes),
            differences: codes.iter().map(|code| words.desk_difference(code)).collect(),
            is_compared: answer.decoded.is_some() && one.live,
            earlier: Earlier::of(words, &one.earlier_alerts),
        }
    }
}

fn confirmed(words: Words, at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> (String, bool) {
    let Some(at) = at else { return (words.desk_never().to_owned(), true) };
    let days = (now - at).num_days();
    (words.desk_days_ago(words.moment(at), days), days > OLD_DAYS)
}

fn title(words: Words, record: &PermitRecord) -> String {
    let kind = match record.permit.as_ref().and_then(|permit| permit.kind.as_deref()) {
        Some("aircraft") => "ELT",
        _ => "PLB",
    };
    let craft = record.aircraft.as_ref().and_then(|aircraft| aircraft.registration.clone());
    let craft = craft.or_else(|| record.beacon.as_ref().and_then(|beacon| beacon.craft.clone()));
    let sign = record.call_sign.as_ref().map(|sign| format!("{} {sign}", words.desk_call_sign()));
    [Some(kind.to_owned()), craft, sign].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn alarms(words: Words, record: &PermitRecord, status: &str, live: bool) -> Vec<String> {
    let beacon = record.beacon.as_ref();
    let condition = beacon.and_then(|beacon| beacon.condition.as_deref()).map(|condition| {
        let what = match condition {
            "lost" => words.desk_lost(),
            "stolen" => words.desk_stolen(),
            "sold" => words.desk_sold(),
            _ => words.desk_destroyed(),
        };
        let when = beacon.and_then(|beacon| beacon.condition_reported_at);
        let note = beacon.and_then(|beacon| beacon.condition_note.clone());
        let when = when.map(|at| words.moment(at));
        [Some(what.to_owned()), when, note].into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    let state = match status {
        "suspended" => Some(words.desk_suspended()),
        "awaitingProgramming" => Some(words.desk_waiting()),
        _ if !live => Some(words.desk_former()),
        _ => None,
    };
    condition.into_iter().chain(state.map(str::to_owned)).collect()
}

fn remarks(words: Words, one: &BeaconMatch) -> Vec<&'static str> {
    use crate::rescue::wire::MatchedBy;
    let how = match one.matched {
        MatchedBy::SgbPrefix => Some(words.desk_by_prefix()),
        _ if !one.differences.is_empty()
            && !matches!(one.matched, MatchedBy::Exact | MatchedBy::Canonicalised) =>
        {
            Some(words.desk_by_name())
        }
        _ => None,
    };
    let restricted = one.restricted.then(|| words.desk_restricted());
    let incomplete = one.incomplete.then(|| words.desk_incomplete());
    [how, restricted, incomplete].into_iter().flatten().collect()
}

/// The holder first, who often has the beacon on them or knows where it is; then the contacts.
fn calls(words: Words, record: &PermitRecord, now: DateTime<Utc>, live: bool) -> Vec<Call> {
    let holder = record.holder.as_ref().map(|one| (&one.name, &one.phone, &one.language));
    let organisation = record.organisation.as_ref();
    let holder = holder.or(organisation.map(|one| (&one.name, &one.phone, &one.language)));
    let holder = holder.map(|(name, phone, language)| Call {
        name: name.clone().unwrap_or_default(),
        role: if live { words.desk_holder() } else { words.desk_last_holder() }.to_owned(),
        about: speaks(words, language.as_deref()).into_iter().collect(),
        phones: phone.iter().map(|phone| dial(phone)).collect(),
    });
    let contacts =
        record.contacts.iter().flatten().map(|contact| contact_call(words, contact, now));
    holder.into_iter().chain(contacts).filter(|call| !call.phones.is_empty()).collect()
}

fn speaks(words: Words, language: Option<&str>) -> Option<String> {
    let language = Language::parse(language?).ok()?;
    // everybody at the desk speaks the two Norwegian ones
    (language == Language::English).then(|| words.desk_speaks(language.name()))
}

fn contact_call(words: Words, contact: &ContactFacts, now: DateTime<Utc>) -> Call {
    let role = match &contact.relation {
        Some(relation) => format!("{}, {relation}", words.desk_contact()),
        None => words.desk_contact().to_owned(),
    };
    let confirmed = contact.confirmation.map(|at| {
        let (text, _) = confirmed(words, Some(at), now);
        format!("{} {text}", words.desk_confirmed().to_lowercase())
    });
    Call {
        name: contact.name.clone().unwrap_or_default(),
        role,
        about: [
            speaks(words, contact.language.as_deref()),
            contact.availability.clone(),
            confirmed,
        ]
        .into_iter()
        .flatten()
        .collect(),
        phones: contact.phone.iter().flatten().map(|phone| dial(phone)).collect(),
    }
}

fn facts(words: Words, record: &PermitRecord) -> Vec<(&'static str, String)> {
    let beacon = record.beacon.as_ref();
    let aircraft = record.aircraft.as_ref();
    let of_beacon =
        |get: fn(&crate::permit::wire::BeaconFacts) -> Option<String>| beacon.and_then(get);
    let of_aircraft =
        |get: fn(&crate::permit::wire::AircraftFacts) -> Option<String>| aircraft.and_then(get);
    let persons = of_beacon(|one| one.persons_on_board.map(|count| count.to_string()))
        .or(of_aircraft(|one| one.persons_on_board.map(|count| count.to_string())));
    let maker = of_beacon(|one| {
        let parts: Vec<String> =
            [one.manufacturer.clone(), one.model.clone()].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    });
    [
        (words.desk_use(), of_beacon(|one| one.usage.clone())),
        (
            words.desk_craft(),
            of_aircraft(|one| one.aircraft_type.clone()).or(of_beacon(|one| one.craft.clone())),
        ),
        (
            words.desk_colour(),
            of_aircraft(|one| one.colour.clone()).or(of_beacon(|one| one.colour.clone())),
        ),
        (words.desk_persons(), persons),
        (words.desk_home(), of_aircraft(|one| one.home_base.clone())),
        (words.desk_notes(), of_beacon(|one| one.notes.clone())),
        (words.desk_beacon(), maker),
        (words.desk_permit(), record.permit.as_ref().and_then(|permit| permit.number.clone())),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label, value?)))
    .collect()
}

/// The code beside the register. `differing` are the codes of what they disagree about.
fn rows(
    words: Words,
    decoded: Option<&DecodedBeacon>,
    record: Option<&PermitRecord>,
    differing: &[&str],
) -> Vec<Row> {
    let said = |label: &str| {
        decoded?.facts.iter().find(|fact| fact.label == label).map(|fact| fact.value.clone())
    };
    let beacon = record.and_then(|record| record.beacon.as_ref());
    let aircraft = record.and_then(|record| record.aircraft.as_ref());
    let kind = record.and_then(|record| record.permit.as_ref()?.kind.as_deref());
    let class = kind.map(|kind| if kind == "aircraft" { "ELT" } else { "PLB" }.to_owned());
    let protocol = beacon.and_then(|one| one.protocol.clone()).map(|code| {
        let read: Option<Protocol> = serde_json::from_value(code.clone().into()).ok();
        read.map_or(code, |protocol| protocol.to_string())
    });
    let position = said("Position").filter(|text| text.contains(','));
    [
        (
            "beacon-id",
            words.desk_code(),
            decoded.map(|d| d.beacon_id.clone()),
            beacon.and_then(|b| b.id.clone()),
        ),
        (
            "country",
            words.desk_country(),
            said("Country"),
            beacon.and_then(|b| b.country).map(|c| c.to_string()),
        ),
        ("class", words.desk_type(), said("Beacon"), class),
        ("protocol", words.desk_protocol(), said("Protocol"), protocol),
        (
            "type-approval",
            words.desk_approval(),
            said("Type approval"),
            beacon.and_then(|b| b.type_approval).map(|n| n.to_string()),
        ),
        (
            "serial",
            words.desk_serial(),
            said("Serial number"),
            beacon.and_then(|b| b.serial).map(|n| n.to_string()),
        ),
        (
            "call-sign",
            words.desk_call_sign(),
            said("Call sign"),
            record.and_then(|r| r.call_sign.clone()),
        ),
        (
            "registration",
            words.desk_registration(),
            said("Aircraft registration"),
            aircraft.and_then(|a| a.registration.clone()),
        ),
        (
            "address",
            words.desk_address(),
            said("Aircraft address"),
            aircraft.and_then(|a| a.address.clone()),
        ),
        (
            "operator",
            words.desk_operator(),
            said("Operator"),
            aircraft.and_then(|a| a.operator.clone()),
        ),
        ("", words.desk_mmsi(), said("MMSI").or_else(|| said("MMSI, last six digits")), None),
        ("", words.desk_homing(), said("Homing"), None),
        ("", words.desk_position(), position, None),
    ]
    .into_iter()
    .filter(|(_, _, code, register)| code.is_some() || register.is_some())
    .map(|(name, label, code, register)| Row {
        label,
        code,
        register,
        differs: differing.contains(&name),
    })
    .collect()
}
