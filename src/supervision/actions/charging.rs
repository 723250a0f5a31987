//! Charging coercive fines that are final: what they have come to becomes a line, once, and is invoiced like fees. And
//! taking that back when the fine falls away all the same.

use super::{appeals::told, dossier};
use crate::{
    app::App,
    appeal,
    database::Tx,
    failure::Failure,
    fee::{self, actions::FinalFine},
    supervision::{
        model::{Deed, Standing},
        rules::fine,
        store,
    },
    values::{calendar::oslo_date, ids::CaseId},
};

/// Cases looked at together.
const BATCH: u64 = 100;

/// Writes what the final fines of closed cases have come to; answers how many. Whoever comes second finds them written.
///
/// # Errors
/// When the database does not answer.
pub async fn charge_final(app: &App) -> Result<u64, Failure> {
    let (mut charged, mut after) = (0, None);
    loop {
        let cases = store::with_uncharged_fines(app.db().read(), after, BATCH).await?;
        for id in &cases {
            match app.db().write(|tx| async move { charge(app, &tx, *id).await }).await {
                Ok(count) => charged += count,
                Err(failure) => {
                    let problem = failure.problem().code();
                    tracing::error!(case = %id, problem, "a final fine is not charged; others are");
                }
            }
        }
        match cases.last() {
            Some(last) if cases.len() as u64 == BATCH => after = Some(*last),
            _ => return Ok(charged),
        }
    }
}

async fn charge(app: &App, tx: &Tx, id: CaseId) -> Result<u64, Failure> {
    let kept = store::lock(tx, id).await?;
    let key = kept.key(&app.keys())?;
    let case = kept.case;
    let (Some(holder), Some(_)) = (case.party, case.closed_at) else { return Ok(0) };
    let mut charged = 0;
    for act in store::acts(&**tx, &key, id).await? {
        if !matches!(act.deed, Deed::CoerciveFine { .. }) || act.standing != Standing::InForce {
            continue;
        }
        let appeals = appeal::store::of_case(&**tx, &key, CaseId(act.id)).await?;
        let today = oslo_date(tx.now());
        let Some(accrued) = dossier::accrued(&case, &act, &appeals, today) else { continue };
        let told = told(tx, &case, &act, appeals.last()).await?;
        if accrued.amount == 0 || !fine::is_final(&appeals, told, tx.now())? {
            continue;
        }
        let fine = FinalFine {
            act: act.id,
            case: case.display_number(),
            holder,
            days: accrued.days,
            amount_ore: accrued.amount,
        };
        fee::actions::charge_fine(tx, &fine).await?;
        charged += 1;
    }
    Ok(charged)
}
