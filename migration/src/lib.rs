//! Migrations: plain SQL, one file per table, run in order, every constraint named.
//!
//! A file is never changed once released; a change is a new file. `{uuid}`, `{ts}` and their like
//! stand for the column types of the two databases (see [`sql`]).

use sea_orm_migration::prelude::{DbErr, SchemaManager};
pub use sea_orm_migration::prelude::{MigrationTrait, MigratorTrait};
use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend};

mod m20261122_000001_create_party;
mod m20261122_000002_create_person_key;
mod m20261122_000003_create_case;
mod m20261122_000004_create_case_message;
mod m20261122_000005_create_decision;
mod m20261122_000006_create_permit;
mod m20261122_000007_create_permit_version;
mod m20261122_000008_create_permit_identifier;
mod m20261122_000009_create_permit_contact;
mod m20261122_000010_create_call_sign;
mod m20261122_000011_create_series;
mod m20261122_000012_create_exam_result;
mod m20261122_000013_create_consent;
mod m20261122_000014_create_public_row;
mod m20261122_000015_create_log_entry;
mod m20261122_000016_create_seal_head;
mod m20261122_000017_create_event;
mod m20261122_000018_create_subscription;
mod m20261122_000019_create_delivery;
mod m20261122_000020_create_delivery_attempt;
mod m20261122_000021_create_journal_entry;
mod m20261122_000022_create_disclosure;
mod m20261122_000023_create_idempotency_key;
mod m20261122_000024_create_counter;
mod m20261122_000025_create_programming_order;
mod m20261122_000026_create_beacon_alert;
mod m20261122_000027_create_certificate;
mod m20261122_000028_create_process_lease;
mod m20261122_000029_create_legacy_call_sign;
mod m20261122_000030_add_permit_conditions;
mod m20261122_000031_create_invoice_line;
mod m20261122_000032_create_payment;
mod m20261122_000033_create_fee_assessment;
mod m20261122_000034_add_case_purpose;
mod m20261122_000037_create_call_sign_history;
mod m20261122_000038_create_call_sign_wish;
mod m20261122_000043_create_spectrum_block;
mod m20261122_000044_create_legacy_right_of_use;
mod m20261122_000046_create_transmitter_site;
mod m20261122_000049_create_number_range;
mod m20261122_000050_create_utilisation_report;
mod m20261122_000053_create_qualified_person;
mod m20261122_000061_let_events_be_about_no_permit;
mod m20261122_000062_add_call_sign_actor;
mod m20261122_000063_index_responsible_licensees;
mod m20261122_000064_create_number_place;
mod m20261122_000071_create_frequency_plan;
mod m20261122_000071_create_spectrum_fee_pool;
mod m20261122_000072_create_listed_number_range;
mod m20261122_000100_create_sequences;

/// All migrations in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_create_party::Migration),
            Box::new(m20261122_000002_create_person_key::Migration),
            Box::new(m20261122_000003_create_case::Migration),
            Box::new(m20261122_000004_create_case_message::Migration),
            Box::new(m20261122_000005_create_decision::Migration),
            Box::new(m20261122_000006_create_permit::Migration),
            Box::new(m20261122_000007_create_permit_version::Migration),
            Box::new(m20261122_000008_create_permit_identifier::Migration),
            Box::new(m20261122_000009_create_permit_contact::Migration),
            Box::new(m20261122_000010_create_call_sign::Migration),
            Box::new(m20261122_000011_create_series::Migration),
            Box::new(m20261122_000012_create_exam_result::Migration),
            Box::new(m20261122_000013_create_consent::Migration),
            Box::new(m20261122_000014_create_public_row::Migration),
            Box::new(m20261122_000015_create_log_entry::Migration),
            Box::new(m20261122_000016_create_seal_head::Migration),
            Box::new(m20261122_000017_create_event::Migration),
            Box::new(m20261122_000018_create_subscription::Migration),
            Box::new(m20261122_000019_create_delivery::Migration),
            Box::new(m20261122_000020_create_delivery_attempt::Migration),
            Box::new(m20261122_000021_create_journal_entry::Migration),
            Box::new(m20261122_000022_create_disclosure::Migration),
            Box::new(m20261122_000023_create_idempotency_key::Migration),
            Box::new(m20261122_000024_create_counter::Migration),
            Box::new(m20261122_000025_create_programming_order::Migration),
            Box::new(m20261122_000026_create_beacon_alert::Migration),
            Box::new(m20261122_000027_create_certificate::Migration),
            Box::new(m20261122_000028_create_process_lease::Migration),
            Box::new(m20261122_000029_create_legacy_call_sign::Migration),
            Box::new(m20261122_000030_add_permit_conditions::Migration),
            Box::new(m20261122_000053_create_qualified_person::Migration),
            Box::new(m20261122_000046_create_transmitter_site::Migration),
            Box::new(m20261122_000043_create_spectrum_block::Migration),
            Box::new(m20261122_000044_create_legacy_right_of_use::Migration),
            Box::new(m20261122_000049_create_number_range::Migration),
            Box::new(m20261122_000050_create_utilisation_report::Migration),
            Box::new(m20261122_000034_add_case_purpose::Migration),
            Box::new(m20261122_000031_create_invoice_line::Migration),
            Box::new(m20261122_000032_create_payment::Migration),
            Box::new(m20261122_000033_create_fee_assessment::Migration),
            Box::new(m20261122_000071_create_spectrum_fee_pool::Migration),
            Box::new(m20261122_000072_create_listed_number_range::Migration),
            Box::new(m20261122_000037_create_call_sign_history::Migration),
            Box::new(m20261122_000038_create_call_sign_wish::Migration),
            Box::new(m20261122_000071_create_frequency_plan::Migration),
            Box::new(m20261122_000100_create_sequences::Migration),
            Box::new(m20261122_000061_let_events_be_about_no_permit::Migration),
            Box::new(m20261122_000062_add_call_sign_actor::Migration),
            Box::new(m20261122_000063_index_responsible_licensees::Migration),
            Box::new(m20261122_000064_create_number_place::Migration),
        ]
    }
}

/// The statement list with the column types of `backend` filled in.
pub fn sql(backend: DbBackend, template: &str) -> String {
    let postgres = backend == DbBackend::Postgres;
    let mut text = template.to_owned();
    for (token, on_postgres, on_sqlite) in [
        ("{uuid}", "uuid", "blob"),
        ("{text}", "text", "text"),
        ("{int}", "integer", "integer"),
        ("{big}", "bigint", "bigint"),
        ("{bool}", "boolean", "boolean"),
        ("{ts}", "timestamptz", "text"),
        ("{date}", "date", "text"),
        ("{json}", "jsonb", "text"),
        ("{bytes}", "bytea", "blob"),
    ] {
        text = text.replace(token, if postgres { on_postgres } else { on_sqlite });
    }
    text
}

async fn run(manager: &SchemaManager<'_>, template: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection.execute_unprepared(&sql(manager.get_database_backend(), template)).await.map(|_| ())
}

/// One migration from two statement lists.
#[macro_export]
macro_rules! migration {
    (up: $up:expr, down: $down:expr) => {
        /// See the file's first line.
        #[derive(sea_orm_migration::prelude::DeriveMigrationName)]
        pub struct Migration;

        #[async_trait::async_trait]
        impl sea_orm_migration::prelude::MigrationTrait for Migration {
            async fn up(
                &self,
                manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                $crate::run(manager, $up).await
            }

            async fn down(
                &self,
                manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                $crate::run(manager, $down).await
            }
        }
    };
}
