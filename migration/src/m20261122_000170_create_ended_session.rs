//! Creates `ended_session`: marks of sessions that were ended before their time. Rows go when the
//! session would have ended by itself.

crate::migration!(
    up: r#"
CREATE TABLE ended_session (
  mark {bytes} NOT NULL,
  until {ts} NOT NULL,
  ended_at {ts} NOT NULL,
  CONSTRAINT ended_session_pk PRIMARY KEY (mark)
);
CREATE INDEX ended_session_ended_ix ON ended_session (ended_at);
CREATE INDEX ended_session_until_ix ON ended_session (until);
"#,
    down: r#"DROP TABLE ended_session;"#
);
