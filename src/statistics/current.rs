//! The figures in memory: counted anew when they are asked for and older than ten minutes. While one
//! counts, the others are shown what there is.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use chrono::TimeDelta;
use tokio::sync::Mutex;

use super::{model::Figures, store};
use crate::{app::App, failure::Failure, values::calendar::oslo_date};

/// How old figures may be.
const OLDEST: TimeDelta = TimeDelta::minutes(10);

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

/// The figures, counted at most ten minutes ago; older ones where the database does not answer.
///
/// # Errors
/// When the database does not answer and nothing was counted before.
pub async fn figures(app: &App) -> Result<Arc<Figures>, Failure> {
    let current = app.statistics();
    if let Some(figures) = current.fresh(app) {
        return Ok(figures);
    }
    let turn = match current.figures.load_full() {
        // somebody counts already
        Some(older) => match current.turn.try_lock() {
            Ok(turn) => turn,
            Err(_) => return Ok(older),
        },
        None => current.turn.lock().await,
    };
    if let Some(figures) = current.fresh(app) {
        return Ok(figures);
    }
    let now = app.clock().now();
    let counted = store::count(app.db().read(), oslo_date(now)).await;
    drop(turn);
    match (counted, current.figures.load_full()) {
        (Ok(counted), _) => {
            let figures = Arc::new(Figures::of(&counted, now));
            current.figures.store(Some(Arc::clone(&figures)));
            Ok(figures)
        }
        (Err(_), Some(older)) => Ok(older),
        (Err(failure), None) => Err(failure),
    }
}
