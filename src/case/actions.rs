//! What can be done in a case. Each function opens one transaction. Filing is in `filing.rs`, the steps of an open
//! case in `steps.rs`, deciding in `decide.rs`; what a holder asks for about a granted permit in `life.rs`, what
//! the authority changes of its own motion in `authority.rs`, whether the holder has been heard of that in `hearing.rs`, how a
//! permit is given up in `surrender.rs`, and what is left open when one has ended in `permit_ended.rs`. Here is what they share.

pub mod after_appeal;
pub mod authority;
mod authority_only;
mod carry_out;
mod decide;
pub mod dossier;
mod facts;
mod filing;
mod hand_over;
pub mod hearing;
pub mod letters;
pub mod life;
pub mod on_behalf;
pub mod permit_ended;
pub mod preview;
pub mod question;
pub mod receive;
pub mod registered;
mod revival;
pub mod sign;
mod steps;
pub mod surrender;
pub mod time_limit;
pub mod together;

use chrono::NaiveDate;

pub use super::model::Ruling;
pub use authority_only::correct_ring;
pub(crate) use decide::check_conditions;
pub use decide::decide;
pub use facts::{assess, decision_type};
pub use filing::{Filing, made_before, submit, submit_with};
pub use hand_over::hand_over_call_sign;
pub use steps::{Answer, assign, note, release, reply, reply_with, request_information, withdraw};

use super::{
    lifecycle::{IllegalTransition, Status},
    signing,
    store::{self, Case, MessageKind},
};
use crate::{
    app::App,
    appeal,
    database::Tx,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    party::{self, model::Party},
    permit,
    values::{deadline::DeadlineFlaw, ids::CaseId},
};

impl From<IllegalTransition> for Failure {
    fn from(refused: IllegalTransition) -> Self {
        Failure::new(
            Problem::IllegalTransition,
            format!("{refused}. Read the case again to see what can be done with it."),
        )
    }
}

impl From<DeadlineFlaw> for Failure {
    fn from(flaw: DeadlineFlaw) -> Self {
        Failure::internal(flaw)
    }
}

pub use permit::actions::AUTOMATIC;

/// Locks who applies and who accepted to receive a permit, in the order of their ids.
pub(crate) async fn lock_parties(tx: &Tx, id: CaseId) -> Result<(Party, Option<Party>), Failure> {
    let known = store::find(&**tx, Sight::All, id).await?;
    let Some((receiver, _)) = known.accepted else {
        return Ok((party::store::lock(tx, known.applicant).await?, None));
    };
    let (first, second) = (known.applicant.min(receiver), known.applicant.max(receiver));
    let first = party::store::lock(tx, first).await?;
    let second = party::store::lock(tx, second).await?;
    Ok(if first.id == known.applicant { (first, Some(second)) } else { (second, Some(first)) })
}

/// The case, unless the caller is party to it, or appeals in it.
pub(crate) async fn not_party(app: &App, caller: &Caller, id: CaseId) -> Result<Case, Failure> {
    let connection = app.db().read();
    let case = store::find(connection, Sight::All, id).await?;
    let mut parties = appeal::store::appellants(connection, id).await?;
    parties.push(case.applicant);
    parties.extend(case.accepted.map(|(receiver, _)| receiver));
    for party in parties {
        party::actions::refuse_own(app, caller, party).await?;
    }
    Ok(case)
}

/// The case, locked, if it is still at the version that was read; for a party, at one since which only what caseworkers
/// keep to themselves has changed.
pub(crate) async fn locked(
    tx: &Tx,
    sight: Sight,
    id: CaseId,
    version: i32,
) -> Result<Case, Failure> {
    let case = store::lock(tx, sight, id).await?;
    let is_as_read = match sight {
        Sight::Party(_) => case.is_as_read(version),
        Sight::All | Sight::Kinds(_) | Sight::Nothing => case.version == version,
    };
    if is_as_read { Ok(case) } else { Err(Failure::stale()) }
}

/// Writes a locked case as its next version.
pub(crate) async fn save(tx: &Tx, mut case: Case) -> Result<Case, Failure> {
    case.shown = case.version + 1;
    save_next(tx, case).await
}

/// As [`save`], after what caseworkers keep to themselves, such as a note: other caseworkers have not seen the case as it is
/// now, its parties have, unless its state is another.
async fn save_unshown(tx: &Tx, mut case: Case) -> Result<Case, Failure> {
    if case.has_moved() {
        case.shown = case.version + 1;
    }
    save_next(tx, case).await
}

async fn save_next(tx: &Tx, mut case: Case) -> Result<Case, Failure> {
    if !case.status.is_open() && case.accepted.is_none() {
        // who was asked to receive a permit and never said yes has nothing to do with it any more
        case.receiver = None;
    }
    if case.status != Status::WaitingForApplicant {
        case.waiting_since = None;
        case.waiting_until = None;
    }
    if case.version > 1 && case.has_moved() {
        // what waited for a signature was about the case as it stood
        signing::store::end(tx, case.id, AUTOMATIC).await?;
    }
    case.version += 1;
    store::update(tx, &mut case).await?;
    Ok(case)
}

async fn message(
    app: &App,
    tx: &Tx,
    case: &Case,
    kind: MessageKind,
    caller: &Caller,
    text: &str,
    due_on: Option<NaiveDate>,
) -> Result<(), Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    store::insert_message(tx, &key, case.id, kind, &caller.subject, text, due_on).await
}
