//! Operations on one's own consents.

use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};

use super::{
    CALL_SIGN_LIST, actions, store,
    wire::{ConsentForm, ConsentList, ConsentView, RegisteredConsentForm},
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
    permit::kind::amateur::wire::ListedField,
    values::{
        Flaw as _,
        call_sign::CallSign,
        ids::{PartyId, PermitId},
    },
};

/// Operations on consents.
pub struct ConsentApi {
    /// The app.
    pub app: App,
}

fn known(purpose: &str) -> Result<(), Failure> {
    if purpose == CALL_SIGN_LIST { Ok(()) } else { Err(Failure::not_found()) }
}

/// Fields as the privacy statement names them, each once.
fn named(fields: &[ListedField]) -> Vec<String> {
    let mut names: Vec<String> =
        fields.iter().map(|field| field.policy_name().to_owned()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl ConsentApi {
    async fn ledger(&self, caller: &Caller) -> Result<Answer<ConsentList>, Failure> {
        let connection = self.app.db().read();
        match party::actions::party_of(&self.app, connection, caller).await? {
            Some(party) => self.ledger_of(party.id).await,
            None => Ok(Answer::new(ConsentList { items: Vec::new(), total: 0 })),
        }
    }

    async fn ledger_of(&self, party: PartyId) -> Result<Answer<ConsentList>, Failure> {
        let rows = store::of_party(self.app.db().read(), party).await?;
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
        let fields = named(&body.0.fields);
        actions::give(&self.app, &caller, sign, &fields).await?;
        self.ledger(&caller).await
    }

    /// Register a consent of a holder who wrote or called.
    ///
    /// Given, changed or withdrawn, for the call sign of the permit. The public list follows before this answers, with
    /// the consents of the holder.
    #[oai(
        path = "/v1/permits/:id/registered-consent",
        method = "post",
        operation_id = "registerConsent",
        tag = "Tag::Permits"
    )]
    async fn register(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        body: Body<RegisteredConsentForm>,
    ) -> Result<Answer<ConsentList>, Failure> {
        let id = PermitId::parse(&id.0).map_err(|_| Failure::not_found())?;
        let (fields, channel) = (named(&body.0.fields), body.0.channel.code());
        let party = actions::register(&self.app, &caller, id, &fields, channel).await?;
        self.ledger_of(party).await
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
