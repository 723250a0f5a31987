//! Requests for access to documents (offentleglova §§ 3 and 28 to 32). Nobody has to say who they are: the answer lies
//! behind a link that is shown once, and an address for it may be left. A request is journaled in the case of the
//! document it asks for, and must be answered within five working days; silence counts as refusal. The address and the
//! link are destroyed when the time for an appeal is long over; request and answer stay in the journal.

pub mod actions;
pub mod api;
pub mod limit;
pub mod model;
pub mod rules;
pub mod store;
pub mod wire;
