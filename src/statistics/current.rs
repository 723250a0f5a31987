//! The figures in memory: counted anew when they are asked for and older than ten minutes. Counting goes
//! on behind the readers: among millions of permits it takes longer than anybody should wait.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;
use chrono::TimeDelta;
use tokio::sync::Mutex;

use super::{model::Figures, store};
use crate::{
    app::App,
    failure::{Failure, Problem},
    values::calendar::oslo_date,
};

/// How old figures may be.
const OLDEST: TimeDelta = TimeDelta::minutes(10);

/// How long a reader waits for figures where there are none yet.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a reader waits for newer figures than there are.
const SHORT_PATIENCE: Duration = Duration::from_millis(200);

/// The figures of this process.
#[derive(Debug, Default)]
pub struct Current {
    figures: ArcSwapOption<Figures>,
    turn: Mutex<()>,
}

impl Current {
    /// The figures, if they are not too old.
    fn fresh(&self, app: &App) -> Option<Arc<Figures>> {
        let now = app.clock().now();
        self.figures.load_full().filter(|figures| now - figures.counted_at < OLDEST)
    }
}

/// The figures, counted at most ten minutes ago. Older ones where the database does not answer, or where
/// counting takes longer than a reader should wait; it goes on behind, for the next reader.
///
/// # Errors
/// When nothing was counted before, and the database does not answer or does not within [`PATIENCE`].
pub async fn figures(app: &App) -> Result<Arc<Figures>, Failure> {
    let current = app.statistics();
    if let Some(figures) = current.fresh(app) {
        return Ok(figures);
    }
    let older = current.figures.load_full();
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
    let counted = store::count(app.db().read(), oslo_date(now)).await?;
    let figures = Arc::new(Figures::of(&counted, now));
    current.figures.store(Some(Arc::clone(&figures)));
    Ok(figures)
}
