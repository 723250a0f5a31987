//! Radio services by the names of the frequency tables, and their words in three languages.
//!
//! A name is a service and words in parentheses after it, e.g. `FIXED-SATELLITE (EARTH-TO-SPACE)`;
//! the tables write primary services in capitals and secondary ones in small letters.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    language::Language,
    table::{Table, code_enum},
};

code_enum! {
    /// Services that belong together for readers, in the order they are shown.
    ServiceGroup {
        Fixed = "fixed",
        Mobile = "mobile",
        MaritimeAeronautical = "maritimeAeronautical",
        Broadcasting = "broadcasting",
        Amateur = "amateur",
        Radiodetermination = "radiodetermination",
        /// Fixed, mobile, broadcasting and navigation by way of satellites.
        Satellite = "satellite",
        /// Space, Earth and weather research, and radio astronomy.
        Science = "science",
        /// Standard frequency and time signals.
        Time = "time",
        /// Not allocated, and names the table does not know.
        None = "none",
    }
}

impl ServiceGroup {
    /// The words of a chart and its legend.
    pub const fn title(self, language: Language) -> &'static str {
        let [nb, nn, en] = match self {
            Self::Fixed => ["Fast", "Fast", "Fixed"],
            Self::Mobile => ["Mobil", "Mobil", "Mobile"],
            Self::MaritimeAeronautical => {
                ["Maritim og luftfart", "Maritim og luftfart", "Maritime and aeronautical"]
            }
            Self::Broadcasting => ["Kringkasting", "Kringkasting", "Broadcasting"],
            Self::Amateur => ["Amatør", "Amatør", "Amateur"],
            Self::Radiodetermination => {
                ["Radar og navigasjon", "Radar og navigasjon", "Radar and navigation"]
            }
            Self::Satellite => ["Satellitt", "Satellitt", "Satellite"],
            Self::Science => ["Forskning og vær", "Forsking og vêr", "Science and weather"],
            Self::Time => ["Normalfrekvens", "Normalfrekvens", "Standard frequency"],
            Self::None => ["Ikke fordelt", "Ikkje fordelt", "Not allocated"],
        };
        match language {
            Language::Bokmal => nb,
            Language::Nynorsk => nn,
            Language::English => en,
        }
    }
}

struct Entry {
    group: Option<ServiceGroup>,
    titles: [&'static str; 3],
}

impl Entry {
    const fn title(&self, language: Language) -> &'static str {
        match language {
            Language::Bokmal => self.titles[0],
            Language::Nynorsk => self.titles[1],
            Language::English => self.titles[2],
        }
    }
}

static ENTRIES: LazyLock<HashMap<&'static str, Entry>> = LazyLock::new(|| {
    let table = Table::new(include_str!("../data/radio_services.tsv"));
    let entry = |row: &super::table::Row<'_, 'static>| Entry {
        group: row.value("group"),
        titles: [row.text("nb"), row.text("nn"), row.text("en")],
    };
    table.rows().map(|row| (row.text("name"), entry(&row))).collect()
});

/// The service and the words in parentheses after it.
fn parts(name: &str) -> (&str, impl Iterator<Item = &str>) {
    let mut pieces = name.split('(').map(|piece| piece.trim().trim_end_matches(')').trim());
    (pieces.next().unwrap_or_default(), pieces.filter(|piece| !piece.is_empty()))
}

fn entry(name: &str) -> Option<&'static Entry> {
    ENTRIES.get(name.to_uppercase().as_str())
}

/// The group of a service; [`ServiceGroup::None`] for a name the table does not know.
pub fn group(name: &str) -> ServiceGroup {
    entry(parts(name).0).and_then(|entry| entry.group).unwrap_or(ServiceGroup::None)
}

/// The name in words of a language; none for a service without words.
pub fn title(name: &str, language: Language) -> Option<String> {
    let (service, words) = parts(name);
    let mut title = entry(service)?.title(language).to_owned();
    for word in words {
        let shown = match entry(word) {
            Some(entry) => entry.title(language).to_owned(),
            // a frequency, as in `(5 000 KHZ)`
            None => word.to_lowercase().replace("khz", "kHz").replace("mhz", "MHz"),
        };
        title.push_str(&format!(" ({shown})"));
    }
    Some(title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::frequency_plan;

    #[test]
    fn every_service_of_the_plan_has_words_in_three_languages() {
        for row in frequency_plan::carried() {
            for language in Language::ALL {
                let title = title(&row.service, language);
                assert!(title.is_some_and(|title| !title.is_empty()), "{}", row.service);
            }
            let known = group(&row.service) != ServiceGroup::None;
            assert_eq!(
                known,
                row.category != frequency_plan::Category::NotAllocated,
                "{}",
                row.service
            );
        }
    }

    #[test]
    fn words_in_parentheses_are_told_too() {
        let nb = |name| title(name, Language::Bokmal).unwrap();
        assert_eq!(nb("FIXED-SATELLITE (EARTH-TO-SPACE)"), "fast via satellitt (jord–rom)");
        assert_eq!(nb("Radio Astronomy"), "radioastronomi");
        assert_eq!(
            title("STANDARD FREQUENCY AND TIME SIGNAL (5 000 KHZ)", Language::English).unwrap(),
            "standard frequency and time signal (5 000 kHz)"
        );
        assert_eq!(title("KITES", Language::English), None);
        assert_eq!(group("kites"), ServiceGroup::None);
        for name in ["", "(", ")(", "((", "FIXED ((", "æøå (ß)"] {
            let _ = (group(name), title(name, Language::Nynorsk));
        }
    }
}
