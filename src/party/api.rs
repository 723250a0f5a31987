//! Operations on one's own data, and the caseworkers' holder search.

use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path},
};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    actions,
    store::HolderQuery,
    wire::{Contactable, PartyView, numbers},
};
use crate::{
    app::App,
    failure::{Failure, FieldErrors},
    http::{Tag, body::Body, preconditions, responses::Answer},
    identity::Caller,
    values::{call_sign::CallSign, national_id::NationalIdRule, phone_number::PhoneNumber},
};

/// Operations on parties.
pub struct PartyApi {
    /// The app.
    pub app: App,
}

/// What a holder is searched by; every part given must hold, and one at least must be given.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HolderSearch {
    /// Part of the name; accents and case do not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 2, max = 200))]
    pub name: Option<String>,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Birth date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<chrono::NaiveDate>,
    /// National id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub national_id: Option<String>,
    /// Organisation number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation_number: Option<String>,
    /// Call sign of a permit held now or before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_sign: Option<String>,
    /// Number of a permit held now or before, e.g. `PLB-000123`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 30))]
    pub permit_number: Option<String>,
    /// What the search is for; logged with it.
    #[validate(length(min = 3, max = 200))]
    pub purpose: String,
}

/// Holders found, at most 50.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct HolderList {
    /// The holders.
    pub items: Vec<PartyView>,
    /// How many are shown.
    pub total: u64,
}

impl HolderSearch {
    /// What is searched by.
    ///
    /// # Errors
    /// 422 with every part that is not well formed, or when nothing is given.
    pub fn parse(&self) -> Result<HolderQuery, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let phone = errors.take_optional("/phone", self.phone.as_deref().map(PhoneNumber::parse));
        let given = (self.national_id.as_deref(), self.organisation_number.as_deref());
        let (national_id, organisation_number) =
            numbers("", given, NationalIdRule::From2032, &mut errors);
        let call_sign =
            errors.take_optional("/callSign", self.call_sign.as_deref().map(CallSign::parse));
        let query = HolderQuery {
            name: self.name.clone(),
            phone,
            birth_date: self.birth_date,
            national_id,
            organisation_number,
            call_sign,
            permit_number: self.permit_number.as_deref().map(|text| text.trim().to_uppercase()),
        };
        if errors.is_empty()
            && self.name.is_none()
            && self.phone.is_none()
            && self.birth_date.is_none()
            && self.national_id.is_none()
            && self.organisation_number.is_none()
            && self.call_sign.is_none()
            && self.permit_number.is_none()
        {
            errors.add("", "missing", "Give at least one thing to search by.");
        }
        errors.finish(Some(query))
    }
}

impl PartyApi {
    async fn amend(
        &self,
        caller: &Caller,
        if_match: Option<&str>,
        body: &Contactable,
    ) -> Result<Answer<PartyView>, Failure> {
        let version = preconditions::required(if_match)?;
        let is_person = !caller.is(crate::identity::Role::Representative);
        let mut errors = FieldErrors::new();
        errors.merge_sizes(body.validate());
        let details = body.parse("", is_person, &mut errors);
        let details = errors.finish(details)?;
        let party = actions::amend(&self.app, caller, version, &details).await?;
        Ok(Answer::new(PartyView::of(&party)).version(party.version))
    }
}

#[OpenApi]
impl PartyApi {
    /// Read one's own data.
    #[oai(path = "/v1/me", method = "get", operation_id = "getMe", tag = "Tag::Me")]
    async fn me(&self, caller: Caller) -> Result<Answer<PartyView>, Failure> {
        let party = actions::party_of(&self.app, self.app.db().read(), &caller)
            .await?
            .ok_or_else(Failure::not_found)?;
        Ok(Answer::new(PartyView::of(&party)).version(party.version))
    }

    /// Correct one's own data.
    ///
    /// Name, address, telephone, e-mail and language. Everybody who was given them is told: the
    /// rescue centre, programmers and the public list.
    #[oai(path = "/v1/me", method = "put", operation_id = "updateMe", tag = "Tag::Me")]
    async fn update(
        &self,
        caller: Caller,
        /// Version the data were read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<Contactable>,
    ) -> Result<Answer<PartyView>, Failure> {
        self.amend(&caller, if_match.0.as_deref(), &body.0).await
    }

    /// Read what is known of one's organisation.
    ///
    /// For who represents it; `/v1/me` answers them the same. Another's organisation is not found.
    #[oai(
        path = "/v1/organisations/:organisationNumber",
        method = "get",
        operation_id = "getOrganisation",
        tag = "Tag::Me"
    )]
    async fn organisation(
        &self,
        caller: Caller,
        /// Organisation number: nine digits.
        #[oai(name = "organisationNumber")]
        number: Path<String>,
    ) -> Result<Answer<PartyView>, Failure> {
        actions::represents(&caller, &number.0)?;
        self.me(caller).await
    }

    /// Correct what is known of one's organisation.
    ///
    /// As `PUT /v1/me` does for who represents it: everybody who was given it is told.
    #[oai(
        path = "/v1/organisations/:organisationNumber",
        method = "put",
        operation_id = "updateOrganisation",
        tag = "Tag::Me"
    )]
    async fn update_organisation(
        &self,
        caller: Caller,
        /// Organisation number: nine digits.
        #[oai(name = "organisationNumber")]
        number: Path<String>,
        /// Version the data were read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<Contactable>,
    ) -> Result<Answer<PartyView>, Failure> {
        actions::represents(&caller, &number.0)?;
        self.amend(&caller, if_match.0.as_deref(), &body.0).await
    }

    /// Search for holders.
    ///
    /// In the body, so that nothing personal stands in an address; each search is logged for every
    /// person it shows.
    #[oai(
        path = "/v1/holder-searches",
        method = "post",
        operation_id = "searchHolders",
        tag = "Tag::Cases"
    )]
    async fn search(
        &self,
        caller: Caller,
        body: Body<HolderSearch>,
    ) -> Result<Answer<HolderList>, Failure> {
        let query = body.0.parse()?;
        let found = actions::search(&self.app, &caller, &query).await?;
        let items: Vec<PartyView> = found.iter().map(PartyView::of).collect();
        let total = items.len() as u64;
        Ok(Answer::new(HolderList { items, total }))
    }
}
