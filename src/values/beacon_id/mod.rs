//! The 406 MHz distress beacon code of both generations (C/S T.001 Issue 4, C/S T.018 Issue 1).
//!
//! [`decode`] reads what a label, a rescue centre or a programmer writes; [`encode`] makes the code to be programmed;
//! [`differences`] compares a programmed code with what the permit says. The registry keeps and looks up only
//! [`BeaconId`], the canonical form, because a transmitted code carries a position where the identity has defaults.
//!
//! It must not: guess (a message whose check bits fail is refused, never corrected), read a clock, file or network, or
//! derive a call sign from a beacon code (a first-generation PLB code cannot hold one, C/S T.001 Annex A).
//!
//! Bits are numbered as in the standards, so every range in these files can be laid beside the table it comes from.

mod baudot;
mod bch;
mod bits;
mod country;
mod decoded;
mod differences;
mod encode;
mod explain;
mod first_generation;
mod flaw;
mod id;
mod identification;
mod location;
mod message;
mod programming;
mod second_generation;
#[cfg(test)]
mod tests;
mod warning;

pub use baudot::BaudotText;
pub use country::{Country, NORWAY, country, country_name, is_norwegian};
pub use decoded::{
    AircraftAddress, BeaconClass, Check, Decoded, Distress, Generation, Homer, Identification,
    InputForm, Location, Position, Protocol, ReturnLinkProvider, SixDigits,
};
pub use differences::{Declared, Difference, differences};
pub use encode::encode;
pub use flaw::CodeFlaw;
pub use id::{BeaconId, decode, return_link_offset};
pub use message::message;
pub use programming::{Code, Coordinates, EncodeFlaw, Programming, Transmission, VesselId};
pub use warning::{Warning, Warnings};
