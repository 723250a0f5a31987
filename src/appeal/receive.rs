//! An appeal comes in, whatever it is against: a decision in a case, an order or a fine, or an invoice. Who may appeal
//! against what, and what else changes with it, is of those who call; nothing but the appeal and its entry in the journal is
//! written here.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

use super::{
    model::{Appeal, AppealStatus, Timeliness},
    rules, store,
};
use crate::{
    case::model::Channel,
    database::Tx,
    failure::{Failure, FieldErrors},
    journal::{self, Direction},
    keys::DataKey,
    permit::kind::shared::{needed_text, optional_text},
    values::{
        calendar::{oslo_date, start_of_day},
        deadline::Deadline,
        ids::{CaseId, PartyId, fresh},
    },
};

/// Longest text of an appeal, in characters.
const LONGEST: usize = 10_000;
/// Longest reason why one comes late, or should be waited for.
const LONGEST_REASON: usize = 4000;

/// An appeal on its way in.
#[derive(Debug)]
pub struct Lodging<'a> {
    /// What the party writes.
    pub text: &'a str,
    /// Why it comes late.
    pub late_reason: Option<&'a str>,
    /// Why the decision should not be carried out yet, where that is asked for.
    pub deferral: Option<&'a str>,
}

/// An appeal as it was read from what somebody sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    text: String,
    late_reason: Option<String>,
    deferral: Option<String>,
}

impl Written {
    /// Reads its texts, whatever it is against; notes everything that is wrong.
    pub fn read(
        text: &str,
        late_reason: Option<&String>,
        deferral: Option<&String>,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let text = needed_text(text, LONGEST, "/text", errors);
        let late_reason = optional_text(late_reason, LONGEST_REASON, "/lateReason", errors);
        let deferral = optional_text(deferral, LONGEST_REASON, "/deferral", errors);
        Some(Self { text: text?, late_reason, deferral })
    }

    /// It, on its way in.
    pub fn lodging(&self) -> Lodging<'_> {
        let [late_reason, deferral] = [&self.late_reason, &self.deferral].map(Option::as_deref);
        Lodging { text: &self.text, late_reason, deferral }
    }
}

/// What is appealed against.
pub(crate) struct Against {
    /// What the appeal is kept under: a case, a decision in supervision, or an invoice.
    pub subject: CaseId,
    /// What was decided, as the appeal names it.
    pub outcome: String,
    /// The case whose journal it enters.
    pub journal: CaseId,
    /// When it was decided.
    pub decided_at: DateTime<Utc>,
    /// Who appeals, where that is not the party the case is of.
    pub appellant: Option<PartyId>,
    /// The period, which runs from when the letter that told of it reached the party (§ 29); none before that.
    pub period: Option<Deadline>,
}

/// How an appeal came that its party did not send here.
#[derive(Debug, Clone, Copy)]
pub struct Came {
    /// The way.
    pub channel: Channel,
    /// Day it came in.
    pub received_on: NaiveDate,
    /// Day it was handed to a postal service, where that is known.
    pub posted_on: Option<NaiveDate>,
}

/// Takes an appeal in within its transaction: now, or as it came and on that day, where its party did not send it here.
///
/// # Errors
/// 422 when it is late and no reason is given, for a day before the decision or one that has not come, and for one it
/// cannot have been posted on.
pub(crate) async fn receive(
    tx: &Tx,
    key: &DataKey,
    by: &str,
    against: Against,
    lodging: &Lodging<'_>,
    came: Option<Came>,
) -> Result<Appeal, Failure> {
    let Against { decided_at, journal, .. } = against;
    let received_at = match came {
        Some(came) => received_at(came.received_on, decided_at, tx.now())?,
        None => tx.now(),
    };
    let lodged_at = match came {
        Some(came) => lodged_at(came, decided_at, received_at)?,
        None => received_at,
    };
    let period_ends_on = against.period.map(|period| period.last_day);
    let in_time = rules::timeliness(lodged_at, against.period, decided_at)? == Timeliness::InTime;
    if !in_time && lodging.late_reason.is_none() {
        return Err(late(period_ends_on));
    }
    let number = journal::next_number(tx, journal).await?;
    let appeal = Appeal {
        id: fresh(tx.now()),
        case: against.subject,
        decided_outcome: against.outcome,
        status: AppealStatus::Received,
        text: lodging.text.to_owned(),
        late_reason: lodging.late_reason.filter(|_| !in_time).map(str::to_owned),
        deferral: lodging.deferral.map(str::to_owned),
        received_at,
        decision_at: decided_at,
        period_ends_on,
        in_time,
        body: None,
        forwarded_at: None,
        grounds: None,
        body_decision: None,
        closed: None,
        number: Some(number),
        deferral_answer: None,
        channel: came.map(|came| came.channel),
        posted_on: came.and_then(|came| came.posted_on),
        comments: Vec::new(),
        appellant: against.appellant,
    };
    store::insert(tx, key, &appeal).await?;
    let title = if in_time { "Appeal received" } else { "Appeal received late" };
    let hash: [u8; 32] = Sha256::digest(lodging.text).into();
    let document = journal::Document {
        place: (journal, number),
        direction: Direction::In,
        title,
        actor: by,
        hash: Some(hash),
        with: appeal.appellant.map_or(journal::With::Applicant, journal::With::Party),
    };
    journal::write(tx, &document).await?;
    Ok(appeal)
}

/// The instant something came in of which the day is known: its noon in Norway, but not before what it is about.
///
/// # Errors
/// 422 for a day before that, or one that has not come.
pub(crate) fn received_at(
    received_on: NaiveDate,
    about: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Failure> {
    let today = oslo_date(now);
    if received_on > today || received_on < oslo_date(about) {
        let detail = "Give the day it came in: from the day of what it is about until today.";
        return Err(Failure::at("/receivedOn", "range", detail));
    }
    if received_on == today {
        return Ok(now);
    }
    Ok(about.max(start_of_day(received_on) + TimeDelta::hours(12)))
}

/// The instant that an appeal which came in later is weighed by: the day it was handed to a postal service, where that is
/// known (forvaltningsloven § 30).
///
/// # Errors
/// 422 for what was not posted, and for a day before what it is about or after it came in.
fn lodged_at(
    came: Came,
    about: DateTime<Utc>,
    received_at: DateTime<Utc>,
) -> Result<DateTime<Utc>, Failure> {
    let Some(day) = came.posted_on else { return Ok(received_at) };
    if came.channel != Channel::Paper || day < oslo_date(about) || day > came.received_on {
        let detail = "Give the day of the postmark, of what came on paper: from the day of what it is about until it came in.";
        return Err(Failure::at("/postedOn", "range", detail));
    }
    Ok(about.max(start_of_day(day) + TimeDelta::hours(12)).min(received_at))
}

/// What a late appeal without a reason is answered.
fn late(period_ends_on: Option<NaiveDate>) -> Failure {
    let day = period_ends_on.map_or_else(String::new, |day| format!(" on {day}"));
    let detail = format!(
        "The time limit ended{day}. Say why the appeal comes late (forvaltningsloven § 31)."
    );
    Failure::at("/lateReason", "missing", detail)
}
