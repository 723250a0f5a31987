//! Rows that kinds keep beside their permits, made anew once of what the permits say, when the program has come to make others
//! of the same details. A permit whose claim others have taken meanwhile keeps the rows it had.

use std::time::Instant;

use super::super::{
    kind::{Kind, amateur::model::AmateurDetails, claims},
    model::Permit,
    store,
};
use crate::{
    app::App,
    assignment,
    database::{Db, Tx},
    failure::{Failure, Problem},
    identity::Sight,
    register::projection,
};

/// Raised when the rows of details become others.
const FORM: i64 = 2;
/// Permits looked up at once.
const PIECE: u64 = 200;
const KINDS: [Kind; 4] = [Kind::Amateur, Kind::Spectrum, Kind::Transmitter, Kind::Numbering];

/// Makes the rows anew, unless they are of today's form; answers of how many permits.
///
/// # Errors
/// When the database does not answer; what is done by then stays done.
pub async fn claim_anew(app: &App) -> Result<u64, Failure> {
    if store::claims_form(app.db().read()).await? >= FORM {
        return Ok(0);
    }
    let (mut kinds, mut after) = (KINDS.into_iter(), None);
    let (mut kind, mut done, mut left) = (kinds.next(), 0, 0);
    while let Some(one) = kind {
        let ids = store::live_of_kind(app.db().read(), one, after, PIECE).await?;
        after = ids.last().copied();
        if after.is_none() {
            kind = kinds.next();
        }
        for id in ids {
            let began = Instant::now();
            let outcome = app
                .db()
                .write(|tx| async move {
                    let permit = store::lock(&tx, Sight::All, id).await?;
                    if permit.status.is_live() { anew(&tx, &permit).await } else { Ok(()) }
                })
                .await;
            match outcome {
                Ok(()) => done += 1,
                Err(failure) if failure.problem() == Problem::IdentifierTaken => left += 1,
                Err(failure) => return Err(failure),
            }
            app.signals().rest(began).await;
            if app.signals().is_stopping() {
                return Ok(done);
            }
        }
    }
    app.db().write(|tx| async move { store::set_claims_form(&tx, FORM).await }).await?;
    tracing::info!(permits = done, unchanged = left, "what permits claim is written anew");
    Ok(done)
}

/// Notes of a database without permits that none needs this: what is written into it has the rows of today.
///
/// # Errors
/// When the database does not answer.
pub async fn claims_begin_new(db: &Db) -> Result<(), Failure> {
    for kind in KINDS {
        if !store::live_of_kind(db.read(), kind, None, 1).await?.is_empty() {
            return Ok(());
        }
    }
    db.write(|tx| async move { store::set_claims_form(&tx, FORM).await }).await
}

async fn anew(tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    match (permit.kind, permit.call_sign) {
        (Kind::Amateur, Some(sign)) => {
            let details: AmateurDetails =
                serde_json::from_value(permit.details.clone()).map_err(Failure::internal)?;
            let series = assignment::actions::series_of(sign, Some(details.series()));
            assignment::store::set_series(tx, sign, series).await?;
            projection::call_sign(tx, sign).await
        }
        (Kind::Amateur, None) => Ok(()),
        _ => claims::take(tx, permit).await,
    }
}
