//! What some kinds keep beside the permit: rows that other permits must not overlap or repeat.
//!
//! A kind with such rows has a `store.rs` in its folder and an arm in each function here; the others
//! need nothing. Each is called inside the transaction of the step it belongs to, so that a claim
//! and its permit stand or fall together.

use super::{Kind, Reason};
use crate::{
    database::{Connection, Tx},
    failure::Failure,
    permit::model::Permit,
};

/// What stands in the way of details, or must be judged, among the kind's rows.
///
/// # Errors
/// When the database does not answer.
#[allow(clippy::unused_async)] // kinds with rows of their own wait here
pub async fn findings(
    _connection: &impl Connection,
    kind: Kind,
    _details: &serde_json::Value,
    _except: Option<crate::values::ids::PermitId>,
    _today: chrono::NaiveDate,
) -> Result<Vec<Reason>, Failure> {
    match kind {
        _ => Ok(Vec::new()),
    }
}

/// Takes what the permit claims; what it claimed before is given up first.
///
/// # Errors
/// 409 when another permit has it.
#[allow(clippy::unused_async)]
pub async fn take(_tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    match permit.kind {
        _ => Ok(()),
    }
}

/// Gives up what the permit claims, because it has ended.
///
/// # Errors
/// When the database does not answer.
#[allow(clippy::unused_async)]
pub async fn release(_tx: &Tx, permit: &Permit) -> Result<(), Failure> {
    match permit.kind {
        _ => Ok(()),
    }
}
