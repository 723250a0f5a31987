//! Decisions about a move on given facts.

use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::{
    numbering::rules::without,
    utilisation::model::SeriesUse,
    values::{
        number_resource::{Resource, ResourceType},
        table::Table,
    },
};

/// A dated row of the share.
struct Share {
    over: u32,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

static SHARES: LazyLock<Vec<Share>> = LazyLock::new(|| {
    Table::new(include_str!("../data/series_transfer.tsv"))
        .rows()
        .map(|row| Share {
            over: row.value("ported_out_over").expect("the table holds a share"),
            from: row.value("valid_from"),
            until: row.value("valid_until"),
        })
        .collect()
});

/// The share that must be ported out, and more, on a day; hundredths of a per cent. None when no rule
/// lets a series be moved.
pub fn needed(day: NaiveDate) -> Option<u32> {
    SHARES
        .iter()
        .find(|share| {
            share.from.is_none_or(|from| from <= day) && share.until.is_none_or(|until| day < until)
        })
        .map(|share| share.over)
}

/// How much of a series had been ported out by a report, in hundredths of a per cent, the share of
/// each row counted by its numbers in the series. None when the report leaves some of them out.
pub fn ported_out(moved: &Resource, report: &[SeriesUse]) -> Option<u32> {
    let mut numbers = 0_u128;
    let mut ported = 0_u128;
    for row in report {
        let from = row.range.lower().max(moved.lower());
        let to = row.range.upper().min(moved.upper());
        let Ok(shared @ 1..) = u128::try_from(i128::from(to) - i128::from(from) + 1) else {
            continue;
        };
        numbers += shared;
        ported += shared * u128::from(row.ported_out);
    }
    // rows of a report do not overlap
    let whole = numbers == u128::from(moved.count());
    whole.then(|| u32::try_from(ported / numbers).ok()).flatten()
}

/// What is left of the resources of a permit when a series is moved out of it; none when the permit
/// has not all of it.
pub fn left(kind: &ResourceType, held: &[Resource], moved: &Resource) -> Option<Vec<Resource>> {
    let holds = |one: &&Resource| one.lower() <= moved.lower() && moved.upper() <= one.upper();
    let whole = held.iter().find(holds)?;
    let others = held.iter().filter(|one| *one != whole).cloned();
    let mut left: Vec<Resource> = others.collect();
    left.extend(without(whole, kind, [moved].into_iter()));
    left.sort_by_key(Resource::lower);
    Some(left)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn eight() -> &'static ResourceType {
        ResourceType::of("e164_8_digit").expect("a type")
    }

    fn range(lower: i64, upper: i64) -> Resource {
        eight().at(lower, upper).expect("numbers")
    }

    fn row(lower: i64, upper: i64, ported_out: u32) -> SeriesUse {
        SeriesUse {
            range: range(lower, upper),
            active: 10_000 - ported_out,
            reserved: 0,
            ported_out,
            free: 0,
            ported_in: 0,
        }
    }

    #[test]
    fn the_share_is_counted_by_numbers_and_needs_the_whole_series() {
        let report = [row(21_200_000, 21_200_999, 9_000), row(21_201_000, 21_201_999, 2_000)];
        assert_eq!(ported_out(&range(21_200_000, 21_200_999), &report), Some(9_000));
        assert_eq!(ported_out(&range(21_200_000, 21_201_999), &report), Some(5_500));
        assert_eq!(ported_out(&range(21_200_900, 21_201_099), &report), Some(5_500));
        assert_eq!(ported_out(&range(21_201_000, 21_202_999), &report), None, "not reported on");
        assert_eq!(ported_out(&range(22_000_000, 22_000_999), &report), None);
    }

    #[test]
    fn the_rule_holds_from_its_first_day() {
        assert_eq!(needed("2004-02-15".parse().unwrap()), None);
        assert_eq!(needed("2026-11-22".parse().unwrap()), Some(5_000));
    }

    #[test]
    fn a_permit_keeps_what_is_not_moved() {
        let held = [range(21_200_000, 21_209_999), range(40_000_000, 40_099_999)];
        let texts = |moved: &Resource| {
            left(eight(), &held, moved)
                .map(|left| left.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(
            texts(&range(21_201_000, 21_201_999)).expect("held"),
            ["21200000-21200999", "21202000-21209999", "40000000-40099999"]
        );
        assert_eq!(texts(&held[0]).expect("held"), ["40000000-40099999"]);
        assert_eq!(texts(&range(21_209_000, 21_210_999)), None, "beyond what it has");
        assert_eq!(left(eight(), &held[..1], &held[0]), Some(Vec::new()));
    }

    proptest! {
        /// No number is lost or doubled by a move.
        #[test]
        fn what_is_left_and_what_is_moved_make_up_what_was_held(
            start in 0..1_000_i64, length in 1..1_000_i64,
        ) {
            let held = [range(21_200_000, 21_201_999)];
            let moved = range(21_200_000 + start, 21_200_000 + start + length - 1);
            let left = left(eight(), &held, &moved).expect("held");
            let sum: u64 = left.iter().map(Resource::count).sum();
            prop_assert_eq!(sum + moved.count(), held[0].count());
            prop_assert!(left.iter().all(|one| !one.overlaps(&moved)));
        }
    }
}
