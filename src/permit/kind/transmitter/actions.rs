//! What is found among the places of other transmitter permits when one is applied for.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{model::TransmitterDetails, rules, store};
use crate::{
    database::Connection,
    failure::Failure,
    permit::kind::Reason,
    values::{ids::PermitId, transmitter_use},
};

/// Most permits that are named; a caseworker plans by the nearest.
const MOST_NAMED: usize = 20;

/// Live permits on an overlapping frequency within the distance of the use, in the days asked for,
/// the nearest first.
///
/// # Errors
/// When the database does not answer.
pub async fn co_channel(
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
