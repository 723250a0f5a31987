//! Where each of those who sign in begins: whoever comes to a page that is not for them is shown the way to their own.
//!
//! It must not decide who may see a page: the pages do.

use super::{casework, deliveries, desk, exams, frame::Reader, my_page, texts::Words};
use crate::identity::{Caller, Role};

/// A first page: its path below the language, its name, and the roles that begin there.
type First = (&'static str, fn(Words) -> &'static str, &'static [Role]);

const FIRST: &[First] = &[
    (my_page::PATH, Words::my_page, &[Role::Person, Role::Representative]),
    (casework::PATH, Words::casework, &[Role::Caseworker, Role::Supervisor]),
    (casework::fees::PATH, Words::cwf_fees, &[Role::Supervisor, Role::Administrator]),
    (desk::PATH, Words::desk, &[Role::Rescue]),
    (deliveries::PATH, Words::deliveries, &[Role::Administrator]),
    (exams::PATH, Words::exams, &[Role::Examiner]),
];

/// Address and name of a caller's first pages.
pub fn of(reader: &Reader, caller: &Caller) -> Vec<(String, String)> {
    let own = FIRST.iter().filter(|(_, _, roles)| roles.iter().any(|role| caller.is(*role)));
    own.map(|(path, name, _)| (reader.link(path), name(reader.words).to_owned())).collect()
}
