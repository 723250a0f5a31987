//! What a receiver serves: deliveries in, look-ups out in the registry's own form, and how it goes.

use poem::{
    Body, EndpointExt as _, IntoResponse as _, Request, Response, Route, get, handler,
    http::StatusCode,
    post,
    web::{Data, Path},
};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{
    Receiver,
    actions::{self, Refusal},
};
use crate::{
    delivery::signature::{ID_HEADER, SIGNATURE_HEADER, SignedHeaders, TIMESTAMP_HEADER},
    failure::{Failure, Problem},
    http::{body, responses::Answer},
    rescue::{
        actions::Inquiry,
        api::{incident, malformed_key, named},
        rules,
        wire::{AlertText, Gathering, LookUpAnswer},
    },
};

/// Largest delivery. A permit takes a few kilobytes.
const LARGEST_DELIVERY: usize = 1024 * 1024;

/// Everything a receiver serves.
pub fn routes(receiver: &Receiver) -> impl poem::Endpoint + use<> {
    Route::new()
        .at("/deliveries", post(take))
        .at("/v1/rescue/beacons/:key", get(look_up))
        .at("/v1/rescue/look-ups", post(look_up_text))
        .at("/status", get(status_page))
        .at("/metrics", get(metrics))
        .at("/healthz", get(healthz))
        .at("/readyz", get(readyz))
        .data(receiver.clone())
}

/// Takes a delivery: 204 once it is on the disk; what is refused for good is told so.
#[handler]
async fn take(request: &Request, body: Body, Data(receiver): Data<&Receiver>) -> Response {
    let text = |name: &str| request.header(name).unwrap_or_default().to_owned();
    let headers = SignedHeaders {
        id: text(ID_HEADER),
        timestamp: text(TIMESTAMP_HEADER),
        signature: text(SIGNATURE_HEADER),
    };
    let status = match body.into_bytes_limit(LARGEST_DELIVERY).await {
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Ok(body) => match actions::take_delivery(receiver, &headers, &body).await {
            Ok(_) => StatusCode::NO_CONTENT,
            Err(Refusal::Signature) => StatusCode::UNAUTHORIZED,
            Err(Refusal::Form) => StatusCode::BAD_REQUEST,
            Err(Refusal::NotNow(_)) => StatusCode::SERVICE_UNAVAILABLE,
        },
    };
    status.into_response()
}

/// Who may look things up: `NAME TOKEN`, one a line. Without a file everybody on this machine.
fn reader(receiver: &Receiver, request: &Request) -> Result<String, Failure> {
    let Some(path) = &receiver.settings().readers else { return Ok("local".to_owned()) };
    let token = request
        .header("authorization")
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| Sha256::digest(token.trim()));
    let Some(token) = token else {
        return Err(Failure::new(Problem::NotSignedIn, "Send a bearer token."));
    };
    let text = zeroize::Zeroizing::new(std::fs::read_to_string(path).map_err(Failure::internal)?);
    // digests are compared, so that the time it takes tells nothing of a token
    let known = text.lines().filter_map(|line| line.trim().split_once(' '));
    let mut known = known.filter(|(_, known)| Sha256::digest(known.trim()) == token);
    known.next().map(|(name, _)| name.to_owned()).ok_or_else(|| {
        Failure::new(Problem::InvalidToken, "The bearer token is not one that may look up here.")
    })
}

fn officer(receiver: &Receiver, request: &Request) -> Result<String, Failure> {
    named(&reader(receiver, request)?, request.header("operator"))
}

#[handler]
async fn look_up(
    request: &Request,
    Path(key): Path<String>,
    Data(receiver): Data<&Receiver>,
) -> Response {
    let answer = async {
        let officer = officer(receiver, request)?;
        let incident_reference = incident(request.header("incident-reference"))?;
        let key = rules::read_key(&key).map_err(|flaw| malformed_key(&flaw))?;
        let inquiry = Inquiry { incident_reference, officer };
        LookUpAnswer::of(actions::look_up(receiver, key, &inquiry).await?)
    };
    respond(answer.await)
}

#[handler]
async fn look_up_text(request: &Request, body: Body, Data(receiver): Data<&Receiver>) -> Response {
    let answers = async {
        let officer = officer(receiver, request)?;
        let bytes = body.into_bytes_limit(body::LIMIT).await.map_err(|_| {
            Failure::new(Problem::BodyTooLarge, "Send the part of the alert with the code.")
        })?;
        let text: AlertText = body::parse(&bytes)?;
        let (codes, left_out, incident_reference) = text.parse()?;
        let inquiry = Inquiry { incident_reference, officer };
        let mut gathering = Gathering::default();
        for code in codes {
            gathering.take(code.key, actions::look_up(receiver, code.key, &inquiry).await);
        }
        gathering.finish(left_out)
    };
    respond(answers.await)
}

fn respond<T: poem_openapi::types::ToJSON>(answer: Result<T, Failure>) -> Response {
    match answer {
        Ok(answer) => Answer::<T>::new(answer).into_response(),
        Err(failure) => failure.into_response(),
    }
}

/// How it goes: stage, place reached, age, what is held.
#[handler]
async fn status_page(Data(receiver): Data<&Receiver>) -> Response {
    let count = receiver.copy().count().await;
    let waiting = receiver.copy().count_waiting().await;
    let progress = receiver.progress().clone();
    let age = progress.as_of.map(|at| (receiver.clock().now() - at).num_seconds().max(0));
    let mut body = json!(progress);
    body["key"] = json!(receiver.key().public().to_string());
    body["keyId"] = json!(receiver.key().public().id());
    body["dataAge"] = json!(age);
    match count {
        Ok(count) => {
            body["live"] = json!(count.live);
            body["ended"] = json!(count.ended);
        }
        Err(failure) => body["copyFault"] = json!(failure.problem().code()),
    }
    // null while the copy does not tell
    body["lookUpsWaiting"] = json!(waiting.ok());
    json_of(StatusCode::OK, &body)
}

fn json_of(status: StatusCode, body: &serde_json::Value) -> Response {
    Response::builder()
        .status(status)
        .content_type("application/json")
        .header("cache-control", "no-store")
        .body(body.to_string())
}

/// The same in the text form of Prometheus.
#[handler]
async fn metrics(Data(receiver): Data<&Receiver>) -> Response {
    let count = receiver.copy().count().await.unwrap_or_default();
    let waiting = receiver.copy().count_waiting().await.unwrap_or_default();
    let progress = receiver.progress().clone();
    let age = progress.as_of.map_or(-1, |at| (receiver.clock().now() - at).num_seconds().max(0));
    let lines = [
        ("anrop_receiver_live_permits", count.live.to_string()),
        ("anrop_receiver_ended_permits", count.ended.to_string()),
        ("anrop_receiver_applied_sequence", progress.applied.to_string()),
        ("anrop_receiver_data_age_seconds", age.to_string()),
        ("anrop_receiver_deliveries_total", progress.deliveries.to_string()),
        ("anrop_receiver_refused_total", progress.refused.to_string()),
        ("anrop_receiver_gaps_total", progress.gaps.to_string()),
        ("anrop_receiver_repaired_total", progress.repaired.to_string()),
        ("anrop_receiver_panics_total", progress.panics.to_string()),
        ("anrop_receiver_contradictions_total", progress.contradictions.to_string()),
        ("anrop_receiver_in_doubt", u8::from(progress.in_doubt_since.is_some()).to_string()),
        ("anrop_receiver_losses_waiting", progress.losses_waiting.to_string()),
        ("anrop_receiver_look_ups_waiting", waiting.to_string()),
        ("anrop_receiver_registry_reachable", u8::from(progress.fault.is_none()).to_string()),
    ];
    let text: String = lines.iter().map(|(name, value)| format!("{name} {value}\n")).collect();
    Response::builder().content_type("text/plain; version=0.0.4").body(text)
}

#[handler]
fn healthz() -> &'static str {
    "ok"
}

/// Ready once the copy has been whole: from then on it can say that nobody has registered a beacon.
#[handler]
async fn readyz(Data(receiver): Data<&Receiver>) -> Response {
    let readable = receiver.copy().count().await.is_ok();
    let whole = receiver.progress().as_of.is_some();
    let mut faults = Vec::new();
    if !readable {
        faults.push("the copy cannot be read");
    }
    if !whole {
        faults.push("the copy has not been filled yet");
    }
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    json_of(status, &json!({ "faults": faults }))
}
