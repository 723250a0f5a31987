//! Rows of reports, and their counts.

use anrop_entity::{interference_count, interference_report};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Statement,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use uuid::Uuid;

use super::{
    model::{Content, NewReport, Report, Status, Tally},
    rules::{self, Filter, Group},
};
use crate::{
    database::{Tx, written},
    failure::Failure,
    keys::{DataKey, KeyRing, Place, WrappedKey},
    values::{ids::fresh, language::Language},
};

/// A report with what it says, still sealed.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The report.
    pub report: Report,
    wrapped: WrappedKey,
    sealed: Vec<u8>,
}

fn place(id: Uuid) -> Place {
    Place { table: "interference_report", column: "content_sealed", row: id }
}

impl Kept {
    /// What it says.
    ///
    /// # Errors
    /// When it does not open.
    pub fn content(&self, ring: &KeyRing) -> Result<Content, Failure> {
        let id = self.report.id;
        let key = DataKey::unwrap(ring, id, &self.wrapped).map_err(Failure::internal)?;
        let bytes = key.open(place(id), &self.sealed).map_err(Failure::internal)?;
        serde_json::from_slice(&bytes).map_err(Failure::internal)
    }
}

/// Writes a report under a key of its own, and counts it.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    tx: &Tx,
    ring: &KeyRing,
    new: &NewReport,
    (number, day): ((i32, i64), NaiveDate),
) -> Result<Report, Failure> {
    let now = tx.now();
    let id = fresh(now);
    let key = DataKey::generate(id);
    let report = Report {
        id,
        number,
        status: Status::Received,
        severity: new.severity,
        service: new.service,
        county: new.county.clone(),
        is_alarm: rules::is_alarm(new.severity, new.service, day),
        acknowledged: None,
        language: new.language,
        received_at: now,
        due_at: rules::due_at(new.severity, now),
        code_number: 1,
        version: 1,
    };
    let content = serde_json::to_vec(&new.content).map_err(Failure::internal)?;
    interference_report::Entity::insert(interference_report::ActiveModel {
        id: Set(id),
        year: Set(number.0),
        serial: Set(number.1),
        status: Set(report.status.code().to_owned()),
        severity: Set(report.severity.code().to_owned()),
        service: Set(report.service.code().to_owned()),
        county: Set(report.county.clone()),
        is_alarm: Set(report.is_alarm),
        acknowledged_at: Set(None),
        acknowledged_by: Set(None),
        case_id: Set(None),
        language: Set(report.language.code().to_owned()),
        key_wrapped: Set(key.wrap(ring).0),
        content_sealed: Set(key.seal(place(id), &content)),
        code_number: Set(report.code_number),
        received_at: Set(report.received_at),
        due_at: Set(report.due_at),
        version: Set(report.version),
    })
    .exec_without_returning(&**tx)
    .await?;
    count(tx, report.severity.code(), &report.county, rules::month_of(day)).await?;
    Ok(report)
}

async fn count(tx: &Tx, severity: &str, county: &str, month: NaiveDate) -> Result<(), Failure> {
    let row = interference_count::ActiveModel {
        severity: Set(severity.to_owned()),
        county: Set(county.to_owned()),
        month: Set(month),
        count: Set(1),
    };
    let key = [
        interference_count::Column::Severity,
        interference_count::Column::County,
        interference_count::Column::Month,
    ];
    let known = Expr::col((interference_count::Entity, interference_count::Column::Count));
    interference_count::Entity::insert(row)
        .on_conflict(
            OnConflict::columns(key)
                .value(interference_count::Column::Count, known.add(1))
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Deletes a report with its key: nothing of it is left but that it was counted.
///
/// # Errors
/// When the database does not answer.
pub async fn erase(tx: &Tx, id: Uuid) -> Result<(), Failure> {
    interference_report::Entity::delete_by_id(id).exec(&**tx).await?;
    Ok(())
}

fn from_row(row: interference_report::Model) -> Result<Kept, Failure> {
    let report = Report {
        id: row.id,
        number: (row.year, row.serial),
        status: row.case_id.map_or(Status::Received, Status::InCase),
        severity: row.severity.parse().map_err(|_| Failure::internal("unknown class"))?,
        service: row.service.parse().map_err(|_| Failure::internal("unknown service"))?,
        county: row.county,
        is_alarm: row.is_alarm,
        acknowledged: row.acknowledged_at.zip(row.acknowledged_by),
        language: Language::parse(&row.language).map_err(Failure::internal)?,
        received_at: row.received_at,
        due_at: row.due_at,
        code_number: row.code_number,
        version: row.version,
    };
    Ok(Kept { report, wrapped: WrappedKey(row.key_wrapped), sealed: row.content_sealed })
}

/// The report with this id.
///
/// # Errors
/// 404 without one.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Kept, Failure> {
    let row = interference_report::Entity::find_by_id(id).one(connection).await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// The report, locked until the transaction ends.
///
/// # Errors
/// 404 without one.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Kept, Failure> {
    let row = interference_report::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// The report of a number, locked until the transaction ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock_number(tx: &Tx, number: (i32, i64)) -> Result<Option<Report>, Failure> {
    let row = interference_report::Entity::find()
        .filter(interference_report::Column::Year.eq(number.0))
        .filter(interference_report::Column::Serial.eq(number.1))
        .lock_exclusive()
        .one(&**tx)
        .await?;
    Ok(row.map(from_row).transpose()?.map(|kept| kept.report))
}

/// Overwrites where a locked report stands.
///
/// # Errors
/// When the database does not answer.
pub async fn update(tx: &Tx, report: &Report) -> Result<(), Failure> {
    let case = match report.status {
        Status::Received => None,
        Status::InCase(case) => Some(case),
    };
    let (at, by) = report.acknowledged.clone().unzip();
    interference_report::Entity::update_many()
        .set(interference_report::ActiveModel {
            status: Set(report.status.code().to_owned()),
            acknowledged_at: Set(at),
            acknowledged_by: Set(by),
            case_id: Set(case),
            code_number: Set(report.code_number),
            version: Set(report.version),
            ..Default::default()
        })
        .filter(interference_report::Column::Id.eq(report.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The reports of a supervision case, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_case(connection: &impl ConnectionTrait, case: Uuid) -> Result<Vec<Kept>, Failure> {
    let rows = interference_report::Entity::find()
        .filter(interference_report::Column::CaseId.eq(case))
        .order_by_asc(interference_report::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Reports nobody has decided about, the one due first first, after a place in that order.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &impl ConnectionTrait,
    filter: &Filter,
    now: DateTime<Utc>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: u64,
) -> Result<Vec<Kept>, Failure> {
    use interference_report::Column;
    let mut query = interference_report::Entity::find()
        .filter(Column::Status.into_expr().eq(written(Status::Received.code())));
    if let Some(severity) = filter.severity {
        query = query.filter(Column::Severity.eq(severity.code()));
    }
    if let Some(service) = filter.service {
        query = query.filter(Column::Service.eq(service.code()));
    }
    if let Some(county) = &filter.county {
        query = query.filter(Column::County.eq(county));
    }
    if filter.rings {
        query = query.filter(Column::IsAlarm.eq(true)).filter(Column::AcknowledgedAt.is_null());
    }
    if filter.overdue {
        query = query.filter(Column::DueAt.lte(now));
    }
    if let Some((due, id)) = after {
        let later = Column::DueAt.gt(due).or(Column::DueAt.eq(due).and(Column::Id.gt(id)));
        query = query.filter(later);
    }
    let rows = query
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Reports nobody has decided about, counted by what they can be filtered by.
///
/// # Errors
/// When the database does not answer.
pub async fn groups(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<Group>, Failure> {
    let backend = connection.get_database_backend();
    let now_at = if backend == DbBackend::Postgres { "$1" } else { "?" };
    let sql = format!(
        "SELECT severity, service, county, rings, late, count(*) AS n FROM (\
         SELECT severity, service, county, is_alarm AND acknowledged_at IS NULL AS rings, \
         due_at <= {now_at} AS late FROM interference_report WHERE status = 'received') AS part \
         GROUP BY severity, service, county, rings, late"
    );
    let statement = Statement::from_sql_and_values(backend, sql, [now.into()]);
    let rows = connection.query_all_raw(statement).await?;
    rows.iter()
        .map(|row| {
            Ok(Group {
                severity: row.try_get("", "severity")?,
                service: row.try_get("", "service")?,
                county: row.try_get("", "county")?,
                rings: row.try_get("", "rings")?,
                is_overdue: row.try_get("", "late")?,
                count: u64::try_from(row.try_get::<i64>("", "n")?).unwrap_or(0),
            })
        })
        .collect()
}

/// The counts of all reports of this year and the five before it, as everybody may see them.
///
/// # Errors
/// When the database does not answer.
pub async fn tallies(
    connection: &impl ConnectionTrait,
    today: NaiveDate,
) -> Result<Vec<Tally>, Failure> {
    use interference_count::Column;
    let since = NaiveDate::from_ymd_opt(today.year() - 5, 1, 1).unwrap_or(today);
    let rows = interference_count::Entity::find()
        .filter(Column::Month.gte(since))
        .order_by_desc(Column::Month)
        .order_by_asc(Column::County)
        .order_by_asc(Column::Severity)
        .all(connection)
        .await?;
    let told = |row: interference_count::Model| {
        rules::tally(row.severity, row.county, row.month, u64::try_from(row.count).unwrap_or(0))
    };
    Ok(rows.into_iter().map(told).collect())
}
