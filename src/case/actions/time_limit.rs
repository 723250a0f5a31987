//! Another time limit for a decision: extended where the act allows it, counted from the reply of other countries, or that
//! of a selection. Which change a limit allows stands in `data/decision_timers.tsv`; the applicant is told why in the
//! same commit, and by when the case is decided instead.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{
    super::{model::Purpose, store::Case},
    letters, locked, not_party, on_behalf, save,
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    party,
    permit::kind,
    values::{
        calendar::{next_working_day, oslo_date},
        deadline::deadline,
        decision_timer::{TimeLimitChange, changed},
        ids::CaseId,
    },
};

/// What is changed, and why.
#[derive(Debug, Clone)]
pub struct Change {
    /// How.
    pub change: TimeLimitChange,
    /// Why, in the applicant's language.
    pub reason: String,
    /// Day something was put to other countries, or they replied; today when none is given.
    pub on: Option<NaiveDate>,
}

/// The changes that the limit of a case allows on a day.
pub fn allowed(case: &Case, today: NaiveDate) -> Vec<TimeLimitChange> {
    if !case.status.is_open() || case.purpose.is_own_motion() {
        return Vec::new();
    }
    let may = |change: &TimeLimitChange| {
        changed(case.kind.as_str(), *change, case.timer, today).is_some()
    };
    TimeLimitChange::ALL.iter().copied().filter(may).collect()
}

/// Changes the time limit of an open case.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404, 412 as every step; 409 for a case that is decided; 422
/// where the act does not allow it, and for a day before the application or that has not come.
pub async fn change(
    app: &App,
    caller: &Caller,
    (id, version): (CaseId, i32),
    what: &Change,
) -> Result<Case, Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let mut case = locked(&tx, Sight::All, id, version).await?;
            let today = oslo_date(tx.now());
            if !case.status.is_open() {
                return Err(Failure::new(
                    Problem::IllegalTransition,
                    "The case is decided, so its time limit cannot be changed.",
                ));
            }
            let kind = case.kind.as_str();
            let timer = changed(kind, what.change, case.timer, today).ok_or_else(|| {
                Failure::new(
                    Problem::ConditionsNotMet,
                    "The time limit that this case has cannot be changed so (ekomloven §§ 14-5 and 14-6).",
                )
            })?;
            let from = match what.change {
                TimeLimitChange::CoordinationSent | TimeLimitChange::CoordinationReply => {
                    let at = on_behalf::received_at(what.on, tx.now())
                        .map_err(|_| wrong_day())?
                        .unwrap_or(tx.now());
                    if oslo_date(at) < oslo_date(case.submitted_at) {
                        return Err(wrong_day());
                    }
                    deadline(timer, at)?.last_day
                }
                TimeLimitChange::Extension | TimeLimitChange::LimitedNumber => {
                    moved(&case, deadline(timer, case.submitted_at)?.last_day)?
                }
            };
            (case.timer, case.due_on) = (timer, from);
            hold_until(app, &tx, &case).await?;
            letters::new_time_limit(app, &tx, &case, caller, what).await?;
            save(&tx, case).await
        })
        .await
}

fn wrong_day() -> Failure {
    Failure::at("/on", "range", "Give a day from the application until today.")
}

/// The days that the applicant was waited for stay added.
fn moved(case: &Case, last_day: NaiveDate) -> Result<NaiveDate, Failure> {
    let first: DateTime<Utc> = case.submitted_at;
    let waited = (case.due_on - deadline(case.timer, first)?.last_day).num_days().max(0);
    Ok(next_working_day(last_day + Days::new(waited.unsigned_abs())))
}

/// What a kind holds for the case it holds as long as the case may take.
pub(super) async fn hold_until(app: &App, tx: &Tx, case: &Case) -> Result<(), Failure> {
    if case.purpose != Purpose::New {
        return Ok(());
    }
    let applicant = party::store::get(&**tx, case.applicant).await?;
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    let parsed = kind::any(case.kind).parse(&case.application(&key)?, applicant.is_person())?;
    kind::claims::end_hold(tx, case.kind, case.id).await?;
    kind::claims::hold(tx, case.kind, &parsed.details, case.id, case.permit, case.due_on).await
}
