//! Rows of `transmitter_site`: where live transmitter permits send and where they listen, by frequency and place.
//!
//! They serve one question, who is near on an overlapping frequency, and forbid nothing.

use std::collections::{BTreeSet, HashMap};

use anrop_entity::{permit, transmitter_site};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use uuid::Uuid;

use super::model::{Station, TransmitterDetails};
use crate::{
    database::Tx,
    failure::Failure,
    permit::model::Permit,
    values::{
        frequency::FrequencyRange,
        ids::{PartyId, PermitId, fresh},
        position::Position,
        validity::Validity,
    },
};

/// A transmission or a receiver of a live permit.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// Id of its permit.
    pub permit: Uuid,
    /// Where it is.
    pub position: Position,
    /// It listens there; otherwise it sends.
    pub receives: bool,
}

/// Takes the places of a permit; those it had before are given up.
pub async fn take(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    transmitter_site::Entity::delete_many()
        .filter(transmitter_site::Column::PermitId.eq(permit.id.0))
        .exec(&**tx)
        .await?;
    for row in rows(permit, tx.now())? {
        transmitter_site::Entity::insert(row).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// A row for each transmission and each receiver of a live permit.
///
/// # Errors
/// When the details are not of the kind.
pub fn rows(
    permit: &Permit,
    at: DateTime<Utc>,
) -> Result<Vec<transmitter_site::ActiveModel>, Failure> {
    let details: TransmitterDetails =
        serde_json::from_value(permit.details.clone()).map_err(Failure::internal)?;
    let sent = details
        .channels()
        .map(|(_, station, channel)| row(permit.id, station, channel.range, false, at));
    let heard = details.receivers();
    let heard = heard.iter().map(|(_, station, range)| row(permit.id, station, *range, true, at));
    sent.chain(heard).collect()
}

fn row(
    permit: PermitId,
    station: &Station,
    range: FrequencyRange,
    receives: bool,
    at: DateTime<Utc>,
) -> Result<transmitter_site::ActiveModel, Failure> {
    let hertz = |hertz: u64| i64::try_from(hertz).map_err(Failure::internal);
    Ok(transmitter_site::ActiveModel {
        id: Set(fresh(at)),
        permit_id: Set(permit.0),
        lower_hz: Set(hertz(range.from().hertz())?),
        upper_hz: Set(hertz(range.until().hertz())?),
        latitude: Set(station.position.micro_latitude()),
        longitude: Set(station.position.micro_longitude()),
        live: Set(true),
        receives: Set(receives),
    })
}

/// Gives up the places of a permit that has ended; they stay known as ended ones.
pub async fn release(tx: &Tx, permit: PermitId) -> Result<(), Failure> {
    transmitter_site::Entity::update_many()
        .set(transmitter_site::ActiveModel { live: Set(false), ..Default::default() })
        .filter(transmitter_site::Column::PermitId.eq(permit.0))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Live transmissions on a frequency that overlaps `range`, in a rectangle that holds everything within
/// `metres` of the station; and, near what sends, receivers as well.
pub async fn near(
    connection: &impl ConnectionTrait,
    station: &Station,
    (range, sends): (FrequencyRange, bool),
    metres: f64,
    except: Option<PermitId>,
) -> Result<Vec<Neighbour>, Failure> {
    use transmitter_site::Column;
    let around = station.position.surroundings(metres);
    let hertz = |hertz: u64| i64::try_from(hertz).map_err(Failure::internal);
    let mut query = transmitter_site::Entity::find()
        .filter(Column::Live.eq(true))
        .filter(Column::LowerHz.lt(hertz(range.until().hertz())?))
        .filter(Column::UpperHz.gt(hertz(range.from().hertz())?))
        .filter(Column::Latitude.between(around.south, around.north))
        .filter(Column::Longitude.between(around.west, around.east));
    if let Some(except) = except {
        query = query.filter(Column::PermitId.ne(except.0));
    }
    // two that only listen disturb nobody
    if !sends {
        query = query.filter(Column::Receives.eq(false));
    }
    query
        .all(connection)
        .await?
        .into_iter()
        .map(|row| {
            let position = Position::from_micro(row.latitude, row.longitude);
            let position = position.map_err(Failure::internal)?;
            Ok(Neighbour { permit: row.permit_id, position, receives: row.receives })
        })
        .collect()
}

/// A transmission in somebody's block.
#[derive(Debug, Clone)]
pub struct Sending {
    /// Number of its permit.
    pub number: String,
    /// Days of the permit.
    pub validity: Validity,
    /// Where it is sent from.
    pub position: Position,
}

/// Live transmissions of others than `holder` on frequencies, in these days.
///
/// # Errors
/// When the database does not answer.
pub async fn sending_on(
    connection: &impl ConnectionTrait,
    range: FrequencyRange,
    days: Validity,
    holder: PartyId,
) -> Result<Vec<Sending>, Failure> {
    use transmitter_site::Column;
    let hertz = |hertz: u64| i64::try_from(hertz).map_err(Failure::internal);
    let rows = transmitter_site::Entity::find()
        .filter(Column::Live.eq(true))
        .filter(Column::Receives.eq(false))
        .filter(Column::LowerHz.lt(hertz(range.until().hertz())?))
        .filter(Column::UpperHz.gt(hertz(range.from().hertz())?))
        .order_by_asc(Column::Id)
        .all(connection)
        .await?;
    let ids: BTreeSet<Uuid> = rows.iter().map(|row| row.permit_id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut permits: HashMap<Uuid, (String, Validity)> = HashMap::new();
    for chunk in ids.chunks(500) {
        let found = permit::Entity::find()
            .filter(permit::Column::Id.is_in(chunk.iter().copied()))
            .filter(permit::Column::HolderId.ne(holder.0))
            .all(connection)
            .await?;
        for row in found {
            let validity =
                Validity::new(row.valid_from, row.valid_until).map_err(Failure::internal)?;
            permits.insert(row.id, (row.number, validity));
        }
    }
    let mut sending = Vec::new();
    for row in rows {
        let Some((number, validity)) = permits.get(&row.permit_id) else { continue };
        if validity.overlaps(days) {
            let position = Position::from_micro(row.latitude, row.longitude);
            sending.push(Sending {
                number: number.clone(),
                validity: *validity,
                position: position.map_err(Failure::internal)?,
            });
        }
    }
    Ok(sending)
}

/// Numbers and days of these permits.
pub async fn permits(
    connection: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<(Uuid, String, Validity)>, Failure> {
    permit::Entity::find()
        .filter(permit::Column::Id.is_in(ids))
        .all(connection)
        .await?
        .into_iter()
        .map(|row| {
            let validity =
                Validity::new(row.valid_from, row.valid_until).map_err(Failure::internal)?;
            Ok((row.id, row.number, validity))
        })
        .collect()
}
