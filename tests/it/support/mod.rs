//! What every test stands on: an app of its own on a database of its own, people to act as, and a
//! recipient of deliveries. It must not know any rule that it helps to test.

pub mod cluster;
pub mod log;
pub mod mail_server;
pub mod people;
pub mod program;
pub mod random;
pub mod receiver;
pub mod recipient;
pub mod settings;
pub mod test_app;
pub mod visitor;

pub use people::Who;
pub use recipient::Recipient;
pub use test_app::{Reply, TestApp};
pub use visitor::Visitor;
