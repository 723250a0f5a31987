//! Changes `invoice_line`, `payment` and `letter`: a line stands on one invoice and at most one credit note; a payment
//! may be of an invoice; an invoice is a letter that belongs to no case.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

const UP: &str = r#"
ALTER TABLE invoice_line ADD COLUMN run_id {uuid};
ALTER TABLE invoice_line ADD COLUMN invoice_id {uuid};
ALTER TABLE invoice_line ADD COLUMN credit_id {uuid};
ALTER TABLE payment ADD COLUMN invoice_id {uuid};
CREATE INDEX invoice_line_invoice_ix ON invoice_line (invoice_id);
CREATE INDEX invoice_line_credit_ix ON invoice_line (credit_id);
CREATE INDEX invoice_line_waiting_ix ON invoice_line (run_id, holder_id) WHERE invoice_id IS NULL AND payment_id IS NULL;
CREATE INDEX payment_invoice_ix ON payment (invoice_id);
"#;

const DOWN: &str = r#"
UPDATE invoice SET letter_id = NULL, reminder_letter_id = NULL;
DELETE FROM letter WHERE case_id IS NULL;
DROP INDEX payment_invoice_ix;
DROP INDEX invoice_line_waiting_ix;
DROP INDEX invoice_line_credit_ix;
DROP INDEX invoice_line_invoice_ix;
ALTER TABLE payment DROP COLUMN invoice_id;
ALTER TABLE invoice_line DROP COLUMN credit_id;
ALTER TABLE invoice_line DROP COLUMN invoice_id;
ALTER TABLE invoice_line DROP COLUMN run_id;
"#;

const KINDS: &str = "kind IN ('decision', 'informationRequest', 'provisionalAnswer', 'appealForwarded', 'appealDecision')";
const MORE_KINDS: &str = "kind IN ('decision', 'informationRequest', 'provisionalAnswer', 'appealForwarded', 'appealDecision', 'invoice', 'creditNote', 'paymentReminder')";
const NUMBERED: &str = "CONSTRAINT letter_number_ck CHECK ((case_id IS NULL) = (number IS NULL))";

/// See the file's first line.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let sql = format!(
                "ALTER TABLE letter DROP CONSTRAINT letter_kind_ck;\n\
                 ALTER TABLE letter ADD CONSTRAINT letter_kind_ck CHECK ({MORE_KINDS});\n\
                 ALTER TABLE letter ALTER COLUMN case_id DROP NOT NULL;\n\
                 ALTER TABLE letter ALTER COLUMN number DROP NOT NULL;\n\
                 ALTER TABLE letter ADD {NUMBERED};\n"
            );
            return crate::run(manager, &sql).await;
        }
        let with_check = format!("{NUMBERED},\n  CONSTRAINT letter_file_ck");
        let changes = [
            ("case_id blob NOT NULL", "case_id blob"),
            ("number integer NOT NULL", "number integer"),
            (KINDS, MORE_KINDS),
            ("CONSTRAINT letter_file_ck", with_check.as_str()),
        ];
        crate::redefine(manager, "letter", &changes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, DOWN).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let sql = format!(
                "ALTER TABLE letter DROP CONSTRAINT letter_number_ck;\n\
                 ALTER TABLE letter ALTER COLUMN number SET NOT NULL;\n\
                 ALTER TABLE letter ALTER COLUMN case_id SET NOT NULL;\n\
                 ALTER TABLE letter DROP CONSTRAINT letter_kind_ck;\n\
                 ALTER TABLE letter ADD CONSTRAINT letter_kind_ck CHECK ({KINDS});\n"
            );
            return crate::run(manager, &sql).await;
        }
        let with_check = format!("{NUMBERED},\n  CONSTRAINT letter_file_ck");
        let changes = [
            ("case_id blob", "case_id blob NOT NULL"),
            ("number integer", "number integer NOT NULL"),
            (MORE_KINDS, KINDS),
            (with_check.as_str(), "CONSTRAINT letter_file_ck"),
        ];
        crate::redefine(manager, "letter", &changes).await
    }
}
