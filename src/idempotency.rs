//! `Idempotency-Key`: a repeated request makes nothing new.
//!
//! What is remembered is which resource a key made and a keyed hash of the body, in the transaction
//! that made it; no answer and no body is stored, so nothing personal needs to be erased here.

use anrop_entity::idempotency_key;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    database::{Tx, is_taken},
    failure::{Failure, Problem},
    identity::Caller,
    keys::{BlindPurpose, KeyRing, blind},
};

/// Longest key taken.
pub const MAX_LENGTH: usize = 255;

/// Forgets which key made a resource that is being erased.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(tx: &Tx, resource: Uuid) -> Result<(), Failure> {
    idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::ResourceId.eq(resource))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A key as one caller sent it with one body; written down where what it asks for is carried out later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IdempotencyKey {
    scope: Vec<u8>,
    key: Vec<u8>,
    fingerprint: Vec<u8>,
}

impl IdempotencyKey {
    /// Reads the header; `body` is the parsed body, written again.
    ///
    /// # Errors
    /// 400 for a key that is empty, too long or not printable ASCII.
    pub fn read(
        header: Option<&str>,
        caller: &Caller,
        ring: &KeyRing,
        body: &serde_json::Value,
    ) -> Result<Option<Self>, Failure> {
        let Some(text) = header else { return Ok(None) };
        if text.is_empty()
            || text.len() > MAX_LENGTH
            || !text.bytes().all(|b| (0x20..0x7f).contains(&b))
        {
            return Err(Failure::parameter(
                "Idempotency-Key",
                "length",
                "Send between 1 and 255 printable ASCII characters, such as a UUID.",
            ));
        }
        let hash = |text: &str| Sha256::digest(text.as_bytes()).to_vec();
        Ok(Some(Self {
            scope: hash(&caller.idempotency_scope()),
            key: hash(text),
            fingerprint: blind(ring, BlindPurpose::RequestBody, &body.to_string()).to_vec(),
        }))
    }

    /// What the key has made already.
    ///
    /// # Errors
    /// 409 when it was used with another body or operation.
    pub async fn made(
        &self,
        connection: &impl ConnectionTrait,
        operation: &str,
    ) -> Result<Option<Uuid>, Failure> {
        let found = idempotency_key::Entity::find_by_id((self.scope.clone(), self.key.clone()))
            .one(connection)
            .await?;
        match found {
            None => Ok(None),
            Some(row) if row.operation == operation && row.fingerprint == self.fingerprint => {
                Ok(Some(row.resource_id))
            }
            Some(_) => Err(Failure::new(
                Problem::IdempotencyKeyReused,
                "This Idempotency-Key was used for another request. Use a new key.",
            )),
        }
    }

    /// Remembers what the key made.
    ///
    /// # Errors
    /// 409 when another request with the same key is being carried out right now.
    pub async fn remember(&self, tx: &Tx, operation: &str, resource: Uuid) -> Result<(), Failure> {
        idempotency_key::Entity::insert(idempotency_key::ActiveModel {
            scope: Set(self.scope.clone()),
            key: Set(self.key.clone()),
            operation: Set(operation.to_owned()),
            fingerprint: Set(self.fingerprint.clone()),
            resource_id: Set(resource),
            created_at: Set(tx.now()),
        })
        .exec_without_returning(&**tx)
        .await
        .map_err(|error| {
            if is_taken(&error, "idempotency_key") {
                Failure::new(
                    Problem::Conflict,
                    "A request with the same Idempotency-Key was carried out at the same moment. Send it again to get its answer.",
                )
            } else {
                error.into()
            }
        })?;
        Ok(())
    }
}
