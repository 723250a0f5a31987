//! Adds to `appeal` what the party writes who asks that the decision is not carried out until the appeal is decided
//! (forvaltningsloven § 42).

crate::migration!(
    up: "ALTER TABLE appeal ADD COLUMN deferral_sealed {bytes};",
    down: "ALTER TABLE appeal DROP COLUMN deferral_sealed;"
);
