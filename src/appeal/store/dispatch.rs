//! Rows of what was sent to appeal bodies. It is no letter to a party: nobody opens it here, and none is told of it.

use anrop_entity::appeal_dispatch;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    database::Tx,
    document::Document,
    failure::Failure,
    keys::{DataKey, Place},
    values::{appeal_body::AppealBody, ids::CaseId},
};

/// What was sent.
pub struct Dispatch {
    /// The appeal.
    pub appeal: Uuid,
    /// Number in the journal of the case.
    pub number: i32,
    /// What it says.
    pub document: Document,
    /// Its file, once that is drawn.
    pub file: Option<Vec<u8>>,
}

fn sealed_place(appeal: Uuid) -> Place {
    Place { table: "appeal_dispatch", column: "content_sealed", row: appeal }
}

fn file_place(appeal: Uuid) -> Place {
    Place { table: "appeal_dispatch", column: "file_sealed", row: appeal }
}

/// Writes what was sent with an appeal, under the key that the appeal lies under.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    tx: &Tx,
    key: &DataKey,
    (appeal, body): (Uuid, &AppealBody),
    (case, number): (CaseId, i32),
    (content, sha256): (&[u8], [u8; 32]),
) -> Result<(), Failure> {
    appeal_dispatch::Entity::insert(appeal_dispatch::ActiveModel {
        appeal_id: Set(appeal),
        case_id: Set(case.0),
        number: Set(number),
        body: Set(body.code.to_owned()),
        content_sealed: Set(key.seal(sealed_place(appeal), content)),
        content_sha256: Set(sha256.to_vec()),
        sent_at: Set(tx.now()),
        file_sealed: Set(None),
        file_sha256: Set(None),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// What was sent to appeal bodies from a case.
///
/// # Errors
/// When the database does not answer, or one is not what its hash says.
pub async fn of_case(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: CaseId,
) -> Result<Vec<Dispatch>, Failure> {
    let rows = appeal_dispatch::Entity::find()
        .filter(appeal_dispatch::Column::CaseId.eq(case.0))
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let place = sealed_place(row.appeal_id);
            let bytes = key.open(place, &row.content_sealed).map_err(Failure::internal)?;
            if Sha256::digest(&bytes)[..] != row.content_sha256 {
                return Err(Failure::internal("what was sent is not what its hash says"));
            }
            let document = serde_json::from_slice(&bytes).map_err(Failure::internal)?;
            let file = match row.file_sealed {
                Some(sealed) => {
                    let bytes = key.open(file_place(row.appeal_id), &sealed);
                    Some(bytes.map_err(Failure::internal)?)
                }
                None => None,
            };
            if file.as_ref().map(|file| Sha256::digest(file).to_vec()) != row.file_sha256 {
                return Err(Failure::internal(
                    "the file of what was sent is not what its hash says",
                ));
            }
            Ok(Dispatch { appeal: row.appeal_id, number: row.number, document, file })
        })
        .collect()
}

/// Keeps the file of what was sent, unless it has one: there is one, and it never changes.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_file(tx: &Tx, key: &DataKey, appeal: Uuid, bytes: &[u8]) -> Result<(), Failure> {
    let row = appeal_dispatch::ActiveModel {
        file_sealed: Set(Some(key.seal(file_place(appeal), bytes))),
        file_sha256: Set(Some(Sha256::digest(bytes).to_vec())),
        ..Default::default()
    };
    appeal_dispatch::Entity::update_many()
        .set(row)
        .filter(appeal_dispatch::Column::AppealId.eq(appeal))
        .filter(appeal_dispatch::Column::FileSha256.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}
