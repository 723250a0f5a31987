//! Consent: what a holder lets the public list show, as a ledger.
//!
//! A consent names its fields and its call sign and is never changed: giving anew ends the one
//! before, a withdrawal fills in when. Withdrawing is as easy as giving, and answers only when
//! nothing shows the fields any more.

pub mod actions;
pub mod api;
pub mod store;
pub mod wire;

/// The one purpose that rests on consent here, as in the policy.
pub const CALL_SIGN_LIST: &str = "call-sign-list";
