//! Creates `fee_case`: the case that the invoices, credit notes and reminders of a holder in a year are journaled in.
//! Its number is of the series of all cases.

crate::migration!(
    up: r#"
CREATE TABLE fee_case (
  id {uuid} NOT NULL,
  year {int} NOT NULL,
  serial {big} NOT NULL,
  party_id {uuid} NOT NULL,
  opened_at {ts} NOT NULL,
  CONSTRAINT fee_case_pk PRIMARY KEY (id),
  CONSTRAINT fee_case_number_uq UNIQUE (year, serial),
  CONSTRAINT fee_case_party_uq UNIQUE (party_id, year),
  CONSTRAINT fee_case_party_fk FOREIGN KEY (party_id) REFERENCES party (id)
);
"#,
    down: r#"
UPDATE invoice SET letter_id = NULL WHERE letter_id IN (SELECT l.id FROM letter l JOIN fee_case f ON f.id = l.case_id);
UPDATE invoice SET reminder_letter_id = NULL WHERE reminder_letter_id IN (SELECT l.id FROM letter l JOIN fee_case f ON f.id = l.case_id);
DELETE FROM journal_access_change WHERE entry_id IN (SELECT j.id FROM journal_entry j JOIN fee_case f ON f.id = j.case_id);
DELETE FROM document_access_request WHERE case_id IN (SELECT id FROM fee_case);
DELETE FROM journal_entry WHERE case_id IN (SELECT id FROM fee_case);
DELETE FROM letter_post WHERE letter_id IN (SELECT l.id FROM letter l JOIN fee_case f ON f.id = l.case_id);
DELETE FROM letter WHERE case_id IN (SELECT id FROM fee_case);
DROP TABLE fee_case;
"#
);
