//! What the authority alone fills in of an application ([`PermitKind::AUTHORITY_ONLY`]): an applicant neither
//! says it nor takes it away.
//!
//! [`PermitKind::AUTHORITY_ONLY`]: crate::permit::kind::PermitKind::AUTHORITY_ONLY

use serde_json::Value;

use super::super::store::Case;
use crate::{
    app::App,
    database::Tx,
    failure::Failure,
    party,
    permit::kind::{self, Kind},
};

/// # Errors
/// 422 when an application that an applicant sends says it.
pub(super) fn refuse(kind: Kind, application: &Value) -> Result<(), Failure> {
    match kind::any(kind).authority_only() {
        Some(member) if application.get(member).is_some() => Err(refused(member)),
        _ => Ok(()),
    }
}

/// The correction of an applicant with what the authority has filled in, where the applicant has left that out.
///
/// # Errors
/// 422 when it says something else.
pub(super) async fn keep(
    app: &App,
    tx: &Tx,
    case: &Case,
    correction: &Value,
) -> Result<Option<Value>, Failure> {
    let Some(member) = kind::any(case.kind).authority_only() else { return Ok(None) };
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    let application = case.application(&key)?;
    match (application.get(member), correction.get(member)) {
        (Some(filled_in), None) => {
            let mut kept = correction.clone();
            kept[member] = filled_in.clone();
            Ok(Some(kept))
        }
        (filled_in, said) if said.is_none() || said == filled_in => Ok(None),
        _ => Err(refused(member).below("/application")),
    }
}

fn refused(member: &str) -> Failure {
    Failure::at(
        format!("/{member}"),
        "authority-only",
        "Only the authority fills this in. Leave it out, and write to us what you held and since when.",
    )
}
