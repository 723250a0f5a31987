//! Rows of consents.

use anrop_entity::consent;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;

use super::CALL_SIGN_LIST;
use crate::{
    database::Tx,
    disclosure::policy::Policy,
    failure::Failure,
    values::{
        call_sign::CallSign,
        ids::{PartyId, fresh},
        language::Language,
    },
};

/// A consent to be written.
#[derive(Debug)]
pub struct NewConsent<'a> {
    /// Who consents.
    pub party: PartyId,
    /// For which call sign.
    pub sign: CallSign,
    /// To showing which fields.
    pub fields: &'a [String],
    /// Language of the text consented to.
    pub language: Language,
    /// `portal`, `paper` or `telephone`.
    pub channel: &'a str,
    /// Who did it.
    pub actor: &'a str,
}

/// Fields with a live consent for a sign.
pub async fn live_fields(
    connection: &impl ConnectionTrait,
    party: PartyId,
    sign: CallSign,
) -> Result<Vec<String>, Failure> {
    let row = live(party, sign).one(connection).await?;
    row.map_or(Ok(Vec::new()), |row| serde_json::from_value(row.fields).map_err(Failure::internal))
}

fn live(party: PartyId, sign: CallSign) -> sea_orm::Select<consent::Entity> {
    consent::Entity::find()
        .filter(consent::Column::PartyId.eq(party.0))
        .filter(consent::Column::Purpose.eq(CALL_SIGN_LIST))
        .filter(consent::Column::CallSign.eq(sign.to_string()))
        .filter(consent::Column::WithdrawnAt.is_null())
}

/// Writes a consent; the text consented to is the policy in force.
pub async fn insert(tx: &Tx, new: &NewConsent<'_>) -> Result<(), Failure> {
    consent::Entity::insert(to_row(new, tx.now())).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The row of a consent given at `at`.
pub fn to_row(new: &NewConsent<'_>, at: chrono::DateTime<chrono::Utc>) -> consent::ActiveModel {
    consent::ActiveModel {
        id: Set(fresh(at)),
        party_id: Set(new.party.0),
        purpose: Set(CALL_SIGN_LIST.to_owned()),
        call_sign: Set(new.sign.to_string()),
        fields: Set(json!(new.fields)),
        text_version: Set(Policy::load().version.to_string()),
        language: Set(new.language.code().to_owned()),
        channel: Set(new.channel.to_owned()),
        actor: Set(new.actor.to_owned()),
        given_at: Set(at),
        withdrawn_at: Set(None),
    }
}

/// Ends every live consent of a party, or the one for a sign; answers the signs it was for.
pub async fn withdraw(
    tx: &Tx,
    party: PartyId,
    sign: Option<CallSign>,
) -> Result<Vec<CallSign>, Failure> {
    let mut which = consent::Entity::find()
        .filter(consent::Column::PartyId.eq(party.0))
        .filter(consent::Column::Purpose.eq(CALL_SIGN_LIST))
        .filter(consent::Column::WithdrawnAt.is_null());
    if let Some(sign) = sign {
        which = which.filter(consent::Column::CallSign.eq(sign.to_string()));
    }
    let rows = which.all(&**tx).await?;
    consent::Entity::update_many()
        .set(consent::ActiveModel { withdrawn_at: Set(Some(tx.now())), ..Default::default() })
        .filter(consent::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(&**tx)
        .await?;
    rows.iter().map(|row| CallSign::parse(&row.call_sign).map_err(Failure::internal)).collect()
}

/// Every consent a party has given, newest first.
pub async fn of_party(
    connection: &impl ConnectionTrait,
    party: PartyId,
) -> Result<Vec<consent::Model>, Failure> {
    Ok(consent::Entity::find()
        .filter(consent::Column::PartyId.eq(party.0))
        .order_by_desc(consent::Column::GivenAt)
        .order_by_desc(consent::Column::Id)
        .all(connection)
        .await?)
}
