//! Rows of legal holds.

use anrop_entity::legal_hold;
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};
use serde_json::json;
use uuid::Uuid;

use super::model::Hold;
use crate::{
    database::{Tx, is_taken},
    failure::{Failure, Problem},
    keys::{KeyRing, Place},
    seal::{self, Stream},
    values::ids::{PartyId, PermitId},
};

/// Begins the subject of a log entry about a hold.
pub const LOGGED: &str = "legal-hold/";

/// Where the reason of a hold is sealed.
pub fn reason_place(id: Uuid) -> Place {
    Place { table: "legal_hold", column: "reason_sealed", row: id }
}

/// Where the reason for lifting one is sealed.
pub fn lifting_place(id: Uuid) -> Place {
    Place { table: "legal_hold", column: "lifting_sealed", row: id }
}

/// Writes a hold and its place in the sealed log.
///
/// # Errors
/// 409 when the same is held already.
pub async fn insert(tx: &Tx, ring: &KeyRing, hold: &Hold) -> Result<(), Failure> {
    let row = legal_hold::ActiveModel {
        id: Set(hold.id),
        subject: Set(hold.subject.code().to_owned()),
        subject_id: Set(hold.subject_id),
        party_id: Set(hold.party.map(|party| party.0)),
        permit_id: Set(hold.permit.map(|permit| permit.0)),
        reason_sealed: Set(ring.seal(reason_place(hold.id), hold.reason.as_bytes())),
        held_until: Set(hold.until),
        set_by: Set(hold.set.1.clone()),
        set_at: Set(hold.set.0),
        lifted_by: Set(None),
        lifted_at: Set(None),
        lifting_sealed: Set(None),
        version: Set(hold.version),
    };
    let written = legal_hold::Entity::insert(row).exec_without_returning(&**tx).await;
    written.map_err(|error| {
        if is_taken(&error, "legal_hold") {
            let detail = "A legal hold on this is in place already. Lift that one first.";
            return Failure::new(Problem::IllegalTransition, detail);
        }
        error.into()
    })?;
    log(tx, hold.id, false).await
}

/// Commits to a step of a hold in the sealed log.
async fn log(tx: &Tx, id: Uuid, is_lifted: bool) -> Result<(), Failure> {
    let row = legal_hold::Entity::find_by_id(id).one(&**tx).await?;
    let row = row.ok_or_else(|| Failure::internal("a hold is missing"))?;
    let subject = format!("{LOGGED}{id}{}", if is_lifted { "/lifted" } else { "" });
    seal::append(tx, Stream::Privacy, &subject, content(&row, is_lifted).as_bytes());
    Ok(())
}

/// What the sealed log commits to: of the setting what never changes, of the lifting the rest.
pub fn content(row: &legal_hold::Model, is_lifted: bool) -> String {
    if is_lifted {
        return json!({ "hold": row.id, "liftedBy": row.lifted_by, "liftedAt": row.lifted_at })
            .to_string();
    }
    json!({
        "hold": row.id, "subject": row.subject, "subjectId": row.subject_id, "party": row.party_id,
        "permit": row.permit_id, "until": row.held_until, "setBy": row.set_by, "setAt": row.set_at,
    })
    .to_string()
}

/// The hold a log entry is about, and whether it is about its lifting.
pub fn logged(subject: &str) -> Option<(Uuid, bool)> {
    let rest = subject.strip_prefix(LOGGED)?;
    match rest.strip_suffix("/lifted") {
        Some(id) => Some((Uuid::try_parse(id).ok()?, true)),
        None => Some((Uuid::try_parse(rest).ok()?, false)),
    }
}

fn from_row(ring: &KeyRing, row: legal_hold::Model) -> Result<Hold, Failure> {
    let open = |place, sealed: &[u8]| {
        let bytes = ring.open(place, sealed).map_err(Failure::internal)?;
        String::from_utf8(bytes).map_err(Failure::internal)
    };
    let reason = open(reason_place(row.id), &row.reason_sealed)?;
    let lifting =
        row.lifting_sealed.map(|sealed| open(lifting_place(row.id), &sealed)).transpose()?;
    let lifted = match (row.lifted_at, row.lifted_by, lifting) {
        (Some(at), Some(by), Some(why)) => Some((at, by, why)),
        _ => None,
    };
    Ok(Hold {
        id: row.id,
        subject: row.subject.parse().map_err(|_| Failure::internal("unknown subject of a hold"))?,
        subject_id: row.subject_id,
        party: row.party_id.map(PartyId),
        permit: row.permit_id.map(PermitId),
        reason,
        until: row.held_until,
        set: (row.set_at, row.set_by),
        lifted,
        version: row.version,
    })
}

/// The hold with this id.
///
/// # Errors
/// 404 without one.
pub async fn find(
    connection: &impl ConnectionTrait,
    ring: &KeyRing,
    id: Uuid,
) -> Result<Hold, Failure> {
    let row = legal_hold::Entity::find_by_id(id).one(connection).await?;
    row.map(|row| from_row(ring, row)).transpose()?.ok_or_else(Failure::not_found)
}

/// The hold, locked until the transaction ends.
///
/// # Errors
/// 404 without one.
pub async fn lock(tx: &Tx, ring: &KeyRing, id: Uuid) -> Result<Hold, Failure> {
    let row = legal_hold::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?;
    row.map(|row| from_row(ring, row)).transpose()?.ok_or_else(Failure::not_found)
}

/// Writes down that a locked hold is lifted, and its place in the sealed log.
///
/// # Errors
/// When the database does not answer.
pub async fn lift(tx: &Tx, ring: &KeyRing, hold: &Hold) -> Result<(), Failure> {
    let Some((at, by, why)) = &hold.lifted else {
        return Err(Failure::internal("a hold is lifted without a reason"));
    };
    legal_hold::Entity::update_many()
        .set(legal_hold::ActiveModel {
            lifted_at: Set(Some(*at)),
            lifted_by: Set(Some(by.clone())),
            lifting_sealed: Set(Some(ring.seal(lifting_place(hold.id), why.as_bytes()))),
            version: Set(hold.version),
            ..Default::default()
        })
        .filter(legal_hold::Column::Id.eq(hold.id))
        .exec(&**tx)
        .await?;
    log(tx, hold.id, true).await
}

/// Holds, the newest first, and how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &impl ConnectionTrait,
    ring: &KeyRing,
    active_on: Option<NaiveDate>,
    before: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<Hold>, u64), Failure> {
    let mut query = legal_hold::Entity::find();
    if let Some(day) = active_on {
        query = query.filter(active(day));
    }
    let total = query.clone().count(connection).await?;
    if let Some(before) = before {
        query = query.filter(legal_hold::Column::Id.lt(before));
    }
    let rows = query.order_by_desc(legal_hold::Column::Id).limit(limit).all(connection).await?;
    Ok((rows.into_iter().map(|row| from_row(ring, row)).collect::<Result<_, _>>()?, total))
}

fn active(day: NaiveDate) -> Condition {
    use legal_hold::Column;
    let until = Condition::any().add(Column::HeldUntil.is_null()).add(Column::HeldUntil.gt(day));
    Condition::all().add(Column::LiftedAt.is_null()).add(until)
}

/// Ids of parties that are held on a day, as a subquery.
pub fn held_parties(day: NaiveDate) -> sea_orm::sea_query::SelectStatement {
    legal_hold::Entity::find()
        .select_only()
        .column(legal_hold::Column::PartyId)
        .filter(active(day))
        .filter(legal_hold::Column::PartyId.is_not_null())
        .into_query()
}

/// Ids of permits that are held on a day: on their own, or because their holder is.
pub fn held_permits(day: NaiveDate) -> sea_orm::sea_query::SelectStatement {
    use anrop_entity::permit;
    let own = legal_hold::Entity::find()
        .select_only()
        .column(legal_hold::Column::PermitId)
        .filter(active(day))
        .filter(legal_hold::Column::PermitId.is_not_null())
        .into_query();
    permit::Entity::find()
        .select_only()
        .column(permit::Column::Id)
        .filter(
            Condition::any()
                .add(permit::Column::Id.in_subquery(own))
                .add(permit::Column::HolderId.in_subquery(held_parties(day))),
        )
        .into_query()
}

/// Which of some parties are held on a day.
///
/// # Errors
/// When the database does not answer.
pub async fn held_of(
    connection: &impl ConnectionTrait,
    parties: &[PartyId],
    day: NaiveDate,
) -> Result<Vec<PartyId>, Failure> {
    let ids: Vec<Option<Uuid>> = legal_hold::Entity::find()
        .select_only()
        .column(legal_hold::Column::PartyId)
        .filter(active(day))
        .filter(legal_hold::Column::PartyId.is_in(parties.iter().map(|party| party.0)))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().flatten().map(PartyId).collect())
}

/// How many holds hold something back on a day.
///
/// # Errors
/// When the database does not answer.
pub async fn count_active(
    connection: &impl ConnectionTrait,
    day: NaiveDate,
) -> Result<u64, Failure> {
    Ok(legal_hold::Entity::find().filter(active(day)).count(connection).await?)
}
