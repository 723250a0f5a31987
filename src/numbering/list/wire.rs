//! Changes of listed ranges in JSON.

use chrono::{DateTime, Utc};
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    super::{model::Provider, search::resource_of},
    actions::{Fate, Step},
    model::RangeChange,
};
use crate::{
    failure::FieldErrors,
    permit::kind::shared::needed_text,
    values::{number_resource::ResourceType, organisation_number::OrganisationNumber},
};

/// What becomes of numbers that the published list alone says are assigned.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberRangeChangeForm {
    /// Type of the resource; telephone numbers are known by their digits.
    #[oai(rename = "type")]
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 40))]
    pub kind: Option<String>,
    /// The numbers, a listed range or a part of one: `22 00 00 00-22 00 99 99`.
    #[validate(length(min = 1, max = 60))]
    pub range: String,
    /// What becomes of them.
    pub change: ChangeName,
    /// Who has them from now on; for a transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub new_provider: Option<NewProviderForm>,
    /// Why.
    #[validate(length(min = 1, max = 2000))]
    pub grounds: String,
}

/// What becomes of listed numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum ChangeName {
    /// The provider gave them back.
    Returned,
    /// The authority took them back.
    Withdrawn,
    /// Another provider has them.
    Transferred,
}

/// An organisation that gets numbers.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewProviderForm {
    /// Name.
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    /// Its number.
    #[validate(length(min = 9, max = 20))]
    pub organisation_number: String,
}

impl NumberRangeChangeForm {
    /// What it means; every error is noted.
    pub fn meaning(&self, errors: &mut FieldErrors) -> Option<Step> {
        errors.merge_sizes(self.validate());
        let kind = self.kind.as_deref().map(ResourceType::of);
        if kind.is_some_and(|kind| kind.is_none()) {
            errors.add("/type", "unknown-code", "Name a type of the list of types, or none.");
            return None;
        }
        let known = errors.take("/range", resource_of(&self.range, kind.flatten()));
        let grounds = needed_text(&self.grounds, 2000, "/grounds", errors);
        let provider = self.new_provider.as_ref().and_then(|new| {
            let name = needed_text(&new.name, 200, "/newProvider/name", errors);
            let pointer = "/newProvider/organisationNumber";
            let number = errors.take(pointer, OrganisationNumber::parse(&new.organisation_number));
            Some(Provider { name: name?, number: Some(number?.to_string()) })
        });
        let to = match (self.change, &self.new_provider) {
            (ChangeName::Transferred, None) => {
                errors.add("/newProvider", "missing", "Name who has the numbers from now on.");
                return None;
            }
            (ChangeName::Transferred, Some(_)) => Fate::Transferred(provider?),
            (_, Some(_)) => {
                errors.add("/newProvider", "not-allowed", "Only a transfer has a new provider.");
                return None;
            }
            (ChangeName::Returned, None) => Fate::Returned,
            (ChangeName::Withdrawn, None) => Fate::Withdrawn,
        };
        let (kind, resource) = known?;
        Some(Step { kind, resource, to, grounds: grounds? })
    }
}

/// What became of a range of the published list.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct NumberRangeChangeView {
    /// Id of the change.
    pub id: String,
    /// Type of the resource.
    #[oai(rename = "type")]
    pub kind: String,
    /// First number, digits only, or the code.
    pub first_number: String,
    /// Last number, itself inside.
    pub last_number: String,
    /// `changed-in-list`, `gone-from-list`, `returned`, `withdrawn`, `transferred` or `taken-over`
    /// (a permit holds it now).
    pub cause: String,
    /// State until then.
    pub status: String,
    /// Who had it, or whom the list named, until then.
    pub provider: Option<String>,
    /// Who has it from then on, for a transfer.
    pub new_provider: Option<String>,
    /// Its organisation number.
    pub new_provider_number: Option<String>,
    /// Permit that holds it now.
    pub permit_id: Option<String>,
    /// Why.
    pub grounds: Option<String>,
    /// Who did it: a caseworker, `import` or `registry`.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTime<Utc>,
}

/// Changes, newest first.
#[derive(Debug, Clone, Object)]
pub struct NumberRangeChanges {
    /// The changes.
    pub items: Vec<NumberRangeChangeView>,
}

impl NumberRangeChangeView {
    /// The view of a change.
    pub fn of(change: RangeChange) -> Self {
        let (new_provider, new_provider_number) =
            change.new_provider.map(|new| (new.name, new.number)).unzip();
        Self {
            id: change.id.to_string(),
            kind: change.kind.code.to_owned(),
            first_number: change.resource.first().to_owned(),
            last_number: change.resource.last().to_owned(),
            cause: change.cause.code().to_owned(),
            status: change.status.code().to_owned(),
            provider: change.provider,
            new_provider,
            new_provider_number: new_provider_number.flatten(),
            permit_id: change.permit.map(|id| id.to_string()),
            grounds: change.grounds,
            changed_by: change.by,
            changed_at: change.at,
        }
    }
}
