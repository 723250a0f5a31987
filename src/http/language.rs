//! The language that a program asks for. Problems are told in it where somebody has written them, in English otherwise.

use poem::{FromRequest, Request, RequestBody};

use crate::{values::language::Language, web::language};

/// The language of `Accept-Language`; English unless that names one of ours.
#[derive(Debug, Clone, Copy)]
pub struct Tongue(pub Language);

impl Tongue {
    /// That of a request.
    pub fn of(request: &Request) -> Self {
        Self(language::best(request.headers()).unwrap_or(Language::English))
    }
}

impl<'a> FromRequest<'a> for Tongue {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::of(request))
    }
}
