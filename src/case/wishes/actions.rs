//! Noting wishes, finding who hopes for the same, drawing, and who was drawn among.

use chrono::{DateTime, NaiveDate, Utc};

use super::store;
use crate::{
    app::App,
    assignment,
    case::{
        actions::letters,
        lifecycle::Status,
        store::{self as case_store, Case},
    },
    database::{Connection, Tx},
    disclosure::policy::Kind,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    journal::{self, Direction},
    keys, party,
    permit::kind::{Reason, amateur::actions as amateur},
    register::projection,
    values::{
        calendar::oslo_date,
        call_sign::CallSign,
        ids::{CaseId, PartyId},
        limit::Limit,
    },
};

/// Writes the wishes of a case, in its turn.
///
/// # Errors
/// When the database does not answer.
pub async fn note(tx: &Tx, case: CaseId, wishes: &[CallSign]) -> Result<(), Failure> {
    assignment::actions::take_turns(tx, wishes).await?;
    store::replace(tx, case, wishes).await
}

/// Whether another open case hopes for the same sign.
///
/// # Errors
/// When the database does not answer.
pub async fn is_contested(
    connection: &impl Connection,
    sign: CallSign,
    except: Option<CaseId>,
    day: NaiveDate,
) -> Result<bool, Failure> {
    let hoping = hoping(connection, sign, day).await?;
    Ok(hoping.iter().any(|case| Some(case.id) != except))
}

/// Signs that several open cases hope for, and those cases by number: who gets each must be drawn.
///
/// # Errors
/// When the database does not answer.
pub async fn contested(
    connection: &impl Connection,
    day: NaiveDate,
) -> Result<Vec<(CallSign, Vec<Case>)>, Failure> {
    let mut found = Vec::new();
    for sign in store::wished_by_several(connection).await? {
        let mut cases = hoping(connection, sign, day).await?;
        if cases.len() > 1 {
            cases.sort_by_key(|case| case.number);
            found.push((sign, cases));
        }
    }
    Ok(found)
}

/// The open cases whose first wish that can still be given is this sign, by id, of applicants who may be given it.
async fn hoping(
    connection: &impl Connection,
    sign: CallSign,
    day: NaiveDate,
) -> Result<Vec<Case>, Failure> {
    let wishing = wishing(connection, sign, day).await?;
    Ok(wishing
        .into_iter()
        .filter_map(|(case, why_not)| why_not.is_none().then_some(case))
        .collect())
}

/// Every open case whose first wish that can still be given is this sign, by id; and why its applicant may not be given
/// it any more, where that came about after the application.
async fn wishing(
    connection: &impl Connection,
    sign: CallSign,
    day: NaiveDate,
) -> Result<Vec<(Case, Option<Reason>)>, Failure> {
    let mut found = Vec::new();
    for id in store::cases_wishing(connection, sign).await? {
        let case = case_store::find(connection, Sight::All, id).await?;
        if !case.status.is_open() {
            continue;
        }
        let wishes = store::of_case(connection, id).await?;
        let applicant = case.applicant.0;
        let free = assignment::actions::free_of(connection, &wishes, day, applicant).await?;
        if free.first() == Some(&sign) {
            let why_not = amateur::why_not_given(connection, sign, case.applicant).await?;
            found.push((case, why_not));
        }
    }
    Ok(found)
}

/// Lets a grant pass that takes nothing another open case hopes for.
///
/// # Errors
/// 409 while there is one: draw first.
pub async fn refuse_contested(
    tx: &Tx,
    case: &Case,
    wishes: &[CallSign],
    day: NaiveDate,
) -> Result<(), Failure> {
    assignment::actions::take_turns(tx, wishes).await?;
    let free = assignment::actions::free_of(&**tx, wishes, day, case.applicant.0).await?;
    let Some(hope) = free.first() else { return Ok(()) };
    if is_contested(&**tx, *hope, Some(case.id), day).await? {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "Another open application wishes for the same call sign. Draw among them first.",
        ));
    }
    Ok(())
}

/// A draw and its outcome, as it can be checked.
#[derive(Debug, Clone)]
pub struct Draw {
    /// The sign drawn for.
    pub sign: CallSign,
    /// Numbers of the cases drawn among, in the order counted.
    pub among: Vec<String>,
    /// The random number.
    pub random: u64,
    /// Place of the winner in `among`: the remainder of the random number by their count.
    pub place: usize,
    /// The case that won.
    pub winner: CaseId,
    /// The sign is kept for its applicant until this day, exclusive.
    pub kept_until: NaiveDate,
    /// When.
    pub at: DateTime<Utc>,
}

impl Draw {
    fn title(&self) -> String {
        format!(
            "Draw for {} among {}: random number {}, remainder {} of {}, won by {}",
            self.sign,
            self.among.join(", "),
            self.random,
            self.place,
            self.among.len(),
            self.among[self.place],
        )
    }
}

/// Draws among the open cases that hope for a sign and keeps it for the applicant of the winner. Whoever may not be given
/// it any more, because they have lost their licence or have got a contest call sign meanwhile, is left out and told why.
///
/// # Errors
/// 403 for a caseworker who is party to one of them; 409 when fewer than two hope for it.
pub async fn draw(app: &App, caller: &Caller, sign: CallSign) -> Result<Draw, Failure> {
    caller.needs_kind(Kind::Amateur)?;
    app.db()
        .write(|tx| async move {
            let today = oslo_date(tx.now());
            // cases before series, as a decision does
            for (case, _) in wishing(&*tx, sign, today).await? {
                case_store::lock(&tx, Sight::All, case.id).await?;
                party::actions::refuse_own(app, caller, case.applicant).await?;
            }
            assignment::actions::take_turns(&tx, &[sign]).await?;
            let (mut cases, mut left_out) = (Vec::new(), Vec::new());
            for (case, why_not) in wishing(&*tx, sign, today).await? {
                match why_not {
                    None => cases.push(case),
                    Some(reason) => left_out.push((case, reason)),
                }
            }
            if cases.len() < 2 {
                return Err(Failure::new(
                    Problem::IllegalTransition,
                    "Fewer than two open applications hope for this call sign, so there is nothing to draw.",
                ));
            }
            cases.sort_by_key(|case| case.number);
            let random = u64::from_be_bytes(keys::random());
            let place = usize::try_from(random % cases.len() as u64).map_err(Failure::internal)?;
            let kept = Limit::DrawnSignKept.period(today);
            let kept = kept.ok_or_else(|| Failure::internal("no rule says how long a sign is kept"))?;
            let draw = Draw {
                sign,
                among: cases.iter().map(Case::display_number).collect(),
                random,
                place,
                winner: cases[place].id,
                kept_until: kept.add_to(today),
                at: tx.now(),
            };
            keep(&tx, &draw, &cases[place], &caller.subject, today).await?;
            for case in &cases {
                journal::add(&tx, case.id, Direction::Out, &draw.title(), &caller.subject).await?;
            }
            for (case, reason) in &left_out {
                letters::left_out_of_draw(app, &tx, case, caller, sign, reason).await?;
            }
            Ok(draw)
        })
        .await
}

async fn keep(
    tx: &Tx,
    draw: &Draw,
    winner: &Case,
    actor: &str,
    day: NaiveDate,
) -> Result<(), Failure> {
    let sign = draw.sign;
    let row = assignment::store::find(&**tx, sign).await?;
    let version = row.map_or(0, |row| row.version);
    let deed = assignment::actions::Deed { sign, version, grounds: "drawn", actor, day };
    let kept_for = Some(winner.applicant.0);
    assignment::actions::reserve(tx, deed, kept_for, draw.kept_until).await?;
    projection::call_sign(tx, draw.sign).await
}

/// Who applied in the other cases that were drawn among with a case, as its journal has it, but for those who withdrew. What is
/// decided in one of these cases bears on the others, so they are parties to that (forvaltningsloven § 2).
///
/// # Errors
/// When the database does not answer.
pub async fn rivals(connection: &impl Connection, case: &Case) -> Result<Vec<PartyId>, Failure> {
    let mut rivals = Vec::new();
    if case.kind != Kind::Amateur {
        return Ok(rivals); // signs of no other kind are drawn for
    }
    for entry in journal::of_case(connection, case.id).await? {
        for number in drawn_among(&entry.title) {
            let other = case_store::find_by_number(connection, number).await?;
            let Some(other) = other.filter(|other| other.status != Status::Withdrawn) else {
                continue;
            };
            if other.applicant != case.applicant && !rivals.contains(&other.applicant) {
                rivals.push(other.applicant);
            }
        }
    }
    Ok(rivals)
}

/// Numbers of the cases that were drawn among by the title of a journal entry; none where it tells of no draw.
fn drawn_among(title: &str) -> Vec<(i32, i64)> {
    let rest = title.strip_prefix("Draw for ").and_then(|rest| rest.split_once(" among "));
    let numbers = rest.and_then(|(_, rest)| rest.split_once(": ")).map(|(numbers, _)| numbers);
    let numbers = numbers.into_iter().flat_map(|numbers| numbers.split(", "));
    numbers.filter_map(case_store::parse_number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_drawn_among_is_read_from_the_title_that_a_draw_is_entered_under() {
        let draw = Draw {
            sign: CallSign::parse("LC1X").expect("a sign"),
            among: vec!["2026/000012".to_owned(), "2027/000345".to_owned()],
            random: 7,
            place: 1,
            winner: CaseId::new(DateTime::UNIX_EPOCH),
            kept_until: NaiveDate::default(),
            at: DateTime::UNIX_EPOCH,
        };
        assert_eq!(drawn_among(&draw.title()), [(2026, 12), (2027, 345)]);
        for other in ["Appeal received", "Draw for LC1X", "Draw among 2026/000012: won"] {
            assert!(drawn_among(other).is_empty(), "{other}");
        }
    }
}
