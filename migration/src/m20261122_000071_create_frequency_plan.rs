//! Creates `frequency_plan_edition` and `frequency_plan_band`: the national frequency plan, by edition.

crate::migration!(
    up: r#"
CREATE TABLE frequency_plan_edition (
  id {uuid} NOT NULL,
  valid_from {date} NOT NULL,
  content_hash {bytes} NOT NULL,
  imported_at {ts} NOT NULL,
  CONSTRAINT frequency_plan_edition_pk PRIMARY KEY (id),
  CONSTRAINT frequency_plan_edition_day_uq UNIQUE (valid_from)
);
CREATE TABLE frequency_plan_band (
  edition_id {uuid} NOT NULL,
  place {int} NOT NULL,
  lower_hz {big} NOT NULL,
  upper_hz {big} NOT NULL,
  content {json} NOT NULL,
  CONSTRAINT frequency_plan_band_pk PRIMARY KEY (edition_id, place),
  CONSTRAINT frequency_plan_band_edition_fk FOREIGN KEY (edition_id) REFERENCES frequency_plan_edition (id),
  CONSTRAINT frequency_plan_band_order_ck CHECK (lower_hz > 0 AND lower_hz < upper_hz)
);
"#,
    down: r#"DROP TABLE frequency_plan_band; DROP TABLE frequency_plan_edition;"#
);
