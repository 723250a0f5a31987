//! Taking an appeal, and what becomes of it. Each is one transaction. What goes to the appeal body is in
//! `forwarding.rs`, whether a decision waits for the appeal in `deferral.rs`.

pub mod deferral;
pub(crate) mod forwarding;

use chrono::NaiveDate;

use super::{
    model::{Appeal, AppealStatus},
    receive::{Against, Lodging, receive},
    store,
};
use crate::{
    app::App,
    case::{
        actions::{
            after_appeal::{self, Followed, Reversal},
            decision_type,
            dossier::dossier,
            letters::{Correspondence, facts_of, right_of},
            lock_parties, locked, not_party, preview, save,
        },
        lifecycle::{Status, Step},
        store::{self as case_store, Case},
    },
    database::Tx,
    document::Document,
    failure::{Failure, Problem},
    identity::{Caller, Sight},
    keys::DataKey,
    letter::{
        self,
        actions::appeal_period,
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
            if case.version != version {
                return Err(Failure::stale());
            }
            let appellant = match sight {
                Sight::Party(party) => party,
                Sight::All | Sight::Kinds(_) | Sight::Nothing => case.applicant,
            };
            let by = (caller.subject.as_str(), appellant);
            let taken = take(app, &tx, by, case, lodging, None).await?;
            more(tx.clone()).await?;
            Ok(taken)
        })
        .await
}

/// Takes an appeal that came on paper, for the applicant. The period is reckoned from the day it came in.
///
/// # Errors
/// As [`lodge`]; 403 for a caseworker who is party or may not decide the kind; 422 for a day before the decision,
/// or one that has not come.
pub async fn register(
    app: &App,
    caller: &Caller,
    id: CaseId,
    version: i32,
    lodging: &Lodging<'_>,
    received_on: NaiveDate,
) -> Result<(Case, Appeal), Failure> {
    caller.needs_kind(not_party(app, caller, id).await?.kind)?;
    app.db()
        .write(|tx| async move {
            let case = locked(&tx, Sight::All, id, version).await?;
            let by = (caller.subject.as_str(), case.applicant);
            take(app, &tx, by, case, lodging, Some(received_on)).await
        })
        .await
}

/// Takes an appeal into its locked case.
async fn take(
    app: &App,
    tx: &Tx,
    (by, appellant): (&str, PartyId),
    mut case: Case,
    lodging: &Lodging<'_>,
    received_on: Option<NaiveDate>,
) -> Result<(Case, Appeal), Failure> {
    let key = party::store::data_key(&**tx, &app.keys(), case.applicant).await?;
    let earlier = store::of_case(&**tx, &key, case.id).await?;
    may_appeal(&case, earlier.last())?;
    let against = decision_against(tx, &key, &case, earlier.last(), appellant).await?;
    case.status = case.status.after(Step::Appeal)?;
    let appeal = receive(tx, &key, by, against, lodging, received_on).await?;
    Ok((save(tx, case).await?, appeal))
}

/// What the authority itself decided in an appeal can be appealed against; what the appeal body decided
/// cannot (§ 28).
fn may_appeal(case: &Case, last: Option<&Appeal>) -> Result<(), Failure> {
    let is_after_appeal = matches!(case.status, Status::Upheld | Status::Reversed);
    let of_authority = [AppealStatus::Inadmissible, AppealStatus::Reversed];
    if is_after_appeal && !last.is_some_and(|last| of_authority.contains(&last.status)) {
        return Err(Failure::new(
            Problem::IllegalTransition,
            "The appeal body has decided. There is no further appeal.",
        ));
    }
    Ok(())
}

/// What an appeal in a case is against: its decision, or what the authority decided in the last appeal. The period is
/// that of the letter to whoever appeals.
async fn decision_against(
    tx: &Tx,
    key: &DataKey,
    case: &Case,
    last: Option<&Appeal>,
    appellant: PartyId,
) -> Result<Against, Failure> {
    let decided_at = match last.and_then(|last| last.closed.as_ref()) {
        Some((at, _)) if matches!(case.status, Status::Upheld | Status::Reversed) => *at,
        _ => case_store::decision_of(&**tx, key, case.id)
            .await?
            .map(|decision| decision.decided_at)
            .or(case.decided_at)
            .ok_or_else(|| Failure::from(no_decision(case)))?,
    };
    let letter = letter::store::latest_appealable(&**tx, case.id, appellant).await?;
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
        appellant: Some(appellant).filter(|party| *party != case.applicant),
        period: letter.as_ref().map(appeal_period).transpose()?.flatten(),
    })
}

const fn no_decision(case: &Case) -> crate::case::lifecycle::IllegalTransition {
    crate::case::lifecycle::IllegalTransition { from: case.status, attempted: Step::Appeal }
}

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

/// Decides what becomes of the open appeal of a case.
///
/// # Errors
/// 403 for a caseworker who is party or may not decide the kind; 404, 412 or 409 as every step; 422 when
/// the appeal is too late to be taken up, or what follows cannot be carried out.
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
            let appeal = open_appeal(&tx, &key, &case, ruling).await?;
            let step = Weighing { app, tx: &tx, caller, key: &key, ruling };
            step.carry_out(case, appeal, parties).await
        })
        .await
}

async fn open_appeal(
    tx: &Tx,
    key: &DataKey,
    case: &Case,
    ruling: &Ruling,
) -> Result<Appeal, Failure> {
    waiting_for(store::of_case(&**tx, key, case.id).await?, ruling.outcome)
}

/// The open one of some appeals, if an outcome may be decided for it.
///
/// # Errors
/// 409 when none is open, or when the outcome is not of whom it lies with.
pub(crate) fn waiting_for(appeals: Vec<Appeal>, outcome: AppealStatus) -> Result<Appeal, Failure> {
    let open = appeals.into_iter().next_back().filter(|appeal| appeal.status.is_open());
    let appeal = open
        .ok_or_else(|| Failure::new(Problem::IllegalTransition, "No appeal waits in this case."))?;
    let is_with_body = appeal.status == AppealStatus::Forwarded;
    if is_with_body != outcome.is_of_the_body() {
        let detail = if is_with_body {
            "The appeal lies with the appeal body: write down whether it upheld, changed or annulled the decision."
        } else {
            "The appeal body does not have the appeal: dismiss it as inadmissible, reverse the decision, or forward it."
        };
        return Err(Failure::new(Problem::IllegalTransition, detail));
    }
    Ok(appeal)
}

/// One step in an appeal.
struct Weighing<'a> {
    app: &'a App,
    tx: &'a Tx,
    caller: &'a Caller,
    key: &'a DataKey,
    ruling: &'a Ruling,
}

impl Weighing<'_> {
    async fn carry_out(
        &self,
        case: Case,
        mut appeal: Appeal,
        parties: (Party, Option<Party>),
    ) -> Result<(Case, Appeal), Failure> {
        let (app, tx, ruling) = (self.app, self.tx, self.ruling);
        appeal.grounds = Some(ruling.grounds.clone());
        appeal.body_decision.clone_from(&ruling.body_decision);
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
            AppealStatus::Forwarded => return self.forward(case, appeal).await,
            AppealStatus::Inadmissible | AppealStatus::Upheld => {
                let waited = appeal.deferral_answer.as_ref().is_some_and(|one| one.is_granted);
                let again = waited.then_some((ruling.grounds.as_str(), &*self.caller.subject));
                after_appeal::uphold(app, tx, case, again).await?
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
        appeal.status = ruling.outcome;
        appeal.closed = Some((tx.now(), self.caller.subject.clone()));
        store::update(tx, self.key, &appeal).await?;
        self.tell(&followed, &appeal).await?;
        Ok((followed.case, appeal))
    }

    /// Sends the appeal to the body that decides appeals today, with the documents of the case.
    async fn forward(&self, mut case: Case, mut appeal: Appeal) -> Result<(Case, Appeal), Failure> {
        let (app, tx) = (self.app, self.tx);
        not_too_late(&appeal)?;
        let body = body_on(tx, self.key, &case, oslo_date(tx.now())).await?.ok_or_else(|| {
            Failure::new(Problem::ConditionsNotMet, "No body decides appeals against this today.")
        })?;
        case.status = case.status.after(Step::Forward)?;
        appeal.status = AppealStatus::Forwarded;
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

    /// Tells every party to the case how the appeal went. What the authority decides itself can be appealed against.
    async fn tell(&self, followed: &Followed, appeal: &Appeal) -> Result<(), Failure> {
        let (app, tx) = (self.app, self.tx);
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
            (AppealEffect::Ended, _) => &[],
            (AppealEffect::TakenBack, Some(permit)) => permit.conditions.as_slice(),
            _ => said,
        };
        for party in [Some(case.applicant), case.new_holder()].into_iter().flatten() {
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

/// What the party would be told if the open appeal of a case went on to the appeal body with this statement. Nothing is
/// written.
///
/// # Errors
/// 403 for a caseworker who is party or may not handle the kind; 404; 409 when no appeal waits for the authority; 422 when
/// nobody decides appeals against the decision.
pub async fn preview_forwarding(
    app: &App,
    caller: &Caller,
    id: CaseId,
    statement: &str,
) -> Result<Document, Failure> {
    let known = dossier(app, caller, id).await?;
    let connection = app.db().read();
    let case = &known.case;
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let appeals = store::of_case(connection, &key, id).await?;
    let appeal = waiting_for(appeals, AppealStatus::Forwarded)?;
    let today = oslo_date(app.clock().now());
    let body = appeal_body(known.decision_type, today).ok_or_else(|| {
        Failure::new(Problem::ConditionsNotMet, "No body decides appeals against this today.")
    })?;
    let number = case.display_number();
    let of = (id, number.as_str());
    let to = party::store::get(connection, appellant_of(case, &appeal)).await?;
    let language = case.language_of(&to);
    let documents = forwarding::documents_of(connection, of, language, None).await?;
    let facts = forwarded_facts(&appeal, (body, language), (statement, &caller.subject));
    let head = preview::heading_to(app, case, &to, language);
    Ok(preview::marked(letter_rules::appeal_forwarded(&head, &facts, &documents), app))
}

/// # Errors
/// 422 for an appeal that came more than a year after the decision.
pub(crate) fn not_too_late(appeal: &Appeal) -> Result<(), Failure> {
    if appeal.in_time {
        return Ok(());
    }
    let limit = deadline(Timer::LateAppealLimit, appeal.decision_at)?;
    if limit.is_over(appeal.received_at) {
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
