//! Creates `legacy_call_sign`: call signs taken over from the list kept before the registry; no persons.

crate::migration!(
    up: r#"
CREATE TABLE legacy_call_sign (
  sign {text} NOT NULL,
  holder_kind {text} NOT NULL,
  organisation {text},
  valid_from {date},
  valid_until {date},
  changed_at {ts} NOT NULL,
  CONSTRAINT legacy_call_sign_pk PRIMARY KEY (sign),
  CONSTRAINT legacy_call_sign_sign_fk FOREIGN KEY (sign) REFERENCES call_sign (sign),
  CONSTRAINT legacy_call_sign_person_ck CHECK (holder_kind <> 'person' OR organisation IS NULL)
);
"#,
    down: r#"DROP TABLE legacy_call_sign;"#
);
