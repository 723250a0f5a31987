//! Taking in a report.

use sha2::{Digest as _, Sha256};

use super::{
    model::UtilisationReport,
    rules,
    store::{self, StoredReport},
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    permit::{self, actions::received},
    values::ids::PermitId,
};

/// Writes the report of a permit on a year, new or over the version the caller saw (0: none). Each is a document in, which
/// the journal of the permit's case has.
///
/// # Errors
/// 404 when the caller may not see the permit, 409 when it has ended, 412 when the report changed.
pub async fn put(
    app: &App,
    caller: &Caller,
    sight: Sight,
    id: PermitId,
    year: i32,
    version: i32,
    content: &UtilisationReport,
) -> Result<StoredReport, Failure> {
    app.db()
        .write(|tx| async move {
            let permit = permit::store::lock(&tx, sight, id).await?;
            if !permit.status.is_live() {
                return Err(Failure::new(
                    Problem::IllegalTransition,
                    "The permit has ended. Its numbers are reported on no more.",
                ));
            }
            let before = store::find(&*tx, id, year).await?;
            if before.as_ref().map_or(0, |report| report.version) != version {
                return Err(Failure::stale());
            }
            let report = StoredReport {
                permit: id.0,
                content: content.clone(),
                first_reported_at: before.map_or(tx.now(), |report| report.first_reported_at),
                reported_at: tx.now(),
                version: version + 1,
            };
            store::put(&tx, year, &report).await?;
            let said = serde_json::to_vec(content).map_err(Failure::internal)?;
            let hash = Some(Sha256::digest(&said).into());
            let title = received::UTILISATION;
            received::enter(&tx, &permit, title, &caller.subject, hash).await?;
            Ok(report)
        })
        .await
}

/// Whether permits of this type of resource report on a year.
pub fn reports(resource_type: &str, year: i32) -> bool {
    rules::reported_in(year).contains(&resource_type)
}
