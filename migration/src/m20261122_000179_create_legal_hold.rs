//! Creates `legal_hold`: what must not be destroyed although its time is over, why, and until when.

crate::migration!(
    up: r#"
CREATE TABLE legal_hold (
  id {uuid} NOT NULL,
  subject {text} NOT NULL,
  subject_id {uuid} NOT NULL,
  party_id {uuid},
  permit_id {uuid},
  reason_sealed {bytes} NOT NULL,
  held_until {date},
  set_by {text} NOT NULL,
  set_at {ts} NOT NULL,
  lifted_by {text},
  lifted_at {ts},
  lifting_sealed {bytes},
  version {int} NOT NULL,
  CONSTRAINT legal_hold_pk PRIMARY KEY (id),
  CONSTRAINT legal_hold_subject_ck CHECK (subject IN ('holder', 'case', 'permit')),
  CONSTRAINT legal_hold_lifted_ck CHECK ((lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lifting_sealed IS NULL)),
  CONSTRAINT legal_hold_scope_ck CHECK (party_id IS NOT NULL OR permit_id IS NOT NULL),
  CONSTRAINT legal_hold_party_fk FOREIGN KEY (party_id) REFERENCES party (id),
  CONSTRAINT legal_hold_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
CREATE UNIQUE INDEX legal_hold_live_uq ON legal_hold (subject, subject_id) WHERE lifted_at IS NULL;
CREATE INDEX legal_hold_party_ix ON legal_hold (party_id) WHERE lifted_at IS NULL;
CREATE INDEX legal_hold_permit_ix ON legal_hold (permit_id) WHERE lifted_at IS NULL;
"#,
    down: r#"DROP TABLE legal_hold;"#
);
