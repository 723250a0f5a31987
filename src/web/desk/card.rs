//! One permit in the answer of the rescue desk: whom to call first, what it is, and where the code and the register
//! disagree. It shows only what the answer has, which the policy has cut.

use chrono::{DateTime, Utc};

use crate::{
    permit::wire::{ContactFacts, PermitRecord},
    rescue::wire::{BeaconMatch, DecodedBeacon, EarlierAlert, LookUpAnswer},
    values::{
        calendar::oslo_date, language::Language, phone_number::PhoneNumber, reminder::Reminder,
    },
    web::texts::Words,
};

/// A telephone number to call: for the link, and as people read it.
pub type Dial = (String, String);

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
    /// Of the alerts of a key or a permit.
    pub fn of(words: Words, alerts: &[EarlierAlert]) -> Self {
        Self {
            false_count: alerts.iter().filter(|alert| alert.outcome == "false").count(),
            list: alerts
                .iter()
                .map(|alert| (words.moment(alert.at), words.desk_outcome_of(&alert.outcome)))
                .collect(),
        }
    }
}

/// A number to be called, and as people read it.
pub fn dial(number: &str) -> Dial {
    let shown = PhoneNumber::parse(number).map_or(number.to_owned(), PhoneNumber::grouped);
    (number.to_owned(), shown)
}

impl Card {
    /// Of a permit that was found.
    pub fn of(words: Words, one: &BeaconMatch, answer: &LookUpAnswer) -> Self {
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
    let most = Reminder::ConfirmationDue.days(oslo_date(now));
    (words.desk_days_ago(words.moment(at), days), most.is_some_and(|most| days > most))
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
pub fn rows(
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
    let protocol = |code: Option<&str>| code.map(|code| words.desk_protocol_of(code));
    let homing = decoded.and_then(|d| d.homing.as_deref());
    let position = decoded.and_then(|d| d.position.as_ref());
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
            decoded.map(|d| words.desk_country_of(d)),
            beacon.and_then(|b| b.country).map(|c| c.to_string()),
        ),
        ("class", words.desk_type(), said("Beacon"), class),
        (
            "protocol",
            words.desk_protocol(),
            protocol(decoded.and_then(|d| d.protocol.as_deref())),
            protocol(beacon.and_then(|b| b.protocol.as_deref())),
        ),
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
        ("", words.desk_homing(), homing.map(|code| words.desk_homing_of(code)), None),
        ("", words.desk_position(), position.map(|place| words.desk_position_of(place)), None),
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
