//! Letters about an appeal as they would be, marked as drafts. No number is taken, nothing is journaled or kept.

use uuid::Uuid;

use super::{
    appellant_of, forwarded_facts,
    forwarding::{ToBody, documents_of, letter_to_body, official},
    not_too_late,
};
use crate::{
    app::App,
    appeal::{model::AppealStatus, rules, store},
    case::actions::{dossier::dossier, preview},
    document::Document,
    failure::{Failure, Problem},
    identity::Caller,
    letter::rules as letter_rules,
    party,
    permit::kind,
    values::{appeal_body::appeal_body, calendar::oslo_date, ids::CaseId},
};

/// What would be sent if an open appeal of a case went on to the appeal body with this statement.
pub struct Forwarded {
    /// To whoever appeals, in their language.
    pub to_party: Document,
    /// To the appeal body.
    pub to_body: Document,
}

/// Both letters of forwarding an open appeal of a case. Nothing is written.
///
/// # Errors
/// 403 for a caseworker who is party or may not handle the kind; 404; 409 when no appeal waits for the authority; 422 when
/// it must be said which one is meant, when it is too late to be forwarded, and when nobody decides appeals against it.
pub async fn forwarding(
    app: &App,
    caller: &Caller,
    id: CaseId,
    (which, statement): (Option<Uuid>, &str),
) -> Result<Forwarded, Failure> {
    let known = dossier(app, caller, id).await?;
    let connection = app.db().read();
    let case = &known.case;
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let appeals = store::of_case(connection, &key, id).await?;
    let (appeal, _) = rules::waiting_for(appeals, which, AppealStatus::Forwarded)?;
    not_too_late(&appeal)?;
    let now = app.clock().now();
    let body = appeal_body(known.decision_type, oslo_date(now)).ok_or_else(|| {
        Failure::new(Problem::ConditionsNotMet, "No body decides appeals against this today.")
    })?;
    let number = case.display_number();
    let of = (id, number.as_str());
    let to = party::store::get(connection, appellant_of(case, &appeal)).await?;
    let language = case.language_of(&to);
    let documents = documents_of(connection, of, language, None).await?;
    let facts = forwarded_facts(&appeal, (body, language), (statement, &caller.subject));
    let head = preview::heading_to(app, case, &to, language);
    let to_party = letter_rules::appeal_forwarded(&head, &facts, &documents);
    let language = official(case.language);
    let documents = documents_of(connection, of, language, None).await?;
    let what = ToBody {
        appeal: &appeal,
        body,
        case_number: &number,
        appellant: &to,
        language,
        about: kind::any(case.kind).title(language).to_owned(),
        statement,
        actor: &caller.subject,
    };
    let to_body = letter_to_body(app, now, what, preview::number_of(case), &documents);
    Ok(Forwarded {
        to_party: preview::marked(to_party, app),
        to_body: preview::marked(to_body, app),
    })
}
