//! Creates `letter`: what the authority told a party, as data under the addressee's data key, and the file drawn
//! from it once. `notices` counts the messages about it; the next is due at `notice_at`.

crate::migration!(
    up: r#"
CREATE TABLE letter (
  id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  number {int} NOT NULL,
  party_id {uuid} NOT NULL,
  kind {text} NOT NULL,
  language {text} NOT NULL,
  content_sealed {bytes} NOT NULL,
  content_sha256 {bytes} NOT NULL,
  file_sealed {bytes},
  file_sha256 {bytes},
  appeal_body {text},
  sent_at {ts} NOT NULL,
  opened_at {ts},
  notices {int} NOT NULL,
  notice_attempts {int} NOT NULL,
  notice_at {ts},
  CONSTRAINT letter_pk PRIMARY KEY (id),
  CONSTRAINT letter_number_uq UNIQUE (case_id, number),
  CONSTRAINT letter_kind_ck CHECK (kind IN ('decision', 'informationRequest', 'provisionalAnswer', 'appealForwarded', 'appealDecision')),
  CONSTRAINT letter_file_ck CHECK ((file_sealed IS NULL) = (file_sha256 IS NULL)),
  CONSTRAINT letter_case_fk FOREIGN KEY (case_id) REFERENCES "case" (id),
  CONSTRAINT letter_party_fk FOREIGN KEY (party_id) REFERENCES party (id)
);
CREATE INDEX letter_party_ix ON letter (party_id, id);
CREATE INDEX letter_notice_ix ON letter (notice_at) WHERE notice_at IS NOT NULL;
CREATE INDEX letter_unfiled_ix ON letter (id) WHERE file_sha256 IS NULL;
"#,
    down: r#"DROP TABLE letter;"#
);
