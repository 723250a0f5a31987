//! Creates `interference_count`: how many reports came in, by class, county and month; all that is left of a
//! report that did not lead to a case.

crate::migration!(
    up: r#"
CREATE TABLE interference_count (
  severity {text} NOT NULL,
  county {text} NOT NULL,
  month {date} NOT NULL,
  count {big} NOT NULL,
  CONSTRAINT interference_count_pk PRIMARY KEY (severity, county, month)
);
"#,
    down: r#"DROP TABLE interference_count;"#
);
