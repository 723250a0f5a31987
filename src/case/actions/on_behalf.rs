//! Applications on paper or by telephone: a caseworker files for somebody, through the same parser and
//! the same action as the applicant would.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{
    super::{
        model::{Channel, Receiver},
        store::Case,
    },
    Filing,
    filing::{Intake, once, submit_in},
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    identity::{Caller, Role},
    values::{
        calendar::{oslo_date, start_of_day},
        ids::CaseId,
    },
};

/// Longest an application may have lain before it is registered, in days.
const OLDEST_DAYS: i64 = 366;

/// For whom an application is registered, and how it came in.
#[derive(Clone, Copy)]
pub struct OnBehalf<'a> {
    /// Who applies.
    pub applicant: &'a Receiver,
    /// How it came in.
    pub channel: Channel,
    /// When, where it did not come just now.
    pub received_at: Option<DateTime<Utc>>,
}

/// The instant an application came in that was received on `day`, of which only the day is known: its noon in
/// Norway. Nothing for one that came today.
///
/// # Errors
/// 422 for a day that has not come, or that is more than a year ago.
pub fn received_at(
    day: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let today = oslo_date(now);
    let Some(day) = day.filter(|day| *day != today) else { return Ok(None) };
    if day > today || (today - day).num_days() > OLDEST_DAYS {
        return Err(Failure::at(
            "/receivedOn",
            "range",
            "Give the day it was received: not after today, and within the last year.",
        ));
    }
    Ok(Some(start_of_day(day) + TimeDelta::hours(12)))
}

/// The instant something came in that answers to what happened at an instant: now where no day is given.
///
/// # Errors
/// As [`received_at`]; 422 with `detail` for a day before that.
pub fn received_since(
    day: Option<NaiveDate>,
    since: Option<DateTime<Utc>>,
    detail: &'static str,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Failure> {
    let received_at = received_at(day, now)?.unwrap_or(now);
    if since.is_some_and(|since| oslo_date(received_at) < oslo_date(since)) {
        return Err(Failure::at("/receivedOn", "range", detail));
    }
    Ok(received_at)
}

/// Files an application for somebody. The journal names the caseworker; the time limit runs from the day it
/// was received.
///
/// # Errors
/// As [`submit`](super::submit); 403 for oneself, for an organisation one acts for, and for a kind that is
/// not the caseworker's.
pub async fn submit_on_behalf(
    app: &App,
    caller: &Caller,
    intake: &OnBehalf<'_>,
    filing: &Filing<'_>,
) -> Result<Case, Failure> {
    submit_on_behalf_with(app, caller, intake, filing, |_, _| async { Ok(()) }).await
}

/// As [`submit_on_behalf`], with something that is written in the same commit once the case is there.
///
/// # Errors
/// As [`submit_on_behalf`]; what `more` answers.
pub async fn submit_on_behalf_with<F, Fut>(
    app: &App,
    caller: &Caller,
    intake: &OnBehalf<'_>,
    filing: &Filing<'_>,
    more: F,
) -> Result<Case, Failure>
where
    F: Fn(Tx, CaseId) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    caller.needs_kind(filing.kind)?;
    refuse_oneself(caller, intake.applicant)?;
    let acting = &acting_for(caller, intake.applicant);
    let more = &more;
    let coming = Intake {
        channel: intake.channel.code(),
        registered_by: Some(&caller.subject),
        received_at: intake.received_at,
    };
    let write = |tx| submit_in(app, acting, filing, coming, tx, more);
    once(app, filing.idempotency, filing.operation, write).await
}

/// # Errors
/// 403 for oneself, and for an organisation one acts for.
pub fn refuse_oneself(caller: &Caller, applicant: &Receiver) -> Result<(), Failure> {
    let is_own = match applicant {
        Receiver::Person(id) => {
            caller.national_id.as_ref().is_some_and(|own| own.reveal() == id.reveal())
        }
        Receiver::Organisation(number) => caller.organisation == Some(*number),
    };
    if is_own {
        return Err(Failure::new(
            Problem::Disqualified,
            "You are a party to this, so somebody else must register it (forvaltningsloven § 6).",
        ));
    }
    Ok(())
}

/// The caseworker as the applicant would file: the same parser, rules and actions apply.
pub fn acting_for(caller: &Caller, applicant: &Receiver) -> Caller {
    let mut acting = Caller {
        subject: caller.subject.clone(),
        roles: vec![if applicant.is_person() { Role::Person } else { Role::Representative }],
        scopes: Vec::new(),
        national_id: None,
        organisation: None,
    };
    match applicant {
        Receiver::Person(id) => acting.national_id = Some(*id),
        Receiver::Organisation(number) => acting.organisation = Some(*number),
    }
    acting
}
