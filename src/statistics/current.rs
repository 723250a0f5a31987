//! The figures in memory: counted when the process begins, and anew when they are asked for and too old.
//! Counting goes on behind the readers: among millions of permits it takes longer than anybody should wait.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use chrono::TimeDelta;
use tokio::sync::Mutex;

use super::{model::Figures, store};
use crate::{
    app::App,
    failure::{Failure, Problem},
    values::calendar::oslo_date,
};

/// How old figures may be where counting is quick.
const OLDEST: TimeDelta = TimeDelta::minutes(10);

/// They may be so many times as old as counting them took: it uses at most a hundredth of a processor.
const REST: i32 = 100;

/// How long a reader waits for figures where there are none yet.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a reader waits for newer figures than there are.
const SHORT_PATIENCE: Duration = Duration::from_millis(200);

/// The figures of this process.
#[derive(Debug, Default)]
pub struct Current {
    kept: ArcSwapOption<Kept>,
    turn: Mutex<()>,
}

#[derive(Debug)]
struct Kept {
    figures: Arc<Figures>,
    /// How old they may become.
    oldest: TimeDelta,
}

impl Current {
    /// The figures, if they are not too old.
    fn fresh(&self, app: &App) -> Option<Arc<Figures>> {
        let now = app.clock().now();
        let kept = self.kept.load_full()?;
        (now - kept.figures.counted_at < kept.oldest).then(|| Arc::clone(&kept.figures))
    }
}

/// The figures, at most as old as they may be. Older ones where the database does not answer, or where
/// counting takes longer than a reader should wait; it goes on behind, for the next reader.
///
/// # Errors
/// When nothing was counted before, and the database does not answer or does not within [`PATIENCE`].
pub async fn figures(app: &App) -> Result<Arc<Figures>, Failure> {
    let current = app.statistics();
    if let Some(figures) = current.fresh(app) {
        return Ok(figures);
    }
    let older = current.kept.load_full().map(|kept| Arc::clone(&kept.figures));
    let counting = tokio::spawn(count(app.clone()));
    let wait = if older.is_some() { SHORT_PATIENCE } else { PATIENCE };
    match (tokio::time::timeout(wait, counting).await, older) {
        (Ok(Ok(Ok(figures))), _) => Ok(figures),
        (_, Some(older)) => Ok(older),
        (Ok(counted), None) => counted.map_err(Failure::internal)?,
        (Err(_), None) => Err(Failure::new(
            Problem::Unavailable,
            "The figures are being counted. Ask again in half a minute.",
        )),
    }
}

/// Counts; one at a time.
async fn count(app: App) -> Result<Arc<Figures>, Failure> {
    let current = app.statistics();
    let _turn = current.turn.lock().await;
    // whoever had the turn before may have counted
    if let Some(figures) = current.fresh(&app) {
        return Ok(figures);
    }
    let now = app.clock().now();
    let began = Instant::now();
    let counted = store::count(app.db().read(), oslo_date(now)).await?;
    let figures = Arc::new(Figures::of(&counted, now));
    let took = TimeDelta::from_std(began.elapsed()).unwrap_or(OLDEST);
    let kept = Kept { figures: Arc::clone(&figures), oldest: OLDEST.max(took * REST) };
    current.kept.store(Some(Arc::new(kept)));
    Ok(figures)
}
