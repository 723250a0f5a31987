//! Creates `call_sign_wish`: the call signs that applications ask for, best first.

crate::migration!(
    up: r#"
CREATE TABLE call_sign_wish (
  case_id {uuid} NOT NULL,
  rank {int} NOT NULL,
  sign {text} NOT NULL,
  CONSTRAINT call_sign_wish_pk PRIMARY KEY (case_id, rank),
  CONSTRAINT call_sign_wish_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id),
  CONSTRAINT call_sign_wish_sign_uq UNIQUE (case_id, sign)
);
CREATE INDEX call_sign_wish_sign_ix ON call_sign_wish (sign);
"#,
    down: r#"DROP TABLE call_sign_wish;"#
);
