//! Creates `restriction_step`: what was done about restrictions of processing. Adds to `party` whether a
//! person has decided that a restriction stops rescue centres too.

crate::migration!(
    up: r#"
CREATE TABLE restriction_step (
  id {uuid} NOT NULL,
  restriction_id {uuid} NOT NULL,
  number {int} NOT NULL,
  party_id {uuid} NOT NULL,
  step {text} NOT NULL,
  ground {text},
  reason_sealed {bytes} NOT NULL,
  informed_on {date},
  actor {text} NOT NULL,
  at {ts} NOT NULL,
  CONSTRAINT restriction_step_pk PRIMARY KEY (id),
  CONSTRAINT restriction_step_ck CHECK (step IN ('restricted', 'rescueStopped', 'rescueKept', 'lifted')),
  CONSTRAINT restriction_step_ground_ck CHECK ((step = 'restricted') = (ground IS NOT NULL)),
  CONSTRAINT restriction_step_informed_ck CHECK ((step = 'lifted') = (informed_on IS NOT NULL)),
  CONSTRAINT restriction_step_party_fk FOREIGN KEY (party_id) REFERENCES party (id)
);
CREATE UNIQUE INDEX restriction_step_number_uq ON restriction_step (restriction_id, number);
CREATE INDEX restriction_step_party_ix ON restriction_step (party_id);
ALTER TABLE party ADD COLUMN rescue_stopped {bool} NOT NULL DEFAULT false;
"#,
    down: r#"
ALTER TABLE party DROP COLUMN rescue_stopped;
DROP TABLE restriction_step;
"#
);
