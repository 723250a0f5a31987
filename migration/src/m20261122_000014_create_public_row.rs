//! Creates `public_row`: the public register as it may be shown; physically without withheld fields.

crate::migration!(
    up: r#"
CREATE TABLE public_row (
  "key" {text} NOT NULL,
  list {text} NOT NULL,
  body {json},
  revision {big} NOT NULL,
  changed_at {ts} NOT NULL,
  CONSTRAINT public_row_pk PRIMARY KEY (key)
);
CREATE INDEX public_row_list_ix ON public_row (list, "key");
"#,
    down: r#"DROP TABLE public_row;"#
);
