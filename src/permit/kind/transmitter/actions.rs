//! What is found among the places of other transmitter permits when one is applied for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{model::TransmitterDetails, rules, store};
use crate::{
    database::Connection,
    failure::Failure,
    permit::kind::{
        Reason,
        spectrum::{self, rules::overlap},
    },
    values::{
        decibel::Decibels,
        frequency::FrequencyRange,
        ids::{PartyId, PermitId},
        polygon::Point,
        transmitter_use,
    },
};

/// Most permits that are named; a caseworker plans by the nearest.
const MOST_NAMED: usize = 20;

/// What stands in the way of sending: what others have alone there, what they had before the registry,
/// and who is near on the same channel.
///
/// # Errors
/// When the database does not answer.
pub async fn findings(
    connection: &impl Connection,
    details: &TransmitterDetails,
    except: Option<PermitId>,
    today: NaiveDate,
    holder: PartyId,
) -> Result<Vec<Reason>, Failure> {
    let mut reasons = exclusive_blocks(connection, details, today, holder).await?;
    let asked = rules::validity(details, today);
    let ranges: BTreeSet<FrequencyRange> =
        details.channels().map(|(_, _, channel)| channel.range).collect();
    reasons.extend(
        spectrum::store::legacy::in_the_way(connection, ranges.into_iter(), asked.from()).await?,
    );
    reasons.extend(co_channel(connection, details, except, today).await?);
    Ok(reasons)
}

/// Exclusive licences of others that hold where and when it is sent.
async fn exclusive_blocks(
    connection: &impl Connection,
    details: &TransmitterDetails,
    today: NaiveDate,
    holder: PartyId,
) -> Result<Vec<Reason>, Failure> {
    let asked = rules::validity(details, today);
    let mut told: BTreeMap<Uuid, Reason> = BTreeMap::new();
    for (number, station, channel) in details.channels() {
        let position = station.position;
        let point = Point::new(position.latitude(), position.longitude());
        let point = point.map_err(Failure::internal)?;
        let used = overlap::claims_of_point(channel.range, point, station.municipality, asked);
        let used = used.map_err(Failure::internal)?;
        for held in spectrum::store::exclusive_for_others(connection, &used, holder).await? {
            let values = [
                number.to_string(),
                channel.centre.to_string(),
                held.claim.range.to_string(),
                held.number.clone(),
            ];
            told.entry(held.permit.0).or_insert_with(|| Reason::with("in-exclusive-block", values));
        }
    }
    Ok(told.into_values().take(MOST_NAMED).collect())
}

/// What of ours is near something of another's.
struct Near {
    metres: f64,
    /// Key of the finding.
    key: &'static str,
    /// Number of the station and what it sends or hears.
    ours: [String; 2],
    /// What it radiates that way, where it sends.
    erp: Option<Decibels>,
}

/// Live permits on an overlapping frequency within the distance of the use, in the days asked for,
/// the nearest first: whoever sends or listens near what is to send, and whoever sends near what is to listen.
///
/// # Errors
/// When the database does not answer.
async fn co_channel(
    connection: &impl Connection,
    details: &TransmitterDetails,
    except: Option<PermitId>,
    today: NaiveDate,
) -> Result<Vec<Reason>, Failure> {
    let Some(rule) = transmitter_use::rule_on(details.usage, today) else { return Ok(Vec::new()) };
    let most = f64::from(rule.co_channel_km) * 1000.0;
    // of each permit the nearest pair
    let mut nearest: BTreeMap<Uuid, Near> = BTreeMap::new();
    let mut add = |permit: Uuid, found: Near| {
        let known = nearest.get(&permit).is_some_and(|known| known.metres <= found.metres);
        if found.metres <= most && !known {
            nearest.insert(permit, found);
        }
    };
    for (number, station, channel) in details.channels() {
        for neighbour in
            store::near(connection, station, (channel.range, true), most, except).await?
        {
            let bearing = station.position.bearing_to(neighbour.position);
            let found = Near {
                metres: station.position.metres_to(neighbour.position),
                key: if neighbour.receives { "co-channel/heard" } else { "co-channel" },
                ours: [number.to_string(), channel.centre.to_string()],
                erp: Some(channel.radiated.erp - station.antenna.weaker_at(bearing)),
            };
            add(neighbour.permit, found);
        }
    }
    for (number, station, range) in details.receivers() {
        for neighbour in store::near(connection, station, (range, false), most, except).await? {
            let found = Near {
                metres: station.position.metres_to(neighbour.position),
                key: "co-channel/listens",
                ours: [number.to_string(), range.to_string()],
                erp: None,
            };
            add(neighbour.permit, found);
        }
    }
    let asked = rules::validity(details, today);
    let mut found: Vec<(f64, Reason)> = store::permits(connection, nearest.keys().copied())
        .await?
        .into_iter()
        .filter(|(_, _, validity)| validity.overlaps(asked))
        .filter_map(|(id, number, _)| {
            let near = nearest.get(&id)?;
            let [station, ours] = near.ours.clone();
            let kilometres = format!("{:.1}", near.metres / 1000.0);
            let mut values =
                vec![number, kilometres, station, ours, rule.co_channel_km.to_string()];
            values.extend(near.erp.map(|erp| erp.to_string()));
            Some((near.metres, Reason::with(near.key, values)))
        })
        .collect();
    found.sort_by(|one, other| one.0.total_cmp(&other.0));
    Ok(found.into_iter().take(MOST_NAMED).map(|(_, reason)| reason).collect())
}
