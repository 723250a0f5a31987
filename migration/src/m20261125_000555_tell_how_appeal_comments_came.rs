//! Adds to `appeal_comment` how what somebody says came in, where they did not send it here themselves. Nothing tells how
//! those from before came: all were sent here.

crate::migration!(
    up: "ALTER TABLE appeal_comment ADD COLUMN channel {text} CONSTRAINT appeal_comment_channel_ck CHECK (channel IN ('paper', 'telephone'));",
    down: "ALTER TABLE appeal_comment DROP COLUMN channel;"
);
