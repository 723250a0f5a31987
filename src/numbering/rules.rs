//! Decisions about ranges on given facts: what is left when a part is taken, where the next free
//! block lies, which numbers the plan keeps for nobody.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::model::NumberRangeRow;
use crate::values::{
    number_plan::{self, NumberHolder, PlanRow},
    number_resource::{Notation, Resource, ResourceType},
    table::{Row, Table},
};

/// The parts of `row` before and after `taken`.
pub fn rest(row: &NumberRangeRow, taken: &Resource) -> (Option<Resource>, Option<Resource>) {
    let own = &row.resource;
    let part =
        |lower: i64, upper: i64| (lower <= upper).then(|| row.kind.at(lower, upper)).flatten();
    (part(own.lower(), taken.lower() - 1), part(taken.upper() + 1, own.upper()))
}

/// The parts of `resource` that none of `taken`, in order, has.
pub fn without<'a>(
    resource: &Resource,
    kind: &ResourceType,
    taken: impl Iterator<Item = &'a Resource>,
) -> Vec<Resource> {
    let mut from = resource.lower();
    let mut parts = Vec::new();
    let mut found = false;
    for one in taken {
        found = true;
        if one.lower() > from {
            parts.extend(kind.at(from, one.lower() - 1));
        }
        from = from.max(one.upper() + 1);
    }
    if !found {
        return vec![resource.clone()];
    }
    if from <= resource.upper() {
        parts.extend(kind.at(from, resource.upper()));
    }
    parts
}

/// The first multiple of `size` that is not below `place`.
pub const fn aligned(place: i64, size: i64) -> i64 {
    let over = place.rem_euclid(size);
    if over == 0 { place } else { place + size - over }
}

/// The first aligned block of `size` places from `from` on that none of the `taken` (in order)
/// touches: where it begins, if that is known to be free up to the last of `taken`.
pub fn first_gap(from: i64, size: i64, taken: impl IntoIterator<Item = (i64, i64)>) -> i64 {
    let mut place = aligned(from, size);
    for (lower, upper) in taken {
        if lower >= place + size {
            break;
        }
        if upper >= place {
            place = aligned(upper + 1, size);
        }
    }
    place
}

/// The places of a row of the numbering plan, in a type of telephone numbers of its length; the
/// digits of a network or point code are no telephone number.
pub fn places(kind: &ResourceType, row: &PlanRow) -> Option<(i64, i64)> {
    let is_telephone = kind.notation == Notation::E164;
    let resource = is_telephone.then(|| kind.parse(&row.range.to_string()).ok()).flatten()?;
    Some((resource.lower(), resource.upper()))
}

/// Places of a type that the numbering plan keeps for nobody on `day`, in order.
pub fn kept(kind: &ResourceType, day: NaiveDate) -> Vec<(i64, i64)> {
    let mut kept: Vec<(i64, i64)> = number_plan::rows(Some(day))
        .filter(|row| row.holder == NumberHolder::Nobody)
        .filter_map(|row| places(kind, row))
        .collect();
    kept.sort_unstable();
    kept
}

/// Places of the plan rows of a category where permits are given, in order: of a day, or of every day there has been.
pub fn areas(
    kind: &ResourceType,
    category: number_plan::NumberCategory,
    on: Option<NaiveDate>,
) -> Vec<(i64, i64)> {
    let mut areas: Vec<(i64, i64)> = number_plan::rows(on)
        .filter(|row| row.category == category && row.permit != number_plan::NumberPermit::None)
        .filter_map(|row| places(kind, row))
        .collect();
    areas.sort_unstable();
    areas
}

/// `area` cut at the borders of the lanes of `kind`.
pub fn lanes(kind: &ResourceType, area: (i64, i64)) -> Vec<(i64, i64)> {
    let Some(size) = kind.lane() else { return vec![area] };
    (area.0 / size..=area.1 / size)
        .map(|lane| ((lane * size).max(area.0), (lane * size + size - 1).min(area.1)))
        .collect()
}

/// The category the published list gets for numbers of `resource` that had none and are assigned on `day`.
pub fn list_category(
    kind: &ResourceType,
    resource: &Resource,
    day: NaiveDate,
) -> Option<&'static str> {
    static LABELS: LazyLock<Vec<ListCategory>> = LazyLock::new(|| {
        let table = Table::new(include_str!("../data/number_list_categories.tsv"));
        let read = |row: Row<'_, 'static>| ListCategory {
            category: row.text("category"),
            label: row.text("label"),
            from: row.value("valid_from"),
            until: row.value("valid_until"),
        };
        table.rows().map(read).collect()
    });
    let category = number_plan::row_on(kind.number_range(resource)?, day)?.category.code();
    let label = LABELS.iter().find(|label| label.category == category && label.holds(day))?;
    Some(label.label)
}

/// What the published list calls a category of the plan, as it stands in a time.
struct ListCategory {
    category: &'static str,
    label: &'static str,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

impl ListCategory {
    fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::numbering::model::RangeStatus;

    fn eight() -> &'static ResourceType {
        ResourceType::of("e164_8_digit").unwrap()
    }

    fn row(text: &str) -> NumberRangeRow {
        let resource = eight().parse(text).unwrap();
        NumberRangeRow::new(uuid::Uuid::nil(), eight(), resource, RangeStatus::Free)
    }

    #[test]
    fn what_is_left_of_a_range_is_before_and_after_the_part_taken() {
        let taken = eight().parse("22 01 00 00-22 01 99 99").unwrap();
        let text = |part: Option<Resource>| part.map(|part| part.to_string());
        let (before, after) = rest(&row("22000000-22999999"), &taken);
        assert_eq!(text(before).as_deref(), Some("22000000-22009999"));
        assert_eq!(text(after).as_deref(), Some("22020000-22999999"));
        let (before, after) = rest(&row("22010000-22019999"), &taken);
        assert_eq!((before, after), (None, None));
        let (before, after) = rest(&row("22015000-22024999"), &taken);
        assert_eq!((before, text(after).as_deref()), (None, Some("22020000-22024999")));
    }

    #[test]
    fn the_fictional_numbers_and_116112_are_kept() {
        let day = |text: &str| text.parse().unwrap();
        let on = |code: &str| kept(ResourceType::of(code).unwrap(), day("2026-11-22"));
        assert!(on("e164_8_digit").contains(&(68_050_000, 68_059_999)));
        assert_eq!(on("e164_6_digit"), [(116_112, 116_112)]);
        assert!(on("ispc").is_empty());
        assert!(kept(eight(), day("2024-12-31")).is_empty());
    }

    #[test]
    fn a_category_has_its_areas_and_an_area_its_lanes() {
        let mobile = areas(eight(), number_plan::NumberCategory::Mobile, None);
        assert_eq!(mobile, [(40_000_000, 49_999_999), (90_000_000, 99_999_999)]);
        assert_eq!(lanes(eight(), mobile[0]).len(), 10);
        assert_eq!(
            lanes(eight(), (22_500_000, 23_000_099)),
            [(22_500_000, 22_999_999), (23_000_000, 23_000_099)]
        );
        let numbers = row("40000000-40009999").resource;
        let category = |day: &str| list_category(eight(), &numbers, day.parse().unwrap());
        assert_eq!(category("2026-11-22"), Some("Landmobile tjenester"));
        assert_eq!(category("2024-12-31"), None, "the rows of that day");
    }

    proptest! {
        #[test]
        fn the_first_gap_is_free_aligned_and_the_first(
            from in 0..50i64, size in 1..6i64, starts in prop::collection::btree_set(0..60i64, 0..12),
        ) {
            let taken: Vec<(i64, i64)> = starts.into_iter().map(|start| (start * 2, start * 2 + 1)).collect();
            let free = |place: i64| {
                place % size == 0 && place >= from
                    && taken.iter().all(|(lower, upper)| *upper < place || *lower >= place + size)
            };
            let found = first_gap(from, size, taken.clone());
            prop_assert!(free(found));
            prop_assert!(!(from..found).any(free));
        }
    }
}
