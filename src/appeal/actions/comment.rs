//! Other parties to a case are told of an appeal in it as soon as it is in, with a day by which they may comment, and hand in
//! what they say (forvaltningsloven § 33 third paragraph). Nothing is decided here, and none of what the appeal says is told:
//! who is told may ask to see it as a document of the case (§ 18).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

use super::{appellant_of, body_on, is_too_late};
use crate::{
    app::App,
    appeal::{
        model::{Appeal, Said},
        receive::received_at,
        store::comment as store,
    },
    case::{
        actions::{
            letters::{Correspondence, author},
            not_party, save,
        },
        model::Channel,
        store::{self as case_store, Case},
        wishes,
    },
    database::Tx,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    journal::{self, Direction},
    keys::DataKey,
    letter::{
        self,
        model::{AppealNoticeFacts, LetterKind},
        rules::appeal as letter_rules,
    },
    notification::email::actions as email,
    party,
    values::{
        calendar::{next_working_day, oslo_date},
        ids::{CaseId, LetterId},
        reminder::Reminder,
    },
};

/// Tells everybody else who is party to a case of an appeal that came in, and who was drawn among with it. One that must be dismissed since it is too late is
/// told to nobody.
pub(super) async fn tell(
    app: &App,
    tx: &Tx,
    key: &DataKey,
    (case, appeal): (&Case, &Appeal),
    actor: &str,
) -> Result<(), Failure> {
    if is_too_late(appeal)? {
        return Ok(());
    }
    let today = oslo_date(tx.now());
    let days = Reminder::AppealComment.days(today).unwrap_or_default();
    let due_on = next_working_day(today + TimeDelta::days(days));
    let appellant = appellant_of(case, appeal);
    let name = party::store::get(&**tx, appellant).await?.details.name;
    let rivals = wishes::actions::rivals(&**tx, case).await?;
    let others = case.parties().map(|party| (party, false));
    let others = others.chain(rivals.into_iter().map(|party| (party, true)));
    for (other, was_drawn_among) in others.filter(|(party, _)| *party != appellant) {
        let body = body_on(tx, key, case, today).await?;
        let to = Correspondence::with(app, tx, case, other).await?;
        let facts = AppealNoticeFacts {
            appellant: name.clone(),
            case: case.display_number(),
            received_on: oslo_date(appeal.received_at),
            decided_on: oslo_date(appeal.decision_at),
            due_on,
            was_drawn_among,
            body: body.map(|body| body.name(to.language).to_owned()),
            author: author(actor),
        };
        let out = to.letter(LetterKind::AppealNotice, "Notice of an appeal", actor, None);
        let sent = letter::actions::send(app, tx, out, |head| letter_rules::notice(head, &facts));
        let letter = sent.await?;
        store::insert(tx, appeal.id, (other, letter), due_on).await?;
        email::comment_asked(app, tx, letter, other, due_on).await?;
    }
    Ok(())
}

/// Takes what a party says to the appeal that a letter told them of, whom the caller has been found to be or to act for; answers
/// when it came in.
///
/// # Errors
/// 409 when they have commented, or the appeal is decided.
pub async fn take(
    app: &App,
    caller: &Caller,
    (id, of): (LetterId, CaseId),
    text: &str,
) -> Result<DateTime<Utc>, Failure> {
    app.db().write(|tx| async move { enter(app, &tx, caller, (id, of), (text, None)).await }).await
}

/// Takes what a party says to an appeal on paper or by telephone, of which a letter told them; answers when it came in.
///
/// # Errors
/// As [`take`]; 404 for a letter that told of no appeal; 403 for a caseworker who is party, or may not decide the kind; 422 for
/// a day before the letter or one that has not come.
pub async fn register(
    app: &App,
    caller: &Caller,
    id: LetterId,
    text: &str,
    came: (Channel, NaiveDate),
) -> Result<DateTime<Utc>, Failure> {
    let told = store::of_letter(app.db().read(), id).await?.ok_or_else(Failure::not_found)?;
    caller.needs_kind(not_party(app, caller, told.case).await?.kind)?;
    let of = told.case;
    app.db()
        .write(|tx| async move { enter(app, &tx, caller, (id, of), (text, Some(came))).await })
        .await
}

/// Enters what somebody says into the case: now, or as it came and on that day.
async fn enter(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    (id, of): (LetterId, CaseId),
    (text, came): (&str, Option<(Channel, NaiveDate)>),
) -> Result<DateTime<Utc>, Failure> {
    let case = case_store::lock(tx, Sight::All, of).await?;
    let asked = store::of_letter(&**tx, id).await?.ok_or_else(Failure::not_found)?;
    if !asked.is_open {
        return Err(Failure::in_words(
            Problem::IllegalTransition,
            [
                "Uttalelsen har kommet inn fra før, eller klagen er avgjort.",
                "Uttalen har kome inn frå før, eller klaga er avgjord.",
                "The comment has come in already, or the appeal has been decided.",
            ],
        ));
    }
    let received_at = match came {
        Some((_, day)) => {
            let letter = letter::store::find(&**tx, Sight::All, id).await?;
            received_at(day, letter.sent_at, tx.now())?
        }
        None => tx.now(),
    };
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    let number = journal::next_number(tx, case.id).await?;
    let channel = came.map(|(channel, _)| channel);
    let said = Said { text: text.to_owned(), received_at, number, channel };
    store::keep(tx, &key, asked.id, &said).await?;
    let hash: [u8; 32] = Sha256::digest(text).into();
    let document = journal::Document {
        place: (case.id, number),
        direction: Direction::In,
        title: "Comment on an appeal received",
        actor: &caller.subject,
        hash: Some(hash),
        with: journal::With::Party(asked.party),
    };
    journal::write(tx, &document).await?;
    save(tx, case).await?;
    Ok(said.received_at)
}
