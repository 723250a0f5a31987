//! The case of a document that is asked for, of whichever kind: who is party to it, and the key that answers and released
//! versions lie under.

use crate::{
    app::App,
    case::store as cases,
    database::{Connection, Tx},
    failure::Failure,
    fee::invoice::store::case as fee_cases,
    identity::Sight,
    journal::model::{Journaled, Subject},
    keys::DataKey,
    party, supervision,
    values::ids::PartyId,
};

/// Locks the case of a document until the transaction ends; answers who is party to it.
pub(super) async fn lock(tx: &Tx, entry: &Journaled) -> Result<Option<PartyId>, Failure> {
    Ok(match entry.subject {
        Subject::Permit(_) => Some(cases::lock(tx, Sight::All, entry.case).await?.applicant),
        Subject::Supervision => supervision::store::lock(tx, entry.case).await?.case.party,
        Subject::Fees => Some(fee_cases::lock_by_id(tx, entry.case).await?),
    })
}

/// The key that answers and released versions of a case lie under: the applicant's or holder's; of supervision, where
/// perhaps nobody is known, the case's own.
pub(super) async fn key(
    app: &App,
    connection: &impl Connection,
    entry: &Journaled,
) -> Result<DataKey, Failure> {
    let party = match entry.subject {
        Subject::Permit(_) => cases::find(connection, Sight::All, entry.case).await?.applicant,
        Subject::Supervision => {
            return supervision::store::find(connection, entry.case).await?.key(&app.keys());
        }
        Subject::Fees => fee_cases::holder(connection, entry.case).await?,
    };
    party::store::data_key(connection, &app.keys(), party).await
}
