//! Drafts in JSON.

use chrono::{DateTime, Utc};
use poem_openapi::{Object, types::Any};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

use super::{actions::Opened, check, store::Draft};
use crate::identity::{Caller, Role};

/// An application as far as it has come.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DraftForm {
    /// As the application of the kind; members may be missing or wrong.
    pub application: Any<Value>,
}

/// One thing that keeps a draft from being filed.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DraftFinding {
    /// JSON pointer into the application.
    pub pointer: String,
    /// Stable code, as in the errors of filing.
    pub code: String,
    /// What to do.
    pub detail: String,
}

/// A draft in a list.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DraftSummary {
    /// Id.
    pub id: String,
    /// Kind of permit.
    pub kind: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was saved last.
    pub changed_at: DateTime<Utc>,
    /// When it is deleted, unless it is saved or filed before.
    pub expires_at: DateTime<Utc>,
    /// Version; the entity tag of the draft is `"v{version}"`.
    pub version: i32,
}

impl DraftSummary {
    /// The summary of a draft.
    pub fn of(draft: &Draft) -> Self {
        Self {
            id: draft.id.to_string(),
            kind: draft.kind.as_str().to_owned(),
            created_at: draft.created_at,
            changed_at: draft.changed_at,
            expires_at: draft.expires_at,
            version: draft.version,
        }
    }
}

/// The caller's drafts.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DraftList {
    /// The newest first.
    pub items: Vec<DraftSummary>,
    /// How many there are.
    pub total: u64,
}

/// A draft, and what is missing in it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DraftView {
    /// The draft.
    #[oai(flatten)]
    pub summary: DraftSummary,
    /// The application as far as it has come.
    pub application: Any<Value>,
    /// True when nothing keeps it from being filed, as far as the application itself says.
    pub complete: bool,
    /// Everything that is missing or wrong; what depends on each other may follow when this is mended.
    pub missing: Vec<DraftFinding>,
}

impl DraftView {
    /// The view of a draft.
    pub fn of(opened: Opened, caller: &Caller) -> Self {
        let is_person = !caller.is(Role::Representative);
        let draft = &opened.draft;
        let application = &opened.content.application;
        let found = check::findings(draft.kind, application, is_person, draft.new_on());
        Self {
            summary: DraftSummary::of(&opened.draft),
            application: Any(opened.content.application),
            complete: found.is_empty(),
            missing: found
                .into_iter()
                .map(|error| DraftFinding {
                    pointer: error.pointer,
                    code: error.code.into_owned(),
                    detail: error.detail.into_owned(),
                })
                .collect(),
        }
    }
}
