//! A stand-in for the register of representation in the demo and in tests: the same form of answer, in which
//! one of the test people may act for two organisations and nobody else for any. It answers whoever shows the
//! token that it exchanges for any other, or for none. It does not exist in production.

use chrono::TimeDelta;
use poem::{
    Body, EndpointExt as _, Request, Response, Route, get, handler,
    http::{StatusCode, header},
    post,
    web::Data,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    commands::demo::people,
    identity::{
        client::has_built_in,
        token::{self, Ticket},
    },
    representation::exchange,
};

/// Where it is, below the address of the service.
pub const PATH: &str = "/stand-in/representation";
/// Whoever may act for organisations here, among the test people.
const WHO: &str = "KARI";
/// For which, by their numbers among the synthetic ones.
const FOR: [u64; 2] = [people::BUSINESS, people::REPRESENTATIVE];
/// Largest question that is read, in bytes.
const LARGEST: usize = 1024;
/// Whom its token is for: a caller who may do nothing here.
const SUBJECT: &str = "stand-in-representation";
/// How long its token is good for, as Altinn's.
const MINUTES: i64 = 30;

/// Its routes, where it exists.
pub fn routes(app: &App) -> Option<Route> {
    has_built_in(app.settings()).then(|| {
        let parties = post(answer).data(app.clone());
        Route::new()
            .at(exchange::PATH, get(give).data(app.clone()))
            .at("/accessmanagement/api/v1/resourceowner/authorizedparties", parties)
    })
}

/// The token is the body, as Altinn gives it.
#[handler]
fn give(Data(app): Data<&App>) -> poem::Result<Response> {
    let ticket = Ticket { subject: SUBJECT.to_owned(), ..Ticket::default() };
    let (now, lifetime) = (app.clock().now(), TimeDelta::minutes(MINUTES));
    let token = token::issue(&app.keys(), &ticket, now, lifetime)?;
    Ok(Response::builder()
        .content_type("text/plain")
        .header(header::CACHE_CONTROL, "no-store")
        .body(token))
}

/// Whether the token of the stand-in is shown.
async fn is_known(app: &App, shown: Option<&str>) -> bool {
    let Some(token) = shown.and_then(|text| text.strip_prefix("Bearer ")) else { return false };
    let caller = app.issuers().verify(token, app.clock().now()).await;
    caller.is_ok_and(|caller| caller.subject == SUBJECT)
}

/// Whom is asked about; what else the question says is passed over.
#[derive(Deserialize)]
struct Question {
    value: String,
}

#[handler]
async fn answer(request: &Request, body: Body, Data(app): Data<&App>) -> Response {
    if !is_known(app, request.header("authorization")).await {
        return Response::builder().status(StatusCode::UNAUTHORIZED).finish();
    }
    let bytes = body.into_bytes_limit(LARGEST).await.unwrap_or_default();
    let Ok(question) = serde_json::from_slice::<Question>(&bytes) else {
        return Response::builder().status(StatusCode::BAD_REQUEST).finish();
    };
    let may_act = people::tickets().iter().any(|person| {
        person.name == WHO && person.ticket.national_id.as_ref() == Some(&question.value)
    });
    let parties = if may_act { FOR.map(party).to_vec() } else { Vec::new() };
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
