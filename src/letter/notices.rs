//! Text messages about letters: one when a letter is there, and a second after a week unopened
//! (eForvaltningsforskriften § 8). They name nobody and say nothing of what the letter tells.

use chrono::TimeDelta;
use uuid::Uuid;

use super::store::{self, Letter};
use crate::{
    app::App,
    database::Tx,
    failure::Failure,
    notification::{client::Gateway, rules::pause_after},
    party,
    values::{
        calendar::oslo_date,
        deadline::{Timer, deadline},
        ids::LetterId,
        letter_text::LetterText,
    },
};

/// Messages handled in one run.
const BATCH: u64 = 50;
/// How long a process has for one message before another may try it.
const LEASE_MINUTES: i64 = 2;

/// A message ready to be handed over.
struct Ready {
    id: Uuid,
    to: String,
    text: String,
}

/// Hands over what is due, if there is a gateway; answers how many messages it took.
///
/// # Errors
/// When the database does not answer.
pub async fn send_due(app: &App) -> Result<usize, Failure> {
    let Some(gateway) = app.gateway() else { return Ok(0) };
    let mut sent = 0;
    for id in store::to_be_noticed(app.db().read(), app.clock().now(), BATCH).await? {
        let ready = app.db().write(|tx| async move { prepare(app, &tx, id).await }).await?;
        if let Some(ready) = ready {
            sent += usize::from(hand_over(app, gateway, id, &ready).await?);
        }
    }
    Ok(sent)
}

/// Takes a message for this process and makes its text.
async fn prepare(app: &App, tx: &Tx, id: LetterId) -> Result<Option<Ready>, Failure> {
    let mut letter = store::lock(tx, id).await?;
    if letter.notice_at.is_none_or(|at| at > tx.now()) {
        return Ok(None);
    }
    letter.notice_attempts += 1;
    letter.notice_at = Some(tx.now() + TimeDelta::minutes(LEASE_MINUTES));
    store::noticed(tx, &letter).await?;
    let party = party::store::get(&**tx, letter.party).await?;
    let settings = app.settings();
    let language = party.details.language;
    let link = format!("{}/{language}/letters/{id}", settings.public_url);
    let text = if letter.notices == 0 { LetterText::NoticeFirst } else { LetterText::NoticeSecond };
    let words = [("authority", settings.authority_name.as_str()), ("link", link.as_str())];
    Ok(Some(Ready {
        id: message_id(&letter),
        to: party.details.phone.dial(),
        text: text.fill(oslo_date(tx.now()), language, &words),
    }))
}

/// The same in every attempt, another for the second message.
fn message_id(letter: &Letter) -> Uuid {
    let number = u128::try_from(letter.notices + 1).unwrap_or(1);
    Uuid::from_u128(letter.id.0.as_u128() ^ number)
}

async fn hand_over(
    app: &App,
    gateway: &Gateway,
    id: LetterId,
    ready: &Ready,
) -> Result<bool, Failure> {
    let outcome = gateway.send(ready.id, &ready.to, &ready.text).await;
    let is_sent = outcome.is_ok();
    metrics::counter!("anrop_letter_notices_total", "outcome" => if is_sent { "sent" } else { "failed" })
        .increment(1);
    app.db()
        .write(|tx| async move {
            let mut letter = store::lock(&tx, id).await?;
            if letter.notice_at.is_none() {
                return Ok(()); // opened meanwhile
            }
            let pause = pause_after(letter.notice_attempts).filter(|_| !is_sent);
            match pause {
                Some(pause) => letter.notice_at = Some(tx.now() + pause),
                None => settle(&mut letter)?,
            }
            store::noticed(&tx, &letter).await
        })
        .await?;
    if let Err(flaw) = outcome {
        tracing::warn!(letter = %id, %flaw, "a message about a letter was not taken");
    }
    Ok(is_sent)
}

/// A message is done with: the second comes a week after the letter, and none after it.
fn settle(letter: &mut Letter) -> Result<(), Failure> {
    letter.notices += 1;
    letter.notice_attempts = 0;
    letter.notice_at = if letter.notices == 1 {
        let second = deadline(Timer::SecondNotification, letter.sent_at);
        Some(second.map_err(Failure::internal)?.ends_at)
    } else {
        None
    };
    Ok(())
}
