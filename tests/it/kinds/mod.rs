//! What is special about each kind of permit, through HTTP, and what holds for every kind.

mod aircraft;
mod amateur;
mod as_of;
pub mod business;
mod disclosed;
mod fee_lines;
mod fees;
mod life;
mod linked;
mod next_free;
mod number_list;
pub mod numbering;
mod plb;
mod series_transfer;
pub mod shared;
pub mod spectrum;
mod transmitter;
mod whole_life;
