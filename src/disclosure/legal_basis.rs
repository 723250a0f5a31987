//! The table of legal bases: which provision a code stands for, when it was in force and how it is cited.
//! It must not say what a basis is used for; purposes do (`policy.toml`), and permit kinds do.

use std::{collections::BTreeMap, sync::OnceLock};

use chrono::NaiveDate;

use crate::values::language::Language;

/// One provision of an act, a regulation or an international text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalBasis {
    /// Stable code, for example `ekom2024-11-2`.
    pub code: &'static str,
    /// Official number of the act or regulation, for example `LOV-2024-12-13-76`.
    pub instrument: &'static str,
    /// What people call it, for example `Ekomloven 2024`.
    pub short_title: &'static str,
    /// The place in it, for example `§ 11-2` or `Article 6(1)(e)`; empty for a whole text.
    pub section: &'static str,
    /// The heading of the section in the language of the text.
    pub title: &'static str,
    /// First day in force; absent when it never was, or for international texts without a date.
    pub valid_from: Option<NaiveDate>,
    /// First day no longer in force.
    pub valid_until: Option<NaiveDate>,
    status: Status,
    /// The provision that took over, as a code.
    pub replaced_by: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// In force, or once in force: the dates decide.
    Dated,
    /// Adopted without a day of commencement, or put into force in a way that is disputed.
    NotToBeReliedOn,
}

impl LegalBasis {
    /// Whether the provision was in force on the day and may be relied on.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.status == Status::Dated
            && self.valid_from.is_none_or(|from| from <= day)
            && self.valid_until.is_none_or(|until| day < until)
    }

    /// How the provision is cited in running text, for example `ekomloven 2024 § 11-2` or
    /// `personvernforordningen artikkel 6 nr. 1 bokstav e`.
    pub fn cite(&self, language: Language) -> String {
        if self.short_title == "GDPR" {
            return cite_gdpr(self.section, language);
        }
        format!("{} {}", self.short_title, self.section).trim_end().to_owned()
    }
}

fn cite_gdpr(section: &str, language: Language) -> String {
    let name = match language {
        Language::Bokmal => "personvernforordningen",
        Language::Nynorsk => "personvernforordninga",
        Language::English => return format!("GDPR {section}"),
    };
    let mut cited = name.to_owned();
    for part in
        section.replace("Article ", "artikkel ").split(['(', ')']).filter(|part| !part.is_empty())
    {
        let word = match part.as_bytes() {
            _ if part.starts_with("artikkel") => "",
            [first, ..] if first.is_ascii_digit() => "nr. ",
            _ => "bokstav ",
        };
        cited.push(' ');
        cited.push_str(word);
        cited.push_str(part);
    }
    cited
}

/// The provision a code stands for.
pub fn find(code: &str) -> Option<&'static LegalBasis> {
    table().get(code)
}

/// Whether the code is known and the provision was in force on the day.
pub fn in_force(code: &str, day: NaiveDate) -> bool {
    find(code).is_some_and(|basis| basis.in_force(day))
}

/// Every provision, by code.
pub fn all() -> impl Iterator<Item = &'static LegalBasis> {
    table().values()
}

fn table() -> &'static BTreeMap<&'static str, LegalBasis> {
    static TABLE: OnceLock<BTreeMap<&'static str, LegalBasis>> = OnceLock::new();
    TABLE.get_or_init(|| {
        rows(include_str!("../data/legal_basis.tsv")).map(|basis| (basis.code, basis)).collect()
    })
}

/// Reads the table: a source line, a heading line, then one provision a line. A line that does not fit is left out, and
/// a test fails when that happens to a line of the embedded table.
fn rows(text: &'static str) -> impl Iterator<Item = LegalBasis> {
    text.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(row)
}

fn row(line: &'static str) -> Option<LegalBasis> {
    let cells: Vec<&'static str> = line.split('\t').collect();
    let [
        code,
        instrument,
        short_title,
        _form,
        section,
        title,
        from,
        until,
        status,
        replaced_by,
        ..,
    ] = cells[..]
    else {
        return None;
    };
    Some(LegalBasis {
        code,
        instrument,
        short_title,
        section,
        title,
        valid_from: date(from).ok()?,
        valid_until: date(until).ok()?,
        status: match status {
            "in_force" | "repealed" => Status::Dated,
            "not_in_force" | "contested" => Status::NotToBeReliedOn,
            _ => return None,
        },
        replaced_by: Some(replaced_by).filter(|code| !code.is_empty()),
    })
}

/// The date in a cell; none when the cell is empty.
fn date(cell: &str) -> Result<Option<NaiveDate>, chrono::ParseError> {
    if cell.is_empty() { Ok(None) } else { cell.parse().map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = include_str!("../data/legal_basis.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .count();
        assert_eq!(all().count(), lines - 1);
    }

    #[test]
    fn every_successor_is_itself_in_the_table() {
        for successor in all().filter_map(|basis| basis.replaced_by) {
            assert!(find(successor).is_some(), "{successor}");
        }
    }

    #[test]
    fn a_provision_is_in_force_from_its_first_day_until_the_day_it_is_repealed() {
        assert!(!in_force("ekom2024-11-2", day("2024-12-31")));
        assert!(in_force("ekom2024-11-2", day("2025-01-01")));
        assert!(in_force("ekom2003-6-2", day("2024-12-31")));
        assert!(!in_force("ekom2003-6-2", day("2025-01-01")));
    }

    #[test]
    fn an_adopted_a_contested_and_an_unknown_provision_are_never_in_force() {
        for code in ["fvl2025-63", "ekom2024-16-6", "no-such-code"] {
            assert!(!in_force(code, day("2026-11-21")), "{code}");
        }
    }

    #[test]
    fn the_regulation_is_cited_in_the_language_of_the_page() {
        let basis = find("gdpr-6-1-e").unwrap();
        assert_eq!(
            basis.cite(Language::Bokmal),
            "personvernforordningen artikkel 6 nr. 1 bokstav e"
        );
        assert_eq!(
            basis.cite(Language::Nynorsk),
            "personvernforordninga artikkel 6 nr. 1 bokstav e"
        );
        assert_eq!(basis.cite(Language::English), "GDPR Article 6(1)(e)");
        assert_eq!(
            find("gdpr-77").unwrap().cite(Language::Bokmal),
            "personvernforordningen artikkel 77"
        );
        assert_eq!(find("ekom2024-11-2").unwrap().cite(Language::Nynorsk), "Ekomloven 2024 § 11-2");
        assert_eq!(find("fribruk2012").unwrap().cite(Language::Bokmal), "Fribruksforskriften");
    }
}
