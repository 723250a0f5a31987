//! Handing the verified caller to handlers. The edge puts it on the request after checking the
//! access rule; a handler that asks for a caller on a public operation gets a 401. Also the header in which
//! a person's program names the organisation they act for.

use poem::{FromRequest, Request, RequestBody, http::HeaderMap};

use crate::{
    failure::{Failure, Problem},
    identity::Caller,
    values::{
        Flaw as _,
        organisation_number::{OrganisationNumber, OrganisationNumberFlaw},
    },
};

/// Names the organisation that the person of a token acts for.
pub const ACTING_FOR: &str = "Acting-For";

impl<'a> FromRequest<'a> for Caller {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        request.extensions().get::<Caller>().cloned().ok_or_else(|| not_signed_in().into())
    }
}

/// The organisation that a request names, if it names one.
///
/// # Errors
/// 400 for what is no organisation number, and for more than one.
pub fn acting_for(headers: &HeaderMap) -> Result<Option<OrganisationNumber>, Failure> {
    let mut values = headers.get_all(ACTING_FOR).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Failure::parameter(ACTING_FOR, "repeated", "Name one organisation."));
    }
    let number = OrganisationNumber::parse(value.to_str().unwrap_or_default());
    let wrong = |flaw: OrganisationNumberFlaw| {
        Failure::parameter(ACTING_FOR, flaw.code(), flaw.to_string())
    };
    number.map(Some).map_err(wrong)
}

/// 401 without a token.
pub fn not_signed_in() -> Failure {
    Failure::new(Problem::NotSignedIn, "Send a bearer token in the Authorization header.")
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    #[test]
    fn a_request_names_one_organisation_or_none() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("acting-for", HeaderValue::from_static(value));
            }
            let named = acting_for(&headers).map_err(|failure| failure.problem());
            named.map(|number| number.map(|number| number.to_string()))
        };
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&["312345676"]), Ok(Some("312345676".to_owned())));
        for wrong in [&["312345677"][..], &[""], &["x"], &["312345676", "312345676"]] {
            assert_eq!(of(wrong), Err(Problem::InvalidParameter), "{wrong:?}");
        }
    }
}
