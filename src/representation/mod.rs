//! For which organisations a person may act: asked of Altinn, which knows roles from the register of units
//! and what was delegated. ID-porten says who somebody is and nothing more, so without this no business
//! could apply by its own people.
//!
//! A person signs in as themselves and chooses (`web/my_page/acting.rs`); what is chosen lies in the session
//! (`identity/acting.rs`), of programs in memory (`programs.rs`). Where the register is off or does not answer,
//! everybody acts for themselves. It must not keep whom else anybody may act for, nor let a national id out but
//! in the body of the question.

pub mod actions;
pub mod client;
pub mod exchange;
pub mod model;
pub mod programs;
pub mod rules;
