//! Creates `party`: a person or organisation that applies, holds or is contacted; one row each.

crate::migration!(
    up: r#"
CREATE TABLE party (
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  national_id_sealed {bytes},
  national_id_blind {bytes},
  organisation_number {text},
  birth_date {date},
  name {text} NOT NULL,
  name_search {text} NOT NULL,
  address {json} NOT NULL,
  phone {text} NOT NULL,
  email {text} NOT NULL,
  language {text} NOT NULL,
  protected {bool} NOT NULL,
  restricted {bool} NOT NULL,
  version {int} NOT NULL,
  created_at {ts} NOT NULL,
  changed_at {ts} NOT NULL,
  CONSTRAINT party_pk PRIMARY KEY (id),
  CONSTRAINT party_kind_ck CHECK (kind IN ('person', 'organisation')),
  CONSTRAINT party_national_id_uq UNIQUE (national_id_blind),
  CONSTRAINT party_organisation_uq UNIQUE (organisation_number)
);
CREATE INDEX party_name_search_ix ON party (name_search);
CREATE INDEX party_phone_ix ON party (phone);
"#,
    down: r#"DROP TABLE party;"#
);
