//! What the authority alone fills in of an application ([`PermitKind::AUTHORITY_ONLY`]): an applicant neither
//! says it nor takes it away; a caseworker does, with a reason, while the case is open.
//!
//! [`PermitKind::AUTHORITY_ONLY`]: crate::permit::kind::PermitKind::AUTHORITY_ONLY

use serde_json::{Value, json};

use super::{
    super::{
        model::Purpose,
        signing,
        store::{Case, MessageKind},
    },
    AUTOMATIC, locked, message, not_party, save,
};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    journal::{self, Direction},
    party,
    permit::kind::{self, Kind},
    values::ids::CaseId,
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
        "Only the authority fills this in. Leave it out, and write to us what should stand there.",
    )
}

/// What the municipalities are called in an application that a caseworker has found a ring to have ground of.
const RING: &str = "ringMunicipalities";

/// Says in an open application which municipalities a ring has ground of, as a caseworker has found on a map; with none it is
/// geography that says so again. Why stands in a note, and a decision that waited for its signature is made anew.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404, 412; 409 for a case that is decided or applies for
/// nothing; 422 for applications without a ring, and for municipalities that cannot be those of this one.
pub async fn correct_ring(
    app: &App,
    caller: &Caller,
    (id, version): (CaseId, i32),
    (municipalities, reason): (Option<&[String]>, &str),
) -> Result<Case, Failure> {
    let known = not_party(app, caller, id).await?;
    caller.needs_kind(known.kind)?;
    let any = kind::any(known.kind);
    if any.authority_only() != Some(RING) {
        let detail = "An application of this kind has no ring.";
        return Err(Failure::new(Problem::ConditionsNotMet, detail));
    }
    app.db()
        .write(|tx| async move {
            let mut case = locked(&tx, Sight::All, id, version).await?;
            let applies = matches!(case.purpose, Purpose::New | Purpose::Amendment);
            if !case.status.is_open() || !applies {
                let detail = "The ring of an application is corrected while its case is open.";
                return Err(Failure::new(Problem::IllegalTransition, detail));
            }
            let key = party::store::data_key(&*tx, &app.keys(), case.applicant).await?;
            let mut application = case.application(&key)?;
            let Some(members) = application.as_object_mut() else {
                return Err(Failure::internal("an application is no object"));
            };
            match municipalities {
                Some(numbers) => members.insert(RING.to_owned(), json!(numbers)),
                None => members.remove(RING),
            };
            let applicant = party::store::get(&*tx, case.applicant).await?;
            any.parse(&application, applicant.is_person())?;
            case.set_application(&key, &application)?;
            // what waited for a signature was about the application as it stood
            signing::store::end(&tx, id, AUTOMATIC).await?;
            message(app, &tx, &case, MessageKind::Note, caller, reason, None).await?;
            let title = "Ground of a ring corrected";
            journal::add(&tx, id, Direction::Internal, title, &caller.subject).await?;
            save(&tx, case).await
        })
        .await
}
