//! What is kept about a registered supplier or dealer.

use serde::{Deserialize, Serialize};

use crate::{permit::contact::ContactPerson, values::table::code_enum};

/// A registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SupplierDetails {
    /// What the organisation does; at least one, none twice.
    pub roles: Vec<TradeRole>,
    /// Codes of `data/supplier_categories.tsv`; at least one, none twice.
    pub categories: Vec<String>,
    /// Whom the authority asks about the registration.
    pub contact_person: ContactPerson,
}

code_enum! {
    /// What an organisation does with equipment.
    TradeRole {
        /// Makes or imports and sells (leverandør).
        Supplier = "supplier",
        /// Sells equipment that needs a permit (radioforhandler).
        RadioDealer = "radioDealer",
    }
}
