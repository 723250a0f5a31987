//! Look-ups that a rescue centre's own copy has answered, in JSON.

use chrono::{DateTime, TimeDelta, Utc};
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use validator::Validate;

use crate::{
    failure::{Failure, FieldErrors},
    rescue::{
        actions::{self, Brought, LookUpNote, Outcome},
        rules,
    },
    values::ids::PermitId,
};

/// Look-ups that a copy has answered.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CopiedLookUps {
    /// The look-ups; at most 200 at a time.
    #[validate(length(min = 1, max = 200))]
    pub look_ups: Vec<CopiedLookUp>,
}

/// A look-up that a copy has answered.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CopiedLookUp {
    /// Id of the look-up, a UUID. One that is known is left as it is.
    pub look_up_id: String,
    /// When it was answered.
    pub answered_at: DateTime<Utc>,
    /// Who looked; at most 200 characters.
    pub officer: String,
    /// The rescue centre's incident reference, or `pending`; at most 64 characters.
    pub incident_reference: String,
    /// What was looked up, canonical.
    pub key: String,
    /// How it ended.
    pub outcome: LookUpOutcome,
    /// It could be written down only some time after it was answered.
    pub late: bool,
    /// What was given, of at most 64 permits.
    pub permits: Vec<GivenPermit>,
}

/// How a look-up ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub enum LookUpOutcome {
    /// With a live permit.
    Match,
    /// With an ended permit.
    Ended,
    /// It is another country's.
    Foreign,
    /// It is in another register.
    OtherRegister,
    /// Nobody has registered it.
    Unknown,
}

/// What was given of a permit.
#[derive(Debug, Clone, Object, Serialize, Deserialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GivenPermit {
    /// Id of the permit.
    pub permit_id: String,
    /// Version that was given.
    pub version: i32,
    /// Purpose of the record of processing it was given for.
    pub purpose: String,
    /// Names of the fields that were given, never their values; at most 200.
    pub fields: Vec<String>,
}

/// What became of look-ups that were brought.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct CopiedLookUpReceipt {
    /// Look-ups written now.
    pub added: u64,
    /// Look-ups that had been brought before.
    pub known: u64,
}

/// So much later than the registry's own clock the clock of a copy may be.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// Longest name of an officer, with whom the copy has it from.
const LONGEST_OFFICER: usize = 200;
/// Longest name of a purpose or field.
const LONGEST_NAME: usize = 64;
/// Most permits of a look-up, and most fields of a permit.
const PERMITS: usize = 64;
const FIELDS: usize = 200;
const TEXT: &str = "Give 1 to 64 printable characters.";

/// A name made of letters, digits and one kind of mark.
fn is_name(text: &str, mark: u8) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == mark;
    !text.is_empty() && text.len() <= LONGEST_NAME && text.bytes().all(is_part)
}

impl CopiedLookUps {
    /// The look-ups with their ids.
    ///
    /// # Errors
    /// Everything that is wrong, 422.
    pub fn parse(&self, now: DateTime<Utc>) -> Result<Vec<(Uuid, LookUpNote)>, Failure> {
        let mut errors = FieldErrors::new();
        errors.merge_sizes(self.validate());
        let mut look_ups = Vec::with_capacity(self.look_ups.len());
        for (index, one) in self.look_ups.iter().enumerate() {
            look_ups.extend(one.parse(&format!("/lookUps/{index}"), now, &mut errors));
        }
        errors.finish(Some(look_ups))
    }
}

impl CopiedLookUp {
    /// What a copy has noted of a look-up.
    pub fn of(id: Uuid, note: &LookUpNote, late: bool) -> Self {
        let permits = note.permits.iter().map(|given| GivenPermit {
            permit_id: given.permit_id.to_string(),
            version: given.version,
            purpose: given.purpose.clone(),
            fields: given.fields.clone(),
        });
        Self {
            look_up_id: id.to_string(),
            answered_at: note.at,
            officer: note.officer.clone(),
            incident_reference: note.incident_reference.clone(),
            key: note.key.clone(),
            outcome: note.outcome.into(),
            late: late || note.is_late,
            permits: permits.collect(),
        }
    }

    fn parse(
        &self,
        at: &str,
        now: DateTime<Utc>,
        errors: &mut FieldErrors,
    ) -> Option<(Uuid, LookUpNote)> {
        let id = Uuid::try_parse(&self.look_up_id).ok();
        if id.is_none() {
            errors.add(format!("{at}/lookUpId"), "identifier", "Give the id of the look-up.");
        }
        if self.answered_at > now + AHEAD {
            let detail = "A look-up cannot be in the future. Send it again later.";
            errors.add(format!("{at}/answeredAt"), "future", detail);
        }
        let officer = self.officer.trim();
        let length = officer.chars().count();
        if length == 0 || length > LONGEST_OFFICER || officer.chars().any(char::is_control) {
            let detail = "Give 1 to 200 printable characters.";
            errors.add(format!("{at}/officer"), "text", detail);
        }
        if self.permits.len() > PERMITS {
            errors.add(format!("{at}/permits"), "length", "Give at most 64 permits.");
        }
        let mut name = |member: &str, text: &str| {
            let name = rules::read_name_of(text);
            if name.is_none() {
                errors.add(format!("{at}/{member}"), "text", TEXT);
            }
            name
        };
        let incident_reference = name("incidentReference", &self.incident_reference);
        let key = name("key", &self.key);
        let mut permits = Vec::with_capacity(self.permits.len());
        for (index, given) in self.permits.iter().enumerate() {
            permits.extend(given.parse(&format!("{at}/permits/{index}"), errors));
        }
        let note = LookUpNote {
            at: self.answered_at,
            officer: officer.to_owned(),
            incident_reference: incident_reference?,
            key: key?,
            outcome: self.outcome.into(),
            permits,
            is_late: self.late,
        };
        Some((id?, note))
    }
}

impl GivenPermit {
    fn parse(&self, at: &str, errors: &mut FieldErrors) -> Option<actions::GivenRecord> {
        let permit_id = errors.take(format!("{at}/permitId"), PermitId::parse(&self.permit_id));
        if self.version < 1 {
            errors.add(format!("{at}/version"), "range", "Give the version that was given.");
        }
        if !is_name(&self.purpose, b'-') {
            let detail = "Give the name of a purpose, as the record of processing has it.";
            errors.add(format!("{at}/purpose"), "text", detail);
        }
        if self.fields.len() > FIELDS {
            errors.add(format!("{at}/fields"), "length", "Give at most 200 fields.");
        }
        for (index, _) in self.fields.iter().enumerate().filter(|(_, field)| !is_name(field, b'.'))
        {
            let detail = "Give the name of a field, never its value.";
            errors.add(format!("{at}/fields/{index}"), "text", detail);
        }
        Some(actions::GivenRecord {
            permit_id: permit_id?,
            party: None,
            version: self.version,
            purpose: self.purpose.clone(),
            fields: self.fields.clone(),
        })
    }
}

impl From<Outcome> for LookUpOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Match => Self::Match,
            Outcome::Ended => Self::Ended,
            Outcome::Foreign => Self::Foreign,
            Outcome::OtherRegister => Self::OtherRegister,
            Outcome::Unknown => Self::Unknown,
        }
    }
}

impl From<LookUpOutcome> for Outcome {
    fn from(outcome: LookUpOutcome) -> Self {
        match outcome {
            LookUpOutcome::Match => Self::Match,
            LookUpOutcome::Ended => Self::Ended,
            LookUpOutcome::Foreign => Self::Foreign,
            LookUpOutcome::OtherRegister => Self::OtherRegister,
            LookUpOutcome::Unknown => Self::Unknown,
        }
    }
}

impl From<Brought> for CopiedLookUpReceipt {
    fn from(brought: Brought) -> Self {
        Self { added: brought.added, known: brought.known }
    }
}
