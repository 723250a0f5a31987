//! Qualified persons: the competence of a person is assessed once by a caseworker, follows the person
//! under a reference, and may be named by several businesses (FOR-2011-12-07-1206 § 5). Particulars
//! are sealed; the person is found by reference, by national id, or by name and birth date, each
//! through an index that cannot be read.

pub mod actions;
pub mod api;
pub mod store;
pub mod wire;
