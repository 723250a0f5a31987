//! Creates `appeal_comment`: other parties to a case that were told of an appeal in it, and what they say to it
//! (forvaltningsloven § 33), each once.

crate::migration!(
    up: r#"
CREATE TABLE appeal_comment (
  id {uuid} NOT NULL,
  appeal_id {uuid} NOT NULL,
  party_id {uuid} NOT NULL,
  letter_id {uuid} NOT NULL,
  due_on {date} NOT NULL,
  text_sealed {bytes},
  received_at {ts},
  number {int},
  CONSTRAINT appeal_comment_pk PRIMARY KEY (id),
  CONSTRAINT appeal_comment_said_ck CHECK ((text_sealed IS NULL) = (received_at IS NULL) AND (text_sealed IS NULL) = (number IS NULL)),
  CONSTRAINT appeal_comment_appeal_fk FOREIGN KEY (appeal_id) REFERENCES appeal (id),
  CONSTRAINT appeal_comment_party_fk FOREIGN KEY (party_id) REFERENCES party (id)
);
CREATE UNIQUE INDEX appeal_comment_uq ON appeal_comment (appeal_id, party_id);
CREATE UNIQUE INDEX appeal_comment_letter_uq ON appeal_comment (letter_id);
"#,
    down: r#"DROP TABLE appeal_comment;"#
);
