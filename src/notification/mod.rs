//! Short messages to holders and emergency contacts, by a gateway for text messages; `email/` has the
//! notices to parties of cases.
//!
//! Whoever is listed as an emergency contact must be told so (GDPR Article 14): the message is put in
//! the queue in the transaction that lists them, and goes out by a job that tries again until the
//! gateway takes it. Neither the number nor the text lies in the queue; both are made from the permit
//! when a message is sent, as the policy then allows.

pub mod actions;
pub mod client;
pub mod email;
pub mod model;
pub mod rules;
pub mod store;

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To a contact: you are listed, with the link.
    ContactListed,
    /// To the holder: a contact has objected.
    ContactLeft,
    /// To the holder: confirm what is registered.
    ConfirmationDue,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Purpose; 3] =
        [Purpose::ContactListed, Purpose::ContactLeft, Purpose::ConfirmationDue];

    /// As in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Purpose::ContactListed => "contactListed",
            Purpose::ContactLeft => "contactLeft",
            Purpose::ConfirmationDue => "confirmationDue",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == text)
    }
}
