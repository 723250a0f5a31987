//! Change of owner: the former holder, or a caseworker for one who wrote or called, hands the resting call sign over to the case of the new owner, so
//! that nobody else can take it.

use super::store;
use crate::{
    app::App,
    assignment,
    failure::Failure,
    identity::{Caller, Sight},
    journal::{self, Direction},
    permit::{self, actions::received, model::Permit},
    values::{calendar::oslo_date, ids::PermitId},
};

/// Hands the call sign of an ended permit over to the open case with this number, which must ask for
/// it. It rests on, but only that applicant may be given it.
///
/// # Errors
/// 404 or 412 as every step; 422 when there is no such case that asks for the call sign; 409 when the
/// call sign does not rest.
pub async fn hand_over_call_sign(
    app: &App,
    caller: &Caller,
    sight: Sight,
    id: PermitId,
    version: i32,
    case_number: &str,
) -> Result<Permit, Failure> {
    app.db()
        .write(|tx| async move {
            let permit = permit::store::lock(&tx, sight, id).await?;
            if permit.version != version {
                return Err(Failure::stale());
            }
            let sign = permit.call_sign.map(|sign| sign.to_string());
            let case = match store::parse_number(case_number) {
                Some(number) => store::find_by_number(&*tx, number).await?,
                None => None,
            };
            let case = case.filter(|case| {
                case.status.is_open() && case.kind == permit.kind && case.call_sign == sign
            });
            // one message for every reason: nothing is told of the cases of others
            let Some(case) = case.filter(|_| sign.is_some()) else {
                return Err(Failure::at(
                    "/caseNumber",
                    "unknown",
                    "There is no open case with this number that asks for the call sign. Ask the new owner for the number on the receipt; the application must quote the call sign.",
                ));
            };
            let today = oslo_date(tx.now());
            assignment::actions::hand_over(&tx, &permit, case.applicant.0, today).await?;
            let title = "Call sign handed over by the former holder";
            journal::add(&tx, case.id, Direction::In, title, &caller.subject).await?;
            received::enter(&tx, &permit, received::HAND_OVER, &caller.subject, None).await?;
            Ok(permit)
        })
        .await
}
