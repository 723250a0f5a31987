//! Creates `series`: where the allocator stands in each open call-sign series.

crate::migration!(
    up: r#"
CREATE TABLE series (
  name {text} NOT NULL,
  next_index {big} NOT NULL,
  CONSTRAINT series_pk PRIMARY KEY (name)
);
"#,
    down: r#"DROP TABLE series;"#
);
