//! One run of the retention job.

use chrono::{DateTime, Utc};

use super::{
    rules::Kept,
    store::{self, BATCH, Entries},
};
use crate::{app::App, database::Tx, failure::Failure};

/// Destroys everything that is kept no longer by the rules of today; answers how many rows that were. A
/// run that is broken off goes on where it was.
///
/// # Errors
/// When the database does not answer.
pub async fn destroy_due(app: &App) -> Result<usize, Failure> {
    let now = app.clock().now();
    let mut total = 0;
    for kept in Kept::ALL {
        let Some(before) = kept.before(now) else { continue };
        let mut destroyed = 0;
        loop {
            let count = app.db().write(|tx| async move { batch(&tx, *kept, before).await }).await?;
            destroyed += count;
            if count < usize::try_from(BATCH).unwrap_or(usize::MAX) {
                break;
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

async fn batch(tx: &Tx, kept: Kept, before: DateTime<Utc>) -> Result<usize, Failure> {
    match kept {
        Kept::ContactLink => store::links(tx, before).await,
        Kept::Notification => store::notifications(tx, before).await,
        Kept::ContactNotice => store::contact_notices(tx, before).await,
        Kept::Task => store::tasks(tx, before).await,
        Kept::KnownAlert => store::alerts(tx, true, before).await,
        Kept::UnknownAlert => store::alerts(tx, false, before).await,
        Kept::KnownLookUp => store::disclosures(tx, Entries::KnownLookUps, before).await,
        Kept::UnknownLookUp => store::disclosures(tx, Entries::UnknownLookUps, before).await,
        Kept::Disclosure => store::disclosures(tx, Entries::Others, before).await,
        Kept::Restriction => store::restrictions(tx, before).await,
    }
}
