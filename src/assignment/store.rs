//! Rows of call signs and of series.

use anrop_entity::{call_sign, call_sign_history, legacy_call_sign, series};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Statement,
    sea_query::{LockBehavior, LockType, OnConflict},
};
use uuid::Uuid;

use super::SignStatus;
use crate::{database::Tx, failure::Failure, values::call_sign::CallSign};

/// What is kept of one call sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignRow {
    /// The sign.
    pub sign: CallSign,
    /// Series it belongs to by its form.
    pub series: String,
    /// Status.
    pub status: SignStatus,
    /// Permit it belongs to, or belonged to last.
    pub permit: Option<Uuid>,
    /// Party or case it is kept for; of a resting sign the former holder, who may have it again.
    pub reserved_for: Option<Uuid>,
    /// End of reservation or quarantine, exclusive.
    pub until: Option<NaiveDate>,
    /// Why it is reserved or blocked.
    pub reason: Option<String>,
    /// Grows with every change; 0 before the first.
    pub version: i32,
}

impl SignRow {
    /// True if the sign may be assigned on `day`.
    pub fn is_free(&self, day: NaiveDate) -> bool {
        match self.status {
            SignStatus::Free => true,
            SignStatus::Reserved | SignStatus::Quarantined => {
                self.until.is_some_and(|until| until <= day)
            }
            SignStatus::InUse | SignStatus::Blocked => false,
        }
    }

    /// True if the sign may be assigned on `day`, to this applicant: also while it is kept for them.
    pub fn is_free_for(&self, applicant: Uuid, day: NaiveDate) -> bool {
        let kept = matches!(self.status, SignStatus::Reserved | SignStatus::Quarantined);
        self.is_free(day) || (kept && self.reserved_for == Some(applicant))
    }
}

fn from_row(row: call_sign::Model) -> Result<SignRow, Failure> {
    Ok(SignRow {
        sign: CallSign::parse(&row.sign).map_err(Failure::internal)?,
        series: row.series,
        status: SignStatus::from_code(&row.status)
            .ok_or_else(|| Failure::internal("unknown call sign status"))?,
        permit: row.permit_id,
        reserved_for: row.reserved_for,
        until: row.until,
        reason: row.reason,
        version: row.version,
    })
}

/// The row of a sign, if there is one.
pub async fn find(
    connection: &impl ConnectionTrait,
    sign: CallSign,
) -> Result<Option<SignRow>, Failure> {
    call_sign::Entity::find_by_id(sign.to_string()).one(connection).await?.map(from_row).transpose()
}

/// First of the two numbers of the advisory lock of a sign; arbitrary. Signs with the same hash share
/// a lock, which at worst makes one wait for the other.
const SIGN_LOCK: i32 = 0x6361_6c6c;

/// The row of a sign, locked until the transaction ends; a sign without a row is locked too.
pub async fn lock(tx: &Tx, sign: CallSign) -> Result<Option<SignRow>, Failure> {
    if tx.is_postgres() {
        let sql = "SELECT pg_advisory_xact_lock($1, hashtext($2))";
        let values = [SIGN_LOCK.into(), sign.to_string().into()];
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    }
    call_sign::Entity::find_by_id(sign.to_string())
        .lock_exclusive()
        .one(&**tx)
        .await?
        .map(from_row)
        .transpose()
}

/// The first of these signs that no other transaction has locked; it is locked now. Nobody is waited
/// for. SQLite has one writer.
pub async fn claim_first(tx: &Tx, signs: &[CallSign]) -> Result<Option<CallSign>, Failure> {
    if signs.is_empty() || !tx.is_postgres() {
        return Ok(signs.first().copied());
    }
    let places: Vec<String> = (2..signs.len() + 2).map(|n| format!("(${n}::text)")).collect();
    // rows of a list of values are tried in their order, and no further than the limit asks
    let sql = format!(
        "SELECT sign FROM (VALUES {}) AS candidate (sign) \
         WHERE pg_try_advisory_xact_lock($1, hashtext(sign)) LIMIT 1",
        places.join(", ")
    );
    let values =
        std::iter::once(SIGN_LOCK.into()).chain(signs.iter().map(|sign| sign.to_string().into()));
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let Some(row) = tx.query_one_raw(statement).await? else { return Ok(None) };
    let sign: String = row.try_get("", "sign")?;
    Ok(signs.iter().copied().find(|candidate| candidate.as_str() == sign))
}

/// The rows of several signs.
pub async fn find_many(
    connection: &impl ConnectionTrait,
    signs: &[CallSign],
) -> Result<Vec<SignRow>, Failure> {
    call_sign::Entity::find()
        .filter(call_sign::Column::Sign.is_in(signs.iter().map(ToString::to_string)))
        .all(connection)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// The row of a sign.
pub fn to_row(row: &SignRow, changed_at: DateTime<Utc>) -> call_sign::ActiveModel {
    call_sign::ActiveModel {
        sign: Set(row.sign.to_string()),
        series: Set(row.series.clone()),
        status: Set(row.status.code().to_owned()),
        permit_id: Set(row.permit),
        reserved_for: Set(row.reserved_for),
        until: Set(row.until),
        reason: Set(row.reason.clone()),
        version: Set(row.version),
        changed_at: Set(changed_at),
    }
}

/// Writes a sign's row, new or over the old one, and the state as the next of its history.
pub async fn put(tx: &Tx, row: &SignRow) -> Result<(), Failure> {
    put_by(tx, row, None).await
}

/// As [`put`], with the caseworker who did it.
pub async fn put_by(tx: &Tx, row: &SignRow, actor: Option<&str>) -> Result<(), Failure> {
    use call_sign::Column;
    call_sign::Entity::insert(to_row(row, tx.now()))
        .on_conflict(
            OnConflict::column(Column::Sign)
                .update_columns([
                    Column::Series,
                    Column::Status,
                    Column::PermitId,
                    Column::ReservedFor,
                    Column::Until,
                    Column::Reason,
                    Column::Version,
                    Column::ChangedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    call_sign_history::Entity::insert(call_sign_history::ActiveModel {
        sign: Set(row.sign.to_string()),
        version: Set(row.version),
        status: Set(row.status.code().to_owned()),
        permit_id: Set(row.permit),
        until: Set(row.until),
        reason: Set(row.reason.clone()),
        actor: Set(actor.map(str::to_owned)),
        valid_at: Set(tx.now()),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// A state a sign has had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastState {
    /// Status.
    pub status: SignStatus,
    /// Permit it belonged to.
    pub permit: Option<Uuid>,
    /// End of reservation or quarantine, exclusive.
    pub until: Option<NaiveDate>,
    /// Why it was reserved or blocked, or why that was lifted.
    pub reason: Option<String>,
    /// The caseworker who did it; none for what came of a permit.
    pub actor: Option<String>,
    /// From when.
    pub valid_at: DateTime<Utc>,
    /// Version of the sign it is; the history is whole when the first is 1.
    pub version: i32,
}

/// The states a sign has had, the oldest first.
pub async fn history(
    connection: &impl ConnectionTrait,
    sign: CallSign,
) -> Result<Vec<PastState>, Failure> {
    let rows = call_sign_history::Entity::find()
        .filter(call_sign_history::Column::Sign.eq(sign.to_string()))
        .order_by_asc(call_sign_history::Column::Version)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(PastState {
                status: SignStatus::from_code(&row.status)
                    .ok_or_else(|| Failure::internal("unknown call sign status"))?,
                permit: row.permit_id,
                until: row.until,
                reason: row.reason,
                actor: row.actor,
                valid_at: row.valid_at,
                version: row.version,
            })
        })
        .collect()
}

/// When the first state of any sign was written: before, nothing is known.
pub async fn history_began(
    connection: &impl ConnectionTrait,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let first = call_sign_history::Entity::find()
        .order_by_asc(call_sign_history::Column::ValidAt)
        .one(connection)
        .await?;
    Ok(first.map(|row| row.valid_at))
}

/// Where the allocator stands in the series with this name, locked until the transaction ends.
pub async fn lock_series(tx: &Tx, name: &str) -> Result<u64, Failure> {
    let backend = tx.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "INSERT INTO series (name, next_index) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING"
        }
        _ => "INSERT INTO series (name, next_index) VALUES (?, 0) ON CONFLICT (name) DO NOTHING",
    };
    tx.execute_raw(Statement::from_sql_and_values(backend, sql, [name.into()])).await?;
    let row = series::Entity::find_by_id(name)
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or_else(|| Failure::internal("a series row is missing"))?;
    u64::try_from(row.next_index).map_err(Failure::internal)
}

/// Where the allocator of a series stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Index of the first candidate.
    pub next: u64,
    /// It is locked until the transaction ends, and may be moved.
    pub is_held: bool,
}

/// Where the allocator stands in a series, locked if nobody else has it locked just now. Nobody is
/// waited for.
pub async fn look_up_series(tx: &Tx, name: &str) -> Result<Place, Failure> {
    if !tx.is_postgres() {
        return Ok(Place { next: lock_series(tx, name).await?, is_held: true });
    }
    let held = series::Entity::find_by_id(name)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(&**tx)
        .await?;
    let (row, is_held) = match held {
        Some(row) => (Some(row), true),
        None => (series::Entity::find_by_id(name).one(&**tx).await?, false),
    };
    match row {
        Some(row) => {
            Ok(Place { next: u64::try_from(row.next_index).map_err(Failure::internal)?, is_held })
        }
        // the first sign of the series
        None => Ok(Place { next: lock_series(tx, name).await?, is_held: true }),
    }
}

/// Moves the allocator of a series.
pub async fn move_series(tx: &Tx, name: &str, next: u64) -> Result<(), Failure> {
    series::Entity::update_many()
        .set(series::ActiveModel {
            next_index: Set(i64::try_from(next).map_err(Failure::internal)?),
            ..Default::default()
        })
        .filter(series::Column::Name.eq(name))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Where every series stands.
pub async fn positions(connection: &impl ConnectionTrait) -> Result<Vec<(String, i64)>, Failure> {
    let rows = series::Entity::find().all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.next_index)).collect())
}

/// How many signs of a series have each status.
pub async fn counts(
    connection: &impl ConnectionTrait,
) -> Result<Vec<(String, String, i64)>, Failure> {
    Ok(call_sign::Entity::find()
        .select_only()
        .column(call_sign::Column::Series)
        .column(call_sign::Column::Status)
        .column_as(call_sign::Column::Sign.count(), "count")
        .group_by(call_sign::Column::Series)
        .group_by(call_sign::Column::Status)
        .into_tuple()
        .all(connection)
        .await?)
}

/// Writes of which series a sign is, by its name, as far as that is not so already; who has it and since when stays.
pub async fn set_series(tx: &Tx, sign: CallSign, series: &str) -> Result<(), Failure> {
    call_sign::Entity::update_many()
        .set(call_sign::ActiveModel { series: Set(series.to_owned()), ..Default::default() })
        .filter(call_sign::Column::Sign.eq(sign.to_string()))
        .filter(call_sign::Column::Series.ne(series))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Signs whose reservation or quarantine is over on `day`.
pub async fn run_out(
    connection: &impl ConnectionTrait,
    day: NaiveDate,
    limit: u64,
) -> Result<Vec<CallSign>, Failure> {
    let rows = call_sign::Entity::find()
        .filter(
            call_sign::Column::Status
                .is_in([SignStatus::Reserved.code(), SignStatus::Quarantined.code()]),
        )
        .filter(call_sign::Column::Until.lte(day))
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(|row| CallSign::parse(&row.sign).map_err(Failure::internal)).collect()
}

/// A call sign as the list kept before the registry has it. Persons are not in it: a holder the
/// registry has not met is not known to have agreed to anything here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacySign {
    /// The sign.
    pub sign: CallSign,
    /// What the list says of the holder: `person`, `association`, `company`, `school`, `defence`,
    /// `authority` or `unknown`.
    pub holder_kind: &'static str,
    /// Name of an organisation.
    pub organisation: Option<String>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Day after the last.
    pub valid_until: Option<NaiveDate>,
    /// Day the list says the entry was last changed.
    pub updated_on: Option<NaiveDate>,
}

impl LegacySign {
    fn is_of(&self, row: &legacy_call_sign::Model) -> bool {
        row.holder_kind == self.holder_kind
            && row.organisation == self.organisation
            && row.valid_from == self.valid_from
            && row.valid_until == self.valid_until
            && row.updated_on == self.updated_on
    }
}

/// Which of these are kept already, just so.
pub async fn kept_legacy(
    connection: &impl ConnectionTrait,
    signs: &[LegacySign],
) -> Result<Vec<CallSign>, Failure> {
    let rows = legacy_call_sign::Entity::find()
        .filter(
            legacy_call_sign::Column::Sign.is_in(signs.iter().map(|sign| sign.sign.to_string())),
        )
        .all(connection)
        .await?;
    let kept = |sign: &&LegacySign| {
        rows.iter().any(|row| row.sign == sign.sign.as_str() && sign.is_of(row))
    };
    Ok(signs.iter().filter(kept).map(|sign| sign.sign).collect())
}

/// Writes what the list says of a sign, new or over the old one.
pub async fn put_legacy(tx: &Tx, sign: &LegacySign) -> Result<(), Failure> {
    use legacy_call_sign::Column;
    legacy_call_sign::Entity::insert(legacy_call_sign::ActiveModel {
        sign: Set(sign.sign.to_string()),
        holder_kind: Set(sign.holder_kind.to_owned()),
        organisation: Set(sign.organisation.clone()),
        valid_from: Set(sign.valid_from),
        valid_until: Set(sign.valid_until),
        updated_on: Set(sign.updated_on),
        changed_at: Set(tx.now()),
    })
    .on_conflict(
        OnConflict::column(Column::Sign)
            .update_columns([
                Column::HolderKind,
                Column::Organisation,
                Column::ValidFrom,
                Column::ValidUntil,
                Column::UpdatedOn,
                Column::ChangedAt,
            ])
            .to_owned(),
    )
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// What the old list says of a sign.
pub async fn legacy(
    connection: &impl ConnectionTrait,
    sign: CallSign,
) -> Result<Option<legacy_call_sign::Model>, Failure> {
    Ok(legacy_call_sign::Entity::find_by_id(sign.to_string()).one(connection).await?)
}

/// Every sign taken over from the published list.
pub async fn legacy_signs(connection: &impl ConnectionTrait) -> Result<Vec<CallSign>, Failure> {
    let signs: Vec<String> = legacy_call_sign::Entity::find()
        .select_only()
        .column(legacy_call_sign::Column::Sign)
        .into_tuple()
        .all(connection)
        .await?;
    signs.iter().map(|sign| CallSign::parse(sign).map_err(Failure::internal)).collect()
}
