//! What is special about each kind of permit, through HTTP, and what holds for every kind.

pub mod aircraft;
pub mod amateur;
mod amending;
mod as_of;
pub mod business;
mod call_sign_change;
mod corrections;
mod disclosed;
mod fee_appeals;
mod fee_lines;
pub mod fees;
pub mod invoices;
mod life;
mod linked;
mod next_free;
mod number_list;
pub mod numbering;
mod payments;
mod plb;
mod running_out;
pub mod series_transfer;
pub mod shared;
pub mod spectrum;
pub mod transmitter;
mod whole_life;
