//! The register in the layouts of before, for the readers they have: the call-sign list, the list of
//! number ranges and the rights of use of the frequency portal. They show what the policy lets the
//! public have, no more; what a layout has a column for and the public may not have stays empty.

pub mod call_signs;
pub mod rights;
