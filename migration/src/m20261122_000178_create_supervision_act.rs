//! Creates `supervision_act`: what was done in a supervision case: measurements, notices, remarks, orders and
//! coercive fines. What an act says is sealed under the key of its case.

crate::migration!(
    up: r#"
CREATE TABLE supervision_act (
  id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  kind {text} NOT NULL,
  status {text} NOT NULL,
  content_sealed {bytes} NOT NULL,
  actor {text} NOT NULL,
  signed_by {text},
  letter_id {uuid},
  due_on {date},
  made_at {ts} NOT NULL,
  decided_at {ts},
  CONSTRAINT supervision_act_pk PRIMARY KEY (id),
  CONSTRAINT supervision_act_kind_ck CHECK (kind IN ('measurement', 'notice', 'remark', 'order', 'coerciveFine')),
  CONSTRAINT supervision_act_status_ck CHECK (status IN ('recorded', 'proposed', 'sentBack', 'inForce', 'annulled')),
  CONSTRAINT supervision_act_signed_ck CHECK (signed_by IS NULL OR signed_by <> actor),
  CONSTRAINT supervision_act_fine_ck CHECK (kind <> 'coerciveFine' OR status IN ('proposed', 'sentBack') OR signed_by IS NOT NULL),
  CONSTRAINT supervision_act_case_fk FOREIGN KEY (case_id) REFERENCES supervision_case (id),
  CONSTRAINT supervision_act_letter_fk FOREIGN KEY (letter_id) REFERENCES letter (id)
);
CREATE INDEX supervision_act_case_ix ON supervision_act (case_id, id);
CREATE UNIQUE INDEX supervision_act_proposed_uq ON supervision_act (case_id) WHERE status = 'proposed';
CREATE UNIQUE INDEX supervision_act_letter_uq ON supervision_act (letter_id) WHERE letter_id IS NOT NULL;
"#,
    down: r#"DROP TABLE supervision_act;"#
);
