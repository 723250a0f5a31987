//! What is fuzzed, by itself: the registry's own files of values and of the scanner, mounted here at the paths they have there.
//! They need neither database nor web, so that a run for a change builds in a minute. Nothing is written here.
#![allow(dead_code)] // not everything the registry has is fuzzed

pub mod rescue;
#[path = "../../../src/values/mod.rs"]
pub mod values;
