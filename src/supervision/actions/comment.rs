//! What a respondent says to an advance notice from its letter (forvaltningsloven § 16). It stands among the acts of the case as
//! what came by other ways does, and opens the way for an order; nothing is decided here.

use chrono::{DateTime, Utc};

use super::{Doing, refused};
use crate::{
    app::App,
    failure::Failure,
    identity::Caller,
    journal::{self, Direction},
    supervision::{lifecycle::Step, model::Deed, rules::may_comment_until, store},
    values::ids::{CaseId, LetterId},
};

/// Takes the comment of the respondent that a notice was sent to, whom the caller has been found to be or to act for; answers
/// when it came in.
///
/// # Errors
/// 409 when they have commented, another notice took the place of this one, or the case has gone on.
pub async fn take(
    app: &App,
    caller: &Caller,
    (letter, id): (LetterId, CaseId),
    text: &str,
) -> Result<DateTime<Utc>, Failure> {
    app.db()
        .write(|tx| async move {
            let kept = store::lock(&tx, id).await?;
            let key = kept.key(&app.keys())?;
            let acts = store::acts(&*tx, &key, id).await?;
            let mut doing = Doing { case: kept.case, key, acts };
            if may_comment_until(doing.case.status, &doing.acts, letter).is_none() {
                return Err(refused(&doing.case, "commented on"));
            }
            doing.step(Step::Record, "commented on")?;
            let deed = Deed::Remark { from_respondent: true, text: text.to_owned() };
            let act = doing.act(&tx, caller, deed, None);
            store::add_act(&tx, &doing.key, &act).await?;
            let title = "Remark of the respondent";
            journal::add(&tx, id, Direction::In, title, &caller.subject).await?;
            store::save(&tx, doing.case).await?;
            Ok(act.made_at)
        })
        .await
}
