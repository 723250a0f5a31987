//! Creates `fee_appeal_line`: the lines of an invoice that an appeal is about; one about the whole invoice has none.

crate::migration!(
    up: r#"
CREATE TABLE fee_appeal_line (
  appeal_id {uuid} NOT NULL,
  line_id {uuid} NOT NULL,
  CONSTRAINT fee_appeal_line_pk PRIMARY KEY (appeal_id, line_id),
  CONSTRAINT fee_appeal_line_appeal_fk FOREIGN KEY (appeal_id) REFERENCES appeal (id),
  CONSTRAINT fee_appeal_line_line_fk FOREIGN KEY (line_id) REFERENCES invoice_line (id)
);
"#,
    down: r#"DROP TABLE fee_appeal_line;"#
);
