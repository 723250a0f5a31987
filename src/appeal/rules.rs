//! Whether an appeal came in time (forvaltningsloven §§ 29 to 31), what it is against where several appeal, which of them
//! something is decided about, whom that is told to, and how long one waits for what others say to it. Pure: nothing is read
//! or written here.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::model::{Appeal, AppealStatus, Timeliness};
use crate::{
    case::lifecycle::{IllegalTransition, Status, Step},
    document::date_for_people,
    failure::{Failure, Problem},
    values::{
        deadline::{Deadline, DeadlineFlaw, Timer, deadline},
        ids::PartyId,
        language::Language,
    },
};

/// Weighs an appeal received at an instant against a decision. `period` is the end of the appeal period; none
/// while the letter has not reached its addressee, so that it has not begun. A year after the decision none is taken up,
/// whatever the period.
///
/// # Errors
/// When no rule was in force on the day of the decision.
pub fn timeliness(
    received_at: DateTime<Utc>,
    period: Option<Deadline>,
    decided_at: DateTime<Utc>,
) -> Result<Timeliness, DeadlineFlaw> {
    if deadline(Timer::LateAppealLimit, decided_at)?.is_over(received_at) {
        return Ok(Timeliness::TooLate);
    }
    let is_in_time = period.is_none_or(|period| !period.is_over(received_at));
    Ok(if is_in_time { Timeliness::InTime } else { Timeliness::Late })
}

/// When nobody can appeal any more: the end of the period, or of the year after the decision where that is earlier or
/// the period has not begun.
///
/// # Errors
/// When no rule was in force on the day of the decision.
pub fn closed_at(
    period: Option<Deadline>,
    decided_at: DateTime<Utc>,
) -> Result<Deadline, DeadlineFlaw> {
    let limit = deadline(Timer::LateAppealLimit, decided_at)?;
    Ok(period.map_or(limit, |period| period.min(limit)))
}

/// Why somebody cannot appeal now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAppeal {
    /// An appeal of theirs waits.
    Waits,
    /// The appeal body has decided (§ 28).
    Final,
}

impl From<NoAppeal> for Failure {
    fn from(why: NoAppeal) -> Self {
        let detail = match why {
            NoAppeal::Waits => "This party has appealed already, and that appeal waits.",
            NoAppeal::Final => "The appeal body has decided. There is no further appeal.",
        };
        Failure::new(Problem::IllegalTransition, detail)
    }
}

/// What an appeal of somebody would be against, in a case whose last decision was made at `decided_at`: what the authority
/// decided at some moment in an appeal before it, or that decision. No appellant stands for the party the case is of.
///
/// Every party may appeal (§ 28), each once at a time. What the authority itself decides in an appeal can be appealed
/// against: a reversal by everybody, a dismissal by whoever was dismissed. What the appeal body decides cannot.
///
/// # Errors
/// Why they cannot.
pub fn against(
    status: Status,
    appeals: &[Appeal],
    appellant: Option<PartyId>,
    decided_at: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, NoAppeal> {
    if status.is_decided() {
        return Ok(None); // appeals of before were against an earlier decision
    }
    if appeals.iter().any(|one| one.status.is_open() && one.appellant == appellant) {
        return Err(NoAppeal::Waits);
    }
    let mut latest: Option<DateTime<Utc>> = None;
    for one in appeals {
        let Some((closed_at, _)) = one.closed.as_ref().filter(|(at, _)| *at >= decided_at) else {
            continue;
        };
        if one.status.is_of_the_body() {
            return Err(NoAppeal::Final);
        }
        if one.status == AppealStatus::Reversed || one.appellant == appellant {
            latest = latest.max(Some(*closed_at));
        }
    }
    Ok(latest)
}

/// Which of some appeals is meant, and the others that are open: the one that is named, else the only one it can be.
fn meant(
    appeals: Vec<Appeal>,
    which: Option<Uuid>,
    can_be: impl Fn(&Appeal) -> bool,
) -> Result<(Appeal, Vec<Appeal>), Failure> {
    let mut open: Vec<Appeal> = appeals.into_iter().filter(|one| one.status.is_open()).collect();
    if open.is_empty() {
        return Err(Failure::new(Problem::IllegalTransition, "No appeal waits in this case."));
    }
    let place = match which {
        Some(id) => open.iter().position(|one| one.id == id).ok_or_else(|| {
            Failure::at("/appealId", "unknown", "Name an appeal that waits in this case.")
        })?,
        None => {
            let fitting: Vec<usize> =
                (0..open.len()).filter(|place| can_be(&open[*place])).collect();
            if fitting.len() > 1 {
                let detail = "More than one appeal waits in this case. Say which one is meant.";
                return Err(Failure::at("/appealId", "missing", detail));
            }
            fitting.first().copied().unwrap_or_default()
        }
    };
    let one = open.remove(place);
    Ok((one, open))
}

/// The open one of some appeals that an outcome is decided for, and the others that are open.
///
/// # Errors
/// 409 when none is open, or when the outcome is not of whom it lies with; 422 when it must be said which one is meant.
pub fn waiting_for(
    appeals: Vec<Appeal>,
    which: Option<Uuid>,
    outcome: AppealStatus,
) -> Result<(Appeal, Vec<Appeal>), Failure> {
    let is_with_body = |one: &Appeal| one.status == AppealStatus::Forwarded;
    let fits = |one: &Appeal| is_with_body(one) == outcome.is_of_the_body();
    let (appeal, others) = meant(appeals, which, fits)?;
    if !fits(&appeal) {
        let detail = if is_with_body(&appeal) {
            "The appeal lies with the appeal body: write down whether it upheld, changed or annulled the decision."
        } else {
            "The appeal body does not have the appeal: dismiss it as inadmissible, reverse the decision, or forward it."
        };
        return Err(Failure::new(Problem::IllegalTransition, detail));
    }
    if outcome == AppealStatus::Reversed && others.iter().any(is_with_body) {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "Another appeal against the decision lies with the appeal body, which decides now.",
        ));
    }
    Ok((appeal, others))
}

/// The open one of some appeals for which it is written down whether the decision waits (§ 42).
///
/// # Errors
/// 409 when none is open; 422 when it must be said which one is meant.
pub fn to_be_deferred(appeals: Vec<Appeal>, which: Option<Uuid>) -> Result<Appeal, Failure> {
    meant(appeals, which, |one| one.deferral_answer.is_none()).map(|(appeal, _)| appeal)
}

/// The state of a case in which these appeals go on: with the authority as long as one of them waits for it.
///
/// # Errors
/// When the case is not under appeal.
pub fn goes_on(status: Status, appeals: &[Appeal]) -> Result<Status, IllegalTransition> {
    let is_ours = appeals.iter().any(|one| one.status == AppealStatus::Received);
    if is_ours || status == Status::Forwarded { Ok(status) } else { status.after(Step::Forward) }
}

/// Whom it is told how appeals went, each with the appeal that it is told of: whoever appealed, and of what was taken up
/// everybody else who is party to the case, unless an appeal of their own goes on. The first party is the one the case
/// is of.
pub fn told<'a>(
    parties: &[PartyId],
    answered: &'a [Appeal],
    going_on: &[Appeal],
) -> Vec<(PartyId, &'a Appeal)> {
    let by = |one: &Appeal| one.appellant.or(parties.first().copied());
    let mut told: Vec<(PartyId, &Appeal)> =
        answered.iter().filter_map(|one| Some((by(one)?, one))).collect();
    let Some(first) = answered.first().filter(|one| one.status != AppealStatus::Inadmissible)
    else {
        return told;
    };
    for party in parties {
        let is_told = told.iter().any(|(own, _)| own == party);
        if !is_told && !going_on.iter().any(|one| by(one) == Some(*party)) {
            told.push((*party, first));
        }
    }
    told
}

/// Until which day others who were told of an appeal may comment, where some of them have not: what they say is to come to the
/// appeal body with it (forvaltningsloven § 33).
pub fn commented_until(appeal: &Appeal, today: NaiveDate) -> Option<NaiveDate> {
    let waited = appeal.comments.iter().filter(|told| told.said.is_none());
    waited.map(|told| told.due_on).filter(|day| *day >= today).max()
}

/// # Errors
/// 409 while others may still comment on an appeal that is to be forwarded.
pub fn heard(appeal: &Appeal, today: NaiveDate) -> Result<(), Failure> {
    let Some(until) = commented_until(appeal, today) else { return Ok(()) };
    Err(Failure::told(Problem::IllegalTransition, |language| {
        let day = date_for_people(until, language);
        match language {
            Language::Bokmal => format!(
                "Andre parter kan uttale seg om klagen til og med {day} (forvaltningsloven § 33). Send den når alle har uttalt seg, eller dagen etter."
            ),
            Language::Nynorsk => format!(
                "Andre partar kan uttale seg om klaga til og med {day} (forvaltningslova § 33). Send henne når alle har uttalt seg, eller dagen etter."
            ),
            Language::English => format!(
                "Other parties may comment on the appeal until {day} (forvaltningsloven § 33). Forward it when all of them have commented, or the day after."
            ),
        }
    }))
}

#[cfg(test)]
mod tests;
