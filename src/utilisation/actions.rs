//! Taking in reports and statements, and giving caseworkers what was not stated in time.

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::{
    model::UtilisationReport,
    rules,
    store::{self, StatedUse, StoredReport},
};
use crate::{
    app::App,
    database::{Connection, Tx},
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    permit::{self, actions::received, model::Permit},
    task::{self, TaskKind},
    values::{
        calendar::{end_of_day, oslo_date},
        ids::PermitId,
        number_use::types_with_rule,
    },
};

/// Permits looked at in one page.
const BATCH: u64 = 200;

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

/// Takes in the statement of a holder that the numbers of a permit were in use on a day, new or over the one the caller saw
/// (0: none). A document in, as a report is; what a caseworker was to see to because it was missing is done.
///
/// # Errors
/// 404 when the caller may not see the permit; 409 when it has ended; 412 when the statement changed; 422 when its numbers
/// need not be in use by any day, or for a day on which it was not held.
pub async fn state_use(
    app: &App,
    caller: &Caller,
    (sight, id): (Sight, PermitId),
    version: i32,
    in_use_on: NaiveDate,
) -> Result<(Permit, StatedUse), Failure> {
    app.db()
        .write(|tx| async move {
            let permit = permit::store::lock(&tx, sight, id).await?;
            let today = oslo_date(tx.now());
            if !permit.status.is_live() {
                let detail = "The permit has ended. Nothing is stated of its numbers any more.";
                return Err(Failure::new(Problem::IllegalTransition, detail));
            }
            needs_use(&permit, today)?;
            if in_use_on < permit.validity.from() || in_use_on > today {
                let detail = "Give a day from the first day of the permit to today.";
                return Err(Failure::at("/inUseOn", "out-of-range", detail));
            }
            let before = store::stated(&*tx, id).await?;
            if before.as_ref().map_or(0, |stated| stated.version) != version {
                return Err(Failure::stale());
            }
            let stated =
                StatedUse { permit_id: id.0, in_use_on, stated_at: tx.now(), version: version + 1 };
            store::state(&tx, &stated).await?;
            let hash = Some(Sha256::digest(in_use_on.to_string()).into());
            received::enter(&tx, &permit, received::IN_USE, &caller.subject, hash).await?;
            let due = rules::in_use_by(&permit, Some(in_use_on), today);
            if due.is_none_or(|due| today <= due) {
                let kind = TaskKind::NumbersUnused;
                task::store::complete_of_permit(&tx, kind, id, &caller.subject).await?;
            }
            Ok((permit, stated))
        })
        .await
}

/// Whether the numbers of a permit must be in use by some day.
///
/// # Errors
/// 422 for any other permit.
pub fn needs_use(permit: &Permit, today: NaiveDate) -> Result<(), Failure> {
    if rules::rule_of(permit, today).is_some() {
        return Ok(());
    }
    let detail = "No rule says by when the numbers of this permit must be in use.";
    Err(Failure::new(Problem::ConditionsNotMet, detail))
}

/// Gives caseworkers each permit whose numbers were to be in use by a day that has passed without the holder stating so, once
/// for each such day. Whether the right has lapsed (FOR-2004-02-16-426 § 20e) or is taken back (§ 12) a person decides, after
/// notice. Answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn watch_use(app: &App) -> Result<usize, Failure> {
    let today = oslo_date(app.clock().now());
    let types = types_with_rule(today);
    let (mut after, mut given) = (None, 0);
    loop {
        let page = store::watched(app.db().read(), &types, after, BATCH).await?;
        let Some((last, _)) = page.last() else { return Ok(given) };
        after = Some(last.id.0);
        for (permit, stated) in &page {
            let in_use_on = stated.as_ref().map(|stated| stated.in_use_on);
            let Some(due) = rules::in_use_by(permit, in_use_on, today) else { continue };
            if due < today && !was_given(app.db().read(), permit.id, due).await? {
                let id = permit.id;
                given += app.db().write(|tx| async move { give(&tx, id).await }).await?;
            }
        }
    }
}

async fn was_given(
    connection: &impl Connection,
    permit: PermitId,
    due: NaiveDate,
) -> Result<bool, Failure> {
    task::store::was_given(connection, TaskKind::NumbersUnused, permit, end_of_day(due)).await
}

async fn give(tx: &Tx, id: PermitId) -> Result<usize, Failure> {
    // another process may have given it, or the statement have come, since it was read
    let permit = permit::store::lock(tx, Sight::All, id).await?;
    let today = oslo_date(tx.now());
    let stated = store::stated(&**tx, id).await?.map(|stated| stated.in_use_on);
    let due = rules::in_use_by(&permit, stated, today).filter(|due| *due < today);
    let Some(due) = due.filter(|_| permit.status.is_live()) else { return Ok(0) };
    if was_given(&**tx, id, due).await? {
        return Ok(0);
    }
    task::store::open(tx, TaskKind::NumbersUnused, id).await?;
    Ok(1)
}

/// Whether permits of this type of resource report on a year.
pub fn reports(resource_type: &str, year: i32) -> bool {
    rules::reported_in(year).contains(&resource_type)
}
