//! What the bank says came in: files are read strictly and whole, and each amount is placed on the invoice of its
//! KID, or shown to a caseworker with the reason why not.
//!
//! A file is taken once, by its content and by its own number; a transaction once, by its reference. A file with one
//! mistake changes nothing. Who paid and from which account is read past and not kept.
//!
//! Two formats. **OCR giro** (`ocr.rs`) is the bank's own fixed-width format. **CSV** (`csv.rs`), for other sources: UTF-8,
//! comma or semicolon, the heading `reference,paidOn,amount,kid`, then one row for each transaction:
//!
//! | Column | What stands in it |
//! | --- | --- |
//! | `reference` | what the bank knows the transaction by; 1–70 characters, never the same twice |
//! | `paidOn` | the day it was booked, `2026-03-31` |
//! | `amount` | kroner with two decimals and a full stop or comma, `530.00`; with `-` what the bank takes back |
//! | `kid` | the KID; empty where there is none |

pub mod actions;
pub mod api;
pub mod csv;
pub mod flaw;
pub mod model;
pub mod ocr;
pub mod store;
pub mod wire;
