//! Deliveries: telling recipients what has changed, in order, signed, until they have it.
//!
//! *Event*: what happened to a permit, written by the action ([`outbox`]). *Subscription*: who is
//! told, where, with which keys. *Delivery*: one event on its way to one subscription. *Attempt*:
//! one HTTP request, remembered by the hash of its body. The worker renders a delivery through the
//! policy at each attempt; a newer version of the same permit supersedes what has not arrived.

pub mod actions;
pub mod api;
pub mod event;
pub mod outbox;
pub mod schedule;
pub mod sender;
pub mod signature;
pub mod store;
pub mod target;
pub mod wire;
pub mod worker;
