//! The application of a supplier or radio dealer in JSON.

use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    super::{
        Parsed,
        shared::{Applicant, ContactPersonForm},
    },
    model::{SupplierDetails, TradeRole},
    rules,
};
use crate::failure::FieldErrors;

/// Application to be registered as supplier, radio dealer or both. On behalf of an organisation.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SupplierApplication {
    /// The organisation.
    #[validate(nested)]
    pub applicant: Applicant,
    /// Whom the authority asks about the registration; not published.
    #[validate(nested)]
    pub contact_person: ContactPersonForm,
    /// What the organisation does. A supplier need not register as radio dealer besides.
    #[validate(length(min = 1, max = 2))]
    pub roles: Vec<TradeRoleName>,
    /// Categories of equipment: `radioEquipment`, `terminalEquipment`, `networkEquipment`.
    #[validate(length(min = 1, max = 20))]
    pub categories: Vec<String>,
}

/// What an organisation does with equipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum TradeRoleName {
    /// Makes or imports and sells.
    Supplier,
    /// Sells equipment that needs a permit.
    RadioDealer,
}

/// A supplier or dealer in a record.
#[derive(Debug, Clone, Default, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", default)]
pub struct SupplierFacts {
    /// `supplier`, `radioDealer`.
    pub roles: Option<Vec<String>>,
    /// Categories of equipment.
    pub categories: Option<Vec<String>>,
}

impl SupplierApplication {
    /// What the application asks for; every error is noted.
    pub fn meaning(
        &self,
        is_person: bool,
        errors: &mut FieldErrors,
    ) -> Option<Parsed<SupplierDetails>> {
        errors.merge_sizes(self.validate());
        let applicant = self.applicant.parse(is_person, errors);
        let contact_person = self.contact_person.parse("/contactPerson", errors);
        let mut roles: Vec<TradeRole> = self
            .roles
            .iter()
            .map(|role| match role {
                TradeRoleName::Supplier => TradeRole::Supplier,
                TradeRoleName::RadioDealer => TradeRole::RadioDealer,
            })
            .collect();
        roles.sort_unstable();
        roles.dedup();
        let mut categories = Vec::with_capacity(self.categories.len());
        for (index, code) in self.categories.iter().enumerate() {
            if !rules::is_category(code) {
                errors.add(
                    format!("/categories/{index}"),
                    "not-in-list",
                    format!("One of: {}.", rules::category_codes()),
                );
            } else if !categories.contains(code) {
                categories.push(code.clone());
            }
        }
        Some(Parsed {
            applicant: applicant?,
            contacts: Vec::new(),
            call_sign: None,
            wishes: Vec::new(),
            consent: None,
            details: SupplierDetails { roles, categories, contact_person: contact_person? },
        })
    }

    /// A made-up application.
    pub fn example() -> Self {
        Self {
            applicant: Applicant::organisation_example(),
            contact_person: ContactPersonForm::example(),
            roles: vec![TradeRoleName::Supplier],
            categories: vec!["radioEquipment".to_owned(), "networkEquipment".to_owned()],
        }
    }
}
