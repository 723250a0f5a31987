//! Creates `spectrum_fee_pool`: what spectrum licences share in a year, as the authority sets it.

crate::migration!(
    up: r#"
CREATE TABLE spectrum_fee_pool (
  year {int} NOT NULL,
  content {json} NOT NULL,
  set_by {text} NOT NULL,
  set_at {ts} NOT NULL,
  shared_at {ts},
  version {int} NOT NULL,
  CONSTRAINT spectrum_fee_pool_pk PRIMARY KEY (year)
);
"#,
    down: r#"DROP TABLE spectrum_fee_pool;"#
);
