//! An appeal in a case comes in: sent by a party, or registered for one. What becomes of it is in `../actions.rs`.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{appellant_of, body_on, comment};
use crate::{
    app::App,
    appeal::{
        model::{Appeal, Appellant},
        receive::{Against, Came, Lodging, receive},
        rules, store,
    },
    case::{
        actions::{AUTOMATIC, letters::Correspondence, locked, not_party, on_behalf, save},
        lifecycle::{IllegalTransition, Step},
        store::{self as case_store, Case},
    },
    database::{Connection, Tx},
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    keys::DataKey,
    letter::{
        self,
        actions::appeal_period,
        model::{AppealReceiptFacts, Author, LetterKind},
        rules::appeal as letter_rules,
        store::Letter,
    },
    party,
    task::store::duty::appeal_due,
    values::{
        calendar::{oslo_date, start_of_day},
        deadline::{Deadline, Timer, deadline},
        ids::{CaseId, PartyId},
    },
};

/// Takes an appeal of a party to a case: who applied, or who accepted to receive the permit.
///
/// # Errors
/// 404, 412 or 409 as every step; 422 when there is no appeal against the decision, or when it is late and
/// no reason is given.
pub async fn lodge(
    app: &App,
    caller: &Caller,
    sight: Sight,
    id: CaseId,
    version: i32,
    lodging: &Lodging<'_>,
) -> Result<(Case, Appeal), Failure> {
    lodge_with(app, caller, (sight, id), version, lodging, |_| async { Ok(()) }).await
}

/// As [`lodge`], with something that is written in the same commit once the appeal is.
///
/// # Errors
/// As [`lodge`]; what `more` answers.
pub async fn lodge_with<F, Fut>(
    app: &App,
    caller: &Caller,
    (sight, id): (Sight, CaseId),
    version: i32,
    lodging: &Lodging<'_>,
    more: F,
) -> Result<(Case, Appeal), Failure>
where
    F: Fn(Tx) -> Fut,
    Fut: Future<Output = Result<(), Failure>>,
{
    let more = &more;
    app.db()
        .write(|tx| async move {
            let case = case_store::lock_of_party(&tx, sight, id).await?;
            if !case.is_as_read(version) {
                return Err(Failure::stale());
            }
            let appellant = match sight {
                Sight::Party(party) => party,
                Sight::All | Sight::Kinds(_) | Sight::Nothing => case.applicant,
            };
            let key = party::store::data_key(&*tx, &app.keys(), case.applicant).await?;
            let by = (caller.subject.as_str(), appellant);
            let taken = take(app, &tx, &key, by, case, lodging, None).await?;
            more(tx.clone()).await?;
            Ok(taken)
        })
        .await
}

/// An appeal that came on paper or by telephone.
pub struct Registered<'a> {
    /// Who appeals.
    pub appellant: &'a Appellant,
    /// What they write, or say.
    pub lodging: Lodging<'a>,
    /// How and when it came in.
    pub how: Came,
    /// Day the decision became known to somebody who was not told of it by letter (forvaltningsloven § 29).
    pub known_since: Option<NaiveDate>,
}

/// Takes an appeal that came on paper or by telephone, for whoever appeals: a party the decision was told to, or somebody
/// else with a legal interest in it (forvaltningsloven § 28). It is in time when it came in, or was posted, within the period
/// (§ 30); they get a receipt by letter.
///
/// # Errors
/// As [`lodge`]; 403 for a caseworker who is party or appeals, or may not decide the kind; 422 for a day before the decision
/// or one that has not come, and for an appellant there is not.
pub async fn register(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    came: &Registered<'_>,
) -> Result<(Case, Appeal), Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    if let Appellant::Known(party) = came.appellant {
        party::actions::refuse_own(app, caller, *party).await?;
    }
    if came.known_since.is_some_and(|day| day > came.how.received_on) {
        let detail = "Give a day that is not after the appeal came in.";
        return Err(Failure::at("/knownSince", "range", detail));
    }
    app.db()
        .write(|tx| async move {
            let case = locked(&tx, Sight::All, id, version).await?;
            let party = appellant(app, &tx, caller, &case, came.appellant).await?;
            let key = party::store::data_key(&*tx, &app.keys(), case.applicant).await?;
            let by = (caller.subject.as_str(), party);
            let how = Some((came.how, came.known_since));
            let (case, appeal) = take(app, &tx, &key, by, case, &came.lodging, how).await?;
            receipt(app, &tx, caller, &key, (&case, &appeal)).await?;
            Ok((case, appeal))
        })
        .await
}

/// The party that appeals; somebody new becomes known to the registry.
async fn appellant(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    case: &Case,
    who: &Appellant,
) -> Result<PartyId, Failure> {
    let (receiver, contact) = match who {
        Appellant::Applicant => return Ok(case.applicant),
        Appellant::NewHolder => {
            return case.new_holder().ok_or_else(|| {
                let detail = "Nobody has accepted to receive a permit by this case.";
                Failure::at("/appellant/party", "not-applicable", detail)
            });
        }
        Appellant::Known(id) => {
            let known = party::store::find(&**tx, *id).await?;
            let unknown =
                || Failure::at("/appellant/holderId", "unknown", "There is no such holder.");
            return Ok(known.ok_or_else(unknown)?.id);
        }
        Appellant::Other(receiver, contact) => (receiver, contact),
    };
    on_behalf::refuse_oneself(caller, receiver)?;
    let acting = on_behalf::acting_for(caller, receiver);
    if let Some(known) = party::actions::party_of(app, &**tx, &acting).await? {
        return Ok(known.id);
    }
    let contact = contact.as_ref().ok_or_else(|| {
        let detail = "The registry has not met this party. Say how to reach them.";
        Failure::at("/appellant/contact", "missing", detail)
    })?;
    Ok(party::actions::meet(app, tx, &acting, contact, None).await?.id)
}

/// Tells whoever appeals on paper or by telephone that it has come in, and what happens with it.
async fn receipt(
    app: &App,
    tx: &Tx,
    caller: &Caller,
    key: &DataKey,
    (case, appeal): (&Case, &Appeal),
) -> Result<(), Failure> {
    let today = oslo_date(tx.now());
    let body = body_on(tx, key, case, today).await?;
    let to = Correspondence::with(app, tx, case, appellant_of(case, appeal)).await?;
    let received_on = oslo_date(appeal.received_at);
    let facts = AppealReceiptFacts {
        case: case.display_number(),
        received_on,
        decided_on: oslo_date(appeal.decision_at),
        due_on: appeal_due(received_on).max(today),
        in_time: appeal.in_time,
        body: body.map(|body| body.name(to.language).to_owned()),
        author: Author::Caseworker(caller.subject.clone()),
    };
    let out = to.letter(LetterKind::Receipt, "Receipt of an appeal", &caller.subject, None);
    letter::actions::send(app, tx, out, |head| letter_rules::receipt(head, &facts))
        .await
        .map(|_| ())
}

/// Takes an appeal into its locked case: now, or on the day it came on paper. What others appeal goes on as it was; they are
/// told.
async fn take(
    app: &App,
    tx: &Tx,
    key: &DataKey,
    (by, appellant): (&str, PartyId),
    mut case: Case,
    lodging: &Lodging<'_>,
    how: Option<(Came, Option<NaiveDate>)>,
) -> Result<(Case, Appeal), Failure> {
    let came = how.map(|(came, _)| came);
    let known_since = how.and_then(|(_, known_since)| known_since);
    let earlier = store::of_case(&**tx, key, case.id).await?;
    let who = (appellant, known_since);
    let against = decision_against(tx, key, &case, &earlier, who).await?;
    case.status = case.status.after(Step::Appeal)?;
    let appeal = receive(tx, key, by, against, lodging, came).await?;
    let case = save(tx, case).await?;
    let teller = if came.is_some() { by } else { AUTOMATIC };
    comment::tell(app, tx, key, (&case, &appeal), teller).await?;
    Ok((case, appeal))
}

/// Whether a party to a case may appeal in it now, in time or late.
///
/// # Errors
/// When the database does not answer.
pub async fn may_appeal(app: &App, case: &Case, party: PartyId) -> Result<bool, Failure> {
    if case.status.after(Step::Appeal).is_err() {
        return Ok(false);
    }
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let Some(decided_at) = decided_at(connection, &key, case).await? else { return Ok(false) };
    let earlier = store::of_case(connection, &key, case.id).await?;
    Ok(rules::against(case.status, &earlier, named(case, party), decided_at).is_ok())
}

/// An appellant as the appeal names them: nobody for the party the case is of.
fn named(case: &Case, appellant: PartyId) -> Option<PartyId> {
    Some(appellant).filter(|party| *party != case.applicant)
}

/// When the last decision of a case was made.
async fn decided_at(
    connection: &impl Connection,
    key: &DataKey,
    case: &Case,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let decision = case_store::decision_of(connection, key, case.id).await?;
    Ok(decision.map(|decision| decision.decided_at).or(case.decided_at))
}

/// What an appeal in a case is against: its decision, or what the authority decided in an appeal before it. The period is
/// that of the letter to whoever appeals.
async fn decision_against(
    tx: &Tx,
    key: &DataKey,
    case: &Case,
    earlier: &[Appeal],
    (appellant, known_since): (PartyId, Option<NaiveDate>),
) -> Result<Against, Failure> {
    let no_decision = IllegalTransition { from: case.status, attempted: Step::Appeal };
    let decided_at = decided_at(&**tx, key, case).await?.ok_or(no_decision)?;
    let appellant_named = named(case, appellant);
    let decided_at =
        rules::against(case.status, earlier, appellant_named, decided_at)?.unwrap_or(decided_at);
    let letter = letter::store::latest_appealable(&**tx, case.id, appellant).await?;
    // a letter from before told of another decision in the case
    let letter = letter.filter(|letter| letter.sent_at >= decided_at);
    if letter.is_none() && body_on(tx, key, case, oslo_date(decided_at)).await?.is_none() {
        return Err(Failure::new(
            Problem::ConditionsNotMet,
            "There is no appeal against this decision.",
        ));
    }
    Ok(Against {
        subject: case.id,
        outcome: case.outcome.clone().unwrap_or_default(),
        journal: case.id,
        decided_at,
        appellant: appellant_named,
        period: period(letter.as_ref(), known_since, decided_at)?,
    })
}

/// The period of whoever appeals: from when their letter reached them, or for somebody who got none from the day the decision
/// became known to them (forvaltningsloven § 29).
fn period(
    letter: Option<&Letter>,
    known_since: Option<NaiveDate>,
    decided_at: DateTime<Utc>,
) -> Result<Option<Deadline>, Failure> {
    let wrong = |code, detail| Failure::at("/knownSince", code, detail);
    match (letter, known_since) {
        (Some(_), Some(_)) => {
            let detail = "This party was told of the decision by letter, which sets off the time limit. Leave it out.";
            Err(wrong("not-applicable", detail))
        }
        (Some(letter), None) => appeal_period(letter),
        (None, Some(day)) if day < oslo_date(decided_at) => {
            Err(wrong("range", "Give a day that is not before the decision."))
        }
        (None, Some(day)) => {
            let noon = start_of_day(day) + TimeDelta::hours(12);
            Ok(Some(deadline(Timer::Appeal, noon.max(decided_at))?))
        }
        (None, None) => Ok(None),
    }
}
