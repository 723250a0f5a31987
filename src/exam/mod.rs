//! Amateur examinations: results that examiners report, which alone open a first application.

pub mod api;
pub mod store;
pub mod wire;
