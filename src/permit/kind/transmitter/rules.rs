//! Decisions about a transmitter permit on given facts.

pub mod certificate;
pub mod fees;
pub mod record;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::model::{Channel, EventService, Station, TransmitterDetails};
use crate::{
    permit::kind::{Assessment, Facts, Reason},
    values::{
        border_county,
        channel_raster::{self, Fit, RasterService},
        frequency_plan::PlanService,
        licence_exempt::{self, ExemptUse, Transmission},
        limit::Limit,
        municipality::Municipality,
        municipality_ground,
        polygon::Point,
        transmitter_use::{self, TransmitterUse, UseRule},
        validity::Validity,
    },
};

/// Whether it can be filed: a period that is to come, frequencies the use has, and something that
/// needs a permit at all.
///
/// # Errors
/// What is wrong, for the applicant.
pub fn admit(details: &TransmitterDetails, today: NaiveDate) -> Result<(), Reason> {
    let Some(rule) = transmitter_use::rule_on(details.usage, today) else {
        return Err(Reason::new("use-not-open"));
    };
    admit_period(details, rule, today)?;
    admit_channels(details, rule)?;
    let exempt = exempting(details, today);
    if exempt.is_empty() { Ok(()) } else { Err(exempt_reason(&exempt)) }
}

fn admit_period(
    details: &TransmitterDetails,
    rule: &UseRule,
    today: NaiveDate,
) -> Result<(), Reason> {
    let Some(until) = details.until else { return Ok(()) };
    if until <= today {
        return Err(Reason::new("period-over"));
    }
    let from = details.from.unwrap_or(today);
    match rule.longest_days {
        Some(longest) if (until - from).num_days() > longest => {
            Err(Reason::with("period-too-long", [longest]))
        }
        _ => Ok(()),
    }
}

/// Whether a permit may be amended to last so long: that for an event or a test is not renewed, so from the day it
/// began it lasts no longer than one that is new.
///
/// # Errors
/// How long it may last, for the holder.
pub fn admit_longer(details: &TransmitterDetails, facts: &Facts) -> Result<(), Reason> {
    let rule = transmitter_use::rule_on(details.usage, facts.today);
    let longest = rule.and_then(|rule| rule.longest_days);
    match (facts.begun, details.until, longest) {
        (Some(begun), Some(until), Some(longest)) if (until - begun).num_days() > longest => {
            Err(Reason::with("period-too-long", [longest]))
        }
        _ => Ok(()),
    }
}

fn admit_channels(details: &TransmitterDetails, rule: &UseRule) -> Result<(), Reason> {
    for (number, _, channel) in details.channels() {
        if !rule.admits(channel.range) {
            return Err(Reason::with("frequency-not-of-use", [number]));
        }
        if !rule.widths.is_empty() && !rule.widths.contains(&channel.range.width()) {
            let widths: Vec<String> =
                rule.widths.iter().map(|width| (width / 1_000_000).to_string()).collect();
            return Err(Reason::with("width-not-of-use", [widths.join(", "), number.to_string()]));
        }
    }
    Ok(())
}

/// The general permits that cover everything asked for; none if anything is not covered.
fn exempting(details: &TransmitterDetails, today: NaiveDate) -> Vec<&'static ExemptUse> {
    let mut found: Vec<&'static ExemptUse> = Vec::new();
    for (_, station, channel) in details.channels() {
        let sent = Transmission {
            channel: channel.range,
            radiated: channel.radiated,
            portable: station.portable,
        };
        match licence_exempt::covering(&sent, today) {
            None => return Vec::new(),
            Some(rule) if found.contains(&rule) => {}
            Some(rule) => found.push(rule),
        }
    }
    found
}

fn exempt_reason(rules: &[&ExemptUse]) -> Reason {
    Reason::in_words("licence-exempt", |language| {
        let told = rules.iter().map(|rule| {
            let section = rule.section.map_or_else(String::new, |section| format!(" {section}"));
            let (title, condition) = (rule.title(language), rule.condition(language));
            format!("{title} (fribruksforskriften{section}; {condition})")
        });
        told.collect::<Vec<_>>().join(" / ")
    })
}

/// What the rules say. Short events and small mobile nets in the plan, on the raster, with nobody
/// near on the same channel are granted; everything else is for a caseworker.
pub fn assess(details: &TransmitterDetails, facts: &Facts) -> Assessment {
    let mut reasons = facts.findings.clone();
    let rule = transmitter_use::rule_on(details.usage, facts.today);
    let automatic = rule.and_then(|rule| rule.automatic_erp);
    match automatic {
        None => reasons.push(Reason::new("planning")),
        Some(most) => {
            if details.channels().any(|(_, _, channel)| channel.radiated.erp > most) {
                reasons.push(Reason::with("power", [most]));
            }
            let stations = rule.and_then(|rule| rule.automatic_stations);
            if let Some(most) = stations.filter(|most| details.stations.len() > *most) {
                reasons.push(Reason::with("size", [most]));
            }
        }
    }
    if details.event_service == Some(EventService::Broadcasting) {
        reasons.push(Reason::new("planning/event"));
    }
    if !facts.address_in_norway {
        reasons.push(Reason::new("address-abroad"));
    }
    if details.until.is_some_and(|until| until <= facts.today) {
        reasons.push(Reason::new("period-over"));
    }
    if admit(details, facts.today).is_err_and(|reason| reason.code == "licence-exempt") {
        reasons.push(Reason::new("licence-exempt/today"));
    }
    for (index, station) in details.stations.iter().enumerate() {
        reasons.extend(doubtful_municipality(index + 1, station));
    }
    let mut seen = BTreeSet::new();
    for (number, station, channel) in details.channels() {
        reasons.extend(channel_reasons(details, number, station, channel, facts, &mut seen));
    }
    if reasons.is_empty() { Assessment::Grant } else { Assessment::NeedsCaseworker(reasons) }
}

/// Another municipality is much nearer than the one named, or nothing is near: somebody must look.
fn doubtful_municipality(number: usize, station: &Station) -> Option<Reason> {
    let ground = &station.municipality?.entry().ground;
    let point = Point::new(station.position.latitude(), station.position.longitude()).ok()?;
    if municipality_ground::fit(point, ground) == municipality_ground::Fit::There {
        return None;
    }
    let nearest = municipality_ground::nearest(point)
        .and_then(|number| Municipality::parse(&format!("{number:04}")).ok());
    Some(match nearest {
        Some(nearest) => {
            let values = [number.to_string(), nearest.entry().name.to_owned()];
            Reason::with("municipality-doubtful", values)
        }
        None => Reason::with("municipality-doubtful/sea", [number]),
    })
}

fn channel_reasons(
    details: &TransmitterDetails,
    number: usize,
    station: &Station,
    channel: &Channel,
    facts: &Facts,
    border_seen: &mut BTreeSet<usize>,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let centre = channel.centre;
    if !is_in_plan(details, channel, facts) {
        reasons.push(Reason::with("outside-plan", [number.to_string(), centre.to_string()]));
    }
    if let Some(service) = raster_service(details) {
        match channel_raster::fit(service, centre, channel.range.width(), facts.today) {
            Fit::NoRaster | Fit::OnRaster => {}
            Fit::TooWide => reasons
                .push(Reason::with("wider-than-raster", [number.to_string(), centre.to_string()])),
            Fit::Beside(nearest) => reasons.push(Reason::with(
                "off-raster",
                [number.to_string(), centre.to_string(), nearest.to_string()],
            )),
        }
    }
    if station.municipality.is_some_and(border_county::holds) && border_seen.insert(number) {
        reasons.push(Reason::with("border", [number]));
    }
    reasons
}

fn is_in_plan(details: &TransmitterDetails, channel: &Channel, facts: &Facts) -> bool {
    let service = match (details.usage, details.event_service) {
        // what is tried is for the caseworker to see
        (TransmitterUse::Test, _) => return true,
        (TransmitterUse::FixedLink, _) => PlanService::Fixed,
        (TransmitterUse::EarthStation, _) => PlanService::EarthToSpace,
        (TransmitterUse::Broadcasting, _) | (_, Some(EventService::Broadcasting)) => {
            PlanService::Broadcasting
        }
        (TransmitterUse::Telemetry | TransmitterUse::LocalNet, _) => PlanService::FixedOrMobile,
        (TransmitterUse::Pmr | TransmitterUse::LowPowerSystem | TransmitterUse::Event, _) => {
            PlanService::LandMobile
        }
    };
    facts.plan.is_allocated(channel.range, service, facts.today)
}

fn raster_service(details: &TransmitterDetails) -> Option<RasterService> {
    match (details.usage, details.event_service) {
        (TransmitterUse::Broadcasting, _) | (_, Some(EventService::Broadcasting)) => {
            Some(RasterService::Broadcasting)
        }
        (TransmitterUse::Pmr | TransmitterUse::LowPowerSystem | TransmitterUse::Event, _) => {
            Some(RasterService::Mobile)
        }
        (TransmitterUse::FixedLink, _) => Some(RasterService::Fixed),
        _ => None,
    }
}

/// The days asked for, from the decision at the earliest; until further notice where no end was.
pub fn validity(details: &TransmitterDetails, today: NaiveDate) -> Validity {
    let from = details.from.map_or(today, |from| from.max(today));
    // decided after all the days asked for it has ended already; without a first day it holds that day only, and the
    // job ends it
    Validity::new(from, details.until)
        .or_else(|_| Validity::new(details.from.unwrap_or(from), details.until))
        .or_else(|_| Validity::new(from, from.checked_add_days(Days::new(1))))
        .unwrap_or_else(|_| Validity::open(from))
}

/// A permit with an end is renewed by as long as was first asked for, near its end (ekomloven
/// § 11-9).
///
/// # Errors
/// Why it cannot be, for the holder.
pub fn renewed_until(
    details: &TransmitterDetails,
    validity: Validity,
    today: NaiveDate,
) -> Result<NaiveDate, Reason> {
    if details.usage.is_short() {
        return Err(Reason::new("not-renewable/event"));
    }
    let Some(until) = validity.until() else {
        return Err(Reason::new("no-end/transmitter"));
    };
    let term = details.until.unwrap_or(until) - details.from.unwrap_or(validity.from());
    let before = Limit::TransmitterRenewalOpens.period(today);
    if let Some(opens) = before.map(|before| before.before(until)).filter(|opens| today < *opens) {
        return Err(Reason::with("too-early/half-year", [opens]));
    }
    until
        .checked_add_signed(term.max(chrono::TimeDelta::days(1)))
        .ok_or_else(|| Reason::new("too-long"))
}
