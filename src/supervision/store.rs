//! Rows of supervision cases and of what is done in them.

use anrop_entity::{supervision_act, supervision_case};
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    sea_query::{Expr, SelectStatement},
};
use uuid::Uuid;

use super::{
    lifecycle::Status,
    model::{Act, Case, Deed, Matter},
};
use crate::{
    database::{Tx, is_taken},
    failure::{Failure, Problem},
    identity::SupervisionSight,
    keys::{DataKey, KeyRing, Place, WrappedKey},
    values::{
        ids::{CaseId, LetterId, PartyId, PermitId},
        language::Language,
    },
};

/// A case with what it is about, still sealed.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The case.
    pub case: Case,
    wrapped: WrappedKey,
    sealed: Vec<u8>,
}

fn matter_place(id: Uuid) -> Place {
    Place { table: "supervision_case", column: "content_sealed", row: id }
}

fn act_place(id: Uuid) -> Place {
    Place { table: "supervision_act", column: "content_sealed", row: id }
}

impl Kept {
    /// The key of everything in the case.
    ///
    /// # Errors
    /// When it does not open.
    pub fn key(&self, ring: &KeyRing) -> Result<DataKey, Failure> {
        DataKey::unwrap(ring, self.case.id.0, &self.wrapped).map_err(Failure::internal)
    }

    /// What it is about.
    ///
    /// # Errors
    /// When it does not open.
    pub fn matter(&self, key: &DataKey) -> Result<Matter, Failure> {
        let place = matter_place(self.case.id.0);
        let bytes = key.open(place, &self.sealed).map_err(Failure::internal)?;
        serde_json::from_slice(&bytes).map_err(Failure::internal)
    }
}

fn hertz(value: u64) -> Result<i64, Failure> {
    i64::try_from(value).map_err(Failure::internal)
}

/// Writes a new case under a key of its own.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, ring: &KeyRing, case: &Case, matter: &Matter) -> Result<(), Failure> {
    let key = DataKey::generate(case.id.0);
    let content = serde_json::to_vec(matter).map_err(Failure::internal)?;
    let mut row = to_row(case, tx)?;
    row.id = Set(case.id.0);
    row.year = Set(case.number.0);
    row.serial = Set(case.number.1);
    row.opened_at = Set(case.opened_at);
    row.key_wrapped = Set(key.wrap(ring).0);
    row.content_sealed = Set(key.seal(matter_place(case.id.0), &content));
    supervision_case::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// What changes of a case.
fn to_row(case: &Case, tx: &Tx) -> Result<supervision_case::ActiveModel, Failure> {
    let (lower, upper) = case.range.unzip();
    Ok(supervision_case::ActiveModel {
        status: Set(case.status.code().to_owned()),
        outcome: Set(case.outcome.map(|outcome| outcome.code().to_owned())),
        severity: Set(case.severity.code().to_owned()),
        party_id: Set(case.party.map(|party| party.0)),
        permit_id: Set(case.permit.map(|permit| permit.0)),
        lower_hertz: Set(lower.map(hertz).transpose()?),
        upper_hertz: Set(upper.map(hertz).transpose()?),
        language: Set(case.language.code().to_owned()),
        assignee: Set(case.assignee.clone()),
        due_on: Set(case.due_on),
        corrected_on: Set(case.corrected_on),
        closed_at: Set(case.closed_at),
        version: Set(case.version),
        changed_at: Set(tx.now()),
        ..Default::default()
    })
}

fn from_row(row: supervision_case::Model) -> Result<Kept, Failure> {
    let unknown = |what: &'static str| move |_| Failure::internal(what);
    let whole = |value: i64| u64::try_from(value).map_err(Failure::internal);
    let range = match row.lower_hertz.zip(row.upper_hertz) {
        Some((lower, upper)) => Some((whole(lower)?, whole(upper)?)),
        None => None,
    };
    let case = Case {
        id: CaseId(row.id),
        number: (row.year, row.serial),
        status: row.status.parse().map_err(unknown("unknown state of a supervision case"))?,
        outcome: row
            .outcome
            .map(|text| text.parse().map_err(unknown("unknown outcome of a supervision case")))
            .transpose()?,
        severity: row.severity.parse().map_err(unknown("unknown class"))?,
        party: row.party_id.map(PartyId),
        permit: row.permit_id.map(PermitId),
        range,
        language: Language::parse(&row.language).map_err(Failure::internal)?,
        assignee: row.assignee,
        due_on: row.due_on,
        opened_at: row.opened_at,
        corrected_on: row.corrected_on,
        closed_at: row.closed_at,
        version: row.version,
    };
    Ok(Kept { case, wrapped: WrappedKey(row.key_wrapped), sealed: row.content_sealed })
}

/// The case with this id.
///
/// # Errors
/// 404 without one.
pub async fn find(connection: &impl ConnectionTrait, id: CaseId) -> Result<Kept, Failure> {
    let row = supervision_case::Entity::find_by_id(id.0).one(connection).await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// The id of the case with this number, by year and serial.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_number(
    connection: &impl ConnectionTrait,
    (year, serial): (i32, i64),
) -> Result<Option<CaseId>, Failure> {
    let row = supervision_case::Entity::find()
        .filter(supervision_case::Column::Year.eq(year))
        .filter(supervision_case::Column::Serial.eq(serial))
        .one(connection)
        .await?;
    Ok(row.map(|row| CaseId(row.id)))
}

/// The case, locked until the transaction ends.
///
/// # Errors
/// 404 without one.
pub async fn lock(tx: &Tx, id: CaseId) -> Result<Kept, Failure> {
    let row = supervision_case::Entity::find_by_id(id.0).lock_exclusive().one(&**tx).await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// Overwrites a locked case; its version grows.
///
/// # Errors
/// When the database does not answer.
pub async fn save(tx: &Tx, mut case: Case) -> Result<Case, Failure> {
    case.version += 1;
    supervision_case::Entity::update_many()
        .set(to_row(&case, tx)?)
        .filter(supervision_case::Column::Id.eq(case.id.0))
        .exec(&**tx)
        .await?;
    Ok(case)
}

/// Cases a caller may not see as staff, as a query for their ids; none when they may see every one.
pub fn hidden_from(sight: &SupervisionSight) -> Option<SelectStatement> {
    let cases = supervision_case::Entity::find().select_only().column(supervision_case::Column::Id);
    let hidden = match sight {
        SupervisionSight::Nothing => cases,
        SupervisionSight::AllBut(own) if own.is_empty() => return None,
        SupervisionSight::AllBut(own) => {
            let own = own.iter().map(|party| party.0);
            cases.filter(supervision_case::Column::PartyId.is_in(own))
        }
    };
    Some(hidden.into_query())
}

/// True for a case of supervision that the caller may not see as staff; false for any other case.
///
/// # Errors
/// When the database does not answer.
pub async fn is_hidden(
    connection: &impl ConnectionTrait,
    sight: &SupervisionSight,
    case: CaseId,
) -> Result<bool, Failure> {
    let Some(hidden) = hidden_from(sight) else { return Ok(false) };
    let found = supervision_case::Entity::find_by_id(case.0)
        .filter(supervision_case::Column::Id.in_subquery(hidden));
    Ok(found.count(connection).await? > 0)
}

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct CaseQuery {
    /// Only in these states; all when empty.
    pub statuses: Vec<Status>,
    /// Only of this caseworker.
    pub assignee: Option<String>,
    /// Only those whose day had passed by this one.
    pub overdue_on: Option<NaiveDate>,
    /// Only those opened before this one.
    pub before: Option<Uuid>,
    /// None that is directed at one of these.
    pub but: Vec<PartyId>,
}

fn but(parties: &[PartyId]) -> Condition {
    match parties {
        [] => Condition::all(),
        _ => Condition::any()
            .add(supervision_case::Column::PartyId.is_null())
            .add(supervision_case::Column::PartyId.is_not_in(parties.iter().map(|one| one.0))),
    }
}

fn matching(query: &CaseQuery) -> sea_orm::Select<supervision_case::Entity> {
    use supervision_case::Column;
    let mut found = supervision_case::Entity::find().filter(but(&query.but));
    if !query.statuses.is_empty() {
        found = found.filter(Column::Status.is_in(query.statuses.iter().map(|one| one.code())));
    }
    if let Some(assignee) = &query.assignee {
        found = found.filter(Column::Assignee.eq(assignee));
    }
    if let Some(day) = query.overdue_on {
        found = found.filter(Column::DueOn.lt(day)).filter(Column::ClosedAt.is_null());
    }
    found
}

/// Cases, the newest first, and how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &impl ConnectionTrait,
    query: &CaseQuery,
    limit: u64,
) -> Result<(Vec<Kept>, u64), Failure> {
    let mut found = matching(query);
    let total = found.clone().count(connection).await?;
    if let Some(before) = query.before {
        found = found.filter(supervision_case::Column::Id.lt(before));
    }
    let rows =
        found.order_by_desc(supervision_case::Column::Id).limit(limit).all(connection).await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_, _>>()?, total))
}

/// How many cases there are of each state, caseworker, and late or not; of those that fit a query's other parts
/// the caller picks. None that is directed at one of `own` is counted.
///
/// # Errors
/// When the database does not answer.
pub async fn places(
    connection: &impl ConnectionTrait,
    own: &[PartyId],
) -> Result<Vec<(String, String, Option<NaiveDate>, u64)>, Failure> {
    use supervision_case::Column;
    let rows: Vec<(String, String, Option<NaiveDate>, i64)> = supervision_case::Entity::find()
        .select_only()
        .column(Column::Status)
        .column(Column::Assignee)
        .column(Column::DueOn)
        .column_as(Column::Id.count(), "n")
        .filter(but(own))
        .group_by(Column::Status)
        .group_by(Column::Assignee)
        .group_by(Column::DueOn)
        .into_tuple()
        .all(connection)
        .await?;
    let whole = |(status, assignee, due, n): (_, _, _, i64)| {
        (status, assignee, due, u64::try_from(n).unwrap_or(0))
    };
    Ok(rows.into_iter().map(whole).collect())
}

const UNCHARGED: &str = r#"EXISTS (SELECT 1 FROM supervision_act a WHERE a.case_id = "supervision_case"."id"
  AND a.kind = 'coerciveFine' AND a.status = 'inForce'
  AND NOT EXISTS (SELECT 1 FROM invoice_line l WHERE l.fine_id = a.id))"#;

/// Closed cases with a fine in force that is not charged, by id after one.
///
/// # Errors
/// When the database does not answer.
pub async fn with_uncharged_fines(
    connection: &impl ConnectionTrait,
    after: Option<CaseId>,
    limit: u64,
) -> Result<Vec<CaseId>, Failure> {
    use supervision_case::Column;
    let mut found = supervision_case::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Status.eq(Status::Closed.code()))
        .filter(Expr::cust(UNCHARGED));
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.0));
    }
    let ids: Vec<Uuid> =
        found.order_by_asc(Column::Id).limit(limit).into_tuple().all(connection).await?;
    Ok(ids.into_iter().map(CaseId).collect())
}

fn act_row(act: &Act) -> supervision_act::ActiveModel {
    supervision_act::ActiveModel {
        status: Set(act.standing.code().to_owned()),
        signed_by: Set(act.signed_by.clone()),
        letter_id: Set(act.letter.map(|letter| letter.0)),
        due_on: Set(act.due_on),
        decided_at: Set(act.decided_at),
        ..Default::default()
    }
}

/// Writes down what was done.
///
/// # Errors
/// 409 when a fine waits for its signature already.
pub async fn add_act(tx: &Tx, key: &DataKey, act: &Act) -> Result<(), Failure> {
    let content = serde_json::to_vec(&act.deed).map_err(Failure::internal)?;
    let mut row = act_row(act);
    row.id = Set(act.id);
    row.case_id = Set(act.case.0);
    row.kind = Set(act.deed.code().to_owned());
    row.content_sealed = Set(key.seal(act_place(act.id), &content));
    row.actor = Set(act.actor.clone());
    row.made_at = Set(act.made_at);
    let written = supervision_act::Entity::insert(row).exec_without_returning(&**tx).await;
    written.map_err(|error| {
        if is_taken(&error, "supervision_act") {
            return Failure::new(
                Problem::IllegalTransition,
                "A coercive fine of this case waits for its second signature already.",
            );
        }
        error.into()
    })?;
    Ok(())
}

/// Overwrites where an act of a locked case stands.
///
/// # Errors
/// When the database does not answer.
pub async fn save_act(tx: &Tx, act: &Act) -> Result<(), Failure> {
    supervision_act::Entity::update_many()
        .set(act_row(act))
        .filter(supervision_act::Column::Id.eq(act.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

fn act_from_row(key: &DataKey, row: supervision_act::Model) -> Result<Act, Failure> {
    let bytes = key.open(act_place(row.id), &row.content_sealed).map_err(Failure::internal)?;
    let deed: Deed = serde_json::from_slice(&bytes).map_err(Failure::internal)?;
    Ok(Act {
        id: row.id,
        case: CaseId(row.case_id),
        deed,
        standing: row
            .status
            .parse()
            .map_err(|_| Failure::internal("unknown state of an act of supervision"))?,
        actor: row.actor,
        signed_by: row.signed_by,
        letter: row.letter_id.map(LetterId),
        due_on: row.due_on,
        made_at: row.made_at,
        decided_at: row.decided_at,
    })
}

/// What was done in a case, in order.
///
/// # Errors
/// When the database does not answer, or one does not open.
pub async fn acts(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: CaseId,
) -> Result<Vec<Act>, Failure> {
    let rows = supervision_act::Entity::find()
        .filter(supervision_act::Column::CaseId.eq(case.0))
        .order_by_asc(supervision_act::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(|row| act_from_row(key, row)).collect()
}

/// The case an act belongs to.
///
/// # Errors
/// 404 without such an act.
pub async fn case_of(connection: &impl ConnectionTrait, act: Uuid) -> Result<CaseId, Failure> {
    let row = supervision_act::Entity::find_by_id(act).one(connection).await?;
    row.map(|row| CaseId(row.case_id)).ok_or_else(Failure::not_found)
}

/// The act a letter told of, and its case.
///
/// # Errors
/// When the database does not answer.
pub async fn of_letter(
    connection: &impl ConnectionTrait,
    letter: LetterId,
) -> Result<Option<(Uuid, CaseId)>, Failure> {
    let row = supervision_act::Entity::find()
        .filter(supervision_act::Column::LetterId.eq(letter.0))
        .one(connection)
        .await?;
    Ok(row.map(|row| (row.id, CaseId(row.case_id))))
}
