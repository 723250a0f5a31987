//! Creates `counter`: serial numbers for people (SQLite; PostgreSQL uses sequences of the same names).

crate::migration!(
    up: r#"
CREATE TABLE counter (
  name {text} NOT NULL,
  value {big} NOT NULL,
  CONSTRAINT counter_pk PRIMARY KEY (name)
);
"#,
    down: r#"DROP TABLE counter;"#
);
