//! Rows of certificates: what each says and its file, kept once and never changed.

use anrop_entity::certificate;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    database::Tx,
    document::Document,
    failure::Failure,
    keys::{DataKey, Place},
    permit::model::Permit,
    seal::{self, Stream},
    values::{ids::fresh, language::Language},
};

/// Begins the subject of a log entry that commits to a certificate.
pub const FILE_OF: &str = "certificate/";

/// A certificate as it was issued.
pub struct Certificate {
    /// What it says; none for one from before that was kept.
    pub document: Option<Document>,
    /// Its file.
    pub file: Vec<u8>,
}

fn file_place(id: Uuid) -> Place {
    Place { table: "certificate", column: "pdf_sealed", row: id }
}

fn document_place(id: Uuid) -> Place {
    Place { table: "certificate", column: "document_sealed", row: id }
}

/// What the sealed log commits to of a certificate: its file and what it says, and both as they lie here, so that another
/// file in its place is found without opening it. Nothing of one from before that was kept.
pub fn content(row: &certificate::Model) -> Option<String> {
    let (document, sha256) = (row.document_sealed.as_ref()?, row.document_sha256.as_ref()?);
    Some(
        json!({
            "certificate": row.id, "permit": row.permit_id, "version": row.permit_version,
            "fileHash": hex::encode(&row.sha256), "contentHash": hex::encode(sha256),
            "storedFileHash": hex::encode(Sha256::digest(&row.pdf_sealed)),
            "storedContentHash": hex::encode(Sha256::digest(document)),
        })
        .to_string(),
    )
}

/// The stored certificate of this version in this language.
///
/// # Errors
/// When it does not open, or is not what its hash says.
pub async fn find(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    permit: &Permit,
    language: Language,
) -> Result<Option<Certificate>, Failure> {
    let row = certificate::Entity::find()
        .filter(certificate::Column::PermitId.eq(permit.id.0))
        .filter(certificate::Column::PermitVersion.eq(permit.version))
        .filter(certificate::Column::Language.eq(language.code()))
        .one(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let other = || Failure::internal("a certificate is not what its hash says");
    let file = key.open(file_place(row.id), &row.pdf_sealed).map_err(Failure::internal)?;
    if Sha256::digest(&file)[..] != row.sha256 {
        return Err(other());
    }
    let Some(sealed) = &row.document_sealed else {
        return Ok(Some(Certificate { document: None, file }));
    };
    let bytes = key.open(document_place(row.id), sealed).map_err(Failure::internal)?;
    if Some(&Sha256::digest(&bytes)[..]) != row.document_sha256.as_deref() {
        return Err(other());
    }
    let document = serde_json::from_slice(&bytes).map_err(Failure::internal)?;
    Ok(Some(Certificate { document: Some(document), file }))
}

/// Stores a certificate with what it says and the hashes of both, which the sealed log commits to; it is never changed.
pub async fn insert(
    tx: &Tx,
    key: &DataKey,
    permit: &Permit,
    document: &Document,
    file: &[u8],
) -> Result<(), Failure> {
    let id = fresh(tx.now());
    let said = serde_json::to_vec(document).map_err(Failure::internal)?;
    let row = certificate::Model {
        id,
        permit_id: permit.id.0,
        permit_version: permit.version,
        language: document.language.code().to_owned(),
        pdf_sealed: key.seal(file_place(id), file),
        sha256: Sha256::digest(file).to_vec(),
        created_at: tx.now(),
        document_sealed: Some(key.seal(document_place(id), &said)),
        document_sha256: Some(Sha256::digest(&said).to_vec()),
    };
    let content = content(&row);
    certificate::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await?;
    if let Some(content) = content {
        seal::append(tx, Stream::Journal, &format!("{FILE_OF}{id}"), content.as_bytes());
    }
    Ok(())
}
