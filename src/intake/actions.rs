//! Beginning and filing what a caseworker types in for somebody.

use serde_json::Value;

use super::{model::Intake, store};
use crate::{
    app::App,
    case::{
        actions::{
            Filing, made_before,
            on_behalf::{OnBehalf, received_at, refuse_oneself, submit_on_behalf_with},
        },
        model::Receiver,
        store::Case,
    },
    draft::actions::{Opened, begin_with, handed_in, open},
    failure::{Failure, Problem},
    idempotency::IdempotencyKey,
    identity::Caller,
    party::{
        self,
        model::{Identity, Party},
    },
    permit::kind::{self, Kind},
    values::ids::{DraftId, PartyId},
};

/// Operation, for the keys that make a repeat harmless.
const SUBMIT: &str = "submit intake";

/// The party that applies, if the registry has met it. Whom it shows is written into the disclosure log.
///
/// # Errors
/// When the database does not answer.
pub async fn known(
    app: &App,
    caller: &Caller,
    applicant: &Receiver,
) -> Result<Option<Party>, Failure> {
    let connection = app.db().read();
    let found = match applicant {
        Receiver::Person(id) => party::store::find_person(connection, &app.keys(), id).await?,
        Receiver::Organisation(number) => {
            party::store::find_organisation(connection, *number).await?
        }
    };
    if let Some(found) = &found {
        party::actions::log_shown(app, caller, std::slice::from_ref(found)).await?;
    }
    Ok(found)
}

/// Who a party of the registry is.
///
/// # Errors
/// 404 for one there is not, or a person whose national id is not known.
pub async fn named(app: &App, id: PartyId) -> Result<Receiver, Failure> {
    let connection = app.db().read();
    let party = party::store::find(connection, id).await?.ok_or_else(Failure::not_found)?;
    match party.identity {
        Identity::Organisation { number } => Ok(Receiver::Organisation(number)),
        Identity::Person { .. } => {
            let id = party::store::national_id(connection, &app.keys(), party.id).await?;
            id.map(Receiver::Person).ok_or_else(Failure::not_found)
        }
    }
}

/// Begins a draft for somebody, with what is known of them.
///
/// # Errors
/// 403 for oneself, for an organisation one acts for, and for a kind that is not the caseworker's; 409 when
/// there are too many drafts; 422 when the kind is not for such an applicant, or the day cannot be.
pub async fn begin(
    app: &App,
    caller: &Caller,
    kind: Kind,
    intake: &Intake,
    application: &Value,
) -> Result<Opened, Failure> {
    caller.needs_kind(kind)?;
    refuse_oneself(caller, &intake.applicant)?;
    received_at(Some(intake.received_on), app.clock().now())?;
    kind::any(kind).holders().admit(intake.applicant.is_person()).map_err(|reason| {
        Failure::told(Problem::ConditionsNotMet, |language| reason.text(language))
    })?;
    let keys = app.keys();
    let keys = &keys;
    begin_with(app, caller, kind, application, None, |tx, id| async move {
        store::insert(&tx, keys, id, intake).await
    })
    .await
}

/// For whom a draft of the caller's is.
///
/// # Errors
/// 404 when it is gone, another's, or for nobody.
pub async fn of(app: &App, id: DraftId) -> Result<Intake, Failure> {
    store::find(app.db().read(), &app.keys(), app.national_id_rule(), id).await
}

/// Files what was typed in, by the same parser, rules and action as the applicant's own. The draft is gone in
/// the same commit. Filed twice, it answers the case it made.
///
/// # Errors
/// As filing a draft; 403 for oneself.
pub async fn submit(
    app: &App,
    caller: &Caller,
    id: DraftId,
    version: i32,
    finish: impl Fn(Kind, Value) -> Value,
) -> Result<Case, Failure> {
    let sent = format!("intake {id}");
    let once = IdempotencyKey::read(Some(&sent), caller, &app.keys(), &Value::Null)?;
    if let Some(made) = made_before(app, once.as_ref(), SUBMIT).await? {
        return Ok(made);
    }
    let Opened { draft, content } = open(app, caller, id).await?;
    if draft.version != version {
        return Err(Failure::stale());
    }
    let intake = of(app, id).await?;
    let application = finish(draft.kind, content.application);
    let parsed = kind::any(draft.kind).read(&application, intake.applicant.is_person(), "")?;
    let filing = Filing {
        kind: draft.kind,
        application: &application,
        parsed: &parsed,
        idempotency: once.as_ref(),
        operation: SUBMIT,
    };
    let coming = OnBehalf {
        applicant: &intake.applicant,
        channel: intake.channel,
        received_at: received_at(Some(intake.received_on), app.clock().now())?,
    };
    submit_on_behalf_with(app, caller, &coming, &filing, |tx, case| async move {
        handed_in(app, caller, &tx, (id, version), case).await
    })
    .await
}
