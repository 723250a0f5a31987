//! Notes in `counter` of which form the rows are that kinds keep beside their permits. A database without permits has none to
//! be made anew.

crate::migration!(
    up: r#"
INSERT INTO counter (name, value) SELECT 'claims_form', CASE WHEN EXISTS (SELECT 1 FROM permit) THEN 0 ELSE 1 END;
"#,
    down: r#"
DELETE FROM counter WHERE name = 'claims_form';
"#
);
