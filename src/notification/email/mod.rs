//! Notices by e-mail to the parties of cases of every kind: that something came in, that a letter is there, that a time
//! limit is near (eForvaltningsforskriften §§ 6 and 8). A notice is put in the queue in the commit of
//! what it tells of, and goes out by a job that tries again until the mail server takes it; a case never
//! waits for it.
//!
//! Neither the address nor the text lies in the queue. Nobody has verified the address, so a notice
//! holds nothing of anybody: the number of the case or permit, and where to sign in to read more.

pub mod actions;
pub mod client;
pub mod rules;
pub mod store;

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// An application has come in: its number and the time.
    Receipt,
    /// A letter asks for something.
    InformationRequest,
    /// A letter tells of a decision.
    Decision,
    /// Another letter is there.
    Letter,
    /// Something is to be paid.
    Invoice,
    /// An invoice is not paid.
    PaymentReminder,
    /// A letter has not been opened for a week.
    Unopened,
    /// The answer to a question is due in some days.
    AnswerDue,
    /// A permit ends in some weeks.
    PermitEnds,
    /// A permit ends in some days.
    PermitEndsSoon,
    /// The time to comment on an advance notice, or on the appeal of another party, is over in some days.
    CommentDue,
    /// The yearly report on numbers is due in some days.
    ReportDue,
    /// The day is near by which numbers must be in use.
    NumberUseDue,
}

impl Notice {
    /// Every notice.
    pub const ALL: [Notice; 13] = [
        Notice::Receipt,
        Notice::InformationRequest,
        Notice::Decision,
        Notice::Letter,
        Notice::Invoice,
        Notice::PaymentReminder,
        Notice::Unopened,
        Notice::AnswerDue,
        Notice::PermitEnds,
        Notice::PermitEndsSoon,
        Notice::CommentDue,
        Notice::ReportDue,
        Notice::NumberUseDue,
    ];

    /// As in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Notice::Receipt => "receipt",
            Notice::InformationRequest => "informationRequest",
            Notice::Decision => "decision",
            Notice::Letter => "letter",
            Notice::Invoice => "invoice",
            Notice::PaymentReminder => "paymentReminder",
            Notice::Unopened => "unopened",
            Notice::AnswerDue => "answerDue",
            Notice::PermitEnds => "permitEnds",
            Notice::PermitEndsSoon => "permitEndsSoon",
            Notice::CommentDue => "commentDue",
            Notice::ReportDue => "reportDue",
            Notice::NumberUseDue => "numberUseDue",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.code() == text)
    }
}
