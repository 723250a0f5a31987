//! Changes `transmitter_site`: places where a permit listens have rows, too. Rows of permits stored before are made by the
//! program (`anrop_entity::transmitter_site` is read and written by the kind), when it next works.

crate::migration!(
    up: r#"
ALTER TABLE transmitter_site ADD COLUMN receives {bool} NOT NULL DEFAULT false;
"#,
    down: r#"
DELETE FROM transmitter_site WHERE receives;
ALTER TABLE transmitter_site DROP COLUMN receives;
"#
);
