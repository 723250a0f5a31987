//! Taking a demand for fuller grounds of a refusal, and giving them (offentleglova § 31). Each is one transaction.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{ACTOR, Locked, Seen, case, locked, see, writing};
use crate::{
    app::App,
    document_access::{
        model::Request,
        rules::grounds::{self as rules, GroundsFacts},
        store,
    },
    failure::{Failure, Problem},
    identity::Caller,
    journal::{self, Direction, With},
    values::{
        access_code,
        appeal_body::{DecisionType, appeal_body},
        calendar::oslo_date,
    },
};

/// Takes a demand of whoever has the link.
///
/// # Errors
/// 404 for a link that leads nowhere; 409 where none can be demanded; 429 for an address that guesses.
pub async fn demand(app: &App, address: &str, token: &str) -> Result<Seen, Failure> {
    // the address is held to the same as whoever reads, and what was refused was read
    let known = see(app, address, token).await?;
    let (id, entry) = (known.request.id, &known.entry);
    app.db()
        .write(|tx| async move {
            case::lock(&tx, entry).await?;
            let request = store::lock(&tx, id).await?;
            let appeals = store::appeal::of_request(&*tx, id).await?;
            rules::right(&request, &appeals, tx.now())?;
            let number = journal::next_number(&tx, request.case).await?;
            let document = journal::Document {
                place: (request.case, number),
                direction: Direction::In,
                title: "Fuller grounds for an answer about access demanded",
                actor: ACTOR,
                hash: None,
                with: With::Nobody,
            };
            journal::write(&tx, &document).await?;
            let due_on = rules::due_on(tx.now()).map_err(Failure::internal)?;
            store::grounds::ask(&tx, &request, number, due_on).await
        })
        .await?;
    see(app, address, token).await
}

/// Gives the fuller grounds that were demanded; the letter is journaled and lies behind the requester's link.
///
/// # Errors
/// 403 for a caseworker who is party; 404, 412 or 409 as every step; 422 without grounds.
pub async fn give(
    app: &App,
    caller: &Caller,
    id: Uuid,
    version: i32,
    grounds: &str,
) -> Result<Request, Failure> {
    if grounds.trim().is_empty() {
        let detail = "Name the main considerations that were decisive for the refusal.";
        return Err(Failure::at("/grounds", "missing", detail));
    }
    app.db()
        .write(|tx| async move {
            let Locked { request, entry, key, before, appeal } =
                locked(app, &tx, caller, id, version).await?;
            let fuller = request.wanting().ok_or_else(|| {
                Failure::new(Problem::IllegalTransition, "Nobody waits for fuller grounds.")
            })?;
            let number = journal::next_number(&tx, request.case).await?;
            let today = oslo_date(tx.now());
            let mut appeals = before.iter().chain(&appeal);
            let is_with_body = appeals.any(|appeal| appeal.forwarded.is_some());
            let body = appeal_body(DecisionType::DocumentAccess, today);
            let letter = rules::letter(GroundsFacts {
                writing: writing(app, &tx, caller, (&request, &entry), number),
                asked_on: oslo_date(fuller.asked_at),
                code: request.access_code.as_deref().and_then(access_code::find),
                grounds,
                body: body.filter(|_| !is_with_body).map(|body| body.name(request.language)),
            });
            let letter = serde_json::to_vec(&letter).map_err(Failure::internal)?;
            let document = journal::Document {
                place: (request.case, number),
                direction: Direction::Out,
                title: "Fuller grounds for an answer about access",
                actor: &caller.subject,
                hash: Some(Sha256::digest(&letter).into()),
                with: With::Nobody,
            };
            journal::write(&tx, &document).await?;
            store::grounds::give(&tx, &key, &request, (number, &letter), &caller.subject).await?;
            store::find(&*tx, id).await
        })
        .await
}
