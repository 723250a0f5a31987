//! Rows of qualified persons.

use anrop_entity::qualified_person;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QuerySelect as _,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    database::Tx,
    failure::Failure,
    keys::{BlindPurpose, KeyRing, Place, blind},
    party::model::fold_name,
    permit::kind::installer::model::{Particulars, PersonReference, Standing},
    values::national_id::NationalId,
};

/// A person whose competence has been assessed.
#[derive(Debug, Clone)]
pub struct QualifiedPerson {
    /// Id of the row.
    pub id: Uuid,
    /// What businesses name the person by.
    pub reference: PersonReference,
    /// What the assessment was made on.
    pub particulars: Particulars,
    /// How it ended.
    pub standing: Standing,
    /// Why.
    pub grounds: String,
    /// Who assessed.
    pub assessed_by: String,
    /// When.
    pub assessed_at: DateTime<Utc>,
    /// The national id is known, by its keyed hash.
    pub is_identified: bool,
    /// Grows with every assessment.
    pub version: i32,
}

/// What a row holds sealed.
#[derive(Serialize, Deserialize)]
struct Content {
    particulars: Particulars,
    grounds: String,
}

/// By what a person is looked for.
#[derive(Clone)]
pub enum Key {
    /// The reference.
    Reference(PersonReference),
    /// The national id.
    NationalId(NationalId),
    /// Name and birth date; two persons may have the same.
    Particulars(String, NaiveDate),
}

/// Most persons a look-up answers.
const MOST: u64 = 20;

/// Where the particulars of a qualified person are sealed.
pub fn place(id: Uuid) -> Place {
    Place { table: "qualified_person", column: "sealed", row: id }
}

fn national_id_blind(ring: &KeyRing, id: &NationalId) -> Vec<u8> {
    blind(ring, BlindPurpose::QualifiedPerson, &id.reveal()).to_vec()
}

fn particulars_blind(ring: &KeyRing, name: &str, birth_date: NaiveDate) -> Vec<u8> {
    let text = format!("{}|{birth_date}", fold_name(name));
    blind(ring, BlindPurpose::QualifiedPersonParticulars, &text).to_vec()
}

fn to_row(
    ring: &KeyRing,
    person: &QualifiedPerson,
    national_id: Option<&NationalId>,
) -> Result<qualified_person::ActiveModel, Failure> {
    let particulars = &person.particulars;
    let content = Content { particulars: particulars.clone(), grounds: person.grounds.clone() };
    let bytes = serde_json::to_vec(&content).map_err(Failure::internal)?;
    Ok(qualified_person::ActiveModel {
        id: Set(person.id),
        reference: Set(person.reference.as_str().to_owned()),
        sealed: Set(ring.seal(place(person.id), &bytes)),
        national_id_blind: Set(national_id.map(|id| national_id_blind(ring, id))),
        particulars_blind: Set(particulars_blind(ring, &particulars.name, particulars.birth_date)),
        status: Set(person.standing.code().to_owned()),
        assessed_by: Set(person.assessed_by.clone()),
        assessed_at: Set(person.assessed_at),
        version: Set(person.version),
    })
}

fn from_row(ring: &KeyRing, row: qualified_person::Model) -> Result<QualifiedPerson, Failure> {
    let bytes = ring.open(place(row.id), &row.sealed).map_err(Failure::internal)?;
    let content: Content = serde_json::from_slice(&bytes).map_err(Failure::internal)?;
    Ok(QualifiedPerson {
        id: row.id,
        is_identified: row.national_id_blind.is_some(),
        reference: PersonReference::parse(&row.reference).map_err(Failure::internal)?,
        particulars: content.particulars,
        standing: standing_of(&row.status)?,
        grounds: content.grounds,
        assessed_by: row.assessed_by,
        assessed_at: row.assessed_at,
        version: row.version,
    })
}

fn standing_of(code: &str) -> Result<Standing, Failure> {
    Standing::from_code(code).ok_or_else(|| Failure::internal("unknown status of a person"))
}

/// Writes a new person.
pub async fn insert(
    tx: &Tx,
    ring: &KeyRing,
    person: &QualifiedPerson,
    national_id: Option<&NationalId>,
) -> Result<(), Failure> {
    let row = to_row(ring, person, national_id)?;
    qualified_person::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Overwrites a person that was read at the version before; 412 when somebody was faster. A national
/// id that is known already stays.
pub async fn update(
    tx: &Tx,
    ring: &KeyRing,
    person: &QualifiedPerson,
    national_id: Option<&NationalId>,
) -> Result<(), Failure> {
    let mut row = to_row(ring, person, national_id)?;
    row.id = sea_orm::ActiveValue::NotSet;
    if national_id.is_none() {
        row.national_id_blind = sea_orm::ActiveValue::NotSet;
    }
    let result = qualified_person::Entity::update_many()
        .set(row)
        .filter(qualified_person::Column::Id.eq(person.id))
        .filter(qualified_person::Column::Version.eq(person.version - 1))
        .exec(&**tx)
        .await?;
    if result.rows_affected == 1 { Ok(()) } else { Err(Failure::stale()) }
}

/// The persons a key fits.
pub async fn find(
    connection: &impl ConnectionTrait,
    ring: &KeyRing,
    key: &Key,
) -> Result<Vec<QualifiedPerson>, Failure> {
    use qualified_person::Column;
    let wanted = match key {
        Key::Reference(reference) => Column::Reference.eq(reference.as_str()),
        Key::NationalId(id) => Column::NationalIdBlind.eq(national_id_blind(ring, id)),
        Key::Particulars(name, birth_date) => {
            Column::ParticularsBlind.eq(particulars_blind(ring, name, *birth_date))
        }
    };
    let rows = qualified_person::Entity::find().filter(wanted).limit(MOST).all(connection).await?;
    rows.into_iter().map(|row| from_row(ring, row)).collect()
}

/// How the assessment of the person with this reference ended, if there is one. Opens nothing.
pub async fn standing(
    connection: &impl ConnectionTrait,
    reference: &PersonReference,
) -> Result<Option<Standing>, Failure> {
    let status: Option<String> = qualified_person::Entity::find()
        .select_only()
        .column(qualified_person::Column::Status)
        .filter(qualified_person::Column::Reference.eq(reference.as_str()))
        .into_tuple()
        .one(connection)
        .await?;
    status.as_deref().map(standing_of).transpose()
}
