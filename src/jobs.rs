//! Jobs beside the service: sealer, checkpoints, register follower, lease, spool, standby, expiry, yearly fees,
//! daily digest. Each is a loop that wakes on a signal or by the clock, logs its faults and goes on.

mod once;

use std::{
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::{
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use crate::{
    app::App,
    database::Listener,
    delivery::store::queue,
    failure::Failure,
    frequency_plan, identity,
    numbering::published,
    register::{follow, lease},
    rescue,
    seal::sealer,
    statistics,
    values::calendar::{end_of_day, oslo_date},
};
pub use once::{
    add_up_once, charge_once, claim_once, destroy_once, digest_once, draw_letters_once,
    end_sessions_once, expire_once, forget_drafts_once, invoice_once, mail_once, notice_once,
    notify_once, number_journal_once, remind_once, tidy_documents_once, watch_once,
    write_checkpoint,
};
use once::{
    checkpoint_once, drain_once, follow_once, forget_files, read_plan_once, recut_once, renew_once,
    stand_by_once,
};

/// What the sealer tells other processes by.
const SEALED: &str = "anrop_sealed";
/// How often the log is looked at while its growth is told of.
const LOOK: Duration = Duration::from_millis(500);
/// How often while it is not.
const LOOK_DEAF: Duration = Duration::from_millis(50);
/// How long what is committed may lie before a process that serves seals it: the one that works seals within a few
/// milliseconds, unless it is away.
const LIES: TimeDelta = TimeDelta::milliseconds(300);
/// How often that is looked for.
const LOOK_FOR_UNSEALED: Duration = Duration::from_millis(150);
/// How long before listening is tried again.
const LISTEN_AGAIN: Duration = Duration::from_secs(2);

/// How often ends of permits are looked for besides midnight.
const EXPIRY_BEAT: Duration = Duration::from_secs(60);

/// Seconds after which a run of a job is told of in the log.
const LONG: f64 = 2.0;

/// How long a start waits for the register before it serves what needs none of it.
const FILL_PATIENCE: Duration = Duration::from_secs(1);

/// The jobs of one process.
pub struct Jobs(JoinSet<()>);

/// Which jobs a process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duties {
    /// Answering: register follower, lease, look-up spool and standby; the sealer's part while no process works.
    Serve,
    /// Working: sealer, deliveries, expiry, yearly fees, daily digest.
    Work,
    /// Both in one process.
    Both,
}

impl Jobs {
    /// Fills the register (when serving) and starts the jobs. Where filling takes longer than a moment it
    /// goes on behind, so that rescue centres are answered at once. While the database is away, a process
    /// that serves waits for it and lets its standby answer rescue centres; one that works tries again.
    ///
    /// # Errors
    /// When the register cannot be filled, as is soon known, and no standby stands in.
    pub async fn start(app: &App, duties: Duties) -> Result<Self, Failure> {
        let mut jobs = JoinSet::new();
        match answers(app).await {
            Err(failure) if duties != Duties::Work => {
                if !rescue::actions::stand_in(app).await? {
                    return Err(failure);
                }
                tracing::error!(
                    "the database does not answer; look-ups of rescue centres are answered from the \
                     standby, everything else waits for it"
                );
                jobs.spawn(waiting(app.clone(), duties, None));
            }
            _ => {
                let mut preparing = preparing(app, duties);
                let limit = if duties == Duties::Work { Duration::MAX } else { FILL_PATIENCE };
                match timeout(limit, &mut preparing).await {
                    Ok(prepared) => {
                        prepared.map_err(Failure::internal)??;
                        Self::spawn(&mut jobs, app, duties);
                    }
                    Err(_) => {
                        tracing::info!(
                            "the register is still being filled; rescue centres are answered meanwhile, \
                             everything else waits for it"
                        );
                        jobs.spawn(waiting(app.clone(), duties, Some(preparing)));
                    }
                }
            }
        }
        Ok(Self(jobs))
    }

    fn spawn(jobs: &mut JoinSet<()>, app: &App, duties: Duties) {
        app.signals().gentle.store(true, Ordering::Relaxed);
        let turn = Turn::default();
        if duties != Duties::Work {
            jobs.spawn(every(app.clone(), "plan", Duration::from_millis(500), read_plan_once));
            if app.db().is_postgres() {
                jobs.spawn(following(app.clone()));
                jobs.spawn(every(app.clone(), "lease", Duration::from_millis(250), renew_once));
                if duties == Duties::Serve {
                    jobs.spawn(every(app.clone(), "stand-in", LOOK_FOR_UNSEALED, seal_left_once));
                }
            }
            jobs.spawn(publish_ranges(app.clone()));
            jobs.spawn(count_figures(app.clone(), turn.clone()));
            jobs.spawn(every(app.clone(), "sessions", Duration::from_secs(1), end_sessions_once));
            jobs.spawn(every(app.clone(), "files", Duration::from_secs(60), forget_files));
            jobs.spawn(every(app.clone(), "spool", Duration::from_millis(500), drain_once));
            jobs.spawn(every(app.clone(), "standby", Duration::from_millis(250), stand_by_once));
        }
        jobs.spawn(every(app.clone(), "recut", Duration::from_millis(500), recut_once));
        if duties != Duties::Serve {
            jobs.spawn(sealing(app.clone()));
            jobs.spawn(at_pace(app.clone(), "expiry", until_permits_end, expire_once));
            jobs.spawn(every(app.clone(), "claims", Duration::from_secs(3_600), claim_once));
            jobs.spawn(every(app.clone(), "reminders", Duration::from_secs(600), remind_once));
            jobs.spawn(every(app.clone(), "deadlines", Duration::from_secs(60), watch_once));
            jobs.spawn(every(app.clone(), "drafts", Duration::from_secs(600), forget_drafts_once));
            jobs.spawn(every(app.clone(), "messages", Duration::from_secs(5), notify_once));
            jobs.spawn(every(app.clone(), "e-mail", Duration::from_secs(5), mail_once));
            jobs.spawn(every(app.clone(), "tally", Duration::from_secs(2), add_up_once));
            jobs.spawn(every(
                app.clone(),
                "documents",
                Duration::from_secs(600),
                tidy_documents_once,
            ));
            jobs.spawn(every(app.clone(), "journal", Duration::from_secs(2), number_journal_once));
            jobs.spawn(every(app.clone(), "letters", Duration::from_secs(2), draw_letters_once));
            jobs.spawn(every(app.clone(), "letter notices", Duration::from_secs(5), notice_once));
            let (hour, half) = (Duration::from_secs(3600), Duration::from_secs(1800));
            jobs.spawn(every(app.clone(), "retention", hour, turn.clone().takes(destroy_once)));
            // takes no turn: a yearly run goes on for hours, and the digest of the day would wait for it
            jobs.spawn(every(app.clone(), "fees", half, charge_once));
            jobs.spawn(every(app.clone(), "invoices", Duration::from_secs(5), invoice_once));
            jobs.spawn(every(
                app.clone(),
                "digest",
                Duration::from_secs(60),
                turn.clone().takes(digest_once),
            ));
            jobs.spawn(every(app.clone(), "checkpoint", Duration::from_secs(60), checkpoint_once));
            jobs.spawn(crate::delivery::worker::run(app.clone()));
        }
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

/// Longest time the database is given to answer at the start.
const START_PATIENCE: Duration = Duration::from_secs(5);
/// The same while it is waited for; the standby rests longer than that between two attempts.
const WAITING_PATIENCE: Duration = Duration::from_secs(1);

async fn answers(app: &App) -> Result<(), Failure> {
    timeout(START_PATIENCE, app.db().ping()).await.map_err(Failure::unavailable)?
}

/// What must be done before the jobs can run: the register filled, the lease taken.
async fn prepare(app: &App, duties: Duties) -> Result<(), Failure> {
    app.db().require_schema().await?;
    if duties != Duties::Work {
        let (mut told, began) = (0, Instant::now());
        let seq = follow::fill(app, |count| {
            if count >= told + 100_000 {
                told = count;
                tracing::info!(rows = count, "filling the register");
            }
        })
        .await?;
        let seconds = began.elapsed().as_secs_f64();
        tracing::info!(rows = app.register().rows(), seconds, "the register is filled");
        frequency_plan::current::refresh(app).await?;
        identity::ended::refresh(app).await?;
        app.lease().set_applied(seq);
        if app.db().is_postgres() {
            lease::forget_old(app).await?;
            lease::renew(app).await?;
        } else {
            app.lease().hold_forever();
        }
        app.feed().tell(seq);
    }
    if duties != Duties::Serve && !app.db().is_postgres() {
        // SQLite has one process: what one before left in flight, nobody will finish
        app.db().write(|tx| async move { queue::free_all(&tx).await }).await?;
    }
    Ok(())
}

/// What preparing came to.
type Preparing = JoinHandle<Result<(), Failure>>;

/// Prepares behind whoever asks.
fn preparing(app: &App, duties: Duties) -> Preparing {
    let app = app.clone();
    tokio::spawn(async move { prepare(&app, duties).await })
}

/// Waits for what is being prepared, or tries until the database answers and it can be; then does what
/// every process does.
async fn waiting(app: App, duties: Duties, mut begun: Option<Preparing>) {
    let signals = app.signals();
    loop {
        let stop = signals.stop.notified();
        if signals.is_stopping() {
            return;
        }
        if begun.is_none() && matches!(timeout(WAITING_PATIENCE, app.db().ping()).await, Ok(Ok(())))
        {
            begun = Some(preparing(&app, duties));
        }
        if let Some(preparing) = begun.take() {
            let abort = preparing.abort_handle();
            tokio::select! {
                prepared = preparing => match prepared.map_err(Failure::internal).flatten() {
                    Ok(()) => break,
                    Err(failure) => tracing::error!(
                        %failure,
                        "the database answers, but the register cannot be filled yet"
                    ),
                },
                () = stop => {
                    abort.abort();
                    return;
                }
            }
        }
        if let Some(standby) = app.open_standby() {
            standby.rest();
        }
        let stop = signals.stop.notified();
        if signals.is_stopping() {
            return;
        }
        let _ = timeout(WAITING_PATIENCE / 2, stop).await;
    }
    tracing::info!("everything is served");
    let mut jobs = JoinSet::new();
    Jobs::spawn(&mut jobs, &app, duties);
    while jobs.join_next().await.is_some() {}
}

async fn every<F, Fut>(app: App, name: &'static str, pause: Duration, run: F)
where
    F: Fn(App) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    at_pace(app, name, move |_| pause, run).await;
}

/// How long until permits may have come to their ends: those whose last day it is end together at midnight,
/// others when a renewal is refused after that.
fn until_permits_end(now: DateTime<Utc>) -> Duration {
    let left = end_of_day(oslo_date(now)) - now;
    left.to_std().map_or(EXPIRY_BEAT, |left| left.min(EXPIRY_BEAT))
}

/// Runs again and again, after a pause that may depend on the time.
async fn at_pace<P, F, Fut>(app: App, name: &'static str, pause: P, run: F)
where
    P: Fn(DateTime<Utc>) -> Duration,
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
        let began = Instant::now();
        if let Err(failure) = run(app.clone()).await {
            tracing::error!(
                job = name,
                problem = failure.problem().code(),
                "a job failed; it goes on"
            );
        }
        let seconds = began.elapsed().as_secs_f64();
        if seconds > LONG {
            tracing::info!(job = name, seconds, "a job took long");
        }
        let _ = timeout(pause(app.clock().now()), stop).await;
    }
}

/// Those that read much and that nobody waits for run one after the other: together they would keep every
/// processor busy for a minute after each start.
#[derive(Clone, Default)]
struct Turn(Arc<tokio::sync::Mutex<()>>);

impl Turn {
    /// `run`, once its turn has come; not at all where the service stops first.
    fn takes<Fut>(
        self,
        run: impl Fn(App) -> Fut,
    ) -> impl Fn(App) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>
    where
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        move |app| {
            let (turn, signals) = (self.clone(), app.signals());
            let run = run(app);
            Box::pin(async move {
                let stop = signals.stop.notified();
                if signals.is_stopping() {
                    return Ok(());
                }
                tokio::select! {
                    _held = turn.0.lock() => run.await,
                    () = stop => Ok(()),
                }
            })
        }
    }
}

/// Once, for a database from before number ranges had public rows.
async fn publish_ranges(app: App) {
    match published::catch_up(&app).await {
        Ok(0) => {}
        Ok(rows) => tracing::info!(rows, "number ranges are published"),
        Err(failure) => {
            let problem = failure.problem().code();
            tracing::error!(job = "ranges", problem, "not all number ranges are published");
        }
    }
}

async fn sealing(app: App) {
    let signals = app.signals();
    let mut told = 0;
    while !signals.is_stopping() {
        let _ = timeout(Duration::from_millis(200), signals.sealer.notified()).await;
        // a short wait lets one run seal what many commits left
        tokio::time::sleep(Duration::from_millis(5)).await;
        match sealer::seal_all(&app).await {
            Ok(head) => {
                // outside the transaction, where it would make commits wait for each other
                if head.count > told && app.db().notify(SEALED).await.is_ok() {
                    told = head.count;
                }
            }
            Err(failure) => {
                tracing::error!(problem = failure.problem().code(), "sealing failed; it goes on");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

/// Seals what has lain for long, and tells the other processes: without one that works, changes would show nowhere else.
///
/// # Errors
/// When the database does not answer.
pub async fn seal_left_once(app: App) -> Result<(), Failure> {
    if !sealer::lies_since(app.db().read(), app.clock().now() - LIES).await? {
        return Ok(());
    }
    sealer::seal_all(&app).await?;
    app.db().notify(SEALED).await
}

/// Follows the log: at once when the sealer says that it grew, and by looking now and then, often
/// while nothing can be heard.
async fn following(app: App) {
    let signals = app.signals();
    let settings = app.settings();
    let url = settings.database_direct_url.as_ref().unwrap_or(&settings.database_url);
    let mut ear: Option<Listener> = None;
    let mut deaf_until = Instant::now();
    loop {
        let stop = signals.stop.notified();
        if signals.is_stopping() {
            return;
        }
        if ear.is_none() && Instant::now() >= deaf_until {
            deaf_until = Instant::now() + LISTEN_AGAIN;
            if let Ok(Ok(listener)) = timeout(LISTEN_AGAIN, Listener::connect(url, SEALED)).await {
                ear = Some(listener);
            }
        }
        // what was sealed before it listened is looked for, too
        if let Err(failure) = follow_once(app.clone()).await {
            let problem = failure.problem().code();
            tracing::error!(job = "register", problem, "a job failed; it goes on");
        }
        let Some(listener) = &mut ear else {
            let _ = timeout(LOOK_DEAF, stop).await;
            continue;
        };
        let heard = async {
            tokio::select! {
                heard = listener.heard() => heard,
                () = stop => true,
            }
        };
        if timeout(LOOK, heard).await == Ok(false) {
            tracing::warn!("the connection that tells of changes was lost; looking instead");
            ear = None;
        }
    }
}

/// Counts the figures of the registry for their first reader.
async fn count_figures(app: App, turn: Turn) {
    let signals = app.signals();
    let stop = signals.stop.notified();
    let counting = async {
        let _held = turn.0.lock().await;
        statistics::current::figures(&app).await
    };
    // among millions of permits it takes longer than a stop should
    tokio::select! {
        counted = counting => if let Err(failure) = counted {
            tracing::debug!(%failure, "the figures are not counted yet");
        },
        () = stop => {}
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_looked_for_each_minute_and_as_the_day_begins_in_norway() {
        for (now, seconds) in [
            ("2026-12-31T12:00:00Z", 60),
            ("2026-12-31T22:59:00Z", 60),
            ("2026-12-31T22:59:48Z", 12),
            ("2026-12-31T23:00:00Z", 60),
            ("2027-06-30T21:59:59Z", 1),
        ] {
            let now: DateTime<Utc> = now.parse().unwrap();
            assert_eq!(until_permits_end(now), Duration::from_secs(seconds), "{now}");
        }
    }
}
