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

/// Live permits on an overlapping frequency within the distance of the use, in the days asked for,
/// the nearest first.
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
    // of each permit the nearest pair: metres, station and channel applied for
    let mut nearest: BTreeMap<Uuid, (f64, [String; 2])> = BTreeMap::new();
    for (number, station, channel) in details.channels() {
        for neighbour in store::near(connection, station, channel, most, except).await? {
            let metres = station.position.metres_to(neighbour.position);
            let known = nearest.get(&neighbour.permit).is_some_and(|(known, _)| *known <= metres);
            if metres <= most && !known {
                let ours = [number.to_string(), channel.centre.to_string()];
                nearest.insert(neighbour.permit, (metres, ours));
            }
        }
    }
    let asked = rules::validity(details, today);
    let mut found: Vec<(f64, Reason)> = store::permits(connection, nearest.keys().copied())
        .await?
        .into_iter()
        .filter(|(_, _, validity)| validity.overlaps(asked))
        .filter_map(|(id, number, _)| {
            let (metres, [station, centre]) = nearest.get(&id)?;
            let values = [
                number,
                format!("{:.1}", metres / 1000.0),
                station.clone(),
                centre.clone(),
                rule.co_channel_km.to_string(),
            ];
            Some((*metres, Reason::with("co-channel", values)))
        })
        .collect();
    found.sort_by(|one, other| one.0.total_cmp(&other.0));
    Ok(found.into_iter().take(MOST_NAMED).map(|(_, reason)| reason).collect())
}
