//! Identifiers of rows: UUIDv7 in a type of their own each, made from the injected clock.
//! No other file makes a UUID (`clippy.toml`), so ids sort by time and tests can steer them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::{NoContext, Timestamp, Uuid};

use super::Flaw;

/// The text is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This is not an identifier of this service. Use the one you were given.")]
pub struct IdFlaw;

impl Flaw for IdFlaw {
    fn code(&self) -> &'static str {
        "identifier"
    }
}

/// A fresh UUIDv7: time-ordered, with 74 random bits.
#[allow(clippy::disallowed_methods)] // the one home of new ids
pub fn fresh(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}

macro_rules! ids {
    ($( $(#[doc = $doc:literal])+ $name:ident; )+) => { $(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh one, ordered by `now`.
            pub fn new(now: DateTime<Utc>) -> Self {
                Self(fresh(now))
            }

            /// Reads the hyphenated form.
            pub fn parse(text: &str) -> Result<Self, IdFlaw> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdFlaw)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+ };
}

ids! {
    /// A party: person or organisation.
    PartyId;
    /// A case.
    CaseId;
    /// An application that is not filed yet.
    DraftId;
    /// A permit.
    PermitId;
    /// A subscription to deliveries.
    SubscriptionId;
    /// A delivery.
    DeliveryId;
    /// A programming order.
    ProgrammingOrderId;
    /// A line of an invoice.
    InvoiceLineId;
    /// A payment.
    PaymentId;
    /// An invoice or credit note.
    InvoiceId;
    /// A run of the yearly fees.
    FeeRunId;
    /// A file of the bank.
    PaymentFileId;
    /// What a file of the bank says came in.
    IncomingPaymentId;
    /// A letter.
    LetterId;
    /// A document sent into a case.
    AttachmentId;
}
