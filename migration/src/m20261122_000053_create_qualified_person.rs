//! Creates `qualified_person`: persons whose competence as installers has been assessed, once.

crate::migration!(
    up: r#"
CREATE TABLE qualified_person (
  id {uuid} NOT NULL,
  reference {text} NOT NULL,
  sealed {bytes} NOT NULL,
  national_id_blind {bytes},
  particulars_blind {bytes} NOT NULL,
  status {text} NOT NULL,
  assessed_by {text} NOT NULL,
  assessed_at {ts} NOT NULL,
  version {int} NOT NULL,
  CONSTRAINT qualified_person_pk PRIMARY KEY (id),
  CONSTRAINT qualified_person_reference_uq UNIQUE (reference),
  CONSTRAINT qualified_person_national_id_uq UNIQUE (national_id_blind),
  CONSTRAINT qualified_person_status_ck CHECK (status IN ('assessed', 'refused'))
);
CREATE UNIQUE INDEX qualified_person_particulars_uq ON qualified_person (particulars_blind)
  WHERE national_id_blind IS NULL;
CREATE INDEX qualified_person_particulars_ix ON qualified_person (particulars_blind);
"#,
    down: r#"DROP TABLE qualified_person;"#
);
