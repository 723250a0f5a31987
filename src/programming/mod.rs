//! The programming loop: an order goes out with the permit, the programmer reports the code, and a
//! code that does not match the order is refused with the difference named.

pub mod actions;
pub mod api;
pub mod store;
pub mod wire;

use crate::permit::model::Permit;

/// True for a version of a permit that those who program must hear of: the order is open, or was
/// carried out or taken back by this very version. What happens to the holder afterwards is none of
/// their business.
pub fn concerns_programmers(permit: &Permit) -> bool {
    let order = &permit.details["programming"];
    let reported_at = serde_json::from_value::<chrono::DateTime<chrono::Utc>>;
    is_open(permit)
        || reported_at(order["reportedAt"].clone()).is_ok_and(|at| at == permit.changed_at)
}

/// True while a permit waits for its beacon to be reported programmed.
pub fn is_open(permit: &Permit) -> bool {
    permit.details["programming"].is_object()
        && permit.details["programming"]["reportedAt"].is_null()
}
