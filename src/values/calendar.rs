//! Days as Norwegian law counts them: public holidays by rule, working days, periods, and dates in Norway.
//! It knows no deadline and reads no clock; which period applies to what is said elsewhere (`values::deadline`, the
//! disclosure policy).

use std::fmt;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Europe::Oslo;

use super::Flaw;

/// The public holidays of Norway besides ordinary Sundays (helligdagsfredloven § 2; LOV-1947-04-26-1 § 1 for
/// 1 and 17 May).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holiday {
    NewYearsDay,
    MaundyThursday,
    GoodFriday,
    EasterSunday,
    EasterMonday,
    LabourDay,
    ConstitutionDay,
    AscensionDay,
    WhitSunday,
    WhitMonday,
    ChristmasDay,
    BoxingDay,
}

impl Holiday {
    /// Every holiday.
    pub const ALL: [Self; 12] = [
        Self::NewYearsDay,
        Self::MaundyThursday,
        Self::GoodFriday,
        Self::EasterSunday,
        Self::EasterMonday,
        Self::LabourDay,
        Self::ConstitutionDay,
        Self::AscensionDay,
        Self::WhitSunday,
        Self::WhitMonday,
        Self::ChristmasDay,
        Self::BoxingDay,
    ];

    /// The Norwegian name, the same in the acts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NewYearsDay => "nyttårsdag",
            Self::MaundyThursday => "skjærtorsdag",
            Self::GoodFriday => "langfredag",
            Self::EasterSunday => "første påskedag",
            Self::EasterMonday => "annen påskedag",
            Self::LabourDay => "1. mai",
            Self::ConstitutionDay => "17. mai",
            Self::AscensionDay => "Kristi himmelfartsdag",
            Self::WhitSunday => "første pinsedag",
            Self::WhitMonday => "annen pinsedag",
            Self::ChristmasDay => "første juledag",
            Self::BoxingDay => "annen juledag",
        }
    }

    fn place(self) -> Place {
        match self {
            Self::NewYearsDay => Place::Fixed(1, 1),
            Self::MaundyThursday => Place::FromEaster(-3),
            Self::GoodFriday => Place::FromEaster(-2),
            Self::EasterSunday => Place::FromEaster(0),
            Self::EasterMonday => Place::FromEaster(1),
            Self::LabourDay => Place::Fixed(5, 1),
            Self::ConstitutionDay => Place::Fixed(5, 17),
            Self::AscensionDay => Place::FromEaster(39),
            Self::WhitSunday => Place::FromEaster(49),
            Self::WhitMonday => Place::FromEaster(50),
            Self::ChristmasDay => Place::Fixed(12, 25),
            Self::BoxingDay => Place::Fixed(12, 26),
        }
    }

    /// Whether the holiday falls on the day.
    pub fn falls_on(self, day: NaiveDate) -> bool {
        match self.place() {
            Place::Fixed(month, number) => (day.month(), day.day()) == (month, number),
            Place::FromEaster(offset) => days_from_easter(day) == offset,
        }
    }
}

/// Where in the year a holiday lies.
#[derive(Clone, Copy)]
enum Place {
    /// Month and day of the month.
    Fixed(u32, u32),
    /// Days after Easter Sunday.
    FromEaster(i32),
}

/// Easter Sunday as month and day of the month in the Gregorian calendar (the computus of Meeus, Jones and Butcher).
fn easter(year: i32) -> (u32, u32) {
    let golden = year.rem_euclid(19);
    let (century, in_century) = (year.div_euclid(100), year.rem_euclid(100));
    let lunar_correction = (8 * century + 13).div_euclid(25);
    let epact =
        (19 * golden + century - century.div_euclid(4) - lunar_correction + 15).rem_euclid(30);
    let to_sunday =
        (32 + 2 * century.rem_euclid(4) + 2 * (in_century / 4) - epact - in_century % 4)
            .rem_euclid(7);
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    let count = epact + to_sunday - 7 * late + 114;
    ((count / 31).unsigned_abs(), (count % 31 + 1).unsigned_abs())
}

/// Days from Easter Sunday of the day's year to the day; negative before Easter.
fn days_from_easter(day: NaiveDate) -> i32 {
    let (month, number) = easter(day.year());
    // March has 31 days: Easter counted as a day of March, and the day as days after the last of February.
    let easter_in_march = if month == 4 { number + 31 } else { number };
    let leap = u32::from(day.leap_year());
    let ordinal_of_easter = 59 + leap + easter_in_march;
    day.ordinal().cast_signed() - ordinal_of_easter.cast_signed()
}

/// Whether the day is a Sunday or another public holiday.
pub fn is_public_holiday(day: NaiveDate) -> bool {
    day.weekday() == Weekday::Sun || Holiday::ALL.iter().any(|holiday| holiday.falls_on(day))
}

/// Whether the day is a working day: neither Saturday nor public holiday (domstolloven § 149).
pub fn is_working_day(day: NaiveDate) -> bool {
    day.weekday() != Weekday::Sat && !is_public_holiday(day)
}

/// The day itself when it is a working day, else the first working day after it (domstolloven § 149).
pub fn next_working_day(day: NaiveDate) -> NaiveDate {
    day.iter_days().find(|day| is_working_day(*day)).unwrap_or(day)
}

/// The last of `count` working days counted from the day after `day`; `day` itself for zero.
pub fn add_working_days(day: NaiveDate, count: u32) -> NaiveDate {
    let Some(last) = count.checked_sub(1) else {
        return day;
    };
    day.iter_days()
        .skip(1)
        .filter(|day| is_working_day(*day))
        .nth(last as usize)
        .unwrap_or(NaiveDate::MAX)
}

/// The date in Norway at an instant.
pub fn oslo_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Oslo).date_naive()
}

/// The time of day in Norway.
pub fn oslo_time(at: DateTime<Utc>) -> chrono::NaiveDateTime {
    at.with_timezone(&Oslo).naive_local()
}

/// The instant a day begins in Norway. The clock is never changed at midnight, so there is exactly one.
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    Oslo.from_local_datetime(&midnight)
        .earliest()
        .map_or_else(|| midnight.and_utc(), |local| local.with_timezone(&Utc))
}

/// The first instant after a day in Norway: the exclusive end of a period whose last day it is.
pub fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    day.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, start_of_day)
}

/// A length of time in calendar units (ISO 8601-1 § 5.5.2), for example `P3W`, `P1M`, `P1Y` or `PT72H`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Period {
    /// Years are twelve months.
    months: u32,
    /// Weeks are seven days.
    days: u32,
    /// Hours, minutes and seconds of elapsed time.
    seconds: u32,
}

/// Why a text is not a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodFlaw {
    #[error("the period is not an ISO 8601 duration; write for example P3W, P1M or PT72H")]
    Malformed,
    #[error("the period is too long; the longest is 1000 years")]
    TooLong,
}

impl Flaw for PeriodFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed-period",
            Self::TooLong => "period-too-long",
        }
    }
}

impl Period {
    const MOST_MONTHS: u32 = 12_000;
    const MOST_DAYS: u32 = 366_000;
    const SECONDS_OF_DAY: u32 = 86_400;

    /// A period of elapsed seconds.
    pub const fn of_seconds(seconds: u32) -> Self {
        Self { months: 0, days: 0, seconds }
    }

    /// Reads `PnYnMnWnDTnHnMnS` with whole numbers, parts in that order, at least one part.
    pub fn parse(text: &str) -> Result<Self, PeriodFlaw> {
        if text.len() > 40 {
            return Err(PeriodFlaw::Malformed);
        }
        let rest = text.strip_prefix('P').ok_or(PeriodFlaw::Malformed)?;
        let (date, time) = match rest.split_once('T') {
            Some((_, "")) => return Err(PeriodFlaw::Malformed),
            Some((date, time)) => (date, time),
            None if rest.is_empty() => return Err(PeriodFlaw::Malformed),
            None => (rest, ""),
        };
        let [years, months, weeks, days] = parts(date, ['Y', 'M', 'W', 'D'])?;
        let [hours, minutes, seconds] = parts(time, ['H', 'M', 'S'])?;
        let total = |terms: &[(u32, u32)], most: u32| {
            let sum: u64 =
                terms.iter().map(|(count, unit)| u64::from(*count) * u64::from(*unit)).sum();
            u32::try_from(sum).ok().filter(|sum| *sum <= most).ok_or(PeriodFlaw::TooLong)
        };
        Ok(Self {
            months: total(&[(years, 12), (months, 1)], Self::MOST_MONTHS)?,
            days: total(&[(weeks, 7), (days, 1)], Self::MOST_DAYS)?,
            seconds: total(&[(hours, 3600), (minutes, 60), (seconds, 1)], u32::MAX)?,
        })
    }

    /// Whole months.
    pub const fn months(self) -> u32 {
        self.months
    }

    /// Whole days besides the months.
    pub const fn days(self) -> u32 {
        self.days
    }

    /// Elapsed seconds besides months and days.
    pub const fn seconds(self) -> u32 {
        self.seconds
    }

    /// Whether the period is no time at all: "at once".
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }

    /// The day the period ends when it begins on `day`: same date of a later month or the last day of a shorter one,
    /// same weekday of a later week (domstolloven § 148). A time part counts as whole days, rounded up, so that
    /// nothing is erased early. Saturates at the last day the calendar has.
    pub fn add_to(self, day: NaiveDate) -> NaiveDate {
        let days = u64::from(self.days) + u64::from(self.seconds.div_ceil(Self::SECONDS_OF_DAY));
        day.checked_add_months(Months::new(self.months))
            .and_then(|day| day.checked_add_days(Days::new(days)))
            .unwrap_or(NaiveDate::MAX)
    }

    /// The day from which the period lasts until `day`, by the same rules backwards. Saturates at the first day the calendar
    /// has.
    pub fn before(self, day: NaiveDate) -> NaiveDate {
        let days = u64::from(self.days) + u64::from(self.seconds.div_ceil(Self::SECONDS_OF_DAY));
        day.checked_sub_months(Months::new(self.months))
            .and_then(|day| day.checked_sub_days(Days::new(days)))
            .unwrap_or(NaiveDate::MIN)
    }

    /// The instant the period ends when it begins at `at`; the time part is elapsed time, across changes of the clock.
    /// Saturates at the last instant the calendar has.
    pub fn add_to_instant(self, at: DateTime<Utc>) -> DateTime<Utc> {
        at.checked_add_months(Months::new(self.months))
            .and_then(|at| at.checked_add_days(Days::new(u64::from(self.days))))
            .and_then(|at| at.checked_add_signed(TimeDelta::seconds(i64::from(self.seconds))))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// Reads numbers each followed by its unit letter, units in the given order, each at most once.
fn parts<const N: usize>(mut text: &str, units: [char; N]) -> Result<[u32; N], PeriodFlaw> {
    let mut counts = [0; N];
    for (count, unit) in counts.iter_mut().zip(units) {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = text.split_at(digits);
        if digits > 0
            && let Some(rest) = rest.strip_prefix(unit)
        {
            *count = number.parse().map_err(|_| PeriodFlaw::TooLong)?;
            text = rest;
        }
    }
    if text.is_empty() { Ok(counts) } else { Err(PeriodFlaw::Malformed) }
}

impl fmt::Display for Period {
    /// The shortest form with years, months, days, hours, minutes and seconds; `P0D` for no time at all.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("P0D");
        }
        let write = |f: &mut fmt::Formatter<'_>, units: [(u32, char); 3]| {
            units
                .into_iter()
                .filter(|(count, _)| *count > 0)
                .try_for_each(|(n, unit)| write!(f, "{n}{unit}"))
        };
        f.write_str("P")?;
        write(f, [(self.months / 12, 'Y'), (self.months % 12, 'M'), (self.days, 'D')])?;
        if self.seconds > 0 {
            f.write_str("T")?;
            write(
                f,
                [
                    (self.seconds / 3600, 'H'),
                    (self.seconds / 60 % 60, 'M'),
                    (self.seconds % 60, 'S'),
                ],
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Period {
    type Err = PeriodFlaw;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl serde::Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
