//! Appeals at the end of the made-up year, one for each place an appeal can have come to. Whose appeal it is must not
//! matter for what else the year shows: permits that were revoked stay so.

use super::{people, year::Year};
use crate::{
    appeal::{
        actions::{self, Ruling},
        model::AppealStatus,
        receive::Lodging,
    },
    case::{
        lifecycle::Status,
        model::Purpose,
        store::{self, Case, CaseQuery},
    },
    failure::Failure,
    identity::{Role, Sight},
    permit::{self, lifecycle::Status as PermitStatus},
    values::calendar::oslo_date,
};

const TEXT: &str = "Jeg er ikke enig. Opplysningene var riktige, og det kan jeg dokumentere.";
const STATEMENT: &str = "Klagen inneholder ikke noe nytt, og vi fastholder vedtaket.";
const UPHELD: &str = "Departementet er enig i vurderingen.";
const REVERSED: &str = "Dokumentasjonen viser at opplysningene var riktige.";
/// More than the year has.
const ALL: u64 = 100_000;

/// Three revocations are appealed against, and one suspension that is over.
///
/// # Errors
/// When an action refuses, which the made-up data give no reason for.
pub async fn lodge_some(year: &Year<'_>) -> Result<(), Failure> {
    let connection = year.app.db().read();
    let query = CaseQuery { statuses: vec![Status::Granted], ..CaseQuery::default() };
    let (cases, _) = store::list(connection, Sight::All, &query, ALL).await?;
    let revoked = cases.iter().filter(|case| case.purpose == Purpose::Revocation).take(3);
    let courses: [&[AppealStatus]; 3] =
        [&[], &[AppealStatus::Forwarded], &[AppealStatus::Forwarded, AppealStatus::Upheld]];
    for (case, course) in revoked.zip(courses) {
        appeal(year, case, course).await?;
    }
    for case in cases.iter().filter(|case| case.purpose == Purpose::Suspension) {
        let Some(id) = case.permit else { continue };
        let permit = permit::store::find(connection, Sight::All, id).await?;
        if permit.status != PermitStatus::Suspended {
            return appeal(year, case, &[AppealStatus::Reversed]).await;
        }
    }
    Ok(())
}

async fn appeal(year: &Year<'_>, case: &Case, course: &[AppealStatus]) -> Result<(), Failure> {
    let holder = people::caller(Role::Person, "demo-holder");
    let sight = Sight::Party(case.applicant);
    let lodging = Lodging { text: TEXT, late_reason: None, deferral: None };
    let lodged = actions::lodge(year.app, &holder, sight, case.id, case.version, &lodging).await?;
    let mut version = lodged.0.version;
    for outcome in course {
        let (grounds, of_body) = match outcome {
            AppealStatus::Upheld => (UPHELD, true),
            AppealStatus::Reversed => (REVERSED, false),
            _ => (STATEMENT, false),
        };
        let today = oslo_date(year.app.clock().now());
        let ruling = Ruling {
            appeal: None,
            outcome: *outcome,
            grounds: grounds.to_owned(),
            conditions: None,
            sent_back: false,
            body_decision: of_body.then(|| (today, "26/417".to_owned())),
        };
        let caseworker = &year.caseworkers[0];
        let decided = actions::decide(year.app, caseworker, case.id, version, &ruling).await?;
        version = decided.0.version;
    }
    Ok(())
}
