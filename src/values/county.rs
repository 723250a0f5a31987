//! Counties of today, reached from a municipality number, a postal code or a post town.
//!
//! A number that was abolished leads to the county its ground lies in today.

use std::{collections::HashMap, sync::LazyLock};

use super::{municipality::Municipality, postal_code, table::Table};

/// Names of today's counties by the first two digits of a municipality number.
static NAMES: LazyLock<HashMap<u16, &'static str>> = LazyLock::new(|| {
    Table::new(include_str!("../data/counties.tsv"))
        .rows()
        .filter(|row| row.text("until").is_empty())
        .map(|row| (row.value("number").expect("a number"), row.text("name")))
        .collect()
});

/// The county most postal codes of a post town lie in, by the town in capital letters.
static OF_TOWNS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let mut counts: HashMap<&str, Vec<(&str, u32)>> = HashMap::new();
    for place in postal_code::all() {
        let Some(county) = of_municipality(place.municipality_number) else { continue };
        let counties = counts.entry(place.post_town).or_default();
        match counties.iter_mut().find(|(name, _)| *name == county) {
            Some((_, count)) => *count += 1,
            None => counties.push((county, 1)),
        }
    }
    let most = |counties: Vec<(&'static str, u32)>| {
        counties.into_iter().rev().max_by_key(|(_, count)| *count).map(|(name, _)| name)
    };
    counts.into_iter().filter_map(|(town, counties)| Some((town, most(counties)?))).collect()
});

/// Names of today's counties, in the order of their letters in Unicode. A county that was abolished has no
/// rows of its own any more: what lay in it lies in one of these.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = NAMES.values().copied().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The county a municipality lies in today.
pub fn of_municipality(number: &str) -> Option<&'static str> {
    let municipality = Municipality::parse(number).ok()?;
    let ground = *municipality.entry().ground.first()?;
    NAMES.get(&(ground / 100)).copied()
}

/// The county a Norwegian postal code lies in.
pub fn of_postal_code(code: &str) -> Option<&'static str> {
    let place = postal_code::PostalCode::parse(code).ok()?.place().ok()?;
    of_municipality(place.municipality_number)
}

/// The county of a post town in capital letters: that of most of its postal codes.
pub fn of_post_town(town: &str) -> Option<&'static str> {
    OF_TOWNS.get(town).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_in_a_county_of_today() {
        assert_eq!(of_municipality("3024"), Some("Akershus"), "Bærum before 2024");
        assert_eq!(of_municipality("3201"), Some("Akershus"));
        assert_eq!(of_postal_code("0010"), Some("Oslo"));
        assert_eq!(of_postal_code("9170"), Some("Svalbard"));
        assert_eq!(of_post_town("TROMSØ"), Some("Troms"));
        assert_eq!(of_post_town("NOWHERE"), None);
        assert_eq!(of_municipality("x"), None);
        assert!(postal_code::all().iter().all(|place| of_post_town(place.post_town).is_some()));
        let names = names();
        let of_place = |place: &postal_code::PostalPlace| of_post_town(place.post_town);
        assert!(postal_code::all().iter().filter_map(of_place).all(|name| names.contains(&name)));
        assert!(!names.contains(&"Viken"), "its ground is in three counties of today");
    }
}
