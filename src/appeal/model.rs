//! What an appeal is and how it may end. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    case::model::{Channel, Receiver},
    party::model::ContactDetails,
    values::ids::{CaseId, LetterId, PartyId},
};

/// Where an appeal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppealStatus {
    /// The authority considers it.
    Received,
    /// The appeal body has it.
    Forwarded,
    /// Not taken up (§ 33 second paragraph).
    Inadmissible,
    /// The authority changed its decision.
    Reversed,
    /// The appeal body let the decision stand.
    Upheld,
    /// The appeal body changed it.
    Changed,
    /// The appeal body annulled it.
    Annulled,
}

impl AppealStatus {
    /// Every state.
    pub const ALL: [AppealStatus; 7] = [
        AppealStatus::Received,
        AppealStatus::Forwarded,
        AppealStatus::Inadmissible,
        AppealStatus::Reversed,
        AppealStatus::Upheld,
        AppealStatus::Changed,
        AppealStatus::Annulled,
    ];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            AppealStatus::Received => "received",
            AppealStatus::Forwarded => "forwarded",
            AppealStatus::Inadmissible => "inadmissible",
            AppealStatus::Reversed => "reversed",
            AppealStatus::Upheld => "upheld",
            AppealStatus::Changed => "changed",
            AppealStatus::Annulled => "annulled",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }

    /// True until it is decided what becomes of it.
    pub const fn is_open(self) -> bool {
        matches!(self, AppealStatus::Received | AppealStatus::Forwarded)
    }

    /// True for what only the appeal body decides.
    pub const fn is_of_the_body(self) -> bool {
        matches!(self, AppealStatus::Upheld | AppealStatus::Changed | AppealStatus::Annulled)
    }
}

/// Whether an appeal came in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeliness {
    /// Within the period, or before it began.
    InTime,
    /// After it; may be taken up all the same for the reasons of § 31.
    Late,
    /// More than a year after the decision: must be dismissed (§ 31 third paragraph).
    TooLate,
}

/// Whose appeal a caseworker registers.
#[derive(Clone)]
pub enum Appellant {
    /// Who the case is of.
    Applicant,
    /// Who accepted to receive the permit by it.
    NewHolder,
    /// Somebody the registry has met.
    Known(PartyId),
    /// Somebody by their number, and how to reach them where the registry has not met them.
    Other(Receiver, Option<Box<ContactDetails>>),
}

/// An appeal, opened.
#[derive(Clone)]
pub struct Appeal {
    /// Id of the row.
    pub id: Uuid,
    /// Its case.
    pub case: CaseId,
    /// Outcome of the decision appealed against.
    pub decided_outcome: String,
    /// Where it stands.
    pub status: AppealStatus,
    /// What the party writes.
    pub text: String,
    /// Why it comes late.
    pub late_reason: Option<String>,
    /// Why the decision should not be carried out before the appeal is decided, where that is asked for.
    pub deferral: Option<String>,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// When the decision appealed against was made.
    pub decision_at: DateTime<Utc>,
    /// Last day of the period; none while the letter was not opened.
    pub period_ends_on: Option<NaiveDate>,
    /// It came within the period, or before it began.
    pub in_time: bool,
    /// Code of the body it was forwarded to.
    pub body: Option<String>,
    /// When it was forwarded.
    pub forwarded_at: Option<DateTime<Utc>>,
    /// Grounds of the latest step: of the authority, or the appeal body's in short.
    pub grounds: Option<String>,
    /// Day and reference of the appeal body's decision.
    pub body_decision: Option<(NaiveDate, String)>,
    /// When it ended, and who wrote that down.
    pub closed: Option<(DateTime<Utc>, String)>,
    /// Its number in the journal of its case; appeals of before have none.
    pub number: Option<i32>,
    /// What was decided about the decision waiting meanwhile.
    pub deferral_answer: Option<DeferralAnswer>,
    /// Who appeals, where that is not the party the case is of: the receiver of a transfer, or somebody else with a legal
    /// interest.
    pub appellant: Option<PartyId>,
    /// How it came in; none for one that its party sent here. Letters to whoever appeals on paper go by post.
    pub channel: Option<Channel>,
    /// Day it was handed to a postal service, where that was written down: what was posted within the period is in time
    /// (forvaltningsloven § 30).
    pub posted_on: Option<NaiveDate>,
    /// Other parties that were told of it.
    pub comments: Vec<Comment>,
}

/// Another party to the case that was told of an appeal, and what they say to it (forvaltningsloven § 33).
#[derive(Clone)]
pub struct Comment {
    /// Who was told.
    pub party: PartyId,
    /// The letter that told them.
    pub letter: LetterId,
    /// By when they are asked to comment.
    pub due_on: NaiveDate,
    /// What they say; nothing while they have not.
    pub said: Option<Said>,
}

/// What another party says to an appeal.
#[derive(Clone)]
pub struct Said {
    /// In their words.
    pub text: String,
    /// When it came in.
    pub received_at: DateTime<Utc>,
    /// Its number in the journal of the case.
    pub number: i32,
    /// How it came in; none for one that they sent here.
    pub channel: Option<Channel>,
}

/// What was decided about a decision waiting until the appeal against it is decided (forvaltningsloven § 42).
#[derive(Clone)]
pub struct DeferralAnswer {
    /// It waits.
    pub is_granted: bool,
    /// Grounds, or the appeal body's in short.
    pub grounds: String,
    /// Day and reference of the appeal body's answer; none where the authority decided.
    pub body_decision: Option<(NaiveDate, String)>,
    /// When it was written down, and by whom.
    pub recorded: (DateTime<Utc>, String),
}

impl std::fmt::Debug for DeferralAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeferralAnswer")
            .field("is_granted", &self.is_granted)
            .finish_non_exhaustive()
    }
}

impl Appeal {
    /// Who appeals, where that is not the party the case is of, and who was told of it.
    pub fn others(&self) -> impl Iterator<Item = PartyId> {
        self.appellant.into_iter().chain(self.comments.iter().map(|comment| comment.party))
    }

    /// True while the decision appealed against waits for the appeal.
    pub fn is_deferred(&self) -> bool {
        self.status.is_open() && self.deferral_answer.as_ref().is_some_and(|one| one.is_granted)
    }
}

impl std::fmt::Debug for Appeal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Appeal").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_code_of_its_own_and_two_are_open() {
        for status in AppealStatus::ALL {
            assert_eq!(AppealStatus::from_code(status.code()), Some(status));
        }
        assert_eq!(AppealStatus::ALL.iter().filter(|status| status.is_open()).count(), 2);
    }
}
