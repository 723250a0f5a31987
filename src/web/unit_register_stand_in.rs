//! A stand-in for the register of units in the demo and in tests: the same form of answer for a made-up
//! organisation with any valid number. It does not exist in production.

use poem::{
    EndpointExt as _, Response, Route, get, handler,
    http::{StatusCode, header},
    web::Path,
};
use serde_json::json;

use crate::{
    app::App, identity::client::has_built_in, values::organisation_number::OrganisationNumber,
};

/// Where it is, below the address of the service.
pub const PATH: &str = "/stand-in/unit-register";

/// Its routes, where it exists.
pub fn routes(app: &App) -> Option<Route> {
    has_built_in(app.settings())
        .then(|| Route::new().at("/enheter/:number", get(find).data(app.clone())))
}

#[handler]
fn find(Path(number): Path<String>) -> Response {
    let Ok(number) = OrganisationNumber::parse(&number) else {
        return Response::builder().status(StatusCode::NOT_FOUND).finish();
    };
    let digits: String = number.to_string().chars().filter(char::is_ascii_digit).collect();
    let unit = json!({
        "organisasjonsnummer": digits,
        "navn": format!("EKSEMPEL {} AS", &digits[6..]),
        "organisasjonsform": { "kode": "AS", "beskrivelse": "Aksjeselskap" },
        "forretningsadresse": {
            "adresse": ["Fjordgata 7"], "postnummer": "4790", "poststed": "LILLESAND",
            "land": "Norge", "landkode": "NO",
        },
    });
    Response::builder()
        .content_type("application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(unit.to_string())
}
