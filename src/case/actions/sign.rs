//! Decisions that two sign: one proposes, another signs or sends back.

use super::{
    super::{
        lifecycle::Step,
        signing,
        store::{Case, MessageKind},
    },
    Ruling, check_conditions,
    decide::rule,
    hearing, lock_parties, locked, message, not_party, save_unshown,
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    journal::{self, Direction},
    letter::rules::Closing,
    party,
    permit::{kind, model::Permit},
    values::ids::CaseId,
};

/// Lets a decision wait for its second signature.
pub(super) async fn propose(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    mut case: Case,
    ruling: &Ruling,
) -> Result<Case, Failure> {
    case.status.after(ruling.step)?;
    check_conditions(kind::any(case.kind), &ruling.conditions)?;
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    if signing::store::open(&**tx, &key, case.id).await?.is_some() {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "A decision waits for its second signature already. It must be signed or sent back first.",
        ));
    }
    case.status = case.status.after(Step::Assign)?;
    case.assignee.get_or_insert_with(|| caller.subject.clone());
    journal::add(tx, case.id, Direction::Internal, "Decision proposed", &caller.subject).await?;
    let case = save_unshown(tx, case).await?;
    signing::store::insert(tx, &key, case.id, ruling, &caller.subject).await?;
    Ok(case)
}

async fn proposed(app: &App, tx: &Tx, case: &Case) -> Result<signing::store::Proposal, Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    signing::store::open(&**tx, &key, case.id).await?.ok_or_else(|| {
        Failure::new(
            Problem::IllegalTransition,
            "No decision of this case waits for a signature. Read the case again.",
        )
    })
}

/// Signs a proposed decision, which carries it out.
///
/// # Errors
/// 403 for a caseworker who is party or has proposed it; 404, 412 or 409 as every step; 409 when nothing
/// waits for a signature.
pub async fn sign(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
) -> Result<(Case, Option<Permit>), Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let parties = lock_parties(&tx, id).await?;
            let case = locked(&tx, Sight::All, id, version).await?;
            let proposal = proposed(app, &tx, &case).await?;
            if proposal.proposed_by == caller.subject {
                return Err(Failure::new(
                    Problem::Disqualified,
                    "You have proposed this decision, so somebody else must sign it.",
                ));
            }
            signing::store::end(&tx, id, &caller.subject).await?;
            journal::add(&tx, id, Direction::Internal, "Decision signed", &caller.subject).await?;
            rule(app, &tx, case, parties, &proposal.ruling, &proposal.proposed_by).await
        })
        .await
}

/// Sends a proposed decision back with a note; the case is to be decided anew. One that the authority began of
/// its own motion ends with it, unless the holder was given notice, and may comment as long as that says. Where notice was given and nothing is proposed, the case
/// ends without a decision, and the holder is told why.
///
/// # Errors
/// As [`sign`], but whoever proposed it may take it back.
pub async fn send_back(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    text: &str,
) -> Result<Case, Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let case = locked(&tx, Sight::All, id, version).await?;
            let is_proposed = match proposed(app, &tx, &case).await {
                Ok(_) => true,
                Err(failure)
                    if failure.problem() == Problem::IllegalTransition && case.is_considered() =>
                {
                    false
                }
                Err(failure) => return Err(failure),
            };
            let title = match is_proposed {
                true => "Proposed decision sent back",
                false => "Not gone on with after an advance notice",
            };
            signing::store::end(&tx, id, &caller.subject).await?;
            message(app, &tx, &case, MessageKind::Note, caller, text, None).await?;
            journal::add(&tx, id, Direction::Internal, title, &caller.subject).await?;
            // who was given notice need not be given it again before another proposal; without one nothing else waits in a case
            // that the authority began, and who still wants it proposes it anew
            let goes_on = is_proposed && hearing::was_noticed(&tx, &case).await?;
            let is_own = case.purpose.is_own_motion() || case.is_considered();
            let case = if is_own && !goes_on {
                hearing::close(app, &tx, case, &caller.subject, Closing::NotPursued(text)).await?
            } else if goes_on {
                hearing::waits_again(app, &tx, case).await?
            } else {
                case
            };
            save_unshown(&tx, case).await
        })
        .await
}
