//! Handing the verified caller to handlers. The edge puts it on the request after checking the
//! access rule; a handler that asks for a caller on a public operation gets a 401.

use poem::{FromRequest, Request, RequestBody};

use crate::{
    failure::{Failure, Problem},
    identity::Caller,
};

impl<'a> FromRequest<'a> for Caller {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        request.extensions().get::<Caller>().cloned().ok_or_else(|| not_signed_in().into())
    }
}

/// 401 without a token.
pub fn not_signed_in() -> Failure {
    Failure::new(Problem::NotSignedIn, "Send a bearer token in the Authorization header.")
}
