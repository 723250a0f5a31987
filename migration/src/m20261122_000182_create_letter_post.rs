//! Creates `letter_post`: letters that were sent by post, since their addressee applied on paper or by telephone.

crate::migration!(
    up: r#"
CREATE TABLE letter_post (
  letter_id {uuid} NOT NULL,
  posted_at {ts} NOT NULL,
  posted_by {text} NOT NULL,
  CONSTRAINT letter_post_pk PRIMARY KEY (letter_id),
  CONSTRAINT letter_post_letter_fk FOREIGN KEY (letter_id) REFERENCES letter (id)
);
CREATE INDEX case_channel_ix ON "case" (channel, id) WHERE channel IN ('paper', 'telephone');
"#,
    down: r#"
DROP INDEX case_channel_ix;
DROP TABLE letter_post;
"#
);
