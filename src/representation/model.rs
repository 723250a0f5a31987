//! What the register of representation says of a person, as far as it is used here. Pure.
//!
//! The answer is that of Altinn's authorised parties for resource owners: a list of `AuthorizedPartyExternal`
//! (<https://docs.altinn.studio/api/accessmanagement/resourceowneropenapi/>; the model is in
//! `Altinn/altinn-authorization-tmp` on GitHub). What is not named here is passed over.

use serde::Deserialize;

use crate::values::organisation_number::OrganisationNumber;

/// An organisation that somebody may act for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its number.
    pub number: OrganisationNumber,
    /// Its name.
    pub name: String,
    /// Name of what it is a unit of, where it is one.
    pub part_of: Option<String>,
}

/// What lets somebody act for an organisation: one of either is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Roles in the register of units, and roles of Altinn.
    pub roles: Vec<String>,
    /// Resources of the authority in Altinn's resource registry.
    pub resources: Vec<String>,
}

/// What is enough when nobody says otherwise: the roles of the register of units that Altinn calls key roles
/// (`DAGL` managing director, `LEDE` chair of the board, `INNH` sole proprietor, `BEST` managing shipowner,
/// `KOMP` general partner, `DTPR` and `DTSO` partners, `BOBE` administrator of an estate), and Altinn's
/// `UTINN` (utfyller/innsender), which Nkom's forms there have asked for.
pub const USUAL_ROLES: &str = "DAGL LEDE INNH BEST KOMP DTPR DTSO BOBE UTINN";

impl Default for Basis {
    fn default() -> Self {
        let roles = USUAL_ROLES.split_whitespace().map(str::to_owned).collect();
        Self { roles, resources: Vec::new() }
    }
}

/// A party in the answer, with its units. It may be a person, whose name stands in it: it is never shown or
/// written down as it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// Name.
    pub name: Option<String>,
    /// Number, of an organisation.
    pub organization_number: Option<String>,
    /// `Organization`, `Person` or `SelfIdentified`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// It has ended.
    #[serde(default)]
    pub is_deleted: bool,
    /// It stands there for its units alone.
    #[serde(default)]
    pub only_hierarchy_element_with_no_access: bool,
    /// Resources one has there.
    pub authorized_resources: Option<Vec<String>>,
    /// Roles one has there, as codes in capitals.
    pub authorized_roles: Option<Vec<String>>,
    /// Its units.
    pub subunits: Option<Vec<Party>>,
}

/// Reads an answer; nothing when it is not one.
pub fn read(bytes: &[u8]) -> Option<Vec<Party>> {
    serde_json::from_slice(bytes).ok()
}
