//! Opening a case, of one's own motion or for a report, and saying whom it is directed at.

use chrono::Datelike as _;

use super::{Doing, may_act, not_respondent};
use crate::{
    app::App,
    database::Tx,
    failure::{Failure, FieldErrors, Problem},
    identity::{Caller, Sight},
    interference::model::Severity,
    journal::{self, Direction},
    party::{self, model::Identity},
    permit,
    supervision::{
        lifecycle::{Status, Step},
        model::{Case, Matter, NewCase, Respondent, Standing},
        store,
    },
    values::{
        calendar::oslo_date,
        ids::{CaseId, PartyId},
        language::Language,
    },
};

/// Makes sure that the caller may open a case.
///
/// # Errors
/// 403 for a caseworker who would be the respondent; 422 for a party or permit there is not.
pub async fn may_open(app: &App, caller: &Caller, new: &NewCase) -> Result<(), Failure> {
    if let Respondent::Organisation(number, _) = &new.respondent
        && caller.organisation == Some(*number)
    {
        return Err(Failure::new(
            Problem::Disqualified,
            "You are a party to this, so somebody else must handle it (forvaltningsloven § 6).",
        ));
    }
    let connection = app.db().read();
    let mut errors = FieldErrors::new();
    let missing = "There is nothing with this id. Take it from the search for holders.";
    if let Respondent::Known(party) = &new.respondent {
        if party::store::find(connection, *party).await?.is_none() {
            errors.add("/respondent/holderId", "unknown", missing);
        }
        not_respondent(app, caller, Some(*party)).await?;
    }
    if let Some(permit) = new.permit {
        match permit::store::find(connection, Sight::All, permit).await {
            Ok(permit) => not_respondent(app, caller, Some(permit.holder)).await?,
            Err(failure) if failure.problem() == Problem::NotFound => {
                errors.add("/permitId", "unknown", missing);
            }
            Err(failure) => return Err(failure),
        }
    }
    errors.finish(Some(()))
}

/// Opens a case of the authority's own motion.
///
/// # Errors
/// As [`may_open`].
pub async fn open(app: &App, caller: &Caller, new: &NewCase) -> Result<Case, Failure> {
    may_open(app, caller, new).await?;
    app.db()
        .write(|tx| async move { open_in(app, &tx, caller, new, Severity::Nuisance).await })
        .await
}

/// Opens a case in the transaction of the report that leads to it; `severity` holds unless the case says otherwise.
///
/// # Errors
/// When the database does not answer.
pub async fn open_in(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    new: &NewCase,
    severity: Severity,
) -> Result<Case, Failure> {
    let now = tx.now();
    let mut suspect = None;
    let mut party = match &new.respondent {
        Respondent::Unknown(words) => {
            suspect.clone_from(words);
            None
        }
        respondent => known(app, tx, respondent).await?,
    };
    if let (None, Some(permit)) = (party, new.permit) {
        party = Some(permit::store::find(&**tx, Sight::All, permit).await?.holder);
    }
    let mut language = new.language;
    if let Some(party) = party {
        language = party::store::get(&**tx, party).await?.details.language;
    }
    let serial = permit::store::next_serial(tx, "case_number").await?;
    let case = Case {
        id: CaseId::new(now),
        number: (oslo_date(now).year(), serial),
        status: Status::Open,
        outcome: None,
        severity: new.severity.unwrap_or(severity),
        party,
        permit: new.permit,
        range: new.range,
        language,
        assignee: caller.subject.clone(),
        due_on: None,
        opened_at: now,
        corrected_on: None,
        closed_at: None,
        version: 1,
    };
    let matter = Matter { text: new.matter.clone(), suspect };
    store::insert(tx, &app.keys(), &case, &matter).await?;
    let title = "Supervision case opened";
    journal::add(tx, case.id, Direction::Internal, title, &caller.subject).await?;
    Ok(case)
}

/// The party a respondent is; an organisation the registry has not met is met now.
async fn known(app: &App, tx: &Tx, respondent: &Respondent) -> Result<Option<PartyId>, Failure> {
    match respondent {
        Respondent::Unknown(_) => Ok(None),
        Respondent::Known(party) => Ok(Some(*party)),
        Respondent::Organisation(number, details) => {
            if let Some(known) = party::store::find_organisation(&**tx, *number).await? {
                return Ok(Some(known.id));
            }
            let identity = Identity::Organisation { number: *number };
            let details = (**details).clone();
            let (party, _) = party::store::insert(tx, &app.keys(), identity, None, details).await?;
            Ok(Some(party.id))
        }
    }
}

/// Says whom a case is directed at.
///
/// # Errors
/// 404, 412; 409 when it is closed or something was decided; 403 for the respondent.
pub async fn identify(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    respondent: &Respondent,
) -> Result<Case, Failure> {
    may_act(app, caller, id).await?;
    let probe = NewCase {
        matter: String::new(),
        severity: None,
        respondent: respondent.clone(),
        permit: None,
        range: None,
        language: Language::default(),
    };
    may_open(app, caller, &probe).await?;
    app.db()
        .write(|tx| async move {
            let mut doing = Doing::new(app, &tx, id, version).await?;
            doing.step(Step::Record, "changed")?;
            let is_told = doing.acts.iter().any(|act| act.letter.is_some());
            if is_told || doing.acts.iter().any(|act| act.standing == Standing::Proposed) {
                return Err(Failure::new(
                    Problem::IllegalTransition,
                    "The respondent has been written to. Close this case and open another for somebody else.",
                ));
            }
            let Some(party) = known(app, &tx, respondent).await? else {
                return Err(Failure::new(Problem::ConditionsNotMet, "Say who it is."));
            };
            doing.case.party = Some(party);
            doing.case.language = party::store::get(&*tx, party).await?.details.language;
            let title = "Respondent identified";
            journal::add(&tx, id, Direction::Internal, title, &caller.subject).await?;
            store::save(&tx, doing.case).await
        })
        .await
}
