//! What a form of a page sends. Never from another site, never repeated in a failure.

use poem::{FromRequest, Request, RequestBody};
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::failure::{Failure, Problem};

/// Most bytes that the fields of a form with a file have, without the file.
pub const LARGEST: usize = 64 * 1024;
/// Largest form that comes in one piece, as browsers write it: the page of a case sends all that is typed on it, and a letter
/// takes up to nine bytes.
const LARGEST_WRITTEN: usize = 512 * 1024;

/// The fields of a form, in their order.
#[derive(Default)]
pub struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    /// The value of a field, trimmed; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// The values of a field that stands in the form several times, trimmed.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.trim())
    }
}

impl Form {
    /// Of fields in their order.
    pub fn of(fields: Vec<(String, Zeroizing<String>)>) -> Self {
        Self(fields)
    }

    /// Adds fields that came later.
    pub fn add(&mut self, more: Vec<(String, Zeroizing<String>)>) {
        self.0.extend(more);
    }

    /// Every field as it was sent, in their order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Browsers say where a request comes from; those that do not are held by the form's token.
///
/// # Errors
/// 403 for a form of another site.
pub fn of_this_site(request: &Request) -> Result<(), Failure> {
    let site = request.header("sec-fetch-site");
    if site.is_some_and(|site| !["same-origin", "none"].contains(&site)) {
        return Err(Failure::new(Problem::NotAllowed, "This form was sent from another site."));
    }
    Ok(())
}

impl<'a> FromRequest<'a> for Form {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        of_this_site(request)?;
        let media_type = request.content_type().unwrap_or_default();
        if !media_type.starts_with("application/x-www-form-urlencoded") {
            let refused = "Send the form as application/x-www-form-urlencoded.";
            return Err(Failure::new(Problem::UnsupportedMediaType, refused).into());
        }
        let too_large = |_| Failure::new(Problem::BodyTooLarge, "The form is too large.");
        let bytes = body.take()?.into_bytes_limit(LARGEST_WRITTEN).await.map_err(too_large)?;
        let fields = form_urlencoded::parse(&bytes)
            .map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())));
        Ok(Self(fields.collect()))
    }
}
