//! Rows of rights published before the registry, in the order of the list they came from.

use anrop_entity::legacy_right_of_use as row;
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::OnConflict,
};

use super::{TOLD, hertz};
use crate::{
    database::Tx,
    failure::Failure,
    permit::kind::{
        Reason,
        spectrum::model::legacy::{NOBODYS, RightOfUse},
    },
    values::{calendar::start_of_day, frequency::FrequencyRange},
};

/// Rows written in one statement, below the number of values one may have.
const CHUNK: usize = 500;

/// Every right, with its place in the list.
///
/// # Errors
/// When the database does not answer.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<(i64, RightOfUse)>, Failure> {
    let rows = row::Entity::find()
        .order_by_asc(row::Column::Position)
        .order_by_asc(row::Column::Id)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.position, from_row(row))).collect())
}

/// Writes rights at their places, over what stood under their ids.
///
/// # Errors
/// When the database does not answer.
pub async fn put(tx: &Tx, rights: &[(i64, RightOfUse)]) -> Result<(), Failure> {
    use sea_orm::Iterable as _;
    for chunk in rights.chunks(CHUNK) {
        let overwrite = OnConflict::column(row::Column::Id)
            .update_columns(row::Column::iter().filter(|column| !matches!(column, row::Column::Id)))
            .to_owned();
        row::Entity::insert_many(chunk.iter().map(|(position, right)| to_row(*position, right)))
            .on_conflict(overwrite)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Removes rights by their ids.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(tx: &Tx, ids: &[i64]) -> Result<(), Failure> {
    for chunk in ids.chunks(CHUNK) {
        row::Entity::delete_many()
            .filter(row::Column::Id.is_in(chunk.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Rights on these frequencies that end after `from`. Where they hold is free text, so the caseworker reads it.
///
/// # Errors
/// When the database does not answer.
pub async fn in_the_way(
    connection: &impl ConnectionTrait,
    ranges: impl Iterator<Item = FrequencyRange>,
    from: NaiveDate,
) -> Result<Vec<Reason>, Failure> {
    let begins = start_of_day(from);
    let mut reasons = Vec::new();
    for range in ranges {
        let rows = row::Entity::find()
            .filter(overlaps(range))
            .filter(row::Column::Number.is_not_in(NOBODYS))
            .filter(
                Condition::any()
                    .add(row::Column::ExpiresAt.is_null())
                    .add(row::Column::ExpiresAt.gt(begins)),
            )
            .order_by_asc(row::Column::Position)
            .limit(TOLD)
            .all(connection)
            .await?;
        reasons.extend(rows.iter().map(|row| reason(range, row)));
    }
    Ok(reasons)
}

/// Any of its ranges shares a frequency with this one; a pair that is not used is 0 and shares none.
fn overlaps(range: FrequencyRange) -> Condition {
    use row::Column::{
        DownlinkHigherHz, DownlinkLowerHz, HigherHz, LowerHz, UplinkHigherHz, UplinkLowerHz,
    };
    let (from, until) = (hertz(range.from()), hertz(range.until()));
    [(LowerHz, HigherHz), (DownlinkLowerHz, DownlinkHigherHz), (UplinkLowerHz, UplinkHigherHz)]
        .into_iter()
        .map(|(lower, higher)| Condition::all().add(lower.lt(until)).add(higher.gt(from)))
        .fold(Condition::any(), Condition::add)
}

fn reason(range: FrequencyRange, row: &row::Model) -> Reason {
    let named = |name: &Option<String>| name.clone().unwrap_or_else(|| "–".to_owned());
    let until = row.expires_at.map(|at| crate::values::calendar::oslo_date(at).to_string());
    let key = if row.national { "legacy-overlap/national" } else { "legacy-overlap" };
    Reason::with(
        key,
        [
            range.to_string(),
            row.number.to_string(),
            named(&row.company),
            named(&row.local_coverage),
            named(&until),
        ],
    )
}

fn to_row(position: i64, right: &RightOfUse) -> row::ActiveModel {
    row::ActiveModel {
        id: Set(right.id),
        position: Set(position),
        number: Set(right.rightofuseinfono.clone()),
        application: Set(right.application.clone()),
        company: Set(right.company.clone()),
        expires_at: Set(right.expiry),
        national: Set(right.nationalcoverage),
        local_coverage: Set(right.localcoverage.clone()),
        comments: Set(right.short_comments.clone()),
        duplex: Set(right.duplex),
        lower_hz: Set(right.lower_frequency),
        higher_hz: Set(right.higher_frequency),
        downlink_lower_hz: Set(right.downlink_lower_frequency),
        downlink_higher_hz: Set(right.downlink_higher_frequency),
        uplink_lower_hz: Set(right.uplink_lower_frequency),
        uplink_higher_hz: Set(right.uplink_higher_frequency),
    }
}

fn from_row(row: row::Model) -> RightOfUse {
    RightOfUse {
        id: row.id,
        lower_frequency: row.lower_hz,
        higher_frequency: row.higher_hz,
        application: row.application,
        company: row.company,
        expiry: row.expires_at,
        nationalcoverage: row.national,
        localcoverage: row.local_coverage,
        short_comments: row.comments,
        rightofuseinfono: row.number,
        duplex: row.duplex,
        downlink_lower_frequency: row.downlink_lower_hz,
        downlink_higher_frequency: row.downlink_higher_hz,
        uplink_lower_frequency: row.uplink_lower_hz,
        uplink_higher_frequency: row.uplink_higher_hz,
    }
}
