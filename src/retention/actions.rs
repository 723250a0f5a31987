//! One run of the retention job.

use std::time::Instant;

use chrono::{DateTime, Utc};

use super::{
    rules::Kept,
    store::{self, BATCH, Entries},
};
use crate::{app::App, database::Tx, failure::Failure, legal_hold, values::calendar::oslo_date};

/// Destroys everything that is kept no longer by the rules of today; answers how many rows that were. A
/// run that is broken off goes on where it was.
///
/// # Errors
/// When the database does not answer.
pub async fn destroy_due(app: &App) -> Result<usize, Failure> {
    let now = app.clock().now();
    count_holds(app).await?;
    let mut total = 0;
    for kept in Kept::ALL {
        let Some(before) = kept.before(now) else { continue };
        let mut destroyed = 0;
        loop {
            let began = Instant::now();
            let count =
                app.db().write(|tx| async move { batch(app, &tx, *kept, before).await }).await?;
            destroyed += count;
            if count < usize::try_from(BATCH).unwrap_or(usize::MAX) {
                break;
            }
            app.signals().rest(began).await;
            if app.signals().is_stopping() {
                return Ok(total + destroyed);
            }
        }
        if destroyed > 0 {
            tracing::info!(what = kept.code(), rows = destroyed, "kept long enough, and destroyed");
            metrics::counter!("anrop_retention_rows_total", "what" => kept.code())
                .increment(destroyed as u64);
        }
        total += destroyed;
    }
    Ok(total)
}

/// Tells how many legal holds hold something back.
#[allow(clippy::cast_precision_loss)] // a gauge is a float; no register has 2^52 holds
async fn count_holds(app: &App) -> Result<(), Failure> {
    let today = oslo_date(app.clock().now());
    let active = legal_hold::store::count_active(app.db().read(), today).await?;
    metrics::gauge!("anrop_legal_holds_active").set(active as f64);
    Ok(())
}

async fn batch(app: &App, tx: &Tx, kept: Kept, before: DateTime<Utc>) -> Result<usize, Failure> {
    match kept {
        Kept::ContactLink => store::links(tx, before).await,
        Kept::Notification => store::notifications(tx, before).await,
        Kept::Email => store::emails(tx, before).await,
        Kept::ContactNotice => store::contact_notices(tx, before).await,
        Kept::EmergencyContact => store::contacts(tx, &app.keys(), before).await,
        Kept::ReplacedContact => store::replaced_contacts(tx, &app.keys(), before).await,
        Kept::Task => store::tasks(tx, before).await,
        Kept::KnownAlert => store::alerts(tx, true, before).await,
        Kept::UnknownAlert => store::alerts(tx, false, before).await,
        Kept::KnownLookUp => store::disclosures(tx, Entries::KnownLookUps, before).await,
        Kept::UnknownLookUp => store::disclosures(tx, Entries::UnknownLookUps, before).await,
        Kept::Disclosure => store::disclosures(tx, Entries::Others, before).await,
        Kept::Restriction => store::restrictions(tx, before).await,
        Kept::AccessRequester => crate::document_access::store::forget(tx, before, BATCH).await,
    }
}
