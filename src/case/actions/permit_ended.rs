//! What the authority considered to do to a permit ends when the permit has, however it did; a holder who was given notice is told.
//! What becomes of the permit itself is of `permit/actions.rs`, and what the holder has applied for stays for a caseworker.

use super::{
    super::store::{self, Case},
    AUTOMATIC, hearing, life, save,
};
use crate::{
    app::App,
    database::Tx,
    failure::Failure,
    identity::Sight,
    letter::rules::Closing,
    party,
    permit::{self, actions::ENDED_WITH_ANOTHER, lifecycle::Status, model::Permit},
    values::ids::PartyId,
};

/// Holders who are seen to before it is looked who is left.
const PIECE: u64 = 100;

/// Ends the open cases of the authority's own motion about permits of a locked holder that have ended.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn close_considered(app: &App, tx: &Tx, holder: PartyId) -> Result<(), Failure> {
    for case in store::lock_moot(tx, holder).await? {
        close(app, tx, case).await?;
    }
    Ok(())
}

async fn close(app: &App, tx: &Tx, case: Case) -> Result<(), Failure> {
    let permit = permit::store::find(&**tx, Sight::All, life::about(&case)?).await?;
    let case = hearing::close(app, tx, case, AUTOMATIC, why(&permit)).await?;
    save(tx, case).await.map(|_| ())
}

/// As the holder is told.
fn why(permit: &Permit) -> Closing<'static> {
    let with_another =
        permit.ended.as_ref().is_some_and(|(_, how)| ENDED_WITH_ANOTHER.contains(&how.as_str()));
    match permit.status {
        Status::Surrendered if !with_another => Closing::GivenUp,
        Status::Revoked if !with_another => Closing::Revoked,
        Status::Expired => Closing::RanOut,
        Status::Transferred => Closing::HandedOver,
        _ => Closing::Ended,
    }
}

/// The same for everybody whose permits have ended where no step of a case has ended them: those that ran out, and those that a
/// series was moved from. Answers for how many holders.
///
/// # Errors
/// When the database does not answer.
pub async fn close_moot(app: &App) -> Result<usize, Failure> {
    let mut total = 0;
    loop {
        let holders = store::holders_of_moot(app.db().read(), PIECE).await?;
        for holder in &holders {
            app.db()
                .write(|tx| async move {
                    party::store::lock(&tx, *holder).await?;
                    close_considered(app, &tx, *holder).await
                })
                .await?;
        }
        total += holders.len();
        if holders.is_empty() || app.signals().is_stopping() {
            return Ok(total);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::*;
    use crate::{
        permit::kind::Kind,
        values::{ids::PermitId, validity::Validity},
    };

    #[test]
    fn a_holder_is_told_how_the_permit_ended() {
        let told = |status, reason: &str| {
            let at = DateTime::UNIX_EPOCH;
            let permit = Permit {
                id: PermitId::new(at),
                kind: Kind::Amateur,
                number: "X-000001".to_owned(),
                holder: PartyId::new(at),
                case: None,
                status,
                details: json!({}),
                call_sign: None,
                version: 1,
                validity: Validity::open(at.date_naive()),
                conditions: Vec::new(),
                verification_code: String::new(),
                issued_at: at,
                ended: Some((at, reason.to_owned())),
                confirmed_at: None,
                changed_at: at,
            };
            why(&permit)
        };
        assert!(matches!(told(Status::Surrendered, "sold"), Closing::GivenUp));
        assert!(matches!(told(Status::Surrendered, "replaced"), Closing::Ended));
        assert!(matches!(told(Status::Revoked, "Etter tilsyn."), Closing::Revoked));
        assert!(matches!(told(Status::Revoked, "basis-ended"), Closing::Ended));
        assert!(matches!(told(Status::Expired, "expired"), Closing::RanOut));
        assert!(matches!(told(Status::Transferred, "transferred"), Closing::HandedOver));
    }
}
