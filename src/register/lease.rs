//! Leases: which processes answer public reads, and how far each has followed the log.
//!
//! Each process renews a lease of one second by the database's clock. A withdrawal of consent
//! answers only when every other process with a live lease has applied it, or its lease has run
//! out; a process without a lease shows no person. So after the answer nobody shows the name.
//! SQLite has one process, whose own index is changed before the answer: it needs no lease.

use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use super::follow;
use crate::{app::App, failure::Failure, seal::sealer};

/// How long a lease lasts.
pub const LENGTH: Duration = Duration::from_secs(1);
/// A process stops showing persons this long before its lease ends by the database's clock.
const MARGIN: Duration = Duration::from_millis(200);

/// This process's lease.
#[derive(Debug)]
pub struct Lease {
    process: String,
    started: Instant,
    /// Milliseconds after `started` until which persons may be shown.
    good_until: AtomicU64,
    applied: AtomicI64,
}

impl Lease {
    /// A lease that has not been taken yet.
    pub fn new(process: String) -> Self {
        Self {
            process,
            started: Instant::now(),
            good_until: AtomicU64::new(0),
            applied: AtomicI64::new(-1),
        }
    }

    /// True while persons may be shown.
    pub fn is_good(&self) -> bool {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        now < self.good_until.load(Ordering::Acquire)
    }

    /// On SQLite: for good, once the index is filled.
    pub fn hold_forever(&self) {
        self.good_until.store(u64::MAX, Ordering::Release);
    }

    /// Gives the lease up, so that no person is shown until it is taken again.
    pub fn let_go(&self) {
        self.good_until.store(0, Ordering::Release);
    }

    /// How far this process has applied the log; -1 before the index is filled.
    pub fn applied(&self) -> i64 {
        self.applied.load(Ordering::Acquire)
    }

    /// Notes how far the log has been applied.
    pub fn set_applied(&self, seq: i64) {
        self.applied.fetch_max(seq, Ordering::AcqRel);
    }
}

/// Renews the lease on PostgreSQL, telling how far this process has come, and follows the log once
/// more before it counts.
///
/// While the lease had run out nobody waited for this process. What was withdrawn then was sealed
/// before the lease was taken again, so following the log after that misses none of it; every later
/// withdrawal waits for this process.
///
/// # Errors
/// When the database does not answer; then the lease runs out by itself.
pub async fn renew(app: &App) -> Result<(), Failure> {
    let lease = app.lease();
    if lease.applied() < 0 {
        return Ok(());
    }
    // counted from before the statement is sent, so never longer than the database counts
    let before = u64::try_from(lease.started.elapsed().as_millis()).unwrap_or(u64::MAX);
    app.db()
        .execute_on_postgres(
            "INSERT INTO process_lease (process, expires_at, applied_seq) \
             VALUES ($1, clock_timestamp() + interval '1 second', $2) \
             ON CONFLICT (process) DO UPDATE SET expires_at = excluded.expires_at, \
             applied_seq = excluded.applied_seq",
            [lease.process.clone().into(), lease.applied().into()],
        )
        .await?;
    lease.set_applied(follow::advance(app, lease.applied()).await?);
    let length = u64::try_from((LENGTH - MARGIN).as_millis()).unwrap_or(0);
    lease.good_until.store(before.saturating_add(length), Ordering::Release);
    Ok(())
}

/// Takes away the rows of processes that ended long ago.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_old(app: &App) -> Result<(), Failure> {
    let sql = "DELETE FROM process_lease WHERE expires_at < clock_timestamp() - interval '1 hour'";
    app.db().execute_on_postgres(sql, []).await
}

/// Returns when every process that answers the public has taken away what was just taken away here. This
/// process's index changed with the commit.
///
/// # Errors
/// When the database does not answer; the caller must then not say that it is done.
pub async fn settle(app: &App) -> Result<(), Failure> {
    if !app.db().is_postgres() {
        return Ok(());
    }
    let head = sealer::seal_all(app).await?;
    let seq = i64::try_from(head.count).map_err(Failure::internal)?;
    wait_for_others(app, seq).await
}

/// Waits until every other process with a live lease has applied the log up to `seq`.
///
/// # Errors
/// When the database does not answer; the caller must then not say that the withdrawal is complete.
pub async fn wait_for_others(app: &App, seq: i64) -> Result<(), Failure> {
    if !app.db().is_postgres() {
        return Ok(());
    }
    loop {
        let row = app
            .db()
            .read()
            .query_one_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT count(*) AS behind FROM process_lease \
                 WHERE process <> $1 AND expires_at > clock_timestamp() AND applied_seq < $2",
                [app.lease().process.clone().into(), seq.into()],
            ))
            .await?;
        let behind: i64 = row.map(|row| row.try_get("", "behind")).transpose()?.unwrap_or(0);
        if behind == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
