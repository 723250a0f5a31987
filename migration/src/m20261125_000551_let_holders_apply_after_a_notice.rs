//! Changes `case`: of each purpose one application about a permit may be open at a time, and besides it one case that the
//! authority began of its own motion, so that a notice of amendment keeps no holder from applying for one.

crate::migration!(
    up: r#"
DROP INDEX case_open_purpose_uq;
CREATE UNIQUE INDEX case_open_purpose_uq ON "case" (permit_id, purpose)
  WHERE purpose <> 'new' AND channel <> 'authority'
    AND status IN ('submitted', 'underReview', 'waitingForApplicant');
CREATE UNIQUE INDEX case_open_own_motion_uq ON "case" (permit_id, purpose)
  WHERE channel = 'authority' AND status IN ('submitted', 'underReview', 'waitingForApplicant');
"#,
    down: r#"
DROP INDEX case_open_own_motion_uq;
DROP INDEX case_open_purpose_uq;
CREATE UNIQUE INDEX case_open_purpose_uq ON "case" (permit_id, purpose)
  WHERE purpose <> 'new' AND status IN ('submitted', 'underReview', 'waitingForApplicant');
"#
);
