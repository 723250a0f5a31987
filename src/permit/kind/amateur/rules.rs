//! Decisions about amateur licences and stations on given facts.

pub mod certificate;

use chrono::{Datelike as _, NaiveDate};
use serde_json::{Map, Value, json};

use super::model::{AmateurDetails, LicenceClass, Station};
use crate::{
    permit::kind::{Assessment, Facts, FeeItem, Reason},
    values::{
        call_sign_series::{self, Terms, ValidityRule},
        validity::Validity,
    },
};

/// Code of the finding that no live licence stands behind the responsible licensee.
pub const RESPONSIBLE: &str = "responsible-licensee";

/// Whether the application can be filed. An examination of at least the class applied for opens a
/// first licence, and nothing else does; who has held a licence of that class has passed it, and it does not
/// lapse (FOR-2026-03-23-465 § 4). Who has a call sign by the old list takes it over instead.
///
/// # Errors
/// What is missing.
pub fn admit(details: &AmateurDetails, facts: &Facts) -> Result<(), Reason> {
    if let Some(held) = &facts.amends {
        return amends(details, held);
    }
    if details.new_sign {
        return Err(Reason::new("no-sign-to-change"));
    }
    holder_fits(details, facts)?;
    if let Some(finding) = facts.findings.iter().find(|finding| finding.code == RESPONSIBLE) {
        return Err(finding.clone());
    }
    guardian_fits(details, facts)?;
    if details.keeps_sign {
        return kept_fits(facts);
    }
    match details.station {
        Station::Personal => examined(details, facts),
        Station::Contest => may_contest(facts),
        Station::Event if details.event.as_ref().is_some_and(|e| e.days.has_ended(facts.today)) => {
            Err(Reason::new("event-over"))
        }
        _ => Ok(()),
    }
}

/// The call sign identifies class and station (FOR-2026-03-23-465 § 4), so an amendment keeps both. Another call sign is given
/// for a personal licence only: the others are wished for, with a new application.
fn amends(details: &AmateurDetails, held: &Value) -> Result<(), Reason> {
    let same = serde_json::from_value::<AmateurDetails>(held.clone())
        .is_ok_and(|held| held.class == details.class && held.station == details.station);
    if !same {
        return Err(Reason::new("another-licence"));
    }
    if details.new_sign && details.station != Station::Personal {
        return Err(Reason::new("sign-not-changed"));
    }
    Ok(())
}

fn holder_fits(details: &AmateurDetails, facts: &Facts) -> Result<(), Reason> {
    match (details.station.is_of_person(), facts.applicant_is_person) {
        (true, false) => Err(Reason::new("persons-only/sign")),
        (false, true) => Err(Reason::new("associations-only")),
        _ => Ok(()),
    }
}

fn guardian_fits(details: &AmateurDetails, facts: &Facts) -> Result<(), Reason> {
    if !facts.applicant_is_minor {
        return Ok(());
    }
    match details.guardian_consents {
        None => Err(Reason::new("guardian")),
        Some(false) if details.published => Err(Reason::new("guardian-publication")),
        Some(_) => Ok(()),
    }
}

fn kept_fits(facts: &Facts) -> Result<(), Reason> {
    if facts.call_sign_legacy { Ok(()) } else { Err(Reason::new("not-on-the-old-list")) }
}

fn examined(details: &AmateurDetails, facts: &Facts) -> Result<(), Reason> {
    let passed = facts.exam.as_deref().and_then(LicenceClass::from_code);
    let held =
        read(&facts.held_before).into_iter().filter(|held| held.station == Station::Personal);
    match held.filter_map(|held| held.class).chain(passed).max() {
        Some(proven) if Some(proven) >= details.class => Ok(()),
        Some(_) => Err(Reason::new("examination-class")),
        None => Err(Reason::new("no-examination")),
    }
}

fn may_contest(facts: &Facts) -> Result<(), Reason> {
    holds_for_contest(&held(facts))
}

/// Whether somebody with these live amateur permits may be given a contest call sign: who has a licence, and no such sign.
///
/// # Errors
/// What is missing, or in the way.
pub fn holds_for_contest(held: &[AmateurDetails]) -> Result<(), Reason> {
    if !held.iter().any(|held| held.station == Station::Personal) {
        return Err(Reason::new("no-licence"));
    }
    if held.iter().any(|held| held.station == Station::Contest) {
        return Err(Reason::new("contest-sign-held"));
    }
    Ok(())
}

/// The applicant's live amateur permits.
fn held(facts: &Facts) -> Vec<AmateurDetails> {
    read(&facts.held)
}

fn read(permits: &[Value]) -> Vec<AmateurDetails> {
    permits.iter().filter_map(|held| serde_json::from_value(held.clone()).ok()).collect()
}

/// What the rules say. A first licence of an adult, a change from the limited to the full class, a
/// contest call sign that nobody else wishes for and its renewal leave nothing to judge.
pub fn assess(details: &AmateurDetails, facts: &Facts) -> Assessment {
    let mut reasons: Vec<Reason> = facts.findings.clone();
    if facts.applicant_is_minor {
        reasons.push(Reason::new("minor"));
    }
    match &facts.amends {
        Some(held) => {
            reasons.extend(amends(details, held).err());
            // whether a combination is unfortunate, or hard to say, nobody can reckon
            reasons.extend(details.new_sign.then(|| Reason::new("call-sign-change")));
        }
        None if details.keeps_sign => reasons.push(Reason::new("legacy-sign")),
        None => {}
    }
    reasons.extend(of_station(details, facts));
    // who amends or renews a permit has its call sign, whatever was wished for once
    if details.station.is_chosen() && !details.keeps_sign && facts.amends.is_none() {
        reasons.extend(of_wishes(facts));
    }
    if reasons.is_empty() { Assessment::Grant } else { Assessment::NeedsCaseworker(reasons) }
}

fn of_station(details: &AmateurDetails, facts: &Facts) -> Option<Reason> {
    match details.station {
        Station::Personal => {
            let held = held(facts);
            let replaced = |held: &AmateurDetails| replaces(details, held);
            let other = held.iter().any(|h| h.station == Station::Personal && !replaced(h));
            let series = call_sign_series::current(details.series(), facts.today);
            let has_sign = details.keeps_sign || facts.amends.is_some();
            let has_sign = has_sign && !details.new_sign;
            if other {
                Some(Reason::new("licence-held"))
            } else if !has_sign && !series.is_open(facts.today) {
                Some(Reason::new("series-not-open"))
            } else {
                None
            }
        }
        // it may be long ago that it was filed, and whoever renews has been judged
        Station::Contest if facts.amends.is_some() || details.keeps_sign => None,
        Station::Contest => may_contest(facts).err(),
        Station::Morokulien => Some(Reason::new("morokulien")),
        Station::Event => Some(Reason::new("occasion")),
        Station::Club | Station::Repeater | Station::Beacon => Some(Reason::new("association")),
    }
}

fn of_wishes(facts: &Facts) -> Option<Reason> {
    if facts.wishes_free.is_empty() {
        return Some(Reason::new("no-wish-free"));
    }
    facts.wish_contested.then(|| Reason::new("contested"))
}

/// Whether a permit rests on another of the same holder: a contest call sign is that of a licensed
/// amateur (FOR-2026-03-23-465 § 3 and § 4), and ends with the licence.
pub fn rests_on(details: &AmateurDetails, other: &AmateurDetails) -> bool {
    details.station == Station::Contest && other.station == Station::Personal
}

/// Whether a station holds only as long as its responsible licensee does: an unmanned one. A club has
/// its call sign for its ten years.
pub fn needs_responsible(details: &AmateurDetails, today: NaiveDate) -> bool {
    let terms = terms(details, today);
    details.responsible.is_some() && terms.validity_rule == ValidityRule::ResponsibleLicensee
}

fn terms(details: &AmateurDetails, day: NaiveDate) -> &'static Terms {
    call_sign_series::current(details.series(), day).terms(day)
}

/// Whether a live permit of the same holder ends when this one is issued: the licence of the full
/// class takes the place of that of the limited one.
pub fn replaces(new: &AmateurDetails, held: &AmateurDetails) -> bool {
    new.station == Station::Personal
        && held.station == Station::Personal
        && new.class == Some(LicenceClass::Full)
        && held.class == Some(LicenceClass::Limited)
}

/// The days a permit holds that is granted on `today`, by the rule of its series.
pub fn validity(details: &AmateurDetails, today: NaiveDate) -> Validity {
    let terms = terms(details, today);
    match terms.validity_rule {
        ValidityRule::Lifetime | ValidityRule::ResponsibleLicensee | ValidityRule::None => {
            Validity::open(today)
        }
        ValidityRule::FromAssignment => {
            ending(today, terms.validity_period.map(|period| period.add_to(today)))
        }
        ValidityRule::ApplicationYearEndPlus => {
            ending(today, after_year(terms, details.applied_on.unwrap_or(today)))
        }
        ValidityRule::Event => details.event.as_ref().map_or_else(
            || Validity::open(today),
            // granted after its days it has ended already, as asked for
            |event| {
                let from = event.days.from().max(today);
                Validity::new(from, event.days.until()).unwrap_or(event.days)
            },
        ),
    }
}

/// However often a permit is amended, the days of a contest call sign count from the year it was first applied
/// for, and what came by the old list is not charged for.
pub fn amended(before: &AmateurDetails, asked: AmateurDetails) -> AmateurDetails {
    if asked.station != before.station {
        return asked;
    }
    AmateurDetails { applied_on: before.applied_on, keeps_sign: before.keeps_sign, ..asked }
}

fn ending(from: NaiveDate, until: Option<NaiveDate>) -> Validity {
    Validity::new(from, until).unwrap_or_else(|_| Validity::open(from))
}

/// The day after the period of the series, counted from the end of the year of `day`.
fn after_year(terms: &Terms, day: NaiveDate) -> Option<NaiveDate> {
    let year_end = NaiveDate::from_ymd_opt(day.year() + 1, 1, 1)?;
    terms.validity_period.map(|period| period.add_to(year_end))
}

/// The end of a permit that is renewed on `today`.
///
/// # Errors
/// Why it cannot be renewed.
pub fn renewed_until(
    details: &AmateurDetails,
    validity: Validity,
    today: NaiveDate,
) -> Result<NaiveDate, Reason> {
    let terms = terms(details, today);
    let Some(until) = validity.until().filter(|_| terms.renewable) else {
        return Err(Reason::new("not-renewable/amateur"));
    };
    if validity.has_ended(today) {
        return Err(Reason::new("ended/amateur"));
    }
    let renewed = match terms.validity_rule {
        ValidityRule::ApplicationYearEndPlus => after_year(terms, today),
        _ => terms.validity_period.map(|period| period.add_to(until)),
    };
    // one period ahead at most, or it could be renewed without end in one day
    let furthest =
        terms.validity_period.map_or(until, |period| period.add_to(period.add_to(today)));
    renewed
        .filter(|renewed| *renewed > until && *renewed <= furthest)
        .ok_or_else(|| Reason::new("too-early/amateur"))
}

/// What is charged when it is granted (FOR-2024-01-17-79 § 11). The table has no rate of its own for
/// contest, repeater and beacon call signs: they are call signs assigned anew, as a club's.
pub fn fees(details: &AmateurDetails) -> Vec<FeeItem> {
    let object = match details.station {
        // the old list's holder has paid for the licence already
        _ if details.keeps_sign => return Vec::new(),
        Station::Personal => "amateur_licence",
        Station::Event => "amateur_call_sign_event",
        Station::Club | Station::Contest | Station::Repeater | Station::Beacon => {
            "amateur_call_sign_club"
        }
        Station::Morokulien => return Vec::new(),
    };
    vec![FeeItem { object, conditions: Vec::new(), count: 1 }]
}

/// What a change of call sign is charged as.
pub fn fee_of_change() -> FeeItem {
    FeeItem { object: "amateur_call_sign_change", conditions: Vec::new(), count: 1 }
}

/// The class, as the record names it.
pub fn record(details: &AmateurDetails) -> Map<String, Value> {
    let mut sections = Map::new();
    if let Some(class) = details.class {
        sections.insert("permit.class".to_owned(), json!(class));
    }
    sections
}

#[cfg(test)]
mod tests;
