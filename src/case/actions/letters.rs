//! The letters of a case: each is written in the transaction of the step it tells of.

use chrono::{NaiveDate, TimeDelta};

use super::super::{
    model::Purpose,
    store::{self, Case, Decision},
};
pub(crate) use crate::letter::actions::right_of;

use super::{AUTOMATIC, decision_type, hearing::Notice, time_limit::Change};
use crate::{
    app::App,
    database::Tx,
    document::Document,
    failure::Failure,
    identity::{Caller, Sight},
    keys::DataKey,
    letter::{
        self,
        actions::{Outgoing, cite},
        model::{Author, DecisionFacts, Head, LetterKind, Matter, PermitFacts, Way},
        rules::{self, Closing, NewTimeLimit, Pending},
        store::post,
    },
    notification::email::actions as email,
    party::{self, model::Party},
    permit::{
        self,
        kind::{self, Reason},
        model::Permit,
    },
    values::{
        appeal_body::{AppealBody, DecisionType, appeal_basis, appeal_body},
        calendar::oslo_date,
        call_sign::CallSign,
        deadline::rule_on,
        ids::{CaseId, PartyId, PermitId},
        language::Language,
        reminder::Reminder,
    },
};

/// Cases answered provisionally in one run.
const BATCH: u64 = 50;

/// A case and its addressee, as every letter needs them.
pub(crate) struct Correspondence<'a> {
    /// The case.
    pub case: &'a Case,
    /// Who is written to.
    pub party: Party,
    /// Their data key.
    pub key: DataKey,
    /// Language they are written to in.
    pub language: Language,
}

impl<'a> Correspondence<'a> {
    /// With a party to the case.
    pub(crate) async fn with(
        app: &App,
        tx: &Tx,
        case: &'a Case,
        party: PartyId,
    ) -> Result<Self, Failure> {
        let key = party::store::data_key(&**tx, &app.keys(), party).await?;
        let party = party::store::get(&**tx, party).await?;
        let language = case.language_of(&party);
        Ok(Self { case, party, key, language })
    }

    /// A letter to that party.
    pub(crate) fn letter<'b>(
        &'b self,
        kind: LetterKind,
        title: &'b str,
        actor: &'b str,
        appeal: Option<&'static AppealBody>,
    ) -> Outgoing<'b> {
        Outgoing {
            kind,
            case: self.case.id,
            case_number: self.case.display_number(),
            addressee: &self.party,
            key: &self.key,
            language: self.language,
            kind_title: kind::any(self.case.kind).title(self.language),
            title,
            actor,
            appeal,
        }
    }
}

/// What a case is about, as letters name it.
fn matter(case: &Case) -> Matter {
    matter_of(case.purpose, case.is_of_authority())
}

/// The same of what a case is for, and whether it is of the authority's own motion.
pub(super) const fn matter_of(purpose: Purpose, is_of_authority: bool) -> Matter {
    match purpose {
        Purpose::New => Matter::New,
        Purpose::Amendment if is_of_authority => Matter::Amended,
        Purpose::Amendment => Matter::Amendment,
        Purpose::Renewal => Matter::Renewal,
        Purpose::Transfer => Matter::Transfer,
        Purpose::Suspension => Matter::Suspended,
        Purpose::Reinstatement => Matter::Reinstated,
        Purpose::Revocation => Matter::Revoked,
    }
}

/// What letters tell of a permit.
pub(crate) fn facts_of(permit: &Permit) -> PermitFacts {
    PermitFacts {
        number: permit.number.clone(),
        call_sign: permit.call_sign.map(|sign| sign.to_string()),
        valid_from: permit.validity.from(),
        valid_until: permit.validity.until(),
    }
}

async fn permit_of(tx: &Tx, id: Option<PermitId>) -> Result<Option<Permit>, Failure> {
    match id {
        Some(id) => permit::store::find(&**tx, Sight::All, id).await.map(Some),
        None => Ok(None),
    }
}

/// Who writes, as letters name them.
pub(crate) fn author(who: &str) -> Author {
    if who == AUTOMATIC { Author::Rules } else { Author::Caseworker(who.to_owned()) }
}

/// Tells everybody who is party to a case of its decision (forvaltningsloven § 27).
pub(super) async fn decision(
    app: &App,
    tx: &Tx,
    case: &Case,
    permit: Option<PermitId>,
    decided: &Decision,
) -> Result<(), Failure> {
    let to = Correspondence::with(app, tx, case, case.applicant).await?;
    let permit = permit_of(tx, permit).await?;
    let made = match &permit {
        Some(permit) => kind::any(case.kind).decision(&permit.details),
        None => decision_type(&**tx, case, &case.application(&to.key)?).await?,
    };
    send_decision(app, tx, &to, (permit.as_ref(), made), decided).await?;
    if let Some(receiver) = case.new_holder() {
        let to = Correspondence::with(app, tx, case, receiver).await?;
        send_decision(app, tx, &to, (permit.as_ref(), made), decided).await?;
    }
    Ok(())
}

/// What the letter about a decision tells in a language, and who decides an appeal.
pub(super) fn decision_facts(
    case: &Case,
    permit: Option<PermitFacts>,
    made: DecisionType,
    decided: &Decision,
    language: Language,
) -> Result<(DecisionFacts, Option<&'static AppealBody>), Failure> {
    let made_on = oslo_date(decided.decided_at);
    let body = appeal_body(made, made_on);
    let by_rules = decided.decided_by == AUTOMATIC;
    let any = kind::any(case.kind);
    let facts = DecisionFacts {
        matter: matter(case),
        way: Way::from_code(&decided.outcome)
            .ok_or_else(|| Failure::internal("unknown outcome of a case"))?,
        applied_on: oslo_date(case.submitted_at),
        permit,
        // that every condition is met is what the letter says itself, in its own language
        grounds: if by_rules { String::new() } else { decided.grounds.clone() },
        conditions: decided
            .conditions
            .iter()
            .map(|text| any.condition(text, language).unwrap_or_else(|_| text.clone()))
            .collect(),
        legal_basis: cite(&decided.legal_basis, language),
        appeal: match body {
            Some(body) => Ok(right_of(body, language)),
            None => Err(cite(appeal_basis(made, made_on).unwrap_or_default(), language)),
        },
        author: author(&decided.decided_by),
    };
    Ok((facts, body))
}

/// What letters of an open case tell of it.
pub(super) fn pending<'a>(case: &Case, permit: Option<&'a PermitFacts>, who: &str) -> Pending<'a> {
    Pending {
        matter: matter(case),
        applied_on: oslo_date(case.submitted_at),
        permit,
        author: author(who),
    }
}

async fn send_decision(
    app: &App,
    tx: &Tx,
    to: &Correspondence<'_>,
    (permit, made): (Option<&Permit>, DecisionType),
    decided: &Decision,
) -> Result<(), Failure> {
    let permit = permit.map(facts_of);
    let (facts, body) = decision_facts(to.case, permit, made, decided, to.language)?;
    let out = to.letter(LetterKind::Decision, "Decision", &decided.decided_by, body);
    letter::actions::send(app, tx, out, |head| rules::decision(head, &facts)).await.map(|_| ())
}

/// Writes to the applicant of a case that is not decided yet.
async fn tell(
    app: &App,
    tx: &Tx,
    case: &Case,
    who: &str,
    (kind, title): (LetterKind, &str),
    write: impl FnOnce(&Head, &Pending<'_>) -> Document,
) -> Result<(), Failure> {
    let to = Correspondence::with(app, tx, case, case.applicant).await?;
    let permit = permit_of(tx, case.permit).await?.as_ref().map(facts_of);
    let pending = pending(case, permit.as_ref(), who);
    let out = to.letter(kind, title, who, None);
    letter::actions::send(app, tx, out, |head| write(head, &pending)).await.map(|_| ())
}

/// Asks the applicant for something.
pub(super) async fn information_request(
    app: &App,
    tx: &Tx,
    case: &Case,
    caller: &Caller,
    question: &str,
    due_on: NaiveDate,
) -> Result<(), Failure> {
    let by = (due_on, post::goes_by_post(&case.channel));
    let what = (LetterKind::InformationRequest, "Request for information");
    tell(app, tx, case, &caller.subject, what, |head, pending| {
        rules::information_request(head, pending, question, by)
    })
    .await
}

/// Tells the applicant of another last day for the answer, with the question.
pub(super) async fn another_answer_day(
    app: &App,
    tx: &Tx,
    case: &Case,
    caller: &Caller,
    question: &str,
    due_on: NaiveDate,
) -> Result<(), Failure> {
    let by = (due_on, post::goes_by_post(&case.channel));
    let what = (LetterKind::InformationRequest, "Another day for the answer");
    tell(app, tx, case, &caller.subject, what, |head, pending| {
        rules::another_answer_day(head, pending, question, by)
    })
    .await
}

/// Tells the applicant that no answer is needed any more, and by when the case is decided now.
pub(super) async fn question_withdrawn(
    app: &App,
    tx: &Tx,
    case: &Case,
    caller: &Caller,
) -> Result<(), Failure> {
    let due = case.due_on.max(oslo_date(tx.now()));
    let what = (LetterKind::NewTimeLimit, "Question withdrawn");
    tell(app, tx, case, &caller.subject, what, |head, pending| {
        rules::question_withdrawn(head, pending, due)
    })
    .await
}

/// Tells the holder what is considered of the authority's own motion (forvaltningsloven § 16).
pub(super) async fn advance_notice(
    app: &App,
    tx: &Tx,
    case: &Case,
    caller: &Caller,
    notice: &Notice,
) -> Result<(), Failure> {
    let basis = kind::any(case.kind).legal_basis(oslo_date(tx.now()));
    let said = (notice.text.as_str(), notice.due_on);
    let what = (LetterKind::AdvanceNotice, "Advance notice");
    tell(app, tx, case, &caller.subject, what, |head, pending| {
        rules::advance_notice(head, pending, &cite(basis, head.language), said)
    })
    .await
}

/// Tells the holder that nothing comes of what they were given notice of, and why.
pub(super) async fn case_closed(
    app: &App,
    tx: &Tx,
    case: &Case,
    who: &str,
    why: Closing<'_>,
) -> Result<(), Failure> {
    let what = (LetterKind::CaseClosed, "Case closed without a decision");
    tell(app, tx, case, who, what, |head, pending| rules::case_closed(head, pending, why)).await
}

/// Tells the applicant why the case is decided by another day, which it has already.
pub(super) async fn new_time_limit(
    app: &App,
    tx: &Tx,
    case: &Case,
    caller: &Caller,
    what: &Change,
) -> Result<(), Failure> {
    let today = oslo_date(tx.now());
    let basis = rule_on(case.timer, today)?.statutes.first().copied().unwrap_or_default();
    let limit = NewTimeLimit {
        change: what.change,
        basis: cite(basis, case.language),
        reason: &what.reason,
        due_on: case.due_on,
    };
    let what = (LetterKind::NewTimeLimit, "New time limit for the decision");
    tell(app, tx, case, &caller.subject, what, |head, pending| {
        rules::new_time_limit(head, pending, &limit)
    })
    .await
}

/// Tells the applicant why they were left out of a draw for a call sign, and by when the case is decided.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn left_out_of_draw(
    app: &App,
    tx: &Tx,
    case: &Case,
    caller: &Caller,
    sign: CallSign,
    reason: &Reason,
) -> Result<(), Failure> {
    let due = case.due_on.max(oslo_date(tx.now()));
    let sign = sign.to_string();
    let what = (LetterKind::NewTimeLimit, "Left out of the draw for a call sign");
    tell(app, tx, case, &caller.subject, what, |head, pending| {
        rules::left_out_of_draw(head, pending, &sign, (reason.text(head.language).as_str(), due))
    })
    .await
}

/// What the letter tells that gives the reasons for a decision, in the language of its case; and who decides an appeal.
pub(super) fn reasons_facts(
    case: &Case,
    (permit, made): (Option<PermitFacts>, DecisionType),
    decided: &Decision,
    (text, who): (&str, &str),
) -> Result<(DecisionFacts, Option<&'static AppealBody>), Failure> {
    let (facts, body) = decision_facts(case, permit, made, decided, case.language)?;
    Ok((DecisionFacts { grounds: text.to_owned(), author: author(who), ..facts }, body))
}

/// Gives the reasons for a decision that had none; an appeal against it can be made anew from then (forvaltningsloven § 29).
pub(crate) async fn reasons(
    app: &App,
    tx: &Tx,
    case: &Case,
    caller: &Caller,
    decided: &Decision,
    text: &str,
) -> Result<(), Failure> {
    let to = Correspondence::with(app, tx, case, case.applicant).await?;
    let permit = permit_of(tx, case.permit).await?.as_ref().map(facts_of);
    let made = decision_type(&**tx, case, &case.application(&to.key)?).await?;
    let said = (text, caller.subject.as_str());
    let (facts, body) = reasons_facts(case, (permit, made), decided, said)?;
    let title = "Reasons for the decision";
    let out = to.letter(LetterKind::Reasons, title, &caller.subject, body);
    let decided_on = oslo_date(decided.decided_at);
    letter::actions::send(app, tx, out, |head| rules::reasons(head, &facts, decided_on))
        .await
        .map(|_| ())
}

/// Writes to the applicants of cases that will not be decided within a month (forvaltningsloven § 11a);
/// answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn answer_provisionally(app: &App) -> Result<usize, Failure> {
    let now = app.clock().now();
    let Some(days) = Reminder::ProvisionalAnswer.days(oslo_date(now)) else { return Ok(0) };
    let before = now - TimeDelta::days(days);
    let due = store::unanswered(app.db().read(), before, BATCH).await?;
    let mut answered = 0;
    for id in due {
        answered += app.db().write(|tx| async move { answer_one(app, &tx, id).await }).await?;
    }
    Ok(answered)
}

/// Tells an applicant that the application has come in: by a letter where it came on paper or by telephone, else by
/// e-mail, since who files here has the receipt on the page.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn received(app: &App, tx: &Tx, case: &Case) -> Result<(), Failure> {
    if !post::goes_by_post(&case.channel) {
        return email::received(app, tx, case.id, case.applicant).await;
    }
    let to = Correspondence::with(app, tx, case, case.applicant).await?;
    let out = to.letter(LetterKind::Receipt, "Receipt of an application", AUTOMATIC, None);
    let (number, received) = (case.display_number(), oslo_date(case.submitted_at));
    letter::actions::send(app, tx, out, |head| rules::receipt(head, &number, received, case.due_on))
        .await
        .map(|_| ())
}

async fn answer_one(app: &App, tx: &Tx, id: CaseId) -> Result<usize, Failure> {
    let case = store::lock(tx, Sight::All, id).await?;
    let kind = LetterKind::ProvisionalAnswer;
    if !case.status.is_open() || letter::store::has_kind(&**tx, id, kind).await? {
        return Ok(0);
    }
    let due = case.due_on.max(oslo_date(tx.now()));
    tell(app, tx, &case, AUTOMATIC, (kind, "Provisional answer"), |head, pending| {
        rules::provisional_answer(head, pending, due)
    })
    .await?;
    Ok(1)
}
