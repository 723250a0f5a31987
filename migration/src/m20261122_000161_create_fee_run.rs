//! Creates `fee_run`: the yearly fees of a year, written and invoiced in pieces. Where it stands lies in the row, so
//! that whoever comes next goes on; of a year one is under way at a time.

crate::migration!(
    up: r#"
CREATE TABLE fee_run (
  id {uuid} NOT NULL,
  year {int} NOT NULL,
  state {text} NOT NULL,
  total {big} NOT NULL,
  done {big} NOT NULL,
  invoices {big} NOT NULL,
  amount_ore {big} NOT NULL,
  after_permit {uuid},
  after_holder {uuid},
  started_by {text} NOT NULL,
  started_at {ts} NOT NULL,
  ended_at {ts},
  version {int} NOT NULL,
  CONSTRAINT fee_run_pk PRIMARY KEY (id),
  CONSTRAINT fee_run_state_ck CHECK (state IN ('settling', 'invoicing', 'done')),
  CONSTRAINT fee_run_ended_ck CHECK ((state = 'done') = (ended_at IS NOT NULL)),
  CONSTRAINT fee_run_count_ck CHECK (done >= 0 AND total >= 0 AND invoices >= 0 AND amount_ore >= 0)
);
CREATE UNIQUE INDEX fee_run_open_uq ON fee_run (year) WHERE ended_at IS NULL;
CREATE INDEX fee_run_year_ix ON fee_run (year, id);
"#,
    down: r#"DROP TABLE fee_run;"#
);
