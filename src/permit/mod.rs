//! Permits: what has been granted, whatever the kind.
//!
//! A permit lives in `permit` (its present state), has every version it ever had in
//! `permit_version`, is known on the air by rows of `permit_identifier` and carries its emergency
//! contacts in `permit_contact`. Every change goes through [`actions::write`], which writes the
//! new version, its event and the deliveries in the caller's transaction.
//!
//! What is special about a kind stands in its own folder under `kind/`.

pub mod actions;
pub mod api;
pub mod certificate;
pub mod contact;
pub mod kind;
pub mod lifecycle;
pub mod model;
pub mod record;
pub mod store;
pub mod wire;
