//! Rows of parties and of their data keys.

use std::collections::HashMap;

use anrop_entity::{party, permit, person_key};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use super::model::{ContactDetails, Identity, Party, fold_name};
use crate::{
    database::Tx,
    failure::Failure,
    keys::{BlindPurpose, DataKey, KeyRing, Place, WrappedKey, blind},
    values::{
        call_sign::CallSign,
        email_address::EmailAddress,
        ids::PartyId,
        language::Language,
        national_id::{NationalId, NationalIdRule},
        organisation_number::OrganisationNumber,
        phone_number::PhoneNumber,
        postal_address::PostalAddress,
    },
};

const TABLE: &str = "party";

/// Where the national id of a party is sealed.
pub fn national_id_place(id: Uuid) -> Place {
    Place { table: TABLE, column: "national_id_sealed", row: id }
}

/// Writes a new party and its data key.
pub async fn insert(
    tx: &Tx,
    ring: &KeyRing,
    identity: Identity,
    national_id: Option<&NationalId>,
    details: ContactDetails,
) -> Result<(Party, DataKey), Failure> {
    let now = tx.now();
    let id = PartyId::new(now);
    let party = Party {
        id,
        identity,
        details,
        protected: false,
        restricted: false,
        rescue_stopped: false,
        version: 1,
        changed_at: now,
    };
    let (row, key_row, key) = new_rows(ring, &party, national_id, now)?;
    party::Entity::insert(row).exec_without_returning(&**tx).await?;
    person_key::Entity::insert(key_row).exec_without_returning(&**tx).await?;
    Ok((party, key))
}

/// The rows of a new party and of its new data key.
///
/// # Errors
/// When the address cannot be written.
pub fn new_rows(
    ring: &KeyRing,
    party: &Party,
    national_id: Option<&NationalId>,
    created_at: DateTime<Utc>,
) -> Result<(party::ActiveModel, person_key::ActiveModel, DataKey), Failure> {
    let id = party.id.0;
    let mut row = to_row(party, created_at)?;
    if let Some(national_id) = national_id {
        let text = national_id.reveal();
        row.national_id_sealed = Set(Some(ring.seal(national_id_place(id), text.as_bytes())));
        row.national_id_blind = Set(Some(blind(ring, BlindPurpose::NationalId, &text).to_vec()));
    }
    let key = DataKey::generate(id);
    let key_row = person_key::ActiveModel {
        party_id: Set(id),
        wrapped: Set(key.wrap(ring).0),
        created_at: Set(created_at),
    };
    Ok((row, key_row, key))
}

/// Overwrites what changed; the version must be the one `party` was read at plus one.
pub async fn update(tx: &Tx, party: &Party) -> Result<(), Failure> {
    let row = to_row(party, tx.now())?;
    let result = party::Entity::update_many()
        .set(party::ActiveModel {
            name: row.name,
            name_search: row.name_search,
            birth_date: row.birth_date,
            address: row.address,
            phone: row.phone,
            email: row.email,
            language: row.language,
            protected: row.protected,
            restricted: row.restricted,
            rescue_stopped: row.rescue_stopped,
            version: row.version,
            changed_at: row.changed_at,
            ..Default::default()
        })
        .filter(party::Column::Id.eq(party.id.0))
        .filter(party::Column::Version.eq(party.version - 1))
        .exec(&**tx)
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Failure::stale()) }
}

fn to_row(party: &Party, created_at: DateTime<Utc>) -> Result<party::ActiveModel, Failure> {
    let details = &party.details;
    let (kind, birth_date, number) = match &party.identity {
        Identity::Person { birth_date } => ("person", *birth_date, None),
        Identity::Organisation { number } => ("organisation", None, Some(number.to_string())),
    };
    Ok(party::ActiveModel {
        id: Set(party.id.0),
        kind: Set(kind.to_owned()),
        national_id_sealed: Set(None),
        national_id_blind: Set(None),
        organisation_number: Set(number),
        birth_date: Set(birth_date),
        name: Set(details.name.clone()),
        name_search: Set(fold_name(&details.name)),
        address: Set(serde_json::to_value(&details.address).map_err(Failure::internal)?),
        phone: Set(details.phone.dial()),
        email: Set(details.email.as_str().to_owned()),
        language: Set(details.language.code().to_owned()),
        protected: Set(party.protected),
        restricted: Set(party.restricted),
        rescue_stopped: Set(party.rescue_stopped),
        version: Set(party.version),
        created_at: Set(created_at),
        changed_at: Set(party.changed_at),
    })
}

fn from_row(row: party::Model) -> Result<Party, Failure> {
    let identity = match row.organisation_number {
        Some(number) => Identity::Organisation {
            number: OrganisationNumber::parse(&number).map_err(Failure::internal)?,
        },
        None => Identity::Person { birth_date: row.birth_date },
    };
    Ok(Party {
        id: PartyId(row.id),
        identity,
        details: ContactDetails {
            name: row.name,
            address: serde_json::from_value::<PostalAddress>(row.address)
                .map_err(Failure::internal)?,
            phone: PhoneNumber::parse(&row.phone).map_err(Failure::internal)?,
            email: EmailAddress::parse(&row.email).map_err(Failure::internal)?,
            language: Language::parse(&row.language).map_err(Failure::internal)?,
        },
        protected: row.protected,
        restricted: row.restricted,
        rescue_stopped: row.rescue_stopped,
        version: row.version,
        changed_at: row.changed_at,
    })
}

/// The party with this id.
pub async fn find(
    connection: &impl ConnectionTrait,
    id: PartyId,
) -> Result<Option<Party>, Failure> {
    party::Entity::find_by_id(id.0).one(connection).await?.map(from_row).transpose()
}

/// The party with this id; its absence is a broken reference.
pub async fn get(connection: &impl ConnectionTrait, id: PartyId) -> Result<Party, Failure> {
    find(connection, id).await?.ok_or_else(|| Failure::internal("a party is missing"))
}

/// The party, locked until the transaction ends.
pub async fn lock(tx: &Tx, id: PartyId) -> Result<Party, Failure> {
    let row = party::Entity::find_by_id(id.0).lock_exclusive().one(&**tx).await?;
    row.map(from_row).transpose()?.ok_or_else(|| Failure::internal("a party is missing"))
}

/// The person with this national id.
pub async fn find_person(
    connection: &impl ConnectionTrait,
    ring: &KeyRing,
    national_id: &NationalId,
) -> Result<Option<Party>, Failure> {
    let index = blind(ring, BlindPurpose::NationalId, &national_id.reveal()).to_vec();
    party::Entity::find()
        .filter(party::Column::NationalIdBlind.eq(index))
        .one(connection)
        .await?
        .map(from_row)
        .transpose()
}

/// The organisation with this number.
pub async fn find_organisation(
    connection: &impl ConnectionTrait,
    number: OrganisationNumber,
) -> Result<Option<Party>, Failure> {
    party::Entity::find()
        .filter(party::Column::OrganisationNumber.eq(number.to_string()))
        .one(connection)
        .await?
        .map(from_row)
        .transpose()
}

/// The national id of a person, opened.
pub async fn national_id(
    connection: &impl ConnectionTrait,
    ring: &KeyRing,
    id: PartyId,
) -> Result<Option<NationalId>, Failure> {
    let sealed: Option<Option<Vec<u8>>> = party::Entity::find_by_id(id.0)
        .select_only()
        .column(party::Column::NationalIdSealed)
        .into_tuple()
        .one(connection)
        .await?;
    let Some(sealed) = sealed.flatten() else { return Ok(None) };
    let bytes = ring.open(national_id_place(id.0), &sealed).map_err(Failure::internal)?;
    let text = String::from_utf8(bytes).map_err(Failure::internal)?;
    NationalId::parse(&text, NationalIdRule::From2032).map(Some).map_err(Failure::internal)
}

/// These parties by id. Each stands for itself: a row that cannot be read fails alone.
pub async fn many(
    connection: &impl ConnectionTrait,
    ids: &[PartyId],
) -> Result<HashMap<PartyId, Result<Party, Failure>>, Failure> {
    let rows = party::Entity::find()
        .filter(party::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (PartyId(row.id), from_row(row))).collect())
}

/// Names of these parties by id; those whose row is away or cannot be read are left out.
pub async fn names(
    connection: &impl ConnectionTrait,
    ids: &[PartyId],
) -> Result<HashMap<PartyId, String>, Failure> {
    let parties = many(connection, ids).await?.into_iter();
    Ok(parties.filter_map(|(id, party)| Some((id, party.ok()?.details.name))).collect())
}

/// The data keys of these parties; those that have been destroyed are left out.
pub async fn data_keys(
    connection: &impl ConnectionTrait,
    ring: &KeyRing,
    ids: &[PartyId],
) -> Result<HashMap<PartyId, Result<DataKey, Failure>>, Failure> {
    let rows = person_key::Entity::find()
        .filter(person_key::Column::PartyId.is_in(ids.iter().map(|id| id.0)))
        .all(connection)
        .await?;
    let unwrap =
        |id, wrapped| DataKey::unwrap(ring, id, &WrappedKey(wrapped)).map_err(Failure::internal);
    Ok(rows
        .into_iter()
        .map(|row| (PartyId(row.party_id), unwrap(row.party_id, row.wrapped)))
        .collect())
}

/// The data key of a party; gone when it has been destroyed.
pub async fn data_key(
    connection: &impl ConnectionTrait,
    ring: &KeyRing,
    id: PartyId,
) -> Result<DataKey, Failure> {
    let row = person_key::Entity::find_by_id(id.0)
        .one(connection)
        .await?
        .ok_or_else(Failure::not_found)?;
    DataKey::unwrap(ring, id.0, &WrappedKey(row.wrapped)).map_err(Failure::internal)
}

/// Parties found by folded name prefix, telephone, or number; at most `limit`.
pub async fn search(
    connection: &impl ConnectionTrait,
    ring: &KeyRing,
    query: &HolderQuery,
    limit: u64,
) -> Result<Vec<Party>, Failure> {
    let mut find = party::Entity::find();
    if let Some(name) = &query.name {
        let folded = fold_name(name).replace(['%', '_', '\\'], "");
        find = find.filter(party::Column::NameSearch.like(format!("%{folded}%")));
    }
    if let Some(phone) = &query.phone {
        find = find.filter(party::Column::Phone.eq(phone.dial()));
    }
    if let Some(date) = query.birth_date {
        find = find.filter(party::Column::BirthDate.eq(date));
    }
    if let Some(national_id) = &query.national_id {
        let index = blind(ring, BlindPurpose::NationalId, &national_id.reveal()).to_vec();
        find = find.filter(party::Column::NationalIdBlind.eq(index));
    }
    if let Some(number) = query.organisation_number {
        find = find.filter(party::Column::OrganisationNumber.eq(number.to_string()));
    }
    let held = || permit::Entity::find().select_only().column(permit::Column::HolderId);
    if let Some(sign) = query.call_sign {
        let held = held().filter(permit::Column::CallSign.eq(sign.to_string()));
        find = find.filter(party::Column::Id.in_subquery(held.into_query()));
    }
    if let Some(number) = &query.permit_number {
        let held = held().filter(permit::Column::Number.eq(number));
        find = find.filter(party::Column::Id.in_subquery(held.into_query()));
    }
    find.limit(limit).all(connection).await?.into_iter().map(from_row).collect()
}

/// What a holder search asks for; every part given must hold.
#[derive(Clone, Default)]
pub struct HolderQuery {
    /// Part of the name, as people type it.
    pub name: Option<String>,
    /// Telephone.
    pub phone: Option<PhoneNumber>,
    /// Birth date.
    pub birth_date: Option<chrono::NaiveDate>,
    /// National id.
    pub national_id: Option<NationalId>,
    /// Organisation number.
    pub organisation_number: Option<OrganisationNumber>,
    /// Call sign of a permit held now or before.
    pub call_sign: Option<CallSign>,
    /// Number of a permit held now or before.
    pub permit_number: Option<String>,
}
