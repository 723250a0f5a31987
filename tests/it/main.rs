//! The one integration binary: everything through HTTP, on a fresh database for every test, on
//! SQLite and (with `ANROP_TEST_BACKEND=postgres`) on PostgreSQL.

mod support;

mod access;
mod architecture;
mod bad_input;
mod call_signs;
mod concurrency;
mod contract;
mod crash;
mod delivery;
mod document;
mod kinds;
mod main_job;
mod outage;
mod privacy_crawl;
mod processes;
mod protocols;
mod register_model;
mod rekey;
mod rescue;
mod sealing;
