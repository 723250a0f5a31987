//! Taking an appeal against what was answered to a request for access, and what becomes of it. Each is one transaction.

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{ACTOR, Locked, Seen, case, given, known_code, locked, see, writing};
use crate::{
    app::App,
    database::Tx,
    document_access::{
        model::{Appeal, AppealStatus, Request, Status},
        rules::appeal::{self as rules, LetterFacts, Weighing},
        store::{
            self,
            appeal::{self as rows, NewAppeal, Outcome},
        },
    },
    failure::{Failure, Problem},
    identity::Caller,
    journal::{self, Direction, With},
    values::{
        access_code::AccessCode,
        appeal_body::{AppealBody, DecisionType, appeal_body},
        calendar::oslo_date,
    },
};

/// Takes an appeal of whoever has the link.
///
/// # Errors
/// 404 for a link that leads nowhere; 409 where there is no appeal; 429 for an address that guesses.
pub async fn lodge(
    app: &App,
    address: &str,
    token: &str,
    text: Option<&str>,
) -> Result<Seen, Failure> {
    // the address is held to the same as whoever reads, and what it appeals against was read
    let known = see(app, address, token).await?;
    let (id, entry) = (known.request.id, &known.entry);
    app.db()
        .write(|tx| async move {
            case::lock(&tx, entry).await?;
            let request = store::lock(&tx, id).await?;
            let before = rows::of_request(&*tx, id).await?;
            let right = rules::right(&request, &before, tx.now())?;
            let in_time = right.is_in_time(tx.now()).map_err(Failure::internal)?;
            let number = journal::next_number(&tx, request.case).await?;
            let late = "Appeal about access received late";
            let document = journal::Document {
                place: (request.case, number),
                direction: Direction::In,
                title: if in_time { "Appeal about access received" } else { late },
                actor: ACTOR,
                hash: text.map(|text| Sha256::digest(text).into()),
                with: With::Nobody,
            };
            journal::write(&tx, &document).await?;
            let new = NewAppeal {
                request: &request,
                number,
                text,
                in_time,
                period_ends_on: right.period.map(|period| period.last_day),
                due_on: rules::due_on(oslo_date(tx.now())),
            };
            rows::insert(&tx, &case::key(app, &*tx, entry).await?, &new).await?;
            store::touch(&tx, &request).await
        })
        .await?;
    see(app, address, token).await
}

/// What a caseworker writes down about an open appeal.
pub struct Ruling<'a> {
    /// What becomes of it.
    pub outcome: AppealStatus,
    /// Code by which something is still kept back.
    pub code: Option<&'a str>,
    /// Grounds in the language of whoever appealed, or what the authority says about the appeal.
    pub grounds: &'a str,
    /// Day and reference of what the appeal body decided.
    pub body_decision: Option<(NaiveDate, &'a str)>,
}

/// Decides what becomes of the open appeal about a request; the letter is journaled and lies behind the link.
///
/// # Errors
/// 403 for a caseworker who is party; 404, 412 or 409 as every step; 422 for what the act does not allow.
pub async fn conclude(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
    ruling: &Ruling<'_>,
) -> Result<Request, Failure> {
    let known = store::find(app.db().read(), id).await?;
    let entry = &journal::store::find(app.db().read(), known.entry).await?;
    let key = case::key(app, app.db().read(), entry).await?;
    let can_be_given_whole = given::original(app, entry, &key).await?.is_some();
    let code = known_code(ruling.code)?;
    app.db()
        .write(|tx| async move {
            let mut locked = locked(app, &tx, caller, id, version).await?;
            let appeal = locked.appeal.take().ok_or_else(none_waits)?;
            rules::check(&Weighing {
                appeal: &appeal,
                outcome: ruling.outcome,
                code,
                grounds: ruling.grounds,
                body_decision: ruling.body_decision,
                has_file: appeal.file_type.is_some(),
                can_be_given_whole,
                today: oslo_date(tx.now()),
            })?;
            let step = Step { app, tx: &tx, caller, locked: &locked, appeal: &appeal };
            step.carry_out(ruling, code).await?;
            store::find(&*tx, id).await
        })
        .await
}

fn none_waits() -> Failure {
    Failure::new(Problem::IllegalTransition, "No appeal about this request waits.")
}

/// A step with an open appeal, locked with its request.
struct Step<'a> {
    app: &'a App,
    tx: &'a Tx,
    caller: &'a Caller,
    locked: &'a Locked,
    appeal: &'a Appeal,
}

impl Step<'_> {
    async fn carry_out(
        &self,
        ruling: &Ruling<'_>,
        code: Option<&'static AccessCode>,
    ) -> Result<(), Failure> {
        let (tx, request) = (self.tx, &self.locked.request);
        let today = oslo_date(tx.now());
        let next_body = appeal_body(DecisionType::DocumentAccess, today);
        let body = match self.appeal.forwarded {
            Some((body, _)) => Some(body),
            None => next_body.filter(|_| ruling.outcome == AppealStatus::Forwarded),
        };
        if ruling.outcome == AppealStatus::Forwarded && body.is_none() {
            let detail = "Nobody decides appeals about access by the law of today.";
            return Err(Failure::new(Problem::ConditionsNotMet, detail));
        }
        if let (Some((decided_on, _)), Some(body)) = (ruling.body_decision, body) {
            self.answered(body, decided_on).await?;
        }
        let number = journal::next_number(tx, request.case).await?;
        let letter = self.letter(number, ruling, code, (body, next_body))?;
        let document = journal::Document {
            place: (request.case, number),
            direction: Direction::Out,
            title: title_of(ruling),
            actor: &self.caller.subject,
            hash: Some(Sha256::digest(&letter).into()),
            with: With::Nobody,
        };
        journal::write(tx, &document).await?;
        let code = code.map(|code| code.code);
        let outcome = Outcome {
            status: ruling.outcome,
            code,
            body: body.map(|body| body.code),
            body_decision: ruling.body_decision,
            letter: (number, &letter),
            by: &self.caller.subject,
        };
        rows::conclude(tx, &self.locked.key, self.appeal.id, &outcome).await?;
        // an appeal against silence that is sent on leaves a refusal behind
        let silent = Some(Status::Refused).filter(|_| request.status == Status::Received);
        let after = ruling.outcome.of_request().or(silent);
        let after = after.map(|status| (status, code));
        store::after_appeal(tx, request, after, &self.caller.subject).await
    }

    /// What the appeal body decided came in before anybody is told of it.
    async fn answered(
        &self,
        body: &'static AppealBody,
        decided_on: NaiveDate,
    ) -> Result<(), Failure> {
        let case = self.locked.request.case;
        let document = journal::Document {
            place: (case, journal::next_number(self.tx, case).await?),
            direction: Direction::In,
            title: "Decision about access received from the appeal body",
            actor: &self.caller.subject,
            hash: None,
            with: With::AppealBody(body),
        };
        journal::write_dated(self.tx, &document, Some(decided_on)).await.map(|_| ())
    }

    fn letter(
        &self,
        number: i32,
        ruling: &Ruling<'_>,
        code: Option<&'static AccessCode>,
        (body, next_body): (Option<&AppealBody>, Option<&AppealBody>),
    ) -> Result<Vec<u8>, Failure> {
        let (request, entry) = (&self.locked.request, &self.locked.entry);
        let name = |body: &'_ AppealBody| body.name(request.language);
        let sent_on = match ruling.outcome {
            AppealStatus::Forwarded => self.documents(&entry.case_display()),
            _ => Vec::new(),
        };
        let document = rules::letter(LetterFacts {
            writing: writing(self.app, self.tx, self.caller, (request, entry), number),
            appealed_on: oslo_date(self.appeal.received_at),
            outcome: ruling.outcome,
            code,
            grounds: ruling.grounds,
            body: body.map(name),
            body_decision: ruling.body_decision,
            next_body: next_body.filter(|_| self.appeal.forwarded.is_none()).map(name),
            documents: sent_on,
        });
        serde_json::to_vec(&document).map_err(Failure::internal)
    }

    /// Numbers of what goes to the appeal body: the document, the request, what was answered, fuller grounds, and the
    /// appeals.
    fn documents(&self, case: &str) -> Vec<String> {
        let request = &self.locked.request;
        let earlier = self.locked.before.iter().map(|appeal| appeal.number);
        let fuller = request.fuller.iter();
        let fuller = fuller.flat_map(|one| [Some(one.number), one.given.map(|(_, number)| number)]);
        let numbers = [Some(self.locked.entry.number), Some(request.number), request.answer_number];
        let numbers = numbers.into_iter().chain(fuller).flatten();
        let mut numbers: Vec<i32> = numbers.chain(earlier).chain([self.appeal.number]).collect();
        numbers.sort_unstable();
        numbers.iter().map(|number| format!("{case}-{number}")).collect()
    }
}

const fn title_of(ruling: &Ruling<'_>) -> &'static str {
    if ruling.body_decision.is_some() {
        return "Decision of the appeal body about access";
    }
    match ruling.outcome {
        AppealStatus::Forwarded => "Appeal about access forwarded",
        AppealStatus::Dismissed => "Appeal about access dismissed",
        AppealStatus::Received
        | AppealStatus::Granted
        | AppealStatus::PartlyGranted
        | AppealStatus::Upheld => "Answer to an appeal about access",
    }
}
