//! Duties that stand as conditions on the certificates of permits: dated rows of `src/data/permit_duties.tsv`, so that a
//! change of law or of practice is a row. Which situations a permit is in is for its kind to say; nothing is weighed here.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::{
    language::Language,
    table::{Table, code_enum},
};

static DUTIES: LazyLock<Vec<Duty>> =
    LazyLock::new(|| read(include_str!("../data/permit_duties.tsv")));

/// Days that duties are taken from.
#[derive(Debug, Clone, Copy)]
pub struct DutyDays {
    /// The day the permit was granted.
    pub granted: NaiveDate,
    /// The day of the certificate.
    pub issued: NaiveDate,
}

code_enum! {
    /// On which day a duty must be in force to stand on a certificate.
    Taken {
        /// The authority sets it with the permit, which keeps it.
        Granted = "granted",
        /// The law says it of everybody.
        Issued = "issued",
    }
}

struct Duty {
    kind: &'static str,
    applies: &'static str,
    taken: Taken,
    from: NaiveDate,
    until: Option<NaiveDate>,
    texts: [&'static str; 3],
}

impl Duty {
    fn holds(&self, days: DutyDays) -> bool {
        let day = match self.taken {
            Taken::Granted => days.granted,
            Taken::Issued => days.issued,
        };
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// The duties of a kind of permit, in the order of the table: those of all its permits, and those of the situations.
pub fn duties(
    kind: &str,
    situations: &[&str],
    days: DutyDays,
    language: Language,
) -> Vec<&'static str> {
    of(&DUTIES, kind, situations, days, language)
}

fn of(
    table: &[Duty],
    kind: &str,
    situations: &[&str],
    days: DutyDays,
    language: Language,
) -> Vec<&'static str> {
    let applies = |duty: &&Duty| duty.applies == "all" || situations.contains(&duty.applies);
    table
        .iter()
        .filter(|duty| duty.kind == kind && duty.holds(days))
        .filter(applies)
        .map(|duty| match language {
            Language::Bokmal => duty.texts[0],
            Language::Nynorsk => duty.texts[1],
            Language::English => duty.texts[2],
        })
        .collect()
}

fn read(table: &'static str) -> Vec<Duty> {
    Table::new(table)
        .rows()
        .map(|row| Duty {
            kind: row.text("kind"),
            applies: row.text("applies"),
            taken: row.value("taken").expect("the table holds which day a duty is taken from"),
            from: row.value("valid_from").expect("every row is dated"),
            until: row.value("valid_until"),
            texts: [row.text("nb"), row.text("nn"), row.text("en")],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    const CHANGED: &str = "# source\n\
        kind\tcode\tapplies\ttaken\tvalid_from\tvalid_until\tnb\tnn\ten\tsource\n\
        plb\ta\tall\tgranted\t2020-01-01\t2024-01-01\tg1\tg1\tg1\t\n\
        plb\ta\tall\tgranted\t2024-01-01\t\tg2\tg2\tg2\t\n\
        plb\tb\tcraft\tissued\t2021-01-01\t2025-01-01\ti1\ti1\ti1\t\n\
        plb\tb\tcraft\tissued\t2025-01-01\t\ti2\ti2\ti2\t\n";

    #[test]
    fn a_permit_keeps_what_it_was_granted_with_and_follows_the_law_of_the_day() {
        let table = read(CHANGED);
        let said = |granted, issued, situations: &[&str]| {
            let days = DutyDays { granted: day(granted), issued: day(issued) };
            of(&table, "plb", situations, days, Language::English)
        };
        assert_eq!(said("2023-12-31", "2024-12-31", &["craft"]), ["g1", "i1"]);
        assert_eq!(said("2023-12-31", "2025-01-01", &["craft"]), ["g1", "i2"]);
        assert_eq!(said("2024-01-01", "2025-01-01", &["craft"]), ["g2", "i2"]);
        assert_eq!(said("2024-01-01", "2025-01-01", &[]), ["g2"]);
        assert!(said("2019-12-31", "2020-12-31", &["craft"]).is_empty());
    }

    /// The transmitter permits of thirty days, a quarter apart, say of the act what was in force on each.
    #[test]
    fn for_thirty_days_the_duties_are_those_of_the_day() {
        let first = day("2019-07-01");
        for quarter in 0..30 {
            let on = first + chrono::Months::new(3 * quarter);
            let days = DutyDays { granted: on, issued: on };
            let cites_the_act = duties("transmitter", &[], days, Language::English)
                .iter()
                .any(|duty| duty.contains("section 11-12"));
            assert_eq!(cites_the_act, on >= day("2025-01-01"), "{on}");
            let aircraft = duties("aircraft", &["beacon"], days, Language::Nynorsk);
            assert_eq!(aircraft.len(), if on >= day("2023-01-01") { 9 } else { 0 }, "{on}");
            let amateur = duties("amateur", &[], days, Language::Bokmal);
            assert_eq!(amateur.len(), if on >= day("2026-03-23") { 6 } else { 0 }, "{on}");
        }
    }

    /// FOR-2026-03-23-465 §§ 6 to 8.
    #[test]
    fn amateurs_are_told_what_the_regulation_excepts_and_limits() {
        let on = day("2026-11-22");
        let days = DutyDays { granted: on, issued: on };
        let told = duties("amateur", &[], days, Language::English);
        for words in [
            "except sensitive information in organised rescue work",
            "not be above 100 W",
            "from drones, except in organised rescue work and telemetry of at most 100 mW",
            "physically present",
        ] {
            assert!(told.iter().any(|duty| duty.contains(words)), "{words}");
        }
    }

    #[test]
    fn the_table_names_situations_that_kinds_tell_apart() {
        let known = [
            ("amateur", "contest unmanned morokulien station"),
            ("aircraft", "beacon"),
            ("spectrum", "transferable not-transferable"),
            (
                "numbering",
                "reported harmonised data-network free-to-caller priced-as-mobile non-commercial",
            ),
        ];
        for duty in DUTIES.iter().filter(|duty| duty.applies != "all") {
            let is_known = known.iter().any(|(kind, situations)| {
                *kind == duty.kind && situations.split(' ').any(|one| one == duty.applies)
            });
            assert!(is_known, "{} {}", duty.kind, duty.applies);
        }
    }

    #[test]
    fn every_duty_is_a_sentence_in_every_language_and_no_row_is_of_two_days() {
        for (at, duty) in DUTIES.iter().enumerate() {
            assert!(duty.texts.iter().all(|text| text.ends_with('.')), "{:?}", duty.texts);
            assert!(duty.until.is_none_or(|until| duty.from < until), "{:?}", duty.texts);
            let same = |other: &&Duty| {
                other.kind == duty.kind
                    && other.applies == duty.applies
                    && other.texts == duty.texts
            };
            assert!(!DUTIES[..at].iter().any(|other| same(&other)), "{:?}", duty.texts);
        }
    }
}
