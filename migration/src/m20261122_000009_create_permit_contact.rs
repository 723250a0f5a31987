//! Creates `permit_contact`: emergency contacts of a permit, in calling order, sealed under the key ring.

crate::migration!(
    up: r#"
CREATE TABLE permit_contact (
  permit_id {uuid} NOT NULL,
  rank {int} NOT NULL,
  sealed {bytes} NOT NULL,
  phone_blind {bytes} NOT NULL,
  confirmed_at {ts},
  CONSTRAINT permit_contact_pk PRIMARY KEY (permit_id, rank),
  CONSTRAINT permit_contact_rank_ck CHECK (rank >= 1),
  CONSTRAINT permit_contact_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
"#,
    down: r#"DROP TABLE permit_contact;"#
);
