//! Creates `consent`: the ledger of consents; rows are added, a withdrawal only fills `withdrawn_at`.

crate::migration!(
    up: r#"
CREATE TABLE consent (
  id {uuid} NOT NULL,
  party_id {uuid} NOT NULL,
  purpose {text} NOT NULL,
  call_sign {text} NOT NULL,
  fields {json} NOT NULL,
  text_version {text} NOT NULL,
  language {text} NOT NULL,
  channel {text} NOT NULL,
  actor {text} NOT NULL,
  given_at {ts} NOT NULL,
  withdrawn_at {ts},
  CONSTRAINT consent_pk PRIMARY KEY (id),
  CONSTRAINT consent_party_fk FOREIGN KEY (party_id) REFERENCES party (id)
);
CREATE UNIQUE INDEX consent_live_uq ON consent (party_id, purpose, call_sign) WHERE withdrawn_at IS NULL;
CREATE INDEX consent_call_sign_ix ON consent (call_sign);
"#,
    down: r#"DROP TABLE consent;"#
);
