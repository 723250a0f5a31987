//! Wishes for call signs, and drawing where several wish for the same.
//!
//! An application that may choose names its wishes best first. Its hope is the first of them that it
//! can still be given. While two open applications hope for the same sign neither is granted it; a
//! caseworker draws among them, and the sign is kept for the winner. The others hope for their next
//! wish then. Every step that decides takes its turn under the lock of the series, so that what was
//! seen still holds.

pub mod actions;
pub mod api;
pub mod rules;
pub mod store;
pub mod wire;
