//! Appeals against orders and fines, by the rules of `appeal/`: in time or late, dismissed, reversed, forwarded, and what
//! the appeal body decided. A decision that is reversed or annulled is as if it had never been; a fine that rests
//! on it goes with it.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Doing, decision, dossier, letters, may_act};
use crate::{
    app::App,
    appeal::{
        self,
        actions::{
            deferral::{self, Deferral, TITLE},
            forwarding::{self, Forwarding},
            not_too_late,
        },
        model::{Appeal, AppealStatus},
        receive::{Against, Came, Lodging, receive},
        rules::{to_be_deferred, waiting_for},
    },
    case::actions::letters::right_of,
    database::Tx,
    failure::{Failure, Problem},
    fee::invoice::{credit, model::Invoice},
    identity::{Caller, Sight},
    keys::DataKey,
    letter::{
        self,
        model::{AppealEffect, AppealFacts, AppealWay, Author, LetterKind},
        rules::{self as letter_rules, appeal as appeal_letters},
    },
    party,
    supervision::{
        model::{Act, Case, Deed, Standing},
        rules::fine::Accrued,
        store,
    },
    values::{
        appeal_body::AppealBody,
        calendar::oslo_date,
        deadline::{Timer, deadline},
        ids::{CaseId, LetterId},
    },
};

/// A decision as the respondent may see it.
pub struct Decision {
    /// Its case.
    pub case: Case,
    /// The decision.
    pub act: Act,
    /// Appeals against it.
    pub appeals: Vec<Appeal>,
    /// What the fine has come to.
    pub accrued: Option<Accrued>,
    /// The invoice of the fine, once it is final and charged.
    pub invoice: Option<Invoice>,
}

/// The decision with this id, for its respondent once they were told, and for staff who handle supervision.
///
/// # Errors
/// 404 for anybody else, which is logged.
pub async fn find(app: &App, caller: &Caller, id: Uuid) -> Result<Decision, Failure> {
    let connection = app.db().read();
    let case = store::case_of(connection, id).await?;
    let kept = store::find(connection, case).await?;
    let key = kept.key(&app.keys())?;
    let act = decision(&store::acts(connection, &key, case).await?, id)?;
    let is_respondent = match (party::actions::sight_of(app, caller).await?, kept.case.party) {
        (Sight::All | Sight::Kinds(_), Some(party)) => {
            party::actions::is_own(app, caller, party).await?
        }
        (Sight::Party(own), party) => party == Some(own),
        _ => false,
    };
    // what is only proposed is nothing the respondent has been told of, whatever else they are
    let may = if is_respondent { act.letter.is_some() } else { caller.handles_supervision() };
    if !may {
        caller.asked_for_others("supervision decision", id);
        return Err(Failure::not_found());
    }
    let appeals = appeal::store::of_case(connection, &key, CaseId(id)).await?;
    let today = oslo_date(app.clock().now());
    let accrued = dossier::accrued(&kept.case, &act, &appeals, today);
    let invoice =
        dossier::invoices_of(connection, std::slice::from_ref(&act)).await?.remove(&act.id);
    Ok(Decision { case: kept.case, act, appeals, accrued, invoice })
}

/// Whether an appeal against a decision can be taken now.
pub fn is_appealable(act: &Act, appeals: &[Appeal]) -> bool {
    act.deed.is_decision() && may_appeal(act, appeals.last()).is_ok()
}

/// The decision that a letter told of, when its reader may appeal against it now.
///
/// # Errors
/// When the database does not answer.
pub async fn appealable(app: &App, letter: LetterId) -> Result<Option<(Uuid, i32)>, Failure> {
    let connection = app.db().read();
    let Some((id, case)) = store::of_letter(connection, letter).await? else { return Ok(None) };
    let kept = store::find(connection, case).await?;
    let key = kept.key(&app.keys())?;
    let act = match decision(&store::acts(connection, &key, case).await?, id) {
        Ok(act) => act,
        Err(failure) if failure.problem() == Problem::NotFound => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let appeals = appeal::store::of_case(connection, &key, CaseId(id)).await?;
    let may = may_appeal(&act, appeals.last()).is_ok();
    Ok(may.then_some((id, kept.case.version)))
}

/// What the authority dismissed can be appealed against again; what is open, or the appeal body decided, cannot (§ 28).
fn may_appeal(act: &Act, last: Option<&Appeal>) -> Result<(), Failure> {
    let may = act.standing == Standing::InForce
        && last.is_none_or(|last| last.status == AppealStatus::Inadmissible);
    if may {
        return Ok(());
    }
    Err(Failure::new(
        Problem::IllegalTransition,
        "There is no appeal against this now: an appeal is open, or has been decided, or the decision does not hold.",
    ))
}

/// When what can be appealed against last was decided, and the letter that told of it reached its addressee: the decision, or the
/// dismissal of the last appeal against it.
pub(super) async fn told(
    tx: &Tx,
    case: &Case,
    act: &Act,
    last: Option<&Appeal>,
) -> Result<(DateTime<Utc>, Option<DateTime<Utc>>), Failure> {
    let Some(last) = last else {
        let decided = act.decided_at.ok_or_else(|| Failure::internal("a decision has no time"))?;
        let opened = match act.letter {
            Some(letter) => letter::store::find(&**tx, Sight::All, letter).await?.reached_at(),
            None => None,
        };
        return Ok((decided, opened));
    };
    // of an appeal that is open nothing follows yet
    let Some((decided, _)) = last.closed.as_ref() else { return Ok((last.received_at, None)) };
    let Some(party) = case.party else { return Ok((*decided, None)) };
    // a case has dismissals of several appeals, and of appeals against several decisions: the letter about this one was
    // written in the step that dismissed it, at the moment of that
    let what = (LetterKind::AppealDecision, *decided);
    let letters = letter::store::of_moment(&**tx, case.id, party, what).await?;
    let opened = letters.iter().map(|letter| letter.reached_at()).collect::<Option<Vec<_>>>();
    Ok((*decided, opened.and_then(|opened| opened.into_iter().max())))
}

/// Takes an appeal of the respondent.
///
/// # Errors
/// 404 for anybody else's decision, 412; 409 when there is no appeal now; 422 when it is late without a reason.
pub async fn lodge(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
    lodging: &Lodging<'_>,
) -> Result<(Case, Appeal), Failure> {
    let seen = find(app, caller, id).await?;
    let own = party::actions::own_sight_of(app, caller).await?;
    if seen.case.party.is_none_or(|party| own != Sight::Party(party)) {
        return Err(Failure::not_found());
    }
    let case = seen.case.id;
    app.db()
        .write(|tx| async move {
            let doing = Doing::new(app, &tx, case, version).await?;
            take(&tx, &caller.subject, doing, id, lodging, None).await
        })
        .await
}

/// Takes an appeal that came on paper, for the respondent. It is in time when it came in, or was posted, within the period.
///
/// # Errors
/// As [`lodge`]; 403 for the respondent; 422 for a day before the decision, or one that has not come.
pub async fn register(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
    lodging: &Lodging<'_>,
    came: Came,
) -> Result<(Case, Appeal), Failure> {
    let case = store::case_of(app.db().read(), id).await?;
    may_act(app, caller, case).await?;
    app.db()
        .write(|tx| async move {
            let doing = Doing::new(app, &tx, case, version).await?;
            take(&tx, &caller.subject, doing, id, lodging, Some(came)).await
        })
        .await
}

/// Takes an appeal into its locked case; it came in now, or on a day before.
async fn take(
    tx: &Tx,
    by: &str,
    doing: Doing,
    id: Uuid,
    lodging: &Lodging<'_>,
    came: Option<Came>,
) -> Result<(Case, Appeal), Failure> {
    let act = decision(&doing.acts, id)?;
    let earlier = appeal::store::of_case(&**tx, &doing.key, CaseId(id)).await?;
    may_appeal(&act, earlier.last())?;
    let (decided_at, reached) = told(tx, &doing.case, &act, earlier.last()).await?;
    let against = Against {
        subject: CaseId(id),
        outcome: act.deed.code().to_owned(),
        journal: doing.case.id,
        decided_at,
        appellant: None,
        period: reached.map(|at| deadline(Timer::Appeal, at)).transpose()?,
    };
    let appeal = receive(tx, &doing.key, by, against, lodging, came).await?;
    Ok((store::save(tx, doing.case).await?, appeal))
}

/// What is decided about an appeal.
#[derive(Debug)]
pub struct Ruling {
    /// What; `changed` is not among them: what the appeal body changes is annulled and decided anew.
    pub outcome: AppealStatus,
    /// Grounds, the authority's statement, or the appeal body's grounds in short.
    pub grounds: String,
    /// Day and reference of the appeal body's decision.
    pub body_decision: Option<(NaiveDate, String)>,
}

/// Decides what becomes of the open appeal against a decision.
///
/// # Errors
/// 403 for the respondent; 404, 412 or 409 as every step; 422 when the appeal is too late to be taken up.
pub async fn decide(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
    ruling: &Ruling,
) -> Result<(Case, Appeal), Failure> {
    let case = store::case_of(app.db().read(), id).await?;
    may_act(app, caller, case).await?;
    app.db()
        .write(|tx| async move {
            let falls_away =
                matches!(ruling.outcome, AppealStatus::Reversed | AppealStatus::Annulled);
            if falls_away {
                credit::before_fine_falls_away(&tx).await?;
            }
            let mut doing = Doing::new(app, &tx, case, version).await?;
            let act = decision(&doing.acts, id)?;
            let appeals = appeal::store::of_case(&*tx, &doing.key, CaseId(id)).await?;
            let (mut appeal, _) = waiting_for(appeals, None, ruling.outcome)?;
            appeal.grounds = Some(ruling.grounds.clone());
            appeal.body_decision.clone_from(&ruling.body_decision);
            if matches!(ruling.outcome, AppealStatus::Forwarded | AppealStatus::Reversed) {
                not_too_late(&appeal)?;
            }
            let day = appeal.forwarded_at.unwrap_or(tx.now());
            let body = letters::body_on(oslo_date(day))?;
            appeal.status = ruling.outcome;
            if ruling.outcome == AppealStatus::Forwarded {
                appeal.body = Some(body.code.to_owned());
                appeal.forwarded_at = Some(tx.now());
            } else {
                appeal.closed = Some((tx.now(), caller.subject.clone()));
            }
            appeal::store::update(&tx, &doing.key, &appeal).await?;
            if falls_away {
                annul(&tx, &mut doing, id).await?;
                let words = (ruling.grounds.as_str(), caller.subject.as_str());
                for act in doing.acts.iter().filter(|act| act.standing == Standing::Annulled) {
                    credit::fine_falls_away(app, &tx, act.id, words).await?;
                }
            }
            let party = doing.respondent()?;
            let to = letters::To { app, tx: &tx, case: &doing.case, party, caller };
            tell(&to, (&act, &doing.key), &appeal, ruling, body).await?;
            Ok((store::save(&tx, doing.case).await?, appeal))
        })
        .await
}

/// Writes down whether a decision waits for the open appeal against it. Nothing more is decided for breaking an order that
/// waits; a fine that waits does not run, as no fine does while an appeal is considered.
///
/// # Errors
/// 403 for the respondent; 404, 412 as every step; 409 when no appeal waits, or it was answered; 422 when it is not the
/// authority's to decide.
pub async fn defer(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
    what: &Deferral,
) -> Result<(Case, Appeal), Failure> {
    let case = store::case_of(app.db().read(), id).await?;
    may_act(app, caller, case).await?;
    app.db()
        .write(|tx| async move {
            let doing = Doing::new(app, &tx, case, version).await?;
            let act = decision(&doing.acts, id)?;
            let appeals = appeal::store::of_case(&*tx, &doing.key, CaseId(id)).await?;
            let appeal = to_be_deferred(appeals, what.appeal)?;
            let day = appeal.forwarded_at.unwrap_or(tx.now());
            let body = letters::body_on(oslo_date(day))?;
            let (appeal, by) =
                deferral::taken(&tx, (&doing.key, appeal), Some(body), what, caller).await?;
            let language = doing.case.language;
            let facts = deferral::facts(&appeal, what, by.name(app, language), caller);
            let party = doing.respondent()?;
            let to = letters::To { app, tx: &tx, case: &doing.case, party, caller };
            let (addressee, key) = to.addressee().await?;
            let name = letters::name_of(&act.deed, language);
            let about = (LetterKind::AppealDeferral, name, TITLE);
            let out = to.letter((&addressee, &key), about, None);
            letter::actions::send(app, &tx, out, |head| appeal_letters::deferral(head, &facts))
                .await?;
            Ok((store::save(&tx, doing.case).await?, appeal))
        })
        .await
}

/// Takes a decision back, and the fines that rest on it when no other order holds.
async fn annul(tx: &Tx, doing: &mut Doing, id: Uuid) -> Result<(), Failure> {
    for act in doing.acts.iter_mut().filter(|act| act.id == id) {
        act.standing = Standing::Annulled;
        store::save_act(tx, act).await?;
    }
    if super::rules::order_in_force(&doing.acts).is_none() {
        let rests = |act: &&mut Act| {
            matches!(act.deed, Deed::CoerciveFine { .. })
                && matches!(act.standing, Standing::InForce | Standing::Proposed)
        };
        for act in doing.acts.iter_mut().filter(rests) {
            act.standing =
                if act.signed_by.is_some() { Standing::Annulled } else { Standing::SentBack };
            store::save_act(tx, act).await?;
        }
    }
    doing.case.status = doing.case.status.by(&doing.acts);
    doing.case.due_on = None;
    Ok(())
}

async fn tell(
    to: &letters::To<'_>,
    (act, case_key): (&Act, &DataKey),
    appeal: &Appeal,
    ruling: &Ruling,
    body: &'static AppealBody,
) -> Result<(), Failure> {
    let language = to.case.language;
    let way = match appeal.status {
        AppealStatus::Inadmissible => AppealWay::Inadmissible,
        AppealStatus::Reversed => AppealWay::Reversed,
        AppealStatus::Annulled => AppealWay::Annulled,
        _ => AppealWay::Upheld,
    };
    let can_be_appealed = way == AppealWay::Inadmissible;
    let facts = AppealFacts {
        way,
        effect: AppealEffect::None,
        received_on: oslo_date(appeal.received_at),
        decided_on: oslo_date(appeal.decision_at),
        body: body.name(language).to_owned(),
        body_decision: appeal.body_decision.clone(),
        permit: None,
        grounds: ruling.grounds.clone(),
        conditions: Vec::new(),
        appeal: can_be_appealed.then(|| right_of(body, language)),
        author: Author::Caseworker(to.caller.subject.clone()),
    };
    let (addressee, key) = to.addressee().await?;
    let name = letters::name_of(&act.deed, language);
    if appeal.status == AppealStatus::Forwarded {
        let number = to.case.display_number();
        let of = (to.case.id, number.as_str());
        let documents = forwarding::documents_of(&**to.tx, of, language, None).await?;
        let about = |language| letters::name_of(&act.deed, language).to_owned();
        let forwarding = Forwarding {
            app: to.app,
            tx: to.tx,
            appeal,
            body,
            case: of,
            key: case_key,
            appellant: &addressee,
            language,
            about: &about,
            statement: &ruling.grounds,
            actor: &to.caller.subject,
        };
        forwarding::send(&forwarding, None).await?;
        let what = (LetterKind::AppealForwarded, name, "Appeal forwarded");
        let out = to.letter((&addressee, &key), what, None);
        letter::actions::send(to.app, to.tx, out, |head| {
            letter_rules::appeal_forwarded(head, &facts, &documents)
        })
        .await?;
        return Ok(());
    }
    if appeal.status.is_of_the_body() {
        forwarding::answered(to.tx, to.case.id, appeal, body, &to.caller.subject).await?;
    }
    let title = match way {
        AppealWay::Inadmissible => "Appeal dismissed",
        AppealWay::Reversed => "Decision reversed after appeal",
        _ => "Decision of the appeal body",
    };
    let against = can_be_appealed.then_some(body);
    let out = to.letter((&addressee, &key), (LetterKind::AppealDecision, name, title), against);
    letter::actions::send(to.app, to.tx, out, |head| letter_rules::appeal_decided(head, &facts))
        .await?;
    Ok(())
}
