//! Migrations: plain SQL, one file per table, run in order, every constraint named.
//!
//! What a file does is never changed once released; a change is a new file. `{uuid}`, `{ts}` and their like
//! stand for the column types of the two databases (see [`sql`]).

use sea_orm_migration::prelude::{DbErr, SchemaManager};
pub use sea_orm_migration::prelude::{MigrationTrait, MigratorTrait};
use sea_orm_migration::sea_orm::{ConnectionTrait as _, DbBackend, Statement};

mod letter_kinds;
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
mod m20261122_000081_create_notification;
mod m20261122_000082_create_task;
mod m20261122_000090_create_draft;
mod m20261122_000091_add_legacy_call_sign_update;
mod m20261122_000092_drop_number_range_search;
mod m20261122_000094_index_look_ups;
mod m20261122_000095_create_restriction_step;
mod m20261122_000096_let_tasks_ask_for_decisions;
mod m20261122_000100_create_sequences;
mod m20261122_000140_create_case_tally;
mod m20261122_000141_create_case_tally_change;
mod m20261122_000142_index_case_queue;
mod m20261122_000143_create_saved_view;
mod m20261122_000144_create_proposed_decision;
mod m20261122_000151_create_letter;
mod m20261122_000152_create_appeal;
mod m20261122_000153_create_attachment;
mod m20261122_000154_let_cases_be_decided_anew;
mod m20261122_000160_create_invoice;
mod m20261122_000161_create_fee_run;
mod m20261122_000162_create_payment_file;
mod m20261122_000163_create_incoming_payment;
mod m20261122_000164_let_lines_be_invoiced;
mod m20261122_000165_describe_journal_entries;
mod m20261122_000166_create_journal_access_change;
mod m20261122_000167_create_document_access_request;
mod m20261122_000170_create_ended_session;
mod m20261122_000171_create_email;
mod m20261122_000175_create_interference_report;
mod m20261122_000176_create_interference_count;
mod m20261122_000177_create_supervision_case;
mod m20261122_000178_create_supervision_act;
mod m20261122_000178_let_supervision_have_letters;
mod m20261122_000179_create_legal_hold;
mod m20261122_000180_create_intake;
mod m20261122_000181_create_case_task;
mod m20261122_000182_create_letter_post;
mod m20261122_000185_let_drafts_be_about_something;
mod m20261122_000186_let_documents_wait_in_drafts;
mod m20261122_000187_add_appeal_deferral;
mod m20261122_000240_let_notices_be_about_letters;
mod m20261122_000241_create_fee_case;
mod m20261122_000242_let_fines_be_charged;
mod m20261122_000243_keep_sides_of_invoices;
mod m20261122_000244_let_every_document_be_asked_for;
mod m20261122_000245_let_letters_be_receipts;
mod m20261122_000246_tell_nobody_of_reports;
mod m20261122_000250_create_document_access_appeal;
mod m20261122_000251_tell_when_answers_were_opened;
mod m20261122_000252_keep_letters_of_fees;
mod m20261122_000260_find_letters_nobody_opened;
mod m20261122_000265_let_subscriptions_end;
mod m20261123_000300_tell_destroyed_contacts;
mod m20261123_000320_create_appeal_dispatch;
mod m20261123_000321_create_appeal_deferral;
mod m20261123_000322_number_appeals;
mod m20261123_000323_let_letters_tell_more;
mod m20261123_000324_create_fee_appeal_line;
mod m20261123_000340_create_series_task;
mod m20261123_000341_keep_receivers_of_transmitters;
mod m20261123_000342_mark_form_of_claims;
mod m20261123_000360_create_reasons_request;
mod m20261123_000370_demand_fuller_grounds;
mod m20261123_000380_find_alerts_of_a_permit;
mod m20261123_000385_name_appellants;
mod m20261123_000386_tell_of_permits_that_end;
mod m20261124_000440_mark_look_ups_of_copies;
mod m20261124_000460_keep_what_permits_said;
mod m20261124_000461_keep_what_certificates_say;
mod m20261124_000462_remind_of_comments_and_reports;
mod m20261124_000480_let_each_party_appeal;
mod m20261124_000490_remind_of_each_appeal;
mod m20261124_000491_let_letters_tell_of_appeals;
mod m20261124_000492_create_appeal_comment;
mod m20261124_000493_tell_how_appeals_came;
mod m20261124_000525_mark_what_parties_see_of_cases;
mod m20261125_000550_let_letters_close_cases;
mod m20261125_000551_let_holders_apply_after_a_notice;
mod m20261125_000555_tell_how_appeal_comments_came;
mod m20261125_000565_refuse_overlapping_spectrum;
mod m20261125_000580_find_what_is_kept_long_enough;
mod m20261125_000585_find_what_ended_permits_leave_open;
mod m20261125_000590_create_number_use;
mod m20261125_000591_ask_for_use_of_numbers;
mod m20261125_000595_hold_subscriptions_back;
mod m20261125_000596_find_the_oldest_delivery;
mod m20261125_000597_carry_replays_on;
mod m20261125_000610_mark_replaced_contacts;
mod m20261125_000615_tell_when_appeals_were_posted;
mod m20261125_000620_find_ended_permits;

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
            Box::new(m20261122_000031_create_invoice_line::Migration),
            Box::new(m20261122_000032_create_payment::Migration),
            Box::new(m20261122_000033_create_fee_assessment::Migration),
            Box::new(m20261122_000034_add_case_purpose::Migration),
            Box::new(m20261122_000037_create_call_sign_history::Migration),
            Box::new(m20261122_000038_create_call_sign_wish::Migration),
            Box::new(m20261122_000043_create_spectrum_block::Migration),
            Box::new(m20261122_000044_create_legacy_right_of_use::Migration),
            Box::new(m20261122_000046_create_transmitter_site::Migration),
            Box::new(m20261122_000049_create_number_range::Migration),
            Box::new(m20261122_000050_create_utilisation_report::Migration),
            Box::new(m20261122_000053_create_qualified_person::Migration),
            Box::new(m20261122_000061_let_events_be_about_no_permit::Migration),
            Box::new(m20261122_000062_add_call_sign_actor::Migration),
            Box::new(m20261122_000063_index_responsible_licensees::Migration),
            Box::new(m20261122_000064_create_number_place::Migration),
            Box::new(m20261122_000071_create_frequency_plan::Migration),
            Box::new(m20261122_000071_create_spectrum_fee_pool::Migration),
            Box::new(m20261122_000072_create_listed_number_range::Migration),
            Box::new(m20261122_000081_create_notification::Migration),
            Box::new(m20261122_000082_create_task::Migration),
            Box::new(m20261122_000090_create_draft::Migration),
            Box::new(m20261122_000091_add_legacy_call_sign_update::Migration),
            Box::new(m20261122_000092_drop_number_range_search::Migration),
            Box::new(m20261122_000094_index_look_ups::Migration),
            Box::new(m20261122_000095_create_restriction_step::Migration),
            Box::new(m20261122_000096_let_tasks_ask_for_decisions::Migration),
            Box::new(m20261122_000100_create_sequences::Migration),
            Box::new(m20261122_000140_create_case_tally::Migration),
            Box::new(m20261122_000141_create_case_tally_change::Migration),
            Box::new(m20261122_000142_index_case_queue::Migration),
            Box::new(m20261122_000143_create_saved_view::Migration),
            Box::new(m20261122_000144_create_proposed_decision::Migration),
            Box::new(m20261122_000151_create_letter::Migration),
            Box::new(m20261122_000152_create_appeal::Migration),
            Box::new(m20261122_000153_create_attachment::Migration),
            Box::new(m20261122_000154_let_cases_be_decided_anew::Migration),
            Box::new(m20261122_000160_create_invoice::Migration),
            Box::new(m20261122_000161_create_fee_run::Migration),
            Box::new(m20261122_000162_create_payment_file::Migration),
            Box::new(m20261122_000163_create_incoming_payment::Migration),
            Box::new(m20261122_000164_let_lines_be_invoiced::Migration),
            Box::new(m20261122_000165_describe_journal_entries::Migration),
            Box::new(m20261122_000166_create_journal_access_change::Migration),
            Box::new(m20261122_000167_create_document_access_request::Migration),
            Box::new(m20261122_000170_create_ended_session::Migration),
            Box::new(m20261122_000171_create_email::Migration),
            Box::new(m20261122_000175_create_interference_report::Migration),
            Box::new(m20261122_000176_create_interference_count::Migration),
            Box::new(m20261122_000177_create_supervision_case::Migration),
            Box::new(m20261122_000178_create_supervision_act::Migration),
            Box::new(m20261122_000178_let_supervision_have_letters::Migration),
            Box::new(m20261122_000179_create_legal_hold::Migration),
            Box::new(m20261122_000180_create_intake::Migration),
            Box::new(m20261122_000181_create_case_task::Migration),
            Box::new(m20261122_000182_create_letter_post::Migration),
            Box::new(m20261122_000185_let_drafts_be_about_something::Migration),
            Box::new(m20261122_000186_let_documents_wait_in_drafts::Migration),
            Box::new(m20261122_000187_add_appeal_deferral::Migration),
            Box::new(m20261122_000240_let_notices_be_about_letters::Migration),
            Box::new(m20261122_000241_create_fee_case::Migration),
            Box::new(m20261122_000242_let_fines_be_charged::Migration),
            Box::new(m20261122_000243_keep_sides_of_invoices::Migration),
            Box::new(m20261122_000244_let_every_document_be_asked_for::Migration),
            Box::new(m20261122_000245_let_letters_be_receipts::Migration),
            Box::new(m20261122_000246_tell_nobody_of_reports::Migration),
            Box::new(m20261122_000250_create_document_access_appeal::Migration),
            Box::new(m20261122_000251_tell_when_answers_were_opened::Migration),
            Box::new(m20261122_000252_keep_letters_of_fees::Migration),
            Box::new(m20261122_000260_find_letters_nobody_opened::Migration),
            Box::new(m20261122_000265_let_subscriptions_end::Migration),
            Box::new(m20261123_000300_tell_destroyed_contacts::Migration),
            Box::new(m20261123_000320_create_appeal_dispatch::Migration),
            Box::new(m20261123_000321_create_appeal_deferral::Migration),
            Box::new(m20261123_000322_number_appeals::Migration),
            Box::new(m20261123_000323_let_letters_tell_more::Migration),
            Box::new(m20261123_000324_create_fee_appeal_line::Migration),
            Box::new(m20261123_000340_create_series_task::Migration),
            Box::new(m20261123_000341_keep_receivers_of_transmitters::Migration),
            Box::new(m20261123_000342_mark_form_of_claims::Migration),
            Box::new(m20261123_000360_create_reasons_request::Migration),
            Box::new(m20261123_000370_demand_fuller_grounds::Migration),
            Box::new(m20261123_000380_find_alerts_of_a_permit::Migration),
            Box::new(m20261123_000385_name_appellants::Migration),
            Box::new(m20261123_000386_tell_of_permits_that_end::Migration),
            Box::new(m20261124_000440_mark_look_ups_of_copies::Migration),
            Box::new(m20261124_000460_keep_what_permits_said::Migration),
            Box::new(m20261124_000461_keep_what_certificates_say::Migration),
            Box::new(m20261124_000462_remind_of_comments_and_reports::Migration),
            Box::new(m20261124_000480_let_each_party_appeal::Migration),
            Box::new(m20261124_000490_remind_of_each_appeal::Migration),
            Box::new(m20261124_000491_let_letters_tell_of_appeals::Migration),
            Box::new(m20261124_000492_create_appeal_comment::Migration),
            Box::new(m20261124_000493_tell_how_appeals_came::Migration),
            Box::new(m20261124_000525_mark_what_parties_see_of_cases::Migration),
            Box::new(m20261125_000550_let_letters_close_cases::Migration),
            Box::new(m20261125_000551_let_holders_apply_after_a_notice::Migration),
            Box::new(m20261125_000555_tell_how_appeal_comments_came::Migration),
            Box::new(m20261125_000565_refuse_overlapping_spectrum::Migration),
            Box::new(m20261125_000580_find_what_is_kept_long_enough::Migration),
            Box::new(m20261125_000585_find_what_ended_permits_leave_open::Migration),
            Box::new(m20261125_000590_create_number_use::Migration),
            Box::new(m20261125_000591_ask_for_use_of_numbers::Migration),
            Box::new(m20261125_000595_hold_subscriptions_back::Migration),
            Box::new(m20261125_000596_find_the_oldest_delivery::Migration),
            Box::new(m20261125_000597_carry_replays_on::Migration),
            Box::new(m20261125_000610_mark_replaced_contacts::Migration),
            Box::new(m20261125_000615_tell_when_appeals_were_posted::Migration),
            Box::new(m20261125_000620_find_ended_permits::Migration),
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

/// Changes a table's definition on SQLite, which cannot take a constraint off: the table is written anew with
/// the texts of its definition replaced, whatever columns it has by then, and with its indexes. Tables
/// that refer to it do so by name, which holds as long as foreign keys are not looked at meanwhile.
///
/// # Errors
/// When a text to be replaced is not there.
async fn redefine(
    manager: &SchemaManager<'_>,
    table: &str,
    changes: &[(&str, &str)],
) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let stored = |what: &str| {
        let sql = format!(
            "SELECT sql AS text FROM sqlite_schema WHERE type = '{what}' AND tbl_name = '{table}' AND sql IS NOT NULL"
        );
        Statement::from_string(DbBackend::Sqlite, sql)
    };
    let no_table = || DbErr::Custom(format!("the table {table} is not there"));
    let row = connection.query_one_raw(stored("table")).await?.ok_or_else(no_table)?;
    let mut definition: String = row.try_get("", "text")?;
    for (from, to) in changes {
        if !definition.contains(from) {
            return Err(DbErr::Custom(format!("the definition of {table} lacks: {from}")));
        }
        definition = definition.replacen(from, to, 1);
    }
    let columns = definition.find('(').map(|at| &definition[at..]).ok_or_else(no_table)?;
    let mut indexes = String::new();
    for row in connection.query_all_raw(stored("index")).await? {
        let index: String = row.try_get("", "text")?;
        indexes.push_str(&index);
        indexes.push_str(";\n");
    }
    let batch = format!(
        "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\nCREATE TABLE {table}_anew {columns};\n\
         INSERT INTO {table}_anew SELECT * FROM \"{table}\";\nDROP TABLE \"{table}\";\n\
         ALTER TABLE {table}_anew RENAME TO \"{table}\";\n{indexes}COMMIT;\nPRAGMA foreign_keys = ON;\n"
    );
    connection.execute_unprepared(&batch).await.map(|_| ())
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
