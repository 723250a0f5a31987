//! Decisions about a spectrum licence on given facts.

pub mod allocation;
pub mod overlap;
pub mod pool;
pub mod term;
pub mod text;

use serde_json::{Map, Value, json};

use super::model::{Area, Block, Lease, SpectrumDetails};
use crate::{
    permit::{
        kind::{Assessment, Facts, Reason},
        record::without_nulls,
    },
    values::{frequency::FrequencyRange, municipality::Municipality},
};

/// What cannot be filed at all.
///
/// # Errors
/// An exclusive licence for a person, or a time that has passed.
pub fn admit(details: &SpectrumDetails, facts: &Facts) -> Result<(), Reason> {
    if details.exclusive && facts.applicant_is_person {
        return Err(Reason::new("organisations-only/exclusive"));
    }
    if details.validity.has_ended(facts.today) {
        return Err(Reason::new("ended/time"));
    }
    Ok(())
}

/// A licence may be handed over where its conditions let it be, an exclusive one to organisations only.
///
/// # Errors
/// Why not, for the holder.
pub fn may_hand_over(details: &SpectrumDetails, to_person: bool) -> Result<(), Reason> {
    if !details.transferable {
        return Err(Reason::new("not-transferable"));
    }
    if details.exclusive && to_person {
        return Err(Reason::new("organisations-only/held"));
    }
    Ok(())
}

/// A caseworker decides, and these are the things to judge. Only an amendment that tells of leases and
/// of whom to reach is granted at once: the act allows leases where the licence does not forbid them
/// (ekomloven 2024 § 11-10), and use stays within what was coordinated.
pub fn assess(details: &SpectrumDetails, facts: &Facts) -> Assessment {
    // who sends there was judged when the licence was given, and a lease changes nothing in that
    let nothing_new = facts.findings.iter().all(|found| found.code == "transmitter-in-block");
    if nothing_new && tells_of_leases_only(details, facts) {
        return Assessment::Grant;
    }
    let mut reasons = vec![Reason::new("coordination")];
    reasons.extend(facts.findings.iter().cloned());
    for range in details.blocks.iter().flat_map(|block| block.ranges()) {
        if !allocation::covers(&facts.plan, details.service, range, facts.today) {
            reasons.push(Reason::with(
                "outside-allocation",
                [range.to_string(), details.service.code().to_owned()],
            ));
        }
    }
    reasons.extend(term::judge(details, facts.today));
    Assessment::NeedsCaseworker(reasons)
}

fn tells_of_leases_only(details: &SpectrumDetails, facts: &Facts) -> bool {
    let read = |before: &Value| serde_json::from_value::<SpectrumDetails>(before.clone()).ok();
    let Some(before) = facts.amends.as_ref().and_then(read) else { return false };
    let (leases, contact) = (details.leases.clone(), details.contact.clone());
    before != *details && SpectrumDetails { leases, contact, ..before } == *details
}

/// The sections `frequency` and `contactPerson` of the record. Frequencies are whole hertz, the upper end outside.
pub fn record(details: &SpectrumDetails) -> Map<String, Value> {
    let mut sections = Map::new();
    let leases: Vec<Value> = details.leases.iter().map(lease).collect();
    sections.insert(
        "frequency".to_owned(),
        without_nulls(json!({
            "range": ranges(&details.blocks),
            "area": area(&details.area),
            "use": {
                "service": details.service,
                "purpose": details.purpose,
                "technology": details.technology,
                "wirelessBroadband": details.wireless_broadband,
                "exclusive": details.exclusive,
                "transferable": details.transferable,
            },
            "lease": (!leases.is_empty()).then_some(leases),
        })),
    );
    if let Some(contact) = &details.contact {
        sections.insert(
            "contactPerson".to_owned(),
            json!({ "name": contact.name, "phone": contact.phone, "email": contact.email }),
        );
    }
    sections
}

fn range(range: FrequencyRange) -> Value {
    json!({ "lower": range.from(), "upper": range.until() })
}

/// Every range, with the number of its block from 1 and its direction.
fn ranges(blocks: &[Block]) -> Vec<Value> {
    let named = |(number, block): (usize, &Block)| match *block {
        Block::Simplex { range } => vec![(number, "simplex", range)],
        Block::Duplex { downlink, uplink } => {
            vec![(number, "downlink", downlink), (number, "uplink", uplink)]
        }
    };
    (1..)
        .zip(blocks)
        .flat_map(named)
        .map(|(number, direction, range)| {
            json!({
                "lower": range.from(), "upper": range.until(),
                "block": number, "direction": direction,
            })
        })
        .collect()
}

fn area(area: &Area) -> Value {
    let named = |municipalities: &[Municipality]| -> Vec<Value> {
        municipalities
            .iter()
            .map(|number| json!({ "number": number, "name": number.entry().name }))
            .collect()
    };
    match area {
        Area::National => json!({ "kind": "national" }),
        Area::Offshore => json!({ "kind": "offshore" }),
        Area::Municipalities { municipalities } => {
            json!({ "kind": "municipalities", "municipalities": named(municipalities) })
        }
        Area::Polygon { ring, municipalities, offshore, ground } => {
            let mut told = json!({
                "kind": "polygon",
                "municipalities": named(municipalities),
                "offshore": offshore,
                "ring": ring
                    .ring()
                    .map(|p| json!({ "latitude": p.latitude(), "longitude": p.longitude() }))
                    .collect::<Vec<_>>(),
            });
            if let Some(found) = ground {
                told["ground"] = json!(named(found));
            }
            told
        }
    }
}

/// An amendment that leaves a ring as it was keeps what a caseworker has found that it has ground of.
pub fn amended(before: &SpectrumDetails, mut asked: SpectrumDetails) -> SpectrumDetails {
    let Area::Polygon { ring, municipalities, offshore, ground: Some(found) } = &before.area else {
        return asked;
    };
    if let Area::Polygon { ring: own, municipalities: named, offshore: shelf, ground } =
        &mut asked.area
        && ground.is_none()
        && *own == *ring
        && *named == *municipalities
        && *shelf == *offshore
    {
        *ground = Some(found.clone());
    }
    asked
}

fn lease(lease: &Lease) -> Value {
    without_nulls(json!({
        "lessee": lease.lessee,
        "range": lease.range.map(self::range),
        "municipalities": (!lease.municipalities.is_empty()).then_some(&lease.municipalities),
        "validFrom": lease.validity.from(),
        "validUntil": lease.validity.until(),
    }))
}

#[cfg(test)]
mod tests;
