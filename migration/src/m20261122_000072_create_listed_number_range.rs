//! Creates `listed_number_range` (the published list as it was last taken over) and
//! `number_range_change` (what became of its ranges, and who said so).

crate::migration!(
    up: r#"
CREATE TABLE listed_number_range (
  plan {text} NOT NULL,
  lower_place {big} NOT NULL,
  upper_place {big} NOT NULL,
  line {big} NOT NULL,
  status {text} NOT NULL,
  provider {text},
  comment {text},
  category {text},
  point_code {text},
  CONSTRAINT listed_number_range_pk PRIMARY KEY (plan, lower_place),
  CONSTRAINT listed_number_range_order_ck CHECK (lower_place <= upper_place)
);
CREATE TABLE number_range_change (
  id {uuid} NOT NULL,
  plan {text} NOT NULL,
  lower_place {big} NOT NULL,
  upper_place {big} NOT NULL,
  first_number {text} NOT NULL,
  last_number {text} NOT NULL,
  cause {text} NOT NULL,
  status {text} NOT NULL,
  provider {text},
  new_provider {text},
  new_provider_number {text},
  permit_id {uuid},
  grounds {text},
  changed_by {text} NOT NULL,
  changed_at {ts} NOT NULL,
  CONSTRAINT number_range_change_pk PRIMARY KEY (id),
  CONSTRAINT number_range_change_cause_ck CHECK (cause IN ('changed-in-list', 'gone-from-list', 'returned', 'withdrawn', 'transferred', 'taken-over'))
);
CREATE INDEX number_range_change_place_ix ON number_range_change (plan, upper_place);
"#,
    down: r#"DROP TABLE number_range_change; DROP TABLE listed_number_range;"#
);
