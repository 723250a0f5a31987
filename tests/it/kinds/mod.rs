//! What is special about each kind of permit, through HTTP, and what holds for every kind.

mod aircraft;
mod amateur;
mod business;
mod fees;
mod life;
mod numbering;
mod plb;
pub mod shared;
mod spectrum;
mod transmitter;
