//! Operations on one's own consents.

use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::{
    CALL_SIGN_LIST, actions, store,
    wire::{ConsentForm, ConsentList, ConsentView},
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{
        Tag,
        body::Body,
        responses::{Answer, NoContent},
    },
    identity::Caller,
    party,
    values::{Flaw as _, call_sign::CallSign},
};

/// Operations on consents.
pub struct ConsentApi {
    /// The app.
    pub app: App,
}

fn known(purpose: &str) -> Result<(), Failure> {
    if purpose == CALL_SIGN_LIST { Ok(()) } else { Err(Failure::not_found()) }
}

impl ConsentApi {
    async fn ledger(&self, caller: &Caller) -> Result<Answer<ConsentList>, Failure> {
        let connection = self.app.db().read();
        let rows = match party::actions::party_of(&self.app, connection, caller).await? {
            Some(party) => store::of_party(connection, party.id).await?,
            None => Vec::new(),
        };
        let items: Vec<ConsentView> = rows
            .into_iter()
            .map(|row| ConsentView {
                purpose: row.purpose,
                call_sign: row.call_sign,
                fields: serde_json::from_value(row.fields).unwrap_or_default(),
                text_version: row.text_version,
                given_at: row.given_at,
                withdrawn_at: row.withdrawn_at,
            })
            .collect();
        let total = items.len() as u64;
        Ok(Answer::new(ConsentList { items, total }))
    }
}

#[OpenApi]
impl ConsentApi {
    /// List one's consents, given and withdrawn.
    #[oai(path = "/v1/consents", method = "get", operation_id = "listConsents", tag = "Tag::Me")]
    async fn list(&self, caller: Caller) -> Result<Answer<ConsentList>, Failure> {
        self.ledger(&caller).await
    }

    /// Give a consent, or change it.
    ///
    /// The public list follows before this answers.
    #[oai(
        path = "/v1/consents/:purpose",
        method = "put",
        operation_id = "giveConsent",
        tag = "Tag::Me"
    )]
    async fn give(
        &self,
        caller: Caller,
        /// Purpose: `call-sign-list`.
        purpose: Path<String>,
        body: Body<ConsentForm>,
    ) -> Result<Answer<ConsentList>, Failure> {
        known(&purpose.0)?;
        let mut errors = FieldErrors::new();
        let sign = errors.take("/callSign", CallSign::parse(&body.0.call_sign));
        let sign = errors.finish(sign)?;
        let mut fields: Vec<String> =
            body.0.fields.iter().map(|field| field.policy_name().to_owned()).collect();
        fields.sort_unstable();
        fields.dedup();
        actions::give(&self.app, &caller, sign, &fields).await?;
        self.ledger(&caller).await
    }

    /// Withdraw a consent.
    ///
    /// Nothing shows the fields any more when this answers.
    #[oai(
        path = "/v1/consents/:purpose",
        method = "delete",
        operation_id = "withdrawConsent",
        tag = "Tag::Me"
    )]
    async fn withdraw(
        &self,
        caller: Caller,
        /// Purpose: `call-sign-list`.
        purpose: Path<String>,
        /// Only for this call sign; for all when left out.
        #[oai(name = "callSign")]
        call_sign: Query<Option<String>>,
    ) -> Result<NoContent, Failure> {
        known(&purpose.0)?;
        let sign = call_sign
            .0
            .map(|text| {
                CallSign::parse(&text)
                    .map_err(|flaw| Failure::parameter("callSign", flaw.code(), flaw.to_string()))
            })
            .transpose()?;
        actions::withdraw(&self.app, &caller, sign).await?;
        Ok(NoContent)
    }
}
