//! Adds to `appeal` the day it was handed to a postal service: one that was posted within the period is in time, whenever it
//! came in (forvaltningsloven § 30). Of those from before nothing is known.

crate::migration!(
    up: "ALTER TABLE appeal ADD COLUMN posted_on {date};",
    down: "ALTER TABLE appeal DROP COLUMN posted_on;"
);
