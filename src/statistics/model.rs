//! Figures, and which of them are kept back.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

use crate::disclosure::policy::Kind;

/// A count below this, but not 0, is kept back where it is of persons or holders.
pub const SMALLEST: u64 = 5;

/// Ages in groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgeGroup {
    /// Under 18 years.
    Minor,
    /// From this age, ten years (twelve from 18) or, from 80, all.
    From(u8),
    /// The registry does not know the birth date.
    Unknown,
}

impl AgeGroup {
    /// Every group, in order.
    pub const ALL: [Self; 9] = [
        Self::Minor,
        Self::From(18),
        Self::From(30),
        Self::From(40),
        Self::From(50),
        Self::From(60),
        Self::From(70),
        Self::From(80),
        Self::Unknown,
    ];

    /// The group of a person on a day.
    pub fn of(born: Option<NaiveDate>, day: NaiveDate) -> Self {
        match born.and_then(|born| day.years_since(born)) {
            None => Self::Unknown,
            Some(..18) => Self::Minor,
            Some(18..30) => Self::From(18),
            Some(years @ 30..80) => Self::From(u8::try_from(years / 10 * 10).unwrap_or(80)),
            Some(_) => Self::From(80),
        }
    }

    /// `0-17`, `18-29`, … `80-`, `unknown`.
    pub fn code(self) -> String {
        match self {
            Self::Minor => "0-17".to_owned(),
            Self::From(18) => "18-29".to_owned(),
            Self::From(80) => "80-".to_owned(),
            Self::From(from) => format!("{from}-{}", from + 9),
            Self::Unknown => "unknown".to_owned(),
        }
    }
}

/// Group of holders abroad, or whose address is protected or without a county.
pub const NO_COUNTY: &str = "other";

/// What the database counts, before anything is kept back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// Permits issued, by year and kind.
    pub issued: BTreeMap<(i32, Kind), u64>,
    /// Permits in force, by kind.
    pub in_force: BTreeMap<Kind, u64>,
    /// Persons who hold a permit in force, by kind and age.
    pub ages: BTreeMap<Kind, BTreeMap<AgeGroup, u64>>,
    /// Holders of a permit in force, by kind and county.
    pub counties: BTreeMap<Kind, BTreeMap<String, u64>>,
}

/// A count as it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The count.
    Count(u64),
    /// Kept back.
    KeptBack,
}

impl Told {
    /// The count, if it is told.
    pub const fn count(self) -> Option<u64> {
        match self {
            Self::Count(count) => Some(count),
            Self::KeptBack => None,
        }
    }
}

/// A line of a table: its groups, and their sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Kind of permit.
    pub kind: Kind,
    /// Groups by their codes.
    pub groups: Vec<(String, Told)>,
    /// The sum of the groups.
    pub total: Told,
}

/// The figures as they are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// When they were counted.
    pub counted_at: DateTime<Utc>,
    /// Permits issued, by year and kind.
    pub issued: Vec<(i32, Kind, u64)>,
    /// Permits in force, by kind.
    pub in_force: Vec<(Kind, u64)>,
    /// Persons who hold a permit in force, by age.
    pub ages: Vec<Line>,
    /// Holders of a permit in force, by county.
    pub counties: Vec<Line>,
}

impl Figures {
    /// What may be told of what was counted.
    pub fn of(counted: &Counted, counted_at: DateTime<Utc>) -> Self {
        let ages = counted.ages.iter().map(|(kind, counts)| {
            let groups = AgeGroup::ALL.iter().map(|group| (group.code(), of_group(counts, group)));
            line(*kind, groups.collect())
        });
        let mut names: Vec<&String> = counted.counties.values().flat_map(BTreeMap::keys).collect();
        names.sort_unstable_by_key(|name| (*name == NO_COUNTY, *name));
        names.dedup();
        let counties = counted.counties.iter().map(|(kind, counts)| {
            let groups =
                names.iter().map(|name| ((*name).clone(), of_group(counts, name.as_str())));
            line(*kind, groups.collect())
        });
        Self {
            counted_at,
            issued: counted
                .issued
                .iter()
                .map(|((year, kind), count)| (*year, *kind, *count))
                .collect(),
            in_force: counted.in_force.iter().map(|(kind, count)| (*kind, *count)).collect(),
            ages: ages.collect(),
            counties: counties.collect(),
        }
    }

    /// The years from the first with a permit to the last, none left out.
    pub fn years(&self) -> Vec<i32> {
        let years = self.issued.iter().map(|(year, _, _)| *year);
        match (years.clone().min(), years.max()) {
            (Some(first), Some(last)) => (first..=last.max(self.counted_at.year())).collect(),
            _ => Vec::new(),
        }
    }
}

fn of_group<K: Ord + std::borrow::Borrow<Q>, Q: Ord + ?Sized>(
    counts: &BTreeMap<K, u64>,
    group: &Q,
) -> u64 {
    counts.get(group).copied().unwrap_or_default()
}

fn line(kind: Kind, counts: Vec<(String, u64)>) -> Line {
    let numbers: Vec<u64> = counts.iter().map(|(_, count)| *count).collect();
    let (told, total) = keep_back(&numbers);
    let groups = counts.into_iter().map(|(group, _)| group).zip(told).collect();
    Line { kind, groups, total }
}

/// Which counts of a line are told, and whether their sum is.
///
/// Kept back is every count from 1 to 4. So that none of these can be reckoned as the sum less the
/// others, those kept back are at least two and together at least [`SMALLEST`]: the smallest counts
/// that are told go, one after the other, a 0 only when nothing else is left. Where that is not enough
/// the sum goes as well. No sums are told over several kinds, and the lines share no persons that could
/// be set against each other, so each line stands alone.
pub fn keep_back(counts: &[u64]) -> (Vec<Told>, Told) {
    let is_small = |count: u64| (1..SMALLEST).contains(&count);
    let mut kept: Vec<bool> = counts.iter().map(|count| is_small(*count)).collect();
    let total: u64 = counts.iter().sum();
    let mut total_is_kept = is_small(total);
    if kept.iter().any(|kept| *kept) {
        loop {
            let own = || counts.iter().zip(&kept).filter(|(_, kept)| **kept);
            let is_enough =
                own().count() >= 2 && own().map(|(count, _)| count).sum::<u64>() >= SMALLEST;
            if is_enough || total_is_kept {
                break;
            }
            let next = (0..counts.len())
                .filter(|place| !kept[*place])
                .min_by_key(|place| (counts[*place] == 0, counts[*place]));
            match next {
                Some(place) => kept[place] = true,
                None => total_is_kept = true,
            }
        }
    }
    if total_is_kept {
        // how many permits there are of the kind is told elsewhere: then no group is
        kept.fill(true);
    }
    let told =
        |(count, kept): (&u64, bool)| if kept { Told::KeptBack } else { Told::Count(*count) };
    let all = counts.iter().zip(kept).map(told).collect();
    (all, told((&total, total_is_kept)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(counts: &[u64]) -> (Vec<Option<u64>>, Option<u64>) {
        let (told, total) = keep_back(counts);
        (told.into_iter().map(Told::count).collect(), total.count())
    }

    #[test]
    fn small_counts_are_kept_back_with_what_would_tell_them() {
        assert_eq!(shown(&[10, 20, 0]), (vec![Some(10), Some(20), Some(0)], Some(30)));
        // one small count takes the next smallest with it
        assert_eq!(shown(&[3, 20, 9, 0]), (vec![None, Some(20), None, Some(0)], Some(32)));
        // two that together are fewer than five take a third
        assert_eq!(shown(&[1, 1, 8, 30]), (vec![None, None, None, Some(30)], Some(40)));
        assert_eq!(shown(&[4, 4, 8]), (vec![None, None, Some(8)], Some(16)));
        // nothing else is left: all goes
        assert_eq!(shown(&[2, 0, 0]), (vec![None, None, None], None));
        assert_eq!(shown(&[]), (vec![], Some(0)));
    }

    #[test]
    fn ages_are_by_the_day() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        for (born, code) in [
            (Some("2008-11-22"), "18-29"),
            (Some("2008-11-23"), "0-17"),
            (Some("1996-11-22"), "30-39"),
            (Some("1946-11-23"), "70-79"),
            (Some("1946-11-22"), "80-"),
            (Some("1901-01-01"), "80-"),
            (None, "unknown"),
        ] {
            let born = born.map(|text| text.parse().unwrap());
            assert_eq!(AgeGroup::of(born, day).code(), code, "{born:?}");
        }
        let codes: Vec<String> = AgeGroup::ALL.iter().map(|group| group.code()).collect();
        assert_eq!(codes.join(" "), "0-17 18-29 30-39 40-49 50-59 60-69 70-79 80- unknown");
    }

    proptest! {
        #[test]
        fn no_small_count_is_told_or_can_be_reckoned(counts in proptest::collection::vec(prop_oneof![Just(0u64), 1..8u64, 0..500u64], 0..20)) {
            let (told, total) = keep_back(&counts);
            for (count, told) in counts.iter().zip(&told) {
                prop_assert!(told.count().is_none_or(|told| told == *count && !(1..SMALLEST).contains(&told)));
            }
            let kept: Vec<u64> = counts.iter().zip(&told).filter(|(_, told)| told.count().is_none()).map(|(count, _)| *count).collect();
            if let (Some(total), false) = (total.count(), kept.is_empty()) {
                // what a reader can reckon is the sum of those kept back: at least two, and no small sum
                let reckoned = total - told.iter().filter_map(|told| told.count()).sum::<u64>();
                prop_assert_eq!(reckoned, kept.iter().sum::<u64>());
                prop_assert!(kept.len() >= 2 && reckoned >= SMALLEST);
            }
            if counts.iter().all(|count| *count == 0 || *count >= SMALLEST) {
                prop_assert!(kept.is_empty() && total.count().is_some());
            }
        }
    }
}
