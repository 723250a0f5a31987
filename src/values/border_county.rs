//! Counties that touch another country by land, where frequencies may have to be coordinated abroad.

use std::sync::LazyLock;

use super::municipality::Municipality;
use super::table::Table;

static COUNTIES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    Table::new(include_str!("../data/border_counties.tsv"))
        .rows()
        .map(|row| row.text("number"))
        .collect()
});

/// Whether the municipality lies in such a county; the county is in its first two digits.
pub fn holds(municipality: Municipality) -> bool {
    let number = municipality.to_string();
    COUNTIES.iter().any(|county| number.starts_with(county))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counties_at_the_border_are_told_from_others() {
        for (number, at_border) in
            [("3201", true), ("5501", true), ("4215", false), ("2100", false)]
        {
            assert_eq!(holds(Municipality::parse(number).unwrap()), at_border, "{number}");
        }
    }
}
