//! Creates `appeal_deferral`: what was decided about a decision waiting until the appeal against it is decided
//! (forvaltningsloven § 42), once for each appeal. Of the appeal body's answer day and reference are kept.

crate::migration!(
    up: r#"
CREATE TABLE appeal_deferral (
  appeal_id {uuid} NOT NULL,
  is_granted {bool} NOT NULL,
  grounds_sealed {bytes} NOT NULL,
  body_decided_on {date},
  body_reference {text},
  recorded_at {ts} NOT NULL,
  recorded_by {text} NOT NULL,
  CONSTRAINT appeal_deferral_pk PRIMARY KEY (appeal_id),
  CONSTRAINT appeal_deferral_body_ck CHECK ((body_decided_on IS NULL) = (body_reference IS NULL)),
  CONSTRAINT appeal_deferral_appeal_fk FOREIGN KEY (appeal_id) REFERENCES appeal (id)
);
"#,
    down: r#"DROP TABLE appeal_deferral;"#
);
