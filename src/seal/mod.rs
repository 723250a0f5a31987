//! The sealed log: what happened, in committed order, without gaps.
//!
//! Actions append unsealed entries ([`append`]); one [`sealer`] gives committed entries their `seq`
//! and chains them. Feeds and cursors read sealed entries only, so a reader of `after=SEQ` misses
//! nothing: numbers taken inside transactions would commit out of order.

pub mod chain;
pub mod checkpoint;
pub mod sealer;
pub mod verify;

use anrop_entity::log_entry;
use sea_orm::ActiveValue::Set;

use crate::{database::Tx, values::ids::fresh};

/// Which log an entry belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// A key of the public register changed.
    Register,
    /// Recipients are told something.
    Event,
    /// A document in or out of a case.
    Journal,
    /// Somebody got or read data.
    Disclosure,
    /// The processing of somebody's data was restricted, or no longer is.
    Privacy,
}

impl Stream {
    /// As in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Stream::Register => "register",
            Stream::Event => "event",
            Stream::Journal => "journal",
            Stream::Disclosure => "disclosure",
            Stream::Privacy => "privacy",
        }
    }
}

/// Appends an entry that commits to `content`; the content itself stands in the table of its stream
/// under `subject`, and may be erased later together with the salt. It is written with the commit.
pub fn append(tx: &Tx, stream: Stream, subject: &str, content: &[u8]) {
    let salt = chain::new_salt();
    tx.log(log_entry::ActiveModel {
        id: Set(fresh(tx.now())),
        stream: Set(stream.code().to_owned()),
        subject: Set(subject.to_owned()),
        salt: Set(Some(salt.to_vec())),
        commitment: Set(chain::commitment(&salt, content).to_vec()),
        recorded_at: Set(tx.now()),
        seq: Set(None),
        link: Set(None),
    });
}
