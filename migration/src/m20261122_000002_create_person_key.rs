//! Creates `person_key`: the data key of one party, wrapped by the key ring; deleting the row destroys every sealed copy.

crate::migration!(
    up: r#"
CREATE TABLE person_key (
  party_id {uuid} NOT NULL,
  wrapped {bytes} NOT NULL,
  created_at {ts} NOT NULL,
  CONSTRAINT person_key_pk PRIMARY KEY (party_id),
  CONSTRAINT person_key_party_fk FOREIGN KEY (party_id) REFERENCES party (id)
);
"#,
    down: r#"DROP TABLE person_key;"#
);
