//! What my page gathers besides cases and permits: deadlines, letters, consents, and permits that are offered.

use chrono::{NaiveDate, TimeDelta};

use super::{case_address, permit_address};
use crate::{
    app::App,
    appeal::actions::may_appeal,
    case::{
        actions::receive,
        lifecycle::Status,
        store::{self as cases, Case, CaseQuery},
    },
    consent,
    document::tidy,
    failure::Failure,
    identity::Sight,
    letter::{
        actions::{self as letter_actions, appeal_period},
        comment,
        store::{self as letters, LetterQuery},
    },
    party,
    permit::{model::Permit, store as permits},
    values::calendar::oslo_date,
    web::{letters::PATH as LETTERS, sign_in::SignedIn},
};

/// Letters shown.
const LETTERS_SHOWN: u64 = 5;
/// Letters whose appeal periods are looked at.
const LETTERS_LOOKED_AT: u64 = 50;
/// Ends of permits are told so many days ahead.
const DAYS_AHEAD: i64 = 183;

/// Something with a day.
pub struct Due {
    day: NaiveDate,
    /// The day, in words.
    pub when: String,
    /// What it is about.
    pub text: String,
    /// Where it is.
    pub address: String,
}

/// A letter.
pub struct LetterLine {
    /// Where it is read.
    pub address: String,
    /// Subject.
    pub subject: String,
    /// Language of the subject.
    pub language: &'static str,
    /// When it was sent.
    pub sent: String,
    /// It has not been opened.
    pub is_unopened: bool,
}

/// A consent that holds.
pub struct Consented {
    /// The call sign.
    pub sign: String,
    /// Since when.
    pub since: String,
    /// Where it is changed and withdrawn.
    pub address: String,
}

/// Everything with a day, the nearest first.
///
/// # Errors
/// When the database does not answer.
pub async fn deadlines(app: &App, visitor: &SignedIn, own: &[Case]) -> Result<Vec<Due>, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let now = app.clock().now();
    let today = oslo_date(now);
    let connection = app.db().read();
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    let mut all = Vec::new();
    let mut add = |day: NaiveDate, text: String, address: String| {
        all.push(Due { day, when: words.date(day), text, address });
    };
    for case in own.iter().filter(|case| case.status.is_open()) {
        let (number, address) = (case.display_number(), case_address(reader, case));
        match (case.status, case.waiting_until) {
            // until when to comment is told with the letter
            (Status::WaitingForApplicant, _) if case.waits_for_comment() => {}
            (Status::WaitingForApplicant, Some(day)) => {
                add(day, words.due_answer(number), address);
            }
            _ if case.due_on < today => add(case.due_on, words.due_decision_late(number), address),
            _ => add(case.due_on, words.due_decision(number), address),
        }
    }
    let ahead = today + TimeDelta::days(DAYS_AHEAD + 1);
    for permit in permits::ending(connection, sight, ahead, super::MOST).await? {
        if let Some(last) = permit.validity.until().and_then(|until| until.pred_opt()) {
            add(last, words.due_end(&permit.number), permit_address(reader, &permit));
        }
    }
    if visitor.caller.has_scope(super::appeal::READ_LETTERS) {
        let query = LetterQuery::default();
        let (found, _) = letters::list(connection, sight, query, LETTERS_LOOKED_AT).await?;
        for letter in found.iter().filter(|letter| comment::is_asked_by(letter.kind)) {
            let asked = comment::asked(app, connection, letter.id).await?;
            let Some(asked) = asked else { continue };
            if let Some(until) = asked.until.filter(|until| *until >= today) {
                let address = reader.link(format_args!("{LETTERS}/{}", letter.id));
                add(until, words.due_comment(asked.case), address);
            }
        }
        // a letter may be about a case that is not among those shown
        let ids: Vec<_> = found.iter().filter_map(|letter| Some(letter.place?.0)).collect();
        let told_of = cases::many(connection, &ids).await?;
        for letter in found {
            let Some(period) = appeal_period(&letter)?.filter(|period| !period.is_over(now)) else {
                continue;
            };
            let is_of = |case: &&Case| {
                letter.place.is_some_and(|(of, _)| of == case.id) && case.has_party(letter.party)
            };
            let Some(case) = told_of.iter().find(is_of) else { continue };
            if may_appeal(app, case, letter.party).await? {
                let address = reader.link(format_args!("{LETTERS}/{}", letter.id));
                add(period.last_day, words.due_appeal(case.display_number()), address);
            }
        }
    }
    all.sort_by_key(|due| due.day);
    Ok(all)
}

/// The newest letters.
///
/// # Errors
/// When the database does not answer.
pub async fn letters(app: &App, visitor: &SignedIn) -> Result<Vec<LetterLine>, Failure> {
    if !visitor.caller.has_scope(super::appeal::READ_LETTERS) {
        return Ok(Vec::new());
    }
    let reader = &visitor.reader;
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    let query = LetterQuery::default();
    let (found, _) = letters::list(app.db().read(), sight, query, LETTERS_SHOWN).await?;
    let read = letter_actions::opened_data(app, found).await?;
    Ok(read
        .into_iter()
        .map(|(letter, document)| LetterLine {
            address: reader.link(format_args!("{LETTERS}/{}", letter.id)),
            subject: tidy(&document.title),
            language: letter.language.code(),
            sent: reader.words.moment(letter.sent_at),
            is_unopened: letter.opened_at.is_none(),
        })
        .collect())
}

/// How many letters wait to be opened.
///
/// # Errors
/// When the database does not answer.
pub async fn unopened(app: &App, visitor: &SignedIn) -> Result<u64, Failure> {
    if !visitor.caller.has_scope(super::appeal::READ_LETTERS) {
        return Ok(0);
    }
    let sight = party::actions::own_sight_of(app, &visitor.caller).await?;
    let query = LetterQuery { unopened: true, ..LetterQuery::default() };
    letters::list(app.db().read(), sight, query, 0).await.map(|(_, total)| total)
}

/// The consents that hold.
///
/// # Errors
/// When the database does not answer.
pub async fn consents(app: &App, visitor: &SignedIn) -> Result<Vec<Consented>, Failure> {
    let connection = app.db().read();
    let Some(party) = party::actions::party_of(app, connection, &visitor.caller).await? else {
        return Ok(Vec::new());
    };
    let rows = consent::store::of_party(connection, party.id).await?;
    let held = permits::live_of_holder(connection, party.id).await?;
    let live = rows.into_iter().filter(|row| row.withdrawn_at.is_none());
    Ok(live
        .filter_map(|row| {
            let sign = row.call_sign.clone();
            let of = |permit: &&Permit| permit.call_sign.is_some_and(|own| own.to_string() == sign);
            let permit = held.iter().find(of)?;
            Some(Consented {
                since: visitor.reader.words.date(oslo_date(row.given_at)),
                address: format!("{}#consent", permit_address(&visitor.reader, permit)),
                sign,
            })
        })
        .collect())
}

/// Cases in which the reader is to receive a permit.
///
/// # Errors
/// When the database does not answer.
pub async fn offers(app: &App, visitor: &SignedIn) -> Result<Vec<Case>, Failure> {
    let query =
        CaseQuery { receiver: receive::receiving(app, &visitor.caller), ..CaseQuery::default() };
    cases::foremost(app.db().read(), Sight::Nothing, &query, super::MOST)
        .await
        .map(|(found, _)| found)
}
