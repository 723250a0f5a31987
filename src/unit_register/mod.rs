//! The central register of units (Enhetsregisteret): name and address of an organisation, so that nobody
//! types them. It is a convenience: where it is off or does not answer, they are typed by hand.

pub mod client;
pub mod model;
