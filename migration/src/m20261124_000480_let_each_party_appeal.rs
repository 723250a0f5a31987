//! Changes `appeal`: each party to a case may have one open appeal in it, and not only one of them. Going back is refused
//! while two appeals are open in a case, which the version before could not decide.

crate::migration!(
    up: r#"
CREATE UNIQUE INDEX appeal_open_each_uq ON appeal (case_id, (COALESCE(appellant_id, case_id))) WHERE status IN ('received', 'forwarded');
DROP INDEX appeal_open_uq;
"#,
    down: r#"
CREATE UNIQUE INDEX appeal_open_uq ON appeal (case_id) WHERE status IN ('received', 'forwarded');
DROP INDEX appeal_open_each_uq;
"#
);
