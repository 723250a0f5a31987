//! Letters about an appeal as they would be, marked as drafts. No number is taken, nothing is journaled or kept.

use uuid::Uuid;

use super::{appellant_of, forwarded_facts};
use crate::{
    app::App,
    appeal::{model::AppealStatus, rules, store},
    case::actions::{dossier::dossier, preview},
    document::Document,
    failure::{Failure, Problem},
    identity::Caller,
    letter::rules as letter_rules,
    party,
    values::{appeal_body::appeal_body, calendar::oslo_date, ids::CaseId},
};

/// What the party would be told if the open appeal of a case went on to the appeal body with this statement. Nothing is
/// written.
///
/// # Errors
/// 403 for a caseworker who is party or may not handle the kind; 404; 409 when no appeal waits for the authority; 422 when
/// it must be said which one is meant, and when nobody decides appeals against the decision.
pub async fn forwarding(
    app: &App,
    caller: &Caller,
    id: CaseId,
    (which, statement): (Option<Uuid>, &str),
) -> Result<Document, Failure> {
    let known = dossier(app, caller, id).await?;
    let connection = app.db().read();
    let case = &known.case;
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let appeals = store::of_case(connection, &key, id).await?;
    let (appeal, _) = rules::waiting_for(appeals, which, AppealStatus::Forwarded)?;
    let today = oslo_date(app.clock().now());
    let body = appeal_body(known.decision_type, today).ok_or_else(|| {
        Failure::new(Problem::ConditionsNotMet, "No body decides appeals against this today.")
    })?;
    let number = case.display_number();
    let of = (id, number.as_str());
    let to = party::store::get(connection, appellant_of(case, &appeal)).await?;
    let language = case.language_of(&to);
    let documents = super::forwarding::documents_of(connection, of, language, None).await?;
    let facts = forwarded_facts(&appeal, (body, language), (statement, &caller.subject));
    let head = preview::heading_to(app, case, &to, language);
    Ok(preview::marked(letter_rules::appeal_forwarded(&head, &facts, &documents), app))
}
