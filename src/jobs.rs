//! Jobs beside the service: sealer, checkpoints, register follower, lease, spool, expiry, yearly fees. Each is a
//! loop that wakes on a signal or by the clock, logs its faults and goes on.

use std::{path::Path, time::Duration};

use tokio::{task::JoinSet, time::timeout};

use crate::{
    app::App,
    assignment,
    delivery::store::queue,
    failure::Failure,
    fee, permit,
    register::{follow, lease, projection},
    rescue,
    seal::{checkpoint, sealer},
    values::calendar::oslo_date,
};

/// The jobs of one process.
pub struct Jobs(JoinSet<()>);

/// Which jobs a process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duties {
    /// Answering: register follower, lease, look-up spool.
    Serve,
    /// Working: sealer, deliveries, expiry, yearly fees.
    Work,
    /// Both in one process.
    Both,
}

impl Jobs {
    /// Fills the register (when serving) and starts the jobs.
    ///
    /// # Errors
    /// When the register cannot be filled.
    pub async fn start(app: &App, duties: Duties) -> Result<Self, Failure> {
        let mut jobs = JoinSet::new();
        if duties != Duties::Work {
            let mut told = 0;
            let seq = follow::fill(app, |count| {
                if count >= told + 100_000 {
                    told = count;
                    tracing::info!(rows = count, "filling the register");
                }
            })
            .await?;
            app.lease().set_applied(seq);
            if app.db().is_postgres() {
                lease::forget_old(app).await?;
                lease::renew(app).await?;
                jobs.spawn(every(app.clone(), "register", Duration::from_millis(50), follow_once));
                jobs.spawn(every(app.clone(), "lease", Duration::from_millis(250), renew_once));
            } else {
                app.lease().hold_forever();
            }
            jobs.spawn(every(app.clone(), "spool", Duration::from_millis(500), drain_once));
        }
        if duties != Duties::Serve {
            if !app.db().is_postgres() {
                // SQLite has one process: what one before left in flight, nobody will finish
                app.db().write(|tx| async move { queue::free_all(&tx).await }).await?;
            }
            jobs.spawn(sealing(app.clone()));
            jobs.spawn(every(app.clone(), "expiry", Duration::from_secs(60), expire_once));
            jobs.spawn(every(app.clone(), "fees", Duration::from_secs(1800), charge_once));
            jobs.spawn(every(app.clone(), "checkpoint", Duration::from_secs(60), checkpoint_once));
            jobs.spawn(crate::delivery::worker::run(app.clone()));
        }
        Ok(Self(jobs))
    }

    /// Tells the jobs to end and waits for them, at most `limit`; what is unsealed or spooled is
    /// written first.
    pub async fn stop(mut self, app: &App, limit: Duration) {
        app.signals().stop();
        let ended = timeout(limit, async { while self.0.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            tracing::warn!("some jobs did not end in time");
            self.0.abort_all();
        }
        for (name, outcome) in [
            ("spool", drain_once(app.clone()).await),
            ("sealer", sealer::seal_all(app).await.map(|_| ())),
        ] {
            if let Err(failure) = outcome {
                tracing::error!(job = name, %failure, "the last run failed");
            }
        }
        app.db().close().await;
    }
}

async fn every<F, Fut>(app: App, name: &'static str, pause: Duration, run: F)
where
    F: Fn(App) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let signals = app.signals();
    loop {
        // made before looking: a stop that comes while the job runs is not missed
        let stop = signals.stop.notified();
        if signals.is_stopping() {
            return;
        }
        if let Err(failure) = run(app.clone()).await {
            tracing::error!(
                job = name,
                problem = failure.problem().code(),
                "a job failed; it goes on"
            );
        }
        let _ = timeout(pause, stop).await;
    }
}

async fn sealing(app: App) {
    let signals = app.signals();
    while !signals.is_stopping() {
        let _ = timeout(Duration::from_millis(200), signals.sealer.notified()).await;
        // a short wait lets one run seal what many commits left
        tokio::time::sleep(Duration::from_millis(5)).await;
        if let Err(failure) = sealer::seal_all(&app).await {
            tracing::error!(problem = failure.problem().code(), "sealing failed; it goes on");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

async fn follow_once(app: App) -> Result<(), Failure> {
    let seq = follow::advance(&app, app.lease().applied()).await?;
    app.lease().set_applied(seq);
    Ok(())
}

async fn renew_once(app: App) -> Result<(), Failure> {
    lease::renew(&app).await
}

async fn drain_once(app: App) -> Result<(), Failure> {
    rescue::actions::drain_spool(&app).await.map(|_| ())
}

/// Ends permits whose last day has passed, and frees call signs whose rest or reservation is over.
///
/// # Errors
/// When the database does not answer.
pub async fn expire_once(app: App) -> Result<(), Failure> {
    permit::actions::expire_due(&app).await?;
    let today = oslo_date(app.clock().now());
    for sign in assignment::store::run_out(app.db().read(), today, 500).await? {
        app.db()
            .write(|tx| async move {
                if assignment::actions::free(&tx, sign, today).await? {
                    projection::call_sign(&tx, sign).await?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}

/// Writes the annual fees that are not written yet.
///
/// # Errors
/// When the database does not answer.
pub async fn charge_once(app: App) -> Result<(), Failure> {
    let settled = fee::actions::charge_years(&app).await?;
    if settled > 0 {
        tracing::info!(permits = settled, "annual fees are settled");
    }
    Ok(())
}

async fn checkpoint_once(app: App) -> Result<(), Failure> {
    write_checkpoint(&app, app.checkpoints()).await
}

/// Signs the head of the log into the folder of checkpoints.
///
/// # Errors
/// When the database or the folder does not answer.
pub async fn write_checkpoint(app: &App, folder: &Path) -> Result<(), Failure> {
    let head = sealer::head(app.db().read()).await?;
    if head.count == 0 {
        return Ok(());
    }
    let signed = checkpoint::Checkpoint::sign(head, app.clock().now(), app.keys().checkpoint_key());
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || checkpoint::append(&folder, &signed))
        .await
        .map_err(Failure::internal)?
        .map_err(Failure::internal)?;
    Ok(())
}

/// What keeps the process from answering; nothing when it is ready.
pub async fn readiness(app: &App) -> Vec<&'static str> {
    let mut faults = Vec::new();
    let asked = sealer::head(app.db().read());
    if !matches!(timeout(Duration::from_secs(2), asked).await, Ok(Ok(_))) {
        faults.push("the database does not answer");
    }
    if app.lease().applied() < 0 {
        faults.push("the register is being filled");
    }
    if app.spool().health().failing.is_some() {
        faults.push("the look-up spool cannot be written");
    }
    faults
}
