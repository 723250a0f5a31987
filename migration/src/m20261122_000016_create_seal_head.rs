//! Creates `seal_head`: the last sealed entry; a single row.

crate::migration!(
    up: r#"
CREATE TABLE seal_head (
  id {int} NOT NULL,
  seq {big} NOT NULL,
  link {bytes} NOT NULL,
  sealed_at {ts} NOT NULL,
  CONSTRAINT seal_head_pk PRIMARY KEY (id),
  CONSTRAINT seal_head_single_ck CHECK (id = 1)
);
"#,
    down: r#"DROP TABLE seal_head;"#
);
