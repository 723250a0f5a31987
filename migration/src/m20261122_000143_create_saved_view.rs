//! Creates `saved_view`: what a caseworker filters the queue by, under a name of their own.

crate::migration!(
    up: r#"
CREATE TABLE saved_view (
  id {uuid} NOT NULL,
  owner {text} NOT NULL,
  name {text} NOT NULL,
  query {text} NOT NULL,
  created_at {ts} NOT NULL,
  CONSTRAINT saved_view_pk PRIMARY KEY (id),
  CONSTRAINT saved_view_name_uq UNIQUE (owner, name)
);
"#,
    down: r#"DROP TABLE saved_view;"#
);
