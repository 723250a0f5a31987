//! Creates `number_place`: where the search for free blocks of a size begins in an area of a number plan.

crate::migration!(
    up: r#"
CREATE TABLE number_place (
  plan {text} NOT NULL,
  from_place {big} NOT NULL,
  size {big} NOT NULL,
  next_place {big} NOT NULL,
  CONSTRAINT number_place_pk PRIMARY KEY (plan, from_place, size),
  CONSTRAINT number_place_size_ck CHECK (size > 0),
  CONSTRAINT number_place_next_ck CHECK (next_place >= from_place)
);
"#,
    down: r#"DROP TABLE number_place;"#
);
