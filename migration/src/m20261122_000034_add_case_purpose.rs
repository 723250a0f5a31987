//! Adds to `case` what it is for: a new permit, or the life of one that was granted. Of each purpose
//! one application about a permit may be open at a time. A transfer names who is to receive the
//! permit by blind index only, until they accept.

crate::migration!(
    up: r#"
ALTER TABLE "case" ADD COLUMN purpose {text} NOT NULL DEFAULT 'new'
  CONSTRAINT case_purpose_ck CHECK (purpose IN ('new', 'amendment', 'renewal', 'transfer'));
ALTER TABLE "case" ADD COLUMN receiver_blind {bytes};
ALTER TABLE "case" ADD COLUMN receiver_id {uuid};
ALTER TABLE "case" ADD COLUMN accepted_at {ts};
CREATE UNIQUE INDEX case_open_purpose_uq ON "case" (permit_id, purpose)
  WHERE purpose <> 'new' AND status IN ('submitted', 'underReview', 'waitingForApplicant');
CREATE INDEX case_receiver_ix ON "case" (receiver_blind) WHERE receiver_blind IS NOT NULL;
"#,
    down: r#"
DROP INDEX case_receiver_ix;
DROP INDEX case_open_purpose_uq;
ALTER TABLE "case" DROP COLUMN accepted_at;
ALTER TABLE "case" DROP COLUMN receiver_id;
ALTER TABLE "case" DROP COLUMN receiver_blind;
ALTER TABLE "case" DROP COLUMN purpose;
"#
);
