//! Changes `call_sign_history`: who reserved or blocked a sign, or lifted it again.

crate::migration!(
    up: r#"ALTER TABLE call_sign_history ADD COLUMN actor {text};"#,
    down: r#"ALTER TABLE call_sign_history DROP COLUMN actor;"#
);
