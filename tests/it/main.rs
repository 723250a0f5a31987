//! The one integration binary: everything through HTTP, on a fresh database for every test, on
//! SQLite and (with `ANROP_TEST_BACKEND=postgres`) on PostgreSQL.

mod support;

mod access;
mod appeals;
mod apply;
mod architecture;
mod attachments;
mod bad_input;
mod browser;
mod call_signs;
mod case_model;
mod casework;
mod charts;
mod concurrency;
mod contacts;
mod contract;
mod crash;
mod delivery;
mod desk;
mod digest;
mod document;
mod drafts;
mod files;
mod kinds;
mod letters;
mod main_job;
mod migration;
mod my_page;
mod outage;
mod pages;
mod privacy_crawl;
mod processes;
mod protocols;
mod receiver;
mod receiver_token;
mod register_model;
mod register_search;
mod rekey;
mod rescue;
mod restriction;
mod retention;
mod sealing;
mod standby;
mod webhooks;
mod workers;
