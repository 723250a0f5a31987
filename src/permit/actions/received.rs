//! What a holder sends in about a permit without applying for anything, in the journal of the case the permit came of.
//!
//! Arkivforskrifta § 9 and offentleglova § 10 want every document in that is handled and has value as documentation. A
//! holder who only confirms on their own page that everything is right has sent no document: nothing is said that the
//! register did not say, and the permit keeps when it was.

use super::super::model::Permit;
use crate::{
    database::Tx,
    failure::Failure,
    journal::{self, Direction, With},
};

/// The holder says that everything registered is right, in a letter or on the telephone.
pub const CONFIRMATION: &str = "Confirmation by the holder received";
/// The holder names other emergency contacts.
pub const CONTACTS: &str = "Emergency contacts received";
/// The holder tells what has become of a beacon.
pub const CONDITION: &str = "Report about a beacon received";
/// The holder lets the public list show something of them.
pub const CONSENT: &str = "Consent to publication received";
/// The holder lets it show nothing any more.
pub const NO_CONSENT: &str = "Withdrawal of consent to publication received";
/// The holder gives the permit up.
pub const SURRENDER: &str = "Surrender of the permit received";
/// The former holder of a beacon leaves its call sign to the new owner.
pub const HAND_OVER: &str = "Hand-over of a call sign received";
/// The holder reports how far numbers were used.
pub const UTILISATION: &str = "Report on the use of numbers received";
/// The holder states that numbers are in use.
pub const IN_USE: &str = "Statement that numbers are in use received";

/// Enters a document from the holder of a locked permit, with the SHA-256 of what it says where that is kept. A permit that
/// came from an older register has no case to enter it in.
///
/// # Errors
/// When the database does not answer.
pub async fn enter(
    tx: &Tx,
    permit: &Permit,
    title: &str,
    actor: &str,
    hash: Option<[u8; 32]>,
) -> Result<(), Failure> {
    let Some(case) = permit.case else { return Ok(()) };
    let document = journal::Document {
        place: (case, journal::next_number(tx, case).await?),
        direction: Direction::In,
        title,
        actor,
        hash,
        // of a permit that was handed over the case is that of the holder before
        with: With::Party(permit.holder),
    };
    journal::write(tx, &document).await.map(|_| ())
}
