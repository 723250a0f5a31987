//! Changes nothing on the way up. On the way back the letters of cases of fees stay, without their case, as letters of
//! invoices had none before there were such cases; else they would be deleted with them.

crate::migration!(
    up: r#"UPDATE letter SET number = number WHERE 1 = 0;"#,
    down: r#"
UPDATE letter SET case_id = NULL, number = NULL WHERE case_id IN (SELECT id FROM fee_case);
"#
);
