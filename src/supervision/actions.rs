//! What can be done in a supervision case. Each function opens one transaction, writes the journal, and sends the letter
//! where the respondent is to be told. Fines and their second signature are in `fines.rs`, what becomes of final ones in
//! `charging.rs`, appeals in `appeals.rs`, how a case begins in `opening.rs`.

pub mod appeals;
pub mod charging;
pub mod comment;
pub mod dossier;
pub mod fines;
mod letters;
pub mod opening;

pub use opening::{identify, may_open, open, open_in};

use std::borrow::Cow;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    lifecycle::{Status, Step},
    model::{Act, Case, Deed, Measurement, Outcome, Standing},
    rules::{self, OrderFlaw},
    store::{self, Kept},
};
use crate::{
    app::App,
    appeal,
    database::Tx,
    failure::{Failure, Problem},
    identity::{Caller, SupervisionSight},
    journal::{self, Direction},
    keys::DataKey,
    letter::rules::supervision::Ending,
    notification::email::actions as email,
    party,
    values::{
        calendar::oslo_date,
        ids::{CaseId, PartyId, fresh},
    },
};

fn refused(case: &Case, what: &str) -> Failure {
    Failure::new(
        Problem::IllegalTransition,
        format!(
            "The supervision case is in the state {}, in which it cannot be {what}. Read it again to see what can be done.",
            case.status.code()
        ),
    )
}

/// Nobody handles a case that is directed at them, or at an organisation they act for.
///
/// # Errors
/// 403.
async fn not_respondent(app: &App, caller: &Caller, party: Option<PartyId>) -> Result<(), Failure> {
    match party {
        Some(party) => party::actions::refuse_own(app, caller, party).await,
        None => Ok(()),
    }
}

/// Makes sure that the caller may act in a case.
///
/// # Errors
/// 404; 403 for a caseworker who is the respondent.
pub async fn may_act(app: &App, caller: &Caller, id: CaseId) -> Result<(), Failure> {
    let kept = store::find(app.db().read(), id).await?;
    not_respondent(app, caller, kept.case.party).await
}

/// Makes sure that the caller may read a case as staff: nobody reads what is gathered against them, or against an
/// organisation they act for.
///
/// # Errors
/// 404, which is logged.
pub async fn may_see(app: &App, caller: &Caller, case: CaseId) -> Result<(), Failure> {
    let sight = party::actions::supervision_sight(app, caller).await?;
    if store::is_hidden(app.db().read(), &sight, case).await? {
        caller.asked_for_others("supervision case", case);
        return Err(Failure::not_found());
    }
    Ok(())
}

/// The parties whose cases the caller may not see, for lists.
///
/// # Errors
/// 404 for whoever does not handle supervision.
pub async fn own(app: &App, caller: &Caller) -> Result<Vec<PartyId>, Failure> {
    match party::actions::supervision_sight(app, caller).await? {
        SupervisionSight::AllBut(own) => Ok(own),
        SupervisionSight::Nothing => Err(Failure::not_found()),
    }
}

/// A locked case of the version that was read.
async fn locked(tx: &Tx, id: CaseId, version: i32) -> Result<Kept, Failure> {
    let kept = store::lock(tx, id).await?;
    if kept.case.version != version {
        return Err(Failure::stale());
    }
    Ok(kept)
}

/// A locked, open case whose version grows because something was put to it.
///
/// # Errors
/// 404; 409 when it is closed.
pub async fn touch_open(tx: &Tx, id: CaseId) -> Result<Case, Failure> {
    let case = store::lock(tx, id).await?.case;
    if case.status.after(Step::Record).is_none() {
        return Err(refused(&case, "changed"));
    }
    store::save(tx, case).await
}

/// A case in which something is about to be done.
struct Doing {
    case: Case,
    key: DataKey,
    acts: Vec<Act>,
}

impl Doing {
    async fn new(app: &App, tx: &Tx, id: CaseId, version: i32) -> Result<Self, Failure> {
        let kept = locked(tx, id, version).await?;
        let key = kept.key(&app.keys())?;
        let acts = store::acts(&**tx, &key, id).await?;
        Ok(Self { case: kept.case, key, acts })
    }

    fn step(&mut self, step: Step, what: &str) -> Result<(), Failure> {
        self.case.status = self.case.status.after(step).ok_or_else(|| refused(&self.case, what))?;
        Ok(())
    }

    fn respondent(&self) -> Result<PartyId, Failure> {
        self.case.party.ok_or_else(|| {
            Failure::new(
                Problem::ConditionsNotMet,
                "It is not known whom the case is directed at. Say that first.",
            )
        })
    }

    fn act(&self, tx: &Tx, caller: &Caller, deed: Deed, due_on: Option<NaiveDate>) -> Act {
        Act {
            id: fresh(tx.now()),
            case: self.case.id,
            deed,
            standing: Standing::Recorded,
            actor: caller.subject.clone(),
            signed_by: None,
            letter: None,
            due_on,
            made_at: tx.now(),
            decided_at: None,
        }
    }
}

/// Gives a case to a caseworker.
///
/// # Errors
/// 404, 412; 409 when it is closed; 403 for the respondent.
pub async fn assign(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    assignee: &str,
) -> Result<Case, Failure> {
    may_act(app, caller, id).await?;
    app.db()
        .write(|tx| async move {
            let mut case = locked(&tx, id, version).await?.case;
            if case.status.after(Step::Record).is_none() {
                return Err(refused(&case, "assigned"));
            }
            assignee.clone_into(&mut case.assignee);
            let title = "Supervision case assigned";
            journal::add(&tx, id, Direction::Internal, title, &caller.subject).await?;
            store::save(&tx, case).await
        })
        .await
}

/// Writes down a measurement.
///
/// # Errors
/// 404, 412; 409 when the case is closed; 403 for the respondent.
pub async fn measure(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    measurement: &Measurement,
) -> Result<Case, Failure> {
    let deed = Deed::Measurement(measurement.clone());
    record(app, caller, id, version, (deed, "Measurement recorded", Direction::Internal)).await
}

/// Writes down what the respondent said, or a note.
///
/// # Errors
/// As [`measure`].
pub async fn remark(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    (from_respondent, text): (bool, &str),
) -> Result<Case, Failure> {
    let deed = Deed::Remark { from_respondent, text: text.to_owned() };
    let (title, direction) = if from_respondent {
        ("Remark of the respondent", Direction::In)
    } else {
        ("Note", Direction::Internal)
    };
    record(app, caller, id, version, (deed, title, direction)).await
}

async fn record(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    (deed, title, direction): (Deed, &str, Direction),
) -> Result<Case, Failure> {
    may_act(app, caller, id).await?;
    let deed = &deed;
    app.db()
        .write(|tx| async move {
            let mut doing = Doing::new(app, &tx, id, version).await?;
            doing.step(Step::Record, "changed")?;
            let act = doing.act(&tx, caller, deed.clone(), None);
            store::add_act(&tx, &doing.key, &act).await?;
            journal::add(&tx, id, direction, title, &caller.subject).await?;
            store::save(&tx, doing.case).await
        })
        .await
}

/// Tells the respondent what is considered (forvaltningsloven § 16).
///
/// # Errors
/// 404, 412, 409 as every step; 422 when nobody knows whom to tell; 403 for the respondent.
pub async fn notify(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    (text, due_on): (&str, NaiveDate),
) -> Result<Case, Failure> {
    may_act(app, caller, id).await?;
    app.db()
        .write(|tx| async move {
            let mut doing = Doing::new(app, &tx, id, version).await?;
            doing.step(Step::Notify, "given notice of")?;
            let respondent = doing.respondent()?;
            let deed = Deed::Notice { text: text.to_owned() };
            let mut act = doing.act(&tx, caller, deed, Some(due_on));
            let to = letters::To { app, tx: &tx, case: &doing.case, party: respondent, caller };
            let letter = letters::notice(&to, text, due_on).await?;
            act.letter = Some(letter);
            email::comment_asked(app, &tx, letter, respondent, due_on).await?;
            store::add_act(&tx, &doing.key, &act).await?;
            doing.case.due_on = Some(due_on);
            store::save(&tx, doing.case).await
        })
        .await
}

/// An order on its way.
#[derive(Debug)]
pub struct NewOrder {
    /// What is to be done.
    pub text: String,
    /// Why.
    pub grounds: String,
    /// Why no notice came before it.
    pub without_notice: Option<String>,
    /// By when it is to be done.
    pub due_on: NaiveDate,
}

/// Orders something.
///
/// # Errors
/// 404, 412, 409 as every step; 422 when no notice came before it and no reason is given, or while the respondent
/// may still comment; 403 for the respondent.
pub async fn order(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    new: &NewOrder,
) -> Result<Case, Failure> {
    may_act(app, caller, id).await?;
    app.db()
        .write(|tx| async move {
            let mut doing = Doing::new(app, &tx, id, version).await?;
            doing.step(Step::Order, "decided on")?;
            let respondent = doing.respondent()?;
            let today = oslo_date(tx.now());
            rules::may_order(&doing.acts, today, new.without_notice.is_some()).map_err(not_yet)?;
            let deed = Deed::Order {
                text: new.text.clone(),
                grounds: new.grounds.clone(),
                without_notice: new.without_notice.clone(),
            };
            let mut act = doing.act(&tx, caller, deed, Some(new.due_on));
            act.standing = Standing::InForce;
            act.decided_at = Some(tx.now());
            let to = letters::To { app, tx: &tx, case: &doing.case, party: respondent, caller };
            act.letter = Some(letters::order(&to, new).await?);
            store::add_act(&tx, &doing.key, &act).await?;
            doing.case.due_on = Some(new.due_on);
            store::save(&tx, doing.case).await
        })
        .await
}

fn not_yet(flaw: OrderFlaw) -> Failure {
    let detail = match flaw {
        OrderFlaw::NoNotice => Cow::from(
            "The respondent was given no notice (forvaltningsloven § 16). Give notice first, or say why there is none.",
        ),
        OrderFlaw::MayComment(day) => {
            format!("The respondent may comment until {day}. Wait, or say why it cannot wait.")
                .into()
        }
    };
    Failure::at("/withoutNotice", "missing", detail)
}

/// Writes down that what was wrong is corrected. Fines stop on that day.
///
/// # Errors
/// 404, 412, 409 as every step; 409 while a fine waits for its signature; 403 for the respondent.
pub async fn correct(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    (corrected_on, text): (NaiveDate, &str),
) -> Result<Case, Failure> {
    may_act(app, caller, id).await?;
    app.db()
        .write(|tx| async move {
            let mut doing = Doing::new(app, &tx, id, version).await?;
            doing.step(Step::Correct, "corrected")?;
            nothing_proposed(&doing)?;
            let deed = Deed::Remark { from_respondent: false, text: text.to_owned() };
            let act = doing.act(&tx, caller, deed, None);
            store::add_act(&tx, &doing.key, &act).await?;
            doing.case.corrected_on = Some(corrected_on);
            doing.case.due_on = None;
            journal::add(&tx, id, Direction::Internal, "Breach corrected", &caller.subject).await?;
            store::save(&tx, doing.case).await
        })
        .await
}

fn nothing_proposed(doing: &Doing) -> Result<(), Failure> {
    if doing.acts.iter().any(|act| act.standing == Standing::Proposed) {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "A coercive fine waits for its second signature. It must be signed or sent back first.",
        ));
    }
    Ok(())
}

/// Closes a case. The respondent is written to, where they were told of it before.
///
/// # Errors
/// 404, 412, 409 as every step; 409 while a fine waits for its signature or an appeal is open, and for `corrected`
/// before it was written down; 403 for the respondent.
pub async fn close(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    (outcome, text): (Outcome, &str),
) -> Result<Case, Failure> {
    may_act(app, caller, id).await?;
    app.db()
        .write(|tx| async move {
            let mut doing = Doing::new(app, &tx, id, version).await?;
            nothing_proposed(&doing)?;
            if (outcome == Outcome::Corrected) != (doing.case.status == Status::Corrected) {
                return Err(refused(&doing.case, "closed with this outcome"));
            }
            for act in doing.acts.iter().filter(|act| act.deed.is_decision()) {
                let appeals = appeal::store::of_case(&*tx, &doing.key, CaseId(act.id)).await?;
                if appeals.iter().any(|appeal| appeal.status.is_open()) {
                    return Err(Failure::new(
                        Problem::IllegalTransition,
                        "An appeal in this case is open. It must be decided first.",
                    ));
                }
            }
            doing.step(Step::Close, "closed")?;
            doing.case.outcome = Some(outcome);
            doing.case.due_on = None;
            doing.case.closed_at = Some(tx.now());
            let is_told = doing.acts.iter().any(|act| act.letter.is_some());
            let ending = match (outcome, doing.case.corrected_on) {
                (Outcome::Corrected, Some(day)) => Ending::Corrected(day),
                (Outcome::NoBreach, _) => Ending::NoBreach,
                _ => Ending::Discontinued,
            };
            match doing.case.party.filter(|_| is_told) {
                Some(party) => {
                    let accrued = dossier::accrued_in(&*tx, &doing, oslo_date(tx.now())).await?;
                    let to = letters::To { app, tx: &tx, case: &doing.case, party, caller };
                    letters::closed(&to, ending, text, accrued).await?;
                }
                None => {
                    let title = "Supervision case closed";
                    journal::add(&tx, id, Direction::Internal, title, &caller.subject).await?;
                }
            }
            let deed = Deed::Remark { from_respondent: false, text: text.to_owned() };
            let act = doing.act(&tx, caller, deed, None);
            store::add_act(&tx, &doing.key, &act).await?;
            store::save(&tx, doing.case).await
        })
        .await
}

/// The decision with this id among what was done.
fn decision(acts: &[Act], id: Uuid) -> Result<Act, Failure> {
    let found = acts.iter().find(|act| act.id == id && act.deed.is_decision());
    found.cloned().ok_or_else(Failure::not_found)
}
