//! The operations behind the link of an emergency contact. The token in the address is the whole
//! sign-in; it leads to one entry and is good once.

use poem::Request;
use poem_openapi::{OpenApi, param::Path};

use super::{
    actions,
    wire::{ContactAnswer, ContactLinkOutcome, ContactLinkView},
};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, address::address_of, body::Body, responses::Answer},
};

/// Operations for emergency contacts.
pub struct ContactLinkApi {
    /// The app.
    pub app: App,
}

/// What a contact sees, in JSON.
///
/// # Errors
/// As [`actions::see`].
pub async fn view(app: &App, address: &str, token: &str) -> Result<ContactLinkView, Failure> {
    let seen = actions::see(app, address, token).await?;
    Ok(ContactLinkView {
        record: seen.disclosed.into().map_err(Failure::internal)?,
        authority: app.settings().authority_name.clone(),
        recipients: vec!["rescueCentre".to_owned()],
        expires_at: seen.until,
    })
}

#[OpenApi]
impl ContactLinkApi {
    /// See what is registered about oneself as an emergency contact.
    ///
    /// By the link that was sent as a text message; it is good for 30 days and one answer.
    #[oai(
        path = "/v1/contact-links/:token",
        method = "get",
        operation_id = "getContactLink",
        tag = "Tag::Permits"
    )]
    async fn get(
        &self,
        request: &Request,
        /// Token of the link.
        token: Path<String>,
    ) -> Result<Answer<ContactLinkView>, Failure> {
        let address = address_of(&self.app, request);
        Ok(Answer::new(view(&self.app, &address, &token.0).await?))
    }

    /// Confirm, correct or object as an emergency contact.
    ///
    /// The rescue centre is told at once. Whoever objects is taken away without being asked why, and
    /// the holder is told that a contact has left. The link is used up.
    #[oai(
        path = "/v1/contact-links/:token",
        method = "put",
        operation_id = "answerContactLink",
        tag = "Tag::Permits"
    )]
    async fn put(
        &self,
        request: &Request,
        /// Token of the link.
        token: Path<String>,
        body: Body<ContactAnswer>,
    ) -> Result<Answer<ContactLinkOutcome>, Failure> {
        let answer = body.0.parse()?;
        let address = address_of(&self.app, request);
        let outcome = actions::answer(&self.app, &address, &token.0, &answer).await?;
        Ok(Answer::new(ContactLinkOutcome { outcome: outcome.to_owned() }))
    }
}
