//! The programming loop: an order goes out with the permit, the programmer reports the code, and a
//! code that does not match the order is refused with the difference named.

pub mod actions;
pub mod api;
pub mod store;
pub mod wire;

use crate::permit::model::Permit;

/// True while a permit waits for its beacon to be reported programmed.
pub fn is_open(permit: &Permit) -> bool {
    permit.details["programming"].is_object()
        && permit.details["programming"]["reportedAt"].is_null()
}
