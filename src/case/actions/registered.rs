//! What the applicant of an open case answers, or takes back, on paper or by telephone: a caseworker writes it down,
//! and it counts from the day it came in.

use chrono::NaiveDate;

use super::{
    super::{model::Channel, store::Case},
    Answer, locked, not_party, on_behalf, save, steps,
};
use crate::{
    app::App,
    database::Tx,
    failure::Failure,
    identity::{Caller, Sight},
    values::ids::CaseId,
};

/// Takes an answer for the applicant. The clock runs again from the day it was received, today when none is given.
///
/// # Errors
/// As [`reply`](super::reply); 403 for a caseworker who is party or may not decide the kind; 422 for a day before
/// the question, or one that has not come.
pub async fn reply(
    app: &App,
    caller: &Caller,
    (id, version): (CaseId, i32),
    answer: &Answer<'_>,
    came: (Channel, Option<NaiveDate>),
) -> Result<Case, Failure> {
    reply_with(app, caller, (id, version), answer, came, |_| async { Ok(()) }).await
}

/// As [`reply`], with something that is written in the same commit once the answer is.
///
/// # Errors
/// As [`reply`]; what `more` answers.
pub async fn reply_with<F, Fut>(
    app: &App,
    caller: &Caller,
    (id, version): (CaseId, i32),
    answer: &Answer<'_>,
    (channel, received_on): (Channel, Option<NaiveDate>),
    more: F,
) -> Result<Case, Failure>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let more = &more;
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let case = locked(&tx, Sight::All, id, version).await?;
            let detail = "Give the day it came in: from the day of the question until today.";
            let since = case.waiting_since;
            let received_at = on_behalf::received_since(received_on, since, detail, tx.now())?;
            let title = match channel {
                Channel::Paper => "Reply from the applicant on paper",
                Channel::Telephone => "Reply from the applicant by telephone",
            };
            let came = (received_at, title);
            let case = steps::take_reply(app, &tx, caller, case, answer, came).await?;
            more(tx.clone()).await?;
            save(&tx, case).await
        })
        .await
}

/// Takes an application back for the applicant.
///
/// # Errors
/// As [`withdraw`](super::withdraw); 403 for a caseworker who is party or may not decide the kind.
pub async fn withdraw(
    app: &App,
    caller: &Caller,
    (id, version): (CaseId, i32),
    channel: Channel,
) -> Result<Case, Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let case = locked(&tx, Sight::All, id, version).await?;
            let title = match channel {
                Channel::Paper => "Application withdrawn on paper",
                Channel::Telephone => "Application withdrawn by telephone",
            };
            steps::take_withdrawal(&tx, caller, case, title).await
        })
        .await
}
