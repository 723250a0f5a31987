//! Indexes `case` for the caseworkers' queue: open cases by deadline, of one kind, of one caseworker; and
//! those that have ended. A case is open as long as it has no `decided_at`.

crate::migration!(
    up: r#"
CREATE INDEX case_open_ix ON "case" (due_on, id) WHERE decided_at IS NULL;
CREATE INDEX case_open_kind_ix ON "case" (kind, due_on, id) WHERE decided_at IS NULL;
CREATE INDEX case_kind_ix ON "case" (kind, status, due_on, id);
CREATE INDEX case_open_assignee_ix ON "case" (assignee, due_on, id) WHERE decided_at IS NULL;
CREATE INDEX case_assignee_ix ON "case" (assignee, status, due_on, id);
"#,
    down: r#"
DROP INDEX case_assignee_ix;
DROP INDEX case_open_assignee_ix;
DROP INDEX case_kind_ix;
DROP INDEX case_open_kind_ix;
DROP INDEX case_open_ix;
"#
);
