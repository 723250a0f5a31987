//! The one integration binary: everything through HTTP, on a fresh database for every test, on
//! SQLite and (with `ANROP_TEST_BACKEND=postgres`) on PostgreSQL.

mod support;

mod access;
mod architecture;
mod bad_input;
mod browser;
mod call_signs;
mod charts;
mod concurrency;
mod contract;
mod crash;
mod delivery;
mod digest;
mod document;
mod files;
mod kinds;
mod main_job;
mod migration;
mod outage;
mod pages;
mod privacy_crawl;
mod processes;
mod protocols;
mod receiver;
mod register_model;
mod register_search;
mod rekey;
mod rescue;
mod sealing;
mod standby;
