//! Access codes of documents in the journal: what may be kept from the public, and by which provision. Dated rows of
//! `src/data/access_codes.tsv`; which code a document begins with stands in `src/data/journal_access.tsv`. Knows no
//! journal and decides nothing about a person.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::{language::Language, table::Table};

static CODES: LazyLock<Vec<AccessCode>> = LazyLock::new(read_codes);
static BEGINNINGS: LazyLock<Vec<Beginning>> = LazyLock::new(read_defaults);

/// A ground for keeping something from the public.
#[derive(Debug, PartialEq, Eq)]
pub struct AccessCode {
    /// Stable code, e.g. `13-1`.
    pub code: &'static str,
    /// Code of the act's section in `legal_basis.tsv`.
    pub basis: &'static str,
    /// The provision with paragraph and letter, as an answer cites it (offentleglova § 31).
    pub citation: &'static str,
    /// The name of a natural person is kept back too.
    pub hides_person: bool,
    titles: [&'static str; 3],
    from: NaiveDate,
    until: Option<NaiveDate>,
}

impl AccessCode {
    /// What it protects, in a few words.
    pub const fn title(&self, language: Language) -> &'static str {
        let [bokmal, nynorsk, english] = self.titles;
        match language {
            Language::Bokmal => bokmal,
            Language::Nynorsk => nynorsk,
            Language::English => english,
        }
    }

    /// Whether it could be used on a day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

struct Beginning {
    direction: &'static str,
    kind: &'static str,
    party: &'static str,
    code: &'static str,
    from: NaiveDate,
    until: Option<NaiveDate>,
}

/// The code by its text, whenever it was in force: what was decided by it stays so.
pub fn find(code: &str) -> Option<&'static AccessCode> {
    CODES.iter().find(|one| one.code == code)
}

/// The codes a caseworker can choose among on a day.
pub fn in_force(day: NaiveDate) -> impl Iterator<Item = &'static AccessCode> {
    CODES.iter().filter(move |one| one.holds(day))
}

/// The code a document of the journal begins with; none when it is public.
pub fn beginning(
    direction: &str,
    kind: &str,
    is_person: bool,
    day: NaiveDate,
) -> Option<&'static AccessCode> {
    let party = if is_person { "person" } else { "organisation" };
    let fits = |asked: &str, own: &str| asked == "*" || asked == own;
    let row = BEGINNINGS.iter().find(|row| {
        fits(row.direction, direction)
            && fits(row.kind, kind)
            && fits(row.party, party)
            && row.from <= day
            && row.until.is_none_or(|until| day < until)
    })?;
    find(row.code)
}

fn read_codes() -> Vec<AccessCode> {
    Table::new(include_str!("../data/access_codes.tsv"))
        .rows()
        .map(|row| AccessCode {
            code: row.text("code"),
            basis: row.text("basis"),
            citation: row.text("citation"),
            hides_person: row.text("hides_person") == "yes",
            titles: [row.text("nb"), row.text("nn"), row.text("en")],
            from: row.value("valid_from").expect("the table holds a date"),
            until: row.value("valid_until"),
        })
        .collect()
}

fn read_defaults() -> Vec<Beginning> {
    Table::new(include_str!("../data/journal_access.tsv"))
        .rows()
        .map(|row| Beginning {
            direction: row.text("direction"),
            kind: row.text("kind"),
            party: row.text("party"),
            code: row.text("code"),
            from: row.value("valid_from").expect("the table holds a date"),
            until: row.value("valid_until"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn every_code_is_whole_and_used_once_a_day() {
        let today = day("2026-11-22");
        let codes: BTreeSet<&str> = in_force(today).map(|one| one.code).collect();
        assert_eq!(codes.len(), in_force(today).count());
        for one in CODES.iter() {
            assert!(one.citation.starts_with("offl. § ") && one.basis.starts_with("offl2006-"));
            for language in Language::ALL {
                assert!(!one.title(language).is_empty(), "{}", one.code);
            }
        }
        assert_eq!(in_force(day("2008-12-31")).count(), 0);
        for row in BEGINNINGS.iter() {
            assert!(row.code.is_empty() || find(row.code).is_some(), "{}", row.code);
            assert!(["*", "internal", "in", "out"].contains(&row.direction));
        }
    }

    #[test]
    fn a_person_with_a_beacon_is_kept_back_and_an_organisation_with_a_licence_is_not() {
        let today = day("2026-11-22");
        let code = |direction, kind, is_person| {
            beginning(direction, kind, is_person, today).map(|code| code.code)
        };
        assert_eq!(code("in", "plb", true), Some("13-1"));
        assert_eq!(code("out", "spectrum", false), None);
        assert_eq!(code("in", "amateur", true), None);
        assert_eq!(code("internal", "spectrum", false), Some("14-1"));
        assert!(beginning("internal", "plb", true, day("2000-01-01")).is_none());
    }
}
