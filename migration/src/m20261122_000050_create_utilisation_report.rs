//! Creates `utilisation_report`: how far numbers were used in a year, as their provider reports it.

crate::migration!(
    up: r#"
CREATE TABLE utilisation_report (
  permit_id {uuid} NOT NULL,
  year {int} NOT NULL,
  content {json} NOT NULL,
  first_reported_at {ts} NOT NULL,
  reported_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT utilisation_report_pk PRIMARY KEY (permit_id, year),
  CONSTRAINT utilisation_report_permit_fk FOREIGN KEY (permit_id) REFERENCES permit (id)
);
CREATE INDEX utilisation_report_year_ix ON utilisation_report (year, permit_id);
"#,
    down: r#"DROP TABLE utilisation_report;"#
);
