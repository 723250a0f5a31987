//! What a letter is and what it is made from. Pure.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    document::Authority,
    values::{language::Language, letter_text::LetterText},
};

/// What a letter tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterKind {
    /// A decision on an application, or on a permit of the authority's own motion.
    Decision,
    /// The applicant is asked for something.
    InformationRequest,
    /// The application is not decided within a month (forvaltningsloven § 11a).
    ProvisionalAnswer,
    /// An appeal goes on to the appeal body.
    AppealForwarded,
    /// Another party to the case has appealed, and the addressee may comment (forvaltningsloven § 33).
    AppealNotice,
    /// An appeal is dismissed, or decided.
    AppealDecision,
    /// The authority considers an order, and the respondent may comment (forvaltningsloven § 16).
    AdvanceNotice,
    /// The authority orders something.
    Order,
    /// A coercive fine is set.
    CoerciveFine,
    /// A supervision case is closed.
    SupervisionClosed,
    /// Fees to be paid.
    Invoice,
    /// Fees that fall away.
    CreditNote,
    /// An invoice that is not paid in time.
    PaymentReminder,
    /// An application has come in on paper or by telephone.
    Receipt,
    /// A decision waits until the appeal against it is decided, or does not (forvaltningsloven § 42).
    AppealDeferral,
    /// Reasons that were asked for (forvaltningsloven § 24).
    Reasons,
    /// The time limit for the decision is another one.
    NewTimeLimit,
    /// What the addressee was given notice of ends without a decision.
    CaseClosed,
}

impl LetterKind {
    /// Every kind.
    pub const ALL: [LetterKind; 18] = [
        LetterKind::Decision,
        LetterKind::InformationRequest,
        LetterKind::ProvisionalAnswer,
        LetterKind::AppealForwarded,
        LetterKind::AppealNotice,
        LetterKind::AppealDecision,
        LetterKind::AdvanceNotice,
        LetterKind::Order,
        LetterKind::CoerciveFine,
        LetterKind::SupervisionClosed,
        LetterKind::Invoice,
        LetterKind::CreditNote,
        LetterKind::PaymentReminder,
        LetterKind::Receipt,
        LetterKind::AppealDeferral,
        LetterKind::Reasons,
        LetterKind::NewTimeLimit,
        LetterKind::CaseClosed,
    ];

    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            LetterKind::Decision => "decision",
            LetterKind::InformationRequest => "informationRequest",
            LetterKind::ProvisionalAnswer => "provisionalAnswer",
            LetterKind::AppealForwarded => "appealForwarded",
            LetterKind::AppealNotice => "appealNotice",
            LetterKind::AppealDecision => "appealDecision",
            LetterKind::AdvanceNotice => "advanceNotice",
            LetterKind::Order => "order",
            LetterKind::CoerciveFine => "coerciveFine",
            LetterKind::SupervisionClosed => "supervisionClosed",
            LetterKind::Invoice => "invoice",
            LetterKind::CreditNote => "creditNote",
            LetterKind::PaymentReminder => "paymentReminder",
            LetterKind::Receipt => "receipt",
            LetterKind::AppealDeferral => "appealDeferral",
            LetterKind::Reasons => "reasons",
            LetterKind::NewTimeLimit => "newTimeLimit",
            LetterKind::CaseClosed => "caseClosed",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == text)
    }
}

/// What stands at the head of every letter.
#[derive(Clone)]
pub struct Head {
    /// Who writes.
    pub authority: Authority,
    /// Name and address of the addressee, line by line.
    pub recipient: Vec<String>,
    /// Number of the document, e.g. `2026/000123-4`.
    pub number: String,
    /// Language the letter is written in.
    pub language: Language,
    /// When it is made.
    pub sent_at: DateTime<Utc>,
    /// The day of that in Norway.
    pub day: NaiveDate,
    /// Title of the kind of permit, in the language; empty where it is about several.
    pub kind_title: String,
}

/// What a case is about, in a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// An application for a permit that does not exist yet.
    New,
    /// An application for amendment of a permit.
    Amendment,
    /// An application for renewal.
    Renewal,
    /// An application for transfer.
    Transfer,
    /// The authority amends of its own motion.
    Amended,
    /// The authority suspends.
    Suspended,
    /// The authority reinstates.
    Reinstated,
    /// The authority revokes.
    Revoked,
}

impl Matter {
    /// How the application is named; nothing for what the authority does of its own motion.
    pub const fn about(&self) -> Option<LetterText> {
        match self {
            Matter::New => Some(LetterText::AboutNew),
            Matter::Amendment => Some(LetterText::AboutAmendment),
            Matter::Renewal => Some(LetterText::AboutRenewal),
            Matter::Transfer => Some(LetterText::AboutTransfer),
            _ => None,
        }
    }
}

/// Which way a decision goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As applied for.
    Granted,
    /// In part.
    PartlyGranted,
    /// Against.
    Refused,
    /// Not taken up.
    Dismissed,
}

impl Way {
    /// Reads the outcome of a case.
    pub fn from_code(text: &str) -> Option<Self> {
        match text {
            "granted" => Some(Way::Granted),
            "partlyGranted" => Some(Way::PartlyGranted),
            "refused" => Some(Way::Refused),
            "dismissed" => Some(Way::Dismissed),
            _ => None,
        }
    }
}

/// The permit a letter tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitFacts {
    /// Number.
    pub number: String,
    /// Call sign, where it has one.
    pub call_sign: Option<String>,
    /// First day.
    pub valid_from: NaiveDate,
    /// Day after the last.
    pub valid_until: Option<NaiveDate>,
}

/// Who decides an appeal, by the law of the day of the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppealRight {
    /// Name of the body in the middle of a sentence, in the language of the letter.
    pub body: String,
    /// Provision that says so.
    pub basis: String,
    /// Only that body may suspend the effect of the decision (ekomloven § 18-3).
    pub body_suspends: bool,
}

/// Who decided or wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// Fixed rules, without a person.
    Rules,
    /// A caseworker by the name in the service.
    Caseworker(String),
}

/// A decision to be told of (forvaltningsloven §§ 23 to 27).
#[derive(Clone)]
pub struct DecisionFacts {
    /// What the case is about.
    pub matter: Matter,
    /// Which way it goes.
    pub way: Way,
    /// Day the application came in.
    pub applied_on: NaiveDate,
    /// The permit, where there is one.
    pub permit: Option<PermitFacts>,
    /// Grounds in the caseworker's words; empty where none are given.
    pub grounds: String,
    /// Conditions set for this permit.
    pub conditions: Vec<String>,
    /// Provision the decision rests on.
    pub legal_basis: String,
    /// Who decides an appeal, or the provision by which there is none.
    pub appeal: Result<AppealRight, String>,
    /// Who decided.
    pub author: Author,
}

/// How an appeal went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppealWay {
    /// Not taken up.
    Inadmissible,
    /// The authority reversed its own decision.
    Reversed,
    /// The appeal body let the decision stand.
    Upheld,
    /// The appeal body changed it.
    Changed,
    /// The appeal body annulled it.
    Annulled,
}

/// What follows from an appeal for the permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppealEffect {
    /// Nothing.
    None,
    /// The permit that was refused is granted.
    Granted,
    /// The permit that was revoked or suspended, or ran out by the decision, is in force again.
    Restored,
    /// Its conditions are changed.
    Conditions,
    /// The permit says again what it said before the decision.
    TakenBack,
    /// Nothing: the permit has ended meanwhile.
    Ended,
    /// Nothing: somebody else has what the permit had, or its conditions are not met any more.
    Prevented,
    /// Nothing: the permit holds as the decision left it, because somebody else has what it had before, or that does not meet the
    /// conditions any more.
    NotTakenBack,
    /// The application is taken up again.
    TakenUp,
}

/// A decision in an appeal to be told of.
#[derive(Clone)]
pub struct AppealFacts {
    /// How it went.
    pub way: AppealWay,
    /// What follows.
    pub effect: AppealEffect,
    /// Day the appeal came in.
    pub received_on: NaiveDate,
    /// Day of the decision appealed against.
    pub decided_on: NaiveDate,
    /// Name of the appeal body.
    pub body: String,
    /// Day and reference of the appeal body's decision.
    pub body_decision: Option<(NaiveDate, String)>,
    /// The permit, where there is one.
    pub permit: Option<PermitFacts>,
    /// Grounds, or the appeal body's in short.
    pub grounds: String,
    /// Conditions that hold from now on, where they were changed.
    pub conditions: Vec<String>,
    /// Who decides an appeal against this, where there is one.
    pub appeal: Option<AppealRight>,
    /// Who wrote.
    pub author: Author,
}

/// An appeal that came in on paper or by telephone.
#[derive(Clone)]
pub struct AppealReceiptFacts {
    /// Number of the case.
    pub case: String,
    /// Day it came in.
    pub received_on: NaiveDate,
    /// Day of the decision appealed against.
    pub decided_on: NaiveDate,
    /// By when the authority considers it.
    pub due_on: NaiveDate,
    /// It came in time.
    pub in_time: bool,
    /// Name of the body that decides it unless the authority changes the decision; none where nobody does.
    pub body: Option<String>,
    /// Who wrote.
    pub author: Author,
}

/// An appeal of another party to a case, of which somebody is told.
#[derive(Clone)]
pub struct AppealNoticeFacts {
    /// Name of who appeals.
    pub appellant: String,
    /// Number of the case.
    pub case: String,
    /// Day it came in.
    pub received_on: NaiveDate,
    /// Day of the decision appealed against.
    pub decided_on: NaiveDate,
    /// By when the addressee may comment.
    pub due_on: NaiveDate,
    /// The addressee has a case of their own that was drawn among with this one.
    pub was_drawn_among: bool,
    /// Name of the body that decides it unless the authority changes the decision; none where nobody does.
    pub body: Option<String>,
    /// Who wrote.
    pub author: Author,
}

/// An appeal on its way to the body that decides it.
#[derive(Clone)]
pub struct ForwardedFacts {
    /// Who appeals, by name, with the number of an organisation.
    pub appellant: String,
    /// Number of the case.
    pub case: String,
    /// Day the appeal came in.
    pub received_on: NaiveDate,
    /// Day of the decision appealed against.
    pub decided_on: NaiveDate,
    /// It came in time; otherwise why it is late.
    pub late_reason: Option<String>,
    /// What the party writes.
    pub text: String,
    /// Why the decision should wait, where that is asked for.
    pub deferral: Option<String>,
    /// What the authority says to it.
    pub statement: String,
    /// Name of the appeal body, and the provision by which it decides.
    pub body: AppealRight,
    /// Who wrote.
    pub author: Author,
}

/// What was decided about a decision waiting until the appeal against it is decided.
#[derive(Clone)]
pub struct DeferralFacts {
    /// Day the appeal came in.
    pub received_on: NaiveDate,
    /// Day of the decision appealed against.
    pub decided_on: NaiveDate,
    /// It waits.
    pub is_granted: bool,
    /// Who decided that: the appeal body, or the authority.
    pub by: String,
    /// Day and reference of the appeal body's answer.
    pub body_decision: Option<(NaiveDate, String)>,
    /// The permit that is in force again meanwhile.
    pub permit: Option<PermitFacts>,
    /// An invoice that need not be paid meanwhile.
    pub is_payment: bool,
    /// Grounds, or the appeal body's in short.
    pub grounds: String,
    /// Who wrote.
    pub author: Author,
}

/// A document of a case, as it is listed for the appeal body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDocument {
    /// Number, e.g. `2026/000123-4`.
    pub number: String,
    /// Title in the journal.
    pub title: String,
    /// Day.
    pub day: NaiveDate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_code_of_its_own() {
        for kind in LetterKind::ALL {
            assert_eq!(LetterKind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(LetterKind::from_code("note"), None);
    }
}
