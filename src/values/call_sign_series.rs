//! The Norwegian call-sign series: which kind of sign a form is, whether it is still assigned, and in which order.
//!
//! The table `src/data/call_sign_series.tsv` decides, a sign belonging to the first row its form fits; under which terms signs
//! are assigned on a day is in `call_sign_series_terms.tsv`. What signs are for, their kind, may have several series: when one
//! is full, the next is a row of each table. Forms say what a sign may be,
//! never who holds it: a number of old signs have the form of another kind.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::Regex;

use super::blocked_suffix::{BlockReason, blocked_reason};
use super::calendar::Period;
use super::call_sign::CallSign;
use super::table::{Row, Table, code_enum};

static SERIES: LazyLock<Vec<Series>> = LazyLock::new(|| {
    read(
        include_str!("../data/call_sign_series.tsv"),
        include_str!("../data/call_sign_series_terms.tsv"),
    )
});

fn read(series: &'static str, terms: &'static str) -> Vec<Series> {
    let terms = Table::new(terms);
    let terms_of = |name: &str| -> Vec<Terms> {
        terms.rows().filter(|row| row.text("name") == name).map(|row| Terms::read(&row)).collect()
    };
    Table::new(series).rows().map(|row| Series::read(&row, terms_of)).collect()
}

code_enum! {
    /// The kind of a series: what its signs are for.
    SeriesKind {
        PersonalNew = "personal_new",
        Personal1983To2014 = "personal_1983_2014",
        PersonalOld = "personal_old",
        Club = "club",
        ClubShort = "club_short",
        Contest = "contest",
        Plb = "plb",
        /// Synthetic amateur signs for test data.
        TestAmateur = "test_amateur",
        /// Synthetic beacon signs for test data.
        TestPlb = "test_plb",
        Morokulien = "morokulien",
        Jubilee2014Li = "jubilee_2014_li",
        Jubilee2014Lj = "jubilee_2014_lj",
        JubileeLm2014 = "jubilee_lm2014",
        /// Several digits, or more than four characters after the digit (ITU RR 19.68A).
        SpecialEvent = "special_event",
        Limited = "limited",
        ClubContest = "club_contest",
        RepeaterBeacon = "repeater_beacon",
        LegacyNovice = "legacy_novice",
        LegacyTechnician = "legacy_technician",
    }
}

code_enum! {
    /// Who may hold a sign of a series.
    SeriesHolder {
        Person = "person",
        Association = "association",
        /// One station on the border, for its visitors.
        FixedSpecial = "fixed_special",
    }
}

code_enum! {
    /// From when to when an assignment lasts.
    ValidityRule {
        Lifetime = "lifetime",
        /// The period of the series from the day of assignment.
        FromAssignment = "from_assignment",
        /// The period of the series after the end of the year of application.
        ApplicationYearEndPlus = "application_year_end_plus",
        /// The days of the event, as decided.
        Event = "event",
        /// As long as a licensee is responsible for the station.
        ResponsibleLicensee = "responsible_licensee",
        /// Not assigned.
        None = "none",
    }
}

impl SeriesKind {
    /// Whether signs of the kind are synthetic; production neither assigns nor accepts them.
    pub const fn is_test(self) -> bool {
        matches!(self, Self::TestAmateur | Self::TestPlb)
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Series {
    /// Its own name, by which it is stored; the code of the kind for the first of a kind.
    pub name: &'static str,
    pub kind: SeriesKind,
    form: Regex,
    /// A sign of the form, for documentation.
    pub example: &'static str,
    pub holder: SeriesHolder,
    terms: Vec<Terms>,
    /// First and last year of assignment, both inside, `None` when unknown or open.
    from_year: Option<i32>,
    until_year: Option<i32>,
    order: Option<SeriesOrder>,
}

/// Under which terms signs of a series are assigned during some time.
#[derive(Debug)]
pub struct Terms {
    /// First day, `None` when it has always been so.
    from: Option<NaiveDate>,
    /// The day after the last, `None` when open.
    until: Option<NaiveDate>,
    assignable: bool,
    pub validity_rule: ValidityRule,
    /// How long an assignment lasts; `None` for life or as decided.
    pub validity_period: Option<Period>,
    /// Whether the holder may renew before the assignment ends.
    pub renewable: bool,
    /// How long a sign is kept free after use.
    pub quarantine: Option<Period>,
}

impl Terms {
    fn read(row: &Row<'_, 'static>) -> Self {
        let period = |column| {
            Some(row.text(column))
                .filter(|text| !text.is_empty())
                .map(|text| Period::parse(text).expect("the table holds a period"))
        };
        Self {
            from: row.value("valid_from"),
            until: row.value("valid_until"),
            assignable: row.text("assignable") == "yes",
            validity_rule: row.value("validity_rule").expect("the table holds a validity rule"),
            validity_period: period("validity_period"),
            renewable: row.text("renewable") == "yes",
            quarantine: period("quarantine"),
        }
    }

    fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// What a sign has for its series that has the form of none.
pub const UNKNOWN_SERIES: &str = "unknown";

/// Every series, in the order of the table.
pub fn all() -> &'static [Series] {
    &SERIES
}

/// The first series of this kind.
///
/// # Panics
/// Never: a test finds every kind in the table.
pub fn series(kind: SeriesKind) -> &'static Series {
    SERIES.iter().find(|series| series.kind == kind).expect("a test finds every kind in the table")
}

/// Every series of a kind, in the order in which their signs are assigned.
pub fn of_kind(kind: SeriesKind) -> impl Iterator<Item = &'static Series> {
    SERIES.iter().filter(move |series| series.kind == kind)
}

/// The series of a kind whose terms hold for who applies on `day`: the first that is open, or the first of all when none is.
pub fn current(kind: SeriesKind, day: NaiveDate) -> &'static Series {
    of_kind(kind).find(|series| series.is_open(day)).unwrap_or_else(|| series(kind))
}

/// The last series of a kind that is open on `day` and assigned in order: when it is full, none is left.
pub fn last_open(kind: SeriesKind, day: NaiveDate) -> Option<&'static Series> {
    let is_last =
        |series: &&Series| series.kind == kind && series.order.is_some() && series.is_open(day);
    SERIES.iter().rfind(is_last)
}

/// The series with this name.
pub fn named(name: &str) -> Option<&'static Series> {
    SERIES.iter().find(|series| series.name == name)
}

/// The code of the kind of the series with this name, as everybody is told it; the name itself where there is none.
pub fn kind_code(name: &str) -> &str {
    named(name).map_or(name, |series| series.kind.code())
}

/// The series a sign belongs to by its form; `None` when it has the form of none.
pub fn classify(sign: CallSign) -> Option<&'static Series> {
    SERIES.iter().find(|series| series.admits(sign))
}

/// The series a sign belongs to that is known to have been assigned on `day`: old novice signs have the form of today's personal ones.
pub fn classify_assigned(sign: CallSign, day: NaiveDate) -> Option<&'static Series> {
    SERIES.iter().find(|series| series.admits(sign) && series.was_assigned(day))
}

/// Whether a sign may be assigned anew on `day`: its series is open and its suffix not blocked. Whether it is free is asked elsewhere.
pub fn is_assignable(sign: CallSign, day: NaiveDate) -> bool {
    classify(sign).is_some_and(|series| series.is_open(day)) && blocked(sign, day).is_none()
}

/// Why nobody is given this sign on `day`, whoever asks: for its suffix. What caseworkers block one by one is asked elsewhere.
pub fn blocked(sign: CallSign, day: NaiveDate) -> Option<BlockReason> {
    sign.parts().and_then(|parts| blocked_reason(parts.suffix, day))
}

impl Series {
    fn read(row: &Row<'_, 'static>, terms_of: impl Fn(&str) -> Vec<Terms>) -> Self {
        let name = row.text("name");
        let given = |column| Some(row.text(column)).filter(|text| !text.is_empty());
        Self {
            name,
            kind: row.value("kind").expect("the table holds a kind"),
            terms: terms_of(name),
            form: Regex::new(row.text("regex")).expect("the table holds a form"),
            example: row.text("example"),
            holder: row.value("holder").expect("the table holds a holder"),
            from_year: row.value("issued_from_year"),
            until_year: row.value("issued_until_year"),
            order: given("template")
                .map(|template| SeriesOrder::read(template, row.text("fastest_first"))),
        }
    }

    /// The form as a regular expression, for publication.
    pub fn pattern(&self) -> &str {
        self.form.as_str()
    }

    /// Whether the sign has the form of the series.
    pub fn admits(&self, sign: CallSign) -> bool {
        self.form.is_match(sign.as_str())
    }

    /// The terms of `day`.
    ///
    /// # Panics
    /// Never: a test finds terms for every day.
    pub fn terms(&self, day: NaiveDate) -> &Terms {
        self.terms.iter().find(|terms| terms.holds(day)).expect("a test finds terms for every day")
    }

    /// Whether new signs of the series are assigned on `day`.
    pub fn is_open(&self, day: NaiveDate) -> bool {
        self.terms(day).assignable && self.was_assigned(day)
    }

    /// The order in which signs of the series are assigned; `None` where applicants choose.
    pub const fn order(&self) -> Option<&SeriesOrder> {
        self.order.as_ref()
    }

    /// The signs from place `start` of the order on that may be assigned on `day`; none when the series is closed or has no order.
    pub fn open_signs(&self, start: u64, day: NaiveDate) -> impl Iterator<Item = CallSign> + '_ {
        let order = self.order.as_ref().filter(|_| self.is_open(day));
        order
            .into_iter()
            .flat_map(move |order| order.signs_from(start))
            .filter(move |sign| blocked(*sign, day).is_none())
    }

    fn was_assigned(&self, day: NaiveDate) -> bool {
        self.from_year.is_none_or(|from| from <= day.year())
            && self.until_year.is_none_or(|until| day.year() <= until)
    }
}

/// The signs of a series in the order of assignment, counted from 0; a place is found without walking there.
#[derive(Debug)]
pub struct SeriesOrder {
    /// The characters each place of the sign takes, in their order; one alone where the sign is fixed.
    places: Vec<Vec<u8>>,
    /// Indexes of the places that vary, the one that steps fastest first.
    fastest_first: Vec<usize>,
}

impl SeriesOrder {
    /// Reads a template such as `LB{1-90}{A-Z}{A-Z}` and the numbers of its braces, counted from 1, fastest first.
    fn read(template: &str, fastest_first: &str) -> Self {
        let mut places = Vec::new();
        let mut varying = Vec::new();
        let mut rest = template;
        while let Some(first) = rest.chars().next() {
            let (characters, tail) =
                match rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
                    Some((class, tail)) => {
                        varying.push(places.len());
                        (class_characters(class.as_bytes()), tail)
                    }
                    None => (vec![rest.as_bytes()[0]], &rest[first.len_utf8()..]),
                };
            places.push(characters);
            rest = tail;
        }
        let place = |number: &str| {
            number
                .parse()
                .ok()
                .and_then(|number: usize| varying.get(number.checked_sub(1)?).copied())
        };
        let fastest_first = fastest_first
            .split(' ')
            .map(|number| place(number).expect("the table numbers the braces"))
            .collect();
        Self { places, fastest_first }
    }

    /// How many signs the series has.
    pub fn size(&self) -> u64 {
        self.fastest_first.iter().map(|place| self.places[*place].len() as u64).product()
    }

    /// The sign at a place of the order, counted from 0; `None` past the end.
    pub fn nth(&self, index: u64) -> Option<CallSign> {
        let mut sign: Vec<u8> = self.places.iter().map(|characters| characters[0]).collect();
        let mut rest = index;
        for place in &self.fastest_first {
            let characters = &self.places[*place];
            let count = characters.len() as u64;
            sign[*place] = characters[usize::try_from(rest % count).ok()?];
            rest /= count;
        }
        (rest == 0).then(|| CallSign::from_upper(&sign).ok()).flatten()
    }

    /// The place of a sign in the order; `None` when the series does not hold it.
    pub fn index_of(&self, sign: CallSign) -> Option<u64> {
        let text = sign.as_str().as_bytes();
        if text.len() != self.places.len()
            || !text.iter().zip(&self.places).all(|(byte, characters)| characters.contains(byte))
        {
            return None;
        }
        let mut index = 0;
        for place in self.fastest_first.iter().rev() {
            let characters = &self.places[*place];
            index = index * characters.len() as u64
                + characters.iter().position(|byte| *byte == text[*place])? as u64;
        }
        Some(index)
    }

    /// The signs from a place on, to the end of the series.
    pub fn signs_from(&self, start: u64) -> impl Iterator<Item = CallSign> + '_ {
        (start..self.size()).map_while(|index| self.nth(index))
    }
}

/// `1-90` as 1 to 9, then 0.
fn class_characters(class: &[u8]) -> Vec<u8> {
    match class {
        [first, b'-', last, tail @ ..] => (*first..=*last).chain(class_characters(tail)).collect(),
        [first, tail @ ..] => std::iter::once(*first).chain(class_characters(tail)).collect(),
        [] => Vec::new(),
    }
}

#[cfg(test)]
#[path = "call_sign_series_tests.rs"]
mod tests;
