//! Mending an outcome that was marked by mistake.

use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    super::store::{self, Alert},
    Inquiry,
};
use crate::{
    app::App,
    failure::{Failure, Problem},
};

/// How long an officer may correct an outcome. Later another one is recorded beside it.
const HOURS: i64 = 24;

/// Replaces an outcome that the same officer recorded lately.
///
/// # Errors
/// 404 when there is no such alert of this officer; 409 when it is too old.
pub async fn correct_alert(
    app: &App,
    inquiry: &Inquiry,
    id: Uuid,
    outcome: &str,
) -> Result<Alert, Failure> {
    app.db()
        .write(|tx| async move {
            let alert = store::alert(&*tx, id).await?;
            if alert.officer != inquiry.officer {
                return Err(Failure::not_found());
            }
            if tx.now() - alert.at > TimeDelta::hours(HOURS) {
                let detail = "The outcome is too old to be corrected. Record another one.";
                return Err(Failure::new(Problem::IllegalTransition, detail));
            }
            store::set_outcome(&tx, id, outcome).await?;
            Ok(Alert { outcome: outcome.to_owned(), ..alert })
        })
        .await
}
