//! Names of people, families, places, streets and organisations.
//!
//! Given names are common ones in Norway: Norwegian, Sámi, and of people who have come lately. Families and places are invented: put
//! together from the weather and the sky, or from syllables without meaning. It must not hold a family name that people have.

use super::draw::Draw;
use crate::values::person_name::{OrganisationName, PersonName};

/// Given names of one sex, and those that follow another with a space or a hyphen.
struct GivenNames {
    first: &'static [&'static str],
    second: &'static [&'static str],
}

#[rustfmt::skip]
const NORWEGIAN: [GivenNames; 2] = [
    GivenNames {
        first: &[
            "Anne", "Kari", "Ingrid", "Liv", "Marit", "Solveig", "Astrid", "Berit", "Randi", "Gerd", "Silje", "Hanne",
            "Ragnhild", "Sigrid", "Turid", "Wenche", "Åse", "Bjørg", "Nora", "Emma", "Ida", "Thea", "Maja", "Sunniva",
            "Tuva", "Frida", "Guro", "Eli", "Torunn", "Målfrid", "Jorunn", "Synnøve", "Gunnhild", "Åshild", "Dagny",
        ],
        second: &["Marie", "Kristin", "Helene", "Sofie", "Grete", "Elise"],
    },
    GivenNames {
        first: &[
            "Jan", "Per", "Bjørn", "Ole", "Lars", "Kjell", "Knut", "Svein", "Arne", "Geir", "Morten", "Terje", "Odd",
            "Thomas", "Håkon", "Sindre", "Eirik", "Magnus", "Jonas", "Henrik", "Sondre", "Vegard", "Øyvind", "Åsmund",
            "Torbjørn", "Trygve", "Steinar", "Oddvar", "Halvor", "Gunnar", "Leif", "Einar", "Olav", "Tarjei", "Kåre",
        ],
        second: &["Erik", "Magne", "Inge", "Petter", "Henning", "Arve"],
    },
];

#[rustfmt::skip]
const SAMI: [GivenNames; 2] = [
    GivenNames {
        first: &[
            "Áile", "Biret", "Máret", "Sárá", "Elle", "Risten", "Rávdná", "Inga", "Ánne", "Gáddjá", "Láilá",
        ],
        second: &["Márjá", "Elen", "Káre"],
    },
    GivenNames {
        first: &[
            "Ánte", "Niillas", "Jovnna", "Issát", "Heaika", "Lásse", "Ásllat", "Ivvár", "Áilu", "Juhán", "Piera",
        ],
        second: &["Mihkkal", "Ánde", "Máhtte"],
    },
];

#[rustfmt::skip]
const NEWCOMER: [GivenNames; 2] = [
    GivenNames {
        first: &[
            "Amina", "Fatima", "Zofia", "Agnieszka", "Linh", "Priya", "Olena", "Selam", "Leyla", "Ewa", "Rasa", "Ana",
            "Mei", "Hodan", "Samira", "Shirin", "Nadia", "Iryna", "Lucía", "Maryam",
        ],
        second: &[],
    },
    GivenNames {
        first: &[
            "Yusuf", "Omar", "Piotr", "Marek", "Minh", "Arjun", "Taras", "Abebe", "Emre", "Tomasz", "Carlos", "Wei",
            "Abdi", "Reza", "Malik", "Kwame", "Andrius", "José", "Bogdan", "Dawit",
        ],
        second: &[],
    },
];

/// First and last parts of invented places, which families are named after.
const PLACE_FIRST: [&str; 36] = [
    "Nordlys",
    "Måneskinn",
    "Stjerneglim",
    "Rimfrost",
    "Kveldsol",
    "Snøfnugg",
    "Blåtime",
    "Kråkesølv",
    "Soldis",
    "Regnbue",
    "Morild",
    "Tåkelur",
    "Vindstille",
    "Perlegry",
    "Trollglitt",
    "Eventyr",
    "Polarnatt",
    "Duggdråpe",
    "Sølvgnist",
    "Isrose",
    "Vårbris",
    "Høstglød",
    "Havgule",
    "Flomål",
    "Lyngglød",
    "Tindreljos",
    "Skodderim",
    "Dønning",
    "Gryningsol",
    "Multegull",
    "Ripsrød",
    "Tyttefryd",
    "Vintergløtt",
    "Sommerdis",
    "Kornmånad",
    "Nattergry",
];
const PLACE_LAST: [&str; 28] = [
    "vær", "skar", "odd", "li", "tind", "bakk", "holm", "fjære", "nut", "hei", "vik", "sund", "mo",
    "tun", "stad", "øy", "dal", "høgd", "lund", "tange", "ås", "bukt", "myr", "eid", "tveit",
    "støl", "haug", "nes",
];

const SAMI_PLACE_FIRST: [&str; 12] = [
    "Násti", "Guovssu", "Muohta", "Beaivi", "Idja", "Liegga", "Silba", "Bálggis", "Njuolla",
    "Áfru", "Čuovga", "Rássi",
];
const SAMI_PLACE_LAST: [&str; 10] =
    ["várri", "jávri", "johka", "njárga", "vággi", "duottar", "suolu", "gorsa", "láhku", "čohkka"];

const SYLLABLES_FIRST: [&str; 16] = [
    "Ama", "Ori", "Zela", "Tava", "Kiro", "Melu", "Suna", "Daro", "Vesi", "Noru", "Palo", "Lira",
    "Ubé", "Jasi", "Henu", "Corá",
];
const SYLLABLES_LAST: [&str; 14] = [
    "welan", "dimru", "tasko", "renna", "lindu", "vasik", "rimo", "kantu", "zelik", "bashu",
    "nadri", "vondo", "tilek", "quori",
];

const STREET_LAST: [&str; 10] = [
    "veien", "vegen", "gata", "stien", "svingen", "kroken", "ringen", "tråkket", "kleiva",
    "bryggja",
];

const TRADES: [&str; 20] = [
    "Fiskeri",
    "Havbruk",
    "Kraft",
    "Fjellføring",
    "Lufttransport",
    "Radio",
    "Breiband",
    "Skogsdrift",
    "Redning",
    "Anlegg",
    "Sjøtransport",
    "Kringkasting",
    "Taxi",
    "Rør og Elektro",
    "Teleservice",
    "Alarm",
    "Kystrute",
    "Reinlag",
    "Måleteknikk",
    "Ballongflyging",
];
const LEGAL_FORMS: [&str; 8] = ["AS", "AS", "AS", "AS", "ASA", "SA", "DA", "ANS"];

/// Where a name is at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Norwegian,
    Sami,
    Newcomer,
}

impl Origin {
    /// Of a hundred, fourteen are newcomers, four Sámi, the others Norwegian.
    fn drawn(draw: &mut Draw) -> Self {
        match draw.below(100) {
            0..14 => Self::Newcomer,
            14..18 => Self::Sami,
            _ => Self::Norwegian,
        }
    }
}

/// Whether the name that [`FullName::drawn`] would draw is that of somebody who has come lately.
pub(super) fn is_newcomer(mut draw: Draw) -> bool {
    Origin::drawn(&mut draw) == Origin::Newcomer
}

/// A person's name in its two parts.
pub(super) struct FullName {
    given: String,
    family: String,
}

impl FullName {
    pub(super) fn drawn(draw: &mut Draw) -> Self {
        let origin = Origin::drawn(draw);
        Self { given: given(draw, origin), family: family(draw, origin) }
    }

    /// The given name with the family name of a relative.
    pub(super) fn in_family_of(self, relative: Self) -> Self {
        Self { family: relative.family, ..self }
    }

    /// Given name, space, family name.
    pub(super) fn whole(&self) -> PersonName {
        PersonName::parse(&format!("{} {}", self.given, self.family))
            .expect("letters, spaces and hyphens make a name")
    }
}

/// A given name, some with a second.
fn given(draw: &mut Draw, origin: Origin) -> String {
    let both_sexes = match origin {
        Origin::Norwegian => &NORWEGIAN,
        Origin::Sami => &SAMI,
        Origin::Newcomer => &NEWCOMER,
    };
    let names = draw.pick(both_sexes);
    let first = *draw.pick(names.first);
    if names.second.is_empty() || !draw.one_in(6) {
        return first.to_owned();
    }
    let joint = if draw.one_in(2) { '-' } else { ' ' };
    format!("{first}{joint}{}", draw.pick(names.second))
}

/// A family name, every ninth of two, the second Norwegian.
fn family(draw: &mut Draw, origin: Origin) -> String {
    let one = match origin {
        Origin::Norwegian => place(draw),
        Origin::Sami => joined(draw, &SAMI_PLACE_FIRST, &SAMI_PLACE_LAST),
        Origin::Newcomer => joined(draw, &SYLLABLES_FIRST, &SYLLABLES_LAST),
    };
    if draw.one_in(9) { format!("{one} {}", place(draw)) } else { one }
}

/// An invented place, such as `Morildsund`.
fn place(draw: &mut Draw) -> String {
    joined(draw, &PLACE_FIRST, &PLACE_LAST)
}

/// An invented street, such as `Morildsundveien`.
pub(super) fn street(draw: &mut Draw) -> String {
    place(draw) + *draw.pick(&STREET_LAST)
}

/// An invented organisation, such as `Morildsund Havbruk AS`.
pub(super) fn organisation(draw: &mut Draw) -> OrganisationName {
    let place = place(draw);
    let name = if draw.one_in(10) {
        format!("{place} Radioklubb")
    } else {
        format!("{place} {} {}", draw.pick(&TRADES), draw.pick(&LEGAL_FORMS))
    };
    OrganisationName::parse(&name).expect("letters and spaces make a name")
}

/// A name for a boat or another craft, such as `Morild`.
pub(super) fn craft(draw: &mut Draw) -> &'static str {
    draw.pick::<&str>(&PLACE_FIRST)
}

fn joined(draw: &mut Draw, first: &[&str], last: &[&str]) -> String {
    [*draw.pick(first), *draw.pick(last)].concat()
}
