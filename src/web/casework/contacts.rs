//! Other emergency contacts of a permit, from a holder who has written or called: the form and the action are the holder's.

use poem::{
    Response, handler,
    web::{Data, Path},
};

use super::{PERMIT_PATH, can_be_said, caseworker, permit::seen};
use crate::{
    app::App,
    failure::Failure,
    permit::{actions::for_holder, model::Permit},
    web::{
        form::Form,
        my_page::contacts::{saved_at, shown_at},
        problems,
        sign_in::{SignedIn, Visitor},
    },
};

/// The page, below the language.
pub const PATH: &str = "/casework/permits/:id/contacts";
const WRITE: &str = "anrop:permit.write";

fn up(permit: &Permit) -> String {
    PERMIT_PATH.replace(":id", &permit.id.to_string())
}

fn settled(visitor: &SignedIn, outcome: Result<Response, Failure>) -> Response {
    match outcome {
        Ok(response) => response,
        Err(failure) if can_be_said(&failure) => super::refused(visitor, failure),
        Err(failure) => problems::page(&visitor.reader, failure),
    }
}

/// Shows them.
#[handler]
pub async fn open(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, WRITE)?;
    let shown = async {
        let permit = seen(app, &visitor, &id).await?;
        shown_at(app, &visitor, &permit, &up(&permit)).await
    };
    Ok(settled(&visitor, shown.await))
}

/// Replaces them.
#[handler]
pub async fn save(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, WRITE)?;
    visitor.own(&form)?;
    let saved = async {
        let permit = seen(app, &visitor, &id).await?;
        let sight = for_holder::as_caseworker(app, &visitor.caller, permit.id).await?;
        saved_at(app, &visitor, (&permit, sight), &up(&permit), &form).await
    };
    Ok(settled(&visitor, saved.await))
}
