//! Whether a decision waits until the appeal against it is decided (forvaltningsloven § 42): the appeal body's answer is
//! written down, or the authority's own where the law leaves it to the authority too. What follows for a permit is in
//! `case/actions/after_appeal.rs`; the party is written to in the same commit.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{appellant_of, body_on, by_body};
use crate::{
    app::App,
    appeal::{
        model::{Appeal, AppealStatus, DeferralAnswer},
        rules as appeal_rules, store,
    },
    case::{
        actions::{
            after_appeal,
            letters::{Correspondence, facts_of},
            lock_parties, locked, not_party, save,
        },
        store::Case,
    },
    database::Tx,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    keys::DataKey,
    letter::{
        self,
        model::{Author, DeferralFacts, LetterKind},
        rules::appeal as rules,
    },
    party,
    values::{appeal_body::AppealBody, calendar::oslo_date, ids::CaseId, language::Language},
};

/// How the journal names it.
pub(crate) const TITLE: &str = "Decision on deferred effect";

/// What was decided.
#[derive(Debug, Clone)]
pub struct Deferral {
    /// For which appeal, where more than one waits.
    pub appeal: Option<Uuid>,
    /// The decision waits.
    pub is_granted: bool,
    /// Grounds, or the appeal body's in short.
    pub grounds: String,
    /// Day and reference of the appeal body's answer.
    pub body_decision: Option<(NaiveDate, String)>,
}

/// Writes down whether the decision of a case waits for the open appeal.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404, 412 as every step; 409 when no appeal waits, or it was
/// answered; 422 when it is not the authority's to decide, or it must be said which appeal is meant.
pub async fn answer(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    deferral: &Deferral,
) -> Result<(Case, Appeal), Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            lock_parties(&tx, id).await?;
            let case = locked(&tx, Sight::All, id, version).await?;
            let key = party::store::data_key(&*tx, &app.keys(), case.applicant).await?;
            let appeals = store::of_case(&*tx, &key, id).await?;
            let appeal = appeal_rules::to_be_deferred(appeals, deferral.appeal)?;
            let day = appeal.forwarded_at.unwrap_or(tx.now());
            let body = body_on(&tx, &key, &case, oslo_date(day)).await?;
            let (appeal, by) = taken(&tx, (&key, appeal), body, deferral, caller).await?;
            let permit = if deferral.is_granted {
                after_appeal::wait(app, &tx, &case, &deferral.grounds, &caller.subject).await?
            } else {
                None
            };
            let to = Correspondence::with(app, &tx, &case, appellant_of(&case, &appeal)).await?;
            let facts = DeferralFacts {
                permit: permit.as_ref().map(facts_of),
                ..facts(&appeal, deferral, by.name(app, to.language), caller)
            };
            let out = to.letter(LetterKind::AppealDeferral, TITLE, &caller.subject, None);
            letter::actions::send(app, &tx, out, |head| rules::deferral(head, &facts)).await?;
            Ok((save(&tx, case).await?, appeal))
        })
        .await
}

/// Who decided.
pub(crate) enum By {
    /// The appeal body.
    Body(&'static AppealBody),
    /// The authority.
    Authority,
}

impl By {
    /// Its name in a language.
    pub(crate) fn name(&self, app: &App, language: Language) -> String {
        match self {
            By::Body(body) => body.name(language).to_owned(),
            By::Authority => app.settings().authority_name.clone(),
        }
    }
}

/// Writes the answer of an open appeal.
///
/// # Errors
/// 409 when it was answered; 422 when it is not the authority's to decide.
pub(crate) async fn taken(
    tx: &Tx,
    (key, mut appeal): (&DataKey, Appeal),
    body: Option<&'static AppealBody>,
    deferral: &Deferral,
    caller: &Caller,
) -> Result<(Appeal, By), Failure> {
    let refused = |text: &'static str| Failure::new(Problem::IllegalTransition, text);
    if appeal.deferral_answer.is_some() {
        return Err(refused("It has been decided already whether the decision waits."));
    }
    let body = body.ok_or_else(|| {
        Failure::new(Problem::ConditionsNotMet, "No body decides appeals against this.")
    })?;
    let is_with_body = appeal.status == AppealStatus::Forwarded;
    let by = match (&deferral.body_decision, is_with_body) {
        (Some(_), true) => By::Body(body),
        (Some(_), false) => {
            return Err(refused("The appeal body does not have the appeal. Forward it first."));
        }
        (None, _) if by_body(body) => {
            return Err(Failure::new(
                Problem::ConditionsNotMet,
                "Only the appeal body decides whether this decision waits (ekomloven § 18-3). Give the day and reference of its answer.",
            ));
        }
        (None, _) => By::Authority,
    };
    let answer = DeferralAnswer {
        is_granted: deferral.is_granted,
        grounds: deferral.grounds.clone(),
        body_decision: deferral.body_decision.clone(),
        recorded: (tx.now(), caller.subject.clone()),
    };
    store::deferral::insert(tx, key, appeal.id, &answer).await?;
    appeal.deferral_answer = Some(answer);
    Ok((appeal, by))
}

/// What the letter about it needs; nothing of a permit or a payment.
pub(crate) fn facts(
    appeal: &Appeal,
    deferral: &Deferral,
    by: String,
    caller: &Caller,
) -> DeferralFacts {
    DeferralFacts {
        received_on: oslo_date(appeal.received_at),
        decided_on: oslo_date(appeal.decision_at),
        is_granted: deferral.is_granted,
        by,
        body_decision: deferral.body_decision.clone(),
        permit: None,
        is_payment: false,
        grounds: deferral.grounds.clone(),
        author: Author::Caseworker(caller.subject.clone()),
    }
}
