//! Adds to `decision` what the permit said before it and what it made of that, where the authority changed a permit of its own
//! motion: an appeal may have it taken back.

crate::migration!(
    up: "ALTER TABLE decision ADD COLUMN change_sealed {bytes};",
    down: "ALTER TABLE decision DROP COLUMN change_sealed;"
);
