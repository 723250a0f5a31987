//! A case as whoever reads it may have it.

use poem_openapi::types::Any;

use super::super::{
    actions, signing,
    store::{self, Case},
    wire::{
        CaseSummary, CaseView, DecisionView, JournalView, MessageView, ReasonView,
        desk::ProposalView,
    },
};
use crate::{
    app::App,
    failure::Failure,
    http::responses::Answer,
    identity::Caller,
    journal, party,
    reasons::{self, api::ReasonsRequestView},
    values::language::Language,
};

/// As what a caller reads a case. A caseworker who is party to it reads it as that party.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Handles it.
    Authority,
    /// Applies.
    Applicant,
    /// Is to have the permit by transfer: what passed between applicant and authority is not for them.
    Receiver,
}

/// As what a caller reads a case.
///
/// # Errors
/// When the database does not answer.
pub async fn reader(app: &App, caller: &Caller, case: &Case) -> Result<Reader, Failure> {
    if party::actions::is_own(app, caller, case.applicant).await? {
        return Ok(Reader::Applicant);
    }
    let receives =
        case.receiver.is_some() && case.receiver == actions::receive::receiving(app, caller);
    Ok(match (receives, caller.is_staff()) {
        (true, _) => Reader::Receiver,
        (false, true) => Reader::Authority,
        (false, false) => Reader::Applicant,
    })
}

/// The case as the caller may have it, with what the rules say in a language.
///
/// # Errors
/// When the database does not answer.
pub async fn answer(
    app: &App,
    caller: &Caller,
    language: Language,
    case: &Case,
) -> Result<Answer<CaseView>, Failure> {
    let reader = reader(app, caller, case).await?;
    let staff = reader == Reader::Authority;
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let messages = match reader {
        Reader::Receiver => Vec::new(),
        _ => store::messages(connection, &key, case.id, staff).await?,
    };
    let new_holder = match case.accepted {
        Some((receiver, _)) if staff => {
            Some(party::store::get(connection, receiver).await?.details.name)
        }
        _ => None,
    };
    let application = case.application(&key)?;
    let decision = match store::decision_of(connection, &key, case.id).await? {
        Some(decision) => {
            let made = actions::decision_type(connection, case, &application).await?;
            Some(DecisionView::of(decision, made, case.language))
        }
        None => None,
    };
    let reasons_request = match reader {
        Reader::Receiver => None,
        _ => reasons::store::of_case(connection, &key, case.id).await?.pop(),
    };
    let reasons_request = reasons_request.map(ReasonsRequestView::of);
    let assessment = if staff {
        let reasons = actions::assess(app, case).await?;
        let view = |reason: crate::permit::kind::Reason| ReasonView {
            code: reason.code.to_owned(),
            text: reason.text(language),
        };
        Some(reasons.into_iter().map(view).collect())
    } else {
        None
    };
    let proposal = match staff {
        true => signing::store::open(connection, &key, case.id).await?.map(ProposalView::of),
        false => None,
    };
    let number = case.display_number();
    let journal = journal::of_case(connection, case.id)
        .await?
        .into_iter()
        .filter(|entry| staff || entry.direction != "internal")
        .map(|entry| JournalView {
            number: format!("{number}-{}", entry.number),
            direction: entry.direction,
            title: entry.title,
            at: entry.at,
        })
        .collect();
    let view = CaseView {
        summary: CaseSummary::of(case, staff),
        application: Any(application),
        new_holder,
        messages: messages.into_iter().map(MessageView::of).collect(),
        decision,
        proposal,
        reasons_request,
        assessment,
        journal,
    };
    Ok(Answer::new(view).version(case.version))
}
