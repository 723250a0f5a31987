//! Appeals in cases that came on paper or by telephone, in JSON: what came, when, and who appeals. It must not decide whether
//! they may: that is of the rules and of whoever considers the appeal.

use chrono::NaiveDate;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    appeal::{
        model::Appellant,
        receive::{Came, Written},
    },
    case::{
        model::{Channel, Receiver},
        wire::desk::FilingChannel,
    },
    failure::{Failure, FieldErrors},
    party::wire::{Contactable, numbers},
    values::{ids::PartyId, national_id::NationalIdRule},
};

/// A party that the decision was told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum AppellantParty {
    /// Who applied, or holds the permit.
    Applicant,
    /// Who accepted to receive the permit.
    NewHolder,
}

/// Who appeals: a party that the decision was told to, or somebody else with a legal interest in it (forvaltningsloven
/// § 28). One of `party`, `holderId`, `nationalId` and `organisationNumber`.
#[derive(Clone, Default, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppellantForm {
    /// A party that the decision was told to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<AppellantParty>,
    /// Id of a holder, from the search for holders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 60))]
    pub holder_id: Option<String>,
    /// National id of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 20))]
    pub national_id: Option<String>,
    /// Number of an organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 20))]
    pub organisation_number: Option<String>,
    /// How to reach who is named by a number; needed when the registry has not met them, left alone when it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub contact: Option<Contactable>,
}

impl std::fmt::Debug for AppellantForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppellantForm").field("party", &self.party).finish_non_exhaustive()
    }
}

impl AppellantForm {
    /// Who it is; errors point below `/appellant`.
    fn meaning(&self, rule: NationalIdRule, errors: &mut FieldErrors) -> Option<Appellant> {
        let given = [
            self.party.is_some(),
            self.holder_id.is_some(),
            self.national_id.is_some(),
            self.organisation_number.is_some(),
        ];
        if given.into_iter().filter(|is_given| *is_given).count() != 1 {
            let detail = "Give one of party, holderId, nationalId and organisationNumber.";
            errors.add("/appellant", "one-of", detail);
            return None;
        }
        match self.party {
            Some(AppellantParty::Applicant) => return Some(Appellant::Applicant),
            Some(AppellantParty::NewHolder) => return Some(Appellant::NewHolder),
            None => {}
        }
        if let Some(id) = &self.holder_id {
            return errors.take("/appellant/holderId", PartyId::parse(id)).map(Appellant::Known);
        }
        let given = (self.national_id.as_deref(), self.organisation_number.as_deref());
        let (person, organisation) = numbers("/appellant", given, rule, errors);
        let is_person = self.national_id.is_some();
        let contact = match &self.contact {
            Some(contact) => {
                Some(Box::new(contact.parse("/appellant/contact", is_person, errors)?))
            }
            None => None,
        };
        let person = person.map(Receiver::Person);
        let receiver = person.or_else(|| organisation.map(Receiver::Organisation))?;
        Some(Appellant::Other(receiver, contact))
    }
}

/// An appeal in a case that came on paper or by telephone.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisteredCaseAppealForm {
    /// What they write, or say.
    #[validate(length(min = 1, max = 10_000))]
    pub text: String,
    /// Why it comes late; needed when the time limit is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 4000))]
    pub late_reason: Option<String>,
    /// Asks that the decision is not carried out until the appeal is decided, and says why (§ 42).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 4000))]
    pub deferral: Option<String>,
    /// How it came in; on paper when left out. Letters to whoever appeals so go by post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<FilingChannel>,
    /// Day it came in; today when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
    /// Day it was handed to a postal service, as the postmark says, of one on paper: posted within the time limit it is in
    /// time (forvaltningsloven § 30).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted_on: Option<NaiveDate>,
    /// Who appeals; the applicant when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub appellant: Option<AppellantForm>,
    /// Day the decision became known to somebody who was not told of it by letter; their time limit runs from then (§ 29).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_since: Option<NaiveDate>,
}

impl RegisteredCaseAppealForm {
    /// How it came in, and when.
    pub fn came(&self, today: NaiveDate) -> Came {
        Came {
            channel: self.channel.map_or(Channel::Paper, Channel::from),
            received_on: self.received_on.unwrap_or(today),
            posted_on: self.posted_on,
        }
    }

    /// What it says, and who appeals.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn parse(&self, rule: NationalIdRule) -> Result<(Written, Appellant), Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let (late, deferral) = (self.late_reason.as_ref(), self.deferral.as_ref());
        let written = Written::read(&self.text, late, deferral, &mut errors);
        let appellant = match &self.appellant {
            Some(form) => form.meaning(rule, &mut errors),
            None => Some(Appellant::Applicant),
        };
        errors.finish(written.zip(appellant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(appellant: AppellantForm) -> RegisteredCaseAppealForm {
        RegisteredCaseAppealForm {
            text: "Vi klager.".to_owned(),
            late_reason: None,
            deferral: None,
            channel: None,
            received_on: None,
            posted_on: None,
            appellant: Some(appellant),
            known_since: None,
        }
    }

    fn faults(appellant: AppellantForm) -> Vec<String> {
        let refused = form(appellant).parse(NationalIdRule::Current).err();
        let fields = refused.iter().flat_map(Failure::fields);
        fields.map(|field| format!("{} {}", field.pointer, field.code)).collect()
    }

    #[test]
    fn who_appeals_is_named_in_one_way() {
        let party = Some(AppellantParty::NewHolder);
        let number = Some("312345676".to_owned());
        let own = AppellantForm { party, ..AppellantForm::default() };
        assert!(faults(own.clone()).is_empty());
        assert_eq!(faults(AppellantForm::default()), ["/appellant one-of"]);
        let both = AppellantForm { organisation_number: number.clone(), ..own };
        assert_eq!(faults(both), ["/appellant one-of"]);
        let wrong = Some("312345677".to_owned());
        let wrong = AppellantForm { organisation_number: wrong, ..AppellantForm::default() };
        assert_eq!(faults(wrong), ["/appellant/organisationNumber check-digit"]);
        let known = AppellantForm { organisation_number: number, ..AppellantForm::default() };
        let read = form(known).parse(NationalIdRule::Current).expect("an appellant");
        assert!(matches!(read.1, Appellant::Other(Receiver::Organisation(_), None)));
    }
}
