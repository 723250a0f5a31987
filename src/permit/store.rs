//! Rows of permits, their versions, identifiers and contacts.

pub mod certificate;
mod unconfirmed;

pub use unconfirmed::Unconfirmed;

use anrop_entity::{counter, permit, permit_contact, permit_identifier, permit_version};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    contact::EmergencyContact,
    kind::{self, Kind},
    lifecycle::Status,
    model::{Identifier, Permit, Scheme},
};
use crate::{
    database::{Tx, is_taken},
    failure::{Failure, Problem},
    identity::{Kinds, Sight},
    keys::{BlindPurpose, DataKey, KeyRing, Place, blind},
    notification,
    values::{
        call_sign::CallSign,
        ids::{CaseId, PartyId, PermitId, fresh},
        validity::Validity,
    },
};

/// The row of a permit.
pub fn to_row(permit: &Permit) -> permit::ActiveModel {
    permit::ActiveModel {
        id: Set(permit.id.0),
        kind: Set(permit.kind.as_str().to_owned()),
        number: Set(permit.number.clone()),
        holder_id: Set(permit.holder.0),
        case_id: Set(permit.case.map(|id| id.0)),
        status: Set(permit.status.code().to_owned()),
        details: Set(permit.details.clone()),
        call_sign: Set(permit.call_sign.map(|sign| sign.to_string())),
        version: Set(permit.version),
        valid_from: Set(permit.validity.from()),
        valid_until: Set(permit.validity.until()),
        conditions: Set(json!(permit.conditions)),
        verification_code: Set(permit.verification_code.clone()),
        issued_at: Set(permit.issued_at),
        ended_at: Set(permit.ended.as_ref().map(|(at, _)| *at)),
        end_reason: Set(permit.ended.as_ref().map(|(_, reason)| reason.clone())),
        confirmed_at: Set(permit.confirmed_at),
        changed_at: Set(permit.changed_at),
        contacts_destroyed_at: Set(None),
        contacts_replaced_at: Set(None),
    }
}

/// The permit a row stands for.
pub fn from_row(row: permit::Model) -> Result<Permit, Failure> {
    Ok(Permit {
        id: PermitId(row.id),
        kind: kind::from_code(&row.kind).ok_or_else(|| Failure::internal("unknown permit kind"))?,
        number: row.number,
        holder: PartyId(row.holder_id),
        case: row.case_id.map(CaseId),
        status: Status::from_code(&row.status)
            .ok_or_else(|| Failure::internal("unknown permit status"))?,
        details: row.details,
        call_sign: row
            .call_sign
            .map(|sign| CallSign::parse(&sign))
            .transpose()
            .map_err(Failure::internal)?,
        version: row.version,
        validity: Validity::new(row.valid_from, row.valid_until).map_err(Failure::internal)?,
        conditions: serde_json::from_value(row.conditions).map_err(Failure::internal)?,
        verification_code: row.verification_code,
        issued_at: row.issued_at,
        ended: row.ended_at.map(|at| (at, row.end_reason.unwrap_or_default())),
        confirmed_at: row.confirmed_at,
        changed_at: row.changed_at,
    })
}

/// Writes a new permit.
pub async fn insert(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    permit::Entity::insert(to_row(permit)).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Overwrites a permit that was read at the version before; 412 when somebody was faster.
pub async fn update(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    let mut row = to_row(permit);
    row.id = sea_orm::ActiveValue::NotSet;
    row.contacts_replaced_at = sea_orm::ActiveValue::NotSet;
    if permit.ended.is_some() {
        row.contacts_destroyed_at = sea_orm::ActiveValue::NotSet;
    }
    let result = permit::Entity::update_many()
        .set(row)
        .filter(permit::Column::Id.eq(permit.id.0))
        .filter(permit::Column::Version.eq(permit.version - 1))
        .exec(&**tx)
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Failure::stale()) }
}

fn seen_by(sight: Sight) -> Option<Condition> {
    match sight {
        Sight::All => Some(Condition::all()),
        Sight::Kinds(kinds) => Some(Condition::all().add_option(of_kinds(kinds))),
        Sight::Party(party) => Some(Condition::all().add(permit::Column::HolderId.eq(party.0))),
        Sight::Nothing => None,
    }
}

fn of_kinds(kinds: Kinds) -> Option<sea_orm::sea_query::SimpleExpr> {
    kinds.limit().map(|kinds| permit::Column::Kind.is_in(kinds))
}

/// A row that was asked for: somebody else's is not found, and one of a kind the caller does not handle is
/// refused.
fn taken(sight: Sight, row: Option<permit::Model>) -> Result<Permit, Failure> {
    let is_seen = |row: &permit::Model| match sight {
        Sight::All | Sight::Kinds(_) => true,
        Sight::Party(party) => row.holder_id == party.0,
        Sight::Nothing => false,
    };
    let permit = row.filter(is_seen).map(from_row).transpose()?.ok_or_else(Failure::not_found)?;
    sight.needs_kind(permit.kind)?;
    Ok(permit)
}

/// These permits, in any order.
///
/// # Errors
/// When the database does not answer.
pub async fn many(
    connection: &impl ConnectionTrait,
    ids: &[PermitId],
) -> Result<Vec<Permit>, Failure> {
    let ids = ids.iter().map(|id| id.0);
    let rows = permit::Entity::find().filter(permit::Column::Id.is_in(ids)).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

/// The permit, if the caller may see it.
pub async fn find(
    connection: &impl ConnectionTrait,
    sight: Sight,
    id: PermitId,
) -> Result<Permit, Failure> {
    taken(sight, permit::Entity::find_by_id(id.0).one(connection).await?)
}

/// The permit, locked until the transaction ends, if the caller may see it.
pub async fn lock(tx: &Tx, sight: Sight, id: PermitId) -> Result<Permit, Failure> {
    taken(sight, permit::Entity::find_by_id(id.0).lock_exclusive().one(&**tx).await?)
}

/// The permit with this verification code.
pub async fn find_by_code(
    connection: &impl ConnectionTrait,
    code: &str,
) -> Result<Option<Permit>, Failure> {
    permit::Entity::find()
        .filter(permit::Column::VerificationCode.eq(code))
        .one(connection)
        .await?
        .map(from_row)
        .transpose()
}

/// The permit with this number.
///
/// # Errors
/// When the database does not answer.
pub async fn find_by_number(
    connection: &impl ConnectionTrait,
    number: &str,
) -> Result<Option<Permit>, Failure> {
    permit::Entity::find()
        .filter(permit::Column::Number.eq(number))
        .one(connection)
        .await?
        .map(from_row)
        .transpose()
}

/// The id of the permit with this number.
///
/// # Errors
/// When the database does not answer.
pub async fn id_of_number(
    connection: &impl ConnectionTrait,
    number: &str,
) -> Result<Option<PermitId>, Failure> {
    let found: Option<Uuid> = permit::Entity::find()
        .select_only()
        .column(permit::Column::Id)
        .filter(permit::Column::Number.eq(number))
        .into_tuple()
        .one(connection)
        .await?;
    Ok(found.map(PermitId))
}

/// What a list of permits is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct PermitQuery {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only kinds that the reader handles.
    pub kinds: Kinds,
    /// Only live ones whose last day lies before this one.
    pub ending_before: Option<chrono::NaiveDate>,
    /// Only live ones with a beacon or emergency contacts that were last confirmed before this moment.
    pub confirmed_before: Option<chrono::DateTime<chrono::Utc>>,
}

/// Permits the caller may see, by id, after `after`.
pub async fn list(
    connection: &impl ConnectionTrait,
    sight: Sight,
    asked: PermitQuery,
    after: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<Permit>, u64), Failure> {
    use sea_orm::PaginatorTrait as _;
    let Some(seen) = seen_by(sight) else { return Ok((Vec::new(), 0)) };
    let mut query = permit::Entity::find().filter(seen.add_option(of_kinds(asked.kinds)));
    if let Some(kind) = asked.kind {
        query = query.filter(permit::Column::Kind.eq(kind.as_str()));
    }
    if let Some(day) = asked.ending_before {
        // the end is the day after the last
        query = query.filter(is_live()).filter(permit::Column::ValidUntil.lte(day));
    }
    if let Some(moment) = asked.confirmed_before {
        query = query
            .filter(permit::Column::EndedAt.is_null())
            .filter(permit::Column::ConfirmedAt.lt(moment))
            .filter(sea_orm::sea_query::Expr::cust(notification::store::IS_CONFIRMED_YEARLY));
    }
    let total = query.clone().count(connection).await?;
    if let Some(after) = after {
        query = query.filter(permit::Column::Id.gt(after));
    }
    let rows = query.order_by_asc(permit::Column::Id).limit(limit).all(connection).await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_, _>>()?, total))
}

/// Those permits that their holder must not miss where not all are shown: live ones, then ended ones, of each the newest
/// first; and how many there are in all.
///
/// # Errors
/// When the database does not answer.
pub async fn foremost(
    connection: &impl ConnectionTrait,
    sight: Sight,
    limit: u64,
) -> Result<(Vec<Permit>, u64), Failure> {
    use sea_orm::PaginatorTrait as _;
    let Some(seen) = seen_by(sight) else { return Ok((Vec::new(), 0)) };
    let all = permit::Entity::find().filter(seen);
    let total = all.clone().count(connection).await?;
    let rows = all
        .order_by_asc(Expr::cust("CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END"))
        .order_by_desc(permit::Column::IssuedAt)
        .order_by_desc(permit::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_, _>>()?, total))
}

/// Live permits the caller may see whose last day lies before `day`, the one that ends first first.
///
/// # Errors
/// When the database does not answer.
pub async fn ending(
    connection: &impl ConnectionTrait,
    sight: Sight,
    day: chrono::NaiveDate,
    limit: u64,
) -> Result<Vec<Permit>, Failure> {
    let Some(seen) = seen_by(sight) else { return Ok(Vec::new()) };
    // the end is the day after the last
    let rows = permit::Entity::find()
        .filter(seen)
        .filter(is_live())
        .filter(permit::Column::ValidUntil.lte(day))
        .order_by_asc(permit::Column::ValidUntil)
        .order_by_asc(permit::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

fn is_live() -> sea_orm::sea_query::SimpleExpr {
    let live = Status::ALL.into_iter().filter(|status| status.is_live());
    permit::Column::Status.is_in(live.map(Status::code))
}

/// Live permits of a holder.
pub async fn live_of_holder(
    connection: &impl ConnectionTrait,
    holder: PartyId,
) -> Result<Vec<Permit>, Failure> {
    permit::Entity::find()
        .filter(permit::Column::HolderId.eq(holder.0))
        .filter(is_live())
        .order_by_asc(permit::Column::Id)
        .all(connection)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// Ended permits of a holder, in the order of their ids.
pub async fn ended_of_holder(
    connection: &impl ConnectionTrait,
    holder: PartyId,
) -> Result<Vec<Permit>, Failure> {
    permit::Entity::find()
        .filter(permit::Column::HolderId.eq(holder.0))
        .filter(permit::Column::EndedAt.is_not_null())
        .order_by_asc(permit::Column::Id)
        .all(connection)
        .await?
        .into_iter()
        .map(from_row)
        .collect()
}

/// Live permits of stations that name this call sign as that of the licensee who answers for them, in
/// the order of their ids.
pub async fn live_under(
    connection: &impl ConnectionTrait,
    licensee: CallSign,
) -> Result<Vec<PermitId>, Failure> {
    // written as the index has it
    let named = match connection.get_database_backend() {
        sea_orm::DbBackend::Postgres => "details ->> 'responsible' = $1",
        _ => "json_extract(details, '$.responsible') = ?",
    };
    let ids: Vec<Uuid> = permit::Entity::find()
        .select_only()
        .column(permit::Column::Id)
        .filter(Expr::cust_with_values(named, [licensee.to_string()]))
        .filter(is_live())
        .order_by_asc(permit::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(PermitId).collect())
}

/// Who wrote the newest version of a permit that an event of this code made; nobody where none has.
///
/// # Errors
/// When the database does not answer.
pub async fn last_actor(
    connection: &impl ConnectionTrait,
    id: PermitId,
    event: &str,
) -> Result<Option<String>, Failure> {
    let actor: Option<String> = permit_version::Entity::find()
        .select_only()
        .column(permit_version::Column::Actor)
        .filter(permit_version::Column::PermitId.eq(id.0))
        .filter(permit_version::Column::Event.eq(event))
        .order_by_desc(permit_version::Column::Version)
        .into_tuple()
        .one(connection)
        .await?;
    Ok(actor)
}

/// Live permits of a kind, in the order of their ids, after `after`. Of one kind, whose index has that order: of
/// several at once, every piece would read and sort them all.
pub async fn live_of_kind(
    connection: &impl ConnectionTrait,
    kind: Kind,
    after: Option<PermitId>,
    limit: u64,
) -> Result<Vec<PermitId>, Failure> {
    let mut query = permit::Entity::find()
        .select_only()
        .column(permit::Column::Id)
        .filter(permit::Column::Kind.eq(kind.as_str()))
        .filter(is_live());
    if let Some(after) = after {
        query = query.filter(permit::Column::Id.gt(after.0));
    }
    let ids: Vec<Uuid> =
        query.order_by_asc(permit::Column::Id).limit(limit).into_tuple().all(connection).await?;
    Ok(ids.into_iter().map(PermitId).collect())
}

/// Name of the row of `counter` that says of which form the rows of claims are.
const CLAIMS_FORM: &str = "claims_form";

/// Of which form the rows are that kinds keep beside their permits.
pub async fn claims_form(connection: &impl ConnectionTrait) -> Result<i64, Failure> {
    let row = counter::Entity::find_by_id(CLAIMS_FORM).one(connection).await?;
    Ok(row.map_or(0, |row| row.value))
}

/// Notes of which form they are.
pub async fn set_claims_form(tx: &Tx, form: i64) -> Result<(), Failure> {
    counter::Entity::update_many()
        .set(counter::ActiveModel { value: Set(form), ..Default::default() })
        .filter(counter::Column::Name.eq(CLAIMS_FORM))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Claims identifiers for a permit; 409 when a live permit has one already.
pub async fn claim(tx: &Tx, permit: PermitId, identifiers: &[Identifier]) -> Result<(), Failure> {
    for identifier in identifiers {
        permit_identifier::Entity::insert(identifier_row(permit, identifier, tx.now()))
            .exec_without_returning(&**tx)
            .await
            .map_err(|error| {
                if is_taken(&error, "permit_identifier") {
                    Failure::new(
                        Problem::IdentifierTaken,
                        "Another live permit has this identifier. That permit must end first.",
                    )
                } else {
                    error.into()
                }
            })?;
    }
    Ok(())
}

/// The row of an identifier that a permit claims.
pub fn identifier_row(
    permit: PermitId,
    identifier: &Identifier,
    now: chrono::DateTime<chrono::Utc>,
) -> permit_identifier::ActiveModel {
    permit_identifier::ActiveModel {
        id: Set(fresh(now)),
        permit_id: Set(permit.0),
        scheme: Set(identifier.scheme.code().to_owned()),
        value: Set(identifier.value.clone()),
        live: Set(true),
    }
}

/// Gives up a permit's identifiers in `schemes`; they stay known as ended ones.
pub async fn release(tx: &Tx, permit: PermitId, schemes: &[Scheme]) -> Result<(), Failure> {
    permit_identifier::Entity::update_many()
        .set(permit_identifier::ActiveModel { live: Set(false), ..Default::default() })
        .filter(permit_identifier::Column::PermitId.eq(permit.0))
        .filter(permit_identifier::Column::Live.eq(true))
        .filter(permit_identifier::Column::Scheme.is_in(schemes.iter().map(|scheme| scheme.code())))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Permits that have or had an identifier, live ones first.
pub async fn by_identifier(
    connection: &impl ConnectionTrait,
    schemes: &[Scheme],
    value: &str,
) -> Result<Vec<(Permit, Scheme, bool)>, Failure> {
    let rows = permit_identifier::Entity::find()
        .filter(permit_identifier::Column::Value.eq(value))
        .filter(permit_identifier::Column::Scheme.is_in(schemes.iter().map(|scheme| scheme.code())))
        .order_by_desc(permit_identifier::Column::Live)
        .order_by_desc(permit_identifier::Column::Id)
        .limit(20)
        .all(connection)
        .await?;
    let mut found: Vec<(Permit, Scheme, bool)> = Vec::with_capacity(rows.len());
    for row in rows {
        if found.iter().any(|(permit, _, _)| permit.id.0 == row.permit_id) {
            continue;
        }
        let scheme = Scheme::from_code(&row.scheme)
            .ok_or_else(|| Failure::internal("unknown identifier scheme"))?;
        let permit = find(connection, Sight::All, PermitId(row.permit_id)).await?;
        found.push((permit, scheme, row.live));
    }
    Ok(found)
}

/// True if a live permit other than `except` has the identifier.
pub async fn is_claimed(
    connection: &impl ConnectionTrait,
    identifier: &Identifier,
    except: Option<PermitId>,
) -> Result<bool, Failure> {
    let mut query = permit_identifier::Entity::find()
        .filter(permit_identifier::Column::Scheme.eq(identifier.scheme.code()))
        .filter(permit_identifier::Column::Value.eq(&identifier.value))
        .filter(permit_identifier::Column::Live.eq(true));
    if let Some(except) = except {
        query = query.filter(permit_identifier::Column::PermitId.ne(except.0));
    }
    Ok(query.one(connection).await?.is_some())
}

/// Where a contact of a permit is sealed.
pub fn contact_place(permit: Uuid, rank: i32) -> Place {
    // the rank is part of the place, so that two contacts cannot be swapped in the database
    Place {
        table: "permit_contact",
        column: CONTACT_COLUMNS[rank.clamp(1, 5) as usize - 1],
        row: permit,
    }
}

const CONTACT_COLUMNS: [&str; 5] = ["sealed.1", "sealed.2", "sealed.3", "sealed.4", "sealed.5"];

/// Replaces the emergency contacts of a permit. Who is not listed any more goes from its history by the retention job.
pub async fn replace_contacts(
    tx: &Tx,
    ring: &KeyRing,
    permit: PermitId,
    contacts: &[EmergencyContact],
) -> Result<(), Failure> {
    let before = permit_contact::Entity::delete_many()
        .filter(permit_contact::Column::PermitId.eq(permit.0))
        .exec(&**tx)
        .await?;
    if before.rows_affected > 0 {
        permit::Entity::update_many()
            .set(permit::ActiveModel {
                contacts_replaced_at: Set(Some(tx.now())),
                ..Default::default()
            })
            .filter(permit::Column::Id.eq(permit.0))
            .exec(&**tx)
            .await?;
    }
    for row in contact_rows(ring, permit, contacts)? {
        permit_contact::Entity::insert(row).exec_without_returning(&**tx).await?;
    }
    let phones: Vec<Vec<u8>> = contacts
        .iter()
        .map(|contact| blind(ring, BlindPurpose::Phone, &contact.phone.dial()).to_vec())
        .collect();
    notification::store::follow_contacts(tx, permit, &phones).await
}

/// The rows of a permit's emergency contacts.
pub fn contact_rows(
    ring: &KeyRing,
    permit: PermitId,
    contacts: &[EmergencyContact],
) -> Result<Vec<permit_contact::ActiveModel>, Failure> {
    let row = |(rank, contact): (i32, &EmergencyContact)| {
        let bytes = serde_json::to_vec(contact).map_err(Failure::internal)?;
        Ok(permit_contact::ActiveModel {
            permit_id: Set(permit.0),
            rank: Set(rank),
            sealed: Set(ring.seal(contact_place(permit.0, rank), &bytes)),
            phone_blind: Set(blind(ring, BlindPurpose::Phone, &contact.phone.dial()).to_vec()),
            confirmed_at: Set(contact.confirmed_at),
        })
    };
    (1..).zip(contacts).map(row).collect()
}

/// The emergency contacts of a permit in calling order, opened.
pub async fn contacts(
    connection: &impl ConnectionTrait,
    ring: &KeyRing,
    permit: PermitId,
) -> Result<Vec<EmergencyContact>, Failure> {
    let rows = permit_contact::Entity::find()
        .filter(permit_contact::Column::PermitId.eq(permit.0))
        .order_by_asc(permit_contact::Column::Rank)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let bytes = ring
                .open(contact_place(permit.0, row.rank), &row.sealed)
                .map_err(Failure::internal)?;
            serde_json::from_slice(&bytes).map_err(Failure::internal)
        })
        .collect()
}

/// True if the permit has emergency contacts.
pub async fn has_contacts(
    connection: &impl ConnectionTrait,
    permit: PermitId,
) -> Result<bool, Failure> {
    let row = permit_contact::Entity::find()
        .filter(permit_contact::Column::PermitId.eq(permit.0))
        .one(connection)
        .await?;
    Ok(row.is_some())
}

/// One version of a permit's history.
#[derive(Debug, Clone)]
pub struct Version {
    /// Number.
    pub version: i32,
    /// Event that made it.
    pub event: String,
    /// Who held it then.
    pub holder: PartyId,
    /// From when it holds.
    pub valid_at: chrono::DateTime<chrono::Utc>,
    /// When it was written.
    pub recorded_at: chrono::DateTime<chrono::Utc>,
    /// Who made it.
    pub actor: String,
    sealed: Vec<u8>,
    id: Uuid,
}

fn version_place(id: Uuid) -> Place {
    Place { table: "permit_version", column: "state_sealed", row: id }
}

/// Writes the version a permit has come to, with its whole record, under the holder's data key.
pub async fn insert_version(
    tx: &Tx,
    key: &DataKey,
    permit: &Permit,
    record: &Value,
    event: &str,
    actor: &str,
) -> Result<(), Failure> {
    let row = version_row(key, permit, record, event, actor, tx.now())?;
    permit_version::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The row of the version a permit has come to.
pub fn version_row(
    key: &DataKey,
    permit: &Permit,
    record: &Value,
    event: &str,
    actor: &str,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<permit_version::ActiveModel, Failure> {
    let bytes = serde_json::to_vec(record).map_err(Failure::internal)?;
    Ok(permit_version::ActiveModel {
        permit_id: Set(permit.id.0),
        version: Set(permit.version),
        event: Set(event.to_owned()),
        holder_id: Set(permit.holder.0),
        state_sealed: Set(key.seal(version_place(permit.id.0), &bytes)),
        valid_at: Set(at),
        recorded_at: Set(at),
        actor: Set(actor.to_owned()),
    })
}

/// Overwrites what a version says, sealed as it was.
pub async fn reseal_version(
    tx: &Tx,
    key: &DataKey,
    version: &Version,
    record: &Value,
) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(record).map_err(Failure::internal)?;
    permit_version::Entity::update_many()
        .set(permit_version::ActiveModel {
            state_sealed: Set(key.seal(version_place(version.id), &bytes)),
            ..Default::default()
        })
        .filter(permit_version::Column::PermitId.eq(version.id))
        .filter(permit_version::Column::Version.eq(version.version))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Every version of a permit, first to last.
pub async fn versions(
    connection: &impl ConnectionTrait,
    permit: PermitId,
) -> Result<Vec<Version>, Failure> {
    let rows = permit_version::Entity::find()
        .filter(permit_version::Column::PermitId.eq(permit.0))
        .order_by_asc(permit_version::Column::Version)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(version_of).collect())
}

/// One version of a permit.
pub async fn version(
    connection: &impl ConnectionTrait,
    permit: PermitId,
    version: i32,
) -> Result<Option<Version>, Failure> {
    let row = permit_version::Entity::find_by_id((permit.0, version)).one(connection).await?;
    Ok(row.map(version_of))
}

/// These versions of these permits, in no order; those there are not are left out.
pub async fn versions_at(
    connection: &impl ConnectionTrait,
    wanted: &[(PermitId, i32)],
) -> Result<Vec<Version>, Failure> {
    let which = wanted.iter().fold(Condition::any(), |any, (permit, version)| {
        any.add(
            Condition::all()
                .add(permit_version::Column::PermitId.eq(permit.0))
                .add(permit_version::Column::Version.eq(*version)),
        )
    });
    let rows = permit_version::Entity::find().filter(which).all(connection).await?;
    Ok(rows.into_iter().map(version_of).collect())
}

fn version_of(row: permit_version::Model) -> Version {
    Version {
        version: row.version,
        event: row.event,
        holder: PartyId(row.holder_id),
        valid_at: row.valid_at,
        recorded_at: row.recorded_at,
        actor: row.actor,
        sealed: row.state_sealed,
        id: row.permit_id,
    }
}

impl Version {
    /// The permit it is a version of.
    pub fn permit(&self) -> PermitId {
        PermitId(self.id)
    }

    /// The record as it was, opened with the data key of its holder.
    pub fn record(&self, key: &DataKey) -> Result<Value, Failure> {
        let bytes = key.open(version_place(self.id), &self.sealed).map_err(Failure::internal)?;
        serde_json::from_slice(&bytes).map_err(Failure::internal)
    }
}

/// The next serial of a counter for people's numbers; gaps are allowed.
pub async fn next_serial(tx: &Tx, counter: &str) -> Result<i64, Failure> {
    let sql = if tx.is_postgres() {
        "SELECT nextval($1::text::regclass) AS value"
    } else {
        "UPDATE counter SET value = value + 1 WHERE name = ? RETURNING value"
    };
    let row = tx
        .query_one_raw(sea_orm::Statement::from_sql_and_values(
            tx.get_database_backend(),
            sql,
            [counter.into()],
        ))
        .await?
        .ok_or_else(|| Failure::internal("a counter is missing"))?;
    Ok(row.try_get("", "value")?)
}

const RENEWAL_WAITS: &str = "NOT EXISTS (SELECT 1 FROM \"case\" c WHERE c.permit_id = permit.id \
    AND c.purpose = 'renewal' AND c.status IN ('submitted', 'underReview', 'waitingForApplicant'))";

/// Live permits whose last day was before `day`, but for those whose renewal waits for its decision:
/// who asks in time is not late because the authority is. Those in `but` are left out.
pub async fn ended_by(
    connection: &impl ConnectionTrait,
    day: chrono::NaiveDate,
    but: &[PermitId],
    limit: u64,
) -> Result<Vec<PermitId>, Failure> {
    let ids: Vec<Uuid> = permit::Entity::find()
        .select_only()
        .column(permit::Column::Id)
        .filter(is_live())
        .filter(permit::Column::ValidUntil.lte(day))
        .filter(permit::Column::Id.is_not_in(but.iter().map(|id| id.0)))
        .filter(sea_orm::sea_query::Expr::cust(RENEWAL_WAITS))
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(PermitId).collect())
}
