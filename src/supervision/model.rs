//! What a supervision case is, and what is done in one. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::lifecycle::Status;
use crate::{
    interference::model::Severity,
    party::model::ContactDetails,
    values::{
        ids::{CaseId, LetterId, PartyId, PermitId},
        language::Language,
        organisation_number::OrganisationNumber,
        table::code_enum,
    },
};

code_enum! {
    /// How a case ended.
    Outcome {
        /// What was wrong has been corrected.
        Corrected = "corrected",
        /// Nothing was wrong.
        NoBreach = "noBreach",
        /// It is not gone on with.
        Discontinued = "discontinued",
    }
}

/// A supervision case as it stands; what it is about is opened on its own.
#[derive(Debug, Clone)]
pub struct Case {
    /// Id; of the same kind as those of cases on permits, so that journal and letters serve both.
    pub id: CaseId,
    /// Year and serial of its number.
    pub number: (i32, i64),
    /// Where it stands.
    pub status: Status,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// How grave the matter is.
    pub severity: Severity,
    /// Whom it is directed at.
    pub party: Option<PartyId>,
    /// The permit it is about.
    pub permit: Option<PermitId>,
    /// Lowest and highest frequency in hertz.
    pub range: Option<(u64, u64)>,
    /// Language of its letters.
    pub language: Language,
    /// Caseworker.
    pub assignee: String,
    /// When something is to have happened.
    pub due_on: Option<NaiveDate>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// Day on which what was wrong was corrected.
    pub corrected_on: Option<NaiveDate>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Grows with every change.
    pub version: i32,
}

impl Case {
    /// The number for people: `2026/000123`.
    pub fn display_number(&self) -> String {
        format!("{}/{:06}", self.number.0, self.number.1)
    }
}

/// What a case is about; sealed wherever it is kept.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Matter {
    /// What is looked into.
    pub text: String,
    /// Who it may be, while that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspect: Option<String>,
}

/// Whom a case is directed at, as it is given.
#[derive(Clone)]
pub enum Respondent {
    /// Nobody knows; perhaps what there is to go by.
    Unknown(Option<String>),
    /// Somebody the registry knows.
    Known(PartyId),
    /// An organisation, which the registry may not have met.
    Organisation(OrganisationNumber, Box<ContactDetails>),
}

/// A case to be opened.
pub struct NewCase {
    /// What is looked into.
    pub matter: String,
    /// How grave; that of the report when left out, else a nuisance.
    pub severity: Option<Severity>,
    /// Whom it is directed at.
    pub respondent: Respondent,
    /// The permit it is about; its holder is the respondent unless another is named.
    pub permit: Option<PermitId>,
    /// Lowest and highest frequency in hertz.
    pub range: Option<(u64, u64)>,
    /// Language, until a respondent is known.
    pub language: Language,
}

impl std::fmt::Debug for NewCase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewCase").field("permit", &self.permit).finish_non_exhaustive()
    }
}

code_enum! {
    /// What a level is measured in.
    LevelUnit {
        /// Field strength, decibels above a microvolt per metre.
        FieldStrength = "dBuV/m",
        /// Received power, decibels above a milliwatt.
        Power = "dBm",
    }
}

/// A measurement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Measurement {
    /// When.
    pub measured_at: DateTime<Utc>,
    /// Where, in words.
    pub site: String,
    /// Millionths of a degree, north and east positive (WGS 84).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<(i32, i32)>,
    /// Frequency in hertz.
    pub frequency: u64,
    /// Level in hundredths of a decibel.
    pub level: i32,
    /// What the level is in.
    pub unit: LevelUnit,
    /// Bandwidth of the receiver in hertz.
    pub bandwidth: u64,
    /// Equipment, with its last calibration where it has one.
    pub equipment: String,
    /// Who measured.
    pub measured_by: String,
}

code_enum! {
    /// How a fine is set.
    FineWay {
        /// For each day.
        Running = "running",
        /// Once, if what was ordered is not done in time.
        OneOff = "oneOff",
    }
}

/// What a coercive fine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FineTerms {
    /// For each day, or once.
    pub way: FineWay,
    /// Øre, for each day or once.
    pub amount: i64,
    /// First day it runs, or the day by which a one-off fine falls due.
    pub from: NaiveDate,
    /// Most it can come to, in øre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
}

/// What was done; sealed wherever it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Deed {
    /// Somebody measured.
    Measurement(Measurement),
    /// The respondent is told what is considered, and may comment.
    Notice {
        /// What is considered and why.
        text: String,
    },
    /// What the respondent said, or a note.
    Remark {
        /// The respondent said it.
        from_respondent: bool,
        /// What.
        text: String,
    },
    /// The respondent has to do something by a day.
    Order {
        /// What.
        text: String,
        /// Why.
        grounds: String,
        /// Why no notice came before it (§ 16 third paragraph).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        without_notice: Option<String>,
    },
    /// It costs money not to.
    CoerciveFine {
        /// How much.
        terms: FineTerms,
        /// Why.
        grounds: String,
    },
}

impl Deed {
    /// As in JSON and in the database.
    pub const fn code(&self) -> &'static str {
        match self {
            Deed::Measurement(_) => "measurement",
            Deed::Notice { .. } => "notice",
            Deed::Remark { .. } => "remark",
            Deed::Order { .. } => "order",
            Deed::CoerciveFine { .. } => "coerciveFine",
        }
    }

    /// True for what can be appealed against.
    pub const fn is_decision(&self) -> bool {
        matches!(self, Deed::Order { .. } | Deed::CoerciveFine { .. })
    }
}

code_enum! {
    /// Where a deed stands.
    Standing {
        /// It is written down, and that is all.
        Recorded = "recorded",
        /// A fine waits for its second signature.
        Proposed = "proposed",
        /// The second signature was not given.
        SentBack = "sentBack",
        /// It holds.
        InForce = "inForce",
        /// It was taken back or annulled: as if it had never been.
        Annulled = "annulled",
    }
}

/// Something done in a case.
#[derive(Debug, Clone)]
pub struct Act {
    /// Id.
    pub id: Uuid,
    /// Its case.
    pub case: CaseId,
    /// What.
    pub deed: Deed,
    /// Where it stands.
    pub standing: Standing,
    /// Who did it.
    pub actor: String,
    /// Who signed it as the second.
    pub signed_by: Option<String>,
    /// The letter that told of it.
    pub letter: Option<LetterId>,
    /// By when the respondent has to answer or to have done it.
    pub due_on: Option<NaiveDate>,
    /// When it was written.
    pub made_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
}
