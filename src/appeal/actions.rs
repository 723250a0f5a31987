//! What becomes of an appeal in a case. Each step is one transaction. How one comes in is in `lodging.rs`, what other parties
//! say to it in `comment.rs`, what goes to the appeal body in `forwarding.rs`, whether a decision waits for the appeal in
//! `deferral.rs`, and what letters would say in `preview.rs`.

pub mod comment;
pub mod deferral;
pub(crate) mod forwarding;
mod lodging;
pub mod preview;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    model::{Appeal, AppealStatus},
    rules, store,
};
use crate::{
    app::App,
    case::{
        actions::{
            after_appeal::{self, Followed, Reversal},
            decision_type,
            letters::{Correspondence, facts_of, right_of},
            lock_parties, locked, not_party, save,
        },
        lifecycle::Step,
        store::Case,
        wishes,
    },
    database::Tx,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    keys::DataKey,
    letter::{
        self,
        model::{AppealEffect, AppealFacts, AppealWay, Author, LetterKind},
        rules as letter_rules,
    },
    party::{self, model::Party},
    permit::kind,
    values::{
        appeal_body::{AppealBody, appeal_body},
        calendar::oslo_date,
        deadline::{Timer, deadline},
        ids::{CaseId, PartyId},
        language::Language,
    },
};
use forwarding::Forwarding;
pub use lodging::{Registered, lodge, lodge_with, may_appeal, register};

/// Who decides appeals against the decision of a case by the law of a day.
pub(crate) async fn body_on(
    tx: &Tx,
    key: &DataKey,
    case: &Case,
    day: NaiveDate,
) -> Result<Option<&'static AppealBody>, Failure> {
    let made = decision_type(&**tx, case, &case.application(key)?).await?;
    Ok(appeal_body(made, day))
}

/// What becomes of an appeal, as a caseworker writes it down.
#[derive(Debug, Clone)]
pub struct Ruling {
    /// Which appeal, where more than one waits.
    pub appeal: Option<Uuid>,
    /// What.
    pub outcome: AppealStatus,
    /// Grounds, the authority's statement, or the appeal body's grounds in short.
    pub grounds: String,
    /// Conditions that hold from now on.
    pub conditions: Option<Vec<String>>,
    /// The appeal body sends the application back instead of deciding it.
    pub sent_back: bool,
    /// Day and reference of the appeal body's decision.
    pub body_decision: Option<(NaiveDate, String)>,
}

/// Decides what becomes of an open appeal of a case. What changes the decision answers every other open appeal against it,
/// too: there is nothing left that they are against.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404, 412 or 409 as every step; 409 for one that is to be
/// forwarded while other parties may comment on it; 422 when the appeal is too late to be taken up, when it must be said which one is meant, or what follows cannot be carried out.
pub async fn decide(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    ruling: &Ruling,
) -> Result<(Case, Appeal), Failure> {
    let known = not_party(app, caller, id).await?;
    caller.needs_kind(known.kind)?;
    app.db()
        .write(|tx| async move {
            let parties = lock_parties(&tx, id).await?;
            let case = locked(&tx, Sight::All, id, version).await?;
            let key = party::store::data_key(&*tx, &app.keys(), case.applicant).await?;
            let appeals = store::of_case(&*tx, &key, id).await?;
            let open = rules::waiting_for(appeals, ruling.appeal, ruling.outcome)?;
            let rivals = wishes::actions::rivals(&*tx, &case).await?;
            for rival in &rivals {
                party::actions::refuse_own(app, caller, *rival).await?;
            }
            let step = Weighing { app, tx: &tx, caller, key: &key, ruling, rivals: &rivals };
            step.carry_out(case, open, parties).await
        })
        .await
}

/// One step in an appeal.
struct Weighing<'a> {
    app: &'a App,
    tx: &'a Tx,
    caller: &'a Caller,
    key: &'a DataKey,
    ruling: &'a Ruling,
    /// Who was drawn among with the case.
    rivals: &'a [PartyId],
}

impl Weighing<'_> {
    async fn carry_out(
        &self,
        mut case: Case,
        (mut appeal, mut others): (Appeal, Vec<Appeal>),
        parties: (Party, Option<Party>),
    ) -> Result<(Case, Appeal), Failure> {
        let (app, tx, ruling) = (self.app, self.tx, self.ruling);
        let reversal = Reversal {
            grounds: &ruling.grounds,
            conditions: ruling.conditions.as_deref(),
            is_whole: match ruling.outcome {
                AppealStatus::Annulled => true,
                // the authority may take back the whole of its decision, or its conditions
                AppealStatus::Reversed => ruling.conditions.is_none(),
                _ => false,
            },
            actor: &self.caller.subject,
        };
        let followed = match ruling.outcome {
            AppealStatus::Forwarded => return self.forward(case, appeal, &others).await,
            AppealStatus::Inadmissible | AppealStatus::Upheld => {
                // what waits for another appeal waits still
                let is_over = appeal.is_deferred() && !others.iter().any(Appeal::is_deferred);
                let again = is_over.then_some((ruling.grounds.as_str(), &*self.caller.subject));
                case.status = if others.is_empty() {
                    case.status.after(Step::Uphold)?
                } else {
                    rules::goes_on(case.status, &others)?
                };
                after_appeal::stand(app, tx, case, again).await?
            }
            AppealStatus::Annulled if ruling.sent_back => {
                after_appeal::take_up(app, tx, case, &parties.0).await?
            }
            AppealStatus::Reversed => {
                not_too_late(&appeal)?;
                after_appeal::reverse(app, tx, case, parties, &reversal).await?
            }
            AppealStatus::Changed | AppealStatus::Annulled => {
                after_appeal::reverse(app, tx, case, parties, &reversal).await?
            }
            AppealStatus::Received => {
                return Err(Failure::internal("an appeal is not received twice"));
            }
        };
        self.close(&mut appeal).await?;
        let mut answered = vec![appeal];
        if !matches!(ruling.outcome, AppealStatus::Inadmissible | AppealStatus::Upheld) {
            for mut other in others.drain(..) {
                self.close(&mut other).await?;
                answered.push(other);
            }
        }
        self.tell(&followed, &answered, &others).await?;
        Ok((followed.case, answered.swap_remove(0)))
    }

    /// An appeal ends with what was decided.
    async fn close(&self, appeal: &mut Appeal) -> Result<(), Failure> {
        appeal.status = self.ruling.outcome;
        appeal.grounds = Some(self.ruling.grounds.clone());
        appeal.body_decision.clone_from(&self.ruling.body_decision);
        appeal.closed = Some((self.tx.now(), self.caller.subject.clone()));
        store::update(self.tx, self.key, appeal).await
    }

    /// Sends the appeal to the body that decides appeals today, with the documents of the case.
    async fn forward(
        &self,
        mut case: Case,
        mut appeal: Appeal,
        others: &[Appeal],
    ) -> Result<(Case, Appeal), Failure> {
        let (app, tx) = (self.app, self.tx);
        not_too_late(&appeal)?;
        rules::heard(&appeal, oslo_date(tx.now()))?;
        let body = body_on(tx, self.key, &case, oslo_date(tx.now())).await?.ok_or_else(|| {
            Failure::new(Problem::ConditionsNotMet, "No body decides appeals against this today.")
        })?;
        case.status = rules::goes_on(case.status, others)?;
        appeal.status = AppealStatus::Forwarded;
        appeal.grounds = Some(self.ruling.grounds.clone());
        appeal.body = Some(body.code.to_owned());
        appeal.forwarded_at = Some(tx.now());
        store::update(tx, self.key, &appeal).await?;
        let number = case.display_number();
        let of = (case.id, number.as_str());
        let to = Correspondence::with(app, tx, &case, appellant_of(&case, &appeal)).await?;
        let documents = forwarding::documents_of(&**tx, of, to.language, None).await?;
        let about = |language| kind::any(case.kind).title(language).to_owned();
        let forwarding = Forwarding {
            app,
            tx,
            appeal: &appeal,
            body,
            case: of,
            key: self.key,
            appellant: &to.party,
            language: case.language,
            about: &about,
            statement: &self.ruling.grounds,
            actor: &self.caller.subject,
        };
        forwarding::send(&forwarding, None).await?;
        let told = (body, to.language);
        let facts = self.facts(&appeal, told, AppealEffect::None, AppealWay::Upheld);
        let title = "Appeal forwarded";
        let out = to.letter(LetterKind::AppealForwarded, title, &self.caller.subject, None);
        letter::actions::send(app, tx, out, |head| {
            letter_rules::appeal_forwarded(head, &facts, &documents)
        })
        .await?;
        Ok((save(tx, case).await?, appeal))
    }

    fn facts(
        &self,
        appeal: &Appeal,
        told: (&AppealBody, Language),
        effect: AppealEffect,
        way: AppealWay,
    ) -> AppealFacts {
        let said = (self.ruling.grounds.as_str(), self.caller.subject.as_str());
        AppealFacts {
            way,
            effect,
            conditions: self.ruling.conditions.clone().unwrap_or_default(),
            ..forwarded_facts(appeal, told, said)
        }
    }

    /// Tells how appeals went, the first of which this was decided for. What the authority decides itself can be appealed
    /// against.
    async fn tell(
        &self,
        followed: &Followed,
        answered: &[Appeal],
        going_on: &[Appeal],
    ) -> Result<(), Failure> {
        let (app, tx) = (self.app, self.tx);
        let Some(appeal) = answered.first() else { return Ok(()) };
        let Followed { case, permit, effect } = followed;
        let today = oslo_date(tx.now());
        let day = appeal.forwarded_at.map_or(today, oslo_date);
        let body = body_on(tx, self.key, case, day).await?.ok_or_else(|| {
            Failure::new(Problem::ConditionsNotMet, "No body decides appeals against this.")
        })?;
        let way = match appeal.status {
            AppealStatus::Inadmissible => AppealWay::Inadmissible,
            AppealStatus::Reversed => AppealWay::Reversed,
            AppealStatus::Changed => AppealWay::Changed,
            AppealStatus::Annulled => AppealWay::Annulled,
            AppealStatus::Received | AppealStatus::Forwarded | AppealStatus::Upheld => {
                AppealWay::Upheld
            }
        };
        if appeal.status.is_of_the_body() {
            forwarding::answered(tx, case.id, appeal, body, &self.caller.subject).await?;
        }
        let is_taken_up = *effect == AppealEffect::TakenUp;
        let can_be_appealed =
            matches!(way, AppealWay::Inadmissible | AppealWay::Reversed) && !is_taken_up;
        let title = match way {
            AppealWay::Inadmissible => "Appeal dismissed",
            AppealWay::Reversed => "Decision reversed after appeal",
            _ => "Decision of the appeal body",
        };
        let against = can_be_appealed.then_some(body);
        let said = self.ruling.conditions.as_deref().unwrap_or_default();
        let conditions: &[String] = match (effect, permit) {
            (AppealEffect::Ended | AppealEffect::Prevented, _) => &[],
            (AppealEffect::TakenBack | AppealEffect::NotTakenBack, Some(permit)) => {
                permit.conditions.as_slice()
            }
            _ => said,
        };
        let parties: Vec<PartyId> = case.parties().chain(self.rivals.iter().copied()).collect();
        for (party, appeal) in rules::told(&parties, answered, going_on) {
            let to = Correspondence::with(app, tx, case, party).await?;
            let facts = AppealFacts {
                permit: permit.as_ref().map(facts_of),
                appeal: can_be_appealed.then(|| right_of(body, to.language)),
                conditions: conditions.to_vec(),
                ..self.facts(appeal, (body, to.language), *effect, way)
            };
            let out = to.letter(LetterKind::AppealDecision, title, &self.caller.subject, against);
            letter::actions::send(app, tx, out, |head| letter_rules::appeal_decided(head, &facts))
                .await?;
        }
        Ok(())
    }
}

/// Who appeals in a case.
pub fn appellant_of(case: &Case, appeal: &Appeal) -> PartyId {
    appeal.appellant.unwrap_or(case.applicant)
}

/// What the party is told of an appeal that goes on to the appeal body.
fn forwarded_facts(
    appeal: &Appeal,
    (body, language): (&AppealBody, Language),
    (statement, who): (&str, &str),
) -> AppealFacts {
    AppealFacts {
        way: AppealWay::Upheld,
        effect: AppealEffect::None,
        received_on: oslo_date(appeal.received_at),
        decided_on: oslo_date(appeal.decision_at),
        body: body.name(language).to_owned(),
        body_decision: appeal.body_decision.clone(),
        permit: None,
        grounds: statement.to_owned(),
        conditions: Vec::new(),
        appeal: None,
        author: Author::Caseworker(who.to_owned()),
    }
}

/// Whether an appeal came more than a year after the decision, so that it must be dismissed (forvaltningsloven § 31).
fn is_too_late(appeal: &Appeal) -> Result<bool, Failure> {
    if appeal.in_time {
        return Ok(false);
    }
    Ok(deadline(Timer::LateAppealLimit, appeal.decision_at)?.is_over(appeal.received_at))
}

/// # Errors
/// 422 for an appeal that came more than a year after the decision.
pub(crate) fn not_too_late(appeal: &Appeal) -> Result<(), Failure> {
    if is_too_late(appeal)? {
        return Err(Failure::new(
            Problem::ConditionsNotMet,
            "The appeal came more than a year after the decision and must be dismissed (forvaltningsloven § 31).",
        ));
    }
    Ok(())
}

/// True where only the appeal body may suspend the effect of a decision.
pub(crate) fn by_body(body: &AppealBody) -> bool {
    right_of(body, Language::Bokmal).body_suspends
}
