//! Rows of what licences claim, and the search for those in the way.
//!
//! PostgreSQL refuses an overlap by itself. Those who take spectrum do so one after the other all the same (an advisory lock
//! until the transaction ends): two that each wait for the other's row would have to be told so by the deadlock timer. Its
//! constraint compares polygons with a tolerance of some centimetres and so may refuse areas that lie closer than that, never
//! admit ones that overlap. SQLite has one writer, who looks before writing, and refuses by a trigger what can be told without
//! comparing two rings.

pub mod legacy;

use std::collections::BTreeMap;

use anrop_entity::spectrum_block;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _, QueryFilter as _, Statement,
    Value as Sql,
};

use super::{
    model::{Claim, SpectrumDetails},
    rules::overlap,
};
use crate::{
    database::{SPECTRUM_LOCK, Tx, is_overlap},
    failure::{Failure, Problem},
    permit::{
        kind::{Reason, transmitter::store as sites},
        model::Permit,
    },
    values::{
        frequency::{Frequency, FrequencyRange},
        ids::{PartyId, PermitId},
        polygon::{Point, Polygon},
        validity::Validity,
    },
};

/// The shape of a row that claims all of its place.
const WHOLE: &str = "((-180,-90),(180,-90),(180,90),(-180,90))";
/// Most permits in the way that are told of one claim.
const TOLD: u64 = 20;

/// A live claim of a permit.
#[derive(Debug, Clone)]
pub struct Held {
    /// Whose.
    pub permit: PermitId,
    /// Its number.
    pub number: String,
    /// Who holds it.
    pub holder: PartyId,
    /// Nobody else may overlap it.
    pub exclusive: bool,
    /// What.
    pub claim: Claim,
}

const COLUMNS: &str = "b.permit_id, p.number, p.holder_id, b.lower_hz, b.upper_hz, b.space_from, b.space_until, \
    b.shape, b.valid_from, b.valid_until, b.exclusive";

fn held(row: &sea_orm::QueryResult) -> Result<Held, Failure> {
    let frequency = |column| -> Result<Frequency, Failure> {
        let hertz: i64 = row.try_get("", column)?;
        Frequency::from_hertz(hertz.unsigned_abs()).map_err(Failure::internal)
    };
    let range = FrequencyRange::new(frequency("lower_hz")?, frequency("upper_hz")?);
    let shape: String = row.try_get("", "shape")?;
    let shape = (shape != WHOLE).then(|| Polygon::parse(&shape)).transpose();
    let validity = Validity::new(row.try_get("", "valid_from")?, row.try_get("", "valid_until")?);
    Ok(Held {
        permit: PermitId(row.try_get("", "permit_id")?),
        number: row.try_get("", "number")?,
        holder: PartyId(row.try_get("", "holder_id")?),
        exclusive: row.try_get("", "exclusive")?,
        claim: Claim {
            range: range.map_err(Failure::internal)?,
            space: row.try_get("", "space_from")?..row.try_get("", "space_until")?,
            shape: shape.map_err(Failure::internal)?,
            validity: validity.map_err(Failure::internal)?,
        },
    })
}

/// A frequency as the database counts it; all fit.
fn hertz(frequency: Frequency) -> i64 {
    i64::try_from(frequency.hertz()).unwrap_or(i64::MAX)
}

/// Live claims that overlap, of other permits than `except`; of the exclusive ones, or of the shared ones. Where shapes need
/// not be compared, some are enough; where they must be, every candidate is looked at.
///
/// # Errors
/// When the database does not answer.
pub async fn overlapping(
    connection: &impl ConnectionTrait,
    claim: &Claim,
    exclusive: bool,
    except: Option<PermitId>,
) -> Result<Vec<Held>, Failure> {
    let candidates = match &claim.shape {
        None => search(connection, claim, exclusive, except, Some(TOLD)).await?,
        Some(_) => search(connection, claim, exclusive, except, None).await?,
    };
    Ok(candidates.into_iter().filter(|held| overlap::overlap(&held.claim, claim)).collect())
}

async fn search(
    connection: &impl ConnectionTrait,
    claim: &Claim,
    exclusive: bool,
    except: Option<PermitId>,
    limit: Option<u64>,
) -> Result<Vec<Held>, Failure> {
    let backend = connection.get_database_backend();
    let sort = if exclusive { "b.exclusive" } else { "NOT b.exclusive" };
    let limit = limit.map_or_else(String::new, |limit| format!(" LIMIT {limit}"));
    // the conditions of each sort are those of its index
    let sql = match backend {
        DbBackend::Postgres => format!(
            "SELECT {COLUMNS} FROM spectrum_block b JOIN permit p ON p.id = b.permit_id \
             WHERE b.live AND {sort} AND int8range(b.lower_hz, b.upper_hz) && int8range($1, $2) \
             AND int4range(b.space_from, b.space_until) && int4range($3, $4) \
             AND daterange(b.valid_from, b.valid_until) && daterange($5, $6) \
             AND ($7::uuid IS NULL OR b.permit_id <> $7){limit}"
        ),
        _ => format!(
            "SELECT {COLUMNS} FROM spectrum_block_box x CROSS JOIN spectrum_block b ON b.id = x.id \
             JOIN permit p ON p.id = b.permit_id \
             WHERE x.mhz_from < $2 / 1000000.0 AND x.mhz_until > $1 / 1000000.0 \
             AND x.space_from < $4 AND x.space_until > $3 \
             AND x.day_from < coalesce(julianday($6), 9999999) AND x.day_until > julianday($5) \
             AND b.live AND {sort} AND b.lower_hz < $2 AND b.upper_hz > $1 \
             AND b.space_from < $4 AND b.space_until > $3 \
             AND ($6 IS NULL OR b.valid_from < $6) AND (b.valid_until IS NULL OR b.valid_until > $5) \
             AND ($7 IS NULL OR b.permit_id <> $7){limit}"
        ),
    };
    let values: [Sql; 7] = [
        hertz(claim.range.from()).into(),
        hertz(claim.range.until()).into(),
        claim.space.start.into(),
        claim.space.end.into(),
        claim.validity.from().into(),
        claim.validity.until().into(),
        except.map(|id| id.0).into(),
    ];
    let rows =
        connection.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    rows.iter().map(held).collect()
}

/// What a caseworker must judge: overlaps with permits, by number, and with rights of the list before the registry.
///
/// # Errors
/// When the database does not answer.
pub async fn findings(
    connection: &impl ConnectionTrait,
    details: &serde_json::Value,
    except: Option<PermitId>,
    holder: PartyId,
) -> Result<Vec<Reason>, Failure> {
    let Ok(details) = serde_json::from_value::<SpectrumDetails>(details.clone()) else {
        return Ok(Vec::new());
    };
    let mut reasons: Vec<Reason> = Vec::new();
    for claim in overlap::claims(&details, details.validity) {
        for exclusive in [true, false] {
            for held in overlapping(connection, &claim, exclusive, except).await? {
                let reason = overlap_reason(&held, &claim, details.exclusive);
                // one claim per municipality says the same of the same permit
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
    }
    let ranges = details.blocks.iter().flat_map(|block| block.ranges());
    reasons.extend(legacy::in_the_way(connection, ranges, details.validity.from()).await?);
    if details.exclusive {
        reasons.extend(transmitters(connection, &details, holder).await?);
    }
    Ok(reasons)
}

/// Transmitters of others that live in what is to be had alone.
async fn transmitters(
    connection: &impl ConnectionTrait,
    details: &SpectrumDetails,
    holder: PartyId,
) -> Result<Vec<Reason>, Failure> {
    let claims = overlap::claims(details, details.validity);
    let mut found: BTreeMap<String, Reason> = BTreeMap::new();
    for range in details.blocks.iter().flat_map(|block| block.ranges()) {
        for site in sites::sending_on(connection, range, details.validity, holder).await? {
            if found.len() as u64 >= TOLD {
                break;
            }
            let point = Point::new(site.position.latitude(), site.position.longitude());
            let point = point.map_err(Failure::internal)?;
            let used = overlap::claims_of_point(range, point, None, site.validity);
            let used = used.map_err(Failure::internal)?;
            if used.iter().any(|used| claims.iter().any(|claim| overlap::overlap(used, claim))) {
                let values = [range.to_string(), site.number.clone()];
                found
                    .entry(site.number)
                    .or_insert_with(|| Reason::with("transmitter-in-block", values));
            }
        }
    }
    Ok(found.into_values().collect())
}

/// Exclusive claims of others on what a transmitter would use.
///
/// # Errors
/// When the database does not answer.
pub async fn exclusive_for_others(
    connection: &impl ConnectionTrait,
    claims: &[Claim],
    holder: PartyId,
) -> Result<Vec<Held>, Failure> {
    let mut found: Vec<Held> = Vec::new();
    for claim in claims {
        for held in overlapping(connection, claim, true, None).await? {
            if held.holder != holder && found.iter().all(|other| other.permit != held.permit) {
                found.push(held);
            }
        }
    }
    Ok(found)
}

fn overlap_reason(held: &Held, claim: &Claim, wants_exclusive: bool) -> Reason {
    let values = [claim.range.to_string(), held.claim.range.to_string(), held.number.clone()];
    match (held.exclusive, wants_exclusive) {
        (true, true) => Reason::with("exclusive-overlap", values),
        (true, false) => Reason::with("overlaps-exclusive", values),
        (false, _) => Reason::with("overlaps-shared", values),
    }
}

/// Takes what a permit claims; what it claimed before is given up first.
///
/// # Errors
/// 409 when an exclusive permit has a part of it and this one is to be exclusive too.
pub async fn take(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    let details: SpectrumDetails =
        serde_json::from_value(permit.details.clone()).map_err(Failure::internal)?;
    if tx.is_postgres() {
        let lock = "SELECT pg_advisory_xact_lock($1)";
        let lock =
            Statement::from_sql_and_values(DbBackend::Postgres, lock, [SPECTRUM_LOCK.into()]);
        tx.execute_raw(lock).await?;
    }
    spectrum_block::Entity::delete_many()
        .filter(spectrum_block::Column::PermitId.eq(permit.id.0))
        .filter(spectrum_block::Column::Live.eq(true))
        .exec(&**tx)
        .await?;
    let claims = overlap::claims(&details, permit.validity);
    if details.exclusive {
        for claim in &claims {
            if !overlapping(&**tx, claim, true, Some(permit.id)).await?.is_empty() {
                return Err(taken());
            }
        }
    }
    // fewer values than a statement of either database may have
    for chunk in claims.chunks(500) {
        let rows = chunk.iter().map(|claim| to_row(permit.id, claim, details.exclusive));
        spectrum_block::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await
            .map_err(|error| if is_overlap(&error) { taken() } else { error.into() })?;
    }
    Ok(())
}

fn taken() -> Failure {
    Failure::new(
        Problem::IdentifierTaken,
        "Another live permit has exclusive use of some of these frequencies in this area and time. That permit must end or be amended first; the assessment of the case names it.",
    )
}

/// The row of a claim.
pub fn to_row(permit: PermitId, claim: &Claim, exclusive: bool) -> spectrum_block::ActiveModel {
    spectrum_block::ActiveModel {
        id: NotSet,
        permit_id: Set(permit.0),
        lower_hz: Set(hertz(claim.range.from())),
        upper_hz: Set(hertz(claim.range.until())),
        space_from: Set(claim.space.start),
        space_until: Set(claim.space.end),
        shape: Set(claim.shape.as_ref().map_or_else(|| WHOLE.to_owned(), Polygon::to_string)),
        valid_from: Set(claim.validity.from()),
        valid_until: Set(claim.validity.until()),
        exclusive: Set(exclusive),
        live: Set(true),
    }
}

/// Gives up what a permit claims; the rows stay as ended ones.
///
/// # Errors
/// When the database does not answer.
pub async fn release(tx: &Tx, permit: PermitId) -> Result<(), Failure> {
    spectrum_block::Entity::update_many()
        .set(spectrum_block::ActiveModel { live: Set(false), ..Default::default() })
        .filter(spectrum_block::Column::PermitId.eq(permit.0))
        .filter(spectrum_block::Column::Live.eq(true))
        .exec(&**tx)
        .await?;
    Ok(())
}
