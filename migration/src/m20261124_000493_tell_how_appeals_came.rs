//! Adds to `appeal` how it came in, where its party did not send it here: letters to whoever appeals on paper go by post.
//! Nothing tells how those from before came.

crate::migration!(
    up: "ALTER TABLE appeal ADD COLUMN channel {text} CONSTRAINT appeal_channel_ck CHECK (channel IN ('paper', 'telephone'));",
    down: "ALTER TABLE appeal DROP COLUMN channel;"
);
