//! A stand-in for the register of representation in the demo and in tests: the same form of answer, in which
//! one of the test people may act for two organisations and nobody else for any. It does not exist in
//! production, and asks for no token.

use poem::{
    Body, Response, Route, handler,
    http::{StatusCode, header},
    post,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{app::App, commands::demo::people, identity::client::has_built_in};

/// Where it is, below the address of the service.
pub const PATH: &str = "/stand-in/representation";
/// Whoever may act for organisations here, among the test people.
const WHO: &str = "KARI";
/// For which, by their numbers among the synthetic ones.
const FOR: [u64; 2] = [people::BUSINESS, people::REPRESENTATIVE];
/// Largest question that is read, in bytes.
const LARGEST: usize = 1024;

/// Its routes, where it exists.
pub fn routes(app: &App) -> Option<Route> {
    has_built_in(app.settings()).then(|| {
        Route::new().at("/accessmanagement/api/v1/resourceowner/authorizedparties", post(answer))
    })
}

/// Whom is asked about; what else the question says is passed over.
#[derive(Deserialize)]
struct Question {
    value: String,
}

#[handler]
async fn answer(body: Body) -> Response {
    let bytes = body.into_bytes_limit(LARGEST).await.unwrap_or_default();
    let Ok(question) = serde_json::from_slice::<Question>(&bytes) else {
        return Response::builder().status(StatusCode::BAD_REQUEST).finish();
    };
    let is_known = people::tickets().iter().any(|person| {
        person.name == WHO && person.ticket.national_id.as_ref() == Some(&question.value)
    });
    let parties = if is_known { FOR.map(party).to_vec() } else { Vec::new() };
    Response::builder()
        .content_type("application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(Value::from(parties).to_string())
}

fn party(number: u64) -> Value {
    let organisation = people::synthetic().organisation(number);
    json!({
        "name": organisation.name.as_str(),
        "organizationNumber": organisation.number.to_string(),
        "type": "Organization",
        "unitType": "AS",
        "isDeleted": false,
        "onlyHierarchyElementWithNoAccess": false,
        "authorizedResources": [],
        "authorizedRoles": ["DAGL"],
        "subunits": [],
    })
}
