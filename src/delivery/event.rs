//! What recipients are told: the closed list of events, and who is told of each.

use crate::{disclosure::policy::Recipient, permit::kind::Kind};

macro_rules! events {
    ($( $name:ident = $code:literal; )+) => {
        /// An event. Its JSON Schema is `openapi/events/{code}.schema.json`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum EventKind { $( $name, )+ }

        impl EventKind {
            /// Every event.
            pub const ALL: &'static [EventKind] = &[ $( EventKind::$name, )+ ];

            /// As in the `type` of a delivery.
            pub const fn code(self) -> &'static str { match self { $( EventKind::$name => $code, )+ } }
        }
    };
}

events! {
    Issued = "permit.issued";
    Amended = "permit.amended";
    ContactsChanged = "permit.contactsChanged";
    Transferred = "permit.transferred";
    Suspended = "permit.suspended";
    Reinstated = "permit.reinstated";
    Revoked = "permit.revoked";
    Surrendered = "permit.surrendered";
    Expired = "permit.expired";
    ProgrammingOrdered = "programming.ordered";
    DigestDaily = "digest.daily";
}

impl EventKind {
    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.code() == text)
    }

    /// Who is told of this event about a permit of `kind`. A programmer is told of the order and, while
    /// it is open, of what changes or ends it; emergency contacts are none of the programmer's business.
    pub fn recipients(self, kind: Kind) -> &'static [Recipient] {
        match (kind, self) {
            // about no permit; whoever is told of live permits gets it
            (_, EventKind::DigestDaily) => &[],
            (Kind::Plb, EventKind::ProgrammingOrdered) => &[Recipient::Programmer],
            (Kind::Plb, EventKind::ContactsChanged) => &[Recipient::RescueCentre],
            (Kind::Plb, EventKind::Issued) => &[Recipient::RescueCentre],
            (Kind::Plb, _) => &[Recipient::RescueCentre, Recipient::Programmer],
            (Kind::Aircraft, _) => &[Recipient::RescueCentre],
            _ => &[],
        }
    }
}
